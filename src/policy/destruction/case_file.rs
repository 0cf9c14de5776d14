//! Everything that decides about the parts of one case, read once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::destruction::DropReason;
use crate::model::retention::{
    Catalogue, Dates, Disposal, DocumentFacts, Dossier, EventScope, EventType, HoldType, Line, MatterNumber, Part, Today, Watermark,
};
use crate::model::{Address, CaseNumber, DocumentNumber, LedgerIndex, VaultId};
use crate::policy::View;
use crate::policy::retention::{Blocker, Brakes, document_dates, lines, standing};

/// A case with what is known of it.
pub(super) struct CaseFile {
    pub(super) case: CaseNumber,
    pub(super) dossier: Arc<Dossier>,
    /// The dates of the case by the catalogue in force. Those that are stored may still follow the one before.
    lines: Vec<Line>,
    pub(super) documents: BTreeMap<DocumentNumber, Option<LedgerIndex>>,
    facts: BTreeMap<Address, Arc<DocumentFacts>>,
    holds: Vec<(Part, HoldType)>,
    catalogue: Option<Arc<Catalogue>>,
    watermark: Watermark,
    today: Today,
}

impl CaseFile {
    pub(super) fn read<V: View>(view: &mut V, vault: VaultId, case: CaseNumber) -> Result<Self, V::Error> {
        let (dossier, catalogue) = (view.dossier(vault, case)?, view.catalogue(vault)?);
        Ok(Self {
            case,
            lines: lines(&dossier, catalogue.as_deref()),
            dossier,
            documents: view.documents_of_case(vault, case)?,
            facts: view.facts_of_case(vault, case)?,
            holds: view.holds_in_case(vault, case)?,
            catalogue,
            watermark: view.vault_facts(vault)?.intake.watermark(),
            today: view.today(vault)?,
        })
    }

    pub(super) fn facts(&self, document: DocumentNumber) -> Option<&DocumentFacts> {
        self.facts.get(&Address { case: self.case, document }).map(Arc::as_ref)
    }

    /// The documents of a matter.
    pub(super) fn of_matter(&self, matter: MatterNumber) -> Vec<DocumentNumber> {
        self.documents.keys().copied().filter(|document| self.belongs_to(*document).contains(&matter)).collect()
    }

    pub(super) fn belongs_to(&self, document: DocumentNumber) -> Vec<MatterNumber> {
        self.facts(document).map_or_else(|| vec![MatterNumber::DEFAULT], DocumentFacts::belongs_to)
    }

    /// Whether a hold that stops destruction covers one of these parts.
    pub(super) fn is_held(&self, covers: impl Fn(Part) -> bool) -> bool {
        self.holds.iter().any(|(part, kind)| kind.stops_destruction() && covers(*part))
    }

    /// Whether a hold covers this document: on itself, on one of its matters, on the case.
    pub(super) fn document_is_held(&self, document: DocumentNumber) -> bool {
        let matters = self.belongs_to(document);
        self.is_held(|part| match part {
            Part::Whole => true,
            Part::Matter(matter) => matters.contains(&matter),
            Part::Document(held) => held == document,
        })
    }

    pub(super) fn is_quarantined(&self, document: DocumentNumber) -> bool {
        self.facts(document).is_some_and(DocumentFacts::is_quarantined)
    }

    /// Whether it was stored behind the proposal whose entry this is.
    pub(super) fn is_newer(&self, document: DocumentNumber, proposal: Option<LedgerIndex>) -> bool {
        let stored = self.documents.get(&document).copied().flatten();
        // Of the same commit group as either of them: then it cannot have been on anybody's list.
        stored.is_none() || proposal.is_none() || stored > proposal
    }

    /// Why the dates of a document protect it.
    pub(super) fn document_is_kept(&self, document: DocumentNumber) -> Option<DropReason> {
        let facts = self.facts(document);
        let dates = document_dates(&self.dossier, facts, self.catalogue.as_deref());
        self.dates_protect(&dates.dates).or_else(|| self.archive_waits(&dates.lines, facts))
    }

    /// Why the dates of a matter protect it, apart from its documents. The default matter counts only where it has documents: every
    /// case has it, wanted or not.
    pub(super) fn matter_is_kept(&self, matter: MatterNumber) -> Option<DropReason> {
        let counts = |line: &&Line| {
            // A line that waits for what comes with a document says nothing: each document has a line of its own.
            line.matter == matter && !matches!(line.dates, Dates::Open { missing } if missing.comes_with_the_document())
        };
        let lines: Vec<Line> = self.lines.iter().filter(counts).cloned().collect();
        let protected = lines.iter().find_map(|line| self.dates_protect(&line.dates));
        protected.or_else(|| self.archive_waits(&lines, None))
    }

    fn dates_protect(&self, dates: &Dates) -> Option<DropReason> {
        let brakes = Brakes { holds: Vec::new(), quarantined: false, watermark: self.watermark };
        let standing = standing(dates, self.today, &brakes);
        if standing.may_be_proposed() {
            return None;
        }
        let reason = match standing.blockers().first() {
            Some(Blocker::Unclassed | Blocker::Open) => DropReason::Open,
            Some(Blocker::Conflict) => DropReason::Conflict,
            Some(Blocker::Watermark) => DropReason::Watermark,
            Some(Blocker::Hold) => DropReason::Held,
            Some(Blocker::Quarantine) => DropReason::Quarantine,
            Some(Blocker::NotYet) | None => DropReason::NotDue,
        };
        Some(reason)
    }

    /// Whether the competent archive must still speak, or must still confirm what it takes (BArchG section 5; domain rules 7 to 11).
    fn archive_waits(&self, lines: &[Line], facts: Option<&DocumentFacts>) -> Option<DropReason> {
        let waits = |line: &Line| {
            let class = line.class.as_ref().and_then(|code| self.catalogue.as_ref()?.classes.get(code));
            // Dates of a class that nobody knows are not computed, so this is a class that has gone: kept.
            class.is_none_or(|class| match class.disposal {
                Disposal::Destroy => false,
                Disposal::Offer => {
                    let decided = |event| event == EventType::ArchiveDeclined || event == EventType::ArchiveTook;
                    class.archive_authorisation.is_none() && !self.has_event(line.matter, facts, decided)
                }
                Disposal::Keep => !self.has_event(line.matter, facts, |event| event == EventType::ArchiveTook),
            })
        };
        lines.iter().any(waits).then_some(DropReason::Appraisal)
    }

    fn has_event(&self, matter: MatterNumber, facts: Option<&DocumentFacts>, is: impl Fn(EventType) -> bool) -> bool {
        let reaches = |scope: EventScope| match scope {
            EventScope::Case => true,
            EventScope::Matter(of) => of == matter,
            EventScope::Document(_) => false,
        };
        let of_case = self.dossier.events.iter().any(|event| reaches(event.scope) && is(event.event));
        of_case || facts.is_some_and(|facts| facts.events.iter().any(|event| is(event.event)))
    }
}

//! Everything that decides about the parts of one case, read once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::destruction::DropReason;
use crate::model::retention::{Catalogue, Dates, DocumentFacts, Dossier, HoldType, Line, MatterNumber, Part, Today, Watermark};
use crate::model::{Address, CaseNumber, DocumentNumber, LedgerIndex, VaultId};
use crate::policy::View;
use crate::policy::retention::{Blocker, Brakes, appraisal, document_dates, lines, standing};

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

    /// Why the dates of a document, or the competent archive, protect it.
    pub(super) fn document_is_kept(&self, document: DocumentNumber) -> Option<DropReason> {
        let (facts, catalogue) = (self.facts(document), self.catalogue.as_deref());
        let dates = document_dates(&self.dossier, facts, catalogue);
        let brakes = self.brakes().of_document(&dates, &self.dossier, facts, catalogue);
        self.protects(&dates.dates, &brakes)
    }

    /// Why the dates of a matter protect it, apart from its documents. The default matter counts only where it has documents: every
    /// case has it, wanted or not.
    pub(super) fn matter_is_kept(&self, matter: MatterNumber) -> Option<DropReason> {
        let counts = |line: &&Line| {
            // A line that waits for what comes with a document says nothing: each document has a line of its own.
            line.matter == matter && !matches!(line.dates, Dates::Open { missing } if missing.comes_with_the_document())
        };
        self.lines.iter().filter(counts).find_map(|line| {
            let waiting = appraisal(std::slice::from_ref(line), &self.dossier, None, self.catalogue.as_deref());
            self.protects(&line.dates, &Brakes { appraisal: waiting, ..self.brakes() })
        })
    }

    fn brakes(&self) -> Brakes {
        Brakes { watermark: self.watermark, ..Brakes::default() }
    }

    fn protects(&self, dates: &Dates, brakes: &Brakes) -> Option<DropReason> {
        let standing = standing(dates, self.today, brakes);
        if standing.may_be_proposed() {
            return None;
        }
        Some(standing.blockers().first().map_or(DropReason::NotDue, |blocker| reason_of(*blocker)))
    }
}

fn reason_of(blocker: Blocker) -> DropReason {
    match blocker {
        Blocker::Unclassed | Blocker::Open => DropReason::Open,
        Blocker::Conflict => DropReason::Conflict,
        Blocker::Watermark => DropReason::Watermark,
        Blocker::Hold => DropReason::Held,
        Blocker::Quarantine => DropReason::Quarantine,
        Blocker::Appraisal => DropReason::Appraisal,
        Blocker::NotYet
        | Blocker::NewerThanPeriod
        | Blocker::DocumentsHeld
        | Blocker::DocumentsQuarantined
        | Blocker::DocumentsNewer
        | Blocker::DocumentsKept => DropReason::NotDue,
    }
}

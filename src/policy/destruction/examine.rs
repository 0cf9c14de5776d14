//! One item of an order: destroyed with what, or left alone why. A straight column of rules per kind of item.

use super::case_file::CaseFile;
use crate::model::destruction::{Condemned, DropReason, OrderFacts, OrderReason, OrderState};
use crate::model::retention::{EventScope, MatterNumber, Note, Part, Target, Today};
use crate::model::{DocumentNumber, LedgerIndex, Refusal, VaultId};
use crate::policy::View;

/// What a note of the case says, and its ledger entry.
type Filed = (Note, Option<LedgerIndex>);

/// What becomes of an item today.
type Verdict = Result<Condemned, DropReason>;

/// Whether an order may be executed today: approved by a second person, and its rest is over by the day that has certainly begun.
pub fn order_is_executable(order: &OrderFacts, today: Today) -> Result<(), Refusal> {
    match order.state {
        OrderState::Proposed | OrderState::Withdrawn { .. } => Err(Refusal::OrderNotApproved),
        OrderState::Approved { from, .. } if today.certain < from => Err(Refusal::OrderCoolingOff),
        OrderState::Approved { .. } => Ok(()),
    }
}

/// Decides about one item of an order with this reason, whose proposal has this entry.
pub fn examine<V: View>(
    view: &mut V,
    vault: VaultId,
    reason: OrderReason,
    proposal: Option<LedgerIndex>,
    target: Target,
) -> Result<Verdict, V::Error> {
    let Some(case) = view.case_by_number(vault, target.case)? else { return Ok(Err(DropReason::Gone)) };
    let file = CaseFile::read(view, vault, target.case)?;
    let asked = Asked { file: &file, target, opening_year: case.opening_year, is_early: reason.is_early(), proposal };
    Ok(match target.part {
        Part::Whole => asked.whole(),
        Part::Matter(matter) => {
            let notes = view.notes_of_case(vault, target.case)?;
            asked.matter(matter, notes.iter())
        }
        Part::Document(document) => {
            let notes = view.notes_of_case(vault, target.case)?;
            asked.document(document, notes.iter())
        }
    })
}

/// An item with the file of its case.
struct Asked<'a> {
    file: &'a CaseFile,
    target: Target,
    opening_year: u16,
    is_early: bool,
    proposal: Option<LedgerIndex>,
}

impl Asked<'_> {
    /// A whole case, with everything under its number.
    fn whole(&self) -> Verdict {
        let (file, all) = (self.file, self.file.documents.keys().copied());
        rule(!file.is_held(|_| true), DropReason::Held)?;
        self.documents_may_go(all.clone())?;
        if !self.is_early {
            let explicit = file.dossier.matters.iter().map(|matter| matter.number).filter(|number| *number != MatterNumber::DEFAULT);
            explicit.clone().try_for_each(|matter| file.matter_is_kept(matter).map_or(Ok(()), Err))?;
            // A case with nothing in it is kept by its default matter alone.
            if explicit.count() == 0 || !file.of_matter(MatterNumber::DEFAULT).is_empty() {
                file.matter_is_kept(MatterNumber::DEFAULT).map_or(Ok(()), Err)?;
            }
        }
        Ok(Condemned { target: self.target, opening_year: self.opening_year, documents: all.count() as u32, leaves: Vec::new() })
    }

    /// A matter with its documents, and with the notes about them and about it.
    fn matter<'n>(&self, matter: MatterNumber, notes: impl Iterator<Item = (&'n DocumentNumber, &'n Filed)> + Clone) -> Verdict {
        let file = self.file;
        rule(file.dossier.matter(matter).is_some(), DropReason::Gone)?;
        let documents = file.of_matter(matter);
        rule(!file.is_held(|part| part == Part::Whole || part == Part::Matter(matter)), DropReason::Held)?;
        rule(!documents.iter().any(|document| file.document_is_held(*document)), DropReason::Held)?;
        let alone = |document: &DocumentNumber| file.belongs_to(*document).len() == 1;
        rule(documents.iter().all(alone), DropReason::Shared)?;
        rule(!notes.clone().any(|(_, filed)| self.came_later(matter, filed)), DropReason::Changed)?;
        self.documents_may_go(documents.iter().copied())?;
        if !self.is_early && (matter != MatterNumber::DEFAULT || !documents.is_empty()) {
            file.matter_is_kept(matter).map_or(Ok(()), Err)?;
        }
        let is_about = |note: &Note| match about(note) {
            About::Document(document) => documents.binary_search(&document).is_ok(),
            // Every case has its default matter for ever.
            About::Matter(of) => of == matter && matter != MatterNumber::DEFAULT,
            About::Case => false,
        };
        self.with_notes(documents.clone(), notes, is_about)
    }

    /// Whether a note behind the proposal has opened this matter, made it another one, or brought a document into it: nobody has approved
    /// that.
    fn came_later(&self, matter: MatterNumber, (note, entry): &Filed) -> bool {
        let is_behind = entry.is_none() || self.proposal.is_none() || *entry > self.proposal;
        is_behind
            && match note {
                Note::Matter { number, .. } | Note::KindCorrected { matter: number, .. } => *number == matter,
                Note::Assignment { document, matters } => {
                    let belongs = if matters.is_empty() { matter == MatterNumber::DEFAULT } else { matters.contains(&matter) };
                    belongs && self.file.documents.contains_key(document)
                }
                _ => false,
            }
    }

    /// A document with the notes about it.
    fn document<'n>(&self, document: DocumentNumber, notes: impl Iterator<Item = (&'n DocumentNumber, &'n Filed)> + Clone) -> Verdict {
        rule(self.file.documents.contains_key(&document), DropReason::Gone)?;
        rule(!self.file.document_is_held(document), DropReason::Held)?;
        self.documents_may_go([document].into_iter())?;
        self.with_notes(vec![document], notes, |note| about(note) == About::Document(document))
    }

    fn documents_may_go(&self, documents: impl Iterator<Item = DocumentNumber> + Clone) -> Result<(), DropReason> {
        let file = self.file;
        rule(!documents.clone().any(|document| file.is_newer(document, self.proposal)), DropReason::Changed)?;
        rule(!documents.clone().any(|document| file.is_quarantined(document)), DropReason::Quarantine)?;
        if self.is_early {
            return Ok(());
        }
        // Most documents of a case have nothing of their own, and then one of them speaks for all.
        let mut plain_is_asked = false;
        for document in documents {
            let is_plain = file.facts(document).is_none();
            if !(is_plain && plain_is_asked) {
                file.document_is_kept(document).map_or(Ok(()), Err)?;
            }
            plain_is_asked |= is_plain;
        }
        Ok(())
    }

    fn with_notes<'n>(
        &self,
        documents: Vec<DocumentNumber>,
        notes: impl Iterator<Item = (&'n DocumentNumber, &'n Filed)> + Clone,
        goes: impl Fn(&Note) -> bool,
    ) -> Verdict {
        let count = documents.len() as u32;
        let mut leaves = documents;
        leaves.extend(notes.filter(|(_, (note, _))| goes(note)).map(|(place, _)| *place));
        rule(!leaves.is_empty(), DropReason::Gone)?;
        Ok(Condemned { target: self.target, opening_year: self.opening_year, documents: count, leaves })
    }
}

/// What a note in a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The case as a whole.
    Case,
    /// One matter.
    Matter(MatterNumber),
    /// One document.
    Document(DocumentNumber),
}

/// What this note is about: with that it goes.
pub fn about(note: &Note) -> About {
    match note {
        Note::Matter { number, .. } | Note::KindCorrected { matter: number, .. } => About::Matter(*number),
        Note::Event { scope: EventScope::Matter(number), .. } => About::Matter(*number),
        Note::Event { scope: EventScope::Document(document), .. } => About::Document(*document),
        Note::Assignment { document, .. } | Note::DocumentChecked { document, .. } | Note::QuarantineLifted { document } => {
            About::Document(*document)
        }
        _ => About::Case,
    }
}

/// One line of a column of rules.
fn rule(holds: bool, otherwise: DropReason) -> Result<(), DropReason> {
    if holds { Ok(()) } else { Err(otherwise) }
}

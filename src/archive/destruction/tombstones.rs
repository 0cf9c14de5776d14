//! What can still be asked about what was destroyed: since when, by which order, and the receipt of its storing. None of it is about anybody.

use std::collections::BTreeSet;

use crate::archive::retention::HoldItem;
use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, Receipt};
use crate::model::destruction::Tombstone;
use crate::model::retention::{Note, Part, Target};
use crate::model::{Address, CaseId, DocumentId, LedgerIndex, NoteId, Refusal, Timestamp};

/// What is told about a document or a case that was destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TombstoneView {
    /// When that was recorded.
    pub destroyed_at: Timestamp,
    /// The order; `None` if it came back with a backup and was removed again.
    pub order: Option<NoteId>,
    /// The ledger entry of its destruction.
    pub entry: LedgerIndex,
}

impl Vault {
    /// What is left of a document; `None` if it exists, or never did in this case.
    pub fn tombstone_of_document(&self, case: CaseId, document: DocumentId) -> Result<Option<TombstoneView>, ArchiveError> {
        match self.place_of_document(case, document)? {
            Some(place) => self.tombstone_told(place),
            None => Ok(None),
        }
    }

    /// What is left of a case; `None` if it exists, or never did.
    pub fn tombstone_of_case(&self, case: CaseId) -> Result<Option<TombstoneView>, ArchiveError> {
        match self.inner.store.case_number(self.id(), case)? {
            Some(number) => self.tombstone_told(Address::of_case(number)),
            None => Ok(None),
        }
    }

    /// The receipt that was given when the document was stored, whatever has become of the document since.
    pub async fn lasting_document_receipt(&self, case: CaseId, document: DocumentId) -> Result<Receipt, ArchiveError> {
        match self.document_receipt(case, document).await {
            Err(ArchiveError::Refused(why @ (Refusal::DocumentDestroyed | Refusal::CaseDestroyed))) => {
                let place = self.place_of_document(case, document)?.ok_or(why)?;
                self.receipt_from(place, why).await
            }
            answered => answered,
        }
    }

    /// The receipt that was given when the case was opened, whatever has become of the case since.
    pub async fn lasting_case_receipt(&self, case: CaseId) -> Result<Receipt, ArchiveError> {
        match self.case_receipt(case).await {
            Err(ArchiveError::Refused(why @ Refusal::CaseDestroyed)) => {
                let number = self.inner.store.case_number(self.id(), case)?.ok_or(why)?;
                self.receipt_from(Address::of_case(number), why).await
            }
            answered => answered,
        }
    }

    /// Whether these items are the ones of a frozen list: whoever repeats a proposal gets the same answer, also when it was carried out
    /// meanwhile. A matter that is gone is not known by its id any more; then it counts as one that was meant.
    pub(super) fn names(&self, items: &[HoldItem], frozen: &[Target]) -> Result<bool, ArchiveError> {
        let mut left: BTreeSet<Target> = frozen.iter().copied().collect();
        let mut forgotten = 0;
        for item in items {
            let Some(case) = self.inner.store.case_number(self.id(), item.case)? else { return Ok(false) };
            let part = match (item.matter, item.document) {
                (None, None) => Some(Part::Whole),
                (None, Some(document)) => self.place_of_document(item.case, document)?.map(|place| Part::Document(place.document)),
                (Some(matter), _) => {
                    let dossier = self.inner.store.dossier(self.id(), case)?;
                    let known = dossier.and_then(|dossier| dossier.matter_called(matter).map(|matter| Part::Matter(matter.number)));
                    forgotten += usize::from(known.is_none());
                    let Some(known) = known else { continue };
                    Some(known)
                }
            };
            if !part.is_some_and(|part| left.remove(&Target { case, part })) {
                return Ok(false);
            }
        }
        Ok(left.len() == forgotten && self.are_forgotten_matters(&left)?)
    }

    fn are_forgotten_matters(&self, targets: &BTreeSet<Target>) -> Result<bool, ArchiveError> {
        for target in targets {
            let Part::Matter(number) = target.part else { return Ok(false) };
            if self.inner.store.dossier(self.id(), target.case)?.is_some_and(|dossier| dossier.matter(number).is_some()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn receipt_from(&self, place: Address, why: Refusal) -> Result<Receipt, ArchiveError> {
        let Tombstone { entry, receipt_size, stored_at, .. } = self.inner.store.tombstone(self.id(), place)?.ok_or(why)?;
        self.inner.issue_again(self.id(), entry, receipt_size, stored_at).await
    }

    /// Where a document lies or lay; the ids stay when everything else goes.
    fn place_of_document(&self, case: CaseId, document: DocumentId) -> Result<Option<Address>, ArchiveError> {
        let number = self.inner.store.case_number(self.id(), case)?;
        let place = self.inner.store.document_address(self.id(), document)?;
        Ok(place.filter(|place| Some(place.case) == number))
    }

    fn tombstone_told(&self, place: Address) -> Result<Option<TombstoneView>, ArchiveError> {
        let Some(tombstone) = self.inner.store.tombstone(self.id(), place)? else { return Ok(None) };
        let damaged = || ArchiveError::Damaged(format!("the tombstone {:#018x} of vault {} has no note", place.to_u64(), self.id()));
        let step = self.inner.store.note(self.id(), tombstone.step)?.ok_or_else(damaged)?;
        let order = match step.note {
            Note::OrderStep { order, .. } => Some(self.inner.store.note(self.id(), order)?.ok_or_else(damaged)?.id),
            _ => None,
        };
        Ok(Some(TombstoneView { destroyed_at: tombstone.destroyed_at, order, entry: step.entry }))
    }
}

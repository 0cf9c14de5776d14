//! Reading back what was filed: a note with its words, all notes about a hold, a batch or a box, all events of a case, what waits in
//! quarantine, and lists of what the registers hold.
//!
//! What is filed once is never edited, so that here stands, beside what counts today, also what counted before and why it changed.

use std::collections::BTreeMap;

use super::{BatchView, BoxView};
use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, NoteView, Page, Receipt};
use crate::limits::PAGE_ROWS_READ_MAX;
use crate::model::retention::{EventScope, MatterNumber, Note, ScanDefect};
use crate::model::{Address, CaseId, CaseNumber, DocumentId, DocumentNumber, NoteId, Refusal};
use crate::store::codec::RegisterFacts;
use crate::store::{Column, StoreError, codec, key};

/// A note with the ids behind its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteTold {
    /// The note.
    pub note: NoteView,
    /// The case in which it was filed; `None` for one of the registers.
    pub case: Option<CaseId>,
    /// The hold, proposal, batch or box that it continues.
    pub of: Option<NoteId>,
    /// The matter that it is about; the default matter has no id.
    pub matter: Option<NoteId>,
    /// The document that it is about.
    pub document: Option<DocumentId>,
}

/// Whether an event counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventState {
    /// It counts.
    Counts,
    /// Another one has taken its place, or has withdrawn it.
    Superseded {
        /// That one.
        by: NoteId,
    },
    /// It withdraws another one, and nothing counts from it.
    Withdrawal,
}

/// An event of a case, whether it counts or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// How it was recorded, and what it is about.
    pub told: NoteTold,
    /// Whether it counts.
    pub state: EventState,
}

/// A document in which the scan gate found something that nobody has cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedView {
    /// The case.
    pub case: CaseId,
    /// The document.
    pub document: DocumentId,
    /// What was found.
    pub defects: Vec<ScanDefect>,
    /// The scan batch, if one was named.
    pub batch: Option<NoteId>,
}

impl Vault {
    /// A note, whatever it is about.
    pub fn note_told(&self, id: NoteId) -> Result<NoteTold, ArchiveError> {
        self.told(self.note(id)?)
    }

    /// The receipt that was given when a note was filed.
    pub async fn note_receipt(&self, id: NoteId) -> Result<Receipt, ArchiveError> {
        let record = self.note(id)?.record;
        self.inner.issue_again(self.id(), record.entry, record.receipt_size, record.recorded_at).await
    }

    /// How something in the registers was filed and everything that continued it, in order, from position `after` on.
    pub fn history(&self, id: NoteId, after: usize, limit: usize) -> Result<Page<NoteTold>, ArchiveError> {
        let first = self.inner.store.note_address(self.id(), id)?.filter(|place| place.is_in_registers()).ok_or(Refusal::NoteUnknown)?;
        let mut page = Page { items: Vec::new(), next: None };
        let mut position = 0;
        for record in self.inner.store.notes(self.id(), first)? {
            let record = record?;
            if record.address != first && record.note.continues() != Some(first) {
                continue;
            }
            if page.items.len() == limit {
                page.next = Some(position as u64);
                break;
            }
            if position >= after {
                page.items.push(self.told(self.note_at(record.address)?)?);
            }
            position += 1;
        }
        Ok(page)
    }

    /// Every event that was recorded about a case, its matters and its documents, in the order of recording, from `after` on.
    pub fn case_events(&self, case: CaseId, after: Option<u64>, limit: usize) -> Result<Page<EventView>, ArchiveError> {
        let number = self.case_facts(case)?.number;
        let (mut places, mut superseded) = (Vec::new(), BTreeMap::new());
        for record in self.inner.store.notes(self.id(), Address { case: number, document: DocumentNumber::FIRST_NOTE })? {
            let record = record?;
            if record.address.case != number {
                break;
            }
            if let Note::Event { supersedes, .. } = &record.note {
                superseded.extend(supersedes.map(|other| (other, record.id)));
                places.push(record.address);
            }
        }
        let mut page = Page { items: Vec::new(), next: None };
        for place in places.into_iter().filter(|place| u64::from(place.document.get()) >= after.unwrap_or(0)) {
            if page.items.len() == limit {
                page.next = Some(u64::from(place.document.get()));
                break;
            }
            let told = self.told(self.note_at(place)?)?;
            let state = match (superseded.get(&told.note.record.id), &told.note.record.note) {
                (Some(by), _) => EventState::Superseded { by: *by },
                (None, Note::Event { valid_on: None, .. }) => EventState::Withdrawal,
                (None, _) => EventState::Counts,
            };
            page.items.push(EventView { told, state });
        }
        Ok(page)
    }

    /// Scan batches in the order of registering, complete ones as well, from `after` on.
    pub fn batches(&self, after: Option<u64>, limit: usize) -> Result<Page<BatchView>, ArchiveError> {
        self.registered(after, limit, |place, facts| match facts {
            RegisterFacts::Batch(facts) => Ok(Some(BatchView { note: self.note_at(place)?, facts })),
            _ => Ok(None),
        })
    }

    /// Boxes in the order of registering, destroyed ones as well, from `after` on.
    pub fn all_boxes(&self, after: Option<u64>, limit: usize) -> Result<Page<BoxView>, ArchiveError> {
        self.registered(after, limit, |place, facts| match facts {
            RegisterFacts::Box(facts) => self.view_box(place, *facts).map(Some),
            _ => Ok(None),
        })
    }

    fn registered<T>(
        &self,
        after: Option<u64>,
        limit: usize,
        view: impl Fn(Address, RegisterFacts) -> Result<Option<T>, ArchiveError>,
    ) -> Result<Page<T>, ArchiveError> {
        let mut page = Page { items: Vec::new(), next: None };
        for row in self.inner.store.registers(self.id())? {
            let (place, facts) = row?;
            if place.case.get() < after.unwrap_or(0) {
                continue;
            }
            if page.items.len() == limit {
                page.next = Some(place.case.get());
                break;
            }
            page.items.extend(view(place, facts)?);
        }
        Ok(page)
    }

    /// Documents in quarantine in the order of their cases, from `after` on. Every document of the vault must be looked at, so a page
    /// ends after so many of them, with fewer items or none, and says where the next one begins.
    pub fn quarantined(&self, after: Option<u64>, limit: usize) -> Result<Page<QuarantinedView>, ArchiveError> {
        let from = after.map(|after| key::document(self.id(), Address::from_u64(after)));
        let prefix = self.id().0;
        let mut page = Page { items: Vec::new(), next: None };
        for (read, row) in self.inner.store.rows(Column::DocumentFacts, &prefix, from.as_deref())?.enumerate() {
            let (found, value) = row?;
            let damaged = || StoreError::Damaged("a key of column document_facts is not one".to_owned());
            let (_, address) = key::parse_document(&found).ok_or_else(damaged)?;
            if page.items.len() == limit || read == PAGE_ROWS_READ_MAX {
                page.next = Some(address.to_u64());
                break;
            }
            let facts = codec::decode_document_facts(&value);
            let facts = facts.map_err(|why| StoreError::Unreadable { column: Column::DocumentFacts, why })?;
            let Some(scan) = facts.scan.filter(|scan| !scan.defects.is_empty()) else { continue };
            let (case, document) = (self.case_id(address.case)?, self.document_id(address)?);
            page.items.push(QuarantinedView { case, document, defects: scan.defects, batch: scan.batch });
        }
        Ok(page)
    }

    fn told(&self, note: NoteView) -> Result<NoteTold, ArchiveError> {
        let record = &note.record;
        let of = record.note.continues().map(|place| self.note_id_at(place)).transpose()?;
        if record.address.is_in_registers() {
            return Ok(NoteTold { note, case: None, of, matter: None, document: None });
        }
        let number = record.address.case;
        let matter = match &record.note {
            Note::Matter { .. } => Some(record.id),
            Note::Event { scope: EventScope::Matter(matter), .. } | Note::KindCorrected { matter, .. } => {
                self.matter_id(number, *matter)?
            }
            _ => None,
        };
        let document = match &record.note {
            Note::Event { scope: EventScope::Document(document), .. }
            | Note::Assignment { document, .. }
            | Note::DocumentChecked { document, .. }
            | Note::QuarantineLifted { document } => Some(self.document_id(Address { case: number, document: *document })?),
            _ => None,
        };
        Ok(NoteTold { case: Some(self.case_id(number)?), of, matter, document, note })
    }

    fn matter_id(&self, case: CaseNumber, matter: MatterNumber) -> Result<Option<NoteId>, ArchiveError> {
        Ok(self.dossier_of(case, None)?.matter(matter).and_then(|matter| matter.id))
    }

    fn note_id_at(&self, place: Address) -> Result<NoteId, ArchiveError> {
        let damaged = || ArchiveError::Damaged(format!("note {:#018x} of vault {} has no record", place.to_u64(), self.id()));
        Ok(self.inner.store.note(self.id(), place)?.ok_or_else(damaged)?.id)
    }
}

//! What is due, overdue, open, contradictory: ranges of the agenda, with where each item stands today.

use crate::archive::ArchiveError;
use crate::archive::vault::Vault;
use crate::model::retention::{DocumentFacts, Line, MatterNumber, Part, Target, Today, Watermark};
use crate::model::{Address, CaseId, CaseNumber, Date, DocumentId, NoteId};
use crate::policy::retention::{Brakes, Standing, standing};
use crate::store::agenda::{self, Item, List};

/// One line of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// The case.
    pub case: CaseId,
    /// The matter's number.
    pub number: MatterNumber,
    /// The matter's id; `None` for the default matter.
    pub matter: Option<NoteId>,
    /// The document, if the line is one document's own.
    pub document: Option<DocumentId>,
    /// Class and dates.
    pub line: Line,
    /// Where it stands today.
    pub standing: Standing,
}

/// A page of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duties {
    /// The items, oldest first.
    pub items: Vec<DueItem>,
    /// Where the next page begins.
    pub next: Option<Vec<u8>>,
    /// Which day it is.
    pub today: Today,
    /// How far the intake has come.
    pub watermark: Watermark,
    /// Whether all dates follow the catalogue in force; if not, a background job is at it.
    pub complete: bool,
}

impl Vault {
    /// Where a listing of what is due begins that leaves out what became due before this day.
    pub fn due_cursor(&self, from: Date) -> Vec<u8> {
        agenda::first_of(self.id(), List::KeepUntil, from.plus_days(-1).unwrap_or(from))
    }

    /// What becomes due up to and including a day, whatever still stops it.
    pub fn due(&self, until: Date, cursor: Option<&[u8]>, limit: usize) -> Result<Duties, ArchiveError> {
        // Due is the day after the last day of keeping.
        match until.plus_days(-1) {
            Some(last_kept) => self.duties(List::KeepUntil, Some(last_kept), cursor, limit),
            None => self.duties(List::KeepUntil, Some(until), cursor, 0),
        }
    }

    /// What should have been destroyed already, by the wall clock.
    pub fn overdue(&self, cursor: Option<&[u8]>, limit: usize) -> Result<Duties, ArchiveError> {
        let until = self.today()?.wall.plus_days(-1);
        self.duties(List::DestroyBy, until, cursor, limit)
    }

    /// What has no dates, the oldest matters first.
    pub fn open_items(&self, cursor: Option<&[u8]>, limit: usize) -> Result<Duties, ArchiveError> {
        self.duties(List::Open, None, cursor, limit)
    }

    /// What contradicts itself.
    pub fn conflicts(&self, cursor: Option<&[u8]>, limit: usize) -> Result<Duties, ArchiveError> {
        self.duties(List::Conflict, None, cursor, limit)
    }

    fn duties(&self, list: List, until: Option<Date>, cursor: Option<&[u8]>, limit: usize) -> Result<Duties, ArchiveError> {
        let (facts, today) = (self.facts()?, self.today()?);
        let watermark = facts.intake.watermark();
        let (mut items, mut next) = (Vec::new(), None);
        let mut last = None;
        for item in self.inner.store.agenda(self.id(), list, until, cursor)? {
            let item = item?;
            if items.len() == limit {
                next = last;
                break;
            }
            last = Some(item.cursor.clone());
            items.push(self.due_item(item, today, watermark)?);
        }
        let complete = facts.catalogue.is_none() || facts.refreshed_below >= CaseNumber::FIRST_REGISTER.get();
        Ok(Duties { items, next, today, watermark, complete })
    }

    fn due_item(&self, item: Item, today: Today, watermark: Watermark) -> Result<DueItem, ArchiveError> {
        let Item { case, document, line, .. } = item;
        let brakes = match document {
            Some(document) => self.brakes_of_document(Address { case, document }, watermark)?,
            None => self.brakes_of_matter(case, line.matter, watermark)?,
        };
        let matter = match line.matter {
            MatterNumber::DEFAULT => None,
            number => self.dossier_of(case, None)?.matter(number).and_then(|matter| matter.id),
        };
        let standing = standing(&line.dates, today, &brakes);
        let document = document.map(|document| self.document_id(Address { case, document })).transpose()?;
        Ok(DueItem { case: self.case_id(case)?, number: line.matter, matter, document, line, standing })
    }

    /// What stops the destruction of a matter as a whole.
    pub(super) fn brakes_of_matter(&self, case: CaseNumber, matter: MatterNumber, watermark: Watermark) -> Result<Brakes, ArchiveError> {
        let mut holds = Vec::new();
        for part in [Part::Whole, Part::Matter(matter)] {
            let on = self.inner.store.holds_on(self.id(), Target { case, part })?;
            holds.extend(on.into_iter().map(|(_, kind)| kind));
        }
        Ok(Brakes { holds, quarantined: false, watermark })
    }

    /// What stops the destruction of a document.
    pub(super) fn brakes_of_document(&self, address: Address, watermark: Watermark) -> Result<Brakes, ArchiveError> {
        let facts = self.facts_of_document(address)?;
        let quarantined = facts.as_ref().is_some_and(DocumentFacts::is_quarantined);
        let holds = self.holds_covering(address, facts.as_ref())?.into_iter().map(|(_, kind)| kind).collect();
        Ok(Brakes { holds, quarantined, watermark })
    }
}

//! What is due, overdue, open, contradictory: ranges of the agenda, with where each item stands today.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::contents::{self, Counts};
use crate::archive::ArchiveError;
use crate::archive::vault::Vault;
use crate::model::retention::{Catalogue, Dates, Disposal, DocumentFacts, Dossier, Line, MatterNumber, Part, Target, Today, Watermark};
use crate::model::{Address, CaseId, CaseNumber, Date, DocumentId, DocumentNumber, NoteId};
use crate::policy::retention::{Brakes, Contents, Inside, Standing, document_dates, lines, open_days, standing};
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
    /// What happens when the period is over; `None` if no class of the catalogue in force says so.
    pub disposal: Option<Disposal>,
    /// For how many documents the line stands.
    pub documents: u32,
    /// What stops single documents of the matter.
    pub inside: Inside,
    /// Where it stands today.
    pub standing: Standing,
    /// For how many days it has been waiting for a start event or a class; `None` if it is not, or if nobody knows since when.
    pub open_days: Option<u32>,
}

/// What a page needs of a case. Lines of one case are rarely neighbours in the agenda, so each case is read once for a page.
struct CasePage {
    dossier: Dossier,
    contents: Contents,
    counts: Counts,
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

/// The lists of the agenda, by what people ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgendaList {
    /// What becomes due.
    Due,
    /// What should have been destroyed already.
    Overdue,
    /// What has no dates.
    Open,
    /// What contradicts itself.
    Conflicts,
}

impl AgendaList {
    fn list(self) -> List {
        match self {
            Self::Due => List::KeepUntil,
            Self::Overdue => List::DestroyBy,
            Self::Open => List::Open,
            Self::Conflicts => List::Conflict,
        }
    }
}

impl Vault {
    /// Whether a page of this list, and of no other, can have said this cursor.
    pub fn is_cursor_of(&self, list: AgendaList, cursor: &[u8]) -> bool {
        agenda::is_in(self.id(), list.list(), cursor)
    }

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
        let catalogue = self.catalogue()?;
        let mut cases: HashMap<CaseNumber, CasePage> = HashMap::new();
        for item in self.inner.store.agenda(self.id(), list, until, cursor)? {
            let item = item?;
            if items.len() == limit {
                next = last;
                break;
            }
            last = Some(item.cursor.clone());
            let case = match cases.entry(item.case) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.case_page(item.case, catalogue.as_deref())?),
            };
            let item = Item { line: brought_up_to_date(item.line, &case.dossier, item.document, catalogue.as_deref()), ..item };
            if item.document.is_none() && !speaks_for_something(&item.line, case) {
                continue;
            }
            items.push(self.due_item(item, case, catalogue.as_deref(), (today, watermark))?);
        }
        let complete = facts.catalogue.is_none() || facts.refreshed_below >= CaseNumber::FIRST_REGISTER.get();
        Ok(Duties { items, next, today, watermark, complete })
    }

    fn case_page(&self, case: CaseNumber, catalogue: Option<&Catalogue>) -> Result<CasePage, ArchiveError> {
        let dossier = self.dossier_of(case, catalogue)?;
        let store = &self.inner.store;
        let facts = store.facts_of_case(self.id(), case)?;
        let counts = Counts::among(&dossier, catalogue, &facts, store.count_in_case(self.id(), case)?);
        Ok(CasePage { dossier, contents: contents::among(store, self.id(), case, facts)?, counts })
    }

    fn due_item(
        &self,
        item: Item,
        page: &CasePage,
        catalogue: Option<&Catalogue>,
        (today, watermark): (Today, Watermark),
    ) -> Result<DueItem, ArchiveError> {
        let Item { day, case, document, line, .. } = item;
        let CasePage { dossier, contents, counts } = page;
        let (dates, brakes) = match document {
            Some(document) => {
                let address = Address { case, document };
                let facts = self.facts_of_document(address)?;
                // A document of several matters goes when the longest of their periods is over, whichever of its lines this is.
                let dates = document_dates(dossier, facts.as_ref(), catalogue);
                let brakes = self.brakes_of_document(address, watermark)?.of_document(&dates, dossier, facts.as_ref(), catalogue);
                (dates.dates, brakes)
            }
            None => {
                let brakes = self.brakes_of_matter(case, line.matter, watermark)?;
                (line.dates.clone(), brakes.of_line(&line, dossier, contents, catalogue))
            }
        };
        let standing = standing(&dates, today, &brakes);
        let open_days = match document {
            // A document's own line waits since the document was received.
            Some(_) if matches!(line.dates, Dates::Open { .. } | Dates::Unclassed) => {
                Some(day).filter(|day| day.days() != 0).map(|day| day.days_until(today.wall))
            }
            _ => open_days(&line, dossier, today),
        };
        let document = document.map(|document| self.document_id(Address { case, document })).transpose()?;
        let disposal = line.class.as_ref().and_then(|code| Some(catalogue?.classes.get(code)?.disposal));
        Ok(DueItem {
            case: self.case_id(case)?,
            number: line.matter,
            matter: dossier.matter(line.matter).and_then(|matter| matter.id),
            document,
            documents: if document.is_some() { 1 } else { counts.of(&line).documents },
            line,
            disposal,
            inside: brakes.inside,
            standing,
            open_days,
        })
    }

    /// What stops the destruction of a matter as a whole.
    pub(super) fn brakes_of_matter(&self, case: CaseNumber, matter: MatterNumber, watermark: Watermark) -> Result<Brakes, ArchiveError> {
        let mut holds = Vec::new();
        for part in [Part::Whole, Part::Matter(matter)] {
            let on = self.inner.store.holds_on(self.id(), Target { case, part })?;
            holds.extend(on.into_iter().map(|(_, kind)| kind));
        }
        Ok(Brakes { holds, watermark, ..Brakes::default() })
    }

    /// What stops the destruction of a document.
    pub(super) fn brakes_of_document(&self, address: Address, watermark: Watermark) -> Result<Brakes, ArchiveError> {
        let facts = self.facts_of_document(address)?;
        let quarantined = facts.as_ref().is_some_and(DocumentFacts::is_quarantined);
        let holds = self.holds_covering(address, facts.as_ref())?.into_iter().map(|(_, kind)| kind).collect();
        Ok(Brakes { holds, quarantined, watermark, ..Brakes::default() })
    }
}

/// Whether there is anything that a matter's line is about. A default matter from which everything was assigned elsewhere is empty, and a
/// line that waits for a document's own day is about those documents that have none.
fn speaks_for_something(line: &Line, page: &CasePage) -> bool {
    if matches!(line.dates, Dates::Open { missing } if missing.comes_with_the_document()) {
        return page.counts.of(line).without_own > 0;
    }
    line.matter != MatterNumber::DEFAULT || page.dossier.matters.len() == 1 || page.counts.has_documents(line.matter)
}

/// A matter's line as the catalogue in force would have it: until the background job has come to a case, what is stored follows another
/// one, and nothing may be offered by rules that are replaced. The dates of a document are computed by the catalogue in force anyway.
fn brought_up_to_date(line: Line, dossier: &Dossier, document: Option<DocumentNumber>, catalogue: Option<&Catalogue>) -> Line {
    if document.is_some() || catalogue.is_none_or(|catalogue| catalogue.version == line.version) {
        return line;
    }
    let of_matter: Vec<Line> = lines(dossier, catalogue).into_iter().filter(|fresh| fresh.matter == line.matter).collect();
    let same_class = of_matter.iter().find(|fresh| fresh.class == line.class);
    same_class.or(of_matter.first()).cloned().unwrap_or(Line { dates: Dates::Unclassed, ..line })
}

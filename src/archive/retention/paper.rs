//! Boxes of paper originals: registering, steps, what may be destroyed and what must be pulled out before.

use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, Filed, NoteRequest, NoteView, Page};
use crate::model::retention::{BatchFacts, BoxFacts, BoxPosition, BoxStep, Disposition, Note, NoteWords, OriginalFlag, QaMode, QaResult};
use crate::model::{Address, CaseId, Date, DocumentId, NoteId, Principal, Refusal};
use crate::policy::paper::{DocumentState, Image, PaperRule, Release, by_first_day, release};
use crate::store::codec::RegisterFacts;

/// One document in a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxItem {
    /// The case of the document.
    pub case: CaseId,
    /// The document.
    pub document: DocumentId,
    /// Where it lies, from 1.
    pub position: u32,
    /// Its sheets of paper.
    pub sheets: u16,
    /// Why it must not be destroyed.
    pub flags: Vec<OriginalFlag>,
}

/// A box to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxRequest {
    /// The id that the scan line chose.
    pub id: NoteId,
    /// The scan batch it belongs to.
    pub batch: NoteId,
    /// The day of scanning.
    pub scanned_on: Date,
    /// All sheets in it, as the scan protocol counts them.
    pub sheets: u32,
    /// What is in it.
    pub items: Vec<BoxItem>,
    /// Where it stands.
    pub words: NoteWords,
}

/// Something that was done with a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRequest {
    /// The id that the application chose.
    pub id: NoteId,
    /// What was done.
    pub step: BoxStep,
    /// By whom, where, with what.
    pub words: NoteWords,
}

/// A box as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxView {
    /// How it was registered.
    pub note: NoteView,
    /// What has become of it.
    pub facts: BoxFacts,
    /// Whether it may be destroyed, and what stands in the way.
    pub release: Release,
    /// The documents at its positions, with their cases.
    pub documents: Vec<(u32, CaseId, DocumentId)>,
    /// How the quality of the documents at its positions was assured apart from the box, where it was.
    pub checks: Vec<(u32, QaMode, QaResult)>,
}

impl Vault {
    /// Registers a box.
    pub async fn register_box(&self, by: &Principal, request: BoxRequest) -> Result<Filed, ArchiveError> {
        let BoxRequest { id, batch, scanned_on, sheets, items, words } = request;
        let position = |item: BoxItem| {
            let document = self.address_of(item.case, item.document)?;
            let mut flags = item.flags;
            flags.sort_unstable();
            Ok(BoxPosition { document, position: item.position, sheets: item.sheets, flags })
        };
        let mut positions = items.into_iter().map(position).collect::<Result<Vec<_>, ArchiveError>>()?;
        positions.sort_by_key(|position| position.position);
        self.file(by, None, NoteRequest { id, note: Note::Box { batch, scanned_on, sheets, positions }, words }).await
    }

    /// Which of these originals lie in a box already, and in which; so many at most.
    pub fn in_boxes(&self, items: &[BoxItem], limit: usize) -> Result<Vec<(DocumentId, NoteId)>, ArchiveError> {
        let mut found = Vec::new();
        for item in items {
            if let Some(in_box) = self.inner.store.box_of(self.id(), self.address_of(item.case, item.document)?)? {
                found.push((item.document, self.note_at(in_box)?.record.id));
            }
            if found.len() == limit {
                break;
            }
        }
        Ok(found)
    }

    /// Records what was done with a box.
    pub async fn step_box(&self, by: &Principal, of: NoteId, request: StepRequest) -> Result<Filed, ArchiveError> {
        let StepRequest { id, step, words } = request;
        let of = self.box_place(of)?;
        self.file(by, None, NoteRequest { id, note: Note::BoxStep { of, step }, words }).await
    }

    /// A box as it stands.
    pub fn paper_box(&self, id: NoteId) -> Result<BoxView, ArchiveError> {
        let place = self.box_place(id)?;
        let facts = self.inner.store.paper_box(self.id(), place)?.ok_or(Refusal::BoxUnknown)?;
        self.view_box(place, facts)
    }

    /// Boxes that are not destroyed yet, the longest due first, from position `after` on. Only those on the page are looked into.
    pub fn boxes(&self, after: Option<u64>, limit: usize) -> Result<Page<BoxView>, ArchiveError> {
        let rule = PaperRule::of(self.catalogue()?.as_deref());
        let mut boxes: Vec<(Address, BoxFacts)> = Vec::new();
        for row in self.inner.store.registers(self.id())? {
            let (place, facts) = row?;
            if let RegisterFacts::Box(facts) = facts
                && facts.disposition == Disposition::Waiting
            {
                // What is in them is read again for those that are shown.
                boxes.push((place, BoxFacts { positions: Vec::new(), ..*facts }));
            }
        }
        boxes.sort_by(|a, b| by_first_day(&rule, &a.1, &b.1).then(a.0.cmp(&b.0)));
        let after = usize::try_from(after.unwrap_or(0)).unwrap_or(usize::MAX);
        let shown = boxes.iter().skip(after).take(limit);
        let view = |(place, _): &(Address, BoxFacts)| {
            let facts = self.inner.store.paper_box(self.id(), *place)?.ok_or(Refusal::BoxUnknown)?;
            self.view_box(*place, facts)
        };
        let items = shown.map(view).collect::<Result<Vec<_>, ArchiveError>>()?;
        let end = after.saturating_add(limit);
        Ok(Page { items, next: (end < boxes.len()).then_some(end as u64) })
    }

    pub(super) fn view_box(&self, place: Address, facts: BoxFacts) -> Result<BoxView, ArchiveError> {
        let rule = PaperRule::of(self.catalogue()?.as_deref());
        let batch = self.batch_of(&facts)?;
        let assigned = batch.is_some_and(|batch| batch.complete);
        let image = |document| self.image_of(document, assigned);
        let release = release(&facts, image, &rule, self.today()?, self.facts()?.backed_up_through, batch.as_ref())?;
        let document =
            |position: &BoxPosition| Ok((position.position, self.case_id(position.document.case)?, self.document_id(position.document)?));
        let documents = facts.positions.iter().map(|found| document(&found.position)).collect::<Result<_, ArchiveError>>()?;
        let checks = self.checks_of(&facts)?;
        Ok(BoxView { note: self.note_at(place)?, facts, release, documents, checks })
    }

    fn checks_of(&self, facts: &BoxFacts) -> Result<Vec<(u32, QaMode, QaResult)>, ArchiveError> {
        let mut checks = Vec::new();
        for position in facts.positions.iter().map(|found| &found.position) {
            let qa = self.facts_of_document(position.document)?.and_then(|facts| facts.scan).and_then(|scan| scan.qa);
            checks.extend(qa.map(|(mode, result)| (position.position, mode, result)));
        }
        Ok(checks)
    }

    /// The scan batch of a box. When it is complete, somebody has said that everything in it has reached its case: the rule asks the same.
    fn batch_of(&self, facts: &BoxFacts) -> Result<Option<BatchFacts>, ArchiveError> {
        let Some(place) = self.inner.store.note_address(self.id(), facts.batch)? else { return Ok(None) };
        Ok(self.inner.store.batch(self.id(), place)?)
    }

    fn image_of(&self, address: Address, assigned: bool) -> Result<Image, ArchiveError> {
        let Some(record) = self.inner.store.document(self.id(), address)? else {
            let is_destroyed = self.inner.store.tombstone(self.id(), address)?.is_some();
            return Ok(if is_destroyed { Image::Destroyed } else { Image::Missing });
        };
        let facts = self.facts_of_document(address)?;
        let held = self.holds_covering(address, facts.as_ref())?.iter().any(|(_, kind)| kind.stops_destruction());
        Ok(Image::Stored(DocumentState::new(record.stored_at, facts.as_ref(), assigned, held)))
    }

    fn box_place(&self, id: NoteId) -> Result<Address, ArchiveError> {
        let place = self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::BoxUnknown)?;
        self.inner.store.paper_box(self.id(), place)?.ok_or(Refusal::BoxUnknown)?;
        Ok(place)
    }
}

//! Boxes of paper originals: registering, steps, what may be destroyed and what must be pulled out before.

use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, Filed, NoteRequest, NoteView};
use crate::model::retention::{BoxFacts, BoxPosition, BoxStep, Note, NoteWords, OriginalFlag, QaMode, QaResult};
use crate::model::{Address, CaseId, Date, DocumentId, NoteId, Principal, Refusal};
use crate::policy::paper::{DocumentState, PaperRule, Release, by_urgency, release};
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

    /// Boxes that are not destroyed yet, the most urgent first.
    pub fn boxes(&self) -> Result<Vec<BoxView>, ArchiveError> {
        let mut boxes = Vec::new();
        for row in self.inner.store.registers(self.id())? {
            let (place, facts) = row?;
            if let RegisterFacts::Box(facts) = facts
                && facts.disposition == crate::model::retention::Disposition::Waiting
            {
                boxes.push(self.view_box(place, *facts)?);
            }
        }
        boxes.sort_by(|a, b| by_urgency(&a.release, &b.release));
        Ok(boxes)
    }

    pub(super) fn view_box(&self, place: Address, facts: BoxFacts) -> Result<BoxView, ArchiveError> {
        let rule = PaperRule::of(self.catalogue()?.as_deref());
        let assigned = self.is_complete(facts.batch)?;
        let state = |document| self.state_of(document, assigned);
        let release = release(&facts, state, &rule, self.today()?, self.facts()?.backed_up_through)?;
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

    /// Whether somebody has said that everything in a scan batch has reached its case: the rule asks the same.
    fn is_complete(&self, batch: NoteId) -> Result<bool, ArchiveError> {
        let Some(place) = self.inner.store.note_address(self.id(), batch)? else { return Ok(false) };
        Ok(self.inner.store.batch(self.id(), place)?.is_some_and(|batch| batch.complete))
    }

    fn state_of(&self, address: Address, assigned: bool) -> Result<Option<DocumentState>, ArchiveError> {
        let Some(record) = self.inner.store.document(self.id(), address)? else { return Ok(None) };
        let facts = self.facts_of_document(address)?;
        let held = self.holds_covering(address, facts.as_ref())?.iter().any(|(_, kind)| kind.stops_destruction());
        Ok(Some(DocumentState::new(record.stored_at, facts.as_ref(), assigned, held)))
    }

    fn box_place(&self, id: NoteId) -> Result<Address, ArchiveError> {
        let place = self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::BoxUnknown)?;
        self.inner.store.paper_box(self.id(), place)?.ok_or(Refusal::BoxUnknown)?;
        Ok(place)
    }
}

//! What happens in an office, in its own words. Whatever is not allowed panics with its refusal; `try_...` gives it back.

use super::{ANNA, BORIS, Office, VAULT, code, day};
use crate::model::command::Command;
use crate::model::retention::{
    BoxPosition, BoxStep, Catalogue, DocumentFacts, EventScope, EventType, HoldType, MatterNumber, Note, Part, Period, ScanDefect,
    ScanFacts, Target, TypeTag,
};
use crate::model::{Address, DocumentNumber, NoteId, PersonTag, Refusal};
use crate::policy::retention::{Standing, State};
use crate::policy::{Verdict, standing_of_document};

impl Office {
    /// Files a note that nobody in particular answers for.
    pub(crate) fn try_file(&mut self, note: Note) -> Result<NoteId, Refusal> {
        self.try_file_as(None, note)
    }

    /// Files a note in the name of somebody.
    pub(crate) fn try_file_as(&mut self, person: Option<PersonTag>, note: Note) -> Result<NoteId, Refusal> {
        let command = self.filing(person, note);
        let id = command.id;
        match self.submit(&Command::FileNote(Box::new(command)))? {
            Verdict::Happens(_) => Ok(id),
            other => panic!("a new note must not be a repetition: {other:?}"),
        }
    }

    /// Files a note.
    #[track_caller]
    pub(crate) fn file(&mut self, note: Note) -> NoteId {
        self.try_file(note).expect("must be accepted")
    }

    /// The place of a note.
    pub(crate) fn place(&self, note: NoteId) -> Address {
        self.memory.notes[&note].address
    }

    /// Somebody proposes a catalogue, and somebody else adopts it.
    #[track_caller]
    pub(crate) fn adopt(&mut self, catalogue: &Catalogue) {
        let proposal = self.propose(catalogue).expect("must be accepted");
        self.try_file_as(Some(BORIS), Note::ClassesAdopted { proposal }).expect("must be adopted");
    }

    /// Anna proposes a catalogue in the place of the one in force.
    pub(crate) fn propose(&mut self, catalogue: &Catalogue) -> Result<Address, Refusal> {
        let replaces = self.memory.facts.vault.catalogue.map_or(0, |(version, _)| version);
        let note = Note::ClassesProposed { replaces, catalogue: Box::new(catalogue.clone()), text: "text".to_owned() };
        self.try_file_as(Some(ANNA), note).map(|id| self.place(id))
    }

    /// Opens a matter with the next number.
    #[track_caller]
    pub(crate) fn open_matter(&mut self, kind: &str) -> MatterNumber {
        let number = MatterNumber(self.memory.facts.dossiers[&self.case()].matters.len() as u16);
        self.file(Note::Matter { number, kind: code(kind), from: None, to: None });
        number
    }

    /// Something happens that the case, a matter or a document is concerned with.
    pub(crate) fn try_event(
        &mut self,
        scope: EventScope,
        event: EventType,
        on: Option<&str>,
        supersedes: Option<NoteId>,
    ) -> Result<NoteId, Refusal> {
        let source = code("eakte");
        self.try_file(Note::Event { scope, event, valid_on: on.map(day), source, evidence: None, supersedes })
    }

    /// Something happens in the case.
    #[track_caller]
    pub(crate) fn happens(&mut self, event: EventType, on: &str) -> NoteId {
        self.try_event(EventScope::Case, event, Some(on), None).expect("must be accepted")
    }

    /// Stores a document of which only the content is given.
    pub(crate) fn store(&mut self) -> DocumentNumber {
        self.try_store(None).expect("must be stored")
    }

    /// Stores a document of which something is said.
    pub(crate) fn try_store(&mut self, facts: Option<DocumentFacts>) -> Result<DocumentNumber, Refusal> {
        let command = self.document(facts);
        let number = command.address.document;
        self.submit(&Command::StoreDocument(command)).map(|_| number)
    }

    /// Stores a document in these matters.
    #[track_caller]
    pub(crate) fn store_in(&mut self, matters: &[MatterNumber], type_tag: Option<TypeTag>) -> DocumentNumber {
        let facts = DocumentFacts { matters: matters.to_vec(), type_tag, ..DocumentFacts::default() };
        self.try_store(Some(facts)).expect("must be stored")
    }

    /// Stores a document that was scanned today.
    #[track_caller]
    pub(crate) fn scan(&mut self, batch: Option<NoteId>, defects: &[ScanDefect]) -> DocumentNumber {
        let scanned_on = self.memory.today.wall;
        let scan = ScanFacts { batch, scanned_on, pages: 2, high_protection: true, defects: defects.to_vec(), qa: None };
        self.try_store(Some(DocumentFacts { scan: Some(scan), ..DocumentFacts::default() })).expect("must be stored")
    }

    /// Registers a batch of two documents of two sheets each that was received today.
    #[track_caller]
    pub(crate) fn batch(&mut self) -> NoteId {
        self.batch_of(2, 4)
    }

    /// Registers a batch that was received today.
    #[track_caller]
    pub(crate) fn batch_of(&mut self, documents: u32, sheets: u32) -> NoteId {
        self.file(Note::Batch { received: self.memory.today.wall, documents, sheets })
    }

    /// Registers a box with these documents, two sheets each.
    #[track_caller]
    pub(crate) fn box_of(&mut self, batch: NoteId, documents: &[DocumentNumber]) -> Address {
        let scanned_on = self.memory.today.wall;
        let position = |(number, document): (usize, &DocumentNumber)| BoxPosition {
            document: self.place_of(*document),
            position: number as u32 + 1,
            sheets: 2,
            flags: Vec::new(),
        };
        let positions: Vec<BoxPosition> = documents.iter().enumerate().map(position).collect();
        let id = self.file(Note::Box { batch, scanned_on, sheets: 2 * positions.len() as u32, positions });
        self.place(id)
    }

    /// Something is done with a box.
    pub(crate) fn step(&mut self, of: Address, step: BoxStep) -> Result<NoteId, Refusal> {
        self.try_file(Note::BoxStep { of, step })
    }

    /// Places a hold on a part of the case, to be looked at in half a year.
    pub(crate) fn try_hold(&mut self, kind: HoldType, part: Part) -> Result<Address, Refusal> {
        let review_on = self.memory.today.wall.plus_months(6).expect("must be a day");
        let targets = vec![Target { case: self.case(), part }];
        self.try_file(Note::HoldPlaced { kind, review_on, ends_on: None, targets }).map(|id| self.place(id))
    }

    /// Places a hold on the whole case.
    #[track_caller]
    pub(crate) fn place_hold(&mut self, kind: HoldType) -> Address {
        self.try_hold(kind, Part::Whole).expect("must be accepted")
    }

    /// Releases a hold.
    #[track_caller]
    pub(crate) fn release_hold(&mut self, hold: Address) {
        self.file(Note::HoldReleased { hold });
    }

    /// The scan line reports that everything received until yesterday is registered.
    #[track_caller]
    pub(crate) fn report_intake(&mut self) {
        let through = self.memory.today.certain.plus_days(-1).expect("must be a day");
        self.file(Note::IntakeReported { through });
    }

    /// Time passes, as both clocks see it.
    pub(crate) fn advance(&mut self, period: &str) {
        let period = Period::parse(period).expect("must be a period");
        self.go_to(period.last_day(self.memory.today.certain).expect("must be a day"));
    }

    /// Where a document stands today.
    pub(crate) fn standing(&mut self, document: DocumentNumber) -> Standing {
        let address = self.place_of(document);
        standing_of_document(&mut self.memory, VAULT, address).expect("must be readable").1
    }

    /// The period of a document is over, or not yet.
    #[track_caller]
    pub(crate) fn expect_due(&mut self, document: DocumentNumber, due: bool) {
        let standing = self.standing(document);
        assert_eq!(standing.state() == State::Due, due, "on {}: {standing:?}", self.memory.today.certain);
    }

    /// The destruction of a document may be proposed, or not.
    #[track_caller]
    pub(crate) fn expect_proposable(&mut self, document: DocumentNumber, proposable: bool) {
        let standing = self.standing(document);
        assert_eq!(standing.may_be_proposed(), proposable, "on {}: {standing:?}", self.memory.today.certain);
    }
}

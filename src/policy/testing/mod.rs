//! An office in memory, for tests: it files notes through the same rules and the same projection as the archive, and keeps the facts.
//!
//! Tests speak the language of the domain: matters are opened, events happen, holds are placed, years pass.

mod catalogue;
mod memory;
mod orders;
mod words;

pub(crate) use catalogue::{class, code, day, shipped_like, tag};
pub(crate) use memory::{Memory, Unreadable};

use crate::model::command::{Beside, Command, FileNote, OpenCase, StoreDocument};
use crate::model::retention::{DocumentFacts, Note, Today, VaultFacts};
use crate::model::{
    Address, CaseId, CaseNumber, Date, DocumentId, DocumentNumber, Event, Handle, LedgerIndex, NoteId, PersonTag, Refusal, Timestamp,
    VaultId,
};
use crate::policy::fact_invariants::fact_holds;
use crate::policy::{Undecided, Verdict, View as _, decide};
use crate::state;

/// The only vault of the office.
pub(crate) const VAULT: VaultId = VaultId([7; 16]);
/// Who proposes.
pub(crate) const ANNA: PersonTag = PersonTag([1; 16]);
/// Who adopts.
pub(crate) const BORIS: PersonTag = PersonTag([2; 16]);

/// What the office decided, and when.
#[derive(Clone)]
struct Happened {
    now: Timestamp,
    event: Event,
}

/// An office with one vault. What is filed in a case goes to the case opened last.
pub(crate) struct Office {
    pub(crate) memory: Memory,
    /// What is said beside the next notes. Everybody gives a reason, unless a test says otherwise.
    pub(crate) beside: Beside,
    history: Vec<Happened>,
    next: u32,
    case: CaseId,
}

impl Office {
    /// An office on 1 January 2010, in which one case of this kind is open.
    pub(crate) fn open(kind: &str) -> Self {
        let beside = Beside { has_reason: true, replaces_review: None };
        let (memory, case) = (Memory::new(day("2010-01-01")), CaseId::from_bytes([0xCA; 16]));
        let mut office = Self { memory, beside, history: Vec::new(), next: 0, case };
        office.open_case(kind);
        office
    }

    /// Opens a case; what follows is filed in it.
    pub(crate) fn open_case(&mut self, kind: &str) -> CaseNumber {
        let number = CaseNumber::new(u64::from(self.number())).expect("must be a case number");
        self.case = CaseId::from_bytes(self.bytes());
        let mut reference_tag = [0; 32];
        reference_tag[..16].copy_from_slice(&self.bytes());
        let opened = OpenCase {
            vault: VAULT,
            case: self.case,
            number,
            handle: Handle([0; 16]),
            opening_year: 2010,
            kind: code(kind),
            reference_tag,
            header: Vec::new(),
            sealed_details: Vec::new(),
        };
        self.submit(&Command::OpenCase(opened)).expect("a new case must be accepted");
        number
    }

    /// The number of the case opened last.
    pub(crate) fn case(&self) -> CaseNumber {
        self.memory.cases[&self.case].number
    }

    /// The place of a document of the case opened last.
    pub(crate) fn place_of(&self, document: DocumentNumber) -> Address {
        Address { case: self.case(), document }
    }

    /// A document with these facts, ready to be stored.
    pub(crate) fn document(&mut self, facts: Option<DocumentFacts>) -> StoreDocument {
        let number = DocumentNumber::new(self.number()).expect("must be a document number");
        StoreDocument {
            vault: VAULT,
            case: self.case,
            document: DocumentId::from_bytes(self.bytes()),
            address: self.place_of(number),
            handle: Handle([0; 16]),
            opening_year: 2010,
            plain_bytes: 1,
            header: Vec::new(),
            sealed_details: Vec::new(),
            frames: 1,
            sealed_bytes: 18,
            staged: None,
            facts,
        }
    }

    /// A note that is ready to be filed where its kind belongs.
    pub(crate) fn filing(&mut self, person: Option<PersonTag>, note: Note) -> FileNote {
        let in_case = matches!(
            note,
            Note::Matter { .. }
                | Note::KindCorrected { .. }
                | Note::Event { .. }
                | Note::Assignment { .. }
                | Note::DocumentChecked { .. }
                | Note::QuarantineLifted { .. }
        );
        let number = self.number();
        let address = if in_case {
            self.place_of(DocumentNumber::new(DocumentNumber::FIRST_NOTE.get() + number).expect("must be a place"))
        } else {
            Address::of_case(CaseNumber::new(CaseNumber::FIRST_REGISTER.get() + u64::from(number)).expect("must be a register"))
        };
        FileNote {
            vault: VAULT,
            case: in_case.then_some(self.case),
            id: NoteId::from_bytes(self.bytes()),
            address,
            handle: Handle([0; 16]),
            opening_year: 2010,
            person,
            note,
            beside: self.beside,
            header: Vec::new(),
            sealed_details: Vec::new(),
        }
    }

    /// Decides a command; what happens changes the facts.
    pub(crate) fn submit(&mut self, command: &Command) -> Result<Verdict, Refusal> {
        match decide(&mut self.memory, command) {
            Ok(verdict) => {
                if let Verdict::Happens(event) = &verdict {
                    let happened = Happened { now: self.memory.now, event: Event::clone(event) };
                    happen(&mut self.memory, &happened, self.history.len());
                    self.history.push(happened);
                }
                Ok(verdict)
            }
            Err(Undecided::Refused(refusal)) => Err(refusal),
            Err(Undecided::Unreadable(Unreadable)) => panic!("the memory of the office must be readable"),
        }
    }

    /// The background job computes every case by the catalogue in force.
    pub(crate) fn refresh(&mut self) {
        let Some(catalogue) = self.memory.catalogue(VAULT).expect("must be readable") else { return };
        for (case, dossier) in self.memory.facts.dossiers.clone() {
            let documents = self.memory.facts_of_case(VAULT, case).expect("must be readable");
            for fact in state::refresh(case, &dossier, true, &documents, &catalogue) {
                self.memory.learn_fact(fact);
            }
        }
        let counted = CaseNumber::FIRST_REGISTER.get();
        let facts = VaultFacts { refreshed_below: counted, ..VaultFacts::clone(&self.memory.facts.vault) };
        self.memory.facts.vault = facts.into();
    }

    /// The office as it follows from everything that has happened, projected again by somebody whose clock is wrong.
    pub(crate) fn replayed(&self) -> Self {
        let mut memory = Memory::new(day("1950-01-01"));
        for (number, happened) in self.history.iter().enumerate() {
            memory.now = happened.now;
            happen(&mut memory, happened, number);
        }
        Self { memory, beside: self.beside, history: self.history.clone(), next: self.next, case: self.case }
    }

    /// The day that both clocks show from now on.
    pub(crate) fn go_to(&mut self, day: Date) {
        self.memory.today = Today { certain: day, wall: day };
        self.memory.set_now(day);
    }

    /// The wall clock is set to another day; the certain day stays.
    pub(crate) fn set_wall_clock(&mut self, day: Date) {
        self.memory.today.wall = day;
        self.memory.set_now(day);
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn bytes(&mut self) -> [u8; 16] {
        u128::from(self.number()).to_be_bytes()
    }
}

fn happen(memory: &mut Memory, happened: &Happened, number: usize) {
    let mut facts = state::project(memory, &happened.event).expect("the memory of the office must be readable");
    state::place(&happened.event, &mut facts, LedgerIndex(number as u64));
    for fact in &facts {
        assert_eq!(fact_holds(fact), Ok(()), "{fact:?}");
    }
    memory.learn(&happened.event, LedgerIndex(number as u64), facts);
}

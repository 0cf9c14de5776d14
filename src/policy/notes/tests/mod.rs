//! Every rule of every note, in the words of an office.

mod classes;
mod event;
mod hold;
mod intake;
mod matter;
mod order;
mod paper;
mod scan;

use crate::model::command::{Command, FileNote};
use crate::model::retention::{BoxStep, EventType, HoldType, MatterNumber, Note, QaMode, QaResult};
use crate::model::{Address, CaseId, CaseNumber, DocumentNumber, Refusal, VaultId};
use crate::policy::testing::{Office, Unreadable, VAULT, code, day};
use crate::policy::{Undecided, Verdict, decide, standing_of_document};

/// A note that asks for nothing.
fn matter(number: u16) -> Note {
    Note::Matter { number: MatterNumber(number), kind: code("benefit"), from: None, to: None }
}

#[test]
fn the_same_note_again_is_a_repetition_whatever_has_changed_since() {
    let mut office = Office::open("benefit");
    let hold = office.place_hold(HoldType::Court);
    let released = office.filing(None, Note::HoldReleased { hold });
    let place = released.address;
    let released = Command::FileNote(Box::new(released));
    assert!(matches!(office.submit(&released), Ok(Verdict::Happens(_))));
    // Released already, and its place is taken: both would refuse a new note.
    assert_eq!(office.submit(&released), Ok(Verdict::RepeatsNote(place)));
}

#[test]
fn a_note_lies_where_its_words_can_be_destroyed_alone() {
    let mut office = Office::open("benefit");
    office.open_matter("benefit");
    let case = office.case();
    let register = Address::of_case(CaseNumber::FIRST_REGISTER);
    let in_case = |document| Address { case, document };
    type Change = Box<dyn Fn(&mut FileNote)>;
    let hold_place = |change: fn(&mut FileNote)| -> Change { Box::new(change) };
    let at = |address: Address| -> Change { Box::new(move |note| note.address = address) };
    let rows: [(&str, Note, Change, Refusal); 9] = [
        ("another vault", matter(2), hold_place(|note| note.vault = VaultId([9; 16])), Refusal::VaultUnknown),
        ("no such case", matter(2), hold_place(|note| note.case = Some(CaseId::from_bytes([9; 16]))), Refusal::CaseUnknown),
        ("a matter in the registers", matter(2), hold_place(|note| note.case = None), Refusal::NoteOutOfPlace),
        ("the tree of another year", matter(2), hold_place(|note| note.opening_year = 2011), Refusal::NumberTaken),
        ("the tree of another case", matter(2), at(register), Refusal::NumberTaken),
        ("among the documents", matter(2), at(in_case(DocumentNumber::MAX)), Refusal::NumberTaken),
        ("the case itself", matter(2), at(in_case(DocumentNumber::CASE_ITSELF)), Refusal::NumberTaken),
        ("a report in a case", report(), at(in_case(DocumentNumber::FIRST_NOTE)), Refusal::NumberTaken),
        ("inside another register", report(), at(Address { document: DocumentNumber::FIRST_NOTE, ..register }), Refusal::NumberTaken),
    ];
    for (what, note, change, refusal) in rows {
        let mut command = office.filing(None, note);
        change(&mut command);
        assert_eq!(office.submit(&Command::FileNote(Box::new(command))), Err(refusal), "{what}");
    }
    let mut in_case = office.filing(None, report());
    in_case.case = office.filing(None, matter(2)).case;
    assert_eq!(office.submit(&Command::FileNote(Box::new(in_case))), Err(Refusal::NoteOutOfPlace));
}

fn report() -> Note {
    Note::IntakeReported { through: day("2009-12-31") }
}

#[test]
fn two_notes_never_share_a_place() {
    let mut office = Office::open("benefit");
    let first = office.happens(EventType::Notified, "2009-03-15");
    let mut second = office.filing(None, matter(1));
    second.address = office.place(first);
    assert_eq!(office.submit(&Command::FileNote(Box::new(second))), Err(Refusal::NumberTaken));
}

#[test]
fn what_cannot_be_read_decides_nothing() {
    let mut office = Office::open("benefit");
    let hold = office.place_hold(HoldType::Court);
    let batch = office.batch();
    let document = office.scan(Some(batch), &[]);
    let paper = office.box_of(batch, &[document]);
    let notes = [
        matter(1),
        Note::DocumentChecked { document, mode: QaMode::Full, result: QaResult::Passed },
        Note::Assignment { document, matters: vec![MatterNumber::DEFAULT] },
        Note::HoldReleased { hold },
        Note::BatchCompleted { batch: office.place(batch) },
        Note::BoxStep { of: paper, step: BoxStep::Pulled { positions: vec![1] } },
        report(),
    ];
    let before = office.memory.facts.clone();
    for note in notes {
        let command = Command::FileNote(Box::new(office.filing(None, note)));
        office.memory.unreadable = true;
        assert_eq!(decide(&mut office.memory, &command), Err(Undecided::Unreadable(Unreadable)), "{command:?}");
        office.memory.unreadable = false;
        assert!(decide(&mut office.memory, &command).is_ok(), "{command:?}");
    }
    assert_eq!(office.memory.facts, before);
    let address = office.place_of(document);
    assert!(standing_of_document(&mut office.memory, VAULT, address).is_ok());
    office.memory.unreadable = true;
    assert!(standing_of_document(&mut office.memory, VAULT, address).is_err(), "unreadable must not look due");
}

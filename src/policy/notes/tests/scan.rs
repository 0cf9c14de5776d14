//! Scanned documents.

use crate::model::retention::{DocumentFacts, EventType, HoldType, Note, QaMode, QaResult, ScanDefect, ScanFacts};
use crate::model::{DocumentNumber, NoteId, Refusal};
use crate::policy::testing::{ANNA, Office, day, shipped_like};

#[test]
fn only_what_was_scanned_is_compared_with_its_paper() {
    let mut office = Office::open("benefit");
    let (typed, scanned) = (office.store(), office.scan(None, &[]));
    let missing = DocumentNumber::new(99).unwrap();
    let checked = |document| Note::DocumentChecked { document, mode: QaMode::Full, result: QaResult::Passed };
    assert_eq!(office.try_file(checked(typed)), Err(Refusal::DocumentNotScanned));
    assert_eq!(office.try_file(checked(missing)), Err(Refusal::DocumentUnknown));
    office.file(checked(scanned));
    let facts = &office.memory.facts.documents[&office.place_of(scanned)];
    assert_eq!(facts.scan.as_ref().unwrap().qa, Some((QaMode::Full, QaResult::Passed)));
}

#[test]
fn a_person_answers_for_what_the_gate_found() {
    let mut office = Office::open("benefit");
    let (typed, good) = (office.store(), office.scan(None, &[]));
    let bad = office.scan(None, &[ScanDefect::ColourLost, ScanDefect::Jbig2]);
    let lifted = |document| Note::QuarantineLifted { document };
    for (what, person, document, expected) in [
        ("not scanned", Some(ANNA), typed, Err(Refusal::DocumentNotQuarantined)),
        ("nothing found", Some(ANNA), good, Err(Refusal::DocumentNotQuarantined)),
        ("nobody", None, bad, Err(Refusal::PersonRequired)),
        ("somebody", Some(ANNA), bad, Ok(())),
        ("somebody again", Some(ANNA), bad, Err(Refusal::DocumentNotQuarantined)),
    ] {
        assert_eq!(office.try_file_as(person, lifted(document)).map(drop), expected, "{what}");
    }
}

#[test]
fn a_new_document_says_what_can_be_true() {
    let mut office = Office::open("benefit");
    let open = office.batch();
    let over = office.batch();
    let batch = office.place(over);
    office.file(Note::BatchCompleted { batch });
    let nowhere = NoteId::from_bytes([0xEE; 16]);
    let hold = office.place_hold(HoldType::Court);
    let not_a_batch = *office.memory.notes.iter().find(|(_, filed)| filed.address == hold).unwrap().0;
    let scan = |scanned_on: &str, batch, defects: &[ScanDefect]| {
        let scan = ScanFacts { batch, scanned_on: day(scanned_on), pages: 1, high_protection: true, defects: defects.to_vec(), qa: None };
        DocumentFacts { scan: Some(scan), ..DocumentFacts::default() }
    };
    let received = |on: &str| DocumentFacts { received: Some(day(on)), ..DocumentFacts::default() };
    let dated = |on: &str| DocumentFacts { dated: Some(day(on)), ..DocumentFacts::default() };
    for (what, facts, expected) in [
        ("received today", received("2010-01-01"), Ok(())),
        ("received tomorrow", received("2010-01-02"), Err(Refusal::ReceivedInFuture)),
        ("dated ahead, as letters can be", dated("2010-01-15"), Ok(())),
        ("an old deed", dated("1871-01-18"), Ok(())),
        ("dated as far ahead as anything is", dated("2020-01-01"), Ok(())),
        ("a slip of the pen", dated("9995-01-15"), Err(Refusal::DocumentDateTooFar)),
        ("received in the wrong century", received("1010-01-01"), Err(Refusal::DayTooEarly)),
        ("scanned today", scan("2010-01-01", None, &[]), Ok(())),
        ("scanned tomorrow", scan("2010-01-02", None, &[]), Err(Refusal::ScannedInFuture)),
        ("in an open batch", scan("2010-01-01", Some(open), &[]), Ok(())),
        ("with a defect", scan("2010-01-01", Some(open), &[ScanDefect::Jbig2SymbolCoding]), Ok(())),
        ("in no batch that we know", scan("2010-01-01", Some(nowhere), &[]), Err(Refusal::BatchUnknown)),
        ("in a hold", scan("2010-01-01", Some(not_a_batch), &[]), Err(Refusal::BatchUnknown)),
        ("in a batch that is complete", scan("2010-01-01", Some(over), &[]), Err(Refusal::BatchOver)),
    ] {
        assert_eq!(office.try_store(Some(facts)).map(drop), expected, "{what}");
    }
    assert_eq!(office.memory.facts.batches[&office.place(open)].quarantined, 1);
}

#[test]
fn nothing_in_quarantine_is_proposed() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    office.happens(EventType::Notified, "1999-01-01");
    office.report_intake();
    let document = office.scan(None, &[ScanDefect::PagesUnknown]);
    office.expect_due(document, true);
    office.expect_proposable(document, false);
    office.try_file_as(Some(ANNA), Note::QuarantineLifted { document }).unwrap();
    office.expect_proposable(document, true);
}

//! Boxes of paper.

use crate::model::retention::{
    BoxPosition, BoxStep, DocumentFacts, HoldType, Note, OriginalFlag, Part, QaMode, QaResult, ReturnStep, ScanFacts, SecurityLevel,
};
use crate::model::{Address, CaseNumber, DocumentNumber, NoteId, Refusal};
use crate::policy::testing::{Office, day};

/// An office on the day of scanning, with a batch, three documents and a box in which they lie.
fn office_with_box() -> (Office, NoteId, [DocumentNumber; 3], Address) {
    let mut office = Office::open("benefit");
    let batch = office.batch_of(3, 6);
    let documents = [(); 3].map(|()| office.scan(Some(batch), &[]));
    let place = office.box_of(batch, &documents);
    (office, batch, documents, place)
}

/// Everything that a release asks for, but for the weeks.
fn make_ready(office: &mut Office, batch: NoteId, place: Address) {
    office.step(place, BoxStep::Checked { mode: QaMode::Full, result: QaResult::Passed, positions: Vec::new() }).unwrap();
    let batch = office.place(batch);
    office.file(Note::BatchCompleted { batch });
    office.advance("P1D");
    let through = office.memory.now;
    office.file(Note::BackupConfirmed { through });
}

fn destroyed(on: &str, sheets: u32) -> BoxStep {
    BoxStep::Destroyed { on: day(on), level: SecurityLevel::new(5).unwrap(), sheets }
}

fn doubt(on: bool) -> BoxStep {
    BoxStep::Flagged { position: 1, flag: OriginalFlag::AuthenticityDoubt, on }
}

fn checked(document: DocumentNumber, mode: QaMode, result: QaResult) -> Note {
    Note::DocumentChecked { document, mode, result }
}

#[test]
fn a_box_adds_up() {
    let mut office = Office::open("benefit");
    let batch = office.batch_of(3, 5);
    let documents = [(); 3].map(|()| office.scan(Some(batch), &[]));
    let unknown = NoteId::from_bytes([0xEE; 16]);
    let lies = |office: &Office, index: usize, position: u32, sheets: u16| BoxPosition {
        document: office.place_of(documents[index]),
        position,
        sheets,
        flags: Vec::new(),
    };
    let two = vec![lies(&office, 0, 1, 2), lies(&office, 1, 2, 3)];
    let of = |positions: &[BoxPosition], change: fn(&mut Vec<BoxPosition>)| {
        let mut positions = positions.to_vec();
        change(&mut positions);
        positions
    };
    let malformed = Err(Refusal::BoxPositionsMalformed);
    for (what, batch, scanned_on, sheets, positions, expected) in [
        ("two documents", batch, "2010-01-01", 5, two.clone(), Ok(())),
        ("a gap", batch, "2010-01-01", 5, of(&two, |list| list[1].position = 7), Ok(())),
        ("no such batch", unknown, "2010-01-01", 5, two.clone(), Err(Refusal::BatchUnknown)),
        ("scanned tomorrow", batch, "2010-01-02", 5, two.clone(), Err(Refusal::ScannedInFuture)),
        ("scanned in the wrong century", batch, "1010-01-01", 5, two.clone(), Err(Refusal::DayTooEarly)),
        ("scanned before its documents", batch, "2009-12-31", 5, two.clone(), Err(Refusal::BoxOlderThanDocument)),
        ("more sheets than the batch has", batch, "2010-01-01", 6, of(&two, |list| list[0].sheets = 3), Err(Refusal::BoxBeyondBatch)),
        ("a sheet too many", batch, "2010-01-01", 6, two.clone(), Err(Refusal::SheetsDiffer)),
        ("empty", batch, "2010-01-01", 0, Vec::new(), malformed),
        ("one position twice", batch, "2010-01-01", 5, of(&two, |list| list[1].position = 1), malformed),
        ("downward", batch, "2010-01-01", 5, of(&two, |list| list.reverse()), malformed),
        ("position 0", batch, "2010-01-01", 5, of(&two, |list| list[0].position = 0), malformed),
        ("a document of no sheets", batch, "2010-01-01", 2, of(&two, |list| list[1].sheets = 0), malformed),
        ("a document twice", batch, "2010-01-01", 5, of(&two, |list| list[1].document = list[0].document), malformed),
        (
            "a document that is not there",
            batch,
            "2010-01-01",
            5,
            of(&two, |list| list[1].document.document = DocumentNumber::new(99).unwrap()),
            Err(Refusal::DocumentUnknown),
        ),
    ] {
        let note = Note::Box { batch, scanned_on: day(scanned_on), sheets, positions };
        let filed = office.try_file(note);
        assert_eq!(filed.map(drop), expected, "{what}");
        if let Ok(id) = filed {
            // The next row has the same originals.
            office.step(office.place(id), BoxStep::Withdrawn).unwrap();
        }
    }
}

#[test]
fn an_original_lies_in_one_box() {
    let (mut office, batch, documents, place) = office_with_box();
    let again = |office: &mut Office, documents: &[DocumentNumber]| {
        let lies = |(number, document): (u32, &DocumentNumber)| BoxPosition {
            document: office.place_of(*document),
            position: number,
            sheets: 1,
            flags: Vec::new(),
        };
        let positions: Vec<BoxPosition> = (1..).zip(documents).map(lies).collect();
        office.try_file(Note::Box { batch, scanned_on: day("2010-01-01"), sheets: positions.len() as u32, positions })
    };
    let other = office.scan(Some(batch), &[]);
    assert_eq!(again(&mut office, &[other, documents[2]]), Err(Refusal::OriginalInAnotherBox));
    // What was taken out of it is still an original of that box: its positions say where it went.
    office.step(place, BoxStep::Pulled { positions: vec![3] }).unwrap();
    assert_eq!(again(&mut office, &[documents[2]]), Err(Refusal::OriginalInAnotherBox));
    office.step(place, BoxStep::Withdrawn).unwrap();
    assert_eq!(office.step(place, BoxStep::Withdrawn), Err(Refusal::BoxOver));
    assert_eq!(office.step(place, doubt(true)), Err(Refusal::BoxOver));
    let corrected = again(&mut office, &documents).unwrap();
    let corrected = office.place(corrected);
    assert_eq!(office.memory.facts.boxed.values().filter(|in_box| **in_box == corrected).count(), 3);
    assert_eq!(office.memory.facts.boxed.len(), 3);
}

#[test]
fn a_box_from_which_something_is_on_its_way_back_is_not_withdrawn() {
    let (mut office, _, _, place) = office_with_box();
    use ReturnStep::{Confirmed, Picked, Requested, Sent, Withdrawn};
    for (steps, expected) in [
        (&[Requested][..], Err(Refusal::BoxReturnOpen)),
        (&[Withdrawn, Requested, Picked], Err(Refusal::BoxReturnOpen)),
        (&[Sent], Err(Refusal::BoxReturnOpen)),
        (&[Confirmed], Ok(())),
    ] {
        for step in steps {
            office.step(place, BoxStep::Return { position: 2, step: *step }).unwrap();
        }
        assert_eq!(office.step(place, BoxStep::Withdrawn).map(drop), expected, "{steps:?}");
    }
}

/// The paper was destroyed on some day, and the report comes later: each row says what was recorded in between.
#[test]
fn a_report_is_not_believed_for_a_day_on_which_something_was_missing() {
    type Deed = fn(&mut Office, NoteId, DocumentNumber, Address);
    let check_box: Deed = |office, _, _, place| {
        office.step(place, BoxStep::Checked { mode: QaMode::Full, result: QaResult::Passed, positions: Vec::new() }).unwrap();
    };
    let complete: Deed = |office, batch, _, _| {
        let batch = office.place(batch);
        office.file(Note::BatchCompleted { batch });
    };
    let back_up: Deed = |office, _, _, _| {
        let through = office.memory.now;
        office.file(Note::BackupConfirmed { through });
    };
    let hold: Deed = |office, _, document, _| {
        office.try_hold(HoldType::Objection, Part::Document(document)).unwrap();
    };
    let release: Deed = |office, _, _, _| {
        let hold = *office.memory.facts.holds.keys().next().unwrap();
        office.release_hold(hold);
    };
    let dispute: Deed = |office, _, document, _| {
        office.try_hold(HoldType::Dispute, Part::Document(document)).unwrap();
    };
    let other_hold: Deed = |office, _, _, _| {
        office.open_case("benefit");
        office.place_hold(HoldType::Court);
    };
    let defect: Deed = |office, _, document, _| {
        office.file(checked(document, QaMode::Full, QaResult::Defect));
    };
    let mended: Deed = |office, _, document, _| {
        office.file(checked(document, QaMode::Full, QaResult::Passed));
    };
    let flag: Deed = |office, _, _, place| {
        office.step(place, doubt(true)).unwrap();
    };
    let flag_off: Deed = |office, _, _, place| {
        office.step(place, doubt(false)).unwrap();
    };
    let ready = [check_box, complete, back_up];
    let nothing: &[Deed] = &[];
    for (what, before, after, believed) in [
        ("all was in order", &ready[..], nothing, true),
        ("checked later", &[complete, back_up], &[check_box], false),
        ("the batch was completed later", &[check_box, back_up], &[complete], false),
        ("in a backup only later", &[check_box, complete], &[back_up], false),
        ("in another backup later", &ready, &[back_up], true),
        ("a hold was released later", &[check_box, complete, back_up, hold], &[release], false),
        ("a hold was placed and released later", &ready, &[hold, release], true),
        ("a dispute, which stops nothing, was settled later", &[check_box, complete, back_up, dispute], &[release], true),
        ("a hold on another case was released later", &[check_box, complete, back_up, other_hold], &[release], true),
        ("a defect was cleared later", &[check_box, complete, back_up, defect], &[mended], false),
        ("a doubt was settled later", &[check_box, complete, back_up, flag], &[flag_off], false),
    ] {
        let (mut office, batch, documents, place) = office_with_box();
        office.go_to(day("2010-03-05"));
        before.iter().for_each(|deed| deed(&mut office, batch, documents[0], place));
        office.go_to(day("2010-03-08"));
        after.iter().for_each(|deed| deed(&mut office, batch, documents[0], place));
        let expected = if believed { Ok(()) } else { Err(Refusal::DestroyedTooEarly) };
        assert_eq!(office.step(place, destroyed("2010-03-06", 6)).map(drop), expected, "{what}");
        if !believed {
            assert_eq!(office.step(place, destroyed("2010-03-08", 6)).map(drop), Ok(()), "{what}, on the day of that");
        }
    }
}

#[test]
fn nobody_destroys_a_box_before_it_was_registered_or_its_documents_were_stored() {
    let mut office = Office::open("benefit");
    office.go_to(day("2010-05-01"));
    let batch = office.batch_of(1, 2);
    let lies = |office: &mut Office| {
        let scan =
            ScanFacts { batch: Some(batch), scanned_on: day("2010-01-01"), pages: 2, high_protection: true, defects: vec![], qa: None };
        office.try_store(Some(DocumentFacts { scan: Some(scan), ..DocumentFacts::default() })).unwrap()
    };
    let document = lies(&mut office);
    let position = BoxPosition { document: office.place_of(document), position: 1, sheets: 2, flags: Vec::new() };
    let id = office.file(Note::Box { batch, scanned_on: day("2010-01-01"), sheets: 2, positions: vec![position] });
    let place = office.place(id);
    make_ready(&mut office, batch, place);
    assert_eq!(office.step(place, destroyed("2010-04-30", 2)), Err(Refusal::DestroyedTooEarly));
    assert_eq!(office.step(place, destroyed("2010-05-01", 2)), Err(Refusal::DestroyedTooEarly), "backed up on the day after");
    office.step(place, destroyed("2010-05-02", 2)).unwrap();
}

#[test]
fn releases_that_are_forgotten_count_as_if_they_had_been_of_this_box() {
    let (mut office, batch, _, place) = office_with_box();
    make_ready(&mut office, batch, place);
    office.go_to(day("2010-03-05"));
    office.open_case("benefit");
    office.go_to(day("2010-03-08"));
    for _ in 0..crate::limits::RELEASES_REMEMBERED_MAX {
        let hold = office.place_hold(HoldType::Court);
        office.release_hold(hold);
    }
    assert_eq!(office.memory.facts.vault.releases.len(), crate::limits::RELEASES_REMEMBERED_MAX);
    assert_eq!(office.step(place, destroyed("2010-03-06", 6)), Err(Refusal::DestroyedTooEarly));
    office.step(place, destroyed("2010-03-08", 6)).unwrap();
}

#[test]
fn steps_are_taken_with_what_lies_in_the_box() {
    let (mut office, _, _, place) = office_with_box();
    let flagged = |position, on| BoxStep::Flagged { position, flag: OriginalFlag::AuthenticityDoubt, on };
    let checked = |positions: &[u32]| BoxStep::Checked { mode: QaMode::Full, result: QaResult::Passed, positions: positions.to_vec() };
    let pulled = |positions: &[u32]| BoxStep::Pulled { positions: positions.to_vec() };
    let returns = |position, step| BoxStep::Return { position, step };
    let elsewhere = Address::of_case(CaseNumber::FIRST_REGISTER);
    assert_eq!(office.step(elsewhere, checked(&[])), Err(Refusal::BoxUnknown));
    use ReturnStep::{Confirmed, Picked, Requested, Sent, Withdrawn};
    for (what, step, expected) in [
        ("all looked at", checked(&[]), Ok(())),
        ("two looked at", checked(&[3, 1]), Ok(())),
        ("no such position", checked(&[4]), Err(Refusal::PositionUnknown)),
        ("one looked at twice", checked(&[1, 1]), Err(Refusal::PositionUnknown)),
        ("no doubt where there was none", flagged(1, false), Err(Refusal::FlagUnchanged)),
        ("a doubt", flagged(1, true), Ok(())),
        ("the same doubt", flagged(1, true), Err(Refusal::FlagUnchanged)),
        ("no doubt", flagged(1, false), Ok(())),
        ("a doubt about nothing", flagged(9, true), Err(Refusal::PositionUnknown)),
        ("taken out", pulled(&[1]), Ok(())),
        ("taken out again", pulled(&[1]), Err(Refusal::PositionOut)),
        ("nothing taken out", pulled(&[]), Err(Refusal::PositionUnknown)),
        ("sent without being asked for", returns(2, Sent), Err(Refusal::ReturnOutOfOrder)),
        ("asked for", returns(2, Requested), Ok(())),
        ("asked for again", returns(2, Requested), Err(Refusal::ReturnOutOfOrder)),
        ("not asked for after all", returns(2, Withdrawn), Ok(())),
        ("not asked for", returns(2, Withdrawn), Err(Refusal::ReturnOutOfOrder)),
        ("asked for after all", returns(2, Requested), Ok(())),
        ("found", returns(2, Picked), Ok(())),
        ("not wanted when it was found", returns(2, Withdrawn), Err(Refusal::ReturnOutOfOrder)),
        ("taken out after it was found", pulled(&[2]), Err(Refusal::PositionOut)),
        ("sent", returns(2, Sent), Ok(())),
        ("arrived", returns(2, Confirmed), Ok(())),
        ("arrived again", returns(2, Confirmed), Err(Refusal::ReturnOutOfOrder)),
        ("kept until spring", BoxStep::Extended { until: day("2010-04-01") }, Ok(())),
        ("kept shorter after all", BoxStep::Extended { until: day("2010-03-31") }, Err(Refusal::ExtensionMalformed)),
        ("kept until today", BoxStep::Extended { until: day("2010-01-01") }, Err(Refusal::ExtensionMalformed)),
        ("kept for ever", BoxStep::Extended { until: day("9999-12-31") }, Err(Refusal::ExtensionMalformed)),
    ] {
        assert_eq!(office.step(place, step).map(drop), expected, "{what}");
    }
}

#[test]
fn a_box_is_destroyed_when_everything_is_in_order_and_once() {
    let (mut office, batch, _, place) = office_with_box();
    make_ready(&mut office, batch, place);
    // Scanned on 1 January: the eight weeks end on 26 February.
    office.go_to(day("2010-02-26"));
    assert_eq!(office.step(place, destroyed("2010-02-26", 6)), Err(Refusal::BoxNotReleased));
    office.go_to(day("2010-03-10"));
    for (what, step, expected) in [
        ("tomorrow", destroyed("2010-03-11", 6), Err(Refusal::DestroyedInFuture)),
        ("before it was allowed", destroyed("2010-02-26", 6), Err(Refusal::DestroyedTooEarly)),
        ("a sheet was lost", destroyed("2010-03-09", 5), Err(Refusal::SheetsDiffer)),
        ("on the first day", destroyed("2010-02-27", 6), Ok(())),
        ("again", destroyed("2010-03-09", 6), Err(Refusal::BoxOver)),
        ("looked at afterwards", BoxStep::Pulled { positions: vec![1] }, Err(Refusal::BoxOver)),
    ] {
        assert_eq!(office.step(place, step).map(drop), expected, "{what}");
    }
}

#[test]
fn whatever_stands_in_the_way_keeps_the_box() {
    type Deed = fn(&mut Office, DocumentNumber, Address);
    let obstacles: [(&str, Deed, Deed); 4] = [
        (
            "a hold on a document",
            |office, document, _| {
                office.try_hold(HoldType::Objection, Part::Document(document)).unwrap();
            },
            |office, _, _| {
                let hold = *office.memory.facts.holds.keys().next().unwrap();
                office.release_hold(hold);
            },
        ),
        (
            "a doubt",
            |office, _, place| {
                office.step(place, doubt(true)).unwrap();
            },
            |office, _, place| {
                office.step(place, doubt(false)).unwrap();
            },
        ),
        (
            "a defect",
            |office, document, _| {
                office.file(checked(document, QaMode::Implicit, QaResult::Defect));
            },
            |office, document, _| {
                office.file(checked(document, QaMode::Full, QaResult::Passed));
            },
        ),
        (
            "an extension",
            |office, _, place| {
                office.step(place, BoxStep::Extended { until: day("2010-04-01") }).unwrap();
            },
            |office, _, _| office.go_to(day("2010-04-02")),
        ),
    ];
    for (what, put, clear) in obstacles {
        let (mut office, batch, documents, place) = office_with_box();
        make_ready(&mut office, batch, place);
        office.go_to(day("2010-03-10"));
        put(&mut office, documents[0], place);
        assert_eq!(office.step(place, destroyed("2010-03-10", 6)), Err(Refusal::BoxNotReleased), "{what}");
        clear(&mut office, documents[0], place);
        let on = office.memory.today.certain.to_string();
        assert!(office.step(place, destroyed(&on, 6)).is_ok(), "{what}, cleared");
    }
}

#[test]
fn neither_a_fast_clock_nor_an_open_batch_destroys_paper() {
    let (mut office, _, _, place) = office_with_box();
    office.step(place, BoxStep::Checked { mode: QaMode::Full, result: QaResult::Passed, positions: Vec::new() }).unwrap();
    office.advance("P1D");
    let through = office.memory.now;
    office.file(Note::BackupConfirmed { through });
    office.go_to(day("2010-03-10"));
    assert_eq!(office.step(place, destroyed("2010-03-10", 6)), Err(Refusal::BoxNotReleased), "the batch is open");
    let (mut office, other, _, place) = office_with_box();
    make_ready(&mut office, other, place);
    office.set_wall_clock(day("2060-03-10"));
    assert_eq!(office.step(place, destroyed("2010-01-02", 6)), Err(Refusal::BoxNotReleased), "only the wall clock is ahead");
}

#[test]
fn what_was_pulled_out_is_not_destroyed_and_goes_on_its_way() {
    let (mut office, batch, _, place) = office_with_box();
    make_ready(&mut office, batch, place);
    for step in [ReturnStep::Requested, ReturnStep::Picked] {
        office.step(place, BoxStep::Return { position: 2, step }).unwrap();
    }
    office.go_to(day("2010-03-10"));
    assert_eq!(office.step(place, destroyed("2010-03-10", 6)), Err(Refusal::SheetsDiffer));
    office.step(place, destroyed("2010-03-10", 4)).unwrap();
    office.step(place, BoxStep::Return { position: 2, step: ReturnStep::Sent }).unwrap();
    office.step(place, BoxStep::Return { position: 2, step: ReturnStep::Confirmed }).unwrap();
}

/// Three documents of two sheets each, of which one box was forgotten at first.
#[test]
fn all_boxes_of_a_batch_hold_what_the_batch_has() {
    let mut office = Office::open("benefit");
    let batch = office.batch_of(3, 6);
    let documents = [(); 3].map(|()| office.scan(Some(batch), &[]));
    let first = office.box_of(batch, &documents[..2]);
    make_ready(&mut office, batch, first);
    office.go_to(day("2010-03-05"));
    assert_eq!(office.step(first, destroyed("2010-03-05", 4)), Err(Refusal::BoxNotReleased), "two sheets lie nowhere");
    let second = office.box_of(batch, &documents[2..]);
    office.go_to(day("2010-03-06"));
    assert_eq!(office.step(first, destroyed("2010-03-04", 4)), Err(Refusal::DestroyedTooEarly), "the other box was found later");
    office.step(second, BoxStep::Withdrawn).unwrap();
    assert_eq!(office.step(first, destroyed("2010-03-06", 4)), Err(Refusal::BoxNotReleased), "and was not one");
    office.box_of(batch, &documents[2..]);
    office.step(first, destroyed("2010-03-06", 4)).unwrap();
    assert_eq!(office.replayed().memory.facts, office.memory.facts);
}

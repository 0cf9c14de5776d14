//! Intake: batches, reports, backups.

use std::sync::Arc;

use crate::model::retention::{Note, ScanDefect};
use crate::model::{Address, CaseNumber, Date, Refusal, Timestamp};
use crate::policy::testing::{ANNA, Office, day};

fn batch(received: &str, documents: u32, sheets: u32) -> Note {
    Note::Batch { received: day(received), documents, sheets }
}

fn watermark(office: &Office) -> Option<Date> {
    office.memory.facts.vault.intake.watermark()
}

#[test]
fn a_batch_has_arrived_with_paper_in_it() {
    let mut office = Office::open("benefit");
    for (what, note, expected) in [
        ("today", batch("2010-01-01", 2, 3), Ok(())),
        ("long ago", batch("1999-01-01", 1, 1), Ok(())),
        ("tomorrow", batch("2010-01-02", 2, 3), Err(Refusal::ReceivedInFuture)),
        ("in the wrong century", batch("1009-01-01", 2, 3), Err(Refusal::DayTooEarly)),
        ("nothing", batch("2010-01-01", 0, 3), Err(Refusal::BatchCountsMalformed)),
        ("documents without sheets", batch("2010-01-01", 4, 3), Err(Refusal::BatchCountsMalformed)),
    ] {
        assert_eq!(office.try_file(note).map(drop), expected, "{what}");
    }
}

#[test]
fn open_batches_are_counted() {
    let mut office = Office::open("benefit");
    let first = office.batch();
    let facts = Arc::make_mut(&mut office.memory.facts.vault);
    facts.intake.open = vec![facts.intake.open[0]; crate::limits::BATCHES_OPEN_MAX];
    assert_eq!(office.try_file(batch("2010-01-01", 1, 1)), Err(Refusal::BatchesFull));
    let batch = office.place(first);
    office.file(Note::BatchCompleted { batch });
    office.batch();
}

#[test]
fn a_batch_is_complete_once_and_when_nothing_of_it_is_in_quarantine() {
    let mut office = Office::open("benefit");
    let id = office.batch();
    let completed = |batch| Note::BatchCompleted { batch };
    let place = office.place(id);
    let (good, bad) = (office.scan(Some(id), &[]), office.scan(Some(id), &[ScanDefect::PagesDiffer]));
    assert_eq!(office.try_file(completed(Address::of_case(CaseNumber::FIRST_REGISTER))), Err(Refusal::BatchUnknown));
    assert_eq!(office.try_file(completed(place)), Err(Refusal::BatchQuarantined));
    office.try_file_as(Some(ANNA), Note::QuarantineLifted { document: bad }).unwrap();
    assert_eq!(office.memory.facts.batches[&place].quarantined, 0);
    office.file(completed(place));
    assert_eq!(office.try_file(completed(place)), Err(Refusal::BatchOver));
    assert!(office.memory.facts.documents[&office.place_of(good)].scan.is_some());
}

#[test]
fn a_batch_is_complete_when_what_was_registered_was_stored_or_somebody_says_why_not() {
    for (stored, with_reason, expected) in [
        (2, false, Ok(())),
        (0, false, Err(Refusal::BatchCountsDiffer)),
        (1, false, Err(Refusal::BatchCountsDiffer)),
        (3, false, Err(Refusal::BatchCountsDiffer)),
        (0, true, Ok(())),
        (3, true, Ok(())),
    ] {
        let mut office = Office::open("benefit");
        let id = office.batch();
        for _ in 0..stored {
            office.scan(Some(id), &[]);
        }
        office.scan(None, &[]);
        office.beside.has_reason = with_reason;
        let batch = office.place(id);
        assert_eq!(office.memory.facts.batches[&batch].stored, stored);
        assert_eq!(office.try_file(Note::BatchCompleted { batch }).map(drop), expected, "{stored} of 2, reason: {with_reason}");
    }
}

#[test]
fn the_watermark_stops_before_the_oldest_open_batch() {
    let mut office = Office::open("benefit");
    assert_eq!(watermark(&office), None);
    office.report_intake();
    assert_eq!(watermark(&office), Some(day("2009-12-31")));
    let first = office.batch();
    assert_eq!(watermark(&office), Some(day("2009-12-31")));
    office.advance("P10D");
    let second = office.batch();
    office.report_intake();
    assert_eq!(watermark(&office), Some(day("2009-12-31")));
    let batch = office.place(first);
    office.file(Note::BatchCompleted { batch });
    assert_eq!(watermark(&office), Some(day("2010-01-10")));
    let batch = office.place(second);
    office.file(Note::BatchCompleted { batch });
    assert_eq!(watermark(&office), Some(day("2010-01-10")));
    // What turns up late moves it back.
    office.file(Note::Batch { received: day("2009-06-01"), documents: 1, sheets: 1 });
    assert_eq!(watermark(&office), Some(day("2009-05-31")));
}

#[test]
fn reports_neither_go_back_nor_ahead() {
    let mut office = Office::open("benefit");
    office.go_to(day("2014-06-10"));
    let reported = |on: &str| Note::IntakeReported { through: day(on) };
    let backed_up = |time: &str| Note::BackupConfirmed { through: Timestamp::parse(time).unwrap() };
    office.beside.has_reason = false;
    for (what, note, expected) in [
        ("yesterday", reported("2014-06-09"), Ok(())),
        ("again", reported("2014-06-09"), Ok(())),
        ("earlier", reported("2014-06-08"), Err(Refusal::IntakeGoesBack)),
        ("today, on which more can come", reported("2014-06-10"), Err(Refusal::IntakeInFuture)),
        ("tomorrow", reported("2014-06-11"), Err(Refusal::IntakeInFuture)),
        ("a backup", backed_up("2014-06-10T11:00:00Z"), Ok(())),
        ("the same backup", backed_up("2014-06-10T11:00:00Z"), Ok(())),
        ("an older backup", backed_up("2014-06-10T10:59:59Z"), Err(Refusal::BackupGoesBack)),
        ("a backup of now", backed_up("2014-06-10T12:00:00Z"), Ok(())),
        ("a backup that will be", backed_up("2014-06-10T12:00:01Z"), Err(Refusal::BackupInFuture)),
    ] {
        assert_eq!(office.try_file(note).map(drop), expected, "{what}");
    }
}

#[test]
fn what_was_reported_wrongly_is_taken_back_with_a_reason() {
    let mut office = Office::open("benefit");
    office.go_to(day("2014-06-10"));
    let time = |text: &str| Timestamp::parse(text).unwrap();
    office.file(Note::IntakeReported { through: day("2014-06-09") });
    office.file(Note::IntakeReported { through: day("2014-06-05") });
    assert_eq!(watermark(&office), Some(day("2014-06-05")));
    office.file(Note::BackupConfirmed { through: time("2014-06-08T03:00:00Z") });
    office.file(Note::BackupConfirmed { through: time("2014-06-09T03:00:00Z") });
    office.file(Note::BackupConfirmed { through: time("2014-06-08T12:00:00Z") });
    let facts = &office.memory.facts.vault;
    assert_eq!(facts.backed_up_through, Some(time("2014-06-08T12:00:00Z")));
    let confirmed: Vec<Timestamp> = facts.backups.iter().map(|(through, _)| *through).collect();
    assert_eq!(confirmed, [time("2014-06-08T03:00:00Z"), time("2014-06-08T12:00:00Z")]);
}

#[test]
fn a_clock_that_is_ahead_switches_no_guard_off() {
    let mut office = Office::open("benefit");
    office.go_to(day("2014-06-10"));
    office.set_wall_clock(day("2064-06-10"));
    assert_eq!(office.try_file(Note::IntakeReported { through: day("2014-06-11") }), Err(Refusal::IntakeInFuture));
    let through = Timestamp::parse("2014-06-11T00:00:00Z").unwrap();
    assert_eq!(office.try_file(Note::BackupConfirmed { through }), Err(Refusal::BackupInFuture));
}

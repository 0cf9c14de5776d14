//! Events from which periods count.

use std::sync::Arc;

use crate::model::retention::{DocumentFacts, EventScope, EventType, HoldType, MatterNumber, Note};
use crate::model::{DocumentId, DocumentNumber, NoteId, Refusal};
use crate::policy::retention::State;
use crate::policy::testing::{Office, code, day, shipped_like};

#[test]
fn an_event_has_happened_to_something_that_exists() {
    let mut office = Office::open("benefit");
    office.go_to(day("2014-06-01"));
    let matter = office.open_matter("benefit");
    let undated = office.store();
    let dated = DocumentFacts { dated: Some(day("2014-03-15")), ..DocumentFacts::default() };
    let dated = office.try_store(Some(dated)).unwrap();
    let (case, of_matter, of_document) = (EventScope::Case, EventScope::Matter, EventScope::Document);
    use EventType::{CaseClosed, DocumentDated, DocumentReceived, FixedDate, NotNeeded, Notified, Scanned};
    for (what, scope, event, on, expected) in [
        ("in the case", case, Notified, "2014-03-15", Ok(())),
        ("today", case, CaseClosed, "2014-06-01", Ok(())),
        ("in a matter", of_matter(matter), Notified, "2014-03-15", Ok(())),
        ("to a document", of_document(undated), NotNeeded, "2014-03-15", Ok(())),
        ("on the day of the document", of_document(dated), NotNeeded, "2014-03-15", Ok(())),
        ("a day that a programme sets", case, FixedDate, "2025-12-31", Ok(())),
        ("the last day within reach", case, FixedDate, "2114-06-01", Ok(())),
        ("in a matter that is not there", of_matter(MatterNumber(9)), Notified, "2014-03-15", Err(Refusal::MatterUnknown)),
        ("to no document", of_document(DocumentNumber::new(99).unwrap()), NotNeeded, "2014-03-15", Err(Refusal::DocumentUnknown)),
        ("tomorrow", case, Notified, "2014-06-02", Err(Refusal::EventInFuture)),
        ("in the wrong century", case, Notified, "1814-03-15", Err(Refusal::DayTooEarly)),
        ("a fixed date in the wrong century", case, FixedDate, "1899-12-31", Err(Refusal::DayTooEarly)),
        ("the end of time", case, FixedDate, "9999-12-31", Err(Refusal::FixedDateTooFar)),
        ("before the document", of_document(dated), NotNeeded, "2014-03-14", Err(Refusal::EventBeforeDocument)),
        ("the document's own day", of_document(dated), DocumentDated, "2014-03-15", Err(Refusal::EventComesWithDocument)),
        ("the day of receipt", case, DocumentReceived, "2014-03-15", Err(Refusal::EventComesWithDocument)),
        ("the day of scanning", of_matter(matter), Scanned, "2014-03-15", Err(Refusal::EventComesWithDocument)),
    ] {
        assert_eq!(office.try_event(scope, event, Some(on), None).map(drop), expected, "{what}");
    }
}

#[test]
fn a_slow_clock_does_not_turn_yesterday_into_the_future() {
    let mut office = Office::open("benefit");
    office.go_to(day("2014-06-01"));
    office.set_wall_clock(day("2010-01-01"));
    office.happens(EventType::Notified, "2014-05-31");
    // A clock that is ahead lets events of the future in; they only keep longer.
    office.set_wall_clock(day("2064-06-01"));
    office.happens(EventType::Notified, "2060-01-01");
}

#[test]
fn a_correction_replaces_what_counts_and_stays_with_its_subject() {
    let mut office = Office::open("benefit");
    office.go_to(day("2020-01-01"));
    let matter = office.open_matter("benefit");
    let document = office.store();
    let wrong = office.happens(EventType::Notified, "2016-02-29");
    let of_document = office.try_event(EventScope::Document(document), EventType::NotNeeded, Some("2019-01-01"), None).unwrap();
    let nowhere = NoteId::from_bytes([0xEE; 16]);
    let note_of_matter = *office.memory.notes.iter().find(|(_, filed)| matches!(filed.note, Note::Matter { .. })).unwrap().0;
    let (case, of_matter) = (EventScope::Case, EventScope::Matter(matter));
    for (what, scope, event, on, superseded, expected) in [
        ("nothing to withdraw", case, EventType::Notified, None, None, Err(Refusal::WithdrawalOfNothing)),
        ("no such event", case, EventType::Notified, Some("2015-03-15"), Some(nowhere), Err(Refusal::EventUnknown)),
        ("a note that is no event", case, EventType::Notified, Some("2015-03-15"), Some(note_of_matter), Err(Refusal::EventNotEffective)),
        ("an event of a document", case, EventType::NotNeeded, None, Some(of_document), Err(Refusal::EventNotEffective)),
        ("another type", case, EventType::CaseClosed, Some("2015-03-15"), Some(wrong), Err(Refusal::CorrectionOfAnother)),
        ("another scope", of_matter, EventType::Notified, Some("2015-03-15"), Some(wrong), Err(Refusal::CorrectionOfAnother)),
        ("the future", case, EventType::Notified, Some("2020-01-02"), Some(wrong), Err(Refusal::EventInFuture)),
        ("the right day", case, EventType::Notified, Some("2014-03-15"), Some(wrong), Ok(())),
        ("corrected already", case, EventType::Notified, Some("2013-03-15"), Some(wrong), Err(Refusal::EventNotEffective)),
        ("withdrawn", EventScope::Document(document), EventType::NotNeeded, None, Some(of_document), Ok(())),
        ("withdrawn twice", EventScope::Document(document), EventType::NotNeeded, None, Some(of_document), Err(Refusal::EventNotEffective)),
    ] {
        assert_eq!(office.try_event(scope, event, on, superseded).map(drop), expected, "{what}");
    }
    let events = &office.memory.facts.dossiers[&office.case()].events;
    assert_eq!(events.iter().map(|event| event.valid_on).collect::<Vec<_>>(), [day("2014-03-15")]);
    assert!(office.memory.notes.contains_key(&wrong), "the mistake stays on record");
}

#[test]
fn whoever_moves_an_event_back_or_takes_it_away_says_why() {
    let mut office = Office::open("benefit");
    office.go_to(day("2020-01-01"));
    let document = office.store();
    let (case, of_document) = (EventScope::Case, EventScope::Document(document));
    for (what, with_reason, scope, event, on, expected) in [
        ("a day earlier", false, case, EventType::Notified, Some("2016-02-28"), Err(Refusal::ReasonRequired)),
        ("a day earlier, with a reason", true, case, EventType::Notified, Some("2016-02-28"), Ok(())),
        ("the same day, from another source", false, case, EventType::Notified, Some("2016-02-29"), Ok(())),
        ("a day later", false, case, EventType::Notified, Some("2016-03-01"), Ok(())),
        ("not at all", false, case, EventType::Notified, None, Err(Refusal::ReasonRequired)),
        ("not at all, with a reason", true, case, EventType::Notified, None, Ok(())),
        ("of a document, earlier", false, of_document, EventType::NotNeeded, Some("2016-02-28"), Err(Refusal::ReasonRequired)),
        ("of a document, not at all", false, of_document, EventType::NotNeeded, None, Err(Refusal::ReasonRequired)),
        ("of a document, not at all, with a reason", true, of_document, EventType::NotNeeded, None, Ok(())),
    ] {
        office.beside.has_reason = false;
        let wrong = office.try_event(scope, event, Some("2016-02-29"), None).expect("what happened needs no reason");
        office.beside.has_reason = with_reason;
        assert_eq!(office.try_event(scope, event, on, Some(wrong)).map(drop), expected, "{what}");
    }
}

#[test]
fn what_proves_an_event_is_in_the_archive() {
    let mut office = Office::open("benefit");
    let decision = office.document(None);
    let (evidence, stored) = (decision.document, crate::model::command::Command::StoreDocument(decision));
    let notified = |evidence: DocumentId| Note::Event {
        scope: EventScope::Case,
        event: EventType::Notified,
        valid_on: Some(day("2009-03-15")),
        source: code("eakte"),
        evidence: Some(evidence),
        supersedes: None,
    };
    assert_eq!(office.try_file(notified(evidence)), Err(Refusal::EvidenceUnknown));
    office.submit(&stored).unwrap();
    office.file(notified(evidence));
}

#[test]
fn as_many_events_count_as_a_record_can_hold() {
    let mut office = Office::open("benefit");
    let first = office.happens(EventType::Notified, "2000-01-01");
    let case = office.case();
    let events = &mut Arc::make_mut(office.memory.facts.dossiers.get_mut(&case).unwrap()).events;
    *events = vec![events[0].clone(); crate::limits::EVENTS_IN_FORCE_MAX];
    let notified =
        |office: &mut Office, superseded| office.try_event(EventScope::Case, EventType::Notified, Some("2001-01-01"), superseded);
    assert_eq!(notified(&mut office, None), Err(Refusal::EventsFull));
    assert!(notified(&mut office, Some(first)).is_ok(), "a correction adds none");
}

#[test]
fn a_case_from_application_to_due_date() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let matter = office.open_matter("benefit");
    let document = office.store_in(&[matter], None);
    assert_eq!(office.standing(document).state(), State::Open { missing: EventType::Notified });
    office.go_to(day("2014-03-15"));
    office.happens(EventType::Notified, "2014-03-15");
    office.advance("P10Y");
    office.expect_due(document, false);
    office.advance("P1D");
    office.expect_due(document, true);
    office.expect_proposable(document, false);
    office.report_intake();
    office.expect_proposable(document, true);
    let hold = office.place_hold(HoldType::Court);
    office.expect_due(document, true);
    office.expect_proposable(document, false);
    office.release_hold(hold);
    office.expect_proposable(document, true);
    // A later decision about the same period is one more event: it never shortens.
    office.happens(EventType::Notified, "2013-01-01");
    office.expect_due(document, true);
    office.happens(EventType::Notified, "2015-01-01");
    office.expect_due(document, false);
}

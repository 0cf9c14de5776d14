//! Facts follow from events, and from nothing else.

mod random;
mod script;
mod work;

use std::sync::Arc;

use crate::model::command::Command;
use crate::model::retention::{
    BoxStep, Dates, DocumentFacts, EventScope, EventType, Fact, HoldType, MatterNumber, Note, Part, QaMode, QaResult, ReturnStep,
    ScanDefect, Target,
};
use crate::model::{DocumentNumber, LedgerIndex};
use crate::policy::testing::{ANNA, Office, VAULT, day, shipped_like, tag};
use crate::policy::{Verdict, View as _};

/// The dates that stand in the case's dossier, matter by matter and class by class.
fn lines(office: &Office) -> Vec<(u16, Option<String>, u32, Dates)> {
    let dossier = &office.memory.facts.dossiers[&office.case()];
    let line = |line: &crate::model::retention::Line| {
        (line.matter.0, line.class.as_ref().map(ToString::to_string), line.version, line.dates.clone())
    };
    dossier.lines.iter().map(line).collect()
}

fn until(keep_until: &str, destroy_by: &str) -> Dates {
    Dates::Computed { keep_until: day(keep_until), destroy_by: Some(day(destroy_by)) }
}

fn facts(office: &Office, document: DocumentNumber) -> DocumentFacts {
    DocumentFacts::clone(&office.memory.facts.documents[&office.place_of(document)])
}

#[test]
fn dates_stand_in_the_dossier_as_soon_as_they_can_be_computed() {
    let mut office = Office::open("benefit");
    assert_eq!(lines(&office), [(0, None, 0, Dates::Unclassed)]);
    office.adopt(&shipped_like(10));
    // The job has not come to this case yet.
    assert_eq!(lines(&office), [(0, None, 0, Dates::Unclassed)]);
    office.refresh();
    let leist = || Some("LEIST".to_owned());
    let open = Dates::Open { missing: EventType::Notified };
    assert_eq!(lines(&office), [(0, leist(), 1, open.clone())]);
    let matter = office.open_matter("benefit");
    office.try_event(EventScope::Matter(matter), EventType::Notified, Some("2009-03-15"), None).unwrap();
    assert_eq!(lines(&office), [(0, leist(), 1, open), (1, leist(), 1, until("2019-03-15", "2019-06-13"))]);
}

#[test]
fn a_matter_learns_the_types_of_its_documents() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let (first, second) = (office.open_matter("benefit"), office.open_matter("benefit"));
    let copy = office.store_in(&[first], Some(tag(b'a')));
    let classes = |office: &Office| lines(office).into_iter().map(|(matter, class, ..)| (matter, class.unwrap())).collect::<Vec<_>>();
    let line = |matter, class: &str| (matter, class.to_owned());
    assert_eq!(classes(&office), [line(0, "LEIST"), line(1, "AUSWEIS"), line(1, "LEIST"), line(2, "LEIST")]);
    office.file(Note::Assignment { document: copy, matters: vec![first, second] });
    assert_eq!(classes(&office)[3..], [line(2, "AUSWEIS"), line(2, "LEIST")]);
    // A type of which the catalogue says nothing has the class of the matter.
    office.store_in(&[MatterNumber::DEFAULT], Some(tag(b'q')));
    assert_eq!(classes(&office)[0], line(0, "LEIST"));
}

#[test]
fn the_default_matter_has_one_spelling() {
    let mut office = Office::open("benefit");
    let document = office.store_in(&[MatterNumber::DEFAULT], None);
    assert_eq!(facts(&office, document).matters, []);
    let matter = office.open_matter("benefit");
    office.file(Note::Assignment { document, matters: vec![matter] });
    office.file(Note::Assignment { document, matters: vec![MatterNumber::DEFAULT] });
    assert_eq!(facts(&office, document), DocumentFacts::default());
}

#[test]
fn a_document_with_dates_of_its_own_follows_its_case() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    office.go_to(day("2015-01-01"));
    let document = office.store();
    let other = office.store_in(&[MatterNumber::DEFAULT], None);
    office.happens(EventType::Notified, "2012-03-15");
    let of_document = EventScope::Document(document);
    let own = office.try_event(of_document, EventType::Notified, Some("2013-03-15"), None).unwrap();
    let keep = |office: &Office| facts(office, document).lines.first().map(|line| line.dates.clone());
    assert_eq!(keep(&office), Some(until("2023-03-15", "2023-06-13")));
    // A later event of the case counts for the document as well.
    let later = office.happens(EventType::Notified, "2014-03-15");
    assert_eq!(keep(&office), Some(until("2024-03-15", "2024-06-13")));
    office.try_event(EventScope::Case, EventType::Notified, None, Some(later)).unwrap();
    assert_eq!(keep(&office), Some(until("2023-03-15", "2023-06-13")));
    office.try_event(of_document, EventType::Notified, None, Some(own)).unwrap();
    assert_eq!(facts(&office, document), DocumentFacts::default(), "without events of its own it has the dates of its matter");
    assert_eq!(facts(&office, other).lines, []);
}

#[test]
fn a_new_catalogue_reaches_a_case_with_its_next_event_or_with_the_job() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    office.happens(EventType::Notified, "2009-03-15");
    let paid =
        office.try_store(Some(DocumentFacts { dated: Some(day("2009-02-01")), type_tag: Some(tag(b'z')), ..DocumentFacts::default() }));
    let paid = paid.unwrap();
    assert_eq!(facts(&office, paid).lines[0].version, 1);
    office.adopt(&shipped_like(13));
    let mut by_job = office.memory.clone();
    let matter = office.open_matter("benefit");
    assert_eq!(lines(&office)[0].3, until("2022-03-15", "2022-06-13"));
    assert_eq!(facts(&office, paid).lines[0].version, 2, "the documents of the case come along");
    assert_eq!(matter, MatterNumber(1));

    let (case, catalogue) = (office.case(), by_job.catalogue(VAULT).unwrap().unwrap());
    let documents = by_job.facts_of_case(VAULT, case).unwrap();
    let changed = super::refresh(case, &by_job.facts.dossiers[&case], true, &documents, &catalogue);
    assert_eq!(changed.len(), 2);
    let Fact::Dossier { after, before, .. } = &changed[1] else { panic!("{changed:?}") };
    assert!(before.is_some() && after.lines[0].version == 2);
    let Fact::Document { address, after: document, .. } = &changed[0] else { panic!("{changed:?}") };
    let documents = [(*address, Arc::clone(document))].into();
    assert_eq!(super::refresh(case, after, true, &documents, &catalogue), [], "nothing is left to do");
    let made_up = super::refresh(case, after, false, &documents, &catalogue);
    assert!(matches!(made_up[..], [Fact::Dossier { before: None, .. }]), "a case from before there was retention: {made_up:?}");
}

#[test]
fn a_case_from_before_there_was_retention_gets_its_dates_with_the_first_thing_that_happens() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    office.refresh();
    let case = office.case();
    Arc::make_mut(office.memory.facts.dossiers.get_mut(&case).unwrap()).lines.clear();
    office.store_in(&[MatterNumber::DEFAULT], None);
    assert_eq!(lines(&office), [(0, Some("LEIST".to_owned()), 1, Dates::Open { missing: EventType::Notified })]);
    let dossier = Arc::clone(&office.memory.facts.dossiers[&case]);
    office.store_in(&[MatterNumber::DEFAULT], None);
    assert!(Arc::ptr_eq(&dossier, &office.memory.facts.dossiers[&case]), "another document changes nothing about the case");
}

#[test]
fn a_hold_covers_its_list_until_it_is_released() {
    let mut office = Office::open("benefit");
    let document = office.store();
    let targets = [Part::Whole, Part::Document(document)].map(|part| Target { case: office.case(), part });
    let kind = HoldType::Court;
    let placed = Note::HoldPlaced { kind, review_on: day("2010-06-30"), ends_on: Some(day("2011-01-01")), targets: targets.to_vec() };
    let id = office.file(placed);
    let hold = office.place(id);
    let covered: Vec<_> = office.memory.facts.covered.keys().copied().collect();
    assert_eq!(covered, targets.map(|target| (target, hold)));
    let facts = office.memory.facts.holds[&hold];
    assert_eq!((facts.targets, facts.placed_on, facts.released_on), (2, day("2010-01-01"), None));
    office.advance("P1M");
    office.release_hold(hold);
    assert!(office.memory.facts.covered.is_empty());
    assert_eq!(office.memory.facts.holds[&hold].released_on, Some(day("2010-02-01")));
}

#[test]
fn the_steps_of_a_box_add_up() {
    let mut office = Office::open("benefit");
    let batch = office.batch_of(3, 6);
    let documents = [(); 3].map(|()| office.scan(Some(batch), &[]));
    let place = office.box_of(batch, &documents);
    let flag = crate::model::retention::OriginalFlag::OriginalRequired;
    for step in [
        BoxStep::Checked { mode: QaMode::Sample, result: QaResult::Passed, positions: Vec::new() },
        BoxStep::Checked { mode: QaMode::Full, result: QaResult::Defect, positions: vec![2] },
        BoxStep::Flagged { position: 1, flag, on: true },
        BoxStep::Flagged { position: 1, flag, on: false },
        BoxStep::Flagged { position: 1, flag, on: true },
        BoxStep::Pulled { positions: vec![3] },
        BoxStep::Return { position: 1, step: ReturnStep::Requested },
        BoxStep::Extended { until: day("2010-12-31") },
    ] {
        office.step(place, step).unwrap();
    }
    let facts = &office.memory.facts.boxes[&place];
    let qa: Vec<_> = facts.positions.iter().map(|position| position.qa.unwrap()).collect();
    assert_eq!(qa, [(QaMode::Sample, QaResult::Passed), (QaMode::Full, QaResult::Defect), (QaMode::Sample, QaResult::Passed)]);
    assert_eq!(facts.positions[0].position.flags, [flag]);
    assert_eq!(facts.positions.iter().map(|position| position.pulled).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(facts.positions[0].returning, Some((ReturnStep::Requested, day("2010-01-01"))));
    assert_eq!(facts.extended_until, Some(day("2010-12-31")));
}

#[test]
fn the_last_entry_of_a_subject_is_an_entry_about_it() {
    let mut office = Office::open("benefit");
    let batch = office.batch();
    let place = office.place(batch);
    let registered = office.memory.facts.batches[&place].last_entry;
    assert!(registered.is_some());
    // The documents of a batch have entries of their own.
    let document = office.scan(Some(batch), &[ScanDefect::ColourLost]);
    office.try_file_as(Some(ANNA), Note::QuarantineLifted { document }).unwrap();
    assert_eq!(office.memory.facts.batches[&place].last_entry, registered);

    let hold = office.place_hold(HoldType::Court);
    let before = office.memory.facts.holds[&hold].last_entry;
    let released = Command::FileNote(Box::new(office.filing(None, Note::HoldReleased { hold })));
    let Ok(Verdict::Happens(event)) = office.submit(&released) else { panic!("must happen") };
    assert_eq!(event.previous_entry(), before, "an entry leads back to the one before it about the same subject");
    assert!(office.memory.facts.holds[&hold].last_entry > before);
    let mut elsewhere = vec![Fact::Batch(place, office.memory.facts.batches[&place])];
    super::place(&event, &mut elsewhere, LedgerIndex(99));
    assert_eq!(elsewhere, [Fact::Batch(place, office.memory.facts.batches[&place])]);
}

#[test]
fn what_the_rules_would_not_have_let_pass_changes_nothing() {
    let mut office = Office::open("benefit");
    let nowhere = office.place_hold(HoldType::Court);
    for note in [
        Note::BatchCompleted { batch: nowhere },
        Note::BoxStep { of: nowhere, step: BoxStep::Pulled { positions: vec![1] } },
        Note::QuarantineLifted { document: DocumentNumber::new(9).unwrap() },
        Note::DocumentChecked { document: DocumentNumber::new(9).unwrap(), mode: QaMode::Full, result: QaResult::Passed },
    ] {
        let filed = Box::new(office.filing(None, note));
        let event = crate::model::Event::NoteFiled { filed, previous: None };
        assert_eq!(super::project(&mut office.memory, &event), Ok(Vec::new()), "{event:?}");
    }
}

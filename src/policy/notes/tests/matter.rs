//! Matters, and which documents belong to them.

use std::sync::Arc;

use crate::limits::MATTERS_PER_DOCUMENT_MAX;
use crate::model::retention::{DocumentFacts, EventScope, EventType, HoldType, MatterFacts, MatterNumber, Note, Part};
use crate::model::{DocumentNumber, Refusal};
use crate::policy::testing::{Office, code, day, shipped_like};

fn opened(number: u16, kind: &str, from: Option<&str>, to: Option<&str>) -> Note {
    Note::Matter { number: MatterNumber(number), kind: code(kind), from: from.map(day), to: to.map(day) }
}

#[test]
fn a_matter_has_a_number_of_its_own_a_known_kind_and_a_period_that_runs_forward() {
    let mut office = Office::open("benefit");
    // Before there is a catalogue, nobody knows which kinds there are.
    office.file(opened(1, "anything", None, None));
    office.adopt(&shipped_like(10));
    for (what, note, expected) in [
        ("a new one", opened(2, "benefit", Some("2009-07-01"), Some("2009-12-31")), Ok(())),
        ("one day", opened(3, "benefit", Some("2010-01-01"), Some("2010-01-01")), Ok(())),
        ("a gap in the numbers", opened(9, "benefit", None, Some("2011-01-01")), Ok(())),
        ("the default matter", opened(0, "benefit", None, None), Err(Refusal::NumberTaken)),
        ("a number in use", opened(2, "benefit", None, None), Err(Refusal::NumberTaken)),
        ("a kind without a class", opened(4, "benfit", None, None), Err(Refusal::MatterKindUnknown)),
        ("backwards", opened(4, "benefit", Some("2010-01-01"), Some("2009-12-31")), Err(Refusal::MatterPeriodReversed)),
        ("a slip of the pen", opened(4, "benefit", Some("0209-07-01"), None), Err(Refusal::DayTooEarly)),
    ] {
        assert_eq!(office.try_file(note).map(drop), expected, "{what}");
    }
    let numbers: Vec<u16> = office.memory.facts.dossiers[&office.case()].matters.iter().map(|matter| matter.number.0).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 9]);
}

#[test]
fn a_case_has_so_many_matters_and_no_more() {
    let mut office = Office::open("benefit");
    let case = office.case();
    let dossier = Arc::make_mut(office.memory.facts.dossiers.get_mut(&case).unwrap());
    let template = dossier.matters[0].clone();
    let matter = |number| MatterFacts { number: MatterNumber(number), ..template.clone() };
    dossier.matters.extend((1..crate::limits::MATTERS_PER_CASE_MAX as u16 - 1).map(matter));
    office.file(opened(4999, "benefit", None, None));
    assert_eq!(office.try_file(opened(5000, "benefit", None, None)), Err(Refusal::MattersFull));
}

#[test]
fn a_document_belongs_to_matters_that_exist() {
    let mut office = Office::open("benefit");
    let document = office.store();
    for _ in 0..=MATTERS_PER_DOCUMENT_MAX {
        office.open_matter("benefit");
    }
    let numbers = |range: std::ops::RangeInclusive<u16>| range.map(MatterNumber).collect::<Vec<_>>();
    let missing = DocumentNumber::new(4711).unwrap();
    for (what, document, matters, expected) in [
        ("one", document, numbers(1..=1), Ok(())),
        ("as many as allowed", document, numbers(1..=64), Ok(())),
        ("the default matter again", document, numbers(0..=0), Ok(())),
        ("none", document, Vec::new(), Err(Refusal::MatterListMalformed)),
        ("too many", document, numbers(1..=65), Err(Refusal::MatterListMalformed)),
        ("one twice", document, vec![MatterNumber(1), MatterNumber(1)], Err(Refusal::MatterListMalformed)),
        ("out of order", document, vec![MatterNumber(2), MatterNumber(1)], Err(Refusal::MatterListMalformed)),
        ("one that is not there", document, vec![MatterNumber(1), MatterNumber(900)], Err(Refusal::MatterUnknown)),
        ("a document that is not there", missing, numbers(1..=1), Err(Refusal::DocumentUnknown)),
        ("the case itself", DocumentNumber::CASE_ITSELF, numbers(1..=1), Err(Refusal::DocumentUnknown)),
    ] {
        assert_eq!(office.try_file(Note::Assignment { document, matters: matters.clone() }).map(drop), expected, "assigned to {what}");
        if document == missing || document == DocumentNumber::CASE_ITSELF {
            continue;
        }
        // A new document is measured by the same rule; only there no matter stands for the default one.
        let stored = office.try_store(Some(DocumentFacts { matters: matters.clone(), ..DocumentFacts::default() })).map(drop);
        assert_eq!(stored, if matters.is_empty() { Ok(()) } else { expected }, "stored in {what}");
    }
}

#[test]
fn nothing_leaves_a_held_matter() {
    let mut office = Office::open("benefit");
    let (first, second) = (office.open_matter("benefit"), office.open_matter("benefit"));
    let document = office.store_in(&[first], None);
    let hold = office.try_hold(HoldType::Court, Part::Matter(first)).unwrap();
    let assigned = |matters: &[MatterNumber]| Note::Assignment { document, matters: matters.to_vec() };
    assert_eq!(office.try_file(assigned(&[second])), Err(Refusal::MatterHeld));
    // A second matter beside the held one takes nothing away.
    office.file(assigned(&[first, second]));
    assert_eq!(office.try_file(assigned(&[second])), Err(Refusal::MatterHeld));
    office.release_hold(hold);
    office.file(assigned(&[second]));

    // An overlay would be lost in the same way, and an unassigned document leaves the default matter.
    let unassigned = office.store();
    office.try_hold(HoldType::Embargo, Part::Matter(MatterNumber::DEFAULT)).unwrap();
    let moved = Note::Assignment { document: unassigned, matters: vec![first] };
    assert_eq!(office.try_file(moved), Err(Refusal::MatterHeld));
}

#[test]
fn whoever_moves_a_document_to_where_it_goes_earlier_says_why() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    office.go_to(day("2024-06-01"));
    let matters: Vec<MatterNumber> = (0..5).map(|_| office.open_matter("benefit")).collect();
    let [early, late, over, open, contradicted] = matters[..] else { panic!("five matters") };
    for (matter, on) in [(early, "2020-01-01"), (late, "2023-01-01"), (over, "2011-01-01"), (contradicted, "2023-06-01")] {
        office.try_event(EventScope::Matter(matter), EventType::Notified, Some(on), None).unwrap();
    }
    for (what, from, to, expected) in [
        ("later", vec![early], vec![late], Ok(())),
        ("earlier", vec![late], vec![early], Err(Refusal::ReasonRequired)),
        ("one more matter", vec![early], vec![early, late], Ok(())),
        ("one matter less, which was the longest", vec![early, late], vec![early], Err(Refusal::ReasonRequired)),
        ("one matter less, which did not count", vec![early, late], vec![late], Ok(())),
        ("where the period has not begun", vec![late], vec![open], Ok(())),
        ("from where it has not begun to where it runs", vec![open], vec![early], Ok(())),
        ("from where it has not begun to where it is over", vec![open], vec![over], Err(Refusal::ReasonRequired)),
        ("among matters of which one has not begun", vec![early], vec![early, open], Ok(())),
        ("nowhere else", vec![over], vec![over], Ok(())),
    ] {
        let document = office.store_in(&from, None);
        office.beside.has_reason = false;
        assert_eq!(office.try_file(Note::Assignment { document, matters: to.clone() }).map(drop), expected, "{what}");
        office.beside.has_reason = true;
        office.file(Note::Assignment { document, matters: to });
    }
}

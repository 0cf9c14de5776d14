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
fn a_wrong_kind_is_corrected_with_a_reason_and_once() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let matter = office.open_matter("benefit");
    let document = office.store_in(&[matter], None);
    office.happens(EventType::Notified, "2010-01-01");
    office.happens(EventType::CaseClosed, "2010-01-01");
    let corrected =
        |matter: MatterNumber, replaces: &str, kind: &str| Note::KindCorrected { matter, replaces: code(replaces), kind: code(kind) };
    for (what, has_reason, note, expected) in [
        ("a matter that is not there", true, corrected(MatterNumber(9), "benefit", "placement"), Err(Refusal::MatterUnknown)),
        ("a kind without a class", true, corrected(matter, "benefit", "placment"), Err(Refusal::MatterKindUnknown)),
        ("what it is already", true, corrected(matter, "benefit", "benefit"), Err(Refusal::NothingToCorrect)),
        ("without a reason", false, corrected(matter, "benefit", "placement"), Err(Refusal::ReasonRequired)),
        ("rightly", true, corrected(matter, "benefit", "placement"), Ok(())),
        ("a second time", true, corrected(matter, "benefit", "payment"), Err(Refusal::KindCorrectedMeanwhile)),
        ("the kind of the case", true, corrected(MatterNumber::DEFAULT, "benefit", "placement"), Ok(())),
    ] {
        office.beside.has_reason = has_reason;
        assert_eq!(office.try_file(note).map(drop), expected, "{what}");
    }
    // Two years instead of ten: what was recorded before the correction counts as if the kind had been right from the beginning.
    office.go_to(day("2012-01-01"));
    office.expect_due(document, false);
    office.advance("P1D");
    office.expect_due(document, true);
    assert_eq!(office.replayed().memory.facts, office.memory.facts);
}

#[test]
fn documents_follow_the_kind_of_their_matter_to_another_class() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let dated = DocumentFacts { dated: Some(day("2009-05-01")), ..DocumentFacts::default() };
    let document = office.try_store(Some(dated)).unwrap();
    let correct = |office: &mut Office, replaces: &str, kind: &str| {
        office.file(Note::KindCorrected { matter: MatterNumber::DEFAULT, replaces: code(replaces), kind: code(kind) });
        office.memory.facts.documents[&office.place_of(document)].lines.len()
    };
    assert_eq!(correct(&mut office, "benefit", "payment"), 1, "a payment counts from its own date");
    assert_eq!(correct(&mut office, "payment", "benefit"), 0);
}

/// What a case is called by whoever opens it may be a name that looks like a code.
#[test]
fn only_kinds_of_the_catalogue_lie_in_clear() {
    let mut office = Office::open("Anna.Beispiel");
    let kind = |office: &Office| office.memory.facts.dossiers[&office.case()].matters[0].kind.clone();
    assert_eq!(kind(&office), code("Anna.Beispiel"), "without a catalogue there is no list");
    office.adopt(&shipped_like(10));
    for (given, lies_in_clear) in [("benefit", "benefit"), ("Anna.Beispiel", "default"), ("Benefit", "default")] {
        office.open_case(given);
        assert_eq!(kind(&office), code(lies_in_clear), "{given}");
    }
    let document = office.store();
    office.file(Note::KindCorrected { matter: MatterNumber::DEFAULT, replaces: code("default"), kind: code("benefit") });
    office.happens(EventType::Notified, "2010-01-01");
    office.go_to(day("2020-01-02"));
    office.expect_due(document, true);
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

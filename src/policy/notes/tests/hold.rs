//! Holds.

use crate::limits::HOLD_TARGETS_MAX;
use crate::model::retention::{EventType, HoldType, MatterNumber, Note, Part, Target};
use crate::model::{Address, CaseNumber, DocumentNumber, Refusal};
use crate::policy::testing::{Office, day, shipped_like};

fn placed(review_on: &str, ends_on: Option<&str>, targets: Vec<Target>) -> Note {
    Note::HoldPlaced { kind: HoldType::Court, review_on: day(review_on), ends_on: ends_on.map(day), targets }
}

#[test]
fn a_hold_is_looked_at_soon_and_before_it_should_end() {
    let mut office = Office::open("benefit");
    let target = Target { case: office.case(), part: Part::Whole };
    let hold = office.place_hold(HoldType::Objection);
    for (what, review_on, ends_on, expected) in [
        ("tomorrow", "2010-01-02", None, Ok(())),
        ("in a year", "2011-01-02", None, Ok(())),
        ("on its last day", "2010-06-30", Some("2010-06-30"), Ok(())),
        ("with the longest limitation", "2010-06-30", Some("2040-01-01"), Ok(())),
        ("today", "2010-01-01", None, Err(Refusal::ReviewOutOfReach)),
        ("yesterday", "2009-12-31", None, Err(Refusal::ReviewOutOfReach)),
        ("in a year and a day", "2011-01-03", None, Err(Refusal::ReviewOutOfReach)),
        ("after it has ended", "2010-06-30", Some("2010-06-29"), Err(Refusal::HoldEndsBeforeReview)),
        ("but it never ends", "2010-06-30", Some("9999-12-31"), Err(Refusal::HoldEndTooFar)),
    ] {
        assert_eq!(office.try_file(placed(review_on, ends_on, vec![target])).map(drop), expected, "placed, to be looked at {what}");
        let reviewed = Note::HoldReviewed { hold, review_on: day(review_on), ends_on: ends_on.map(day) };
        assert_eq!(office.try_file(reviewed).map(drop), expected, "reviewed, to be looked at {what}");
    }
    let facts = office.memory.facts.holds[&hold];
    assert_eq!((facts.review_on, facts.ends_on), (day("2010-06-30"), Some(day("2040-01-01"))));
}

#[test]
fn a_hold_covers_what_exists_each_item_once() {
    let mut office = Office::open("benefit");
    let (first, document) = (office.case(), office.store());
    let second = office.open_case("benefit");
    let matter = office.open_matter("benefit");
    let target = |case, part| Target { case, part };
    let nowhere = CaseNumber::new(99).unwrap();
    let unknown = Err(Refusal::HoldTargetUnknown);
    let malformed = Err(Refusal::HoldTargetsMalformed);
    for (what, targets, expected) in [
        ("a case", vec![target(first, Part::Whole)], Ok(())),
        (
            "parts of two cases",
            vec![
                target(first, Part::Document(document)),
                target(second, Part::Matter(MatterNumber::DEFAULT)),
                target(second, Part::Matter(matter)),
            ],
            Ok(()),
        ),
        ("nothing", Vec::new(), malformed),
        ("one twice", vec![target(first, Part::Whole); 2], malformed),
        ("out of order", vec![target(second, Part::Whole), target(first, Part::Whole)], malformed),
        ("too much", vec![target(first, Part::Whole); HOLD_TARGETS_MAX + 1], malformed),
        ("no such case", vec![target(first, Part::Whole), target(nowhere, Part::Whole)], unknown),
        ("a register", vec![target(CaseNumber::FIRST_REGISTER, Part::Whole)], unknown),
        ("no such matter", vec![target(first, Part::Matter(matter))], unknown),
        ("no such document", vec![target(second, Part::Document(document))], unknown),
        ("the case itself", vec![target(first, Part::Document(DocumentNumber::CASE_ITSELF))], unknown),
        ("a note", vec![target(first, Part::Document(DocumentNumber::FIRST_NOTE))], unknown),
    ] {
        assert_eq!(office.try_file(placed("2010-06-30", None, targets)).map(drop), expected, "{what}");
    }
}

#[test]
fn whoever_comes_second_is_told_that_the_hold_is_over() {
    let mut office = Office::open("benefit");
    let hold = office.place_hold(HoldType::Court);
    let elsewhere = Address::of_case(CaseNumber::new(CaseNumber::FIRST_REGISTER.get() + 999).unwrap());
    let reviewed = |hold| Note::HoldReviewed { hold, review_on: day("2010-06-30"), ends_on: None };
    assert_eq!(office.try_file(Note::HoldReleased { hold: elsewhere }), Err(Refusal::HoldUnknown));
    assert_eq!(office.try_file(reviewed(elsewhere)), Err(Refusal::HoldUnknown));
    office.release_hold(hold);
    assert_eq!(office.try_file(Note::HoldReleased { hold }), Err(Refusal::HoldOver));
    assert_eq!(office.try_file(reviewed(hold)), Err(Refusal::HoldOver));
    assert_eq!(office.memory.facts.holds[&hold].released_on, Some(day("2010-01-01")));
}

#[test]
fn of_two_persons_who_review_at_the_same_time_the_second_learns_of_the_first() {
    let mut office = Office::open("benefit");
    let hold = office.place_hold(HoldType::Court);
    let reviewed = |review_on: &str| Note::HoldReviewed { hold, review_on: day(review_on), ends_on: None };
    for (what, seen, review_on, expected) in [
        ("both have seen the day of placing; the first", Some("2010-07-01"), "2010-09-01", Ok(())),
        ("the second", Some("2010-07-01"), "2010-08-01", Err(Refusal::HoldReviewedMeanwhile)),
        ("the second, who has looked again", Some("2010-09-01"), "2010-08-01", Ok(())),
        ("somebody who does not say what was seen", None, "2010-08-02", Ok(())),
    ] {
        office.beside.replaces_review = seen.map(day);
        assert_eq!(office.try_file(reviewed(review_on)).map(drop), expected, "{what}");
    }
    assert_eq!(office.memory.facts.holds[&hold].review_on, day("2010-08-02"));
}

#[test]
fn each_hold_is_released_by_itself() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let document = office.store();
    office.happens(EventType::Notified, "1999-01-01");
    office.report_intake();
    office.expect_proposable(document, true);
    let holds = [
        office.place_hold(HoldType::Court),
        office.try_hold(HoldType::Claim, Part::Document(document)).unwrap(),
        office.try_hold(HoldType::Restriction, Part::Matter(MatterNumber::DEFAULT)).unwrap(),
        office.place_hold(HoldType::Court),
    ];
    for hold in holds {
        office.expect_proposable(document, false);
        office.release_hold(hold);
    }
    office.expect_proposable(document, true);
    // Neither the end nor a missed review releases anything.
    let target = Target { case: office.case(), part: Part::Whole };
    office.file(placed("2010-06-30", Some("2010-12-31"), vec![target]));
    office.advance("P5Y");
    office.report_intake();
    office.expect_proposable(document, false);
}

#[test]
fn overlays_that_stop_nothing_stop_nothing() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let document = office.store();
    office.happens(EventType::Notified, "1999-01-01");
    office.report_intake();
    office.place_hold(HoldType::Dispute);
    office.place_hold(HoldType::Embargo);
    office.expect_proposable(document, true);
}

#[test]
fn what_comes_to_a_held_part_is_held() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let matter = office.open_matter("benefit");
    office.try_hold(HoldType::Audit, Part::Matter(matter)).unwrap();
    office.happens(EventType::Notified, "1999-01-01");
    office.report_intake();
    let inside = office.store_in(&[matter], None);
    let outside = office.store();
    office.expect_proposable(inside, false);
    office.expect_proposable(outside, true);
}

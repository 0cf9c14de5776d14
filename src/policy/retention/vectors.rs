//! Dates and situations against `tests/fixtures/retention/vectors.json`: every entry, every field that says something.

use serde_json::Value;

use super::testing::{bounded, catalogue, class, day, dossier, event, term, today};
use super::*;
use crate::model::retention::{Catalogue, Class, Dates, Dossier, EventScope, HoldType, TimeZone};
use crate::model::{CaseNumber, Date, Timestamp};

/// The class of every vector has this name, and so has the kind of its matter.
const NAME: &str = "RULE";

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/fixtures/retention/vectors.json")).unwrap()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {value}"))
}

/// A rule that keeps and destroys after the same period.
fn rule(period: &str, rounding: &str) -> Class {
    let term = format!("decision.notified {rounding} {period}");
    bounded(NAME, &[&term], &[&term], "")
}

fn started(on: &str) -> Dossier {
    let mut dossier = dossier(&[NAME]);
    dossier.events.push(event(1, EventScope::Case, "decision.notified", on));
    dossier
}

fn keep_until(dossier: &Dossier, catalogue: &Catalogue) -> Date {
    match document_dates(dossier, None, Some(catalogue)).dates {
        Dates::Computed { keep_until, .. } => keep_until,
        other => panic!("no date, but {other:?}"),
    }
}

/// The date vector with this id, as a catalogue and a case.
fn vector(id: &str) -> (Catalogue, Dossier) {
    let vectors = vectors();
    let found = vectors["dates"].as_array().unwrap().iter().find(|vector| vector["id"] == id).unwrap();
    let class = rule(text(&found["rule"], "period"), text(&found["rule"], "rounding"));
    (catalogue(1, [class]), started(text(found, "start")))
}

#[test]
fn every_date_of_the_vectors() {
    let vectors = vectors();
    let dates = vectors["dates"].as_array().unwrap();
    assert_eq!(dates.len(), 12, "a vector was lost or added");
    for given in dates {
        let id = text(given, "id");
        let (catalogue, dossier) = vector(id);
        if let Some(instant) = given.get("start_instant") {
            let instant = Timestamp::parse(instant.as_str().unwrap()).unwrap();
            assert_eq!(TimeZone::berlin().day_of(instant), day(text(given, "start")), "{id}: the day of the instant");
        }
        let last = keep_until(&dossier, &catalogue);
        assert_eq!(last, day(text(given, "last_kept")), "{id}: last day of keeping");
        let brakes = Brakes { watermark: Some(last), ..Brakes::default() };
        let dates = document_dates(&dossier, None, Some(&catalogue)).dates;
        let first = text(given, "first_destroyable");
        let on = |day: &str| standing(&dates, today(day), &brakes);
        assert!(!on(text(given, "last_kept")).may_be_proposed(), "{id}: the last day of keeping is a day of keeping");
        assert!(on(first).may_be_proposed(), "{id}: the first day on which it can go");
        assert_eq!(last.plus_days(1), Some(day(first)), "{id}: no day lies between");
    }
}

#[test]
fn d12_a_hold_blocks_and_adds_no_time() {
    let given = situation("D12");
    let (catalogue, dossier) = vector(text(&given, "on"));
    let dates = document_dates(&dossier, None, Some(&catalogue)).dates;
    let (from, to) = (day(text(&given["hold"], "from")), day(text(&given["hold"], "to")));
    assert_eq!(to, day(text(&given, "last_blocked_day")));
    let proposable = |on: Date| {
        let holds = if (from..=to).contains(&on) { vec![HoldType::Court] } else { Vec::new() };
        let brakes = Brakes { holds, watermark: Some(on), ..Brakes::default() };
        standing(&dates, crate::model::retention::Today { certain: on, wall: on }, &brakes).may_be_proposed()
    };
    let first = (0..).map(|days| from.plus_days(days).unwrap()).find(|on| proposable(*on));
    assert_eq!(first, Some(day(text(&given, "first_destroyable"))));
    assert_eq!(dates, document_dates(&dossier, None, Some(&catalogue)).dates);
}

#[test]
fn d13_a_shorter_rule_makes_overdue_at_once_and_the_diff_says_so() {
    let given = situation("D13");
    let old = catalogue(1, [rule(text(&given, "old_rule"), "none")]);
    let new = catalogue(2, [rule(text(&given, "new_rule"), "none")]);
    let dossier = started(text(&given, "start"));
    assert_eq!(keep_until(&dossier, &old), day(text(&given, "old_last_kept")));
    assert_eq!(keep_until(&dossier, &new), day(text(&given, "new_last_kept")));
    let mut diff = Diff::new(Some(&old), &new, today(text(&given, "new_valid_from")));
    diff.add(CaseNumber::new(7).unwrap(), &dossier, &[]);
    let summary = diff.finish();
    let class = summary.classes[&Some(testing::code(NAME))];
    assert_eq!((class.changed, class.newly_due, class.newly_overdue), (1, 1, 1), "{}", text(&given, "expect"));
    let example = &summary.examples[0];
    let at = |until: &str| Dates::Computed { keep_until: day(until), destroy_by: Some(day(until)) };
    assert_eq!((&example.old, &example.new), (&at("2020-06-01"), &at("2017-06-01")));
}

#[test]
fn d13b_nothing_goes_before_the_watermark_has_arrived() {
    let given = situation("D13b");
    let (catalogue, dossier) = vector(text(&given, "on"));
    let dates = document_dates(&dossier, None, Some(&catalogue)).dates;
    let with = |watermark| standing(&dates, today("2020-01-15"), &Brakes { watermark, ..Brakes::default() });
    let behind = with(Some(day(text(&given, "intake_watermark"))));
    assert_eq!(behind.blockers(), [Blocker::Watermark], "{}", text(&given, "expect"));
    assert_eq!(with(None).blockers(), [Blocker::Watermark], "a scan line that has reported nothing");
    assert_eq!(with(Some(day("2019-12-30"))).blockers(), [Blocker::Watermark]);
    assert!(with(Some(day("2019-12-31"))).may_be_proposed());
}

#[test]
fn d14_a_minimum_beyond_a_maximum_is_a_conflict() {
    let given = situation("D14");
    let minimum = class(NAME, &["decision.notified none P10Y"]);
    let catalogue = catalogue(1, [Class { maximum: vec![term("date.fixed none day-itself")], ..minimum }]);
    let mut dossier = started("2014-03-15");
    dossier.events.push(event(2, EventScope::Case, "date.fixed", text(&given, "maximum_until")));
    assert_eq!(keep_until(&dossier, &catalogue), day(text(&given, "minimum_until")));
    let dates = document_dates(&dossier, None, Some(&catalogue)).dates;
    let brakes = Brakes { watermark: Some(day("2030-01-01")), ..Brakes::default() };
    for on in ["2015-01-01", "2022-01-01", "2022-01-02", "2024-03-15", "2024-03-16", "2030-01-01"] {
        let standing = standing(&dates, today(on), &brakes);
        assert_eq!((standing.state(), standing.blockers()), (State::Conflict, [Blocker::Conflict].as_slice()), "{on}");
    }
}

#[test]
fn every_situation_of_the_vectors_has_its_test() {
    let vectors = vectors();
    let ids: Vec<&str> = vectors["situations"].as_array().unwrap().iter().map(|situation| text(situation, "id")).collect();
    assert_eq!(ids, ["D12", "D13", "D13b", "D14"]);
}

fn situation(id: &str) -> Value {
    vectors()["situations"].as_array().unwrap().iter().find(|situation| situation["id"] == id).unwrap().clone()
}

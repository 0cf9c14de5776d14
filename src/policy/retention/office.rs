//! Tests in the words of the domain: a small office that plays scripts, line by line.
//!
//! Each line is one thing that happens, or one expectation; the office asks [`explain`] and, so that both entrances are tested, compares
//! with the dates and the standing that are computed without an explanation.

use super::testing::{catalogue, code, day, dossier, event, tag};
use super::*;
use crate::model::Date;
use crate::model::retention::{
    Catalogue, Class, Dates, DocumentFacts, Dossier, EventScope, EventType, HoldType, MatterNumber, ScanFacts, Today,
};
use crate::model::{DocumentNumber, NoteId};

/// An office with one case and one document in it.
pub struct Office {
    catalogue: Catalogue,
    dossier: Dossier,
    document: DocumentFacts,
    brakes: Brakes,
    today: Today,
    notes: u8,
}

impl Office {
    /// An office with these classes, on 1 January 2010. The matter 0 has the kind `kind`, which is the name of its class.
    pub fn new(kind: &str, classes: impl IntoIterator<Item = Class>) -> Self {
        let start = day("2010-01-01");
        Self {
            catalogue: catalogue(1, classes),
            dossier: dossier(&[kind]),
            document: DocumentFacts::default(),
            brakes: Brakes::default(),
            today: Today { certain: start, wall: start },
            notes: 0,
        }
    }

    /// Plays a script.
    ///
    /// # Panics
    /// At the first expectation that is not met, and at every line that is not understood.
    pub fn play(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["today", on] => self.today = testing::today(on),
                ["advance", count, unit] => self.advance(count.parse().unwrap(), unit),
                ["clock", "jumps", "to", wall] => self.today.wall = day(wall),
                ["record", what] => self.record(EventScope::Case, what, &self.today.certain.to_string()),
                ["record", what, "on", on] => self.record(EventScope::Case, what, on),
                ["record", what, "about", "the", "document"] => {
                    self.record(EventScope::Document(DocumentNumber::new(0).unwrap()), what, &self.today.certain.to_string());
                }
                ["record", what, "in", "matter", number, "on", on] => self.record(EventScope::Matter(matter(number)), what, on),
                ["withdraw", what] => self.dossier.events.retain(|event| event.event.as_str() != what),
                ["correct", what, "to", on] => {
                    self.dossier.events.retain(|event| event.event.as_str() != what);
                    self.record(EventScope::Case, what, on);
                }
                ["matter", number, kind] => self.open(number, kind),
                ["document", "in", ref numbers @ ..] => self.document.matters = numbers.iter().map(|number| matter(number)).collect(),
                ["document", "type", name] => self.document.type_tag = Some(tag(name)),
                ["document", "dated", on] => self.document.dated = Some(day(on)),
                ["document", "received", on] => self.document.received = Some(day(on)),
                ["document", "scanned", on] => self.document.scan = Some(scanned(on)),
                ["quarantine"] => self.brakes.quarantined = true,
                ["lift", "quarantine"] => self.brakes.quarantined = false,
                ["place", "hold", kind] => self.brakes.holds.push(HoldType::parse(kind).unwrap()),
                ["release", "hold", kind] => self.brakes.holds.retain(|hold| hold.as_str() != kind),
                ["intake", "through", on] => self.brakes.watermark = Some(day(on)),
                ["intake", "is", "up", "to", "date"] => self.brakes.watermark = Some(self.today.certain),
                ["expect", ref expectation @ ..] => self.expect(line, expectation),
                _ => panic!("not understood: {line}"),
            }
        }
    }

    fn expect(&self, line: &str, expectation: &[&str]) {
        let told = explain(&self.dossier, Some(&self.document), Some(&self.catalogue), self.today, &self.brakes);
        let quiet = document_dates(&self.dossier, Some(&self.document), Some(&self.catalogue));
        assert_eq!((&told.lines, &told.dates), (&quiet.lines, &quiet.dates), "{line}: the explanation is of something else");
        let brakes = self.brakes.clone().of_document(&quiet, &self.dossier, Some(&self.document), Some(&self.catalogue));
        assert_eq!(told.standing, standing(&quiet.dates, self.today, &brakes), "{line}");
        let state = told.standing.state();
        let blockers: Vec<&str> = told.standing.blockers().iter().map(|blocker| blocker.code()).collect();
        let on = |what: &str, dates: &Dates| format!("{line}: on {}, {what}: {dates:?}", self.today.certain);
        match (expectation, &told.dates) {
            (["keep", "until", keep], Dates::Computed { keep_until, destroy_by: None }) => {
                assert_eq!(keep_until.to_string(), *keep, "{line}");
            }
            (["keep", "until", keep, "destroy", "by", destroy], Dates::Computed { keep_until, destroy_by: Some(destroy_by) }) => {
                assert_eq!((keep_until.to_string().as_str(), destroy_by.to_string().as_str()), (*keep, *destroy), "{line}");
            }
            (["open", event], _) => assert_eq!(state, State::Open { missing: EventType::parse(event).unwrap() }, "{line}"),
            (["open", "for", days, "days"], _) => assert_eq!(told.open_days.unwrap().to_string(), *days, "{line}"),
            (["overdue", days, "days"], _) => assert_eq!(told.standing.overdue_days().unwrap().to_string(), *days, "{line}"),
            (["not", "overdue"], dates) => assert_eq!(told.standing.overdue_days(), None, "{}", on("overdue", dates)),
            (["stopped", "by", "nothing"], dates) => assert!(told.standing.may_be_proposed(), "{}: {blockers:?}", on("stopped", dates)),
            (["stopped", "by", expected @ ..], dates) => {
                assert_eq!(blockers, expected, "{}", on("stopped by other things", dates));
                assert!(!told.standing.may_be_proposed(), "{line}");
            }
            ([code], dates) => assert_eq!(state.code(), *code, "{}", on("in another state", dates)),
            (_, dates) => panic!("{}", on("not as expected", dates)),
        }
    }

    fn advance(&mut self, count: i32, unit: &str) {
        let moved = |date: Date| match unit {
            "day" | "days" => date.plus_days(count.into()),
            "month" | "months" => date.plus_months(count),
            "year" | "years" => date.plus_months(12 * count),
            _ => panic!("not a unit: {unit}"),
        };
        self.today = Today { certain: moved(self.today.certain).unwrap(), wall: moved(self.today.wall).unwrap() };
    }

    fn record(&mut self, scope: EventScope, what: &str, on: &str) {
        self.notes += 1;
        let recorded = event(self.notes, scope, what, on);
        let events = if matches!(scope, EventScope::Document(_)) { &mut self.document.events } else { &mut self.dossier.events };
        events.push(recorded);
    }

    fn open(&mut self, number: &str, kind: &str) {
        let number = matter(number);
        let mut facts = self.dossier.matters[0].clone();
        (facts.number, facts.kind, facts.opened_on) = (number, code(kind), self.today.certain);
        facts.id = Some(NoteId::from_bytes([200 + number.0 as u8; 16]));
        self.dossier.matters.push(facts);
    }
}

fn matter(number: &str) -> MatterNumber {
    MatterNumber(number.parse().unwrap())
}

fn scanned(on: &str) -> ScanFacts {
    ScanFacts { batch: None, scanned_on: day(on), pages: 1, high_protection: true, defects: Vec::new(), qa: None }
}

//! The catalogue that comes with the program: it can be obeyed, and each of its classes gives the dates that the office expects.

use std::collections::BTreeMap;

use aktenfest::config::classes::{parse, shipped};
use aktenfest::model::retention::{
    Catalogue, Code, Dates, DocumentFacts, Dossier, EffectiveEvent, EventScope, EventType, HoldType, MatterNumber, Today, TypeTag,
};
use aktenfest::model::{Address, CaseNumber, Date, NoteId, Timestamp};
use aktenfest::policy::retention::{Brakes, check, explain};
use aktenfest::words::{Language, Words};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

/// The shipped catalogue as a vault would hold it, and the tags of its types.
fn catalogue() -> (Catalogue, BTreeMap<String, TypeTag>) {
    let parsed = parse(shipped()).unwrap_or_else(|error| panic!("{error}"));
    let tags: BTreeMap<String, TypeTag> =
        parsed.types.keys().enumerate().map(|(number, name)| (name.clone(), TypeTag([u8::try_from(number).unwrap(); 16]))).collect();
    let types = parsed.types.iter().map(|(name, class)| (tags[name], class.clone())).collect();
    (Catalogue { version: 1, types, ..parsed.catalogue }, tags)
}

/// A case of this kind in which these things have happened, each written as `event day`.
fn case(kind: &str, events: &[&str]) -> Dossier {
    let mut dossier = Dossier::new(code(kind), day("2010-01-01"));
    for (number, event) in events.iter().enumerate() {
        let (event, on) = event.split_once(' ').expect("must be an event and a day");
        dossier.events.push(EffectiveEvent {
            note: Address::of_case(CaseNumber::new(number as u64 + 1).unwrap()),
            id: NoteId::parse(&format!("0192f0c1-7c1e-7c7a-b1f4-{number:012x}")).unwrap(),
            scope: EventScope::Case,
            event: EventType::parse(event).unwrap_or_else(|| panic!("no event {event}")),
            valid_on: day(on),
            recorded_at: Timestamp::parse("2020-01-01T08:00:00Z").unwrap(),
            source: code("eakte"),
        });
    }
    dossier
}

fn told(dates: &Dates) -> String {
    match dates {
        Dates::Computed { keep_until, destroy_by } => {
            let destroy_by = destroy_by.map(|day| format!(" destroy by {day}")).unwrap_or_default();
            let conflict = if dates.is_conflict() { " CONFLICT" } else { "" };
            format!("keep until {keep_until}{destroy_by}{conflict}")
        }
        Dates::Open { missing } => format!("open {}", missing.as_str()),
        Dates::Unclassed => "unclassed".to_owned(),
        Dates::Never => "never".to_owned(),
    }
}

#[test]
fn it_can_be_obeyed() {
    let (catalogue, _) = catalogue();
    assert_eq!(check(&catalogue), Ok(()));
}

#[test]
fn each_kind_of_matter_has_the_dates_of_its_class() {
    let (catalogue, _) = catalogue();
    let today = Today { certain: day("2020-01-01"), wall: day("2020-01-01") };
    for (kind, events, expected) in [
        ("benefit", vec![], "open decision.notified"),
        ("benefit", vec!["decision.notified 2014-03-15"], "keep until 2024-03-15 destroy by 2024-06-13"),
        ("benefit", vec!["decision.notified 2016-02-29"], "keep until 2026-02-28 destroy by 2026-05-29"),
        // An amended decision about the same period is notified again: the later day counts.
        ("benefit", vec!["decision.notified 2015-01-02", "decision.notified 2014-03-15"], "keep until 2025-01-02 destroy by 2025-04-02"),
        // The end of the case says nothing about a grant period.
        ("benefit", vec!["case.closed 2014-03-15"], "open decision.notified"),
        ("rejected", vec!["decision.notified 2015-06-30"], "keep until 2019-12-31 destroy by 2020-03-30"),
        ("rejected", vec!["decision.notified 2016-01-01"], "keep until 2020-12-31 destroy by 2021-03-31"),
        ("expert-opinion", vec!["decision.notified 2014-03-15"], "keep until 2024-03-15 destroy by 2024-06-13"),
        ("claim", vec!["decision.unappealable 2015-06-30"], "open claim.settled"),
        ("claim", vec!["claim.settled 2016-05-01"], "open decision.unappealable"),
        // Settled early: the four years count, and the ninety days are counted from their end.
        ("claim", vec!["decision.unappealable 2015-06-30", "claim.settled 2016-05-01"], "keep until 2019-12-31 destroy by 2020-03-30"),
        // Settled late: the settlement counts.
        ("claim", vec!["decision.unappealable 2015-06-30", "claim.settled 2030-05-01"], "keep until 2030-05-01 destroy by 2030-07-30"),
        ("appeal", vec!["proceedings.final 2014-03-15"], "keep until 2024-03-15 destroy by 2024-06-13"),
        ("fine-small", vec!["proceedings.final 2014-03-15"], "keep until 2017-03-15 destroy by 2017-06-13"),
        ("fine-large", vec!["proceedings.final 2014-03-15"], "keep until 2019-03-15 destroy by 2019-06-13"),
        ("placement", vec!["case.closed 2014-03-15"], "keep until 2016-03-15 destroy by 2019-03-15"),
        ("measure-esf", vec!["date.fixed 2025-12-31"], "keep until 2025-12-31 destroy by 2026-12-31"),
        ("comparison", vec!["check.done 2014-03-15"], "keep until 2014-03-15 destroy by 2014-03-16"),
        ("access-log", vec!["log.created 2024-01-02"], "keep until 2025-12-31 destroy by 2026-01-31"),
        ("destruction-record", vec!["log.created 2010-05-31"], "keep until 2020-05-31 destroy by 2040-05-31"),
        ("something-else", vec!["decision.notified 2014-03-15"], "unclassed"),
    ] {
        let explanation = explain(&case(kind, &events), None, Some(&catalogue), today, &Brakes::default());
        assert_eq!(told(&explanation.dates), expected, "{kind} {events:?}");
    }
}

#[test]
fn a_document_has_the_class_of_its_type() {
    let (catalogue, tags) = catalogue();
    let today = Today { certain: day("2020-01-01"), wall: day("2020-01-01") };
    for (name, dated, event, expected) in [
        ("id-card-copy", None, "decision.notified 2014-03-15", "open document.not-needed"),
        ("id-card-copy", None, "document.not-needed 2014-03-15", "keep until 2014-03-15 destroy by 2014-03-16"),
        ("expert-opinion", None, "decision.notified 2014-03-15", "keep until 2024-03-15 destroy by 2024-06-13"),
        ("payment-order", Some("2015-06-30"), "decision.notified 2014-03-15", "keep until 2025-12-31 destroy by 2026-03-31"),
        ("payment-order", None, "decision.notified 2014-03-15", "open document.dated"),
    ] {
        let facts = DocumentFacts { type_tag: Some(tags[name]), dated: dated.map(day), ..DocumentFacts::default() };
        let explanation = explain(&case("benefit", &[event]), Some(&facts), Some(&catalogue), today, &Brakes::default());
        assert_eq!(told(&explanation.dates), expected, "{name} {dated:?} {event}");
    }
}

/// Whatever the shipped classes can lead to is told in whole sentences, in both languages, with the title of the class.
#[test]
fn each_class_is_explained_in_both_languages() {
    let (catalogue, _) = catalogue();
    let today = Today { certain: day("2020-01-01"), wall: day("2020-01-02") };
    let brakes = Brakes { holds: HoldType::ALL.to_vec(), quarantined: true, watermark: Some(day("2019-12-01")), ..Brakes::default() };
    let happened: Vec<String> = EventType::ALL.iter().map(|event| format!("{} 2015-06-30", event.as_str())).collect();
    let happened: Vec<&str> = happened.iter().map(String::as_str).collect();
    for (kind, class) in &catalogue.kinds {
        for events in [&happened[..], &[]] {
            let explanation = explain(&case(kind.as_str(), events), None, Some(&catalogue), today, &brakes);
            for (language, title) in Language::ALL.into_iter().map(|language| (language, &catalogue.classes[class].title)) {
                let sentences: Vec<String> = explanation.steps.iter().map(|step| Words::of(language).step(step)).collect();
                let title = if language == Language::German { &title.0 } else { &title.1 };
                assert!(sentences.iter().any(|sentence| sentence.contains(title)), "{kind}: {sentences:#?}");
                assert!(sentences.iter().all(|sentence| sentence.ends_with('.')), "{kind}: {sentences:#?}");
            }
            assert_eq!(explanation.lines[0].matter, MatterNumber::DEFAULT);
        }
    }
}

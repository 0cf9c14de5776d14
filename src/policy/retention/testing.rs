//! Classes, cases and days for tests, in few words.

use crate::model::retention::{
    Catalogue, Class, Code, Confidence, Disposal, Dossier, EffectiveEvent, EventScope, EventType, Kept, MatterFacts, MatterNumber, Period,
    Rounding, Term, TimeZone, Today, TypeTag,
};
use crate::model::{Address, CaseNumber, Date, DocumentNumber, NoteId, Timestamp};

pub fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

/// A day on which both clocks agree.
pub fn today(text: &str) -> Today {
    Today { certain: day(text), wall: day(text) }
}

/// `decision.notified end-of-year P4Y`; `day-itself` instead of the period for the counted day.
pub fn term(text: &str) -> Term {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [start, rounding, period] = words[..] else { panic!("a term is an event, a rounding and a period: {text}") };
    Term {
        start: EventType::parse(start).unwrap_or_else(|| panic!("no such event: {start}")),
        rounding: Rounding::parse(rounding).unwrap_or_else(|| panic!("no such rounding: {rounding}")),
        period: (period != "day-itself").then(|| Period::parse(period).unwrap()),
    }
}

/// A class that keeps at least for `minimum` and has no maximum.
pub fn class(name: &str, minimum: &[&str]) -> Class {
    Class {
        code: code(name),
        title: (format!("Klasse {name}"), format!("Class {name}")),
        legal_basis: vec!["section 304 SGB V".to_owned()],
        confidence: Confidence::High,
        minimum: Kept::Until(minimum.iter().map(|text| term(text)).collect()),
        maximum: Vec::new(),
        window: None,
        maximum_at_least_minimum: false,
        prevails: None,
        disposal: Disposal::Destroy,
        archive_authorisation: Some("standing authorisation 1/2010".to_owned()),
    }
}

/// A class with a maximum; `window` is a period or empty.
pub fn bounded(name: &str, minimum: &[&str], maximum: &[&str], window: &str) -> Class {
    let window = (!window.is_empty()).then(|| Period::parse(window).unwrap());
    Class { maximum: maximum.iter().map(|text| term(text)).collect(), window, ..class(name, minimum) }
}

/// The class of benefit documents: ten years from the notification, and ninety days for destruction.
pub fn benefit() -> Class {
    bounded("LEIST", &["decision.notified none P10Y"], &["decision.notified none P10Y"], "P90D")
}

/// A class that keeps nothing once `start` has happened.
pub fn nothing(name: &str, start: &str, maximum: &str) -> Class {
    let start = EventType::parse(start).unwrap();
    Class { minimum: Kept::Nothing { start }, ..bounded(name, &[], &[maximum], "") }
}

/// A catalogue in which every class applies to the kind of matter of its own name, and to documents whose type is tagged with its name.
pub fn catalogue(version: u32, classes: impl IntoIterator<Item = Class>) -> Catalogue {
    let classes: Vec<Class> = classes.into_iter().collect();
    Catalogue {
        version,
        valid_from: day("2026-01-01"),
        time_zone: TimeZone::berlin(),
        kinds: classes.iter().map(|class| (class.code.clone(), class.code.clone())).collect(),
        types: classes.iter().map(|class| (tag(class.code.as_str()), class.code.clone())).collect(),
        classes: classes.into_iter().map(|class| (class.code.clone(), class)).collect(),
        paper: Period::Days(56),
    }
}

/// The tag of a document type; a vault would make it with a key.
pub fn tag(name: &str) -> TypeTag {
    let mut bytes = [0; 16];
    let length = name.len().min(16);
    bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
    TypeTag(bytes)
}

/// An event about a case, recorded by the note with this number.
pub fn event(number: u8, scope: EventScope, event: &str, valid_on: &str) -> EffectiveEvent {
    EffectiveEvent {
        note: Address { case: CaseNumber::new(7).unwrap(), document: DocumentNumber::FIRST_NOTE },
        id: NoteId::from_bytes([number; 16]),
        scope,
        event: EventType::parse(event).unwrap_or_else(|| panic!("no such event: {event}")),
        valid_on: day(valid_on),
        recorded_at: Timestamp::from_seconds(1_700_000_000).unwrap(),
        source: code("eakte"),
    }
}

/// A case whose default matter and further matters are of these kinds.
pub fn dossier(kinds: &[&str]) -> Dossier {
    let matter = |(number, kind): (usize, &&str)| MatterFacts {
        number: MatterNumber(number as u16),
        id: (number > 0).then(|| NoteId::from_bytes([100 + number as u8; 16])),
        kind: code(kind),
        from: None,
        to: None,
        opened_on: day("2010-01-01"),
        types: std::collections::BTreeMap::new(),
    };
    Dossier { matters: kinds.iter().enumerate().map(matter).collect(), events: Vec::new(), own_events: Vec::new(), lines: Vec::new() }
}

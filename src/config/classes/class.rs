//! One class: the lines of a section `[classes.CODE]`.

use super::reader::{Reader, Section, Word};
use crate::model::retention::{Class, Code, Confidence, Disposal, EventType, Kept, Period, Rounding, Term};

/// The keys of a class.
const KEYS: &[&str] = &[
    "title_de",
    "title_en",
    "legal_basis",
    "confidence",
    "start",
    "rounding",
    "keep",
    "minimum",
    "maximum",
    "window",
    "maximum_at_least_minimum",
    "prevails",
    "disposal",
    "archive_authorisation",
];

/// The keys of one part of a minimum or maximum.
const TERM_KEYS: &[&str] = &["start", "rounding", "period"];

/// What stands for the counted day itself instead of a period.
const DAY_ITSELF: &str = "day-itself";

const A_PERIOD: &str = "a period in quotes such as \"P10Y\" or \"P56D\", \"day-itself\", or a list of { start, rounding, period }";
const A_TEXT: &str = "a text in quotes";

/// Reads a class. `None` if something was wrong; the reader knows what.
pub(super) fn read(reader: &mut Reader<'_>, class: &Section<'_, '_>, code: Code) -> Option<Class> {
    reader.refuse_unknown(class, KEYS);
    // Every part is read before the first missing one ends the function, so that all mistakes are noted.
    let german = reader.required(class, "title_de", A_TEXT).and_then(|word| reader.prose(&word));
    let english = reader.required(class, "title_en", A_TEXT).and_then(|word| reader.prose(&word));
    let legal_basis = legal_basis(reader, class);
    let confidence = confidence(reader, class);
    let disposal = disposal(reader, class);
    let counted = counted(reader, class);
    let minimum = minimum(reader, class, counted);
    let maximum = if class.has("maximum") { terms(reader, class, "maximum", counted) } else { Some(Vec::new()) };
    let window = reader.optional(class, "window", "a period in quotes such as \"P90D\"");
    let window = window.map(|word| reader.accept(&word, Period::parse));
    let maximum_at_least_minimum = reader.flag(class, "maximum_at_least_minimum");
    let prevails = optional_prose(reader, class, "prevails");
    let archive_authorisation = optional_prose(reader, class, "archive_authorisation");
    refuse_idle_lines(reader, class, maximum_at_least_minimum, disposal);
    Some(Class {
        code,
        title: (german?, english?),
        legal_basis: legal_basis?,
        confidence: confidence?,
        minimum: minimum?,
        maximum: maximum?,
        window: window.map_or(Some(None), |window| window.map(Some))?,
        maximum_at_least_minimum,
        prevails,
        disposal: disposal?,
        archive_authorisation,
    })
}

fn legal_basis(reader: &mut Reader<'_>, class: &Section<'_, '_>) -> Option<Vec<String>> {
    let (key, expected) = (class.key("legal_basis"), "a list of texts in quotes, one at least, such as [\"Art. 17 GDPR\"]");
    let Some(list) = class.list("legal_basis") else {
        if let Some(word) = reader.required(class, "legal_basis", expected) {
            reader.refuse(Some(word.place), &key, &format!("this text is not accepted; expected {expected}"));
        }
        return None;
    };
    if list.is_empty() {
        reader.refuse(class.place_of("legal_basis"), &key, &format!("is empty; expected {expected}"));
    }
    let mut bases = Vec::new();
    for value in list.iter() {
        let Some(word) = reader.word(&key, value, A_TEXT) else { continue };
        let Some(basis) = reader.prose(&word) else { continue };
        if bases.contains(&basis) {
            reader.refuse(Some(word.place), &key, &format!("\"{basis}\" stands in the list already; take one of the two away"));
        }
        bases.push(basis);
    }
    Some(bases)
}

fn confidence(reader: &mut Reader<'_>, class: &Section<'_, '_>) -> Option<Confidence> {
    let word = reader.required(class, "confidence", "\"high\", \"medium\" or \"low\"")?;
    reader.choice(&word, &Confidence::ALL.map(Confidence::as_str), Confidence::parse)
}

fn disposal(reader: &mut Reader<'_>, class: &Section<'_, '_>) -> Option<Disposal> {
    let word = reader.required(class, "disposal", "\"destroy\", \"offer\" or \"keep\"")?;
    reader.choice(&word, &Disposal::ALL.map(Disposal::as_str), Disposal::parse)
}

fn optional_prose(reader: &mut Reader<'_>, class: &Section<'_, '_>, name: &str) -> Option<String> {
    reader.optional(class, name, A_TEXT).and_then(|word| reader.prose(&word))
}

/// What the class counts from, for minimum, maximum and `keep` that do not name their own.
#[derive(Debug, Clone, Copy)]
struct Counted {
    start: Option<EventType>,
    rounding: Option<Rounding>,
}

/// The lines `start` and `rounding` of a class: demanded where something needs them, refused where nothing does.
fn counted(reader: &mut Reader<'_>, class: &Section<'_, '_>) -> Counted {
    let counts = ["minimum", "maximum"].into_iter().any(|name| class.has(name) && class.list(name).is_none());
    let starts = counts || class.has("keep");
    let mut read = |name: &str, needed: bool| {
        if class.has(name) && !needed {
            let message = "is not used by anything in this class; take the line away";
            reader.refuse(class.place_of(name), &class.key(name), message);
        }
        needed
    };
    let (start, rounding) = (read("start", starts), read("rounding", counts));
    Counted {
        start: if start { event(reader, class) } else { None },
        rounding: if rounding { self::rounding(reader, class) } else { None },
    }
}

fn event(reader: &mut Reader<'_>, section: &Section<'_, '_>) -> Option<EventType> {
    let word = reader.required(section, "start", "the event from which is counted, such as \"decision.notified\"")?;
    let known: Vec<&str> = EventType::ALL.iter().map(|event| event.as_str()).collect();
    reader.choice(&word, &known, EventType::parse)
}

fn rounding(reader: &mut Reader<'_>, section: &Section<'_, '_>) -> Option<Rounding> {
    let word = reader.required(section, "rounding", "\"none\", \"end-of-month\" or \"end-of-year\"")?;
    reader.choice(&word, &Rounding::ALL.map(Rounding::as_str), Rounding::parse)
}

fn minimum(reader: &mut Reader<'_>, class: &Section<'_, '_>, counted: Counted) -> Option<Kept> {
    let keep = reader.optional(class, "keep", "\"nothing\"");
    match (class.has("keep"), class.has("minimum")) {
        (true, true) => {
            reader.refuse(class.place_of("minimum"), &class.key("minimum"), "contradicts keep; take one of the two lines away");
            None
        }
        (true, false) => {
            let start = counted.start;
            reader.choice(&keep?, &["nothing"], |text| (text == "nothing").then_some(()))?;
            Some(Kept::Nothing { start: start? })
        }
        (false, true) => terms(reader, class, "minimum", counted).map(Kept::Until),
        (false, false) => {
            reader.missing(class, "minimum", &format!("{A_PERIOD}; or keep = \"nothing\" for what must not be kept"));
            None
        }
    }
}

/// The parts of a minimum or maximum: one that uses the start of the class, or a list of parts with a start each.
fn terms(reader: &mut Reader<'_>, class: &Section<'_, '_>, name: &str, counted: Counted) -> Option<Vec<Term>> {
    let Some(list) = class.list(name) else {
        let period = reader.required(class, name, A_PERIOD).and_then(|word| period(reader, &word));
        return Some(vec![Term { start: counted.start?, rounding: counted.rounding?, period: period? }]);
    };
    let key = class.key(name);
    if list.is_empty() {
        reader.refuse(class.place_of(name), &key, &format!("is empty; expected {A_PERIOD}"));
        return None;
    }
    let mut terms = Vec::new();
    for value in list.iter() {
        let Some(part) = reader.item(&key, value, "{ start = \"...\", rounding = \"...\", period = \"...\" }") else { continue };
        let Some(term) = term(reader, &part) else { continue };
        if terms.contains(&term) {
            reader.refuse(part.place(), &key, "stands in the list already; take one of the two away");
        }
        terms.push(term);
    }
    Some(terms)
}

fn term(reader: &mut Reader<'_>, part: &Section<'_, '_>) -> Option<Term> {
    reader.refuse_unknown(part, TERM_KEYS);
    let (start, rounding) = (event(reader, part), rounding(reader, part));
    let period = reader.required(part, "period", "a period in quotes such as \"P10Y\", or \"day-itself\"");
    let period = period.and_then(|word| self::period(reader, &word));
    Some(Term { start: start?, rounding: rounding?, period: period? })
}

/// A period; the inner `None` is the counted day itself.
fn period(reader: &mut Reader<'_>, word: &Word) -> Option<Option<Period>> {
    if word.text == DAY_ITSELF { Some(None) } else { reader.accept(word, Period::parse).map(Some) }
}

/// Lines that would have no effect. Whoever wrote them expects one.
fn refuse_idle_lines(reader: &mut Reader<'_>, class: &Section<'_, '_>, at_least_minimum: bool, disposal: Option<Disposal>) {
    let mut idle = |name: &str, why: &str| reader.refuse(class.place_of(name), &class.key(name), why);
    if class.has("window") && !class.has("maximum") {
        idle("window", "has nothing to follow; a window comes after a maximum, and this class has none");
    }
    if at_least_minimum && (!class.has("maximum") || class.has("keep")) {
        idle("maximum_at_least_minimum", "compares minimum and maximum, and this class does not have both");
    }
    if class.has("archive_authorisation") && disposal == Some(Disposal::Keep) {
        idle("archive_authorisation", "permits destruction without an offer, but the disposal of this class is \"keep\"");
    }
}

//! Stored facts against recomputed ones, in words that name no person.

use crate::model::retention::{Dates, DocumentFacts, Dossier, Line};
use crate::verify::Code;
use crate::verify::catalogue;

/// The names of what differs, or `None` if nothing does.
pub(super) fn differing(parts: &[(&str, bool)]) -> Option<String> {
    let names: Vec<&str> = parts.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// What is wrong with a stored dossier.
pub(super) fn dossiers(stored: &Dossier, expected: &Dossier) -> Option<(Code, String)> {
    let events = stored.events != expected.events || stored.own_events != expected.own_events;
    let names = differing(&[("matters", stored.matters != expected.matters), ("events", events)]);
    facts_or_dates(names, &stored.lines, &expected.lines)
}

/// What is wrong with stored facts of a document.
pub(super) fn documents(stored: &DocumentFacts, expected: &DocumentFacts) -> Option<(Code, String)> {
    let names = differing(&[
        ("matters", stored.matters != expected.matters),
        ("type", stored.type_tag != expected.type_tag),
        ("date", stored.dated != expected.dated),
        ("day of receipt", stored.received != expected.received),
        ("scan", stored.scan != expected.scan),
        ("day of the last check", stored.settled_on != expected.settled_on),
        ("events", stored.events != expected.events),
    ]);
    facts_or_dates(names, &stored.lines, &expected.lines)
}

fn facts_or_dates(names: Option<String>, stored: &[Line], expected: &[Line]) -> Option<(Code, String)> {
    if let Some(names) = names {
        return Some((catalogue::FACTS_DIFFER, format!("not what follows from the notes: {names}")));
    }
    (stored != expected).then(|| (catalogue::DATES_DIFFER, first_difference(stored, expected)))
}

fn first_difference(stored: &[Line], expected: &[Line]) -> String {
    let pair = stored.iter().zip(expected).find(|(stored, expected)| stored != expected);
    match pair {
        Some((stored, expected)) => format!("stored is {}; it follows {}", tell(stored), tell(expected)),
        None => format!("stored are {} lines; {} follow", stored.len(), expected.len()),
    }
}

/// A line in words.
pub(super) fn tell(line: &Line) -> String {
    let class = line.class.as_ref().map_or("without a class".to_owned(), |class| format!("class {class}"));
    let dates = match &line.dates {
        Dates::Unclassed => "kept".to_owned(),
        Dates::Open { missing } => format!("open until {}", missing.as_str()),
        Dates::Computed { keep_until, destroy_by: None } => format!("kept until {keep_until}"),
        Dates::Computed { keep_until, destroy_by: Some(destroy_by) } => format!("kept until {keep_until}, at most until {destroy_by}"),
        Dates::Never => "kept for ever".to_owned(),
    };
    format!("matter {} {class} of catalogue {}: {dates}", line.matter.0, line.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;
    use crate::model::retention::{Code as Class, MatterNumber};

    fn dossier(keep_until: &str) -> Dossier {
        let dates = Dates::Computed { keep_until: Date::parse(keep_until).unwrap(), destroy_by: None };
        let line = Line { matter: MatterNumber(0), class: Some(Class::parse("LEIST").unwrap()), version: 1, dates };
        Dossier { lines: vec![line], ..Dossier::new(Class::default_kind(), Date::parse("2014-01-01").unwrap()) }
    }

    #[test]
    fn other_dates_are_told_from_other_facts() {
        let stored = dossier("2024-03-15");
        assert_eq!(dossiers(&stored, &stored), None);
        let (code, text) = dossiers(&stored, &dossier("2034-03-15")).unwrap();
        assert_eq!(code, catalogue::DATES_DIFFER);
        assert!(text.contains("kept until 2024-03-15; it follows") && text.ends_with("kept until 2034-03-15"), "{text}");
        let (code, text) = dossiers(&stored, &Dossier { lines: Vec::new(), ..stored.clone() }).unwrap();
        assert_eq!((code, text.as_str()), (catalogue::DATES_DIFFER, "stored are 1 lines; 0 follow"));
        let mut other = dossier("2034-03-15");
        other.matters[0].kind = Class::parse("appeal").unwrap();
        let (code, text) = dossiers(&stored, &other).unwrap();
        assert_eq!((code, text.as_str()), (catalogue::FACTS_DIFFER, "not what follows from the notes: matters"));
        let facts = DocumentFacts { received: Some(Date::parse("2014-01-01").unwrap()), ..DocumentFacts::default() };
        assert_eq!(documents(&facts, &facts), None);
        assert_eq!(documents(&facts, &DocumentFacts::default()).map(|(code, _)| code), Some(catalogue::FACTS_DIFFER));
    }
}

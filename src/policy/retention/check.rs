//! Which catalogues can be obeyed: what a rule must have beyond being well written.

use std::collections::BTreeSet;

use crate::limits::{CLASS_KINDS_MAX, CLASS_LEGAL_BASES_MAX, CLASS_TERMS_MAX, CLASSES_MAX};
use crate::model::Date;
use crate::model::retention::{Catalogue, Class, Code, EventType, Kept, Period, Rounding, Term};

/// What is wrong with a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueFault {
    /// Nothing in it.
    #[error("the catalogue has no class")]
    NoClasses,
    /// Too much in it.
    #[error("the catalogue has {found} {what}; {limit} are the most")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A class is filed under another code than its own.
    #[error("the class {class} is filed under the code {key}")]
    FiledUnderOtherCode {
        /// The code of the class.
        class: Code,
        /// Where it is filed.
        key: Code,
    },
    /// A kind of matter has a class that does not exist.
    #[error("matters of the kind {kind} have the class {class}, which the catalogue does not have")]
    KindWithoutClass {
        /// The kind.
        kind: Code,
        /// The class.
        class: Code,
    },
    /// A type of document has a class that does not exist.
    #[error("a document type has the class {class}, which the catalogue does not have")]
    TypeWithoutClass {
        /// The class.
        class: Code,
    },
    /// Clerks could not read what it is.
    #[error("the class {class} needs a title in German and in English")]
    TitleEmpty {
        /// The class.
        class: Code,
    },
    /// Nobody could say what it rests on.
    #[error("the class {class} names no legal basis, or an empty one")]
    LegalBasisEmpty {
        /// The class.
        class: Code,
    },
    /// Neither how long it is kept, nor that it is not.
    #[error("the class {class} does not say how long to keep; a class that keeps nothing says so")]
    NoMinimum {
        /// The class.
        class: Code,
    },
    /// A class that decides alone must say by which law.
    #[error("the class {class} prevails over others without a legal basis for it")]
    PrevailsWithoutBasis {
        /// The class.
        class: Code,
    },
    /// There is no maximum behind which it could lie.
    #[error("the class {class} has {what}, but no maximum")]
    WithoutMaximum {
        /// The class.
        class: Code,
        /// What depends on a maximum.
        what: &'static str,
    },
    /// Each document would have to be gone at its own time, but none could go before its matter.
    #[error(
        "the maximum of the class {class} starts with {}, which comes with each document, but its minimum does not; \
         the same matter would hold documents that may stay and documents that must go",
        event.as_str()
    )]
    DocumentEventInMaximumOnly {
        /// The class.
        class: Code,
        /// The event.
        event: EventType,
    },
    /// A contradiction that is certain as soon as the event happens.
    #[error(
        "the class {class} contradicts itself: after {} on {day} it must be kept until {keep_until} and be gone by {destroy_by}",
        event.as_str()
    )]
    Contradiction {
        /// The class.
        class: Code,
        /// The event.
        event: EventType,
        /// A day on which it happens.
        day: Date,
        /// End of the minimum.
        keep_until: Date,
        /// End of the maximum, with the window.
        destroy_by: Date,
    },
}

/// Whether a catalogue can be obeyed; all faults at once, in the order of its classes.
pub fn check(catalogue: &Catalogue) -> Result<(), Vec<CatalogueFault>> {
    let mut faults = Vec::new();
    if catalogue.classes.is_empty() {
        faults.push(CatalogueFault::NoClasses);
    }
    bound(&mut faults, "classes", catalogue.classes.len(), CLASSES_MAX);
    bound(&mut faults, "kinds of matters", catalogue.kinds.len(), CLASS_KINDS_MAX);
    bound(&mut faults, "types of documents", catalogue.types.len(), CLASS_KINDS_MAX);
    for (kind, class) in &catalogue.kinds {
        if !catalogue.classes.contains_key(class) {
            faults.push(CatalogueFault::KindWithoutClass { kind: kind.clone(), class: class.clone() });
        }
    }
    for class in catalogue.types.values() {
        let fault = CatalogueFault::TypeWithoutClass { class: class.clone() };
        if !catalogue.classes.contains_key(class) && !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    for (key, class) in &catalogue.classes {
        if *key != class.code {
            faults.push(CatalogueFault::FiledUnderOtherCode { class: class.code.clone(), key: key.clone() });
        }
        check_words(&mut faults, class);
        check_terms(&mut faults, class);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn bound(faults: &mut Vec<CatalogueFault>, what: &'static str, found: usize, limit: usize) {
    if found > limit {
        faults.push(CatalogueFault::TooMany { what, found, limit });
    }
}

fn check_words(faults: &mut Vec<CatalogueFault>, class: &Class) {
    let code = || class.code.clone();
    let empty = |text: &String| text.trim().is_empty();
    if empty(&class.title.0) || empty(&class.title.1) {
        faults.push(CatalogueFault::TitleEmpty { class: code() });
    }
    if class.legal_basis.is_empty() || class.legal_basis.iter().any(empty) {
        faults.push(CatalogueFault::LegalBasisEmpty { class: code() });
    }
    if class.prevails.as_ref().is_some_and(empty) {
        faults.push(CatalogueFault::PrevailsWithoutBasis { class: code() });
    }
    bound(faults, "legal bases in one class", class.legal_basis.len(), CLASS_LEGAL_BASES_MAX);
}

fn check_terms(faults: &mut Vec<CatalogueFault>, class: &Class) {
    let code = || class.code.clone();
    let minimum = minimum_terms(class);
    if minimum.is_empty() {
        faults.push(CatalogueFault::NoMinimum { class: code() });
    }
    bound(faults, "terms in one minimum", minimum.len(), CLASS_TERMS_MAX);
    bound(faults, "terms in one maximum", class.maximum.len(), CLASS_TERMS_MAX);
    if class.maximum.is_empty() {
        let idle = [("a window", class.window.is_some()), ("a maximum that is raised to its minimum", class.maximum_at_least_minimum)];
        faults.extend(idle.into_iter().filter(|(_, set)| *set).map(|(what, _)| CatalogueFault::WithoutMaximum { class: code(), what }));
    }
    let of_document = class.maximum.iter().map(|term| term.start).find(|start| start.comes_with_the_document());
    if let Some(event) = of_document.filter(|_| !minimum.iter().any(|term| term.start.comes_with_the_document())) {
        faults.push(CatalogueFault::DocumentEventInMaximumOnly { class: code(), event });
    }
    if !class.maximum_at_least_minimum {
        faults.extend(contradiction(class, &minimum));
    }
}

/// The terms of a minimum; "nothing" is the day of the event itself.
fn minimum_terms(class: &Class) -> Vec<Term> {
    match &class.minimum {
        Kept::Until(terms) => terms.clone(),
        Kept::Nothing { start } => vec![Term { start: *start, rounding: Rounding::None, period: None }],
    }
}

/// The first event from which both sides count and contradict each other. All dates then follow from one day, so trying the days of four
/// years, one of them with a 29 February, finds what happens in every year.
fn contradiction(class: &Class, minimum: &[Term]) -> Option<CatalogueFault> {
    let first = Date::parse("2024-01-01").ok()?;
    let events: BTreeSet<EventType> = minimum.iter().map(|term| term.start).collect();
    events.into_iter().find_map(|event| {
        let from_it = |terms: &[Term]| terms.iter().filter(|term| term.start == event).cloned().collect::<Vec<Term>>();
        let (least, most) = (from_it(minimum), from_it(&class.maximum));
        if most.is_empty() {
            return None;
        }
        (0..4 * 365 + 1).filter_map(|days| first.plus_days(days)).find_map(|day| {
            let keep_until = least.iter().filter_map(|term| end_of(term, day)).max()?;
            let end = most.iter().filter_map(|term| end_of(term, day)).min()?;
            let destroy_by = class.window.map_or(Some(end), |window| window.last_day(end))?;
            let fault = || CatalogueFault::Contradiction { class: class.code.clone(), event, day, keep_until, destroy_by };
            (keep_until > destroy_by).then(fault)
        })
    })
}

fn end_of(term: &Term, day: Date) -> Option<Date> {
    let counted = term.rounding.apply(day);
    term.period.map_or(Some(counted), |period: Period| period.last_day(counted))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{benefit, bounded, catalogue, class, code, day, nothing, tag};
    use super::*;

    /// The faults of a catalogue with this class alone.
    fn faults_of(class: Class) -> Vec<CatalogueFault> {
        check(&catalogue(1, [class])).err().unwrap_or_default()
    }

    #[test]
    fn the_worked_classes_can_be_obeyed() {
        for good in [
            benefit(),
            class("A", &["decision.unappealable end-of-year P4Y", "claim.settled none day-itself"]),
            bounded("A", &["case.closed none P2Y"], &["case.closed none P5Y"], ""),
            bounded("A", &["date.fixed none day-itself"], &["date.fixed none day-itself"], "P1Y"),
            bounded("A", &["document.dated end-of-year P10Y"], &["document.dated end-of-year P10Y"], "P90D"),
            bounded("A", &["log.created none P10Y"], &["log.created none P30Y"], ""),
            nothing("A", "check.done", "check.done none P1D"),
            nothing("A", "check.done", "check.done none day-itself"),
        ] {
            assert_eq!(faults_of(good.clone()), [], "{good:?}");
        }
    }

    #[test]
    fn every_fault_of_a_class_is_named() {
        let class_a = || code("A");
        let good = || bounded("A", &["case.closed none P2Y"], &["case.closed none P5Y"], "");
        let none = || class("A", &["case.closed none P2Y"]);
        let empty = String::new;
        for (bad, expected) in [
            (Class { title: ("Titel".to_owned(), empty()), ..good() }, CatalogueFault::TitleEmpty { class: class_a() }),
            (Class { title: (" ".to_owned(), "Title".to_owned()), ..good() }, CatalogueFault::TitleEmpty { class: class_a() }),
            (Class { legal_basis: Vec::new(), ..good() }, CatalogueFault::LegalBasisEmpty { class: class_a() }),
            (Class { legal_basis: vec![empty()], ..good() }, CatalogueFault::LegalBasisEmpty { class: class_a() }),
            (Class { prevails: Some(empty()), ..good() }, CatalogueFault::PrevailsWithoutBasis { class: class_a() }),
            (class("A", &[]), CatalogueFault::NoMinimum { class: class_a() }),
            (Class { window: Some(Period::Days(1)), ..none() }, CatalogueFault::WithoutMaximum { class: class_a(), what: "a window" }),
            (
                Class { maximum_at_least_minimum: true, ..none() },
                CatalogueFault::WithoutMaximum { class: class_a(), what: "a maximum that is raised to its minimum" },
            ),
            (
                bounded("A", &["case.closed none P2Y"], &["document.received none P5Y"], ""),
                CatalogueFault::DocumentEventInMaximumOnly { class: class_a(), event: EventType::DocumentReceived },
            ),
            (
                class("A", &["case.closed none P2Y"; CLASS_TERMS_MAX + 1]),
                CatalogueFault::TooMany { what: "terms in one minimum", found: CLASS_TERMS_MAX + 1, limit: CLASS_TERMS_MAX },
            ),
            (
                Class { legal_basis: vec!["law".to_owned(); CLASS_LEGAL_BASES_MAX + 1], ..good() },
                CatalogueFault::TooMany {
                    what: "legal bases in one class",
                    found: CLASS_LEGAL_BASES_MAX + 1,
                    limit: CLASS_LEGAL_BASES_MAX,
                },
            ),
        ] {
            assert_eq!(faults_of(bad), [expected]);
        }
    }

    #[test]
    fn a_certain_contradiction_is_named_with_its_day() {
        for (minimum, maximum, window, expected) in [
            ("case.closed none P10Y", "case.closed none P9Y", "", Some(("2024-01-01", "2034-01-01", "2033-01-01"))),
            ("case.closed none P10Y", "case.closed none P9Y", "P1Y", None),
            ("case.closed none P10Y", "case.closed none P3650D", "", Some(("2024-01-01", "2034-01-01", "2033-12-29"))),
            ("case.closed none P10Y", "case.closed none P3653D", "", None),
            ("case.closed none P12M", "case.closed none P1Y", "", None),
            // Rounded differently, the same number of years is enough only on 31 December.
            ("case.closed end-of-year P4Y", "case.closed none P4Y", "", Some(("2024-01-01", "2028-12-31", "2028-01-01"))),
            ("case.closed end-of-year P4Y", "case.closed none P5Y", "", None),
            ("case.closed none P1M", "case.closed none day-itself", "", Some(("2024-01-01", "2024-02-01", "2024-01-01"))),
            // 31 January: a month is 29 days in 2024, but 28 in 2025; the other months are longer.
            ("case.closed none P1M", "case.closed none P28D", "", Some(("2024-01-01", "2024-02-01", "2024-01-29"))),
            // From different events a contradiction may never come true.
            ("case.closed none P10Y", "claim.settled none P1Y", "", None),
        ] {
            let expected: Vec<CatalogueFault> = expected
                .into_iter()
                .map(|(on, keep_until, destroy_by)| CatalogueFault::Contradiction {
                    class: code("A"),
                    event: EventType::CaseClosed,
                    day: day(on),
                    keep_until: day(keep_until),
                    destroy_by: day(destroy_by),
                })
                .collect();
            let class = bounded("A", &[minimum], &[maximum], window);
            assert_eq!(faults_of(class.clone()), expected, "{minimum}, {maximum} and {window}");
            assert_eq!(faults_of(Class { maximum_at_least_minimum: true, ..class }), []);
        }
    }

    #[test]
    fn every_fault_of_a_catalogue_is_named() {
        let mut bad = catalogue(1, [benefit()]);
        bad.kinds.insert(code("appeal"), code("RECHT"));
        bad.types.insert(tag("opinion"), code("GUT"));
        bad.types.insert(tag("photograph"), code("GUT"));
        bad.classes.insert(code("OTHER"), benefit());
        let expected = vec![
            CatalogueFault::KindWithoutClass { kind: code("appeal"), class: code("RECHT") },
            CatalogueFault::TypeWithoutClass { class: code("GUT") },
            CatalogueFault::FiledUnderOtherCode { class: code("LEIST"), key: code("OTHER") },
        ];
        assert_eq!(check(&bad), Err(expected));
        assert_eq!(check(&catalogue(1, [])), Err(vec![CatalogueFault::NoClasses]));
        let many = (0..=CLASSES_MAX).map(|number| class(&format!("C{number}"), &["case.closed none P2Y"]));
        let expected = CatalogueFault::TooMany { what: "classes", found: CLASSES_MAX + 1, limit: CLASSES_MAX };
        assert_eq!(check(&catalogue(1, many)), Err(vec![expected]));
    }

    #[test]
    fn a_fault_says_what_is_wrong() {
        let fault = faults_of(bounded("A", &["case.closed none P10Y"], &["case.closed none P9Y"], "")).remove(0);
        let expected =
            "the class A contradicts itself: after case.closed on 2024-01-01 it must be kept until 2034-01-01 and be gone by 2033-01-01";
        assert_eq!(fault.to_string(), expected);
    }
}

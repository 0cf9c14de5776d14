//! Why: the dates of something, where it stands, and every step that leads there.

use super::brakes::{Brakes, Contents};
use super::line::{CaseDates, classes_in};
use super::standing::{Standing, standing_traced};
use super::step::Step;
use crate::model::retention::{Catalogue, Dates, DocumentFacts, Dossier, Line, MatterNumber, Today};

/// The answer to "why is this still here, and until when?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What each matter says.
    pub lines: Vec<Line>,
    /// What follows from them.
    pub dates: Dates,
    /// Where it stands today.
    pub standing: Standing,
    /// For how many days it has been open or without a class.
    pub open_days: Option<u32>,
    /// Every step, in the order of the computation.
    pub steps: Vec<Step>,
}

/// Explains a document; `facts` is `None` for one of which only the content was given. What follows from the document and its classes is
/// added to the brakes here.
pub fn explain(
    dossier: &Dossier,
    facts: Option<&DocumentFacts>,
    catalogue: Option<&Catalogue>,
    today: Today,
    brakes: &Brakes,
) -> Explanation {
    let mut steps = Vec::new();
    let computed = CaseDates::new(dossier, catalogue).document_dates_traced(facts, &mut steps);
    let brakes = brakes.clone().of_document(&computed, dossier, facts, catalogue);
    let standing = standing_traced(&computed.dates, today, &brakes, &mut steps);
    let open_days = computed.lines.iter().filter_map(|line| open_days(line, dossier, today)).max();
    Explanation { lines: computed.lines, dates: computed.dates, standing, open_days, steps }
}

/// Explains a matter, once for each class that applies to something in it; empty if the case has no such matter. What follows from the
/// class and from the documents of the matter is added to the brakes here.
pub fn explain_matter(
    dossier: &Dossier,
    number: MatterNumber,
    contents: &Contents,
    catalogue: Option<&Catalogue>,
    today: Today,
    brakes: &Brakes,
) -> Vec<Explanation> {
    let Some(matter) = dossier.matter(number) else { return Vec::new() };
    let dates = CaseDates::new(dossier, catalogue);
    let explain_class = |applies| {
        let mut steps = Vec::new();
        let line = dates.line(matter, None, applies, &mut steps);
        let brakes = brakes.clone().of_line(&line, dossier, contents, catalogue);
        let standing = standing_traced(&line.dates, today, &brakes, &mut steps);
        Explanation { dates: line.dates.clone(), open_days: open_days(&line, dossier, today), lines: vec![line], standing, steps }
    };
    classes_in(matter, catalogue).into_values().map(explain_class).collect()
}

/// For how many days something has been waiting for a start event or a class: since its matter was opened, by the wall clock. `None` if it
/// does not wait. A clock that was set back makes it 0, never negative.
pub fn open_days(line: &Line, dossier: &Dossier, today: Today) -> Option<u32> {
    let waits = matches!(line.dates, Dates::Open { .. } | Dates::Unclassed);
    let opened_on = dossier.matter(line.matter).filter(|_| waits)?.opened_on;
    Some(opened_on.days_until(today.wall))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{benefit, bounded, catalogue, code, day, dossier, event, tag, today};
    use super::super::{Because, Blocker, Bound, Origin, State};
    use super::*;
    use crate::model::retention::{Class, EventScope, EventType, HoldType, Period, Rounding};

    const WITHOUT_BRAKES: Brakes =
        Brakes { holds: Vec::new(), quarantined: false, watermark: None, newer: None, appraisal: None, inside: NOTHING_INSIDE };
    const NOTHING_INSIDE: super::super::Inside = super::super::Inside { held: 0, quarantined: 0, newer: 0, kept: 0 };

    /// The steps without those that stand at the beginning of every matter.
    fn after_the_class(explanation: Explanation) -> Vec<Step> {
        explanation.steps.into_iter().filter(|step| !matches!(step, Step::Matter { .. } | Step::Class { .. })).collect()
    }

    fn origin(recorded: &crate::model::retention::EffectiveEvent) -> Origin {
        Origin::Note { id: recorded.id, place: recorded.note, scope: recorded.scope, source: recorded.source.clone() }
    }

    #[test]
    fn every_step_from_the_class_to_where_it_stands() {
        let catalogue = catalogue(4, [benefit()]);
        let mut dossier = dossier(&["LEIST"]);
        let notified = event(2, EventScope::Matter(MatterNumber(0)), "decision.notified", "2014-03-15");
        dossier.events = vec![event(1, EventScope::Case, "decision.notified", "2013-01-01"), notified.clone()];
        let brakes = Brakes { holds: vec![HoldType::Dispute, HoldType::Court], watermark: Some(day("2024-03-14")), ..Brakes::default() };
        let told = explain(&dossier, None, Some(&catalogue), today("2024-06-15"), &brakes);
        let (keep_until, destroy_by) = (day("2024-03-15"), day("2024-06-13"));
        let dates = Dates::Computed { keep_until, destroy_by: Some(destroy_by) };
        let started = |bound| Step::Started { bound, event: EventType::Notified, on: notified_on(), origin: origin(&notified), earlier: 1 };
        let ended = |bound| Step::Ended { bound, counted: notified_on(), period: Some(Period::Years(10)), end: Some(keep_until) };
        let expected = [
            Step::Matter { matter: MatterNumber(0), kind: code("LEIST"), from: None, to: None },
            Step::Class {
                class: code("LEIST"),
                title: ("Klasse LEIST".to_owned(), "Class LEIST".to_owned()),
                because: Because::Kind(code("LEIST")),
                legal_basis: vec!["section 304 SGB V".to_owned()],
                confidence: crate::model::retention::Confidence::High,
                version: 4,
                valid_from: day("2026-01-01"),
                disposal: crate::model::retention::Disposal::Destroy,
                archive_authorisation: Some("standing authorisation 1/2010".to_owned()),
            },
            started(Bound::Minimum),
            ended(Bound::Minimum),
            started(Bound::Maximum),
            ended(Bound::Maximum),
            Step::Window { from: keep_until, window: Period::Days(90), end: Some(destroy_by) },
            Step::Line { matter: MatterNumber(0), class: Some(code("LEIST")), dates: dates.clone() },
            Step::Hold { kind: HoldType::Court },
            Step::Intake { watermark: Some(day("2024-03-14")), keep_until, passed: false },
            Step::Standing { certain: day("2024-06-15"), wall: day("2024-06-15"), standing: told.standing.clone() },
        ];
        assert_eq!(told.steps, expected);
        assert_eq!((told.dates, told.open_days), (dates, None));
        assert_eq!((told.standing.state(), told.standing.overdue_days()), (State::Due, Some(2)));
        assert_eq!(told.standing.blockers(), [Blocker::Hold, Blocker::Watermark]);
    }

    fn notified_on() -> crate::model::Date {
        day("2014-03-15")
    }

    #[test]
    fn roundings_several_terms_and_a_raised_maximum_are_told() {
        let class = Class {
            maximum_at_least_minimum: true,
            ..bounded(
                "FORD",
                &["decision.unappealable end-of-year P4Y", "claim.settled none day-itself"],
                &["claim.settled none day-itself"],
                "P90D",
            )
        };
        let catalogue = catalogue(1, [class]);
        let mut dossier = dossier(&["FORD"]);
        let unappealable = event(1, EventScope::Case, "decision.unappealable", "2015-02-01");
        let settled = event(2, EventScope::Case, "claim.settled", "2016-05-02");
        dossier.events = vec![unappealable.clone()];
        let told = explain(&dossier, None, Some(&catalogue), today("2016-01-01"), &WITHOUT_BRAKES);
        assert!(told.steps.contains(&Step::NotStarted { bound: Bound::Minimum, event: EventType::ClaimSettled }));
        assert_eq!((told.dates, told.open_days), (Dates::Open { missing: EventType::ClaimSettled }, Some(2191)));

        dossier.events.push(settled.clone());
        let told = after_the_class(explain(&dossier, None, Some(&catalogue), today("2019-01-01"), &WITHOUT_BRAKES));
        let (new_year, end) = (day("2015-12-31"), day("2019-12-31"));
        let started = |bound, event, recorded| Step::Started {
            bound,
            event,
            on: if event == EventType::ClaimSettled { day("2016-05-02") } else { day("2015-02-01") },
            origin: origin(recorded),
            earlier: 0,
        };
        let expected = [
            started(Bound::Minimum, EventType::Unappealable, &unappealable),
            Step::Rounded { bound: Bound::Minimum, rounding: Rounding::EndOfYear, from: day("2015-02-01"), to: new_year },
            Step::Ended { bound: Bound::Minimum, counted: new_year, period: Some(Period::Years(4)), end: Some(end) },
            started(Bound::Minimum, EventType::ClaimSettled, &settled),
            Step::Ended { bound: Bound::Minimum, counted: day("2016-05-02"), period: None, end: Some(day("2016-05-02")) },
            started(Bound::Maximum, EventType::ClaimSettled, &settled),
            Step::Ended { bound: Bound::Maximum, counted: day("2016-05-02"), period: None, end: Some(day("2016-05-02")) },
            Step::LatestMinimum { terms: 2, end },
            Step::RaisedToMinimum { from: day("2016-05-02"), to: end },
            Step::Window { from: end, window: Period::Days(90), end: Some(day("2020-03-30")) },
        ];
        assert_eq!(told[..expected.len()], expected);
    }

    #[test]
    fn several_matters_a_type_and_the_documents_own_day_are_told() {
        let payment = bounded("ZAHL", &["document.dated end-of-year P10Y"], &[], "");
        let catalogue = catalogue(1, [benefit(), payment]);
        let dossier = dossier(&["LEIST", "LEIST"]);
        let facts = DocumentFacts {
            matters: vec![MatterNumber(1), MatterNumber(0)],
            type_tag: Some(tag("ZAHL")),
            dated: Some(day("2013-02-11")),
            ..DocumentFacts::default()
        };
        let told = explain(&dossier, Some(&facts), Some(&catalogue), today("2020-01-01"), &WITHOUT_BRAKES);
        let of_type = |step: &&Step| matches!(step, Step::Class { because: Because::Type(found), .. } if *found == tag("ZAHL"));
        assert_eq!(told.steps.iter().filter(of_type).count(), 2);
        let own = |step: &Step| matches!(step, Step::Started { origin: Origin::Document, earlier: 0, .. });
        assert!(told.steps.iter().any(own) && told.steps.contains(&Step::NoMaximum));
        let dates = Dates::Computed { keep_until: day("2023-12-31"), destroy_by: None };
        assert!(told.steps.contains(&Step::Longest { matters: 2, dates: dates.clone() }));
        assert_eq!(told.lines.iter().map(|line| line.matter.0).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(told.dates, dates);
    }

    #[test]
    fn a_matter_is_explained_once_for_each_class_in_it() {
        let catalogue = catalogue(1, [benefit(), bounded("GUT", &["case.closed none P1Y"], &[], "")]);
        let mut dossier = dossier(&["LEIST"]);
        dossier.matters[0].types = [(tag("GUT"), 1), (tag("unheard-of"), 1)].into();
        dossier.events = vec![event(1, EventScope::Case, "case.closed", "2014-03-15")];
        let told = explain_matter(&dossier, MatterNumber(0), &Contents::default(), Some(&catalogue), today("2020-01-01"), &WITHOUT_BRAKES);
        assert_eq!(told.iter().flat_map(|told| told.lines.clone()).collect::<Vec<_>>(), super::super::lines(&dossier, Some(&catalogue)));
        assert_eq!(told.iter().map(|told| told.standing.state().code()).collect::<Vec<_>>(), ["due", "open"]);
        assert_eq!(told.iter().map(|told| told.open_days).collect::<Vec<_>>(), [None, Some(3652)]);
        assert!(
            explain_matter(&dossier, MatterNumber(1), &Contents::default(), Some(&catalogue), today("2020-01-01"), &WITHOUT_BRAKES)
                .is_empty()
        );
        let without = explain_matter(&dossier, MatterNumber(0), &Contents::default(), None, today("2009-01-01"), &WITHOUT_BRAKES);
        assert_eq!(without.len(), 1, "without a catalogue no type has a class of its own");
        assert!(without[0].steps.contains(&Step::NoCatalogue));
        assert_eq!(without[0].open_days, Some(0), "a clock before the opening makes no negative age");
    }

    #[test]
    fn a_document_is_open_for_as_long_as_the_matter_that_waits_longest_by_the_wall_clock() {
        let catalogue = catalogue(1, [benefit()]);
        let mut dossier = dossier(&["LEIST", "LEIST", "LEIST"]);
        dossier.matters[1].opened_on = day("2015-01-01");
        dossier.matters[2].opened_on = day("2016-01-01");
        let facts = DocumentFacts { matters: vec![MatterNumber(1), MatterNumber(2)], ..DocumentFacts::default() };
        let today = Today { certain: day("2016-06-01"), wall: day("2017-01-01") };
        assert_eq!(explain(&dossier, Some(&facts), Some(&catalogue), today, &WITHOUT_BRAKES).open_days, Some(731));
    }

    #[test]
    fn who_prevails_and_who_is_set_aside_is_told() {
        let secret = Class { prevails: Some("section 52(3) SGB II".to_owned()), ..bounded("GEHEIM", &["case.closed none P1Y"], &[], "") };
        let catalogue = catalogue(1, [benefit(), secret]);
        let dossier = dossier(&["LEIST", "GEHEIM", "LEIST"]);
        let facts = DocumentFacts { matters: [0, 1, 2].map(MatterNumber).to_vec(), ..DocumentFacts::default() };
        let told = explain(&dossier, Some(&facts), Some(&catalogue), today("2020-01-01"), &WITHOUT_BRAKES);
        let expected = Step::Prevails {
            class: code("GEHEIM"),
            legal_basis: "section 52(3) SGB II".to_owned(),
            set_aside: vec![MatterNumber(0), MatterNumber(2)],
        };
        assert!(told.steps.contains(&expected));
        assert!(!told.steps.iter().any(|step| matches!(step, Step::Longest { .. })));
        assert_eq!(told.dates, Dates::Open { missing: EventType::CaseClosed });
    }
}

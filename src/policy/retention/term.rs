//! From start events to the dates of one class: the latest minimum, the earliest maximum.

use std::collections::BTreeMap;

use super::step::{Bound, Origin, Step, Trace};
use crate::model::Date;
use crate::model::retention::{Class, Dates, DocumentFacts, EffectiveEvent, EventScope, EventType, Kept, MatterNumber, Term};

/// The latest of each kind of event, by what it is about. A case has many lines and many events, and its events are gone through once.
#[derive(Debug, Clone, Default)]
pub(super) struct Latest<'a>(BTreeMap<(EventScope, EventType), Found<'a>>);

/// The latest of some events, and how many there are.
#[derive(Debug, Clone, Copy)]
struct Found<'a> {
    event: &'a EffectiveEvent,
    count: u32,
}

impl<'a> Latest<'a> {
    pub(super) fn of(events: &'a [EffectiveEvent]) -> Self {
        let mut latest: BTreeMap<_, Found<'a>> = BTreeMap::new();
        for event in events {
            work::events_looked_at(1);
            let found = Found { event, count: 1 };
            latest.entry((event.scope, event.event)).and_modify(|known| *known = known.with(found)).or_insert(found);
        }
        Self(latest)
    }
}

impl Found<'_> {
    /// Of two events on one day the id decides, so that an explanation does not depend on the order of recording either.
    fn with(self, other: Self) -> Self {
        let day_and_id = |found: &Self| (found.event.valid_on, found.event.id);
        let later = if day_and_id(&other) > day_and_id(&self) { other } else { self };
        Self { count: self.count + other.count, ..later }
    }
}

/// Whose events count: those of the case, of one matter in it, and of one document if its own dates are wanted.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub latest: &'a Latest<'a>,
    pub matter: MatterNumber,
    pub document: Option<&'a DocumentFacts>,
}

/// The day of a start event, and where it comes from.
struct Start<'a> {
    on: Date,
    /// The note; `None` for a day that came with the document.
    note: Option<&'a EffectiveEvent>,
    /// Events of the type that count less.
    earlier: u32,
}

/// Where a term ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    On(Date),
    BeyondCalendar,
    Missing(EventType),
}

/// The dates of everything in `scope` to which `class` applies.
pub(super) fn dates_of(class: &Class, scope: Scope<'_>, trace: &mut impl Trace) -> Dates {
    let minimum = minimum_ends(&class.minimum, scope, trace);
    let maximum: Vec<End> = class.maximum.iter().map(|term| end_of(term, Bound::Maximum, scope, trace)).collect();
    let missing = minimum.iter().chain(&maximum).find_map(|end| match end {
        End::Missing(event) => Some(*event),
        End::On(_) | End::BeyondCalendar => None,
    });
    if let Some(missing) = missing {
        return Dates::Open { missing };
    }
    // A class without any minimum, which no catalogue can have, would read as "for ever", like one that ends beyond the calendar.
    if minimum.contains(&End::BeyondCalendar) {
        return Dates::Never;
    }
    let Some(keep_until) = days(&minimum).max() else { return Dates::Never };
    if minimum.len() > 1 {
        trace.step(|| Step::LatestMinimum { terms: minimum.len() as u32, end: keep_until });
    }
    let destroy_by = destroy_by(class, &maximum, keep_until, trace);
    if let Some(destroy_by) = destroy_by.filter(|destroy_by| keep_until > *destroy_by) {
        trace.step(|| Step::Conflict { keep_until, destroy_by });
    }
    Dates::Computed { keep_until, destroy_by }
}

/// Every event that a class waits for, with repetitions.
pub(super) fn starts_of(class: &Class) -> impl Iterator<Item = EventType> + '_ {
    let (terms, nothing): (&[Term], Option<EventType>) = match &class.minimum {
        Kept::Until(terms) => (terms, None),
        Kept::Nothing { start } => (&[], Some(*start)),
    };
    terms.iter().chain(&class.maximum).map(|term| term.start).chain(nothing)
}

/// The last day on which it may exist: the earliest maximum, and the window behind it.
fn destroy_by(class: &Class, maximum: &[End], keep_until: Date, trace: &mut impl Trace) -> Option<Date> {
    // A maximum beyond the calendar forbids nothing.
    let Some(earliest) = days(maximum).min() else {
        trace.step(|| Step::NoMaximum);
        return None;
    };
    if maximum.len() > 1 {
        trace.step(|| Step::EarliestMaximum { terms: maximum.len() as u32, end: earliest });
    }
    let mut end = earliest;
    // Before the window is added: what must be kept longer than it may be still needs time to be destroyed in.
    if class.maximum_at_least_minimum && end < keep_until {
        trace.step(|| Step::RaisedToMinimum { from: end, to: keep_until });
        end = keep_until;
    }
    let Some(window) = class.window else { return Some(end) };
    let closed = window.last_day(end);
    trace.step(|| Step::Window { from: end, window, end: closed });
    closed
}

fn days(ends: &[End]) -> impl Iterator<Item = Date> + '_ {
    ends.iter().filter_map(|end| match end {
        End::On(day) => Some(*day),
        End::BeyondCalendar | End::Missing(_) => None,
    })
}

fn minimum_ends(minimum: &Kept, scope: Scope<'_>, trace: &mut impl Trace) -> Vec<End> {
    match minimum {
        Kept::Until(terms) => terms.iter().map(|term| end_of(term, Bound::Minimum, scope, trace)).collect(),
        Kept::Nothing { start } => match started(*start, Bound::Minimum, scope, trace) {
            Some(on) => {
                trace.step(|| Step::KeptNothing { on });
                vec![End::On(on)]
            }
            None => vec![End::Missing(*start)],
        },
    }
}

/// Where one term ends: the day of its start event, rounded, and the period counted from the day after it (section 187(1) BGB).
fn end_of(term: &Term, bound: Bound, scope: Scope<'_>, trace: &mut impl Trace) -> End {
    let Some(on) = started(term.start, bound, scope, trace) else {
        return End::Missing(term.start);
    };
    let counted = term.rounding.apply(on);
    if counted != on {
        trace.step(|| Step::Rounded { bound, rounding: term.rounding, from: on, to: counted });
    }
    let end = match term.period {
        Some(period) => period.last_day(counted),
        None => Some(counted),
    };
    trace.step(|| Step::Ended { bound, counted, period: term.period, end });
    end.map_or(End::BeyondCalendar, End::On)
}

/// The day of the start event, told.
fn started(event: EventType, bound: Bound, scope: Scope<'_>, trace: &mut impl Trace) -> Option<Date> {
    let Some(Start { on, note, earlier }) = start(event, scope) else {
        trace.step(|| Step::NotStarted { bound, event });
        return None;
    };
    trace.step(|| {
        let origin = note.map_or(Origin::Document, |note| Origin::Note {
            id: note.id,
            place: note.note,
            scope: note.scope,
            source: note.source.clone(),
        });
        Step::Started { bound, event, on, origin, earlier }
    });
    Some(on)
}

/// The latest day on which the event happened. That the latest counts is why another event can only lengthen.
fn start(event: EventType, scope: Scope<'_>) -> Option<Start<'_>> {
    let shared = [EventScope::Case, EventScope::Matter(scope.matter)].into_iter().filter_map(|about| scope.latest.0.get(&(about, event)));
    let own = scope.document.iter().flat_map(|document| &document.events).inspect(|_| work::events_looked_at(1));
    let own = own.filter(|recorded| recorded.event == event).map(|event| Found { event, count: 1 });
    let recorded = shared.copied().chain(own).reduce(Found::with);
    let with_document = scope.document.and_then(|document| day_with(document, event));
    match (recorded, with_document) {
        (None, None) => None,
        (Some(Found { event, count }), Some(day)) if day > event.valid_on => Some(Start { on: day, note: None, earlier: count }),
        (Some(Found { event, count }), with_document) => {
            Some(Start { on: event.valid_on, note: Some(event), earlier: count - 1 + u32::from(with_document.is_some()) })
        }
        (None, Some(day)) => Some(Start { on: day, note: None, earlier: 0 }),
    }
}

/// The day that came with the document itself.
fn day_with(document: &DocumentFacts, event: EventType) -> Option<Date> {
    match event {
        EventType::DocumentDated => document.dated,
        EventType::DocumentReceived => document.received,
        EventType::Scanned => document.scan.as_ref().map(|scan| scan.scanned_on),
        _ => None,
    }
}

/// How much is computed, for tests that say how much it may be.
pub(crate) mod work {
    #[cfg(test)]
    thread_local! {
        static LOOKED_AT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }

    #[cfg(test)]
    pub fn events_looked_at(count: u64) {
        LOOKED_AT.with(|counted| counted.set(counted.get() + count));
    }

    #[cfg(not(test))]
    pub fn events_looked_at(_: u64) {}

    /// Events that `body` looks at to compute dates.
    #[cfg(test)]
    pub fn of<T>(body: impl FnOnce() -> T) -> (T, u64) {
        let before = LOOKED_AT.with(std::cell::Cell::get);
        let value = body();
        (value, LOOKED_AT.with(std::cell::Cell::get) - before)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bounded, catalogue, class, day, dossier, event};
    use super::*;
    use crate::model::NoteId;
    use crate::model::retention::EffectiveEvent;

    /// The dates of a document in a case with these events, the document's own first, and the steps.
    fn computed(class: Class, own: (Option<&str>, &[EffectiveEvent]), events: &[EffectiveEvent]) -> (Dates, Vec<Step>) {
        let mut dossier = dossier(&["A"]);
        dossier.events = events.to_vec();
        let document = DocumentFacts { dated: own.0.map(day), events: own.1.to_vec(), ..DocumentFacts::default() };
        let mut steps = Vec::new();
        let latest = Latest::of(&dossier.events);
        let scope = Scope { latest: &latest, matter: MatterNumber::DEFAULT, document: Some(&document) };
        let dates = dates_of(&catalogue(1, [class]).classes.into_values().next().unwrap(), scope, &mut steps);
        (dates, steps)
    }

    fn of_case(number: u8, what: &str, on: &str) -> EffectiveEvent {
        event(number, EventScope::Case, what, on)
    }

    fn dates(keep_until: &str, destroy_by: Option<&str>) -> Dates {
        Dates::Computed { keep_until: day(keep_until), destroy_by: destroy_by.map(day) }
    }

    #[test]
    fn the_latest_minimum_and_the_earliest_maximum_count() {
        let rule = bounded(
            "A",
            &["case.closed none P1Y", "decision.notified none P1Y"],
            &["case.closed none P5Y", "decision.notified none P5Y"],
            "P1M",
        );
        let events = [of_case(1, "case.closed", "2011-01-01"), of_case(2, "decision.notified", "2012-01-01")];
        let (found, steps) = computed(rule, (None, &[]), &events);
        assert_eq!(found, dates("2013-01-01", Some("2016-02-01")));
        assert!(steps.contains(&Step::LatestMinimum { terms: 2, end: day("2013-01-01") }));
        assert!(steps.contains(&Step::EarliestMaximum { terms: 2, end: day("2016-01-01") }));
    }

    #[test]
    fn what_ends_beyond_the_calendar_keeps_as_a_minimum_and_forbids_nothing_as_a_maximum() {
        let events = [of_case(1, "date.fixed", "9950-06-01"), of_case(2, "case.closed", "2011-01-01")];
        let (minimum, one_too_long) = ("case.closed none P1Y", "date.fixed none P50Y");
        assert_eq!(computed(class("A", &[minimum, one_too_long]), (None, &[]), &events).0, Dates::Never);
        let maximum = bounded("A", &[minimum], &[one_too_long], "");
        assert_eq!(computed(maximum, (None, &[]), &events).0, dates("2012-01-01", None));
        let window = bounded("A", &[minimum], &["date.fixed none P49Y"], "P1Y");
        assert_eq!(computed(window, (None, &[]), &events).0, dates("2012-01-01", None));
        let in_time = bounded("A", &[minimum], &["date.fixed none P49Y"], "P6M");
        assert_eq!(computed(in_time, (None, &[]), &events).0, dates("2012-01-01", Some("9999-12-01")));
    }

    #[test]
    fn a_missing_start_of_any_term_leaves_everything_open() {
        let rule = || bounded("A", &["case.closed none P1Y"], &["decision.notified none P5Y"], "");
        let only = |what: &str| computed(rule(), (None, &[]), &[of_case(1, what, "2011-01-01")]).0;
        assert_eq!(only("case.closed"), Dates::Open { missing: EventType::Notified });
        assert_eq!(only("decision.notified"), Dates::Open { missing: EventType::CaseClosed });
    }

    #[test]
    fn the_latest_day_counts_wherever_it_comes_from() {
        for (dated, own, shared, on, earlier, from_document) in [
            (Some("2015-05-05"), None, None, "2015-05-05", 0, true),
            (Some("2015-05-05"), Some("2016-05-05"), None, "2016-05-05", 1, false),
            (Some("2015-05-05"), Some("2014-05-05"), None, "2015-05-05", 1, true),
            (Some("2015-05-05"), Some("2014-05-05"), Some("2017-05-05"), "2017-05-05", 2, false),
            // On the same day somebody has said so: the note is named.
            (Some("2015-05-05"), None, Some("2015-05-05"), "2015-05-05", 1, false),
            (None, Some("2014-05-05"), Some("2013-05-05"), "2014-05-05", 1, false),
        ] {
            let own: Vec<EffectiveEvent> = own.map(|on| of_case(1, "document.dated", on)).into_iter().collect();
            let shared: Vec<EffectiveEvent> = shared.map(|on| of_case(2, "document.dated", on)).into_iter().collect();
            let (found, steps) = computed(class("A", &["document.dated none P1D"]), (dated, &own), &shared);
            assert_eq!(found, Dates::Computed { keep_until: day(on).plus_days(1).unwrap(), destroy_by: None });
            let Step::Started { on: told, origin, earlier: counted, .. } = &steps[0] else { panic!("{steps:?}") };
            assert_eq!((*told, *counted, *origin == Origin::Document), (day(on), earlier, from_document), "{dated:?} {own:?} {shared:?}");
        }
    }

    #[test]
    fn of_two_notes_for_the_same_day_the_same_one_is_named_always() {
        let (first, second) = (of_case(1, "case.closed", "2015-05-05"), of_case(2, "case.closed", "2015-05-05"));
        for events in [[first.clone(), second.clone()], [second, first]] {
            let (_, steps) = computed(class("A", &["case.closed none P1D"]), (None, &[]), &events);
            let Step::Started { origin: Origin::Note { id, .. }, .. } = &steps[0] else { panic!("{steps:?}") };
            assert_eq!(*id, NoteId::from_bytes([2; 16]));
        }
    }

    #[test]
    fn a_class_without_a_minimum_would_keep_for_ever() {
        assert_eq!(computed(class("A", &[]), (None, &[]), &[]).0, Dates::Never);
    }
}

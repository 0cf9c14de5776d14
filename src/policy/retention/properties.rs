//! What must hold of every catalogue and every case, tried with many of them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use super::testing::{catalogue, class, dossier, event, tag};
use super::*;
use crate::model::retention::{
    Catalogue, Class, Dates, DocumentFacts, Dossier, EffectiveEvent, EventScope, HoldType, Kept, MatterNumber, Period, Rounding, ScanFacts,
    Term, Today,
};
use crate::model::{Date, DocumentNumber};

/// The classes of generated catalogues, and the kinds of generated matters, of which the last has no class.
const NAMES: [&str; 4] = ["A", "B", "C", "NONE"];
/// Few events, so that classes and cases meet.
const EVENTS: [&str; 5] = ["decision.notified", "case.closed", "claim.settled", "document.dated", "document.received"];

/// Days all over the calendar, and many close together around the 29 Februaries of a few years.
fn any_day() -> impl Strategy<Value = Date> {
    let (near, far) = ((16_000..18_500), (-700_000..2_932_000));
    prop_oneof![4 => near, 1 => far].prop_filter_map("outside the calendar", Date::from_days)
}

fn any_period() -> impl Strategy<Value = Period> {
    prop_oneof![(1..=100_u16).prop_map(Period::Years), (1..=1200_u16).prop_map(Period::Months), (1..=36_500_u32).prop_map(Period::Days)]
}

fn any_term() -> impl Strategy<Value = Term> {
    (select(&EVENTS[..]), select(&Rounding::ALL[..]), proptest::option::weighted(0.8, any_period()))
        .prop_map(|(start, rounding, period)| Term { rounding, period, ..testing::term(&format!("{start} none day-itself")) })
}

fn any_class(name: &'static str, prevailing: bool) -> impl Strategy<Value = Class> {
    let minimum = prop_oneof![
        4 => vec(any_term(), 1..3).prop_map(Kept::Until),
        1 => any_term().prop_map(|term| Kept::Nothing { start: term.start }),
    ];
    let prevails = if prevailing { proptest::option::weighted(0.3, Just("by law".to_owned())).boxed() } else { Just(None).boxed() };
    (minimum, vec(any_term(), 0..3), proptest::option::of(any_period()), any::<bool>(), prevails).prop_map(
        move |(minimum, maximum, window, maximum_at_least_minimum, prevails)| Class {
            minimum,
            maximum,
            window,
            maximum_at_least_minimum,
            prevails,
            ..class(name, &[])
        },
    )
}

fn any_catalogue(prevailing: bool) -> impl Strategy<Value = Catalogue> {
    (any_class("A", prevailing), any_class("B", prevailing), any_class("C", prevailing)).prop_map(|(a, b, c)| catalogue(3, [a, b, c]))
}

/// Up to a dozen events about the case, its three matters and, where `document` says so, the document. Each has its own note.
fn any_events(document: bool) -> impl Strategy<Value = Vec<EffectiveEvent>> {
    let shared = prop_oneof![Just(EventScope::Case), (0..3_u16).prop_map(|number| EventScope::Matter(MatterNumber(number)))];
    let scope = if document { Just(EventScope::Document(DocumentNumber::new(0).unwrap())).boxed() } else { shared.boxed() };
    vec((scope, select(&EVENTS[..]), any_day()), 0..12).prop_map(|events| {
        let number = |(number, (scope, what, on)): (usize, (EventScope, &str, Date))| event(number as u8, scope, what, &on.to_string());
        events.into_iter().enumerate().map(number).collect()
    })
}

fn any_dossier() -> impl Strategy<Value = Dossier> {
    (vec(select(&NAMES[..]), 3), any_events(false), vec(select(&NAMES[..3]), 0..3)).prop_map(|(kinds, events, types)| {
        let mut dossier = dossier(&kinds);
        dossier.events = events;
        dossier.matters[1].types = types.into_iter().map(|name| (tag(name), 1)).collect();
        dossier
    })
}

fn any_document() -> impl Strategy<Value = DocumentFacts> {
    let matters = prop_oneof![Just(Vec::new()), Just(vec![1]), Just(vec![0, 2]), Just(vec![0, 1, 2])];
    let type_tag = proptest::option::of(select(&NAMES[..]));
    let day = || proptest::option::of(any_day());
    (matters, type_tag, day(), day(), day(), any_events(true)).prop_map(|(matters, type_tag, dated, received, scanned, events)| {
        DocumentFacts {
            matters: matters.into_iter().map(MatterNumber).collect(),
            type_tag: type_tag.map(tag),
            dated,
            received,
            scan: scanned.map(|on| ScanFacts {
                batch: None,
                scanned_on: on,
                pages: 1,
                high_protection: false,
                defects: Vec::new(),
                qa: None,
            }),
            settled_on: None,
            events,
            lines: Vec::new(),
        }
    })
}

fn any_brakes() -> impl Strategy<Value = Brakes> {
    (vec(select(HoldType::ALL), 0..3), any::<bool>(), proptest::option::of(any_day())).prop_map(|(holds, quarantined, watermark)| Brakes {
        holds,
        quarantined,
        watermark,
        ..Brakes::default()
    })
}

fn any_today() -> impl Strategy<Value = Today> {
    (any_day(), any_day()).prop_map(|(certain, wall)| Today { certain, wall })
}

/// How long something is kept, as a number that only grows when it is kept longer: what is not computed is kept without end.
fn kept(dates: &Dates) -> i64 {
    match dates {
        Dates::Computed { keep_until, .. } => keep_until.days().into(),
        Dates::Unclassed | Dates::Open { .. } | Dates::Never => i64::MAX,
    }
}

/// Whether `after` keeps no shorter than `before`. An open line may get a date: that is what its event is for.
fn no_shorter(before: &Dates, after: &Dates) -> bool {
    matches!(before, Dates::Open { .. }) || kept(after) >= kept(before)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn dates_and_explanations_do_not_depend_on_the_order_of_recording(
        (before, events) in any_dossier().prop_flat_map(|dossier| (Just(dossier.clone()), Just(dossier.events).prop_shuffle())),
        (facts, own) in any_document().prop_flat_map(|facts| (Just(facts.clone()), Just(facts.events).prop_shuffle())),
        catalogue in any_catalogue(true), today in any_today(), brakes in any_brakes(),
    ) {
        let after = Dossier { events, ..before.clone() };
        let shuffled = DocumentFacts { events: own, ..facts.clone() };
        prop_assert_eq!(lines(&before, Some(&catalogue)), lines(&after, Some(&catalogue)));
        prop_assert_eq!(document_lines(&before, &facts, Some(&catalogue)), document_lines(&after, &shuffled, Some(&catalogue)));
        let told = explain(&before, Some(&facts), Some(&catalogue), today, &brakes);
        prop_assert_eq!(told, explain(&after, Some(&shuffled), Some(&catalogue), today, &brakes));
    }

    #[test]
    fn an_event_that_is_recorded_never_shortens(
        dossier in any_dossier(), facts in any_document(), catalogue in any_catalogue(true), later in any_events(false), own in any_events(true),
    ) {
        let (mut dossier, mut facts) = (dossier, facts);
        // One after the other, so that every prefix is among what is tried.
        for added in later.into_iter().chain(own) {
            let before = (lines(&dossier, Some(&catalogue)), document_dates(&dossier, Some(&facts), Some(&catalogue)));
            let events = if matches!(added.scope, EventScope::Document(_)) { &mut facts.events } else { &mut dossier.events };
            events.push(added);
            let after = (lines(&dossier, Some(&catalogue)), document_dates(&dossier, Some(&facts), Some(&catalogue)));
            for (old, new) in before.0.iter().zip(&after.0) {
                prop_assert_eq!((old.matter, &old.class), (new.matter, &new.class));
                prop_assert!(no_shorter(&old.dates, &new.dates), "{:?} became {:?}", old, new);
                if let (Dates::Computed { destroy_by: old, .. }, Dates::Computed { destroy_by: new, .. }) = (&old.dates, &new.dates) {
                    prop_assert!(new.is_none_or(|new| old.is_some_and(|old| new >= old)), "{:?} became {:?}", old, new);
                }
            }
            prop_assert!(no_shorter(&before.1.dates, &after.1.dates), "{:?} became {:?}", before.1, after.1);
        }
    }

    #[test]
    fn another_matter_never_shortens(dossier in any_dossier(), facts in any_document(), catalogue in any_catalogue(false)) {
        let mut more = facts.clone();
        more.matters = vec![MatterNumber(0), MatterNumber(1), MatterNumber(2)];
        let dates = |facts| document_dates(&dossier, Some(facts), Some(&catalogue)).dates;
        prop_assert!(kept(&dates(&more)) >= kept(&dates(&facts)));
    }

    #[test]
    fn neither_holds_nor_clocks_move_a_date(
        dossier in any_dossier(), facts in any_document(), catalogue in any_catalogue(true), today in any_today(), brakes in any_brakes(),
    ) {
        let computed = document_dates(&dossier, Some(&facts), Some(&catalogue));
        let told = explain(&dossier, Some(&facts), Some(&catalogue), today, &brakes);
        prop_assert_eq!((&told.dates, &told.lines), (&computed.dates, &computed.lines));
        let brakes = brakes.of_document(&computed, &dossier, Some(&facts), Some(&catalogue));
        prop_assert_eq!(told.standing, standing(&computed.dates, today, &brakes));
    }

    #[test]
    fn nothing_may_be_proposed_before_its_time(
        dossier in any_dossier(), facts in any_document(), catalogue in any_catalogue(true), today in any_today(), brakes in any_brakes(),
    ) {
        let computed = document_dates(&dossier, Some(&facts), Some(&catalogue));
        let brakes = brakes.of_document(&computed, &dossier, Some(&facts), Some(&catalogue));
        let dates = computed.dates;
        let now = standing(&dates, today, &brakes);
        if now.may_be_proposed() {
            let Dates::Computed { keep_until, .. } = dates else { panic!("{dates:?} may be proposed") };
            prop_assert!(today.certain > keep_until && brakes.watermark.is_some_and(|watermark| watermark >= keep_until));
            prop_assert!(brakes.newer.is_none() && brakes.appraisal.is_none());
            prop_assert!(!dates.is_conflict() && !brakes.quarantined && !brakes.holds.iter().any(|hold| hold.stops_destruction()));
            let tomorrow = today.certain.plus_days(1).map_or(today, |certain| Today { certain, ..today });
            prop_assert!(standing(&dates, tomorrow, &brakes).may_be_proposed(), "what is due stays due");
        } else {
            prop_assert!(!now.blockers().is_empty(), "what may not be proposed says why: {:?}", now);
        }
    }

    #[test]
    fn lines_are_sorted_and_one_for_each_matter_and_class(dossier in any_dossier(), catalogue in any_catalogue(true)) {
        let lines = lines(&dossier, Some(&catalogue));
        prop_assert!(lines.windows(2).all(|pair| (pair[0].matter, &pair[0].class) < (pair[1].matter, &pair[1].class)));
        prop_assert!(lines.iter().all(|line| line.version == 3));
        let mut turned = dossier.clone();
        turned.matters.reverse();
        prop_assert_eq!(&lines, &super::lines(&turned, Some(&catalogue)));
        prop_assert!(super::lines(&dossier, None).iter().all(|line| line.dates == Dates::Unclassed && line.version == 0));
    }

    #[test]
    fn a_document_without_lines_of_its_own_has_those_of_its_matters(
        dossier in any_dossier(), facts in any_document(), catalogue in any_catalogue(true),
    ) {
        let mut dossier = dossier;
        // The dossier knows the types of its documents.
        dossier.matters.iter_mut().for_each(|matter| matter.types.extend(facts.type_tag.map(|tag| (tag, 1))));
        let stored = lines(&dossier, Some(&catalogue));
        let own = document_lines(&dossier, &facts, Some(&catalogue));
        let chosen = document_dates(&dossier, Some(&facts), Some(&catalogue)).lines;
        prop_assert!(own.is_empty() || own == chosen);
        prop_assert!(!own.is_empty() || chosen.iter().all(|line| stored.contains(line)), "{:?} are not among {:?}", chosen, stored);
        prop_assert_eq!(document_dates(&dossier, Some(&facts), Some(&catalogue)).dates, combine(&chosen, Some(&catalogue)));
    }

    #[test]
    fn a_longer_period_keeps_longer(on in any_day(), rounding in select(&Rounding::ALL[..]), (short, long) in two_periods()) {
        let end = |period| {
            let term = Term { rounding, period: Some(period), ..testing::term("case.closed none day-itself") };
            let mut dossier = dossier(&["A"]);
            dossier.events.push(event(1, EventScope::Case, "case.closed", &on.to_string()));
            let catalogue = catalogue(1, [Class { minimum: Kept::Until(vec![term]), ..class("A", &[]) }]);
            kept(&document_dates(&dossier, None, Some(&catalogue)).dates)
        };
        prop_assert!(end(short) <= end(long));
        prop_assert!(end(short) > i64::from(on.days()), "a period has a day at least");
    }

    #[test]
    fn a_29_february_ends_on_the_28th_in_other_years(leap in 1..2475_u16, years in 1..=100_u16) {
        let Ok(on) = Date::parse(&format!("{:04}-02-29", leap * 4)) else { return Ok(()) };
        let end = Period::Years(years).last_day(on);
        let year = leap * 4 + years;
        let expected = Date::parse(&format!("{year:04}-02-29")).or_else(|_| Date::parse(&format!("{year:04}-02-28"))).ok();
        prop_assert_eq!(end, expected);
    }
}

/// Two periods in the same unit, the shorter one first.
fn two_periods() -> impl Strategy<Value = (Period, Period)> {
    let sorted = |a: u16, b: u16| (a.min(b), a.max(b));
    prop_oneof![
        (1..=100_u16, 1..=100_u16).prop_map(move |(a, b)| {
            let (a, b) = sorted(a, b);
            (Period::Years(a), Period::Years(b))
        }),
        (1..=1200_u16, 1..=1200_u16).prop_map(move |(a, b)| {
            let (a, b) = sorted(a, b);
            (Period::Months(a), Period::Months(b))
        }),
        (1..=36_500_u16, 1..=36_500_u16).prop_map(move |(a, b)| {
            let (a, b) = sorted(a, b);
            (Period::Days(a.into()), Period::Days(b.into()))
        }),
    ]
}

#[test]
fn generated_cases_reach_every_state() {
    // A property that is only ever tried on open lines says nothing.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let strategy = (any_dossier(), any_document(), any_catalogue(true), any_today(), any_brakes());
        let (dossier, facts, catalogue, today, brakes) = strategy.new_tree(&mut runner).unwrap().current();
        let dates = document_dates(&dossier, Some(&facts), Some(&catalogue)).dates;
        let standing = standing(&dates, today, &brakes);
        reached.insert(standing.state().code());
        if standing.may_be_proposed() {
            reached.insert("may be proposed");
        }
    }
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), ["conflict", "due", "may be proposed", "never", "open", "running", "unclassed"]);
}

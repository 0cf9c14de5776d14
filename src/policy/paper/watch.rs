//! What somebody must look after: the way of an original back to its owner, ages, the order of work.

use std::cmp::Ordering;

use super::release::{PaperRule, first_day};
use crate::model::retention::{BoxFacts, Disposition, ReturnStep, Today};

/// Whether a return may go from one step to the other: one after the other, none twice, none back. A request can be withdrawn as long as
/// nobody has picked the original.
pub fn return_may_step(from: Option<ReturnStep>, to: ReturnStep) -> bool {
    match from {
        None => to == ReturnStep::Requested,
        Some(ReturnStep::Requested) => matches!(to, ReturnStep::Picked | ReturnStep::Withdrawn),
        Some(ReturnStep::Picked) => to == ReturnStep::Sent,
        Some(ReturnStep::Sent) => to == ReturnStep::Confirmed,
        Some(ReturnStep::Confirmed | ReturnStep::Withdrawn) => false,
    }
}

/// Days since which the oldest return of a box is on its way and not confirmed, for a metric; `None` if there is no open return.
/// Counts by the wall clock, and a clock that goes back makes no negative ages.
pub fn oldest_open_return_days(facts: &BoxFacts, today: Today) -> Option<u32> {
    let open = facts.positions.iter().filter_map(|position| position.returning).filter(|(step, _)| *step != ReturnStep::Confirmed);
    open.map(|(_, since)| since.days_until(today.wall)).max()
}

/// Days by which a box has outstayed its first day, for a metric; `None` if it is not due by the wall clock, or gone.
pub fn overdue_days(facts: &BoxFacts, rule: &PaperRule, today: Today) -> Option<u32> {
    let first = first_day(facts, rule).filter(|first| *first <= today.wall)?;
    matches!(facts.disposition, Disposition::Waiting).then(|| first.days_until(today.wall))
}

/// The order in which boxes are worked on: the longest due first, and last what never may go. It follows from the box alone: whether one may
/// go today says every document in it, and a list looks at those that it shows.
pub fn by_first_day(rule: &PaperRule, a: &BoxFacts, b: &BoxFacts) -> Ordering {
    let key = |facts: &BoxFacts| {
        let day = first_day(facts, rule);
        (day.is_none(), day)
    };
    key(a).cmp(&key(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;
    use crate::model::retention::{BoxPosition, PositionFacts};
    use crate::model::{Address, CaseNumber, DocumentNumber, NoteId};

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn on(text: &str) -> Today {
        // The certain day lags behind: duties must not be hidden by it.
        Today { certain: day("2017-01-01"), wall: day(text) }
    }

    fn box_with(returning: &[Option<(ReturnStep, &str)>]) -> BoxFacts {
        let position = |(number, returning): (u32, &Option<(ReturnStep, &str)>)| PositionFacts {
            position: BoxPosition {
                document: Address { case: CaseNumber::new(7).unwrap(), document: DocumentNumber::new(number).unwrap() },
                position: number,
                sheets: 1,
                flags: Vec::new(),
            },
            qa: None,
            pulled: false,
            returning: returning.map(|(step, since)| (step, day(since))),
        };
        BoxFacts {
            batch: NoteId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").unwrap(),
            scanned_on: day("2017-11-06"),
            sheets: u32::try_from(returning.len()).unwrap(),
            extended_until: None,
            positions: (1..).zip(returning).map(position).collect(),
            disposition: Disposition::Waiting,
            settled_on: day("2017-11-06"),
            last_entry: None,
        }
    }

    #[test]
    fn a_return_goes_step_by_step_and_never_back() {
        use ReturnStep::{Confirmed, Picked, Requested, Sent, Withdrawn};
        for (from, allowed) in [
            (None, &[Requested][..]),
            (Some(Requested), &[Picked, Withdrawn]),
            (Some(Picked), &[Sent]),
            (Some(Sent), &[Confirmed]),
            (Some(Confirmed), &[]),
            (Some(Withdrawn), &[]),
        ] {
            for to in ReturnStep::ALL {
                assert_eq!(return_may_step(from, to), allowed.contains(&to), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn the_oldest_open_return_sets_the_age() {
        let requested = Some((ReturnStep::Requested, "2017-12-01"));
        let sent = Some((ReturnStep::Sent, "2017-11-20"));
        let arrived = Some((ReturnStep::Confirmed, "2017-11-07"));
        for (returns, today, age) in [
            (&[None][..], "2017-12-24", None),
            (&[arrived], "2017-12-24", None),
            (&[requested], "2017-12-24", Some(23)),
            (&[requested, sent, arrived, None], "2017-12-24", Some(34)),
            // A clock that went back makes no negative ages.
            (&[requested], "2017-11-01", Some(0)),
        ] {
            assert_eq!(oldest_open_return_days(&box_with(returns), on(today)), age, "{returns:?} on {today}");
        }
    }

    #[test]
    fn a_box_outstays_its_day_by_the_wall_clock_until_it_is_gone() {
        let mut facts = box_with(&[None]);
        let rule = PaperRule::EIGHT_WEEKS;
        assert_eq!(overdue_days(&facts, &rule, on("2018-01-01")), None);
        assert_eq!(overdue_days(&facts, &rule, on("2018-01-02")), Some(0));
        assert_eq!(overdue_days(&facts, &rule, on("2018-02-02")), Some(31));
        facts.extended_until = Some(day("2018-02-01"));
        assert_eq!(overdue_days(&facts, &rule, on("2018-02-02")), Some(0));
        facts.disposition = Disposition::Destroyed(day("2018-02-02"));
        assert_eq!(overdue_days(&facts, &rule, on("2018-03-02")), None);
    }

    #[test]
    fn the_longest_due_comes_first_and_what_never_goes_last() {
        let rule = PaperRule::EIGHT_WEEKS;
        let scanned =
            |on: &str, extended: Option<&str>| BoxFacts { scanned_on: day(on), extended_until: extended.map(day), ..box_with(&[None]) };
        let order = [
            scanned("2017-06-01", None),
            scanned("2017-11-06", None),
            scanned("2017-11-06", Some("2018-01-20")),
            scanned("2017-12-01", None),
            scanned("2017-06-02", Some("2018-02-01")),
            scanned("9999-12-01", None),
        ];
        let mut boxes: Vec<BoxFacts> = order.iter().rev().cloned().collect();
        boxes.sort_by(|a, b| by_first_day(&rule, a, b));
        assert_eq!(boxes, order);
    }
}

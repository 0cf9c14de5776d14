//! What can come together, in the words of the domain: missing classes, several matters, contradictions, clocks, the end of the calendar.

use super::office::Office;
use super::testing::{benefit, bounded, class};
use crate::model::retention::Class;

/// Plays a script in an office that has only this class.
fn play(class: Class, script: &str) {
    Office::new("LEIST", [class]).play(script);
}

#[test]
fn nothing_is_destroyed_that_nobody_has_classed() {
    Office::new("unheard-of", [benefit()]).play(
        "
        record decision.notified on 2010-01-01
        today 2050-01-01
        intake is up to date
        expect unclassed
        expect stopped by unclassed
        expect not overdue
        expect open for 14610 days
        # A matter that has a class does not speak for one that has none.
        matter 1 LEIST
        document in 0 1
        expect stopped by unclassed
        document in 1
        expect stopped by nothing
        ",
    );
}

#[test]
fn the_end_of_the_calendar_keeps() {
    play(
        class("LEIST", &["date.fixed none P10Y"]),
        "
        record date.fixed on 9989-12-31
        expect keep until 9999-12-31
        record date.fixed on 9990-01-01
        expect never
        today 9999-12-31
        intake is up to date
        expect stopped by not-yet
        expect not overdue
        ",
    );
}

#[test]
fn a_maximum_beyond_the_calendar_forbids_nothing() {
    play(
        bounded("LEIST", &["date.fixed none day-itself"], &["date.fixed none P100Y", "document.received none P10Y"], "P1Y"),
        "
        document received 9000-01-01
        record date.fixed on 9950-01-01
        expect conflict
        expect stopped by conflict
        document received 9998-01-01
        expect keep until 9950-01-01
        ",
    );
}

#[test]
fn what_unlocks_counts_by_the_certain_day_what_reminds_by_the_wall_clock() {
    play(
        benefit(),
        "
        today 2014-03-15
        record decision.notified
        intake through 2024-12-31
        clock jumps to 2064-03-15
        expect running
        expect stopped by not-yet
        expect overdue 14520 days
        today 2024-03-16
        clock jumps to 1974-03-15
        expect stopped by nothing
        expect not overdue
        ",
    );
}

#[test]
fn a_prevailing_class_decides_alone() {
    let secret = Class {
        prevails: Some("section 52(3) SGB II".to_owned()),
        ..bounded("GEHEIM", &["case.closed none P1Y"], &["case.closed none P1Y"], "P30D")
    };
    Office::new("LEIST", [benefit(), secret]).play(
        "
        matter 1 GEHEIM
        document in 0 1
        record decision.notified on 2015-01-01
        expect open case.closed
        record case.closed on 2016-01-01
        expect keep until 2017-01-01 destroy by 2017-01-31
        # Without the event of the class that is set aside, too.
        withdraw decision.notified
        expect keep until 2017-01-01 destroy by 2017-01-31
        # A matter of which nobody knows the class keeps its vote.
        matter 2 unheard-of
        document in 0 1 2
        expect unclassed
        ",
    );
}

#[test]
fn a_contradiction_in_one_matter_is_not_outvoted_by_another() {
    let strict = bounded("STRENG", &["case.closed none P5Y"], &["decision.notified none P1Y"], "");
    Office::new("LEIST", [benefit(), strict]).play(
        "
        matter 1 STRENG
        record decision.notified on 2015-01-01
        record case.closed on 2015-06-01
        today 2040-01-01
        intake is up to date
        document in 1
        expect conflict
        document in 0 1
        expect conflict
        expect stopped by conflict
        document in 0
        expect stopped by nothing
        ",
    );
}

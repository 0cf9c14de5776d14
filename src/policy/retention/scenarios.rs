//! The worked classes, each in the words of the domain: what happens, and what is expected then.

use super::office::Office;
use super::testing::{benefit, bounded, nothing};
use crate::model::retention::Class;

/// Plays a script in an office that has only this class.
fn play(class: Class, script: &str) {
    let kind = class.code.to_string();
    Office::new(&kind, [class]).play(script);
}

#[test]
fn leist_benefit_documents_of_a_grant_period() {
    play(
        benefit(),
        "
        expect open decision.notified
        today 2012-01-01
        expect open for 730 days
        expect stopped by open
        today 2014-03-15
        record decision.notified
        expect keep until 2024-03-15 destroy by 2024-06-13
        expect running
        advance 10 years
        expect running
        expect stopped by not-yet
        advance 1 day
        expect due
        expect stopped by watermark
        intake is up to date
        expect stopped by nothing
        place hold court
        expect due
        expect stopped by hold
        expect keep until 2024-03-15 destroy by 2024-06-13
        today 2024-06-14
        expect overdue 1 days
        advance 1 year
        expect overdue 366 days
        expect stopped by hold
        release hold court
        expect stopped by nothing
        ",
    );
}

#[test]
fn leist_counts_each_grant_period_by_itself() {
    // The courts cut by grant period, although the case goes on: an old period becomes due in the middle of a living case.
    Office::new("LEIST", [benefit()]).play(
        "
        matter 1 LEIST
        matter 2 LEIST
        record decision.notified in matter 1 on 2010-08-03
        record decision.notified in matter 2 on 2016-08-03
        today 2020-08-04
        document in 1
        expect due
        document in 2
        expect running
        document in 1 2
        expect keep until 2026-08-03 destroy by 2026-11-01
        document in 0 1
        expect open decision.notified
        ",
    );
}

#[test]
fn ablehn_rejected_application() {
    play(
        bounded("ABLEHN", &["decision.notified end-of-year P4Y"], &["decision.notified end-of-year P4Y"], "P90D"),
        "
        today 2015-06-30
        record decision.notified
        expect keep until 2019-12-31 destroy by 2020-03-30
        today 2019-12-31
        expect running
        advance 1 day
        intake through 2019-12-20
        expect stopped by watermark
        intake through 2019-12-31
        expect stopped by nothing
        ",
    );
}

#[test]
fn ford_claim_waits_for_settlement_and_for_the_limitation() {
    let claim = || Class {
        maximum_at_least_minimum: true,
        ..bounded(
            "FORD",
            &["decision.unappealable end-of-year P4Y", "claim.settled none day-itself"],
            &["claim.settled none day-itself"],
            "P90D",
        )
    };
    // Settled early: the limitation decides, and lifts the maximum.
    play(
        claim(),
        "
        today 2015-02-01
        expect open decision.unappealable
        record decision.unappealable
        expect open claim.settled
        today 2016-05-02
        record claim.settled
        expect keep until 2019-12-31 destroy by 2020-03-30
        today 2020-01-01
        expect due
        expect not overdue
        ",
    );
    // Settled late: the settlement decides.
    play(
        claim(),
        "
        today 2015-02-01
        record decision.unappealable
        today 2031-05-02
        expect open claim.settled
        record claim.settled
        expect keep until 2031-05-02 destroy by 2031-07-31
        expect running
        advance 1 day
        expect due
        expect not overdue
        ",
    );
}

#[test]
fn recht_court_file_counts_from_the_last_decision() {
    play(
        bounded("RECHT", &["proceedings.final none P10Y"], &["proceedings.final none P10Y"], "P90D"),
        "
        today 2012-02-29
        record proceedings.final
        expect keep until 2022-02-28 destroy by 2022-05-29
        # A second instance: another event lengthens, and none shortens.
        record proceedings.final on 2014-07-01
        expect keep until 2024-07-01 destroy by 2024-09-29
        record proceedings.final on 2011-01-01
        expect keep until 2024-07-01 destroy by 2024-09-29
        # Only a correction shortens.
        correct proceedings.final to 2013-07-01
        expect keep until 2023-07-01 destroy by 2023-09-29
        withdraw proceedings.final
        expect open proceedings.final
        ",
    );
}

#[test]
fn verm_placement_has_three_years_between_minimum_and_maximum() {
    play(
        bounded("VERM", &["case.closed none P2Y"], &["case.closed none P5Y"], ""),
        "
        today 2018-09-30
        record case.closed
        expect keep until 2020-09-30 destroy by 2023-09-30
        today 2020-10-01
        intake is up to date
        expect stopped by nothing
        today 2023-09-30
        expect not overdue
        advance 1 day
        expect overdue 1 days
        ",
    );
}

#[test]
fn gut_expert_opinion_follows_the_benefit_of_its_period_by_a_class_of_its_own() {
    let opinion = bounded("GUT", &["decision.notified none P10Y"], &["decision.notified none P10Y"], "P90D");
    Office::new("LEIST", [benefit(), opinion]).play(
        "
        document type GUT
        expect open decision.notified
        record decision.notified on 2014-03-15
        expect keep until 2024-03-15 destroy by 2024-06-13
        # Threatened persons: an embargo hides, a dispute is told with every reading; neither keeps what is over.
        today 2024-03-16
        intake is up to date
        place hold embargo
        place hold dispute
        expect stopped by nothing
        place hold restriction
        expect stopped by hold
        ",
    );
}

#[test]
fn owi_fines_up_to_and_above_a_thousand_euros() {
    play(
        bounded("OWI3", &["proceedings.final none P3Y"], &["proceedings.final none P3Y"], "P90D"),
        "
        today 2016-02-29
        record proceedings.final
        expect keep until 2019-02-28 destroy by 2019-05-29
        ",
    );
    play(
        bounded("OWI5", &["proceedings.final none P5Y"], &["proceedings.final none P5Y"], "P90D"),
        "
        today 2016-03-01
        record proceedings.final
        expect keep until 2021-03-01 destroy by 2021-05-30
        ",
    );
}

#[test]
fn dabgl0_comparison_without_deviation_is_gone_at_once() {
    play(
        nothing("DABGL0", "check.done", "check.done none P1D"),
        "
        expect open check.done
        today 2020-05-04
        record check.done
        expect keep until 2020-05-04 destroy by 2020-05-05
        expect running
        advance 1 day
        intake is up to date
        expect stopped by nothing
        expect not overdue
        advance 1 day
        expect overdue 1 days
        ",
    );
}

#[test]
fn ausweis_copy_leaves_the_middle_of_a_living_file() {
    Office::new("LEIST", [benefit(), nothing("AUSWEIS", "document.not-needed", "document.not-needed none P1D")]).play(
        "
        document type AUSWEIS
        today 2019-04-30
        record decision.notified
        expect open document.not-needed
        today 2019-05-02
        record document.not-needed about the document
        expect keep until 2019-05-02 destroy by 2019-05-03
        advance 1 day
        intake is up to date
        expect stopped by nothing
        ",
    );
}

#[test]
fn esf_measure_ends_on_the_day_of_the_programme() {
    play(
        bounded("ESF", &["date.fixed none day-itself"], &["date.fixed none day-itself"], "P1Y"),
        "
        today 2018-01-01
        record date.fixed on 2025-12-31
        expect keep until 2025-12-31 destroy by 2026-12-31
        today 2025-12-31
        expect running
        advance 1 day
        expect due
        ",
    );
}

#[test]
fn zahl_payment_documents_count_from_their_own_budget_year() {
    let payment = bounded("ZAHL", &["document.dated end-of-year P10Y"], &["document.dated end-of-year P10Y"], "P90D");
    Office::new("LEIST", [benefit(), payment]).play(
        "
        document type ZAHL
        expect open document.dated
        document dated 2013-02-11
        expect keep until 2023-12-31 destroy by 2024-03-30
        ",
    );
}

#[test]
fn paper_is_kept_for_eight_weeks_after_the_scan() {
    play(
        bounded("PAPER", &["document.scanned none P56D"], &["document.scanned none P56D"], "P14D"),
        "
        today 2017-11-06
        document scanned 2017-11-06
        expect keep until 2018-01-01 destroy by 2018-01-15
        today 2018-01-02
        intake is up to date
        quarantine
        expect due
        expect stopped by quarantine
        lift quarantine
        expect stopped by nothing
        ",
    );
}

#[test]
fn alog_access_log_is_kept_until_the_end_of_the_following_year() {
    play(
        bounded("ALOG", &["log.created end-of-year P1Y"], &["log.created end-of-year P1Y"], "P31D"),
        "
        record log.created on 2024-01-02
        expect keep until 2025-12-31 destroy by 2026-01-31
        correct log.created to 2024-12-31
        expect keep until 2025-12-31 destroy by 2026-01-31
        ",
    );
}

#[test]
fn drec_record_of_destruction_may_stay_for_thirty_years() {
    play(
        bounded("DREC", &["log.created none P10Y"], &["log.created none P30Y"], ""),
        "
        record log.created on 2010-05-31
        expect keep until 2020-05-31 destroy by 2040-05-31
        ",
    );
}

//! Sentences about what brakes destruction, with what a clerk needs to do something about it: who is responsible, until when.

use super::Words;
use crate::model::Date;
use crate::model::retention::{HoldType, ScanDefect};

/// What is said of a hold or an overlay.
#[derive(Debug, Clone, Copy)]
pub struct HoldTold<'h> {
    /// Why.
    pub kind: HoldType,
    /// The file number of a court, an audit, a decision.
    pub reference: Option<&'h str>,
    /// Who is responsible.
    pub owner: Option<&'h str>,
    /// When it was placed.
    pub placed_on: Date,
    /// When somebody must look whether it is still needed.
    pub review_on: Date,
    /// When it should end.
    pub ends_on: Option<Date>,
}

impl Words {
    /// A hold or an overlay on a day of the wall clock; a sentence or two.
    pub fn hold_told(&self, hold: &HoldTold<'_>, today: Date) -> String {
        let on = |name, day: Date| self.say(name, &[("day", self.date(day).into())]);
        let mut details = Vec::new();
        details.extend(hold.reference.map(|reference| self.say("hold-detail-reference", &[("reference", reference.into())])));
        details.extend(hold.owner.map(|owner| self.say("hold-detail-owner", &[("owner", owner.into())])));
        details.push(on("hold-detail-placed", hold.placed_on));
        details.extend(hold.ends_on.map(|day| on("hold-detail-ends", day)));
        details.push(on(if hold.review_on < today { "hold-detail-review-passed" } else { "hold-detail-review" }, hold.review_on));
        let sentence = if hold.kind.stops_destruction() { "step-hold-told" } else { "step-notice-told" };
        self.say(sentence, &[("hold", self.hold(hold.kind).into()), ("details", details.join(", ").into())])
    }

    /// A quarantine with its defects; sentences.
    pub fn quarantine_told(&self, defects: &[ScanDefect]) -> String {
        let defects: Vec<String> = defects.iter().map(|defect| self.scan_defect(*defect)).collect();
        self.say("step-quarantine-told", &[("defects", defects.join(" ").into())])
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_hold_says_who_is_responsible_and_when_somebody_must_look() {
        let hold = HoldTold {
            kind: HoldType::Court,
            reference: Some("S 11 AS 409/15"),
            owner: Some("legal department"),
            placed_on: day("2026-11-22"),
            review_on: day("2027-02-20"),
            ends_on: None,
        };
        let english = Words::of(Language::English);
        let head = "Hold: action before a court (reference S 11 AS 409/15, owner: legal department, placed on 22 November 2026, ";
        for (today, review) in
            [("2027-02-20", "to be reviewed by 20 February 2027"), ("2027-02-21", "its review has been overdue since 20 February 2027")]
        {
            let told = english.hold_told(&hold, day(today));
            assert_eq!(told, format!("{head}{review}). It stops destruction, but lengthens no period."));
        }
        let dispute = HoldTold { kind: HoldType::Dispute, reference: None, owner: None, ends_on: Some(day("2027-12-31")), ..hold };
        assert_eq!(
            Words::of(Language::German).hold_told(&dispute, day("2026-12-01")),
            "Hinweis: bestrittene Richtigkeit (gesetzt am 22.11.2026, vorgesehen bis 31.12.2027, zu pr\u{fc}fen bis 20.02.2027). \
             Er ist bei jedem Lesen zu beachten, verhindert die Vernichtung aber nicht."
        );
    }
}

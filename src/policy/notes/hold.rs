//! Holds: placed with a frozen list, looked at again, released. Nothing else ends one.

use super::{Desk, Readable, Ruling, is_strictly_sorted, rule};
use crate::limits::{HOLD_TARGETS_MAX, HOLD_YEARS_MAX, REVIEW_DAYS_MAX};
use crate::model::retention::{HoldFacts, Part, Target};
use crate::model::{Address, CaseNumber, Date, Refusal};
use crate::policy::{Undecided, View};

/// A hold is placed.
pub(super) fn placed<V: View>(desk: &mut Desk<'_, V>, review_on: Date, ends_on: Option<Date>, targets: &[Target]) -> Ruling<V::Error> {
    rule((1..=HOLD_TARGETS_MAX).contains(&targets.len()) && is_strictly_sorted(targets), Refusal::HoldTargetsMalformed)?;
    days_fit(desk.by_the_wall(), review_on, ends_on)?;
    // The list is sorted, so each case is looked up once.
    for of_one_case in targets.chunk_by(|a, b| a.case == b.case) {
        rule(targets_exist(desk, of_one_case[0].case, of_one_case)?, Refusal::HoldTargetUnknown)?;
    }
    Ok(None)
}

/// Somebody has looked and says when to look again. Of two persons who have looked at the same time the second learns of the first, if
/// they say what they have seen.
pub(super) fn reviewed<V: View>(
    desk: &mut Desk<'_, V>,
    hold: Address,
    (review_on, ends_on): (Date, Option<Date>),
    replaces: Option<Date>,
) -> Ruling<V::Error> {
    let facts = in_force(desk, hold)?;
    rule(replaces.is_none_or(|seen| seen == facts.review_on), Refusal::HoldReviewedMeanwhile)?;
    days_fit(desk.by_the_wall(), review_on, ends_on)?;
    Ok(facts.last_entry)
}

/// A hold is released.
pub(super) fn released<V: View>(desk: &mut Desk<'_, V>, hold: Address) -> Ruling<V::Error> {
    Ok(in_force(desk, hold)?.last_entry)
}

fn in_force<V: View>(desk: &mut Desk<'_, V>, hold: Address) -> Result<HoldFacts, Undecided<V::Error>> {
    let facts = desk.view.hold(desk.vault, hold).readable()?.ok_or(Refusal::HoldUnknown)?;
    rule(facts.released_on.is_none(), Refusal::HoldOver)?;
    Ok(facts)
}

/// Duties count by the wall clock: somebody must look soon, and before the hold should end.
fn days_fit(today: Date, review_on: Date, ends_on: Option<Date>) -> Result<(), Refusal> {
    let latest_review = today.plus_days(REVIEW_DAYS_MAX);
    let in_reach = review_on > today && latest_review.is_none_or(|latest| review_on <= latest);
    rule(in_reach, Refusal::ReviewOutOfReach)?;
    let Some(ends_on) = ends_on else { return Ok(()) };
    rule(ends_on >= review_on, Refusal::HoldEndsBeforeReview)?;
    let latest_end = today.plus_months(HOLD_YEARS_MAX * 12);
    rule(latest_end.is_none_or(|latest| ends_on <= latest), Refusal::HoldEndTooFar)
}

fn targets_exist<V: View>(desk: &mut Desk<'_, V>, case: CaseNumber, targets: &[Target]) -> Result<bool, Undecided<V::Error>> {
    if case > CaseNumber::MAX || desk.view.case_by_number(desk.vault, case).readable()?.is_none() {
        return Ok(false);
    }
    let mut dossier = None;
    for target in targets {
        let exists = match target.part {
            Part::Whole => true,
            Part::Matter(number) => {
                let dossier = match &dossier {
                    Some(dossier) => dossier,
                    None => dossier.insert(desk.view.dossier(desk.vault, case).readable()?),
                };
                dossier.matter(number).is_some()
            }
            Part::Document(document) => desk.document_exists(Address { case, document })?,
        };
        if !exists {
            return Ok(false);
        }
    }
    Ok(true)
}

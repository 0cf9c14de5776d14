//! Boxes of paper originals, and what is done with them.

use std::collections::BTreeSet;

use super::{Desk, Readable, Ruling, is_of_our_time, rule};
use crate::limits::{BOX_POSITIONS_MAX, REVIEW_DAYS_MAX};
use crate::model::retention::{BoxFacts, BoxPosition, BoxStep, Disposition, PositionFacts, ReturnStep};
use crate::model::{Address, Date, NoteId, Refusal};
use crate::policy::paper::{self, ReleaseState};
use crate::policy::settled::had_settled;
use crate::policy::{Undecided, View, release_of_box};

/// A box is registered.
pub(super) fn registered<V: View>(
    desk: &mut Desk<'_, V>,
    batch: NoteId,
    scanned_on: Date,
    sheets: u32,
    positions: &[BoxPosition],
) -> Ruling<V::Error> {
    let place = desk.view.note(desk.vault, batch).readable()?.ok_or(Refusal::BatchUnknown)?;
    let of_batch = desk.view.batch(desk.vault, place).readable()?.ok_or(Refusal::BatchUnknown)?;
    rule(is_of_our_time(scanned_on), Refusal::DayTooEarly)?;
    rule(scanned_on <= desk.by_the_wall(), Refusal::ScannedInFuture)?;
    rule(positions_are_in_order(positions), Refusal::BoxPositionsMalformed)?;
    let counted: u64 = positions.iter().map(|position| u64::from(position.sheets)).sum();
    rule(counted == u64::from(sheets), Refusal::SheetsDiffer)?;
    for position in positions {
        let facts = desk.document(position.document)?;
        let scan = facts.as_ref().and_then(|facts| facts.scan.as_ref());
        rule(scan.is_none_or(|scan| scan.scanned_on <= scanned_on), Refusal::BoxOlderThanDocument)?;
        rule(scan.and_then(|scan| scan.batch).is_none_or(|of| of == batch), Refusal::BoxOfAnotherBatch)?;
        rule(desk.view.box_of(desk.vault, position.document).readable()?.is_none(), Refusal::OriginalInAnotherBox)?;
    }
    // Paper that the scan protocol of the batch does not count belongs to another batch.
    rule(of_batch.boxed.checked_add(sheets).is_some_and(|boxed| boxed <= of_batch.sheets), Refusal::BoxBeyondBatch)?;
    Ok(None)
}

/// Something was done with a box.
pub(super) fn stepped<V: View>(desk: &mut Desk<'_, V>, of: Address, step: &BoxStep) -> Ruling<V::Error> {
    let facts = desk.view.paper_box(desk.vault, of).readable()?.ok_or(Refusal::BoxUnknown)?;
    // What was taken out before goes on its way, whatever has become of the box.
    let is_out = |number: u32| facts.positions.iter().any(|found| found.position.position == number && paper::is_out(found));
    let outlives_the_box = matches!(step, BoxStep::Return { position, .. } if is_out(*position));
    rule(facts.disposition == Disposition::Waiting || outlives_the_box, Refusal::BoxOver)?;
    match step {
        BoxStep::Checked { positions, .. } => positions_named(&facts, positions).map(|_| ())?,
        BoxStep::Flagged { position, flag, on } => {
            let named = positions_named(&facts, &[*position])?;
            rule(named.iter().all(|position| position.position.flags.contains(flag) != *on), Refusal::FlagUnchanged)?;
        }
        BoxStep::Pulled { positions } => {
            rule(!positions.is_empty(), Refusal::PositionUnknown)?;
            let named = positions_named(&facts, positions)?;
            rule(named.into_iter().all(|position| !paper::is_out(position)), Refusal::PositionOut)?;
        }
        BoxStep::Return { position, step } => {
            let named = positions_named(&facts, &[*position])?;
            let in_order = |position: &&PositionFacts| paper::return_may_step(position.returning.map(|(step, _)| step), *step);
            rule(named.iter().all(in_order), Refusal::ReturnOutOfOrder)?;
        }
        BoxStep::Extended { until } => extension_lengthens(desk.by_the_wall(), &facts, *until)?,
        BoxStep::Destroyed { on, sheets, .. } => destroyed(desk, &facts, *on, *sheets)?,
        BoxStep::Withdrawn => {
            let on_its_way = |(step, _): (ReturnStep, Date)| step != ReturnStep::Confirmed;
            rule(!facts.positions.iter().any(|position| position.returning.is_some_and(on_its_way)), Refusal::BoxReturnOpen)?;
        }
    }
    Ok(facts.last_entry)
}

/// Numbered upward from 1, each with paper, no document twice.
fn positions_are_in_order(positions: &[BoxPosition]) -> bool {
    let documents: BTreeSet<Address> = positions.iter().map(|position| position.document).collect();
    (1..=BOX_POSITIONS_MAX).contains(&positions.len())
        && positions.is_sorted_by(|a, b| a.position < b.position)
        && positions.iter().all(|position| position.position > 0 && position.sheets > 0)
        && documents.len() == positions.len()
}

/// The positions with these numbers, each named once.
fn positions_named<'a>(facts: &'a BoxFacts, numbers: &[u32]) -> Result<Vec<&'a PositionFacts>, Refusal> {
    let once: BTreeSet<u32> = numbers.iter().copied().collect();
    rule(once.len() == numbers.len(), Refusal::PositionUnknown)?;
    let named: Vec<&PositionFacts> = facts.positions.iter().filter(|position| once.contains(&position.position.position)).collect();
    rule(named.len() == numbers.len(), Refusal::PositionUnknown)?;
    Ok(named)
}

fn extension_lengthens(today: Date, facts: &BoxFacts, until: Date) -> Result<(), Refusal> {
    let in_reach = until > today && today.plus_days(REVIEW_DAYS_MAX).is_none_or(|latest| until <= latest);
    rule(in_reach && facts.extended_until.is_none_or(|before| until > before), Refusal::ExtensionMalformed)
}

/// Paper was destroyed. The report is accepted only if it was allowed; what is reported otherwise is an incident, not a routine.
fn destroyed<V: View>(desk: &mut Desk<'_, V>, facts: &BoxFacts, on: Date, sheets: u32) -> Result<(), Undecided<V::Error>> {
    rule(on <= desk.today.certain, Refusal::DestroyedInFuture)?;
    let release = release_of_box(desk.view, desk.vault, facts).readable()?;
    rule(release.state == ReleaseState::Ready, Refusal::BoxNotReleased)?;
    rule(release.first_day.is_some_and(|first| on >= first), Refusal::DestroyedTooEarly)?;
    rule(had_settled(desk.view, desk.vault, facts, on).readable()?, Refusal::DestroyedTooEarly)?;
    rule(sheets == release.sheets_left, Refusal::SheetsDiffer)?;
    Ok(())
}

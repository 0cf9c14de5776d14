//! Boxes of paper originals, and what is done with them.

use std::collections::BTreeSet;

use super::{Desk, Readable, Ruling, is_of_our_time, rule};
use crate::limits::{BOX_POSITIONS_MAX, REVIEW_DAYS_MAX};
use crate::model::retention::{BoxFacts, BoxPosition, BoxStep, Disposition, PositionFacts, ReturnStep};
use crate::model::{Address, Date, NoteId, Refusal};
use crate::policy::paper::{self, ReleaseState};
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
    rule(desk.view.batch(desk.vault, place).readable()?.is_some(), Refusal::BatchUnknown)?;
    rule(is_of_our_time(scanned_on), Refusal::DayTooEarly)?;
    rule(scanned_on <= desk.by_the_wall(), Refusal::ScannedInFuture)?;
    rule(positions_are_in_order(positions), Refusal::BoxPositionsMalformed)?;
    let counted: u64 = positions.iter().map(|position| u64::from(position.sheets)).sum();
    rule(counted == u64::from(sheets), Refusal::SheetsDiffer)?;
    for position in positions {
        let facts = desk.document(position.document)?;
        let scanned = facts.and_then(|facts| Some(facts.scan.as_ref()?.scanned_on));
        rule(scanned.is_none_or(|scanned| scanned <= scanned_on), Refusal::BoxOlderThanDocument)?;
    }
    Ok(None)
}

/// Something was done with a box.
pub(super) fn stepped<V: View>(desk: &mut Desk<'_, V>, of: Address, step: &BoxStep) -> Ruling<V::Error> {
    let facts = desk.view.paper_box(desk.vault, of).readable()?.ok_or(Refusal::BoxUnknown)?;
    // What was taken out before goes on its way, whatever has become of the box.
    let outlives_the_box = matches!(step, BoxStep::Return { step, .. } if *step > ReturnStep::Picked);
    rule(facts.disposition == Disposition::Waiting || outlives_the_box, Refusal::BoxOver)?;
    match step {
        BoxStep::Checked { positions, .. } => positions_named(&facts, positions).map(|_| ())?,
        BoxStep::Flagged { position, .. } => positions_named(&facts, &[*position]).map(|_| ())?,
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
    rule(sheets == release.sheets_left, Refusal::SheetsDiffer)?;
    Ok(())
}

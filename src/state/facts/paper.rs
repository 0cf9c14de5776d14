//! Facts of boxes of paper.

use std::sync::Arc;

use super::recorded_on;
use crate::model::command::FileNote;
use crate::model::retention::{
    BatchFacts, BoxFacts, BoxPosition, BoxStep, Disposition, Fact, Note, OriginalFlag, PositionFacts, ReturnStep,
};
use crate::model::{Address, Date, VaultId};
use crate::policy::View;

/// A note about a box was filed.
pub(super) fn noted<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    match &filed.note {
        Note::Box { batch, scanned_on, sheets, positions } => {
            let settled_on = recorded_on(view, filed.vault)?;
            let facts = BoxFacts {
                batch: *batch,
                scanned_on: *scanned_on,
                sheets: *sheets,
                extended_until: None,
                positions: positions.iter().map(as_registered).collect(),
                disposition: Disposition::Waiting,
                settled_on,
                last_entry: None,
            };
            let batch = batch_of(view, filed.vault, &facts, settled_on, |boxed| boxed.saturating_add(*sheets))?;
            Ok(with_originals(filed.address, facts, true).into_iter().chain(batch).collect())
        }
        Note::BoxStep { of, step } => {
            let Some(before) = view.paper_box(filed.vault, *of)? else { return Ok(Vec::new()) };
            let today = recorded_on(view, filed.vault)?;
            let mut facts = BoxFacts::clone(&before);
            apply(&mut facts, step, today);
            if *step == BoxStep::Withdrawn {
                let batch = batch_of(view, filed.vault, &facts, today, |boxed| boxed.saturating_sub(facts.sheets))?;
                return Ok(with_originals(*of, facts, false).into_iter().chain(batch).collect());
            }
            Ok(vec![Fact::Box(*of, Arc::new(facts))])
        }
        _ => Ok(Vec::new()),
    }
}

/// The batch of a box, in whose boxes lie more sheets than before, or fewer.
fn batch_of<V: View>(
    view: &mut V,
    vault: VaultId,
    facts: &BoxFacts,
    today: Date,
    boxed: impl Fn(u32) -> u32,
) -> Result<Option<Fact>, V::Error> {
    let Some(place) = view.note(vault, facts.batch)? else { return Ok(None) };
    let batch = view.batch(vault, place)?;
    Ok(batch.map(|batch| Fact::Batch(place, BatchFacts { boxed: boxed(batch.boxed), boxed_on: batch.boxed_on.max(Some(today)), ..batch })))
}

/// The box, and for each of its originals that it lies there, or does not any more.
fn with_originals(in_box: Address, facts: BoxFacts, on: bool) -> Vec<Fact> {
    let boxed = facts.positions.iter().map(|position| Fact::Boxed { document: position.position.document, in_box, on });
    let boxed: Vec<Fact> = boxed.collect();
    std::iter::once(Fact::Box(in_box, Arc::new(facts))).chain(boxed).collect()
}

fn as_registered(position: &BoxPosition) -> PositionFacts {
    let mut position = position.clone();
    position.flags.sort_unstable();
    position.flags.dedup();
    PositionFacts { position, qa: None, pulled: false, returning: None }
}

fn apply(facts: &mut BoxFacts, step: &BoxStep, today: Date) {
    match step {
        BoxStep::Checked { mode, result, positions } => {
            for position in named(facts, |number| positions.is_empty() || positions.contains(&number)) {
                position.qa = Some((*mode, *result));
            }
        }
        BoxStep::Flagged { position, flag, on } => {
            for position in named(facts, |number| number == *position) {
                set_flag(&mut position.position.flags, *flag, *on);
            }
        }
        BoxStep::Pulled { positions } => {
            for position in named(facts, |number| positions.contains(&number)) {
                position.pulled = true;
            }
        }
        BoxStep::Return { position, step } => {
            for position in named(facts, |number| number == *position) {
                // Nobody waits any more for what was asked for by mistake.
                position.returning = (*step != ReturnStep::Withdrawn).then_some((*step, today));
            }
        }
        BoxStep::Extended { until } => facts.extended_until = Some(*until),
        BoxStep::Destroyed { on, .. } => facts.disposition = Disposition::Destroyed(*on),
        BoxStep::Withdrawn => facts.disposition = Disposition::Withdrawn(today),
    }
    // What happens to an original on its way back changes nothing about the rest, which may be gone already.
    let on_its_way = matches!(step, BoxStep::Return { step: ReturnStep::Sent | ReturnStep::Confirmed, .. });
    if !on_its_way && !matches!(step, BoxStep::Destroyed { .. }) {
        facts.settled_on = facts.settled_on.max(today);
    }
}

fn named(facts: &mut BoxFacts, which: impl Fn(u32) -> bool) -> impl Iterator<Item = &mut PositionFacts> {
    facts.positions.iter_mut().filter(move |position| which(position.position.position))
}

fn set_flag(flags: &mut Vec<OriginalFlag>, flag: OriginalFlag, on: bool) {
    flags.retain(|set| *set != flag);
    if on {
        flags.push(flag);
        flags.sort_unstable();
    }
}

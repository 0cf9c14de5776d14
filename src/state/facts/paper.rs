//! Facts of boxes of paper.

use std::sync::Arc;

use super::recorded_on;
use crate::model::Date;
use crate::model::command::FileNote;
use crate::model::retention::{BoxFacts, BoxPosition, BoxStep, Disposition, Fact, Note, OriginalFlag, PositionFacts};
use crate::policy::View;

/// A note about a box was filed.
pub(super) fn noted<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    match &filed.note {
        Note::Box { batch, scanned_on, sheets, positions } => {
            let facts = BoxFacts {
                batch: *batch,
                scanned_on: *scanned_on,
                sheets: *sheets,
                extended_until: None,
                positions: positions.iter().map(as_registered).collect(),
                disposition: Disposition::Waiting,
                last_entry: None,
            };
            Ok(vec![Fact::Box(filed.address, Arc::new(facts))])
        }
        Note::BoxStep { of, step } => {
            let Some(before) = view.paper_box(filed.vault, *of)? else { return Ok(Vec::new()) };
            let today = recorded_on(view, filed.vault)?;
            let mut facts = BoxFacts::clone(&before);
            apply(&mut facts, step, today);
            Ok(vec![Fact::Box(*of, Arc::new(facts))])
        }
        _ => Ok(Vec::new()),
    }
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
                position.returning = Some((*step, today));
            }
        }
        BoxStep::Extended { until } => facts.extended_until = Some(*until),
        BoxStep::Destroyed { on, .. } => facts.disposition = Disposition::Destroyed(*on),
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

//! What an event adds to the facts of retention. Facts are derived: projecting the same events again in their order gives the same facts.
//!
//! Invariants:
//! - nothing here refuses: an event that `decide` has let pass has its facts, and one that it would not have let pass changes none;
//! - facts depend on the event, on the facts before it and on the recorded time, never on what clock or person asks;
//! - dates are computed here and nowhere else, by [`policy::retention`](crate::policy::retention), in the commit of what changes them.
//!
//! What is deliberately absent: writing, and removing. A fact is replaced as a whole.

mod case;
mod order;
mod paper;
mod register;
mod shard;

use crate::model::destruction::{DispositionFacts, OrderFacts};
use crate::model::retention::{BatchFacts, BoxFacts, Fact, HoldFacts, Note, TimeZone};
use crate::model::{Date, Event, LedgerIndex, VaultId};
use crate::policy::View;

pub use case::refresh;

/// The facts as they will be after `event`. Reads the facts before it through the same view that `decide` has used.
pub fn project<V: View>(view: &mut V, event: &Event) -> Result<Vec<Fact>, V::Error> {
    match event {
        Event::VaultOpened(_) | Event::AnchorAccepted(_) => Ok(Vec::new()),
        Event::CaseOpened(opened) => case::opened(view, opened),
        Event::DocumentStored(stored) => case::document_stored(view, stored),
        Event::NoteFiled { filed, .. } => match &filed.note {
            Note::Matter { .. }
            | Note::KindCorrected { .. }
            | Note::Event { .. }
            | Note::Assignment { .. }
            | Note::DocumentChecked { .. }
            | Note::QuarantineLifted { .. } => case::noted(view, filed),
            Note::Box { .. } | Note::BoxStep { .. } => paper::noted(view, filed),
            Note::OrderProposed { .. }
            | Note::OrderApproved { .. }
            | Note::OrderWithdrawn { .. }
            | Note::OrderStep { .. }
            | Note::KeysDestroyed { .. }
            | Note::CopiesGone { .. }
            | Note::DestructionReplayed { .. }
            | Note::DestructionRuleProposed { .. }
            | Note::DestructionRuleAdopted { .. }
            | Note::DestructionRuleRejected { .. } => order::noted(view, filed),
            Note::ShardSealed { .. } | Note::ShardDestroyed { .. } => shard::noted(view, filed),
            _ => register::noted(view, filed),
        },
    }
}

/// Writes the event's ledger entry into the facts of its subject, once the ledger has grown. A batch whose documents come or leave
/// quarantine is not the subject of that event, so its last entry stays.
pub fn place(event: &Event, facts: &mut [Fact], entry: LedgerIndex) {
    let Event::NoteFiled { filed, .. } = event else { return };
    let subject = filed.note.continues().unwrap_or(filed.address);
    let last_entry = Some(entry);
    for fact in facts {
        match fact {
            Fact::Hold(place, facts) if *place == subject => *facts = HoldFacts { last_entry, ..*facts },
            Fact::Batch(place, facts) if *place == subject => *facts = BatchFacts { last_entry, ..*facts },
            Fact::Box(place, facts) if *place == subject => *facts = BoxFacts { last_entry, ..BoxFacts::clone(facts) }.into(),
            Fact::Order(place, facts) if *place == subject => {
                let first = facts.entry.or(last_entry);
                *facts = OrderFacts { entry: first, last_entry, ..OrderFacts::clone(facts) }.into();
            }
            Fact::Disposition(facts) if facts.proposals.last().is_some_and(|open| open.place == subject && open.entry.is_none()) => {
                let mut with_entry = DispositionFacts::clone(facts);
                with_entry.proposals.last_mut().expect("the proposal that was just looked at must be there").entry = last_entry;
                *facts = with_entry.into();
            }
            Fact::Disposition(facts) if facts.shards.last().is_some_and(|shard| shard.place == subject && shard.entry.is_none()) => {
                let mut with_entry = DispositionFacts::clone(facts);
                with_entry.shards.last_mut().expect("the shard that was just looked at must be there").entry = last_entry;
                *facts = with_entry.into();
            }
            _ => {}
        }
    }
}

/// The day on which the event is recorded, by the calendar of the vault.
fn recorded_on<V: View>(view: &mut V, vault: VaultId) -> Result<Date, V::Error> {
    let zone = view.catalogue(vault)?.map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
    Ok(zone.day_of(view.now()))
}

#[cfg(test)]
mod tests;

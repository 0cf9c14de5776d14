//! Facts of the registers: holds, catalogues, intake.

use std::sync::Arc;

use super::recorded_on;
use crate::limits::{BACKUPS_REMEMBERED_MAX, RELEASES_REMEMBERED_MAX};
use crate::model::command::FileNote;
use crate::model::retention::{BatchFacts, Fact, HoldFacts, HoldType, Note, Target, VaultFacts};
use crate::model::{Address, Date, StampPlace, VaultId};
use crate::policy::View;

/// A note was filed in the registers.
pub(super) fn noted<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    let (vault, place) = (filed.vault, filed.address);
    match &filed.note {
        Note::HoldPlaced { kind, review_on, ends_on, targets } => {
            let placed_on = recorded_on(view, vault)?;
            let count = u32::try_from(targets.len()).unwrap_or(u32::MAX);
            let (kind, review_on, ends_on) = (*kind, *review_on, *ends_on);
            let facts = HoldFacts { kind, placed_on, review_on, ends_on, released_on: None, targets: count, last_entry: None };
            Ok(with_targets(Fact::Hold(place, facts), targets, place, kind, true))
        }
        Note::HoldReviewed { hold, review_on, ends_on } => {
            let facts = view.hold(vault, *hold)?;
            let (review_on, ends_on) = (*review_on, *ends_on);
            Ok(facts.map(|facts| Fact::Hold(*hold, HoldFacts { review_on, ends_on, ..facts })).into_iter().collect())
        }
        Note::HoldReleased { hold } => hold_released(view, vault, *hold),
        Note::ClassesProposed { .. } => change_vault(view, vault, |facts| facts.proposals.push(place)),
        Note::ClassesAdopted { proposal } => change_vault(view, vault, |facts| {
            let version = facts.catalogue.map_or(0, |(version, _)| version);
            facts.catalogue = Some((version.saturating_add(1), *proposal));
            facts.proposals.retain(|open| open != proposal);
            // Every date is computed again by a background job, which begins anew.
            facts.refreshed_below = 0;
        }),
        Note::ClassesRejected { proposal } => change_vault(view, vault, |facts| facts.proposals.retain(|open| open != proposal)),
        Note::Batch { received, documents, sheets } => batch_registered(view, vault, place, (*received, *documents, *sheets)),
        Note::BatchCompleted { batch } => batch_completed(view, vault, *batch),
        Note::IntakeReported { through } => change_vault(view, vault, |facts| facts.intake.reported_through = Some(*through)),
        Note::BackupConfirmed { through } => {
            let now = view.now();
            change_vault(view, vault, |facts| {
                facts.backed_up_through = Some(*through);
                // What was confirmed wrongly does not count for any day.
                facts.backups.retain(|(confirmed, _)| confirmed <= through);
                remember(&mut facts.backups, (*through, now), BACKUPS_REMEMBERED_MAX);
            })
        }
        Note::CheckpointStamped { stamp } => {
            let (note, since, renew_by) = (place, stamp.since, stamp.renew_by);
            Ok(vec![Fact::Stamped { size: stamp.size, place: StampPlace { note, since, renew_by } }])
        }
        _ => Ok(Vec::new()),
    }
}

fn hold_released<V: View>(view: &mut V, vault: VaultId, hold: Address) -> Result<Vec<Fact>, V::Error> {
    let now = view.now();
    let mut changed = change_vault(view, vault, |facts| remember(&mut facts.releases, (now, hold), RELEASES_REMEMBERED_MAX))?;
    let Some(facts) = view.hold(vault, hold)? else { return Ok(changed) };
    let released_on = Some(recorded_on(view, vault)?);
    let targets = view.hold_targets(vault, hold)?;
    changed.extend(with_targets(Fact::Hold(hold, HoldFacts { released_on, ..facts }), &targets, hold, facts.kind, false));
    Ok(changed)
}

/// The oldest is forgotten when there are too many.
fn remember<T>(list: &mut Vec<T>, item: T, items_max: usize) {
    list.push(item);
    list.drain(..list.len().saturating_sub(items_max));
}

fn with_targets(fact: Fact, targets: &[Target], hold: Address, kind: HoldType, on: bool) -> Vec<Fact> {
    let covered = targets.iter().map(|target| Fact::Covered { target: *target, hold, kind, on });
    std::iter::once(fact).chain(covered).collect()
}

fn batch_registered<V: View>(
    view: &mut V,
    vault: VaultId,
    place: Address,
    (received, documents, sheets): (Date, u32, u32),
) -> Result<Vec<Fact>, V::Error> {
    let facts = BatchFacts {
        received,
        documents,
        sheets,
        boxed: 0,
        boxed_on: None,
        stored: 0,
        quarantined: 0,
        complete: false,
        completed_on: None,
        last_entry: None,
    };
    let mut changed = change_vault(view, vault, |facts| facts.intake.open.push((place, received)))?;
    changed.push(Fact::Batch(place, facts));
    Ok(changed)
}

fn batch_completed<V: View>(view: &mut V, vault: VaultId, batch: Address) -> Result<Vec<Fact>, V::Error> {
    let Some(facts) = view.batch(vault, batch)? else { return Ok(Vec::new()) };
    let mut changed = change_vault(view, vault, |facts| facts.intake.open.retain(|(open, _)| *open != batch))?;
    let completed_on = Some(recorded_on(view, vault)?);
    changed.push(Fact::Batch(batch, BatchFacts { complete: true, completed_on, ..facts }));
    Ok(changed)
}

fn change_vault<V: View>(view: &mut V, vault: VaultId, change: impl FnOnce(&mut VaultFacts)) -> Result<Vec<Fact>, V::Error> {
    let mut facts = VaultFacts::clone(&*view.vault_facts(vault)?);
    change(&mut facts);
    Ok(vec![Fact::Vault(Arc::new(facts))])
}

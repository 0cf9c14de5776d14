//! Whether everything that lets a box go was so on an earlier day already (BSI TR-03138, A.SC.8). A report of destruction comes some days
//! after the deed; what was stored, checked, cleared, backed up or released only in between cannot have permitted it.
//!
//! What is deliberately absent: whether the box may go today, which is asked first. Only then are the days here all there are.

use super::View;
use super::paper::is_out;
use crate::limits::RELEASES_REMEMBERED_MAX;
use crate::model::retention::{BoxFacts, DocumentFacts, MatterNumber, Part, Target, TimeZone};
use crate::model::{Address, Date, Timestamp, VaultId};

/// Whether all conditions of a box that may go today held on this day.
pub(super) fn had_settled<V: View>(view: &mut V, vault: VaultId, facts: &BoxFacts, on: Date) -> Result<bool, V::Error> {
    let zone = view.catalogue(vault)?.map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
    let batch = match view.note(vault, facts.batch)? {
        Some(place) => view.batch(vault, place)?,
        None => None,
    };
    let was_complete = batch.is_some_and(|batch| batch.completed_on.is_some_and(|day| day <= on));
    let was_boxed = batch.is_some_and(|batch| batch.boxed_on.is_some_and(|day| day <= on));
    if facts.settled_on > on || !was_complete || !was_boxed {
        return Ok(false);
    }
    let mut parts = Vec::new();
    let mut last_stored: Option<Timestamp> = None;
    for position in facts.positions.iter().filter(|position| !is_out(position)) {
        let document = position.position.document;
        let known = view.document_facts(vault, document)?;
        let stored_at = view.stored_at(vault, document)?;
        let checked_later = known.as_deref().and_then(|known| known.settled_on).is_some_and(|day| day > on);
        if checked_later || stored_at.is_none_or(|stored_at| zone.day_of(stored_at) > on) {
            return Ok(false);
        }
        last_stored = last_stored.max(stored_at);
        parts.extend(parts_of(document, known.as_deref()));
    }
    let backups = &view.vault_facts(vault)?.backups;
    let backed_up = |through: Timestamp| last_stored.is_none_or(|stored_at| stored_at < through);
    let in_time = backups.iter().any(|(through, confirmed_at)| backed_up(*through) && zone.day_of(*confirmed_at) <= on);
    Ok((in_time || parts.is_empty()) && !was_held(view, vault, &mut parts, on, &zone)?)
}

/// Every part of a case through which a hold covers a document.
fn parts_of(document: Address, known: Option<&DocumentFacts>) -> Vec<Target> {
    let matters = known.map_or_else(|| vec![MatterNumber::DEFAULT], DocumentFacts::belongs_to);
    let parts = [Part::Whole, Part::Document(document.document)].into_iter().chain(matters.into_iter().map(Part::Matter));
    parts.map(|part| Target { case: document.case, part }).collect()
}

/// Whether a hold that was released later covered one of these on that day. Releases that are not remembered any more count as if they had.
fn was_held<V: View>(view: &mut V, vault: VaultId, parts: &mut [Target], on: Date, zone: &TimeZone) -> Result<bool, V::Error> {
    parts.sort_unstable();
    let facts = view.vault_facts(vault)?;
    let later = |time: &Timestamp| zone.day_of(*time) > on;
    if facts.releases.len() >= RELEASES_REMEMBERED_MAX && facts.releases.first().is_some_and(|(time, _)| later(time)) {
        return Ok(true);
    }
    for (_, hold) in facts.releases.iter().filter(|(time, _)| later(time)) {
        let stopped = view.hold(vault, *hold)?.is_some_and(|facts| facts.kind.stops_destruction() && facts.placed_on <= on);
        if stopped && view.hold_targets(vault, *hold)?.iter().any(|target| parts.binary_search(target).is_ok()) {
            return Ok(true);
        }
    }
    Ok(false)
}

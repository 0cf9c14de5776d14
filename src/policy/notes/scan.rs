//! Scanned documents: what quality assurance found, and who has cleared what the scan gate found.

use super::{Desk, Readable, is_of_our_time, rule};
use crate::limits::DOCUMENT_DATE_YEARS_AHEAD_MAX;
use crate::model::retention::{DocumentFacts, ScanFacts, Today};
use crate::model::{Address, PersonTag, Refusal, VaultId};
use crate::policy::{Undecided, View};

/// Somebody has compared a document with its original.
pub(super) fn checked<V: View>(desk: &mut Desk<'_, V>, address: Address) -> Result<(), Undecided<V::Error>> {
    let facts = desk.document(address)?;
    rule(facts.is_some_and(|facts| facts.scan.is_some()), Refusal::DocumentNotScanned)?;
    Ok(())
}

/// Somebody answers for a document in which the scan gate has found a defect.
pub(super) fn lifted<V: View>(desk: &mut Desk<'_, V>, address: Address, person: Option<PersonTag>) -> Result<(), Undecided<V::Error>> {
    let facts = desk.document(address)?;
    let defects = facts.and_then(|facts| Some(!facts.scan.as_ref()?.defects.is_empty()));
    rule(defects == Some(true), Refusal::DocumentNotQuarantined)?;
    rule(person.is_some(), Refusal::PersonRequired)?;
    Ok(())
}

/// What a new document says about receipt and scanning has happened. Its own date may lie ahead, as that of a letter can, but not so far
/// that a period which counts from it would never end.
pub(in crate::policy) fn days_have_come(facts: &DocumentFacts, today: Today) -> Result<(), Refusal> {
    let today = today.wall.max(today.certain);
    rule(facts.received.is_none_or(is_of_our_time), Refusal::DayTooEarly)?;
    let latest = today.plus_months(DOCUMENT_DATE_YEARS_AHEAD_MAX * 12);
    rule(facts.dated.zip(latest).is_none_or(|(dated, latest)| dated <= latest), Refusal::DocumentDateTooFar)?;
    rule(facts.received.is_none_or(|day| day <= today), Refusal::ReceivedInFuture)?;
    rule(facts.scan.as_ref().is_none_or(|scan| scan.scanned_on <= today), Refusal::ScannedInFuture)
}

/// The batch of a new document is open: a batch that is complete has let the watermark pass.
pub(in crate::policy) fn batch_is_open<V: View>(view: &mut V, vault: VaultId, scan: &ScanFacts) -> Result<(), Undecided<V::Error>> {
    let Some(batch) = scan.batch else { return Ok(()) };
    let place = view.note(vault, batch).readable()?.ok_or(Refusal::BatchUnknown)?;
    let batch = view.batch(vault, place).readable()?.ok_or(Refusal::BatchUnknown)?;
    Ok(rule(!batch.complete, Refusal::BatchOver)?)
}

//! One case or document of a running archive: does its receipt verify, does its opening open the entry, are the bytes the ones that
//! the entry commits to.

use ring::digest::{Context, SHA256};

use super::ledger::Facts;
use super::{Check, RemoteArchive, RemoteCase, RemoteDocument, RemoteOpening};
use crate::ledger::{Entry, EventCode, OpenedCase, StoredDocument, UnverifiedReceipt, VerifiedReceipt};
use crate::model::{CaseId, LedgerIndex, Timestamp};
use crate::verify::report::Counts;
use crate::verify::{catalogue, description};

/// What a listing says about the entry of a case or document.
struct Claimed {
    place: String,
    event: EventCode,
    entry: LedgerIndex,
    ledger_size: u64,
    at: Timestamp,
}

/// Checks one case.
pub(super) fn check_case<R: RemoteArchive>(check: &Check<R>, facts: &Facts, case: &RemoteCase) {
    let place = format!("{} case {}", check.place, case.id);
    let claimed = Claimed { place, event: EventCode::CaseOpen, entry: case.entry, ledger_size: case.ledger_size, at: case.opened_at };
    let receipt = check.fetched(&claimed.place, check.remote.receipt(case.id, None));
    let Some(entry) = receipt.and_then(|receipt| proven_entry(check, facts, &claimed, &receipt)) else { return };
    let Some(opening) = check.fetched(&claimed.place, check.remote.opening(case.id, None)) else { return };
    if opens(check, &claimed, &entry, &opening, &OpenedCase::FIELDS) {
        says(check, &claimed, &opening, "sub.case", |value| value == case.id.to_string().as_bytes());
        says(check, &claimed, &opening, "sub.description", |value| description::members(value).as_ref() == Some(&case.description));
    }
    check.collector.count(&Counts { cases: 1, receipts: 1, ..Counts::default() });
}

/// Checks one document.
pub(super) fn check_document<R: RemoteArchive>(check: &Check<R>, facts: &Facts, case: CaseId, document: &RemoteDocument) {
    let place = format!("{} document {}", check.place, document.id);
    let (entry, ledger_size, at) = (document.entry, document.ledger_size, document.stored_at);
    let claimed = Claimed { place, event: EventCode::DocumentStore, entry, ledger_size, at };
    check_content(check, &claimed.place, case, document);
    let receipt = check.fetched(&claimed.place, check.remote.receipt(case, Some(document.id)));
    let Some(entry) = receipt.and_then(|receipt| proven_entry(check, facts, &claimed, &receipt)) else { return };
    check.collector.count(&Counts { receipts: 1, ..Counts::default() });
    let Some(opening) = check.fetched(&claimed.place, check.remote.opening(case, Some(document.id))) else { return };
    if opens(check, &claimed, &entry, &opening, &StoredDocument::FIELDS) {
        says(check, &claimed, &opening, "sub.case", |value| value == case.to_string().as_bytes());
        says(check, &claimed, &opening, "sub.document", |value| value == document.id.to_string().as_bytes());
        says(check, &claimed, &opening, "sub.sha256", |value| value == document.sha256.as_bytes());
        says(check, &claimed, &opening, "sub.size", |value| value == document.bytes.to_string().as_bytes());
        says(check, &claimed, &opening, "sub.type", |value| value == document.media_type.as_bytes());
        says(check, &claimed, &opening, "sub.description", |value| description::members(value).as_ref() == Some(&document.description));
    }
}

fn check_content<R: RemoteArchive>(check: &Check<R>, place: &str, case: CaseId, document: &RemoteDocument) {
    let (mut hash, mut bytes) = (Context::new(&SHA256), 0);
    let mut take = |piece: &[u8]| {
        hash.update(piece);
        bytes += piece.len() as u64;
    };
    if check.fetched(place, check.remote.content(case, document.id, &mut take)).is_none() {
        return;
    }
    check.collector.count(&Counts { documents: 1, plain_bytes: bytes, ..Counts::default() });
    if bytes != document.bytes {
        check.collector.found(catalogue::SIZE_DIFFERS, place, format!("{bytes} bytes came, the record says {}", document.bytes));
    }
    if hash.finish().as_ref() != document.sha256.as_bytes() {
        check.collector.found(catalogue::CONTENT_DIFFERS, place, "the bytes that came do not have the SHA-256 in the record");
    }
}

/// The entry that a receipt proves, if it is the one that the record claims.
fn proven_entry<R: RemoteArchive>(check: &Check<R>, facts: &Facts, claimed: &Claimed, receipt: &[u8]) -> Option<Entry> {
    let invalid = |text: String| check.collector.found(catalogue::RECEIPT_INVALID, &claimed.place, text);
    let key = facts.key.as_ref()?;
    let verified = UnverifiedReceipt::parse(receipt).and_then(|receipt| receipt.verify(key));
    let VerifiedReceipt { entry, index, checkpoint } = verified.map_err(|error| invalid(error.to_string())).ok()?;
    let (size, root) = (checkpoint.checkpoint().size(), checkpoint.checkpoint().root());
    if (index, size) != (claimed.entry, claimed.ledger_size) {
        let text = format!("it proves entry {} of {size}, the record says {} of {}", index.0, claimed.entry.0, claimed.ledger_size);
        invalid(text);
        return None;
    }
    if facts.roots.get(&size).is_some_and(|recomputed| *recomputed != root) {
        invalid(format!("at size {size} it has another root than the ledger: there were two histories"));
        return None;
    }
    let entry = Entry::parse(&entry).map_err(|error| invalid(error.to_string())).ok()?;
    if (entry.event, entry.time) != (claimed.event, claimed.at) {
        invalid(format!(
            "the entry is {} at {}, the record says {} at {}",
            entry.event.as_str(),
            entry.time,
            claimed.event.as_str(),
            claimed.at
        ));
        return None;
    }
    Some(entry)
}

/// Whether an opening opens every commitment of the entry, and nothing else.
fn opens<R: RemoteArchive>(check: &Check<R>, claimed: &Claimed, entry: &Entry, opening: &RemoteOpening, fields: &[&str]) -> bool {
    let differs = |text: String| check.collector.found(catalogue::OPENING_DIFFERS, &claimed.place, text);
    if (opening.entry, opening.id) != (claimed.entry, entry.id) {
        differs(format!("it is of entry {} instead of {}", opening.entry.0, claimed.entry.0));
        return false;
    }
    let mut names: Vec<&str> = opening.fields.iter().map(|field| field.field.as_str()).collect();
    names.sort_unstable();
    if names != fields {
        differs(format!("it has the fields {} instead of {}", names.join(", "), fields.join(", ")));
        return false;
    }
    let closed = opening.fields.iter().find(|field| !entry.commitment(&field.field).is_some_and(|commitment| field.opens(commitment)));
    if let Some(field) = closed {
        differs(format!("{} is not what the ledger commits to", field.field));
    }
    closed.is_none()
}

/// Whether an opened value is the one that the record shows. The value itself stays out of the finding.
fn says<R: RemoteArchive>(check: &Check<R>, claimed: &Claimed, opening: &RemoteOpening, field: &str, right: impl Fn(&[u8]) -> bool) {
    let value = opening.fields.iter().find(|opened| opened.field == field);
    if !value.is_some_and(|opened| right(&opened.value)) {
        let text = format!("the ledger commits to another {field} than the record shows");
        check.collector.found(catalogue::OPENING_DIFFERS, &claimed.place, text);
    }
}

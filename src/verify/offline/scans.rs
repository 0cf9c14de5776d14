//! Scanned documents: does the scan gate still find in them what was recorded when they came?
//!
//! A gate of another version may see more or less, so a difference is for somebody to look at, and not proof that something was changed.

use super::{Check, VaultScope};
use crate::model::DocumentRecord;
use crate::model::retention::{Note, ScanDefect};
use crate::store::{Column, codec, key};
use crate::verify::catalogue;

/// Compares the recorded defects of a document with those that were found in its content just now.
pub(super) fn compare(check: &Check, scope: &VaultScope, place: &str, record: &DocumentRecord, found: &[ScanDefect]) {
    let facts = check.store.document_facts(scope.record.id, record.address);
    // Facts that are missing or unreadable are found where facts are computed again.
    let Some(recorded) = facts.ok().flatten().and_then(|facts| facts.scan).map(|scan| scan.defects) else { return };
    if recorded == found || (recorded.is_empty() && is_lifted(check, scope, record)) {
        return;
    }
    let text = format!("recorded is {}; the scan gate finds {}", words(&recorded), words(found));
    check.found(catalogue::DEFECTS_DIFFER, place, text);
}

/// Whether somebody has cleared the defects. Asked only where they differ.
fn is_lifted(check: &Check, scope: &VaultScope, record: &DocumentRecord) -> bool {
    let prefix = key::case(scope.record.id, record.address.case);
    let Ok(rows) = check.store.rows(Column::Notes, &prefix, None) else { return false };
    let notes = rows.map_while(Result::ok).filter_map(|(_, value)| codec::decode_note(&value).ok());
    let lifted = Note::QuarantineLifted { document: record.address.document };
    notes.into_iter().any(|record| record.note == lifted)
}

fn words(defects: &[ScanDefect]) -> String {
    let names: Vec<&str> = defects.iter().map(|defect| defect.as_str()).collect();
    if names.is_empty() { "no defect".to_owned() } else { names.join(", ") }
}

//! Document records: their rules and entries in one thread, their sealed details and content in several.

use std::sync::Arc;

use super::evidence::{self, Sealed};
use super::ledger::Ledger;
use super::{Check, VaultScope, content, row_place, scans};
use crate::gate::{Inspector, ScanExpectations};
use crate::ledger::StoredDocument;
use crate::limits::VERIFY_BATCH_DOCUMENTS;
use crate::model::{CaseNumber, CaseRecord, DocumentRecord};
use crate::policy::invariants;
use crate::store::{Column, codec, key};
use crate::verify::pool::in_threads;
use crate::verify::report::Counts;
use crate::verify::{catalogue, description};

/// A document whose record was checked, with its case, for the part that takes keys.
struct Job {
    record: DocumentRecord,
    case: CaseRecord,
}

/// Checks every document of a vault and takes its entry; answers how many there are.
pub(super) fn check(check: &Arc<Check>, scope: &VaultScope, ledger: &mut Ledger, threads: usize) -> u64 {
    let (mut batch, mut documents) = (Vec::new(), 0);
    let mut case: Option<CaseRecord> = None;
    let (worker_check, worker_scope) = (Arc::clone(check), scope.clone());
    let work = move |batch: Vec<Job>| check_batch(&worker_check, &worker_scope, &batch);
    let whole = in_threads(threads, work, |hand_over| {
        for (row, value) in check.rows(Column::Documents, &scope.record.id.0) {
            documents += 1;
            let Some(record) = check.decoded(Column::Documents, &row, codec::decode_document(&value)) else { continue };
            check_record(check, scope, &row, &record, ledger);
            if case.as_ref().is_none_or(|case| case.number != record.address.case) {
                case = case_of(check, scope, &record, record.address.case);
            }
            let Some(case) = &case else { continue };
            if let Err(violation) = invariants::document_is_in_tree_of_case(&record, case) {
                check.found(catalogue::RECORD_INVARIANT, place(scope, &record), violation.to_string());
            }
            batch.push(Job { record, case: case.clone() });
            if batch.len() == VERIFY_BATCH_DOCUMENTS {
                hand_over(std::mem::take(&mut batch));
            }
        }
        hand_over(std::mem::take(&mut batch));
    });
    if !whole {
        check.found(catalogue::CHECK_ENDED_EARLY, &scope.place, "a thread of the check ended early; not all documents were checked");
    }
    documents
}

fn check_batch(check: &Check, scope: &VaultScope, batch: &[Job]) {
    let mut counts = Counts::default();
    batch.iter().for_each(|job| check_sealed(check, scope, job, &mut counts));
    check.collector.count(&counts);
}

fn place(scope: &VaultScope, record: &DocumentRecord) -> String {
    let (case, number) = (record.address.case.get(), record.address.document.get());
    format!("{} document {} (case {case}, number {number})", scope.place, record.id)
}

fn case_of(check: &Check, scope: &VaultScope, record: &DocumentRecord, number: CaseNumber) -> Option<CaseRecord> {
    let case = check.read("column cases", check.store.case(scope.record.id, number))?;
    if case.is_none() {
        let text = format!("there is no case {}; the document was not opened", number.get());
        check.found(catalogue::CASE_MISSING, place(scope, record), text);
    }
    case
}

/// Everything about the record that takes no keys.
fn check_record(check: &Check, scope: &VaultScope, row: &[u8], record: &DocumentRecord, ledger: &mut Ledger) {
    let place = place(scope, record);
    if *row != *key::document(scope.record.id, record.address) {
        check.found(catalogue::ROW_MISPLACED, row_place(Column::Documents, row), format!("the record of {place} lies under another key"));
    }
    if let Err(violation) = invariants::document_holds(record, ledger.size) {
        check.found(catalogue::RECORD_INVARIANT, &place, violation.to_string());
    }
    if !ledger.documents.take(record.entry.0) {
        let text = format!("entry {} of the ledger is not the storing of a document, or belongs to another record", record.entry.0);
        check.found(catalogue::RECORD_WITHOUT_ENTRY, &place, text);
    }
    match check.read("column document_ids", check.store.document_address(scope.record.id, record.id)) {
        Some(None) => check.found(catalogue::INDEX_MISSING, &place, "column document_ids does not lead to the document"),
        Some(Some(address)) if address != record.address => {
            check.found(catalogue::INDEX_DIFFERS, &place, "column document_ids leads to another document");
        }
        _ => {}
    }
    let owner = check.read("column owners", check.store.owner(record.content.seq));
    if owner.is_some_and(|owner| owner != Some((scope.record.id, record.address))) {
        let text = format!("column owners does not name the document for content {}", record.content.seq.0);
        check.found(catalogue::OWNER_DIFFERS, &place, text);
    }
}

/// Everything that takes the document's keys.
fn check_sealed(check: &Check, scope: &VaultScope, job: &Job, counts: &mut Counts) {
    let Job { record, case } = job;
    let place = place(scope, record);
    let sealed = Sealed { opening_year: record.opening_year, address: record.address, id: *record.id.as_bytes(), header: &record.header };
    let Some(opener) = evidence::opener(check, scope, &place, &sealed) else { return };
    let opened = opener.open_description(&record.sealed_details).map_err(|error| error.to_string());
    let details = match opened.and_then(|bytes| codec::decode_details(&bytes).map_err(|error| error.to_string())) {
        Ok(details) => details,
        Err(error) => return check.found(catalogue::DETAILS_DAMAGED, &place, error),
    };
    let description = description::document(details.description.as_bytes());
    if description.is_none() {
        check.found(catalogue::DETAILS_DAMAGED, &place, "the description is not canonical");
    }
    if let Some(actor) = evidence::actor_key(check, scope, &place, &details.stored_by) {
        let subject = evidence::subject_key(&opener);
        let stored = StoredDocument {
            application: details.stored_by.application.as_str(),
            case: case.id,
            document: record.id,
            description: details.description.as_bytes(),
            sha256: &details.sha256,
            size_bytes: record.plain_bytes,
            media_type: details.media_type.as_str(),
        };
        evidence::compare(check, scope, &place, (record.entry, record.stored_at), |id| stored.prepare(record.handle, id, &subject, &actor));
    }
    let scan = description.and_then(|description| description.scan);
    let mut inspector = scan.map(|scan| Inspector::new(details.media_type.as_str(), ScanExpectations::from(&scan)));
    let expected = content::Expected { sha256: &details.sha256, inspector: inspector.as_mut() };
    let whole = content::check_frames(check, &place, record, &opener, expected, counts);
    if let Some(inspector) = inspector.filter(|_| whole) {
        scans::compare(check, scope, &place, record, &inspector.finish().defects);
    }
    counts.documents += 1;
}

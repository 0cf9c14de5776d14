//! Case records: their rules, their entries, their sealed details, and the two ways to find them.

use super::evidence::{self, Sealed};
use super::ledger::Ledger;
use super::{Check, VaultScope, row_place};
use crate::ledger::OpenedCase;
use crate::model::{Address, CaseDetails, CaseRecord};
use crate::policy::invariants;
use crate::store::{Column, codec, key};
use crate::verify::report::Counts;
use crate::verify::{catalogue, description};

/// Checks every case of a vault and takes its entry.
pub(super) fn check(check: &Check, scope: &VaultScope, ledger: &mut Ledger) {
    for (row, value) in check.rows(Column::Cases, &scope.record.id.0) {
        let Some(record) = check.decoded(Column::Cases, &row, codec::decode_case(&value)) else { continue };
        if *row != *key::case(scope.record.id, record.number) {
            let text = format!("the record of case {} lies under another key", record.number.get());
            check.found(catalogue::ROW_MISPLACED, row_place(Column::Cases, &row), text);
        }
        let place = place(scope, &record);
        if let Err(violation) = invariants::case_holds(&record, ledger.size) {
            check.found(catalogue::RECORD_INVARIANT, &place, violation.to_string());
        }
        if !ledger.cases.take(record.entry.0) {
            let text = format!("entry {} of the ledger is not the opening of a case, or belongs to another record", record.entry.0);
            check.found(catalogue::RECORD_WITHOUT_ENTRY, &place, text);
        }
        check_indexes(check, scope, &place, &record);
        check_sealed(check, scope, &place, &record);
    }
}

fn place(scope: &VaultScope, record: &CaseRecord) -> String {
    format!("{} case {} (number {})", scope.place, record.id, record.number.get())
}

fn check_indexes(check: &Check, scope: &VaultScope, place: &str, record: &CaseRecord) {
    let by_id = check.store.case_number(scope.record.id, record.id);
    let by_reference = check.store.case_number_by_reference(scope.record.id, &record.reference_tag);
    for (column, found) in [(Column::CaseIds, by_id), (Column::CaseRefs, by_reference)] {
        match check.read(&format!("column {}", column.name()), found) {
            Some(None) => check.found(catalogue::INDEX_MISSING, place, format!("column {} does not lead to the case", column.name())),
            Some(Some(number)) if number != record.number => {
                check.found(catalogue::INDEX_DIFFERS, place, format!("column {} leads to case {}", column.name(), number.get()));
            }
            _ => {}
        }
    }
}

/// Everything that takes the keys of the case.
fn check_sealed(check: &Check, scope: &VaultScope, place: &str, record: &CaseRecord) {
    let address = Address::of_case(record.number);
    let sealed = Sealed { opening_year: record.opening_year, address, id: *record.id.as_bytes(), header: &record.header };
    let Some(opener) = evidence::opener(check, scope, place, &sealed) else { return };
    let opened = opener.open_description(&record.sealed_details).map_err(|error| error.to_string());
    let details = match opened.and_then(|bytes| codec::decode_case_details(&bytes).map_err(|error| error.to_string())) {
        Ok(details) => details,
        Err(error) => return check.found(catalogue::DETAILS_DAMAGED, place, error),
    };
    check_reference(check, scope, place, record, &details);
    if let Some(actor) = evidence::actor_key(check, scope, place, &details.opened_by) {
        let subject = evidence::subject_key(&opener);
        let opened = OpenedCase {
            application: details.opened_by.application.as_str(),
            case: record.id,
            description: details.description.as_bytes(),
        };
        evidence::compare(check, scope, place, (record.entry, record.opened_at), |id| opened.prepare(record.handle, id, &subject, &actor));
    }
    check.collector.count(&Counts { cases: 1, ..Counts::default() });
}

fn check_reference(check: &Check, scope: &VaultScope, place: &str, record: &CaseRecord, details: &CaseDetails) {
    let Some(reference) = description::member(details.description.as_bytes(), "reference") else {
        check.found(catalogue::DETAILS_DAMAGED, place, "the description is not canonical or has no reference");
        return;
    };
    let Some(keys) = check.keyring.as_ref().and_then(|keyring| keyring.vault_keys(scope.record.id).ok()) else { return };
    if keys.reference_tag(&reference) != record.reference_tag {
        check.found(catalogue::REFERENCE_DIFFERS, place, "the case is filed under the tag of another reference than its own");
    }
}

//! Indexes from the other side: every row leads to a record that it belongs to, and every row belongs to a vault.

use super::{Check, VaultScope, row_place};
use crate::model::{Address, VaultId, VaultRecord};
use crate::store::{Column, codec};
use crate::verify::catalogue;

/// Bytes of a vault's id at the start of a key.
const VAULT_BYTES: usize = 16;

/// Columns whose keys start with the id of a vault.
const OF_A_VAULT: [Column; 24] = [
    Column::VaultIds,
    Column::Cases,
    Column::CaseIds,
    Column::CaseRefs,
    Column::Documents,
    Column::DocumentIds,
    Column::Ledger,
    Column::Tiles,
    Column::Heads,
    Column::Notes,
    Column::NoteIds,
    Column::Dossiers,
    Column::DocumentFacts,
    Column::Registers,
    Column::VaultFacts,
    Column::Agenda,
    Column::Held,
    Column::Tombstones,
    Column::Dispositions,
    Column::Boxed,
    Column::Stamped,
    Column::Accesses,
    Column::AccessesOf,
    Column::Cosigned,
];

/// Follows every index row of a vault to its record.
pub(super) fn check(check: &Check, scope: &VaultScope) {
    let vault = scope.record.id;
    for (row, value) in check.rows(Column::CaseIds, &vault.0) {
        let Some(number) = check.decoded(Column::CaseIds, &row, codec::decode_case_number(&value)) else { continue };
        let case = check.read("column cases", check.store.case(vault, number)).flatten();
        let found = case.map(|case| *case.id.as_bytes()).or_else(|| buried(check, scope, Address::of_case(number)));
        report(check, Column::CaseIds, &row, found.is_some_and(|id| row[VAULT_BYTES..] == id));
    }
    for (row, value) in check.rows(Column::CaseRefs, &vault.0) {
        let Some(number) = check.decoded(Column::CaseRefs, &row, codec::decode_case_number(&value)) else { continue };
        let case = check.read("column cases", check.store.case(vault, number)).flatten();
        report(check, Column::CaseRefs, &row, case.is_some_and(|case| row[VAULT_BYTES..] == case.reference_tag));
    }
    for (row, value) in check.rows(Column::DocumentIds, &vault.0) {
        let Some(address) = check.decoded(Column::DocumentIds, &row, codec::decode_u64(&value)).map(Address::from_u64) else { continue };
        let document = check.read("column documents", check.store.document(vault, address)).flatten();
        let found = document.map(|document| *document.id.as_bytes()).or_else(|| buried(check, scope, address));
        report(check, Column::DocumentIds, &row, found.is_some_and(|id| row[VAULT_BYTES..] == id));
    }
    for (row, value) in check.rows(Column::NoteIds, &vault.0) {
        let Some(place) = check.decoded(Column::NoteIds, &row, codec::decode_u64(&value)).map(Address::from_u64) else { continue };
        let note = check.read("column notes", check.store.note(vault, place)).flatten();
        report(check, Column::NoteIds, &row, note.is_some_and(|note| row[VAULT_BYTES..] == *note.id.as_bytes()));
    }
}

/// The id in the tombstone at this address: random ids stay when everything else goes, so that whoever asks is told.
fn buried(check: &Check, scope: &VaultScope, address: Address) -> Option<[u8; 16]> {
    check.read("column tombstones", check.store.tombstone(scope.record.id, address)).flatten().map(|tombstone| tombstone.id)
}

fn report(check: &Check, column: Column, row: &[u8], leads_home: bool) {
    if !leads_home {
        check.found(catalogue::INDEX_DIFFERS, row_place(column, row), "the row leads to no record, or to one that it does not belong to");
    }
}

/// Reports rows of vaults that do not exist. Skips over the rows of those that do.
pub(super) fn check_strays(check: &Check, vaults: &[VaultRecord]) {
    for column in OF_A_VAULT {
        let place = format!("column {}", column.name());
        let mut from = Some([0; VAULT_BYTES]);
        while let Some(start) = from {
            let row = check.read(&place, check.store.rows(column, &[], Some(&start))).and_then(|mut rows| rows.next());
            let Some((key, _)) = row.and_then(|row| check.read(&place, row)) else { break };
            let Some(vault) = key.get(..VAULT_BYTES).and_then(VaultId::from_slice) else {
                check.found(catalogue::ROW_UNREADABLE, row_place(column, &key), "the key is too short");
                break;
            };
            if !vaults.iter().any(|known| known.id == vault) {
                check.found(catalogue::ROW_WITHOUT_VAULT, row_place(column, &key), "there is no vault with this id");
            }
            from = u128::from_be_bytes(vault.0).checked_add(1).map(u128::to_be_bytes);
        }
    }
}

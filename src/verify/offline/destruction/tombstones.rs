//! From the tombstones: each stands for an entry of the ledger, in the place of something that is not there, and without its key.

use super::super::ledger::Ledger;
use super::super::{Check, VaultScope, row_place};
use super::Condemnations;
use super::steps::is_of_document;
use crate::keys::TreeId;
use crate::ledger::Entry;
use crate::model::destruction::{Condemned, Tombstone};
use crate::model::retention::Note;
use crate::model::{Address, CaseId, DocumentId};
use crate::policy::invariants;
use crate::store::key::LogKey;
use crate::store::{Column, codec, key};
use crate::verify::catalogue;
use crate::verify::report::Counts;

/// Checks every tombstone of a vault and takes the entry that it stands for; answers how many there are.
pub(super) fn check(check: &Check, scope: &VaultScope, ledger: &mut Ledger, condemnations: &Condemnations) -> u64 {
    let mut buried = 0;
    for (row, value) in check.rows(Column::Tombstones, &scope.record.id.0) {
        buried += 1;
        let Some((_, address)) = key::parse_document(&row) else {
            check.found(catalogue::ROW_UNREADABLE, row_place(Column::Tombstones, &row), "the key is not that of a tombstone");
            continue;
        };
        let Some(tombstone) = check.decoded(Column::Tombstones, &row, codec::decode_tombstone(&value)) else { continue };
        let grave = Grave { check, scope, address, tombstone };
        grave.take_entry(ledger);
        grave.check_entry(ledger.size);
        grave.check_index();
        if !condemnations.keyed.contains(&grave.tombstone.step) {
            grave.check_key();
        }
    }
    check.collector.count(&Counts { destroyed: buried, ..Counts::default() });
    buried
}

/// A tombstone in its place.
struct Grave<'a> {
    check: &'a Check,
    scope: &'a VaultScope,
    address: Address,
    tombstone: Tombstone,
}

impl Grave<'_> {
    fn place(&self) -> String {
        format!("{} tombstone of case {} number {}", self.scope.place, self.address.case.get(), self.address.document.get())
    }

    fn differs(&self, text: impl Into<String>) {
        self.check.found(catalogue::TOMBSTONE_DIFFERS, self.place(), text);
    }

    fn take_entry(&self, ledger: &mut Ledger) {
        let claims = match self.address {
            address if address.is_of_note() => &mut ledger.notes,
            address if is_of_document(address) => &mut ledger.documents,
            _ => &mut ledger.cases,
        };
        if !claims.take(self.tombstone.entry.0) {
            let text = format!("entry {} of the ledger is of another event, or belongs to another record", self.tombstone.entry.0);
            self.differs(text);
        }
    }

    /// The entry cannot be opened any more; what it says in clear must be what the tombstone says.
    fn check_entry(&self, ledger_size: u64) {
        let Tombstone { handle, stored_at, entry: index, receipt_size, .. } = self.tombstone;
        if let Err(violation) = invariants::entry_is_in_ledger(index, receipt_size, ledger_size) {
            self.differs(violation.to_string());
        }
        let stored = self.check.store.entry(LogKey::life_cycle(self.scope.record.id), index);
        // What is missing or malformed was found when the ledger was read.
        let Some(entry) = stored.ok().flatten().and_then(|bytes| Entry::parse(&bytes).ok()) else { return };
        if (entry.handle, entry.time) != (handle, stored_at) {
            self.differs(format!("entry {} of the ledger has another handle or another time", index.0));
        }
    }

    /// The random id still leads here, so that whoever asks is told; that of a note is free again.
    fn check_index(&self) {
        let (vault, store, id) = (self.scope.record.id, &self.check.store, self.tombstone.id);
        if self.address.is_of_note() {
            return;
        }
        let found = if is_of_document(self.address) {
            self.check.read("column document_ids", store.document_address(vault, DocumentId::from_bytes(id)))
        } else {
            let number = self.check.read("column case_ids", store.case_number(vault, CaseId::from_bytes(id)));
            number.map(|number| number.map(Address::of_case))
        };
        match found {
            Some(None) => self.check.found(catalogue::INDEX_MISSING, self.place(), "its id leads nowhere"),
            Some(Some(address)) if address != self.address => {
                self.check.found(catalogue::INDEX_DIFFERS, self.place(), "its id leads to something else");
            }
            _ => {}
        }
    }

    fn check_key(&self) {
        let tree = TreeId::cases(self.scope.record.id, self.tombstone.opening_year);
        // A tree that is not there derives nothing.
        if self.check.keyring.as_ref().is_some_and(|keyring| keyring.covers(tree, self.address).unwrap_or(false)) {
            let text = "its key is derivable, and no step says that this is still to end";
            self.check.found(catalogue::DESTROYED_KEY_EXISTS, self.place(), text);
        }
    }
}

/// Names the tombstones that no step has left. Those of one case stand together, so the last step is kept at hand.
pub(super) fn check_unfounded(check: &Check, scope: &VaultScope) {
    let mut last: Option<(Address, Vec<Condemned>)> = None;
    for (row, value) in check.rows(Column::Tombstones, &scope.record.id.0) {
        let (Some((_, address)), Ok(tombstone)) = (key::parse_document(&row), codec::decode_tombstone(&value)) else { continue };
        if last.as_ref().is_none_or(|(step, _)| *step != tombstone.step) {
            last = Some((tombstone.step, condemned_by(check, scope, tombstone.step)));
        }
        let founded = last.as_ref().is_some_and(|(_, condemned)| condemned.iter().any(|item| covers(item, address)));
        if !founded {
            let place = Grave { check, scope, address, tombstone }.place();
            check.found(catalogue::TOMBSTONE_UNFOUNDED, place, "no step of an order condemns what it stands for");
        }
    }
}

fn condemned_by(check: &Check, scope: &VaultScope, step: Address) -> Vec<Condemned> {
    match check.store.note(scope.record.id, step).ok().flatten().map(|record| record.note) {
        Some(Note::OrderStep { condemned, .. } | Note::DestructionReplayed { condemned, .. }) => condemned,
        _ => Vec::new(),
    }
}

fn covers(item: &Condemned, address: Address) -> bool {
    item.target.case == address.case && (item.is_case() || item.leaves.contains(&address.document))
}

//! Checking a data directory with the daemon stopped.
//!
//! Everything is read, nothing is written: the database is opened for reading, a torn end of its log is looked past and left where it
//! is, and an interrupted change of keys is finished in memory only. A part that cannot be read is a finding, and the other parts are
//! checked all the same.

mod accesses;
mod backup;
mod cases;
mod content;
mod destruction;
mod documents;
mod evidence;
mod indexes;
mod keys;
mod ledger;
mod notes;
mod retention;
mod rows;
mod scans;
mod stamps;
mod storage;

use std::sync::Arc;

pub use backup::verify_backup;

use super::catalogue::{self, Code};
use super::report::{Collector, Counts, Report};
use super::trust::Trust;
use crate::evidence::TrustRoots;
use crate::keys::{KeySettings, Keyring};
use crate::model::VaultRecord;
use crate::store::anchor::Anchor;
use crate::store::key::LogKey;
use crate::store::{Column, Row, Store, StoreError, StoreSettings, codec};

/// What to check, and what to hold it against.
#[derive(Debug, Clone)]
pub struct OfflineSettings {
    /// Data directory and anchor.
    pub store: StoreSettings,
    /// Key files and roots of trust.
    pub keys: KeySettings,
    /// What does not come from the archive.
    pub trust: Trust,
    /// Roots of time-stamping authorities; without them a time-stamp is only looked at as far as it needs none.
    pub roots: Option<TrustRoots>,
    /// Threads that open and hash documents.
    pub threads: usize,
}

/// Checks the archive as a whole. Never fails: whatever goes wrong is a finding.
pub fn verify_offline(settings: &OfflineSettings) -> Report {
    let collector = Arc::new(Collector::default());
    let keyring = keys::open(settings, &collector);
    if let Some((store, anchor)) = storage::open(&settings.store, &collector) {
        let check = Arc::new(Check { store, keyring, backup: false, roots: settings.roots.clone(), collector: Arc::clone(&collector) });
        check_database(&check, settings, anchor.as_ref());
    }
    collector.report()
}

fn check_database(check: &Arc<Check>, settings: &OfflineSettings, anchor: Option<&Anchor>) {
    storage::check_files(check, &settings.store);
    let vaults = check.vaults();
    let (mut last_time, mut origins) = (None, Vec::new());
    for vault in &vaults {
        let scope = VaultScope { place: format!("vault {}", vault.name), record: vault.clone() };
        let mut ledger = ledger::check(check, &scope, LogKey::life_cycle(vault.id), anchor, &settings.trust);
        last_time = last_time.max(ledger.last_time);
        origins.push(vault.origin.clone());
        origins.extend(accesses::check(check, &scope, anchor, &settings.trust));
        cases::check(check, &scope, &mut ledger);
        let documents = documents::check(check, &scope, &mut ledger, settings.threads);
        let filed = notes::check(check, &scope, &mut ledger, settings.threads);
        destruction::check(check, &scope, &mut ledger, &filed.registers);
        storage::check_held(check, &scope, &ledger, documents);
        ledger.report_unclaimed(check, &scope);
        indexes::check(check, &scope);
        retention::check(check, &scope, filed, settings.threads);
        check.collector.count(&Counts { vaults: 1, ..Counts::default() });
    }
    indexes::check_strays(check, &vaults);
    content::check_owners(check);
    storage::check_numbers(check, last_time);
    settings.trust.check_unmatched(&check.collector, &origins);
}

/// What every part of the check uses.
struct Check {
    store: Store,
    /// Absent when the keys could not be opened: then only what needs no keys is checked.
    keyring: Option<Keyring>,
    /// What is checked is a backup: things may have been destroyed since.
    backup: bool,
    /// Roots of time-stamping authorities.
    roots: Option<TrustRoots>,
    collector: Arc<Collector>,
}

/// The vault that is being checked.
#[derive(Clone)]
struct VaultScope {
    record: VaultRecord,
    /// How findings call it.
    place: String,
}

impl Check {
    fn found(&self, code: Code, place: impl Into<String>, text: impl Into<String>) {
        self.collector.found(code, place, text);
    }

    /// What was read, or a finding.
    fn read<T>(&self, place: &str, result: Result<T, StoreError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error @ StoreError::Unreadable { .. }) => {
                self.found(catalogue::ROW_UNREADABLE, place, error.to_string());
                None
            }
            Err(error) => {
                self.found(catalogue::COLUMN_UNREADABLE, place, error.to_string());
                None
            }
        }
    }

    /// The rows of a column whose keys start with `prefix`. What cannot be read is a finding and is left out.
    fn rows<'a>(&'a self, column: Column, prefix: &'a [u8]) -> impl Iterator<Item = Row> + 'a {
        rows::Rows::new(self, column, prefix)
    }

    /// A decoded value, or a finding that names the row.
    fn decoded<T>(&self, column: Column, key: &[u8], decoded: Result<T, codec::CodecError>) -> Option<T> {
        decoded.map_err(|error| self.found(catalogue::ROW_UNREADABLE, row_place(column, key), error.to_string())).ok()
    }

    /// All vaults whose records can be read and are found by their ids.
    fn vaults(&self) -> Vec<VaultRecord> {
        let mut vaults = Vec::new();
        for (key, value) in self.rows(Column::Vaults, &[]) {
            let Some(vault) = self.decoded(Column::Vaults, &key, codec::decode_vault(&value)) else { continue };
            if *key != *vault.name.as_str().as_bytes() {
                let text = format!("the vault {} lies under another name", vault.name);
                self.found(catalogue::ROW_MISPLACED, row_place(Column::Vaults, &key), text);
            }
            let by_id = self.read("column vault_ids", self.store.vault_by_id(vault.id)).flatten();
            if by_id.is_none() {
                self.found(catalogue::INDEX_MISSING, format!("vault {}", vault.name), "column vault_ids does not lead to the vault");
            } else if by_id.as_ref() != Some(&vault) {
                self.found(catalogue::INDEX_DIFFERS, format!("vault {}", vault.name), "column vault_ids leads to another vault");
            }
            vaults.push(vault);
        }
        vaults
    }
}

fn row_place(column: Column, key: &[u8]) -> String {
    format!("column {} key {}", column.name(), hex::encode(key))
}

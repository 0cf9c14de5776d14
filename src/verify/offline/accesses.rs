//! The access ledgers of one vault: recomputed like its own ledger, and compared with what is sealed beside their entries.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::{Check, VaultScope, ledger, row_place};
use crate::keys::{KeyError, TreeId};
use crate::ledger::{ActorKey, Entry, RecordedAccess, access_origin};
use crate::model::{AccessDetails, LedgerIndex, VaultRecord};
use crate::seal::open_access;
use crate::store::anchor::Anchor;
use crate::store::key::{self, LogKey};
use crate::store::{Column, codec};
use crate::verify::catalogue;
use crate::verify::report::AccessSummary;
use crate::verify::trust::Trust;

/// Bytes of a log's name in front of a key.
const LOG_BYTES: usize = 16 + 2;

/// Checks all access ledgers of a vault; answers their names.
pub(super) fn check(check: &Check, scope: &VaultScope, anchor: Option<&Anchor>, trust: &Trust) -> Vec<String> {
    let facts = check.read("column dispositions", check.store.disposition(scope.record.id)).unwrap_or_default();
    let mut origins = Vec::new();
    for log in logs(check, scope, anchor) {
        let Some(year) = log.year() else { continue };
        let shard = facts.shard(year);
        if shard.is_some_and(|shard| shard.destroyed) {
            check_gone(check, scope, log, year);
            continue;
        }
        let origin = access_origin(&scope.record.origin, year);
        origins.push(origin.clone());
        let scope = VaultScope { place: format!("{} access {year}", scope.place), record: VaultRecord { origin, ..scope.record.clone() } };
        let ledger = ledger::check(check, &scope, log, anchor, trust);
        let vault = scope.record.name.to_string();
        check.collector.access(AccessSummary { vault, year, entries: ledger.size, is_sealed: Some(shard.is_some()) });
        if let Some(shard) = shard.filter(|shard| (shard.size, Some(shard.root)) != (ledger.size, ledger.root)) {
            let text = format!("it was sealed with {} entries and the root {}, and is another one now", shard.size, shard.root);
            check.found(catalogue::HEAD_DIFFERS, &scope.place, text);
        }
        check_records(check, &scope, log, ledger.size);
        check_index(check, log);
    }
    origins
}

/// Nothing is left of an access ledger that was removed. An anchor may remember it until its next writing.
fn check_gone(check: &Check, scope: &VaultScope, log: LogKey, year: u16) {
    let place = format!("{} access {year}", scope.place);
    let prefix = log.head();
    for column in [Column::Heads, Column::Ledger, Column::Tiles, Column::Accesses, Column::AccessesOf] {
        if check.rows(column, &prefix).next().is_some() {
            let text = format!("column {} has something of the access log, which was removed", column.name());
            check.found(catalogue::DESTROYED_PRESENT, &place, text);
        }
    }
    let tree = TreeId::readers(scope.record.id, year);
    let keyed = check.keyring.as_ref().is_some_and(|keyring| keyring.cover_nodes(tree).is_ok_and(|nodes| nodes > 0));
    if keyed && !check.backup {
        check.found(catalogue::KEYS_PENDING, place, "the keys of the access log exist still; the daemon ends them with the next epoch");
    }
}

/// Every access ledger that anything speaks of: a head, an anchor, an entry or a record.
fn logs(check: &Check, scope: &VaultScope, anchor: Option<&Anchor>) -> BTreeSet<LogKey> {
    let vault = scope.record.id;
    let mut found: BTreeSet<LogKey> = check.rows(Column::Heads, &vault.0).filter_map(|(found, _)| LogKey::parse_head(&found)).collect();
    found.extend(anchor.iter().flat_map(|anchor| anchor.heads.iter().map(|head| head.log)).filter(|log| log.vault == vault));
    for column in [Column::Ledger, Column::Tiles, Column::Accesses, Column::AccessesOf] {
        // From log to log: one row of each is enough.
        let mut from = Some(LogKey::access(vault, 1).head());
        while let Some(start) = from.take() {
            let row = check.read("column ledger", check.store.rows(column, &vault.0, Some(&start))).and_then(|mut rows| rows.next());
            let log = row.and_then(Result::ok).and_then(|(found, _)| LogKey::parse_head(found.get(..LOG_BYTES)?));
            let Some(log) = log else { break };
            found.insert(log);
            from = log.log.0.checked_add(1).map(|next| LogKey::access(vault, next).head());
        }
    }
    let removed = check.read("column dispositions", check.store.disposition(vault)).unwrap_or_default().shards;
    found.extend(removed.iter().filter(|shard| shard.destroyed).map(|shard| LogKey::access(vault, shard.year)));
    found.into_iter().filter(|log| log.year().is_some()).collect()
}

/// Every entry but the first has a record that its commitments follow from, and no record is without an entry.
fn check_records(check: &Check, scope: &VaultScope, log: LogKey, size: u64) {
    let prefix = log.head();
    let mut next = 1;
    for (found, value) in check.rows(Column::Accesses, &prefix) {
        let index = found.get(LOG_BYTES..).and_then(|index| index.try_into().ok()).map(u64::from_be_bytes);
        let Some(index) = index.filter(|index| *index > 0 && *index < size) else {
            check.found(catalogue::ROW_MISPLACED, row_place(Column::Accesses, &found), "the ledger has no entry for this record");
            continue;
        };
        if index > next {
            missing(check, scope, next, index);
        }
        next = index + 1;
        let Some(record) = check.decoded(Column::Accesses, &found, codec::decode_access(&value)) else { continue };
        if let Some(subject) = record.subject {
            let row =
                check.read("column accesses_of", check.store.get(Column::AccessesOf, &key::access_of(log, subject, LedgerIndex(index))));
            if row.flatten().is_none() {
                let text = "column accesses_of does not lead to the record";
                check.found(catalogue::INDEX_MISSING, row_place(Column::Accesses, &found), text);
            }
        }
        check_entry(check, scope, log, LedgerIndex(index), &record.sealed);
    }
    if next < size {
        missing(check, scope, next, size);
    }
}

fn missing(check: &Check, scope: &VaultScope, from: u64, to: u64) {
    let place = format!("{} entries {from} to {}", scope.place, to - 1);
    check.found(catalogue::ENTRY_WITHOUT_RECORD, place, "the ledger says that somebody read something, and there is no record of it");
}

/// What the year's key opens must be what the entry commits to about whoever read.
fn check_entry(check: &Check, scope: &VaultScope, log: LogKey, index: LedgerIndex, sealed: &[u8]) {
    let place = format!("{} entry {}", scope.place, index.0);
    let Some(keyring) = check.keyring.as_ref() else { return };
    let stored = check.read(&place, check.store.entry(log, index)).flatten();
    // What is missing or malformed was found when the ledger was read.
    let Some(entry) = stored.as_deref().and_then(|bytes| Entry::parse(bytes).ok()) else { return };
    let of_year = match keyring.reader_key(scope.record.id, log.log.0, "") {
        Ok(key) => key,
        Err(error) => return underivable(check, &place, &error),
    };
    let details = open_access(&of_year, entry.id, sealed).ok().and_then(|details| codec::decode_access_details(&details).ok());
    let Some(AccessDetails { reader, range, .. }) = details else {
        return check.found(catalogue::HEADER_DAMAGED, place, "what is sealed beside the entry cannot be opened");
    };
    match keyring.reader_key(scope.record.id, log.log.0, reader.application.as_str()) {
        Err(error) => underivable(check, &place, &error),
        Ok(key) => {
            let recorded = RecordedAccess { reader: &reader, case: None, document: None, range };
            let openings = recorded.openings_of_actor(entry.id, &ActorKey::new(Zeroizing::new(**key)));
            let follows = |opening: &crate::ledger::Opening| entry.commitment(&opening.field).is_some_and(|c| opening.opens(c));
            if !openings.iter().all(follows) {
                let text = "the entry does not follow from what is sealed about whoever read";
                check.found(catalogue::RECORD_DIFFERS_FROM_ENTRY, place, text);
            }
        }
    }
}

fn underivable(check: &Check, place: &str, error: &KeyError) {
    let destroyed = matches!(error, KeyError::Destroyed { .. });
    let code = if check.backup && destroyed { catalogue::DESTROYED_SINCE } else { catalogue::KEY_UNDERIVABLE };
    check.found(code, place, error.to_string());
}

/// Every row of the index leads to a record that is about its subject.
fn check_index(check: &Check, log: LogKey) {
    for (found, _) in check.rows(Column::AccessesOf, &log.head()) {
        let record = key::parse_access_of(&found).and_then(|(subject, index)| {
            let record = check.read("column accesses", check.store.access(log, index)).flatten();
            record.filter(|record| record.subject == Some(subject))
        });
        if record.is_none() {
            let text = "the row leads to no record, or to one that it does not belong to";
            check.found(catalogue::INDEX_DIFFERS, row_place(Column::AccessesOf, &found), text);
        }
    }
}

//! What accesses add to a commit group: entries of access ledgers, and the rows beside them. Pure but for looking whether something is
//! there already.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::access::minute;
use super::group::BuildError;
use super::job::{AccessJob, PreparedAccess};
use crate::ledger::{Appended, Entry, LogState, PreparedEntry, access_origin, leaf_hash};
use crate::model::retention::Note;
use crate::model::{AccessRecord, Command, Digest, EventId, Handle, LedgerIndex, Refusal, Timestamp};
use crate::store::key::{self, LogKey};
use crate::store::{Column, Store, StoreError, Transaction, codec};
use crate::sys::random;

/// What one access ledger gets.
#[derive(Default)]
pub(super) struct Accessed {
    pub(super) entries: Vec<NewEntry>,
}

/// An entry with its place. The first one of a ledger opens it and has no record beside it.
pub(super) struct NewEntry {
    index: LedgerIndex,
    leaf: Digest,
    bytes: Vec<u8>,
    record: Option<AccessRecord>,
}

impl Accessed {
    /// The new entries by index, with their hashes.
    pub(super) fn into_leaves(self) -> Vec<(LedgerIndex, Digest)> {
        self.entries.into_iter().map(|entry| (entry.index, entry.leaf)).collect()
    }

    fn push(&mut self, first: u64, bytes: Vec<u8>, record: Option<AccessRecord>) {
        let index = LedgerIndex(first + self.entries.len() as u64);
        self.entries.push(NewEntry { index, leaf: leaf_hash(&bytes), bytes, record });
    }
}

/// Completes the entries and appends them to their ledgers. A ledger that has none yet is opened first.
pub(super) fn grow(
    store: &Store,
    logs: &BTreeMap<LogKey, LogState>,
    jobs: &[AccessJob],
    time: Timestamp,
    grown: &mut BTreeMap<LogKey, Appended>,
) -> Result<BTreeMap<LogKey, Accessed>, BuildError> {
    let (empty, at) = (LogState::empty(), minute(time));
    let mut accessed: BTreeMap<LogKey, Accessed> = BTreeMap::new();
    for job in jobs {
        let there = if job.again { arrived(store, logs, &job.accesses)? } else { HashSet::new() };
        refuse_sealed(store, &job.accesses)?;
        for access in job.accesses.iter().filter(|access| !there.contains(&access.entry.id().0)) {
            let size = logs.get(&access.log).map_or(0, LogState::size);
            let of_log = accessed.entry(access.log).or_default();
            if size == 0 && of_log.entries.is_empty() {
                of_log.push(0, opening(store, access.log, at)?, None);
            }
            of_log.push(size, access.entry.complete(at, None), Some(access.record.clone()));
        }
    }
    for (log, new) in &accessed {
        let leaves: Vec<Digest> = new.entries.iter().map(|entry| entry.leaf).collect();
        grown.insert(*log, logs.get(log).unwrap_or(&empty).append(&leaves)?);
    }
    Ok(accessed)
}

/// A sealing says what the access ledger is, and an end how much of it goes: neither may be about another one.
pub(super) fn is_not_what_is_sealed(logs: &BTreeMap<LogKey, LogState>, command: &Command) -> Option<Refusal> {
    let Command::FileNote(filed) = command else { return None };
    let state = |year| logs.get(&LogKey::access(filed.vault, year));
    match &filed.note {
        Note::ShardSealed { year, size, root } => {
            let same = state(*year).is_some_and(|state| (state.size(), state.root()) == (*size, *root));
            (!same).then_some(Refusal::AccessYearUnknown)
        }
        Note::ShardDestroyed { year, size, .. } => {
            state(*year).is_none_or(|state| state.size() != *size).then_some(Refusal::AccessYearUnknown)
        }
        _ => None,
    }
}

/// Writes the entries and their rows.
pub(super) fn insert(transaction: &mut Transaction<'_>, log: LogKey, accessed: &Accessed) -> Result<(), StoreError> {
    for NewEntry { index, bytes, record, .. } in &accessed.entries {
        transaction.insert(Column::Ledger, log.entry(*index), bytes)?;
        let Some(record) = record else { continue };
        transaction.insert(Column::Accesses, key::access(log, *index), codec::encode_access(record))?;
        if let Some(subject) = record.subject {
            transaction.insert(Column::AccessesOf, key::access_of(log, subject, *index), [])?;
        }
    }
    Ok(())
}

/// A ledger is sealed a day behind the end of its year, and never while accesses wait; so this is a mistake of ours, and must not be
/// passed over in silence.
fn refuse_sealed(store: &Store, accesses: &[Arc<PreparedAccess>]) -> Result<(), StoreError> {
    let of: HashSet<LogKey> = accesses.iter().map(|access| access.log).collect();
    for log in of {
        if store.log_is_sealed(log)? {
            return Err(StoreError::Damaged(format!("the access ledger {} of vault {} is sealed and would grow", log.log.0, log.vault)));
        }
    }
    Ok(())
}

/// The events among these that are in their ledgers already, at the end: nothing else has been recorded since.
fn arrived(store: &Store, logs: &BTreeMap<LogKey, LogState>, accesses: &[Arc<PreparedAccess>]) -> Result<HashSet<[u8; 16]>, StoreError> {
    let mut there = HashSet::new();
    let of: HashSet<LogKey> = accesses.iter().map(|access| access.log).collect();
    for log in of {
        let size = logs.get(&log).map_or(0, LogState::size);
        for index in size.saturating_sub(accesses.len() as u64)..size {
            let entry = store.entry(log, LedgerIndex(index))?;
            there.extend(entry.and_then(|bytes| Entry::parse(&bytes).ok()).map(|entry| entry.id.0));
        }
    }
    Ok(there)
}

fn opening(store: &Store, log: LogKey, at: Timestamp) -> Result<Vec<u8>, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("the access ledger of vault {} cannot be opened: {what}", log.vault));
    let vault = store.vault_by_id(log.vault)?.ok_or_else(|| damaged("the vault has no record"))?;
    let year = log.year().ok_or_else(|| damaged("it has no year"))?;
    let prepared = PreparedEntry::ledger_open(Handle(random::bytes()), EventId(random::bytes()), &access_origin(&vault.origin, year));
    Ok(prepared.ok_or_else(|| damaged("its name cannot be one"))?.complete(at, None))
}

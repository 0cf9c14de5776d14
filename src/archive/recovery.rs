//! The start-up check: what the database says about itself must fit together, and must fit the anchor.
//!
//! It reads the right edge of every ledger, not everything; reading everything is what `verify` is for. After a commit that failed
//! for want of space, the committer comes back through the same function.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::StartError;
use crate::ledger::{LoadError, LogState, TileSource, leaf_hash, prove_consistency, verify_growth};
use crate::limits::TILE_WIDTH;
use crate::model::{Digest, GroupNumber, LedgerIndex, Timestamp, VaultId};
use crate::store::anchor::{Anchor, AnchoredHead};
use crate::store::key::LogKey;
use crate::store::{Store, StoreError, SystemKey};

/// The writer's state as the database has it.
pub(super) struct Found {
    pub(super) vaults: HashSet<VaultId>,
    /// Documents in each vault.
    pub(super) held: HashMap<VaultId, u64>,
    pub(super) logs: BTreeMap<LogKey, LogState>,
    pub(super) group: GroupNumber,
    pub(super) time: Timestamp,
}

impl Found {
    /// What an anchor would say of it.
    pub(super) fn heads(&self) -> BTreeMap<LogKey, AnchoredHead> {
        self.logs.iter().map(|(log, state)| (*log, AnchoredHead { log: *log, size: state.size(), root: state.root() })).collect()
    }
}

/// Full tiles from the database.
pub(super) struct StoredTiles<'a> {
    pub(super) store: &'a Store,
    pub(super) log: LogKey,
}

impl TileSource for StoredTiles<'_> {
    type Error = StoreError;

    fn tile(&mut self, level: u8, index: u64, _width: u16) -> Result<Vec<u8>, StoreError> {
        let missing = || StoreError::Damaged(format!("vault {} lacks tile {index} of level {level}", self.log.vault));
        self.store.tile(self.log, level, index)?.ok_or_else(missing)
    }
}

/// Reads and checks the state.
pub(super) fn load(store: &Store) -> Result<Found, StartError> {
    let mut logs = BTreeMap::new();
    for (log, size, frontier) in store.heads()? {
        logs.insert(log, load_log(store, log, size, &frontier)?);
    }
    let vaults: HashSet<VaultId> = store.vaults()?.into_iter().map(|vault| vault.id).collect();
    for vault in &vaults {
        if !logs.contains_key(&LogKey::life_cycle(*vault)) {
            return Err(StartError::Check(format!("vault {vault} has no ledger")));
        }
    }
    let group = GroupNumber(store.system(SystemKey::Group)?);
    let seconds = i64::try_from(store.system(SystemKey::Time)?).ok().and_then(Timestamp::from_seconds);
    let time = seconds.ok_or_else(|| StartError::Check("the recorded time is not one".to_owned()))?;
    // Counted once in an archive from before documents were counted; the next group of the vault stores the number.
    let count = |vault: &VaultId| Ok((*vault, store.documents_held(*vault)?.map_or_else(|| store.count_documents(*vault), Ok)?));
    let held = vaults.iter().map(count).collect::<Result<_, StoreError>>()?;
    Ok(Found { vaults, held, logs, group, time })
}

fn load_log(store: &Store, log: LogKey, size: u64, frontier: &[u8]) -> Result<LogState, StartError> {
    let check = |text: String| StartError::Check(format!("ledger {} of vault {}: {text}", log.log.0, log.vault));
    let behind_last_tile = size - size % TILE_WIDTH as u64..size;
    let mut leaves = Vec::new();
    for index in behind_last_tile.map(LedgerIndex) {
        let entry = store.entry(log, index)?.ok_or_else(|| check(format!("entry {} is missing", index.0)))?;
        leaves.push(leaf_hash(&entry));
    }
    if store.entry(log, LedgerIndex(size))?.is_some() {
        return Err(check(format!("there is an entry {size}, but the head says that there are {size} entries")));
    }
    LogState::load(size, frontier, &mut StoredTiles { store, log }, &leaves).map_err(|error| match error {
        LoadError::Source(error) => StartError::Read(error),
        other => check(other.to_string()),
    })
}

/// Whether every ledger continues what the anchor says was acknowledged: same root at the same size, and a proof of growth for
/// the rest. A database that was rolled back and then written on fails here.
pub(super) fn check_anchor(store: &Store, found: &Found, anchor: &Anchor) -> Result<(), StartError> {
    for head in &anchor.heads {
        // Removed in the last groups before a crash, which the anchor did not see.
        if !found.logs.contains_key(&head.log) && store.log_was_destroyed(head.log)? {
            continue;
        }
        let state =
            found.logs.get(&head.log).ok_or_else(|| StartError::Check(format!("the ledger of vault {} is missing", head.log.vault)))?;
        let differs = |why: String| {
            StartError::Check(format!(
                "the ledger of vault {} is not the one that was acknowledged at size {}: {why}",
                head.log.vault, head.size
            ))
        };
        continues(store, state, head.log, (head.size, head.root)).map_err(differs)?;
    }
    Ok(())
}

/// Whether a ledger continues one of this size and root; otherwise why not.
pub(super) fn continues(store: &Store, state: &LogState, log: LogKey, (size, root): (u64, Digest)) -> Result<(), String> {
    if state.size() == size && state.root() == root {
        return Ok(());
    }
    if state.size() < size {
        return Err(format!("it has {} entries here and had {size}", state.size()));
    }
    let mut reader = state.reader(StoredTiles { store, log });
    let proof = prove_consistency(size, state.size(), &mut reader).map_err(|error| error.to_string())?;
    verify_growth(size, state.size(), &proof, &root, &state.root()).map_err(|error| error.to_string())
}

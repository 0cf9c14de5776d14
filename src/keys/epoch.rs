//! From one epoch of the keyring to the next: the one way in which stored keys change.
//!
//! ```text
//! prepare   new covers, new state keys, new root, new epoch key          in memory
//! durable   write and sync each file, sync the directory, read back      a crash leaves garbage
//! stage     epoch key into the staged slot                               a crash rolls forward
//! commit    epoch key into the current slot, over its predecessor        the point of no return
//! clean     empty the staged slot, remove the files of the old epoch
//! ```
//! Adding a tree and destroying keys take the same steps; only what is prepared differs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::keys::KeyError;
use crate::keys::blob;
use crate::keys::cover::Cover;
use crate::keys::files::{KeyFiles, io_error};
use crate::keys::forest::NodeAddress;
use crate::keys::root::{self, Bindings, RootHead, TreeRecord};
use crate::keys::root_of_trust::Epoch;
use crate::keys::secret::FreshKey;
use crate::keys::state::{State, TreeState, is_key_file_name, root_file_name, sha256, tree_file_name};
use crate::keys::tree::{TreeId, TreeKind};
use crate::limits::{KEY_TREE_NODES_MAX, KEY_TREES_MAX};
use crate::model::destruction::DestructionWarrant;
use crate::model::{Address, CaseNumber, Digest, VaultId};

/// What the next epoch has that the present one has not.
#[derive(Default)]
pub struct EpochChanges {
    /// Trees to add; those that exist already are left alone.
    pub add: Vec<TreeId>,
    /// What to destroy, per tree. Only [`Keyring::destroy`](super::Keyring::destroy) can name something here.
    pub(in crate::keys) puncture: BTreeMap<TreeId, Punctures>,
    /// What to bind the root file to; `None` keeps what it is bound to now.
    pub bindings: Option<Bindings>,
}

/// What to destroy in one tree.
#[derive(Default)]
pub(in crate::keys) struct Punctures {
    /// Documents and cases whose keys cease to exist.
    pub(in crate::keys) dead: Vec<NodeAddress>,
    /// Highest case number that the database knows, so that a restored older database does not assign it again.
    pub(in crate::keys) case_high_water: u64,
}

/// What some warrants name, tree by tree. `case_high_water` is the highest case number of each vault.
pub(in crate::keys) fn punctures_of(
    warrants: &[DestructionWarrant],
    case_high_water: &BTreeMap<VaultId, CaseNumber>,
) -> BTreeMap<TreeId, Punctures> {
    let mut punctures: BTreeMap<TreeId, Punctures> = BTreeMap::new();
    for warrant in warrants {
        if let Some(year) = warrant.year() {
            punctures.entry(TreeId::readers(warrant.vault(), year)).or_default().dead.push(NodeAddress::ROOT);
        }
        for item in warrant.condemned() {
            let of_tree = punctures.entry(TreeId::cases(warrant.vault(), item.opening_year)).or_default();
            of_tree.case_high_water = case_high_water.get(&warrant.vault()).map_or(0, |number| number.get());
            let node =
                |address: Address| if item.is_case() { NodeAddress::of_case(address.case) } else { NodeAddress::of_document(address) };
            of_tree.dead.extend(item.addresses().into_iter().map(node));
        }
    }
    punctures
}

/// What a finished change of epoch can prove.
#[derive(Debug)]
pub struct EpochReport {
    /// Number of the epoch that was replaced, 0 at creation.
    pub before: u64,
    /// Number of the epoch that counts now.
    pub after: u64,
    /// SHA-256 of the root file that was replaced, zero at creation.
    pub root_sha256_before: Digest,
    /// SHA-256 of the root file that counts now.
    pub root_sha256_after: Digest,
    /// For each changed tree the digest of what is still derivable in it.
    pub covers: Vec<(TreeId, Digest)>,
    /// Old key files that could not be removed. They cost space, not secrecy; the next start tries again.
    pub unreclaimed_files: usize,
}

/// An epoch that exists in memory only.
pub(crate) struct Prepared {
    pub(crate) epoch: Epoch,
    pub(crate) root_sha256: Digest,
    pub(crate) changed: Vec<TreeId>,
    files: Vec<(String, Vec<u8>)>,
}

/// Makes everything that the next epoch needs. Changes nothing; may be repeated, each time with fresh keys.
pub(crate) fn prepare(present: &State, changes: &EpochChanges) -> Result<Prepared, KeyError> {
    let number = present.epoch + 1;
    let mut files = Vec::new();
    let mut changed = Vec::new();
    for (tree, cover, case_high_water) in changed_covers(present, changes)? {
        if cover.nodes().len() > KEY_TREE_NODES_MAX {
            return Err(KeyError::TooMany { what: "nodes in one key tree", bound: KEY_TREE_NODES_MAX });
        }
        let (state_key, file) = blob::seal(tree, number, &cover, FreshKey::random());
        let (blob_sha256, blob_bytes) = (sha256(&file), file.len() as u64);
        changed.push(TreeRecord { tree, state_key, blob_generation: number, blob_sha256, blob_bytes, case_high_water });
        files.push((tree_file_name(tree, number), file));
    }
    let mut records: BTreeMap<TreeId, &TreeRecord> = present.trees.iter().map(|(tree, state)| (*tree, &state.record)).collect();
    records.extend(changed.iter().map(|record| (record.tree, record)));
    if records.len() > KEY_TREES_MAX {
        return Err(KeyError::TooMany { what: "key trees", bound: KEY_TREES_MAX });
    }
    let head = RootHead { epoch: number, previous: present.epoch, bindings: changes.bindings.unwrap_or(present.bindings) };
    let (key, file) = root::seal(&head, &records.into_values().collect::<Vec<_>>(), FreshKey::random());
    let root_sha256 = sha256(&file);
    files.push((root_file_name(number), file));
    Ok(Prepared { epoch: Epoch { number, key }, root_sha256, changed: changed.iter().map(|record| record.tree).collect(), files })
}

/// The covers that differ from the present epoch, each checked against what it may differ in.
fn changed_covers(present: &State, changes: &EpochChanges) -> Result<Vec<(TreeId, Cover, u64)>, KeyError> {
    let mut covers = Vec::new();
    let mut added: Vec<TreeId> = changes.add.iter().copied().filter(|tree| !present.trees.contains_key(tree)).collect();
    added.sort_unstable();
    added.dedup();
    for tree in added {
        covers.push((tree, Cover::random(), 0));
    }
    for (&tree, punctures) in &changes.puncture {
        let before: &Arc<TreeState> = present.tree(tree)?;
        let after = before.cover.puncture(&punctures.dead);
        // The vault's own tree holds the index key and the ledger's seeds, which live as long as the vault.
        if tree.kind() == TreeKind::Vault || !after.is_puncture_of(&before.cover, &punctures.dead) {
            return Err(KeyError::Invariant { tree });
        }
        covers.push((tree, after, punctures.case_high_water.max(before.record.case_high_water)));
    }
    Ok(covers)
}

/// Puts the files of a prepared epoch onto stable storage and reads them back. What comes back is the next state.
pub(crate) fn make_durable(files: &dyn KeyFiles, prepared: &Prepared, present: &State) -> Result<State, KeyError> {
    for (name, bytes) in &prepared.files {
        files.write_synced(name, bytes).map_err(io_error(files, "writing", name))?;
    }
    files.sync_directory().map_err(io_error(files, "syncing the directory of", ""))?;
    let read_back = State::load(files, &prepared.epoch, Some(present))?;
    if read_back.root_sha256 == prepared.root_sha256 {
        Ok(read_back)
    } else {
        let file = crate::keys::files::path_of(files, &root_file_name(prepared.epoch.number));
        Err(KeyError::Damaged { file, what: "what was read back is not what was written" })
    }
}

/// Removes key files that do not belong to `state` and returns how many could not be removed. Best effort: without their keys they are
/// noise, so a failure here must not fail the epoch.
pub(crate) fn sweep(files: &dyn KeyFiles, state: &State) -> usize {
    let wanted = state.file_names();
    let Ok(names) = files.names() else { return 1 };
    let stale: Vec<String> = names.into_iter().filter(|name| is_key_file_name(name) && !wanted.contains(name)).collect();
    if stale.is_empty() {
        return 0;
    }
    let kept = stale.iter().filter(|name| files.remove(name).is_err()).count();
    kept + usize::from(files.sync_directory().is_err())
}

//! One epoch of the keyring in memory: what the root file and its tree files said, immutable, shared by all readers.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use ring::digest;
use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::blob::UncheckedBlob;
use crate::keys::cover::Cover;
use crate::keys::files::{KeyFiles, io_error, path_of};
use crate::keys::forest::CaseNode;
use crate::keys::root::{Bindings, TreeRecord, UncheckedRoot};
use crate::keys::root_of_trust::Epoch;
use crate::keys::tree::TreeId;
use crate::keys::vault::VaultKeys;
use crate::limits::KEY_NODES_CACHED_MAX;
use crate::model::{CaseNumber, Digest, VaultId};

/// One tree of the epoch.
pub(crate) struct TreeState {
    pub(crate) record: TreeRecord,
    pub(crate) cover: Cover,
}

/// All trees of one epoch, and what was derived from them so far. The derived keys go when the epoch does, so that none outlives its
/// destruction by more than the readers that hold it.
pub(crate) struct State {
    pub(crate) epoch: u64,
    pub(crate) root_sha256: Digest,
    pub(crate) bindings: Bindings,
    pub(crate) trees: BTreeMap<TreeId, Arc<TreeState>>,
    pub(crate) cases: Derived<(TreeId, CaseNumber), CaseNode>,
    pub(crate) actors: Derived<(TreeId, u64), Zeroizing<[u8; 32]>>,
    pub(crate) vaults: Derived<VaultId, VaultKeys>,
}

impl State {
    /// What is there before the first epoch: nothing.
    pub(crate) fn before_creation() -> Self {
        Self::new(0, Digest([0; Digest::BYTES]), Bindings::NONE, BTreeMap::new())
    }

    fn new(epoch: u64, root_sha256: Digest, bindings: Bindings, trees: BTreeMap<TreeId, Arc<TreeState>>) -> Self {
        Self { epoch, root_sha256, bindings, trees, cases: Derived::default(), actors: Derived::default(), vaults: Derived::default() }
    }

    /// Reads and checks every file of an epoch. Trees that `known` has from the very same file are taken from there.
    pub(crate) fn load(files: &dyn KeyFiles, epoch: &Epoch, known: Option<&Self>) -> Result<Self, KeyError> {
        let name = root_file_name(epoch.number);
        let bytes = files.read(&name).map_err(io_error(files, "reading", &name))?;
        let damaged = |what| KeyError::Damaged { file: path_of(files, &name), what };
        let (head, records) = UncheckedRoot(&bytes).open(epoch.number, &epoch.key).map_err(|damage| damaged(damage.0))?;
        let mut trees = BTreeMap::new();
        for record in records {
            let same_file = |tree: &&Arc<TreeState>| tree.record.blob_sha256 == record.blob_sha256;
            let shared = known.and_then(|known| known.trees.get(&record.tree)).filter(same_file);
            let tree = match shared {
                Some(tree) => Arc::clone(tree),
                None => Arc::new(load_tree(files, record)?),
            };
            trees.insert(tree.record.tree, tree);
        }
        Ok(Self::new(head.epoch, sha256(&bytes), head.bindings, trees))
    }

    /// Whether a directory has every file of this epoch, byte for byte. Needs no keys: the root file and what it names have digests.
    pub(crate) fn check_files(&self, files: &dyn KeyFiles) -> Result<(), KeyError> {
        let trees = self.trees.values().map(|tree| &tree.record);
        let expected = trees.map(|record| (tree_file_name(record.tree, record.blob_generation), record.blob_sha256));
        for (name, digest) in expected.chain([(root_file_name(self.epoch), self.root_sha256)]) {
            let bytes = files.read(&name).map_err(io_error(files, "reading", &name))?;
            if sha256(&bytes) != digest {
                return Err(KeyError::Damaged { file: path_of(files, &name), what: "it is not the file of the present epoch" });
            }
        }
        Ok(())
    }

    /// The tree, if the epoch has it.
    pub(crate) fn tree(&self, tree: TreeId) -> Result<&Arc<TreeState>, KeyError> {
        self.trees.get(&tree).ok_or(KeyError::NoTree { tree })
    }

    /// The names of the files that make up this epoch.
    pub(crate) fn file_names(&self) -> Vec<String> {
        let trees = self.trees.values().map(|tree| tree_file_name(tree.record.tree, tree.record.blob_generation));
        std::iter::once(root_file_name(self.epoch)).chain(trees).collect()
    }
}

fn load_tree(files: &dyn KeyFiles, record: TreeRecord) -> Result<TreeState, KeyError> {
    let name = tree_file_name(record.tree, record.blob_generation);
    let damaged = |what| KeyError::Damaged { file: path_of(files, &name), what };
    let bytes = files.read(&name).map_err(io_error(files, "reading", &name))?;
    if bytes.len() as u64 != record.blob_bytes || sha256(&bytes) != record.blob_sha256 {
        return Err(damaged("it is not the file that the root names"));
    }
    let cover = UncheckedBlob(&bytes).open(record.tree, record.blob_generation, &record.state_key).map_err(|damage| damaged(damage.0))?;
    Ok(TreeState { record, cover })
}

const ROOT_PREFIX: &str = "root.";
const TREE_PREFIX: &str = "tree.";

/// `root.<epoch>`, 16 hexadecimal digits.
pub(crate) fn root_file_name(epoch: u64) -> String {
    format!("{ROOT_PREFIX}{epoch:016x}")
}

/// `tree.<tree>.<epoch that wrote it>`, 16 hexadecimal digits.
pub(crate) fn tree_file_name(tree: TreeId, blob_generation: u64) -> String {
    format!("{TREE_PREFIX}{tree}.{blob_generation:016x}")
}

/// Whether a file name is one of ours.
pub(crate) fn is_key_file_name(name: &str) -> bool {
    name.starts_with(ROOT_PREFIX) || name.starts_with(TREE_PREFIX)
}

pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    let mut output = [0; Digest::BYTES];
    output.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    Digest(output)
}

/// Derived keys that are likely to be asked for again. Bounded: when full it starts afresh, which costs a few derivations.
pub(crate) struct Derived<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K, V> Default for Derived<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash + Copy, V> Derived<K, V> {
    /// The kept value, or the one that `derive` makes. The lock is not held meanwhile: two threads may derive the same key.
    pub(crate) fn get_or_derive(&self, key: K, derive: impl FnOnce() -> Result<V, KeyError>) -> Result<Arc<V>, KeyError> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().get(&key) {
            return Ok(Arc::clone(kept));
        }
        let derived = Arc::new(derive()?);
        let mut kept = lock();
        if kept.len() >= KEY_NODES_CACHED_MAX {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&derived));
        Ok(derived)
    }
}

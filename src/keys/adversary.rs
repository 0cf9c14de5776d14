//! Somebody who has kept every byte that was ever written to the disk, and now holds the root of trust as well.
//!
//! Believes no header, no checksum over the present state and no order of files: whatever opens with whatever key is taken.

use super::blob::UncheckedBlob;
use super::cover::Cover;
use super::forest::Leaf;
use super::root::UncheckedRoot;
use super::secret::UsedKey;
use super::tree::TreeId;
use crate::model::Address;

/// Every cover that can be opened.
pub(crate) struct Adversary(Vec<(TreeId, Cover)>);

/// Length of a slot of the root of trust `file`, and where its fields begin (see `root_of_trust::file`).
const SLOT_BYTES: usize = 88;
const SLOT_STATE: usize = 9;
const SLOT_EPOCH: usize = 16;
const SLOT_KEY: usize = 24;

impl Adversary {
    /// Opens what `slots`, the files of the root of trust as they are now, open of `files`, everything that was ever beside them.
    pub(crate) fn new(slots: &[Vec<u8>], files: &[Vec<u8>]) -> Self {
        let full = slots.iter().filter(|slot| slot.len() == SLOT_BYTES && slot[SLOT_STATE] == 1);
        let epochs = full.map(|slot| {
            let number = u64::from_be_bytes(slot[SLOT_EPOCH..SLOT_KEY].try_into().expect("eight bytes"));
            (number, UsedKey::from_bytes(slot[SLOT_KEY..SLOT_KEY + 32].try_into().expect("thirty-two bytes")))
        });
        let mut covers = Vec::new();
        for (number, key) in epochs {
            for (_, records) in files.iter().filter_map(|bytes| UncheckedRoot(bytes).open(number, &key).ok()) {
                for record in records {
                    covers.extend(files.iter().filter_map(|bytes| open_whatever_it_says_it_is(bytes, &record.state_key)));
                }
            }
        }
        Self(covers)
    }

    /// The key of a document, a note or a case, from any cover that ever was.
    pub(crate) fn leaf(&self, tree: TreeId, address: Address) -> Option<Leaf> {
        self.0.iter().filter(|(of, _)| *of == tree).find_map(|(_, cover)| cover.leaf(address.to_u64()).ok())
    }
}

/// Opens a tree file with any state key, believing the tree and generation in its own header.
fn open_whatever_it_says_it_is(bytes: &[u8], key: &UsedKey) -> Option<(TreeId, Cover)> {
    let tree = TreeId::from_bytes(bytes.get(12..32)?.try_into().ok()?).ok()?;
    let generation = u64::from_be_bytes(bytes.get(32..40)?.try_into().ok()?);
    Some((tree, UncheckedBlob(bytes).open(tree, generation, key).ok()?))
}

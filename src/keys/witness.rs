//! What somebody gets who kept every byte that was ever written to a directory of keys, and sees what the roots of trust hold now.

use std::collections::BTreeMap;

use super::TreeId;
use super::blob::UncheckedBlob;
use super::cover::Cover;
use super::root::{TreeRecord, UncheckedRoot};
use super::secret::UsedKey;
use super::simulated::{KEYS, KEYS_2, SLOTS, SLOTS_2, World};

/// The epoch keys in all roots of trust, also in files that a crash left beside the slots: by key, with their number.
pub(super) fn epoch_keys(world: &World) -> BTreeMap<[u8; 32], u64> {
    let files = [SLOTS, SLOTS_2].into_iter().flat_map(|number| {
        let directory = &world.directories[number];
        directory.live.values().chain(directory.durable.values())
    });
    let slots = files.chain(world.chip.cells.values()).filter(|slot| slot.len() == 88 && slot[9] == 1);
    let of_slot = |slot: &Vec<u8>| (slot[24..56].try_into().unwrap(), u64::from_be_bytes(slot[16..24].try_into().unwrap()));
    let of_record = |(id, record): &([u8; 16], Vec<u8>)| {
        let key: Vec<u8> = record[48..80].iter().zip(world.chip.keys.get(id)?).map(|(left, right)| left ^ right).collect();
        Some((key.try_into().ok()?, u64::from_be_bytes(record[8..16].try_into().ok()?)))
    };
    slots.map(of_slot).chain(world.chip.records.iter().filter_map(of_record)).collect()
}

/// The trees that a root file names under one of the keys.
pub(super) fn open_root(bytes: &[u8], number: u64, key: &[u8; 32]) -> Option<Vec<TreeRecord>> {
    UncheckedRoot(bytes).open(number, &UsedKey::from_bytes(key)).ok().map(|(_, records)| records)
}

/// Whether some key file of any age opens the leaf with what the roots of trust hold now.
pub(super) fn derives(world: &World, tree: TreeId, address: u64) -> bool {
    epoch_keys(world).iter().any(|(key, number)| derives_with(world, *number, key, tree, address))
}

/// As [`derives`], with one key.
pub(super) fn derives_with(world: &World, number: u64, key: &[u8; 32], tree: TreeId, address: u64) -> bool {
    let history = || [KEYS, KEYS_2].into_iter().flat_map(|directory| &world.directories[directory].history);
    let roots = history().filter_map(|bytes| open_root(bytes, number, key));
    roots.flatten().any(|record| {
        let covers = history().filter_map(|bytes| open_whatever_it_says_it_is(bytes, &record.state_key));
        covers.into_iter().any(|(other, cover)| other == tree && cover.leaf(address).is_ok())
    })
}

/// Opens a tree file with any state key, believing the tree and generation in its own header.
fn open_whatever_it_says_it_is(bytes: &[u8], key: &UsedKey) -> Option<(TreeId, Cover)> {
    let tree = TreeId::from_bytes(bytes.get(12..32)?.try_into().ok()?).ok()?;
    let generation = u64::from_be_bytes(bytes.get(32..40)?.try_into().ok()?);
    Some((tree, UncheckedBlob(bytes).open(tree, generation, key).ok()?))
}

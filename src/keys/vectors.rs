//! The derivation and the file formats against `tests/fixtures/seal/vectors.json`, which a Python script computed from the same documents.

use std::sync::Arc;

use serde_json::Value;

use super::blob::{self, UncheckedBlob};
use super::cover::Cover;
use super::forest::NodeAddress;
use super::root::{Bindings, TreeRecord, UncheckedRoot};
use super::secret::{FreshKey, Secret, UsedKey};
use super::state::{TreeState, sha256};
use super::{FileRoot, RootOfTrust, TreeId, VaultKeys};
use crate::model::{Digest, VaultId};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/fixtures/seal/vectors.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn integer(value: &Value) -> u64 {
    u64::from_be_bytes(array(value))
}

fn root_of(value: &Value) -> Cover {
    Cover::of_root(&Secret::from_bytes(&array(value)))
}

fn tree(vectors: &Value) -> TreeId {
    TreeId::cases(VaultId(array(&vectors["vault"])), vectors["year"].as_u64().unwrap() as u16)
}

/// The cover of the vectors: a document and two neighbouring cases are gone.
fn punctured(vectors: &Value) -> Cover {
    let hole = |hole: &Value| NodeAddress::new(integer(&hole["prefix"]), hole["depth"].as_u64().unwrap() as u8).unwrap();
    let dead: Vec<_> = vectors["key_files"]["dead"].as_array().unwrap().iter().map(hole).collect();
    root_of(&vectors["root"]).puncture(&dead)
}

#[test]
fn leaves() {
    let vectors = vectors();
    let whole = root_of(&vectors["root"]);
    for entry in vectors["forest"].as_array().unwrap() {
        assert_eq!(whole.leaf(integer(&entry["address"])).unwrap().bytes(), &array(&entry["leaf"]), "{entry}");
    }
}

#[test]
fn tree_file() {
    let vectors = vectors();
    let (files, cover) = (&vectors["key_files"], punctured(&vectors));
    assert_eq!(cover.nodes().len() as u64, files["nodes"].as_u64().unwrap());
    assert_eq!(cover.public_digest(), Digest(array(&files["public_digest"])));
    let generation = files["blob_generation"].as_u64().unwrap();
    let (key, file) = blob::seal(tree(&vectors), generation, &cover, FreshKey::from_bytes(&array(&files["state_key"])));
    assert_eq!(hex::encode(&file), files["tree_file"].as_str().unwrap());
    assert_eq!(UncheckedBlob(&file).open(tree(&vectors), generation, &key).unwrap().nodes(), cover.nodes());
}

#[test]
fn root_file() {
    let vectors = vectors();
    let files = &vectors["key_files"];
    let (head, records) =
        UncheckedRoot(&bytes(&files["root_file"])).open(7, &UsedKey::from_bytes(&array(&files["epoch_key"]))).ok().unwrap();
    let bindings = Bindings {
        ledger_head: Digest(array(&files["ledger_head"])),
        ledger_size: files["ledger_size"].as_u64().unwrap(),
        clock_lo_milliseconds: files["clock_lo_milliseconds"].as_u64().unwrap(),
    };
    assert_eq!((head.epoch, head.previous, head.bindings), (7, 6, bindings));
    let [record] = records.as_slice() else { panic!("one record") };
    let blob = bytes(&files["tree_file"]);
    assert_eq!(record.state_key.secret().bytes(), &array(&files["state_key"]));
    assert_eq!((record.tree, record.blob_generation, record.case_high_water), (tree(&vectors), 7, 9));
    assert_eq!((record.blob_sha256, record.blob_bytes), (sha256(&blob), blob.len() as u64));
}

#[test]
fn slots() {
    let vectors = vectors();
    let directory = tempfile::tempdir().unwrap();
    for slot in ["current", "staged"] {
        std::fs::write(directory.path().join(format!("{slot}.slot")), bytes(&vectors["key_files"][format!("{slot}_slot")])).unwrap();
    }
    let root_of_trust = FileRoot::open(directory.path()).unwrap();
    let slots = root_of_trust.load().unwrap();
    for epoch in [&slots.current, &slots.staged] {
        let epoch = epoch.as_ref().unwrap();
        assert_eq!((epoch.number(), epoch.key.secret().bytes()), (7, &array(&vectors["key_files"]["epoch_key"])));
    }
    root_of_trust.promote().unwrap();
    assert_eq!(std::fs::read(directory.path().join("current.slot")).unwrap(), bytes(&vectors["key_files"]["current_slot"]));
}

#[test]
fn vault_keys() {
    let vectors = &vectors()["vault_keys"];
    let record = TreeRecord {
        tree: TreeId::vault(VaultId([0; 16])),
        state_key: UsedKey::from_bytes(&[0; 32]),
        blob_generation: 1,
        blob_sha256: sha256(b""),
        blob_bytes: 0,
        case_high_water: 0,
    };
    let keys = VaultKeys::new(&Arc::new(TreeState { record, cover: root_of(&vectors["vault_root"]) })).unwrap();
    assert_eq!(keys.reference_tag(vectors["reference"].as_str().unwrap()), array(&vectors["reference_tag"]));
    assert_eq!(*keys.ledger_seed(0).unwrap(), array(&vectors["ledger_seed_0"]));
    assert_eq!(*keys.ledger_seed(3).unwrap(), array(&vectors["ledger_seed_3"]));
    let address = keys.actor_address(vectors["actor"].as_str().unwrap());
    assert_eq!(address, integer(&vectors["actor_address"]));
    assert_eq!(root_of(&vectors["actor_root"]).leaf(address).unwrap().bytes(), &array(&vectors["actor_key"]));
}

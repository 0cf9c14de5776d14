//! What the tests of the ledger share: the vectors, the recursive definitions of RFC 6962, and a seeded mutator.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::OnceLock;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ring::signature::Ed25519KeyPair;
use serde_json::Value;

use super::proof::NodeSource;
use super::{Appended, LogState, TileSource, VerifierKey, ed25519_cosignature_message, empty_root, leaf_hash, node_hash};
use crate::model::Digest;

/// The vectors, made with an independent implementation. `ers` and `ers_blinded_group` are for `evidence`.
pub fn vectors() -> &'static Value {
    static VECTORS: OnceLock<Value> = OnceLock::new();
    VECTORS.get_or_init(|| serde_json::from_str(include_str!("../../tests/fixtures/ledger/ledger-vectors.json")).unwrap())
}

/// The digest in a hexadecimal string of the vectors.
pub fn digest_of(value: &Value) -> Digest {
    Digest::from_hex(value.as_str().unwrap()).unwrap()
}

/// The digests in a list of the vectors.
pub fn digests_of(value: &Value) -> Vec<Digest> {
    value.as_array().unwrap().iter().map(digest_of).collect()
}

/// Entry `index` of the vectors' tree.
pub fn leaf_entry(index: usize) -> Vec<u8> {
    format!("leaf-{index}").into_bytes()
}

/// Leaf hashes of the vectors' tree.
pub fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|index| leaf_hash(&leaf_entry(index))).collect()
}

fn left_width(width: usize) -> usize {
    let mut left = 1;
    while left * 2 < width {
        left *= 2;
    }
    left
}

/// MTH of RFC 6962 section 2.1, word for word.
pub fn mth(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(left_width(leaves.len()));
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// PATH of RFC 6962 section 2.1.1, word for word.
pub fn path_by_recursion(index: usize, leaves: &[Digest]) -> Vec<Digest> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(left_width(leaves.len()));
    let (mut path, sibling) = if index < left.len() {
        (path_by_recursion(index, left), mth(right))
    } else {
        (path_by_recursion(index - left.len(), right), mth(left))
    };
    path.push(sibling);
    path
}

/// PROOF of RFC 6962 section 2.1.2, word for word.
pub fn consistency_by_recursion(old: usize, leaves: &[Digest]) -> Vec<Digest> {
    fn sub_proof(old: usize, leaves: &[Digest], whole: bool) -> Vec<Digest> {
        if old == leaves.len() {
            return if whole { Vec::new() } else { vec![mth(leaves)] };
        }
        let (left, right) = leaves.split_at(left_width(leaves.len()));
        let (mut proof, sibling) = if old <= left.len() {
            (sub_proof(old, left, whole), mth(right))
        } else {
            (sub_proof(old - left.len(), right, false), mth(left))
        };
        proof.push(sibling);
        proof
    }
    sub_proof(old, leaves, true)
}

/// Nodes straight from the leaves.
pub struct Leaves<'a>(pub &'a [Digest]);

impl NodeSource for Leaves<'_> {
    type Error = Infallible;

    fn node(&mut self, level: u8, index: u64) -> Result<Digest, Infallible> {
        let width = 1 << level;
        let start = index as usize * width;
        Ok(mth(&self.0[start..start + width]))
    }
}

/// Deterministic numbers (splitmix64), so that a failing case can be run again.
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, or 0.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { (self.next() % bound as u64) as usize }
    }
}

/// Bytes that hostile input likes to contain.
const SPICE: &[&[u8]] = &[
    b"\n",
    b"\n\n",
    b" ",
    b"\xe2\x80\x94 ",
    b"=",
    b"+",
    b"0",
    b"18446744073709551616",
    b"\xff",
    b"\0",
    b"\"",
    b"{",
    b"\\u0000",
    b"\xc2\xa0",
];

/// Calls `check` with `count` damaged forms of `good`: bytes flipped, removed, doubled, inserted, cut and swapped.
pub fn mutate(good: &[u8], count: usize, seed: u64, mut check: impl FnMut(&[u8])) {
    let mut random = Random(seed);
    for _ in 0..count {
        let mut bytes = good.to_vec();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len());
            let to = (at + 1 + random.below(40)).min(bytes.len());
            match random.below(7) {
                0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
                1 if !bytes.is_empty() => bytes[at] = random.next() as u8,
                2 => drop(bytes.drain(at.min(to)..to)),
                3 => {
                    let copy = bytes[at.min(to)..to].to_vec();
                    let target = random.below(bytes.len() + 1);
                    bytes.splice(target..target, copy);
                }
                4 => bytes.truncate(at),
                5 => {
                    let other = random.below(bytes.len());
                    if !bytes.is_empty() {
                        bytes.swap(at, other);
                    }
                }
                _ => {
                    let spice = SPICE[random.below(SPICE.len())];
                    bytes.splice(at..at, spice.iter().copied());
                }
            }
        }
        check(&bytes);
    }
}

/// A verifier key of the vectors, e.g. `log`.
pub fn key(name: &str) -> VerifierKey {
    VerifierKey::parse(vectors()["keys"][name]["vkey"].as_str().unwrap()).unwrap()
}

/// The seed of a key of the vectors.
pub fn seed(name: &str) -> [u8; 32] {
    hex::decode(vectors()["keys"][name]["seed"].as_str().unwrap()).unwrap().try_into().unwrap()
}

/// The line with which an Ed25519 witness of the vectors cosigns.
pub fn cosignature_line(witness: &str, time_seconds: u64, checkpoint_text: &str) -> String {
    let key = key(witness);
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed(witness)).unwrap();
    let signature = pair.sign(&ed25519_cosignature_message(time_seconds, checkpoint_text));
    let payload = [key.id().0.as_slice(), &time_seconds.to_be_bytes(), signature.as_ref()].concat();
    format!("\u{2014} {} {}\n", key.name(), BASE64_STANDARD.encode(payload))
}

/// What a store keeps of one log.
#[derive(Clone, Default)]
pub struct Stored {
    /// The full tiles, by level and index.
    pub tiles: HashMap<(u8, u64), Vec<u8>>,
    /// The encoded frontier.
    pub frontier: Vec<u8>,
}

impl TileSource for &Stored {
    type Error = (u8, u64, u16);

    fn tile(&mut self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, Self::Error> {
        let kept = self.tiles.get(&(level, index)).filter(|_| width == 256);
        kept.cloned().ok_or((level, index, width))
    }
}

impl Stored {
    /// Stores what a batch brings and gives the next state.
    pub fn commit(&mut self, appended: Appended) -> LogState {
        for tile in appended.full_tiles {
            let before = self.tiles.insert((tile.level, tile.index), tile.bytes);
            assert_eq!(before, None, "a tile is written once");
        }
        self.frontier = appended.next.frontier().encode();
        appended.next
    }
}

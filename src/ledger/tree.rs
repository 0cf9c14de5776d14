//! The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1.1) over SHA-256, and its right edge.

use ring::digest::{Context, SHA256, digest};

use crate::limits::LEDGER_ENTRIES_MAX;
use crate::model::Digest;

/// Before an entry, so that no entry can pass for an inner node.
const LEAF_PREFIX: u8 = 0x00;
/// Before the two children of a node.
const NODE_PREFIX: u8 = 0x01;

fn finished(value: ring::digest::Digest) -> Digest {
    Digest::from_slice(value.as_ref()).expect("SHA-256 must have 32 bytes")
}

/// Hash of a leaf: SHA-256(0x00 || entry). A verifier computes it from the entry and never takes it from somebody else:
/// an inner node that is passed off as a leaf hash "proves" an entry that does not exist.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(&[LEAF_PREFIX]);
    context.update(entry);
    finished(context.finish())
}

/// Hash of an inner node: SHA-256(0x01 || left || right).
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut input = [NODE_PREFIX; 1 + 2 * Digest::BYTES];
    input[1..1 + Digest::BYTES].copy_from_slice(left.as_bytes());
    input[1 + Digest::BYTES..].copy_from_slice(right.as_bytes());
    finished(digest(&SHA256, &input))
}

/// Root of the tree without entries: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    finished(digest(&SHA256, b""))
}

/// Root of a perfect subtree whose lowest row is `hashes`; their number must be a power of two.
pub(super) fn perfect_root(hashes: &[Digest]) -> Digest {
    assert!(hashes.len().is_power_of_two(), "a perfect subtree must have a power of two of hashes");
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row[0]
}

/// Why stored bytes are not a frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// Written by a program that we do not know.
    #[error("the frontier has version {0}; this program reads version 1")]
    Version(u8),
    /// Too short, too long, or a size that no log has.
    #[error("the frontier's length does not fit its size")]
    Length,
}

/// The right edge of a tree as a compact range: the roots of its perfect subtrees, largest first, one per set bit of the size.
///
/// This is all that appending needs. It cannot answer questions about older leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Digest>,
}

/// Version of the encoding of [`Frontier`].
const FRONTIER_VERSION: u8 = 1;
/// Offset of the size (u64) behind the version.
const FRONTIER_SIZE: usize = 1;
/// Offset of the roots, largest subtree first.
const FRONTIER_ROOTS: usize = FRONTIER_SIZE + 8;

impl Frontier {
    /// The frontier of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the perfect subtrees, largest first.
    pub fn roots(&self) -> &[Digest] {
        &self.roots
    }

    /// Adds the next leaf: as many merges as the size has trailing ones, two on average.
    pub fn append(&mut self, leaf: Digest) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.roots.pop().expect("a frontier must have one root per set bit of its size");
            node = node_hash(&left, &node);
        }
        self.roots.push(node);
        self.size += 1;
    }

    /// Root of the whole tree: the roots folded from the right.
    pub fn root(&self) -> Digest {
        let mut roots = self.roots.iter().rev();
        let Some(last) = roots.next() else { return empty_root() };
        roots.fold(*last, |right, left| node_hash(left, &right))
    }

    /// The stored form: version (u8 = 1), size (u64 big-endian), roots (32 bytes each, largest subtree first).
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FRONTIER_ROOTS + self.roots.len() * Digest::BYTES);
        bytes.push(FRONTIER_VERSION);
        bytes.extend_from_slice(&self.size.to_be_bytes());
        for root in &self.roots {
            bytes.extend_from_slice(root.as_bytes());
        }
        bytes
    }

    /// Reads [`encode`](Self::encode). The hashes are not checked here: `LogState::load` recomputes them from the tiles.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrontierError> {
        let (&version, rest) = bytes.split_first().ok_or(FrontierError::Length)?;
        if version != FRONTIER_VERSION {
            return Err(FrontierError::Version(version));
        }
        let (size, hashes) = rest.split_first_chunk().ok_or(FrontierError::Length)?;
        let size = u64::from_be_bytes(*size);
        if size > LEDGER_ENTRIES_MAX || hashes.len() != size.count_ones() as usize * Digest::BYTES {
            return Err(FrontierError::Length);
        }
        let roots = hashes.chunks_exact(Digest::BYTES).filter_map(Digest::from_slice).collect();
        Ok(Self { size, roots })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{digest_of, leaves, mth, vectors};

    #[test]
    fn the_inputs_of_certificate_transparency() {
        let reference = &vectors()["rfc6962_ct_reference"];
        let inputs: Vec<Vec<u8>> =
            reference["inputs"].as_array().unwrap().iter().map(|input| hex::decode(input.as_str().unwrap()).unwrap()).collect();
        let hashes: Vec<Digest> = inputs.iter().map(|input| leaf_hash(input)).collect();
        let expected: Vec<Digest> = reference["leaf_hashes"].as_array().unwrap().iter().map(digest_of).collect();
        assert_eq!(hashes, expected);
        for (size, root) in reference["roots_by_size"].as_object().unwrap() {
            assert_eq!(mth(&hashes[..size.parse::<usize>().unwrap()]), digest_of(root), "size {size}");
        }
    }

    #[test]
    fn roots_of_the_leaf_tree_by_recursion_and_by_appending() {
        let tree = &vectors()["tree"];
        let leaves = leaves(300);
        for (index, hash) in tree["leaf_hash_first"].as_array().unwrap().iter().enumerate() {
            assert_eq!(leaves[index], digest_of(hash));
        }
        for (index, hash) in tree["leaf_hash_at"].as_object().unwrap() {
            assert_eq!(leaves[index.parse::<usize>().unwrap()], digest_of(hash));
        }
        for (size, root) in tree["roots_by_size"].as_object().unwrap() {
            let size: usize = size.parse().unwrap();
            let mut frontier = Frontier::new();
            leaves[..size].iter().for_each(|leaf| frontier.append(*leaf));
            assert_eq!(frontier.root(), digest_of(root), "size {size}");
            assert_eq!(mth(&leaves[..size]), digest_of(root), "size {size}");
        }
    }

    #[test]
    fn the_frontier_has_the_perfect_subtrees_largest_first() {
        let leaves = leaves(300);
        for (size, expected) in vectors()["append_frontier"]["by_size"].as_object().unwrap() {
            let mut frontier = Frontier::new();
            leaves[..size.parse::<usize>().unwrap()].iter().for_each(|leaf| frontier.append(*leaf));
            let expected: Vec<Digest> = expected.as_array().unwrap().iter().map(|subtree| digest_of(&subtree["hash"])).collect();
            assert_eq!(frontier.roots(), expected, "size {size}");
            assert_eq!(Frontier::decode(&frontier.encode()), Ok(frontier));
        }
    }

    #[test]
    fn damaged_frontiers_are_refused() {
        let mut frontier = Frontier::new();
        leaves(7).into_iter().for_each(|leaf| frontier.append(leaf));
        let good = frontier.encode();
        assert_eq!(good.len(), 1 + 8 + 3 * 32);
        for cut in 0..good.len() {
            assert_eq!(Frontier::decode(&good[..cut]), Err(FrontierError::Length));
        }
        assert_eq!(Frontier::decode(&[good.as_slice(), &[0]].concat()), Err(FrontierError::Length));
        let mut other_version = good.clone();
        other_version[0] = 2;
        assert_eq!(Frontier::decode(&other_version), Err(FrontierError::Version(2)));
        let mut other_size = good;
        other_size[8] = 8;
        assert_eq!(Frontier::decode(&other_size), Err(FrontierError::Length));
        let full = [[1].as_slice(), &[0xff; 8], &[0; 64 * 32]].concat();
        assert_eq!(Frontier::decode(&full), Err(FrontierError::Length), "no tree has 2^64 - 1 leaves");
    }
}

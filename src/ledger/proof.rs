//! Inclusion and consistency proofs of RFC 6962 sections 2.1.1 and 2.1.2, verified as in RFC 9162 sections 2.1.3.2 and 2.1.4.2.
//!
//! Two things that a proof does not do: a root does not bind the size of its tree, so size and root must come from one verified
//! checkpoint; and an inner node passes for a leaf hash, so the leaf hash must be computed from the entry ([`leaf_hash`]).
//!
//! [`leaf_hash`]: super::leaf_hash

use super::tree::node_hash;
use crate::model::Digest;

/// Why a proof is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no leaf with this index in a tree of this size.
    #[error("there is no entry {index} in a log with {size} entries")]
    OutOfRange {
        /// Index of the leaf.
        index: u64,
        /// Size of the tree.
        size: u64,
    },
    /// A log never shrinks.
    #[error("the log had {old} entries and now has only {new}")]
    Shrunk {
        /// Size of the older tree.
        old: u64,
        /// Size of the newer tree.
        new: u64,
    },
    /// RFC 6962 defines no consistency proof from the empty tree.
    #[error("there is no consistency proof from the empty tree")]
    FromEmpty,
    /// The length follows from the sizes alone; nothing was hashed.
    #[error("the proof has {actual} hashes where {expected} are needed")]
    Length {
        /// Hashes that the sizes demand.
        expected: usize,
        /// Hashes that are there.
        actual: usize,
    },
    /// The proof does not lead to the (newer) root.
    #[error("the proof leads to another root")]
    Root,
    /// The consistency proof does not lead to the older root: history was rewritten, or the proof belongs to another log.
    #[error("the proof leads to another root of the older tree")]
    OldRoot,
}

/// Number of hashes in the inclusion proof of leaf `index` in a tree of `size` leaves.
pub fn inclusion_proof_length(index: u64, size: u64) -> Result<usize, ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { index, size });
    }
    let inner = bit_length(index ^ (size - 1));
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    Ok((inner + border) as usize)
}

/// Number of hashes in the consistency proof between trees of `old` and `new` leaves, where 0 < `old` < `new`.
fn consistency_proof_length(old: u64, new: u64) -> usize {
    let inner = bit_length((old - 1) ^ (new - 1));
    let border = (old - 1).checked_shr(inner).unwrap_or(0).count_ones();
    let first = u32::from(!old.is_power_of_two());
    (first + inner - old.trailing_zeros() + border) as usize
}

fn bit_length(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

/// Checks that `leaf` is leaf `index` of the tree with `size` leaves and this root.
pub fn verify_inclusion(index: u64, size: u64, leaf: &Digest, proof: &[Digest], root: &Digest) -> Result<(), ProofError> {
    let expected = inclusion_proof_length(index, size)?;
    if proof.len() != expected {
        return Err(ProofError::Length { expected, actual: proof.len() });
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree with `old` leaves and `old_root` is a prefix of the tree with `new` leaves and `new_root`.
///
/// `old` = 0 is refused, because RFC 6962 defines no such proof; [`verify_growth`] adds the rule for it.
pub fn verify_consistency(old: u64, new: u64, proof: &[Digest], old_root: &Digest, new_root: &Digest) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == 0 {
        return Err(ProofError::FromEmpty);
    }
    let expected = if old == new { 0 } else { consistency_proof_length(old, new) };
    if proof.len() != expected {
        return Err(ProofError::Length { expected, actual: proof.len() });
    }
    if old == new {
        return if old_root == new_root { Ok(()) } else { Err(ProofError::Root) };
    }
    // A perfect old tree is itself the first node of the path, so the proof leaves it out.
    let (first, rest) = match proof.split_first() {
        Some((first, rest)) if !old.is_power_of_two() => (first, rest),
        _ => (old_root, proof),
    };
    let shared = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> shared, (new - 1) >> shared);
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            // Without the test for zero a hostile proof would keep this loop running for ever.
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if old_hash != *old_root {
        return Err(ProofError::OldRoot);
    }
    if last == 0 && new_hash == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

/// [`verify_consistency`] with the rule of C2SP tlog-witness for the empty tree: its root must be the empty root, and no proof is given.
pub fn verify_growth(old: u64, new: u64, proof: &[Digest], old_root: &Digest, new_root: &Digest) -> Result<(), ProofError> {
    if old > 0 {
        return verify_consistency(old, new, proof, old_root, new_root);
    }
    if !proof.is_empty() {
        return Err(ProofError::Length { expected: 0, actual: proof.len() });
    }
    let empty = super::tree::empty_root();
    if *old_root != empty {
        return Err(ProofError::OldRoot);
    }
    if new == 0 && *new_root != empty { Err(ProofError::Root) } else { Ok(()) }
}

/// Where the nodes for new proofs come from: tiles, or the nodes of one batch.
pub trait NodeSource {
    /// Why a node cannot be had.
    type Error;

    /// Root of the perfect subtree over the leaves `index * 2^level .. (index + 1) * 2^level`, which all exist.
    fn node(&mut self, level: u8, index: u64) -> Result<Digest, Self::Error>;
}

/// Why a proof cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// The question has no answer: the index is beyond the size, or the sizes are in the wrong order.
    #[error(transparent)]
    Question(ProofError),
    /// A node could not be had.
    #[error(transparent)]
    Source(E),
}

/// Root of the tree of the first `size` leaves: what was signed when the log had that size.
pub fn tree_root<S: NodeSource>(size: u64, source: &mut S) -> Result<Digest, S::Error> {
    if size == 0 { Ok(super::tree::empty_root()) } else { range_root(0, size, source) }
}

/// The inclusion proof of leaf `index` in the tree of the first `size` leaves: the leaf's sibling first.
pub fn prove_inclusion<S: NodeSource>(index: u64, size: u64, source: &mut S) -> Result<Vec<Digest>, ProveError<S::Error>> {
    let length = inclusion_proof_length(index, size).map_err(ProveError::Question)?;
    let mut proof = Vec::with_capacity(length);
    for level in 0..bit_length(size - 1) {
        let sibling = (index >> level) ^ 1;
        let start = sibling << level;
        if start < size {
            let end = size.min(start.saturating_add(1 << level));
            proof.push(range_root(start, end, source).map_err(ProveError::Source)?);
        }
    }
    Ok(proof)
}

/// The consistency proof between the trees of the first `old` and the first `new` leaves, 0 < `old` <= `new`.
pub fn prove_consistency<S: NodeSource>(old: u64, new: u64, source: &mut S) -> Result<Vec<Digest>, ProveError<S::Error>> {
    if old > new {
        return Err(ProveError::Question(ProofError::Shrunk { old, new }));
    }
    if old == 0 {
        return Err(ProveError::Question(ProofError::FromEmpty));
    }
    let (mut start, mut end) = (0, new);
    let mut siblings = Vec::new();
    while old != end {
        let middle = start + left_width(end - start);
        if old <= middle {
            siblings.push((middle, end));
            end = middle;
        } else {
            siblings.push((start, middle));
            start = middle;
        }
    }
    // The verifier knows the old root already when the whole old tree is one node of the new one.
    if start > 0 {
        siblings.push((start, end));
    }
    siblings.into_iter().rev().map(|(start, end)| range_root(start, end, source).map_err(ProveError::Source)).collect()
}

/// Width of the left child in a tree of `width` leaves: the largest power of two below it.
fn left_width(width: u64) -> u64 {
    1 << (bit_length(width - 1) - 1)
}

/// Root over the leaves `start .. end`, where `start` is a multiple of a power of two that is at least the width.
fn range_root<S: NodeSource>(start: u64, end: u64, source: &mut S) -> Result<Digest, S::Error> {
    let mut root = None;
    let mut end = end;
    while end > start {
        // The perfect subtree that ends here is as wide as the lowest set bit of the width that is left.
        let level = (end - start).trailing_zeros();
        let left = source.node(level as u8, (end >> level) - 1)?;
        root = Some(root.map_or(left, |right| node_hash(&left, &right)));
        end -= 1 << level;
    }
    Ok(root.expect("a range of a proof must have leaves"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::ledger::testing::{Leaves, consistency_by_recursion, digest_of, digests_of, leaves, mth, path_by_recursion, vectors};
    use crate::ledger::{empty_root, leaf_hash};

    fn number(value: &Value) -> u64 {
        value.as_u64().unwrap()
    }

    #[test]
    fn inclusion_vectors_are_made_and_verified() {
        let leaves = leaves(300);
        for case in vectors()["inclusion"].as_array().unwrap() {
            let (index, size) = (number(&case["index"]), number(&case["size"]));
            let proof = digests_of(&case["proof"]);
            let root = mth(&leaves[..size as usize]);
            assert_eq!(prove_inclusion(index, size, &mut Leaves(&leaves)), Ok(proof.clone()));
            assert_eq!(verify_inclusion(index, size, &leaves[index as usize], &proof, &root), Ok(()));
        }
    }

    #[test]
    fn consistency_vectors_are_made_and_verified() {
        let leaves = leaves(300);
        for case in vectors()["consistency"].as_array().unwrap() {
            let (old, new) = (number(&case["old"]), number(&case["new"]));
            let proof = digests_of(&case["proof"]);
            let (old_root, new_root) = (mth(&leaves[..old as usize]), mth(&leaves[..new as usize]));
            assert_eq!(prove_consistency(old, new, &mut Leaves(&leaves)), Ok(proof.clone()), "{old} -> {new}");
            assert_eq!(verify_consistency(old, new, &proof, &old_root, &new_root), Ok(()), "{old} -> {new}");
        }
    }

    #[test]
    fn every_case_that_must_fail_fails() {
        let mut tried = 0;
        for case in vectors()["must_fail"].as_array().unwrap() {
            tried += 1;
            let why = case["why"].as_str().unwrap();
            let hashes: Option<Vec<Digest>> =
                case["proof"].as_array().unwrap().iter().map(|hash| Digest::from_hex(hash.as_str().unwrap())).collect();
            let Some(proof) = hashes else {
                // A hash of another length has no representation, so the proof is refused where it is read.
                assert_eq!(why, "31-byte sibling");
                continue;
            };
            let refused = match case["kind"].as_str().unwrap() {
                "inclusion" => verify_inclusion(
                    number(&case["index"]),
                    number(&case["size"]),
                    &digest_of(&case["leaf_hash"]),
                    &proof,
                    &digest_of(&case["root"]),
                ),
                "consistency" => verify_consistency(
                    number(&case["old"]),
                    number(&case["new"]),
                    &proof,
                    &digest_of(&case["root_old"]),
                    &digest_of(&case["root_new"]),
                ),
                other => panic!("unknown kind {other}"),
            };
            assert!(refused.is_err(), "{why}");
        }
        assert_eq!(tried, 19);
    }

    #[test]
    fn a_leaf_hash_from_outside_proves_nothing() {
        let caveat = &vectors()["caveat_leaf_hash_must_be_computed"];
        let (index, size) = (number(&caveat["index"]), number(&caveat["claimed_size"]));
        let (proof, root) = (digests_of(&caveat["proof"]), digest_of(&caveat["root"]));
        let inner = digest_of(&caveat["leaf_hash"]);
        assert_eq!(verify_inclusion(index, size, &inner, &proof, &root), Ok(()), "this is the trap");
        // Who hashes the entry cannot fall into it: no bytes that we hash with 0x00 give the inner node.
        let children = [leaves(2)[0].0, leaves(2)[1].0].concat();
        assert_eq!(verify_inclusion(index, size, &leaf_hash(&children), &proof, &root), Err(ProofError::Root));
        assert_eq!(verify_inclusion(index, 7, &inner, &proof, &root), Err(ProofError::Length { expected: 3, actual: 2 }));
    }

    #[test]
    fn a_root_does_not_bind_its_size() {
        let caveat = &vectors()["caveat_size_not_bound_by_proof"];
        let (proof, root) = (digests_of(&caveat["proof"]), digest_of(&caveat["root"]));
        for size in ["true_size", "also_accepts_size"] {
            let accepted =
                verify_inclusion(number(&caveat["index"]), number(&caveat[size]), &digest_of(&caveat["leaf_hash"]), &proof, &root);
            assert_eq!(accepted, Ok(()), "which is why size and root come from one checkpoint");
        }
    }

    #[test]
    fn growth_from_the_empty_tree() {
        let root = mth(&leaves(7));
        assert_eq!(verify_growth(0, 7, &[], &empty_root(), &root), Ok(()));
        assert_eq!(verify_growth(0, 0, &[], &empty_root(), &empty_root()), Ok(()));
        assert_eq!(verify_growth(0, 0, &[], &empty_root(), &root), Err(ProofError::Root));
        assert_eq!(verify_growth(0, 7, &[], &root, &root), Err(ProofError::OldRoot));
        assert_eq!(verify_growth(0, 7, &[root], &empty_root(), &root), Err(ProofError::Length { expected: 0, actual: 1 }));
    }

    #[test]
    fn the_largest_sizes_do_not_overflow() {
        for (index, size) in [(0, u64::MAX), (u64::MAX - 1, u64::MAX), (1 << 63, u64::MAX), (0, 1 << 63)] {
            let length = inclusion_proof_length(index, size).unwrap();
            assert!(length <= 64);
            let proof = vec![empty_root(); length];
            assert_eq!(verify_inclusion(index, size, &empty_root(), &proof, &empty_root()), Err(ProofError::Root));
        }
        assert_eq!(inclusion_proof_length(u64::MAX, u64::MAX), Err(ProofError::OutOfRange { index: u64::MAX, size: u64::MAX }));
        let long = vec![empty_root(); 200];
        for (old, new) in [(1, u64::MAX), (u64::MAX - 1, u64::MAX), (1 << 63, u64::MAX)] {
            assert!(verify_consistency(old, new, &long, &empty_root(), &empty_root()).is_err());
        }
    }

    proptest! {
        #[test]
        fn proofs_equal_the_recursive_definition(new in 1u64..700, seed in any::<u64>()) {
            let leaves = leaves(new as usize);
            let (index, old) = (seed % new, 1 + (seed >> 32) % new);
            let root = mth(&leaves);
            prop_assert_eq!(tree_root(new, &mut Leaves(&leaves)), Ok(root));
            let inclusion = prove_inclusion(index, new, &mut Leaves(&leaves)).unwrap();
            prop_assert_eq!(&inclusion, &path_by_recursion(index as usize, &leaves));
            prop_assert_eq!(verify_inclusion(index, new, &leaves[index as usize], &inclusion, &root), Ok(()));
            let consistency = prove_consistency(old, new, &mut Leaves(&leaves)).unwrap();
            prop_assert_eq!(&consistency, &consistency_by_recursion(old as usize, &leaves));
            prop_assert_eq!(verify_consistency(old, new, &consistency, &mth(&leaves[..old as usize]), &root), Ok(()));
        }

        #[test]
        fn a_changed_proof_never_verifies(size in 2u64..300, seed in any::<u64>(), bit in 0usize..256) {
            let leaves = leaves(size as usize);
            let root = mth(&leaves);
            let index = seed % size;
            let mut proof = path_by_recursion(index as usize, &leaves);
            let at = (seed >> 32) as usize % proof.len();
            proof[at].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(verify_inclusion(index, size, &leaves[index as usize], &proof, &root), Err(ProofError::Root));
            let old = 1 + seed % (size - 1);
            let mut proof = consistency_by_recursion(old as usize, &leaves);
            let at = (seed >> 32) as usize % proof.len();
            proof[at].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_consistency(old, size, &proof, &mth(&leaves[..old as usize]), &root).is_err());
        }
    }
}

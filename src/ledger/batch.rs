//! The inclusion proofs of the leaves that are appended together.

use super::tree::{Frontier, node_hash};
use crate::model::Digest;

/// The nodes from which every inclusion proof of one batch is put together without hashing.
///
/// A proof needs, on each level, a node of the batch, the root of the old frontier to its left, or the ragged rest at the right end.
/// All of them are computed once; afterwards any number of threads can take proofs from a shared reference.
#[derive(Debug)]
pub struct BatchProofs {
    old_size: u64,
    size: u64,
    root: Digest,
    /// By level: index of the first node kept, and the nodes from there to the last complete one.
    rows: Vec<(u64, Vec<Digest>)>,
    /// By level: root over the leaves behind the last complete node, if there are any.
    ragged: Vec<Option<Digest>>,
}

impl BatchProofs {
    /// The proofs of `leaves`, at least one, behind the tree of `old`.
    pub(super) fn over(old: &Frontier, leaves: &[Digest]) -> Self {
        let old_size = old.size();
        let size = old_size + leaves.len() as u64;
        let mut old_roots = old.roots().iter().rev();
        let (mut rows, mut ragged) = (Vec::new(), Vec::new());
        let mut fresh = leaves.to_vec();
        let mut rest: Option<Digest> = None;
        for level in 0..=size.ilog2() {
            // The last old node of a level without a sibling is a root of the frontier; it pairs with the first new node.
            let mut first = old_size >> level;
            if first & 1 == 1 {
                fresh.insert(0, *old_roots.next().expect("a frontier must have one root per set bit of its size"));
                first -= 1;
            }
            let above = fresh.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
            ragged.push(rest);
            if let [.., last] = fresh.as_slice()
                && (size >> level) & 1 == 1
            {
                rest = Some(rest.map_or(*last, |right| node_hash(last, &right)));
            }
            rows.push((first, std::mem::replace(&mut fresh, above)));
        }
        let root = rest.expect("a batch must have leaves");
        Self { old_size, size, root, rows, ragged }
    }

    /// Size of the tree that the proofs lead to.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root that the proofs lead to.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// The inclusion proof of leaf `index`, or `None` if the leaf is not of this batch.
    pub fn proof(&self, index: u64) -> Option<Vec<Digest>> {
        if !(self.old_size..self.size).contains(&index) {
            return None;
        }
        let mut proof = Vec::with_capacity(self.rows.len());
        for (level, ((first, row), ragged)) in self.rows.iter().zip(&self.ragged).enumerate() {
            let sibling = (index >> level) ^ 1;
            let complete = self.size >> level;
            if sibling < complete {
                proof.push(row[(sibling - first) as usize]);
            } else if sibling == complete {
                proof.extend(*ragged);
            }
        }
        Some(proof)
    }
}

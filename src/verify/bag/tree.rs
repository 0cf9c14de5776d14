//! The Merkle tree of a ledger, recomputed from nothing but its entries, by a path that shares nothing with the code that appends.

use std::convert::Infallible;

use crate::ledger::{NodeSource, node_hash, tree_root};
use crate::limits::TILE_WIDTH;
use crate::model::Digest;

/// Binary logarithm of [`TILE_WIDTH`].
const TILE_HEIGHT: u8 = 8;
const _: () = assert!(1 << TILE_HEIGHT == TILE_WIDTH, "a row of tiles spans this many levels of nodes");

/// Root over a perfect subtree whose lowest row is `hashes`.
fn perfect(hashes: &[Digest]) -> Digest {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        for at in 0..row.len() / 2 {
            row[at] = node_hash(&row[2 * at], &row[2 * at + 1]);
        }
        row.truncate(row.len() / 2);
    }
    row[0]
}

/// The leaves of one bundle, hashed where it was read.
pub(super) struct Leaves {
    hashes: Vec<Digest>,
    /// Root over them if they fill a tile.
    root: Option<Digest>,
}

impl Leaves {
    /// Takes up to 256 leaf hashes.
    pub(super) fn new(hashes: Vec<Digest>) -> Self {
        let root = (hashes.len() == TILE_WIDTH).then(|| perfect(&hashes));
        Self { hashes, root }
    }
}

/// All leaf hashes, and the roots of all full tiles.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// By level of tiles: the hashes in them.
    rows: Vec<Vec<Digest>>,
}

impl Tree {
    /// Adds the leaves of the next bundle; only the last one may have fewer than 256.
    pub(super) fn push(&mut self, leaves: Leaves) {
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        assert!(self.rows[0].len().is_multiple_of(TILE_WIDTH), "nothing follows a partial bundle");
        self.rows[0].extend(leaves.hashes);
        let mut rising = leaves.root;
        for level in 1.. {
            let Some(root) = rising else { return };
            if self.rows.len() == level {
                self.rows.push(Vec::new());
            }
            let row = &mut self.rows[level];
            row.push(root);
            rising = row.len().is_multiple_of(TILE_WIDTH).then(|| perfect(&row[row.len() - TILE_WIDTH..]));
        }
    }

    /// Number of leaves.
    pub(super) fn size(&self) -> u64 {
        self.rows.first().map_or(0, |row| row.len() as u64)
    }

    /// Hash of a leaf.
    pub(super) fn leaf(&self, index: u64) -> Option<&Digest> {
        self.rows.first()?.get(usize::try_from(index).ok()?)
    }

    /// Root over the first `size` leaves, if there are as many.
    pub(super) fn root_at(&self, size: u64) -> Option<Digest> {
        let mut nodes = self;
        (size <= self.size()).then(|| tree_root(size, &mut nodes).unwrap_or_else(|never| match never {}))
    }

    /// The hashes of a tile, full or partial, as the tree has it at its present size.
    pub(super) fn tile(&self, level: u8, index: u64) -> Option<&[Digest]> {
        let row = self.rows.get(usize::from(level))?;
        let start = usize::try_from(index).ok()?.checked_mul(TILE_WIDTH).filter(|start| *start < row.len())?;
        Some(&row[start..row.len().min(start + TILE_WIDTH)])
    }
}

impl NodeSource for &Tree {
    type Error = Infallible;

    fn node(&mut self, level: u8, index: u64) -> Result<Digest, Infallible> {
        let (row, within) = (&self.rows[usize::from(level / TILE_HEIGHT)], level % TILE_HEIGHT);
        let start = (index as usize) << within;
        Ok(perfect(&row[start..start + (1 << within)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Frontier, TilePath, leaf_hash, tile_shape};

    #[test]
    fn roots_at_every_size_are_those_of_the_frontier() {
        let leaves: Vec<Digest> = (0..70_000_u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        let mut tree = Tree::default();
        for bundle in leaves.chunks(TILE_WIDTH) {
            tree.push(Leaves::new(bundle.to_vec()));
        }
        let mut frontier = Frontier::new();
        for (size, leaf) in (1..).zip(&leaves) {
            frontier.append(*leaf);
            if size < 600 || size % 997 == 0 || size > 65_000 && size % 113 == 0 || size == 70_000 {
                assert_eq!(tree.root_at(size), Some(frontier.root()), "{size}");
            }
        }
        assert_eq!(tree.root_at(0), Some(Frontier::new().root()));
        assert_eq!((tree.root_at(70_001), tree.leaf(70_000), tree.leaf(69_999)), (None, None, Some(&leaves[69_999])));
        for shape in tile_shape(70_000) {
            for index in 0..=shape.full_tiles {
                let width = tree.tile(shape.level, index).map_or(0, <[Digest]>::len);
                let path = TilePath::Hashes { level: shape.level, index, width: width as u16 };
                assert!(width == 0 || path.is_within(70_000), "{path}");
            }
        }
        assert_eq!(tree.tile(3, 0), None);
    }
}

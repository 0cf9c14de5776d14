//! Appending to one log: the right edge in memory, the next state, and the proofs of a batch.
//!
//! A state is never changed: appending gives the next one, and the caller swaps it in once the commit that stores its tiles and its
//! frontier is durable. Before a root leaves this module it was computed in three ways, each from its own part of the state: by
//! merging the frontier, from the nodes of the partial tiles, and from the nodes of the batch. A tile that fills up is hashed again
//! from the bytes that will be stored. A flipped bit in memory once ended a public log, because it was signed.
//!
//! Deliberately absent: storage, signing, indexes of handles.

use std::sync::Arc;

use super::batch::BatchProofs;
use super::reader::{TileSource, TreeReader};
use super::tile::{TileNodes, edge_root, hashes_in_level, parse_hashes, tile_bytes, tile_shape};
use super::tree::{Frontier, FrontierError, perfect_root};
use crate::limits::{LEDGER_ENTRIES_MAX, TILE_WIDTH};
use crate::model::Digest;

/// Why leaves cannot be appended. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// A batch without leaves has no new head.
    #[error("there is nothing to append")]
    Nothing,
    /// The log is full.
    #[error("a log cannot have more than {LEDGER_ENTRIES_MAX} entries")]
    Full,
    /// The memory of this machine lied: the root must not be signed and the state must be loaded again.
    #[error("the new root is {by_frontier} by the frontier, {by_tiles} by the tiles and {by_batch} by the batch")]
    RootsDisagree {
        /// Root by merging the old frontier with the leaves.
        by_frontier: Digest,
        /// Root from the partial tiles.
        by_tiles: Digest,
        /// Root from the nodes of the batch.
        by_batch: Digest,
    },
}

/// Why a log's stored state is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoadError<E> {
    /// The source of tiles failed.
    #[error(transparent)]
    Source(E),
    /// The stored frontier cannot be read.
    #[error(transparent)]
    Frontier(FrontierError),
    /// The frontier is that of another size.
    #[error("the log has {size} entries and its frontier {frontier}")]
    Size {
        /// Size that the caller knows.
        size: u64,
        /// Size in the frontier.
        frontier: u64,
    },
    /// The caller's leaves are not those behind the last full tile.
    #[error("{expected} entries lie behind the last full tile, not {actual}")]
    Leaves {
        /// Size modulo 256.
        expected: usize,
        /// Leaves given.
        actual: usize,
    },
    /// A stored tile has the wrong length.
    #[error("tile {index} of level {level} has {actual} bytes")]
    Tile {
        /// Level of the tile.
        level: u8,
        /// Index in its level.
        index: u64,
        /// Bytes of the tile.
        actual: usize,
    },
    /// Tiles and last entries lead to another root than the frontier: one of them was changed.
    #[error("the tiles lead to root {by_tiles}, the frontier to {by_frontier}")]
    RootsDisagree {
        /// Root by the tiles and the last entries.
        by_tiles: Digest,
        /// Root by the frontier.
        by_frontier: Digest,
    },
}

/// A tile that has become full and is to be stored, for ever, in the same commit as the entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullTile {
    /// Level, 0 for the leaf hashes.
    pub level: u8,
    /// Index in its level.
    pub index: u64,
    /// The 8192 bytes.
    pub bytes: Vec<u8>,
}

/// What appending a batch gives. Nothing of it is valid before its commit.
#[derive(Debug)]
pub struct Appended {
    /// The state after the batch.
    pub next: LogState,
    /// Tiles that the batch has filled, lowest level first.
    pub full_tiles: Vec<FullTile>,
    /// The new root.
    pub root: Digest,
    /// The inclusion proofs of the batch's leaves at the new size.
    pub proofs: BatchProofs,
}

/// The right edge of one log: its frontier and its partial tiles, at most 255 hashes on each level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogState {
    frontier: Frontier,
    edge: Vec<Arc<TileNodes>>,
}

impl LogState {
    /// The state of a log without entries.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Rebuilds the state of a log with `size` entries and checks it: the partial tiles are derived from full tiles and from
    /// `last_leaves`, the leaf hashes of the last `size % 256` entries, and must lead to the root of the stored frontier.
    ///
    /// Reads at most 255 full tiles per level. Whether the root is also the signed one is for the caller to check.
    pub fn load<S: TileSource>(size: u64, frontier: &[u8], tiles: &mut S, last_leaves: &[Digest]) -> Result<Self, LoadError<S::Error>> {
        let frontier = Frontier::decode(frontier).map_err(LoadError::Frontier)?;
        if frontier.size() != size {
            return Err(LoadError::Size { size, frontier: frontier.size() });
        }
        let expected = (size % TILE_WIDTH as u64) as usize;
        if last_leaves.len() != expected {
            return Err(LoadError::Leaves { expected, actual: last_leaves.len() });
        }
        let mut edge = vec![Arc::new(TileNodes::over(last_leaves.iter().copied()))];
        for shape in tile_shape(size).into_iter().skip(1) {
            let first = shape.full_tiles * TILE_WIDTH as u64;
            let below = shape.level - 1;
            let partial = (first..first + u64::from(shape.partial_width)).map(|index| full_tile_root(tiles, below, index));
            edge.push(Arc::new(TileNodes::over(partial.collect::<Result<Vec<_>, _>>()?)));
        }
        let (by_tiles, by_frontier) = (edge_root(edge.iter().map(Arc::as_ref)), frontier.root());
        if by_tiles != by_frontier {
            return Err(LoadError::RootsDisagree { by_tiles, by_frontier });
        }
        Ok(Self { frontier, edge })
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Root of the tree.
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// What is stored as the head of the log: [`Frontier::encode`].
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The hashes of the partial tile of `level`; empty if there is none. With [`tile_bytes`] this is the tile to serve.
    pub fn partial_tile(&self, level: u8) -> &[Digest] {
        self.edge.get(usize::from(level)).map_or(&[], |tile| tile.hashes())
    }

    /// A reader of this tree over stored full tiles; `tiles` is never asked for a partial one. Serves proofs at this and at every earlier size.
    pub fn reader<S: TileSource>(&self, tiles: S) -> TreeReader<S> {
        TreeReader::over_edge(tiles, self.size(), self.edge.clone())
    }

    /// The state after `leaves`, with everything that must be stored with them.
    pub fn append(&self, leaves: &[Digest]) -> Result<Appended, AppendError> {
        if leaves.is_empty() {
            return Err(AppendError::Nothing);
        }
        if leaves.len() as u64 > LEDGER_ENTRIES_MAX - self.size() {
            return Err(AppendError::Full);
        }
        let mut frontier = self.frontier.clone();
        leaves.iter().for_each(|leaf| frontier.append(*leaf));
        let (edge, full_tiles) = self.raise(leaves);
        let proofs = BatchProofs::over(&self.frontier, leaves);
        let (by_frontier, by_tiles, by_batch) = (frontier.root(), edge_root(edge.iter().map(Arc::as_ref)), proofs.root());
        if by_frontier != by_tiles || by_frontier != by_batch {
            return Err(AppendError::RootsDisagree { by_frontier, by_tiles, by_batch });
        }
        Ok(Appended { next: Self { frontier, edge }, full_tiles, root: by_frontier, proofs })
    }

    /// The partial tiles with `leaves` behind them. A tile that fills up is taken out, and its root rises to the level above; levels
    /// that nothing reaches stay shared with the old state.
    fn raise(&self, leaves: &[Digest]) -> (Vec<Arc<TileNodes>>, Vec<FullTile>) {
        let mut edge = self.edge.clone();
        let mut full_tiles = Vec::new();
        let mut rising = leaves.to_vec();
        for level in 0.. {
            if edge.len() == usize::from(level) {
                edge.push(Arc::default());
            }
            let partial = Arc::make_mut(&mut edge[usize::from(level)]);
            let mut index = hashes_in_level(self.size(), level) / TILE_WIDTH as u64;
            let mut roots = Vec::new();
            for hash in rising {
                partial.push(hash);
                if partial.hashes().len() == TILE_WIDTH {
                    roots.push(perfect_root(partial.hashes()));
                    full_tiles.push(FullTile { level, index, bytes: tile_bytes(partial.hashes()) });
                    *partial = TileNodes::default();
                    index += 1;
                }
            }
            if roots.is_empty() {
                break;
            }
            rising = roots;
        }
        (edge, full_tiles)
    }
}

fn full_tile_root<S: TileSource>(tiles: &mut S, level: u8, index: u64) -> Result<Digest, LoadError<S::Error>> {
    let bytes = tiles.tile(level, index, TILE_WIDTH as u16).map_err(LoadError::Source)?;
    let hashes = parse_hashes(&bytes, TILE_WIDTH as u16).map_err(|_| LoadError::Tile { level, index, actual: bytes.len() })?;
    Ok(perfect_root(&hashes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::proof::{prove_inclusion, verify_inclusion};
    use crate::ledger::testing::{Random, Stored, leaves, mth, path_by_recursion};

    fn grown(leaves: &[Digest], batch: usize) -> (LogState, Stored) {
        let (mut state, mut stored) = (LogState::empty(), Stored::default());
        for leaves in leaves.chunks(batch) {
            state = stored.commit(state.append(leaves).unwrap());
        }
        (state, stored)
    }

    /// A consistent state of any size without its leaves: the partial tiles are made up, the frontier follows from them.
    fn made_up(size: u64) -> LogState {
        let shapes = tile_shape(size);
        let edge: Vec<_> = shapes.iter().map(|shape| Arc::new(TileNodes::over(leaves(usize::from(shape.partial_width))))).collect();
        let mut bytes = vec![1];
        bytes.extend(size.to_be_bytes());
        for hashes in edge.iter().rev() {
            let mut rest = hashes.hashes();
            while !rest.is_empty() {
                let (subtree, behind) = rest.split_at(1 << rest.len().ilog2());
                bytes.extend(perfect_root(subtree).0);
                rest = behind;
            }
        }
        LogState { frontier: Frontier::decode(&bytes).unwrap(), edge }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn random_appends_give_the_roots_and_proofs_of_the_definition(batches in prop::collection::vec(1usize..300, 1..8), seed in any::<u64>()) {
            let all = leaves(batches.iter().sum());
            let (mut state, mut stored, mut size) = (LogState::empty(), Stored::default(), 0);
            for batch in batches {
                let appended = state.append(&all[size..size + batch]).unwrap();
                let now = &all[..size + batch];
                prop_assert_eq!(appended.root, mth(now));
                prop_assert_eq!(appended.proofs.size(), now.len() as u64);
                let probe = Random(seed ^ size as u64).below(batch);
                for index in [size, size + batch - 1, size + probe] {
                    prop_assert_eq!(appended.proofs.proof(index as u64), Some(path_by_recursion(index, now)));
                }
                prop_assert_eq!(appended.proofs.proof(now.len() as u64), None);
                prop_assert!(size == 0 || appended.proofs.proof(size as u64 - 1).is_none());
                size += batch;
                state = stored.commit(appended);
                let last = &all[size - size % 256..size];
                prop_assert_eq!(LogState::load(size as u64, &stored.frontier, &mut &stored, last), Ok(state.clone()));
            }
            let index = Random(seed).below(size);
            let older = index + 1 + Random(!seed).below(size - index);
            let again = prove_inclusion(index as u64, older as u64, &mut state.reader(&stored)).unwrap();
            prop_assert_eq!(again, path_by_recursion(index, &all[..older]), "an old receipt can be made again");
        }
    }

    #[test]
    fn every_proof_of_a_full_batch_verifies() {
        let all = leaves(66_000);
        let (state, _) = grown(&all[..64_976], 1024);
        let appended = state.append(&all[64_976..]).unwrap();
        let tiles: Vec<(u8, u64)> = appended.full_tiles.iter().map(|tile| (tile.level, tile.index)).collect();
        assert_eq!(tiles, [(0, 253), (0, 254), (0, 255), (0, 256), (1, 0)]);
        for index in 64_976..66_000 {
            let proof = appended.proofs.proof(index).unwrap();
            assert_eq!(verify_inclusion(index, 66_000, &all[index as usize], &proof, &appended.root), Ok(()));
        }
        assert_eq!(state.size(), 64_976, "the old state is as it was");
        assert_eq!(state.root(), mth(&all[..64_976]));
    }

    #[test]
    fn appending_to_logs_of_any_size() {
        for size in [1, 255, 256, 65_535, 65_536, 10_000_000, (1 << 40) - 1, LEDGER_ENTRIES_MAX - 3] {
            let state = made_up(size);
            let new = leaves(3);
            let appended = state.append(&new).unwrap();
            for (index, leaf) in (size..).zip(&new) {
                let proof = appended.proofs.proof(index).unwrap();
                assert_eq!(verify_inclusion(index, size + 3, leaf, &proof, &appended.root), Ok(()), "size {size}");
            }
        }
        assert_eq!(made_up(LEDGER_ENTRIES_MAX - 3).append(&leaves(4)).err(), Some(AppendError::Full));
        assert_eq!(LogState::empty().append(&[]).err(), Some(AppendError::Nothing));
    }

    /// A partial tile with one bit of one hash flipped, and the subtrees that follow from it.
    fn flipped(tile: &TileNodes, hash: usize, bit: usize) -> Arc<TileNodes> {
        let mut hashes = tile.hashes().to_vec();
        hashes[hash].0[bit / 8] ^= 1 << (bit % 8);
        Arc::new(TileNodes::over(hashes))
    }

    #[test]
    fn a_flipped_bit_in_memory_is_noticed_before_signing() {
        let size = 2 * 65_536 + 3 * 256 + 101;
        for (level, hash, bit) in [(0, 0, 0), (0, 100, 77), (1, 1, 255), (2, 0, 3)] {
            let mut state = made_up(size);
            state.edge[level] = flipped(&state.edge[level], hash, bit);
            assert!(matches!(state.append(&leaves(1)), Err(AppendError::RootsDisagree { .. })), "partial tile {level}");
        }
        for root in 0..made_up(size).frontier.roots().len() {
            let mut state = made_up(size);
            let mut bytes = state.frontier.encode();
            bytes[9 + 32 * root] ^= 1;
            state.frontier = Frontier::decode(&bytes).unwrap();
            assert!(matches!(state.append(&leaves(1)), Err(AppendError::RootsDisagree { .. })), "root {root} of the frontier");
        }
    }

    #[test]
    fn a_flipped_bit_under_good_subtrees_is_noticed_before_its_tile_is_stored() {
        let mut state = made_up(300);
        Arc::make_mut(&mut state.edge[0]).flip_hash(5);
        let appended = state.append(&leaves(100)).unwrap();
        assert_eq!(appended.full_tiles, []);
        assert!(matches!(appended.next.append(&leaves(112)), Err(AppendError::RootsDisagree { .. })));
    }

    #[test]
    fn damaged_storage_is_not_loaded() {
        let all = leaves(1_000);
        let (_, stored) = grown(&all, 100);
        let last = &all[768..];
        let load = |stored: &Stored, last: &[Digest]| LogState::load(1_000, &stored.frontier, &mut &*stored, last);
        assert!(load(&stored, last).is_ok());
        assert_eq!(load(&stored, &all[769..]), Err(LoadError::Leaves { expected: 232, actual: 231 }));
        assert_eq!(load(&stored, &all[767..999]).map(drop).map_err(disagreement), Err(true));
        let wrong_size = LogState::load(744, &stored.frontier, &mut &stored, last);
        assert_eq!(wrong_size, Err(LoadError::Size { size: 744, frontier: 1_000 }));

        let mut lost = stored.clone();
        lost.tiles.remove(&(0, 1));
        assert_eq!(load(&lost, last), Err(LoadError::Source((0, 1, 256))));
        let mut cut = stored.clone();
        cut.tiles.get_mut(&(0, 2)).unwrap().pop();
        assert_eq!(load(&cut, last), Err(LoadError::Tile { level: 0, index: 2, actual: 8191 }));
        for (tile, byte) in [((0, 0), 0), ((0, 1), 4_000), ((0, 2), 8_191)] {
            let mut flipped = stored.clone();
            flipped.tiles.get_mut(&tile).unwrap()[byte] ^= 0x10;
            assert_eq!(load(&flipped, last).map(drop).map_err(disagreement), Err(true));
        }
        for byte in 9..stored.frontier.len() {
            let mut flipped = stored.clone();
            flipped.frontier[byte] ^= 0x10;
            assert_eq!(load(&flipped, last).map(drop).map_err(disagreement), Err(true));
        }
    }

    fn disagreement<E>(error: LoadError<E>) -> bool {
        matches!(error, LoadError::RootsDisagree { .. })
    }
}

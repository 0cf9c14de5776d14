//! Reading a tree from tiles that nobody vouches for.
//!
//! Invariant: a hash leaves this module only if it leads to the root that the caller has verified. The partial tiles at the right
//! edge are folded into the root when the reader is opened; every full tile is hashed and compared with its entry in the tile
//! above, whatever it was fetched for (the readers of CVE-2026-56865 trusted tiles that they had fetched early). What was
//! authenticated stays in memory, one full tile per level, so that walking along the leaves hashes every tile once.

use std::sync::Arc;

use super::bundle::{BundleError, parse_bundle};
use super::proof::NodeSource;
use super::tile::{TILE_HEIGHT, TILE_LEVELS, TileError, TileNodes, edge_root, hashes_in_level, parse_hashes, tile_shape, tile_width};
use super::tree::leaf_hash;
use crate::limits::{LEDGER_ENTRIES_MAX, TILE_WIDTH};
use crate::model::Digest;

/// Where tiles come from: a table, a web server, a directory.
pub trait TileSource {
    /// Why a tile cannot be had.
    type Error;

    /// The bytes of tile `index` of `level` with exactly `width` hashes (256: the full tile). A source that has only a wider tile cuts it.
    fn tile(&mut self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, Self::Error>;
}

/// Why a tree cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError<E> {
    /// The source failed.
    #[error(transparent)]
    Source(E),
    /// The question is beyond the size of the tree.
    #[error("the tree of {size} entries has no node {index} at level {level}")]
    Beyond {
        /// Level of the node.
        level: u8,
        /// Index in its level.
        index: u64,
        /// Size of the tree.
        size: u64,
    },
    /// No log is that large.
    #[error("a log cannot have {0} entries")]
    Size(u64),
    /// A tile has the wrong length.
    #[error("tile {index} of level {level}: {error}")]
    Tile {
        /// Level of the tile.
        level: u8,
        /// Index in its level.
        index: u64,
        /// What is wrong with it.
        error: TileError,
    },
    /// The partial tiles do not lead to the root.
    #[error("the tiles at the right edge do not lead to the root")]
    Root,
    /// A full tile does not lead to its entry in the tile above.
    #[error("tile {index} of level {level} does not lead to its entry in the tile above")]
    Forged {
        /// Level of the tile.
        level: u8,
        /// Index in its level.
        index: u64,
    },
    /// A bundle is malformed.
    #[error("entry bundle {index}: {error}")]
    Bundle {
        /// Index of the bundle.
        index: u64,
        /// What is wrong with it.
        error: BundleError,
    },
    /// An entry is not the one that the tree commits to.
    #[error("entry {0} is not the one in the tree")]
    Entry(u64),
}

/// The authenticated tree of one size.
#[derive(Debug)]
pub struct TreeReader<S> {
    source: S,
    size: u64,
    /// The partial tiles, by level; empty where there is none.
    edge: Vec<Arc<TileNodes>>,
    /// The full tile used last, by level.
    recent: [Option<(u64, TileNodes)>; TILE_LEVELS as usize],
}

impl<S: TileSource> TreeReader<S> {
    /// Fetches the right edge of the tree of `size` leaves and checks that it has this `root`; both must come from one verified checkpoint.
    pub fn open(mut source: S, size: u64, root: &Digest) -> Result<Self, ReadError<S::Error>> {
        if size > LEDGER_ENTRIES_MAX {
            return Err(ReadError::Size(size));
        }
        let mut edge = Vec::new();
        for shape in tile_shape(size) {
            let (level, index, width) = (shape.level, shape.full_tiles, shape.partial_width);
            let hashes = if width == 0 { Vec::new() } else { fetch(&mut source, level, index, width)? };
            edge.push(Arc::new(TileNodes::over(hashes)));
        }
        if edge_root(edge.iter().map(Arc::as_ref)) != *root {
            return Err(ReadError::Root);
        }
        Ok(Self::over_edge(source, size, edge))
    }

    /// A reader over partial tiles that the caller has checked.
    pub(super) fn over_edge(source: S, size: u64, edge: Vec<Arc<TileNodes>>) -> Self {
        Self { source, size, edge, recent: Default::default() }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Hash of leaf `index`.
    pub fn leaf(&mut self, index: u64) -> Result<Digest, ReadError<S::Error>> {
        self.node(0, index)
    }

    /// The entries of bundle `index` at this size, each compared with its leaf hash. `bytes` may come from anywhere.
    pub fn entries<'a>(&mut self, index: u64, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, ReadError<S::Error>> {
        let width = tile_width(self.size, 0, index).ok_or(ReadError::Beyond { level: 0, index, size: self.size })?;
        let entries = parse_bundle(bytes, width).map_err(|error| ReadError::Bundle { index, error })?;
        let first = index * TILE_WIDTH as u64;
        for (number, entry) in (first..).zip(&entries) {
            if self.leaf(number)? != leaf_hash(entry) {
                return Err(ReadError::Entry(number));
            }
        }
        Ok(entries)
    }

    /// Node `index` of row `row` of the tiles of `level`, counted over the whole level; the caller has checked that it exists.
    fn node_of_level(&mut self, level: u8, row: u32, index: u64) -> Result<Digest, ReadError<S::Error>> {
        let per_tile = TILE_HEIGHT - row;
        let (tile, within) = (index >> per_tile, index & ((1 << per_tile) - 1));
        let full_tiles = hashes_in_level(self.size, level) / TILE_WIDTH as u64;
        let nodes = if tile < full_tiles { self.full_tile(level, tile)? } else { self.edge[usize::from(level)].as_ref() };
        Ok(nodes.node(row, within).expect("a node within the size must be in its tile"))
    }

    /// The authenticated full tile `index` of `level`. Recursion goes up the levels and ends at a partial tile, because the
    /// highest level of a tree never has a full one.
    fn full_tile(&mut self, level: u8, index: u64) -> Result<&TileNodes, ReadError<S::Error>> {
        let slot = usize::from(level);
        let known = matches!(&self.recent[slot], Some((recent, _)) if *recent == index);
        if !known {
            let expected = self.node_of_level(level + 1, 0, index)?;
            let hashes = fetch(&mut self.source, level, index, TILE_WIDTH as u16)?;
            let nodes = TileNodes::over(hashes);
            if nodes.node(TILE_HEIGHT, 0) != Some(expected) {
                return Err(ReadError::Forged { level, index });
            }
            self.recent[slot] = Some((index, nodes));
        }
        let (_, nodes) = self.recent[slot].as_ref().expect("the tile must have been put there just now");
        Ok(nodes)
    }
}

impl<S: TileSource> NodeSource for TreeReader<S> {
    type Error = ReadError<S::Error>;

    fn node(&mut self, level: u8, index: u64) -> Result<Digest, Self::Error> {
        if index >= self.size.checked_shr(u32::from(level)).unwrap_or(0) {
            return Err(ReadError::Beyond { level, index, size: self.size });
        }
        let (tile_level, row) = (level / TILE_HEIGHT as u8, u32::from(level) % TILE_HEIGHT);
        self.node_of_level(tile_level, row, index)
    }
}

fn fetch<S: TileSource>(source: &mut S, level: u8, index: u64, width: u16) -> Result<Vec<Digest>, ReadError<S::Error>> {
    let bytes = source.tile(level, index, width).map_err(ReadError::Source)?;
    parse_hashes(&bytes, width).map_err(|error| ReadError::Tile { level, index, error })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::ledger::encode_bundle;
    use crate::ledger::proof::{prove_consistency, prove_inclusion};
    use crate::ledger::testing::{Random, consistency_by_recursion, digest_of, leaf_entry, leaves, mth, path_by_recursion, vectors};
    use crate::ledger::tile::tile_bytes;

    /// Tiles by level, index and width, as a web server has them.
    #[derive(Clone, Default)]
    struct Served(HashMap<(u8, u64, u16), Vec<u8>>);

    impl TileSource for &Served {
        type Error = (u8, u64, u16);

        fn tile(&mut self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, Self::Error> {
            self.0.get(&(level, index, width)).cloned().ok_or((level, index, width))
        }
    }

    fn serve(leaves: &[Digest]) -> Served {
        let mut tiles = HashMap::new();
        let mut row = leaves.to_vec();
        for level in 0.. {
            for (index, hashes) in row.chunks(TILE_WIDTH).enumerate() {
                tiles.insert((level, index as u64, hashes.len() as u16), tile_bytes(hashes));
            }
            row = row.chunks_exact(TILE_WIDTH).map(mth).collect();
            if row.is_empty() {
                return Served(tiles);
            }
        }
        unreachable!("a level has fewer hashes than the one below")
    }

    const SIZES: [usize; 12] = [0, 1, 2, 7, 255, 256, 257, 300, 511, 512, 66_000, 65_536];

    #[test]
    fn honest_tiles_give_every_leaf_and_every_proof() {
        let all = leaves(66_000);
        let mut random = Random(3);
        for size in SIZES {
            let leaves = &all[..size];
            let served = serve(leaves);
            let mut reader = TreeReader::open(&served, size as u64, &mth(leaves)).unwrap();
            for _ in 0..size.min(20) {
                let index = random.below(size);
                assert_eq!(reader.leaf(index as u64), Ok(leaves[index]));
                let older = index + 1 + random.below(size - index);
                let proof = prove_inclusion(index as u64, older as u64, &mut reader).unwrap();
                assert_eq!(proof, path_by_recursion(index, &leaves[..older]));
                let proof = prove_consistency(older as u64, size as u64, &mut reader).unwrap();
                assert_eq!(proof, consistency_by_recursion(older, leaves));
            }
            let beyond = ReadError::Beyond { level: 0, index: size as u64, size: size as u64 };
            assert_eq!(reader.leaf(size as u64), Err(beyond));
        }
    }

    #[test]
    fn the_forged_tile_of_the_vectors_is_refused() {
        let case = &vectors()["must_fail_tiles"][0];
        let honest = leaves(300);
        let mut served = serve(&honest);
        let replaced = case["replaced_index"].as_u64().unwrap() as usize;
        let forged = served.0.get_mut(&(0, 0, 256)).unwrap();
        forged[replaced * 32..][..32].copy_from_slice(digest_of(&case["replaced_with"]).as_bytes());
        let sha256 = ring::digest::digest(&ring::digest::SHA256, forged);
        assert_eq!(hex::encode(sha256), case["forged_tile_sha256"].as_str().unwrap());

        let mut reader = TreeReader::open(&served, 300, &digest_of(&case["root"])).unwrap();
        for index in [5, 6, 255] {
            assert_eq!(reader.leaf(index), Err(ReadError::Forged { level: 0, index: 0 }));
        }
        assert!(prove_inclusion(299, 300, &mut reader).is_ok(), "the honest part can still be read");
    }

    #[test]
    fn wrong_lengths_and_widths_of_the_vectors_are_refused() {
        let root = digest_of(&vectors()["tree"]["roots_by_size"]["300"]);
        let mut served = serve(&leaves(300));
        served.0.get_mut(&(0, 1, 44)).unwrap().pop();
        let error = TileError::Length { width: 44, actual: 1407 };
        assert_eq!(TreeReader::open(&served, 300, &root).err(), Some(ReadError::Tile { level: 0, index: 1, error }));
        served.0.insert((0, 1, 44), tile_bytes(&leaves(301)[256..]));
        let error = TileError::Length { width: 44, actual: 45 * 32 };
        assert_eq!(TreeReader::open(&served, 300, &root).err(), Some(ReadError::Tile { level: 0, index: 1, error }));
    }

    /// Every single hash of every tile is replaced in turn; nothing that is read afterwards may differ from the honest tree.
    #[test]
    fn no_forged_hash_is_ever_read() {
        for size in [257, 300, 511, 513, 66_000] {
            let honest = leaves(size);
            let (root, served) = (mth(&honest), serve(&honest));
            let mut random = Random(size as u64);
            for (level, index, width) in served.0.keys() {
                if *level == 0 && *index % 64 != 0 && *index + 2 < size as u64 / 256 {
                    continue;
                }
                let mut forged = served.clone();
                let bit = random.below(usize::from(*width) * 256);
                forged.0.get_mut(&(*level, *index, *width)).unwrap()[bit / 8] ^= 1 << (bit % 8);
                let Ok(mut reader) = TreeReader::open(&forged, size as u64, &root) else { continue };
                let mut refusals = 0;
                for leaf in (0..size).step_by(37) {
                    match reader.leaf(leaf as u64) {
                        Ok(hash) => assert_eq!(hash, honest[leaf]),
                        Err(_) => refusals += 1,
                    }
                }
                assert!(refusals > 0, "tile {level}/{index} of size {size} was never looked at");
            }
        }
    }

    #[test]
    fn a_wrong_root_or_size_does_not_open() {
        let served = serve(&leaves(300));
        let root = mth(&leaves(300));
        assert_eq!(TreeReader::open(&served, 300, &mth(&leaves(299))).err(), Some(ReadError::Root));
        assert_eq!(TreeReader::open(&served, 301, &root).err(), Some(ReadError::Source((0, 1, 45))));
        assert_eq!(TreeReader::open(&served, u64::MAX, &root).err(), Some(ReadError::Size(u64::MAX)));
        assert_eq!(TreeReader::open(&served, 0, &root).err(), Some(ReadError::Root));
    }

    #[test]
    fn entries_are_compared_with_the_tree() {
        let served = serve(&leaves(300));
        let mut reader = TreeReader::open(&served, 300, &mth(&leaves(300))).unwrap();
        let entries: Vec<Vec<u8>> = (0..300).map(leaf_entry).collect();
        let bundle = |range: std::ops::Range<usize>| encode_bundle(entries[range].iter().map(Vec::as_slice)).unwrap();
        assert_eq!(reader.entries(0, &bundle(0..256)).unwrap().len(), 256);
        assert_eq!(reader.entries(1, &bundle(256..300)).unwrap().len(), 44);
        assert_eq!(reader.entries(1, &bundle(212..256)), Err(ReadError::Entry(256)));
        assert_eq!(reader.entries(2, &[]), Err(ReadError::Beyond { level: 0, index: 2, size: 300 }));
        let mut changed = bundle(256..300);
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(reader.entries(1, &changed), Err(ReadError::Entry(299)));
    }
}

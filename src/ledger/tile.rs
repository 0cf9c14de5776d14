//! Tiles of C2SP tlog-tiles: how they are named, how wide they are, and what nodes they hold.
//!
//! Entry `i` of tile `n` of level `L` is the root over the leaves `(256 n + i) * 256^L ..` in number `256^L`. A full tile has 256
//! hashes; a partial one has the first `1 ..= 255` of them and is never hashed upwards.

use std::fmt;

use super::text::parse_decimal;
use super::tree::{empty_root, node_hash};
use crate::limits::{LEDGER_ENTRIES_MAX, TILE_WIDTH};
use crate::model::Digest;

/// Binary logarithm of [`TILE_WIDTH`]: levels of nodes that one level of tiles spans.
pub(super) const TILE_HEIGHT: u32 = 8;
/// Levels of tiles that a log can have: 2^63 leaves.
pub(super) const TILE_LEVELS: u8 = 8;
/// Bytes of a full tile.
pub const TILE_BYTES: usize = TILE_WIDTH * Digest::BYTES;

const _: () = assert!(1 << TILE_HEIGHT == TILE_WIDTH, "a tile is a perfect subtree");

/// Why a path or the bytes of a tile are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Only the one spelling of C2SP tlog-tiles is a path.
    #[error("not a tile path such as tile/0/x001/234.p/17 or tile/entries/000")]
    Path,
    /// A tile has 32 bytes for each hash and nothing else.
    #[error("a tile of {width} hashes has {expected} bytes, not {actual}", expected = usize::from(*width) * Digest::BYTES)]
    Length {
        /// Hashes that the tile should have.
        width: u16,
        /// Bytes that it has.
        actual: usize,
    },
}

/// The name of a tile or of an entry bundle below a log's prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TilePath {
    /// `tile/<level>/<index>[.p/<width>]`
    Hashes {
        /// Level, 0 for the leaf hashes.
        level: u8,
        /// Index of the tile in its level.
        index: u64,
        /// Hashes in the tile: 256, or fewer in a partial one.
        width: u16,
    },
    /// `tile/entries/<index>[.p/<width>]`
    Entries {
        /// Index of the bundle; its first entry has 256 times this index.
        index: u64,
        /// Entries in the bundle: 256, or fewer in a partial one.
        width: u16,
    },
}

impl TilePath {
    /// Highest level that the format can name.
    const LEVEL_MAX: u64 = 63;

    /// Parses a path without leading slash. Whether the log has such a tile is another question: [`is_within`](Self::is_within).
    pub fn parse(path: &str) -> Result<Self, TileError> {
        let parsed = Self::parse_loosely(path).ok_or(TileError::Path)?;
        // Printing it again settles everything about zeros, groups and widths in one place.
        if parsed.to_string() == path { Ok(parsed) } else { Err(TileError::Path) }
    }

    fn parse_loosely(path: &str) -> Option<Self> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, parse_decimal(width).filter(|width| (1..TILE_WIDTH as u64).contains(width))? as u16),
            None => (rest, TILE_WIDTH as u16),
        };
        let index = parse_index(index)?;
        if kind == "entries" {
            return Some(Self::Entries { index, width });
        }
        let level = parse_decimal(kind).filter(|level| *level <= Self::LEVEL_MAX)? as u8;
        Some(Self::Hashes { level, index, width })
    }

    /// Whether a log with `size` entries has this tile, at this size or at an earlier one.
    pub fn is_within(&self, size: u64) -> bool {
        let (level, index, width) = match *self {
            Self::Hashes { level, index, width } => (level, index, width),
            Self::Entries { index, width } => (0, index, width),
        };
        tile_width(size, level, index).is_some_and(|there| width <= there)
    }
}

/// `x001/x234/067` for 1234067: groups of three digits, all but the last with an `x`. The spelling is checked by the caller.
fn parse_index(text: &str) -> Option<u64> {
    let mut index = 0_u64;
    for group in text.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    (index <= LEDGER_ENTRIES_MAX / TILE_WIDTH as u64).then_some(index)
}

fn write_index(f: &mut fmt::Formatter<'_>, index: u64) -> fmt::Result {
    let mut unit = 1;
    while index / unit >= 1000 {
        unit *= 1000;
    }
    while unit > 1 {
        write!(f, "x{:03}/", index / unit % 1000)?;
        unit /= 1000;
    }
    write!(f, "{:03}", index % 1000)
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match *self {
            Self::Hashes { level, index, width } => {
                write!(f, "tile/{level}/")?;
                (index, width)
            }
            Self::Entries { index, width } => {
                f.write_str("tile/entries/")?;
                (index, width)
            }
        };
        write_index(f, index)?;
        if usize::from(width) < TILE_WIDTH { write!(f, ".p/{width}") } else { Ok(()) }
    }
}

/// What one level of tiles looks like in a tree of some size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelShape {
    /// Level, 0 for the leaf hashes.
    pub level: u8,
    /// Number of full tiles.
    pub full_tiles: u64,
    /// Hashes in the partial tile behind them; 0 if there is none.
    pub partial_width: u16,
}

/// The levels of tiles in a tree of `size` leaves, lowest first.
pub fn tile_shape(size: u64) -> Vec<LevelShape> {
    (0..TILE_LEVELS).map(|level| level_shape(size, level)).take_while(|shape| shape.full_tiles > 0 || shape.partial_width > 0).collect()
}

fn level_shape(size: u64, level: u8) -> LevelShape {
    let hashes = hashes_in_level(size, level);
    LevelShape { level, full_tiles: hashes / TILE_WIDTH as u64, partial_width: (hashes % TILE_WIDTH as u64) as u16 }
}

/// Hashes in all tiles of a level.
pub(super) fn hashes_in_level(size: u64, level: u8) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// Hashes in tile `index` of `level` in a tree of `size` leaves, or `None` if the tree has no such tile.
pub fn tile_width(size: u64, level: u8, index: u64) -> Option<u16> {
    let shape = level_shape(size, level);
    if index < shape.full_tiles {
        return Some(TILE_WIDTH as u16);
    }
    (index == shape.full_tiles && shape.partial_width > 0).then_some(shape.partial_width)
}

/// The hashes in the bytes of a tile that should have `width` of them.
pub(super) fn parse_hashes(bytes: &[u8], width: u16) -> Result<Vec<Digest>, TileError> {
    if bytes.len() != usize::from(width) * Digest::BYTES {
        return Err(TileError::Length { width, actual: bytes.len() });
    }
    Ok(bytes.chunks_exact(Digest::BYTES).filter_map(Digest::from_slice).collect())
}

/// The bytes of a tile with these hashes.
pub fn tile_bytes(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The nodes of a tile: its hashes and every perfect subtree over them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct TileNodes {
    rows: [Vec<Digest>; TILE_HEIGHT as usize + 1],
}

impl TileNodes {
    /// The nodes over `hashes`, of which a tile has at most 256.
    pub(super) fn over(hashes: impl IntoIterator<Item = Digest>) -> Self {
        let mut nodes = Self::default();
        hashes.into_iter().for_each(|hash| nodes.push(hash));
        nodes
    }

    /// Adds the next hash and the subtrees that it completes, one on average.
    pub(super) fn push(&mut self, hash: Digest) {
        let mut node = hash;
        for row in &mut self.rows {
            row.push(node);
            match row.as_slice() {
                [.., left, right] if row.len() % 2 == 0 => node = node_hash(left, right),
                _ => return,
            }
        }
    }

    /// The hashes of the tile.
    pub(super) fn hashes(&self) -> &[Digest] {
        &self.rows[0]
    }

    /// Node `index` of `row`, counted inside the tile, or `None` if the tile is too narrow.
    pub(super) fn node(&self, row: u32, index: u64) -> Option<Digest> {
        self.rows.get(row as usize)?.get(usize::try_from(index).ok()?).copied()
    }

    /// Flips a bit of a hash and leaves the subtrees over it alone.
    #[cfg(test)]
    pub(super) fn flip_hash(&mut self, index: usize) {
        self.rows[0][index].0[0] ^= 1;
    }

    /// The root over this tile and whatever lies to the right of it: its perfect subtrees folded from the right.
    pub(super) fn fold(&self, right: Option<Digest>) -> Option<Digest> {
        let subtrees = self.rows.iter().filter(|row| row.len() % 2 == 1).filter_map(|row| row.last());
        subtrees.fold(right, |right, left| Some(right.map_or(*left, |right| node_hash(left, &right))))
    }
}

/// Root of a tree from its partial tiles, lowest level first.
pub(super) fn edge_root<'a>(edge: impl IntoIterator<Item = &'a TileNodes>) -> Digest {
    edge.into_iter().fold(None, |right, tile| tile.fold(right)).unwrap_or_else(empty_root)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::testing::{leaf_entry, leaves, mutate, vectors};
    use crate::ledger::{bundle, leaf_hash};

    #[test]
    fn paths_of_the_vectors() {
        for (index, path) in vectors()["tile_paths"].as_object().unwrap() {
            let tile = TilePath::Hashes { level: 3, index: index.parse().unwrap(), width: 256 };
            let text = format!("tile/3/{}", path.as_str().unwrap());
            assert_eq!(tile.to_string(), text);
            assert_eq!(TilePath::parse(&text), Ok(tile));
        }
        let partial = TilePath::Hashes { level: 0, index: 1_234, width: 17 };
        assert_eq!(TilePath::parse("tile/0/x001/234.p/17"), Ok(partial));
        assert_eq!(TilePath::parse("tile/entries/000.p/255"), Ok(TilePath::Entries { index: 0, width: 255 }));
    }

    #[test]
    fn other_spellings_are_no_paths() {
        for bad in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/0/x000/001",
            "tile/0/001/234",
            "tile/0/x001/x234",
            "tile/0/x001",
            "tile/0/000/",
            "tile/0/000.p/0",
            "tile/0/000.p/00",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/Entries/000",
            "tile/entries/../000",
            "tile/0/000?x",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/%30%30%30",
        ] {
            assert_eq!(TilePath::parse(bad), Err(TileError::Path), "{bad}");
        }
    }

    #[test]
    fn shapes_of_the_vectors() {
        for (size, expected) in vectors()["tile_shape"].as_object().unwrap() {
            let shape = |level: &serde_json::Value| {
                let number = |key: &str| level[key].as_u64().unwrap();
                LevelShape { level: number("level") as u8, full_tiles: number("full"), partial_width: number("partial_width") as u16 }
            };
            let expected: Vec<LevelShape> = expected.as_array().unwrap().iter().map(shape).collect();
            assert_eq!(tile_shape(size.parse().unwrap()), expected, "size {size}");
        }
        assert_eq!(tile_shape(0), []);
    }

    #[test]
    fn every_tile_and_bundle_of_the_vectors() {
        for (size, tiles) in vectors()["tiles_by_size"].as_object().unwrap() {
            let size: u64 = size.parse().unwrap();
            let mut expected = tiles.as_object().unwrap().clone();
            let mut row = leaves(size as usize);
            for shape in tile_shape(size) {
                for (index, hashes) in row.chunks(TILE_WIDTH).enumerate() {
                    let path = TilePath::Hashes { level: shape.level, index: index as u64, width: hashes.len() as u16 };
                    assert!(path.is_within(size));
                    assert_vector(&mut expected, &path, &tile_bytes(hashes));
                }
                row = row.chunks_exact(TILE_WIDTH).map(|tile| TileNodes::over(tile.iter().copied()).node(8, 0).unwrap()).collect();
            }
            let entries: Vec<Vec<u8>> = (0..size as usize).map(leaf_entry).collect();
            for (index, entries) in entries.chunks(TILE_WIDTH).enumerate() {
                let path = TilePath::Entries { index: index as u64, width: entries.len() as u16 };
                assert_vector(&mut expected, &path, &bundle::encode_bundle(entries.iter().map(Vec::as_slice)).unwrap());
            }
            assert!(expected.is_empty(), "left at size {size}: {:?}", expected.keys());
        }
    }

    fn assert_vector(expected: &mut serde_json::Map<String, serde_json::Value>, path: &TilePath, bytes: &[u8]) {
        let vector = expected.remove(&path.to_string()).unwrap_or_else(|| panic!("{path} is not in the vectors"));
        assert_eq!(vector["len"], bytes.len(), "{path}");
        let sha256 = ring::digest::digest(&ring::digest::SHA256, bytes);
        assert_eq!(vector["sha256"], hex::encode(sha256), "{path}");
        if let Some(all) = vector.get("hex") {
            assert_eq!(all, &hex::encode(bytes), "{path}");
        }
    }

    #[test]
    fn what_a_size_contains() {
        for (path, size, within) in [
            ("tile/0/001.p/44", 300, true),
            ("tile/0/001.p/12", 300, true),
            ("tile/0/001.p/45", 300, false),
            ("tile/0/001", 300, false),
            ("tile/0/000.p/7", 300, true),
            ("tile/1/000.p/1", 255, false),
            ("tile/1/000.p/1", 256, true),
            ("tile/63/000.p/1", u64::MAX, false),
            ("tile/entries/000.p/1", 0, false),
        ] {
            assert_eq!(TilePath::parse(path).unwrap().is_within(size), within, "{path} at {size}");
        }
    }

    #[test]
    fn a_tile_has_exactly_its_hashes() {
        let bytes = tile_bytes(&[leaf_hash(b""); 44]);
        assert!(parse_hashes(&bytes, 44).is_ok());
        assert_eq!(parse_hashes(&bytes[..1407], 44), Err(TileError::Length { width: 44, actual: 1407 }));
        assert!(parse_hashes(&bytes, 43).is_err() && parse_hashes(&bytes, 256).is_err());
    }

    #[test]
    fn damaged_paths_never_panic() {
        for good in ["tile/0/x001/234.p/17", "tile/entries/x123/x456/789", "tile/63/000"] {
            mutate(good.as_bytes(), 5_000, 7, |bytes| {
                if let Ok(path) = TilePath::parse(&String::from_utf8_lossy(bytes)) {
                    assert_eq!(path.to_string().as_bytes(), bytes);
                }
            });
        }
    }

    proptest! {
        #[test]
        fn paths_round_trip(level in 0u8..64, index in 0..=i64::MAX as u64 / 256, width in 1u16..=256) {
            for path in [TilePath::Hashes { level, index, width }, TilePath::Entries { index, width }] {
                prop_assert_eq!(TilePath::parse(&path.to_string()), Ok(path));
            }
        }
    }
}

//! The anchor: a small file beside the database that says what was acknowledged last.
//!
//! It is written and synced after a group has committed and before anybody is told. So it never leads the database, and it never
//! lags behind an acknowledgement: a database that is older than its anchor has lost something that was promised, and one that is
//! not older has not. That is also what makes it safe to drop a torn last record of the write-ahead log.
//!
//! ```text
//! file   two slots of 256 KiB; the writer alternates, so that a torn write leaves the other one whole
//! slot   0  8  magic "AKTANCH1"      8  16 archive id        24 8 generation      32 8 group
//!       40  4  number of heads n     44  58 n heads: vault 16 | log 2 | size 8 | root 32
//!       44 + 58 n   32  SHA-256 of everything before
//! ```
//! Whoever can write the file can make the daemon refuse to start, or, together with an older database, hide that it is older;
//! therefore it should lie on another disk, and auditors keep checkpoints of their own.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::key::{LogId, LogKey};
use crate::model::{Digest, GroupNumber, VaultId};
use crate::sys::fs::{BlockWriter, forget_cached, parent, sync_directory};

const SLOT_BYTES: usize = 256 << 10;
const _: () = assert!(SLOT_BYTES.is_multiple_of(BlockWriter::BLOCK_BYTES), "a slot is written in whole blocks");
const MAGIC: &[u8; 8] = b"AKTANCH1";
const HEADS_AT: usize = 44;
const HEAD_BYTES: usize = 16 + 2 + 8 + 32;
const CHECKSUM_BYTES: usize = 32;

/// Logs that one archive can have: what fits into a slot.
pub const LOGS_MAX: usize = (SLOT_BYTES - HEADS_AT - CHECKSUM_BYTES) / HEAD_BYTES;

/// What was acknowledged last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The archive that the anchor belongs to.
    pub archive: [u8; 16],
    /// The last group that was acknowledged.
    pub group: GroupNumber,
    /// Size and root of every log after that group.
    pub heads: Vec<AnchoredHead>,
}

/// The state of one log in the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchoredHead {
    /// The log.
    pub log: LogKey,
    /// Its size.
    pub size: u64,
    /// Its root at that size.
    pub root: Digest,
}

/// Why there is no anchor to trust.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The file is not there.
    #[error("the anchor {} is missing; put it back, or acknowledge the loss with `aktenfest accept-anchor`", .0.display())]
    Missing(PathBuf),
    /// Neither slot is whole.
    #[error("the anchor {} is damaged in both slots; restore it, or acknowledge the loss with `aktenfest accept-anchor`", .0.display())]
    Damaged(PathBuf),
    /// The archive has more logs than an anchor holds.
    #[error("the archive has {0} logs, an anchor holds {LOGS_MAX}")]
    TooManyLogs(usize),
    /// The operating system reports an error.
    #[error("the anchor {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// The open file.
#[derive(Debug)]
pub struct AnchorFile {
    path: PathBuf,
    file: BlockWriter,
    generation: u64,
}

/// What was found when the file was opened.
#[derive(Debug)]
pub struct OpenedAnchor {
    /// The file, ready to be written.
    pub file: AnchorFile,
    /// The newest whole slot.
    pub anchor: Anchor,
    /// Whether the other slot is damaged: a write that a crash interrupted, or a flipped bit. Reported, never silent.
    pub slot_damaged: bool,
}

impl AnchorFile {
    /// Creates the file; refuses if there is one.
    pub fn create(path: &Path, anchor: &Anchor) -> Result<Self, AnchorError> {
        let io = |error| AnchorError::Io { path: path.to_owned(), error };
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
        // Both slots exist from the beginning, so that no later write can fail for want of space.
        file.write_all_at(&vec![0; 2 * SLOT_BYTES], 0).map_err(io)?;
        file.sync_all().and_then(|()| forget_cached(&file)).map_err(io)?;
        let mut created = Self { path: path.to_owned(), file: BlockWriter::new(file), generation: 0 };
        created.write(anchor)?;
        created.write(anchor)?;
        sync_directory(parent(path)).map_err(io)?;
        Ok(created)
    }

    /// Opens the file and reads the newest whole slot.
    pub fn open(path: &Path) -> Result<OpenedAnchor, AnchorError> {
        Self::open_with(path, OpenOptions::new().read(true).write(true))
    }

    /// As [`Self::open`], for somebody who may not write the file, or does not want to: writing through it fails.
    pub fn open_to_read(path: &Path) -> Result<OpenedAnchor, AnchorError> {
        Self::open_with(path, OpenOptions::new().read(true))
    }

    fn open_with(path: &Path, options: &OpenOptions) -> Result<OpenedAnchor, AnchorError> {
        let io = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => AnchorError::Missing(path.to_owned()),
            _ => AnchorError::Io { path: path.to_owned(), error },
        };
        let file = options.open(path).map_err(io)?;
        let slots = [read_slot(&file, 0), read_slot(&file, 1)];
        forget_cached(&file).map_err(io)?;
        let slot_damaged = slots.iter().any(Option::is_none);
        let newest = slots.into_iter().flatten().max_by_key(|(generation, _)| *generation);
        let (generation, anchor) = newest.ok_or_else(|| AnchorError::Damaged(path.to_owned()))?;
        let file = Self { path: path.to_owned(), file: BlockWriter::new(file), generation };
        Ok(OpenedAnchor { file, anchor, slot_damaged })
    }

    /// Renames a file in which neither slot is whole, so that another anchor can be created in its place. A file that is not there or
    /// that can be read is left alone.
    pub fn set_damaged_aside(path: &Path) -> Result<(), AnchorError> {
        if !matches!(Self::open(path), Err(AnchorError::Damaged(_))) {
            return Ok(());
        }
        Self::set_aside(path, "damaged")
    }

    /// Renames the file, whatever is in it, so that another anchor can be created in its place. `word` becomes part of its new name.
    pub fn set_aside(path: &Path, word: &str) -> Result<(), AnchorError> {
        let io = |error| AnchorError::Io { path: path.to_owned(), error };
        let mut aside = path.as_os_str().to_owned();
        aside.push(format!(".{word}-{}", hex::encode(crate::sys::random::bytes::<4>())));
        std::fs::rename(path, aside).and_then(|()| sync_directory(parent(path))).map_err(io)
    }

    /// Replaces the older slot and syncs it.
    pub fn write(&mut self, anchor: &Anchor) -> Result<(), AnchorError> {
        let generation = self.generation + 1;
        let bytes = encode(anchor, generation)?;
        let offset = generation % 2 * SLOT_BYTES as u64;
        self.file.write_at(&bytes, offset).map_err(|error| AnchorError::Io { path: self.path.clone(), error })?;
        self.generation = generation;
        Ok(())
    }
}

fn encode(anchor: &Anchor, generation: u64) -> Result<Vec<u8>, AnchorError> {
    let count = u32::try_from(anchor.heads.len()).ok().filter(|count| *count as usize <= LOGS_MAX);
    let count = count.ok_or(AnchorError::TooManyLogs(anchor.heads.len()))?;
    let mut bytes = Vec::with_capacity(HEADS_AT + anchor.heads.len() * HEAD_BYTES + CHECKSUM_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&anchor.archive);
    bytes.extend_from_slice(&generation.to_be_bytes());
    bytes.extend_from_slice(&anchor.group.0.to_be_bytes());
    bytes.extend_from_slice(&count.to_be_bytes());
    for head in &anchor.heads {
        bytes.extend_from_slice(&head.log.head());
        bytes.extend_from_slice(&head.size.to_be_bytes());
        bytes.extend_from_slice(head.root.as_bytes());
    }
    let checksum = ring::digest::digest(&ring::digest::SHA256, &bytes);
    bytes.extend_from_slice(checksum.as_ref());
    Ok(bytes)
}

fn read_slot(file: &File, slot: u64) -> Option<(u64, Anchor)> {
    let mut bytes = vec![0; SLOT_BYTES];
    file.read_exact_at(&mut bytes, slot * SLOT_BYTES as u64).ok()?;
    decode(&bytes)
}

/// The generation and content of a slot, or `None` if it is not whole.
fn decode(bytes: &[u8]) -> Option<(u64, Anchor)> {
    let u64_at = |at: usize| Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let count = u32::from_be_bytes(bytes.get(40..HEADS_AT)?.try_into().ok()?) as usize;
    if bytes.get(..8)? != MAGIC || count > LOGS_MAX {
        return None;
    }
    let end = HEADS_AT + count * HEAD_BYTES;
    let checksum = ring::digest::digest(&ring::digest::SHA256, bytes.get(..end)?);
    if checksum.as_ref() != bytes.get(end..end + CHECKSUM_BYTES)? {
        return None;
    }
    let heads = bytes.get(HEADS_AT..end)?.chunks_exact(HEAD_BYTES).map(decode_head).collect::<Option<_>>()?;
    let archive = bytes.get(8..24)?.try_into().ok()?;
    Some((u64_at(24)?, Anchor { archive, group: GroupNumber(u64_at(32)?), heads }))
}

fn decode_head(bytes: &[u8]) -> Option<AnchoredHead> {
    Some(AnchoredHead {
        log: LogKey { vault: VaultId::from_slice(bytes.get(..16)?)?, log: LogId(u16::from_be_bytes(bytes.get(16..18)?.try_into().ok()?)) },
        size: u64::from_be_bytes(bytes.get(18..26)?.try_into().ok()?),
        root: Digest::from_slice(bytes.get(26..58)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(group: u64) -> Anchor {
        let log = LogKey::life_cycle(VaultId([3; 16]));
        Anchor { archive: [1; 16], group: GroupNumber(group), heads: vec![AnchoredHead { log, size: group, root: Digest([9; 32]) }] }
    }

    #[test]
    fn the_newest_whole_slot_counts() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("anchor");
        let mut file = AnchorFile::create(&path, &anchor(0)).unwrap();
        for group in 1..=5 {
            file.write(&anchor(group)).unwrap();
        }
        drop(file);
        let opened = AnchorFile::open(&path).unwrap();
        assert_eq!((opened.anchor, opened.slot_damaged), (anchor(5), false));
    }

    #[test]
    fn every_flipped_bit_shows() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("anchor");
        let mut file = AnchorFile::create(&path, &anchor(1)).unwrap();
        file.write(&anchor(2)).unwrap();
        drop(file);
        let whole = std::fs::read(&path).unwrap();
        let used = HEADS_AT + HEAD_BYTES + CHECKSUM_BYTES;
        for at in (0..used).flat_map(|at| [at, SLOT_BYTES + at]) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            std::fs::write(&path, &flipped).unwrap();
            assert!(AnchorFile::open(&path).unwrap().slot_damaged, "byte {at}");
        }
        let mut both = whole.clone();
        both[20] ^= 1;
        both[SLOT_BYTES + 20] ^= 1;
        std::fs::write(&path, &both).unwrap();
        assert!(matches!(AnchorFile::open(&path), Err(AnchorError::Damaged(_))));
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(AnchorFile::open(&path), Err(AnchorError::Missing(_))));
    }

    #[test]
    fn whoever_only_reads_cannot_write() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("anchor");
        AnchorFile::create(&path, &anchor(1)).unwrap();
        let mut opened = AnchorFile::open_to_read(&path).unwrap();
        assert_eq!(opened.anchor, anchor(1));
        assert!(opened.file.write(&anchor(2)).is_err());
        assert_eq!(AnchorFile::open(&path).unwrap().anchor, anchor(1));
    }

    #[test]
    fn an_anchor_is_not_created_over_another() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("anchor");
        AnchorFile::create(&path, &anchor(1)).unwrap();
        assert!(matches!(AnchorFile::create(&path, &anchor(2)), Err(AnchorError::Io { .. })));
    }
}

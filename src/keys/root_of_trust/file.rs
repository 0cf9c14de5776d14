//! The embedded root of trust: two small files. Level C, because file systems and flash keep old blocks.
//!
//! ```text
//! offset bytes field
//!   0      8   magic     "AKTFROT1"
//!   8      1   slot      0 current, 1 staged
//!   9      1   holds     0 nothing, 1 an epoch
//!  10      6   zero
//!  16      8   epoch     big-endian; 0 if it holds nothing
//!  24     32   key       zero if it holds nothing
//!  56     32   SHA-256 of bytes 0..56
//! ```
//! A slot is written under a temporary name, synced, renamed, and the directory synced; then it is read back. An empty slot is a file that
//! says so: a file that is not there is a loss, not an empty slot.

use std::path::Path;

use ring::digest;
use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::files::{DiskFiles, KeyFiles, io_error, path_of};
use crate::keys::root_of_trust::{Assurance, Epoch, RootOfTrust, Slots};
use crate::keys::secret::UsedKey;

const MAGIC: &[u8; 8] = b"AKTFROT1";
const SLOT_AT: usize = 8;
const HOLDS_AT: usize = 9;
const ZERO_AT: usize = 10;
const EPOCH_AT: usize = 16;
const KEY_AT: usize = 24;
const CHECKSUM_AT: usize = 56;
const SLOT_BYTES: usize = 88;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Current,
    Staged,
}

impl Slot {
    const BOTH: [Self; 2] = [Self::Current, Self::Staged];

    fn name(self) -> &'static str {
        match self {
            Self::Current => "current.slot",
            Self::Staged => "staged.slot",
        }
    }

    fn temporary_name(self) -> &'static str {
        match self {
            Self::Current => "current.slot.new",
            Self::Staged => "staged.slot.new",
        }
    }
}

/// A root of trust in two files of a directory of their own, which should not be in the database's backup.
pub struct FileRoot {
    files: Box<dyn KeyFiles>,
}

impl FileRoot {
    /// Makes two empty slots in `directory`. May be repeated until an epoch is stored.
    ///
    /// # Errors
    /// [`KeyError::AlreadyCreated`] if a slot holds an epoch.
    pub fn create(directory: &Path) -> Result<Self, KeyError> {
        Self::create_with(Box::new(DiskFiles::create(directory)?))
    }

    /// As [`FileRoot::create`], on other files.
    pub fn create_with(files: Box<dyn KeyFiles>) -> Result<Self, KeyError> {
        let root = Self { files };
        let is_new = |slot| match root.read(slot) {
            Ok(held) => Ok(held.is_none()),
            Err(KeyError::Missing { .. }) => Ok(true),
            Err(error) => Err(error),
        };
        for slot in Slot::BOTH {
            if !is_new(slot)? {
                return Err(KeyError::AlreadyCreated { place: root.place() });
            }
        }
        for slot in Slot::BOTH {
            root.write(slot, None)?;
        }
        Ok(root)
    }

    /// Takes the slots in `directory`, which must be there.
    ///
    /// # Errors
    /// [`KeyError::Missing`] or [`KeyError::Damaged`], with the name of the slot's file.
    pub fn open(directory: &Path) -> Result<Self, KeyError> {
        Self::open_with(Box::new(DiskFiles::open(directory)?))
    }

    /// As [`FileRoot::open`], on other files.
    pub fn open_with(files: Box<dyn KeyFiles>) -> Result<Self, KeyError> {
        let root = Self { files };
        root.load()?;
        root.remove_leftovers()?;
        Ok(root)
    }

    /// A crash between writing and renaming leaves a file with an epoch key. It counts as a slot for whoever finds it, so it must go.
    fn remove_leftovers(&self) -> Result<(), KeyError> {
        let files = self.files.as_ref();
        let names = files.names().map_err(io_error(files, "listing", ""))?;
        for slot in Slot::BOTH {
            if names.iter().any(|name| name == slot.temporary_name()) {
                files.remove(slot.temporary_name()).map_err(io_error(files, "removing", slot.temporary_name()))?;
                files.sync_directory().map_err(io_error(files, "syncing", slot.temporary_name()))?;
            }
        }
        Ok(())
    }

    fn read(&self, slot: Slot) -> Result<Option<Epoch>, KeyError> {
        let files = self.files.as_ref();
        let bytes = files.read(slot.name()).map_err(io_error(files, "reading", slot.name()))?;
        decode(slot, &bytes).map_err(|what| KeyError::Damaged { file: path_of(files, slot.name()), what })
    }

    fn write(&self, slot: Slot, epoch: Option<&Epoch>) -> Result<(), KeyError> {
        let (files, name, temporary) = (self.files.as_ref(), slot.name(), slot.temporary_name());
        let bytes = encode(slot, epoch);
        files.write_synced(temporary, bytes.as_ref()).map_err(io_error(files, "writing", temporary))?;
        files.rename(temporary, name).map_err(io_error(files, "renaming", temporary))?;
        files.sync_directory().map_err(io_error(files, "syncing", name))?;
        let stored = files.read(name).map_err(io_error(files, "reading back", name))?;
        if stored.as_slice() == bytes.as_slice() {
            Ok(())
        } else {
            Err(KeyError::Damaged { file: path_of(files, name), what: "what was read back is not what was written" })
        }
    }
}

impl RootOfTrust for FileRoot {
    fn place(&self) -> String {
        self.files.place()
    }

    fn load(&self) -> Result<Slots, KeyError> {
        Ok(Slots { current: self.read(Slot::Current)?, staged: self.read(Slot::Staged)? })
    }

    fn stage(&self, epoch: &Epoch) -> Result<(), KeyError> {
        self.write(Slot::Staged, Some(epoch))
    }

    fn promote(&self) -> Result<(), KeyError> {
        let staged = self.read(Slot::Staged)?.ok_or_else(|| KeyError::NotCreated { place: self.place() })?;
        self.write(Slot::Current, Some(&staged))
    }

    fn clear_stage(&self) -> Result<(), KeyError> {
        self.write(Slot::Staged, None)
    }

    fn assurance(&self) -> Assurance {
        Assurance::C
    }
}

fn encode(slot: Slot, epoch: Option<&Epoch>) -> Zeroizing<[u8; SLOT_BYTES]> {
    let mut bytes = Zeroizing::new([0; SLOT_BYTES]);
    bytes[..8].copy_from_slice(MAGIC);
    bytes[SLOT_AT] = u8::from(slot == Slot::Staged);
    if let Some(epoch) = epoch {
        bytes[HOLDS_AT] = 1;
        bytes[EPOCH_AT..KEY_AT].copy_from_slice(&epoch.number.to_be_bytes());
        bytes[KEY_AT..CHECKSUM_AT].copy_from_slice(epoch.key.secret().bytes());
    }
    let checksum = digest::digest(&digest::SHA256, &bytes[..CHECKSUM_AT]);
    bytes[CHECKSUM_AT..].copy_from_slice(checksum.as_ref());
    bytes
}

fn decode(slot: Slot, bytes: &[u8]) -> Result<Option<Epoch>, &'static str> {
    let bytes: &[u8; SLOT_BYTES] = bytes.try_into().map_err(|_| "it does not have 88 bytes")?;
    let checksum = digest::digest(&digest::SHA256, &bytes[..CHECKSUM_AT]);
    if bytes[CHECKSUM_AT..] != *checksum.as_ref() {
        return Err("its checksum is wrong");
    }
    if bytes[..8] != *MAGIC || bytes[ZERO_AT..EPOCH_AT] != [0; 6] {
        return Err("its format is unknown to this version");
    }
    if bytes[SLOT_AT] != u8::from(slot == Slot::Staged) {
        return Err("it is the other slot's file");
    }
    let (mut number, mut key) = ([0; 8], Zeroizing::new([0; 32]));
    number.copy_from_slice(&bytes[EPOCH_AT..KEY_AT]);
    key.copy_from_slice(&bytes[KEY_AT..CHECKSUM_AT]);
    match (bytes[HOLDS_AT], u64::from_be_bytes(number)) {
        (0, 0) if *key == [0; 32] => Ok(None),
        (1, number) if number > 0 => Ok(Some(Epoch { number, key: UsedKey::from_bytes(&key) })),
        _ => Err("its fields contradict each other"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn epoch(number: u64) -> Epoch {
        Epoch { number, key: UsedKey::from_bytes(&[number as u8; 32]) }
    }

    fn numbers(root: &FileRoot) -> (Option<u64>, Option<u64>) {
        let slots = root.load().unwrap();
        (slots.current.map(|epoch| epoch.number), slots.staged.map(|epoch| epoch.number))
    }

    #[test]
    fn an_epoch_goes_through_both_slots() {
        let directory = tempfile::tempdir().unwrap();
        let root = FileRoot::create(directory.path()).unwrap();
        assert_eq!(numbers(&root), (None, None));
        root.stage(&epoch(1)).unwrap();
        root.promote().unwrap();
        root.clear_stage().unwrap();
        assert_eq!(numbers(&root), (Some(1), None));
        root.stage(&epoch(2)).unwrap();
        assert_eq!(numbers(&root), (Some(1), Some(2)));
        root.promote().unwrap();
        assert_eq!(numbers(&FileRoot::open(directory.path()).unwrap()), (Some(2), Some(2)));
        assert!(matches!(FileRoot::create(directory.path()), Err(KeyError::AlreadyCreated { .. })));
        root.clear_stage().unwrap();
        assert!(root.promote().is_err(), "there is nothing to promote");
        assert_eq!(numbers(&root), (Some(2), None));
    }

    #[test]
    fn a_missing_slot_is_not_an_empty_one() {
        for name in ["current.slot", "staged.slot"] {
            let directory = tempfile::tempdir().unwrap();
            FileRoot::create(directory.path()).unwrap().stage(&epoch(1)).unwrap();
            fs::remove_file(directory.path().join(name)).unwrap();
            let error = FileRoot::open(directory.path()).err().unwrap();
            assert!(matches!(&error, KeyError::Missing { file } if file.ends_with(name)), "{error}");
        }
        assert!(matches!(FileRoot::open(Path::new("/nonexistent")), Err(KeyError::Missing { .. })));
    }

    #[test]
    fn every_flipped_bit_and_every_swap_is_noticed() {
        for held in [None, Some(epoch(3))] {
            let good = encode(Slot::Current, held.as_ref());
            assert!(decode(Slot::Current, good.as_ref()).is_ok());
            assert_eq!(decode(Slot::Staged, good.as_ref()).err(), Some("it is the other slot's file"));
            for at in 0..SLOT_BYTES {
                for bit in 0..8 {
                    let mut flipped = *good;
                    flipped[at] ^= 1 << bit;
                    assert!(decode(Slot::Current, &flipped).is_err(), "byte {at} bit {bit}");
                }
            }
            assert!(decode(Slot::Current, &good[..87]).is_err());
        }
    }

    #[test]
    fn an_interrupted_write_leaves_no_key_behind() {
        let directory = tempfile::tempdir().unwrap();
        FileRoot::create(directory.path()).unwrap().stage(&epoch(1)).unwrap();
        let leftover = directory.path().join("staged.slot.new");
        fs::write(&leftover, encode(Slot::Staged, Some(&epoch(2)))).unwrap();
        FileRoot::open(directory.path()).unwrap();
        assert!(!leftover.exists());
    }
}

//! The embedded root of trust: two small files. Level C, because file systems and flash keep old blocks.
//!
//! A slot is written under a temporary name, synced, renamed, and the directory synced; then it is read back. An empty slot is a file that
//! says so: a file that is not there is a loss, not an empty slot.

use std::path::Path;

use crate::keys::KeyError;
use crate::keys::files::{DiskFiles, KeyFiles, io_error, path_of};
use crate::keys::root_of_trust::slot::{Slot, decode, encode};
use crate::keys::root_of_trust::{Assurance, Epoch, RootOfTrust, Slots};

impl Slot {
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::keys::secret::UsedKey;

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
    fn an_interrupted_write_leaves_no_key_behind() {
        let directory = tempfile::tempdir().unwrap();
        FileRoot::create(directory.path()).unwrap().stage(&epoch(1)).unwrap();
        let leftover = directory.path().join("staged.slot.new");
        fs::write(&leftover, encode(Slot::Staged, Some(&epoch(2)))).unwrap();
        FileRoot::open(directory.path()).unwrap();
        assert!(!leftover.exists());
    }
}

//! A root of trust over two cells of memory that are overwritten as a whole: what the TPM is, and what a test can simulate.

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::root_of_trust::slot::{SLOT_BYTES, Slot, decode, encode};
use crate::keys::root_of_trust::{Assurance, Epoch, RootOfTrust, Slots};

/// Two cells of [`SLOT_BYTES`]. A write takes effect as a whole or not at all, and the bytes before it are gone then.
pub(crate) trait SlotMemory: Send + Sync {
    /// Where it is, for messages.
    fn place(&self) -> String;
    /// What the cell holds.
    ///
    /// # Errors
    /// [`KeyError::Missing`] if the cell does not exist or was never written.
    fn read(&self, slot: Slot) -> Result<Zeroizing<Vec<u8>>, KeyError>;
    /// Overwrites the cell.
    fn write(&self, slot: Slot, bytes: &[u8; SLOT_BYTES]) -> Result<(), KeyError>;
    /// What overwriting means here.
    fn assurance(&self) -> Assurance;
}

/// The order of writes, each read back.
pub(crate) struct NvRoot<M>(M);

impl<M: SlotMemory> NvRoot<M> {
    /// Takes cells that were written before.
    pub(crate) fn open(memory: M) -> Result<Self, KeyError> {
        let root = Self(memory);
        root.load()?;
        Ok(root)
    }

    /// Empties cells that hold no epoch. May be repeated until one is stored.
    pub(crate) fn create(memory: M) -> Result<Self, KeyError> {
        let root = Self(memory);
        for slot in Slot::BOTH {
            match root.read(slot) {
                Ok(None) | Err(KeyError::Missing { .. }) => {}
                Ok(Some(_)) => return Err(KeyError::AlreadyCreated { place: root.place() }),
                Err(error) => return Err(error),
            }
        }
        for slot in Slot::BOTH {
            root.write(slot, None)?;
        }
        Ok(root)
    }

    fn read(&self, slot: Slot) -> Result<Option<Epoch>, KeyError> {
        let bytes = self.0.read(slot)?;
        decode(slot, &bytes).map_err(|what| KeyError::Damaged { file: format!("{} ({slot:?})", self.0.place()), what })
    }

    fn write(&self, slot: Slot, epoch: Option<&Epoch>) -> Result<(), KeyError> {
        let bytes = encode(slot, epoch);
        self.0.write(slot, &bytes)?;
        if self.0.read(slot)?.as_slice() == bytes.as_slice() {
            Ok(())
        } else {
            let file = format!("{} ({slot:?})", self.0.place());
            Err(KeyError::Damaged { file, what: "what was read back is not what was written" })
        }
    }
}

impl<M: SlotMemory> RootOfTrust for NvRoot<M> {
    fn place(&self) -> String {
        self.0.place()
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
        self.0.assurance()
    }
}

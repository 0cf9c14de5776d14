//! The root of trust in a TPM 2.0: two NV indices, overwritten in place.
//!
//! An ordinary NV index exists in the chip only. Overwriting it is therefore erasure, which sealing a key with the TPM is not: a sealed
//! blob lies on the disk, in any number of copies, and the TPM will always be able to open it.
//!
//! Each index holds one slot and is written by one command that replaces all of it (attribute WRITEALL), so that a power failure leaves
//! the old slot or the new one. Reading and writing need the auth value, which is derived from a file. What passes between processor and
//! chip is encrypted and authenticated under a session key (`session`), whose salt only the chip's own key can open: somebody who
//! records the bus and steals the file later still learns nothing. Whoever has the file and can change what passes on the bus is not
//! kept out, because nothing certifies the chip's key.
//!
//! Invariants: bytes from the chip are data and never end the process; an index whose attributes are not ours is refused; no command
//! waits for ever; a chip that asks for patience (TPM_RC_RETRY and its like) gets it, for a bounded time.
//!
//! Deliberately absent: policies over PCRs (a firmware update must not lock an archive out of its keys; other places would have to
//! carry it over), attestation of the write by the chip, a counter of epochs, and any library of the TCG's software stack.
//!
//! What counts as a chip: assurance A only for a device file whose TPM names a maker of separate chips. A TPM in the processor's
//! firmware keeps its state in the flash memory beside it, sealed but copyable: B. Everything else, above all a virtual TPM whose state
//! is a file at the hypervisor and part of every snapshot, is C.

mod command;
mod index;
#[cfg(test)]
mod interop;
mod session;
mod transport;

use std::fs;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::root_of_trust::nv::{NvRoot, SlotMemory};
use crate::keys::root_of_trust::slot::{SLOT_BYTES, Slot};
use crate::keys::root_of_trust::{Assurance, RootOfTrust};
use command::TpmError;
use session::Conversation;
pub use transport::TpmEndpoint;

/// Where the TPM is and which indices are ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TpmSettings {
    /// The device or socket.
    pub endpoint: TpmEndpoint,
    /// The NV index of the current slot; the staged slot has the next one.
    pub nv_index: u32,
    /// A file of at least 16 bytes, from which the auth value of the indices is derived.
    pub auth: PathBuf,
    /// Whether the operator says that this TPM is not a chip.
    pub is_virtual: bool,
}

impl TpmSettings {
    /// Where it is, for messages.
    pub fn place(&self) -> String {
        format!("{} NV index {:#010x}", self.endpoint, self.nv_index)
    }
}

/// The auth value comes from a file; fewer bytes than these could be guessed.
const AUTH_FILE_BYTES_MIN: usize = 16;
const AUTH_LABEL: &[u8] = b"aktenfest/tpm/auth/v1\0";

/// Opens the indices, which must be there.
pub(crate) fn open(settings: &TpmSettings) -> Result<Box<dyn RootOfTrust>, KeyError> {
    Ok(Box::new(NvRoot::open(TpmMemory::new(settings)?)?))
}

/// Defines the indices, unless they are there, and empties them, unless they hold an epoch.
pub(crate) fn create(settings: &TpmSettings) -> Result<Box<dyn RootOfTrust>, KeyError> {
    let memory = TpmMemory::new(settings)?;
    for slot in Slot::BOTH {
        memory.define(slot)?;
    }
    Ok(Box::new(NvRoot::create(memory)?))
}

struct TpmMemory {
    settings: TpmSettings,
    auth: Zeroizing<Vec<u8>>,
    assurance: Assurance,
}

impl TpmMemory {
    fn new(settings: &TpmSettings) -> Result<Self, KeyError> {
        let auth = auth_value(settings)?;
        let mut memory = Self { settings: settings.clone(), auth, assurance: Assurance::C };
        if !settings.is_virtual && settings.endpoint.is_device() {
            memory.assurance = memory.talk(|conversation| Ok(assurance_of_maker(&index::manufacturer(conversation)?)))?;
        }
        Ok(memory)
    }

    fn index_of(&self, slot: Slot) -> u32 {
        match slot {
            Slot::Current => self.settings.nv_index,
            Slot::Staged => self.settings.nv_index.saturating_add(1),
        }
    }

    /// One connection and one session for some commands. Nothing is kept in between, so that a chip that was reset, or a resource manager
    /// that was restarted, matters to nobody.
    fn talk<T>(&self, commands: impl FnOnce(&mut Conversation) -> Result<T, TpmError>) -> Result<T, KeyError> {
        let mut conversation = Conversation::begin(&self.settings.endpoint).map_err(|error| self.explain(&error))?;
        commands(&mut conversation).map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &TpmError) -> KeyError {
        match error {
            TpmError::NoSuchIndex | TpmError::NeverWritten => KeyError::Missing { file: self.settings.place() },
            error => KeyError::Device { place: self.settings.place(), what: error.to_string() },
        }
    }

    fn define(&self, slot: Slot) -> Result<(), KeyError> {
        let index = self.index_of(slot);
        self.talk(|conversation| match index::look_up(conversation, index, SLOT_BYTES) {
            Err(TpmError::NoSuchIndex) => index::define(conversation, index, SLOT_BYTES, &self.auth),
            other => other.map(drop),
        })
    }
}

impl SlotMemory for TpmMemory {
    fn place(&self) -> String {
        self.settings.place()
    }

    fn read(&self, slot: Slot) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.talk(|conversation| index::read(conversation, self.index_of(slot), SLOT_BYTES, &self.auth))
    }

    fn write(&self, slot: Slot, bytes: &[u8; SLOT_BYTES]) -> Result<(), KeyError> {
        self.talk(|conversation| index::write(conversation, self.index_of(slot), bytes, &self.auth))
    }

    fn assurance(&self) -> Assurance {
        self.assurance
    }
}

fn auth_value(settings: &TpmSettings) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let file = settings.auth.display().to_string();
    let secret = fs::read(&settings.auth).map(Zeroizing::new);
    let secret = secret.map_err(|source| KeyError::Io { action: "reading", file: file.clone(), source })?;
    if secret.len() < AUTH_FILE_BYTES_MIN {
        return Err(KeyError::Device { place: file, what: "an auth value of less than 16 bytes could be guessed".to_owned() });
    }
    let mut auth = Zeroizing::new(session::sha256(&[AUTH_LABEL, &secret]).to_vec());
    // A TPM drops trailing zeros of auth values, and would compute other session keys than we.
    while auth.last() == Some(&0) {
        auth.pop();
    }
    Ok(auth)
}

/// What overwriting means in the TPMs of a maker, by its entry in the registry of vendors (TCG TPM Vendor ID Registry).
fn assurance_of_maker(maker: &[u8; 4]) -> Assurance {
    match maker {
        // Atmel, Infineon, Nuvoton, Nationz, National Semiconductor, Sinosun, Standard Microsystems, STMicroelectronics, Winbond.
        b"ATML" | b"IFX\0" | b"NTC\0" | b"NTZ\0" | b"NSM " | b"SNS\0" | b"SMSC" | b"STM " | b"WEC\0" => Assurance::A,
        // Firmware of the processor, whose state lies in a flash chip that can be read from outside.
        b"AMD\0" | b"INTC" | b"QCOM" => Assurance::B,
        _ => Assurance::C,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_software_tpm_is_never_a_chip() {
        for (maker, assurance) in [
            (b"IFX\0", Assurance::A),
            (b"NTC\0", Assurance::A),
            (b"INTC", Assurance::B),
            (b"IBM\0", Assurance::C),
            (b"MSFT", Assurance::C),
            (b"GOOG", Assurance::C),
            (b"VMW\0", Assurance::C),
            (b"\0\0\0\0", Assurance::C),
        ] {
            assert_eq!(assurance_of_maker(maker), assurance, "{maker:?}");
        }
    }

    #[test]
    fn a_short_auth_value_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let auth = directory.path().join("auth");
        let endpoint = TpmEndpoint::Unix("/nonexistent".into());
        let settings = TpmSettings { endpoint, nv_index: 0x0180_0000, auth: auth.clone(), is_virtual: false };
        assert!(matches!(open(&settings), Err(KeyError::Io { .. })));
        fs::write(&auth, b"too short").unwrap();
        assert!(matches!(open(&settings), Err(KeyError::Device { what, .. }) if what.contains("16 bytes")));
        fs::write(&auth, b"long enough to be a secret").unwrap();
        assert!(matches!(open(&settings), Err(KeyError::Device { what, .. }) if what.contains("cannot be reached")));
    }
}

//! Where the epoch key lives: the one small place whose overwriting destroys.
//!
//! Two slots, `current` and `staged`. Every write is atomic and is read back. The order stage, promote, clear means that at every instant
//! one slot opens a state that is wholly on stable storage.
//!
//! Deliberately absent: attestation by the device, and shares of the key instead of copies.

mod file;
pub(crate) mod nv;
pub(crate) mod pkcs11;
pub(crate) mod slot;
pub(crate) mod tpm;

pub use file::FileRoot;
pub use pkcs11::Pkcs11Settings;
pub use tpm::{TpmEndpoint, TpmSettings};

use crate::keys::KeyError;
use crate::keys::secret::UsedKey;

/// An epoch of the keyring and the key of its root file.
pub struct Epoch {
    pub(crate) number: u64,
    pub(crate) key: UsedKey,
}

impl Epoch {
    /// The epoch's number, from 1, growing by one.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Same number and same key. Not in constant time: both come from our own slots.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.number == other.number && self.key.secret().bytes() == other.key.secret().bytes()
    }
}

/// What a root of trust holds.
pub struct Slots {
    /// The epoch that counts.
    pub current: Option<Epoch>,
    /// The epoch that is about to count.
    pub staged: Option<Epoch>,
}

/// What overwriting a slot means outside this program. Printed on every certificate of destruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// The old key was inside a device that overwrites it and never gives it away.
    A,
    /// The device refuses to use the old key; this rests on its policy, or takes effect later.
    B,
    /// Logical deletion only: whoever copied the medium before has the old key.
    C,
}

impl Assurance {
    /// The words on the certificate.
    pub fn statement(self) -> &'static str {
        match self {
            Self::A => "the key was overwritten inside the device that held it",
            Self::B => "the device that holds the key refuses to use it",
            Self::C => "logical deletion",
        }
    }
}

/// A place for the epoch key. Each method returns after its effect is durable and was read back.
pub trait RootOfTrust: Send + Sync {
    /// Where it is, for messages.
    fn place(&self) -> String;
    /// Both slots.
    fn load(&self) -> Result<Slots, KeyError>;
    /// Puts an epoch into the staged slot.
    fn stage(&self, epoch: &Epoch) -> Result<(), KeyError>;
    /// Overwrites the current slot with the staged epoch: the point of no return.
    fn promote(&self) -> Result<(), KeyError>;
    /// Empties the staged slot.
    fn clear_stage(&self) -> Result<(), KeyError>;
    /// What overwriting means here.
    fn assurance(&self) -> Assurance;
}

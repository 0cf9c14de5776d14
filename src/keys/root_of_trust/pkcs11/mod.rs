//! The root of trust in a token or HSM with a PKCS #11 library (OASIS PKCS #11 Specification 2.40).
//!
//! For each epoch the token makes a secret key of its own that it never gives away (CKA_SENSITIVE, not CKA_EXTRACTABLE, not CKA_COPYABLE;
//! checked after it was made) and encrypts the epoch key under it. C_DestroyObject of that key is the erasure; what it had encrypted is
//! noise from then on, wherever copies of it lie.
//!
//! Assurance A holds on one condition that no program can check: no backup, clone, cluster member or snapshot of the token keeps the
//! destroyed key. An HSM that is backed up as a whole can be turned back to the day before. The office states it in writing, or leaves
//! the token out of its backups and uses a replica instead.
//!
//! Invariants: what comes from the library is data, bounded and checked, and never ends the process (a library that crashes does: it
//! runs inside ours); one wrong PIN is one attempt, because tokens lock themselves.
//!
//! Deliberately absent: sessions that outlive one operation (a token that was pulled and put back matters to nobody), C_Finalize (other
//! roots of trust may use the same library), and wrapping with keys that somebody else manages.

mod device;
#[cfg(test)]
mod interop;
pub(crate) mod slots;

use std::path::PathBuf;

use crate::keys::KeyError;
use crate::keys::root_of_trust::RootOfTrust;
use device::Device;
use slots::TokenRoot;

/// Which token, and which objects in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pkcs11Settings {
    /// The library that came with the token.
    pub module: PathBuf,
    /// The label of the token.
    pub token: String,
    /// The label of our objects.
    pub label: String,
    /// The file with the user's PIN.
    pub pin: PathBuf,
}

impl Pkcs11Settings {
    /// Where it is, for messages.
    pub fn place(&self) -> String {
        format!("token {} ({}), objects {}", self.token, self.module.display(), self.label)
    }
}

/// Opens the token, which must be there. An empty one is no error here: the other places tell whether it has lost something.
pub(crate) fn open(settings: &Pkcs11Settings) -> Result<Box<dyn RootOfTrust>, KeyError> {
    Ok(Box::new(TokenRoot::open(Device::new(settings)?)?))
}

/// Takes a token that holds no epoch under our label.
pub(crate) fn create(settings: &Pkcs11Settings) -> Result<Box<dyn RootOfTrust>, KeyError> {
    Ok(Box::new(TokenRoot::create(Device::new(settings)?)?))
}

//! Keys: which exist, how they are derived, and how they cease to exist.
//!
//! Every document's key is a leaf of a *key forest*: one binary tree per vault and year, whose nodes are derived from their parents
//! with HMAC (`forest`). Storing a document therefore writes no key. Destroying one replaces the stored part of its tree by the
//! subtrees around it (`cover`) and encrypts the result under a fresh key, the *epoch key*, which lives only in the root of trust,
//! where it overwrites its predecessor. Old key files, in backups or on worn flash cells, are then ciphertext without a key.
//!
//! Invariants:
//! - I1: one key encrypts exactly one ciphertext: an epoch key one root file, a state key one tree file. The types enforce it.
//! - I2: at every instant one slot of each root of trust opens a state that is wholly on stable storage.
//! - I3: nothing is certified as destroyed while a slot of any place that counts opens a state that still derives it
//!   (`Keyring::acknowledgements`; what counts and why stands in `replica`).
//! - I4: preparing an epoch is repeatable; a half-written epoch is garbage that the next start removes.
//!
//! Roots of trust and directories of key files may have replicas (`replica`). A file, a TPM or a token can be a root of trust
//! (`root_of_trust`); `RootSettings::open` is the one function that opens whichever the configuration names.
//!
//! Deliberately absent: who may destroy what and when (`policy`), documents (`seal`), and any way to re-create missing key files: what is
//! missing everywhere is lost.

#[cfg(test)]
pub(crate) mod adversary;
mod blob;
mod cover;
#[cfg(test)]
mod crash;
mod epoch;
mod error;
#[cfg(test)]
mod exploration;
mod files;
mod forest;
mod keyring;
mod place;
mod recovery;
mod replica;
mod root;
mod root_of_trust;
mod secret;
mod settings;
#[cfg(test)]
mod simulated;
mod state;
mod tree;
mod untouched;
mod vault;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod witness;

pub use epoch::{EpochChanges, EpochReport};
pub use error::KeyError;
pub use files::{DiskFiles, KeyFiles};
pub use forest::{CaseNode, Leaf, NodeAddress};
pub use keyring::Keyring;
pub use place::{Acknowledgement, PlaceFault, PlaceReport, PlaceRole, Places};
pub use recovery::Recovery;
pub use root::Bindings;
pub use root_of_trust::{Assurance, Epoch, FileRoot, Pkcs11Settings, RootOfTrust, Slots, TpmEndpoint, TpmSettings};
pub use settings::{KeySettings, RootSettings};
pub use tree::{TreeId, TreeKind};
pub use vault::VaultKeys;

/// Names the whole set of algorithms: HMAC-SHA-256 trees, HKDF-SHA-256, AES-256-GCM in STREAM. Stands in every key file and document
/// header; an unknown value is an error, never a guess.
pub(crate) const SUITE: u16 = 0x0001;

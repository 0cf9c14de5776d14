//! Evidence records (RFC 4998): a chain of time-stamps over hash trees that keeps proving when bytes existed after the first authority's
//! certificate has run out, and after the first hash has been broken.
//!
//! The bytes are those of a checkpoint note, exactly. One tree has the notes of all vaults, so that one time-stamp does for all of them and
//! every vault has a record of its own. A time-stamp is renewed by stamping it with another one over the same hash; a hash is renewed by
//! stamping the bytes and all earlier time-stamps under another hash, which needs the bytes (section 5).
//!
//! Records are written in the profile Basis-ERS (BSI TR-03125-ERS): version 1, no attributes, SHA-256 to SHA-512. Two ambiguities of other
//! programs are avoided: the first list has two members or more, because some hash a single one again and some do not; the hash of the
//! bytes and that of the earlier chains are joined unsorted, which is what is done in practice, although a figure in the standard sorts.
//! Revocation data, which the profile wants inside the time-stamp, is there if the authority puts it there: it is kept and not looked at.

mod record;
mod tree;

mod renew;
mod verify;

pub use record::EvidenceRecord;
pub use tree::{HashTree, TreePath};
pub use verify::{ErsError, Evidence, examine, verify};

#[cfg(test)]
mod tests;

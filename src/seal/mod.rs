//! Sealing: a plaintext stream on one side, encrypted frames on the other.
//!
//! A document is cut into frames of [`limits::FRAME_BYTES`](crate::limits::FRAME_BYTES). Each frame decides for itself whether zstd
//! pays ([`probe`]), and is encrypted with AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar 2015): the nonce
//! is the frame's number and whether it is the last, so frames can neither be dropped, swapped nor appended. The key comes from the
//! document's leaf in the key forest and from a salt drawn anew for every attempt to store, so a nonce cannot repeat even after an older
//! database was put back. A [`DocHeader`] of 160 bytes names what was sealed and commits to the key.
//!
//! Invariants:
//! - no frame is opened before the header's key commitment was compared, so one ciphertext has one meaning;
//! - no byte of a frame is handed out before its tag was checked;
//! - what decompression may produce is known before it starts;
//! - nothing that comes from storage can cause a panic.
//!
//! Deliberately absent: where frames are stored, who may read them, dictionaries trained over several documents (they would survive the
//! documents), and any way to seal a second document with the same salt. Plaintext buffers are not wiped: they came through socket and
//! kernel buffers that nobody wipes either; keys are.

mod access;
mod derivation;
mod description;
mod error;
mod frame;
mod header;
mod opener;
mod probe;
mod sealer;
#[cfg(test)]
mod vectors;

pub use access::{open_access, seal_access};
pub use description::DescriptionSealer;
pub use error::SealError;
pub use frame::{FRAME_OVERHEAD_BYTES, FrameSpan, frame_count, frames_for_range};
pub use header::{DocHeader, HeaderFields, UncheckedHeader};
pub use opener::Opener;
pub use sealer::{Sealed, SealedCase, Sealer, seal_case};

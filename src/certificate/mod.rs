//! The certificate of destruction: from committed notes and tombstones to a document that an office files away and an auditor checks
//! without the archive.
//!
//! ```text
//! Subject, [Evidence]  -> Statement::of     what the notes say together, or why there is no certificate yet
//! .. and [Item]        -> write             one canonical JSON document: the same bytes every time
//! SHA-256 of it        -> ledger            a signed note of its own kind, which no checkpoint can be taken for
//! Statement            -> page              one page for people, German or English
//! file                 -> read              what it claims; then everything is computed again and compared byte by byte
//! ```
//! Invariants: the statement follows from the notes alone, each of which is there as the ledger commits to it, with its receipt and
//! opening; before the copies are named it says that it is the first of two stages; where the weakest root of trust only deletes
//! logically, it does not say more. Nothing of what was destroyed is in it: random ids, handles, sizes as powers of two.
//!
//! What is deliberately absent: reading the archive, keys, and signing, which have their own modules. Words that two persons wrote into
//! the order (reason, reference, legal basis) are in it as they stand, so whoever hands it on decides about them.

mod item;
mod json;
mod page;
mod read;
mod statement;
mod text;
mod write;

pub use item::{Item, Object};
pub use json::Cursor as JsonCursor;
pub use page::page;
pub use read::{Malformed, UnverifiedCertificate, UnverifiedEvidence, read};
pub use statement::{Evidence, NoCertificate, Statement, Subject};
pub use write::{Hashed, write, write_file};

//! The vocabulary of the archive: values only.
//!
//! What is deliberately absent: I/O, clocks, randomness, keys, serialisation for the outside. Everything here can be read by an
//! auditor as the list of things that exist in an archive.

mod access;
mod canonical;
mod case;
pub mod command;
pub mod destruction;
mod digest;
mod document;
mod event;
mod export;
mod id;
mod principal;
mod refusal;
pub mod retention;
mod stamp;
mod text;
mod time;
mod vault;

pub use access::{Access, AccessDetails, AccessKind, AccessReader, AccessRecord, AccessTarget, Purpose, range_text};
pub use canonical::CanonicalJson;
pub use case::{CaseDescription, CaseDetails, CaseRecord};
pub use command::Command;
pub use digest::Digest;
pub use document::{ContentColumn, ContentLocation, DocumentDescription, DocumentDetails, DocumentRecord, ScanDescription};
pub use event::{Event, Placement, Record};
pub use export::{ExportKind, ExportScope, ExportedShard};
pub use id::{
    Address, CaseId, CaseNumber, ContentSeq, DocumentId, DocumentNumber, EventId, GroupNumber, Handle, IdError, LedgerIndex, NoteId,
    PersonTag, VaultId, VaultName,
};
pub use principal::{Actor, ApplicationName, PersonName, Principal};
pub use refusal::Refusal;
pub use stamp::{CheckpointStamp, StampKind, StampPlace};
pub use text::{Date, MediaType, Text, TextError};
pub use time::Timestamp;
pub use vault::VaultRecord;

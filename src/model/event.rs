//! What has happened: the outcome of a decision, recorded in the ledger and applied to the records in the same commit.

use super::retention::NoteRecord;
use super::{
    CaseRecord, ContentLocation, DocumentRecord, LedgerIndex, Timestamp, VaultRecord,
    command::{AcceptAnchor, FileNote, OpenCase, OpenVault, StoreDocument},
};

/// A fact, with the time at which it was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A vault exists.
    VaultOpened(OpenVault),
    /// A case exists.
    CaseOpened(OpenCase),
    /// A document exists.
    DocumentStored(StoreDocument),
    /// The loss of the anchor file was accepted.
    AnchorAccepted(AcceptAnchor),
    /// A note was filed.
    NoteFiled {
        /// The note.
        filed: Box<FileNote>,
        /// The last entry about the same subject before this commit group.
        previous: Option<LedgerIndex>,
    },
}

impl Event {
    /// The last entry about the same subject before this commit group; the first event of a subject has none.
    pub fn previous_entry(&self) -> Option<LedgerIndex> {
        match self {
            Self::NoteFiled { previous, .. } => *previous,
            _ => None,
        }
    }
}

/// Where the commit group has put an event. Known only after the ledger has grown, before anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// Time of the commit group.
    pub at: Timestamp,
    /// The event's entry.
    pub entry: LedgerIndex,
    /// Size of the ledger after the group.
    pub receipt_size: u64,
    /// Where the content lies, for events that bring content.
    pub content: Option<ContentLocation>,
}

/// A record as an event leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Of a vault.
    Vault(VaultRecord),
    /// Of a case.
    Case(CaseRecord),
    /// Of a document.
    Document(DocumentRecord),
    /// Of a note.
    Note(Box<NoteRecord>),
}

//! What somebody wants to happen. Built at the edge, decided by `policy`, never half done.

use super::retention::{Code, DocumentFacts, Note};
use super::{Address, CaseId, CaseNumber, ContentSeq, Date, DocumentId, Handle, NoteId, PersonTag, VaultId, VaultName};

/// A wish. Background work uses the same commands as clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Create a vault.
    OpenVault(OpenVault),
    /// Open a case.
    OpenCase(OpenCase),
    /// Store a document whose content is sealed already.
    StoreDocument(StoreDocument),
    /// Go on although the anchor file was lost; leaves a ledger entry in the vault.
    AcceptAnchor(AcceptAnchor),
    /// File a note about retention.
    FileNote(Box<FileNote>),
}

impl Command {
    /// The vault that the command is about.
    pub fn vault(&self) -> VaultId {
        match self {
            Self::OpenVault(command) => command.id,
            Self::OpenCase(command) => command.vault,
            Self::StoreDocument(command) => command.vault,
            Self::AcceptAnchor(command) => command.vault,
            Self::FileNote(command) => command.vault,
        }
    }
}

/// Create a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenVault {
    /// Its name.
    pub name: VaultName,
    /// Its random id.
    pub id: VaultId,
    /// Origin of its ledger.
    pub origin: String,
    /// What the ledger calls the vault.
    pub handle: Handle,
}

/// Open a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// The vault.
    pub vault: VaultId,
    /// The id that the application chose.
    pub case: CaseId,
    /// The number that was set aside for the case; its description is sealed under it.
    pub number: CaseNumber,
    /// What the ledger will call the case.
    pub handle: Handle,
    /// The year whose key tree was used.
    pub opening_year: u16,
    /// The kind of its default matter; decides the retention class of what is assigned to no other.
    pub kind: Code,
    /// Keyed tag of the reference.
    pub reference_tag: [u8; 32],
    /// Header of the sealed details.
    pub header: Vec<u8>,
    /// The sealed details.
    pub sealed_details: Vec<u8>,
}

/// Store a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreDocument {
    /// The vault.
    pub vault: VaultId,
    /// The case, by the id that the application used.
    pub case: CaseId,
    /// The id that the application chose.
    pub document: DocumentId,
    /// The address that was set aside; content and details are sealed under it.
    pub address: Address,
    /// What the ledger will call the document.
    pub handle: Handle,
    /// The year whose key tree was used.
    pub opening_year: u16,
    /// Bytes of plaintext.
    pub plain_bytes: u64,
    /// Header of content and details.
    pub header: Vec<u8>,
    /// The sealed details.
    pub sealed_details: Vec<u8>,
    /// Frames of content.
    pub frames: u32,
    /// Bytes of all sealed frames.
    pub sealed_bytes: u64,
    /// Where the frames lie already, if the document was too large to wait in memory.
    pub staged: Option<ContentSeq>,
    /// What retention must know of it, if its description says more than its content. Events and lines are empty.
    pub facts: Option<DocumentFacts>,
}

/// What a request says beside its note. Rules ask for it when they decide; it is not part of what is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beside {
    /// Whether the sealed words give a reason.
    pub has_reason: bool,
    /// The day of review that somebody has seen and means to replace.
    pub replaces_review: Option<Date>,
}

/// File a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNote {
    /// The vault.
    pub vault: VaultId,
    /// The case that the note is filed in; `None` for the registers.
    pub case: Option<CaseId>,
    /// The id that the application chose.
    pub id: NoteId,
    /// The place that was set aside; the words are sealed under it.
    pub address: Address,
    /// What the ledger will call its subject.
    pub handle: Handle,
    /// The year whose key tree was used.
    pub opening_year: u16,
    /// Who files it, as a tag.
    pub person: Option<PersonTag>,
    /// What it says.
    pub note: Note,
    /// What the request says beside it.
    pub beside: Beside,
    /// Header of the sealed details.
    pub header: Vec<u8>,
    /// The sealed details.
    pub sealed_details: Vec<u8>,
}

/// Accept that the anchor file was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptAnchor {
    /// The vault in whose ledger this is recorded.
    pub vault: VaultId,
    /// What the ledger calls this acceptance.
    pub handle: Handle,
}

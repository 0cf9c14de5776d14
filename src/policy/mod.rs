//! The rules. Every function here is pure: facts in, verdict out; no I/O, no clock, no randomness, no async.
//!
//! The committer collects the facts that a command needs and calls [`decide`]; what comes back is an event, the statement
//! that the command repeats something that is done already, or a refusal named after the rule that refuses.
//!
//! What is deliberately absent: any way to change or remove something that was stored.

mod ingest;
pub mod invariants;

pub use ingest::decide;

use crate::model::{Address, CaseId, CaseNumber, DocumentId, Event, Refusal, VaultId, VaultName};

/// What `decide` may know: the committed state plus what the same commit group has decided already.
pub trait View {
    /// Why the state could not be read. The command is then not decided at all.
    type Error;

    /// Whether the vault exists.
    fn vault_exists(&mut self, vault: VaultId) -> Result<bool, Self::Error>;
    /// Whether some vault has this name.
    fn vault_name_taken(&mut self, name: &VaultName) -> Result<bool, Self::Error>;
    /// The case with this id.
    fn case(&mut self, vault: VaultId, id: CaseId) -> Result<Option<CaseFacts>, Self::Error>;
    /// Whether some case has this number.
    fn case_number_taken(&mut self, vault: VaultId, number: CaseNumber) -> Result<bool, Self::Error>;
    /// Whether some case has the reference with this tag.
    fn reference_taken(&mut self, vault: VaultId, tag: &[u8; 32]) -> Result<bool, Self::Error>;
    /// The address of the document with this id.
    fn document(&mut self, vault: VaultId, id: DocumentId) -> Result<Option<Address>, Self::Error>;
    /// Whether some document has this address.
    fn address_taken(&mut self, vault: VaultId, address: Address) -> Result<bool, Self::Error>;
}

/// What the rules need to know of a case. None of it ever changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFacts {
    /// Its number.
    pub number: CaseNumber,
    /// The year of its key tree.
    pub opening_year: u16,
}

/// What comes of a command that is not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It happens.
    Happens(Event),
    /// A case with this id exists; whether the command says the same is compared where the descriptions can be opened.
    RepeatsCase(CaseNumber),
    /// A document with this id exists; likewise.
    RepeatsDocument(Address),
}

/// Why there is no verdict.
#[derive(Debug, PartialEq, Eq)]
pub enum Undecided<E> {
    /// A rule says no.
    Refused(Refusal),
    /// The state could not be read.
    Unreadable(E),
}

impl<E> From<Refusal> for Undecided<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

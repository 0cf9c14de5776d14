//! The rules. Every function here is pure: facts in, verdict out; no I/O, no clock, no randomness, no async.
//!
//! The committer collects the facts that a command needs and calls [`decide`]; what comes back is an event, the statement
//! that the command repeats something that is done already, or a refusal named after the rule that refuses.
//!
//! [`retention`] computes dates and says why, [`paper`] decides about originals; both need nothing but facts.
//!
//! [`destruction`] says which item of an order qualifies. What is deliberately absent: the removing, and any rule that could be skipped.

pub mod destruction;
pub mod fact_invariants;
mod gathered;
mod ingest;
pub mod invariants;
mod notes;
pub mod paper;
pub mod retention;
mod settled;
#[cfg(test)]
pub(crate) mod testing;

pub use gathered::{release_of_box, standing_of_document};
pub use ingest::decide;
pub use notes::{classes_given_up, export_is_for, reference_is_given};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::destruction::{DispositionFacts, OrderFacts};
use crate::model::retention::{
    BatchFacts, BoxFacts, Catalogue, Code, DocumentFacts, Dossier, HoldFacts, HoldType, Note, Part, ProposalFacts, Target, Today,
    VaultFacts,
};
use crate::model::{
    Address, CaseId, CaseNumber, DocumentId, DocumentNumber, Event, LedgerIndex, NoteId, Refusal, Timestamp, VaultId, VaultName,
};

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

    /// The time of the commit group.
    fn now(&self) -> Timestamp;
    /// Which day it is in the vault's time zone.
    fn today(&mut self, vault: VaultId) -> Result<Today, Self::Error>;
    /// The place of the note with this id.
    fn note(&mut self, vault: VaultId, id: NoteId) -> Result<Option<Address>, Self::Error>;
    /// Whether some note has this place.
    fn note_place_taken(&mut self, vault: VaultId, place: Address) -> Result<bool, Self::Error>;
    /// The dossier of an existing case. A case from before there was retention has one about which nothing was noted.
    fn dossier(&mut self, vault: VaultId, case: CaseNumber) -> Result<Arc<Dossier>, Self::Error>;
    /// What retention knows of an existing document, if it knows anything beyond its case.
    fn document_facts(&mut self, vault: VaultId, address: Address) -> Result<Option<Arc<DocumentFacts>>, Self::Error>;
    /// All documents of a case about which retention knows something, with what it knows.
    fn facts_of_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<BTreeMap<Address, Arc<DocumentFacts>>, Self::Error>;
    /// The hold that was placed by the note at this place.
    fn hold(&mut self, vault: VaultId, place: Address) -> Result<Option<HoldFacts>, Self::Error>;
    /// What the hold at this place covers.
    fn hold_targets(&mut self, vault: VaultId, place: Address) -> Result<Vec<Target>, Self::Error>;
    /// The scan batch that was registered by the note at this place.
    fn batch(&mut self, vault: VaultId, place: Address) -> Result<Option<BatchFacts>, Self::Error>;
    /// The box that was registered by the note at this place.
    fn paper_box(&mut self, vault: VaultId, place: Address) -> Result<Option<Arc<BoxFacts>>, Self::Error>;
    /// The box in which the original of a document lies, or was destroyed.
    fn box_of(&mut self, vault: VaultId, document: Address) -> Result<Option<Address>, Self::Error>;
    /// The catalogue that was proposed by the note at this place, as long as nobody has decided about it.
    fn proposal(&mut self, vault: VaultId, place: Address) -> Result<Option<ProposalFacts>, Self::Error>;
    /// The catalogue in force.
    fn catalogue(&mut self, vault: VaultId) -> Result<Option<Arc<Catalogue>>, Self::Error>;
    /// What retention knows of the vault as a whole.
    fn vault_facts(&mut self, vault: VaultId) -> Result<Arc<VaultFacts>, Self::Error>;
    /// The holds that cover this document, its matters or its case.
    fn holds_on(&mut self, vault: VaultId, address: Address) -> Result<Vec<HoldType>, Self::Error>;
    /// The holds on exactly this part of a case.
    fn holds_of(&mut self, vault: VaultId, target: Target) -> Result<Vec<HoldType>, Self::Error>;
    /// When the document at this place was stored.
    fn stored_at(&mut self, vault: VaultId, address: Address) -> Result<Option<Timestamp>, Self::Error>;
    /// Whether some line of the vault has this class. Answers `true` where it would have to count.
    fn class_in_use(&mut self, vault: VaultId, class: &Code) -> Result<bool, Self::Error>;

    /// The case with this number, unless it was destroyed.
    fn case_by_number(&mut self, vault: VaultId, case: CaseNumber) -> Result<Option<CaseFacts>, Self::Error>;
    /// Whether the case with this id was destroyed.
    fn case_destroyed(&mut self, vault: VaultId, id: CaseId) -> Result<bool, Self::Error>;
    /// The order that was proposed by the note at this place.
    fn order(&mut self, vault: VaultId, place: Address) -> Result<Option<Arc<OrderFacts>>, Self::Error>;
    /// The items of the order at this place.
    fn order_items(&mut self, vault: VaultId, place: Address) -> Result<Arc<[Target]>, Self::Error>;
    /// What the vault knows of its destructions.
    fn disposition(&mut self, vault: VaultId) -> Result<Arc<DispositionFacts>, Self::Error>;
    /// The documents of a case, with the ledger entries of their storing. One of the same commit group has none.
    fn documents_of_case(&mut self, vault: VaultId, case: CaseNumber)
    -> Result<BTreeMap<DocumentNumber, Option<LedgerIndex>>, Self::Error>;
    /// The notes that were filed in a case, with their ledger entries. One of the same commit group has none.
    fn notes_of_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<NotesOfCase, Self::Error>;
    /// The holds on a case and on any part of it.
    fn holds_in_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<Vec<(Part, HoldType)>, Self::Error>;
    /// Whether there is a document at this address that was not destroyed.
    fn document_exists(&mut self, vault: VaultId, address: Address) -> Result<bool, Self::Error>;
    /// Whether the same commit group has changed anything of this case before. What was written a moment ago cannot be removed with it.
    fn changed_in_group(&mut self, vault: VaultId, case: CaseNumber) -> Result<bool, Self::Error>;
    /// Documents in the vault.
    fn documents_held(&mut self, vault: VaultId) -> Result<u64, Self::Error>;
}

/// What the notes of a case say, by their numbers, each with its ledger entry.
pub type NotesOfCase = BTreeMap<DocumentNumber, (Note, Option<LedgerIndex>)>;

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
    Happens(Box<Event>),
    /// A case with this id exists; whether the command says the same is compared where the descriptions can be opened.
    RepeatsCase(CaseNumber),
    /// A document with this id exists; likewise.
    RepeatsDocument(Address),
    /// A note with this id exists; likewise.
    RepeatsNote(Address),
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

//! How facts change: what an event adds to them, written in the commit group of the event.

use std::sync::Arc;

use super::{BatchFacts, BoxFacts, Catalogue, DocumentFacts, Dossier, HoldFacts, HoldType, Target, VaultFacts};
use crate::model::destruction::{DispositionFacts, OrderFacts};
use crate::model::{Address, CaseNumber, Date, LedgerIndex, PersonTag, StampPlace};

/// Which day it is, twice: deadlines pass by the one that nobody can set, duties are watched by the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// A day that has certainly begun: the lower edge of the interval clock. What unlocks something counts by it.
    pub certain: Date,
    /// The day that the wall clock shows. What reminds of something counts by it, so that a slow clock hides no duty.
    pub wall: Date,
}

/// A proposed catalogue that nobody has decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalFacts {
    /// Who proposed it.
    pub person: Option<PersonTag>,
    /// The version that it would replace.
    pub replaces: u32,
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// Its ledger entry; `None` if it is being filed in the same commit group.
    pub entry: Option<LedgerIndex>,
}

/// A fact as it will be after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Of a case.
    Dossier {
        /// The case.
        case: CaseNumber,
        /// As it was; its dates leave the agenda.
        before: Option<Arc<Dossier>>,
        /// As it is; its dates enter the agenda.
        after: Arc<Dossier>,
    },
    /// Of a document.
    Document {
        /// The document.
        address: Address,
        /// As it was.
        before: Option<Arc<DocumentFacts>>,
        /// As it is.
        after: Arc<DocumentFacts>,
    },
    /// Of a hold.
    Hold(Address, HoldFacts),
    /// Whether a hold covers an item.
    Covered {
        /// The item.
        target: Target,
        /// The hold.
        hold: Address,
        /// Why it is held.
        kind: HoldType,
        /// From now on, or no longer.
        on: bool,
    },
    /// Whether an original lies in a box.
    Boxed {
        /// The document.
        document: Address,
        /// The box.
        in_box: Address,
        /// From now on, or no longer.
        on: bool,
    },
    /// Where the newest evidence for a checkpoint is filed.
    Stamped {
        /// Entries of the ledger in the checkpoint.
        size: u64,
        /// Where it is filed, and until when it is good.
        place: StampPlace,
    },
    /// Of a scan batch.
    Batch(Address, BatchFacts),
    /// Of a box.
    Box(Address, Arc<BoxFacts>),
    /// Of the vault.
    Vault(Arc<VaultFacts>),
    /// Of an order of destruction.
    Order(Address, Arc<OrderFacts>),
    /// Of the destructions of the vault.
    Disposition(Arc<DispositionFacts>),
    /// A document is gone, and what was known of it.
    DocumentGone {
        /// The document.
        address: Address,
        /// As it was; its dates leave the agenda.
        before: Option<Arc<DocumentFacts>>,
    },
    /// A case goes on without some of its matters, or with fewer documents.
    MatterGone {
        /// The case.
        case: CaseNumber,
        /// As it was.
        before: Arc<Dossier>,
        /// As it is.
        after: Arc<Dossier>,
    },
    /// A case is gone with everything under its number: its dates leave the agenda.
    CaseGone(CaseNumber),
}

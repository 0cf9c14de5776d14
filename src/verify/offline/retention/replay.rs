//! The facts so far, as the projection of the next event reads them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::history::History;
use crate::model::destruction::{DispositionFacts, OrderFacts};
use crate::model::retention::{
    BatchFacts, BoxFacts, Catalogue, Code, DocumentFacts, Dossier, Fact, HoldFacts, HoldType, Note, Part, ProposalFacts, Target, TimeZone,
    Today, VaultFacts,
};
use crate::model::{Address, CaseId, CaseNumber, DocumentId, DocumentNumber, Event, LedgerIndex, NoteId, Timestamp, VaultId, VaultName};
use crate::policy::{CaseFacts, NotesOfCase, View};
use crate::state;
use crate::store::{Store, StoreError};

/// Why an event cannot be projected again.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreplayable {
    /// Something that it refers to cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It releases a hold that no note has placed.
    #[error("the note at {:#018x} is not that of a hold", .0.to_u64())]
    NoHold(Address),
    /// A fact would depend on something that only decisions depend on, and that is not remembered.
    #[error("a fact cannot be computed again, because it follows from more than notes and facts")]
    NotAFact,
}

/// Facts of one subject: a case, something in the registers, or the vault as a whole.
pub(super) struct Replay<'a> {
    store: &'a Store,
    vault: VaultId,
    history: &'a History,
    /// When the case was opened that this is about; a case from before there was retention begins with its first note.
    opened_at: Timestamp,
    entry: LedgerIndex,
    now: Timestamp,
    pub(super) dossier: Option<Arc<Dossier>>,
    pub(super) documents: BTreeMap<Address, Arc<DocumentFacts>>,
    pub(super) holds: BTreeMap<Address, HoldFacts>,
    pub(super) batches: BTreeMap<Address, BatchFacts>,
    pub(super) boxes: BTreeMap<Address, Arc<BoxFacts>>,
    pub(super) vault_facts: Arc<VaultFacts>,
    pub(super) orders: BTreeMap<Address, Arc<OrderFacts>>,
    pub(super) disposition: Arc<DispositionFacts>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(store: &'a Store, vault: VaultId, history: &'a History, opened_at: Timestamp) -> Self {
        Self {
            store,
            vault,
            history,
            opened_at,
            entry: LedgerIndex(0),
            now: Timestamp::EPOCH,
            dossier: None,
            documents: BTreeMap::new(),
            holds: BTreeMap::new(),
            batches: BTreeMap::new(),
            boxes: BTreeMap::new(),
            vault_facts: Arc::default(),
            orders: BTreeMap::new(),
            disposition: Arc::default(),
        }
    }

    /// Projects the event with this entry and time, and remembers the facts that follow.
    pub(super) fn happens(&mut self, (entry, at): (LedgerIndex, Timestamp), event: &Event) -> Result<(), Unreplayable> {
        (self.entry, self.now) = (entry, at);
        let mut facts = state::project(self, event)?;
        state::place(event, &mut facts, entry);
        facts.into_iter().for_each(|fact| self.learn(fact));
        Ok(())
    }

    fn learn(&mut self, fact: Fact) {
        match fact {
            Fact::Dossier { after, .. } => self.dossier = Some(after),
            Fact::Document { address, after, .. } => drop(self.documents.insert(address, after)),
            Fact::Hold(place, facts) => drop(self.holds.insert(place, facts)),
            Fact::Batch(place, facts) => drop(self.batches.insert(place, facts)),
            Fact::Box(place, facts) => drop(self.boxes.insert(place, facts)),
            Fact::Vault(facts) => self.vault_facts = facts,
            // What is held follows from the hold and its list.
            Fact::Covered { .. } => {}
            Fact::Order(place, facts) => drop(self.orders.insert(place, facts)),
            Fact::Disposition(facts) => self.disposition = facts,
            // Of what was destroyed nothing is left that could be projected: no note, no document.
            Fact::MatterGone { .. } | Fact::DocumentGone { .. } | Fact::CaseGone(_) => {}
            // What lies in a box follows from the box.
            Fact::Boxed { .. } => {}
            // Each row is compared with its note.
            Fact::Stamped { .. } => {}
        }
    }

    /// The dossier so far; of a case from before there was retention one about which nothing was noted.
    pub(super) fn dossier_so_far(&self) -> Arc<Dossier> {
        self.dossier.clone().unwrap_or_else(|| {
            let zone = self.history.at(self.entry).map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
            Arc::new(Dossier::new(Code::default_kind(), zone.day_of(self.opened_at)))
        })
    }
}

/// What the projection of facts reads. What only decisions read was decided when the event happened, and is not remembered.
impl View for Replay<'_> {
    type Error = Unreplayable;

    fn now(&self) -> Timestamp {
        self.now
    }

    fn note(&mut self, vault: VaultId, id: NoteId) -> Result<Option<Address>, Unreplayable> {
        Ok(self.store.note_address(vault, id)?)
    }

    fn dossier(&mut self, _: VaultId, _: CaseNumber) -> Result<Arc<Dossier>, Unreplayable> {
        Ok(self.dossier_so_far())
    }

    fn document_facts(&mut self, _: VaultId, address: Address) -> Result<Option<Arc<DocumentFacts>>, Unreplayable> {
        Ok(self.documents.get(&address).cloned())
    }

    fn facts_of_case(&mut self, _: VaultId, case: CaseNumber) -> Result<BTreeMap<Address, Arc<DocumentFacts>>, Unreplayable> {
        let of_case = self.documents.iter().filter(|(address, _)| address.case == case && address.document <= DocumentNumber::MAX);
        Ok(of_case.map(|(address, facts)| (*address, Arc::clone(facts))).collect())
    }

    fn hold(&mut self, _: VaultId, place: Address) -> Result<Option<HoldFacts>, Unreplayable> {
        Ok(self.holds.get(&place).copied())
    }

    fn hold_targets(&mut self, vault: VaultId, place: Address) -> Result<Vec<Target>, Unreplayable> {
        match self.store.note(vault, place)?.map(|record| record.note) {
            Some(Note::HoldPlaced { targets, .. }) => Ok(targets),
            _ => Err(Unreplayable::NoHold(place)),
        }
    }

    fn batch(&mut self, _: VaultId, place: Address) -> Result<Option<BatchFacts>, Unreplayable> {
        Ok(self.batches.get(&place).copied())
    }

    fn paper_box(&mut self, _: VaultId, place: Address) -> Result<Option<Arc<BoxFacts>>, Unreplayable> {
        Ok(self.boxes.get(&place).cloned())
    }

    fn catalogue(&mut self, vault: VaultId) -> Result<Option<Arc<Catalogue>>, Unreplayable> {
        let known = vault == self.vault;
        Ok(self.history.at(self.entry).filter(|_| known).cloned())
    }

    fn vault_facts(&mut self, _: VaultId) -> Result<Arc<VaultFacts>, Unreplayable> {
        Ok(Arc::clone(&self.vault_facts))
    }

    fn today(&mut self, _: VaultId) -> Result<Today, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn vault_exists(&mut self, _: VaultId) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn vault_name_taken(&mut self, _: &VaultName) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn case(&mut self, _: VaultId, _: CaseId) -> Result<Option<CaseFacts>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn case_number_taken(&mut self, _: VaultId, _: CaseNumber) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn reference_taken(&mut self, _: VaultId, _: &[u8; 32]) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn document(&mut self, _: VaultId, _: DocumentId) -> Result<Option<Address>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn address_taken(&mut self, _: VaultId, _: Address) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn note_place_taken(&mut self, _: VaultId, _: Address) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn box_of(&mut self, _: VaultId, _: Address) -> Result<Option<Address>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn proposal(&mut self, _: VaultId, _: Address) -> Result<Option<ProposalFacts>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn holds_on(&mut self, _: VaultId, _: Address) -> Result<Vec<HoldType>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn holds_of(&mut self, _: VaultId, _: Target) -> Result<Vec<HoldType>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn stored_at(&mut self, _: VaultId, _: Address) -> Result<Option<Timestamp>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn class_in_use(&mut self, _: VaultId, _: &Code) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn order(&mut self, _: VaultId, place: Address) -> Result<Option<Arc<OrderFacts>>, Unreplayable> {
        Ok(self.orders.get(&place).cloned())
    }

    fn disposition(&mut self, _: VaultId) -> Result<Arc<DispositionFacts>, Unreplayable> {
        Ok(Arc::clone(&self.disposition))
    }

    fn case_by_number(&mut self, _: VaultId, _: CaseNumber) -> Result<Option<CaseFacts>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn case_destroyed(&mut self, _: VaultId, _: CaseId) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn order_items(&mut self, _: VaultId, _: Address) -> Result<Arc<[Target]>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn documents_of_case(&mut self, _: VaultId, _: CaseNumber) -> Result<BTreeMap<DocumentNumber, Option<LedgerIndex>>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn notes_of_case(&mut self, _: VaultId, _: CaseNumber) -> Result<NotesOfCase, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn holds_in_case(&mut self, _: VaultId, _: CaseNumber) -> Result<Vec<(Part, HoldType)>, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn document_exists(&mut self, _: VaultId, _: Address) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn changed_in_group(&mut self, _: VaultId, _: CaseNumber) -> Result<bool, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }

    fn documents_held(&mut self, _: VaultId) -> Result<u64, Unreplayable> {
        Err(Unreplayable::NotAFact)
    }
}

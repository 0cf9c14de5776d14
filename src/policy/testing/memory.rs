//! The facts of the office, and the view that rules have of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::VAULT;
use crate::model::command::{FileNote, OpenCase, StoreDocument};
use crate::model::destruction::{Condemned, DispositionFacts, OrderFacts};
use crate::model::retention::{
    BatchFacts, BoxFacts, Catalogue, Code, DocumentFacts, Dossier, Fact, HoldFacts, HoldType, MatterNumber, Note, Part, ProposalFacts,
    Target, Today, VaultFacts,
};
use crate::model::{
    Address, CaseId, CaseNumber, Date, DocumentId, DocumentNumber, Event, LedgerIndex, NoteId, Timestamp, VaultId, VaultName,
};
use crate::policy::{CaseFacts, NotesOfCase, View};

/// The memory is set to fail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// Everything that was derived from what has happened.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Facts {
    pub(crate) dossiers: BTreeMap<CaseNumber, Arc<Dossier>>,
    pub(crate) documents: BTreeMap<Address, Arc<DocumentFacts>>,
    pub(crate) holds: BTreeMap<Address, HoldFacts>,
    pub(crate) covered: BTreeMap<(Target, Address), HoldType>,
    pub(crate) batches: BTreeMap<Address, BatchFacts>,
    pub(crate) boxes: BTreeMap<Address, Arc<BoxFacts>>,
    pub(crate) boxed: BTreeMap<Address, Address>,
    pub(crate) vault: Arc<VaultFacts>,
    pub(crate) orders: BTreeMap<Address, Arc<OrderFacts>>,
    pub(crate) disposition: Arc<DispositionFacts>,
}

/// What the office knows: records, facts, and which day it is.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    pub(crate) today: Today,
    pub(crate) now: Timestamp,
    /// Reading facts fails from now on.
    pub(crate) unreadable: bool,
    /// Documents whose facts were read because something happened to their case.
    pub(crate) documents_read: usize,
    pub(crate) cases: BTreeMap<CaseId, CaseFacts>,
    references: BTreeSet<[u8; 32]>,
    ids: BTreeMap<DocumentId, Address>,
    pub(crate) stored: BTreeMap<Address, Timestamp>,
    /// The ledger entries of documents.
    entries: BTreeMap<Address, LedgerIndex>,
    /// Cases that were destroyed.
    pub(crate) gone: BTreeSet<CaseNumber>,
    pub(crate) notes: BTreeMap<NoteId, FileNote>,
    /// The ledger entries of notes.
    filed: BTreeMap<NoteId, LedgerIndex>,
    pub(crate) facts: Facts,
}

impl Memory {
    pub(super) fn new(today: Date) -> Self {
        let mut memory = Self {
            today: Today { certain: today, wall: today },
            now: Timestamp::from_seconds(0).expect("1970 must be a time"),
            unreadable: false,
            documents_read: 0,
            cases: BTreeMap::new(),
            references: BTreeSet::new(),
            ids: BTreeMap::new(),
            stored: BTreeMap::new(),
            entries: BTreeMap::new(),
            gone: BTreeSet::new(),
            notes: BTreeMap::new(),
            filed: BTreeMap::new(),
            facts: Facts::default(),
        };
        memory.set_now(today);
        memory
    }

    /// Noon of the day, which is the same day in Berlin.
    pub(super) fn set_now(&mut self, day: Date) {
        self.now = Timestamp::from_seconds(i64::from(day.days()) * 86_400 + 43_200).expect("must be a time");
    }

    /// Later commands see the event and its facts.
    pub(super) fn learn(&mut self, event: &Event, entry: LedgerIndex, facts: Vec<Fact>) {
        match event {
            Event::CaseOpened(OpenCase { case, number, opening_year, reference_tag, .. }) => {
                self.cases.insert(*case, CaseFacts { number: *number, opening_year: *opening_year });
                self.references.insert(*reference_tag);
            }
            Event::DocumentStored(StoreDocument { document, address, .. }) => {
                self.ids.insert(*document, *address);
                self.stored.insert(*address, self.now);
                self.entries.insert(*address, entry);
            }
            Event::NoteFiled { filed, .. } => {
                self.notes.insert(filed.id, FileNote::clone(filed));
                self.filed.insert(filed.id, entry);
                if let Note::OrderStep { condemned, .. } | Note::DestructionReplayed { condemned, .. } = &filed.note {
                    condemned.iter().for_each(|item| self.bury(item));
                }
            }
            Event::VaultOpened(_) | Event::AnchorAccepted(_) => {}
        }
        for fact in facts {
            self.learn_fact(fact);
        }
    }

    pub(super) fn learn_fact(&mut self, fact: Fact) {
        let facts = &mut self.facts;
        match fact {
            Fact::Dossier { case, before, after } => {
                let known = facts.dossiers.insert(case, after);
                assert_eq!(known, before, "a dossier that was not there cannot have been read");
            }
            Fact::Document { address, before, after } => {
                let known = facts.documents.insert(address, after);
                assert_eq!(known, before, "facts of a document that were not there cannot have been read");
            }
            Fact::Hold(place, hold) => drop(facts.holds.insert(place, hold)),
            Fact::Covered { target, hold, kind, on: true } => drop(facts.covered.insert((target, hold), kind)),
            Fact::Covered { target, hold, on: false, .. } => drop(facts.covered.remove(&(target, hold))),
            Fact::Batch(place, batch) => drop(facts.batches.insert(place, batch)),
            Fact::Box(place, paper) => drop(facts.boxes.insert(place, paper)),
            Fact::Boxed { document, in_box, on: true } => drop(facts.boxed.insert(document, in_box)),
            Fact::Boxed { document, on: false, .. } => drop(facts.boxed.remove(&document)),
            // No rule asks for evidence.
            Fact::Stamped { .. } => {}
            Fact::Vault(vault) => facts.vault = vault,
            Fact::Order(place, order) => drop(facts.orders.insert(place, order)),
            Fact::Disposition(disposition) => facts.disposition = disposition,
            Fact::MatterGone { case, before, after } => {
                let known = facts.dossiers.insert(case, after);
                assert_eq!(known, Some(before), "a dossier that was not there cannot have been read");
            }
            Fact::DocumentGone { address, before } => assert_eq!(facts.documents.remove(&address), before),
            Fact::CaseGone(case) => {
                facts.dossiers.remove(&case);
                facts.documents.retain(|address, _| address.case != case);
                facts.covered.retain(|(target, _), _| target.case != case);
            }
        }
    }

    /// The records of what is condemned are gone; numbers and ids stay taken.
    fn bury(&mut self, item: &Condemned) {
        let case = item.target.case;
        let goes = |address: Address| address.case == case && (item.is_case() || item.leaves.contains(&address.document));
        self.entries.retain(|address, _| !goes(*address));
        self.notes.retain(|_, note| note.case.is_none() || !goes(note.address));
        if item.is_case() {
            self.gone.insert(case);
        }
    }

    fn note_at(&self, place: Address) -> Option<&FileNote> {
        self.notes.values().find(|note| note.address == place)
    }

    fn read<T>(&self, value: T) -> Result<T, Unreadable> {
        if self.unreadable { Err(Unreadable) } else { Ok(value) }
    }
}

impl View for Memory {
    type Error = Unreadable;

    fn vault_exists(&mut self, vault: VaultId) -> Result<bool, Unreadable> {
        Ok(vault == VAULT)
    }

    fn vault_name_taken(&mut self, _: &VaultName) -> Result<bool, Unreadable> {
        Ok(false)
    }

    fn case(&mut self, _: VaultId, id: CaseId) -> Result<Option<CaseFacts>, Unreadable> {
        Ok(self.cases.get(&id).copied())
    }

    fn case_number_taken(&mut self, _: VaultId, number: CaseNumber) -> Result<bool, Unreadable> {
        Ok(self.cases.values().any(|case| case.number == number))
    }

    fn reference_taken(&mut self, _: VaultId, tag: &[u8; 32]) -> Result<bool, Unreadable> {
        Ok(self.references.contains(tag))
    }

    fn document(&mut self, _: VaultId, id: DocumentId) -> Result<Option<Address>, Unreadable> {
        Ok(self.ids.get(&id).copied())
    }

    fn address_taken(&mut self, _: VaultId, address: Address) -> Result<bool, Unreadable> {
        Ok(self.stored.contains_key(&address))
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn today(&mut self, _: VaultId) -> Result<Today, Unreadable> {
        Ok(self.today)
    }

    fn note(&mut self, _: VaultId, id: NoteId) -> Result<Option<Address>, Unreadable> {
        Ok(self.notes.get(&id).map(|note| note.address))
    }

    fn note_place_taken(&mut self, _: VaultId, place: Address) -> Result<bool, Unreadable> {
        Ok(self.note_at(place).is_some())
    }

    fn dossier(&mut self, _: VaultId, case: CaseNumber) -> Result<Arc<Dossier>, Unreadable> {
        self.read(Arc::clone(&self.facts.dossiers[&case]))
    }

    fn document_facts(&mut self, _: VaultId, address: Address) -> Result<Option<Arc<DocumentFacts>>, Unreadable> {
        self.read(self.facts.documents.get(&address).cloned())
    }

    fn facts_of_case(&mut self, _: VaultId, case: CaseNumber) -> Result<BTreeMap<Address, Arc<DocumentFacts>>, Unreadable> {
        let all = self.facts.documents.iter().filter(|(address, _)| address.case == case);
        let all: BTreeMap<_, _> = all.map(|(address, facts)| (*address, Arc::clone(facts))).collect();
        self.documents_read += all.len();
        self.read(all)
    }

    fn hold(&mut self, _: VaultId, place: Address) -> Result<Option<HoldFacts>, Unreadable> {
        self.read(self.facts.holds.get(&place).copied())
    }

    fn hold_targets(&mut self, _: VaultId, place: Address) -> Result<Vec<Target>, Unreadable> {
        let targets = match self.note_at(place).map(|filed| &filed.note) {
            Some(Note::HoldPlaced { targets, .. }) => targets.clone(),
            _ => Vec::new(),
        };
        self.read(targets)
    }

    fn batch(&mut self, _: VaultId, place: Address) -> Result<Option<BatchFacts>, Unreadable> {
        self.read(self.facts.batches.get(&place).copied())
    }

    fn paper_box(&mut self, _: VaultId, place: Address) -> Result<Option<Arc<BoxFacts>>, Unreadable> {
        self.read(self.facts.boxes.get(&place).cloned())
    }

    fn box_of(&mut self, _: VaultId, document: Address) -> Result<Option<Address>, Unreadable> {
        self.read(self.facts.boxed.get(&document).copied())
    }

    fn proposal(&mut self, _: VaultId, place: Address) -> Result<Option<ProposalFacts>, Unreadable> {
        let open = self.facts.vault.proposals.contains(&place);
        let proposal = match self.note_at(place).filter(|_| open) {
            Some(FileNote { note: Note::ClassesProposed { replaces, catalogue, .. }, person, .. }) => {
                let catalogue = Arc::new(Catalogue::clone(catalogue));
                Some(ProposalFacts { person: *person, replaces: *replaces, catalogue, entry: None })
            }
            _ => None,
        };
        self.read(proposal)
    }

    fn catalogue(&mut self, _: VaultId) -> Result<Option<Arc<Catalogue>>, Unreadable> {
        let in_force = self.facts.vault.catalogue.and_then(|(version, place)| match self.note_at(place).map(|filed| &filed.note) {
            Some(Note::ClassesProposed { catalogue, .. }) => Some(Arc::new(Catalogue { version, ..Catalogue::clone(catalogue) })),
            _ => None,
        });
        self.read(in_force)
    }

    fn vault_facts(&mut self, _: VaultId) -> Result<Arc<VaultFacts>, Unreadable> {
        self.read(Arc::clone(&self.facts.vault))
    }

    fn holds_on(&mut self, vault: VaultId, address: Address) -> Result<Vec<HoldType>, Unreadable> {
        let facts = self.facts.documents.get(&address);
        let matters = facts.map_or_else(|| vec![MatterNumber::DEFAULT], |facts| facts.belongs_to());
        let parts = [Part::Whole, Part::Document(address.document)].into_iter().chain(matters.into_iter().map(Part::Matter));
        let mut holds = Vec::new();
        for part in parts {
            holds.extend(self.holds_of(vault, Target { case: address.case, part })?);
        }
        Ok(holds)
    }

    fn holds_of(&mut self, _: VaultId, target: Target) -> Result<Vec<HoldType>, Unreadable> {
        self.read(self.facts.covered.iter().filter(|((of, _), _)| *of == target).map(|(_, kind)| *kind).collect())
    }

    fn stored_at(&mut self, _: VaultId, address: Address) -> Result<Option<Timestamp>, Unreadable> {
        self.read(self.stored.get(&address).copied())
    }

    fn class_in_use(&mut self, _: VaultId, class: &Code) -> Result<bool, Unreadable> {
        let mut lines = self.facts.dossiers.values().flat_map(|dossier| &dossier.lines);
        self.read(lines.any(|line| line.class.as_ref() == Some(class)))
    }

    fn case_by_number(&mut self, _: VaultId, number: CaseNumber) -> Result<Option<CaseFacts>, Unreadable> {
        let found = self.cases.values().find(|case| case.number == number && !self.gone.contains(&number));
        self.read(found.copied())
    }

    fn case_destroyed(&mut self, _: VaultId, id: CaseId) -> Result<bool, Unreadable> {
        self.read(self.cases.get(&id).is_some_and(|case| self.gone.contains(&case.number)))
    }

    fn order(&mut self, _: VaultId, place: Address) -> Result<Option<Arc<OrderFacts>>, Unreadable> {
        self.read(self.facts.orders.get(&place).cloned())
    }

    fn order_items(&mut self, _: VaultId, place: Address) -> Result<Arc<[Target]>, Unreadable> {
        let items = match self.note_at(place).map(|filed| &filed.note) {
            Some(Note::OrderProposed { items, .. }) => items.as_slice().into(),
            _ => Arc::default(),
        };
        self.read(items)
    }

    fn disposition(&mut self, _: VaultId) -> Result<Arc<DispositionFacts>, Unreadable> {
        self.read(Arc::clone(&self.facts.disposition))
    }

    fn documents_of_case(&mut self, _: VaultId, case: CaseNumber) -> Result<BTreeMap<DocumentNumber, Option<LedgerIndex>>, Unreadable> {
        let all = self.entries.iter().filter(|(address, _)| address.case == case);
        self.read(all.map(|(address, entry)| (address.document, Some(*entry))).collect())
    }

    fn notes_of_case(&mut self, _: VaultId, case: CaseNumber) -> Result<NotesOfCase, Unreadable> {
        let all = self.notes.values().filter(|note| note.case.is_some() && note.address.case == case);
        self.read(all.map(|note| (note.address.document, (note.note.clone(), self.filed.get(&note.id).copied()))).collect())
    }

    fn holds_in_case(&mut self, _: VaultId, case: CaseNumber) -> Result<Vec<(Part, HoldType)>, Unreadable> {
        let all = self.facts.covered.iter().filter(|((target, _), _)| target.case == case);
        self.read(all.map(|((target, _), kind)| (target.part, *kind)).collect())
    }

    fn document_exists(&mut self, _: VaultId, address: Address) -> Result<bool, Unreadable> {
        self.read(self.entries.contains_key(&address))
    }

    /// In the office every command is a group of its own.
    fn changed_in_group(&mut self, _: VaultId, _: CaseNumber) -> Result<bool, Unreadable> {
        self.read(false)
    }

    fn documents_held(&mut self, _: VaultId) -> Result<u64, Unreadable> {
        self.read(self.entries.len() as u64)
    }
}

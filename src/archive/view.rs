//! What `decide` sees: the committed state, and what the same group has decided before.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::retention_view::RetentionView;

use crate::model::command::{OpenCase, OpenVault, StoreDocument};
use crate::model::destruction::{Condemned, DispositionFacts, OrderFacts};
use crate::model::retention::{
    BatchFacts, BoxFacts, Catalogue, Code, DocumentFacts, Dossier, Fact, HoldFacts, HoldType, Note, Part, ProposalFacts, Target, Today,
    VaultFacts,
};
use crate::model::{Address, CaseId, CaseNumber, DocumentId, DocumentNumber, Event, LedgerIndex, NoteId, Timestamp, VaultId, VaultName};
use crate::policy::{CaseFacts, NotesOfCase, View};
use crate::store::{Store, StoreError};

/// Cases do not change until they are destroyed, so what was read once need not be read again. Bounded: when it is full, it starts anew.
#[derive(Default)]
pub(super) struct CaseCache(HashMap<(VaultId, CaseId), CaseFacts>);

impl CaseCache {
    const CASES_MAX: usize = 16 << 10;

    pub(super) fn get(&self, vault: VaultId, id: CaseId) -> Option<CaseFacts> {
        self.0.get(&(vault, id)).copied()
    }

    /// Cases that were destroyed are forgotten; called behind the commit that destroys them.
    pub(super) fn forget(&mut self, vault: VaultId, gone: &[CaseNumber]) {
        if !gone.is_empty() {
            self.0.retain(|(of, _), facts| *of != vault || !gone.contains(&facts.number));
        }
    }

    pub(super) fn insert(&mut self, key: (VaultId, CaseId), facts: CaseFacts) {
        if self.0.len() >= Self::CASES_MAX {
            self.0.clear();
        }
        self.0.insert(key, facts);
    }
}

/// What the group has decided so far. Nothing of it is committed, so none of it may outlive the group.
#[derive(Default)]
struct Fresh {
    vaults: HashSet<VaultId>,
    vault_names: HashSet<VaultName>,
    cases: HashMap<(VaultId, CaseId), CaseFacts>,
    case_numbers: HashSet<(VaultId, CaseNumber)>,
    references: HashSet<(VaultId, [u8; 32])>,
    documents: HashMap<(VaultId, DocumentId), Address>,
    addresses: HashSet<(VaultId, Address)>,
    /// Cases that a step of an order has condemned.
    gone: HashSet<(VaultId, CaseNumber)>,
    /// Documents and notes that one has condemned apart from their case.
    gone_leaves: HashSet<(VaultId, Address)>,
}

/// The view of one group.
pub(super) struct GroupView<'a> {
    store: &'a Store,
    cache: &'a mut CaseCache,
    vaults: &'a HashSet<VaultId>,
    retention: RetentionView<'a>,
    /// Documents in each vault before this group.
    held: &'a HashMap<VaultId, u64>,
    fresh: Fresh,
}

impl<'a> GroupView<'a> {
    /// `vaults` are the committed vaults, which the committer knows by heart.
    pub(super) fn new(
        store: &'a Store,
        cache: &'a mut CaseCache,
        vaults: &'a HashSet<VaultId>,
        held: &'a HashMap<VaultId, u64>,
        retention: RetentionView<'a>,
    ) -> Self {
        Self { store, cache, vaults, retention, held, fresh: Fresh::default() }
    }

    /// Later commands of the group see these facts.
    pub(super) fn learn(&mut self, vault: VaultId, facts: &[Fact]) {
        self.retention.learn(vault, facts);
    }

    /// Later commands of the group see this event.
    pub(super) fn happened(&mut self, event: &Event) {
        match event {
            Event::VaultOpened(OpenVault { id, name, .. }) => {
                self.fresh.vaults.insert(*id);
                self.fresh.vault_names.insert(name.clone());
            }
            Event::CaseOpened(OpenCase { vault, case, number, opening_year, reference_tag, .. }) => {
                self.fresh.cases.insert((*vault, *case), CaseFacts { number: *number, opening_year: *opening_year });
                self.fresh.case_numbers.insert((*vault, *number));
                self.fresh.references.insert((*vault, *reference_tag));
            }
            Event::DocumentStored(StoreDocument { vault, document, address, .. }) => {
                self.fresh.documents.insert((*vault, *document), *address);
                self.fresh.addresses.insert((*vault, *address));
            }
            Event::NoteFiled { filed, .. } => {
                self.retention.filed(filed);
                if let Note::OrderStep { condemned, .. } | Note::DestructionReplayed { condemned, .. } = &filed.note {
                    condemned.iter().for_each(|item| self.bury(filed.vault, item));
                }
            }
            Event::AnchorAccepted(_) => {}
        }
    }
}

impl GroupView<'_> {
    fn bury(&mut self, vault: VaultId, item: &Condemned) {
        if item.is_case() {
            self.fresh.gone.insert((vault, item.target.case));
        } else {
            self.fresh.gone_leaves.extend(item.addresses().into_iter().map(|address| (vault, address)));
        }
    }

    fn is_gone(&self, vault: VaultId, address: Address) -> bool {
        self.fresh.gone.contains(&(vault, address.case)) || self.fresh.gone_leaves.contains(&(vault, address))
    }
}

impl View for GroupView<'_> {
    type Error = StoreError;

    fn vault_exists(&mut self, vault: VaultId) -> Result<bool, StoreError> {
        Ok(self.vaults.contains(&vault) || self.fresh.vaults.contains(&vault))
    }

    fn vault_name_taken(&mut self, name: &VaultName) -> Result<bool, StoreError> {
        Ok(self.fresh.vault_names.contains(name) || self.store.vault(name)?.is_some())
    }

    fn case(&mut self, vault: VaultId, id: CaseId) -> Result<Option<CaseFacts>, StoreError> {
        let key = (vault, id);
        if let Some(facts) = self.fresh.cases.get(&key).or_else(|| self.cache.0.get(&key)) {
            return Ok(Some(*facts).filter(|facts| !self.fresh.gone.contains(&(vault, facts.number))));
        }
        let Some(number) = self.store.case_number(vault, id)? else {
            return Ok(None);
        };
        let Some(record) = self.store.case(vault, number)? else {
            if self.store.tombstone(vault, Address::of_case(number))?.is_some() {
                return Ok(None);
            }
            return Err(StoreError::Damaged(format!("case {} of vault {vault} has an id but no record", number.get())));
        };
        let facts = CaseFacts { number, opening_year: record.opening_year };
        self.cache.insert(key, facts);
        Ok(Some(facts).filter(|facts| !self.fresh.gone.contains(&(vault, facts.number))))
    }

    fn case_number_taken(&mut self, vault: VaultId, number: CaseNumber) -> Result<bool, StoreError> {
        let alive = self.fresh.case_numbers.contains(&(vault, number)) || self.store.case(vault, number)?.is_some();
        Ok(alive || self.store.tombstone(vault, Address::of_case(number))?.is_some())
    }

    fn reference_taken(&mut self, vault: VaultId, tag: &[u8; 32]) -> Result<bool, StoreError> {
        Ok(self.fresh.references.contains(&(vault, *tag)) || self.store.case_number_by_reference(vault, tag)?.is_some())
    }

    fn document(&mut self, vault: VaultId, id: DocumentId) -> Result<Option<Address>, StoreError> {
        match self.fresh.documents.get(&(vault, id)) {
            Some(address) => Ok(Some(*address)),
            None => self.store.document_address(vault, id),
        }
    }

    fn address_taken(&mut self, vault: VaultId, address: Address) -> Result<bool, StoreError> {
        let alive = self.fresh.addresses.contains(&(vault, address)) || self.store.document_exists(vault, address)?;
        Ok(alive && !self.is_gone(vault, address) || self.store.tombstone(vault, address)?.is_some())
    }

    fn now(&self) -> Timestamp {
        self.retention.moment.recorded
    }

    fn today(&mut self, vault: VaultId) -> Result<Today, StoreError> {
        self.retention.today(vault)
    }

    fn note(&mut self, vault: VaultId, id: NoteId) -> Result<Option<Address>, StoreError> {
        self.retention.note(vault, id)
    }

    fn note_place_taken(&mut self, vault: VaultId, place: Address) -> Result<bool, StoreError> {
        self.retention.place_taken(vault, place)
    }

    fn dossier(&mut self, vault: VaultId, case: CaseNumber) -> Result<Arc<Dossier>, StoreError> {
        match self.retention.dossier(vault, case)? {
            Some(dossier) => Ok(dossier),
            None => self.retention.empty_dossier(vault, case),
        }
    }

    fn document_facts(&mut self, vault: VaultId, address: Address) -> Result<Option<Arc<DocumentFacts>>, StoreError> {
        self.retention.document_facts(vault, address)
    }

    fn facts_of_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<BTreeMap<Address, Arc<DocumentFacts>>, StoreError> {
        self.retention.facts_of_case(vault, case)
    }

    fn hold(&mut self, vault: VaultId, place: Address) -> Result<Option<HoldFacts>, StoreError> {
        self.retention.hold(vault, place)
    }

    fn hold_targets(&mut self, vault: VaultId, place: Address) -> Result<Vec<Target>, StoreError> {
        self.retention.hold_targets(vault, place)
    }

    fn batch(&mut self, vault: VaultId, place: Address) -> Result<Option<BatchFacts>, StoreError> {
        self.retention.batch(vault, place)
    }

    fn paper_box(&mut self, vault: VaultId, place: Address) -> Result<Option<Arc<BoxFacts>>, StoreError> {
        self.retention.paper_box(vault, place)
    }

    fn box_of(&mut self, vault: VaultId, document: Address) -> Result<Option<Address>, StoreError> {
        self.retention.box_of(vault, document)
    }

    fn proposal(&mut self, vault: VaultId, place: Address) -> Result<Option<ProposalFacts>, StoreError> {
        self.retention.proposal(vault, place)
    }

    fn catalogue(&mut self, vault: VaultId) -> Result<Option<Arc<Catalogue>>, StoreError> {
        self.retention.catalogue(vault)
    }

    fn vault_facts(&mut self, vault: VaultId) -> Result<Arc<VaultFacts>, StoreError> {
        self.retention.vault_facts(vault)
    }

    fn holds_on(&mut self, vault: VaultId, address: Address) -> Result<Vec<HoldType>, StoreError> {
        self.retention.holds_on(vault, address)
    }

    fn holds_of(&mut self, vault: VaultId, target: Target) -> Result<Vec<HoldType>, StoreError> {
        self.retention.holds_of(vault, target)
    }

    fn stored_at(&mut self, vault: VaultId, address: Address) -> Result<Option<Timestamp>, StoreError> {
        if self.fresh.addresses.contains(&(vault, address)) {
            return Ok(Some(self.retention.moment.recorded));
        }
        Ok(self.store.document(vault, address)?.map(|record| record.stored_at))
    }

    fn class_in_use(&mut self, vault: VaultId, class: &Code) -> Result<bool, StoreError> {
        self.retention.class_in_use(vault, class)
    }

    fn case_by_number(&mut self, vault: VaultId, number: CaseNumber) -> Result<Option<CaseFacts>, StoreError> {
        if self.fresh.gone.contains(&(vault, number)) {
            return Ok(None);
        }
        let fresh = self.fresh.cases.iter().find(|((of, _), facts)| *of == vault && facts.number == number);
        if let Some((_, facts)) = fresh {
            return Ok(Some(*facts));
        }
        Ok(self.store.case(vault, number)?.map(|record| CaseFacts { number, opening_year: record.opening_year }))
    }

    fn case_destroyed(&mut self, vault: VaultId, id: CaseId) -> Result<bool, StoreError> {
        // What was read lately and is not among those that this group condemns is there.
        if let Some(facts) = self.cache.get(vault, id) {
            return Ok(self.fresh.gone.contains(&(vault, facts.number)));
        }
        let Some(number) = self.store.case_number(vault, id)? else { return Ok(false) };
        Ok(self.fresh.gone.contains(&(vault, number)) || self.store.tombstone(vault, Address::of_case(number))?.is_some())
    }

    fn order(&mut self, vault: VaultId, place: Address) -> Result<Option<Arc<OrderFacts>>, StoreError> {
        self.retention.order(vault, place)
    }

    fn order_items(&mut self, vault: VaultId, place: Address) -> Result<Arc<[Target]>, StoreError> {
        self.retention.order_items(vault, place)
    }

    fn disposition(&mut self, vault: VaultId) -> Result<Arc<DispositionFacts>, StoreError> {
        self.retention.disposition(vault)
    }

    fn documents_of_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<BTreeMap<DocumentNumber, Option<LedgerIndex>>, StoreError> {
        let stored = self.store.entries_of_case(vault, case)?.into_iter().map(|(document, entry)| (document, Some(entry)));
        let mut all: BTreeMap<_, _> = stored.collect();
        let fresh = self.fresh.addresses.iter().filter(|(of, address)| *of == vault && address.case == case);
        all.extend(fresh.map(|(_, address)| (address.document, None)));
        all.retain(|document, _| !self.is_gone(vault, Address { case, document: *document }));
        Ok(all)
    }

    fn notes_of_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<NotesOfCase, StoreError> {
        let mut all = self.retention.notes_of_case(vault, case)?;
        all.retain(|document, _| !self.is_gone(vault, Address { case, document: *document }));
        Ok(all)
    }

    fn holds_in_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<Vec<(Part, HoldType)>, StoreError> {
        self.retention.holds_in_case(vault, case)
    }

    fn document_exists(&mut self, vault: VaultId, address: Address) -> Result<bool, StoreError> {
        let is_there = self.fresh.addresses.contains(&(vault, address)) || self.store.document_exists(vault, address)?;
        Ok(is_there && !self.is_gone(vault, address))
    }

    fn changed_in_group(&mut self, vault: VaultId, case: CaseNumber) -> Result<bool, StoreError> {
        let is_of_case = |(of, address): &(VaultId, Address)| *of == vault && address.case == case;
        let stored = self.fresh.addresses.iter().any(is_of_case);
        let gone = self.fresh.gone.contains(&(vault, case)) || self.fresh.gone_leaves.iter().any(is_of_case);
        let opened = self.fresh.case_numbers.contains(&(vault, case));
        Ok(stored || gone || opened || self.retention.changed_in_group(vault, case))
    }

    fn documents_held(&mut self, vault: VaultId) -> Result<u64, StoreError> {
        Ok(self.held.get(&vault).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::retention_view::{CatalogueCache, Moment};
    use crate::model::Handle;
    use crate::model::command::{Beside, FileNote};
    use crate::model::destruction::Condemned;
    use crate::store::StoreSettings;
    use crate::store::fault::NoFaults;

    const VAULT: VaultId = VaultId([7; 16]);

    fn case(number: u64) -> CaseNumber {
        CaseNumber::new(number).unwrap()
    }

    fn filed(address: Address, note: Note) -> Event {
        let filed = FileNote {
            vault: VAULT,
            case: (!address.is_in_registers()).then(|| CaseId::from_bytes([3; 16])),
            id: NoteId::from_bytes([4; 16]),
            address,
            handle: Handle([5; 16]),
            opening_year: 2026,
            person: None,
            note,
            beside: Beside::default(),
            header: Vec::new(),
            sealed_details: Vec::new(),
        };
        Event::NoteFiled { filed: Box::new(filed), previous: None }
    }

    /// What a group has written a moment ago is not in the database yet, so a step of the same group could not remove it.
    #[test]
    fn a_case_that_the_group_has_touched_is_not_condemned_in_it() {
        let directory = tempfile::tempdir().unwrap();
        let (data, anchor) = (directory.path().join("data"), directory.path().join("anchor/anchor"));
        let settings = StoreSettings { data, anchor, checkpoints: None, threads: 1, cache_bytes: 1 << 20, faults: Arc::new(NoFaults) };
        Store::create(&settings).unwrap();
        let (store, _, _) = Store::open(&settings).unwrap();
        let note = Address { case: case(1), document: DocumentNumber::FIRST_NOTE };
        let register = Address::of_case(CaseNumber::FIRST_REGISTER);
        let target = |number| Target { case: case(number), part: Part::Whole };
        let whole = Condemned { target: target(3), opening_year: 2026, documents: 0, leaves: Vec::new() };
        let leaf = Condemned { target: target(4), opening_year: 2026, documents: 1, leaves: vec![DocumentNumber::new(0).unwrap()] };
        let leaf = Condemned { target: Target { part: Part::Document(DocumentNumber::new(0).unwrap()), ..leaf.target }, ..leaf };
        let checked = Note::QuarantineLifted { document: DocumentNumber::new(0).unwrap() };
        let condemned = vec![whole, leaf];
        let step = Note::OrderStep { order: register, first: 0, count: 2, held: 1, condemned, dropped: Vec::new() };
        let covered = Fact::Covered { target: target(2), hold: register, kind: HoldType::Dispute, on: true };
        let (events, facts) = ([filed(note, checked), filed(register, step)], [covered]);

        let (mut cache, mut catalogues) = (CaseCache::default(), CatalogueCache::default());
        let (vaults, held) = ([VAULT].into(), HashMap::new());
        let now = Timestamp::EPOCH;
        let moment = Moment { recorded: now, wall: now, reached: now, certain: Some(now) };
        let mut view = GroupView::new(&store, &mut cache, &vaults, &held, RetentionView::new(&store, &mut catalogues, moment));
        for number in 1..=5 {
            assert!(!view.changed_in_group(VAULT, case(number)).unwrap(), "{number}");
        }
        events.iter().for_each(|event| view.happened(event));
        view.learn(VAULT, &facts);
        for (number, what) in [(1, "a note in it"), (2, "an overlay on it"), (3, "condemned"), (4, "a document of it condemned")] {
            assert!(view.changed_in_group(VAULT, case(number)).unwrap(), "{what}");
        }
        assert!(!view.changed_in_group(VAULT, case(5)).unwrap() && !view.changed_in_group(VaultId([8; 16]), case(1)).unwrap());
    }
}

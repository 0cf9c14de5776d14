//! The facts of retention as `decide` sees them: committed, or fresh from the same group.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::limits::CATALOGUES_KEPT_MAX;
use crate::model::command::FileNote;
use crate::model::destruction::{DispositionFacts, OrderFacts};
use crate::model::retention::{
    BatchFacts, BoxFacts, Catalogue, Code, DocumentFacts, Dossier, Fact, HoldFacts, HoldType, MatterNumber, Note, Part, ProposalFacts,
    Target, TimeZone, Today, VaultFacts,
};
use crate::model::{Address, CaseNumber, Date, NoteId, PersonTag, Timestamp, VaultId};
use crate::policy::NotesOfCase;
use crate::store::agenda::List;
use crate::store::{Store, StoreError};

/// What time it is, from both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The time that the group records.
    pub(super) recorded: Timestamp,
    /// The wall clock.
    pub(super) wall: Timestamp,
    /// The latest time that is known to have come, also while the clock is in doubt. What only describes the office's life cannot be earlier.
    pub(super) reached: Timestamp,
    /// A time that has certainly come; `None` while the clock is in doubt, and then no deadline has passed.
    pub(super) certain: Option<Timestamp>,
}

impl Moment {
    /// Which day it is in a time zone.
    pub(super) fn today(&self, zone: &TimeZone) -> Today {
        let certain = self.certain.map_or_else(first_day, |time| zone.day_of(time));
        // A clock that was set back refuses no post of today and no hold.
        Today { certain, wall: zone.day_of(self.wall.max(self.reached)) }
    }
}

/// The first day of the calendar: no deadline lies before it.
fn first_day() -> Date {
    Date::parse("0001-01-01").expect("the first day of the calendar must be one")
}

/// Catalogues by vault and version. A version never changes, so nothing here is ever out of date.
#[derive(Default)]
pub(super) struct CatalogueCache(HashMap<(VaultId, u32), Arc<Catalogue>>);

impl CatalogueCache {
    pub(super) fn get(&self, vault: VaultId, version: u32) -> Option<Arc<Catalogue>> {
        self.0.get(&(vault, version)).cloned()
    }

    pub(super) fn insert(&mut self, vault: VaultId, catalogue: Arc<Catalogue>) {
        if self.0.len() >= CATALOGUES_KEPT_MAX {
            self.0.clear();
        }
        self.0.insert((vault, catalogue.version), catalogue);
    }
}

/// The catalogue in a proposal, as the version that it has become.
pub(super) fn catalogue_of(note: &Note, version: u32) -> Option<Catalogue> {
    match note {
        Note::ClassesProposed { catalogue, .. } => Some(Catalogue { version, ..Catalogue::clone(catalogue) }),
        _ => None,
    }
}

/// Facts and notes of the group so far. None of it is committed, so none of it may outlive the group.
#[derive(Default)]
struct Fresh {
    notes: HashMap<(VaultId, NoteId), Address>,
    places: HashMap<(VaultId, Address), (Note, Option<PersonTag>)>,
    dossiers: HashMap<(VaultId, CaseNumber), Arc<Dossier>>,
    documents: BTreeMap<(VaultId, Address), Arc<DocumentFacts>>,
    holds: HashMap<(VaultId, Address), HoldFacts>,
    batches: HashMap<(VaultId, Address), BatchFacts>,
    boxes: HashMap<(VaultId, Address), Arc<BoxFacts>>,
    boxed: HashMap<(VaultId, Address), Option<Address>>,
    vaults: HashMap<VaultId, Arc<VaultFacts>>,
    covered: HashMap<(VaultId, Target), BTreeMap<Address, Option<HoldType>>>,
    orders: HashMap<(VaultId, Address), Arc<OrderFacts>>,
    dispositions: HashMap<VaultId, Arc<DispositionFacts>>,
    gone: HashSet<(VaultId, Address)>,
}

/// Committed facts that commands of a group have asked for. Many commands of one group are about one case, and all are about their vault.
#[derive(Default)]
struct Read {
    dossiers: HashMap<(VaultId, CaseNumber), Option<Arc<Dossier>>>,
    vaults: HashMap<VaultId, Arc<VaultFacts>>,
}

/// The retention part of a group's view.
pub(super) struct RetentionView<'a> {
    pub(super) store: &'a Store,
    pub(super) catalogues: &'a mut CatalogueCache,
    pub(super) moment: Moment,
    fresh: Fresh,
    read: Read,
}

impl<'a> RetentionView<'a> {
    pub(super) fn new(store: &'a Store, catalogues: &'a mut CatalogueCache, moment: Moment) -> Self {
        Self { store, catalogues, moment, fresh: Fresh::default(), read: Read::default() }
    }

    /// Later commands of the group see this note.
    pub(super) fn filed(&mut self, filed: &FileNote) {
        self.fresh.notes.insert((filed.vault, filed.id), filed.address);
        self.fresh.places.insert((filed.vault, filed.address), (filed.note.clone(), filed.person));
    }

    /// Later commands of the group see these facts.
    pub(super) fn learn(&mut self, vault: VaultId, facts: &[Fact]) {
        for fact in facts {
            match fact {
                Fact::Dossier { case, after, .. } => drop(self.fresh.dossiers.insert((vault, *case), Arc::clone(after))),
                Fact::Document { address, after, .. } => drop(self.fresh.documents.insert((vault, *address), Arc::clone(after))),
                Fact::Hold(place, facts) => drop(self.fresh.holds.insert((vault, *place), *facts)),
                Fact::Batch(place, facts) => drop(self.fresh.batches.insert((vault, *place), *facts)),
                Fact::Box(place, facts) => drop(self.fresh.boxes.insert((vault, *place), Arc::clone(facts))),
                Fact::Boxed { document, in_box, on } => drop(self.fresh.boxed.insert((vault, *document), on.then_some(*in_box))),
                // No rule asks for evidence.
                Fact::Stamped { .. } => {}
                Fact::Vault(facts) => drop(self.fresh.vaults.insert(vault, Arc::clone(facts))),
                Fact::Order(place, facts) => drop(self.fresh.orders.insert((vault, *place), Arc::clone(facts))),
                Fact::Disposition(facts) => drop(self.fresh.dispositions.insert(vault, Arc::clone(facts))),
                Fact::MatterGone { case, after, .. } => drop(self.fresh.dossiers.insert((vault, *case), Arc::clone(after))),
                Fact::DocumentGone { address, .. } => {
                    self.fresh.documents.remove(&(vault, *address));
                    self.fresh.gone.insert((vault, *address));
                }
                // Nobody asks for the facts of a case that is not there any more.
                Fact::CaseGone(case) => drop(self.fresh.dossiers.remove(&(vault, *case))),
                Fact::Covered { target, hold, kind, on } => {
                    self.fresh.covered.entry((vault, *target)).or_default().insert(*hold, on.then_some(*kind));
                }
            }
        }
    }

    pub(super) fn today(&mut self, vault: VaultId) -> Result<Today, StoreError> {
        let zone = self.catalogue(vault)?.map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
        Ok(self.moment.today(&zone))
    }

    pub(super) fn note(&self, vault: VaultId, id: NoteId) -> Result<Option<Address>, StoreError> {
        match self.fresh.notes.get(&(vault, id)) {
            Some(place) => Ok(Some(*place)),
            None => self.store.note_address(vault, id),
        }
    }

    pub(super) fn place_taken(&self, vault: VaultId, place: Address) -> Result<bool, StoreError> {
        Ok(self.fresh.places.contains_key(&(vault, place)) || self.store.note_exists(vault, place)?)
    }

    fn note_at(&self, vault: VaultId, place: Address) -> Result<Option<(Note, Option<PersonTag>)>, StoreError> {
        match self.fresh.places.get(&(vault, place)) {
            Some(found) => Ok(Some(found.clone())),
            None => Ok(self.store.note(vault, place)?.map(|record| (record.note, record.person))),
        }
    }

    pub(super) fn dossier(&mut self, vault: VaultId, case: CaseNumber) -> Result<Option<Arc<Dossier>>, StoreError> {
        let key = (vault, case);
        if let Some(dossier) = self.fresh.dossiers.get(&key) {
            return Ok(Some(Arc::clone(dossier)));
        }
        match self.read.dossiers.entry(key) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(place) => Ok(place.insert(self.store.dossier(vault, case)?.map(Arc::new)).clone()),
        }
    }

    /// The dossier of a case that was opened before there were dossiers.
    pub(super) fn empty_dossier(&mut self, vault: VaultId, case: CaseNumber) -> Result<Arc<Dossier>, StoreError> {
        let zone = self.catalogue(vault)?.map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
        let opened_at = self.store.case(vault, case)?.map_or(self.moment.recorded, |record| record.opened_at);
        Ok(Arc::new(Dossier::new(Code::default_kind(), zone.day_of(opened_at))))
    }

    pub(super) fn document_facts(&self, vault: VaultId, address: Address) -> Result<Option<Arc<DocumentFacts>>, StoreError> {
        match self.fresh.documents.get(&(vault, address)) {
            _ if self.fresh.gone.contains(&(vault, address)) => Ok(None),
            Some(facts) => Ok(Some(Arc::clone(facts))),
            None => Ok(self.store.document_facts(vault, address)?.map(Arc::new)),
        }
    }

    /// All documents of a case about which something is known, with their facts.
    pub(super) fn facts_of_case(&self, vault: VaultId, case: CaseNumber) -> Result<BTreeMap<Address, Arc<DocumentFacts>>, StoreError> {
        let stored = self.store.facts_of_case(vault, case)?;
        let mut all: BTreeMap<_, _> = stored.into_iter().map(|(address, facts)| (address, Arc::new(facts))).collect();
        let first = Address { case, document: crate::model::DocumentNumber::new(0).expect("0 must be a number") };
        let fresh = self.fresh.documents.range((vault, first)..=(vault, Address::of_case(case)));
        all.extend(fresh.map(|((_, address), facts)| (*address, Arc::clone(facts))));
        all.retain(|address, _| !self.fresh.gone.contains(&(vault, *address)));
        Ok(all)
    }

    pub(super) fn hold(&self, vault: VaultId, place: Address) -> Result<Option<HoldFacts>, StoreError> {
        match self.fresh.holds.get(&(vault, place)) {
            Some(facts) => Ok(Some(*facts)),
            None => self.store.hold(vault, place),
        }
    }

    pub(super) fn hold_targets(&self, vault: VaultId, place: Address) -> Result<Vec<Target>, StoreError> {
        match self.note_at(vault, place)? {
            Some((Note::HoldPlaced { targets, .. }, _)) => Ok(targets),
            _ => Err(StoreError::Damaged(format!("the note {:#018x} of vault {vault} is not that of a hold", place.to_u64()))),
        }
    }

    pub(super) fn batch(&self, vault: VaultId, place: Address) -> Result<Option<BatchFacts>, StoreError> {
        match self.fresh.batches.get(&(vault, place)) {
            Some(facts) => Ok(Some(*facts)),
            None => self.store.batch(vault, place),
        }
    }

    pub(super) fn paper_box(&self, vault: VaultId, place: Address) -> Result<Option<Arc<BoxFacts>>, StoreError> {
        match self.fresh.boxes.get(&(vault, place)) {
            Some(facts) => Ok(Some(Arc::clone(facts))),
            None => Ok(self.store.paper_box(vault, place)?.map(Arc::new)),
        }
    }

    pub(super) fn box_of(&self, vault: VaultId, document: Address) -> Result<Option<Address>, StoreError> {
        match self.fresh.boxed.get(&(vault, document)) {
            Some(found) => Ok(*found),
            None => self.store.box_of(vault, document),
        }
    }

    pub(super) fn proposal(&mut self, vault: VaultId, place: Address) -> Result<Option<ProposalFacts>, StoreError> {
        if !self.vault_facts(vault)?.proposals.contains(&place) {
            return Ok(None);
        }
        match self.note_at(vault, place)? {
            Some((Note::ClassesProposed { replaces, catalogue, .. }, person)) => {
                // A proposal of this very group has no entry yet; its handle leads to it when the ledger grows.
                let entry = self.store.note(vault, place)?.map(|record| record.entry);
                Ok(Some(ProposalFacts { person, replaces, catalogue: Arc::new(*catalogue), entry }))
            }
            _ => Err(StoreError::Damaged(format!("the note {:#018x} of vault {vault} is not that of a proposal", place.to_u64()))),
        }
    }

    pub(super) fn vault_facts(&mut self, vault: VaultId) -> Result<Arc<VaultFacts>, StoreError> {
        if let Some(facts) = self.fresh.vaults.get(&vault) {
            return Ok(Arc::clone(facts));
        }
        match self.read.vaults.entry(vault) {
            Entry::Occupied(known) => Ok(Arc::clone(known.get())),
            Entry::Vacant(place) => Ok(Arc::clone(place.insert(Arc::new(self.store.vault_facts(vault)?)))),
        }
    }

    pub(super) fn catalogue(&mut self, vault: VaultId) -> Result<Option<Arc<Catalogue>>, StoreError> {
        let Some((version, place)) = self.vault_facts(vault)?.catalogue else { return Ok(None) };
        if let Some(known) = self.catalogues.get(vault, version) {
            return Ok(Some(known));
        }
        let found = self.note_at(vault, place)?.and_then(|(note, _)| catalogue_of(&note, version)).map(Arc::new);
        let found = found.ok_or_else(|| StoreError::Damaged(format!("catalogue {version} of vault {vault} has no proposal")))?;
        // What is remembered must outlive a group that fails: an adoption in this very group may not come to pass, and then another
        // catalogue gets its version.
        if !self.fresh.vaults.contains_key(&vault) {
            self.catalogues.insert(vault, Arc::clone(&found));
        }
        Ok(Some(found))
    }

    /// The kinds of holds that cover a document: on itself, on one of its matters, on its case.
    pub(super) fn holds_on(&self, vault: VaultId, address: Address) -> Result<Vec<HoldType>, StoreError> {
        let matters = self.document_facts(vault, address)?.map_or_else(|| vec![MatterNumber::DEFAULT], |facts| facts.belongs_to());
        let parts = [Part::Whole, Part::Document(address.document)].into_iter().chain(matters.into_iter().map(Part::Matter));
        let mut kinds = Vec::new();
        for part in parts {
            kinds.extend(self.holds_of(vault, Target { case: address.case, part })?);
        }
        Ok(kinds)
    }

    /// The kinds of holds on exactly this part of a case.
    pub(super) fn holds_of(&self, vault: VaultId, target: Target) -> Result<Vec<HoldType>, StoreError> {
        let stored = self.store.holds_on(vault, target)?.into_iter();
        let mut holds: BTreeMap<Address, Option<HoldType>> = stored.map(|(hold, kind)| (hold, Some(kind))).collect();
        holds.extend(self.fresh.covered.get(&(vault, target)).cloned().unwrap_or_default());
        Ok(holds.into_values().flatten().collect())
    }

    pub(super) fn order(&self, vault: VaultId, place: Address) -> Result<Option<Arc<OrderFacts>>, StoreError> {
        match self.fresh.orders.get(&(vault, place)) {
            Some(facts) => Ok(Some(Arc::clone(facts))),
            None => Ok(self.store.order(vault, place)?.map(Arc::new)),
        }
    }

    pub(super) fn order_items(&self, vault: VaultId, place: Address) -> Result<Arc<[Target]>, StoreError> {
        match self.note_at(vault, place)? {
            Some((Note::OrderProposed { items, .. }, _)) => Ok(items.into()),
            _ => Err(StoreError::Damaged(format!("the note {:#018x} of vault {vault} is not that of an order", place.to_u64()))),
        }
    }

    pub(super) fn disposition(&self, vault: VaultId) -> Result<Arc<DispositionFacts>, StoreError> {
        match self.fresh.dispositions.get(&vault) {
            Some(facts) => Ok(Arc::clone(facts)),
            None => self.store.disposition(vault).map(Arc::new),
        }
    }

    /// Whether this group has changed anything that is known of a case.
    pub(super) fn changed_in_group(&self, vault: VaultId, case: CaseNumber) -> bool {
        let fresh = &self.fresh;
        let is_of_case = |(of, address): &(VaultId, Address)| *of == vault && address.case == case;
        fresh.dossiers.contains_key(&(vault, case))
            || fresh.places.keys().any(is_of_case)
            || fresh.documents.keys().any(is_of_case)
            || fresh.gone.iter().any(is_of_case)
            || fresh.covered.keys().any(|(of, target)| *of == vault && target.case == case)
    }

    /// What the notes of a case say, with those of this group.
    pub(super) fn notes_of_case(&self, vault: VaultId, case: CaseNumber) -> Result<NotesOfCase, StoreError> {
        let stored = self.store.notes_of_case(vault, case)?.into_iter();
        let mut all: NotesOfCase = stored.map(|(place, note, entry)| (place, (note, Some(entry)))).collect();
        let fresh = self.fresh.places.iter().filter(|((of, place), _)| *of == vault && place.case == case);
        all.extend(fresh.map(|((_, place), (note, _))| (place.document, (note.clone(), None))));
        Ok(all)
    }

    /// The holds on a case and on any part of it.
    pub(super) fn holds_in_case(&self, vault: VaultId, case: CaseNumber) -> Result<Vec<(Part, HoldType)>, StoreError> {
        let stored = self.store.holds_in_case(vault, case)?.into_iter();
        let mut holds: BTreeMap<(Part, Address), Option<HoldType>> = stored.map(|(part, hold, kind)| ((part, hold), Some(kind))).collect();
        for ((_, target), fresh) in self.fresh.covered.iter().filter(|((of, target), _)| *of == vault && target.case == case) {
            holds.extend(fresh.iter().map(|(hold, kind)| ((target.part, *hold), *kind)));
        }
        Ok(holds.into_iter().filter_map(|((part, _), kind)| Some((part, kind?))).collect())
    }

    /// Whether some line has this class. Looks through the agenda, which only the removal of a class asks for.
    pub(super) fn class_in_use(&self, vault: VaultId, class: &Code) -> Result<bool, StoreError> {
        let has = |line: &crate::model::retention::Line| line.class.as_ref() == Some(class);
        if self.fresh.dossiers.iter().any(|((of, _), dossier)| *of == vault && dossier.lines.iter().any(has)) {
            return Ok(true);
        }
        for list in [List::KeepUntil, List::Open] {
            for item in self.store.agenda(vault, list, None, None)? {
                if has(&item?.line) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

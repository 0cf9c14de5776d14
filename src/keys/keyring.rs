//! The keyring: key files, a root of trust, and the epoch that counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::epoch::{EpochChanges, EpochReport, make_durable, prepare, punctures_of, sweep};
use crate::keys::files::{DiskFiles, KeyFiles, io_error};
use crate::keys::forest::{CaseNode, Leaf};
use crate::keys::place::{Acknowledgement, PlaceFault, PlaceReport, PlaceRole, Places};
use crate::keys::recovery::{Recovered, Recovery, recover};
use crate::keys::replica;
use crate::keys::root::Bindings;
use crate::keys::root_of_trust::{Assurance, RootOfTrust};
use crate::keys::settings::{Access, KeySettings};
use crate::keys::state::{State, is_key_file_name, root_file_name};
use crate::keys::tree::TreeId;
use crate::keys::vault::VaultKeys;
use crate::model::destruction::{DestructionWarrant, GoneKeys};
use crate::model::{Address, CaseNumber, Digest, VaultId};
use crate::sys::fs::FileLock;

/// All keys of an archive. Readers take the present epoch and never wait for a file; changes of epoch queue up behind each other.
pub struct Keyring {
    places: Places,
    state: RwLock<Arc<State>>,
    /// Held during a change of epoch. `true` once a change ended without a known outcome: only the next start can tell which epoch holds.
    latched: Mutex<bool>,
    /// The places that do not hold the present epoch.
    faults: Mutex<Vec<PlaceFault>>,
    recovery: Recovery,
    /// Keeps other processes from changing the same keys.
    _lock: Option<FileLock>,
}

impl Keyring {
    /// Creates an empty keyring at every place that `settings` name. May be repeated after a crash, until it has succeeded once.
    ///
    /// # Errors
    /// [`KeyError::AlreadyCreated`] if one of the places holds an epoch or key files; nothing is changed then.
    pub fn create_at(settings: &KeySettings) -> Result<Self, KeyError> {
        let (places, lock) = Places::create(settings)?;
        Ok(Self { _lock: Some(lock), ..Self::create_in(places)? })
    }

    /// Opens the keyring at the places that `settings` name; while at least one root of trust and one directory are whole, it opens.
    ///
    /// # Errors
    /// [`KeyError::Missing`] or [`KeyError::Damaged`] name the file; nothing is ever re-created. [`KeyError::InUse`] while another
    /// process has these keys open.
    pub fn open_at(settings: &KeySettings) -> Result<Self, KeyError> {
        let places = Places::open(settings, Access::Change)?;
        let lock = replica::lock(settings)?;
        Ok(Self { _lock: Some(lock), ..Self::open_in(places)? })
    }

    /// Opens the keyring without changing anything anywhere: a change of epoch that was interrupted is finished in memory only.
    ///
    /// # Errors
    /// As [`Keyring::open_at`], but the keys may be in use.
    pub fn inspect_at(settings: &KeySettings) -> Result<Self, KeyError> {
        Self::open_in(Places::open(settings, Access::Look)?.untouched())
    }

    /// Opens the keyring and restores every place that has lost its state or is behind from one that is whole. Says which ones.
    ///
    /// # Errors
    /// As [`Keyring::open_at`], or why a place could not be restored.
    pub fn replicate_at(settings: &KeySettings) -> Result<(Self, Vec<PlaceFault>), KeyError> {
        let places = Places::open(settings, Access::Change)?;
        let lock = replica::lock(settings)?;
        let mut keyring = Self { _lock: Some(lock), ..Self::open_in(places)? };
        // Only now is it certain that some other place holds the state, so that an empty place means a loss and not a mistake.
        keyring.places.create_lost(settings)?;
        let restored = keyring.replicate()?;
        Ok((keyring, restored))
    }

    /// Creates an empty keyring in `directory`. May be repeated after a crash, until it has succeeded once.
    ///
    /// # Errors
    /// [`KeyError::AlreadyCreated`] if the root of trust holds an epoch or the directory holds key files; nothing is changed then.
    pub fn create(directory: &Path, root_of_trust: Box<dyn RootOfTrust>) -> Result<Self, KeyError> {
        Self::create_with(Box::new(DiskFiles::create(directory)?), root_of_trust)
    }

    /// As [`Keyring::create`], on other files.
    pub fn create_with(files: Box<dyn KeyFiles>, root_of_trust: Box<dyn RootOfTrust>) -> Result<Self, KeyError> {
        Self::create_in(Places::single(files, root_of_trust))
    }

    /// As [`Keyring::create`], in several places.
    pub fn create_in(places: Places) -> Result<Self, KeyError> {
        for root in places.usable_roots() {
            let slots = root.load()?;
            if slots.current.is_some() || slots.staged.is_some() {
                return Err(KeyError::AlreadyCreated { place: root.place() });
            }
        }
        // The first epoch has no trees, so a root file of it that creation left behind when it was interrupted holds no keys.
        let first = root_file_name(1);
        for files in places.usable_directories() {
            let names = files.names().map_err(io_error(files, "listing", ""))?;
            if names.iter().any(|name| is_key_file_name(name) && *name != first) {
                return Err(KeyError::AlreadyCreated { place: files.place() });
            }
        }
        let recovered = Recovered { state: State::before_creation(), recovery: Recovery::Clean, faults: Vec::new() };
        let keyring = Self::with_state(places, recovered);
        keyring.begin_epoch(&EpochChanges::default())?;
        Ok(keyring)
    }

    /// Opens the keyring in `directory`: finishes or discards a change of epoch that was interrupted, then checks every key file.
    ///
    /// # Errors
    /// [`KeyError::Missing`] or [`KeyError::Damaged`] name the file; nothing is ever re-created.
    pub fn open(directory: &Path, root_of_trust: Box<dyn RootOfTrust>) -> Result<Self, KeyError> {
        Self::open_with(Box::new(DiskFiles::open(directory)?), root_of_trust)
    }

    /// As [`Keyring::open`], on other files.
    pub fn open_with(files: Box<dyn KeyFiles>, root_of_trust: Box<dyn RootOfTrust>) -> Result<Self, KeyError> {
        Self::open_in(Places::single(files, root_of_trust))
    }

    /// As [`Keyring::open`], in several places.
    pub fn open_in(places: Places) -> Result<Self, KeyError> {
        let recovered = recover(&places)?;
        for files in places.usable_directories() {
            // What cannot be removed is noise without its key; the next start tries again.
            let _ = sweep(files, &recovered.state);
        }
        Ok(Self::with_state(places, recovered))
    }

    fn with_state(places: Places, recovered: Recovered) -> Self {
        let Recovered { state, recovery, faults } = recovered;
        let (state, latched, faults) = (RwLock::new(Arc::new(state)), Mutex::new(false), Mutex::new(faults));
        Self { places, state, latched, faults, recovery, _lock: None }
    }

    /// What opening had to do.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// The epoch that counts; for everything that must see one epoch throughout.
    fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Number of the present epoch. Whoever keeps derived keys drops them when it changes.
    pub fn epoch(&self) -> u64 {
        self.state().epoch
    }

    /// What the present root file is bound to.
    pub fn bindings(&self) -> Bindings {
        self.state().bindings
    }

    /// What overwriting a key means here: the weakest root of trust counts, because one that keeps the old key is enough to open it.
    pub fn assurance(&self) -> Assurance {
        self.places.assurance()
    }

    /// Every place with what it is for and whether it holds the present epoch.
    pub fn places(&self) -> Vec<PlaceReport> {
        let faults = self.faults();
        let fault =
            |role, name: &str| faults.iter().find(|fault| fault.role == role && fault.place == name).map(|fault| fault.what.clone());
        let roots = self.places.roots.iter().map(|place| PlaceReport {
            place: place.name.clone(),
            role: PlaceRole::RootOfTrust,
            assurance: place.access.as_ref().ok().map(|root| root.assurance()),
            fault: fault(PlaceRole::RootOfTrust, &place.name),
        });
        let directories = self.places.directories.iter().map(|place| PlaceReport {
            place: place.name.clone(),
            role: PlaceRole::KeyFiles,
            assurance: None,
            fault: fault(PlaceRole::KeyFiles, &place.name),
        });
        roots.chain(directories).collect()
    }

    /// Asks every root of trust whether it holds the present epoch and nothing older. Invariant I3: only with this list in hand may
    /// anything be certified as destroyed.
    ///
    /// # Errors
    /// The first place that cannot be asked or holds something else; or [`KeyError::Latched`], because the next start may decide otherwise.
    pub fn acknowledgements(&self) -> Result<Vec<Acknowledgement>, KeyError> {
        let latched = self.changes();
        if *latched {
            return Err(KeyError::Latched);
        }
        let epoch = self.epoch();
        let acknowledge = |root: &dyn RootOfTrust| Acknowledgement { place: root.place(), epoch, assurance: root.assurance() };
        replica::check_all_hold(&self.places, epoch)?;
        Ok(self.places.usable_roots().map(acknowledge).collect())
    }

    /// Restores the places that are there but behind. What cannot be restored is an error and stays behind.
    ///
    /// # Errors
    /// Why a place could not be restored; those before it are.
    pub fn replicate(&self) -> Result<Vec<PlaceFault>, KeyError> {
        let latched = self.changes();
        if *latched {
            return Err(KeyError::Latched);
        }
        let mut restored = Vec::new();
        // The list must be free again before the first place leaves it.
        let faults = self.faults().clone();
        for fault in faults {
            replica::restore(&self.places, &self.state(), &fault)?;
            self.faults().retain(|other| *other != fault);
            restored.push(fault);
        }
        Ok(restored)
    }

    fn faults(&self) -> MutexGuard<'_, Vec<PlaceFault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else changes the epoch.
    fn changes(&self) -> MutexGuard<'_, bool> {
        self.latched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the present epoch has this tree.
    pub fn has_tree(&self, tree: TreeId) -> bool {
        self.state().trees.contains_key(&tree)
    }

    /// All trees of the present epoch, in order.
    pub fn trees(&self) -> Vec<TreeId> {
        self.state().trees.keys().copied().collect()
    }

    /// Digest of what is still derivable in a tree, without any key.
    pub fn cover_digest(&self, tree: TreeId) -> Result<Digest, KeyError> {
        Ok(self.state().tree(tree)?.cover.public_digest())
    }

    /// Adds those of `trees` that are not there yet, all in one epoch. Does nothing if all are.
    ///
    /// # Errors
    /// As [`Keyring::begin_epoch`].
    pub fn ensure_trees(&self, trees: &[TreeId]) -> Result<(), KeyError> {
        if trees.iter().all(|tree| self.has_tree(*tree)) {
            return Ok(());
        }
        self.begin_epoch(&EpochChanges { add: trees.to_vec(), ..EpochChanges::default() }).map(drop)
    }

    /// Ends the keys of everything that the warrants name, in one epoch. Naming what has no key any more is a repetition and changes no
    /// cover, so that whoever does not know whether it happened may ask again.
    ///
    /// # Errors
    /// As for every change of epoch: before staging nothing has changed; from staging on the next start decides.
    pub fn destroy(
        &self,
        warrants: &[DestructionWarrant],
        case_high_water: &BTreeMap<VaultId, CaseNumber>,
        bindings: Bindings,
    ) -> Result<EpochReport, KeyError> {
        let puncture = punctures_of(warrants, case_high_water);
        self.begin_epoch(&EpochChanges { puncture, bindings: Some(bindings), ..EpochChanges::default() })
    }

    /// The statement that no key of these is derivable, or `None` if one is. Addresses come with the opening year of their case.
    ///
    /// # Errors
    /// [`KeyError::NoTree`]: a tree that is not there proves nothing.
    pub fn attest_gone(&self, vault: VaultId, addresses: &[(u16, Address)]) -> Result<Option<GoneKeys>, KeyError> {
        for (year, address) in addresses {
            if self.covers(TreeId::cases(vault, *year), *address)? {
                return Ok(None);
            }
        }
        Ok(Some(GoneKeys::attest(vault, addresses.iter().map(|(_, address)| *address).collect())))
    }

    /// Begins a new epoch that differs in nothing but its key.
    ///
    /// # Errors
    /// As for every change of epoch: before staging nothing has changed; from staging on the next start decides.
    pub fn rotate(&self) -> Result<EpochReport, KeyError> {
        self.begin_epoch(&EpochChanges::default())
    }

    /// Changes stored keys: prepare, make durable, stage, commit, clean, each step at every place before the next one begins. Returns when
    /// the old epoch key is overwritten everywhere.
    ///
    /// # Errors
    /// Before staging an error means that nothing has changed; [`KeyError::Degraded`] as long as a place does not hold the present epoch.
    /// From staging on the outcome is unknown: every later change is refused with [`KeyError::Latched`], derivation goes on with the epoch
    /// in memory, and the next start decides.
    pub(in crate::keys) fn begin_epoch(&self, changes: &EpochChanges) -> Result<EpochReport, KeyError> {
        let mut latched = self.changes();
        if *latched {
            return Err(KeyError::Latched);
        }
        if let Some(PlaceFault { place, what, .. }) = self.faults().first().cloned() {
            return Err(KeyError::Degraded { place, what });
        }
        let present = self.state();
        replica::check_all_hold(&self.places, present.epoch)?;
        let prepared = prepare(&present, changes)?;
        let mut next = None;
        for place in &self.places.directories {
            next = Some(make_durable(place.get()?, &prepared, &present)?);
        }
        let next = Arc::new(next.ok_or_else(|| KeyError::NotCreated { place: "no directory of key files".to_owned() })?);
        let covers = prepared.changed.iter().filter_map(|tree| Some((*tree, next.trees.get(tree)?.cover.public_digest()))).collect();
        *latched = true;
        replica::on_all(&self.places, |root| root.stage(&prepared.epoch))?;
        replica::on_all(&self.places, |root| root.promote())?;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&next);
        replica::on_all(&self.places, |root| root.clear_stage())?;
        *latched = false;
        Ok(EpochReport {
            before: present.epoch,
            after: next.epoch,
            root_sha256_before: present.root_sha256,
            root_sha256_after: next.root_sha256,
            covers,
            unreclaimed_files: self.places.usable_directories().map(|files| sweep(files, &next)).sum(),
        })
    }

    /// Whether the key of this document, note or case itself is still derivable. Looks at the cover only and derives nothing, so that
    /// millions of addresses can be asked for.
    ///
    /// # Errors
    /// [`KeyError::NoTree`].
    pub fn covers(&self, tree: TreeId, address: Address) -> Result<bool, KeyError> {
        Ok(self.state().tree(tree)?.cover.covers(address.to_u64()))
    }

    /// How many nodes are stored for a tree: 1 while nothing of it was destroyed.
    ///
    /// # Errors
    /// [`KeyError::NoTree`].
    pub fn cover_nodes(&self, tree: TreeId) -> Result<usize, KeyError> {
        Ok(self.state().tree(tree)?.cover.nodes().len())
    }

    /// The keys of one case, kept for the next time. 40 steps the first time, then a look-up.
    ///
    /// # Errors
    /// [`KeyError::NoTree`], or [`KeyError::Destroyed`] if nothing of the case is derivable.
    pub fn case_node(&self, tree: TreeId, case: CaseNumber) -> Result<Arc<CaseNode>, KeyError> {
        let state = self.state();
        state.cases.get_or_derive((tree, case), || state.tree(tree)?.cover.case_node(case))
    }

    /// The key of one document or of a case's own description.
    ///
    /// # Errors
    /// [`KeyError::NoTree`] or [`KeyError::Destroyed`].
    pub fn leaf(&self, tree: TreeId, address: Address) -> Result<Leaf, KeyError> {
        self.case_node(tree, address.case)?.document(address.document)
    }

    /// The keys of a vault as a whole.
    ///
    /// # Errors
    /// [`KeyError::NoTree`] before [`TreeId::vault`] was added.
    pub fn vault_keys(&self, vault: VaultId) -> Result<Arc<VaultKeys>, KeyError> {
        let state = self.state();
        state.vaults.get_or_derive(vault, || VaultKeys::new(state.tree(TreeId::vault(vault))?))
    }

    /// The key under which the ledger of `vault` commits to what `actor` did in `year`.
    ///
    /// # Errors
    /// [`KeyError::NoTree`], or [`KeyError::Destroyed`] once the person's or the year's key is gone.
    pub fn actor_key(&self, vault: VaultId, year: u16, actor: &str) -> Result<Arc<Zeroizing<[u8; 32]>>, KeyError> {
        self.key_of_person(TreeId::actors(vault, year), actor)
    }

    /// The key under which the access ledger of `vault` and `year` commits to who `reader` is. With an empty name the key of the year
    /// itself, under which the records of the year are sealed.
    ///
    /// # Errors
    /// [`KeyError::NoTree`], or [`KeyError::Destroyed`] once the year's keys are gone.
    pub fn reader_key(&self, vault: VaultId, year: u16, reader: &str) -> Result<Arc<Zeroizing<[u8; 32]>>, KeyError> {
        self.key_of_person(TreeId::readers(vault, year), reader)
    }

    fn key_of_person(&self, tree: TreeId, name: &str) -> Result<Arc<Zeroizing<[u8; 32]>>, KeyError> {
        let state = self.state();
        let address = self.vault_keys(tree.vault_id())?.actor_address(name);
        state.actors.get_or_derive((tree, address), || {
            let leaf = state.tree(tree)?.cover.leaf(address)?;
            Ok(Zeroizing::new(*leaf.bytes()))
        })
    }
}

#[cfg(test)]
mod tests;

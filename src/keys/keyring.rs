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
        let state = self.state();
        let address = self.vault_keys(vault)?.actor_address(actor);
        state.actors.get_or_derive((vault, year, address), || {
            let leaf = state.tree(TreeId::actors(vault, year))?.cover.leaf(address)?;
            Ok(Zeroizing::new(*leaf.bytes()))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::keys::epoch::Punctures;
    use crate::keys::{Epoch, FileRoot, NodeAddress, Slots};
    use crate::model::DocumentNumber;

    const VAULT: VaultId = VaultId([1; 16]);

    /// A keyring on disk with a vault set up for 2026.
    struct Fixture {
        directory: tempfile::TempDir,
    }

    impl Fixture {
        fn new() -> Self {
            let fixture = Self { directory: tempfile::tempdir().unwrap() };
            let root_of_trust = FileRoot::create(&fixture.slots()).unwrap();
            let keyring = Keyring::create(&fixture.keys(), Box::new(root_of_trust)).unwrap();
            keyring.ensure_trees(&[TreeId::vault(VAULT), TreeId::cases(VAULT, 2026), TreeId::actors(VAULT, 2026)]).unwrap();
            fixture
        }

        fn keys(&self) -> PathBuf {
            self.directory.path().join("keys")
        }

        fn slots(&self) -> PathBuf {
            self.directory.path().join("slots")
        }

        fn open(&self) -> Result<Keyring, KeyError> {
            Keyring::open(&self.keys(), Box::new(FileRoot::open(&self.slots())?))
        }

        fn key_files(&self) -> Vec<PathBuf> {
            let mut paths: Vec<_> = fs::read_dir(self.keys()).unwrap().map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            paths
        }
    }

    fn destroy(keyring: &Keyring, case: u64) -> Result<EpochReport, KeyError> {
        puncture(keyring, vec![NodeAddress::of_case(CaseNumber::new(case).unwrap())])
    }

    fn puncture(keyring: &Keyring, dead: Vec<NodeAddress>) -> Result<EpochReport, KeyError> {
        let puncture = [(TreeId::cases(VAULT, 2026), Punctures { dead, case_high_water: 4 })].into();
        keyring.begin_epoch(&EpochChanges { puncture, ..EpochChanges::default() })
    }

    #[test]
    fn keys_are_the_same_after_reopening() {
        let fixture = Fixture::new();
        let (first, second) = (fixture.open().unwrap(), fixture.open().unwrap());
        let (tree, address) = (TreeId::cases(VAULT, 2026), Address::from_u64(77));
        assert_eq!(first.leaf(tree, address).unwrap().bytes(), second.leaf(tree, address).unwrap().bytes());
        let (left, right) = (first.vault_keys(VAULT).unwrap(), second.vault_keys(VAULT).unwrap());
        assert_eq!(left.reference_tag("3 C 17/26"), right.reference_tag("3 C 17/26"));
        assert_ne!(left.reference_tag("3 C 17/26"), left.reference_tag("3 C 18/26"));
        assert_eq!(left.ledger_seed(0).unwrap(), right.ledger_seed(0).unwrap());
        assert_ne!(left.ledger_seed(0).unwrap(), left.ledger_seed(1).unwrap());
        assert_eq!(first.actor_key(VAULT, 2026, "m.huber").unwrap(), second.actor_key(VAULT, 2026, "m.huber").unwrap());
        assert_ne!(first.actor_key(VAULT, 2026, "m.huber").unwrap(), first.actor_key(VAULT, 2026, "k.lang").unwrap());
        assert_eq!(second.recovery(), &Recovery::Clean);
    }

    #[test]
    fn what_is_not_there_is_said_by_name() {
        let keyring = Fixture::new().open().unwrap();
        let other_year = TreeId::cases(VAULT, 2027);
        assert!(matches!(keyring.leaf(other_year, Address::from_u64(0)), Err(KeyError::NoTree { tree }) if tree == other_year));
        assert!(matches!(keyring.vault_keys(VaultId([9; 16])), Err(KeyError::NoTree { .. })));
        assert!(matches!(keyring.actor_key(VAULT, 2027, "m.huber"), Err(KeyError::NoTree { .. })));
    }

    #[test]
    fn destroying_a_case_spares_the_rest_and_forgets_what_was_derived() {
        let fixture = Fixture::new();
        let keyring = fixture.open().unwrap();
        let tree = TreeId::cases(VAULT, 2026);
        let (doomed, spared) = (Address::from_u64(4 << 24 | 1), Address::from_u64(5 << 24 | 1));
        let spared_before = *keyring.leaf(tree, spared).unwrap().bytes();
        assert!(keyring.leaf(tree, doomed).is_ok());
        let report = destroy(&keyring, 4).unwrap();
        assert_eq!((report.before, report.after, report.unreclaimed_files), (2, 3, 0));
        assert_eq!(report.covers, [(tree, keyring.cover_digest(tree).unwrap())]);
        assert_ne!(report.root_sha256_before, report.root_sha256_after);
        for keyring in [keyring, fixture.open().unwrap()] {
            assert!(matches!(keyring.leaf(tree, doomed), Err(KeyError::Destroyed { .. })));
            assert!(matches!(keyring.case_node(tree, doomed.case), Err(KeyError::Destroyed { .. })));
            assert_eq!(*keyring.leaf(tree, spared).unwrap().bytes(), spared_before);
            assert!(keyring.leaf(tree, Address { document: DocumentNumber::CASE_ITSELF, ..spared }).is_ok());
        }
    }

    #[test]
    fn what_is_covered_is_what_can_be_derived() {
        let fixture = Fixture::new();
        let keyring = fixture.open().unwrap();
        let tree = TreeId::cases(VAULT, 2026);
        let at = |case: u64, document: u32| Address::from_u64(case << 24 | u64::from(document));
        let document = NodeAddress::of_document(at(5, 2));
        let note = NodeAddress::of_document(at(6, DocumentNumber::CASE_ITSELF.get() - 1));
        let dead = vec![NodeAddress::of_case(CaseNumber::new(4).unwrap()), document, note];
        puncture(&keyring, dead).unwrap();
        for case in 3..8 {
            for document in [0, 1, 2, 3, DocumentNumber::CASE_ITSELF.get() - 1, DocumentNumber::CASE_ITSELF.get()] {
                let address = at(case, document);
                assert_eq!(keyring.covers(tree, address).unwrap(), keyring.leaf(tree, address).is_ok(), "{case} {document}");
            }
        }
        assert!(!keyring.covers(tree, at(4, DocumentNumber::CASE_ITSELF.get())).unwrap(), "the case itself");
        assert!(!keyring.covers(tree, at(5, 2)).unwrap() && keyring.covers(tree, at(5, 3)).unwrap());
        assert!(matches!(keyring.covers(TreeId::cases(VAULT, 2031), at(4, 0)), Err(KeyError::NoTree { .. })));
    }

    #[test]
    fn destroying_again_what_is_destroyed_is_a_new_epoch_with_the_same_covers() {
        let fixture = Fixture::new();
        let keyring = fixture.open().unwrap();
        let tree = TreeId::cases(VAULT, 2026);
        destroy(&keyring, 4).unwrap();
        let (digest, nodes) = (keyring.cover_digest(tree).unwrap(), keyring.cover_nodes(tree).unwrap());
        let inside = NodeAddress::of_document(Address::from_u64(4 << 24 | 9));
        for dead in [vec![NodeAddress::of_case(CaseNumber::new(4).unwrap())], vec![inside], Vec::new()] {
            let before = keyring.epoch();
            let report = puncture(&keyring, dead).unwrap();
            assert_eq!((report.after, report.covers), (before + 1, vec![(tree, digest)]));
            assert_eq!((keyring.cover_digest(tree).unwrap(), keyring.cover_nodes(tree).unwrap()), (digest, nodes));
        }
        assert_eq!(fixture.open().unwrap().cover_digest(tree).unwrap(), digest);
    }

    #[test]
    fn the_vaults_own_tree_is_never_punctured() {
        let fixture = Fixture::new();
        let keyring = fixture.open().unwrap();
        let puncture = [(TreeId::vault(VAULT), Punctures { dead: vec![NodeAddress::leaf(0)], case_high_water: 0 })].into();
        let result = keyring.begin_epoch(&EpochChanges { puncture, ..EpochChanges::default() });
        assert!(matches!(result, Err(KeyError::Invariant { .. })));
        assert_eq!(keyring.epoch(), 2);
    }

    #[test]
    fn adding_what_exists_changes_nothing_and_old_files_are_removed() {
        let fixture = Fixture::new();
        let keyring = fixture.open().unwrap();
        assert_eq!(fixture.key_files().len(), 4, "one root and three trees");
        keyring.ensure_trees(&[TreeId::vault(VAULT)]).unwrap();
        assert_eq!(keyring.epoch(), 2);
        keyring.ensure_trees(&[TreeId::cases(VAULT, 2027), TreeId::cases(VAULT, 2027)]).unwrap();
        assert_eq!((keyring.epoch(), fixture.key_files().len()), (3, 5));
        fs::write(fixture.keys().join("root.00000000000000ff"), b"garbage").unwrap();
        fixture.open().unwrap();
        assert_eq!(fixture.key_files().len(), 5);
    }

    #[test]
    fn every_damaged_or_missing_file_is_named_and_left_as_it_is() {
        let fixture = Fixture::new();
        for path in fixture.key_files() {
            let good = fs::read(&path).unwrap();
            let mut flipped = good.clone();
            flipped[good.len() / 2] ^= 1;
            for (damage, expected) in [(Some(flipped), "damaged"), (Some(good[..10].to_vec()), "damaged"), (None, "missing")] {
                match &damage {
                    Some(bytes) => fs::write(&path, bytes).unwrap(),
                    None => fs::remove_file(&path).unwrap(),
                }
                let message = fixture.open().err().unwrap().to_string();
                assert!(message.contains(expected) && message.contains(&path.display().to_string()), "{message}");
                assert_eq!(fs::read(&path).ok(), damage);
            }
            fs::write(&path, good).unwrap();
        }
        assert!(fixture.open().is_ok());
    }

    #[test]
    fn an_older_keyring_does_not_open_with_the_present_root_of_trust() {
        let fixture = Fixture::new();
        let old: Vec<_> = fixture.key_files().into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        destroy(&fixture.open().unwrap(), 4).unwrap();
        fs::remove_dir_all(fixture.keys()).unwrap();
        fs::create_dir(fixture.keys()).unwrap();
        for (path, bytes) in old {
            fs::write(path, bytes).unwrap();
        }
        assert!(matches!(fixture.open(), Err(KeyError::Missing { file }) if file.ends_with("root.0000000000000003")));
    }

    #[test]
    fn creating_twice_is_refused() {
        let fixture = Fixture::new();
        assert!(matches!(FileRoot::create(&fixture.slots()), Err(KeyError::AlreadyCreated { .. })));
        let root_of_trust = FileRoot::open(&fixture.slots()).unwrap();
        assert!(matches!(Keyring::create(&fixture.keys(), Box::new(root_of_trust)), Err(KeyError::AlreadyCreated { .. })));
        let new_slots = FileRoot::create(&fixture.directory.path().join("other")).unwrap();
        assert!(matches!(Keyring::create(&fixture.keys(), Box::new(new_slots)), Err(KeyError::AlreadyCreated { .. })));
        let empty = FileRoot::open(&fixture.directory.path().join("other")).unwrap();
        assert!(matches!(Keyring::open(&fixture.keys(), Box::new(empty)), Err(KeyError::NotCreated { .. })));
        assert!(fixture.open().is_ok());
    }

    /// A root of trust that does what it is told and then reports that it failed.
    struct Doubtful(FileRoot);

    impl RootOfTrust for Doubtful {
        fn place(&self) -> String {
            self.0.place()
        }
        fn load(&self) -> Result<Slots, KeyError> {
            self.0.load()
        }
        fn stage(&self, epoch: &Epoch) -> Result<(), KeyError> {
            self.0.stage(epoch)
        }
        fn promote(&self) -> Result<(), KeyError> {
            self.0.promote()?;
            Err(KeyError::NotCreated { place: self.place() })
        }
        fn clear_stage(&self) -> Result<(), KeyError> {
            self.0.clear_stage()
        }
        fn assurance(&self) -> Assurance {
            self.0.assurance()
        }
    }

    #[test]
    fn after_a_change_with_unknown_outcome_nothing_more_is_changed() {
        let fixture = Fixture::new();
        let keyring = Keyring::open(&fixture.keys(), Box::new(Doubtful(FileRoot::open(&fixture.slots()).unwrap()))).unwrap();
        assert!(matches!(destroy(&keyring, 4), Err(KeyError::NotCreated { .. })));
        assert!(matches!(destroy(&keyring, 5), Err(KeyError::Latched)));
        assert!(matches!(keyring.ensure_trees(&[TreeId::cases(VAULT, 2031)]), Err(KeyError::Latched)));
        assert!(keyring.leaf(TreeId::cases(VAULT, 2026), Address::from_u64(4 << 24)).is_ok(), "the epoch in memory goes on");
        let reopened = fixture.open().unwrap();
        assert_eq!(reopened.recovery(), &Recovery::Finished { epoch: 3 });
        assert!(reopened.leaf(TreeId::cases(VAULT, 2026), Address::from_u64(4 << 24)).is_err());
    }

    #[test]
    fn a_staged_epoch_without_its_files_is_discarded_and_said_so() {
        let fixture = Fixture::new();
        let keyring = fixture.open().unwrap();
        let prepared =
            prepare(&keyring.state(), &EpochChanges { add: vec![TreeId::cases(VAULT, 2030)], ..EpochChanges::default() }).unwrap();
        FileRoot::open(&fixture.slots()).unwrap().stage(&prepared.epoch).unwrap();
        let reopened = fixture.open().unwrap();
        assert!(matches!(reopened.recovery(), Recovery::Discarded { epoch: 3, reason } if reason.contains("root.0000000000000003")));
        assert_eq!((reopened.epoch(), fixture.open().unwrap().recovery()), (2, &Recovery::Clean));
    }
}

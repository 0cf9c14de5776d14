//! The keyring: key files, a root of trust, and the epoch that counts.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::epoch::{EpochChanges, EpochReport, make_durable, prepare, sweep};
use crate::keys::files::{DiskFiles, KeyFiles, io_error};
use crate::keys::forest::{CaseNode, Leaf};
use crate::keys::recovery::{Recovery, recover};
use crate::keys::root::Bindings;
use crate::keys::root_of_trust::{Assurance, RootOfTrust};
use crate::keys::state::{State, is_key_file_name, root_file_name};
use crate::keys::tree::TreeId;
use crate::keys::vault::VaultKeys;
use crate::model::{Address, CaseNumber, Digest, VaultId};

/// All keys of an archive. Readers take the present epoch and never wait for a file; changes of epoch queue up behind each other.
pub struct Keyring {
    files: Box<dyn KeyFiles>,
    root_of_trust: Box<dyn RootOfTrust>,
    state: RwLock<Arc<State>>,
    /// Held during a change of epoch. `true` once a change ended without a known outcome: only the next start can tell which epoch holds.
    latched: Mutex<bool>,
    recovery: Recovery,
}

impl Keyring {
    /// Creates an empty keyring in `directory`. May be repeated after a crash, until it has succeeded once.
    ///
    /// # Errors
    /// [`KeyError::AlreadyCreated`] if the root of trust holds an epoch or the directory holds key files; nothing is changed then.
    pub fn create(directory: &Path, root_of_trust: Box<dyn RootOfTrust>) -> Result<Self, KeyError> {
        Self::create_with(Box::new(DiskFiles::create(directory)?), root_of_trust)
    }

    /// As [`Keyring::create`], on other files.
    pub fn create_with(files: Box<dyn KeyFiles>, root_of_trust: Box<dyn RootOfTrust>) -> Result<Self, KeyError> {
        let slots = root_of_trust.load()?;
        if slots.current.is_some() || slots.staged.is_some() {
            return Err(KeyError::AlreadyCreated { place: root_of_trust.place() });
        }
        // The first epoch has no trees, so a root file of it that creation left behind when it was interrupted holds no keys.
        let first = root_file_name(1);
        let names = files.names().map_err(io_error(files.as_ref(), "listing", ""))?;
        if names.iter().any(|name| is_key_file_name(name) && *name != first) {
            return Err(KeyError::AlreadyCreated { place: files.place() });
        }
        let keyring = Self::with_state(files, root_of_trust, State::before_creation(), Recovery::Clean);
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
        let (state, recovery) = recover(files.as_ref(), root_of_trust.as_ref())?;
        sweep(files.as_ref(), &state);
        Ok(Self::with_state(files, root_of_trust, state, recovery))
    }

    fn with_state(files: Box<dyn KeyFiles>, root_of_trust: Box<dyn RootOfTrust>, state: State, recovery: Recovery) -> Self {
        Self { files, root_of_trust, state: RwLock::new(Arc::new(state)), latched: Mutex::new(false), recovery }
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

    /// What overwriting a key means with this root of trust.
    pub fn assurance(&self) -> Assurance {
        self.root_of_trust.assurance()
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

    /// Changes stored keys: prepare, make durable, stage, commit, clean. Returns when the old epoch key is overwritten.
    ///
    /// # Errors
    /// Before staging an error means that nothing has changed. From staging on the outcome is unknown: every later change is refused
    /// with [`KeyError::Latched`], derivation goes on with the epoch in memory, and the next start decides.
    pub fn begin_epoch(&self, changes: &EpochChanges) -> Result<EpochReport, KeyError> {
        let mut latched = self.latched.lock().unwrap_or_else(PoisonError::into_inner);
        if *latched {
            return Err(KeyError::Latched);
        }
        let present = self.state();
        let prepared = prepare(&present, changes)?;
        let next = Arc::new(make_durable(self.files.as_ref(), &prepared, &present)?);
        let covers = prepared.changed.iter().filter_map(|tree| Some((*tree, next.trees.get(tree)?.cover.public_digest()))).collect();
        *latched = true;
        self.root_of_trust.stage(&prepared.epoch)?;
        self.root_of_trust.promote()?;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&next);
        self.root_of_trust.clear_stage()?;
        *latched = false;
        Ok(EpochReport {
            before: present.epoch,
            after: next.epoch,
            root_sha256_before: present.root_sha256,
            root_sha256_after: next.root_sha256,
            covers,
            unreclaimed_files: sweep(self.files.as_ref(), &next),
        })
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
    use crate::keys::{Epoch, FileRoot, NodeAddress, Punctures, Slots};
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
        let dead = vec![NodeAddress::of_case(CaseNumber::new(case).unwrap())];
        let puncture = [(TreeId::cases(VAULT, 2026), Punctures { dead, case_high_water: case })].into();
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
    fn the_vaults_own_tree_is_never_punctured() {
        let keyring = Fixture::new().open().unwrap();
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

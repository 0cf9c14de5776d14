//! The keyring: key files, a root of trust, and the epoch that counts.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::epoch::{EpochChanges, EpochReport, make_durable, prepare, sweep};
use crate::keys::files::{DiskFiles, KeyFiles, io_error};
use crate::keys::forest::{CaseNode, Leaf};
use crate::keys::root::Bindings;
use crate::keys::root_of_trust::{Assurance, RootOfTrust, Slots};
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
        let keyring = Self::with_state(files, root_of_trust, State::before_creation());
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
        let state = recover(files.as_ref(), root_of_trust.as_ref())?;
        sweep(files.as_ref(), &state);
        Ok(Self::with_state(files, root_of_trust, state))
    }

    fn with_state(files: Box<dyn KeyFiles>, root_of_trust: Box<dyn RootOfTrust>, state: State) -> Self {
        Self { files, root_of_trust, state: RwLock::new(Arc::new(state)), latched: Mutex::new(false) }
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

/// Which epoch holds: rolls a staged one forward if all of it is readable, otherwise discards it.
fn recover(files: &dyn KeyFiles, root_of_trust: &dyn RootOfTrust) -> Result<State, KeyError> {
    let Slots { current, staged } = root_of_trust.load()?;
    let Some(staged) = staged else {
        let current = current.ok_or_else(|| KeyError::NotCreated { place: root_of_trust.place() })?;
        return State::load(files, &current, None);
    };
    let current_number = current.as_ref().map_or(0, |current| current.number);
    if current.as_ref().is_some_and(|current| current.is_same(&staged)) {
        let state = State::load(files, &staged, None)?;
        root_of_trust.clear_stage()?;
        return Ok(state);
    }
    if current_number.checked_add(1) != Some(staged.number) {
        return Err(KeyError::SlotsDisagree { place: root_of_trust.place(), current: current_number, staged: staged.number });
    }
    match (State::load(files, &staged, None), current) {
        (Ok(state), _) => {
            root_of_trust.promote()?;
            root_of_trust.clear_stage()?;
            Ok(state)
        }
        // Its files were durable before it was staged, so this is damage, not the crash. The epoch before is whole: it was never removed.
        (Err(KeyError::Missing { .. } | KeyError::Damaged { .. }), Some(current)) => {
            let state = State::load(files, &current, None)?;
            root_of_trust.clear_stage()?;
            Ok(state)
        }
        (Err(error), _) => Err(error),
    }
}

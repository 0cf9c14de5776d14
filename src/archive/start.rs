//! Creating, starting and stopping an archive.

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock, RwLock};
use std::thread::JoinHandle;

use tokio::sync::{Semaphore, mpsc, watch};

use super::access::{Recorder, Refusals};
use super::backup::Backups;
use super::committer::Committer;
use super::failure::{Gate, StartError};
use super::kept::KeptCheckpoints;
use super::numbers::{Numbers, Seqs};
use super::publisher::{Published, Publisher, Signers};
use super::recovery::{self, Found};
use super::retention_view::CatalogueCache;
use super::time::{LastSaved, Timekeeper};
use super::upload::large_share;
use super::view::CaseCache;
use super::{Archive, ArchiveError, Inner, receipt, restore_gate};
use crate::clock::{Clock, Stopwatch};
use crate::keys::{KeySettings, Keyring, Recovery};
use crate::ledger::{AnchorFinding, PreparedEntry};
use crate::limits::{ACCESSES_WAITING_MAX, GROUPS_WAITING_MAX, QUEUE_COMMANDS_MAX};
use crate::model::command::AcceptAnchor;
use crate::model::{Command, EventId, Handle};
use crate::observe::{Check, Observer, StartupChecked};
use crate::store::anchor::{Anchor, AnchorFile};
use crate::store::{OpenError, OpenReport, Store, StoreSettings};
use crate::sys::{random, thread};

/// Where an archive lies and how it is run.
#[derive(Debug, Clone)]
pub struct ArchiveSettings {
    /// Database and anchor.
    pub store: StoreSettings,
    /// Key files and roots of trust.
    pub keys: KeySettings,
    /// Host name in the origins of new ledgers.
    pub ledger_host: String,
    /// Memory for bodies between socket and answer.
    pub upload_budget_bytes: usize,
    /// With less free space than this, documents are refused.
    pub free_bytes_floor: u64,
    /// Where backups go, if any are made.
    pub backups: Option<PathBuf>,
}

/// The threads of a running archive.
pub struct Running {
    gate: Arc<Gate>,
    recorder: JoinHandle<()>,
    committer: JoinHandle<()>,
    publisher: JoinHandle<()>,
}

impl Running {
    /// Resolves with the reason when the archive has latched. The process should then end: only a start can tell what happened.
    pub fn latched(&self) -> impl Future<Output = &'static str> + Send + use<> {
        let mut state: watch::Receiver<Option<&'static str>> = self.gate.latched();
        async move {
            let reason = state.wait_for(Option::is_some).await.ok().and_then(|reason| *reason);
            match reason {
                Some(reason) => reason,
                None => std::future::pending().await,
            }
        }
    }

    /// Refuses new requests. Those under way are finished.
    pub fn refuse_new(&self) {
        self.gate.stop();
    }

    /// Waits until everything that was accepted is committed and answered. Blocks until the last [`Archive`] is dropped.
    pub fn join(self) {
        // A thread that panicked ended the process (`sys::process::abort_on_panic`); in tests the panic is reported by the test itself.
        let _ = self.recorder.join();
        let _ = self.committer.join();
        let _ = self.publisher.join();
    }
}

impl Archive {
    /// Creates an empty archive: storage, anchor, keys. Refuses if any of it exists.
    pub fn create(settings: &ArchiveSettings) -> Result<(), StartError> {
        Keyring::create_at(&settings.keys)?;
        Store::create(&settings.store)?;
        Ok(())
    }

    /// Opens the archive, checks it, and starts its threads.
    pub fn start(settings: &ArchiveSettings, clock: Clock, observer: Observer) -> Result<(Self, Running), StartError> {
        Self::start_from(settings, clock, observer, Store::open)
    }

    /// As [`Self::start`], although the archive came back from a backup and its ledgers do not say so yet. The caller writes it into them.
    pub(super) fn start_restored(settings: &ArchiveSettings, clock: Clock, observer: Observer) -> Result<(Self, Running), StartError> {
        Self::start_from(settings, clock, observer, Store::open_also_restored)
    }

    fn start_from(
        settings: &ArchiveSettings,
        clock: Clock,
        observer: Observer,
        open: impl FnOnce(&StoreSettings) -> Result<(Store, AnchorFile, OpenReport), OpenError>,
    ) -> Result<(Self, Running), StartError> {
        let watch = Stopwatch::start();
        let keyring = Arc::new(Keyring::open_at(&settings.keys)?);
        tell_of_keys(&keyring);
        observer.health().ready(Check::Keys);
        let (store, mut anchor, report) = open(&settings.store)?;
        let found = recovery::load(&store)?;
        recovery::check_anchor(&store, &found, &report.anchor)?;
        if found.group > report.anchor.group {
            // Groups that a crash kept from being acknowledged are acknowledged from here on: repeating their requests gives receipts.
            let heads = found.heads().into_values().collect();
            let caught_up = Anchor { archive: store.archive_id(), group: found.group, heads };
            anchor.write(&caught_up).map_err(OpenError::from)?;
        }
        tell(&report, &found, &observer, &watch);
        let unkeyed = restore_gate::find(&store, &keyring)?;
        let passed = unkeyed.is_empty();
        let parts = Parts { store: Arc::new(store), anchor, found, next_seq: report.next_seq, passed };
        let (archive, running) = Self::run(settings, clock, observer, keyring, parts)?;
        archive.pass_restore_gate(running, unkeyed)
    }

    fn run(
        settings: &ArchiveSettings,
        clock: Clock,
        observer: Observer,
        keyring: Arc<Keyring>,
        parts: Parts,
    ) -> Result<(Self, Running), StartError> {
        let Parts { store, anchor, found, next_seq, passed } = parts;
        let gate = Arc::new(Gate::open());
        let gate_passed = Arc::new(std::sync::atomic::AtomicBool::new(passed));
        let timekeeper = Timekeeper::resume(&store, clock.clone(), observer.clone()).map(Arc::new)?;
        let seqs = Arc::new(Seqs::starting_at(next_seq));
        let signers = Arc::new(Signers::new(Arc::clone(&store), Arc::clone(&keyring)));
        let published = Arc::new(Published::default());
        let kept = KeptCheckpoints::at(settings.store.checkpoints());
        kept.check(&store, &found, &signers)?;
        receipt::publish_found(&found, &signers, &published).map_err(|error| StartError::Check(error.to_string()))?;
        let (queue, jobs) = mpsc::channel(QUEUE_COMMANDS_MAX);
        let (publications, publisher_queue) = std::sync::mpsc::sync_channel(GROUPS_WAITING_MAX);
        let publisher = Publisher {
            store: Arc::clone(&store),
            anchor,
            heads: found.heads(),
            signers: Arc::clone(&signers),
            published: Arc::clone(&published),
            gate: Arc::clone(&gate),
            observer: observer.clone(),
        };
        let committer = Committer {
            store: Arc::clone(&store),
            gate: Arc::clone(&gate),
            seqs: Arc::clone(&seqs),
            timekeeper: Arc::clone(&timekeeper),
            last_saved: LastSaved::default(),
            observer: observer.clone(),
            free_bytes_floor: settings.free_bytes_floor,
            publications,
            cache: CaseCache::default(),
            catalogues: CatalogueCache::default(),
            vaults: found.vaults,
            held: found.held,
            keyring: Arc::clone(&keyring),
            gate_passed: Arc::clone(&gate_passed),
            logs: found.logs,
            group: found.group,
            time: found.time,
        };
        let publisher = thread::spawn_prompt("publisher", move || publisher.run(publisher_queue)).map_err(StartError::Thread)?;
        let committer = thread::spawn_prompt("committer", move || committer.run(jobs)).map_err(StartError::Thread)?;
        let (accesses, recordings) = mpsc::channel(ACCESSES_WAITING_MAX);
        let accesses_kept = Arc::new(AtomicUsize::new(0));
        let recorder = Recorder::new(queue.clone(), Arc::clone(&gate), observer.clone(), Arc::clone(&accesses_kept));
        let recorder = thread::spawn("recorder", move || recorder.run(recordings)).map_err(StartError::Thread)?;
        for check in [Check::Startup, Check::Store, Check::Disk, Check::Committer, Check::Canary, Check::Accepting] {
            observer.health().ready(check);
        }
        let budget_kib = settings.upload_budget_bytes >> 10;
        let inner = Inner {
            store,
            keyring,
            clock,
            timekeeper,
            backups: Backups::new(settings.backups.clone(), &observer),
            export_seal: OnceLock::new(),
            kept,
            observer,
            gate: Arc::clone(&gate),
            queue,
            accesses,
            refusals: Refusals::default(),
            accesses_kept,
            numbers: Arc::new(Numbers::default()),
            seqs,
            cases: RwLock::default(),
            budget: Arc::new(Semaphore::new(budget_kib)),
            budget_large: Arc::new(Semaphore::new(large_share(budget_kib))),
            budget_kib,
            signers,
            published,
            ledger_host: settings.ledger_host.clone(),
            free_bytes_floor: settings.free_bytes_floor,
            refresh_wanted: tokio::sync::Notify::new(),
            gate_passed,
        };
        Ok((Self(Arc::new(inner)), Running { gate, recorder, committer, publisher }))
    }

    /// Goes on after the anchor was lost: makes a new one from the database, and records in every ledger that it was accepted.
    ///
    /// The database is checked as at every start; only whether it is the newest one cannot be known any more.
    pub async fn accept_lost_anchor(settings: &ArchiveSettings, clock: Clock, observer: Observer) -> Result<usize, StartError> {
        let finding = match AnchorFile::open_to_read(&settings.store.anchor) {
            Err(crate::store::anchor::AnchorError::Missing(_)) => AnchorFinding::Missing,
            Err(crate::store::anchor::AnchorError::Damaged(_)) => AnchorFinding::Damaged,
            Err(other) => return Err(OpenError::from(other).into()),
            Ok(_) => return Err(StartError::Exists(settings.store.anchor.clone())),
        };
        let heads = {
            let (store, _) = Store::open_read_only(&settings.store)?;
            recovery::load(&store)?.heads().into_values().collect()
        };
        Store::replace_lost_anchor(&settings.store, heads)?;
        let (archive, running) = Self::start(settings, clock, observer)?;
        let recorded = archive.record_acceptance(finding).await.map_err(|error| StartError::Check(error.to_string()))?;
        drop(archive);
        let joined = tokio::task::spawn_blocking(move || running.join()).await;
        joined.map_err(|error| StartError::Check(error.to_string()))?;
        Ok(recorded)
    }

    async fn record_acceptance(&self, finding: AnchorFinding) -> Result<usize, ArchiveError> {
        let vaults = self.vaults()?;
        for vault in &vaults {
            let handle = Handle(random::bytes());
            let entry = PreparedEntry::anchor_accept(handle, EventId(random::bytes()), finding);
            let command = Command::AcceptAnchor(AcceptAnchor { vault: vault.id, handle });
            self.0.submit((command, entry, Vec::new())).await?;
        }
        Ok(vaults.len())
    }
}

/// What a start has opened and checked.
struct Parts {
    store: Arc<Store>,
    anchor: AnchorFile,
    found: Found,
    next_seq: crate::model::ContentSeq,
    /// Nothing came back without its keys.
    passed: bool,
}

fn tell_of_keys(keyring: &Keyring) {
    match keyring.recovery() {
        Recovery::Clean => {}
        Recovery::Finished { epoch } => tracing::info!(epoch, "a change of keys that was interrupted has been finished"),
        Recovery::Discarded { epoch, reason } => tracing::warn!(epoch, reason, "a change of keys that cannot be read was dropped"),
    }
    for place in keyring.places() {
        if let Some(fault) = place.fault {
            let place = place.place;
            tracing::warn!(place, fault, "a place does not hold the present keys; stop the daemon and run `aktenfest keys replicate`");
        }
    }
}

fn tell(report: &OpenReport, found: &Found, observer: &Observer, watch: &Stopwatch) {
    if report.anchor_slot_damaged {
        tracing::warn!("one slot of the anchor is damaged; the other one is whole and not older than the database allows");
    }
    if report.torn_tail_dropped {
        tracing::warn!("the last record of the write-ahead log was torn; the anchor proves that nothing acknowledged was in it");
    }
    let (group, vaults, chunks_swept) = (found.group, found.vaults.len(), report.staged_swept);
    observer.emit(&StartupChecked { group, vaults, chunks_swept, duration: watch.elapsed() });
}

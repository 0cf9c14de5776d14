//! The archive: the imperative shell around the rules. Requests come in here, and nowhere else; background work will use the same
//! door.
//!
//! ```text
//! Vault::begin_document / open_case      (asynchronous: seals while bytes arrive, computes commitments)
//!    -> queue -> committer               (one thread: decide, apply, ledger, ONE synced batch = the commit)
//!             -> publisher               (one thread: anchor, signature, answers)
//!    <- receipt
//! ```
//! Invariants: an answer leaves after commit and anchor, in this order; whatever is acknowledged is in the ledger; after a commit of
//! unknown outcome nothing is accepted until a restart has looked.
//!
//! What is deliberately absent: HTTP, JSON, rules, and any way to change what was stored. What removes it is in `destruction`.

mod access;
mod accesses;
mod arrival;
mod backup;
mod canary;
mod committer;
mod cosigned;
mod destruction;
mod export;
mod export_signature;
mod failure;
mod group;
mod job;
mod kept;
mod last_facts;
mod notes;
mod numbers;
mod proofs;
mod publisher;
mod read;
mod receipt;
mod recovery;
mod restore_gate;
mod restored;
mod retention;
mod retention_view;
mod start;
mod time;
mod timestamps;
mod upload;
mod vault;
mod view;

use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, OnceLock, RwLock};

use tokio::sync::{Notify, Semaphore, mpsc};

pub use access::{AccessPage, AccessView};
pub use backup::{BackupDone, BackupFailure, BackupStatus};
pub use cosigned::PublishedLedger;
pub use destruction::{
    Certificate, DestructionRules, Executed, ItemAccount, ItemOutcome, OrderAccount, OrderItemView, OrderItems, OrderRequest, OrderView,
    TombstoneView,
};
pub use export::{ExportItem, ExportRequest, ExportView, LedgerAt};
pub use export_signature::{BagSignature, SealExports, Sealing};
pub use failure::{ArchiveError, StartError};
pub use notes::{Filed, NoteRequest, NoteView};
pub use proofs::NoProof;
pub use read::{Content, EntryOpening, Fate, Page};
pub use receipt::Receipt;
pub use restored::{LedgerState, RestoredState};
pub use retention::{
    AgendaList, BatchRequest, BatchView, BoxItem, BoxRequest, BoxView, CaseRetention, CatalogueInForce, DueItem, Duties, EventRequest,
    EventState, EventView, HoldItem, HoldQuery, HoldRequest, HoldReview, HoldView, IntakeView, MatterRequest, NoteTold, Obstacle,
    ParsedCatalogue, PlannedEnd, ProposalView, QuarantinedView, Scope, StepRequest, Why, WhyMatter,
};
pub use start::{ArchiveSettings, Running};
pub use timestamps::{StampRound, StampedCheckpoint, first_response};
pub use upload::{Stored, Upload};
pub use vault::{CaseView, DocumentView, Opened, Vault};

use crate::clock::Clock;
use crate::keys::Keyring;
use crate::ledger::PreparedEntry;
use crate::model::command::OpenVault;
use crate::model::{Command, EventId, Handle, Refusal, VaultId, VaultName, VaultRecord};
use crate::observe::{Observer, StoreMeasured};
use crate::store::{Store, StoreSizes};
use crate::sys::random;
use failure::Gate;
use job::Job;
use numbers::{Numbers, Seqs};
use publisher::{Published, Signers};
use retention_view::Moment;
use time::Timekeeper;
use view::CaseCache;

/// The running archive. Cheap to clone.
#[derive(Clone)]
pub struct Archive(Arc<Inner>);

/// What all parts of the archive share.
struct Inner {
    store: Arc<Store>,
    keyring: Arc<Keyring>,
    clock: Clock,
    timekeeper: Arc<Timekeeper>,
    observer: Observer,
    gate: Arc<Gate>,
    refusals: access::Refusals,
    /// Accesses that wait for room on the disk.
    accesses_kept: Arc<AtomicUsize>,
    numbers: Arc<Numbers>,
    seqs: Arc<Seqs>,
    /// Cases seen last; what is remembered of them never changes.
    cases: RwLock<CaseCache>,
    budget: Arc<Semaphore>,
    /// What large documents may take of it.
    budget_large: Arc<Semaphore>,
    budget_kib: usize,
    signers: Arc<Signers>,
    published: Arc<Published>,
    ledger_host: String,
    free_bytes_floor: u64,
    backups: backup::Backups,
    /// Who signs exports for the office.
    export_seal: OnceLock<Arc<dyn SealExports>>,
    kept: kept::KeptCheckpoints,
    /// Somebody has adopted a catalogue, so dates must be computed again.
    refresh_wanted: Notify,
    /// Whether everything whose keys are gone is gone from the database too. Until then nothing is served.
    gate_passed: Arc<AtomicBool>,
    // Fields are dropped in this order, and the threads end with the last sender: whoever waits for them must find keys and storage let go.
    /// Where accesses are gathered before they come into the queue.
    accesses: mpsc::Sender<access::Recording>,
    queue: mpsc::Sender<Job>,
}

/// How the archive is, for health checks and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveStatus {
    /// New documents are accepted.
    pub accepting: bool,
    /// Why nothing is accepted until a restart.
    pub latched: Option<&'static str>,
    /// Documents are refused for want of space.
    pub disk_full: bool,
    /// Bytes that can still be written.
    pub free_bytes: u64,
    /// Commands that wait for the committer.
    pub queue_depth: usize,
    /// Sizes of the database.
    pub store: StoreSizes,
    /// Failures of background work since the start.
    pub background_errors: u64,
    /// Writes wait for background work.
    pub stalled: bool,
}

impl Archive {
    /// The vault of this name. Whether a principal may know of it is for the caller to ask first.
    pub fn vault(&self, name: &VaultName) -> Result<Vault, ArchiveError> {
        let record = self.0.store.vault(name)?.ok_or(Refusal::VaultUnknown)?;
        Ok(Vault { inner: Arc::clone(&self.0), record: Arc::new(record) })
    }

    /// All vaults, by name.
    pub fn vaults(&self) -> Result<Vec<VaultRecord>, ArchiveError> {
        Ok(self.0.store.vaults()?)
    }

    /// Creates a vault: its keys, its ledger, and the ledger's first entry.
    pub async fn create_vault(&self, name: VaultName) -> Result<VaultRecord, ArchiveError> {
        let inner = &self.0;
        inner.gate.check()?;
        if inner.store.vault(&name)?.is_some() {
            return Err(Refusal::VaultNameTaken.into());
        }
        let (id, year) = (VaultId(random::bytes()), inner.clock.now().year());
        // Keys first: a vault without keys could not even sign its first entry; keys without a vault harm nobody.
        use crate::keys::TreeId;
        inner.ensure_trees(vec![TreeId::vault(id), TreeId::cases(id, year), TreeId::actors(id, year), TreeId::readers(id, year)]).await?;
        let origin = format!("{}/ledger/{}", inner.ledger_host, hex::encode(random::bytes::<8>()));
        let handle = Handle(random::bytes());
        let entry = PreparedEntry::ledger_open(handle, EventId(random::bytes()), &origin);
        let entry = entry.ok_or_else(|| ArchiveError::Storage(format!("{origin:?} cannot be the name of a ledger")))?;
        let command = Command::OpenVault(OpenVault { name: name.clone(), id, origin, handle });
        inner.submit((command, entry, Vec::new())).await?;
        Ok(inner.store.vault(&name)?.ok_or(Refusal::VaultUnknown)?)
    }

    /// How the archive is; also updates the gauges of the database.
    pub fn status(&self) -> Result<ArchiveStatus, ArchiveError> {
        let inner = &self.0;
        let (sizes, health, free_bytes) = (inner.store.sizes()?, inner.store.health(), inner.store.free_bytes()?);
        inner.observer.emit(&StoreMeasured {
            free_bytes,
            background_errors: health.background_errors(),
            wal_bytes: sizes.log_bytes,
            sst_bytes: sizes.table_bytes,
            pending_compaction_bytes: sizes.pending_compaction_bytes,
            write_stalled: health.is_stalled(),
        });
        inner.timekeeper.report();
        let latched = *inner.gate.latched().borrow();
        Ok(ArchiveStatus {
            accepting: inner.gate.check().is_ok() && free_bytes >= inner.free_bytes_floor,
            latched,
            disk_full: inner.gate.is_full() || free_bytes < inner.free_bytes_floor,
            free_bytes,
            queue_depth: inner.queue.max_capacity() - inner.queue.capacity(),
            store: sizes,
            background_errors: health.background_errors(),
            stalled: health.is_stalled(),
        })
    }
}

impl Inner {
    /// What time it is, for readers.
    fn moment(&self) -> Moment {
        self.timekeeper.now()
    }

    /// Refuses new content while there is little room, so that the database itself never runs out of it.
    fn check_space(&self) -> Result<(), ArchiveError> {
        if self.store.free_bytes()? < self.free_bytes_floor { Err(ArchiveError::Full) } else { Ok(()) }
    }
}

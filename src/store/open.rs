//! Creating and opening an archive's storage, with all the distrust that a start-up owes to what it finds.
//!
//! Opening never repairs. Either the write-ahead log reads without any doubt; or its last record is torn and the anchor proves
//! that nothing acknowledged was in it; or the database stays closed and the error says what is wrong.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rocksdb::{Cache, DB};

use super::anchor::{Anchor, AnchorError, AnchorFile, AnchoredHead, OpenedAnchor};
use super::error::StoreError;
use super::fault::Faults;
use super::format::Layout;
use super::health::StoreHealth;
use super::options::{self, Recovery};
use super::{Store, SystemKey, backup, manifest};
use crate::model::{ContentSeq, GroupNumber};
use crate::sys::fs::{FileLock, create_private_directory, parent, supports_direct_io, sync_directory};

/// Where storage lies and how it is run.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// The data directory.
    pub data: PathBuf,
    /// The anchor file; better on another disk than the data.
    pub anchor: PathBuf,
    /// The folder of the checkpoints outside the database; `None` is beside the anchor.
    pub checkpoints: Option<PathBuf>,
    /// Threads for flushes and compaction.
    pub threads: u16,
    /// Bytes of the block cache.
    pub cache_bytes: usize,
    /// What fails on purpose.
    pub faults: Arc<dyn Faults>,
}

impl StoreSettings {
    /// The folder of the checkpoints outside the database.
    pub fn checkpoints(&self) -> PathBuf {
        let beside_anchor = || {
            let mut name = self.anchor.as_os_str().to_owned();
            name.push(".checkpoints");
            PathBuf::from(name)
        };
        self.checkpoints.clone().unwrap_or_else(beside_anchor)
    }
}

/// Why storage was not opened. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is an archive, or half of one, where a new one should be created.
    #[error("{} holds an archive or part of one; choose an empty directory, nothing is ever created over an archive", .0.display())]
    Exists(PathBuf),
    /// There is no archive.
    #[error("{} is no archive of format 1: FORMAT is missing or damaged. If it was one, put that file back; `aktenfest init` creates one", .0.display())]
    NotAnArchive(PathBuf),
    /// It is a backup, which nothing may change.
    #[error("{} is a backup; `aktenfest restore` makes an archive of a copy of it", .0.display())]
    IsBackup(PathBuf),
    /// It came back from a backup, and nobody has said yet that the archive goes on from there.
    #[error("{} was restored from a backup; when you have compared it with what others hold, say so with `aktenfest accept-restore`", .0.display())]
    Restored(PathBuf),
    /// Another process uses it.
    #[error("{} is in use by another process; stop the daemon first, or check it online", .0.display())]
    Locked(PathBuf),
    /// No anchor to trust.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The anchor belongs to another archive.
    #[error("the anchor belongs to another archive; check the path of the anchor in the configuration")]
    ForeignAnchor,
    /// The database is older than what was acknowledged.
    #[error(
        "the database is older than its anchor: {0}. Something acknowledged is missing. Put the newest database back; the daemon does not serve an older one"
    )]
    Behind(Missing),
    /// The database does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The binary computes checksums without the instructions for it.
    #[error("RocksDB was built without hardware CRC32C ({0}); build with the flags in .cargo/config.toml")]
    SlowChecksum(String),
    /// The operating system reports an error.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// What an older database lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The last group in the database.
    pub found: GroupNumber,
    /// The last group that was acknowledged.
    pub acknowledged: GroupNumber,
    /// Logs that are too short: the vault id, the size found, the size acknowledged.
    pub logs: Vec<(AnchoredHead, u64)>,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "it ends with commit group {}, acknowledged was group {}", self.found.0, self.acknowledged.0)?;
        for (head, found) in &self.logs {
            write!(f, "; vault {} log {} lacks the entries {} to {}", head.log.vault, head.log.log.0, found, head.size - 1)?;
        }
        Ok(())
    }
}

/// What was found at the start, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenReport {
    /// The anchor as it was found.
    pub anchor: Anchor,
    /// A slot of the anchor was damaged.
    pub anchor_slot_damaged: bool,
    /// The last record of the write-ahead log was torn, and the anchor proved that nothing acknowledged was in it.
    pub torn_tail_dropped: bool,
    /// Documents that were staged and never committed, now removed.
    pub staged_swept: u64,
    /// The first unused number for content.
    pub next_seq: ContentSeq,
}

impl Store {
    /// Creates an empty archive: directories, database, anchor, and last the file that declares it one.
    pub fn create(settings: &StoreSettings) -> Result<(), OpenError> {
        let layout = Layout::new(&settings.data);
        if layout.is_started() {
            return Err(OpenError::Exists(settings.data.clone()));
        }
        layout.create().map_err(at(&settings.data))?;
        let _lock = lock(&layout)?;
        let id = crate::sys::random::bytes::<16>();
        let store = open_database(settings, &layout, id, Recovery::Absolute, true)?;
        drop(store);
        create_private_directory(parent(&settings.anchor)).map_err(at(&settings.anchor))?;
        AnchorFile::create(&settings.anchor, &Anchor { archive: id, group: GroupNumber(0), heads: Vec::new() })?;
        layout.write_format(id).map_err(at(&settings.data))
    }

    /// Opens the archive for writing, together with its anchor.
    pub fn open(settings: &StoreSettings) -> Result<(Self, AnchorFile, OpenReport), OpenError> {
        if Layout::new(&settings.data).restored_file().exists() {
            return Err(OpenError::Restored(settings.data.clone()));
        }
        Self::open_also_restored(settings)
    }

    /// As [`Self::open`], also when the archive came back from a backup. The caller records that in the ledger and then calls
    /// [`Self::forget_restored`].
    pub fn open_also_restored(settings: &StoreSettings) -> Result<(Self, AnchorFile, OpenReport), OpenError> {
        let layout = Layout::new(&settings.data);
        let id = read_id(&layout)?;
        if backup::is_one(&settings.data) {
            return Err(OpenError::IsBackup(settings.data.clone()));
        }
        let lock = lock(&layout)?;
        backup::sweep(&layout.root).map_err(at(&layout.root))?;
        let OpenedAnchor { file, anchor, slot_damaged } = AnchorFile::open(&settings.anchor)?;
        if anchor.archive != id {
            return Err(OpenError::ForeignAnchor);
        }
        let (mut store, torn_tail_dropped) = open_against(settings, &layout, &anchor)?;
        store.lock = Some(lock);
        let floor = ContentSeq(store.system(SystemKey::StagingFloor)?);
        let staged_swept = store.sweep_staged(floor)?;
        // A number below the floor would not be swept, so it is not given out again, even if nothing lies under it any more.
        let next_seq = store.next_content_seq()?.max(floor);
        let report = OpenReport { anchor, anchor_slot_damaged: slot_damaged, torn_tail_dropped, staged_swept, next_seq };
        Ok((store, file, report))
    }

    /// Opens the archive for looking only. Nothing on disk changes; the write-ahead log is read without being applied.
    pub fn open_read_only(settings: &StoreSettings) -> Result<(Self, Result<OpenedAnchor, AnchorError>), OpenError> {
        let layout = Layout::new(&settings.data);
        let id = read_id(&layout)?;
        let lock = lock_for_reading(&layout)?;
        let mut store = open_for_reading(settings, &layout, id, Recovery::Absolute)?;
        store.lock = lock;
        Ok((store, AnchorFile::open_to_read(&settings.anchor)))
    }

    /// As [`Self::open_read_only`], for a write-ahead log that does not read without doubt: as if its torn last record were not
    /// there. What was acknowledged may be missing then; the caller compares with the anchor before it believes anything.
    pub fn open_without_torn_tail(settings: &StoreSettings) -> Result<Self, OpenError> {
        let layout = Layout::new(&settings.data);
        let id = read_id(&layout)?;
        let lock = lock_for_reading(&layout)?;
        let mut store = open_for_reading(settings, &layout, id, Recovery::TornTail)?;
        store.lock = lock;
        Ok(store)
    }

    /// The manifest of the backup that the archive came back from, if nobody has said yet that it goes on from there.
    pub fn restored_from(settings: &StoreSettings) -> Result<Option<backup::BackupManifest>, OpenError> {
        let mark = Layout::new(&settings.data).restored_file();
        backup::BackupManifest::read_mark(&mark).map_err(at(&mark))
    }

    /// The archive goes on from the backup that it came back from; its ledgers say so.
    pub fn forget_restored(settings: &StoreSettings) -> Result<(), OpenError> {
        let layout = Layout::new(&settings.data);
        let mark = layout.restored_file();
        std::fs::remove_file(&mark).and_then(|()| sync_directory(&layout.root)).map_err(at(&mark))
    }

    /// Creates a new anchor for an archive whose anchor was lost, from what the database says. The caller records that in the
    /// ledger: from here on nobody can tell whether the database was complete.
    pub fn replace_lost_anchor(settings: &StoreSettings, heads: Vec<AnchoredHead>) -> Result<(), OpenError> {
        // A damaged anchor is evidence: it makes way and stays.
        AnchorFile::set_damaged_aside(&settings.anchor)?;
        Self::create_anchor(settings, heads)
    }

    /// Creates a new anchor for an archive that goes on from an older state, from what the database says. The caller records that in the
    /// ledger. The anchor that knew more makes way and stays: it says what was lost.
    pub fn supersede_anchor(settings: &StoreSettings, heads: Vec<AnchoredHead>) -> Result<(), OpenError> {
        AnchorFile::set_aside(&settings.anchor, "superseded")?;
        Self::create_anchor(settings, heads)
    }

    fn create_anchor(settings: &StoreSettings, heads: Vec<AnchoredHead>) -> Result<(), OpenError> {
        let layout = Layout::new(&settings.data);
        let id = read_id(&layout)?;
        let store = open_for_reading(settings, &layout, id, Recovery::Absolute)?;
        let group = GroupNumber(store.system(SystemKey::Group)?);
        create_private_directory(parent(&settings.anchor)).map_err(at(&settings.anchor))?;
        AnchorFile::create(&settings.anchor, &Anchor { archive: id, group, heads })?;
        Ok(())
    }

    /// Whether the database has everything that `anchor` says was acknowledged.
    pub fn check_against(&self, anchor: &Anchor) -> Result<(), OpenError> {
        let found = GroupNumber(self.system(SystemKey::Group)?);
        let mut logs = Vec::new();
        for head in &anchor.heads {
            let size = self.head(head.log)?.map_or(0, |(size, _)| size);
            if size < head.size && !self.log_was_destroyed(head.log)? {
                logs.push((*head, size));
            }
        }
        if found < anchor.group || !logs.is_empty() {
            return Err(OpenError::Behind(Missing { found, acknowledged: anchor.group, logs }));
        }
        Ok(())
    }
}

/// Opens without doubt, or with a torn tail of which the anchor proves that it was never acknowledged.
fn open_against(settings: &StoreSettings, layout: &Layout, anchor: &Anchor) -> Result<(Store, bool), OpenError> {
    match open_database(settings, layout, anchor.archive, Recovery::Absolute, false) {
        Ok(store) => {
            store.check_against(anchor)?;
            Ok((store, false))
        }
        Err(OpenError::Store(StoreError::Damaged(why))) => {
            // Looking first: opening for writing would drop the torn record for good, before anybody knows what was in it.
            let look =
                open_for_reading(settings, layout, anchor.archive, Recovery::TornTail).map_err(|_| StoreError::Damaged(why.clone()))?;
            if look.check_against(anchor).is_err() {
                return Err(StoreError::Damaged(format!("{why}; what was acknowledged is not all there without the damaged part")).into());
            }
            drop(look);
            let store = open_database(settings, layout, anchor.archive, Recovery::TornTail, false)?;
            store.check_against(anchor)?;
            Ok((store, true))
        }
        Err(other) => Err(other),
    }
}

fn read_id(layout: &Layout) -> Result<[u8; 16], OpenError> {
    let not_one = || OpenError::NotAnArchive(layout.root.clone());
    layout.read_format().map_err(|_| not_one())?.ok_or_else(not_one)
}

fn lock(layout: &Layout) -> Result<FileLock, OpenError> {
    let acquired = FileLock::acquire(&layout.lock_file()).map_err(at(&layout.root))?;
    acquired.ok_or_else(|| OpenError::Locked(layout.root.clone()))
}

/// Keeps a daemon out, without creating anything: where there is no lock file, or where nothing can be written, no daemon runs.
fn lock_for_reading(layout: &Layout) -> Result<Option<FileLock>, OpenError> {
    if !layout.lock_file().exists() {
        return Ok(None);
    }
    match lock(layout) {
        Err(OpenError::Io { error, .. }) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Ok(None),
        other => other.map(Some),
    }
}

fn open_database(settings: &StoreSettings, layout: &Layout, id: [u8; 16], recovery: Recovery, create: bool) -> Result<Store, OpenError> {
    let health = Arc::new(StoreHealth::default());
    let cache = Cache::new_lru_cache(settings.cache_bytes);
    let direct_io = supports_direct_io(&layout.root);
    let options = options::database(recovery, create, direct_io, settings.threads, &health);
    manifest::refuse_foreign_record(&layout.database())?;
    let database = DB::open_cf_descriptors(&options, layout.database(), options::columns(&cache)).map_err(StoreError::from)?;
    assert_fast_checksum(&layout.database())?;
    Ok(assemble(settings, layout, id, database, cache, health))
}

fn open_for_reading(settings: &StoreSettings, layout: &Layout, id: [u8; 16], recovery: Recovery) -> Result<Store, OpenError> {
    let health = Arc::new(StoreHealth::default());
    let cache = Cache::new_lru_cache(settings.cache_bytes);
    let options = options::database(recovery, false, false, settings.threads, &health);
    manifest::refuse_foreign_record(&layout.database())?;
    let database =
        DB::open_cf_descriptors_read_only(&options, layout.database(), options::columns(&cache), false).map_err(StoreError::from)?;
    Ok(assemble(settings, layout, id, database, cache, health))
}

fn assemble(settings: &StoreSettings, layout: &Layout, id: [u8; 16], database: DB, cache: Cache, health: Arc<StoreHealth>) -> Store {
    Store {
        database,
        cache,
        staging: layout.staging(),
        data: layout.root.clone(),
        archive: id,
        health,
        faults: Arc::clone(&settings.faults),
        lock: None,
    }
}

/// Without hardware CRC32C ingest loses a third of its speed, and nothing else shows it; RocksDB says so only in its log.
fn assert_fast_checksum(database: &Path) -> Result<(), OpenError> {
    const HEAD_OF_LOG_BYTES: u64 = 256 << 10;
    const PHRASE: &str = "Fast CRC32 supported: ";
    let path = database.join("LOG");
    let mut head = Vec::new();
    File::open(&path).and_then(|file| file.take(HEAD_OF_LOG_BYTES).read_to_end(&mut head)).map_err(at(&path))?;
    let head = String::from_utf8_lossy(&head);
    let said = head.lines().find_map(|line| line.split_once(PHRASE)).map(|(_, said)| said.trim().to_owned());
    match said {
        Some(said) if said.starts_with("Supported") => Ok(()),
        other => Err(OpenError::SlowChecksum(other.unwrap_or_else(|| "its log does not say".to_owned()))),
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |error| OpenError::Io { path, error }
}

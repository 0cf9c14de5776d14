//! Backups of the running archive, and of one that is stopped.
//!
//! The committer holds the database fast between two groups; everything else happens in a thread of its own, and storing goes on. A
//! backup copies what was committed, so whatever was acknowledged before it began is in it.
//!
//! What is deliberately absent: saying that a backup counts. Paper is released on the word of a person who has seen that the copy lies
//! where it should (`Note::BackupConfirmed`); the backup only says through which time it is complete.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::failure::StartError;
use super::group::set_time;
use super::job::{Checkpointed, Job};
use super::recovery;
use super::{Archive, ArchiveError, Inner};
use crate::clock::{Clock, Stopwatch};
use crate::model::destruction::CopyPlace;
use crate::model::{GroupNumber, Timestamp};
use crate::observe::{BackupFailed, BackupFound, BackupMade, Observer};
use crate::store::anchor::AnchoredHead;
use crate::store::backup::{BackupError, BackupManifest, BackupPlace, Draft, backups_in};
use crate::store::fault::NoFaults;
use crate::store::{OpenError, Store, StoreSettings};
use crate::sys::thread;

/// How often it is looked whether a backup is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Time after a backup that failed until the next attempt.
const AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);
/// Memory for reading the copy of the database once.
const CACHE_BYTES: usize = 8 << 20;

/// A backup that was made and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupDone {
    /// Its folder.
    pub folder: PathBuf,
    /// The last commit group in it.
    pub group: GroupNumber,
    /// Everything stored before this second is in it.
    pub through: Timestamp,
    /// When it was made.
    pub made: Timestamp,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Bytes of them that were copied.
    pub copied_bytes: u64,
    /// Files of earlier backups that are not any more what was backed up. This backup has good copies of them.
    pub damaged_earlier: Vec<PathBuf>,
    /// It lies on the file system of the database: a disk that dies takes both along.
    pub beside_the_data: bool,
    /// Time that it took.
    pub duration: Duration,
}

/// Why there is no backup. The archive is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupFailure {
    /// The configuration names no folder.
    #[error("no folder for backups is configured (backup.folder)")]
    NotConfigured,
    /// One is being made.
    #[error("a backup is being made already")]
    UnderWay,
    /// The archive cannot give away its state now.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Copying failed.
    #[error(transparent)]
    Files(#[from] BackupError),
    /// The copy does not fit together.
    #[error("the copy cannot be opened: {0}")]
    Copy(#[from] StartError),
    /// A thread could not be started.
    #[error("a thread could not be started: {0}")]
    Thread(std::io::Error),
}

impl BackupFailure {
    /// One word for metrics.
    fn word(&self) -> &'static str {
        match self {
            Self::NotConfigured | Self::UnderWay => "refused",
            Self::Files(BackupError::Stopped) => "stopped",
            Self::Files(BackupError::NoSpace(_)) => "no_space",
            Self::Files(BackupError::Damaged { .. }) | Self::Copy(_) => "damaged",
            _ => "failed",
        }
    }
}

/// How backups stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupStatus {
    /// Where they lie.
    pub folder: PathBuf,
    /// One is being made.
    pub running: bool,
    /// How many attempts have ended since the start; whoever waits for one compares.
    pub attempts_ended: u64,
    /// The last one that was made since the start.
    pub last: Option<BackupDone>,
    /// Why the last attempt failed, if it did.
    pub failure: Option<String>,
}

/// What the archive knows of its backups.
pub(super) struct Backups {
    folder: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: bool,
    attempts_ended: u64,
    last: Option<BackupDone>,
    failure: Option<String>,
}

impl Backups {
    pub(super) fn new(folder: Option<PathBuf>, observer: &Observer) -> Self {
        if let Some(folder) = &folder {
            tell_newest(folder, observer);
        }
        Self { folder, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The backups that there are, for the certificate. They hold no keys, so nothing destroyed can be opened of one that is what it says
    /// it is; one whose manifest cannot be read was not looked at.
    pub(super) fn named(&self) -> Result<Vec<CopyPlace>, ArchiveError> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let found = backups_in(folder).map_err(|error| ArchiveError::Storage(error.to_string()))?;
        let named = found.into_iter().map(|backup| CopyPlace { name: format!("backup {}", backup.number), seen: backup.manifest.is_ok() });
        Ok(named.collect())
    }

    /// Only one at a time; the folder, and what `attempts_ended` will be. Whoever gets them calls [`Self::ended`].
    fn begin(&self) -> Result<(&Path, u64), BackupFailure> {
        let folder = self.folder.as_deref().ok_or(BackupFailure::NotConfigured)?;
        let mut state = self.state();
        if std::mem::replace(&mut state.running, true) { Err(BackupFailure::UnderWay) } else { Ok((folder, state.attempts_ended + 1)) }
    }

    fn ended(&self, result: &Result<BackupDone, BackupFailure>) {
        let mut state = self.state();
        state.running = false;
        state.attempts_ended += 1;
        state.failure = result.as_ref().err().map(ToString::to_string);
        if let Ok(done) = result {
            state.last = Some(done.clone());
        }
    }
}

/// Shows the newest backup in the metrics, so that an alert on its age survives a restart.
fn tell_newest(folder: &Path, observer: &Observer) {
    match backups_in(folder) {
        Ok(found) => {
            let newest = found.iter().rev().find_map(|backup| backup.manifest.as_ref().ok());
            if let Some(newest) = newest {
                observer.emit(&BackupFound { made: newest.made });
            }
        }
        Err(error) => tracing::warn!(%error, "the folder of the backups cannot be read"),
    }
}

impl Archive {
    /// How backups stand; `None` if no folder for them is configured.
    pub fn backup_status(&self) -> Option<BackupStatus> {
        let backups = &self.0.backups;
        let folder = backups.folder.clone()?;
        let state = backups.state();
        let (last, failure) = (state.last.clone(), state.failure.clone());
        Some(BackupStatus { folder, running: state.running, attempts_ended: state.attempts_ended, last, failure })
    }

    /// Begins to make a backup. [`Self::backup_status`] says what has come of it, when `attempts_ended` has reached the answer.
    pub fn begin_backup(&self) -> Result<u64, BackupFailure> {
        let (folder, attempt) = self.0.backups.begin()?;
        let (archive, folder) = (self.clone(), folder.to_owned());
        let started = thread::spawn("backup", move || drop(archive.make_backup(&folder))).map_err(BackupFailure::Thread);
        if let Err(failure) = started {
            let result = Err(failure);
            self.0.backups.ended(&result);
            return result.map(|_| attempt);
        }
        Ok(attempt)
    }

    /// Makes a backup and waits for it. Blocks for as long as reading the whole database takes.
    pub fn backup(&self) -> Result<BackupDone, BackupFailure> {
        let (folder, _) = self.0.backups.begin()?;
        self.make_backup(folder)
    }

    fn make_backup(&self, folder: &Path) -> Result<BackupDone, BackupFailure> {
        let inner = &self.0;
        let result = make(inner, folder);
        report(&result, &inner.observer);
        inner.backups.ended(&result);
        result
    }

    /// Makes a backup whenever `interval` has passed since the last one; never if it is zero. Does not end.
    pub async fn keep_backups(&self, interval: Duration) {
        if interval.is_zero() || self.0.backups.folder.is_none() {
            return std::future::pending().await;
        }
        let mut failed: Option<Stopwatch> = None;
        loop {
            let rests = failed.as_ref().is_some_and(|since| since.elapsed() < AGAIN_AFTER);
            if !rests && self.is_backup_due(interval) {
                let archive = self.clone();
                let result = tokio::task::spawn_blocking(move || archive.backup()).await;
                failed = (!matches!(result, Ok(Ok(_)))).then(Stopwatch::start);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// By what lies in the folder, so that a restart does not put it off, and a copy that somebody removed is made again.
    fn is_backup_due(&self, interval: Duration) -> bool {
        let Some(folder) = &self.0.backups.folder else { return false };
        let newest = backups_in(folder).ok().and_then(|found| found.into_iter().rev().find_map(|backup| backup.manifest.ok()));
        let age = |manifest: BackupManifest| self.0.clock.now().seconds().saturating_sub(manifest.made.seconds());
        // One from the future was made by a clock that was wrong.
        newest.map(age).is_none_or(|age| age < 0 || age.unsigned_abs() >= interval.as_secs())
    }

    /// Makes a backup of an archive that nobody has open. Needs no keys.
    pub fn backup_stopped(
        settings: &StoreSettings,
        folder: &Path,
        clock: &Clock,
        observer: &Observer,
    ) -> Result<BackupDone, BackupFailure> {
        let result = make_stopped(settings, folder, clock);
        report(&result, observer);
        result
    }
}

fn report(result: &Result<BackupDone, BackupFailure>, observer: &Observer) {
    match result {
        Ok(done) => {
            for file in &done.damaged_earlier {
                tracing::error!(file = %file.display(), "a file of an earlier backup is damaged; the new backup has a good copy of it");
            }
            observer.emit(&BackupMade {
                group: done.group,
                made: done.made,
                bytes: done.bytes,
                copied_bytes: done.copied_bytes,
                damaged_earlier: done.damaged_earlier.len(),
                duration: done.duration,
            });
        }
        Err(failure) => {
            tracing::error!(%failure, "no backup was made; the archive is as it was");
            observer.emit(&BackupFailed { reason: failure.word() });
        }
    }
}

fn make(inner: &Arc<Inner>, folder: &Path) -> Result<BackupDone, BackupFailure> {
    let watch = Stopwatch::start();
    let place = BackupPlace::open(folder, inner.store.archive_id(), Arc::clone(inner.store.faults()))?;
    // What a checkpoint holds fast cannot be freed by compaction; without room there is none to be lost.
    inner.gate.check()?;
    inner.check_space()?;
    inner.store.flush().map_err(ArchiveError::from)?;
    let (reply, answer) = oneshot::channel();
    inner.queue.blocking_send(Job::Checkpoint(reply)).map_err(|_| ArchiveError::Busy)?;
    let held = answer.blocking_recv().map_err(|_| ArchiveError::Latched)??;
    let gate = Arc::clone(&inner.gate);
    copy(place, &inner.store, held, &inner.clock, &watch, &move || gate.is_ending())
}

fn make_stopped(settings: &StoreSettings, folder: &Path, clock: &Clock) -> Result<BackupDone, BackupFailure> {
    let watch = Stopwatch::start();
    let (store, _, report) = Store::open(settings).map_err(StartError::from)?;
    let found = recovery::load(&store)?;
    recovery::check_anchor(&store, &found, &report.anchor)?;
    let place = BackupPlace::open(folder, store.archive_id(), Arc::clone(store.faults()))?;
    let through = clock.now().max(found.time);
    let mut transaction = store.transaction();
    set_time(&mut transaction, through).and_then(|()| transaction.commit()).map_err(ArchiveError::from)?;
    let checkpoint = store.checkpoint().map_err(ArchiveError::from)?;
    let held = Checkpointed { checkpoint, group: found.group, through };
    copy(place, &store, held, clock, &watch, &|| false)
}

fn copy(
    place: BackupPlace,
    store: &Store,
    held: Checkpointed,
    clock: &Clock,
    watch: &Stopwatch,
    stop: &dyn Fn() -> bool,
) -> Result<BackupDone, BackupFailure> {
    let Checkpointed { checkpoint, group, through } = held;
    let draft = place.copy(store, &checkpoint, stop)?;
    // From here on the database may free what it does not need any more.
    drop(checkpoint);
    let heads = heads_of(&draft, group)?;
    let made = clock.now();
    let manifest = BackupManifest { archive: store.archive_id(), group, through, made, heads, files: draft.files().to_vec() };
    let sizes = draft.sizes().clone();
    let folder = draft.finish(&manifest)?;
    Ok(BackupDone {
        group,
        through,
        made,
        bytes: manifest.bytes(),
        copied_bytes: sizes.copied_bytes,
        damaged_earlier: sizes.damaged_earlier,
        beside_the_data: on_one_file_system(&folder, store.data()),
        duration: watch.elapsed(),
        folder,
    })
}

/// Opens the copy as a restored archive would be opened, and asks its ledgers how long they are: what is written into the manifest is
/// what is there.
fn heads_of(draft: &Draft, group: GroupNumber) -> Result<Vec<AnchoredHead>, StartError> {
    let data = draft.folder().to_owned();
    let settings = StoreSettings {
        anchor: data.join("no-anchor"),
        data,
        checkpoints: None,
        threads: 1,
        cache_bytes: CACHE_BYTES,
        faults: Arc::new(NoFaults),
    };
    let (copy, _) = Store::open_read_only(&settings)?;
    let found = recovery::load(&copy)?;
    if found.group != group {
        let why = format!("the copy ends with commit group {}, the checkpoint with {}", found.group.0, group.0);
        return Err(StartError::Check(why));
    }
    Ok(found.heads().into_values().collect())
}

fn on_one_file_system(folder: &Path, data: &Path) -> bool {
    let device = |path: &Path| path.metadata().map(|found| found.dev()).ok();
    device(folder).is_some() && device(folder) == device(data)
}

impl From<OpenError> for BackupFailure {
    fn from(error: OpenError) -> Self {
        Self::Copy(error.into())
    }
}

//! The one writer: a thread that drains the queue, builds groups and commits them.
//!
//! Ownership: the logs, the group number and the time belong to this thread alone. They advance only after a commit has succeeded;
//! after one that has not, they are read again from the database, or the archive latches.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::accesses::Accessed;
use super::failure::{ArchiveError, Gate};
use super::group::{self, Before, BuildError, Decided, Group, set_time};
use super::job::{AccessJob, Checkpointed, CosignedJob, Job, RefreshJob, StageJob, Submission};
use super::numbers::Seqs;
use super::publisher::{Answer, GrownLog, Publication};
use super::recovery;
use super::retention::refresh_step;
use super::retention_view::{CatalogueCache, Moment};
use super::time::{LastSaved, Timekeeper};
use super::view::CaseCache;
use crate::clock::{self, Stopwatch};
use crate::keys::Keyring;
use crate::ledger::LogState;
use crate::limits::{GROUP_BYTES_MAX, GROUP_COMMANDS_MAX};
use crate::model::{ContentSeq, GroupNumber, Timestamp, VaultId};
use crate::observe::{Check, CommitFailed, DiskFull, DiskRecovered, GroupCommitted, Observer};
use crate::policy::invariants;
use crate::store::key::LogKey;
use crate::store::{Store, StoreError};

/// How often a full file system is looked at again.
const FULL_POLL: Duration = Duration::from_millis(200);
/// Attempts to retire a write-ahead log that a failed write may have touched, one per [`FULL_POLL`].
const RETIRE_ATTEMPTS_MAX: u32 = 25;

/// The state of the writer.
pub(super) struct Committer {
    pub(super) store: Arc<Store>,
    pub(super) gate: Arc<Gate>,
    pub(super) seqs: Arc<Seqs>,
    pub(super) timekeeper: Arc<Timekeeper>,
    pub(super) last_saved: LastSaved,
    pub(super) observer: Observer,
    pub(super) free_bytes_floor: u64,
    pub(super) publications: std::sync::mpsc::SyncSender<Publication>,
    pub(super) cache: CaseCache,
    pub(super) catalogues: CatalogueCache,
    pub(super) vaults: HashSet<VaultId>,
    /// Documents in each vault.
    pub(super) held: HashMap<VaultId, u64>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) gate_passed: Arc<AtomicBool>,
    pub(super) logs: BTreeMap<LogKey, LogState>,
    pub(super) group: GroupNumber,
    pub(super) time: Timestamp,
}

/// Why the committer cannot go on as if nothing had happened.
enum Trouble {
    /// No room. Whatever the failed write left behind must be made harmless first.
    NoSpace(String),
    /// Unknown, and only a restart can tell.
    Unknown(&'static str, String),
}

impl From<BuildError> for Trouble {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Store(error) => error.into(),
            BuildError::Append(error) => Self::Unknown("the ledger could not be extended", error.to_string()),
            BuildError::Violation(error) => Self::Unknown("an invariant does not hold", error.to_string()),
            BuildError::NoWarrant(error) => Self::Unknown("an invariant does not hold", error.to_string()),
            BuildError::FactViolation(error) => Self::Unknown("an invariant does not hold", error.to_string()),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSpace(text) => Self::NoSpace(text),
            other => Self::Unknown("storage failed during a commit", other.to_string()),
        }
    }
}

impl Committer {
    /// Works until every sender is gone or the archive latches.
    pub(super) fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.blocking_recv() {
            let drained = Drained::collect(first, &mut jobs);
            self.observer.metrics().set_queue_commands(jobs.len());
            if let Err(trouble) = self.work(drained)
                && !self.survive(trouble, &mut jobs)
            {
                break;
            }
        }
        if self.gate.check_latched().is_ok() && self.group.0 > 0 {
            self.last_saved = LastSaved::default();
            // What this loses is at most a minute of the protected clock, and only if the machine is started anew.
            let _ = self.save_clock();
        }
        // Whoever still waits learns that nothing is known: the reply channels close with the queue.
        jobs.close();
    }

    fn work(&mut self, drained: Drained) -> Result<(), Trouble> {
        let Drained { submissions, accesses, stages, discards, barriers, refreshes, cosigned, checkpoints, save_clock } = drained;
        if let Err(trouble) = self.stage(stages) {
            return Err(self.fail(submissions, accesses, trouble));
        }
        if !submissions.is_empty() || !accesses.is_empty() {
            self.commit(submissions, accesses)?;
        }
        // Whoever gives frames up does so behind staging or committing them, so in one round the giving up comes last: before it,
        // frames would arrive that nobody looks for any more, or a document would be committed whose frames are gone.
        self.abandon(&discards);
        self.refresh(refreshes)?;
        self.keep_cosigned(cosigned)?;
        if save_clock {
            self.save_clock()?;
        }
        self.hold_fast(checkpoints)?;
        if barriers.is_empty() { Ok(()) } else { self.send(Publication { barriers, ..Publication::empty(self.group, self.time) }) }
    }

    fn stage(&mut self, stages: Vec<StageJob>) -> Result<(), Trouble> {
        let mut files = Vec::with_capacity(stages.len());
        let result = stages.iter().try_for_each(|job| {
            let frames = (job.first..).zip(&job.frames).map(|(index, frame)| (job.seq, index, frame));
            files.push(self.store.build_bulk(frames)?);
            Ok(())
        });
        let result = result.and_then(|()| if files.is_empty() { Ok(()) } else { self.store.ingest_bulk(files) });
        if let Err(error) = &result {
            self.close_gate(&error.clone().into());
        }
        for job in stages {
            // The client may have left meanwhile; its frames are discarded when its upload is dropped.
            let _ = job.reply.send(result.clone().map_err(ArchiveError::from));
        }
        result.map_err(Trouble::from)
    }

    fn commit(&mut self, submissions: Vec<Submission>, accesses: Vec<AccessJob>) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        let moment = self.moment();
        let time = moment.recorded;
        let group = GroupNumber(self.group.0 + 1);
        let clock = self.last_saved.due(&self.timekeeper);
        let clock_saved = clock.is_some();
        let before = Before {
            store: &self.store,
            cache: &mut self.cache,
            vaults: &self.vaults,
            held: &self.held,
            // Before everything without keys is gone, a crash must lead to the same question again.
            key_epoch: self.gate_passed.load(Ordering::Acquire).then(|| self.keyring.epoch()),
            logs: &self.logs,
            seqs: &self.seqs,
            catalogues: &mut self.catalogues,
            group,
            moment,
            clock,
        };
        let built = match group::build(before, &submissions, &accesses) {
            Ok(built) => built,
            Err(error) => return Err(self.fail(submissions, accesses, error.into())),
        };
        if built.events == 0 {
            answer_accesses(accesses, &Ok(()));
            // Nothing changes, but the answers must not overtake those of groups whose anchor is still being written.
            return self.publish(Vec::new(), Vec::new(), built.decided, submissions);
        }
        let Group { transaction, decided, grown, bulk, confirmed, new_vaults, events: _, mut accessed, held, gone, ended } = built;
        let staged: Vec<ContentSeq> = bulk.iter().map(|(seq, _)| *seq).collect();
        let sync = Stopwatch::start();
        let result = invariants::time_does_not_go_back(self.time, time)
            .map_err(|violation| Trouble::from(BuildError::from(violation)))
            .and_then(|()| Ok(ingest(&self.store, &bulk, &submissions)?))
            .and_then(|()| Ok(transaction.commit()?));
        let sync_duration = sync.elapsed();
        if let Err(trouble) = result {
            self.abandon(&staged);
            return Err(self.fail(submissions, accesses, trouble));
        }
        // From here on the group has happened: a crash loses only the answers, and repeating the requests gives them.
        // Readers get no receipt, so they need not wait for anchor and signature.
        answer_accesses(accesses, &Ok(()));
        confirmed.into_iter().for_each(|seq| self.seqs.settle(seq));
        (self.group, self.time) = (group, time);
        self.timekeeper.record(time);
        if clock_saved {
            self.last_saved.committed();
        }
        self.vaults.extend(new_vaults);
        self.held.extend(held);
        for (vault, case) in gone {
            self.cache.forget(vault, &[case]);
        }
        let mut logs = Vec::with_capacity(grown.len());
        for (log, appended) in grown {
            let accessed = accessed.remove(&log).map(Accessed::into_leaves).unwrap_or_default();
            logs.push(GrownLog { log, state: appended.next.clone(), proofs: appended.proofs, accessed });
            self.logs.insert(log, appended.next);
        }
        for log in &ended {
            self.logs.remove(log);
        }
        let (commands, bytes) = (submissions.len(), submissions.iter().map(|submission| submission.frame_bytes() as u64).sum());
        let duration = watch.elapsed();
        self.observer.emit(&GroupCommitted { group, commands, bytes, duration, sync_duration });
        self.publish(logs, ended, decided, submissions)
    }

    /// Stores the state of the protected clock, if no group has done so lately.
    fn save_clock(&mut self) -> Result<(), Trouble> {
        let _ = self.moment();
        let Some(state) = self.last_saved.due(&self.timekeeper) else { return Ok(()) };
        let mut transaction = self.store.transaction();
        transaction.set_clock(state).and_then(|()| transaction.commit()).inspect_err(|error| self.close_gate(&error.clone().into()))?;
        self.last_saved.committed();
        Ok(())
    }

    /// Recomputes some dates. Behind the group of the same round, so that an adoption in it is seen.
    fn refresh(&mut self, jobs: Vec<RefreshJob>) -> Result<(), Trouble> {
        for job in jobs {
            let moment = self.moment();
            let result = refresh_step(&self.store, &mut self.catalogues, moment, job.vault);
            if let Err(error) = &result {
                self.close_gate(&error.clone().into());
            }
            // Whoever asked may have gone; the next one begins where this one has come to.
            let _ = job.reply.send(result.clone().map_err(ArchiveError::from));
            result?;
        }
        Ok(())
    }

    /// Keeps what witnesses have cosigned. It concerns no ledger and waits for nobody's anchor.
    fn keep_cosigned(&mut self, jobs: Vec<CosignedJob>) -> Result<(), Trouble> {
        for CosignedJob { notes, reply } in jobs {
            let mut transaction = self.store.transaction();
            let set = notes.iter().try_for_each(|(log, note)| transaction.set_cosigned(*log, note));
            let result = set.and_then(|()| transaction.commit()).inspect_err(|error| self.close_gate(&error.clone().into()));
            let _ = reply.send(result.clone().map_err(ArchiveError::from));
            result?;
        }
        Ok(())
    }

    /// Holds the database fast for backups. Here, because a write under way would leave a torn record in the copy.
    fn hold_fast(&mut self, jobs: Vec<oneshot::Sender<Result<Checkpointed, ArchiveError>>>) -> Result<(), Trouble> {
        for reply in jobs {
            // Stored, so that nothing is recorded before this time any more, even if the wall clock is set back: what the backup calls
            // complete stays so.
            let through = self.moment().recorded;
            let mut transaction = self.store.transaction();
            set_time(&mut transaction, through)
                .and_then(|()| transaction.commit())
                .inspect_err(|error| self.close_gate(&error.clone().into()))?;
            self.time = through;
            // A checkpoint that fails leaves the database as it was: that is the backup's trouble, not the archive's.
            let held = self.store.checkpoint().map(|checkpoint| Checkpointed { checkpoint, group: self.group, through });
            let _ = reply.send(held.map_err(ArchiveError::from));
        }
        Ok(())
    }

    /// What time it is for one group.
    fn moment(&self) -> Moment {
        let now = self.timekeeper.now();
        Moment { recorded: now.wall.max(self.time), ..now }
    }

    /// Hands the group to the publisher, which writes the anchor, signs, and answers.
    fn publish(
        &mut self,
        logs: Vec<GrownLog>,
        ended: Vec<LogKey>,
        decided: Vec<Decided>,
        submissions: Vec<Submission>,
    ) -> Result<(), Trouble> {
        let answers =
            decided.into_iter().zip(submissions).map(|(decided, submission)| Answer { decided, reply: submission.reply }).collect();
        self.send(Publication { logs, ended, answers, ..Publication::empty(self.group, self.time) })
    }

    fn send(&self, publication: Publication) -> Result<(), Trouble> {
        self.publications
            .send(publication)
            .map_err(|_| Trouble::Unknown("the publisher has ended", "no receiver for a committed group".to_owned()))
    }

    /// Tells everybody in a failed group, and passes the trouble on.
    fn fail(&self, submissions: Vec<Submission>, accesses: Vec<AccessJob>, trouble: Trouble) -> Trouble {
        self.close_gate(&trouble);
        let error = match &trouble {
            Trouble::NoSpace(_) => ArchiveError::Full,
            Trouble::Unknown(..) => ArchiveError::OutcomeUnknown,
        };
        for submission in submissions {
            let _ = submission.reply.send(Err(error.clone()));
        }
        answer_accesses(accesses, &Err(error));
        trouble
    }

    /// Closes the gate before anybody hears of the trouble, so that whoever has heard of it finds it closed.
    fn close_gate(&self, trouble: &Trouble) {
        match trouble {
            Trouble::NoSpace(_) => self.gate.set_full(true),
            Trouble::Unknown(reason, _) => self.gate.latch(reason, &self.observer),
        }
    }

    /// Frames that were ingested for a group that did not commit belong to nobody. What cannot be removed now stays marked as
    /// staged, so that the next start finds it.
    fn abandon(&self, staged: &[ContentSeq]) {
        for seq in staged {
            if self.store.discard_staged(*seq).is_ok() {
                self.seqs.settle(*seq);
            }
        }
    }

    /// Deals with trouble; answers whether the committer can go on.
    fn survive(&mut self, trouble: Trouble, jobs: &mut mpsc::Receiver<Job>) -> bool {
        match trouble {
            Trouble::NoSpace(why) => {
                tracing::warn!(why, "no space for a commit");
                self.observer.emit(&CommitFailed { step: "no_space", outcome_known: false });
                self.wait_for_space(jobs)
            }
            Trouble::Unknown(reason, why) => {
                tracing::error!(why, "a commit failed");
                self.observer.emit(&CommitFailed { step: reason, outcome_known: false });
                false
            }
        }
    }

    /// Refuses everything until there is room, then makes sure that the failed write can never come back, and reads the state
    /// anew from the database: the same way as a start.
    fn wait_for_space(&mut self, jobs: &mut mpsc::Receiver<Job>) -> bool {
        self.observer.health().not_ready(Check::Disk, "the file system is full");
        self.observer.emit(&DiskFull { free_bytes: self.store.free_bytes().unwrap_or(0) });
        let suspect = self.store.current_log();
        let mut attempts = 0;
        loop {
            refuse_waiting(jobs);
            if jobs.is_closed() && jobs.is_empty() {
                return false;
            }
            clock::pause(FULL_POLL);
            if self.store.free_bytes().unwrap_or(0) < self.free_bytes_floor {
                continue;
            }
            match suspect.clone().and_then(|suspect| self.store.retire_logs_up_to(suspect)) {
                Ok(true) if self.reload() => break,
                // Still full: whoever makes room decides when this ends.
                Err(StoreError::NoSpace(_)) => continue,
                Ok(_) | Err(_) => attempts += 1,
            }
            if attempts >= RETIRE_ATTEMPTS_MAX {
                self.gate.latch("a failed write could not be made harmless", &self.observer);
                return false;
            }
        }
        self.gate.set_full(false);
        self.observer.health().ready(Check::Disk);
        self.observer.emit(&DiskRecovered { free_bytes: self.store.free_bytes().unwrap_or(0) });
        true
    }

    /// Takes the state from the database, where a group may have arrived although it was reported as failed.
    fn reload(&mut self) -> bool {
        let Ok(found) = recovery::load(&self.store) else {
            return false;
        };
        if self.publish_arrived(&found).is_err() {
            return false;
        }
        self.cache = CaseCache::default();
        (self.vaults, self.logs, self.group, self.time, self.held) = (found.vaults, found.logs, found.group, found.time, found.held);
        true
    }

    /// A group that arrived although it was reported as failed needs an anchor and a signature as well: whoever repeats his request
    /// gets a receipt from it.
    fn publish_arrived(&self, found: &recovery::Found) -> Result<(), Trouble> {
        let size_before = |log| self.logs.get(log).map(LogState::size);
        let arrived = found.logs.iter().filter(|(log, state)| size_before(log) != Some(state.size()));
        let arrived: Vec<(LogKey, LogState)> = arrived.map(|(log, state)| (*log, state.clone())).collect();
        if arrived.is_empty() {
            return Ok(());
        }
        self.send(Publication { found: arrived, ..Publication::empty(found.group, found.time) })
    }
}

/// Writes and ingests the file of a bulk group.
fn ingest(store: &Store, bulk: &[(ContentSeq, usize)], submissions: &[Submission]) -> Result<(), StoreError> {
    if bulk.is_empty() {
        return Ok(());
    }
    let frames = bulk.iter().flat_map(|(seq, position)| {
        let frames: &[Bytes] = &submissions[*position].frames;
        (0u32..).zip(frames).map(move |(index, frame)| (*seq, index, frame))
    });
    store.ingest_bulk(vec![store.build_bulk(frames)?])
}

fn answer_accesses(jobs: Vec<AccessJob>, result: &Result<(), ArchiveError>) {
    for job in jobs {
        let _ = job.reply.send(result.clone());
    }
}

fn refuse_waiting(jobs: &mut mpsc::Receiver<Job>) {
    while let Ok(job) = jobs.try_recv() {
        match job {
            Job::Command(submission) => drop(submission.reply.send(Err(ArchiveError::Full))),
            Job::Access(job) => drop(job.reply.send(Err(ArchiveError::Full))),
            Job::Stage(stage) => drop(stage.reply.send(Err(ArchiveError::Full))),
            // The seq stays marked as staged; the next start removes its frames.
            Job::Discard(_) => {}
            Job::Barrier(reply) => drop(reply),
            Job::Refresh(job) => drop(job),
            Job::Checkpoint(reply) => drop(reply.send(Err(ArchiveError::Full))),
            Job::Cosigned(job) => drop(job.reply.send(Err(ArchiveError::Full))),
            Job::SaveClock => {}
        }
    }
}

/// What was taken from the queue for one round.
struct Drained {
    submissions: Vec<Submission>,
    accesses: Vec<AccessJob>,
    stages: Vec<StageJob>,
    discards: Vec<ContentSeq>,
    barriers: Vec<oneshot::Sender<()>>,
    refreshes: Vec<RefreshJob>,
    cosigned: Vec<CosignedJob>,
    checkpoints: Vec<oneshot::Sender<Result<Checkpointed, ArchiveError>>>,
    save_clock: bool,
}

impl Drained {
    /// Takes what waits, without waiting for more: an idle archive answers at once, a busy one groups by itself.
    fn collect(first: Job, jobs: &mut mpsc::Receiver<Job>) -> Self {
        let mut drained = Self {
            submissions: Vec::new(),
            accesses: Vec::new(),
            stages: Vec::new(),
            discards: Vec::new(),
            barriers: Vec::new(),
            refreshes: Vec::new(),
            cosigned: Vec::new(),
            checkpoints: Vec::new(),
            save_clock: false,
        };
        let mut bytes = drained.take(first);
        while drained.submissions.len() + drained.stages.len() < GROUP_COMMANDS_MAX && bytes < GROUP_BYTES_MAX {
            let Ok(job) = jobs.try_recv() else {
                break;
            };
            bytes += drained.take(job);
        }
        drained
    }

    fn take(&mut self, job: Job) -> usize {
        match job {
            Job::Command(submission) => {
                let bytes = submission.frame_bytes();
                self.submissions.push(*submission);
                bytes
            }
            Job::Access(job) => {
                self.accesses.push(job);
                0
            }
            Job::Stage(stage) => {
                let bytes = stage.frames.iter().map(Bytes::len).sum();
                self.stages.push(stage);
                bytes
            }
            Job::Discard(seq) => {
                self.discards.push(seq);
                0
            }
            Job::Barrier(reply) => {
                self.barriers.push(reply);
                0
            }
            Job::Refresh(job) => {
                self.refreshes.push(job);
                0
            }
            Job::Cosigned(job) => {
                self.cosigned.push(job);
                0
            }
            Job::Checkpoint(reply) => {
                self.checkpoints.push(reply);
                0
            }
            Job::SaveClock => {
                self.save_clock = true;
                0
            }
        }
    }
}

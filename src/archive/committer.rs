//! The one writer: a thread that drains the queue, builds groups and commits them.
//!
//! Ownership: the logs, the group number and the time belong to this thread alone. They advance only after a commit has succeeded;
//! after one that has not, they are read again from the database, or the archive latches.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::accesses::Accessed;
use super::bulk::{Batch, Built, Gathering};
use super::failure::{ArchiveError, Gate};
use super::group::{self, Before, BuildError, Decided, Group, set_time};
use super::job::{AccessJob, Checkpointed, CosignedJob, Job, RefreshJob, Submission};
use super::numbers::Seqs;
use super::publisher::{Answer, GrownLog, Publication};
use super::recovery;
use super::retention::refresh_step;
use super::retention_view::{CatalogueCache, Moment};
use super::round::Round;
use super::time::{LastSaved, Timekeeper};
use super::view::CaseCache;
use crate::clock::{self, Stopwatch};
use crate::keys::Keyring;
use crate::ledger::LogState;
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
    /// Content on its way into files.
    pub(super) bulk: Gathering,
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
            let round = Round::collect(first, &mut jobs);
            self.observer.metrics().set_queue_commands(jobs.len());
            if let Err(trouble) = self.work(round)
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

    fn work(&mut self, round: Round) -> Result<(), Trouble> {
        let Round { submissions, accesses, stages, built, discards, barriers, refreshes, cosigned, checkpoints, save_clock } = round;
        if built.is_some() {
            self.bulk.came_back();
        }
        // First the next files, so that they are written while this round is committed.
        let mut submissions = self.bulk.take_in(stages, submissions);
        if let Err(error) = self.bulk.hand_over(&self.seqs) {
            let trouble = Trouble::Unknown("content cannot be written", error.to_string());
            return Err(self.fail(submissions, accesses, trouble));
        }
        let mut staged = Vec::new();
        if let Some(built) = built {
            staged.extend(built.batch.document_seqs());
            if let Err(error) = self.ingest(*built, &mut submissions) {
                self.abandon(&staged);
                return Err(self.fail(submissions, accesses, error.into()));
            }
        }
        if !submissions.is_empty() || !accesses.is_empty() {
            self.commit(submissions, accesses, staged)?;
        }
        // Whoever gives frames up does so behind staging or committing them, so in one round the giving up comes last: before it,
        // frames would arrive that nobody looks for any more, or a document would be committed whose frames are gone.
        let given_up = self.bulk.give_up(discards);
        self.abandon(&given_up);
        self.refresh(refreshes)?;
        self.keep_cosigned(cosigned)?;
        if save_clock {
            self.save_clock()?;
        }
        self.hold_fast(checkpoints)?;
        if barriers.is_empty() { Ok(()) } else { self.send(Publication { barriers, ..Publication::empty(self.group, self.time) }) }
    }

    /// Hands finished files to the database, and the documents in them to `submissions`, to be committed.
    fn ingest(&self, built: Built, submissions: &mut Vec<Submission>) -> Result<(), StoreError> {
        let Built { batch: Batch { pieces, documents }, files } = built;
        let result = files.and_then(|files| self.store.ingest_bulk(files));
        if let Err(error) = &result {
            self.close_gate(&error.clone().into());
        }
        for piece in pieces {
            // The client may have left meanwhile; its frames are discarded when its upload is dropped.
            let _ = piece.reply.send(result.clone().map_err(ArchiveError::from));
        }
        submissions.extend(documents);
        result
    }

    /// Commits one group. Under the seqs in `staged` lie the frames of documents in it.
    fn commit(&mut self, submissions: Vec<Submission>, accesses: Vec<AccessJob>, mut staged: Vec<ContentSeq>) -> Result<(), Trouble> {
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
            Err(error) => {
                self.abandon(&staged);
                return Err(self.fail(submissions, accesses, error.into()));
            }
        };
        if built.events == 0 {
            self.abandon(&staged);
            answer_accesses(accesses, &Ok(()));
            // Nothing changes, but the answers must not overtake those of groups whose anchor is still being written.
            return self.publish(Vec::new(), Vec::new(), built.decided, submissions);
        }
        let Group { transaction, decided, grown, confirmed, new_vaults, events: _, mut accessed, held, gone, ended } = built;
        let sync = Stopwatch::start();
        let result = invariants::time_does_not_go_back(self.time, time)
            .map_err(|violation| Trouble::from(BuildError::from(violation)))
            .and_then(|()| Ok(transaction.commit()?));
        let sync_duration = sync.elapsed();
        if let Err(trouble) = result {
            self.abandon(&staged);
            return Err(self.fail(submissions, accesses, trouble));
        }
        // From here on the group has happened: a crash loses only the answers, and repeating the requests gives them.
        // Readers get no receipt, so they need not wait for anchor and signature.
        answer_accesses(accesses, &Ok(()));
        let confirmed: HashSet<ContentSeq> = confirmed.into_iter().collect();
        confirmed.iter().for_each(|seq| self.seqs.settle(*seq));
        staged.retain(|seq| !confirmed.contains(seq));
        // Of documents that were refused, or were there already.
        self.abandon(&staged);
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
            self.refuse_waiting(jobs);
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

    fn refuse_waiting(&mut self, jobs: &mut mpsc::Receiver<Job>) {
        let waiting = self.bulk.take_waiting();
        self.refuse_batch(waiting);
        while let Ok(job) = jobs.try_recv() {
            match job {
                Job::Command(submission) => drop(submission.reply.send(Err(ArchiveError::Full))),
                Job::Access(job) => drop(job.reply.send(Err(ArchiveError::Full))),
                Job::Stage(stage) => drop(stage.reply.send(Err(ArchiveError::Full))),
                Job::Built(built) => {
                    self.bulk.came_back();
                    // The database has never heard of these files, which are removed here.
                    built.batch.document_seqs().for_each(|seq| self.seqs.settle(seq));
                    self.refuse_batch(built.batch);
                }
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

    fn refuse_batch(&self, batch: Batch) {
        for piece in batch.pieces {
            let _ = piece.reply.send(Err(ArchiveError::Full));
        }
        for submission in batch.documents {
            let _ = submission.reply.send(Err(ArchiveError::Full));
        }
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

fn answer_accesses(jobs: Vec<AccessJob>, result: &Result<(), ArchiveError>) {
    for job in jobs {
        let _ = job.reply.send(result.clone());
    }
}

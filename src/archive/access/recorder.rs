//! The thread that gathers accesses into commit groups, and keeps them while the disk is full.
//!
//! One group is under way at a time; what comes meanwhile makes the next one. Under load groups are at least
//! [`ACCESS_GROUP_MILLISECONDS`] apart, so that thousands of readings a second cost a hundred commits; whoever reads alone does not wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::archive::ArchiveError;
use crate::archive::failure::Gate;
use crate::archive::job::{AccessJob, Job, PreparedAccess};
use crate::clock::{self, Stopwatch};
use crate::limits::{ACCESS_GROUP_MAX, ACCESS_GROUP_MILLISECONDS, ACCESS_RESERVE_MAX};
use crate::observe::{AccessesDropped, AccessesKept, AccessesRecorded, Observer};

/// Accesses in the last group from which on the next one is gathered for a while.
const BUSY_ACCESSES: usize = 16;
/// How often a reserve is tried again.
const RESERVE_POLL: Duration = Duration::from_millis(50);

/// An access on its way.
pub(in crate::archive) struct Recording {
    pub(in crate::archive) access: Arc<PreparedAccess>,
    /// Whoever waits.
    pub(in crate::archive) reply: Option<oneshot::Sender<Result<(), ArchiveError>>>,
}

/// The state of the thread.
pub(in crate::archive) struct Recorder {
    queue: mpsc::Sender<Job>,
    gate: Arc<Gate>,
    observer: Observer,
    /// Records that found the disk full. Who read was let through, so they are committed before anything newer.
    reserve: Vec<Arc<PreparedAccess>>,
    /// How many those are, for others.
    kept: Arc<AtomicUsize>,
    last_group: usize,
    since_last: Stopwatch,
}

impl Recorder {
    pub(in crate::archive) fn new(queue: mpsc::Sender<Job>, gate: Arc<Gate>, observer: Observer, kept: Arc<AtomicUsize>) -> Self {
        Self { queue, gate, observer, reserve: Vec::new(), kept, last_group: 0, since_last: Stopwatch::start() }
    }

    /// Works until nobody can record any more.
    pub(in crate::archive) fn run(mut self, mut accesses: mpsc::Receiver<Recording>) {
        while let Some(group) = self.gather(&mut accesses) {
            self.record(group);
        }
        self.commit_reserve();
        if !self.reserve.is_empty() {
            let lost = self.reserve.len();
            tracing::error!(lost, "accesses were not recorded, because the archive stopped while its disk was full");
            (0..lost).for_each(|_| self.observer.emit(&AccessesDropped { reason: "stopped" }));
        }
    }

    /// The next group; empty if only the reserve is to be tried again, `None` at the end.
    fn gather(&mut self, accesses: &mut mpsc::Receiver<Recording>) -> Option<Vec<Recording>> {
        let mut group = Vec::new();
        if self.reserve.is_empty() {
            group.push(accesses.blocking_recv()?);
            if self.last_group >= BUSY_ACCESSES {
                clock::pause(Duration::from_millis(ACCESS_GROUP_MILLISECONDS).saturating_sub(self.since_last.elapsed()));
            }
        } else {
            clock::pause(RESERVE_POLL);
        }
        while group.len() < ACCESS_GROUP_MAX {
            match accesses.try_recv() {
                Ok(recording) => group.push(recording),
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) if group.is_empty() => return None,
                Err(mpsc::error::TryRecvError::Disconnected) => break,
            }
        }
        Some(group)
    }

    fn record(&mut self, group: Vec<Recording>) {
        self.commit_reserve();
        if group.is_empty() {
            return;
        }
        let (accesses, replies): (Vec<_>, Vec<_>) = group.into_iter().map(|recording| (recording.access, recording.reply)).unzip();
        // What is new must not overtake what waits: the ledger has the order of time.
        let result = if self.reserve.is_empty() { self.commit(&accesses, false) } else { Err(ArchiveError::Full) };
        let results = match result {
            Err(ArchiveError::Full) => self.keep(accesses),
            other => vec![other; replies.len()],
        };
        for (reply, result) in replies.into_iter().zip(results) {
            // Whoever waited may have left; the record stays.
            let _ = reply.map(|reply| reply.send(result));
        }
    }

    /// Keeps records until there is room, as far as the reserve reaches. Who is refused is shown nothing.
    fn keep(&mut self, accesses: Vec<Arc<PreparedAccess>>) -> Vec<Result<(), ArchiveError>> {
        let mut results = Vec::with_capacity(accesses.len());
        for access in accesses {
            let fits = self.reserve.len() < ACCESS_RESERVE_MAX;
            if fits {
                self.reserve.push(access);
            }
            results.push(if fits { Ok(()) } else { Err(ArchiveError::Full) });
        }
        self.tell_kept();
        results
    }

    /// Commits what waits, once there is room. A group that was reported as failed may have arrived all the same, so the writer looks.
    fn commit_reserve(&mut self) {
        while !self.reserve.is_empty() && !self.gate.is_full() {
            let first: Vec<_> = self.reserve.iter().take(ACCESS_GROUP_MAX).cloned().collect();
            match self.commit(&first, true) {
                Ok(()) => drop(self.reserve.drain(..first.len())),
                Err(_) => break,
            }
            self.tell_kept();
        }
    }

    fn tell_kept(&self) {
        self.kept.store(self.reserve.len(), Ordering::Release);
        self.observer.emit(&AccessesKept { waiting: self.reserve.len() });
    }

    fn commit(&mut self, accesses: &[Arc<PreparedAccess>], again: bool) -> Result<(), ArchiveError> {
        if self.gate.is_full() {
            return Err(ArchiveError::Full);
        }
        let watch = Stopwatch::start();
        let (reply, answer) = oneshot::channel();
        let job = Job::Access(AccessJob { accesses: accesses.to_vec(), again, reply });
        self.queue.blocking_send(job).map_err(|_| ArchiveError::Latched)?;
        let result = answer.blocking_recv().unwrap_or(Err(ArchiveError::OutcomeUnknown));
        (self.last_group, self.since_last) = (accesses.len(), Stopwatch::start());
        if result.is_ok() {
            self.observer.emit(&AccessesRecorded { accesses: accesses.len(), duration: watch.elapsed() });
        }
        result
    }
}

//! What the committer takes from its queue at a time.

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::ArchiveError;
use super::bulk::Built;
use super::job::{AccessJob, Checkpointed, CosignedJob, Job, RefreshJob, StageJob, Submission};
use crate::limits::{GROUP_BYTES_MAX, GROUP_COMMANDS_MAX};
use crate::model::ContentSeq;

/// The jobs of one round, by kind.
#[derive(Default)]
pub(super) struct Round {
    pub(super) submissions: Vec<Submission>,
    pub(super) accesses: Vec<AccessJob>,
    pub(super) stages: Vec<StageJob>,
    /// There is never more than one under way.
    pub(super) built: Option<Box<Built>>,
    pub(super) discards: Vec<ContentSeq>,
    pub(super) barriers: Vec<oneshot::Sender<()>>,
    pub(super) refreshes: Vec<RefreshJob>,
    pub(super) cosigned: Vec<CosignedJob>,
    pub(super) checkpoints: Vec<oneshot::Sender<Result<Checkpointed, ArchiveError>>>,
    pub(super) save_clock: bool,
}

impl Round {
    /// Takes what waits, without waiting for more: an idle archive answers at once, a busy one groups by itself.
    pub(super) fn collect(first: Job, jobs: &mut mpsc::Receiver<Job>) -> Self {
        let mut round = Self::default();
        let mut bytes = round.take(first);
        while round.submissions.len() + round.stages.len() < GROUP_COMMANDS_MAX && bytes < GROUP_BYTES_MAX {
            let Ok(job) = jobs.try_recv() else {
                break;
            };
            bytes += round.take(job);
        }
        round
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
            Job::Built(built) => {
                self.built = Some(built);
                0
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

//! What travels to the committer and back.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::ArchiveError;
use super::publisher::PublishedBatch;
use super::retention::Progress;
use crate::ledger::PreparedEntry;
use crate::model::destruction::GoneKeys;
use crate::model::{AccessRecord, Address, CaseNumber, Command, ContentSeq, GroupNumber, LedgerIndex, Timestamp, VaultId};
use crate::store::backup::Checkpoint;
use crate::store::key::LogKey;

/// Something for the committer to do.
pub(super) enum Job {
    /// Decide a command, and commit it if it happens.
    Command(Box<Submission>),
    /// Record accesses, all in one group.
    Access(AccessJob),
    /// Make frames of a large document readable under their seq, without referring to them.
    Stage(StageJob),
    /// Remove staged frames that will never be referred to.
    Discard(ContentSeq),
    /// Recompute some dates of a vault by the catalogue in force.
    Refresh(RefreshJob),
    /// Keep checkpoints that witnesses have cosigned.
    Cosigned(CosignedJob),
    /// Store the state of the protected clock, which an idle archive would not do otherwise.
    SaveClock,
    /// Hold the database fast as it is between two groups, so that it can be copied.
    Checkpoint(oneshot::Sender<Result<Checkpointed, ArchiveError>>),
    /// Answer when everything that was committed before is anchored.
    Barrier(oneshot::Sender<()>),
}

/// A command with everything that its event would bring.
pub(super) struct Submission {
    pub(super) command: Command,
    /// The ledger entry of the event, all but its time.
    pub(super) entry: PreparedEntry,
    /// Sealed frames that wait in memory.
    pub(super) frames: Vec<Bytes>,
    /// The keyring's statement, for a replay of destructions.
    pub(super) gone: Option<GoneKeys>,
    pub(super) reply: oneshot::Sender<Result<Outcome, ArchiveError>>,
}

impl Submission {
    pub(super) fn frame_bytes(&self) -> usize {
        self.frames.iter().map(Bytes::len).sum()
    }
}

/// Accesses to be recorded. Nothing about them is decided: whoever asks for something is recorded.
pub(super) struct AccessJob {
    pub(super) accesses: Vec<Arc<PreparedAccess>>,
    /// They were handed over before, and what was reported as failed may have arrived.
    pub(super) again: bool,
    pub(super) reply: oneshot::Sender<Result<(), ArchiveError>>,
}

/// An access with everything that its record needs, but for the time and the place in the ledger.
pub(super) struct PreparedAccess {
    pub(super) log: LogKey,
    pub(super) entry: PreparedEntry,
    pub(super) record: AccessRecord,
}

/// Frames of one document, from `first` on.
pub(super) struct StageJob {
    pub(super) seq: ContentSeq,
    pub(super) first: u32,
    pub(super) frames: Vec<Bytes>,
    pub(super) reply: oneshot::Sender<Result<(), ArchiveError>>,
}

/// Some dates to be recomputed.
pub(super) struct RefreshJob {
    pub(super) vault: VaultId,
    pub(super) reply: oneshot::Sender<Result<Progress, ArchiveError>>,
}

/// Cosigned checkpoints, each newer than the one that is kept of its log.
pub(super) struct CosignedJob {
    pub(super) notes: Vec<(LogKey, String)>,
    pub(super) reply: oneshot::Sender<Result<(), ArchiveError>>,
}

/// The database as it was between two groups.
pub(super) struct Checkpointed {
    pub(super) checkpoint: Checkpoint,
    pub(super) group: GroupNumber,
    /// Everything that was stored before this second is in it.
    pub(super) through: Timestamp,
}

/// What has come of a command. Sent only after the commit and the anchor of its group.
pub(super) enum Outcome {
    /// It has happened.
    Happened(Placed),
    /// The case exists already.
    RepeatsCase(CaseNumber),
    /// The document exists already.
    RepeatsDocument(Address),
    /// The note exists already.
    RepeatsNote(Address),
}

/// Where an event has been put, with what its receipt is made of.
pub(super) struct Placed {
    pub(super) entry: Vec<u8>,
    pub(super) index: LedgerIndex,
    pub(super) at: Timestamp,
    pub(super) batch: Arc<PublishedBatch>,
}

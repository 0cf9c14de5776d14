//! Where storage can fail, and the seam through which tests make it fail.
//!
//! A failure comes in two kinds, and the difference is what matters: what was attempted has not happened, or it has happened and
//! only the report was lost. Production runs with [`NoFaults`].

use std::fmt;
use std::sync::Arc;

use super::StoreError;

/// A step of a commit, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Writing a file of frames, before the database knows it.
    BuildBulk,
    /// Handing that file to the database.
    IngestBulk,
    /// The one synced batch.
    CommitGroup,
    /// Writing the anchor.
    WriteAnchor,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 4] = [Self::BuildBulk, Self::IngestBulk, Self::CommitGroup, Self::WriteAnchor];
}

/// How a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It did not happen.
    Lost,
    /// It happened, but is reported as failed.
    Persisted,
}

/// Why a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The device reports an error.
    Io,
    /// The file system is full.
    NoSpace,
}

/// A step of a backup, in the order in which they happen. Those from `CopyFile` to `ReadBack` come for each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BackupStep {
    /// Holding the state of the database fast.
    Checkpoint,
    /// Creating the folder of the draft.
    CreateFolder,
    /// Copying a file and syncing it.
    CopyFile,
    /// Reading a file of a backup from the disk.
    ReadBack,
    /// Giving a file of an earlier backup a second name.
    LinkFile,
    /// Writing the manifest.
    WriteManifest,
    /// Giving the draft its final name.
    Publish,
}

impl BackupStep {
    /// All steps.
    pub const ALL: [Self; 7] =
        [Self::Checkpoint, Self::CreateFolder, Self::CopyFile, Self::ReadBack, Self::LinkFile, Self::WriteManifest, Self::Publish];
}

/// Decides which steps fail.
pub trait Faults: Send + Sync + fmt::Debug {
    /// Asked once each time a step is about to be taken.
    fn at(&self, step: Step) -> Option<(Failure, Cause)>;

    /// As [`Self::at`], for a backup.
    fn at_backup(&self, _: BackupStep) -> Option<(Failure, Cause)> {
        None
    }
}

/// Nothing fails but what really fails.
#[derive(Debug, Clone, Copy)]
pub struct NoFaults;

impl Faults for NoFaults {
    fn at(&self, _: Step) -> Option<(Failure, Cause)> {
        None
    }
}

/// Takes a step, unless the faults say otherwise.
pub(crate) fn take<T>(faults: &Arc<dyn Faults>, step: Step, body: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    fail_or_take(faults.at(step), || format!("{step:?}"), body)
}

/// Takes a step of a backup, unless the faults say otherwise.
pub(crate) fn take_for_backup<T, E: From<StoreError>>(
    faults: &Arc<dyn Faults>,
    step: BackupStep,
    body: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    fail_or_take(faults.at_backup(step), || format!("{step:?}"), body)
}

fn fail_or_take<T, E: From<StoreError>>(
    fault: Option<(Failure, Cause)>,
    name: impl FnOnce() -> String,
    body: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let Some((failure, cause)) = fault else {
        return body();
    };
    if failure == Failure::Persisted {
        body()?;
    }
    let injected = format!("injected at {}, {failure:?}", name());
    Err(E::from(match cause {
        Cause::Io => StoreError::Io(injected),
        Cause::NoSpace => StoreError::NoSpace(injected),
    }))
}

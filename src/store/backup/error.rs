//! Why a backup was not made, is none, or was not restored.

use std::io;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// A failure around backups. None of them touches the archive.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Somebody else makes a backup there.
    #[error("a backup is being made in {} already", .0.display())]
    Busy(PathBuf),
    /// The archive stops, and a backup can be made again at any time.
    #[error("the backup was given up because the archive stops; nothing of it is left")]
    Stopped,
    /// The folder has backups of an archive with another id.
    #[error("{} has backups of another archive; every archive has a folder of its own", .0.display())]
    Foreign(PathBuf),
    /// A folder without a manifest, or with one that cannot be read.
    #[error("{} is no backup: {why}", folder.display())]
    NotABackup {
        /// The folder.
        folder: PathBuf,
        /// Why.
        why: String,
    },
    /// A file of a backup is not what was backed up.
    #[error("{} is not what was backed up: {why}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// Something lies where an archive should be restored to.
    #[error("{} is not empty; an archive is restored into an empty or new directory only", .0.display())]
    NotEmpty(PathBuf),
    /// There is no room.
    #[error("{}: the file system is full", .0.display())]
    NoSpace(PathBuf),
    /// The operating system reports an error.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An error of the operating system, with the file that it is about.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BackupError::NoSpace(path),
        // How the copying says that it was told to stop.
        io::ErrorKind::Interrupted => BackupError::Stopped,
        _ => BackupError::Io { path, error },
    }
}

//! What can go wrong, by what the caller has to do; and the gate that closes when nothing more may be accepted.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::keys::KeyError;
use crate::model::{Digest, Refusal};
use crate::observe::{Check, Latched, Observer};
use crate::store::anchor::AnchorError;
use crate::store::{OpenError, StoreError};

/// Why a request was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ArchiveError {
    /// A rule says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The bytes that came are not the bytes that were announced.
    #[error("the content has the SHA-256 {received}, announced was {expected}")]
    DigestMismatch {
        /// What the client announced.
        expected: Digest,
        /// What came.
        received: Digest,
    },
    /// The document is larger than any document may be.
    #[error("the document is too large")]
    TooLarge,
    /// Too much waits already, or the daemon is stopping.
    #[error("the archive is busy or stopping; send the request again")]
    Busy,
    /// The file system is full.
    #[error("the archive has no room; nothing was stored")]
    Full,
    /// An earlier commit had an unknown outcome; the process is about to end.
    #[error("the archive has stopped accepting; it must be restarted")]
    Latched,
    /// It is not known whether this very request was carried out. Sending it again gives the answer.
    #[error("it is not known whether the request was carried out; send it again with the same id")]
    OutcomeUnknown,
    /// The office's certificate cannot sign an export now. The text is for the log.
    #[error("the certificate that signs exports cannot be used: {0}; renew it, restart the daemon and read the export again")]
    ExportUnsigned(String),
    /// Something stored cannot be read back. The text is for the log.
    #[error("damaged: {0}")]
    Damaged(String),
    /// Storage failed. The text is for the log.
    #[error("storage: {0}")]
    Storage(String),
}

impl From<StoreError> for ArchiveError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSpace(_) => Self::Full,
            StoreError::Damaged(_) | StoreError::Unreadable { .. } => Self::Damaged(error.to_string()),
            StoreError::Io(_) | StoreError::WouldOverwrite(_) | StoreError::NoColumn(_) => Self::Storage(error.to_string()),
        }
    }
}

/// Why the archive was not started. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Storage did not open.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The keys did not open.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// Reading during the start-up check failed.
    #[error("the start-up check could not read the database: {0}")]
    Read(#[from] StoreError),
    /// The start-up check found something.
    #[error("the start-up check refuses: {0}. Run `aktenfest verify`; nothing was changed")]
    Check(String),
    /// A checkpoint outside the database is not continued by it.
    #[error(
        "the checkpoint {} was signed by this archive, but the database does not continue it: {why}. Put the newest data directory back; if it is \
         lost, restore a backup and go on with `aktenfest accept-restore`. Nothing was changed",
        .file.display()
    )]
    KeptCheckpoint {
        /// The file.
        file: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// A thread could not be started.
    #[error("a thread could not be started: {0}")]
    Thread(std::io::Error),
    /// Something exists where a new archive should be created.
    #[error("{} exists; nothing is ever created over an archive or its keys", .0.display())]
    Exists(PathBuf),
}

impl StartError {
    /// Whether the archive is not as it should be, so that every further start would refuse it as well until somebody has done something.
    /// It is none if somebody else has the archive, or if a disk is full or does not answer.
    pub fn is_finding(&self) -> bool {
        match self {
            Self::Store(OpenError::Exists(_) | OpenError::Locked(_) | OpenError::Io { .. }) => false,
            Self::Store(OpenError::Anchor(AnchorError::InUse(_) | AnchorError::Io { .. })) => false,
            Self::Store(OpenError::Store(error)) | Self::Read(error) => !matches!(error, StoreError::NoSpace(_) | StoreError::Io(_)),
            Self::Keys(KeyError::Io { .. } | KeyError::InUse { .. } | KeyError::AlreadyCreated { .. })
            | Self::Thread(_)
            | Self::Exists(_) => false,
            Self::Store(_) | Self::Keys(_) | Self::Check(_) | Self::KeptCheckpoint { .. } => true,
        }
    }
}

/// Closes when the archive must not accept anything: for good (latched), or until there is room again (full).
pub(super) struct Gate {
    latched: watch::Sender<Option<&'static str>>,
    full: AtomicBool,
    stopping: AtomicBool,
}

impl Gate {
    pub(super) fn open() -> Self {
        Self { latched: watch::Sender::new(None), full: AtomicBool::new(false), stopping: AtomicBool::new(false) }
    }

    /// Whether something new may come in.
    pub(super) fn check(&self) -> Result<(), ArchiveError> {
        if self.latched.borrow().is_some() {
            return Err(ArchiveError::Latched);
        }
        if self.stopping.load(Ordering::Acquire) {
            return Err(ArchiveError::Busy);
        }
        if self.full.load(Ordering::Acquire) {
            return Err(ArchiveError::Full);
        }
        Ok(())
    }

    /// Whether nothing may be written any more.
    pub(super) fn check_latched(&self) -> Result<(), ArchiveError> {
        if self.latched.borrow().is_some() { Err(ArchiveError::Latched) } else { Ok(()) }
    }

    /// Closes for good. The first reason stays.
    pub(super) fn latch(&self, reason: &'static str, observer: &Observer) {
        let first = self.latched.send_if_modified(|state| state.is_none() && state.replace(reason).is_none());
        if first {
            observer.emit(&Latched { reason });
            observer.health().latch(Check::Store, reason);
        }
    }

    pub(super) fn latched(&self) -> watch::Receiver<Option<&'static str>> {
        self.latched.subscribe()
    }

    /// Whether the process is about to end: what can be done again later should not keep it.
    pub(super) fn is_ending(&self) -> bool {
        self.stopping.load(Ordering::Acquire) || self.latched.borrow().is_some()
    }

    pub(super) fn set_full(&self, full: bool) {
        self.full.store(full, Ordering::Release);
    }

    pub(super) fn is_full(&self) -> bool {
        self.full.load(Ordering::Acquire)
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }
}

//! The newest signed checkpoint of every ledger, in files outside the database.
//!
//! The anchor knows exactly what was acknowledged last, and whoever puts an old copy of the database back is stopped by it. An old copy of
//! the whole disk brings its own anchor along. These files are for another disk, or for a folder that another machine mirrors: one signed
//! note per ledger, which people and every C2SP tool can read, at most half a minute behind. A start refuses a database that does not
//! continue each of them, and a running archive that finds one which it does not continue stops: somebody else goes on with its ledgers.
//!
//! What it cannot do: an old copy of everything, these files included, is consistent in itself. Then only others can tell: witnesses, and
//! whoever holds a newer checkpoint or receipt.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ring::digest::{SHA256, digest};

use super::cosigned::PublishedLedger;
use super::publisher::Signers;
use super::recovery::{Found, continues};
use super::{Archive, StartError};
use crate::ledger::{Checkpoint, UnverifiedCheckpoint, VerifierKey, access_year};
use crate::observe::CheckpointNotKept;
use crate::store::Store;
use crate::store::key::LogKey;
use crate::sys::fs::{create_private_directory, parent, replace_private, sync_directory};
use crate::sys::random;

/// Time between two looks at what has grown.
const INTERVAL: Duration = Duration::from_secs(30);
/// What the names of the files end with. Other files in the folder mean nothing.
const SUFFIX: &str = "checkpoint";

/// Why a checkpoint was not kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeepError {
    /// The one in the file is not a beginning of our ledger. Nobody may write on.
    #[error("{} is not continued by the ledger here: {why}", .file.display())]
    Contradicts {
        /// The file.
        file: PathBuf,
        /// In what way.
        why: String,
    },
    /// The file cannot be read or written now.
    #[error("{}: {error}", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// The folder with the files.
#[derive(Debug, Clone)]
pub(super) struct KeptCheckpoints {
    folder: PathBuf,
}

impl KeptCheckpoints {
    /// The files in this folder, which need not exist yet.
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn file(&self, origin: &str) -> PathBuf {
        self.folder.join(format!("{}.{SUFFIX}", hex::encode(digest(&SHA256, origin.as_bytes()))))
    }

    /// All files with what they claim. One that cannot be read is an error, not a gap.
    pub(super) fn read_all(&self) -> Result<Vec<(PathBuf, UnverifiedCheckpoint)>, StartError> {
        let unreadable = |file: &Path, why: &dyn std::fmt::Display| StartError::KeptCheckpoint {
            file: file.to_owned(),
            why: format!("it cannot be read ({why}). If it is damaged, move it away"),
        };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(&self.folder, &error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&self.folder, &error))?.path();
            if path.extension().is_some_and(|extension| extension == SUFFIX) {
                let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
                let checkpoint = UnverifiedCheckpoint::parse(&bytes).map_err(|error| unreadable(&path, &error))?;
                found.push((path, checkpoint));
            }
        }
        Ok(found)
    }

    /// Whether the ledgers of a database continue every checkpoint in the folder.
    pub(super) fn check(&self, store: &Store, found: &Found, signers: &Signers) -> Result<(), StartError> {
        let mut known: BTreeMap<String, (LogKey, VerifierKey)> = BTreeMap::new();
        for log in found.logs.keys() {
            let (_, signer) = signers.of(*log).map_err(|error| StartError::Check(error.to_string()))?;
            known.insert(signer.verifier_key().name().to_owned(), (*log, signer.verifier_key().clone()));
        }
        for (file, checkpoint) in self.read_all()? {
            let refuse = |why: String| StartError::KeptCheckpoint { file: file.clone(), why };
            let origin = checkpoint.claim().origin().to_owned();
            let Some((log, key)) = known.get(&origin) else {
                // A ledger of accesses is removed when its time is up, and its checkpoint may be left behind.
                if access_year(&origin).is_none() {
                    return Err(refuse(format!("the database has no ledger {origin}")));
                }
                continue;
            };
            let signed = checkpoint.verify(key).map_err(|error| refuse(error.to_string()))?;
            let state = &found.logs[log];
            continues(store, state, *log, (signed.checkpoint().size(), signed.checkpoint().root())).map_err(refuse)?;
        }
        Ok(())
    }

    /// What each lasting ledger had at least, by origin, as far as the files say. Their signatures are not looked at.
    pub(super) fn claims(&self) -> Result<Vec<Checkpoint>, StartError> {
        Ok(self.read_all()?.into_iter().map(|(_, checkpoint)| checkpoint.claim().clone()).collect())
    }

    /// Moves away what the files know and a database that came back from a backup does not: it stays as evidence of what was lost.
    pub(super) fn set_aside(&self, is_there: impl Fn(&Checkpoint) -> bool) -> Result<(), StartError> {
        for (file, checkpoint) in self.read_all()? {
            if is_there(checkpoint.claim()) {
                continue;
            }
            let mut aside = file.clone().into_os_string();
            aside.push(format!(".superseded-{}", hex::encode(random::bytes::<4>())));
            let moved = fs::rename(&file, aside).and_then(|()| sync_directory(parent(&file)));
            moved.map_err(|error| StartError::KeptCheckpoint { file, why: format!("it cannot be moved away: {error}") })?;
        }
        Ok(())
    }

    /// Puts the newest checkpoint of a ledger in the place of an older one, after looking that it continues it. Blocks.
    pub(super) fn advance(&self, ledger: &PublishedLedger) -> Result<(), KeepError> {
        let file = self.file(ledger.key().name());
        let io = |error| KeepError::Io { file: file.clone(), error };
        let newest = ledger.checkpoint();
        match fs::read(&file) {
            Ok(bytes) => {
                let refuse = |why: String| KeepError::Contradicts { file: file.clone(), why };
                let kept = UnverifiedCheckpoint::parse(&bytes).and_then(|kept| kept.verify(ledger.key()));
                let kept = kept.map_err(|error| io(io::Error::other(error.to_string())))?;
                if kept.checkpoint() == newest.checkpoint() {
                    return Ok(());
                }
                ledger.continues(kept.checkpoint()).map_err(refuse)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => create_private_directory(&self.folder).map_err(io)?,
            Err(error) => return Err(io(error)),
        }
        replace_private(&file, newest.note().to_string().as_bytes()).map_err(io)
    }
}

impl Archive {
    /// Keeps the newest checkpoints outside the database, again and again. Never ends by itself.
    pub async fn keep_checkpoints(&self) {
        loop {
            self.keep_checkpoints_once().await;
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Keeps the newest checkpoint of every ledger. Where one in a file is not continued here, nothing is accepted any more.
    pub async fn keep_checkpoints_once(&self) {
        let archive = self.clone();
        // A thread that panicked has ended the process.
        let _ = tokio::task::spawn_blocking(move || archive.advance_kept()).await;
    }

    fn advance_kept(&self) {
        let inner = &self.0;
        let ledgers = match self.ledgers() {
            Ok(ledgers) => ledgers,
            Err(error) => return tracing::warn!(%error, "the ledgers cannot be read"),
        };
        for ledger in &ledgers {
            match inner.kept.advance(ledger) {
                Ok(()) => {}
                Err(error @ KeepError::Io { .. }) => {
                    inner.observer.emit(&CheckpointNotKept { reason: "io" });
                    tracing::warn!(%error, "a checkpoint could not be kept outside the database; it is tried again");
                }
                Err(error @ KeepError::Contradicts { .. }) => {
                    inner.observer.emit(&CheckpointNotKept { reason: "contradiction" });
                    tracing::error!(%error, "somebody else has gone on with a ledger of this archive");
                    inner.gate.latch("a checkpoint outside the database contradicts the ledger", &inner.observer);
                }
            }
        }
    }
}

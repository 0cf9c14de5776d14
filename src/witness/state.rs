//! What a witness has cosigned last, on stable storage: written anew and renamed, never changed in place.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::logs::KnownLogs;
use crate::ledger::{
    AddCheckpoint, CheckpointError, Cosigner, KeyError, SEED_BYTES, SignedCheckpoint, UnverifiedCheckpoint, Verdict, VerifierKey,
    empty_root, monitoring_path,
};
use crate::model::{Digest, Timestamp};
use crate::sys::fs::{FileLock, create_private_directory, replace_private, sync_directory, write_new_private};
use crate::sys::random;

const KEY: &str = "key";
const LOCK: &str = "lock";
const CHECKPOINTS: &str = "checkpoints";

/// Why a witness does not start, or does not answer.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Somebody else uses the folder.
    #[error("{0} is in use by another process")]
    InUse(PathBuf),
    /// The folder has a key already.
    #[error("{0} has a key already; a witness keeps its key and what it has cosigned together, so choose another folder")]
    Exists(PathBuf),
    /// The key is not one.
    #[error("{0}: {1}")]
    Key(PathBuf, #[source] KeyError),
    /// A file does not hold what was written.
    #[error("{0} is not a checkpoint that its log has signed and this witness cosigned: {1}; do not go on with an older copy")]
    Damaged(PathBuf, #[source] CheckpointError),
    /// The system refused.
    #[error("{0}: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// What was written last may or may not be on stable storage.
    #[error("an earlier write failed; restart the witness, which then looks what is there")]
    Latched,
    /// Our own cosignature is wrong: memory or processor of this machine lied.
    #[error("no cosignature was made: {0}")]
    Cosign(#[source] CheckpointError),
}

/// The folder of a witness, open.
pub struct WitnessState {
    cosigner: Cosigner,
    logs: BTreeMap<String, LogState>,
    _lock: FileLock,
}

/// One known log. Its lock makes requests for it wait for each other, and those for others not.
struct LogState {
    key: VerifierKey,
    path: PathBuf,
    last: Mutex<Last>,
}

/// What was cosigned last.
#[derive(Debug, Clone, Default)]
struct Last {
    cosigned: Option<Arc<SignedCheckpoint>>,
    latched: bool,
}

impl Last {
    fn head(&self) -> (u64, Digest) {
        let checkpoint = self.cosigned.as_ref().map(|cosigned| cosigned.checkpoint());
        checkpoint.map_or((0, empty_root()), |checkpoint| (checkpoint.size(), checkpoint.root()))
    }
}

/// What is answered to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// The cosignature line, if the verdict is to cosign.
    pub line: Option<String>,
}

impl WitnessState {
    /// Makes a folder with a new key. The public key.
    pub fn create(folder: &Path, name: &str) -> Result<VerifierKey, StateError> {
        let path = folder.join(KEY);
        let io = |error| StateError::Io(folder.to_owned(), error);
        let seed = zeroize::Zeroizing::new(random::bytes::<SEED_BYTES>());
        let key = Cosigner::encode(name, &seed).map_err(|error| StateError::Key(path.clone(), error))?;
        create_private_directory(&folder.join(CHECKPOINTS)).map_err(io)?;
        sync_directory(folder).map_err(io)?;
        write_new_private(&path, format!("{}\n", key.as_str()).as_bytes()).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => StateError::Exists(folder.to_owned()),
            _ => StateError::Io(path.clone(), error),
        })?;
        Ok(read_key(&path)?.verifier_key().clone())
    }

    /// The public key of a folder.
    pub fn public_key(folder: &Path) -> Result<VerifierKey, StateError> {
        Ok(read_key(&folder.join(KEY))?.verifier_key().clone())
    }

    /// Opens a folder for the logs that are known. Everything in it is read and checked first.
    pub fn open(folder: &Path, known: &KnownLogs) -> Result<Self, StateError> {
        let cosigner = read_key(&folder.join(KEY))?;
        let lock = FileLock::acquire(&folder.join(LOCK)).map_err(|error| StateError::Io(folder.join(LOCK), error))?;
        let lock = lock.ok_or_else(|| StateError::InUse(folder.to_owned()))?;
        let mut logs = BTreeMap::new();
        for key in known.keys() {
            let path = folder.join(CHECKPOINTS).join(file_name(key.name()));
            let cosigned = read_cosigned(&path, key, cosigner.verifier_key())?.map(Arc::new);
            logs.insert(key.name().to_owned(), LogState { key: key.clone(), path, last: Mutex::new(Last { cosigned, latched: false }) });
        }
        Ok(Self { cosigner, logs, _lock: lock })
    }

    /// The public key.
    pub fn verifier_key(&self) -> &VerifierKey {
        self.cosigner.verifier_key()
    }

    /// Judges a request and, if it is to be cosigned, stores its checkpoint before the cosignature is given out. Blocks.
    ///
    /// # Errors
    /// When nothing could be stored. No cosignature leaves then, and the log waits for a restart: whether the new checkpoint is on stable
    /// storage is not known.
    pub fn add_checkpoint(&self, request: AddCheckpoint, now: Timestamp) -> Result<Decision, StateError> {
        let Some(log) = self.logs.get(request.checkpoint.claim().origin()) else {
            return Ok(Decision { verdict: Verdict::UnknownLog, line: None });
        };
        let mut last = log.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.latched {
            return Err(StateError::Latched);
        }
        let verdict = request.judge(Some(&log.key), last.head());
        let Verdict::Cosign(signed) = &verdict else { return Ok(Decision { verdict, line: None }) };
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let (cosigned, line) = self.cosigner.cosign(&signed.only_by(&log.key), seconds).map_err(StateError::Cosign)?;
        if let Err(error) = replace_private(&log.path, cosigned.note().to_string().as_bytes()) {
            last.latched = true;
            return Err(StateError::Io(log.path.clone(), error));
        }
        last.cosigned = Some(Arc::new(cosigned));
        Ok(Decision { verdict, line: Some(line) })
    }

    /// The checkpoint that was cosigned last of the log behind this path below the monitoring prefix.
    pub fn monitored(&self, path: &str) -> Option<Arc<SignedCheckpoint>> {
        let log = self.logs.values().find(|log| monitoring_path(log.key.name()) == path)?;
        log.last.lock().unwrap_or_else(PoisonError::into_inner).cosigned.clone()
    }

    /// Every known log with the size that was cosigned last.
    pub fn sizes(&self) -> Vec<(String, u64)> {
        let size = |log: &LogState| log.last.lock().unwrap_or_else(PoisonError::into_inner).head().0;
        self.logs.iter().map(|(origin, log)| (origin.clone(), size(log))).collect()
    }

    /// Whether every log can be cosigned.
    pub fn is_healthy(&self) -> bool {
        self.logs.values().all(|log| !log.last.lock().unwrap_or_else(PoisonError::into_inner).latched)
    }
}

/// The name of a log's file: what stands in its monitoring path, which has no characters of the origin in it.
fn file_name(origin: &str) -> String {
    monitoring_path(origin).split('/').next().unwrap_or_default().to_owned()
}

fn read_key(path: &Path) -> Result<Cosigner, StateError> {
    let text = fs::read_to_string(path).map(zeroize::Zeroizing::new).map_err(|error| StateError::Io(path.to_owned(), error))?;
    Cosigner::parse(text.trim_end_matches('\n')).map_err(|error| StateError::Key(path.to_owned(), error))
}

/// What a file says, believed only with both signatures.
fn read_cosigned(path: &Path, log: &VerifierKey, witness: &VerifierKey) -> Result<Option<SignedCheckpoint>, StateError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StateError::Io(path.to_owned(), error)),
    };
    let damaged = |error| StateError::Damaged(path.to_owned(), error);
    let signed = UnverifiedCheckpoint::parse(&bytes).and_then(|checkpoint| checkpoint.verify(log)).map_err(damaged)?;
    signed.note().verify([witness]).map_err(|error| damaged(error.into()))?;
    Ok(Some(signed))
}

#[cfg(test)]
mod tests;

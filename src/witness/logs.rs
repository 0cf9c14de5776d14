//! Which logs a witness cosigns: a file with one key per line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::ledger::{KeyError, PublicKey, VerifierKey};
use crate::limits::{WITNESS_LOGS_BYTES_MAX, WITNESS_LOGS_MAX};

/// Why a file does not say which logs are known.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// It cannot be read.
    #[error("{0} cannot be read: {1}")]
    Io(PathBuf, #[source] std::io::Error),
    /// It is longer than any such file.
    #[error("{0} has more than {WITNESS_LOGS_BYTES_MAX} bytes or {WITNESS_LOGS_MAX} logs")]
    TooLong(PathBuf),
    /// A line is no key.
    #[error("{0}:{1}: {2}")]
    Key(PathBuf, usize, #[source] KeyError),
    /// A line is a key that does not sign logs.
    #[error("{0}:{1}: this is not the key of a log; `aktenfest vault list` shows the one of a vault")]
    NotALog(PathBuf, usize),
    /// A log is named twice.
    #[error("{0}:{1}: this log has another line already")]
    Twice(PathBuf, usize),
}

/// The keys of the known logs, by origin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownLogs(BTreeMap<String, VerifierKey>);

impl KnownLogs {
    /// Reads a file. Blank lines and lines that start with `#` say nothing.
    pub fn read(path: &Path) -> Result<Self, LogsError> {
        let unreadable = |error| LogsError::Io(path.to_owned(), error);
        if std::fs::metadata(path).map_err(unreadable)?.len() > WITNESS_LOGS_BYTES_MAX {
            return Err(LogsError::TooLong(path.to_owned()));
        }
        Self::parse(path, &std::fs::read_to_string(path).map_err(unreadable)?)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, LogsError> {
        let mut logs = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = VerifierKey::parse(line).map_err(|error| LogsError::Key(path.to_owned(), number, error))?;
            if !matches!(key.public_key(), PublicKey::Ed25519(_)) {
                return Err(LogsError::NotALog(path.to_owned(), number));
            }
            if logs.insert(key.name().to_owned(), key).is_some() {
                return Err(LogsError::Twice(path.to_owned(), number));
            }
            if logs.len() > WITNESS_LOGS_MAX {
                return Err(LogsError::TooLong(path.to_owned()));
            }
        }
        Ok(Self(logs))
    }

    /// The logs of these keys.
    pub fn of(keys: impl IntoIterator<Item = VerifierKey>) -> Self {
        Self(keys.into_iter().map(|key| (key.name().to_owned(), key)).collect())
    }

    /// The key of the log of this name.
    pub fn key(&self, origin: &str) -> Option<&VerifierKey> {
        self.0.get(origin)
    }

    /// All keys, by origin.
    pub fn keys(&self) -> impl Iterator<Item = &VerifierKey> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_on_each_line() {
        let key = |name: &str, byte| VerifierKey::new(name, PublicKey::Ed25519([byte; 32])).unwrap();
        let (one, two) = (key("a/ledger/1", 1), key("b/ledger/2", 2));
        let path = Path::new("logs");
        let known = KnownLogs::parse(path, &format!("# ours\n\n{one}\n  {two}  \n")).unwrap();
        assert_eq!(known, KnownLogs::of([one.clone(), two]));
        assert_eq!((known.key("a/ledger/1"), known.key("x")), (Some(&one), None));
        let witness = VerifierKey::new("w", PublicKey::CosignatureEd25519([3; 32])).unwrap();
        for (text, error) in [
            (format!("{one}\n{one}\n"), "logs:2: this log has another line already"),
            (format!("{one}\n{}\n", key("a/ledger/1", 9)), "logs:2: this log has another line already"),
            (format!("{witness}\n"), "logs:1: this is not the key of a log"),
            ("\nx\n".to_owned(), "logs:2: a verifier key has the form"),
        ] {
            let told = KnownLogs::parse(path, &text).unwrap_err().to_string();
            assert!(told.starts_with(error), "{told}");
        }
        assert!(KnownLogs::read(Path::new("no/such/file")).unwrap_err().to_string().contains("cannot be read"));
    }
}

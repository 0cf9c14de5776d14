//! What is wrong with a configuration file: all of it.

use std::fmt;
use std::path::PathBuf;

/// One mistake, with the place where it has to be mended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Line and column, both from 1; `None` if nothing in the file is to blame (a missing key, a missing file).
    pub position: Option<(usize, usize)>,
    /// The key with its sections, e.g. `server.tls.key`; empty if the mistake is no key's.
    pub key: String,
    /// What is wrong, and what would be accepted.
    pub message: String,
}

/// Every mistake of one configuration file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors {
    /// The file.
    pub file: PathBuf,
    /// At least one mistake.
    pub mistakes: Vec<Mistake>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, mistake) in self.mistakes.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", self.file.display())?;
            if let Some((line, column)) = mistake.position {
                write!(f, ":{line}:{column}")?;
            }
            if !mistake.key.is_empty() {
                write!(f, ": {}", mistake.key)?;
            }
            write!(f, ": {}", mistake.message)?;
        }
        Ok(())
    }
}

//! How the program ends: the numbers that scripts and systemd branch on. They are an interface and never change their meaning.

use std::process::ExitCode;

use super::client::ClientError;
use crate::config::ConfigErrors;

/// A way to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Done,
    /// Something failed, and no other code says it better.
    Failure,
    /// The arguments make no sense. The parser of the command line uses the same number.
    Usage,
    /// The work was done and found something that is not as it should be: a document that differs, a file that was not stored.
    Findings,
    /// What was asked for does not exist.
    NotFound,
    /// The server cannot be reached.
    Unreachable,
    /// The server could not do it now; the same command later may succeed.
    RetryLater,
    /// The configuration is wrong; a restart without a change cannot help.
    Configuration,
    /// A code that another part of the program defines, as `verify` does.
    Other(u8),
}

impl Exit {
    /// The number. From 69 on they are those of `sysexits.h`.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Findings => 3,
            Self::NotFound => 4,
            Self::Unreachable => 69,
            Self::RetryLater => 75,
            Self::Configuration => 78,
            Self::Other(number) => number,
        }
    }

    /// How a command that failed with `error` ends: the first error of the chain that has an opinion decides.
    pub fn of(error: &anyhow::Error) -> Self {
        let opinion = |cause: &(dyn std::error::Error + 'static)| {
            if cause.is::<ConfigErrors>() {
                return Some(Self::Configuration);
            }
            cause
                .downcast_ref::<Failure>()
                .map(|failure| failure.exit)
                .or_else(|| cause.downcast_ref::<ClientError>().map(ClientError::exit))
        };
        error.chain().find_map(opinion).unwrap_or(Self::Failure)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// A failure that says how the program ends.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// A failure for people, with the code for programs.
    pub fn error(exit: Exit, message: impl Into<String>) -> anyhow::Error {
        anyhow::Error::new(Self { exit, message: message.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_decides_how_the_program_ends() {
        let config = ConfigErrors { file: "x".into(), mistakes: Vec::new() };
        for (error, number) in [
            (anyhow::anyhow!("something"), 1),
            (anyhow::Error::new(config).context("start"), 78),
            (Failure::error(Exit::NotFound, "no such thing").context("get").context("again"), 4),
            (anyhow::Error::new(ClientError::Unreachable("refused".to_owned())).context("ingest"), 69),
        ] {
            assert_eq!(Exit::of(&error).number(), number, "{error:#}");
        }
    }
}

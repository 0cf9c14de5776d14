//! How the program ends: the numbers that scripts and systemd branch on. They are an interface and never change their meaning.

use std::process::ExitCode;

use super::client::{ClientError, ProfileError, words};
use crate::access::TlsError;
use crate::archive::StartError;
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
    /// What was asked for does not exist, or not any more.
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
            // Certificates and keys are named by the configuration; systemd must not try again with the same ones.
            if cause.is::<ConfigErrors>() || cause.is::<TlsError>() {
                return Some(Self::Configuration);
            }
            // Nor begin again and again with an archive that only somebody can mend.
            if let Some(error) = cause.downcast_ref::<StartError>() {
                return error.is_finding().then_some(Self::Findings);
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

/// An error for people, with everything that led to it, on one line.
///
/// Many errors repeat their cause in their own words, because they are also logged alone; here it stands only once.
pub fn sentence(error: &anyhow::Error) -> String {
    error.chain().map(told).fold(String::new(), |sentence, cause| {
        if sentence.is_empty() {
            cause
        } else if sentence.ends_with(&cause) {
            sentence
        } else {
            format!("{sentence}: {cause}")
        }
    })
}

/// One error of a chain; what the client itself has noticed, in the language of whoever runs the command.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    match (error.downcast_ref::<ClientError>(), error.downcast_ref::<ProfileError>()) {
        (Some(error), _) => error.in_words(words()),
        (None, Some(error)) => error.in_words(words()),
        (None, None) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyError;
    use crate::store::{OpenError, StoreError};

    #[test]
    fn a_cause_is_told_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("x.pem cannot be read: {0}")]
        struct Unreadable(#[source] std::io::Error);
        let cause = || std::io::Error::other("permission denied");
        let error = anyhow::Error::new(Unreadable(cause())).context("the daemon cannot start");
        assert_eq!(sentence(&error), "the daemon cannot start: x.pem cannot be read: permission denied");
        assert_eq!(sentence(&anyhow::Error::new(cause()).context("x")), "x: permission denied");
    }

    #[test]
    fn the_error_decides_how_the_program_ends() {
        let config = ConfigErrors { file: "x".into(), mistakes: Vec::new() };
        for (error, number) in [
            (anyhow::anyhow!("something"), 1),
            (anyhow::Error::new(config).context("start"), 78),
            (anyhow::Error::new(TlsError::KeyExposed("server.key".into())), 78),
            (anyhow::Error::new(StartError::from(OpenError::Locked("data".into()))).context("start"), 1),
            (anyhow::Error::new(StartError::from(OpenError::ForeignAnchor)).context("start"), 3),
            (anyhow::Error::new(StartError::from(StoreError::Io("timed out".to_owned()))), 1),
            (anyhow::Error::new(StartError::from(StoreError::Damaged("a block".to_owned()))), 3),
            (anyhow::Error::new(StartError::from(KeyError::Missing { file: "root".to_owned() })), 3),
            (anyhow::Error::new(StartError::from(KeyError::InUse { place: "keyring".to_owned() })), 1),
            (anyhow::Error::new(StartError::Check("a tile is missing".to_owned())), 3),
            (Failure::error(Exit::NotFound, "no such thing").context("get").context("again"), 4),
            (anyhow::Error::new(ClientError::Unreachable("refused".to_owned())).context("ingest"), 69),
        ] {
            assert_eq!(Exit::of(&error).number(), number, "{error:#}");
        }
    }
}

//! Where the archive is and who we are: from the arguments, the environment or a profile file, in this order.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::limits::CONFIG_BYTES_MAX;
use crate::words::Words;

/// The arguments of every command that talks to an archive.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArguments {
    /// Address of the archive, e.g. https://127.0.0.1:8443
    #[arg(long, env = "AKTENFEST_URL", value_name = "URL")]
    pub url: Option<String>,
    /// PEM file with the authority that the server's certificate comes from
    #[arg(long, env = "AKTENFEST_CA", value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// PEM file with our client certificate
    #[arg(long, env = "AKTENFEST_CERT", value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// PEM file with the key of our client certificate
    #[arg(long, env = "AKTENFEST_KEY", value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// File with all of these, as `aktenfest dev` writes it (client.json in its folder)
    #[arg(long, env = "AKTENFEST_PROFILE", value_name = "FILE")]
    pub profile: Option<PathBuf>,
}

/// Everything that is needed to talk to an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Address of the archive.
    pub url: String,
    /// The authority of the server's certificate.
    pub ca: PathBuf,
    /// Our certificate.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// The vault that is meant when a command does not name one.
    pub vault: Option<String>,
}

/// The file form. Relative paths start at the folder of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Address of the archive.
    pub url: String,
    /// The authority of the server's certificate.
    pub ca: PathBuf,
    /// Our certificate.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// The vault that is meant when a command does not name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<String>,
}

/// Why there is no connection to be made.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The profile cannot be read.
    #[error("the profile {0} cannot be read: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// The profile is not one.
    #[error("the profile {0} is not one: {1}")]
    Malformed(PathBuf, #[source] serde_json::Error),
    /// Something was not said anywhere.
    #[error("no {what} was given: use --{argument}, the variable {variable}, or a profile (--profile FILE)")]
    Missing {
        /// What it is.
        what: &'static str,
        /// The argument without dashes.
        argument: &'static str,
        /// The environment variable.
        variable: &'static str,
    },
}

impl ProfileError {
    /// The error in the words of whoever runs the command.
    pub fn in_words(&self, words: &Words) -> String {
        let about =
            |name, file: &Path, cause: String| words.told(name, &[("file", file.display().to_string().into()), ("cause", cause.into())]);
        match self {
            Self::Io(file, error) => about("cli-profile-unreadable", file, error.to_string()),
            Self::Malformed(file, error) => about("cli-profile-malformed", file, error.to_string()),
            Self::Missing { argument, variable, .. } => {
                let what = match *argument {
                    "url" => "cli-what-url",
                    "ca" => "cli-what-ca",
                    "cert" => "cli-what-cert",
                    _ => "cli-what-key",
                };
                let what = words.label(what);
                words.told(
                    "cli-profile-missing",
                    &[("what", what.into()), ("argument", (*argument).into()), ("variable", (*variable).into())],
                )
            }
        }
    }
}

impl Profile {
    fn load(path: &Path) -> Result<Self, ProfileError> {
        let unreadable = |error| ProfileError::Io(path.to_owned(), error);
        let length = fs::metadata(path).map_err(unreadable)?.len();
        if length > CONFIG_BYTES_MAX {
            return Err(unreadable(io::Error::new(io::ErrorKind::FileTooLarge, "it is far too large")));
        }
        let mut profile: Self = serde_json::from_slice(&fs::read(path).map_err(unreadable)?)
            .map_err(|error| ProfileError::Malformed(path.to_owned(), error))?;
        let folder = crate::sys::fs::parent(path);
        for file in [&mut profile.ca, &mut profile.cert, &mut profile.key] {
            *file = folder.join(&*file);
        }
        Ok(profile)
    }
}

impl ConnectionArguments {
    /// The connection that these arguments mean.
    pub fn resolve(&self) -> Result<Connection, ProfileError> {
        let profile = self.profile.as_deref().map(Profile::load).transpose()?;
        let profile = profile.as_ref();
        let missing = |what, argument, variable| ProfileError::Missing { what, argument, variable };
        let url = self.url.clone().or_else(|| profile.map(|profile| profile.url.clone()));
        let path = |given: &Option<PathBuf>, of: fn(&Profile) -> &PathBuf| given.clone().or_else(|| profile.map(of).cloned());
        Ok(Connection {
            url: url.ok_or_else(|| missing("address of an archive", "url", "AKTENFEST_URL"))?,
            ca: path(&self.ca, |profile| &profile.ca).ok_or_else(|| missing("server authority", "ca", "AKTENFEST_CA"))?,
            cert: path(&self.cert, |profile| &profile.cert).ok_or_else(|| missing("client certificate", "cert", "AKTENFEST_CERT"))?,
            key: path(&self.key, |profile| &profile.key).ok_or_else(|| missing("client key", "key", "AKTENFEST_KEY"))?,
            vault: profile.and_then(|profile| profile.vault.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn arguments_win_over_the_profile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.json");
        fs::write(&path, r#"{"url":"https://a:1","ca":"tls/ca.pem","cert":"/c.pem","key":"k.pem","vault":"demo"}"#).unwrap();
        let arguments = ConnectionArguments { profile: Some(path), url: Some("https://b:2".to_owned()), ..Default::default() };
        let connection = arguments.resolve().unwrap();
        assert_eq!(connection.url, "https://b:2");
        assert_eq!(connection.ca, folder.path().join("tls/ca.pem"));
        assert_eq!(connection.cert, Path::new("/c.pem"));
        assert_eq!(connection.vault.as_deref(), Some("demo"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let arguments = ConnectionArguments { url: Some("https://b:2".to_owned()), ..Default::default() };
        let message = arguments.resolve().unwrap_err().to_string();
        assert!(message.contains("--ca") && message.contains("AKTENFEST_CA"), "{message}");
        let (english, german) = (Words::of(Language::English), Words::of(Language::German));
        let missing = arguments.resolve().unwrap_err();
        assert_eq!(missing.in_words(english), message);
        assert!(missing.in_words(german).starts_with("es fehlt: Zertifizierungsstelle"), "{}", missing.in_words(german));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.json");
        fs::write(&path, r#"{"url":"x","ca":"c","cert":"c","key":"k","valt":"demo"}"#).unwrap();
        let arguments = ConnectionArguments { profile: Some(path), ..Default::default() };
        assert!(arguments.resolve().unwrap_err().to_string().contains("valt"));
    }
}

//! Other people's servers: whom the daemon asks, and whom it believes.

use std::path::PathBuf;
use std::time::Duration;

use super::check::Check;
use crate::ledger::{PublicKey, VerifierKey};

/// How other people's servers are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteConfig {
    /// The authorities whose servers are believed, as PEM; without them only `http` addresses can be asked.
    pub authorities: Option<PathBuf>,
    /// Longest time for one question with its answer.
    pub timeout: Duration,
}

/// Who cosigns the checkpoints of the ledgers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessesConfig {
    /// Time between two rounds.
    pub interval: Duration,
    /// Cosignatures that a checkpoint needs to replace the one that is kept.
    pub cosignatures_min: usize,
    /// The witnesses.
    pub witnesses: Vec<WitnessConfig>,
}

/// One witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessConfig {
    /// The submission prefix of C2SP tlog-witness.
    pub url: String,
    /// The key of its cosignatures.
    pub key: VerifierKey,
}

/// The keys of the sections for witnesses.
const WITNESSES: [(&str, &str); 3] =
    [("witness_1.url", "witness_1.key"), ("witness_2.url", "witness_2.key"), ("witness_3.url", "witness_3.key")];

impl Check<'_> {
    /// How others are asked.
    pub(super) fn remote(&mut self) -> Option<RemoteConfig> {
        let (authorities, timeout) = (self.optional_path("remote.authorities"), self.number("remote.timeout_seconds"));
        Some(RemoteConfig { authorities: authorities?, timeout: Duration::from_secs(timeout?) })
    }

    /// All witnesses that are named, with what makes no sense about them.
    pub(super) fn witnesses(&mut self) -> Option<WitnessesConfig> {
        let (interval, least) = (self.number("witness.interval_seconds"), self.number("witness.cosignatures_min"));
        let mut witnesses = Some(Vec::<WitnessConfig>::new());
        for (url_key, vkey_key) in WITNESSES {
            let (url, key) = (self.address_of_server(url_key), self.witness_key(vkey_key));
            if let (Some(url), Some(key)) = (&url, &key)
                && url.is_some() != key.is_some()
            {
                let (lacks, has) = if url.is_none() { (url_key, vkey_key) } else { (vkey_key, url_key) };
                self.mistake(lacks, format!("is missing, but {has} is there; a witness needs both"));
            }
            witnesses = witnesses.and_then(|mut witnesses| {
                if let (Some(url), Some(key)) = (url?, key?) {
                    if witnesses.iter().any(|other| other.key.public_key().raw() == key.public_key().raw()) {
                        self.mistake(vkey_key, "is the key of another witness here, which would count twice".to_owned());
                    }
                    witnesses.push(WitnessConfig { url, key });
                }
                Some(witnesses)
            });
        }
        let (witnesses, least) = (witnesses?, usize::try_from(least?).ok()?);
        if !witnesses.is_empty() && least > witnesses.len() {
            self.mistake("witness.cosignatures_min", format!("asks for {least} cosignatures of {} witnesses", witnesses.len()));
        }
        Some(WitnessesConfig { interval: Duration::from_secs(interval?), cosignatures_min: least, witnesses })
    }

    /// An `http` or `https` address, or `Some(None)` for an empty text. Whoever asks there looks at the rest of it.
    pub(super) fn address_of_server(&mut self, key: &'static str) -> Option<Option<String>> {
        let text = self.text(key)?;
        let host = text.strip_prefix("http://").or(text.strip_prefix("https://"));
        let usable = host.is_some_and(|host| !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || "?#@".contains(c)));
        self.accept(key, &text, (text.is_empty() || usable).then(|| (!text.is_empty()).then(|| text.clone())))
    }

    /// The key of a witness whose cosignatures can be checked here, or `Some(None)` for an empty text.
    fn witness_key(&mut self, key: &'static str) -> Option<Option<VerifierKey>> {
        let text = self.text(key)?;
        if text.is_empty() {
            return Some(None);
        }
        match VerifierKey::parse(&text) {
            Ok(found) if matches!(found.public_key(), PublicKey::CosignatureEd25519(_)) => Some(Some(found)),
            Ok(_) => self.accept(key, "a key that is not one of Ed25519 cosignatures", None),
            Err(error) => {
                self.mistake(key, format!("is no key: {error}"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::check::Config;
    use crate::ledger::{PublicKey, VerifierKey};

    fn key(byte: u8) -> String {
        VerifierKey::new(&format!("witness.example/w{byte}"), PublicKey::CosignatureEd25519([byte; 32])).unwrap().to_string()
    }

    #[test]
    fn witnesses_are_named_completely_and_once() {
        let (one, two, log) = (key(1), key(2), VerifierKey::new("a", PublicKey::Ed25519([1; 32])).unwrap().to_string());
        for (lines, expected) in [
            (String::new(), Ok(0)),
            (format!("[witness_1]\nurl = \"http://w\"\nkey = \"{one}\"\n"), Ok(1)),
            (
                format!("[witness_3]\nurl = \"https://w/prefix\"\nkey = \"{one}\"\n[witness_1]\nurl = \"http://v\"\nkey = \"{two}\"\n"),
                Ok(2),
            ),
            ("[witness_1]\nurl = \"http://w\"\n".to_owned(), Err("witness_1.key")),
            (format!("[witness_2]\nkey = \"{one}\"\n"), Err("witness_2.url")),
            (format!("[witness_1]\nurl = \"ftp://w\"\nkey = \"{one}\"\n"), Err("witness_1.url")),
            (format!("[witness_1]\nurl = \"http://u@w\"\nkey = \"{one}\"\n"), Err("witness_1.url")),
            (format!("[witness_1]\nurl = \"http://w\"\nkey = \"{log}\"\n"), Err("witness_1.key")),
            ("[witness_1]\nurl = \"http://w\"\nkey = \"x\"\n".to_owned(), Err("witness_1.key")),
            (
                format!("[witness_1]\nurl = \"http://w\"\nkey = \"{one}\"\n[witness_2]\nurl = \"http://v\"\nkey = \"{one}\"\n"),
                Err("witness_2.key"),
            ),
            (
                format!("[witness]\ncosignatures_min = 2\n[witness_1]\nurl = \"http://w\"\nkey = \"{one}\"\n"),
                Err("witness.cosignatures_min"),
            ),
            ("[remote]\ntimeout_seconds = 0\n".to_owned(), Err("remote.timeout_seconds")),
        ] {
            let parsed = Config::parse(&format!("ledger.origin = \"a\"\n{lines}"), Path::new("/etc/aktenfest"));
            match (parsed, expected) {
                (Ok(config), Ok(count)) => assert_eq!(config.witnesses.witnesses.len(), count, "{lines}"),
                (Err(mistakes), Err(key)) => assert_eq!(mistakes.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), [key], "{lines}"),
                (parsed, expected) => panic!("{lines}: {parsed:?} instead of {expected:?}"),
            }
        }
    }
}

//! Time-stamps of checkpoints: whom the daemon asks, and whose word counts.

use std::path::PathBuf;
use std::time::Duration;

use super::check::Check;
use crate::evidence::ObjectId;

/// How checkpoints are time-stamped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampsConfig {
    /// Where the authority answers (RFC 3161 over HTTP).
    pub url: String,
    /// Time between two time-stamps.
    pub interval: Duration,
    /// The certificates that the authority's must lead to, as PEM.
    pub roots: PathBuf,
    /// The policy that is asked for; the authority's own if there is none.
    pub policy: Option<ObjectId>,
}

impl Check<'_> {
    /// `Some(None)` if no authority is named: then nothing is time-stamped.
    pub(super) fn timestamps(&mut self) -> Option<Option<TimestampsConfig>> {
        let (url, roots) = (self.address_of_server("timestamps.url"), self.optional_path("timestamps.roots"));
        let interval = self.number("timestamps.interval_minutes");
        let policy = self.policy();
        let (url, roots, interval, policy) = (url?, roots?, interval?, policy?);
        let Some(url) = url else { return Some(None) };
        let Some(roots) = roots else {
            self.mistake("timestamps.roots", "is missing, but timestamps.url is there; without roots no time-stamp would count".to_owned());
            return None;
        };
        Some(Some(TimestampsConfig { url, interval: Duration::from_secs(interval * 60), roots, policy }))
    }

    fn policy(&mut self) -> Option<Option<ObjectId>> {
        let text = self.text("timestamps.policy")?;
        let policy = ObjectId::parse(&text);
        self.accept("timestamps.policy", &text, if text.is_empty() { Some(None) } else { policy.map(Some) })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::check::Config;

    #[test]
    fn an_authority_needs_roots_and_everything_else_has_a_default() {
        for (lines, expected) in [
            ("", Ok(None)),
            ("url = \"https://tsa.example/\"\nroots = \"tsa.pem\"\n", Ok(Some((3600, None)))),
            (
                "url = \"http://tsa\"\nroots = \"tsa.pem\"\ninterval_minutes = 5\npolicy = \"1.3.6.1.4.1.99999.1\"\n",
                Ok(Some((300, Some("1.3.6.1.4.1.99999.1")))),
            ),
            ("url = \"https://tsa.example/\"\n", Err("timestamps.roots")),
            ("url = \"tsa.example\"\nroots = \"tsa.pem\"\n", Err("timestamps.url")),
            ("policy = \"1.3.06\"\n", Err("timestamps.policy")),
            ("interval_minutes = 0\n", Err("timestamps.interval_minutes")),
        ] {
            let parsed = Config::parse(&format!("ledger.origin = \"a\"\n[timestamps]\n{lines}"), Path::new("/etc/aktenfest"));
            match (parsed, expected) {
                (Ok(config), Ok(expected)) => {
                    let found = config.timestamps.map(|found| (found.interval.as_secs(), found.policy.map(|policy| policy.to_string())));
                    assert_eq!(found, expected.map(|(seconds, policy)| (seconds, policy.map(ToOwned::to_owned))), "{lines}");
                }
                (Err(mistakes), Err(key)) => assert_eq!(mistakes.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), [key], "{lines}"),
                (parsed, expected) => panic!("{lines}: {parsed:?} instead of {expected:?}"),
            }
        }
    }
}

//! The file as it was written: TOML keys and values with their places, and the list of keys that exist.
//!
//! It is read as a tree of values with their places and not by serde's derive, which stops at the first value of a wrong type: an
//! operator wants all mistakes from one run of `check-config`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Mistake;

/// What a key accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A socket address.
    Address,
    /// A path.
    Path,
    /// A path, or nothing.
    PathOrNone,
    /// A TPM.
    Device,
    /// A name that somebody has given to something.
    Words,
    /// The address of somebody else's server, or nothing.
    ServerOrNone,
    /// A key of cosignatures, or nothing.
    WitnessKeyOrNone,
    /// A policy of time-stamps, or nothing.
    PolicyOrNone,
    /// A DNS name.
    HostName,
    /// A whole number from the first to the second, both included.
    Number(u64, u64),
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("an IP address with a port, such as \"127.0.0.1:8443\" or \"[::1]:8443\""),
            Self::Path => f.write_str("a path in quotes; a relative one starts at the folder of this file"),
            Self::PathOrNone => f.write_str("a path in quotes, or \"\" for none; a relative one starts at the folder of this file"),
            Self::Device => {
                f.write_str("a device such as \"/dev/tpmrm0\", or a socket such as \"unix:/run/tpm.sock\" or \"tcp:127.0.0.1:2321\"")
            }
            Self::Words => f.write_str("a text of 1 to 255 characters in quotes"),
            Self::ServerOrNone => f.write_str("an address such as \"https://witness.example.org/prefix\", or \"\" for none"),
            Self::WitnessKeyOrNone => f.write_str("the line that `aktenfest witness init` prints (NAME+ID+KEY), or \"\" for none"),
            Self::PolicyOrNone => f.write_str("an object identifier such as \"1.3.6.1.4.1.99999.1\", or \"\" for none"),
            Self::HostName => f.write_str("a host name in lower case, such as \"archive.example.org\""),
            Self::Number(min, max) => write!(f, "a whole number from {min} to {max}"),
            Self::Choice(words) => write!(f, "one of \"{}\"", words.join("\", \"")),
        }
    }
}

/// A key that exists.
pub(super) struct Key {
    /// The key with its sections, e.g. `server.tls.key`.
    pub name: &'static str,
    /// What it accepts.
    pub kind: Kind,
    /// The default as TOML, or `None` if the file must say it.
    pub default: Option<&'static str>,
}

const fn with_default(name: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { name, kind, default: Some(default) }
}

const fn required(name: &'static str, kind: Kind) -> Key {
    Key { name, kind, default: None }
}

const ROOT_KINDS: &[&str] = &["file", "tpm", "pkcs11"];
const REPLICA_KINDS: &[&str] = &["none", "file", "tpm", "pkcs11"];

/// Every key, in the order of `config/aktenfest.toml`.
pub(super) const KEYS: &[Key] = &[
    with_default("server.listen", Kind::Address, "\"127.0.0.1:8443\""),
    with_default("server.connections_max", Kind::Number(1, 65_536), "2048"),
    with_default("server.header_timeout_seconds", Kind::Number(1, 600), "10"),
    with_default("server.body_idle_timeout_seconds", Kind::Number(1, 600), "30"),
    with_default("server.drain_seconds", Kind::Number(0, 3600), "60"),
    with_default("server.tls.certificate", Kind::Path, "\"/etc/aktenfest/tls/server.pem\""),
    with_default("server.tls.key", Kind::Path, "\"/etc/aktenfest/tls/server.key\""),
    with_default("server.tls.client_ca", Kind::Path, "\"/etc/aktenfest/tls/client-ca.pem\""),
    with_default("admin.listen", Kind::Address, "\"127.0.0.1:9464\""),
    with_default("storage.data", Kind::Path, "\"/var/lib/aktenfest/data\""),
    with_default("storage.anchor", Kind::Path, "\"/var/lib/aktenfest/anchor\""),
    with_default("storage.checkpoints", Kind::PathOrNone, "\"\""),
    with_default("storage.keyring", Kind::Path, "\"/var/lib/aktenfest/keyring\""),
    with_default("storage.free_mebibytes_min", Kind::Number(0, 16 << 20), "2048"),
    with_default("storage.memory_mebibytes_max", Kind::Number(128, 1 << 20), "384"),
    with_default("storage.threads", Kind::Number(1, 64), "2"),
    with_default("storage.root_of_trust.kind", Kind::Choice(ROOT_KINDS), "\"file\""),
    with_default("storage.root_of_trust.path", Kind::Path, "\"/var/lib/aktenfest/root-of-trust\""),
    with_default("storage.root_of_trust.device", Kind::Device, "\"/dev/tpmrm0\""),
    with_default("storage.root_of_trust.nv_index", Kind::Number(0x0180_0000, 0x01BF_FFFE), "0x01a4f700"),
    with_default("storage.root_of_trust.chip", Kind::Choice(&["detect", "virtual"]), "\"detect\""),
    with_default("storage.root_of_trust.module", Kind::Path, "\"/usr/lib/softhsm/libsofthsm2.so\""),
    with_default("storage.root_of_trust.token", Kind::Words, "\"aktenfest\""),
    with_default("storage.root_of_trust.label", Kind::Words, "\"aktenfest\""),
    with_default("storage.root_of_trust.secret", Kind::Path, "\"/etc/aktenfest/root-of-trust.secret\""),
    with_default("storage.replica_1.kind", Kind::Choice(REPLICA_KINDS), "\"none\""),
    with_default("storage.replica_1.path", Kind::Path, "\"/var/lib/aktenfest-replica-1/root-of-trust\""),
    with_default("storage.replica_1.device", Kind::Device, "\"/dev/tpmrm0\""),
    with_default("storage.replica_1.nv_index", Kind::Number(0x0180_0000, 0x01BF_FFFE), "0x01a4f700"),
    with_default("storage.replica_1.chip", Kind::Choice(&["detect", "virtual"]), "\"detect\""),
    with_default("storage.replica_1.module", Kind::Path, "\"/usr/lib/softhsm/libsofthsm2.so\""),
    with_default("storage.replica_1.token", Kind::Words, "\"aktenfest\""),
    with_default("storage.replica_1.label", Kind::Words, "\"aktenfest\""),
    with_default("storage.replica_1.secret", Kind::Path, "\"/etc/aktenfest/replica-1.secret\""),
    with_default("storage.replica_1.keyring", Kind::PathOrNone, "\"\""),
    with_default("storage.replica_2.kind", Kind::Choice(REPLICA_KINDS), "\"none\""),
    with_default("storage.replica_2.path", Kind::Path, "\"/var/lib/aktenfest-replica-2/root-of-trust\""),
    with_default("storage.replica_2.device", Kind::Device, "\"/dev/tpmrm0\""),
    with_default("storage.replica_2.nv_index", Kind::Number(0x0180_0000, 0x01BF_FFFE), "0x01a4f700"),
    with_default("storage.replica_2.chip", Kind::Choice(&["detect", "virtual"]), "\"detect\""),
    with_default("storage.replica_2.module", Kind::Path, "\"/usr/lib/softhsm/libsofthsm2.so\""),
    with_default("storage.replica_2.token", Kind::Words, "\"aktenfest\""),
    with_default("storage.replica_2.label", Kind::Words, "\"aktenfest\""),
    with_default("storage.replica_2.secret", Kind::Path, "\"/etc/aktenfest/replica-2.secret\""),
    with_default("storage.replica_2.keyring", Kind::PathOrNone, "\"\""),
    with_default("backup.folder", Kind::PathOrNone, "\"\""),
    with_default("backup.interval_hours", Kind::Number(0, 8784), "0"),
    with_default("canary.interval_minutes", Kind::Number(0, 1440), "60"),
    required("ledger.origin", Kind::HostName),
    with_default("remote.authorities", Kind::PathOrNone, "\"\""),
    with_default("remote.timeout_seconds", Kind::Number(1, 600), "30"),
    with_default("witness.interval_seconds", Kind::Number(1, 86_400), "60"),
    with_default("witness.cosignatures_min", Kind::Number(1, 3), "1"),
    with_default("witness_1.url", Kind::ServerOrNone, "\"\""),
    with_default("witness_1.key", Kind::WitnessKeyOrNone, "\"\""),
    with_default("witness_2.url", Kind::ServerOrNone, "\"\""),
    with_default("witness_2.key", Kind::WitnessKeyOrNone, "\"\""),
    with_default("witness_3.url", Kind::ServerOrNone, "\"\""),
    with_default("witness_3.key", Kind::WitnessKeyOrNone, "\"\""),
    with_default("timestamps.url", Kind::ServerOrNone, "\"\""),
    with_default("timestamps.interval_minutes", Kind::Number(1, 10_080), "60"),
    with_default("timestamps.roots", Kind::PathOrNone, "\"\""),
    with_default("timestamps.policy", Kind::PolicyOrNone, "\"\""),
    with_default("export.certificate", Kind::PathOrNone, "\"\""),
    with_default("export.key", Kind::PathOrNone, "\"\""),
    with_default("log.format", Kind::Choice(&["auto", "text", "json", "journald"]), "\"auto\""),
    with_default("log.level", Kind::Choice(&["error", "warn", "info", "debug", "trace"]), "\"info\""),
];

/// The description of a key.
///
/// # Panics
/// When the program asks for a key that is not in [`KEYS`].
pub(super) fn key(name: &str) -> &'static Key {
    KEYS.iter().find(|key| key.name == name).expect("a key that is read must be in KEYS")
}

/// A value of the file, reduced to the two kinds that keys have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Text in quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Anything else, with TOML's word for it.
    Other(&'static str),
}

impl Value {
    /// The value of a parsed TOML value.
    pub fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
                Ok(number) => Self::Number(number),
                Err(_) => Self::Other("integer beyond 64 bits"),
            },
            other => Self::Other(other.type_str()),
        }
    }
}

/// The values of a file by full key name, and the mistakes that were visible without knowing what a key means.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// Values of known keys, with their place in the file.
    pub values: BTreeMap<&'static str, (Value, Range<usize>)>,
    /// Broken TOML, unknown keys and sections.
    pub mistakes: Vec<Mistake>,
    /// Whether the TOML itself is broken. What is missing then may only have been unreadable.
    pub broken: bool,
}

/// Reads the text of a file.
pub(super) fn read(text: &str) -> Raw {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut raw = Raw { broken: !errors.is_empty(), ..Raw::default() };
    for error in errors {
        let at = error.span().map(|span| position(text, span.start));
        raw.mistakes.push(Mistake { position: at, key: String::new(), message: format!("this is not TOML: {}", error.message()) });
    }
    collect(text, "", document.get_ref(), &mut raw);
    raw
}

/// Line and column, both from 1, of a byte offset.
pub(super) fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn collect(text: &str, section: &str, table: &DeTable<'_>, raw: &mut Raw) {
    for (name, value) in table {
        let full = if section.is_empty() { name.get_ref().to_string() } else { format!("{section}.{}", name.get_ref()) };
        if let Some(key) = KEYS.iter().find(|key| key.name == full) {
            raw.values.insert(key.name, (Value::of(value.get_ref()), value.span()));
        } else if is_section(&full) {
            collect_section(text, &full, value, raw);
        } else {
            let at = Some(position(text, name.span().start));
            raw.mistakes.push(Mistake { position: at, message: unknown(&full, value.get_ref().is_table()), key: full });
        }
    }
}

fn collect_section(text: &str, section: &str, value: &Spanned<DeValue<'_>>, raw: &mut Raw) {
    match value.get_ref() {
        DeValue::Table(table) => collect(text, section, table, raw),
        other => {
            let message = format!("this is a section, written as a line [{section}], and not a value ({})", other.type_str());
            raw.mistakes.push(Mistake { position: Some(position(text, value.span().start)), key: section.to_owned(), message });
        }
    }
}

fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| key.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// The sections that exist: every proper prefix of a key.
fn sections() -> impl Iterator<Item = &'static str> {
    KEYS.iter().flat_map(|key| key.name.match_indices('.').map(|(at, _)| &key.name[..at]))
}

fn unknown(name: &str, table: bool) -> String {
    let kind = if table { "section" } else { "key" };
    let candidates: Vec<&str> = if table { sections().collect() } else { KEYS.iter().map(|key| key.name).collect() };
    match nearest(name, &candidates) {
        Some(near) => format!("there is no such {kind}; did you mean {near}?"),
        None => format!("there is no such {kind}; config/aktenfest.toml lists them all"),
    }
}

/// A candidate with the same last part, because keys are often put into the wrong section; otherwise the one that needs the fewest
/// edits, if no more than a third of its letters would change.
pub(super) fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let close = || {
        let (edits, best) = candidates.iter().map(|candidate| (edits_between(name, candidate), *candidate)).min()?;
        (edits * 3 <= best.len()).then_some(best)
    };
    candidates.iter().copied().find(|candidate| last(candidate) == last(name)).or_else(close)
}

/// Levenshtein distance in characters.
fn edits_between(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_places() {
        let raw = read("[server]\nlisten = \"[::1]:1\"\n\n[server.tls]\nkey = 7\n[log]\nlevel = 0x1f\n");
        assert_eq!(raw.mistakes, []);
        assert_eq!(raw.values["server.listen"], (Value::Text("[::1]:1".to_owned()), 18..27));
        assert_eq!(raw.values["server.tls.key"].0, Value::Number(7));
        assert_eq!(raw.values["log.level"].0, Value::Number(31));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        for (text, at, answer) in [
            ("[server]\nlisen = 1\n", (2, 1), "did you mean server.listen?"),
            ("[sever]\nlisten = 1\n", (1, 2), "did you mean server?"),
            ("[server]\nlevel = 1\n", (2, 1), "did you mean log.level?"),
            ("origin = 1\n", (1, 1), "did you mean ledger.origin?"),
            ("colour = 1\n", (1, 1), "config/aktenfest.toml lists them all"),
            ("server = 1\n", (1, 10), "written as a line [server]"),
        ] {
            let raw = read(text);
            assert_eq!(raw.mistakes.len(), 1, "{text}: {:?}", raw.mistakes);
            assert_eq!(raw.mistakes[0].position, Some(at), "{text}");
            assert!(raw.mistakes[0].message.contains(answer), "{text}: {}", raw.mistakes[0].message);
        }
    }

    #[test]
    fn every_syntax_error_is_found() {
        let raw = read("[server\nlisten = = 1\n[log]\nlevel = \"info\nformat = yes\n");
        assert!(raw.broken && raw.mistakes.len() >= 3, "{:?}", raw.mistakes);
    }

    #[test]
    fn distances() {
        for (from, to, edits) in [("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("ab", "ba", 2)] {
            assert_eq!(edits_between(from, to), edits, "{from} {to}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[ \\PC\n\\[\\]=\"'#.a-z0-9]{0,200}") {
            read(&text);
        }
    }
}

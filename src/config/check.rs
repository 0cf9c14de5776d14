//! From what was written to what the components get: every value checked, every path made absolute.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::DeValue;

use super::error::{ConfigErrors, Mistake};
use super::export::ExportConfig;
use super::raw::{self, Kind, Raw, Value};
use super::remote::{RemoteConfig, WitnessesConfig};
use super::roots::{ReplicaConfig, RootOfTrust};
use super::timestamps::TimestampsConfig;
use crate::limits::CONFIG_BYTES_MAX;

/// A configuration file that was right as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The public listener.
    pub server: ServerConfig,
    /// The listener for operators.
    pub admin: AdminConfig,
    /// Where and how things are kept.
    pub storage: StorageConfig,
    /// Copies of the database.
    pub backup: BackupConfig,
    /// Time between two self-tests; zero for none.
    pub canary_interval: Duration,
    /// The log of the process, which is not the ledger.
    pub log: LogConfig,
    /// What the ledgers are called.
    pub ledger: LedgerConfig,
    /// How other people's servers are asked.
    pub remote: RemoteConfig,
    /// Who cosigns checkpoints.
    pub witnesses: WitnessesConfig,
    /// Who time-stamps checkpoints, if anybody does.
    pub timestamps: Option<TimestampsConfig>,
    /// With what exports are signed beside the key of the ledger, if with anything.
    pub export: Option<ExportConfig>,
}

/// The public listener: HTTPS with client certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// Address of the listener.
    pub listen: SocketAddr,
    /// Files of the TLS identity and of the clients' authority.
    pub tls: TlsConfig,
    /// Connections open at the same time.
    pub connections_max: usize,
    /// Longest time from accepting a connection or finishing a request to the end of the next request's head.
    pub header_timeout: Duration,
    /// Longest pause between two pieces of a body, in either direction.
    pub body_idle_timeout: Duration,
    /// Time that requests under way get when the daemon stops.
    pub drain: Duration,
}

/// Files of the TLS server, all PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    /// The server's certificate, followed by intermediate ones.
    pub certificate: PathBuf,
    /// The server's private key (PKCS #8, PKCS #1 or SEC 1).
    pub key: PathBuf,
    /// The authorities whose client certificates are believed.
    pub client_ca: PathBuf,
}

/// The listener for operators: plain HTTP with metrics and health, no documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminConfig {
    /// Address of the listener.
    pub listen: SocketAddr,
}

/// Where and how things are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageConfig {
    /// The database's folder.
    pub data: PathBuf,
    /// The anchor file, never inside [`StorageConfig::data`].
    pub anchor: PathBuf,
    /// The folder of the checkpoints outside the database; `None` is beside the anchor.
    pub checkpoints: Option<PathBuf>,
    /// The folder of the sealed key forest, never inside [`StorageConfig::data`].
    pub keyring: PathBuf,
    /// What keeps the keys of the key forest.
    pub root_of_trust: RootOfTrust,
    /// Further places that every change of keys is written to.
    pub replicas: Vec<ReplicaConfig>,
    /// Free space under which nothing is accepted any more.
    pub free_bytes_min: u64,
    /// Memory for the database's caches and write buffers.
    pub memory_bytes_max: usize,
    /// Threads for the database's flushes and compactions.
    pub threads: usize,
}

/// Copies of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupConfig {
    /// Their folder, if any are made.
    pub folder: Option<PathBuf>,
    /// Time between two of them; zero if somebody asks for each.
    pub interval: Duration,
}

/// The log of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogConfig {
    /// Form of the lines.
    pub format: LogFormat,
    /// Least important level that is written.
    pub level: LogLevel,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Journald when systemd connected us to it, text on a terminal, JSON otherwise.
    Auto,
    /// One readable line for each event.
    Text,
    /// One JSON object on a line for each event.
    Json,
    /// Journald's own protocol with fields.
    Journald,
}

/// Level of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Somebody must act.
    Error,
    /// Somebody should look.
    Warn,
    /// What happened.
    Info,
    /// Steps in between.
    Debug,
    /// Everything.
    Trace,
}

/// What the ledgers are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerConfig {
    /// First part of every ledger's origin line, e.g. `archive.example.org`.
    pub origin: String,
}

impl Config {
    /// Reads and checks a file.
    pub fn load(path: &Path) -> Result<Self, ConfigErrors> {
        let unreadable = |message: String| ConfigErrors {
            file: path.to_owned(),
            mistakes: vec![Mistake { position: None, key: String::new(), message }],
        };
        let absolute = std::path::absolute(path).map_err(|error| unreadable(format!("cannot be found: {error}")))?;
        let bytes = fs::metadata(path).map_err(|error| unreadable(format!("cannot be read: {error}")))?.len();
        if bytes > CONFIG_BYTES_MAX {
            return Err(unreadable(format!("has {bytes} bytes; a configuration has at most {CONFIG_BYTES_MAX}")));
        }
        let text = fs::read_to_string(path).map_err(|error| unreadable(format!("cannot be read: {error}")))?;
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        Self::parse(&text, folder).map_err(|mistakes| ConfigErrors { file: path.to_owned(), mistakes })
    }

    /// Checks the text of a file that lies in `folder`.
    pub(super) fn parse(text: &str, folder: &Path) -> Result<Self, Vec<Mistake>> {
        let raw = raw::read(text);
        let mut check = Check { text, folder, mistakes: raw.mistakes.clone(), raw };
        let config = check.config();
        let mut mistakes = check.mistakes;
        mistakes.sort();
        mistakes.dedup();
        match config {
            Some(config) if mistakes.is_empty() => Ok(config),
            _ => Err(mistakes),
        }
    }
}

/// The check under way. Every method notes what is wrong and goes on.
pub(super) struct Check<'a> {
    text: &'a str,
    folder: &'a Path,
    raw: Raw,
    mistakes: Vec<Mistake>,
}

impl Check<'_> {
    fn config(&mut self) -> Option<Config> {
        // Every part is checked before the first missing one ends the function, so that all mistakes are noted.
        let (server, admin) = (self.server(), self.address("admin.listen"));
        let (storage, backup, ledger, log) = (self.storage(), self.backup(), self.origin(), self.log());
        let (canary_interval, remote, witnesses) = (self.canary_interval(), self.remote(), self.witnesses());
        let (timestamps, export) = (self.timestamps(), self.export());
        let (server, listen, storage, backup) = (server?, admin?, storage?, backup?);
        if server.listen == listen && listen.port() != 0 {
            self.mistake("admin.listen", "is the same address as server.listen; the two listeners need one each".to_owned());
        }
        self.separate(&storage);
        self.apart_from_backups(&storage, &backup);
        let (admin, ledger) = (AdminConfig { listen }, LedgerConfig { origin: ledger? });
        let (canary_interval, remote, witnesses, log) = (canary_interval?, remote?, witnesses?, log?);
        Some(Config {
            server,
            admin,
            storage,
            backup,
            canary_interval,
            log,
            ledger,
            remote,
            witnesses,
            timestamps: timestamps?,
            export: export?,
        })
    }

    fn server(&mut self) -> Option<ServerConfig> {
        let listen = self.address("server.listen");
        let connections = self.number("server.connections_max");
        let header = self.number("server.header_timeout_seconds");
        let body = self.number("server.body_idle_timeout_seconds");
        let drain = self.number("server.drain_seconds");
        let certificate = self.path("server.tls.certificate");
        let key = self.path("server.tls.key");
        let client_ca = self.path("server.tls.client_ca");
        Some(ServerConfig {
            listen: listen?,
            tls: TlsConfig { certificate: certificate?, key: key?, client_ca: client_ca? },
            connections_max: usize::try_from(connections?).ok()?,
            header_timeout: Duration::from_secs(header?),
            body_idle_timeout: Duration::from_secs(body?),
            drain: Duration::from_secs(drain?),
        })
    }

    fn storage(&mut self) -> Option<StorageConfig> {
        let (data, anchor, keyring) = (self.path("storage.data"), self.path("storage.anchor"), self.path("storage.keyring"));
        let checkpoints = self.optional_path("storage.checkpoints");
        let free = self.number("storage.free_mebibytes_min");
        let memory = self.number("storage.memory_mebibytes_max");
        let threads = self.number("storage.threads");
        let (root_of_trust, replicas) = (self.root_of_trust(), self.replicas());
        Some(StorageConfig {
            data: data?,
            anchor: anchor?,
            checkpoints: checkpoints?,
            keyring: keyring?,
            root_of_trust: root_of_trust?,
            replicas: replicas?,
            free_bytes_min: free? << 20,
            memory_bytes_max: usize::try_from(memory? << 20).ok()?,
            threads: usize::try_from(threads?).ok()?,
        })
    }

    fn backup(&mut self) -> Option<BackupConfig> {
        let folder = self.text("backup.folder")?;
        // An empty text is no path; everything else is checked as one.
        let folder = if folder.is_empty() { None } else { Some(self.path("backup.folder")?) };
        let interval = Duration::from_secs(self.number("backup.interval_hours")?.saturating_mul(3600));
        if folder.is_none() && !interval.is_zero() {
            self.mistake("backup.interval_hours", "asks for backups, but backup.folder does not say where they go".to_owned());
        }
        Some(BackupConfig { folder, interval })
    }

    fn canary_interval(&mut self) -> Option<Duration> {
        Some(Duration::from_secs(self.number("canary.interval_minutes")?.saturating_mul(60)))
    }

    /// A backup that lies in what it copies is lost with it; and keys that lie among backups are copied with them.
    fn apart_from_backups(&mut self, storage: &StorageConfig, backup: &BackupConfig) {
        let Some(folder) = &backup.folder else { return };
        let parts = [("storage.data", storage.data.as_path()), ("storage.anchor", storage.anchor.as_path())];
        for (key, part) in parts.into_iter().chain(storage.key_folders()) {
            if folder.starts_with(part) || part.starts_with(folder) {
                let why = "what is lost together is no backup, and keys must never lie in one; choose another folder";
                self.mistake("backup.folder", format!("lies inside {key}, or {key} inside it: {why}"));
            }
        }
    }

    fn log(&mut self) -> Option<LogConfig> {
        let format = self.choice("log.format", &[LogFormat::Auto, LogFormat::Text, LogFormat::Json, LogFormat::Journald]);
        let level = self.choice("log.level", &[LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace]);
        Some(LogConfig { format: format?, level: level? })
    }

    /// What lies together is copied together and lost together: an anchor in the database's folder goes back with an old copy of
    /// it, and a root of trust beside the keyring lets an old backup open what has been destroyed.
    fn separate(&mut self, storage: &StorageConfig) {
        if storage.anchor.starts_with(&storage.data) {
            let why = "an old copy of the database would bring its own anchor along";
            self.mistake("storage.anchor", format!("lies inside storage.data: {why}; choose another folder"));
        }
        if storage.checkpoints.as_ref().is_some_and(|checkpoints| checkpoints.starts_with(&storage.data)) {
            let why = "an old copy of the database would bring its own checkpoints along";
            self.mistake("storage.checkpoints", format!("lies inside storage.data: {why}; choose another folder"));
        }
        self.separate_keys(storage);
    }

    fn address(&mut self, key: &'static str) -> Option<SocketAddr> {
        let text = self.text(key)?;
        self.accept(key, &text, text.parse().ok())
    }

    pub(super) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        let text = self.text(key)?;
        let usable = !text.is_empty() && !text.contains('\0');
        self.accept(key, &text, usable.then(|| self.absolute(&text)))
    }

    /// A path, or `Some(None)` for an empty text.
    pub(super) fn optional_path(&mut self, key: &'static str) -> Option<Option<PathBuf>> {
        let text = self.text(key)?;
        let path = (!text.is_empty()).then(|| self.absolute(&text));
        self.accept(key, &text, (!text.contains('\0')).then_some(path))
    }

    /// A text that names something.
    pub(super) fn words(&mut self, key: &'static str) -> Option<String> {
        let text = self.text(key)?;
        let usable = !text.trim().is_empty() && !text.contains(char::is_control) && text.len() <= 255;
        self.accept(key, &text, usable.then(|| text.clone()))
    }

    pub(super) fn absolute(&self, path: &str) -> PathBuf {
        tidy(&self.folder.join(path))
    }

    fn origin(&mut self) -> Option<String> {
        let text = self.text("ledger.origin")?;
        self.accept("ledger.origin", &text, is_host_name(&text).then(|| text.clone()))
    }

    /// The value of `values` that stands where the written word stands in the key's list of words.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, values: &[T]) -> Option<T> {
        let text = self.text(key)?;
        let words = match raw::key(key).kind {
            Kind::Choice(words) if words.len() == values.len() => words,
            _ => unreachable!("a choice must have as many values as words"),
        };
        let chosen = words.iter().zip(values).find(|(word, _)| **word == text).map(|(_, value)| *value);
        self.accept(key, &text, chosen)
    }

    pub(super) fn number(&mut self, key: &'static str) -> Option<u64> {
        let (min, max) = match raw::key(key).kind {
            Kind::Number(min, max) => (min, max),
            _ => unreachable!("a number must be described as one"),
        };
        match self.value(key)? {
            Value::Number(number) => {
                let good = u64::try_from(number).ok().filter(|number| (min..=max).contains(number));
                self.accept(key, &number.to_string(), good)
            }
            Value::Text(text) => self.accept(key, &format!("the text \"{text}\""), None),
            Value::Other(kind) => self.accept(key, &format!("this {kind}"), None),
        }
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        match self.value(key)? {
            Value::Text(text) => Some(text),
            Value::Number(number) => self.accept(key, &number.to_string(), None),
            Value::Other(kind) => self.accept(key, &format!("this {kind}"), None),
        }
    }

    /// What the file says, or else the default. A required key that is missing is noted, unless unreadable TOML may have contained it.
    fn value(&mut self, key: &'static str) -> Option<Value> {
        if let Some((value, _)) = self.raw.values.get(key) {
            return Some(value.clone());
        }
        let known = raw::key(key);
        if let Some(default) = known.default {
            let parsed = DeValue::parse(default).expect("a default must be TOML");
            return Some(Value::of(parsed.get_ref()));
        }
        if !self.raw.broken {
            let message = format!("is missing and has no default; expected {}", known.kind);
            self.mistakes.push(Mistake { position: None, key: key.to_owned(), message });
        }
        None
    }

    pub(super) fn accept<T>(&mut self, key: &'static str, written: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.mistake(key, format!("{written} is not accepted; expected {}", raw::key(key).kind));
        }
        value
    }

    pub(super) fn mistake(&mut self, key: &'static str, message: String) {
        let position = self.raw.values.get(key).map(|(_, span)| raw::position(self.text, span.start));
        self.mistakes.push(Mistake { position, key: key.to_owned(), message });
    }
}

/// The path without `.` and `..`, so that "inside" can be decided by looking at names. Symbolic links are the operator's own doing.
fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    path.components().fold(PathBuf::new(), |mut tidy, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
        tidy
    })
}

/// RFC 1123 section 2.1 in lower case. The origin becomes a key name in signed notes, where blanks and `+` would be ambiguous.
fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        let allowed = label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        (1..=63).contains(&label.len()) && allowed && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, Vec<Mistake>> {
        Config::parse(text, Path::new("/etc/aktenfest"))
    }

    fn mistakes(text: &str) -> Vec<Mistake> {
        parse(text).expect_err("must be refused")
    }

    #[test]
    fn the_shortest_file_gets_the_defaults() {
        let config = parse("ledger.origin = \"archive.example.org\"\n").expect("must be accepted");
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8443");
        assert_eq!(config.server.body_idle_timeout, Duration::from_secs(30));
        assert_eq!(config.storage.free_bytes_min, 2 << 30);
        assert_eq!(config.log, LogConfig { format: LogFormat::Auto, level: LogLevel::Info });
        assert!(!config.storage.anchor.starts_with(&config.storage.data));
    }

    #[test]
    fn a_relative_path_starts_at_the_file() {
        let text = "[ledger]\norigin = \"a\"\n[storage]\ndata = \"db\"\nkeyring = \"../k/./x\"\n";
        let config = parse(text).expect("must be accepted");
        assert_eq!(config.storage.data, Path::new("/etc/aktenfest/db"));
        assert_eq!(config.storage.keyring, Path::new("/etc/k/x"));
    }

    #[test]
    fn all_mistakes_are_reported_at_once() {
        let text = "[server]\nlisten = \"localhost\"\nconnections_max = 0\ndrain_seconds = -1\nlisen = 1\n\
                    [server.tls]\nkey = 3\n[log]\nlevel = \"loud\"\n[storage.root_of_trust]\nkind = \"tmp\"\n";
        let found = mistakes(text);
        let keys: Vec<&str> = found.iter().map(|mistake| mistake.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "ledger.origin",
                "server.listen",
                "server.connections_max",
                "server.drain_seconds",
                "server.lisen",
                "server.tls.key",
                "log.level",
                "storage.root_of_trust.kind",
            ]
        );
        assert_eq!(found[2].position, Some((3, 19)));
        assert_eq!(found[2].message, "0 is not accepted; expected a whole number from 1 to 65536");
        assert_eq!(found[6].message, "loud is not accepted; expected one of \"error\", \"warn\", \"info\", \"debug\", \"trace\"");
    }

    #[test]
    fn things_that_protect_each_other_lie_apart() {
        for (lines, key) in [
            ("data = \"d\"\nanchor = \"d/anchor\"", "storage.anchor"),
            ("data = \"d\"\nanchor = \"x/../d/anchor\"", "storage.anchor"),
            ("data = \"d\"\ncheckpoints = \"d/c\"", "storage.checkpoints"),
            ("data = \"d\"\nkeyring = \"d\"", "storage.data"),
            ("data = \"d\"\nroot_of_trust.path = \"d/root\"", "storage.root_of_trust.path"),
            ("keyring = \"k\"\nroot_of_trust.path = \"k/root\"", "storage.root_of_trust.path"),
            ("anchor = \"a\"\nroot_of_trust.path = \"a\"", "storage.anchor"),
        ] {
            let found = mistakes(&format!("ledger.origin = \"a\"\n[storage]\n{lines}\n"));
            assert!(found.iter().any(|mistake| mistake.key == key && mistake.position.is_some()), "{lines}: {found:?}");
        }
        let found = mistakes("ledger.origin = \"a\"\nserver.listen = \"[::1]:1\"\nadmin.listen = \"[::1]:1\"\n");
        assert_eq!(found[0].key, "admin.listen");
    }

    #[test]
    fn backups_lie_apart_from_what_they_copy_and_from_keys() {
        let start = "ledger.origin = \"a\"\n[storage]\ndata = \"s/d\"\nanchor = \"s/a\"\nkeyring = \"s/k\"\n[backup]\n";
        for (line, good) in [
            ("", true),
            ("folder = \"b\"", true),
            ("folder = \"\"", true),
            ("folder = \"b\"\ninterval_hours = 24", true),
            ("interval_hours = 24", false),
            ("folder = \"s/d/b\"", false),
            ("folder = \"s/k\"", false),
            ("folder = \"s\"", false),
        ] {
            let parsed = parse(&format!("{start}{line}\n"));
            assert_eq!(parsed.is_ok(), good, "{line}: {parsed:?}");
        }
        let config = parse(&format!("{start}folder = \"b\"\ninterval_hours = 24\n")).expect("must be accepted");
        let expected = BackupConfig { folder: Some("/etc/aktenfest/b".into()), interval: Duration::from_secs(86_400) };
        assert_eq!(config.backup, expected);
    }

    #[test]
    fn host_names() {
        let long = "a.".repeat(127);
        for good in ["a", "archive.example.org", "10.example", "x-y.z"] {
            assert!(is_host_name(good), "{good}");
        }
        for bad in ["", ".", "a.", ".a", "A", "a b", "a+b", "-a", "a-", "a/b", long.as_str()] {
            assert!(!is_host_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_missing_file_is_one_mistake() {
        let errors = Config::load(Path::new("/nonexistent/aktenfest.toml")).expect_err("must fail");
        assert!(errors.to_string().starts_with("/nonexistent/aktenfest.toml: cannot be read: "), "{errors}");
    }
}

//! Shared fixtures: one constructor for each component. A [`Service`] is the real archive behind the real HTTPS server, in this process.

mod client;
mod log;
mod tsa;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aktenfest::access::{self, Authority, CertificateAuthenticator, IssueError, Issued, Validity};
use aktenfest::archive::{Archive, ArchiveSettings, Running};
use aktenfest::clock::Clock;
use aktenfest::config::TlsConfig;
use aktenfest::http::{self, Components, Server, ServerSettings};
use aktenfest::keys::KeySettings;
use aktenfest::model::{ApplicationName, PersonName, Timestamp, VaultName};
use aktenfest::observe::Observer;
use aktenfest::store::StoreSettings;
use aktenfest::store::fault::NoFaults;
use tempfile::TempDir;
use tokio::sync::oneshot;

pub use client::{Answer, Client, exchange_plain};
pub use log::captured_log;
pub use tsa::{Mood, Tsa};

/// The vault that every service has.
pub const VAULT: &str = "demo";
/// A vault that exists as well, for another client.
pub const OTHER_VAULT: &str = "other";
/// A case id that no test needs to invent.
pub const CASE: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
/// Where that case lies.
pub const CASE_PATH: &str = "/v1/vaults/demo/cases/0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";

/// The `number`-th document id.
pub fn document_id(number: u32) -> String {
    format!("0192f0c1-7c1e-7c7a-b1f4-5a2b{number:08x}")
}

/// Where the `number`-th document of the case lies.
pub fn document_path(number: u32) -> String {
    format!("{CASE_PATH}/documents/{}", document_id(number))
}

/// `bytes` bytes that do not compress, as scans do not, and that everybody can compute again (the finaliser of splitmix64).
pub fn content(bytes: usize) -> Vec<u8> {
    let word = |index: u64| {
        let mixed = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb).to_le_bytes()
    };
    let mut content: Vec<u8> = (1..=bytes.div_ceil(8) as u64).flat_map(word).collect();
    content.truncate(bytes);
    content
}

/// An archive with a server in front of it, in a directory of its own.
pub struct Service {
    directory: TempDir,
    authority: Authority,
    archive: Archive,
    running: Running,
    server: Server,
    stop: oneshot::Sender<()>,
}

impl Service {
    /// Starts with short time limits, two vaults and one open case.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// Starts with other settings.
    pub async fn start_with(adjust: impl FnOnce(&mut ServerSettings)) -> Self {
        Self::start_by(Clock::system(), adjust).await
    }

    /// Starts by a clock of the test's own, for what depends on the day.
    pub async fn start_by(clock: Clock, adjust: impl FnOnce(&mut ServerSettings)) -> Self {
        let directory = tempfile::tempdir().expect("must be created");
        let authority = issue(directory.path());
        let settings = archive_settings(directory.path());
        Archive::create(&settings).expect("must be created");
        let observer = Observer::new().expect("must build");
        let (archive, running) = Archive::start(&settings, clock, observer.clone()).expect("must start");
        for vault in [VAULT, OTHER_VAULT] {
            archive.create_vault(VaultName::parse(vault).expect("must parse")).await.expect("must be created");
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let mut server_settings = ServerSettings::new(loopback(), loopback());
        server_settings.pace.idle = Duration::from_millis(600);
        server_settings.pace.grace = Duration::from_millis(600);
        server_settings.header_timeout = Duration::from_millis(1500);
        server_settings.drain = Duration::from_secs(3);
        adjust(&mut server_settings);
        let tls = access::server_config(&tls_files(directory.path())).expect("must work");
        let components =
            Components { archive: archive.clone(), tls: Arc::new(tls), authenticator: Arc::new(CertificateAuthenticator), observer };
        let shutdown = async {
            let _ = stopped.await;
        };
        let server = http::serve(server_settings, components, shutdown).await.expect("must listen");
        let service = Self { directory, authority, archive, running, server, stop };
        let opened = service.client().put_json(CASE_PATH, r#"{"reference":"3 C 17/26","kind":"benefit"}"#).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        service
    }

    /// The archive behind the server.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Where the HTTPS listener is.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where the admin listener is.
    pub fn admin_address(&self) -> SocketAddr {
        self.server.admin_address()
    }

    /// Where the database lies.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// A client of the demo vault.
    pub fn client(&self) -> Client {
        self.client_of("eakte", &[VAULT])
    }

    /// A client whose certificate names these vaults.
    pub fn client_of(&self, application: &str, vaults: &[&str]) -> Client {
        let application = ApplicationName::parse(application).expect("must parse");
        let vaults: Vec<VaultName> = vaults.iter().map(|vault| VaultName::parse(vault).expect("must parse")).collect();
        let name = format!("{application}-{}", vaults.iter().map(ToString::to_string).collect::<Vec<_>>().join("-"));
        self.client_with(&name, || self.authority.issue_client(&application, &vaults, validity()))
    }

    /// A client of the demo vault whose certificate names a person.
    pub fn person(&self, name: &str) -> Client {
        let application = ApplicationName::parse("eakte").expect("must parse");
        let vaults = [VaultName::parse(VAULT).expect("must parse")];
        let person = PersonName::parse(name).expect("must parse");
        self.client_with(&format!("person-{name}"), || self.authority.issue_person(&application, &vaults, &person, validity()))
    }

    /// The same for a person who deputises for others.
    pub fn deputy(&self, name: &str, of: &[&str]) -> Client {
        let application = ApplicationName::parse("eakte").expect("must parse");
        let vaults = [VaultName::parse(VAULT).expect("must parse")];
        let parse = |name: &str| PersonName::parse(name).expect("must parse");
        let (person, others): (PersonName, Vec<PersonName>) = (parse(name), of.iter().copied().map(parse).collect());
        let file = format!("deputy-{name}-{}", of.join("-"));
        self.client_with(&file, || self.authority.issue_deputy(&application, &vaults, (&person, &others), validity()))
    }

    fn client_with(&self, name: &str, issue: impl FnOnce() -> Result<Issued, IssueError>) -> Client {
        let path = |suffix: &str| self.directory.path().join(format!("{name}.{suffix}"));
        if !path("pem").exists() {
            issue().expect("must be issued").write(&path("pem"), &path("key")).expect("must be written");
        }
        let config = access::client_config(&self.directory.path().join("ca.pem"), &path("pem"), &path("key")).expect("must work");
        Client::new(self.address(), config)
    }

    /// Stops as a daemon does.
    pub async fn stop(self) {
        drop(self.stop);
        self.server.stopped().await;
        self.running.refuse_new();
        drop(self.archive);
        let running = self.running;
        tokio::task::spawn_blocking(move || running.join()).await.expect("must end");
    }

    /// Begins to stop; what comes back resolves when the server has stopped.
    pub fn begin_stop(self) -> impl Future<Output = TempDir> {
        drop(self.stop);
        async move {
            self.server.stopped().await;
            self.directory
        }
    }
}

/// A manual clock would do for the archive, but certificates are checked against the real one.
fn validity() -> Validity {
    let time = |text| Timestamp::parse(text).expect("must parse");
    Validity { not_before: time("2020-01-01T00:00:00Z"), not_after: time("2199-01-01T00:00:00Z") }
}

fn issue(directory: &Path) -> Authority {
    let (authority, issued) = Authority::create("test authority", validity()).expect("must be created");
    issued.write(&directory.join("ca.pem"), &directory.join("ca.key")).expect("must be written");
    let server = authority.issue_server(&["localhost"], &[IpAddr::from([127, 0, 0, 1])], validity()).expect("must be issued");
    server.write(&directory.join("server.pem"), &directory.join("server.key")).expect("must be written");
    authority
}

fn tls_files(directory: &Path) -> TlsConfig {
    let path = |name: &str| -> PathBuf { directory.join(name) };
    TlsConfig { certificate: path("server.pem"), key: path("server.key"), client_ca: path("ca.pem") }
}

fn archive_settings(directory: &Path) -> ArchiveSettings {
    ArchiveSettings {
        store: StoreSettings {
            data: directory.join("data"),
            anchor: directory.join("anchor"),
            checkpoints: None,
            threads: 2,
            cache_bytes: 32 << 20,
            faults: Arc::new(NoFaults),
        },
        keys: KeySettings::in_files(directory.join("keyring"), directory.join("root")),
        ledger_host: "archive.example.org".to_owned(),
        upload_budget_bytes: 64 << 20,
        free_bytes_floor: 1 << 20,
        backups: None,
    }
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

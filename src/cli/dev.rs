//! `aktenfest dev`: a whole archive on this machine with one command, to try things out. Not for production.
//!
//! It has no way in of its own: it writes the same files as `init`, starts the same daemon as `serve`, and stores documents through
//! the same client and the same checks as any application.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::classes;
use super::client::{Client, Connection, Profile};
use super::credentials::{ServerNames, TlsFolder};
use super::daemon::Daemon;
use super::dev_store::{self, StoreReport};
use super::exit::{Exit, sentence};
use super::get::replace_file;
use super::output::Output;
use super::session::Session;
use super::settings::archive_settings;
use crate::archive::{Archive, ArchiveError};
use crate::clock::Clock;
use crate::config::{Config, Setting, filled};
use crate::model::{ApplicationName, PersonName, Refusal, VaultName};
use crate::observe::{self, StopReason};
use crate::sys;

/// Tries things out: creates what is missing, serves on this machine, optionally stores a folder. NOT for production.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  aktenfest dev --store samples --once")]
pub struct DevArguments {
    /// The folder for everything: configuration, certificates, keys, database
    #[arg(long, value_name = "DIR", default_value = "var/dev")]
    data: PathBuf,
    /// Store this folder, read every document back, compare, verify the ledger, print a table
    #[arg(long, value_name = "FOLDER")]
    store: Option<PathBuf>,
    /// End after that instead of serving; exit code 0 only if everything matched
    #[arg(long)]
    once: bool,
    /// Address of the HTTPS listener, instead of the configuration's (127.0.0.1:8443 when it is created)
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of the listener for metrics and health, instead of the configuration's (127.0.0.1:9443 when it is created)
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<SocketAddr>,
}

const VAULT: &str = "demo";
const APPLICATION: &str = "dev";
/// Two persons of the records office: what needs two must be tried out with two.
const PERSONS: [&str; 2] = ["records-1", "records-2"];
const LISTEN: &str = "127.0.0.1:8443";
const ADMIN_LISTEN: &str = "127.0.0.1:9443";
/// Enough for the database to tidy up after an experiment.
const FREE_MEBIBYTES_MIN: u64 = 256;

const WARNING: &str = "\
This is `aktenfest dev`: for trying things out, NOT FOR PRODUCTION.
  - The root of trust, the keys and the authority lie beside the data: whoever copies the folder can read everything.
  - Anchor and database lie on one disk: an old copy of both together would not be noticed.
  - The certificates were made here; nobody else vouches for them. Both persons' keys lie in one folder: two persons are one.
  `aktenfest init` and `aktenfest serve` are the real ones.";

/// The JSON document of the command: where everything is.
#[derive(Serialize)]
struct Report {
    url: String,
    admin_url: String,
    vault: String,
    application: String,
    data: PathBuf,
    config: PathBuf,
    profile: PathBuf,
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
    persons: Vec<PersonReport>,
    curl: String,
    store: Option<StoreReport>,
}

/// A person's certificate, and the file with which `--profile` uses it.
#[derive(Serialize)]
struct PersonReport {
    person: String,
    certificate: PathBuf,
    key: PathBuf,
    profile: PathBuf,
}

/// Runs the command.
pub async fn run(arguments: &DevArguments, output: Output) -> anyhow::Result<Exit> {
    sys::process::harden().context("the process cannot be hardened")?;
    sys::process::raise_open_files().context("the limit of open files cannot be raised")?;
    output.note(WARNING);
    let place = Place::new(&arguments.data)?;
    let config = place.complete(arguments, output).await?;
    observe::init(config.log)?;
    let daemon = Daemon::start(&config).await?;
    ensure_vault(daemon.archive(), &place.vault).await?;
    let url = format!("https://{}", daemon.listen());
    let connection = place.connection(&url);
    let profile = place.write_profile("client.json", &connection)?;
    let persons = place.person_reports(&url)?;
    place.adopt_classes(&url, output).await?;
    let mut finished = Exit::Done;
    let mut stored = None;
    if let Some(folder) = &arguments.store {
        let client = Client::new(&connection)?;
        let report = dev_store::store_and_compare(&client, &place.vault, folder, &config.storage.data, output).await?;
        finished = if report.matched { Exit::Done } else { Exit::Findings };
        stored = Some(report);
    }
    let report = Report {
        curl: curl_line(&connection, &place.vault, stored.as_ref()),
        url,
        admin_url: format!("http://{}", daemon.admin()),
        vault: place.vault.to_string(),
        application: place.application.to_string(),
        data: place.folder.clone(),
        config: place.config(),
        profile,
        ca: connection.ca,
        certificate: connection.cert,
        key: connection.key,
        persons,
        store: stored,
    };
    output.result(&report, &text_of(&report, arguments.once))?;
    if arguments.once {
        daemon.stop(StopReason::Signal).await?;
        return Ok(finished);
    }
    output.note("serving until Ctrl-C");
    let reason = daemon.until_told_to_stop().await?;
    daemon.stop(reason).await
}

/// The folder with everything.
struct Place {
    folder: PathBuf,
    tls: TlsFolder,
    vault: VaultName,
    application: ApplicationName,
    persons: Vec<PersonName>,
}

impl Place {
    fn new(folder: &Path) -> anyhow::Result<Self> {
        sys::fs::create_private_directory(folder).with_context(|| format!("the folder {} cannot be created", folder.display()))?;
        let folder = folder.canonicalize().with_context(|| format!("the folder {} cannot be entered", folder.display()))?;
        let tls = TlsFolder::at(folder.join("tls"));
        let persons = PERSONS.iter().map(|person| PersonName::parse(person)).collect::<Result<_, _>>()?;
        Ok(Self { tls, folder, vault: VaultName::parse(VAULT)?, application: ApplicationName::parse(APPLICATION)?, persons })
    }

    fn config(&self) -> PathBuf {
        self.folder.join("aktenfest.toml")
    }

    /// Creates what is missing. What is there is used as it is, so that a second run continues on the same data.
    async fn complete(&self, arguments: &DevArguments, output: Output) -> anyhow::Result<Config> {
        let path = self.config();
        if !path.exists() {
            replace_file(&path, |file| std::io::Write::write_all(file, config_text().as_bytes()))?;
        }
        let mut config = Config::load(&path)?;
        let clock = Clock::system();
        self.tls.complete(&ServerNames::local_and(&[]), &self.vault, &self.application, &clock)?;
        self.tls.complete_persons(&self.vault, &self.application, &self.persons, &clock)?;
        if !config.storage.data.exists() {
            let settings = archive_settings(&config);
            tokio::task::spawn_blocking(move || Archive::create(&settings)).await??;
        }
        config.server.listen = free_address(arguments.listen.unwrap_or(config.server.listen), output)?;
        config.admin.listen = free_address(arguments.admin_listen.unwrap_or(config.admin.listen), output)?;
        Ok(config)
    }

    /// Writes a file with which `--profile` finds this archive.
    fn write_profile(&self, name: &str, connection: &Connection) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(name);
        let relative = |file: &Path| file.strip_prefix(&self.folder).unwrap_or(file).to_owned();
        let profile = Profile {
            url: connection.url.clone(),
            ca: relative(&connection.ca),
            cert: relative(&connection.cert),
            key: relative(&connection.key),
            vault: connection.vault.clone(),
        };
        let json = serde_json::to_string_pretty(&profile)? + "\n";
        replace_file(&path, |file| std::io::Write::write_all(file, json.as_bytes()))?;
        Ok(path)
    }

    /// The application's way in.
    fn connection(&self, url: &str) -> Connection {
        self.connection_with(url, self.tls.client(&self.application))
    }

    /// A person's way in.
    fn connection_of(&self, person: &PersonName, url: &str) -> Connection {
        self.connection_with(url, self.tls.person(&self.application, person))
    }

    fn connection_with(&self, url: &str, (cert, key): (PathBuf, PathBuf)) -> Connection {
        Connection { url: url.to_owned(), ca: self.tls.authority_certificate(), cert, key, vault: Some(self.vault.to_string()) }
    }

    fn person_reports(&self, url: &str) -> anyhow::Result<Vec<PersonReport>> {
        let report = |person: &PersonName| {
            let connection = self.connection_of(person, url);
            let profile = self.write_profile(&format!("{person}.json"), &connection)?;
            Ok(PersonReport { person: person.to_string(), certificate: connection.cert, key: connection.key, profile })
        };
        self.persons.iter().map(report).collect()
    }

    /// Puts the shipped catalogue into force in a vault that has none, by the same requests and the same two persons as any other. Without
    /// it everything is kept, so that an archive which takes nothing at the moment is no reason not to serve.
    async fn adopt_classes(&self, url: &str, output: Output) -> anyhow::Result<()> {
        let session = |person| Ok::<_, anyhow::Error>(Session::new(Client::new(&self.connection_of(person, url))?, self.vault.clone()));
        let [first, second] = self.persons.as_slice() else { anyhow::bail!("the classes need two persons") };
        match classes::adopt_shipped(&session(first)?, &session(second)?).await {
            Ok(true) => output.note(&format!("the retention classes that come with the program are in force in {}", self.vault)),
            Ok(false) => {}
            Err(error) => {
                let why = sentence(&error);
                output.complain(&format!("no retention classes are in force in {}; the next start tries again ({why})", self.vault));
            }
        }
        Ok(())
    }
}

/// The commented configuration with everything in one folder, by relative paths, so that the folder can be moved.
fn config_text() -> String {
    let text = |value| Setting::Text(value);
    let settings = [
        ("server.listen", text(LISTEN)),
        ("server.tls.certificate", text("tls/server.pem")),
        ("server.tls.key", text("tls/server.key")),
        ("server.tls.client_ca", text("tls/ca.pem")),
        ("export.certificate", text("tls/export.pem")),
        ("export.key", text("tls/export.key")),
        ("admin.listen", text(ADMIN_LISTEN)),
        ("storage.data", text("data")),
        ("storage.anchor", text("anchor")),
        ("storage.keyring", text("keyring")),
        ("storage.root_of_trust.path", text("root-of-trust")),
        ("storage.free_mebibytes_min", Setting::Number(FREE_MEBIBYTES_MIN)),
        // What is tried out is looked at by hand, and should show nothing but what was put in.
        ("canary.interval_minutes", Setting::Number(0)),
        ("ledger.origin", text("localhost")),
        ("log.format", text("text")),
        ("log.level", text("warn")),
    ];
    filled(&settings).expect("the keys of the development configuration must exist")
}

/// The address if it is free, or else the same with a port that is.
fn free_address(address: SocketAddr, output: Output) -> anyhow::Result<SocketAddr> {
    match TcpListener::bind(address) {
        // With port 0 the listener itself chooses.
        Ok(_) => Ok(address),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            output.note(&format!("{address} is in use; another port is taken"));
            Ok(SocketAddr::new(address.ip(), 0))
        }
        Err(error) => Err(error).with_context(|| format!("{address} cannot be listened on")),
    }
}

async fn ensure_vault(archive: &Archive, name: &VaultName) -> anyhow::Result<()> {
    match archive.vault(name) {
        Ok(_) => Ok(()),
        Err(ArchiveError::Refused(Refusal::VaultUnknown)) => {
            archive.create_vault(name.clone()).await.with_context(|| format!("the vault {name} cannot be created"))?;
            Ok(())
        }
        Err(error) => Err(error).with_context(|| format!("the vault {name} cannot be read")),
    }
}

/// A command that works as it stands: the list of what was stored, or else the vault's newest checkpoint.
fn curl_line(connection: &Connection, vault: &VaultName, stored: Option<&StoreReport>) -> String {
    let path = match stored {
        Some(report) => format!("/v1/vaults/{vault}/cases/{}/documents?limit=3", report.case),
        None => format!("/v1/vaults/{vault}/ledger/checkpoint"),
    };
    let quoted = |path: &Path| shell_quoted(&path.display().to_string());
    format!(
        "curl --cacert {} --cert {} --key {} {}",
        quoted(&connection.ca),
        quoted(&connection.cert),
        quoted(&connection.key),
        shell_quoted(&format!("{}{path}", connection.url))
    )
}

/// As one word of a POSIX shell.
fn shell_quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.:_-+=,@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn text_of(report: &Report, once: bool) -> String {
    let mut text = report.store.as_ref().map(dev_store::table).unwrap_or_default();
    if once {
        // Where to call is of no use when nobody answers there any more.
        return text;
    }
    let mut line = |name: &str, value: &str| text.push_str(&format!("{name:<22}{value}\n"));
    line("URL", &report.url);
    line("metrics and health", &format!("{}/metrics", report.admin_url));
    line("client certificate", &report.certificate.display().to_string());
    line("client key", &report.key.display().to_string());
    line("authority", &report.ca.display().to_string());
    line("profile", &format!("{}  (for --profile)", report.profile.display()));
    for person in &report.persons {
        line(&format!("as {}", person.person), &format!("{}  (for what needs two persons)", person.profile.display()));
    }
    line("try", &report.curl);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell() {
        for (text, quoted) in [("/a/b.pem", "/a/b.pem"), ("/a b", "'/a b'"), ("it's", r"'it'\''s'"), ("a?b", "'a?b'"), ("", "''")] {
            assert_eq!(shell_quoted(text), quoted);
        }
    }

    #[test]
    fn a_port_in_use_is_replaced() {
        let output = Output { json: false, quiet: true };
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        assert_eq!(free_address(address, output).unwrap().port(), 0);
        drop(taken);
        assert_eq!(free_address(address, output).unwrap(), address);
    }

    #[test]
    fn the_configuration_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aktenfest.toml");
        std::fs::write(&path, config_text()).unwrap();
        let config = Config::load(&path).unwrap();
        assert_eq!(config.storage.data, folder.path().join("data"));
        assert_eq!(config.server.tls.key, folder.path().join("tls/server.key"));
    }
}

//! `aktenfest backup`: making backups, listing them, and confirming one.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use hyper::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::AdminClient;
use super::exit::{Exit, Failure};
use super::intake::{self, ConfirmArguments};
use super::output::{Output, human_bytes};
use super::settings::{archive_settings, refuse_as_root_for_others};
use super::table::{Table, word};
use crate::archive::{Archive, BackupDone, BackupFailure, StartError};
use crate::clock::Clock;
use crate::config::Config;
use crate::observe::Observer;
use crate::store::OpenError;
use crate::store::backup::{FoundBackup, backups_in};
use crate::sys;

/// How often the daemon is asked whether the backup is made.
const ASK_EVERY: Duration = Duration::from_millis(200);

/// Backups: copies of the database without keys, each of which can be opened by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "Keys are never in a backup; copy the keyring and the root of trust by themselves, and never together.

Examples:
  aktenfest backup create --config /etc/aktenfest/aktenfest.toml
  aktenfest verify --config /etc/aktenfest/aktenfest.toml --backup /srv/backups/backup-000017
  aktenfest backup confirm --through 2026-11-20T03:00:00Z --record 'backup-000017, read back 2026-11-21'")]
pub struct BackupArguments {
    #[command(subcommand)]
    action: BackupAction,
}

#[derive(Debug, clap::Subcommand)]
enum BackupAction {
    /// Makes a backup in the folder that the configuration names. The running daemon makes it while others go on storing
    Create {
        /// The configuration file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Address of the daemon's admin listener, if it is not the one of the configuration
        #[arg(long, value_name = "ADDRESS")]
        admin: Option<SocketAddr>,
    },
    /// Lists the backups, oldest first
    List {
        /// The configuration file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Records that everything stored before a time is in a backup that was read back. No paper is released without it
    Confirm(ConfirmArguments),
}

/// The JSON document of `create`, as the daemon gives it too.
#[derive(Debug, Serialize, Deserialize)]
struct Report {
    folder: PathBuf,
    group: u64,
    through: String,
    made: String,
    bytes: u64,
    copied_bytes: u64,
    damaged_earlier: Vec<PathBuf>,
    beside_the_data: bool,
    duration_seconds: f64,
}

impl From<BackupDone> for Report {
    fn from(done: BackupDone) -> Self {
        Self {
            folder: done.folder,
            group: done.group.0,
            through: done.through.to_string(),
            made: done.made.to_string(),
            bytes: done.bytes,
            copied_bytes: done.copied_bytes,
            damaged_earlier: done.damaged_earlier,
            beside_the_data: done.beside_the_data,
            duration_seconds: done.duration.as_secs_f64(),
        }
    }
}

/// The JSON document of `list`.
#[derive(Serialize)]
struct Listed {
    folder: PathBuf,
    group: Option<u64>,
    through: Option<String>,
    made: Option<String>,
    bytes: Option<u64>,
    problem: Option<String>,
}

/// Runs the command.
pub async fn run(arguments: &BackupArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        BackupAction::Create { config, admin } => create(config, *admin, output).await,
        BackupAction::List { config } => list(config, output),
        BackupAction::Confirm(confirm) => intake::run_confirm(confirm, output).await,
    }
}

/// The folder of the backups.
fn folder_of(config: &Config) -> anyhow::Result<PathBuf> {
    let missing = || Failure::error(Exit::Configuration, "the configuration does not say where backups go: set backup.folder");
    config.backup.folder.clone().ok_or_else(missing)
}

async fn create(config: &Path, admin: Option<SocketAddr>, output: Output) -> anyhow::Result<Exit> {
    let config = Config::load(config)?;
    let folder = folder_of(&config)?;
    let report = match made_here(&config, folder).await? {
        Some(report) => report,
        None => made_by_daemon(&AdminClient::new(admin.unwrap_or(config.admin.listen))).await?,
    };
    output.result(&report, &text_of(&report))?;
    if report.beside_the_data {
        output.note("this backup lies on the file system of the database: a disk that dies takes both along");
    }
    for file in &report.damaged_earlier {
        output.complain(&format!("{} of an earlier backup is damaged; the new backup has a good copy of it", file.display()));
    }
    Ok(if report.damaged_earlier.is_empty() { Exit::Done } else { Exit::Findings })
}

/// Makes the backup if nobody has the archive open; `None` if a daemon has.
async fn made_here(config: &Config, folder: PathBuf) -> anyhow::Result<Option<Report>> {
    sys::process::harden().context("the process cannot be hardened")?;
    refuse_as_root_for_others(config)?;
    let settings = archive_settings(config).store;
    let observer = Observer::new()?;
    let making = move || Archive::backup_stopped(&settings, &folder, &Clock::system(), &observer);
    match tokio::task::spawn_blocking(making).await? {
        Ok(done) => Ok(Some(done.into())),
        Err(BackupFailure::Copy(StartError::Store(OpenError::Locked(_)))) => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

/// Asks the running daemon for a backup and waits until it has ended.
async fn made_by_daemon(client: &AdminClient) -> anyhow::Result<Report> {
    let (status, answer) = client.request(Method::POST, "/backups").await?;
    let attempt = match status {
        StatusCode::ACCEPTED => answer["attempt"].as_u64().context("the daemon does not say which attempt it has begun")?,
        StatusCode::CONFLICT => return Err(Failure::error(Exit::RetryLater, word(&answer))),
        _ => return Err(Failure::error(Exit::Failure, format!("the daemon makes no backup: {}", word(&answer)))),
    };
    loop {
        let (_, answer) = client.request(Method::GET, "/backups").await?;
        if answer["attempts_ended"].as_u64().is_some_and(|ended| ended >= attempt) {
            return outcome(answer);
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

fn outcome(mut answer: Value) -> anyhow::Result<Report> {
    if let Some(failure) = answer["failure"].as_str() {
        return Err(Failure::error(Exit::Failure, format!("no backup was made: {failure}")));
    }
    serde_json::from_value(answer["last"].take()).context("the daemon does not say what it has made")
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}

fn text_of(report: &Report) -> String {
    format!(
        "backup              {}\ncomplete before     {}\ncommit group        {}\nsize                {}, of which {} were copied\n\
         time                {:.1} s, every file read back\n\nWhen it lies where it should, this releases paper originals stored before then:\n\
         aktenfest backup confirm --through {} --record '{}'\n",
        report.folder.display(),
        report.through,
        report.group,
        human_bytes(report.bytes),
        human_bytes(report.copied_bytes),
        report.duration_seconds,
        report.through,
        name_of(&report.folder),
    )
}

fn list(config: &Path, output: Output) -> anyhow::Result<Exit> {
    let folder = folder_of(&Config::load(config)?)?;
    let listed: Vec<Listed> = backups_in(&folder)?.into_iter().map(Listed::from).collect();
    let mut table = Table::new(&["backup", "complete before", "made", "group", "size"]);
    for backup in &listed {
        let name = name_of(&backup.folder);
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        match &backup.problem {
            Some(problem) => table.row(vec![name, problem.clone()]),
            None => table.row(vec![
                name,
                text(&backup.through),
                text(&backup.made),
                backup.group.map_or_else(String::new, |group| group.to_string()),
                backup.bytes.map_or_else(String::new, human_bytes),
            ]),
        }
    }
    output.result(&listed, &table.text())?;
    Ok(if listed.iter().any(|backup| backup.problem.is_some()) { Exit::Findings } else { Exit::Done })
}

impl From<FoundBackup> for Listed {
    fn from(found: FoundBackup) -> Self {
        let (manifest, problem) = match found.manifest {
            Ok(manifest) => (Some(manifest), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let manifest = manifest.as_ref();
        Self {
            folder: found.folder,
            group: manifest.map(|manifest| manifest.group.0),
            through: manifest.map(|manifest| manifest.through.to_string()),
            made: manifest.map(|manifest| manifest.made.to_string()),
            bytes: manifest.map(|manifest| manifest.bytes()),
            problem,
        }
    }
}

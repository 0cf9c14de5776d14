//! `aktenfest restore`: from a backup back to a data directory. It changes nothing but an empty folder.

use std::path::PathBuf;

use serde::Serialize;

use super::exit::{Exit, Failure};
use super::output::{Output, human_bytes};
use super::settings::{archive_settings, refuse_as_root_for_others};
use crate::archive::{Archive, RestoredState};
use crate::config::Config;
use crate::store::backup::{BackupError, restore};

/// Copies a backup into an empty folder, checks every byte on the way, and says what is known to be missing.
#[derive(Debug, clap::Args)]
#[command(after_help = "The archive is not served before somebody has said that it goes on from there: aktenfest accept-restore.

Examples:
  aktenfest restore --from /srv/backups/backup-000017 --config /etc/aktenfest/aktenfest.toml
  aktenfest restore --from /srv/backups/backup-000017 --to /var/tmp/drill/data")]
pub struct RestoreArguments {
    /// The folder of the backup
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The data directory to be written; empty or new
    #[arg(long, value_name = "DIR", required_unless_present = "config", conflicts_with = "config")]
    to: Option<PathBuf>,
    /// The configuration whose storage.data is to be written, and whose anchor says what is missing
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report {
    data: PathBuf,
    archive: String,
    group: u64,
    through: String,
    made: String,
    bytes: u64,
    /// Ledger entries that were acknowledged after the backup, if an anchor is there that knows.
    entries_lost: Option<u64>,
}

/// Runs the command.
pub async fn run(arguments: &RestoreArguments, output: Output) -> anyhow::Result<Exit> {
    let config = arguments.config.as_deref().map(Config::load).transpose()?;
    let to = match (&config, &arguments.to) {
        (Some(config), _) => config.storage.data.clone(),
        (None, Some(to)) => std::path::absolute(to)?,
        (None, None) => return Err(Failure::error(Exit::Usage, "say where to restore to, with --to or --config")),
    };
    if let Some(config) = &config {
        refuse_as_root_for_others(config)?;
    }
    let from = arguments.from.clone();
    let restored = tokio::task::spawn_blocking(move || restore(&from, &to)).await?.map_err(explained)?;
    let state = config.as_ref().map(|config| Archive::restored_state(&archive_settings(config).store)).transpose()?;
    let manifest = &restored.manifest;
    let report = Report {
        archive: hex::encode(manifest.archive),
        group: manifest.group.0,
        through: manifest.through.to_string(),
        made: manifest.made.to_string(),
        bytes: manifest.bytes(),
        entries_lost: state.as_ref().filter(|state| state.acknowledged.is_some()).map(RestoredState::lost),
        data: restored.data,
    };
    output.result(&report, &text_of(&report, config.is_some()))?;
    Ok(Exit::Done)
}

fn explained(error: BackupError) -> anyhow::Error {
    let exit = match &error {
        BackupError::NotEmpty(_) => Exit::Usage,
        BackupError::NotABackup { .. } => Exit::NotFound,
        BackupError::Damaged { .. } => Exit::Findings,
        _ => Exit::Failure,
    };
    Failure::error(exit, format!("nothing was restored: {error}"))
}

fn text_of(report: &Report, configured: bool) -> String {
    let lost = match report.entries_lost {
        Some(0) => "nothing: the anchor knows of nothing newer".to_owned(),
        Some(lost) => format!("{lost} ledger entries that were acknowledged after the backup"),
        None => "unknown: there is no anchor that could tell".to_owned(),
    };
    let next = if configured { "" } else { " (with a configuration that names this folder)" };
    format!(
        "data                {}\narchive             {}\ncomplete before     {}\ncommit group        {}\nsize                {}\n\
         known to be lost    {lost}\n\nNobody is served from it before somebody says so{next}:\naktenfest accept-restore --config FILE --reason REASON --yes\n",
        report.data.display(),
        report.archive,
        report.through,
        report.group,
        human_bytes(report.bytes),
    )
}

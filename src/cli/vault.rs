//! `aktenfest vault create`: one more office. The daemon must be stopped, because it holds the database.

use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;

use super::client::words;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::settings::{archive_settings, refuse_as_root_for_others};
use crate::archive::{Archive, ArchiveError, Running};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{Timestamp, VaultName, VaultRecord};
use crate::observe::Observer;
use crate::sys;
use crate::words::Words;

/// Vaults: the walls between offices.
#[derive(Debug, clap::Args)]
pub struct VaultArguments {
    #[command(subcommand)]
    action: VaultAction,
}

#[derive(Debug, clap::Subcommand)]
enum VaultAction {
    /// Creates a vault. The daemon must be stopped
    Create {
        /// The configuration file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The name in addresses and certificates: a-z, 0-9 and '-'
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Lists the vaults. The daemon must be stopped
    List {
        /// The configuration file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

/// A vault in the JSON documents of the command.
#[derive(Serialize)]
struct VaultReport {
    vault: String,
    ledger_origin: String,
    /// The key of its ledger, for witnesses and auditors (C2SP vkey); its name is the origin.
    verifier_key: String,
    /// The keys of its ledgers of accesses, one for each year.
    access_keys: Vec<String>,
    created_at: String,
}

impl VaultReport {
    fn new(record: &VaultRecord, verifier_key: String, access_keys: Vec<String>) -> Self {
        let (vault, ledger_origin) = (record.name.to_string(), record.origin.clone());
        Self { vault, ledger_origin, verifier_key, access_keys, created_at: record.created_at.to_string() }
    }
}

/// Runs the command.
pub async fn run(arguments: &VaultArguments, output: Output) -> anyhow::Result<Exit> {
    sys::process::harden().context("the process cannot be hardened")?;
    let (config, created) = match &arguments.action {
        VaultAction::Create { config, name } => {
            let name = VaultName::parse(name).map_err(|error| Failure::error(Exit::Usage, error.to_string()))?;
            (Config::load(config)?, Some(name))
        }
        VaultAction::List { config } => (Config::load(config)?, None),
    };
    let (archive, running) = start(&config, Clock::system()).await?;
    let reports = match created {
        Some(name) => create(&archive, name).await.map(|report| vec![report]),
        None => list(&archive),
    };
    stop(archive, running).await?;
    for report in reports.context("the vault was not created, or vaults cannot be read")? {
        let text = text(words(), &report);
        output.result(&report, &text)?;
    }
    Ok(Exit::Done)
}

fn text(words: &Words, report: &VaultReport) -> String {
    let since = Timestamp::parse(&report.created_at).map_or_else(|| report.created_at.clone(), |at| words.moment(at));
    let since = words.told("cli-vault-since", &[("time", since.into())]);
    let mut text = format!("{}  {}  {since}\n", report.vault, report.verifier_key);
    let accesses = words.label("cli-vault-accesses");
    report.access_keys.iter().for_each(|key| text.push_str(&format!("{}  {key}  {accesses}\n", report.vault)));
    text
}

async fn create(archive: &Archive, name: VaultName) -> Result<VaultReport, ArchiveError> {
    let record = archive.create_vault(name).await?;
    report(archive, &record)
}

fn list(archive: &Archive) -> Result<Vec<VaultReport>, ArchiveError> {
    archive.vaults()?.iter().map(|record| report(archive, record)).collect()
}

fn report(archive: &Archive, record: &VaultRecord) -> Result<VaultReport, ArchiveError> {
    let ledgers = archive.ledgers()?.into_iter().filter(|ledger| *ledger.vault() == record.name && ledger.is_of_accesses());
    let access_keys = ledgers.map(|ledger| ledger.key().to_string()).collect();
    Ok(VaultReport::new(record, archive.vault(&record.name)?.verifier_key()?, access_keys))
}

/// Creates a vault in an archive that nobody has open.
pub async fn create_in(config: &Config, name: VaultName, clock: Clock) -> anyhow::Result<VaultRecord> {
    let (archive, running) = start(config, clock).await?;
    let created = archive.create_vault(name).await;
    stop(archive, running).await?;
    created.context("the vault was not created")
}

/// Starts an archive without listeners.
pub(super) async fn start(config: &Config, clock: Clock) -> anyhow::Result<(Archive, Running)> {
    refuse_as_root_for_others(config)?;
    let settings = archive_settings(config);
    let observer = Observer::new()?;
    Ok(tokio::task::spawn_blocking(move || Archive::start(&settings, clock, observer)).await??)
}

pub(super) async fn stop(archive: Archive, running: Running) -> anyhow::Result<()> {
    running.refuse_new();
    drop(archive);
    Ok(tokio::task::spawn_blocking(move || running.join()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_vault_is_told_in_both_languages() {
        let report = VaultReport {
            vault: "demo".to_owned(),
            ledger_origin: "archive.example/ledger/1".to_owned(),
            verifier_key: "archive.example/ledger/1+x".to_owned(),
            access_keys: vec!["archive.example/ledger/1/access/2026+y".to_owned()],
            created_at: "2026-11-20T08:01:02Z".to_owned(),
        };
        let lines = |since: &str, accesses: &str| {
            format!("demo  archive.example/ledger/1+x  {since}\ndemo  archive.example/ledger/1/access/2026+y  {accesses}\n")
        };
        assert_eq!(text(Words::of(Language::English), &report), lines("since 2026-11-20T08:01:02Z", "accesses"));
        assert_eq!(text(Words::of(Language::German), &report), lines("seit 20.11.2026, 08:01:02 Uhr (UTC)", "Zugriffe"));
    }
}

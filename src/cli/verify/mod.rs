//! `aktenfest verify`: arguments and report of the check; what is checked stands in the module `verify`.

mod bag;
mod certificate;
mod policy;
mod remote;
mod report;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;

use super::client::{Client, ConnectionArguments, words};
use super::exit::{Exit, Failure, sentence};
use super::output::Output;
use super::settings::archive_settings;
use crate::config::Config;
use crate::keys::KeySettings;
use crate::limits::RECEIPT_BYTES_MAX;
use crate::model::VaultName;
use crate::store::StoreSettings;
use crate::store::fault::NoFaults;
use crate::verify::{self, Known, OfflineSettings, OnlineSettings, Report, Trust, Verdict, verify_backup, verify_offline, verify_online};
use remote::Vault;

pub(super) use bag::trust as trust_policy;
pub(super) use certificate::read as read_file;

/// Recomputes everything and believes nothing: an export, a data directory with the daemon stopped, or one vault of a running archive.
///
/// With BAG an export is checked, without network and configuration. With --config or --data the files are read and the daemon must be
/// stopped; otherwise the archive of --url or --profile is asked.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 verified; 10 verified, but nobody can say whether something newer is missing, or a bag lacks what your policy asks \
for; 20 only self-consistent, because no trusted key was given; 30 diverged from a checkpoint that you hold; 40 invalid; \
50 incomplete; 64 wrong arguments, or no export; 75 not checked, because the archive is in use; 78 wrong configuration.

Examples:
  aktenfest verify export.tar --trust auditor.policy --known yesterday.checkpoint --report report.html
  aktenfest verify --config /etc/aktenfest/aktenfest.toml --log-key archive.vkey --known yesterday.checkpoint
  aktenfest verify --config /etc/aktenfest/aktenfest.toml --backup /srv/backups/backup-000017 --log-key archive.vkey
  aktenfest verify --certificate certificate.json --trust auditor.policy
  aktenfest verify --profile var/dev/client.json --log-key archive.vkey"
)]
pub struct VerifyArguments {
    /// An export: the tar archive, or the folder that it was unpacked into
    #[arg(value_name = "BAG", conflicts_with_all = ["config", "data", "backup", "certificate", "vault"])]
    bag: Option<PathBuf>,
    /// The configuration file of the archive, whose daemon is stopped
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    config: Option<PathBuf>,
    /// The data directory of an archive without its configuration file
    #[arg(long, value_name = "DIR", requires = "anchor", requires = "keyring", requires = "root_of_trust")]
    data: Option<PathBuf>,
    /// Its anchor file
    #[arg(long, value_name = "FILE", requires = "data")]
    anchor: Option<PathBuf>,
    /// Its directory of key files
    #[arg(long, value_name = "DIR", requires = "data")]
    keyring: Option<PathBuf>,
    /// Its root of trust
    #[arg(long, value_name = "DIR", requires = "data")]
    root_of_trust: Option<PathBuf>,
    /// The folder of a backup, with the keys of --config or --keyring; the daemon may run
    #[arg(long, value_name = "DIR")]
    backup: Option<PathBuf>,
    /// A certificate of destruction, checked with nothing but --trust or --log-key
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "data", "backup", "vault", "known"])]
    certificate: Option<PathBuf>,
    /// Your trust policy for BAG and --certificate: ledgers, witnesses, how many must agree (C2SP tlog-policy); by default --log-key alone
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "data", "backup", "vault"])]
    trust: Option<PathBuf>,
    /// Certificates of time-stamping authorities that you trust (PEM), and of whoever vouches for the signer of BAG; may be given more
    /// than once; with --config by default those of the configuration
    #[arg(long = "tsa-root", value_name = "FILE", conflicts_with_all = ["certificate", "vault"])]
    tsa_roots: Vec<PathBuf>,
    /// Asks for a time-stamp in BAG that leads to one of --tsa-root: without one the verdict is 10
    #[arg(long, requires = "tsa_roots", requires = "bag")]
    require_timestamp: bool,
    /// Writes the report on BAG for people into a file, as HTML if its name ends with .html; may be given more than once
    #[arg(long = "report", value_name = "FILE", requires = "bag")]
    reports: Vec<PathBuf>,
    /// Language of the report; by default that of the environment
    #[arg(long, value_name = "LANGUAGE", requires = "bag")]
    report_language: Option<bag::ReportLanguage>,
    /// The vault of a running archive; by default the one of the profile
    #[arg(long)]
    vault: Option<String>,
    /// Key of a ledger that does not come from the archive, or a file with it; may be given more than once
    #[arg(long = "log-key", value_name = "KEY")]
    log_keys: Vec<String>,
    /// Checkpoint or receipt that you kept, to be held against the ledger; may be given more than once
    #[arg(long = "known", value_name = "FILE")]
    known: Vec<PathBuf>,
    /// Documents that are opened at the same time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// Memory for the blocks of a database that is read once.
const CACHE_BYTES: usize = 64 << 20;

/// Runs the command.
pub async fn run(arguments: &VerifyArguments, output: Output) -> anyhow::Result<Exit> {
    let trust = trust(arguments).map_err(|error| usage(&error))?;
    if let Some(file) = &arguments.certificate {
        let report = certificate::check(file, arguments.trust.as_deref(), &trust.log_keys).map_err(|error| usage(&error))?;
        output.result(&report::json(&report), &verify::text(words(), &report))?;
        return Ok(Exit::Other(report.verdict.exit_code()));
    }
    if let Some(folder) = &arguments.bag {
        return check_bag(arguments, folder, trust, output).await;
    }
    if arguments.trust.is_some() {
        return Err(usage(&anyhow::anyhow!("--trust is for an export or a --certificate: name one of them")));
    }
    let report = match store(arguments)? {
        Some((store, keys, roots)) => {
            let roots = bag::read_roots(&roots).map_err(|error| usage(&error))?;
            let settings = OfflineSettings { store, keys, trust, roots, threads: usize::from(arguments.threads) };
            let backup = arguments.backup.clone();
            tokio::task::spawn_blocking(move || match backup {
                Some(folder) => verify_backup(&settings, &folder),
                None => verify_offline(&settings),
            })
            .await?
        }
        None if arguments.backup.is_some() => return Err(usage(&anyhow::anyhow!("a backup has no keys: give --config as well"))),
        None if !arguments.tsa_roots.is_empty() => {
            return Err(usage(&anyhow::anyhow!(
                "--tsa-root is for an export, or for the files of an archive: a running one shows no time-stamps here"
            )));
        }
        None => online(arguments, trust).await?,
    };
    // Notes and what follows from them are not given to applications, so zero of them would look like a result.
    let words = words();
    let mut text = verify::text(words, &report);
    if report.counts.notes == 0 && is_online(arguments) {
        let nothing = words.told("audit-text-retention", &["notes", "facts", "rows"].map(|name| (name, 0.into())));
        text = text.replacen(&nothing, &words.label("audit-text-retention-not-checked"), 1);
    }
    output.result(&report::json(&report), &text)?;
    Ok(Exit::Other(report.verdict.exit_code()))
}

async fn check_bag(arguments: &VerifyArguments, folder: &std::path::Path, trust: Trust, output: Output) -> anyhow::Result<Exit> {
    let (policy, roots, asks_for_stamp) = (arguments.trust.clone(), arguments.tsa_roots.clone(), arguments.require_timestamp);
    let (folder, brought) =
        (folder.to_owned(), bag::Brought { policy, trust, roots, asks_for_stamp, threads: usize::from(arguments.threads) });
    let checked = tokio::task::spawn_blocking(move || bag::check(&folder, brought)).await?;
    let report = checked.map_err(|error| usage(&error))?;
    bag::write(&report, arguments.report_language, &arguments.reports)?;
    output.result(&bag::json(&report), &bag::text(&report, arguments.report_language))?;
    Ok(Exit::Other(report.report.verdict.exit_code()))
}

/// Whether a running archive is checked.
fn is_online(arguments: &VerifyArguments) -> bool {
    arguments.config.is_none() && arguments.data.is_none()
}

fn usage(error: &anyhow::Error) -> anyhow::Error {
    Failure::error(Exit::Other(Verdict::EXIT_USAGE), sentence(error))
}

/// Where the archive lies and which files have the roots of authorities, if files are to be read.
fn store(arguments: &VerifyArguments) -> anyhow::Result<Option<(StoreSettings, KeySettings, Vec<PathBuf>)>> {
    let roots = arguments.tsa_roots.clone();
    if let Some(config) = &arguments.config {
        let config = Config::load(config)?;
        let configured = config.timestamps.iter().map(|timestamps| timestamps.roots.clone());
        let roots = if roots.is_empty() { configured.collect() } else { roots };
        let settings = archive_settings(&config);
        return Ok(Some((settings.store, settings.keys, roots)));
    }
    let given = (&arguments.data, &arguments.anchor, &arguments.keyring, &arguments.root_of_trust);
    let (Some(data), Some(anchor), Some(keyring), Some(root_of_trust)) = given else { return Ok(None) };
    let (data, anchor) = (data.clone(), anchor.clone());
    let store =
        StoreSettings { data, anchor, checkpoints: None, threads: arguments.threads, cache_bytes: CACHE_BYTES, faults: Arc::new(NoFaults) };
    Ok(Some((store, KeySettings::in_files(keyring.clone(), root_of_trust.clone()), roots)))
}

async fn online(arguments: &VerifyArguments, trust: Trust) -> anyhow::Result<Report> {
    let connection = arguments.connection.resolve().map_err(|error| {
        usage(&anyhow::Error::new(error).context("give --config or --data to check files, or say which running archive to check"))
    })?;
    let vault = super::vault_argument(arguments.vault.as_deref(), &connection)?;
    let client = Client::new(&connection)?;
    // Whether there is anybody to check is a question of its own, with the exit code of every other command.
    client.verifier_key(&vault).await?;
    check_running(client, vault, trust, usize::from(arguments.threads)).await
}

/// Checks a vault of the running archive that `client` talks to.
pub(super) async fn check_running(client: Client, vault: VaultName, trust: Trust, threads: usize) -> anyhow::Result<Report> {
    let settings = OnlineSettings { vault: vault.to_string(), trust, threads };
    let remote = Arc::new(Vault::new(client, vault, tokio::runtime::Handle::current()));
    Ok(tokio::task::spawn_blocking(move || verify_online(remote, &settings)).await?)
}

fn trust(arguments: &VerifyArguments) -> anyhow::Result<Trust> {
    let mut trust = Trust::default();
    for key in &arguments.log_keys {
        trust.log_keys.push(Trust::parse_log_key(key).with_context(|| format!("--log-key {key}"))?);
    }
    for path in &arguments.known {
        let name = path.display().to_string();
        let length = fs::metadata(path).with_context(|| name.clone())?.len();
        anyhow::ensure!(length <= RECEIPT_BYTES_MAX as u64, "{name} is longer than any checkpoint or receipt");
        let bytes = fs::read(path).with_context(|| name.clone())?;
        trust.known.push(Known::parse(&name, &bytes)?);
    }
    Ok(trust)
}

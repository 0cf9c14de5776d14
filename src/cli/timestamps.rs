//! `aktenfest timestamps`: time-stamps of checkpoints outside of the daemon's rhythm. The daemon must be stopped, because it holds the
//! database; while it runs, it stamps and renews by itself.

use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;

use super::client::words;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::vault::{start, stop};
use crate::clock::Clock;
use crate::config::{Config, TimestampsConfig};
use crate::evidence::{HashAlgorithm, TrustRoots};
use crate::limits::REMOTE_ANSWER_BYTES_MAX;
use crate::observe::Observer;
use crate::remote::{Authority, RemoteAddress, RemoteClient, RemoteSettings, Stamping, StampingError};
use crate::sys;

/// Time-stamps of checkpoints by an authority (RFC 3161), kept as evidence records (RFC 4998).
#[derive(Debug, clap::Args)]
pub struct TimestampsArguments {
    #[command(subcommand)]
    action: TimestampsAction,
}

#[derive(Debug, clap::Subcommand)]
enum TimestampsAction {
    /// Has every checkpoint stamped that no time-stamp covers. The daemon must be stopped
    Now(Place),
    /// Renews the evidence of each year whose time-stamp runs out within 90 days. The daemon does this by itself
    Renew(Place),
    /// Renews the evidence of each year under SHA-512, before SHA-256 is broken. The daemon must be stopped
    RenewHash(Place),
}

#[derive(Debug, clap::Args)]
struct Place {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// What was done, in the JSON document of the command.
#[derive(Serialize)]
struct TimestampsReport {
    /// Checkpoints whose evidence is new.
    checkpoints: usize,
}

/// Runs the command.
pub async fn run(arguments: &TimestampsArguments, output: Output) -> anyhow::Result<Exit> {
    sys::process::harden().context("the process cannot be hardened")?;
    let (TimestampsAction::Now(place) | TimestampsAction::Renew(place) | TimestampsAction::RenewHash(place)) = &arguments.action;
    let config = Config::load(&place.config)?;
    let missing = || Failure::error(Exit::Configuration, words().label("cli-timestamps-missing"));
    let timestamps = config.timestamps.as_ref().ok_or_else(missing)?;
    let authority = authority(&config, timestamps)?;
    let (archive, running) = start(&config, Clock::system()).await?;
    let job = Stamping::new(archive.clone(), authority, timestamps.interval, Clock::system(), Observer::new()?);
    let done = act(&job, &arguments.action).await;
    drop(job);
    stop(archive, running).await?;
    let checkpoints = done?;
    output.result(&TimestampsReport { checkpoints }, &(words().told("cli-timestamps-done", &[("count", checkpoints.into())]) + "\n"))?;
    Ok(Exit::Done)
}

async fn act(job: &Stamping, action: &TimestampsAction) -> Result<usize, StampingError> {
    match action {
        TimestampsAction::Now(_) => job.stamp().await,
        TimestampsAction::Renew(_) => job.renew().await,
        TimestampsAction::RenewHash(_) => job.renew_hash(HashAlgorithm::Sha512).await,
    }
}

/// The authority that the configuration describes. Reads the roots; nothing is sent yet.
pub fn authority(config: &Config, timestamps: &TimestampsConfig) -> anyhow::Result<Authority> {
    let wrong = |key: &str, why: &dyn std::fmt::Display| Failure::error(Exit::Configuration, format!("{key}: {why}"));
    let pem = std::fs::read(&timestamps.roots)
        .map_err(|error| wrong("timestamps.roots", &format_args!("{}: {error}", timestamps.roots.display())))?;
    let roots =
        TrustRoots::from_pem(&pem).map_err(|error| wrong("timestamps.roots", &format_args!("{}: {error}", timestamps.roots.display())))?;
    let address = RemoteAddress::parse(&timestamps.url).map_err(|error| wrong("timestamps.url", &error))?;
    // Time-stamps may bring lists of revoked certificates along.
    let settings = RemoteSettings { answer_bytes_max: REMOTE_ANSWER_BYTES_MAX, ..RemoteSettings::from(&config.remote) };
    Ok(Authority::new(RemoteClient::new(&settings)?, address, roots, timestamps.policy.clone(), Clock::system()))
}

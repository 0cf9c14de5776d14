//! `aktenfest accept-anchor`: going on after the anchor was lost, on an operator's word, for the record.

use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;

use super::exit::{Exit, Failure};
use super::output::Output;
use super::settings::{archive_settings, refuse_as_root_for_others};
use crate::archive::Archive;
use crate::clock::Clock;
use crate::config::Config;
use crate::observe::Observer;
use crate::sys;

/// Creates a new anchor after the old one was lost, and records that in every ledger. The daemon must be stopped.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without the old anchor nobody can tell whether the database is the newest one. Compare the ledger sizes with receipts or \
checkpoints that others hold before you go on."
)]
pub struct AcceptAnchorArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Says that the anchor is really lost and that the database was compared with what others hold
    #[arg(long)]
    yes: bool,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report {
    anchor: PathBuf,
    ledgers: usize,
}

/// Runs the command.
pub async fn run(arguments: &AcceptAnchorArguments, output: Output) -> anyhow::Result<Exit> {
    let config = Config::load(&arguments.config)?;
    if !arguments.yes {
        let message = "from here on nobody can tell whether the database was complete; compare it with receipts or checkpoints that others \
                       hold, then run this again with --yes";
        return Err(Failure::error(Exit::Usage, message));
    }
    sys::process::harden().context("the process cannot be hardened")?;
    refuse_as_root_for_others(&config)?;
    let ledgers = Archive::accept_lost_anchor(&archive_settings(&config), Clock::system(), Observer::new()?).await?;
    let report = Report { anchor: config.storage.anchor, ledgers };
    let text = format!("new anchor {}, recorded in {} ledgers\n", report.anchor.display(), report.ledgers);
    output.result(&report, &text)?;
    Ok(Exit::Done)
}

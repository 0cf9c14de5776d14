//! `aktenfest accept-restore`: going on from a restored backup, on an operator's word, for the record.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::builder::PossibleValuesParser;
use serde::Serialize;

use super::exit::{Exit, Failure};
use super::output::Output;
use super::settings::{archive_settings, refuse_as_root_for_others};
use crate::archive::{Archive, RestoredState};
use crate::clock::Clock;
use crate::config::Config;
use crate::ledger::{AnchorFinding, RestoreReason};
use crate::observe::Observer;
use crate::sys;

/// Says that the archive goes on from the backup that was restored, and records that in every ledger. The daemon must be stopped.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What was acknowledged after the backup is lost, and whoever holds a receipt or a checkpoint from then will find that the ledger \
contradicts it. Compare first: aktenfest verify --config FILE --known CHECKPOINT. Without --yes the command only shows what is known.

What was destroyed after the backup stays destroyed: its keys are gone."
)]
pub struct AcceptRestoreArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Why the archive was restored
    #[arg(long, value_parser = PossibleValuesParser::new(RestoreReason::ALL.map(RestoreReason::as_str)))]
    reason: String,
    /// Says that it was compared with what others hold
    #[arg(long)]
    yes: bool,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report {
    accepted: bool,
    group: u64,
    through: String,
    /// What was wrong with the anchor: `ahead`, `missing`, `damaged`, or `agrees`.
    anchor: &'static str,
    entries_lost: u64,
    ledgers: Vec<LedgerReport>,
}

#[derive(Serialize)]
struct LedgerReport {
    vault: String,
    size: u64,
    lost: u64,
}

impl Report {
    fn new(state: &RestoredState, accepted: bool) -> Self {
        let ledger =
            |ledger: &crate::archive::LedgerState| LedgerReport { vault: ledger.vault.to_string(), size: ledger.size, lost: ledger.lost };
        Self {
            accepted,
            group: state.group.0,
            through: state.through.to_string(),
            anchor: state.finding.map_or("agrees", AnchorFinding::as_str),
            entries_lost: state.lost(),
            ledgers: state.ledgers.iter().map(ledger).collect(),
        }
    }
}

/// Runs the command.
pub async fn run(arguments: &AcceptRestoreArguments, output: Output) -> anyhow::Result<Exit> {
    let config = Config::load(&arguments.config)?;
    let reason = RestoreReason::ALL.into_iter().find(|reason| reason.as_str() == arguments.reason);
    let reason = reason.ok_or_else(|| Failure::error(Exit::Usage, "there is no such reason"))?;
    sys::process::harden().context("the process cannot be hardened")?;
    refuse_as_root_for_others(&config)?;
    let settings = archive_settings(&config);
    if !arguments.yes {
        let store = settings.store;
        let state = tokio::task::spawn_blocking(move || Archive::restored_state(&store)).await??;
        let report = Report::new(&state, false);
        output.result(&report, &text_of(&report))?;
        return Err(Failure::error(Exit::Usage, "nothing was done; when this was compared with what others hold, run it again with --yes"));
    }
    let state = Archive::accept_restored(&settings, Clock::system(), Observer::new()?, reason).await?;
    let report = Report::new(&state, true);
    output.result(&report, &text_of(&report))?;
    Ok(Exit::Done)
}

fn text_of(report: &Report) -> String {
    let anchor = match report.anchor {
        "ahead" => "knew more than came back; it is set aside as evidence",
        "missing" => "is missing: nobody can tell what was acknowledged after the backup",
        "damaged" => "is damaged: nobody can tell what was acknowledged after the backup",
        _ => "vouches for everything: nothing that was acknowledged is missing",
    };
    let mut text = format!("complete before     {}\ncommit group        {}\nthe anchor          {anchor}\n", report.through, report.group);
    for ledger in &report.ledgers {
        text.push_str(&format!("vault               {}: {} entries, {} known to be lost\n", ledger.vault, ledger.size, ledger.lost));
    }
    if report.accepted {
        text.push_str("The ledgers say so from here on. Now: aktenfest serve\n");
    }
    text
}

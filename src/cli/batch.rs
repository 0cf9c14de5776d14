//! `aktenfest batch`: scan batches, without which the intake watermark does not move.

use super::exit::Exit;
use super::fields::Fields;
use super::output::Output;
use super::session::{IdArguments, SessionArguments, report_filed};
use crate::model::{Date, NoteId};

/// Scan batches: registered when they arrive, completed when everything in them is scanned, checked and assigned.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  aktenfest batch register --received 2026-11-18 --documents 120 --sheets 410\n  aktenfest batch complete UUID"
)]
pub struct BatchArguments {
    #[command(subcommand)]
    action: BatchAction,
}

#[derive(Debug, clap::Subcommand)]
enum BatchAction {
    /// Registers a scan batch
    Register {
        /// The earliest day on which anything in it was received
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        received: Date,
        /// Documents in it
        #[arg(long, value_name = "NUMBER")]
        documents: u32,
        /// Sheets of paper in it
        #[arg(long, value_name = "NUMBER")]
        sheets: u32,
        /// Where its protocol lies
        #[arg(long, value_name = "TEXT")]
        record: Option<String>,
        #[command(flatten)]
        id: IdArguments,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Records that everything in a batch is scanned, checked and assigned
    Complete {
        /// Id of the batch
        #[arg(value_parser = NoteId::parse)]
        batch: NoteId,
        /// Why or by whom
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        id: IdArguments,
        #[command(flatten)]
        session: SessionArguments,
    },
}

/// Runs the command.
pub async fn run(arguments: &BatchArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        BatchAction::Register { received, documents, sheets, record, id, session } => {
            let id = id.id();
            let fields = Fields::new().with("received", received).number("documents", *documents).number("sheets", *sheets);
            let fields = fields.maybe("record", record.as_ref());
            let answered = session.open()?.put(&format!("batches/{id}"), id, fields.json()).await?;
            report_filed(output, "batch", id, &answered)
        }
        BatchAction::Complete { batch, reason, id, session } => {
            let id = id.id();
            let fields = Fields::new().with("id", id).maybe("reason", reason.as_ref());
            let answered = session.open()?.post(&format!("batches/{batch}/complete"), id, fields.json()).await?;
            report_filed(output, "completed", id, &answered)
        }
    }
}

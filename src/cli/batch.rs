//! `aktenfest batch`: scan batches, without which the intake watermark does not move.

use serde_json::Value;

use super::client::words;
use super::exit::Exit;
use super::fields::Fields;
use super::note::history;
use super::output::Output;
use super::session::{IdArguments, Session, SessionArguments, report_filed};
use super::table::{Table, day, items, word};
use crate::model::{Date, NoteId};
use crate::words::Words;

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
    /// Lists batches in the order of registering, complete ones as well
    List {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Shows a batch, and who registered and completed it
    Show {
        /// Id of the batch
        #[arg(value_parser = NoteId::parse)]
        batch: NoteId,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Records that everything in a batch is scanned, checked and assigned
    Complete {
        /// Id of the batch
        #[arg(value_parser = NoteId::parse)]
        batch: NoteId,
        /// Why or by whom; needed if other than as many documents were stored as were registered
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
            report_filed(output, "filed-batch", id, &answered)
        }
        BatchAction::List { session } => list(&session.open()?, output).await,
        BatchAction::Show { batch, session } => show(&session.open()?, *batch, output).await,
        BatchAction::Complete { batch, reason, id, session } => {
            let id = id.id();
            let fields = Fields::new().with("id", id).maybe("reason", reason.as_ref());
            let answered = session.open()?.post(&format!("batches/{batch}/complete"), id, fields.json()).await?;
            report_filed(output, "filed-completed", id, &answered)
        }
    }
}

const HEADINGS: [&str; 8] = [
    "label-batch",
    "label-received",
    "label-documents",
    "label-stored",
    "label-sheets",
    "label-quarantined",
    "label-state",
    "label-record",
];

fn row_of(words: &Words, batch: &Value) -> Vec<String> {
    let state = if batch["complete"] == Value::Bool(true) { "complete" } else { "open" };
    let mut row = vec![word(&batch["id"]), day(words, &batch["received"])];
    row.extend(["documents", "stored", "sheets", "quarantined"].map(|key| word(&batch[key])));
    row.extend([words.cell("state", state), word(&batch["record"])]);
    row
}

async fn list(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let words = words();
    let mut table = Table::labelled(words, &HEADINGS);
    let show = |page: &Value| {
        items(&page["items"]).for_each(|batch| table.row(row_of(words, batch)));
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages("batches", &[], show).await?;
    Ok(Exit::Done)
}

async fn show(session: &Session, batch: NoteId, output: Output) -> anyhow::Result<Exit> {
    let found = session.get(&format!("batches/{batch}")).await?;
    let mut table = Table::labelled(words(), &HEADINGS);
    table.row(row_of(words(), &found));
    let mut text = table.text();
    if !output.json {
        text.push_str(&history(session, &format!("batches/{batch}/notes")).await?);
    }
    output.result(&found, &text)?;
    Ok(Exit::Done)
}

//! `aktenfest event`: what happened in the office, from which periods count.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use serde_json::Value;

use super::exit::{Exit, Failure};
use super::fields::Fields;
use super::lines::{Lines, report_bulk};
use super::output::Output;
use super::session::{IdArguments, SessionArguments, report_filed};
use crate::model::retention::{Code, EventType};
use crate::model::{Date, DocumentId, NoteId};

/// Events: closing of a case, notification of a decision, end of a period.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest event record '3 C 17/26' decision.notified --on 2026-03-02 --source eakte\n  \
aktenfest event record '3 C 17/26' decision.notified --on 2026-03-03 --source eakte --supersedes UUID --reason 'misread'\n  \
aktenfest event record --file events.jsonl")]
pub struct EventArguments {
    #[command(subcommand)]
    action: EventAction,
}

#[derive(Debug, clap::Subcommand)]
enum EventAction {
    /// Records an event, a correction of one, or many from a file
    Record(Box<RecordArguments>),
}

#[derive(Debug, clap::Args)]
struct RecordArguments {
    /// Id or reference of the case
    #[arg(required_unless_present = "file")]
    case: Option<String>,
    /// What happened
    #[arg(required_unless_present = "file", value_parser = PossibleValuesParser::new(recordable()))]
    event: Option<String>,
    /// On which day it happened, which may be long ago
    #[arg(long, value_name = "DATE", value_parser = Date::parse, required_unless_present_any = ["file", "withdraw"])]
    on: Option<Date>,
    /// The matter that it is about; without it and --document the whole case
    #[arg(long, value_name = "UUID", value_parser = NoteId::parse, conflicts_with = "document")]
    matter: Option<NoteId>,
    /// The document that it is about
    #[arg(long, value_name = "UUID", value_parser = DocumentId::parse)]
    document: Option<DocumentId>,
    /// Who says so: a short code such as eakte or court-register
    #[arg(long, value_name = "CODE", value_parser = Code::parse, required_unless_present = "file")]
    source: Option<Code>,
    /// The document that proves it
    #[arg(long, value_name = "UUID", value_parser = DocumentId::parse)]
    evidence: Option<DocumentId>,
    /// The event that this one corrects
    #[arg(long, value_name = "UUID", value_parser = NoteId::parse)]
    supersedes: Option<NoteId>,
    /// The corrected event did not happen at all
    #[arg(long, requires = "supersedes", conflicts_with = "on")]
    withdraw: bool,
    /// Why it is recorded or corrected
    #[arg(long)]
    reason: Option<String>,
    /// Many events: on each line {"case": UUID, "type": "case.closed", "date": "2026-03-31", "source": "eakte"} and whatever else the
    /// API takes. Lines without "id" get one that follows from their content, so that the same file again records nothing twice
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "case", "event", "on", "matter", "document", "source", "evidence", "supersedes", "reason", "id",
    ])]
    file: Option<PathBuf>,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// What an office records. The rest comes with the documents.
fn recordable() -> impl Iterator<Item = &'static str> {
    EventType::ALL.iter().filter(|event| !event.comes_with_the_document()).map(|event| event.as_str())
}

/// Runs the command.
pub async fn run(arguments: &EventArguments, output: Output) -> anyhow::Result<Exit> {
    let EventAction::Record(arguments) = &arguments.action;
    match &arguments.file {
        Some(file) => record_file(arguments, file, output).await,
        None => record(arguments, output).await,
    }
}

async fn record(arguments: &RecordArguments, output: Output) -> anyhow::Result<Exit> {
    let missing = || Failure::error(Exit::Usage, "an event needs a case, what happened, and a source");
    let session = arguments.session.open()?;
    let case = session.case(arguments.case.as_deref().ok_or_else(missing)?).await?;
    let id = arguments.id.id();
    let fields = Fields::new()
        .with("id", id)
        .with("type", arguments.event.as_ref().ok_or_else(missing)?)
        .value("date", arguments.on.map_or(Value::Null, |on| Value::String(on.to_string())))
        .maybe("matter", arguments.matter.as_ref())
        .maybe("document", arguments.document.as_ref())
        .with("source", arguments.source.as_ref().ok_or_else(missing)?)
        .maybe("evidence", arguments.evidence.as_ref())
        .maybe("supersedes", arguments.supersedes.as_ref())
        .maybe("reason", arguments.reason.as_ref());
    let answered = session.post(&format!("cases/{case}/events"), id, fields.json()).await?;
    report_filed(output, "event", id, &answered)
}

async fn record_file(arguments: &RecordArguments, file: &Path, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let lines = Lines::read(file)?.with_ids(&format!("{}/events", session.vault()));
    report_bulk(&session, "events", lines, output).await
}

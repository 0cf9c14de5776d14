//! `aktenfest event`: what happened in the office, from which periods count.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use serde_json::Value;

use super::client::words;
use super::exit::{Exit, Failure};
use super::fields::Fields;
use super::lines::{Lines, report_bulk};
use super::output::Output;
use super::session::{IdArguments, Session, SessionArguments, report_filed};
use super::table::{Table, cells, day, items, moment, word};
use crate::model::retention::{Code, EventType};
use crate::model::{Date, DocumentId, NoteId};
use crate::words::Words;

/// Events: closing of a case, notification of a decision, end of a period.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest event record '3 C 17/26' decision.notified --on 2026-03-02 --source eakte\n  \
aktenfest event record '3 C 17/26' decision.notified --on 2026-03-03 --source eakte --supersedes UUID --reason 'misread'\n  \
aktenfest event record --file events.jsonl\n  aktenfest event list '3 C 17/26'")]
pub struct EventArguments {
    #[command(subcommand)]
    action: EventAction,
}

#[derive(Debug, clap::Subcommand)]
enum EventAction {
    /// Records an event, a correction of one, or many from a file
    Record(Box<RecordArguments>),
    /// Lists every event of a case with its reason: those that count, and those that were corrected or withdrawn
    List {
        /// Id or reference of the case
        case: String,
        #[command(flatten)]
        session: SessionArguments,
    },
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
    match &arguments.action {
        EventAction::Record(arguments) => match &arguments.file {
            Some(file) => record_file(arguments, file, output).await,
            None => record(arguments, output).await,
        },
        EventAction::List { case, session } => list(case, &session.open()?, output).await,
    }
}

async fn list(case: &str, session: &Session, output: Output) -> anyhow::Result<Exit> {
    let (words, case) = (words(), session.case(case).await?);
    let headings = [
        "label-event",
        "label-date",
        "label-what",
        "label-standing",
        "label-supersedes",
        "label-matter",
        "label-document",
        "label-source",
        "label-at",
        "label-reason",
    ];
    let mut table = Table::labelled(words, &headings);
    let show = |page: &Value| {
        items(&page["items"]).for_each(|event| table.row(row_of(words, event)));
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages(&format!("cases/{case}/events"), &[], show).await?;
    Ok(Exit::Done)
}

fn row_of(words: &Words, event: &Value) -> Vec<String> {
    let date = if event["date"].is_null() { words.label("cell-withdrawal") } else { day(words, &event["date"]) };
    let mut row = vec![word(&event["id"]), date, word(&event["type_in_words"]), cells(words, "event-state", &event["state"])];
    row.extend(["supersedes", "matter", "document", "source"].map(|key| word(&event[key])));
    row.extend([moment(words, &event["recorded_at"]), word(&event["reason"])]);
    row
}

async fn record(arguments: &RecordArguments, output: Output) -> anyhow::Result<Exit> {
    let missing = || Failure::error(Exit::Usage, words().label("cli-event-incomplete"));
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
    report_filed(output, "filed-event", id, &answered)
}

async fn record_file(arguments: &RecordArguments, file: &Path, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let lines = Lines::read(file)?.with_ids(&format!("{}/events", session.vault()));
    report_bulk(&session, "events", lines, output).await
}

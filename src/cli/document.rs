//! `aktenfest document`: what is said about a document after it was stored: its matters, its quality, the end of its quarantine.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use serde_json::Value;

use super::client::words;
use super::exit::Exit;
use super::fields::Fields;
use super::lines::{Lines, report_bulk};
use super::output::Output;
use super::session::{IdArguments, Session, SessionArguments, report_filed};
use super::table::{Table, items, word};
use crate::model::retention::{QaMode, QaResult};
use crate::model::{DocumentId, NoteId};

/// Documents that are stored: assigning them to matters, recording quality assurance, lifting a quarantine.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest document assign '3 C 17/26' DOCUMENT --matter UUID\n  \
aktenfest document check '3 C 17/26' DOCUMENT --mode full --result passed\n  \
aktenfest document lift-quarantine '3 C 17/26' DOCUMENT --reason 'the colour of the stamp says nothing'")]
pub struct DocumentArguments {
    #[command(subcommand)]
    action: DocumentAction,
}

#[derive(Debug, clap::Subcommand)]
enum DocumentAction {
    /// Assigns a document to matters; it leaves those that are not named
    Assign {
        /// A matter; may be given more than once
        #[arg(long = "matter", value_name = "UUID", required = true, value_parser = NoteId::parse)]
        matters: Vec<NoteId>,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Assigns many documents: on each line of a file {"case": UUID, "document": UUID, "matters": [UUID]}
    AssignMany {
        /// The file. Lines without "id" get one that follows from their content, so that the same file again files nothing twice
        file: PathBuf,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Records that the quality of a scanned document was assured, or found wanting
    Check {
        /// How
        #[arg(long, value_parser = PossibleValuesParser::new(QaMode::ALL.map(QaMode::as_str)))]
        mode: String,
        /// With which result
        #[arg(long, value_parser = PossibleValuesParser::new(QaResult::ALL.map(QaResult::as_str)))]
        result: String,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Lists documents of the whole vault that are in quarantine
    Quarantined {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Clears the defects that the scan gate found. Needs a certificate that names a person
    LiftQuarantine {
        #[command(flatten)]
        place: PlaceArguments,
    },
}

#[derive(Debug, clap::Args)]
struct PlaceArguments {
    /// Id or reference of the case
    case: String,
    /// Id of the document
    #[arg(value_parser = DocumentId::parse)]
    document: DocumentId,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &DocumentArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        DocumentAction::Assign { matters, place } => {
            let matters = matters.iter().map(ToString::to_string).collect::<Vec<_>>();
            place.file("assignment", "filed-assignment", Fields::new().value("matters", matters.into()), output).await
        }
        DocumentAction::AssignMany { file, session } => {
            let session = session.open()?;
            let lines = Lines::read(file)?.with_ids(&format!("{}/assignments", session.vault()));
            report_bulk(&session, "assignments", lines, output).await
        }
        DocumentAction::Check { mode, result, place } => {
            place.file("check", "filed-check", Fields::new().with("mode", mode).with("result", result), output).await
        }
        DocumentAction::Quarantined { session } => quarantined(&session.open()?, output).await,
        DocumentAction::LiftQuarantine { place } => place.file("quarantine/lift", "filed-quarantine-lifted", Fields::new(), output).await,
    }
}

async fn quarantined(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let words = words();
    let mut table = Table::labelled(words, &["label-case", "label-document", "label-batch", "label-defects"]);
    let show = |page: &Value| {
        for item in items(&page["items"]) {
            let defects: Vec<String> = items(&item["defects"]).map(|defect| word(&defect["words"])).collect();
            table.row(vec![word(&item["case"]), word(&item["document"]), word(&item["batch"]), defects.join(" ")]);
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages("quarantine", &[], show).await?;
    Ok(Exit::Done)
}

impl PlaceArguments {
    async fn file(&self, path: &str, what: &str, fields: Fields, output: Output) -> anyhow::Result<Exit> {
        let session = self.session.open()?;
        let (case, id) = (session.case(&self.case).await?, self.id.id());
        let fields = fields.with("id", id).maybe("reason", self.reason.as_ref());
        let answered = session.post(&format!("cases/{case}/documents/{}/{path}", self.document), id, fields.json()).await?;
        report_filed(output, what, id, &answered)
    }
}

//! `aktenfest why`: why something is still here, until when, and what stops its destruction. The archive says it in sentences.

use serde_json::Value;

use super::exit::Exit;
use super::output::Output;
use super::session::SessionArguments;
use super::table::{items, word};
use crate::model::{DocumentId, NoteId};

/// Explains a document or a matter: the rule, the events, the dates, the holds, and where it stands today.
#[derive(Debug, clap::Args)]
#[command(after_help = "The sentences are German or English by LANG.\n\nExamples:\n  aktenfest why '3 C 17/26'\n  \
aktenfest why 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e01 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e02")]
pub struct WhyArguments {
    /// Id or reference of the case; alone it means the matter of everything that was assigned to no other
    case: String,
    /// Id of a document
    #[arg(value_parser = DocumentId::parse, conflicts_with = "matter")]
    document: Option<DocumentId>,
    /// Id of a matter
    #[arg(long, value_name = "UUID", value_parser = NoteId::parse)]
    matter: Option<NoteId>,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &WhyArguments, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let case = session.case(&arguments.case).await?;
    let path = match (arguments.document, arguments.matter) {
        (Some(document), _) => format!("cases/{case}/documents/{document}/why"),
        (None, Some(matter)) => format!("cases/{case}/matters/{matter}/why"),
        (None, None) => format!("cases/{case}/why"),
    };
    let why = session.get(&path).await?;
    output.result(&why, &text_of(&why))?;
    Ok(Exit::Done)
}

/// The sentences, one on a line.
fn text_of(why: &Value) -> String {
    let mut text = String::new();
    for sentence in items(&why["sentences"]) {
        text.push_str(&word(sentence));
        text.push('\n');
    }
    text
}

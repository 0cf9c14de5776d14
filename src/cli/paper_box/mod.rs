//! `aktenfest box`: paper originals after scanning, from the scan centre's shelf to the shredder.

mod show;
mod step;

use std::path::PathBuf;

use serde_json::Value;

use super::exit::Exit;
use super::fields::Fields;
use super::lines::{Lines, in_line};
use super::output::Output;
use super::session::{IdArguments, SessionArguments, report_filed};
use crate::model::{Date, NoteId};

/// Boxes of paper originals: what may be destroyed, what must be pulled out before, what goes back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest box register --batch UUID --scanned 2026-09-21 --sheets 410 --items box.jsonl\n  \
aktenfest box due\n  aktenfest box check UUID --mode full --result passed\n  aktenfest box pull UUID --position 7\n  \
aktenfest box destroyed UUID --on 2026-11-20 --level 4 --sheets 408 --provider 'Example Ltd' --place 'hall 3' \\\n      \
--witness 'A. Muster' --witness 'B. Beispiel'")]
pub struct BoxArguments {
    #[command(subcommand)]
    action: BoxAction,
}

#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of these in the process")]
enum BoxAction {
    /// Registers a box
    Register(RegisterArguments),
    /// Lists boxes that are not destroyed yet, the most urgent first
    Due {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Lists all boxes in the order of registering, destroyed ones as well
    List {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Shows a box: what is in it, what stands in the way, what must be pulled out, and everything that was done with it
    Show {
        /// Id of the box
        #[arg(value_parser = NoteId::parse, value_name = "BOX")]
        of: NoteId,
        #[command(flatten)]
        session: SessionArguments,
    },
    #[command(flatten)]
    Step(step::StepAction),
}

#[derive(Debug, clap::Args)]
struct RegisterArguments {
    /// The scan batch that it belongs to
    #[arg(long, value_name = "UUID", value_parser = NoteId::parse)]
    batch: NoteId,
    /// The day of scanning, from which the eight weeks count
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    scanned: Date,
    /// All sheets in it, as the scan protocol counts them
    #[arg(long, value_name = "NUMBER")]
    sheets: u32,
    /// What is in it: on each line {"case": UUID, "document": UUID, "position": 1, "sheets": 2}, with "flags" beside if there are any
    #[arg(long, value_name = "FILE")]
    items: PathBuf,
    /// What people call it
    #[arg(long)]
    title: Option<String>,
    /// Where it stands
    #[arg(long)]
    place: Option<String>,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &BoxArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        BoxAction::Register(arguments) => register(arguments, output).await,
        BoxAction::Due { session } => show::list(&session.open()?, "boxes/due", output).await,
        BoxAction::List { session } => show::list(&session.open()?, "boxes", output).await,
        BoxAction::Show { of, session } => show::one(&session.open()?, *of, output).await,
        BoxAction::Step(action) => step::run(action, output).await,
    }
}

async fn register(arguments: &RegisterArguments, output: Output) -> anyhow::Result<Exit> {
    let lines = Lines::read(&arguments.items)?;
    let id = arguments.id.id();
    let fields = Fields::new()
        .with("batch", arguments.batch)
        .with("scanned_on", arguments.scanned)
        .number("sheets", arguments.sheets)
        .value("items", Value::Array(lines.values()))
        .maybe("title", arguments.title.as_ref())
        .maybe("place", arguments.place.as_ref());
    let registered = arguments.session.open()?.put(&format!("boxes/{id}"), id, fields.json()).await;
    let answered = registered.map_err(|error| in_line(error, Some(&lines)))?;
    report_filed(output, "filed-box", id, &answered)
}

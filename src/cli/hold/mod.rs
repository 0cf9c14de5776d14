//! `aktenfest hold`: what stops destruction, and what must be said with every reading.

mod place;
mod show;

use super::exit::Exit;
use super::fields::Fields;
use super::filing::FilingArguments;
use super::output::Output;
use super::session::SessionArguments;
use crate::model::{Date, NoteId};

/// Holds and overlays: placing, reviewing, releasing, listing. A hold stops destruction and no clock.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  aktenfest hold place court --case '3 C 17/26' --review 2026-12-31 --reference 'S 11 AS 409/26' \\\n      \
--legal-basis 'section 86 SGG' --owner 'legal department' --reason 'action about the decision of 3 March'\n  \
aktenfest hold place audit --kind benefit --from 2024-01-01 --to 2024-12-31 --review 2026-12-31 \\\n      \
--legal-basis 'section 95 BHO' --owner 'budget' --reason 'sample of the court of audit'\n  \
aktenfest hold release UUID --reason 'withdrawn'"
)]
pub struct HoldArguments {
    #[command(subcommand)]
    action: HoldAction,
}

#[derive(Debug, clap::Subcommand)]
enum HoldAction {
    /// Places a hold, or an overlay: restriction, dispute, embargo
    Place(Box<place::PlaceArguments>),
    /// Records that somebody has looked and the hold is still needed
    Review {
        /// Id of the hold
        #[arg(value_parser = NoteId::parse)]
        hold: NoteId,
        /// When somebody must look again, within a year
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        review: Date,
        /// When it should end; without it the planned end stays
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        ends: Option<Date>,
        /// It has no planned end any more
        #[arg(long, conflicts_with = "ends")]
        no_end: bool,
        /// The day of review that you have seen; refused if somebody has reviewed the hold since
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        replaces: Option<Date>,
        #[command(flatten)]
        filing: FilingArguments,
    },
    /// Releases a hold
    Release {
        /// Id of the hold
        #[arg(value_parser = NoteId::parse)]
        hold: NoteId,
        #[command(flatten)]
        filing: FilingArguments,
    },
    /// Lists holds in the order of placing
    List {
        /// Released ones too
        #[arg(long)]
        released: bool,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Shows a hold, or with --items the list that it has covered since it was placed
    Show {
        /// Id of the hold
        #[arg(value_parser = NoteId::parse)]
        hold: NoteId,
        /// The items of its list instead
        #[arg(long)]
        items: bool,
        #[command(flatten)]
        session: SessionArguments,
    },
}

/// Runs the command.
pub async fn run(arguments: &HoldArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        HoldAction::Place(arguments) => place::run(arguments, output).await,
        HoldAction::Review { hold, review, ends, no_end, replaces, filing } => {
            let fields = Fields::new().with("review_on", review).maybe("ends_on", ends.as_ref()).maybe("replaces", replaces.as_ref());
            let fields = if *no_end { fields.value("ends_on", serde_json::Value::Null) } else { fields };
            filing.file(&format!("holds/{hold}/review"), "filed-reviewed", fields, output).await
        }
        HoldAction::Release { hold, filing } => {
            filing.file(&format!("holds/{hold}/release"), "filed-released", Fields::new(), output).await
        }
        HoldAction::List { released, session } => show::list(&session.open()?, *released, output).await,
        HoldAction::Show { hold, items: false, session } => show::one(&session.open()?, *hold, output).await,
        HoldAction::Show { hold, items: true, session } => show::items_of(&session.open()?, *hold, output).await,
    }
}

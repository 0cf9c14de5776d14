//! What commands that file something with a reason have in common.

use super::exit::Exit;
use super::fields::Fields;
use super::output::Output;
use super::session::{IdArguments, SessionArguments, report_filed};
use crate::model::NoteId;

/// Why, under which id, and where.
#[derive(Debug, clap::Args)]
pub struct FilingArguments {
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// What the second person says to a proposal.
#[derive(Debug, clap::Args)]
pub struct DecisionArguments {
    /// Id of the proposal
    #[arg(value_parser = NoteId::parse)]
    proposal: NoteId,
    #[command(flatten)]
    filing: FilingArguments,
}

impl FilingArguments {
    /// Posts these fields with id and reason, and says what was filed in the message of this name.
    pub async fn file(&self, path: &str, what: &str, fields: Fields, output: Output) -> anyhow::Result<Exit> {
        let id = self.id.id();
        let fields = fields.with("id", id).with("reason", &self.reason);
        let answered = self.session.open()?.post(path, id, fields.json()).await?;
        report_filed(output, what, id, &answered)
    }
}

impl DecisionArguments {
    /// Puts the proposal below `place` into force.
    pub async fn adopt(&self, place: &str, output: Output) -> anyhow::Result<Exit> {
        self.filing.file(&format!("{place}/{}/adopt", self.proposal), "filed-adopted", Fields::new(), output).await
    }

    /// Turns it down.
    pub async fn reject(&self, place: &str, output: Output) -> anyhow::Result<Exit> {
        self.filing.file(&format!("{place}/{}/reject", self.proposal), "filed-rejected", Fields::new(), output).await
    }
}

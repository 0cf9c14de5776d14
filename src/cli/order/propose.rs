//! Proposing: everything that is due, or what is named one by one or in a file.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use serde_json::Value;

use crate::cli::client::Answered;
use crate::cli::exit::{Exit, Failure};
use crate::cli::fields::Fields;
use crate::cli::lines::Lines;
use crate::cli::output::Output;
use crate::cli::session::{IdArguments, Session, SessionArguments};
use crate::cli::table::word;
use crate::model::destruction::OrderReason;
use crate::model::retention::MatterName;
use crate::model::{Date, DocumentId, NoteId};

/// Proposes an order, as the first person.
#[derive(Debug, clap::Args)]
pub struct ProposeArguments {
    /// Why
    #[arg(value_name = "TYPE", value_parser = PossibleValuesParser::new(OrderReason::ALL.iter().map(|reason| reason.as_str())))]
    reason_code: String,
    /// `due` only: everything that is due on this day and that nothing stops now
    #[arg(long, value_name = "DATE", value_parser = Date::parse, conflicts_with_all = ["case", "items"])]
    until: Option<Date>,
    /// Id or reference of a case that is to be destroyed
    #[arg(long)]
    case: Option<String>,
    /// Of that case only this matter: its id, or 'default' for what was assigned to no matter
    #[arg(long, value_name = "MATTER", value_parser = MatterName::parse, requires = "case", conflicts_with = "document")]
    matter: Option<MatterName>,
    /// Of that case only this document
    #[arg(long, value_name = "UUID", value_parser = DocumentId::parse, requires = "case")]
    document: Option<DocumentId>,
    /// Thousands of things: on each line {"case": UUID}, with "matter" or "document" beside it if only these are meant
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Why it is proposed
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// File number of the request, the judgment, the decision; required before the period is over
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Legal basis, e.g. 'Art. 17 GDPR'
    #[arg(long, value_name = "TEXT")]
    legal_basis: Option<String>,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

pub async fn run(arguments: &ProposeArguments, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let items = arguments.items(&session).await?;
    if items.is_empty() && arguments.until.is_none() {
        let message = "say what is to be destroyed: --until DATE for everything that is due, or --case, or --items FILE";
        return Err(Failure::error(Exit::Usage, message));
    }
    let id = arguments.id.id();
    let mut fields = Fields::new()
        .with("type", &arguments.reason_code)
        .maybe("due_until", arguments.until.as_ref())
        .with("reason", &arguments.reason)
        .maybe("reference", arguments.reference.as_ref())
        .maybe("legal_basis", arguments.legal_basis.as_ref());
    if !items.is_empty() {
        fields = fields.value("items", Value::Array(items));
    }
    let answered = session.put(&format!("orders/{id}"), id, fields.json()).await?;
    report(output, id, &answered)
}

/// Says what a second person needs in order to approve it.
fn report(output: Output, id: NoteId, answered: &Answered) -> anyhow::Result<Exit> {
    let there = if answered.created { "" } else { "  (there already)" };
    let (list, words) = (word(&answered.json["list"]), word(&answered.json["list_words"]));
    output.result(&answered.json, &format!("order  {id}{there}\nlist   {list}\n{words}\n"))?;
    Ok(Exit::Done)
}

impl ProposeArguments {
    async fn items(&self, session: &Session) -> anyhow::Result<Vec<Value>> {
        let mut items = match &self.items {
            Some(file) => Lines::read(file)?.values(),
            None => Vec::new(),
        };
        if let Some(case) = &self.case {
            let fields = Fields::new().with("case", session.case(case).await?);
            let fields = fields.maybe("matter", self.matter.as_ref()).maybe("document", self.document.as_ref());
            items.push(fields.json());
        }
        Ok(items)
    }
}

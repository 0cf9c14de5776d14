//! Placing: what is covered is named one by one, in a file, or by what it has in common.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use serde_json::Value;

use crate::cli::client::words;
use crate::cli::exit::{Exit, Failure};
use crate::cli::fields::Fields;
use crate::cli::lines::{Lines, in_line};
use crate::cli::output::Output;
use crate::cli::session::{IdArguments, Session, SessionArguments, report_filed_with};
use crate::model::retention::{Code, HoldType, MatterName};
use crate::model::{Date, DocumentId, NoteId};

/// Places a hold, or an overlay: restriction, dispute, embargo.
#[derive(Debug, clap::Args)]
pub struct PlaceArguments {
    /// Why: a type of hold, or one of the overlays
    #[arg(value_name = "TYPE", value_parser = PossibleValuesParser::new(HoldType::ALL.iter().map(|kind| kind.as_str())))]
    kind_of_hold: String,
    /// When somebody must look whether it is still needed, within a year
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    review: Date,
    /// When it should end. Passing that day releases nothing
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    ends: Option<Date>,
    /// Id or reference of a case that is covered
    #[arg(long)]
    case: Option<String>,
    /// Of that case only this matter: its id, or 'default' for what was assigned to no matter
    #[arg(long, value_name = "MATTER", value_parser = MatterName::parse, requires = "case", conflicts_with = "document")]
    matter: Option<MatterName>,
    /// Of that case only this document
    #[arg(long, value_name = "UUID", value_parser = DocumentId::parse, requires = "case")]
    document: Option<DocumentId>,
    /// Thousands of things that are covered: on each line {"case": UUID}, with "matter" or "document" beside it if only these are meant
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Every matter of this kind in the whole vault is covered
    #[arg(long, value_name = "CODE", value_parser = Code::parse)]
    kind: Option<Code>,
    /// Every matter with this retention class in the whole vault is covered
    #[arg(long, value_name = "CODE", value_parser = Code::parse)]
    class: Option<Code>,
    /// Every matter in the whole vault about a period that ends on this day or later is covered, and every matter without a period
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    from: Option<Date>,
    /// Every matter in the whole vault about a period that begins on this day or earlier is covered, and every matter without a period
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    to: Option<Date>,
    /// Legal basis, e.g. 'section 95 BHO'
    #[arg(long, value_name = "TEXT")]
    legal_basis: String,
    /// File number of the court, the audit, the decision
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Who is responsible
    #[arg(long, value_name = "TEXT")]
    owner: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

pub async fn run(arguments: &PlaceArguments, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let lines = arguments.items.as_deref().map(Lines::read).transpose()?;
    let (items, query) = (arguments.items(&session, lines.as_ref()).await?, arguments.query());
    match (items.is_empty(), query.is_none()) {
        (true, true) => return Err(Failure::error(Exit::Usage, words().label("cli-hold-nothing"))),
        // Both together would cover the case and, for a reader of the command unexpectedly, matters of all other cases.
        (false, false) => return Err(Failure::error(Exit::Usage, words().label("cli-hold-both"))),
        _ => {}
    }
    let id = arguments.id.id();
    let mut fields = Fields::new()
        .with("type", &arguments.kind_of_hold)
        .with("review_on", arguments.review)
        .maybe("ends_on", arguments.ends.as_ref())
        .with("legal_basis", &arguments.legal_basis)
        .maybe("reference", arguments.reference.as_ref())
        .with("owner", &arguments.owner)
        .with("reason", &arguments.reason);
    if !items.is_empty() {
        fields = fields.value("items", Value::Array(items));
    }
    if let Some(query) = query {
        fields = fields.value("query", query);
    }
    let placed = session.put(&format!("{}/{id}", arguments.resource()), id, fields.json()).await;
    let answered = placed.map_err(|error| in_line(error, lines.as_ref()))?;
    report_filed_with(output, "filed-hold", id, &answered, &covered(&session, id).await)
}

/// How many items the hold covers. It is placed in any case, so nothing is said if that cannot be asked now.
async fn covered(session: &Session, hold: NoteId) -> String {
    let found = session.get(&format!("holds/{hold}")).await.ok();
    let items = found.and_then(|found| found["targets"].as_u64());
    items.map_or_else(String::new, |items| words().told("cli-hold-covers", &[("items", items.into())]))
}

impl PlaceArguments {
    fn resource(&self) -> &'static str {
        if HoldType::parse(&self.kind_of_hold).is_some_and(HoldType::is_overlay) { "overlays" } else { "holds" }
    }

    /// Those of the file first, so that a position in the list is one in the file.
    async fn items(&self, session: &Session, lines: Option<&Lines>) -> anyhow::Result<Vec<Value>> {
        let mut items = lines.map(Lines::values).unwrap_or_default();
        if let Some(case) = &self.case {
            let fields = Fields::new().with("case", session.case(case).await?);
            let fields = fields.maybe("matter", self.matter.as_ref()).maybe("document", self.document.as_ref());
            items.push(fields.json());
        }
        Ok(items)
    }

    fn query(&self) -> Option<Value> {
        let (kind, class) = (self.kind.as_ref(), self.class.as_ref());
        let given = kind.is_some() || class.is_some() || self.from.is_some() || self.to.is_some();
        let fields = Fields::new().maybe("kind", kind).maybe("class", class);
        given.then(|| fields.maybe("from", self.from.as_ref()).maybe("to", self.to.as_ref()).json())
    }
}

//! `aktenfest matter`: the parts of a case that share a retention period.

use serde_json::Value;

use super::exit::Exit;
use super::fields::Fields;
use super::output::Output;
use super::session::{IdArguments, SessionArguments, report_filed};
use super::table::{Table, items, word};
use crate::model::Date;
use crate::model::retention::Code;

/// Matters of a case: grant periods, proceedings, payments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest matter open '3 C 17/26' benefit --from 2026-01-01 --to 2026-06-30\n  \
aktenfest matter list '3 C 17/26'")]
pub struct MatterArguments {
    #[command(subcommand)]
    action: MatterAction,
}

#[derive(Debug, clap::Subcommand)]
enum MatterAction {
    /// Opens a matter
    Open(OpenArguments),
    /// Lists the matters of a case with their events and dates
    List {
        /// Id or reference of the case
        case: String,
        #[command(flatten)]
        session: SessionArguments,
    },
}

#[derive(Debug, clap::Args)]
struct OpenArguments {
    /// Id or reference of the case
    case: String,
    /// What kind of matter; the catalogue says which retention class such matters have
    #[arg(value_parser = Code::parse)]
    kind: Code,
    /// First day of the period that it is about
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    from: Option<Date>,
    /// Last day of that period
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    to: Option<Date>,
    /// What people call it
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &MatterArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        MatterAction::Open(arguments) => open(arguments, output).await,
        MatterAction::List { case, session } => list(case, session, output).await,
    }
}

async fn open(arguments: &OpenArguments, output: Output) -> anyhow::Result<Exit> {
    let OpenArguments { case, kind, from, to, title, id, session } = arguments;
    let session = session.open()?;
    let (case, id) = (session.case(case).await?, id.id());
    let fields = Fields::new().with("kind", kind).maybe("from", from.as_ref()).maybe("to", to.as_ref()).maybe("title", title.as_ref());
    let answered = session.put(&format!("cases/{case}/matters/{id}"), id, fields.json()).await?;
    report_filed(output, "matter", id, &answered)
}

async fn list(case: &str, session: &SessionArguments, output: Output) -> anyhow::Result<Exit> {
    let session = session.open()?;
    let case = session.case(case).await?;
    let mut pages = 0;
    let show = |page: &Value| {
        pages += 1;
        // What changes from page to page is the documents, and people look at one of them with `why`.
        output.result(page, if pages == 1 { text_of(page) } else { String::new() }.as_str())
    };
    session.pages(&format!("cases/{case}/retention"), &[], show).await?;
    Ok(Exit::Done)
}

fn text_of(retention: &Value) -> String {
    let mut matters = Table::new(&["matter", "kind", "from", "to", "class", "state", "keep until", "destroy by"]);
    for matter in items(&retention["matters"]) {
        let lines: Vec<&Value> = items(&retention["lines"]).filter(|line| line["number"] == matter["number"]).collect();
        let mut row: Vec<String> = ["id", "kind", "from", "to"].iter().map(|key| word(&matter[*key])).collect();
        if matter["id"].is_null() {
            row[0] = "(default)".to_owned();
        }
        let of = |key: &str| lines.iter().map(|line| word(&line[key])).collect::<Vec<_>>().join(", ");
        row.extend(["class", "state", "keep_until", "destroy_by"].map(of));
        matters.row(row);
    }
    let mut events = Table::new(&["event", "date", "what", "matter", "source"]);
    for event in items(&retention["events"]) {
        events.row(["id", "date", "type", "matter", "source"].iter().map(|key| word(&event[*key])).collect());
    }
    format!("{}\n{}", matters.text(), events.text())
}

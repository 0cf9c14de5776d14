//! `aktenfest due`: what becomes due, what is overdue, what waits for an event, what contradicts itself.

use serde_json::Value;

use super::client::language_of_environment;
use super::exit::Exit;
use super::output::Output;
use super::session::SessionArguments;
use super::table::{Table, items, word};
use crate::model::Date;
use crate::words::Language;

/// Lists what becomes due up to a day, today by default, whatever still stops its destruction.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "With --json each line is one page as the archive gives it, with its items, the day, the watermark of the intake, and \
whether all dates follow the catalogue in force.\n\nExamples:\n  aktenfest due\n  aktenfest due --until 2030-12-31 --json\n  aktenfest due --overdue"
)]
pub struct DueArguments {
    /// The last day that is looked at, which may be years ahead
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    until: Option<Date>,
    /// What should have been destroyed already
    #[arg(long, group = "list", conflicts_with = "until")]
    overdue: bool,
    /// What has no dates, because an event or a class is missing
    #[arg(long, group = "list", conflicts_with = "until")]
    open: bool,
    /// What must be kept longer than it may be kept
    #[arg(long, group = "list", conflicts_with = "until")]
    conflicts: bool,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &DueArguments, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let until = arguments.until.map(|until| until.to_string());
    let (path, query) = match (arguments.overdue, arguments.open, arguments.conflicts, &until) {
        (true, ..) => ("overdue", vec![]),
        (_, true, ..) => ("open", vec![]),
        (_, _, true, _) => ("conflicts", vec![]),
        (.., Some(until)) => ("due", vec![("until", until.as_str())]),
        (.., None) => ("due", vec![]),
    };
    let mut listing = Listing::new(language_of_environment(), output);
    session.pages(path, &query, |page| listing.page(page)).await?;
    listing.end();
    Ok(Exit::Done)
}

/// Pages on their way to whoever reads them; none is kept.
struct Listing {
    table: Table,
    output: Output,
    language: Language,
    items: usize,
    last: Value,
}

impl Listing {
    fn new(language: Language, output: Output) -> Self {
        let headings =
            [("keep until", "bis"), ("destroy by", "weg bis"), ("class", "Klasse"), ("state", "Stand"), ("stopped by", "Sperren")];
        let headings = headings.into_iter().chain([("case", "Akte"), ("matter", "Vorgang"), ("document", "Dokument")]);
        let headings: Vec<&str> = headings.map(|(english, german)| in_language(language, english, german)).collect();
        Self { table: Table::new(&headings), output, language, items: 0, last: Value::Null }
    }

    fn page(&mut self, page: &Value) -> anyhow::Result<()> {
        for item in items(&page["items"]) {
            self.items += 1;
            let columns = ["keep_until", "destroy_by", "class", "state", "blockers", "case", "matter", "document"];
            self.table.row(columns.iter().map(|column| word(&item[*column])).collect());
        }
        let next = self.table.next();
        let shown = std::mem::replace(&mut self.table, next);
        self.last = page.clone();
        self.output.result(page, &shown.text())
    }

    /// Says what the items alone do not tell.
    fn end(&self) {
        let (today, watermark) = (word(&self.last["today"]), word(&self.last["watermark"]));
        let (items, language) = (self.items, self.language);
        self.output.note(&match language {
            Language::English => format!("{items} items; today is {today}, the intake is complete up to {watermark}"),
            Language::German => format!("{items} Eintr\u{e4}ge; heute ist {today}, der Posteingang ist erfasst bis {watermark}"),
        });
        if self.last["complete"] == Value::Bool(false) {
            self.output.complain(in_language(
                language,
                "dates are being computed again after a change of the retention classes: the list is not complete yet",
                "nach einer \u{c4}nderung der Fristenklassen wird noch gerechnet: Die Liste ist noch nicht vollst\u{e4}ndig",
            ));
        }
    }
}

fn in_language<'a>(language: Language, english: &'a str, german: &'a str) -> &'a str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

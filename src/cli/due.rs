//! `aktenfest due`: what becomes due, what is overdue, what waits for an event, what contradicts itself.

use serde_json::Value;

use super::client::words;
use super::exit::Exit;
use super::output::Output;
use super::session::SessionArguments;
use super::table::{Table, cells, day, items, word};
use crate::model::Date;
use crate::model::retention::EventType;
use crate::words::Words;

/// Lists what becomes due up to a day, today by default, whatever still stops its destruction.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "With --json each line is one page as the archive gives it, with its items, the day, the watermark of the intake, and \
whether all dates follow the catalogue in force.\n\nThe columns matter and document have the ids that `why` takes; a line without them \
is about everything in its case that was assigned to no matter.\n\nExamples:\n  aktenfest due\n  \
aktenfest due --until 2030-12-31 --json\n  aktenfest due --overdue"
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
    let columns = if arguments.open { OPEN } else { DATED };
    let mut listing = Listing::new(columns, words(), output);
    session.pages(path, &query, |page| listing.page(page)).await?;
    listing.end();
    Ok(Exit::Done)
}

/// Pages on their way to whoever reads them; none is kept.
struct Listing {
    table: Table,
    columns: &'static [Column],
    output: Output,
    words: &'static Words,
    items: usize,
    last: Value,
}

/// The name of a heading, and what stands below it.
type Column = (&'static str, fn(&Words, &Value) -> String);

/// What has dates.
const DATED: &[Column] = &[
    ("label-keep-until", |words, item| day(words, &item["keep_until"])),
    ("label-destroy-by", |words, item| day(words, &item["destroy_by"])),
    ("label-class", |_, item| word(&item["class"])),
    ("label-state", |words, item| cells(words, "state", &item["state"])),
    ("label-stopped-by", |words, item| cells(words, "blocker", &item["blockers"])),
    ("label-documents", |_, item| word(&item["documents"])),
    ("label-case", |_, item| case_of(item)),
    ("label-title", |_, item| word(&item["title"])),
    ("label-matter", |_, item| word(&item["matter"])),
    ("label-document", |_, item| word(&item["document"])),
];

/// What has none yet.
const OPEN: &[Column] = &[
    ("label-days", |_, item| word(&item["open_days"])),
    ("label-class", |_, item| word(&item["class"])),
    ("label-missing", missing),
    ("label-documents", |_, item| word(&item["documents"])),
    ("label-case", |_, item| case_of(item)),
    ("label-title", |_, item| word(&item["title"])),
    ("label-matter", |_, item| word(&item["matter"])),
    ("label-document", |_, item| word(&item["document"])),
];

/// The office's own name for the case, or else its id.
fn case_of(item: &Value) -> String {
    word(if item["reference"].is_null() { &item["case"] } else { &item["reference"] })
}

fn missing(words: &Words, item: &Value) -> String {
    match item["missing"].as_str() {
        Some(code) => EventType::parse(code).map_or_else(|| word(&item["missing"]), |event| words.event(event)),
        None => words.label("cell-a-class"),
    }
}

impl Listing {
    fn new(columns: &'static [Column], words: &'static Words, output: Output) -> Self {
        let headings: Vec<&str> = columns.iter().map(|(heading, _)| *heading).collect();
        Self { table: Table::labelled(words, &headings), columns, output, words, items: 0, last: Value::Null }
    }

    fn page(&mut self, page: &Value) -> anyhow::Result<()> {
        for item in items(&page["items"]) {
            self.items += 1;
            self.table.row(self.columns.iter().map(|(_, cell)| cell(self.words, item)).collect());
        }
        let next = self.table.next();
        let shown = std::mem::replace(&mut self.table, next);
        self.last = page.clone();
        self.output.result(page, &shown.text())
    }

    /// Says what the items alone do not tell.
    fn end(&self) {
        let (today, watermark) = (day(self.words, &self.last["today"]), day(self.words, &self.last["watermark"]));
        let counts = [("items", (self.items as u64).into()), ("today", today.into()), ("watermark", watermark.into())];
        let reported = !self.last["watermark"].is_null();
        self.output.note(&self.words.told(if reported { "cli-due-items" } else { "cli-due-items-unreported" }, &counts));
        if self.last["complete"] == Value::Bool(false) {
            self.output.complain(&self.words.label("cli-due-incomplete"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

    #[test]
    fn a_clerk_reads_names_and_days() {
        let item = json!({
            "keep_until": "2024-12-05", "class": "LEIST", "state": "due", "blockers": ["hold"], "case": "id", "reference": "7 L 3/14",
            "title": "Winter", "missing": "decision.notified", "open_days": 7, "documents": 12
        });
        let row =
            |columns: &[Column], language| -> Vec<String> { columns.iter().map(|(_, cell)| cell(Words::of(language), &item)).collect() };
        assert_eq!(
            row(DATED, Language::German),
            ["05.12.2024", "-", "LEIST", "f\u{e4}llig", "Sperre", "12", "7 L 3/14", "Winter", "-", "-"]
        );
        assert_eq!(row(OPEN, Language::English), ["7", "LEIST", "notification of the decision", "12", "7 L 3/14", "Winter", "-", "-"]);
        assert_eq!(
            (case_of(&json!({ "case": "id" })), missing(Words::of(Language::German), &json!({}))),
            ("id".into(), "eine Klasse".into())
        );
    }
}

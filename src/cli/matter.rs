//! `aktenfest matter`: the parts of a case that share a retention period.

use serde_json::Value;

use super::client::words;
use super::exit::Exit;
use super::fields::Fields;
use super::output::Output;
use super::session::{IdArguments, SessionArguments, report_filed};
use super::table::{Table, cells, day, items, word};
use crate::model::retention::{Code, EventType};
use crate::model::{Date, NoteId};
use crate::words::Words;

/// Matters of a case: grant periods, proceedings, payments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest matter open '3 C 17/26' benefit --from 2026-01-01 --to 2026-06-30\n  \
aktenfest matter list '3 C 17/26'\n  \
aktenfest matter correct '3 C 17/26' placement --replaces benefit --reason 'opened as a benefit by mistake'")]
pub struct MatterArguments {
    #[command(subcommand)]
    action: MatterAction,
}

#[derive(Debug, clap::Subcommand)]
enum MatterAction {
    /// Opens a matter
    Open(OpenArguments),
    /// Corrects the kind of a matter, or of everything in the case that was assigned to no other
    Correct(CorrectArguments),
    /// Lists the matters of a case with their dates, and the events that count; `event list` has the others as well
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

#[derive(Debug, clap::Args)]
struct CorrectArguments {
    /// Id or reference of the case
    case: String,
    /// The right kind; the catalogue says which retention class such matters have
    #[arg(value_parser = Code::parse)]
    kind: Code,
    /// The kind that it has now
    #[arg(long, value_name = "KIND", value_parser = Code::parse)]
    replaces: Code,
    /// Id of the matter; without it, what was assigned to no other
    #[arg(long, value_name = "UUID", value_parser = NoteId::parse)]
    matter: Option<NoteId>,
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &MatterArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        MatterAction::Open(arguments) => open(arguments, output).await,
        MatterAction::Correct(arguments) => correct(arguments, output).await,
        MatterAction::List { case, session } => list(case, session, output).await,
    }
}

async fn open(arguments: &OpenArguments, output: Output) -> anyhow::Result<Exit> {
    let OpenArguments { case, kind, from, to, title, id, session } = arguments;
    let session = session.open()?;
    let (case, id) = (session.case(case).await?, id.id());
    let fields = Fields::new().with("kind", kind).maybe("from", from.as_ref()).maybe("to", to.as_ref()).maybe("title", title.as_ref());
    let answered = session.put(&format!("cases/{case}/matters/{id}"), id, fields.json()).await?;
    report_filed(output, "filed-matter", id, &answered)
}

async fn correct(arguments: &CorrectArguments, output: Output) -> anyhow::Result<Exit> {
    let CorrectArguments { case, kind, replaces, matter, reason, id, session } = arguments;
    let session = session.open()?;
    let (case, id) = (session.case(case).await?, id.id());
    let fields = Fields::new().with("id", id).with("kind", kind).with("replaces", replaces).with("reason", reason);
    let path = match matter {
        Some(matter) => format!("cases/{case}/matters/{matter}/kind"),
        None => format!("cases/{case}/kind"),
    };
    let answered = session.post(&path, id, fields.json()).await?;
    report_filed(output, "filed-correction", id, &answered)
}

async fn list(case: &str, session: &SessionArguments, output: Output) -> anyhow::Result<Exit> {
    let session = session.open()?;
    let case = session.case(case).await?;
    let mut pages = 0;
    let show = |page: &Value| {
        pages += 1;
        // What changes from page to page is the documents, and people look at one of them with `why`.
        output.result(page, if pages == 1 { text_of(words(), page) } else { String::new() }.as_str())
    };
    session.pages(&format!("cases/{case}/retention"), &[], show).await?;
    Ok(Exit::Done)
}

fn text_of(words: &Words, retention: &Value) -> String {
    let mut matters = Table::labelled(
        words,
        &[
            "label-matter",
            "label-title",
            "label-kind",
            "label-from",
            "label-to",
            "label-class",
            "label-state",
            "label-keep-until",
            "label-destroy-by",
        ],
    );
    for matter in items(&retention["matters"]) {
        let lines: Vec<&Value> = items(&retention["lines"]).filter(|line| line["number"] == matter["number"]).collect();
        let id = if matter["id"].is_null() { words.label("cell-default-matter") } else { word(&matter["id"]) };
        let of = |cell: &dyn Fn(&Value) -> String| lines.iter().map(|line| cell(line)).collect::<Vec<_>>().join(", ");
        matters.row(vec![
            id,
            word(&matter["title"]),
            kind_of(words, &matter["kind"]),
            day(words, &matter["from"]),
            day(words, &matter["to"]),
            of(&|line| word(&line["class"])),
            of(&|line| state_of(words, line, &retention["today_certain"])),
            of(&|line| day(words, &line["keep_until"])),
            of(&|line| day(words, &line["destroy_by"])),
        ]);
    }
    let mut events = Table::labelled(words, &["label-event", "label-date", "label-what", "label-matter", "label-source"]);
    for event in items(&retention["events"]) {
        let columns = [word(&event["id"]), day(words, &event["date"]), event_of(words, &event["type"])];
        events.row(columns.into_iter().chain(["matter", "source"].map(|key| word(&event[key]))).collect());
    }
    format!("{}\n{}", matters.text(), events.text())
}

/// Where a line with dates stands today: the same words as in `due`.
fn state_of(words: &Words, line: &Value, today: &Value) -> String {
    let state = match (line["state"].as_str(), line["keep_until"].as_str(), today.as_str()) {
        // Days in their usual form are in the order of their letters.
        (Some("computed"), Some(keep_until), Some(today)) => Value::from(if today > keep_until { "due" } else { "running" }),
        _ => line["state"].clone(),
    };
    cells(words, "state", &state)
}

/// A kind of matter in words, where the shipped catalogue has it.
pub fn kind_of(words: &Words, kind: &Value) -> String {
    kind.as_str().and_then(|code| Code::parse(code).ok()).map_or_else(|| word(kind), |code| words.kind(&code))
}

/// An event in words.
pub fn event_of(words: &Words, event: &Value) -> String {
    event.as_str().and_then(EventType::parse).map_or_else(|| word(event), |event| words.event(event))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

    #[test]
    fn matters_are_due_in_the_same_words_as_the_agenda() {
        let line = |number: u32, state: &str, keep_until: &str| json!({"number": number, "class": "LEIST", "state": state, "keep_until": keep_until});
        let retention = json!({
            "today_certain": "2026-11-20",
            "matters": [{"number": 0, "kind": "benefit"}, {"number": 1, "id": "m", "kind": "own", "title": "Winter", "from": "2014-12-01"}],
            "lines": [line(0, "computed", "2026-11-20"), line(1, "computed", "2026-11-19")],
            "events": [{"id": "e", "date": "2014-12-05", "type": "decision.notified", "source": "eakte"}]
        });
        let german = text_of(Words::of(Language::German), &retention);
        for expected in ["(Standardvorgang)", "Leistung (benefit)", "laufend", "f\u{e4}llig", "19.11.2026", "Winter", "Bekanntgabe"] {
            assert!(german.contains(expected), "{expected} is missing in\n{german}");
        }
        let english = text_of(Words::of(Language::English), &retention);
        for expected in ["(default)", "running", "due", "2026-11-19", "notification of the decision"] {
            assert!(english.contains(expected), "{expected} is missing in\n{english}");
        }
    }
}

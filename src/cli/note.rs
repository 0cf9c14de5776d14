//! `aktenfest note`: what was filed, read back: who, when, why; and its receipt.

use serde_json::Value;

use super::client::words;
use super::exit::Exit;
use super::matter::kind_of;
use super::output::Output;
use super::session::{Session, SessionArguments};
use super::table::{Table, day, items, moment, word, yes_or_no};
use crate::model::NoteId;
use crate::model::retention::{EventType, HoldType, OriginalFlag, QaMode, QaResult, ReturnStep};
use crate::words::Words;

/// Notes: everything that was filed about cases, holds, classes, batches and boxes, by the id that filing it has printed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest note show UUID\n  aktenfest note receipt UUID > receipt.txt")]
pub struct NoteArguments {
    #[command(subcommand)]
    action: NoteAction,
}

#[derive(Debug, clap::Subcommand)]
enum NoteAction {
    /// Shows a note with its words
    Show {
        /// Id of the note
        #[arg(value_parser = NoteId::parse)]
        note: NoteId,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Prints the receipt of a note: the proof that it is in the ledger, which `verify --known` takes
    Receipt {
        /// Id of the note
        #[arg(value_parser = NoteId::parse)]
        note: NoteId,
        #[command(flatten)]
        session: SessionArguments,
    },
}

/// Runs the command.
pub async fn run(arguments: &NoteArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        NoteAction::Show { note, session } => {
            let found = session.open()?.get(&format!("notes/{note}")).await?;
            output.result(&found, &text_of(words(), &found))?;
        }
        NoteAction::Receipt { note, session } => {
            let receipt = session.open()?.text(&format!("notes/{note}/receipt")).await?;
            output.result(&serde_json::json!({ "receipt": receipt }), &receipt)?;
        }
    }
    Ok(Exit::Done)
}

/// Everything that was done with something, below a heading of its own.
pub async fn history(session: &Session, path: &str) -> anyhow::Result<String> {
    let words = words();
    let mut table = Table::labelled(words, &["label-at", "label-what", "label-words", "label-person", "label-note"]);
    let show = |page: &Value| {
        items(&page["items"]).for_each(|note| table.row(row_of(words, note)));
        Ok(())
    };
    session.pages(path, &[], show).await?;
    Ok(format!("\n{}\n{}", words.label("cli-history-head"), table.text()))
}

fn row_of(words: &Words, note: &Value) -> Vec<String> {
    let said: Vec<String> = said(words, note).into_iter().map(|(label, text)| format!("{label}: {text}")).collect();
    let said = if said.is_empty() { "-".to_owned() } else { said.join("; ") };
    vec![moment(words, &note["recorded_at"]), what(words, note), said, by(note), word(&note["id"])]
}

fn text_of(words: &Words, note: &Value) -> String {
    let mut lines = Table::new(&[&words.label("label-note"), &word(&note["id"])]);
    let mut line = |label: String, text: String| {
        if text != "-" {
            lines.row(vec![label, text]);
        }
    };
    line(words.label("label-what"), what(words, note));
    line(words.label("label-at"), moment(words, &note["recorded_at"]));
    line(words.label("label-person"), by(note));
    for (key, name) in [("case", "label-case"), ("matter", "label-matter"), ("document", "label-document"), ("of", "label-about")] {
        line(words.label(name), word(&note[key]));
    }
    said(words, note).into_iter().for_each(|(label, text)| line(label, text));
    lines.text()
}

/// The person, or else the application.
fn by(note: &Value) -> String {
    word(if note["person"].is_null() { &note["application"] } else { &note["person"] })
}

/// What kind of note: of a step of a box, which step.
fn what(words: &Words, note: &Value) -> String {
    match note["facts"]["step"].as_str() {
        Some(step) => words.cell("step", &word(&Value::from(step))),
        None => words.cell("note", &word(&note["note"]).replace('.', "-")),
    }
}

/// What a note can say, in the order in which it is shown. What a newer archive says besides is shown under its own name.
const SAID: &[(&str, &str)] = &[
    ("type", "label-type"),
    ("kind", "label-kind"),
    ("date", "label-date"),
    ("from", "label-from"),
    ("to", "label-to"),
    ("source", "label-source"),
    ("evidence", "label-evidence"),
    ("supersedes", "label-supersedes"),
    ("received", "label-received"),
    ("documents", "label-documents"),
    ("batch", "label-batch"),
    ("scanned_on", "label-scanned"),
    ("through", "label-to"),
    ("review_on", "label-review"),
    ("ends_on", "label-ends"),
    ("targets", "label-items"),
    ("replaces", "label-replaces"),
    ("valid_from", "label-in-force-from"),
    ("mode", "label-mode"),
    ("result", "label-result"),
    ("position", "label-position"),
    ("positions", "label-positions"),
    ("flag", "label-flags"),
    ("on", "label-set"),
    ("state", "label-return"),
    ("until", "label-extended-until"),
    ("level", "label-level"),
    ("sheets", "label-sheets"),
    ("title", "label-title"),
    ("legal_basis", "label-legal-basis"),
    ("reference", "label-reference"),
    ("owner", "label-owner"),
    ("query", "label-query"),
    ("reason", "label-reason"),
    ("place", "label-place"),
    ("provider", "label-provider"),
    ("witnesses", "label-witnesses"),
    ("device", "label-device"),
    ("tracking", "label-tracking"),
    ("record", "label-record"),
];

fn said(words: &Words, note: &Value) -> Vec<(String, String)> {
    let members = |part: &str| note[part].as_object().cloned().into_iter().flatten().filter(|(key, _)| key != "step").collect::<Vec<_>>();
    let mut all: Vec<(String, Value)> = members("facts").into_iter().chain(members("words")).collect();
    let place = |key: &str| SAID.iter().position(|(known, _)| *known == key).unwrap_or(SAID.len());
    all.sort_by_key(|(key, _)| place(key));
    let label = |key: &str| SAID.iter().find(|(known, _)| *known == key).map_or_else(|| key.to_owned(), |(_, name)| words.label(name));
    all.iter().map(|(key, value)| (label(key), value_of(words, key, value))).filter(|(_, text)| text != "-").collect()
}

/// A value in words, where its code has some.
fn value_of(words: &Words, key: &str, value: &Value) -> String {
    let code = value.as_str();
    let told = match key {
        "mode" => code.and_then(QaMode::parse).map(|mode| words.qa_mode(mode)),
        "result" => code.and_then(QaResult::parse).map(|result| words.qa_result(result)),
        "state" => code.and_then(ReturnStep::parse).map(|step| words.return_step(step)),
        "flag" => code.and_then(OriginalFlag::parse).map(|flag| words.cell("flag", flag.as_str())),
        "on" => value.as_bool().map(|_| yes_or_no(words, value)),
        "type" => code.and_then(|code| {
            let event = EventType::parse(code).map(|event| words.event(event));
            event.or_else(|| HoldType::parse(code).map(|hold| words.hold(hold)))
        }),
        "kind" => Some(kind_of(words, value)),
        _ => None,
    };
    told.unwrap_or_else(|| day(words, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

    #[test]
    fn the_record_of_a_destruction_reads_like_one() {
        let note = json!({
            "id": "n", "note": "paper.destroy", "of": "b", "recorded_at": "2026-11-20T08:00:00Z", "application": "scan",
            "facts": {"step": "destroyed", "date": "2026-11-20", "level": 4, "sheets": 408},
            "words": {"place": "Halle 3", "provider": "Muster GmbH", "witnesses": "A; B"}
        });
        let row = row_of(Words::of(Language::German), &note);
        assert_eq!(row[..2], ["20.11.2026 08:00 UTC", "vernichtet"]);
        assert_eq!(row[2], "Tag: 20.11.2026; Stufe: 4; Bl\u{e4}tter: 408; Ort: Halle 3; Dienstleister: Muster GmbH; Zeugen: A; B");
        let text = text_of(Words::of(Language::English), &note);
        assert!(text.contains("provider") && text.contains("Muster GmbH") && text.contains("about"), "{text}");
    }

    #[test]
    fn codes_have_words_and_what_is_new_has_its_name() {
        let german = Words::of(Language::German);
        let note = json!({"facts": {"step": "check", "mode": "full", "result": "passed", "novel": 7}, "words": {}});
        let said: Vec<String> = said(german, &note).into_iter().map(|(label, text)| format!("{label}: {text}")).collect();
        assert_eq!(
            said,
            ["Art der Pr\u{fc}fung: vollst\u{e4}ndige Sichtpr\u{fc}fung", "Ergebnis: Bild und Papier stimmen \u{fc}berein", "novel: 7"]
        );
    }
}

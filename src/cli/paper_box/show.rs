//! Looking at boxes.

use serde_json::Value;

use crate::cli::client::words;
use crate::cli::exit::Exit;
use crate::cli::note::history;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::table::{Table, cells, day, items, word, yes_or_no};
use crate::model::NoteId;
use crate::model::retention::{QaMode, QaResult, ReturnStep};
use crate::words::Words;

/// Lists the boxes under this path.
pub async fn list(session: &Session, path: &str, output: Output) -> anyhow::Result<Exit> {
    let words = words();
    let headings = [
        "label-box",
        "label-title",
        "label-place",
        "label-scanned",
        "label-first-day",
        "label-state",
        "label-sheets-left",
        "label-stopped-by",
        "label-to-pull",
    ];
    let mut table = Table::labelled(words, &headings);
    let show = |page: &Value| {
        items(&page["items"]).for_each(|found| table.row(row_of(words, found)));
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages(path, &[], show).await?;
    Ok(Exit::Done)
}

fn row_of(words: &Words, found: &Value) -> Vec<String> {
    let to_pull = found["originals_to_pull"].as_u64().unwrap_or(0);
    let mut stopped = items(&found["blockers"]).map(|code| cells(words, "box-blocker", code)).collect::<Vec<_>>();
    if to_pull > 0 {
        stopped.push(words.label("cell-originals"));
    }
    vec![
        word(&found["id"]),
        word(&found["title"]),
        word(&found["place"]),
        day(words, &found["scanned_on"]),
        day(words, &found["first_day"]),
        cells(words, "box-state", &found["state"]),
        word(&found["sheets_left"]),
        if stopped.is_empty() { "-".to_owned() } else { stopped.join(", ") },
        to_pull.to_string(),
    ]
}

/// Shows a box. Programs get the box, and ask for its notes themselves.
pub async fn one(session: &Session, of: NoteId, output: Output) -> anyhow::Result<Exit> {
    let found = session.get(&format!("boxes/{of}")).await?;
    let mut text = text_of(words(), &found);
    if !output.json {
        text.push_str(&history(session, &format!("boxes/{of}/notes")).await?);
    }
    output.result(&found, &text)?;
    Ok(Exit::Done)
}

/// What stands in the way of a box, a line for each.
pub fn in_the_way(found: &Value) -> String {
    let blockers = items(&found["blockers_in_words"]).map(|blocker| word(&blocker["words"]));
    let exceptions = items(&found["exceptions"]).map(|one| format!("{}: {}", word(&one["position"]), word(&one["words"])));
    blockers.chain(exceptions).collect::<Vec<_>>().join("\n")
}

fn text_of(words: &Words, found: &Value) -> String {
    let mut text = format!("{}\n", word(&found["words"]));
    for blocker in items(&found["blockers_in_words"]) {
        text.push_str(&format!("{}\n", word(&blocker["words"])));
    }
    let mut head = Table::new(&[&words.label("label-batch"), &word(&found["batch"])]);
    for (name, key) in [
        ("label-title", "title"),
        ("label-place", "place"),
        ("label-scanned", "scanned_on"),
        ("label-first-day", "first_day"),
        ("label-sheets", "sheets"),
        ("label-sheets-left", "sheets_left"),
        ("label-extended-until", "extended_until"),
        ("label-destroyed-on", "destroyed_on"),
    ] {
        head.row(vec![words.label(name), day(words, &found[key])]);
    }
    let headings = [
        "label-position",
        "label-sheets",
        "label-flags",
        "label-checked",
        "label-pulled",
        "label-return",
        "label-case",
        "label-document",
        "label-because",
    ];
    let mut table = Table::labelled(words, &headings);
    for position in items(&found["positions"]) {
        let reasons = items(&found["exceptions"]).filter(|exception| exception["position"] == position["position"]);
        let reasons: Vec<String> = reasons.map(|exception| word(&exception["words"])).collect();
        table.row(vec![
            word(&position["position"]),
            word(&position["sheets"]),
            cells(words, "flag", &position["flags"]),
            checked(words, position),
            yes_or_no(words, &position["pulled"]),
            returning(words, &position["return"]),
            word(&position["case"]),
            word(&position["document"]),
            if reasons.is_empty() { "-".to_owned() } else { reasons.join(" ") },
        ]);
    }
    format!("{text}\n{}\n{}", head.text(), table.text())
}

/// How the quality was assured: at the box, or else at the document.
fn checked(words: &Words, position: &Value) -> String {
    let check = if position["qa"].is_null() { &position["document_check"] } else { &position["qa"] };
    let mode = check["mode"].as_str().and_then(QaMode::parse).map(|mode| words.qa_mode(mode));
    let result = check["result"].as_str().and_then(QaResult::parse).map(|result| words.qa_result(result));
    match (mode, result) {
        (Some(mode), Some(result)) => format!("{mode}: {result}"),
        _ => "-".to_owned(),
    }
}

fn returning(words: &Words, returning: &Value) -> String {
    match returning["state"].as_str().and_then(ReturnStep::parse) {
        Some(step) => format!("{} ({})", words.return_step(step), day(words, &returning["since"])),
        None => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

    #[test]
    fn a_box_counts_originals_and_says_what_stops_it() {
        let found =
            json!({"id": "b", "state": "blocked", "sheets_left": 6, "blockers": [], "originals_to_pull": 3, "scanned_on": "2026-09-02"});
        let row = row_of(Words::of(Language::German), &found);
        assert_eq!(row[3..], ["02.09.2026", "-", "gehindert", "6", "einzelne Originale", "3"]);
        let waiting = json!({"state": "waiting", "blockers": ["period-running"], "originals_to_pull": 1});
        assert_eq!(row_of(Words::of(Language::English), &waiting)[7..], ["eight weeks, originals in it", "1"]);
        let ready = json!({"state": "ready", "blockers": [], "originals_to_pull": 0});
        assert_eq!(row_of(Words::of(Language::English), &ready)[7..], ["-", "0"]);
    }

    #[test]
    fn a_check_of_the_document_counts_where_the_box_has_none() {
        let english = Words::of(Language::English);
        let document = json!({"document_check": {"mode": "sample", "result": "passed"}});
        assert_eq!(checked(english, &document), "sample: image and paper agree");
        let both = json!({"qa": {"mode": "full", "result": "defect"}, "document_check": {"mode": "sample", "result": "passed"}});
        assert_eq!(checked(english, &both), "full visual check: image and paper do not agree");
        assert_eq!((checked(english, &json!({})), returning(english, &Value::Null)), ("-".to_owned(), "-".to_owned()));
    }
}

//! Looking at holds.

use serde_json::Value;

use crate::cli::client::words;
use crate::cli::exit::Exit;
use crate::cli::note::history;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::table::{Table, day, items, word};
use crate::model::NoteId;
use crate::words::Words;

/// Lists holds; those that are released only if they are asked for.
pub async fn list(session: &Session, released: bool, output: Output) -> anyhow::Result<Exit> {
    let words = words();
    let headings = [
        "label-hold",
        "label-type",
        "label-placed",
        "label-review",
        "label-ends",
        "label-released",
        "label-items",
        "label-owner",
        "label-reference",
    ];
    let mut table = Table::labelled(words, &headings);
    let query: &[(&str, &str)] = if released { &[("released", "true")] } else { &[] };
    let show = |page: &Value| {
        for hold in items(&page["items"]) {
            let mut row = vec![word(&hold["id"]), word(&hold["words"])];
            row.extend(["placed_on", "review_on", "ends_on", "released_on"].map(|key| day(words, &hold[key])));
            row.extend(["targets", "owner", "reference"].map(|key| word(&hold[key])));
            table.row(row);
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages("holds", query, show).await?;
    Ok(Exit::Done)
}

/// Shows a hold, and everything that was done with it. Programs get the hold, and ask for its notes themselves.
pub async fn one(session: &Session, hold: NoteId, output: Output) -> anyhow::Result<Exit> {
    let found = session.get(&format!("holds/{hold}")).await?;
    let mut text = text_of(words(), &found);
    if !output.json {
        text.push_str(&history(session, &format!("holds/{hold}/notes")).await?);
    }
    output.result(&found, &text)?;
    Ok(Exit::Done)
}

fn text_of(words: &Words, hold: &Value) -> String {
    let mut lines = Table::new(&[&words.label("label-hold"), &word(&hold["id"])]);
    let mut line = |name: &str, text: String| {
        if text != "-" {
            lines.row(vec![words.label(name), text]);
        }
    };
    line("label-type", word(&hold["words"]));
    line("label-notice", word(&hold["notice"]));
    line("label-legal-basis", word(&hold["legal_basis"]));
    line("label-reference", word(&hold["reference"]));
    line("label-owner", word(&hold["owner"]));
    line("label-reason", word(&hold["reason"]));
    line("label-query", word(&hold["query"]));
    line("label-items", word(&hold["targets"]));
    line("label-placed", day(words, &hold["placed_on"]));
    line("label-placed-by", word(if hold["person"].is_null() { &hold["application"] } else { &hold["person"] }));
    line("label-review", day(words, &hold["review_on"]));
    line("label-ends", day(words, &hold["ends_on"]));
    line("label-released", day(words, &hold["released_on"]));
    lines.text()
}

/// Shows what a hold covers.
pub async fn items_of(session: &Session, hold: NoteId, output: Output) -> anyhow::Result<Exit> {
    let words = words();
    let mut table = Table::labelled(words, &["label-case", "label-matter", "label-document"]);
    let show = |page: &Value| {
        for item in items(&page["items"]) {
            let whole = item["matter"].is_null() && item["document"].is_null();
            let matter = match item["matter"].as_str() {
                None if whole => words.label("cell-whole-case"),
                Some("default") => words.label("cell-default-matter"),
                _ => word(&item["matter"]),
            };
            table.row(vec![word(&item["case"]), matter, word(&item["document"])]);
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages(&format!("holds/{hold}/items"), &[], show).await?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

    #[test]
    fn a_hold_stands_on_lines_in_the_language_of_the_reader() {
        let hold = json!({"id": "x", "words": "Klage vor Gericht", "owner": "Rechtsstelle", "targets": 7, "review_on": "2027-02-20",
            "application": "eakte", "ends_on": null});
        let text = text_of(Words::of(Language::German), &hold);
        for line in ["Sperre       x", "Anlass       Klage vor Gericht", "Gegenst\u{e4}nde  7", "zu pr\u{fc}fen bis  20.02.2027"] {
            let (label, value) = line.rsplit_once("  ").unwrap();
            assert!(text.lines().any(|said| said.starts_with(label.trim()) && said.ends_with(value.trim())), "{line}\n{text}");
        }
        assert!(!text.contains("endet"), "{text}");
    }
}

//! Looking at boxes.

use serde_json::Value;

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::table::{Table, items, word};
use crate::model::NoteId;

/// Lists boxes that are not destroyed yet.
pub async fn due(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let mut table = Table::new(&["box", "scanned", "first day", "state", "sheets left", "stopped by", "to be pulled out"]);
    let show = |page: &Value| {
        for found in items(&page["items"]) {
            let columns = ["id", "scanned_on", "first_day", "state", "sheets_left", "blockers"];
            let mut row: Vec<String> = columns.iter().map(|column| word(&found[*column])).collect();
            row.push(word(&found["exceptions_total"]));
            table.row(row);
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages("boxes/due", &[], show).await?;
    Ok(Exit::Done)
}

/// Shows a box.
pub async fn one(session: &Session, of: NoteId, output: Output) -> anyhow::Result<Exit> {
    let found = session.get(&format!("boxes/{of}")).await?;
    output.result(&found, &text_of(&found))?;
    Ok(Exit::Done)
}

fn text_of(found: &Value) -> String {
    let mut text = format!("{}\n", word(&found["words"]));
    for blocker in items(&found["blockers_in_words"]) {
        text.push_str(&format!("{}\n", word(&blocker["words"])));
    }
    let mut head = Table::new(&["batch", &word(&found["batch"])]);
    for (name, key) in [
        ("title", "title"),
        ("place", "place"),
        ("scanned", "scanned_on"),
        ("first day", "first_day"),
        ("sheets", "sheets"),
        ("sheets left", "sheets_left"),
        ("extended until", "extended_until"),
        ("destroyed on", "destroyed_on"),
    ] {
        head.row(vec![name.to_owned(), word(&found[key])]);
    }
    let mut table = Table::new(&["position", "sheets", "flags", "checked", "pulled", "return", "case", "document", "pull out because"]);
    for position in items(&found["positions"]) {
        let reasons = items(&found["exceptions"]).filter(|exception| exception["position"] == position["position"]);
        let reasons: Vec<String> = reasons.map(|exception| word(&exception["words"])).collect();
        let pair = |key: &str, one: &str, other: &str| match &position[key] {
            Value::Null => "-".to_owned(),
            found => format!("{} {}", word(&found[one]), word(&found[other])),
        };
        let plain = |key: &str| word(&position[key]);
        table.row(vec![
            plain("position"),
            plain("sheets"),
            plain("flags"),
            pair("qa", "mode", "result"),
            if position["pulled"] == Value::Bool(true) { "yes" } else { "no" }.to_owned(),
            pair("return", "state", "since"),
            plain("case"),
            plain("document"),
            if reasons.is_empty() { "-".to_owned() } else { reasons.join(" ") },
        ]);
    }
    format!("{text}\n{}\n{}", head.text(), table.text())
}

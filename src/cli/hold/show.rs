//! Looking at holds.

use serde_json::Value;

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::table::{Table, items, lines_of, word};
use crate::model::NoteId;

/// Lists holds; those that are released only if they are asked for.
pub async fn list(session: &Session, released: bool, output: Output) -> anyhow::Result<Exit> {
    let mut table = Table::new(&["hold", "type", "placed", "review", "ends", "released", "items", "reference"]);
    let query: &[(&str, &str)] = if released { &[("released", "true")] } else { &[] };
    let show = |page: &Value| {
        for hold in items(&page["items"]) {
            let columns = ["id", "type", "placed_on", "review_on", "ends_on", "released_on", "targets", "reference"];
            table.row(columns.iter().map(|column| word(&hold[*column])).collect());
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages("holds", query, show).await?;
    Ok(Exit::Done)
}

/// Shows a hold.
pub async fn one(session: &Session, hold: NoteId, output: Output) -> anyhow::Result<Exit> {
    let found = session.get(&format!("holds/{hold}")).await?;
    output.result(&found, &lines_of(&found))?;
    Ok(Exit::Done)
}

/// Shows what a hold covers.
pub async fn items_of(session: &Session, hold: NoteId, output: Output) -> anyhow::Result<Exit> {
    let mut table = Table::new(&["case", "matter", "document"]);
    let show = |page: &Value| {
        for item in items(&page["items"]) {
            table.row(["case", "matter", "document"].iter().map(|column| word(&item[*column])).collect());
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages(&format!("holds/{hold}/items"), &[], show).await?;
    Ok(Exit::Done)
}

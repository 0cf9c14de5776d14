//! Looking at orders.

use serde_json::Value;

use crate::cli::client::language_of_environment;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::table::{Table, items, lines_of, word};
use crate::model::NoteId;
use crate::words::Language;

/// A column: its name in the answer, its heading in English and in German.
type Column = (&'static str, &'static str, &'static str);

fn table_of(columns: &[Column]) -> Table {
    let language = language_of_environment();
    let heading = |column: &Column| match language {
        Language::English => column.1,
        Language::German => column.2,
    };
    Table::new(&columns.iter().map(heading).collect::<Vec<_>>())
}

fn row_of(columns: &[Column], item: &Value) -> Vec<String> {
    columns.iter().map(|(name, ..)| word(&item[*name])).collect()
}

/// Prints every page of a list as a table that goes on.
async fn pages(session: &Session, path: &str, query: &[(&str, &str)], columns: &[Column], output: Output) -> anyhow::Result<Exit> {
    let mut table = table_of(columns);
    let show = |page: &Value| {
        for item in items(&page["items"]) {
            table.row(row_of(columns, item));
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages(path, query, show).await?;
    Ok(Exit::Done)
}

/// Lists orders; those about which nothing is left to do only if they are asked for.
pub async fn list(session: &Session, all: bool, output: Output) -> anyhow::Result<Exit> {
    const COLUMNS: &[Column] = &[
        ("id", "order", "Vorschlag"),
        ("type", "type", "Art"),
        ("stage", "stage", "Stand"),
        ("executable_from", "from", "ab"),
        ("items", "items", "Anzahl"),
        ("destroyed", "destroyed", "vernichtet"),
        ("dropped", "left alone", "ausgenommen"),
        ("person", "proposed by", "vorgeschlagen von"),
        ("reference", "reference", "Aktenzeichen"),
    ];
    let query: &[(&str, &str)] = if all { &[("all", "true")] } else { &[] };
    pages(session, "orders", query, COLUMNS, output).await
}

/// Shows an order and what was filed about it.
pub async fn one(session: &Session, order: NoteId, output: Output) -> anyhow::Result<Exit> {
    const COLUMNS: &[Column] = &[
        ("recorded_at", "recorded at", "erfasst am"),
        ("words", "what", "was"),
        ("person", "by", "von"),
        ("entry", "entry", "Eintrag"),
        ("reason", "reason", "Grund"),
    ];
    let found = session.get(&format!("orders/{order}")).await?;
    let mut facts = found.clone();
    let history = facts.as_object_mut().and_then(|facts| facts.remove("history")).unwrap_or_default();
    let mut text = lines_of(&facts);
    if items(&history).next().is_some() {
        let mut table = table_of(COLUMNS);
        items(&history).for_each(|note| table.row(row_of(COLUMNS, note)));
        text = format!("{text}\n{}", table.text());
    }
    output.result(&found, &text)?;
    Ok(Exit::Done)
}

/// Shows what is on the list of an order.
pub async fn items_of(session: &Session, order: NoteId, output: Output) -> anyhow::Result<Exit> {
    const COLUMNS: &[Column] = &[
        ("outcome", "outcome", "Ergebnis"),
        ("because", "because", "weil"),
        ("documents", "documents", "Dokumente"),
        ("case", "case", "Akte"),
        ("matter", "matter", "Vorgang"),
        ("document", "document", "Dokument"),
    ];
    pages(session, &format!("orders/{order}/items"), &[], COLUMNS, output).await
}

//! `aktenfest access`: who has seen a case, a document, or anything in the vault.

use serde_json::Value;

use super::client::words;
use super::exit::Exit;
use super::output::Output;
use super::session::SessionArguments;
use super::table::{Table, cells, items, moment, word};
use crate::model::DocumentId;
use crate::words::Words;

/// Lists who has seen something in one calendar year, when, in which way, for whom and what. Needs a certificate that names a person, and
/// is recorded itself.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "With --json each line is one page as the archive gives it; `opening` has what opens the entry in the year's access \
ledger.\n\nAn access log is removed when the year that follows its own is over.\n\nExamples:\n  aktenfest access '3 C 17/26'\n  \
aktenfest access '3 C 17/26' 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e02 --year 2025 --json"
)]
pub struct AccessArguments {
    /// Id or reference of the case; without one, everything in the vault
    case: Option<String>,
    /// Id of a document of that case
    #[arg(value_parser = DocumentId::parse, requires = "case")]
    document: Option<DocumentId>,
    /// The calendar year (UTC); this year by default
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(u16).range(1..=9999))]
    year: Option<u16>,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &AccessArguments, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let mut query: Vec<(&str, String)> = Vec::new();
    if let Some(case) = &arguments.case {
        query.push(("case", session.case(case).await?.to_string()));
    }
    query.extend(arguments.document.map(|document| ("document", document.to_string())));
    query.extend(arguments.year.map(|year| ("year", format!("{year:04}"))));
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut table = heading(words());
    session
        .pages("access", &query, |page| {
            items(&page["items"]).for_each(|item| table.row(row(words(), item)));
            let next = table.next();
            let shown = std::mem::replace(&mut table, next);
            output.result(page, &shown.text())
        })
        .await?;
    Ok(Exit::Done)
}

fn heading(words: &Words) -> Table {
    let labels = [
        "label-at",
        "label-access",
        "label-outcome",
        "label-application",
        "label-person",
        "label-on-behalf-of",
        "label-purpose",
        "label-case",
        "label-document",
    ];
    Table::labelled(words, &labels)
}

fn row(words: &Words, item: &Value) -> Vec<String> {
    let outcome = cells(words, "outcome", &item["outcome"]);
    let times = item["count"].as_u64().filter(|count| *count > 1);
    vec![
        moment(words, &item["at"]),
        cells(words, "access", &item["access"]),
        times.map_or(outcome.clone(), |count| format!("{outcome} ({count})")),
        word(&item["application"]),
        word(&item["person"]),
        word(&item["on_behalf_of"]),
        word(&item["purpose"]),
        word(&item["case"]),
        word(&item["document"]),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

    #[test]
    fn a_records_manager_reads_who_and_when() {
        let item = json!({
            "at": "2026-11-20T08:01:00Z", "access": "content", "outcome": "vault_unknown", "count": 3, "application": "eakte",
            "person": "m-muster", "purpose": "Widerspruch", "case": "id"
        });
        let german = row(Words::of(Language::German), &item);
        assert_eq!(german[..5], ["20.11.2026 08:01 UTC", "Inhalt", "vault_unknown (3)", "eakte", "m-muster"]);
        assert_eq!(german[5..], ["-", "Widerspruch", "id", "-"]);
        let allowed = json!({ "at": "2026-11-20T08:01:00Z", "access": "search", "outcome": "allowed", "count": 1 });
        assert_eq!(row(Words::of(Language::English), &allowed)[..4], ["2026-11-20 08:01 UTC", "search by reference", "allowed", "-"]);
        // What was searched for is in no record, because a reference is about somebody; the case that was found is.
        for language in Language::ALL {
            let words = Words::of(language);
            assert_eq!(heading(words).text().matches(&words.label("label-purpose")).count(), 1);
            assert_eq!(row(words, &allowed).len(), 9);
        }
    }
}

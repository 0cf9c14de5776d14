//! The copy for the person whom a case is about (Art. 15 GDPR, section 25 SGB X): a page that lists everything, in German and in English,
//! and the documents in their order under names that a desktop opens.
//!
//! Nothing of anybody else is in it: no entries of other cases, no notes of the office, no names of those who acted, and of the ledger only
//! the signed checkpoint and the proofs of what is handed over.

use std::collections::BTreeMap;
use std::io::Write;

use super::ExportError;
use super::person_text::{ENGLISH, GERMAN, PageText};
use crate::archive::{AccessView, DocumentView, ExportItem, ExportView, Vault};
use crate::limits::PAGE_ITEMS_MAX;
use crate::model::{AccessTarget, CanonicalJson, Date, PersonName};
use crate::words::escaped;

/// The two pages, with where they lie in the bag.
pub(super) const PAGES: [(&str, &PageText); 2] = [("data/copy/Kopie.html", &GERMAN), ("data/copy/copy.html", &ENGLISH)];

/// What the access log says of an access that was not refused.
const ALLOWED: &str = "allowed";

const STYLE: &str = "@page{size:A4 landscape;margin:15mm}body{font:10pt/1.4 sans-serif;margin:0 auto;max-width:260mm;color:#000;background:#fff}\
h1{font-size:16pt}h2{font-size:12pt}table{border-collapse:collapse;width:100%}th,td{border-bottom:.2mm solid #999;text-align:left;\
vertical-align:top;padding:1mm}code{font-size:7.5pt;overflow-wrap:anywhere}.notice{font-weight:bold}";

/// Where the `number`-th document lies in the bag: with an ending that opens it.
pub(super) fn document_path(number: usize, view: &DocumentView) -> String {
    format!("data/copy/{}", document_name(number, view))
}

fn document_name(number: usize, view: &DocumentView) -> String {
    format!("{number:05}.{}", ending(view.details.media_type.as_str()))
}

/// The ending of a media type; parameters behind a semicolon say nothing about it.
fn ending(media_type: &str) -> &'static str {
    match media_type.split(';').next().unwrap_or_default().trim() {
        "application/pdf" => "pdf",
        "application/xml" | "text/xml" => "xml",
        "application/json" => "json",
        "application/zip" => "zip",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.oasis.opendocument.text" => "odt",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tif",
        "message/rfc822" => "eml",
        "text/plain" => "txt",
        // A page that somebody has sent in could run in the reader's browser with the rights of a local file.
        _ => "bin",
    }
}

/// Writes one of the pages.
pub(super) fn write_page(
    out: &mut dyn Write,
    text: &PageText,
    vault: &Vault,
    export: &ExportView,
    documents: &[ExportItem],
) -> Result<(), ExportError> {
    let record = &export.note.record;
    let words = fields(&export.note.details.words)?;
    let language = text.language;
    write!(out, "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{}</title>", text.title)?;
    write!(out, "<style>{STYLE}</style></head>\n<body>\n<h1>{}</h1>\n<table>\n", text.title)?;
    if let Some(case) = export.case {
        let described = fields(&vault.case(case)?.details.description)?;
        row(out, text.case, described.get("reference").map_or("", String::as_str))?;
    }
    row(out, text.vault, vault.record().name.as_str())?;
    row(out, text.made, &text.moment(record.recorded_at))?;
    row(out, text.purpose, words.get("reason").map_or("", String::as_str))?;
    row(out, text.requester, words.get("requester").map_or("", String::as_str))?;
    row(out, text.number, &record.id.to_string())?;
    row(out, text.count, &documents.len().to_string())?;
    write!(out, "</table>\n<h2>{}</h2>\n<table>\n", text.documents)?;
    cells_of(out, "th", text.headings)?;
    for (number, item) in (1..).zip(documents) {
        write_document(out, text, vault, number, *item)?;
    }
    writeln!(out, "</table>\n<h2>{}</h2>", text.access)?;
    write_accesses(out, text, vault, export)?;
    write!(out, "<p>{}</p>\n</body>\n</html>\n", text.check)?;
    Ok(())
}

fn write_document(out: &mut dyn Write, text: &PageText, vault: &Vault, number: usize, item: ExportItem) -> Result<(), ExportError> {
    let view = vault.document_of(item)?;
    let described = fields(&view.details.description)?;
    let field = |name: &str| described.get(name).map_or_else(String::new, |value| escaped(value));
    // Whoever filed the document may have written something else than a day.
    let day = |name: &str| {
        let written = described.get(name).and_then(|value| Date::parse(value).ok());
        written.map_or_else(|| field(name), |day| text.day(day))
    };
    let title = described.get("title").or(described.get("file_name")).map_or_else(|| text.untitled.to_owned(), |title| escaped(title));
    let name = document_name(number, &view);
    let notices: Vec<&str> = vault.overlays(item.address)?.into_iter().map(|overlay| text.notice(overlay)).collect();
    let (record, details) = (&view.record, &view.details);
    let cells = [
        number.to_string(),
        format!("<a href=\"{name}\">{title}</a>"),
        field("type"),
        day("date"),
        day("received"),
        text.moment(record.stored_at),
        format!("<span class=\"notice\">{}</span>", notices.join("<br>")),
        format!("{name}, {}, {} {}", escaped(details.media_type.as_str()), record.plain_bytes, text.bytes),
        format!("<code>{}</code>", details.sha256),
    ];
    cells_of(out, "td", cells.iter().map(String::as_str))
}

/// Who has read something in the case, up to the moment at which the copy was made.
fn write_accesses(out: &mut dyn Write, text: &PageText, vault: &Vault, export: &ExportView) -> Result<(), ExportError> {
    let Some(case) = export.case.filter(|_| export.scope.access) else {
        return Ok(writeln!(out, "<p>{}</p>", text.no_access)?);
    };
    writeln!(out, "<table>")?;
    cells_of(out, "th", text.access_headings)?;
    for shard in &export.shards {
        let mut after = Some(0);
        while let Some(from) = after {
            let page = vault.accesses(AccessTarget::Case(case), shard.year, Some(from), PAGE_ITEMS_MAX)?;
            for access in page.items.iter().filter(|access| access.opening.entry.0 < shard.size && access.outcome == ALLOWED) {
                write_access(out, text, access)?;
            }
            after = page.next;
        }
    }
    Ok(writeln!(out, "</table>")?)
}

fn write_access(out: &mut dyn Write, text: &PageText, access: &AccessView) -> Result<(), ExportError> {
    let reader = &access.details.reader;
    let name = |person: &Option<PersonName>| person.as_ref().map_or_else(String::new, |person| escaped(person.as_str()));
    let cells = [
        text.moment(access.at),
        text.kind(access.kind).to_owned(),
        access.document.map_or_else(String::new, |document| document.to_string()),
        escaped(reader.application.as_str()),
        name(&reader.person),
        name(&reader.on_behalf_of),
    ];
    cells_of(out, "td", cells.iter().map(String::as_str))
}

fn row(out: &mut dyn Write, label: &str, value: &str) -> Result<(), ExportError> {
    Ok(writeln!(out, "<tr><th>{label}</th><td>{}</td></tr>", escaped(value))?)
}

/// A row of cells, which are HTML already.
fn cells_of<'a>(out: &mut dyn Write, element: &str, cells: impl IntoIterator<Item = &'a str>) -> Result<(), ExportError> {
    write!(out, "<tr>")?;
    for cell in cells {
        write!(out, "<{element}>{cell}</{element}>")?;
    }
    Ok(writeln!(out, "</tr>")?)
}

/// The fields of something that was sealed as flat text.
fn fields(json: &CanonicalJson) -> Result<BTreeMap<String, String>, ExportError> {
    // Only the kind of the error is told: its text could quote the description.
    serde_json::from_slice(json.as_bytes()).map_err(|error| ExportError::Form(format!("a stored description: {:?}", error.classify())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_in_what_opens_them_and_never_in_what_runs() {
        for (media_type, expected) in [
            ("application/pdf", "pdf"),
            ("text/plain; charset=utf-8", "txt"),
            ("text/html", "bin"),
            ("image/svg+xml", "bin"),
            ("application/x-msdownload", "bin"),
            ("", "bin"),
        ] {
            assert_eq!(ending(media_type), expected, "{media_type}");
        }
    }

    #[test]
    fn both_pages_say_the_same_things() {
        for (_, text) in PAGES {
            assert!(text.headings.iter().all(|heading| !heading.is_empty()), "{}", text.language);
        }
        assert_ne!(GERMAN.title, ENGLISH.title);
    }
}

//! Descriptions of cases and documents, as applications write them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::error::Problem;
use crate::http::fields::{Fields, one_of};
use crate::http::rule::Rule;
use crate::limits::{MATTERS_PER_DOCUMENT_MAX, REFERENCE_CHARACTERS_MAX, SCAN_PAGES_MAX};
use crate::model::{CaseDescription, Date, DocumentDescription, DocumentId, NoteId, ScanDescription, Text};

/// What a case is about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct CaseDescriptionJson {
    /// How the office calls the case; one case per reference and vault. At most 200 characters.
    #[schema(example = "3 C 17/26", max_length = 200)]
    pub(in crate::http) reference: String,
    /// What kind of case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "benefit", max_length = 500, nullable = false)]
    pub(in crate::http) kind: Option<String>,
    /// The organisational unit that is responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) unit: Option<String>,
}

/// What a document is. Travels as ASCII JSON in the header `Archive-Document`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct DocumentDescriptionJson {
    /// What clerks see in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) title: Option<String>,
    /// The office's own type of document.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(example = "application-form", max_length = 500, nullable = false)]
    pub(in crate::http) document_type: Option<String>,
    /// Date of the document itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2026-11-20", nullable = false)]
    pub(in crate::http) date: Option<String>,
    /// Date on which the office received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) received: Option<String>,
    /// Name of the file it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) file_name: Option<String>,
    /// The document that this one corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11", nullable = false)]
    pub(in crate::http) supersedes: Option<String>,
    /// The matters that it belongs to: UUIDs with a blank between them. Without it the default matter of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e31", nullable = false)]
    pub(in crate::http) matters: Option<String>,
    /// The day of scanning, if it is the image of paper. `scan_pages`, `scan_colour` and `scan_protection` are then needed as well, and
    /// `scan_batch` or `scan_transfer_note`, without both of which it goes into quarantine.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) scan_date: Option<String>,
    /// Pages that the scan protocol counts. Needed with `scan_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "3", nullable = false)]
    pub(in crate::http) scan_pages: Option<String>,
    /// Whether the original has colours that matter: `true` or `false`. Needed with `scan_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "true", nullable = false)]
    pub(in crate::http) scan_colour: Option<String>,
    /// Protection need (BSI TR-03138 A.G.2): `normal` or `high`. Needed with `scan_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "high", nullable = false)]
    pub(in crate::http) scan_protection: Option<String>,
    /// The scan batch, whose protocol says what a transfer note would say. Only with `scan_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) scan_batch: Option<String>,
    /// Reference of the transfer note (BSI TR-03138 A.NB.4). Only with `scan_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) scan_transfer_note: Option<String>,
}

/// The description of a case in a request body.
pub(in crate::http) fn case_description(json: &[u8]) -> Result<CaseDescription, Problem> {
    let mut fields = Fields::parse(json, &["reference", "kind", "unit"])?;
    let reference = |text: &str| Text::parse_within(text, REFERENCE_CHARACTERS_MAX);
    Ok(CaseDescription {
        reference: fields.required("reference", reference)?,
        kind: fields.optional("kind", Text::parse)?,
        unit: fields.optional("unit", Text::parse)?,
    })
}

/// The description of a document in the header `Archive-Document`.
pub(in crate::http) fn document_description(json: &[u8]) -> Result<DocumentDescription, Problem> {
    let mut fields = Fields::parse(json, DOCUMENT_FIELDS)?;
    Ok(DocumentDescription {
        title: fields.optional("title", Text::parse)?,
        document_type: fields.optional("type", Text::parse)?,
        date: fields.optional("date", Date::parse)?,
        received: fields.optional("received", Date::parse)?,
        file_name: fields.optional("file_name", Text::parse)?,
        supersedes: fields.optional("supersedes", DocumentId::parse)?,
        matters: fields.optional("matters", matters)?.unwrap_or_default(),
        scan: scan(&mut fields)?,
    })
}

const DOCUMENT_FIELDS: &[&str] = &[
    "title",
    "type",
    "date",
    "received",
    "file_name",
    "supersedes",
    "matters",
    "scan_date",
    "scan_pages",
    "scan_colour",
    "scan_protection",
    "scan_batch",
    "scan_transfer_note",
];

/// Sorted, so that the order of a request says nothing.
fn matters(text: &str) -> Result<Vec<NoteId>, Rule> {
    let broken = || Rule::Uuids(MATTERS_PER_DOCUMENT_MAX);
    let mut matters = text.split(' ').map(NoteId::parse).collect::<Result<Vec<_>, _>>().map_err(|_| broken())?;
    matters.sort_unstable();
    let good = matters.len() <= MATTERS_PER_DOCUMENT_MAX && matters.is_sorted_by(|a, b| a < b);
    if good { Ok(matters) } else { Err(broken()) }
}

/// What is said of scanning is said as a whole: a page count without a day would never be looked at.
fn scan(fields: &mut Fields) -> Result<Option<ScanDescription>, Problem> {
    let scanned_on = fields.optional("scan_date", Date::parse)?;
    let pages = fields.optional("scan_pages", pages)?;
    let colour = fields.optional("scan_colour", |text| one_of(&[true, false], |colour| if colour { "true" } else { "false" }, text))?;
    let high_protection =
        fields.optional("scan_protection", |text| one_of(&[true, false], |high| if high { "high" } else { "normal" }, text))?;
    let batch = fields.optional("scan_batch", NoteId::parse)?;
    let transfer_note = fields.optional("scan_transfer_note", Text::parse)?;
    let nothing_said = scanned_on.is_none() && pages.is_none() && colour.is_none() && high_protection.is_none();
    if nothing_said && batch.is_none() && transfer_note.is_none() {
        return Ok(None);
    }
    Ok(Some(ScanDescription {
        scanned_on: scanned_on.ok_or_else(|| fields.missing("scan_date"))?,
        pages: pages.ok_or_else(|| fields.missing("scan_pages"))?,
        colour: colour.ok_or_else(|| fields.missing("scan_colour"))?,
        high_protection: high_protection.ok_or_else(|| fields.missing("scan_protection"))?,
        batch,
        transfer_note,
    }))
}

/// A number in the one spelling that a description has, so that repeating it is repeating it.
fn pages(text: &str) -> Result<u32, Rule> {
    let number = text.parse().ok().filter(|number: &u32| number.to_string() == text && (1..=SCAN_PAGES_MAX).contains(number));
    number.ok_or(Rule::Number(1, SCAN_PAGES_MAX))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::description_map;
    use super::*;
    use crate::http::error::Code;

    #[test]
    fn descriptions_come_back_as_they_went() {
        let json = concat!(
            r#"{"title":"Antrag \u00e4","type":"form","date":"2026-11-20","received":"2026-11-21","#,
            r#""file_name":"a.pdf","supersedes":"0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11"}"#
        );
        let map = description_map(&document_description(json.as_bytes()).expect("must parse").to_canonical()).expect("must be readable");
        let sent: BTreeMap<String, String> = serde_json::from_str(json).expect("must be JSON");
        assert_eq!(map, sent);
        let case = case_description(br#"{"reference":"3 C 17/26","unit":"42"}"#).expect("must parse");
        let map = description_map(&case.to_canonical()).expect("must be readable");
        assert_eq!((map.len(), map["reference"].as_str(), map["unit"].as_str()), (2, "3 C 17/26", "42"));
    }

    #[test]
    fn matters_and_scan_data_come_back_sorted_and_whole() {
        let (one, two) = ("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e01", "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e02");
        let json = format!(
            r#"{{"matters":"{two} {one}","scan_date":"2026-11-20","scan_pages":"3","scan_colour":"false","scan_protection":"high",
                "scan_batch":"{one}","scan_transfer_note":"tn 7"}}"#
        );
        let description = document_description(json.as_bytes()).expect("must parse");
        let map = description_map(&description.to_canonical()).expect("must be readable");
        let mut sent: BTreeMap<String, String> = serde_json::from_str(&json).expect("must be JSON");
        sent.insert("matters".to_owned(), format!("{one} {two}"));
        assert_eq!(map, sent);
    }

    #[test]
    fn scan_data_are_complete_or_absent() {
        let id = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e01";
        let whole = r#"{"scan_date":"2026-11-20","scan_pages":"3","scan_colour":"true","scan_protection":"normal"}"#;
        assert!(document_description(whole.as_bytes()).is_ok_and(|description| description.scan.is_some()));
        for (from, to, code, field) in [
            (r#""scan_date":"2026-11-20","#, "", Code::FieldMissing, "scan_date"),
            (r#""scan_pages":"3","#, "", Code::FieldMissing, "scan_pages"),
            (r#""scan_colour":"true","#, "", Code::FieldMissing, "scan_colour"),
            (r#","scan_protection":"normal""#, "", Code::FieldMissing, "scan_protection"),
            ("\"3\"", "\"03\"", Code::FieldMalformed, "scan_pages"),
            ("\"3\"", "\"0\"", Code::FieldMalformed, "scan_pages"),
            ("\"3\"", "3", Code::FieldMalformed, "scan_pages"),
            ("\"true\"", "\"yes\"", Code::FieldMalformed, "scan_colour"),
            ("normal", "Normal", Code::FieldMalformed, "scan_protection"),
            ("normal\"", "normal\",\"matters\":\"\"", Code::FieldMalformed, "matters"),
        ] {
            let json = whole.replacen(from, to, 1);
            let problem = document_description(json.as_bytes()).expect_err("must be refused");
            assert_eq!((problem.code, problem.field()), (code, Some(field)), "{json}");
        }
        for matters in [format!("{id} {id}"), format!("{id}  {id}"), format!(" {id}"), [id; 65].join(" "), id.to_uppercase()] {
            let json = format!(r#"{{"matters":"{matters}"}}"#);
            assert_eq!(document_description(json.as_bytes()).err().map(|problem| problem.code), Some(Code::FieldMalformed), "{json}");
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        let long = format!(r#"{{"reference":"{}"}}"#, "x".repeat(201));
        assert_eq!(case_description(long.as_bytes()).err().map(|problem| problem.code), Some(Code::FieldMalformed));
        assert_eq!(case_description(b"{\"kind\":\"x\"}").err().map(|problem| problem.code), Some(Code::FieldMissing));
        for json in [r#"{"supersedes":"x"}"#, r#"{"date":"20.11.2026"}"#, r#"{"title":""}"#, r#"{"title":"a\u0000b"}"#] {
            assert_eq!(document_description(json.as_bytes()).err().map(|problem| problem.code), Some(Code::FieldMalformed), "{json}");
        }
    }
}

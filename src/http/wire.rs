//! What goes over the wire as JSON, and the way from there to the values of the model and back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{Problem, internal};
use super::fields::Fields;
use super::language::Rule;
use crate::archive::{CaseView, DocumentView, EntryOpening, Receipt, Stored};
use crate::limits;
use crate::model::{CanonicalJson, CaseDescription, CaseId, Date, DocumentDescription, DocumentId, IdError, Text, VaultRecord};

/// A problem (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemJson {
    /// `urn:aktenfest:problem:` and the code.
    #[serde(rename = "type")]
    pub(super) type_uri: String,
    /// Short name of the problem, in the language of `Content-Language`.
    pub(super) title: String,
    /// The status code again.
    pub(super) status: u16,
    /// What to do, in the language of `Content-Language`.
    pub(super) detail: String,
    /// Stable name, for programs.
    pub(super) code: String,
    /// The request as the archive's log calls it.
    pub(super) request_id: String,
}

/// A vault.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VaultJson {
    /// Its name.
    pub(super) name: String,
    /// Origin of its ledger (C2SP tlog-checkpoint).
    pub(super) origin: String,
    /// Key that its ledger signs with, as a verifier key of a signed note (C2SP signed-note).
    pub(super) verifier_key: String,
    /// The same key as SubjectPublicKeyInfo in PEM (RFC 8410).
    pub(super) public_key_pem: String,
    /// When it was created.
    pub(super) created_at: String,
}

/// What a case is about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct CaseDescriptionJson {
    /// How the office calls the case; one case per reference and vault. At most 200 characters.
    #[schema(example = "3 C 17/26", max_length = 200)]
    pub(super) reference: String,
    /// What kind of case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "benefit", max_length = 500, nullable = false)]
    pub(super) kind: Option<String>,
    /// The organisational unit that is responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(super) unit: Option<String>,
}

/// What a document is. Travels as ASCII JSON in the header `Archive-Document`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct DocumentDescriptionJson {
    /// What clerks see in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(super) title: Option<String>,
    /// The office's own type of document.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(example = "application-form", max_length = 500, nullable = false)]
    pub(super) document_type: Option<String>,
    /// Date of the document itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2026-11-20", nullable = false)]
    pub(super) date: Option<String>,
    /// Date on which the office received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(super) received: Option<String>,
    /// Name of the file it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(super) file_name: Option<String>,
    /// The document that this one corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11", nullable = false)]
    pub(super) supersedes: Option<String>,
}

/// Answer to opening a case.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseOpenedJson {
    /// The id that was chosen.
    pub(super) id: String,
    /// When the case was opened here.
    pub(super) opened_at: String,
    /// Index of the ledger entry of the opening.
    pub(super) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(super) ledger_size: u64,
    /// Proof that the opening is in the ledger (C2SP tlog-proof).
    pub(super) receipt: String,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseJson {
    /// The id that was chosen.
    pub(super) id: String,
    /// What it is about.
    #[schema(value_type = CaseDescriptionJson)]
    pub(super) description: BTreeMap<String, String>,
    /// When the case was opened here.
    pub(super) opened_at: String,
    /// Index of the ledger entry of the opening.
    pub(super) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(super) ledger_size: u64,
}

/// One page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CasesJson {
    /// In the order of opening.
    pub(super) items: Vec<CaseJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<String>,
}

/// Answer to storing a document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentStoredJson {
    /// The id that was chosen.
    pub(super) id: String,
    /// The case that it belongs to.
    pub(super) case: String,
    /// Its length.
    pub(super) bytes: u64,
    /// SHA-256 of its bytes in hexadecimal.
    pub(super) sha256: String,
    /// Index of the ledger entry of the storing.
    pub(super) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(super) ledger_size: u64,
    /// When it was stored.
    pub(super) stored_at: String,
    /// Proof that the storing is in the ledger (C2SP tlog-proof).
    pub(super) receipt: String,
}

/// A document without its bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentJson {
    /// The id that was chosen.
    pub(super) id: String,
    /// The case that it belongs to.
    pub(super) case: String,
    /// What it is.
    #[schema(value_type = DocumentDescriptionJson)]
    pub(super) description: BTreeMap<String, String>,
    /// What kind of bytes.
    pub(super) media_type: String,
    /// Its length.
    pub(super) bytes: u64,
    /// SHA-256 of its bytes in hexadecimal.
    pub(super) sha256: String,
    /// When it was stored.
    pub(super) stored_at: String,
    /// Index of the ledger entry of the storing.
    pub(super) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(super) ledger_size: u64,
}

/// One page of documents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentsJson {
    /// In the order of storing.
    pub(super) items: Vec<DocumentJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<String>,
}

/// What opens a ledger entry. Personal data.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpeningJson {
    /// Index of the entry.
    pub(super) entry: u64,
    /// Id of the event in it, in hexadecimal.
    pub(super) event: String,
    /// Every committed field.
    pub(super) fields: Vec<FieldOpeningJson>,
}

/// What opens one commitment: `HMAC-SHA-256(salt, "eal1/com" || 0 || length of field || field || value)`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldOpeningJson {
    /// Name of the field.
    pub(super) field: String,
    /// Its salt in hexadecimal.
    pub(super) salt: String,
    /// Its value in hexadecimal.
    pub(super) value_hex: String,
    /// Its value, if it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) value: Option<String>,
}

/// The bytes of a wire type.
pub(super) fn to_bytes(json: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(json).expect("wire types must be writable: their keys are texts and they hold no foreign serialisers")
}

impl ProblemJson {
    /// The bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }
}

impl VaultJson {
    /// A vault with its keys.
    pub(super) fn new(record: &VaultRecord, verifier_key: String, public_key_pem: String) -> Self {
        let (name, created_at) = (record.name.to_string(), record.created_at.to_string());
        Self { name, origin: record.origin.clone(), verifier_key, public_key_pem, created_at }
    }
}

impl CaseOpenedJson {
    /// The answer to opening `id`.
    pub(super) fn new(id: CaseId, receipt: Receipt) -> Result<Self, Problem> {
        let (entry, ledger_size) = (receipt.entry.0, receipt.size);
        Ok(Self { id: id.to_string(), opened_at: receipt.at.to_string(), entry, ledger_size, receipt: receipt_text(receipt)? })
    }
}

impl CaseJson {
    /// A case as it is stored.
    pub(super) fn new(view: CaseView) -> Result<Self, Problem> {
        let record = view.record;
        Ok(Self {
            id: record.id.to_string(),
            description: description_map(&view.details.description)?,
            opened_at: record.opened_at.to_string(),
            entry: record.entry.0,
            ledger_size: record.receipt_size,
        })
    }
}

impl DocumentStoredJson {
    /// The answer to storing `id`.
    pub(super) fn new(case: CaseId, id: DocumentId, stored: Stored) -> Result<Self, Problem> {
        let (entry, ledger_size, stored_at) = (stored.receipt.entry.0, stored.receipt.size, stored.receipt.at.to_string());
        let (id, case, bytes, sha256) = (id.to_string(), case.to_string(), stored.plain_bytes, stored.sha256.to_string());
        Ok(Self { id, case, bytes, sha256, entry, ledger_size, stored_at, receipt: receipt_text(stored.receipt)? })
    }
}

impl DocumentJson {
    /// A document as it is stored.
    pub(super) fn new(view: DocumentView) -> Result<Self, Problem> {
        let (record, details) = (view.record, view.details);
        Ok(Self {
            id: record.id.to_string(),
            case: view.case.to_string(),
            description: description_map(&details.description)?,
            media_type: details.media_type.as_str().to_owned(),
            bytes: record.plain_bytes,
            sha256: details.sha256.to_string(),
            stored_at: record.stored_at.to_string(),
            entry: record.entry.0,
            ledger_size: record.receipt_size,
        })
    }
}

impl OpeningJson {
    /// Salts and values of an entry.
    pub(super) fn new(opening: EntryOpening) -> Self {
        let field = |opening: crate::ledger::Opening| FieldOpeningJson {
            field: opening.field,
            salt: opening.salt.0.to_string(),
            value_hex: hex::encode(&opening.value),
            value: String::from_utf8(opening.value).ok(),
        };
        Self { entry: opening.entry.0, event: opening.id.to_string(), fields: opening.fields.into_iter().map(field).collect() }
    }
}

/// The description of a case in a request body.
pub(super) fn case_description(json: &[u8]) -> Result<CaseDescription, Problem> {
    let mut fields = Fields::parse(json, &["reference", "kind", "unit"])?;
    let reference = |text: &str| Text::parse_within(text, limits::REFERENCE_CHARACTERS_MAX);
    Ok(CaseDescription {
        reference: fields.required("reference", reference)?,
        kind: fields.optional("kind", Text::parse)?,
        unit: fields.optional("unit", Text::parse)?,
    })
}

/// The description of a document in the header `Archive-Document`.
pub(super) fn document_description(json: &[u8]) -> Result<DocumentDescription, Problem> {
    const FIELDS: &[&str] = &["title", "type", "date", "received", "file_name", "supersedes"];
    let mut fields = Fields::parse(json, FIELDS)?;
    Ok(DocumentDescription {
        title: fields.optional("title", Text::parse)?,
        document_type: fields.optional("type", Text::parse)?,
        date: fields.optional("date", Date::parse)?,
        received: fields.optional("received", Date::parse)?,
        file_name: fields.optional("file_name", Text::parse)?,
        supersedes: fields.optional("supersedes", |text| DocumentId::parse(text).map_err(|_: IdError| Rule::Uuid))?,
    })
}

/// A receipt is text; anything else means that our own state is damaged.
pub(super) fn receipt_text(receipt: Receipt) -> Result<String, Problem> {
    String::from_utf8(receipt.text).map_err(|error| internal("a receipt is not text", &error))
}

fn description_map(description: &CanonicalJson) -> Result<BTreeMap<String, String>, Problem> {
    // Only the kind of the error is logged: its text could quote the description.
    let broken = |error: serde_json::Error| internal("a stored description is not readable", &format_args!("{:?}", error.classify()));
    serde_json::from_slice(description.as_bytes()).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::super::error::Code;
    use super::*;

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
    fn a_wrong_field_is_named() {
        let long = format!(r#"{{"reference":"{}"}}"#, "x".repeat(201));
        assert_eq!(case_description(long.as_bytes()).err().map(|problem| problem.code), Some(Code::FieldMalformed));
        assert_eq!(case_description(b"{\"kind\":\"x\"}").err().map(|problem| problem.code), Some(Code::FieldMissing));
        for json in [r#"{"supersedes":"x"}"#, r#"{"date":"20.11.2026"}"#, r#"{"title":""}"#, r#"{"title":"a\u0000b"}"#] {
            assert_eq!(document_description(json.as_bytes()).err().map(|problem| problem.code), Some(Code::FieldMalformed), "{json}");
        }
    }
}

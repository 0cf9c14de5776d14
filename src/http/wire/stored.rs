//! Vaults, cases, documents and what opens their ledger entries.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::description::{CaseDescriptionJson, DocumentDescriptionJson};
use super::{description_map, receipt_text};
use crate::archive::{CaseView, DocumentView, EntryOpening, Receipt, Stored};
use crate::http::error::Problem;
use crate::model::retention::{Overlay, ScanDefect};
use crate::model::{CaseId, DocumentId, VaultRecord};

/// A vault.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct VaultJson {
    /// Its name.
    pub(in crate::http) name: String,
    /// Origin of its ledger (C2SP tlog-checkpoint).
    pub(in crate::http) origin: String,
    /// Key that its ledger signs with, as a verifier key of a signed note (C2SP signed-note).
    pub(in crate::http) verifier_key: String,
    /// The same key as SubjectPublicKeyInfo in PEM (RFC 8410).
    pub(in crate::http) public_key_pem: String,
    /// When it was created.
    pub(in crate::http) created_at: String,
}

/// Answer to opening a case.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CaseOpenedJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// When the case was opened here.
    pub(in crate::http) opened_at: String,
    /// Index of the ledger entry of the opening.
    pub(in crate::http) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(in crate::http) ledger_size: u64,
    /// Proof that the opening is in the ledger (C2SP tlog-proof).
    pub(in crate::http) receipt: String,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CaseJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// What it is about.
    #[schema(value_type = CaseDescriptionJson)]
    pub(in crate::http) description: BTreeMap<String, String>,
    /// When the case was opened here.
    pub(in crate::http) opened_at: String,
    /// Index of the ledger entry of the opening.
    pub(in crate::http) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(in crate::http) ledger_size: u64,
    /// What must be said whenever it is read: restricted, disputed, embargo, quarantine. Missing if there is nothing to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["restricted"]))]
    pub(in crate::http) notices: Vec<&'static str>,
}

/// One page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CasesJson {
    /// In the order of opening.
    pub(in crate::http) items: Vec<CaseJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// Answer to storing a document.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DocumentStoredJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// The case that it belongs to.
    pub(in crate::http) case: String,
    /// Its length.
    pub(in crate::http) bytes: u64,
    /// SHA-256 of its bytes in hexadecimal.
    pub(in crate::http) sha256: String,
    /// Index of the ledger entry of the storing.
    pub(in crate::http) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(in crate::http) ledger_size: u64,
    /// When it was stored.
    pub(in crate::http) stored_at: String,
    /// What the scan gate found: the document is in quarantine until somebody has looked. Missing if nothing was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["colour-lost"]))]
    pub(in crate::http) defects: Vec<&'static str>,
    /// Proof that the storing is in the ledger (C2SP tlog-proof).
    pub(in crate::http) receipt: String,
}

/// A document without its bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DocumentJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// The case that it belongs to.
    pub(in crate::http) case: String,
    /// What it is.
    #[schema(value_type = DocumentDescriptionJson)]
    pub(in crate::http) description: BTreeMap<String, String>,
    /// What kind of bytes.
    pub(in crate::http) media_type: String,
    /// Its length.
    pub(in crate::http) bytes: u64,
    /// SHA-256 of its bytes in hexadecimal.
    pub(in crate::http) sha256: String,
    /// When it was stored.
    pub(in crate::http) stored_at: String,
    /// Index of the ledger entry of the storing.
    pub(in crate::http) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(in crate::http) ledger_size: u64,
    /// What must be said whenever it is read: restricted, disputed, embargo, quarantine. Missing if there is nothing to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["restricted"]))]
    pub(in crate::http) notices: Vec<&'static str>,
}

/// One page of documents.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DocumentsJson {
    /// In the order of storing.
    pub(in crate::http) items: Vec<DocumentJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// What opens a ledger entry. Personal data.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OpeningJson {
    /// Index of the entry.
    pub(in crate::http) entry: u64,
    /// Id of the event in it, in hexadecimal.
    pub(in crate::http) event: String,
    /// Every committed field.
    pub(in crate::http) fields: Vec<FieldOpeningJson>,
}

/// What opens one commitment: `HMAC-SHA-256(salt, "eal1/com" || 0 || length of field || field || value)`.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FieldOpeningJson {
    /// Name of the field.
    pub(in crate::http) field: String,
    /// Its salt in hexadecimal.
    pub(in crate::http) salt: String,
    /// Its value in hexadecimal.
    pub(in crate::http) value_hex: String,
    /// Its value, if it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) value: Option<String>,
}

impl VaultJson {
    /// A vault with its keys.
    pub(in crate::http) fn new(record: &VaultRecord, verifier_key: String, public_key_pem: String) -> Self {
        let (name, created_at) = (record.name.to_string(), record.created_at.to_string());
        Self { name, origin: record.origin.clone(), verifier_key, public_key_pem, created_at }
    }
}

impl CaseOpenedJson {
    /// The answer to opening `id`.
    pub(in crate::http) fn new(id: CaseId, receipt: Receipt) -> Result<Self, Problem> {
        let (entry, ledger_size) = (receipt.entry.0, receipt.size);
        Ok(Self { id: id.to_string(), opened_at: receipt.at.to_string(), entry, ledger_size, receipt: receipt_text(receipt)? })
    }
}

impl CaseJson {
    /// A case as it is stored, with what must be said of it.
    pub(in crate::http) fn new(view: CaseView, overlays: &[Overlay]) -> Result<Self, Problem> {
        let record = view.record;
        Ok(Self {
            id: record.id.to_string(),
            description: description_map(&view.details.description)?,
            opened_at: record.opened_at.to_string(),
            entry: record.entry.0,
            ledger_size: record.receipt_size,
            notices: overlays.iter().map(|overlay| overlay.as_str()).collect(),
        })
    }
}

impl DocumentStoredJson {
    /// The answer to storing `id`.
    pub(in crate::http) fn new(case: CaseId, id: DocumentId, stored: Stored) -> Result<Self, Problem> {
        let (entry, ledger_size, stored_at) = (stored.receipt.entry.0, stored.receipt.size, stored.receipt.at.to_string());
        let (id, case, bytes, sha256) = (id.to_string(), case.to_string(), stored.plain_bytes, stored.sha256.to_string());
        let defects = stored.defects.iter().copied().map(ScanDefect::as_str).collect();
        Ok(Self { id, case, bytes, sha256, entry, ledger_size, stored_at, defects, receipt: receipt_text(stored.receipt)? })
    }
}

impl DocumentJson {
    /// A document as it is stored, with what must be said of it.
    pub(in crate::http) fn new(view: DocumentView, overlays: &[Overlay]) -> Result<Self, Problem> {
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
            notices: overlays.iter().map(|overlay| overlay.as_str()).collect(),
        })
    }
}

impl OpeningJson {
    /// Salts and values of an entry.
    pub(in crate::http) fn new(opening: EntryOpening) -> Self {
        let field = |opening: crate::ledger::Opening| FieldOpeningJson {
            field: opening.field,
            salt: opening.salt.0.to_string(),
            value_hex: hex::encode(&opening.value),
            value: String::from_utf8(opening.value).ok(),
        };
        Self { entry: opening.entry.0, event: opening.id.to_string(), fields: opening.fields.into_iter().map(field).collect() }
    }
}

//! Exports: what is handed over, to whom and for what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dossier::text;
use super::note::{FiledByJson, Words};
use crate::archive::{ExportRequest, ExportView};
use crate::http::error::Problem;
use crate::http::fields::Fields;
use crate::model::retention::NoteWords;
use crate::model::{CaseId, Date, ExportKind, NoteId, Text};

/// An export to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct ExportRequestJson {
    /// UUID, chosen by the application: sending the same again under it changes nothing.
    pub(in crate::http) id: String,
    /// `evidence` for auditors and courts (if missing), `person` for the person whom a case is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "evidence")]
    pub(in crate::http) kind: Option<String>,
    /// One case; the whole vault if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) case: Option<String>,
    /// The first day (UTC) on which something was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) from: Option<String>,
    /// The last such day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) through: Option<String>,
    /// Whether the documents themselves come along.
    pub(in crate::http) contents: bool,
    /// Whether the record of who has read them comes along.
    pub(in crate::http) access: bool,
    /// What it is for.
    #[schema(max_length = 500)]
    pub(in crate::http) purpose: String,
    /// Who has asked for it.
    #[schema(max_length = 500)]
    pub(in crate::http) requester: String,
}

/// An export as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ExportJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// `evidence` or `person`.
    pub(in crate::http) kind: &'static str,
    /// The case; missing for the whole vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) case: Option<String>,
    /// The first day (UTC) on which something was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) from: Option<String>,
    /// The last such day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) through: Option<String>,
    /// Whether the documents themselves come along.
    pub(in crate::http) contents: bool,
    /// Whether the record of who has read them comes along.
    pub(in crate::http) access: bool,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) purpose: Option<String>,
    /// Who has asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) requester: Option<String>,
    /// Size of the ledger in the bag.
    pub(in crate::http) ledger_size: u64,
    /// Its root at that size, in hexadecimal.
    pub(in crate::http) ledger_root: String,
    /// Cases, documents and notes whose entries are opened.
    pub(in crate::http) items: u32,
    /// Who made it.
    #[serde(flatten)]
    pub(in crate::http) made: FiledByJson,
}

/// Reads an export to be made.
pub(in crate::http) fn export(json: &[u8]) -> Result<ExportRequest, Problem> {
    let names = &["id", "kind", "case", "from", "through", "contents", "access", "purpose", "requester"];
    let mut fields = Fields::parse(json, names)?;
    let kind = if fields.has("kind") { fields.choice("kind", &ExportKind::ALL, ExportKind::as_str)? } else { ExportKind::Evidence };
    let (reason, requester) = (fields.required("purpose", Text::parse)?, fields.required("requester", Text::parse)?);
    Ok(ExportRequest {
        id: fields.required("id", NoteId::parse)?,
        kind,
        case: fields.optional("case", CaseId::parse)?,
        from: fields.optional("from", Date::parse)?,
        through: fields.optional("through", Date::parse)?,
        contents: fields.flag("contents")?,
        access: fields.flag("access")?,
        words: NoteWords { reason: Some(reason), requester: Some(requester), ..NoteWords::default() },
    })
}

impl ExportJson {
    /// An export with its words.
    pub(in crate::http) fn new(export: &ExportView) -> Result<Self, Problem> {
        let mut words = Words::of(&export.note)?;
        Ok(Self {
            id: export.note.record.id.to_string(),
            kind: export.scope.kind.as_str(),
            case: export.case.map(|case| case.to_string()),
            from: text(export.scope.from),
            through: text(export.scope.through),
            contents: export.scope.contents,
            access: export.scope.access,
            purpose: words.take("reason"),
            requester: words.take("requester"),
            ledger_size: export.size,
            ledger_root: export.root.to_string(),
            items: export.items,
            made: FiledByJson::new(&export.note),
        })
    }
}

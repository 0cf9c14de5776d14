//! What all notes have in common: the answer to filing one, who filed it, and many of them at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::ProblemJson;
use super::{description_map, receipt_text};
use crate::archive::{Filed, NoteView};
use crate::http::error::Problem;
use crate::http::fields::Fields;
use crate::http::json::Json;
use crate::limits::BULK_ITEMS_MAX;
use crate::model::retention::NoteWords;
use crate::model::{NoteId, Text};

/// Answer to filing a note.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FiledJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// When it was filed.
    pub(in crate::http) recorded_at: String,
    /// Index of its ledger entry.
    pub(in crate::http) entry: u64,
    /// Size of the ledger for which the receipt was issued.
    pub(in crate::http) ledger_size: u64,
    /// Proof that it is in the ledger (C2SP tlog-proof).
    pub(in crate::http) receipt: String,
}

impl FiledJson {
    /// The answer to filing `id`.
    pub(in crate::http) fn new(id: NoteId, filed: Filed) -> Result<Self, Problem> {
        let receipt = filed.receipt;
        let (recorded_at, entry, ledger_size) = (receipt.at.to_string(), receipt.entry.0, receipt.size);
        Ok(Self { id: id.to_string(), recorded_at, entry, ledger_size, receipt: receipt_text(receipt)? })
    }
}

/// Something to be done that needs an id and perhaps a reason.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct ActJson {
    /// UUID, chosen by the application: sending the same again under it changes nothing.
    pub(in crate::http) id: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// Something to be done for which somebody answers with a reason.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct ReasonedActJson {
    /// UUID, chosen by the application: sending the same again under it changes nothing.
    pub(in crate::http) id: String,
    /// Why.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
}

/// An [`ActJson`].
pub(in crate::http) fn act(json: &[u8]) -> Result<(NoteId, NoteWords), Problem> {
    let mut fields = Fields::parse(json, &["id", "reason"])?;
    Ok((fields.required("id", NoteId::parse)?, NoteWords { reason: fields.optional("reason", Text::parse)?, ..NoteWords::default() }))
}

/// A [`ReasonedActJson`].
pub(in crate::http) fn reasoned_act(json: &[u8]) -> Result<(NoteId, NoteWords), Problem> {
    let mut fields = Fields::parse(json, &["id", "reason"])?;
    let id = fields.required("id", NoteId::parse)?;
    Ok((id, NoteWords { reason: Some(fields.required("reason", Text::parse)?), ..NoteWords::default() }))
}

/// Who filed something, and when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::http) struct FiledByJson {
    /// When.
    pub(in crate::http) recorded_at: String,
    /// The application.
    pub(in crate::http) application: String,
    /// The person, if the application's certificate named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) person: Option<String>,
    /// Index of the ledger entry.
    pub(in crate::http) entry: u64,
}

impl FiledByJson {
    /// Who filed this note.
    pub(in crate::http) fn new(note: &NoteView) -> Self {
        Self {
            recorded_at: note.record.recorded_at.to_string(),
            application: note.details.by.application.to_string(),
            person: note.details.person.as_ref().map(ToString::to_string),
            entry: note.record.entry.0,
        }
    }
}

/// The words of a note by their names, each of which can be taken once.
pub(in crate::http) struct Words(BTreeMap<String, String>);

impl Words {
    /// The words of this note.
    pub(in crate::http) fn of(note: &NoteView) -> Result<Self, Problem> {
        description_map(&note.details.words).map(Self)
    }

    /// Takes a word that the note may have.
    pub(in crate::http) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }
}

/// Answer to many requests at once: what became of each, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct BulkJson {
    /// One for each item of the request.
    pub(in crate::http) items: Vec<OutcomeJson>,
}

/// What became of one item.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(in crate::http) enum OutcomeJson {
    /// It was filed, now or before.
    Filed {
        /// 201 if this request filed it, 200 if it was there.
        status: u16,
        /// Whether this request filed it.
        created: bool,
        /// As the request for this item alone would have been answered.
        #[serde(flatten)]
        filed: FiledJson,
    },
    /// It was not.
    Refused {
        /// The id of the item, if it had one.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        id: Option<String>,
        /// Why.
        #[serde(flatten)]
        problem: Box<ProblemJson>,
    },
}

/// The items of a bulk request.
pub(in crate::http) fn bulk_items(json: &[u8]) -> Result<Vec<Json>, Problem> {
    Fields::parse(json, &["items"])?.list("items", BULK_ITEMS_MAX)
}

/// The id that an item of a bulk request gives, for the answer: right or wrong, as long as it is no longer than one.
pub(in crate::http) fn id_of_item(item: &Json) -> Option<String> {
    const CHARACTERS: usize = 36;
    let Json::Object(object) = item else { return None };
    object.members.iter().find_map(|(name, value)| match value {
        Json::Text(id) if name == "id" && id.len() <= CHARACTERS => Some(id.clone()),
        _ => None,
    })
}

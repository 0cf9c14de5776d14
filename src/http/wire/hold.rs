//! Holds and overlays as they stand, and their frozen lists.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::text;
use super::note::{FiledByJson, Words as Sealed};
use crate::archive::{HoldItem, HoldView};
use crate::http::error::Problem;
use crate::words::Words;

/// A hold or an overlay.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct HoldJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// Why, as a code.
    #[serde(rename = "type")]
    #[schema(example = "court")]
    pub(in crate::http) kind: &'static str,
    /// Why, in words, in the language of the request.
    pub(in crate::http) words: String,
    /// Whether it stops destruction.
    pub(in crate::http) stops_destruction: bool,
    /// What must be said with every reading of what it covers; missing if nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) notice: Option<&'static str>,
    /// The legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) legal_basis: Option<String>,
    /// The file number of a court, an audit, a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reference: Option<String>,
    /// Who is responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) owner: Option<String>,
    /// Why it was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reason: Option<String>,
    /// The query whose result was frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) query: Option<String>,
    /// Number of items in its frozen list.
    pub(in crate::http) targets: u32,
    /// When it was placed.
    #[schema(format = Date)]
    pub(in crate::http) placed_on: String,
    /// When somebody must look whether it is still needed.
    #[schema(format = Date)]
    pub(in crate::http) review_on: String,
    /// When it should end. It does not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) ends_on: Option<String>,
    /// When it was released.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) released_on: Option<String>,
    /// Who placed it.
    #[serde(flatten)]
    pub(in crate::http) placed: FiledByJson,
}

/// One page of holds.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct HoldsJson {
    /// In the order of placing.
    pub(in crate::http) items: Vec<HoldJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// What a hold covers: a case, or a matter or document in it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct HoldItemJson {
    /// The case.
    pub(in crate::http) case: String,
    /// The matter; `default` for what was assigned to no matter, `destroyed` for one that is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
}

/// One page of a frozen list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct HoldItemsJson {
    /// In the order of the list.
    pub(in crate::http) items: Vec<HoldItemJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

impl HoldJson {
    /// A hold as it stands, in these words.
    pub(in crate::http) fn new(hold: &HoldView, words: &Words) -> Result<Self, Problem> {
        let (facts, mut sealed) = (&hold.facts, Sealed::of(&hold.note)?);
        Ok(Self {
            id: hold.note.record.id.to_string(),
            kind: facts.kind.as_str(),
            words: words.hold(facts.kind),
            stops_destruction: facts.kind.stops_destruction(),
            notice: facts.kind.overlay().map(|overlay| overlay.as_str()),
            legal_basis: sealed.take("legal_basis"),
            reference: sealed.take("reference"),
            owner: sealed.take("owner"),
            reason: sealed.take("reason"),
            query: sealed.take("query"),
            targets: facts.targets,
            placed_on: facts.placed_on.to_string(),
            review_on: facts.review_on.to_string(),
            ends_on: text(facts.ends_on),
            released_on: text(facts.released_on),
            placed: FiledByJson::new(&hold.note),
        })
    }
}

impl HoldItemJson {
    /// An item of a frozen list.
    pub(in crate::http) fn new(item: &HoldItem) -> Self {
        Self {
            case: item.case.to_string(),
            matter: item.matter.map(|matter| matter.to_string()),
            document: item.document.map(|document| document.to_string()),
        }
    }
}

//! Problems as they go over the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::to_bytes;
use crate::archive::TombstoneView;

/// A problem (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ProblemJson {
    /// `urn:aktenfest:problem:` and the code.
    #[serde(rename = "type")]
    pub(in crate::http) type_uri: String,
    /// Short name of the problem, in the language of `Content-Language`.
    pub(in crate::http) title: String,
    /// The status code again.
    pub(in crate::http) status: u16,
    /// What to do, in the language of `Content-Language`.
    pub(in crate::http) detail: String,
    /// Stable name, for programs.
    pub(in crate::http) code: String,
    /// The request as the archive's log calls it.
    pub(in crate::http) request_id: String,
    /// What else is known, by the kind of problem.
    #[serde(flatten)]
    pub(in crate::http) members: MembersJson,
}

/// What only some problems say.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(in crate::http) struct MembersJson {
    /// The field or parameter that is to blame, e.g. `items[3].date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) field: Option<String>,
    /// `classes_malformed`: every mistake in the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::http) mistakes: Vec<MistakeJson>,
    /// `retained`: the last day on which the document must exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) keep_until: Option<String>,
    /// `retained`: the last day on which it may exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) destroy_by: Option<String>,
    /// `retained`: where it stands, as in its `why`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) state: Option<String>,
    /// `retained`, `box_not_released`: codes of what stands in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::http) blockers: Vec<String>,
    /// `box_not_released`, `destroyed_too_early`: the first day on which the box may be destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) first_day: Option<String>,
    /// `original_in_another_box`: which documents lie in which other box; at most 100 of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::http) in_other_boxes: Vec<InAnotherBoxJson>,
    /// `class_in_use`: the classes that are missing, or to which no kind of matter leads any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::http) classes: Vec<String>,
    /// `box_not_released`: what must be pulled out before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::http) exceptions: Vec<ExceptionJson>,
    /// `document_destroyed`, `case_destroyed`: what is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) tombstone: Option<TombstoneJson>,
}

/// What is left of something that was destroyed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::http) struct TombstoneJson {
    /// When that was recorded.
    pub(in crate::http) destroyed_at: String,
    /// The order; missing if it came back with a backup and was removed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) order: Option<String>,
    /// Index of the ledger entry of its destruction.
    pub(in crate::http) entry: u64,
}

impl TombstoneJson {
    /// A tombstone.
    pub(in crate::http) fn new(tombstone: &TombstoneView) -> Self {
        let TombstoneView { destroyed_at, order, entry } = tombstone;
        Self { destroyed_at: destroyed_at.to_string(), order: order.map(|order| order.to_string()), entry: entry.0 }
    }
}

/// An original that lies in another box.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::http) struct InAnotherBoxJson {
    /// The document.
    pub(in crate::http) document: String,
    /// The other box.
    #[serde(rename = "box")]
    pub(in crate::http) in_box: String,
}

/// A mistake in the text of a catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::http) struct MistakeJson {
    /// Line, from 1; missing if something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) line: Option<usize>,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) column: Option<usize>,
    /// The key with its sections; empty if no key is to blame.
    pub(in crate::http) key: String,
    /// What is wrong, and what would be accepted; in English.
    pub(in crate::http) message: String,
}

/// Why an original must be pulled out of its box before the rest may be destroyed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::http) struct ExceptionJson {
    /// Where it lies.
    pub(in crate::http) position: u32,
    /// Stable code of the reason.
    pub(in crate::http) reason: String,
    /// The reason in words, in the language of the request; not in problems.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) words: Option<String>,
}

impl ProblemJson {
    /// The bytes.
    pub(in crate::http) fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }
}

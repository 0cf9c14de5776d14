//! Requests about holds and overlays.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::archive::{HoldItem, HoldQuery, HoldRequest, HoldReview, PlannedEnd};
use crate::http::error::Problem;
use crate::http::fields::{Fields, malformed, one_of};
use crate::http::json::Json;
use crate::http::rule::Rule;
use crate::limits::HOLD_TARGETS_MAX;
use crate::model::retention::{Code, HoldType, MatterName, NoteWords};
use crate::model::{CaseId, Date, DocumentId, NoteId, Text};

/// A hold or an overlay to be placed, on what `items` names and on what `query` finds now. At least one of the two.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct HoldRequestJson {
    /// Why: for a hold `court`, `objection`, `review`, `claim`, `heirs`, `audit`, `criminal`, `data-subject` or `appraisal`; for an
    /// overlay `restriction`, `dispute` or `embargo`.
    #[serde(rename = "type")]
    #[schema(example = "court")]
    pub(in crate::http) kind: String,
    /// The legal basis.
    #[schema(max_length = 500)]
    pub(in crate::http) legal_basis: String,
    /// The file number of a court, an audit, a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reference: Option<String>,
    /// Who is responsible.
    #[schema(max_length = 500)]
    pub(in crate::http) owner: String,
    /// Why it is placed.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
    /// When somebody must look whether it is still needed: after today, at most one year ahead.
    #[schema(format = Date)]
    pub(in crate::http) review_on: String,
    /// When it should end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) ends_on: Option<String>,
    /// What it covers, one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100_000, nullable = false)]
    pub(in crate::http) items: Option<Vec<HoldItemRequestJson>>,
    /// What it covers, by what it has in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) query: Option<HoldQueryJson>,
}

/// A case, or a matter or document in it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct HoldItemRequestJson {
    /// The case; as a whole, with what will come to it, unless one of the others is given.
    pub(in crate::http) case: String,
    /// Only this matter, with what will come to it: its UUID, or `default` for what was assigned to no matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// Only this document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
}

/// What matters have in common; every condition that is given must hold, and one at least must be given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct HoldQueryJson {
    /// Their kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32, nullable = false)]
    pub(in crate::http) kind: Option<String>,
    /// Their class.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32, nullable = false)]
    pub(in crate::http) class: Option<String>,
    /// They are about a period that ends on this day or later, or about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) from: Option<String>,
    /// They are about a period that begins on this day or earlier, or about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) to: Option<String>,
}

/// Somebody has looked: the hold is still needed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct HoldReviewJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// When somebody must look again.
    #[schema(format = Date)]
    pub(in crate::http) review_on: String,
    /// When it should end; without this field the planned end stays, and `null` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub(in crate::http) ends_on: Option<String>,
    /// The day of review that was seen and is replaced: if it is another one meanwhile, the request is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) replaces: Option<String>,
    /// Why it is still needed.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
}

/// Which of the two kinds of holds a path is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Family {
    /// Holds in the narrow sense.
    Holds,
    /// Overlays.
    Overlays,
}

/// Reads a hold of this family.
pub(in crate::http) fn hold(id: NoteId, family: Family, json: &[u8]) -> Result<HoldRequest, Problem> {
    const FIELDS: &[&str] = &["type", "legal_basis", "reference", "owner", "reason", "review_on", "ends_on", "items", "query"];
    let mut fields = Fields::parse(json, FIELDS)?;
    let kind = fields.required("type", |text| kind_of(family, text))?;
    let query = fields.object("query", QUERY_FIELDS)?.map(query).transpose()?;
    let items = fields.optional_list("items", HOLD_TARGETS_MAX)?.unwrap_or_default();
    if items.is_empty() && query.is_none() {
        return Err(fields.broken("items", Rule::AnyOf(&["items", "query"])));
    }
    let words = NoteWords {
        legal_basis: Some(fields.required("legal_basis", Text::parse)?),
        reference: fields.optional("reference", Text::parse)?,
        owner: Some(fields.required("owner", Text::parse)?),
        reason: Some(fields.required("reason", Text::parse)?),
        query: query.as_ref().and_then(words_of_query),
        ..NoteWords::default()
    };
    Ok(HoldRequest {
        id,
        kind,
        review_on: fields.required("review_on", Date::parse)?,
        ends_on: fields.optional("ends_on", Date::parse)?,
        items: items.into_iter().enumerate().map(|(index, item)| hold_item(item, index)).collect::<Result<_, _>>()?,
        query,
        words,
    })
}

fn kind_of(family: Family, text: &str) -> Result<HoldType, Rule> {
    let of_family = |kind: &HoldType| kind.is_overlay() == (family == Family::Overlays);
    let kinds: Vec<HoldType> = HoldType::ALL.iter().copied().filter(of_family).collect();
    one_of(&kinds, HoldType::as_str, text)
}

/// Reads an item of the list `items`.
pub(super) fn hold_item(item: Json, index: usize) -> Result<HoldItem, Problem> {
    let mut fields = Fields::of_item(item, ("items", index), &["case", "matter", "document"])?;
    let case = fields.required("case", CaseId::parse)?;
    let (matter, document) = (fields.optional("matter", MatterName::parse)?, fields.optional("document", DocumentId::parse)?);
    match (matter, document) {
        (Some(_), Some(_)) => Err(malformed(&format!("items[{index}].document"), Rule::NotWith("matter"))),
        (matter, document) => Ok(HoldItem { case, matter, document }),
    }
}

const QUERY_FIELDS: &[&str] = &["kind", "class", "from", "to"];

/// A query without a condition would hold the whole vault; whoever means that names its cases.
fn query(mut fields: Fields) -> Result<HoldQuery, Problem> {
    let query = HoldQuery {
        kind: fields.optional("kind", Code::parse)?,
        class: fields.optional("class", Code::parse)?,
        from: fields.optional("from", Date::parse)?,
        to: fields.optional("to", Date::parse)?,
    };
    if query == HoldQuery::default() { Err(malformed("query", Rule::AnyOf(QUERY_FIELDS))) } else { Ok(query) }
}

/// The query as it was asked, for people and for the comparison of repetitions.
fn words_of_query(query: &HoldQuery) -> Option<Text> {
    let HoldQuery { kind, class, from, to } = query;
    let mut words = String::new();
    let conditions = [("kind", text_of(kind)), ("class", text_of(class)), ("from", text_of(from)), ("to", text_of(to))];
    for (name, value) in conditions.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let blank = if words.is_empty() { "" } else { " " };
        // Writing into a text does not fail.
        let _ = write!(words, "{blank}{name}={value}");
    }
    Text::parse(&words).ok()
}

fn text_of<T: ToString>(value: &Option<T>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

/// Reads a review.
pub(in crate::http) fn review(json: &[u8]) -> Result<HoldReview, Problem> {
    let mut fields = Fields::parse(json, &["id", "review_on", "ends_on", "replaces", "reason"])?;
    let ends_on = match fields.has("ends_on") {
        false => PlannedEnd::AsItIs,
        true => fields.nullable("ends_on", Date::parse)?.map_or(PlannedEnd::None, PlannedEnd::On),
    };
    Ok(HoldReview {
        id: fields.required("id", NoteId::parse)?,
        review_on: fields.required("review_on", Date::parse)?,
        ends_on,
        replaces: fields.optional("replaces", Date::parse)?,
        words: NoteWords { reason: Some(fields.required("reason", Text::parse)?), ..NoteWords::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_kept_in_the_words_of_its_fields() {
        let parse = |json: &str| query(Fields::parse(json.as_bytes(), QUERY_FIELDS)?);
        let words = |json: &str| parse(json).ok().and_then(|query| words_of_query(&query)).map(|words| words.as_str().to_owned());
        assert_eq!(words(r#"{"to":"2026-01-31","kind":"benefit"}"#).as_deref(), Some("kind=benefit to=2026-01-31"));
        assert_eq!(words(r#"{"class":"LEIST","from":"2026-01-01"}"#).as_deref(), Some("class=LEIST from=2026-01-01"));
        assert!(parse("{}").is_err(), "everything is not a query");
    }

    #[test]
    fn a_kind_belongs_to_one_family() {
        for kind in HoldType::ALL {
            let families = [Family::Holds, Family::Overlays].map(|family| kind_of(family, kind.as_str()) == Ok(*kind));
            assert_eq!(families, [!kind.is_overlay(), kind.is_overlay()], "{kind:?}");
        }
    }
}

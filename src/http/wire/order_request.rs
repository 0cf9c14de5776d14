//! Requests about orders of destruction and about the rule of a vault.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::hold_request::{HoldItemRequestJson, hold_item};
use crate::archive::{OrderItems, OrderRequest};
use crate::http::error::Problem;
use crate::http::fields::{Fields, one_of};
use crate::http::rule::Rule;
use crate::limits::{COOLING_OFF_DAYS_MAX, DESTRUCTION_CAP_PER_MILLE_MAX, ORDER_ITEMS_MAX};
use crate::model::destruction::{DestructionRule, OrderReason};
use crate::model::retention::NoteWords;
use crate::model::{Date, Digest, NoteId, Text};

/// An order to be proposed: over `items`, or over everything that is due on a day and stopped by nothing.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct OrderRequestJson {
    /// Why: `due`, or before the period is over `erasure`, `court`, `misfiled` or `unlawful`.
    #[serde(rename = "type")]
    #[schema(example = "due")]
    pub(in crate::http) kind: String,
    /// What is to be destroyed, one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100_000, nullable = false)]
    pub(in crate::http) items: Option<Vec<HoldItemRequestJson>>,
    /// `due` only, instead of `items`: everything whose last day of keeping lies before this day and that nothing stops now; the list is
    /// frozen when the order is proposed. What is over 100,000 items is left to the next order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) due_until: Option<String>,
    /// Why it is proposed.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
    /// The file number of the request, the judgment, the decision; required before the period is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reference: Option<String>,
    /// The legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) legal_basis: Option<String>,
}

/// An approval: of exactly the list that has this digest.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct OrderApprovalJson {
    /// UUID, chosen by the application: sending the same again under it changes nothing.
    pub(in crate::http) id: String,
    /// Digest of the list, as the order shows it.
    #[schema(min_length = 64, max_length = 64)]
    pub(in crate::http) list: String,
    /// Days for which the order rests, if more than the rule of the vault asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 366, nullable = false)]
    pub(in crate::http) rest_days: Option<u32>,
    /// Why.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
}

/// A rule of destruction to be proposed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct DestructionRuleRequestJson {
    /// UUID of the proposal, chosen by the application.
    pub(in crate::http) id: String,
    /// Thousandths of the vault's documents that may be destroyed on one day.
    #[schema(minimum = 1, maximum = 1000)]
    pub(in crate::http) cap_per_mille: u32,
    /// Days between approval and execution, at least.
    #[schema(maximum = 366)]
    pub(in crate::http) cooling_off_days: u32,
    /// Why.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
}

/// An approval as it is handed to the archive.
pub(in crate::http) struct Approval {
    /// The id that the application chose.
    pub(in crate::http) id: NoteId,
    /// What is approved, and for how long it rests.
    pub(in crate::http) what: (Digest, Option<u16>),
    /// Why.
    pub(in crate::http) words: NoteWords,
}

/// Reads an order.
pub(in crate::http) fn order(id: NoteId, json: &[u8]) -> Result<OrderRequest, Problem> {
    let mut fields = Fields::parse(json, &["type", "items", "due_until", "reason", "reference", "legal_basis"])?;
    let reason = fields.required("type", |text| one_of(OrderReason::ALL, OrderReason::as_str, text))?;
    let words = NoteWords {
        reason: Some(fields.required("reason", Text::parse)?),
        reference: fields.optional("reference", Text::parse)?,
        legal_basis: fields.optional("legal_basis", Text::parse)?,
        ..NoteWords::default()
    };
    let items = items(&mut fields, reason)?;
    // What is over on a day is only said of what is due.
    fields.end(&["type", "items", "reason", "reference", "legal_basis"])?;
    Ok(OrderRequest { id, reason, items, words })
}

fn items(fields: &mut Fields, reason: OrderReason) -> Result<OrderItems, Problem> {
    let listed = fields.optional_list("items", ORDER_ITEMS_MAX)?;
    let due_until = if reason.is_early() { None } else { fields.optional("due_until", Date::parse)? };
    match (listed, due_until) {
        (Some(_), Some(_)) => Err(fields.broken("due_until", Rule::NotWith("items"))),
        (Some(items), None) => {
            let items = items.into_iter().enumerate().map(|(index, item)| hold_item(item, index));
            Ok(OrderItems::Listed(items.collect::<Result<_, _>>()?))
        }
        (None, Some(until)) => Ok(OrderItems::DueUntil(until)),
        (None, None) if reason.is_early() => Err(fields.missing("items")),
        (None, None) => Err(fields.broken("items", Rule::AnyOf(&["items", "due_until"]))),
    }
}

/// Reads an approval.
pub(in crate::http) fn approval(json: &[u8]) -> Result<Approval, Problem> {
    let mut fields = Fields::parse(json, &["id", "list", "rest_days", "reason"])?;
    let id = fields.required("id", NoteId::parse)?;
    let list = fields.required("list", |text| Digest::from_hex(text).ok_or(Rule::Digest))?;
    let rest_days = fields.optional_number("rest_days", 0..=u32::from(COOLING_OFF_DAYS_MAX))?;
    let words = NoteWords { reason: Some(fields.required("reason", Text::parse)?), ..NoteWords::default() };
    Ok(Approval { id, what: (list, rest_days.map(days)), words })
}

/// Reads a rule of destruction.
pub(in crate::http) fn rule(json: &[u8]) -> Result<(NoteId, DestructionRule, NoteWords), Problem> {
    let mut fields = Fields::parse(json, &["id", "cap_per_mille", "cooling_off_days", "reason"])?;
    let id = fields.required("id", NoteId::parse)?;
    let rule = DestructionRule {
        cap_per_mille: days(fields.number("cap_per_mille", 1..=u32::from(DESTRUCTION_CAP_PER_MILLE_MAX))?),
        cooling_off_days: days(fields.number("cooling_off_days", 0..=u32::from(COOLING_OFF_DAYS_MAX))?),
    };
    Ok((id, rule, NoteWords { reason: Some(fields.required("reason", Text::parse)?), ..NoteWords::default() }))
}

/// A number that was checked against a range of small ones.
fn days(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::Code;

    const ID: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";

    fn read(json: &str) -> Result<OrderItems, (Code, Option<String>)> {
        let id = NoteId::parse(ID).expect("must parse");
        let read = order(id, json.replace("ID", ID).as_bytes());
        read.map(|order| order.items).map_err(|problem| (problem.code, problem.field().map(ToOwned::to_owned)))
    }

    #[test]
    fn an_order_names_its_items_or_a_day() {
        let due = OrderItems::DueUntil(Date::parse("2026-11-20").expect("must parse"));
        assert_eq!(read(r#"{"type":"due","due_until":"2026-11-20","reason":"x"}"#), Ok(due));
        let listed = read(r#"{"type":"court","items":[{"case":"ID"},{"case":"ID","document":"ID"}],"reason":"x","reference":"y"}"#);
        assert!(matches!(listed, Ok(OrderItems::Listed(items)) if items.len() == 2));
        for (json, code, field) in [
            (r#"{"type":"due","reason":"x"}"#, Code::FieldMalformed, "items"),
            (r#"{"type":"court","reason":"x"}"#, Code::FieldMissing, "items"),
            (r#"{"type":"late","items":[],"reason":"x"}"#, Code::FieldMalformed, "type"),
            (r#"{"type":"due","items":[],"due_until":"2026-11-20","reason":"x"}"#, Code::FieldMalformed, "due_until"),
            (r#"{"type":"court","items":[],"due_until":"2026-11-20","reason":"x"}"#, Code::FieldUnknown, "due_until"),
            (r#"{"type":"due","due_until":"2026-11-20"}"#, Code::FieldMissing, "reason"),
            (
                r#"{"type":"due","items":[{"case":"ID","matter":"ID","document":"ID"}],"reason":"x"}"#,
                Code::FieldMalformed,
                "items[0].document",
            ),
        ] {
            assert_eq!(read(json), Err((code, Some(field.to_owned()))), "{json}");
        }
    }
}

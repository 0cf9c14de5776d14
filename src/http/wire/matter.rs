//! Requests about a case: its matters, what happened, which documents belong where, how a scan was checked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::archive::{EventRequest, MatterRequest, Scope};
use crate::http::error::Problem;
use crate::http::fields::Fields;
use crate::http::json::Json;
use crate::http::rule::Rule;
use crate::limits::MATTERS_PER_DOCUMENT_MAX;
use crate::model::retention::{Code, EventType, NoteWords, QaMode, QaResult};
use crate::model::{CaseId, Date, DocumentId, NoteId, Text};

/// A matter to be opened.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct MatterRequestJson {
    /// What kind; the catalogue in force says which class such matters have.
    #[schema(example = "benefit", max_length = 32)]
    pub(in crate::http) kind: String,
    /// First day of the period that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) from: Option<String>,
    /// Last day of that period.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) to: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) title: Option<String>,
}

/// The kind that a matter should have had from the beginning.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct KindRequestJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// The right kind; the catalogue in force must have a class for it.
    #[schema(example = "placement", max_length = 32)]
    pub(in crate::http) kind: String,
    /// The kind that it has now. If it is another one meanwhile, nothing is corrected.
    #[schema(example = "benefit", max_length = 32)]
    pub(in crate::http) replaces: String,
    /// Why.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
}

/// An event from which periods count, a correction of one, or its withdrawal.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct EventRequestJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// In a bulk request only: the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) case: Option<String>,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "decision.notified")]
    pub(in crate::http) event: String,
    /// On which day. `null` withdraws the event that is superseded without putting another in its place.
    #[schema(format = Date)]
    pub(in crate::http) date: Option<String>,
    /// The matter that it is about; without it and `document` the whole case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// The document that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// Who says so: a code.
    #[schema(example = "eakte", max_length = 32)]
    pub(in crate::http) source: String,
    /// The document that proves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) evidence: Option<String>,
    /// The event that this one corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) supersedes: Option<String>,
    /// Why it is recorded or corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// The matters that a document belongs to from now on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct AssignmentRequestJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// In a bulk request only: the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) case: Option<String>,
    /// In a bulk request only: the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// All of its matters; it leaves those that are not named.
    #[schema(min_items = 1, max_items = 64)]
    pub(in crate::http) matters: Vec<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// Many events at once, each with its `case`. They are carried out at the same time, so none may build on another.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct EventsRequestJson {
    /// The events.
    #[schema(max_items = 1000)]
    pub(in crate::http) items: Vec<EventRequestJson>,
}

/// Many assignments at once, each with its `case` and `document`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct AssignmentsRequestJson {
    /// The assignments.
    #[schema(max_items = 1000)]
    pub(in crate::http) items: Vec<AssignmentRequestJson>,
}

/// How the quality of a scanned document was assured (BSI TR-03138 A.SC.8).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct CheckRequestJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// How: `full`, `sample` or `implicit`.
    #[schema(example = "full")]
    pub(in crate::http) mode: String,
    /// What was found: `passed` or `defect`.
    #[schema(example = "passed")]
    pub(in crate::http) result: String,
    /// What exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// A document's new matters.
pub(in crate::http) struct Assignment {
    /// The id that the application chose.
    pub(in crate::http) id: NoteId,
    /// The document.
    pub(in crate::http) document: DocumentId,
    /// All of its matters.
    pub(in crate::http) matters: Vec<NoteId>,
    /// Why.
    pub(in crate::http) words: NoteWords,
}

/// Reads a matter.
pub(in crate::http) fn matter(id: NoteId, json: &[u8]) -> Result<MatterRequest, Problem> {
    let mut fields = Fields::parse(json, &["kind", "from", "to", "title"])?;
    Ok(MatterRequest {
        id,
        kind: fields.required("kind", Code::parse)?,
        from: fields.optional("from", Date::parse)?,
        to: fields.optional("to", Date::parse)?,
        words: NoteWords { title: fields.optional("title", Text::parse)?, ..NoteWords::default() },
    })
}

/// A note with its reason, and two kinds: the one that is replaced, and the right one.
pub(in crate::http) type KindCorrection = ((NoteId, NoteWords), (Code, Code));

/// Reads a correction of a kind: its id and reason, the kind that it replaces, and the right one.
pub(in crate::http) fn kind(json: &[u8]) -> Result<KindCorrection, Problem> {
    let mut fields = Fields::parse(json, &["id", "kind", "replaces", "reason"])?;
    let id = fields.required("id", NoteId::parse)?;
    let kind = fields.required("kind", Code::parse)?;
    let replaces = fields.required("replaces", Code::parse)?;
    let words = NoteWords { reason: Some(fields.required("reason", Text::parse)?), ..NoteWords::default() };
    Ok(((id, words), (replaces, kind)))
}

/// Reads an event of a case that the path names.
pub(in crate::http) fn event(json: &[u8]) -> Result<EventRequest, Problem> {
    const FIELDS: &[&str] = &["id", "type", "date", "matter", "document", "source", "evidence", "supersedes", "reason"];
    event_of(&mut Fields::parse(json, FIELDS)?)
}

/// Reads an item of a bulk request.
pub(in crate::http) fn event_item(item: Json, index: usize) -> Result<(CaseId, EventRequest), Problem> {
    const FIELDS: &[&str] = &["id", "case", "type", "date", "matter", "document", "source", "evidence", "supersedes", "reason"];
    let mut fields = Fields::of_item(item, ("items", index), FIELDS)?;
    Ok((fields.required("case", CaseId::parse)?, event_of(&mut fields)?))
}

fn event_of(fields: &mut Fields) -> Result<EventRequest, Problem> {
    let scope = match (fields.optional("matter", NoteId::parse)?, fields.optional("document", DocumentId::parse)?) {
        (None, None) => Scope::Case,
        (Some(matter), None) => Scope::Matter(matter),
        (None, Some(document)) => Scope::Document(document),
        (Some(_), Some(_)) => return Err(fields.broken("document", Rule::NotWith("matter"))),
    };
    Ok(EventRequest {
        id: fields.required("id", NoteId::parse)?,
        scope,
        event: fields.choice("type", EventType::ALL, EventType::as_str)?,
        valid_on: fields.nullable("date", Date::parse)?,
        source: fields.required("source", Code::parse)?,
        evidence: fields.optional("evidence", DocumentId::parse)?,
        supersedes: fields.optional("supersedes", NoteId::parse)?,
        words: reason(fields)?,
    })
}

/// Reads an assignment of a document that the path names.
pub(in crate::http) fn assignment(document: DocumentId, json: &[u8]) -> Result<Assignment, Problem> {
    assignment_of(document, &mut Fields::parse(json, &["id", "matters", "reason"])?)
}

/// Reads an item of a bulk request.
pub(in crate::http) fn assignment_item(item: Json, index: usize) -> Result<(CaseId, Assignment), Problem> {
    let mut fields = Fields::of_item(item, ("items", index), &["id", "case", "document", "matters", "reason"])?;
    let (case, document) = (fields.required("case", CaseId::parse)?, fields.required("document", DocumentId::parse)?);
    Ok((case, assignment_of(document, &mut fields)?))
}

fn assignment_of(document: DocumentId, fields: &mut Fields) -> Result<Assignment, Problem> {
    let id = fields.required("id", NoteId::parse)?;
    let matters = fields.texts("matters", MATTERS_PER_DOCUMENT_MAX, NoteId::parse)?;
    Ok(Assignment { id, document, matters, words: reason(fields)? })
}

/// Reads a check of a document's scan.
pub(in crate::http) fn check(json: &[u8]) -> Result<(NoteId, QaMode, QaResult, NoteWords), Problem> {
    let mut fields = Fields::parse(json, &["id", "mode", "result", "reason"])?;
    let id = fields.required("id", NoteId::parse)?;
    let mode = fields.choice("mode", &QaMode::ALL, QaMode::as_str)?;
    Ok((id, mode, fields.choice("result", &QaResult::ALL, QaResult::as_str)?, reason(&mut fields)?))
}

fn reason(fields: &mut Fields) -> Result<NoteWords, Problem> {
    Ok(NoteWords { reason: fields.optional("reason", Text::parse)?, ..NoteWords::default() })
}

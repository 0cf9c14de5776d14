//! Scan batches, the report of the intake, confirmed backups.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dossier::text;
use super::note::{FiledByJson, Words};
use crate::archive::{BatchRequest, BatchView, IntakeView};
use crate::http::error::Problem;
use crate::http::fields::Fields;
use crate::http::rule::Rule;
use crate::model::retention::{Note, NoteWords};
use crate::model::{Date, NoteId, Text, Timestamp};

/// A scan batch to be registered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct BatchRequestJson {
    /// The earliest day on which anything in it was received.
    #[schema(format = Date)]
    pub(in crate::http) received: String,
    /// Documents in it.
    pub(in crate::http) documents: u32,
    /// Sheets of paper in it.
    pub(in crate::http) sheets: u32,
    /// Where its protocol lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) record: Option<String>,
}

/// All post received up to a day has been registered in batches.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct IntakeReportJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// The day.
    #[schema(format = Date)]
    pub(in crate::http) through: String,
    /// Where the report comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) record: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// Everything stored before a time is in a backup that was read back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct BackupJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// The time.
    #[schema(format = DateTime, example = "2026-11-20T03:00:00Z")]
    pub(in crate::http) through: String,
    /// Which backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) record: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// A scan batch as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct BatchJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// The earliest day on which anything in it was received.
    #[schema(format = Date)]
    pub(in crate::http) received: String,
    /// Documents in it, as they were registered.
    pub(in crate::http) documents: u32,
    /// Sheets in it, as they were registered.
    pub(in crate::http) sheets: u32,
    /// Sheets in all boxes that were registered for it. None of these boxes is released before they are all its sheets.
    pub(in crate::http) sheets_in_boxes: u32,
    /// Documents that were stored as part of it.
    pub(in crate::http) stored: u32,
    /// Documents of it that are in quarantine.
    pub(in crate::http) quarantined: u32,
    /// Whether everything in it is scanned, checked and assigned.
    pub(in crate::http) complete: bool,
    /// Where its protocol lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) record: Option<String>,
    /// Who registered it.
    #[serde(flatten)]
    pub(in crate::http) registered: FiledByJson,
}

/// How far the intake has come.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct IntakeJson {
    /// Everything received up to this day is scanned, checked and assigned; missing before anything was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) watermark: Option<String>,
    /// All post received up to this day is registered, says the scan line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) reported_through: Option<String>,
    /// Everything stored before this time is in a confirmed backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    pub(in crate::http) backed_up_through: Option<String>,
    /// Batches that are not complete, the oldest first; at most 4000.
    pub(in crate::http) open: Vec<OpenBatchJson>,
}

/// A batch that is not complete.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OpenBatchJson {
    /// The batch.
    pub(in crate::http) id: String,
    /// The earliest day on which anything in it was received.
    #[schema(format = Date)]
    pub(in crate::http) received: String,
}

/// Reads a batch.
pub(in crate::http) fn batch(id: NoteId, json: &[u8]) -> Result<BatchRequest, Problem> {
    let mut fields = Fields::parse(json, &["received", "documents", "sheets", "record"])?;
    Ok(BatchRequest {
        id,
        received: fields.required("received", Date::parse)?,
        documents: fields.number("documents", 1..=u32::MAX)?,
        sheets: fields.number("sheets", 1..=u32::MAX)?,
        words: NoteWords { record: fields.optional("record", Text::parse)?, ..NoteWords::default() },
    })
}

const REPORT_FIELDS: &[&str] = &["id", "through", "record", "reason"];

/// Reads a report of the intake.
pub(in crate::http) fn intake_report(json: &[u8]) -> Result<(NoteId, Date, NoteWords), Problem> {
    let mut fields = Fields::parse(json, REPORT_FIELDS)?;
    Ok((fields.required("id", NoteId::parse)?, fields.required("through", Date::parse)?, report_words(&mut fields)?))
}

/// Reads the confirmation of a backup.
pub(in crate::http) fn backup(json: &[u8]) -> Result<(NoteId, Timestamp, NoteWords), Problem> {
    let mut fields = Fields::parse(json, REPORT_FIELDS)?;
    let through = fields.required("through", |text| Timestamp::parse(text).ok_or(Rule::Timestamp))?;
    Ok((fields.required("id", NoteId::parse)?, through, report_words(&mut fields)?))
}

fn report_words(fields: &mut Fields) -> Result<NoteWords, Problem> {
    let (record, reason) = (fields.optional("record", Text::parse)?, fields.optional("reason", Text::parse)?);
    Ok(NoteWords { record, reason, ..NoteWords::default() })
}

impl BatchJson {
    /// A batch as it stands.
    pub(in crate::http) fn new(batch: &BatchView) -> Result<Self, Problem> {
        let (documents, sheets) = match &batch.note.record.note {
            Note::Batch { documents, sheets, .. } => (*documents, *sheets),
            other => return Err(crate::http::error::internal("a batch is no batch", &other.kind())),
        };
        Ok(Self {
            id: batch.note.record.id.to_string(),
            received: batch.facts.received.to_string(),
            documents,
            sheets,
            sheets_in_boxes: batch.facts.boxed,
            stored: batch.facts.stored,
            quarantined: batch.facts.quarantined,
            complete: batch.facts.complete,
            record: Words::of(&batch.note)?.take("record"),
            registered: FiledByJson::new(&batch.note),
        })
    }
}

impl IntakeJson {
    /// How far it has come.
    pub(in crate::http) fn new(intake: &IntakeView) -> Self {
        let batch = |(id, received): &(NoteId, Date)| OpenBatchJson { id: id.to_string(), received: received.to_string() };
        Self {
            watermark: text(intake.watermark),
            reported_through: text(intake.reported_through),
            backed_up_through: intake.backed_up_through.map(|through| through.to_string()),
            open: intake.open.iter().map(batch).collect(),
        }
    }
}

//! Notes as they were filed, read back: what was done, by whom, when and why.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::description_map;
use super::intake::BatchJson;
use super::note::{FiledByJson, Words as Sealed};
use super::why::CodeJson;
use crate::archive::{EventState, EventView, NoteTold, QuarantinedView};
use crate::http::error::{Problem, internal};
use crate::ledger::EventCode;
use crate::model::retention::{BoxStep, Note, ScanDefect};
use crate::words::Words;

/// A note: something that was done or found, filed once.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct NoteJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// What kind of note, by the name of its event in the ledger.
    #[schema(example = "hold.release")]
    pub(in crate::http) note: &'static str,
    /// The case in which it was filed; missing for what concerns the vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) case: Option<String>,
    /// The hold, proposal, batch or box that it continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) of: Option<String>,
    /// The matter that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// The document that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// What it says in codes, days and numbers, under the names that filing it has. Which there are depends on `note`.
    #[schema(value_type = Object)]
    pub(in crate::http) facts: Map<String, Value>,
    /// What it says in words: `reason`, `reference`, `owner`, `place`, `witnesses` and the like.
    pub(in crate::http) words: BTreeMap<String, String>,
    /// Who filed it.
    #[serde(flatten)]
    pub(in crate::http) by: FiledByJson,
}

/// One page of notes.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct NotesJson {
    /// In the order of filing.
    pub(in crate::http) items: Vec<NoteJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// An event of a case, whether it counts or not.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CaseEventJson {
    /// Its id.
    pub(in crate::http) id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub(in crate::http) event: &'static str,
    /// What happened, in words.
    pub(in crate::http) type_in_words: String,
    /// On which day; missing for a withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) date: Option<String>,
    /// `counts`, `superseded` by a correction or a withdrawal, or itself a `withdrawal`.
    pub(in crate::http) state: &'static str,
    /// The event that it corrects or withdraws.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) supersedes: Option<String>,
    /// The event that has corrected or withdrawn it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) superseded_by: Option<String>,
    /// The matter that it is about; without it and `document` the whole case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// The document that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// Who says so.
    pub(in crate::http) source: String,
    /// The document that proves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) evidence: Option<String>,
    /// Why it was recorded or corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reason: Option<String>,
    /// Who recorded it.
    #[serde(flatten)]
    pub(in crate::http) by: FiledByJson,
}

/// One page of the events of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CaseEventsJson {
    /// In the order of recording.
    pub(in crate::http) items: Vec<CaseEventJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// One page of scan batches.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct BatchesJson {
    /// In the order of registering; complete ones as well.
    pub(in crate::http) items: Vec<BatchJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// A document in which the scan gate found something that nobody has cleared.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct QuarantinedJson {
    /// The case.
    pub(in crate::http) case: String,
    /// The document.
    pub(in crate::http) document: String,
    /// The scan batch, if one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) batch: Option<String>,
    /// What was found.
    pub(in crate::http) defects: Vec<CodeJson>,
}

/// One page of documents in quarantine. It may have fewer items than were asked for, or none, and still be followed by another.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct QuarantineJson {
    /// In the order of their cases.
    pub(in crate::http) items: Vec<QuarantinedJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

impl NoteJson {
    /// A note with its words.
    pub(in crate::http) fn new(told: &NoteTold) -> Result<Self, Problem> {
        let record = &told.note.record;
        Ok(Self {
            id: record.id.to_string(),
            note: EventCode::of(&record.note).as_str(),
            case: told.case.map(|case| case.to_string()),
            of: told.of.map(|of| of.to_string()),
            matter: told.matter.map(|matter| matter.to_string()),
            document: told.document.map(|document| document.to_string()),
            facts: facts_of(&record.note),
            words: description_map(&told.note.details.words)?,
            by: FiledByJson::new(&told.note),
        })
    }
}

/// What a note says beyond its words and the ids behind its numbers. Lists that have routes of their own are only counted here.
fn facts_of(note: &Note) -> Map<String, Value> {
    let facts = match note {
        Note::Matter { number, kind, from, to } => json!({
            "number": number.0, "kind": kind.as_str(), "from": from.map(|day| day.to_string()), "to": to.map(|day| day.to_string())
        }),
        Note::KindCorrected { matter, replaces, kind } => {
            json!({ "number": matter.0, "kind": kind.as_str(), "replaces": replaces.as_str() })
        }
        Note::Event { event, valid_on, source, evidence, supersedes, .. } => json!({
            "type": event.as_str(), "date": valid_on.map(|day| day.to_string()), "source": source.as_str(),
            "evidence": evidence.map(|id| id.to_string()), "supersedes": supersedes.map(|id| id.to_string())
        }),
        Note::Assignment { matters, .. } => json!({ "numbers": matters.iter().map(|matter| matter.0).collect::<Vec<_>>() }),
        Note::DocumentChecked { mode, result, .. } => json!({ "mode": mode.as_str(), "result": result.as_str() }),
        Note::HoldPlaced { kind, review_on, ends_on, targets } => json!({
            "type": kind.as_str(), "review_on": review_on.to_string(), "ends_on": ends_on.map(|day| day.to_string()), "targets": targets.len()
        }),
        Note::HoldReviewed { review_on, ends_on, .. } => {
            json!({ "review_on": review_on.to_string(), "ends_on": ends_on.map(|day| day.to_string()) })
        }
        Note::ClassesProposed { replaces, catalogue, .. } => {
            json!({ "replaces": replaces, "valid_from": catalogue.valid_from.to_string() })
        }
        Note::Batch { received, documents, sheets } => {
            json!({ "received": received.to_string(), "documents": documents, "sheets": sheets })
        }
        Note::IntakeReported { through } => json!({ "through": through.to_string() }),
        Note::BackupConfirmed { through } => json!({ "through": through.to_string() }),
        Note::Box { batch, scanned_on, sheets, positions } => json!({
            "batch": batch.to_string(), "scanned_on": scanned_on.to_string(), "sheets": sheets, "positions": positions.len()
        }),
        Note::BoxStep { step, .. } => facts_of_step(step),
        Note::CheckpointStamped { stamp } => json!({
            "size": stamp.size, "kind": stamp.kind.as_str(), "since": stamp.since.to_string(),
            "time": stamp.time.to_string(), "renew_by": stamp.renew_by.to_string()
        }),
        Note::ShardSealed { year, size, root } => json!({ "year": year, "size": size, "root": root.to_string() }),
        Note::ShardDestroyed { year, size, .. } => json!({ "year": year, "size": size }),
        Note::ExportMade { scope, size, items, .. } => json!({
            "kind": scope.kind.as_str(), "from": scope.from.map(|day| day.to_string()), "through": scope.through.map(|day| day.to_string()),
            "contents": scope.contents, "access": scope.access, "ledger_size": size, "items": items
        }),
        _ => Value::Null,
    };
    let Value::Object(mut facts) = facts else { return Map::new() };
    facts.retain(|_, value| !value.is_null());
    facts
}

fn facts_of_step(step: &BoxStep) -> Value {
    match step {
        BoxStep::Checked { mode, result, positions } => {
            json!({ "step": "check", "mode": mode.as_str(), "result": result.as_str(), "positions": positions })
        }
        BoxStep::Flagged { position, flag, on } => json!({ "step": "flag", "position": position, "flag": flag.as_str(), "on": on }),
        BoxStep::Pulled { positions } => json!({ "step": "pull", "positions": positions }),
        BoxStep::Return { position, step } => json!({ "step": "return", "position": position, "state": step.as_str() }),
        BoxStep::Extended { until } => json!({ "step": "extend", "until": until.to_string() }),
        BoxStep::Withdrawn => json!({ "step": "withdraw" }),
        BoxStep::Destroyed { on, level, sheets } => {
            json!({ "step": "destroyed", "date": on.to_string(), "level": level.get(), "sheets": sheets })
        }
    }
}

impl CaseEventJson {
    /// An event in these words.
    pub(in crate::http) fn new(event: &EventView, words: &Words) -> Result<Self, Problem> {
        let told = &event.told;
        let Note::Event { event: kind, valid_on, source, evidence, supersedes, .. } = &told.note.record.note else {
            return Err(internal("an event is no event", &told.note.record.note.kind()));
        };
        let (state, superseded_by) = match event.state {
            EventState::Counts => ("counts", None),
            EventState::Superseded { by } => ("superseded", Some(by.to_string())),
            EventState::Withdrawal => ("withdrawal", None),
        };
        Ok(Self {
            id: told.note.record.id.to_string(),
            event: kind.as_str(),
            type_in_words: words.event(*kind),
            date: valid_on.map(|day| day.to_string()),
            state,
            supersedes: supersedes.map(|id| id.to_string()),
            superseded_by,
            matter: told.matter.map(|matter| matter.to_string()),
            document: told.document.map(|document| document.to_string()),
            source: source.to_string(),
            evidence: evidence.map(|id| id.to_string()),
            reason: Sealed::of(&told.note)?.take("reason"),
            by: FiledByJson::new(&told.note),
        })
    }
}

impl QuarantinedJson {
    /// A document in these words.
    pub(in crate::http) fn new(found: &QuarantinedView, words: &Words) -> Self {
        let defect = |defect: &ScanDefect| CodeJson { code: defect.as_str(), words: words.scan_defect(*defect) };
        Self {
            case: found.case.to_string(),
            document: found.document.to_string(),
            batch: found.batch.map(|batch| batch.to_string()),
            defects: found.defects.iter().map(defect).collect(),
        }
    }
}

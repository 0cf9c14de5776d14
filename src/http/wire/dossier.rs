//! What retention knows of a case: matters, events, dates; and of single documents in it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::archive::CaseRetention;
use crate::model::retention::{
    Dates, DocumentFacts, Dossier, EffectiveEvent, EventScope, EventType, Line, MatterFacts, MatterNumber, QaMode, QaResult, ScanDefect,
    ScanFacts, Today,
};
use crate::model::{Date, DocumentId};

/// What retention knows of a case, with one page of the documents of which it knows more than their case.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CaseRetentionJson {
    /// What the office calls the case; missing if that cannot be read at the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reference: Option<String>,
    /// All matters; the default one first.
    pub(in crate::http) matters: Vec<MatterJson>,
    /// Events about the case and its matters that count.
    pub(in crate::http) events: Vec<EventJson>,
    /// The dates, by matter and class.
    pub(in crate::http) lines: Vec<LineJson>,
    /// Documents with matters, scan data or events of their own.
    pub(in crate::http) documents: Vec<DocumentFactsJson>,
    /// Value of `cursor` for the next page of documents; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
    /// The day of the wall clock.
    #[schema(format = Date)]
    pub(in crate::http) today: String,
    /// A day that has certainly begun: what unlocks something counts by it.
    #[schema(format = Date)]
    pub(in crate::http) today_certain: String,
}

/// A matter (Vorgang, Bewilligungszeitraum): the unit that shares a retention period.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct MatterJson {
    /// The id that was chosen; missing for the default matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) id: Option<String>,
    /// Its number in the case; 0 is the default matter.
    pub(in crate::http) number: u16,
    /// What kind; decides the class.
    pub(in crate::http) kind: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) title: Option<String>,
    /// First day of the period that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) from: Option<String>,
    /// Last day of that period.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) to: Option<String>,
    /// When it was opened.
    #[schema(format = Date)]
    pub(in crate::http) opened_on: String,
}

/// An event that counts: recorded, and not superseded.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct EventJson {
    /// Its id.
    pub(in crate::http) id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub(in crate::http) event: &'static str,
    /// On which day.
    #[schema(format = Date)]
    pub(in crate::http) date: String,
    /// The matter that it is about; missing if it is about the case or a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// When it was recorded.
    pub(in crate::http) recorded_at: String,
    /// Who says so.
    pub(in crate::http) source: String,
}

/// The dates of everything with one class in one matter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::http) struct LineJson {
    /// The matter; missing for the default matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// Number of the matter in its case.
    pub(in crate::http) number: u16,
    /// The class; missing if none applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) class: Option<String>,
    /// Version of the catalogue by which the dates were computed; 0 when there was none.
    pub(in crate::http) version: u32,
    /// `unclassed`, `open`, `computed`, `conflict` or `never`.
    pub(in crate::http) state: &'static str,
    /// The dates.
    #[serde(flatten)]
    pub(in crate::http) dates: DatesJson,
}

/// Dates, or what is missing for them.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(in crate::http) struct DatesJson {
    /// The start event that has not been recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) missing: Option<&'static str>,
    /// The last day on which it must exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) keep_until: Option<String>,
    /// The last day on which it may exist, where a rule says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) destroy_by: Option<String>,
}

/// What retention knows of a document beyond its case.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DocumentFactsJson {
    /// The document.
    pub(in crate::http) id: String,
    /// Numbers of its matters; 0 is the default matter.
    pub(in crate::http) numbers: Vec<u16>,
    /// Ids of its matters; the default matter has none.
    pub(in crate::http) matters: Vec<String>,
    /// Its own date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) dated: Option<String>,
    /// When the office received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) received: Option<String>,
    /// How it was scanned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) scan: Option<ScanJson>,
    /// Events about it alone that count.
    pub(in crate::http) events: Vec<EventJson>,
    /// Its own dates, if they are not those of its matters.
    pub(in crate::http) lines: Vec<LineJson>,
}

/// How a document was scanned, and what was found.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ScanJson {
    /// The day of scanning.
    #[schema(format = Date)]
    pub(in crate::http) date: String,
    /// Pages that the scan protocol counts.
    pub(in crate::http) pages: u32,
    /// Protection need: `normal` or `high`.
    pub(in crate::http) protection: &'static str,
    /// The scan batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) batch: Option<String>,
    /// What the scan gate found and nobody has cleared.
    pub(in crate::http) defects: Vec<&'static str>,
    /// How its quality was assured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) check: Option<CheckJson>,
}

/// A look at the quality of a scan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::http) struct CheckJson {
    /// `full`, `sample` or `implicit`.
    pub(in crate::http) mode: &'static str,
    /// `passed` or `defect`.
    pub(in crate::http) result: &'static str,
}

/// The titles of matters that have one.
pub(in crate::http) type Titles = BTreeMap<MatterNumber, String>;

impl CaseRetentionJson {
    /// A page of its documents; `next` says how the next one is asked for.
    pub(in crate::http) fn new(
        retention: &CaseRetention,
        (reference, titles): (Option<String>, &Titles),
        today: Today,
        next: Option<String>,
    ) -> Self {
        let CaseRetention { dossier, documents, .. } = retention;
        let matter = |number| matter_id(&dossier.matters, number);
        Self {
            reference,
            matters: dossier.matters.iter().map(|matter| MatterJson::new(matter, titles)).collect(),
            events: dossier.events.iter().map(|event| EventJson::new(event, matter)).collect(),
            lines: dossier.lines.iter().map(|line| LineJson::new(line, matter(line.matter))).collect(),
            documents: documents.iter().map(|(id, facts)| DocumentFactsJson::new(*id, facts, dossier)).collect(),
            next,
            today: today.wall.to_string(),
            today_certain: today.certain.to_string(),
        }
    }
}

impl MatterJson {
    /// A matter with its title.
    pub(in crate::http) fn new(matter: &MatterFacts, titles: &Titles) -> Self {
        Self {
            id: matter.id.map(|id| id.to_string()),
            number: matter.number.0,
            kind: matter.kind.to_string(),
            title: titles.get(&matter.number).cloned(),
            from: text(matter.from),
            to: text(matter.to),
            opened_on: matter.opened_on.to_string(),
        }
    }
}

impl EventJson {
    fn new(event: &EffectiveEvent, matter: impl Fn(MatterNumber) -> Option<String>) -> Self {
        let matter = match event.scope {
            EventScope::Matter(number) => matter(number),
            EventScope::Case | EventScope::Document(_) => None,
        };
        Self {
            id: event.id.to_string(),
            event: event.event.as_str(),
            date: event.valid_on.to_string(),
            matter,
            recorded_at: event.recorded_at.to_string(),
            source: event.source.to_string(),
        }
    }
}

impl LineJson {
    /// A line of the matter with this id.
    pub(in crate::http) fn new(line: &Line, matter: Option<String>) -> Self {
        let class = line.class.as_ref().map(ToString::to_string);
        let (state, dates) = (state_of(&line.dates), DatesJson::new(&line.dates));
        Self { matter, number: line.matter.0, class, version: line.version, state, dates }
    }
}

impl DatesJson {
    /// These dates.
    pub(in crate::http) fn new(dates: &Dates) -> Self {
        match dates {
            Dates::Open { missing } => Self { missing: Some(EventType::as_str(*missing)), ..Self::default() },
            Dates::Computed { keep_until, destroy_by } => {
                Self { missing: None, keep_until: Some(keep_until.to_string()), destroy_by: text(*destroy_by) }
            }
            Dates::Unclassed | Dates::Never => Self::default(),
        }
    }
}

impl DocumentFactsJson {
    fn new(id: DocumentId, facts: &DocumentFacts, dossier: &Dossier) -> Self {
        let matter = |number| matter_id(&dossier.matters, number);
        let belongs_to = facts.belongs_to();
        Self {
            id: id.to_string(),
            numbers: belongs_to.iter().map(|number| number.0).collect(),
            matters: belongs_to.iter().filter_map(|number| matter(*number)).collect(),
            dated: text(facts.dated),
            received: text(facts.received),
            scan: facts.scan.as_ref().map(ScanJson::new),
            events: facts.events.iter().map(|event| EventJson::new(event, matter)).collect(),
            lines: facts.lines.iter().map(|line| LineJson::new(line, matter(line.matter))).collect(),
        }
    }
}

impl ScanJson {
    fn new(scan: &ScanFacts) -> Self {
        let check = |(mode, result): (QaMode, QaResult)| CheckJson { mode: mode.as_str(), result: result.as_str() };
        Self {
            date: scan.scanned_on.to_string(),
            pages: scan.pages,
            protection: if scan.high_protection { "high" } else { "normal" },
            batch: scan.batch.map(|batch| batch.to_string()),
            defects: scan.defects.iter().copied().map(ScanDefect::as_str).collect(),
            check: scan.qa.map(check),
        }
    }
}

/// The id of the matter with this number; the default matter has none.
pub(super) fn matter_id(matters: &[MatterFacts], number: MatterNumber) -> Option<String> {
    matters.iter().find(|matter| matter.number == number)?.id.map(|id| id.to_string())
}

/// A day as text.
pub(super) fn text(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// What dates say by themselves, without regard to the day.
pub(super) fn state_of(dates: &Dates) -> &'static str {
    match dates {
        Dates::Unclassed => "unclassed",
        Dates::Open { .. } => "open",
        Dates::Computed { .. } if dates.is_conflict() => "conflict",
        Dates::Computed { .. } => "computed",
        Dates::Never => "never",
    }
}

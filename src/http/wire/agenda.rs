//! What is due, overdue, open, contradictory.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{DatesJson, text};
use super::step::StandingJson;
use crate::archive::{DueItem, Duties};

/// One page of the agenda.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct AgendaJson {
    /// The oldest first.
    pub(in crate::http) items: Vec<DueJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
    /// The day of the wall clock: what reminds of something counts by it.
    #[schema(format = Date)]
    pub(in crate::http) today: String,
    /// A day that has certainly begun: what unlocks something counts by it.
    #[schema(format = Date)]
    pub(in crate::http) today_certain: String,
    /// Everything received up to this day is scanned, checked and assigned; missing before the scan line has reported anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) watermark: Option<String>,
    /// Whether all dates follow the catalogue in force; `false` while they are being computed again.
    pub(in crate::http) complete: bool,
}

/// One line of the agenda: a matter with one class, or a document with dates of its own.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DueJson {
    /// The case.
    pub(in crate::http) case: String,
    /// The matter; missing for the default matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// Number of the matter in its case; 0 is the default matter.
    pub(in crate::http) number: u16,
    /// The document, if the line is one document's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// The class; missing if none applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) class: Option<String>,
    /// Version of the catalogue by which the dates were computed.
    pub(in crate::http) version: u32,
    /// The dates.
    #[serde(flatten)]
    pub(in crate::http) dates: DatesJson,
    /// Where it stands.
    #[serde(flatten)]
    pub(in crate::http) standing: StandingJson,
}

impl AgendaJson {
    /// A page, with the cursor of the next one.
    pub(in crate::http) fn new(duties: &Duties, next: Option<String>) -> Self {
        Self {
            items: duties.items.iter().map(DueJson::new).collect(),
            next,
            today: duties.today.wall.to_string(),
            today_certain: duties.today.certain.to_string(),
            watermark: text(duties.watermark),
            complete: duties.complete,
        }
    }
}

impl DueJson {
    fn new(item: &DueItem) -> Self {
        Self {
            case: item.case.to_string(),
            matter: item.matter.map(|matter| matter.to_string()),
            number: item.number.0,
            document: item.document.map(|document| document.to_string()),
            class: item.line.class.as_ref().map(ToString::to_string),
            version: item.line.version,
            dates: DatesJson::new(&item.line.dates),
            standing: StandingJson::new(&item.standing),
        }
    }
}

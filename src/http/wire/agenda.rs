//! What is due, overdue, open, contradictory.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{DatesJson, text};
use super::step::StandingJson;
use crate::archive::{DueItem, Duties};
use crate::model::retention::Disposal;

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
    /// What the office calls the case; missing if that cannot be read at the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reference: Option<String>,
    /// What people call the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) title: Option<String>,
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
    /// What happens when the period is over: `destroy`, `offer` (to the archive first) or `keep` (by the archive); missing if no class
    /// of the catalogue in force says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) disposal: Option<&'static str>,
    /// For how many documents the line stands: those of the matter to which its class applies.
    pub(in crate::http) documents: u32,
    /// Documents of the matter that have a hold of their own.
    pub(in crate::http) documents_held: u32,
    /// Documents of the matter that are in quarantine.
    pub(in crate::http) documents_quarantined: u32,
    /// Documents of the matter that are newer than its period.
    pub(in crate::http) documents_newer: u32,
    /// Documents of the matter that are kept longer, by a period of their own or by another matter.
    pub(in crate::http) documents_kept: u32,
    /// The dates.
    #[serde(flatten)]
    pub(in crate::http) dates: DatesJson,
    /// For how many days it has been waiting for a start event or a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) open_days: Option<u32>,
    /// Where it stands.
    #[serde(flatten)]
    pub(in crate::http) standing: StandingJson,
}

/// What people call the case and the matter of a line.
#[derive(Debug, Default)]
pub(in crate::http) struct Names {
    /// Of the case.
    pub(in crate::http) reference: Option<String>,
    /// Of the matter.
    pub(in crate::http) title: Option<String>,
}

impl AgendaJson {
    /// A page, with the names of its lines and the cursor of the next page.
    pub(in crate::http) fn new(duties: &Duties, names: Vec<Names>, next: Option<String>) -> Self {
        Self {
            items: duties.items.iter().zip(names).map(|(item, names)| DueJson::new(item, names)).collect(),
            next,
            today: duties.today.wall.to_string(),
            today_certain: duties.today.certain.to_string(),
            watermark: text(duties.watermark),
            complete: duties.complete,
        }
    }
}

impl DueJson {
    fn new(item: &DueItem, names: Names) -> Self {
        Self {
            case: item.case.to_string(),
            reference: names.reference,
            title: names.title,
            matter: item.matter.map(|matter| matter.to_string()),
            number: item.number.0,
            document: item.document.map(|document| document.to_string()),
            class: item.line.class.as_ref().map(ToString::to_string),
            version: item.line.version,
            disposal: item.disposal.map(Disposal::as_str),
            documents: item.documents,
            documents_held: item.inside.held,
            documents_quarantined: item.inside.quarantined,
            documents_newer: item.inside.newer,
            documents_kept: item.inside.kept,
            dates: DatesJson::new(&item.line.dates),
            open_days: item.open_days,
            standing: StandingJson::new(&item.standing),
        }
    }
}

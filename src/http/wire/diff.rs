//! What another catalogue of retention classes would change.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{DatesJson, state_of};
use crate::archive::Obstacle;
use crate::model::retention::{Code, Dates};
use crate::model::{CaseId, DocumentId, NoteId};
use crate::policy::retention::{ClassDiff, DiffExample, DiffSummary, Movement};

/// What changes for whom, by how much, and what becomes overdue at once.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DiffJson {
    /// Cases that were looked at.
    pub(in crate::http) cases: u64,
    /// Matters that were looked at.
    pub(in crate::http) matters: u64,
    /// Matters of which a line changes.
    pub(in crate::http) matters_changed: u64,
    /// Why a proposal of it would be refused today; empty if nothing speaks against it.
    pub(in crate::http) refusals: Vec<ObstacleJson>,
    /// By the class that applies afterwards.
    pub(in crate::http) classes: Vec<ClassDiffJson>,
    /// The first lines that change.
    pub(in crate::http) examples: Vec<DiffExampleJson>,
}

/// A rule that says no.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ObstacleJson {
    /// The code that a proposal would be refused with.
    pub(in crate::http) code: &'static str,
    /// Why, in English.
    pub(in crate::http) detail: String,
    /// The classes that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::http) classes: Vec<String>,
}

/// What changes for the lines with one class.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ClassDiffJson {
    /// The class that applies afterwards; missing for lines to which none applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) class: Option<String>,
    /// All lines that have the class afterwards.
    pub(in crate::http) lines: u64,
    /// Those whose class or dates change.
    pub(in crate::http) changed: u64,
    /// How the last day of keeping moves.
    pub(in crate::http) keep_until: MovementJson,
    /// How the last day of existence moves.
    pub(in crate::http) destroy_by: MovementJson,
    /// Lines that wait for an event afterwards and did not before.
    pub(in crate::http) newly_open: u64,
    /// Lines to which no class applies afterwards, but did before.
    pub(in crate::http) newly_unclassed: u64,
    /// Lines that contradict themselves afterwards and did not before.
    pub(in crate::http) newly_conflict: u64,
    /// Lines whose last day of keeping has passed at once.
    pub(in crate::http) newly_due: u64,
    /// Lines that should have been gone already, at once.
    pub(in crate::http) newly_overdue: u64,
    /// Lines that were due and are kept again.
    pub(in crate::http) no_longer_due: u64,
}

/// How a day moves in many lines.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct MovementJson {
    /// Lines in which it comes earlier.
    pub(in crate::http) earlier: u64,
    /// Days by which it comes earlier, all together.
    pub(in crate::http) earlier_days_total: u64,
    /// Days by which it comes earlier at the most.
    pub(in crate::http) earlier_days_max: u32,
    /// Lines in which it comes later.
    pub(in crate::http) later: u64,
    /// Days by which it comes later, all together.
    pub(in crate::http) later_days_total: u64,
    /// Days by which it comes later at the most.
    pub(in crate::http) later_days_max: u32,
}

/// One line that changes.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DiffExampleJson {
    /// The case.
    pub(in crate::http) case: String,
    /// The matter; missing for the default matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// The document, for a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// As it is.
    pub(in crate::http) before: SideJson,
    /// As it would be.
    pub(in crate::http) after: SideJson,
}

/// Class and dates of a line.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SideJson {
    /// The class; missing if none applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) class: Option<String>,
    /// `unclassed`, `open`, `computed`, `conflict` or `never`.
    pub(in crate::http) state: &'static str,
    /// The dates.
    #[serde(flatten)]
    pub(in crate::http) dates: DatesJson,
}

/// The ids behind an example: case, matter, document.
pub(in crate::http) type ExampleIds = (CaseId, Option<NoteId>, Option<DocumentId>);

impl ObstacleJson {
    fn new(obstacle: &Obstacle) -> Self {
        Self {
            code: obstacle.refusal.code(),
            detail: obstacle.refusal.to_string(),
            classes: obstacle.classes.iter().map(ToString::to_string).collect(),
        }
    }
}

impl DiffJson {
    /// A result, with the ids of its examples.
    pub(in crate::http) fn new(summary: &DiffSummary, ids: &[ExampleIds], obstacles: &[Obstacle]) -> Self {
        Self {
            cases: summary.cases,
            matters: summary.matters,
            matters_changed: summary.matters_changed,
            refusals: obstacles.iter().map(ObstacleJson::new).collect(),
            classes: summary.classes.iter().map(|(class, diff)| ClassDiffJson::new(class.as_ref(), diff)).collect(),
            examples: summary.examples.iter().zip(ids).map(|(example, ids)| DiffExampleJson::new(example, ids)).collect(),
        }
    }
}

impl ClassDiffJson {
    fn new(class: Option<&Code>, diff: &ClassDiff) -> Self {
        Self {
            class: class.map(ToString::to_string),
            lines: diff.lines,
            changed: diff.changed,
            keep_until: MovementJson::new(&diff.keep_until),
            destroy_by: MovementJson::new(&diff.destroy_by),
            newly_open: diff.newly_open,
            newly_unclassed: diff.newly_unclassed,
            newly_conflict: diff.newly_conflict,
            newly_due: diff.newly_due,
            newly_overdue: diff.newly_overdue,
            no_longer_due: diff.no_longer_due,
        }
    }
}

impl MovementJson {
    fn new(movement: &Movement) -> Self {
        let Movement { earlier, earlier_days_total, earlier_days_max, later, later_days_total, later_days_max } = *movement;
        Self { earlier, earlier_days_total, earlier_days_max, later, later_days_total, later_days_max }
    }
}

impl DiffExampleJson {
    fn new(example: &DiffExample, (case, matter, document): &ExampleIds) -> Self {
        Self {
            case: case.to_string(),
            matter: matter.map(|matter| matter.to_string()),
            document: document.map(|document| document.to_string()),
            before: SideJson::new(example.old_class.as_ref(), &example.old),
            after: SideJson::new(example.new_class.as_ref(), &example.new),
        }
    }
}

impl SideJson {
    fn new(class: Option<&Code>, dates: &Dates) -> Self {
        Self { class: class.map(ToString::to_string), state: state_of(dates), dates: DatesJson::new(dates) }
    }
}

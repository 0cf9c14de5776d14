//! The steps of a computation: what `why` tells programs.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{DatesJson, text};
use crate::model::retention::EventScope;
use crate::policy::retention::{Because, Bound, Origin, Standing, Step};
use crate::words::Words;

/// A step, with its sentence.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ToldStepJson {
    /// What happened in it.
    #[serde(flatten)]
    pub(in crate::http) step: StepJson,
    /// The same in words, in the language of `Content-Language`.
    pub(in crate::http) words: String,
}

/// One step of a computation. Names of steps are stable; what each means is said in the domain's words by its sentence.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub(in crate::http) enum StepJson {
    /// The steps up to the next `line` are about this matter.
    Matter { number: u16, kind: String, from: Option<String>, to: Option<String> },
    /// No catalogue is in force.
    NoCatalogue,
    /// The catalogue has no class for this kind of matter.
    NoClass { kind: String, version: u32 },
    /// This class applies, because of the kind of the matter or because of the type of the document.
    Class {
        class: String,
        title_de: String,
        title_en: String,
        because: &'static str,
        legal_basis: Vec<String>,
        confidence: &'static str,
        version: u32,
        valid_from: String,
        /// What happens when the period is over: `destroy`, `offer` or `keep`.
        disposal: &'static str,
        /// The archive's standing authorisation to destroy without offering.
        archive_authorisation: Option<String>,
    },
    /// The start event of a term happened; the latest, where there are several.
    Started {
        bound: &'static str,
        event: &'static str,
        date: String,
        /// The event, if somebody recorded it; otherwise it comes with the document.
        id: Option<String>,
        /// `case`, `matter` or `document`.
        scope: &'static str,
        source: Option<String>,
        earlier: u32,
    },
    /// The start event of a term has not been recorded.
    NotStarted { bound: &'static str, event: &'static str },
    /// The day was moved to the end of its month or year.
    Rounded { bound: &'static str, rounding: &'static str, from: String, to: String },
    /// A term ends; never, if `end` is missing.
    Ended { bound: &'static str, counted: String, period: Option<String>, end: Option<String> },
    /// The class keeps nothing.
    KeptNothing { date: String },
    /// The latest of several minimum terms counts.
    LatestMinimum { terms: u32, end: String },
    /// The earliest of several maximum terms counts.
    EarliestMaximum { terms: u32, end: String },
    /// There is no maximum.
    NoMaximum,
    /// The time in which destruction is carried out.
    Window { from: String, window: String, end: Option<String> },
    /// The maximum was raised to the minimum.
    RaisedToMinimum { from: String, to: String },
    /// The result for a class in a matter.
    Line {
        number: u16,
        class: Option<String>,
        #[serde(flatten)]
        dates: DatesJson,
    },
    /// One class decides alone.
    Prevails { class: String, legal_basis: String, set_aside: Vec<u16> },
    /// The longest dates of several matters count.
    Longest {
        matters: u32,
        #[serde(flatten)]
        dates: DatesJson,
    },
    /// Minimum and maximum contradict each other.
    Conflict { keep_until: String, destroy_by: String },
    /// A hold stops destruction.
    Hold {
        #[serde(rename = "type")]
        kind: &'static str,
    },
    /// The scan gate found a defect that nobody has cleared.
    Quarantine,
    /// Single documents of the matter are held or in quarantine.
    DocumentsStopped { held: u32, quarantined: u32 },
    /// The document is newer than its period.
    NewerThanPeriod { date: String, keep_until: String },
    /// Single documents of the matter are newer than its period.
    DocumentsNewer { newer: u32, keep_until: String },
    /// Single documents of the matter are kept longer.
    DocumentsKept { kept: u32 },
    /// The competent archive must still decide, or confirm that its copy has arrived.
    Appraisal { class: Option<String>, disposal: &'static str },
    /// How far the intake has come.
    Intake { watermark: Option<String>, keep_until: String, passed: bool },
    /// Where it stands today.
    Standing {
        today: String,
        today_certain: String,
        #[serde(flatten)]
        standing: StandingJson,
    },
}

/// Where something stands.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct StandingJson {
    /// `unclassed`, `open`, `running`, `due`, `conflict` or `never`.
    pub(in crate::http) state: &'static str,
    /// For how many days it should have been gone; missing if it should not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) overdue_days: Option<u32>,
    /// Codes of what stops its destruction.
    pub(in crate::http) blockers: Vec<&'static str>,
    /// Whether its destruction may be proposed: it is due, and nothing stops it.
    pub(in crate::http) may_be_proposed: bool,
}

impl StandingJson {
    /// This standing.
    pub(in crate::http) fn new(standing: &Standing) -> Self {
        Self {
            state: standing.state().code(),
            overdue_days: standing.overdue_days(),
            blockers: standing.blockers().iter().map(|blocker| blocker.code()).collect(),
            may_be_proposed: standing.may_be_proposed(),
        }
    }
}

impl ToldStepJson {
    /// A step and its sentence.
    pub(in crate::http) fn new(step: &Step, words: &Words) -> Self {
        Self { step: StepJson::new(step), words: words.step(step) }
    }
}

impl StepJson {
    /// Long, because it is a table.
    fn new(step: &Step) -> Self {
        match step {
            Step::Matter { matter, kind, from, to } => {
                Self::Matter { number: matter.0, kind: kind.to_string(), from: text(*from), to: text(*to) }
            }
            Step::NoCatalogue => Self::NoCatalogue,
            Step::NoClass { kind, version } => Self::NoClass { kind: kind.to_string(), version: *version },
            Step::Class { class, title, because, legal_basis, confidence, version, valid_from, disposal, archive_authorisation } => {
                Self::Class {
                    class: class.to_string(),
                    title_de: title.0.clone(),
                    title_en: title.1.clone(),
                    because: because_of(because),
                    legal_basis: legal_basis.clone(),
                    confidence: confidence.as_str(),
                    version: *version,
                    valid_from: valid_from.to_string(),
                    disposal: disposal.as_str(),
                    archive_authorisation: archive_authorisation.clone(),
                }
            }
            Step::Started { bound, event, on, origin, earlier } => {
                let (id, scope, source) = origin_of(origin);
                let (bound, event, date) = (side(*bound), event.as_str(), on.to_string());
                Self::Started { bound, event, date, id, scope, source, earlier: *earlier }
            }
            Step::NotStarted { bound, event } => Self::NotStarted { bound: side(*bound), event: event.as_str() },
            Step::Rounded { bound, rounding, from, to } => {
                Self::Rounded { bound: side(*bound), rounding: rounding.as_str(), from: from.to_string(), to: to.to_string() }
            }
            Step::Ended { bound, counted, period, end } => Self::Ended {
                bound: side(*bound),
                counted: counted.to_string(),
                period: period.map(|period| period.to_string()),
                end: text(*end),
            },
            Step::KeptNothing { on } => Self::KeptNothing { date: on.to_string() },
            Step::LatestMinimum { terms, end } => Self::LatestMinimum { terms: *terms, end: end.to_string() },
            Step::EarliestMaximum { terms, end } => Self::EarliestMaximum { terms: *terms, end: end.to_string() },
            Step::NoMaximum => Self::NoMaximum,
            Step::Window { from, window, end } => Self::Window { from: from.to_string(), window: window.to_string(), end: text(*end) },
            Step::RaisedToMinimum { from, to } => Self::RaisedToMinimum { from: from.to_string(), to: to.to_string() },
            Step::Line { matter, class, dates } => {
                Self::Line { number: matter.0, class: class.as_ref().map(ToString::to_string), dates: DatesJson::new(dates) }
            }
            Step::Prevails { class, legal_basis, set_aside } => Self::Prevails {
                class: class.to_string(),
                legal_basis: legal_basis.clone(),
                set_aside: set_aside.iter().map(|matter| matter.0).collect(),
            },
            Step::Longest { matters, dates } => Self::Longest { matters: *matters, dates: DatesJson::new(dates) },
            Step::Conflict { keep_until, destroy_by } => {
                Self::Conflict { keep_until: keep_until.to_string(), destroy_by: destroy_by.to_string() }
            }
            Step::Hold { kind } => Self::Hold { kind: kind.as_str() },
            Step::Quarantine => Self::Quarantine,
            Step::Inside { held, quarantined } => Self::DocumentsStopped { held: *held, quarantined: *quarantined },
            Step::NewerThanPeriod { on, keep_until } => Self::NewerThanPeriod { date: on.to_string(), keep_until: keep_until.to_string() },
            Step::NewerInside { newer, keep_until } => Self::DocumentsNewer { newer: *newer, keep_until: keep_until.to_string() },
            Step::KeptInside { kept } => Self::DocumentsKept { kept: *kept },
            Step::Appraisal { class, disposal } => {
                Self::Appraisal { class: class.as_ref().map(ToString::to_string), disposal: disposal.as_str() }
            }
            Step::Intake { watermark, keep_until, passed } => {
                Self::Intake { watermark: text(*watermark), keep_until: keep_until.to_string(), passed: *passed }
            }
            Step::Standing { certain, wall, standing } => {
                Self::Standing { today: wall.to_string(), today_certain: certain.to_string(), standing: StandingJson::new(standing) }
            }
        }
    }
}

fn side(bound: Bound) -> &'static str {
    match bound {
        Bound::Minimum => "minimum",
        Bound::Maximum => "maximum",
    }
}

fn because_of(because: &Because) -> &'static str {
    match because {
        Because::Kind(_) => "kind",
        Because::Type(_) => "type",
    }
}

fn origin_of(origin: &Origin) -> (Option<String>, &'static str, Option<String>) {
    let Origin::Note { id, scope, source, .. } = origin else { return (None, "document", None) };
    let scope = match scope {
        EventScope::Case => "case",
        EventScope::Matter(_) => "matter",
        EventScope::Document(_) => "document",
    };
    (Some(id.to_string()), scope, Some(source.to_string()))
}

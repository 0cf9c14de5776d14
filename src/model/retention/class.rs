//! Retention classes: what a law or a rule says about how long something must and may be kept. Versioned data, never constants of the code.

use std::collections::BTreeMap;

use super::{Code, EventType, Period, Rounding, TypeTag};
use crate::model::{Date, Timestamp};

/// One part of a rule: a period that is counted from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The event.
    pub start: EventType,
    /// From which day on the period is counted.
    pub rounding: Rounding,
    /// How long; `None` for the counted day itself ("until the fixed date").
    pub period: Option<Period>,
}

/// How much must be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Until the latest of these ends. At least one.
    Until(Vec<Term>),
    /// Not at all, once this event has happened: data that law forbids to keep.
    Nothing {
        /// The event.
        start: EventType,
    },
}

/// What happens when a period is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposal {
    /// Destruction (Aussonderungsart V).
    Destroy,
    /// Offer to the competent archive first, destruction of what it does not take (B).
    Offer,
    /// Transfer to the archive (A).
    Keep,
}

impl Disposal {
    /// Every disposal, in the order of its number on disk.
    pub const ALL: [Self; 3] = [Self::Destroy, Self::Offer, Self::Keep];

    /// The spelling in catalogues and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Destroy => "destroy",
            Self::Offer => "offer",
            Self::Keep => "keep",
        }
    }

    /// The disposal with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|disposal| disposal.as_str() == text)
    }
}

/// How sure the office is of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Confidence {
    /// Statute or supreme court.
    High,
    /// Practice, or an inference that a court has not confirmed.
    Medium,
    /// An assumption that waits for an instruction.
    Low,
}

impl Confidence {
    /// Every degree, in the order of its number on disk.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The spelling in catalogues and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The degree with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|confidence| confidence.as_str() == text)
    }
}

/// A retention class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// What it is called, e.g. `LEIST`.
    pub code: Code,
    /// What clerks read, German and English.
    pub title: (String, String),
    /// Statutes and decisions that it rests on; at least one.
    pub legal_basis: Vec<String>,
    /// How sure the office is.
    pub confidence: Confidence,
    /// How much must be kept.
    pub minimum: Kept,
    /// How much may be kept: the earliest end counts. Empty when no rule says so.
    pub maximum: Vec<Term>,
    /// Time after the maximum in which destruction is carried out; added to every maximum.
    pub window: Option<Period>,
    /// The maximum never ends before the minimum: "settlement plus 90 days, but at least the minimum".
    pub maximum_at_least_minimum: bool,
    /// Why this class decides alone where several apply to one document.
    pub prevails: Option<String>,
    /// What happens then.
    pub disposal: Disposal,
    /// Reference of the archive's standing authorisation to destroy without offering.
    pub archive_authorisation: Option<String>,
}

/// The time zone whose calendar counts, e.g. `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone(String);

/// Why a catalogue is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// No such time zone.
    #[error("there is no time zone {0:?}; use a name of the IANA database such as Europe/Berlin")]
    TimeZone(String),
}

impl TimeZone {
    /// Checks a name against the bundled IANA database.
    pub fn parse(name: &str) -> Result<Self, CatalogueError> {
        match jiff::tz::TimeZone::get(name) {
            Ok(zone) if zone.iana_name() == Some(name) => Ok(Self(name.to_owned())),
            _ => Err(CatalogueError::TimeZone(name.to_owned())),
        }
    }

    /// The zone of German offices, for vaults without a catalogue.
    pub fn berlin() -> Self {
        Self("Europe/Berlin".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day of the calendar in this zone. An unknown zone, which `parse` excludes, would read as UTC.
    pub fn day_of(&self, time: Timestamp) -> Date {
        let zone = jiff::tz::TimeZone::get(&self.0).unwrap_or(jiff::tz::TimeZone::UTC);
        Date::in_zone(time, &zone)
    }
}

/// All classes of a vault in one version, and which matters and document types they apply to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The version in this vault, from 1; assigned when the catalogue is adopted.
    pub version: u32,
    /// The day from which the rules are in force.
    pub valid_from: Date,
    /// Whose calendar counts.
    pub time_zone: TimeZone,
    /// The classes by code.
    pub classes: BTreeMap<Code, Class>,
    /// The class of a matter by its kind.
    pub kinds: BTreeMap<Code, Code>,
    /// The class of a document by its type, where it differs from the matter's.
    pub types: BTreeMap<TypeTag, Code>,
    /// How long paper is kept after scanning.
    pub paper: Period,
}

impl Catalogue {
    /// The class of a matter of this kind.
    pub fn class_of_kind(&self, kind: &Code) -> Option<&Class> {
        self.kinds.get(kind).and_then(|code| self.classes.get(code))
    }

    /// The class of a document of this type, if types of this tag have one of their own.
    pub fn class_of_type(&self, tag: TypeTag) -> Option<&Class> {
        self.types.get(&tag).and_then(|code| self.classes.get(code))
    }
}

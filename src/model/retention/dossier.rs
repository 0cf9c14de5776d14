//! What the notes about a case add up to, and the dates that follow.

use std::collections::BTreeMap;
use std::fmt;

use super::{Code, EventScope, EventType, ScanFacts, TypeTag};
use crate::model::{Address, Date, DocumentDescription, DocumentNumber, IdError, NoteId, ScanDescription, Timestamp};

/// Number of a matter in its case; 0 is the default matter, which every case has from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatterNumber(pub u16);

impl MatterNumber {
    /// The matter of everything that was not assigned to another.
    pub const DEFAULT: Self = Self(0);
}

/// What people outside call a matter: by the id that the application chose, or by a word where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatterName {
    /// The matter of everything that was not assigned to another.
    Default,
    /// The one that was opened under this id.
    Opened(NoteId),
    /// One that was destroyed: its id is not known any more. Nothing can be asked for by this name.
    Destroyed,
}

impl MatterName {
    /// The matter of this name.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text == "default" { Ok(Self::Default) } else { NoteId::parse(text).map(Self::Opened) }
    }
}

impl fmt::Display for MatterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Opened(id) => write!(f, "{id}"),
            Self::Destroyed => f.write_str("destroyed"),
        }
    }
}

/// A matter (Vorgang, Bewilligungszeitraum): the unit that shares a retention period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterFacts {
    /// Its number in the case.
    pub number: MatterNumber,
    /// The id that the application chose; `None` for the default matter.
    pub id: Option<NoteId>,
    /// What kind of matter; decides the class.
    pub kind: Code,
    /// First day of the period that it is about.
    pub from: Option<Date>,
    /// Last day of that period.
    pub to: Option<Date>,
    /// When it was opened.
    pub opened_on: Date,
    /// How many documents in it have a type for which the catalogue that its dates follow has a class: each such class has a line of its
    /// own, as long as there are documents that it is about. Other types say nothing about dates and are not counted.
    pub types: BTreeMap<TypeTag, u32>,
}

/// An event that counts: recorded, and not superseded by a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveEvent {
    /// The note that recorded it.
    pub note: Address,
    /// Its id.
    pub id: NoteId,
    /// What it is about.
    pub scope: EventScope,
    /// What happened.
    pub event: EventType,
    /// On which day it happened.
    pub valid_on: Date,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Where it comes from.
    pub source: Code,
}

/// The dates of everything with one class in one matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dates {
    /// No class applies: kept, until somebody says what it is.
    Unclassed,
    /// A start event has not been recorded yet: kept.
    Open {
        /// The event that is missing.
        missing: EventType,
    },
    /// The period runs or is over.
    Computed {
        /// The last day on which it must exist.
        keep_until: Date,
        /// The last day on which it may exist, where a rule says so.
        destroy_by: Option<Date>,
    },
    /// Beyond the calendar: kept.
    Never,
}

impl Dates {
    /// Minimum and maximum contradict each other: nothing happens by itself.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Computed { keep_until, destroy_by: Some(destroy_by) } if keep_until > destroy_by)
    }
}

/// The dates of one class in one matter, with the version of the catalogue that they were computed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The matter.
    pub matter: MatterNumber,
    /// The class; `None` if none applies.
    pub class: Option<Code>,
    /// Version of the catalogue; 0 when there was none.
    pub version: u32,
    /// The dates.
    pub dates: Dates,
}

/// Everything about a case that its dates follow from, and the dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// All matters by number; the default one first.
    pub matters: Vec<MatterFacts>,
    /// Events about the case and its matters that count. Those about single documents are in [`DocumentFacts`].
    pub events: Vec<EffectiveEvent>,
    /// Documents that have events of their own, sorted: their dates can follow from these and from those of the case at once.
    pub own_events: Vec<DocumentNumber>,
    /// The dates, by matter and class.
    pub lines: Vec<Line>,
}

impl Dossier {
    /// The dossier of a case about which nothing was noted.
    pub fn new(kind: Code, opened_on: Date) -> Self {
        let types = BTreeMap::new();
        let default = MatterFacts { number: MatterNumber::DEFAULT, id: None, kind, from: None, to: None, opened_on, types };
        Self { matters: vec![default], events: Vec::new(), own_events: Vec::new(), lines: Vec::new() }
    }

    /// The matter with this number.
    pub fn matter(&self, number: MatterNumber) -> Option<&MatterFacts> {
        let place = self.matters.binary_search_by_key(&number, |matter| matter.number).ok()?;
        self.matters.get(place)
    }

    /// The matter of this name.
    pub fn matter_called(&self, name: MatterName) -> Option<&MatterFacts> {
        match name {
            MatterName::Default => self.matter(MatterNumber::DEFAULT),
            MatterName::Opened(id) => self.matter_by_id(id),
            MatterName::Destroyed => None,
        }
    }

    /// The matter with this id.
    pub fn matter_by_id(&self, id: NoteId) -> Option<&MatterFacts> {
        self.matters.iter().find(|matter| matter.id == Some(id))
    }
}

/// What retention knows of a single document beyond its case. Absent for a document of which only the content was given: such a
/// document belongs to the default matter and has its matter's class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentFacts {
    /// Its matters, sorted; empty for the default matter.
    pub matters: Vec<MatterNumber>,
    /// Its type.
    pub type_tag: Option<TypeTag>,
    /// Its own date.
    pub dated: Option<Date>,
    /// When the office received it.
    pub received: Option<Date>,
    /// How it was scanned, and what the scan gate found.
    pub scan: Option<ScanFacts>,
    /// The last day on which somebody recorded something about its scan: that it was checked, or that its quarantine was lifted.
    pub settled_on: Option<Date>,
    /// Events about this document alone that count.
    pub events: Vec<EffectiveEvent>,
    /// Its own line, where its dates differ from its matters' because of its own events; one for each of its matters.
    pub lines: Vec<Line>,
}

impl DocumentFacts {
    /// What a description says, if it says more than retention knows of every document. `matters` are those that it names, by number,
    /// and `type_tag` is the tag of its type. Defects are not in it: the scan gate finds them in the content.
    pub fn described(description: &DocumentDescription, matters: Vec<MatterNumber>, type_tag: Option<TypeTag>) -> Option<Self> {
        let says_more = description.document_type.is_some()
            || description.date.is_some()
            || description.received.is_some()
            || !description.matters.is_empty()
            || description.scan.is_some();
        let scan = description.scan.as_ref().map(ScanFacts::described);
        let (dated, received) = (description.date, description.received);
        says_more.then(|| Self { matters, type_tag, dated, received, scan, ..Self::default() })
    }

    /// Whether the scan gate found a defect that nobody has cleared.
    pub fn is_quarantined(&self) -> bool {
        self.scan.as_ref().is_some_and(|scan| !scan.defects.is_empty())
    }

    /// The matters it belongs to.
    pub fn belongs_to(&self) -> Vec<MatterNumber> {
        if self.matters.is_empty() { vec![MatterNumber::DEFAULT] } else { self.matters.clone() }
    }
}

impl ScanFacts {
    fn described(scan: &ScanDescription) -> Self {
        Self {
            batch: scan.batch,
            scanned_on: scan.scanned_on,
            pages: scan.pages,
            high_protection: scan.high_protection,
            defects: Vec::new(),
            qa: None,
        }
    }
}

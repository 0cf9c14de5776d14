//! The steps of a computation, in their order: what `why` tells. Plain data; the words are found elsewhere, in the reader's language.

use super::Standing;
use crate::model::Date;
use crate::model::retention::{
    Code, Confidence, Dates, Disposal, EventScope, EventType, HoldType, MatterNumber, Period, Rounding, TypeTag, Watermark,
};
use crate::model::{Address, NoteId};

/// Which side of a rule a step belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// How long it must be kept.
    Minimum,
    /// How long it may be kept.
    Maximum,
}

/// Why a class applies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// The matter is of this kind.
    Kind(Code),
    /// The document has this type, and the catalogue has a class for the type, which goes before that of the matter's kind.
    Type(TypeTag),
}

/// Where the day of a start event comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Somebody recorded the event.
    Note {
        /// The id of the note.
        id: NoteId,
        /// Its place.
        place: Address,
        /// What the event is about.
        scope: EventScope,
        /// Who says so.
        source: Code,
    },
    /// The document's own description or scan data.
    Document,
}

/// One step of a computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The steps up to the next `Line` are about this matter.
    Matter {
        /// Its number; 0 is the default matter.
        matter: MatterNumber,
        /// Its kind.
        kind: Code,
        /// First day of the period it is about.
        from: Option<Date>,
        /// Last day of that period.
        to: Option<Date>,
    },
    /// The vault has no catalogue: no class applies to anything.
    NoCatalogue,
    /// The catalogue has no class for this kind of matter.
    NoClass {
        /// The kind.
        kind: Code,
        /// Version of the catalogue.
        version: u32,
    },
    /// This class applies.
    Class {
        /// The class.
        class: Code,
        /// Its name, German and English.
        title: (String, String),
        /// Why it applies.
        because: Because,
        /// Statutes and decisions that it rests on.
        legal_basis: Vec<String>,
        /// How sure the office is of it.
        confidence: Confidence,
        /// Version of the catalogue.
        version: u32,
        /// The day from which that version is in force.
        valid_from: Date,
        /// What happens when the period is over.
        disposal: Disposal,
        /// The archive's standing authorisation to destroy without offering.
        archive_authorisation: Option<String>,
    },
    /// The start event of a term happened.
    Started {
        /// Side of the rule.
        bound: Bound,
        /// The event.
        event: EventType,
        /// On which day; the latest, where there are several.
        on: Date,
        /// Where the day comes from.
        origin: Origin,
        /// How many events of the type were recorded for days up to this one and count less therefore.
        earlier: u32,
    },
    /// The start event of a term has not been recorded.
    NotStarted {
        /// Side of the rule.
        bound: Bound,
        /// The event.
        event: EventType,
    },
    /// The period is counted from another day than that of the event.
    Rounded {
        /// Side of the rule.
        bound: Bound,
        /// How.
        rounding: Rounding,
        /// The day of the event.
        from: Date,
        /// The day that counts.
        to: Date,
    },
    /// A term ends.
    Ended {
        /// Side of the rule.
        bound: Bound,
        /// The day that it is counted from.
        counted: Date,
        /// How long it is; `None` for the counted day itself.
        period: Option<Period>,
        /// Its last day; `None` beyond the calendar.
        end: Option<Date>,
    },
    /// The class keeps nothing: the day of the event is the last.
    KeptNothing {
        /// The day.
        on: Date,
    },
    /// The latest of several minimum terms counts.
    LatestMinimum {
        /// How many there are.
        terms: u32,
        /// When the latest ends.
        end: Date,
    },
    /// The earliest of several maximum terms counts.
    EarliestMaximum {
        /// How many there are.
        terms: u32,
        /// When the earliest ends.
        end: Date,
    },
    /// The class has no maximum, or one beyond the calendar.
    NoMaximum,
    /// The time in which destruction is carried out comes after the maximum.
    Window {
        /// End of the maximum.
        from: Date,
        /// How long it takes.
        window: Period,
        /// Its last day; `None` beyond the calendar.
        end: Option<Date>,
    },
    /// The maximum would have ended before the minimum, which the class excludes.
    RaisedToMinimum {
        /// When it would have ended.
        from: Date,
        /// End of the minimum.
        to: Date,
    },
    /// The result for a class in a matter.
    Line {
        /// The matter.
        matter: MatterNumber,
        /// The class, if one applies.
        class: Option<Code>,
        /// The dates.
        dates: Dates,
    },
    /// One class decides alone; those of the other matters are set aside.
    Prevails {
        /// The class.
        class: Code,
        /// Why it does.
        legal_basis: String,
        /// Matters whose class does not count.
        set_aside: Vec<MatterNumber>,
    },
    /// The document is in several matters, and the longest of their dates count.
    Longest {
        /// How many matters count.
        matters: u32,
        /// The dates.
        dates: Dates,
    },
    /// A minimum beyond a maximum: nothing happens until two persons have decided.
    Conflict {
        /// The last day on which it must exist.
        keep_until: Date,
        /// The last day on which it may exist.
        destroy_by: Date,
    },
    /// A hold stops destruction. It moves no date.
    Hold {
        /// Why it is held.
        kind: HoldType,
    },
    /// The scan gate found a defect that nobody has cleared.
    Quarantine,
    /// Single documents of the matter are held or in quarantine, and the matter does not go without them.
    Inside {
        /// How many are held.
        held: u32,
        /// How many are in quarantine.
        quarantined: u32,
    },
    /// The document came, or is dated, after the end of its period: the event that the period counts from knew nothing of it.
    NewerThanPeriod {
        /// Its own date, or the day of its receipt.
        on: Date,
        /// The last day of keeping.
        keep_until: Date,
    },
    /// Single documents of the matter are newer than their period.
    NewerInside {
        /// How many.
        newer: u32,
        /// The last day of keeping.
        keep_until: Date,
    },
    /// Single documents of the matter are kept longer, by a period of their own or by another matter.
    KeptInside {
        /// How many.
        kept: u32,
    },
    /// The competent archive must still speak, or confirm that its copy arrived.
    Appraisal {
        /// The class that says so.
        class: Option<Code>,
        /// What it says.
        disposal: Disposal,
    },
    /// How far the intake has come, which must have passed the last day of keeping.
    Intake {
        /// How far.
        watermark: Watermark,
        /// The last day of keeping.
        keep_until: Date,
        /// Whether it has passed that day.
        passed: bool,
    },
    /// Where it stands today.
    Standing {
        /// A day that has certainly begun.
        certain: Date,
        /// The day of the wall clock.
        wall: Date,
        /// The result.
        standing: Standing,
    },
}

/// Takes the steps of a computation as it goes. What is told is therefore what was computed, and nothing else.
pub trait Trace {
    /// Takes one step; `step` is called only by those who want to know.
    fn step(&mut self, step: impl FnOnce() -> Step);
}

impl Trace for Vec<Step> {
    fn step(&mut self, step: impl FnOnce() -> Step) {
        self.push(step());
    }
}

/// Nobody asks why: a million documents are computed without a word.
#[derive(Debug, Clone, Copy)]
pub struct Untraced;

impl Trace for Untraced {
    fn step(&mut self, _step: impl FnOnce() -> Step) {}
}

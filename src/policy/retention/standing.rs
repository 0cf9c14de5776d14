//! Where something stands today: running, due, overdue; and what stops its destruction.

use super::brakes::{Brakes, Inside};
use super::step::{Step, Trace, Untraced};
use crate::model::Date;
use crate::model::retention::{Dates, EventType, Today};

/// What the dates say today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// No class applies: kept.
    Unclassed,
    /// A start event has not been recorded: kept.
    Open {
        /// The event.
        missing: EventType,
    },
    /// The period runs.
    Running,
    /// The last day of keeping has certainly passed.
    Due,
    /// Minimum and maximum contradict each other: kept, until two persons have decided.
    Conflict,
    /// The period ends beyond the calendar: kept.
    Never,
}

impl State {
    /// The code in answers and metrics; never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unclassed => "unclassed",
            Self::Open { .. } => "open",
            Self::Running => "running",
            Self::Due => "due",
            Self::Conflict => "conflict",
            Self::Never => "never",
        }
    }
}

/// What stops destruction. Closed: each has its text and its metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blocker {
    /// No class applies.
    Unclassed,
    /// A start event has not been recorded.
    Open,
    /// Minimum and maximum contradict each other.
    Conflict,
    /// The last day of keeping has not certainly passed.
    NotYet,
    /// A hold.
    Hold,
    /// The scan gate found a defect that nobody has cleared.
    Quarantine,
    /// Post that could matter may still be on its way.
    Watermark,
    /// The document is newer than its period.
    NewerThanPeriod,
    /// The competent archive must still speak, or confirm that its copy arrived.
    Appraisal,
    /// Single documents of the matter are held.
    DocumentsHeld,
    /// Single documents of the matter are in quarantine.
    DocumentsQuarantined,
    /// Single documents of the matter are newer than their period.
    DocumentsNewer,
    /// Single documents of the matter are kept longer.
    DocumentsKept,
}

impl Blocker {
    /// Every blocker, in the order in which they are named.
    pub const ALL: [Self; 13] = [
        Self::Unclassed,
        Self::Open,
        Self::Conflict,
        Self::NotYet,
        Self::Hold,
        Self::Quarantine,
        Self::Watermark,
        Self::NewerThanPeriod,
        Self::Appraisal,
        Self::DocumentsHeld,
        Self::DocumentsQuarantined,
        Self::DocumentsNewer,
        Self::DocumentsKept,
    ];

    /// The code in answers and metrics; never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unclassed => "unclassed",
            Self::Open => "open",
            Self::Conflict => "conflict",
            Self::NotYet => "not-yet",
            Self::Hold => "hold",
            Self::Quarantine => "quarantine",
            Self::Watermark => "watermark",
            Self::NewerThanPeriod => "newer-than-period",
            Self::Appraisal => "appraisal",
            Self::DocumentsHeld => "documents-held",
            Self::DocumentsQuarantined => "documents-quarantined",
            Self::DocumentsNewer => "documents-newer",
            Self::DocumentsKept => "documents-kept",
        }
    }
}

/// Where something stands. Only [`standing`] makes one, so that nothing can claim to be due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    state: State,
    overdue_days: Option<u32>,
    blockers: Vec<Blocker>,
}

impl Standing {
    /// What the dates say.
    pub fn state(&self) -> State {
        self.state
    }

    /// How many days ago it should have been gone; `None` if that day has not passed. Nothing silences it: not a hold, not a conflict.
    pub fn overdue_days(&self) -> Option<u32> {
        self.overdue_days
    }

    /// What stops destruction; sorted, each once.
    pub fn blockers(&self) -> &[Blocker] {
        &self.blockers
    }

    /// Whether its destruction may be proposed: it is due, and nothing stops it.
    pub fn may_be_proposed(&self) -> bool {
        self.state == State::Due && self.blockers.is_empty()
    }
}

/// Where something with these dates stands. What unlocks counts by the certain day, what reminds by the wall clock.
pub fn standing(dates: &Dates, today: Today, brakes: &Brakes) -> Standing {
    standing_traced(dates, today, brakes, &mut Untraced)
}

/// Like [`standing`], and says why.
pub(super) fn standing_traced(dates: &Dates, today: Today, brakes: &Brakes, trace: &mut impl Trace) -> Standing {
    let (state, overdue_days) = state_of(dates, today);
    let mut blockers = Vec::new();
    match state {
        State::Unclassed => blockers.push(Blocker::Unclassed),
        State::Open { .. } => blockers.push(Blocker::Open),
        State::Conflict => blockers.push(Blocker::Conflict),
        State::Running | State::Never => blockers.push(Blocker::NotYet),
        State::Due => {}
    }
    let holds = brakes.holds.iter().filter(|hold| hold.stops_destruction());
    for kind in holds.copied() {
        trace.step(|| Step::Hold { kind });
        blockers.push(Blocker::Hold);
    }
    if brakes.quarantined {
        trace.step(|| Step::Quarantine);
        blockers.push(Blocker::Quarantine);
    }
    if brakes.inside.held + brakes.inside.quarantined > 0 {
        let Inside { held, quarantined, .. } = brakes.inside;
        trace.step(|| Step::Inside { held, quarantined });
        blockers.extend((held > 0).then_some(Blocker::DocumentsHeld));
        blockers.extend((quarantined > 0).then_some(Blocker::DocumentsQuarantined));
    }
    if let (State::Due, Dates::Computed { keep_until, .. }) = (state, dates) {
        stops_when_due(*keep_until, brakes, &mut blockers, trace);
    }
    blockers.sort_unstable();
    blockers.dedup();
    let standing = Standing { state, overdue_days, blockers };
    trace.step(|| Step::Standing { certain: today.certain, wall: today.wall, standing: standing.clone() });
    standing
}

/// What would explain nothing before the period is over: until then the intake can only be behind, and the archive need not be asked.
fn stops_when_due(keep_until: Date, brakes: &Brakes, blockers: &mut Vec<Blocker>, trace: &mut impl Trace) {
    if let Some(on) = brakes.newer {
        trace.step(|| Step::NewerThanPeriod { on, keep_until });
        blockers.push(Blocker::NewerThanPeriod);
    }
    if brakes.inside.newer > 0 {
        trace.step(|| Step::NewerInside { newer: brakes.inside.newer, keep_until });
        blockers.push(Blocker::DocumentsNewer);
    }
    if brakes.inside.kept > 0 {
        trace.step(|| Step::KeptInside { kept: brakes.inside.kept });
        blockers.push(Blocker::DocumentsKept);
    }
    if let Some(appraisal) = &brakes.appraisal {
        trace.step(|| Step::Appraisal { class: appraisal.class.clone(), disposal: appraisal.disposal });
        blockers.push(Blocker::Appraisal);
    }
    let passed = brakes.watermark.is_some_and(|watermark| watermark >= keep_until);
    trace.step(|| Step::Intake { watermark: brakes.watermark, keep_until, passed });
    if !passed {
        blockers.push(Blocker::Watermark);
    }
}

/// What the dates say, and how many days ago it should have been gone. The last day of keeping is a day of keeping.
fn state_of(dates: &Dates, today: Today) -> (State, Option<u32>) {
    let Dates::Computed { keep_until, destroy_by } = dates else {
        let state = match dates {
            Dates::Unclassed => State::Unclassed,
            Dates::Open { missing } => State::Open { missing: *missing },
            Dates::Never | Dates::Computed { .. } => State::Never,
        };
        return (state, None);
    };
    let state = if dates.is_conflict() {
        State::Conflict
    } else if today.certain > *keep_until {
        State::Due
    } else {
        State::Running
    };
    let overdue_days = destroy_by.map(|destroy_by| destroy_by.days_until(today.wall)).filter(|days| *days > 0);
    (state, overdue_days)
}

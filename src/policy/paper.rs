//! When paper may be destroyed: the weeks after scanning, and everything else that must be true of a box of originals by then.
//!
//! The image replaces the paper only if nobody could later wish for the paper back, so a box waits for its weeks (BSI TR-03138 Annex V
//! 2.5.7) and for every document in it: quality assured (A.SC.8), in the ledger, in a confirmed backup, assigned to a case, not in
//! quarantine, not held, without an open flag (Annex V 2.5.2.1). What stands in the way of one document does not keep the others: it is
//! pulled out, and then the rest may go. What cannot be established counts against destruction.
//!
//! What is deliberately absent: destruction. Paper is destroyed by people, who report it; the report is refused unless the box is
//! [`ReleaseState::Ready`].

use std::cmp::Ordering;

use crate::model::retention::{
    BoxFacts, Catalogue, Disposition, DocumentFacts, OriginalFlag, Period, PositionFacts, QaMode, QaResult, ReturnStep, Today,
};
use crate::model::{Address, Date, Timestamp};

/// How long paper is kept after scanning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperRule {
    /// Counted from the day of scanning, never from the day of posting.
    pub period: Period,
}

impl PaperRule {
    /// Eight weeks, for a vault whose catalogue says nothing else.
    pub const EIGHT_WEEKS: Self = Self { period: Period::Days(56) };

    /// The rule of the catalogue in force, or the eight weeks.
    pub fn of(catalogue: Option<&Catalogue>) -> Self {
        catalogue.map_or(Self::EIGHT_WEEKS, |catalogue| Self { period: catalogue.paper })
    }

    /// The last day of the period for what was scanned on this day; `None` behind the end of the calendar.
    pub fn last_day(&self, scanned_on: Date) -> Option<Date> {
        self.period.last_day(scanned_on)
    }
}

/// What a release must know of the image of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentState {
    /// When it was stored. From then on it has its ledger entry: the evidence that takes the place of the paper.
    pub stored_at: Timestamp,
    /// Whether the scan gate found a defect that nobody has cleared.
    pub quarantined: bool,
    /// Whether it has reached the case file that it belongs to.
    pub assigned: bool,
    /// How the quality of its image was assured, and with which result.
    pub qa: Option<(QaMode, QaResult)>,
    /// Whether its protection need is high: a sample is then not enough.
    pub high_protection: bool,
    /// Whether a hold covers it that stops destruction.
    pub held: bool,
    /// Pages that the scan protocol counts, if there is one.
    pub pages: Option<u32>,
}

impl DocumentState {
    /// The state of a stored document from what retention knows of it. The protection need of a document without scan data counts as
    /// high, as that of social data does (BT-Drs. 19/3412).
    pub fn new(stored_at: Timestamp, facts: Option<&DocumentFacts>, assigned: bool, held: bool) -> Self {
        let scan = facts.and_then(|facts| facts.scan.as_ref());
        Self {
            stored_at,
            quarantined: scan.is_some_and(|scan| !scan.defects.is_empty()),
            assigned,
            qa: scan.and_then(|scan| scan.qa),
            high_protection: scan.is_none_or(|scan| scan.high_protection),
            held,
            pages: scan.map(|scan| scan.pages),
        }
    }
}

/// Why one original must be pulled out of its box before the rest may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PullReason {
    /// The archive has no such document: the paper is the only copy.
    DocumentMissing,
    /// Nobody has assured the quality of the image.
    QaMissing,
    /// Image and paper do not agree.
    QaDefect,
    /// Only a sample was looked at, and the protection need is high.
    SampleNotEnough,
    /// The scan protocol counts fewer pages than the original has sheets: a sheet may have gone through with another.
    FewerPagesThanSheets,
    /// No confirmed backup contains it yet.
    NotBackedUp,
    /// The scan gate found a defect that nobody has cleared.
    Quarantined,
    /// It has not reached its case file yet.
    Unassigned,
    /// A hold stops its destruction.
    Held,
    /// Somebody wants it back, and it still lies in the box.
    ReturnOpen,
    /// Somebody has set this flag.
    Flag(OriginalFlag),
}

impl PullReason {
    /// Every reason, for tables and for metrics that start at zero.
    pub const ALL: [Self; 15] = [
        Self::DocumentMissing,
        Self::QaMissing,
        Self::QaDefect,
        Self::SampleNotEnough,
        Self::FewerPagesThanSheets,
        Self::NotBackedUp,
        Self::Quarantined,
        Self::Unassigned,
        Self::Held,
        Self::ReturnOpen,
        Self::Flag(OriginalFlag::ReturnToCustomer),
        Self::Flag(OriginalFlag::OriginalRequired),
        Self::Flag(OriginalFlag::AuthenticityDoubt),
        Self::Flag(OriginalFlag::BlocklistType),
        Self::Flag(OriginalFlag::RescanPending),
    ];

    /// The stable code that programs may branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::DocumentMissing => "document-missing",
            Self::QaMissing => "qa-missing",
            Self::QaDefect => "qa-defect",
            Self::SampleNotEnough => "sample-not-enough",
            Self::FewerPagesThanSheets => "fewer-pages-than-sheets",
            Self::NotBackedUp => "not-backed-up",
            Self::Quarantined => "quarantined",
            Self::Unassigned => "unassigned",
            Self::Held => "held",
            Self::ReturnOpen => "return-open",
            Self::Flag(flag) => flag.as_str(),
        }
    }
}

/// Why nothing of a box may be destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blocker {
    /// The weeks after scanning are not over.
    PeriodRunning,
    /// Somebody has extended them.
    Extended,
    /// The sheets of its positions do not add up to the sheets in it: something in it is not registered, or something is lost.
    SheetsDiffer,
    /// It was destroyed already.
    DestroyedAlready,
}

impl Blocker {
    /// Every blocker, for tables and for metrics that start at zero.
    pub const ALL: [Self; 4] = [Self::PeriodRunning, Self::Extended, Self::SheetsDiffer, Self::DestroyedAlready];

    /// The stable code that programs may branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::PeriodRunning => "period-running",
            Self::Extended => "extended",
            Self::SheetsDiffer => "sheets-differ",
            Self::DestroyedAlready => "destroyed-already",
        }
    }
}

/// Where a box stands on its way to destruction, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReleaseState {
    /// What is left in it may be destroyed.
    Ready,
    /// Its time has come, and something stands in the way that somebody must deal with.
    Blocked,
    /// Its time has not come.
    Waiting,
}

/// Whether a box may be destroyed, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Where it stands.
    pub state: ReleaseState,
    /// The first day on which it may be destroyed, extension included; `None` behind the end of the calendar, that is never.
    pub first_day: Option<Date>,
    /// What keeps the whole box; sorted.
    pub blockers: Vec<Blocker>,
    /// What must be pulled out before the rest may go: number of the position and reason; sorted. The list for the scan centre.
    pub exceptions: Vec<(u32, PullReason)>,
    /// Sheets that still lie in it: what a report of destruction must say.
    pub sheets_left: u32,
}

/// Decides about a box. `documents` says what the archive knows of an original's image, `None` if there is no such document; its errors
/// are handed on, since a state that cannot be read permits nothing. Everything stored before `backed_up_through` is in a backup.
///
/// Only `today.certain` counts: a clock that somebody has put forward destroys no paper.
pub fn release<E>(
    facts: &BoxFacts,
    mut documents: impl FnMut(Address) -> Result<Option<DocumentState>, E>,
    rule: &PaperRule,
    today: Today,
    backed_up_through: Option<Timestamp>,
) -> Result<Release, E> {
    let mut exceptions = Vec::new();
    for position in facts.positions.iter().filter(|position| !is_out(position)) {
        let reasons = match documents(position.position.document)? {
            Some(document) => reasons_to_pull(position, &document, backed_up_through),
            None => vec![PullReason::DocumentMissing],
        };
        exceptions.extend(reasons.into_iter().map(|reason| (position.position.position, reason)));
    }
    exceptions.sort_unstable();

    let blockers = blockers(facts, rule, today);
    let waits = blockers.iter().any(|blocker| matches!(blocker, Blocker::PeriodRunning | Blocker::Extended));
    let state = match (waits, blockers.is_empty() && exceptions.is_empty()) {
        (true, _) => ReleaseState::Waiting,
        (false, true) => ReleaseState::Ready,
        (false, false) => ReleaseState::Blocked,
    };
    Ok(Release { state, first_day: first_day(facts, rule), blockers, exceptions, sheets_left: sheets_left(facts) })
}

/// Whether an original is no longer in its box: pulled out, or picked for its return.
pub fn is_out(position: &PositionFacts) -> bool {
    position.pulled || position.returning.is_some_and(|(step, _)| step >= ReturnStep::Picked)
}

/// Sheets that still lie in a box; none once it was destroyed.
pub fn sheets_left(facts: &BoxFacts) -> u32 {
    if matches!(facts.disposition, Disposition::Destroyed(_)) {
        return 0;
    }
    // More than four billion sheets do not fit into a box; a number that high could not be registered truthfully.
    facts.positions.iter().filter(|position| !is_out(position)).fold(0, |sum, left| sum.saturating_add(u32::from(left.position.sheets)))
}

/// Whether a return may go from one step to the other: one after the other, none twice, none back.
pub fn return_may_step(from: Option<ReturnStep>, to: ReturnStep) -> bool {
    match from {
        None => to == ReturnStep::Requested,
        Some(from) => ReturnStep::ALL.iter().skip_while(|step| **step != from).nth(1) == Some(&to),
    }
}

/// Days since which the oldest return of a box is on its way and not confirmed, for a metric; `None` if there is no open return.
/// Counts by the wall clock, and a clock that goes back makes no negative ages.
pub fn oldest_open_return_days(facts: &BoxFacts, today: Today) -> Option<u32> {
    let open = facts.positions.iter().filter_map(|position| position.returning).filter(|(step, _)| *step != ReturnStep::Confirmed);
    open.map(|(_, since)| days_between(since, today.wall)).max()
}

/// Days by which a box has outstayed its first day, for a metric; `None` if it is not due by the wall clock, or gone.
pub fn overdue_days(facts: &BoxFacts, rule: &PaperRule, today: Today) -> Option<u32> {
    let first = first_day(facts, rule).filter(|first| *first <= today.wall)?;
    matches!(facts.disposition, Disposition::Waiting).then(|| days_between(first, today.wall))
}

/// The order in which boxes are worked on: what may go first, then what somebody must deal with, each the longest due first.
pub fn by_urgency(a: &Release, b: &Release) -> Ordering {
    let key = |release: &Release| (release.state, release.first_day.is_none(), release.first_day);
    key(a).cmp(&key(b))
}

/// The first day on which a box may be destroyed, extension included; `None` behind the end of the calendar.
pub fn first_day(facts: &BoxFacts, rule: &PaperRule) -> Option<Date> {
    let period_ends = rule.last_day(facts.scanned_on)?;
    let last = facts.extended_until.map_or(period_ends, |until| until.max(period_ends));
    last.plus_days(1)
}

fn blockers(facts: &BoxFacts, rule: &PaperRule, today: Today) -> Vec<Blocker> {
    if matches!(facts.disposition, Disposition::Destroyed(_)) {
        return vec![Blocker::DestroyedAlready];
    }
    let mut blockers = Vec::new();
    if rule.last_day(facts.scanned_on).is_none_or(|last| today.certain <= last) {
        blockers.push(Blocker::PeriodRunning);
    }
    if facts.extended_until.is_some_and(|until| today.certain <= until) {
        blockers.push(Blocker::Extended);
    }
    // Positions that were pulled count as well: the scan protocol was written before.
    let registered: u64 = facts.positions.iter().map(|position| u64::from(position.position.sheets)).sum();
    if registered != u64::from(facts.sheets) {
        blockers.push(Blocker::SheetsDiffer);
    }
    blockers
}

fn reasons_to_pull(position: &PositionFacts, document: &DocumentState, backed_up_through: Option<Timestamp>) -> Vec<PullReason> {
    let mut reasons: Vec<PullReason> = position.position.flags.iter().copied().map(PullReason::Flag).collect();
    reasons.extend(quality(position.qa, document));
    let rules = [
        (PullReason::FewerPagesThanSheets, document.pages.is_some_and(|pages| pages < u32::from(position.position.sheets))),
        (PullReason::NotBackedUp, backed_up_through.is_none_or(|through| document.stored_at >= through)),
        (PullReason::Quarantined, document.quarantined),
        (PullReason::Unassigned, !document.assigned),
        (PullReason::Held, document.held),
        (PullReason::ReturnOpen, position.returning.is_some()),
    ];
    reasons.extend(rules.into_iter().filter_map(|(reason, applies)| applies.then_some(reason)));
    reasons
}

/// What is wrong with the quality assurance, which may have been done at the box, at the document, or at both. A defect that either
/// found stands until the same side has looked again; otherwise the better look counts.
fn quality(at_box: Option<(QaMode, QaResult)>, document: &DocumentState) -> Option<PullReason> {
    let looks = || [at_box, document.qa].into_iter().flatten();
    if looks().next().is_none() {
        Some(PullReason::QaMissing)
    } else if looks().any(|(_, result)| result == QaResult::Defect) {
        Some(PullReason::QaDefect)
    } else if document.high_protection && looks().all(|(mode, _)| mode == QaMode::Sample) {
        Some(PullReason::SampleNotEnough)
    } else {
        None
    }
}

fn days_between(from: Date, to: Date) -> u32 {
    // The calendar has fewer than four million days, so the difference fits; a day that has not come yet is no age.
    u32::try_from(to.days().saturating_sub(from.days())).unwrap_or(0)
}

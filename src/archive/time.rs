//! The archive's time: the wall clock for what is recorded, the interval clock for what passes.
//!
//! The state of the interval clock lies in the database and is committed with the groups, so that whoever puts an older state back has
//! to put an older database back, which the anchor shows.

use std::sync::atomic::{AtomicI64, Ordering};

use super::retention_view::Moment;
use crate::clock::{Clock, ClockReport, IntervalClock, SavedClock, Stopwatch};
use crate::limits::CLOCK_SAVED_SECONDS_MAX;
use crate::model::Timestamp;
use crate::observe::{ClockAlarm, ClockMeasured, Observer};
use crate::store::{Store, StoreError, SystemKey};

/// Reads both clocks.
pub(super) struct Timekeeper {
    clock: Clock,
    interval: IntervalClock,
    observer: Observer,
    /// The time of the last group.
    recorded: AtomicI64,
}

impl Timekeeper {
    /// Goes on from what the database says. Only an archive in which nobody has noted anything about retention may be without a state:
    /// it is new, or from before there were deadlines.
    pub(super) fn resume(store: &Store, clock: Clock, observer: Observer) -> Result<Self, StoreError> {
        let reading = clock.reading();
        let saved = store.saved_clock()?.map(|bytes| SavedClock::decode(&bytes));
        let interval = match saved {
            Some(Ok(saved)) => IntervalClock::resume(Some(saved), reading),
            None if !store.has_notes()? => IntervalClock::resume(None, reading),
            Some(Err(_)) | None => {
                tracing::error!("the state of the protected clock cannot be read; deadlines wait until it is certain again");
                IntervalClock::lost(reading)
            }
        };
        let recorded = i64::try_from(store.system(SystemKey::Time)?).unwrap_or(0);
        Ok(Self { clock, interval, observer, recorded: AtomicI64::new(recorded) })
    }

    /// What time it is, for readers and for rules.
    pub(super) fn now(&self) -> Moment {
        let reading = self.clock.reading();
        let tick = self.interval.tick(reading);
        if let Some(alarm) = tick.raised {
            self.observer.emit(&ClockAlarm { kind: alarm.kind.name() });
        }
        let reached = self.interval.report().lo;
        Moment { recorded: reading.wall, wall: reading.wall, reached, certain: self.interval.certain().ok() }
    }

    /// What time a group would have now: that of the wall clock, and never one before the last group.
    pub(super) fn recorded_now(&self) -> Timestamp {
        let last = Timestamp::from_seconds(self.recorded.load(Ordering::Acquire)).unwrap_or(Timestamp::EPOCH);
        self.clock.now().max(last)
    }

    /// A group has this time.
    pub(super) fn record(&self, time: Timestamp) {
        self.recorded.store(time.seconds(), Ordering::Release);
    }

    /// How the clock stands; also shows it to operators.
    pub(super) fn report(&self) -> ClockReport {
        let report = self.interval.report();
        let lag_seconds = report.wall.seconds().saturating_sub(report.lo.seconds());
        self.observer.emit(&ClockMeasured { lag_seconds, in_doubt: report.alarm.is_some() });
        report
    }

    fn saved(&self) -> [u8; SavedClock::BYTES] {
        self.interval.saved().encode()
    }
}

/// When the state was last handed to a commit.
#[derive(Default)]
pub(super) struct LastSaved(Option<Stopwatch>);

impl LastSaved {
    /// The state, if it is time to store it again.
    pub(super) fn due(&self, time: &Timekeeper) -> Option<Vec<u8>> {
        let recent = self.0.as_ref().is_some_and(|saved| saved.elapsed().as_secs() < CLOCK_SAVED_SECONDS_MAX);
        (!recent).then(|| time.saved().to_vec())
    }

    /// It was committed.
    pub(super) fn committed(&mut self) {
        self.0 = Some(Stopwatch::start());
    }
}

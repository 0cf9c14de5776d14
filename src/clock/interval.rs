//! The interval clock as the rest of the program uses it: one shared handle, moved by whoever ticks it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::limits;
use crate::model::Timestamp;

use super::alarm::{Alarm, Doubt};
use super::saved::SavedClock;
use super::source::{TimeSource, quorum};
use super::system::Reading;

/// An interval that contains the true time, and the doubt whether it does. See the module for the rule.
///
/// Between two ticks the lower edge stands still. It is ticked about once a minute; if that stops, everything waits.
#[derive(Debug)]
pub struct IntervalClock(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    state: SavedClock,
    reading: Reading,
}

/// What a tick changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// The lower edge after it.
    pub lo: Timestamp,
    /// A doubt that began, or that now has another reason.
    pub raised: Option<Alarm>,
    /// A doubt that ended.
    pub cleared: Option<Alarm>,
}

/// How the clock stands, for metrics and health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReport {
    /// The lower edge: has certainly been reached if there is no alarm.
    pub lo: Timestamp,
    /// The upper edge: has certainly not been passed if there is no alarm.
    pub hi: Timestamp,
    /// The wall clock at the last tick.
    pub wall: Timestamp,
    /// The doubt that makes deadlines wait.
    pub alarm: Option<Alarm>,
    /// By how many millionths the wall clock runs faster than the time since the machine's start; `None` in the first hour.
    pub drift_ppm: Option<i64>,
    /// The wall clock that was taken on trust at the first start.
    pub first: Timestamp,
}

impl IntervalClock {
    /// Goes on from a saved state. `None` is for an archive that has never recorded anything, and for no other: the wall clock is taken
    /// on trust then. An archive that has records but no readable state goes on with [`IntervalClock::lost`].
    pub fn resume(saved: Option<SavedClock>, reading: Reading) -> Self {
        let state = match saved {
            None => SavedClock::first(&reading),
            Some(mut state) => {
                state.resume(&reading);
                state
            }
        };
        Self(Mutex::new(Inner { state, reading }))
    }

    /// Goes on without the state that there should be: nothing has certainly been reached, and deadlines wait until a person decides.
    pub fn lost(reading: Reading) -> Self {
        Self(Mutex::new(Inner { state: SavedClock::lost(&reading), reading }))
    }

    /// Moves on to a reading.
    pub fn tick(&self, reading: Reading) -> Tick {
        let mut inner = self.lock();
        let before = inner.state.alarm;
        inner.state.tick(&reading);
        inner.reading = reading;
        let after = inner.state.alarm;
        let kind = |alarm: Option<Alarm>| alarm.map(|alarm| alarm.kind);
        Tick { lo: inner.state.lo(), raised: after.filter(|_| kind(before) != kind(after)), cleared: before.filter(|_| after.is_none()) }
    }

    /// Asks signed sources of time and lets them lift the lower edge, by a day at the most and once a day. Returns it if it moved.
    pub fn consult(&self, sources: &[Box<dyn TimeSource>]) -> Option<Timestamp> {
        let evidence: Vec<_> = sources.iter().filter_map(|source| source.evidence()).collect();
        let not_before = quorum(&evidence)?;
        let state = &mut self.lock().state;
        state.step(not_before).then(|| state.lo())
    }

    /// The state to be stored, every minute and at the end.
    pub fn saved(&self) -> SavedClock {
        self.lock().state.clone()
    }

    /// A time that has certainly been reached. A deadline that meets the error has not passed.
    pub fn certain(&self) -> Result<Timestamp, Doubt> {
        let inner = self.lock();
        inner.state.alarm.map_or(Ok(inner.state.lo()), |alarm| Err(Doubt(alarm)))
    }

    /// A time that has certainly not been passed when the wall clock shows `wall`: for what expires.
    pub fn upper(&self, wall: Timestamp) -> Timestamp {
        upper(self.lock().state.lo(), wall)
    }

    /// How the clock stood at the last tick.
    pub fn report(&self) -> ClockReport {
        let Inner { state, reading } = &*self.lock();
        ClockReport {
            lo: state.lo(),
            hi: upper(state.lo(), reading.wall),
            wall: reading.wall,
            alarm: state.alarm,
            drift_ppm: state.drift_ppm(reading),
            first: state.first,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn upper(lo: Timestamp, wall: Timestamp) -> Timestamp {
    Timestamp::from_seconds(lo.max(wall).seconds() + limits::CLOCK_UPPER_MARGIN_SECONDS).unwrap_or(Timestamp::MAX)
}

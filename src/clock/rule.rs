//! How the state of the interval clock moves: pure steps from one reading to the next.
//!
//! Invariants: `lo_us` never decreases; within one start of the machine it grows by no more than the time that has passed, and one
//! week per year on top while nothing is wrong; `boottime_us` decreases only when another start begins, so no time counts twice.

use std::time::Duration;

use crate::limits;
use crate::model::Timestamp;

use super::alarm::{Alarm, AlarmKind};
use super::saved::{Reference, SECOND_US, SavedClock};
use super::system::Reading;

const PPM: i64 = 1_000_000;
const DAYS_PER_YEAR: i64 = 365;
/// More than thirty thousand years: a limit for sums, not for time.
const ELAPSED_SECONDS_MAX: u64 = 1_000_000_000_000;
/// The age of the reference from which on a drift in millionths says something: the wall clock is known to one second, so the first
/// figure is good to 300 ppm, after a day to 12 ppm.
const DRIFT_SHOWN_AFTER_SECONDS: i64 = 3_600;

/// What the time since the machine's start says about the time that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passed {
    /// So many whole seconds; what is left of a second counts next time.
    Seconds(i64),
    /// Nothing: the machine was started anew. This is where the clock of a TPM could say more.
    Unknown,
    /// It went back.
    Back,
}

impl SavedClock {
    /// The very first state: the wall clock is taken on trust.
    pub(super) fn first(reading: &Reading) -> Self {
        Self::starting_at(reading.wall, reading)
    }

    /// The state after one was lost: nothing has certainly been reached, and there is an alarm.
    pub(super) fn lost(reading: &Reading) -> Self {
        let lo = Timestamp::EPOCH;
        Self { alarm: Some(Alarm { kind: AlarmKind::StateLost, since: lo, last: lo }), ..Self::starting_at(lo, reading) }
    }

    fn starting_at(lo: Timestamp, reading: &Reading) -> Self {
        let boottime_us = micros(reading.boottime);
        Self {
            seq: 0,
            boot: reading.boot,
            boottime_us,
            lo_us: lo.seconds() * SECOND_US,
            first: lo,
            reference: Reference { wall: reading.wall, boottime_us },
            alarm: None,
            stepped: None,
        }
    }

    /// The lower edge, in whole seconds.
    pub(super) fn lo(&self) -> Timestamp {
        Timestamp::from_seconds(self.lo_us.div_euclid(SECOND_US))
            .expect("the lower edge must stay between its first time and the wall clock")
    }

    /// A new run of the program. A start of the machine that has no name cannot be recognised, so it counts as a new one.
    pub(super) fn resume(&mut self, reading: &Reading) {
        if self.boot.is_none() {
            self.enter_boot(reading);
        }
        self.tick(reading);
    }

    /// Moves on to a reading.
    pub(super) fn tick(&mut self, reading: &Reading) {
        self.seq = self.seq.saturating_add(1);
        let passed = self.follow(reading);
        let seconds = if let Passed::Seconds(seconds) = passed { seconds } else { 0 };
        let wall_us = reading.wall.seconds() * SECOND_US;

        // The slower of the two clocks counts: what only one of them says is not certain.
        self.advance(seconds * (PPM - i64::from(limits::CLOCK_DRIFT_PPM_MAX)), wall_us);

        let doubted = self.alarm.is_some();
        let jumped = self.jumped(reading);
        self.remember(self.sign(passed, jumped, reading.wall));
        if jumped {
            // A jump is one event. A wall clock that stays wrong gives the other signs, or is approached slowly.
            self.reference = Reference { wall: reading.wall, boottime_us: micros(reading.boottime) };
        }
        if !doubted && self.alarm.is_none() {
            self.advance(catch_up_us(seconds), wall_us);
        }
    }

    /// Lifts the lower edge towards a time that signed sources vouch for, whatever the wall clock says. Returns whether it moved.
    pub(super) fn step(&mut self, not_before: Timestamp) -> bool {
        let lo = self.lo();
        let waits = |stepped: Timestamp| lo.seconds() - stepped.seconds() < limits::CLOCK_STEP_SECONDS_MAX;
        if not_before <= lo || self.stepped.is_some_and(waits) {
            return false;
        }
        let seconds = not_before.seconds().min(lo.seconds() + limits::CLOCK_STEP_SECONDS_MAX);
        self.lo_us = seconds * SECOND_US;
        self.stepped = Some(self.lo());
        true
    }

    /// By how many millionths the wall clock runs faster than the time since the start; `None` while the comparison is too young.
    pub(super) fn drift_ppm(&self, reading: &Reading) -> Option<i64> {
        let (boot_seconds, apart_seconds) = self.compare(reading)?;
        (boot_seconds >= DRIFT_SHOWN_AFTER_SECONDS).then(|| apart_seconds.saturating_mul(PPM) / boot_seconds)
    }

    fn enter_boot(&mut self, reading: &Reading) {
        self.boot = reading.boot;
        self.boottime_us = micros(reading.boottime);
        self.reference = Reference { wall: reading.wall, boottime_us: self.boottime_us };
    }

    fn follow(&mut self, reading: &Reading) -> Passed {
        if self.boot != reading.boot {
            self.enter_boot(reading);
            return Passed::Unknown;
        }
        // Time that went back is not followed: it would count a second time when it comes again.
        let Some(us) = micros(reading.boottime).checked_sub(self.boottime_us) else { return Passed::Back };
        let seconds = us / SECOND_US.unsigned_abs();
        self.boottime_us += seconds * SECOND_US.unsigned_abs();
        Passed::Seconds(i64::try_from(seconds.min(ELAPSED_SECONDS_MAX)).expect("a bounded number of seconds must fit"))
    }

    /// Moves the lower edge by so much, at most up to the wall clock, and never back.
    fn advance(&mut self, by_us: i64, wall_us: i64) {
        self.lo_us = self.lo_us.saturating_add(by_us).min(wall_us).max(self.lo_us);
    }

    /// The most telling sign of a wrong clock in this reading.
    fn sign(&self, passed: Passed, jumped: bool, wall: Timestamp) -> Option<AlarmKind> {
        let ahead_seconds = wall.seconds() - self.lo().seconds();
        if passed == Passed::Back {
            Some(AlarmKind::BoottimeBack)
        } else if ahead_seconds < -limits::CLOCK_WALL_BEHIND_SECONDS_MAX {
            Some(AlarmKind::WallBehind)
        } else if ahead_seconds > limits::CLOCK_WALL_AHEAD_SECONDS_MAX {
            Some(AlarmKind::WallAhead)
        } else {
            jumped.then_some(AlarmKind::WallJump)
        }
    }

    /// Begins, prolongs or ends the doubt. A lost state explains every later sign, so its name stays.
    fn remember(&mut self, sign: Option<AlarmKind>) {
        let lo = self.lo();
        self.alarm = match (self.alarm, sign) {
            (Some(alarm), Some(_)) if alarm.kind == AlarmKind::StateLost => Some(Alarm { last: lo, ..alarm }),
            (Some(alarm), Some(kind)) => Some(Alarm { kind, last: lo, ..alarm }),
            (None, Some(kind)) => Some(Alarm { kind, since: lo, last: lo }),
            (alarm, None) => alarm.filter(|alarm| lo < alarm.until()),
        };
    }

    /// Seconds since the reference by the machine's start, and by how many more the wall clock moved; `None` if the former went back.
    fn compare(&self, reading: &Reading) -> Option<(i64, i64)> {
        let us = micros(reading.boottime).checked_sub(self.reference.boottime_us)?;
        let boot_seconds = i64::try_from(us / SECOND_US.unsigned_abs()).ok()?;
        Some((boot_seconds, reading.wall.seconds() - self.reference.wall.seconds() - boot_seconds))
    }

    fn jumped(&self, reading: &Reading) -> bool {
        let Some((boot_seconds, apart_seconds)) = self.compare(reading) else { return false };
        let drift_seconds = boot_seconds * i64::from(limits::CLOCK_DRIFT_PPM_MAX) / PPM;
        apart_seconds.abs() > limits::CLOCK_WALL_JUMP_SECONDS_MAX + drift_seconds
    }
}

fn catch_up_us(seconds: i64) -> i64 {
    seconds * SECOND_US * i64::from(limits::CLOCK_CATCH_UP_DAYS_PER_YEAR) / DAYS_PER_YEAR
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

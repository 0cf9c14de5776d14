//! A machine with clocks that tests set, and an archive on it.

use std::time::Duration;

use super::{AlarmKind, BootId, Clock, IntervalClock, SavedClock, Tick};
use crate::model::Timestamp;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
pub const YEAR: i64 = 365 * DAY;
pub const START: &str = "2026-11-20T08:00:00Z";

/// A machine with an archive on it, and the true time, which only the test knows.
pub struct World {
    pub clock: Clock,
    pub archive: IntervalClock,
    pub true_seconds: i64,
    boots: u8,
}

impl World {
    pub fn new() -> Self {
        let clock = Clock::manual(Timestamp::parse(START).unwrap());
        let archive = IntervalClock::resume(None, clock.reading());
        Self { true_seconds: clock.now().seconds(), archive, clock, boots: 1 }
    }

    pub fn tick(&self) -> Tick {
        self.archive.tick(self.clock.reading())
    }

    /// Time passes on all clocks; the archive notices at the end only.
    pub fn pass(&mut self, seconds: i64) {
        self.true_seconds += seconds;
        self.clock.advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    /// Time passes while the archive runs and ticks.
    pub fn run(&mut self, seconds: i64, every_seconds: i64) {
        for _ in 0..seconds / every_seconds {
            self.pass(every_seconds);
            self.tick();
        }
    }

    pub fn move_wall(&self, seconds: i64) {
        self.clock.set(Timestamp::from_seconds(self.clock.now().seconds() + seconds).unwrap());
    }

    pub fn set_wall_right(&self) {
        self.clock.set(Timestamp::from_seconds(self.true_seconds).unwrap());
    }

    pub fn restart_program(&mut self) {
        let saved = SavedClock::decode(&self.archive.saved().encode()).unwrap();
        assert_eq!(saved, self.archive.saved());
        self.archive = IntervalClock::resume(Some(saved), self.clock.reading());
    }

    /// The machine is off for so long; the wall clock goes on by battery.
    pub fn restart_machine(&mut self, off_seconds: i64) {
        self.pass(off_seconds);
        self.boots += 1;
        self.clock.set_boottime(Duration::from_secs(20));
        self.clock.set_boot(BootId::from_bytes([self.boots; 16]));
        self.restart_program();
    }

    /// Seconds by which the lower edge is behind the true time.
    pub fn lag(&self) -> i64 {
        self.true_seconds - self.archive.report().lo.seconds()
    }

    pub fn alarm(&self) -> Option<AlarmKind> {
        self.archive.report().alarm.map(|alarm| alarm.kind)
    }
}

//! What the clocks of the machine say, or those that a test sets instead.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::Timestamp;
use crate::sys::boot::Boot;

/// Attempts to read both clocks at nearly the same moment; a machine that goes to sleep in between spoils one.
const ATTEMPTS_MAX: u32 = 3;
/// Time between the two clocks of a reading that does no harm: the wall clock is read in whole seconds anyway.
const SPREAD_MAX: Duration = Duration::from_secs(1);

/// Where the time comes from.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System(Boot),
    Manual(Arc<Mutex<Reading>>),
}

/// One start of the machine, as the kernel names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootId([u8; 16]);

/// What the clocks said at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock, in whole seconds.
    pub wall: Timestamp,
    /// Time since the machine started, including the time that it slept.
    pub boottime: Duration,
    /// Which start that was; `None` if the kernel does not say.
    pub boot: Option<BootId>,
}

impl BootId {
    /// The id with these bytes, or `None` for all zeros, which no kernel draws and which stand for "unknown" where they are stored.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        (bytes != [0; 16]).then_some(Self(bytes))
    }

    /// The sixteen random bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl Clock {
    /// The clocks of the operating system. If the kernel does not say which start this is, no start will be taken for the same.
    pub fn system() -> Self {
        Self(Source::System(Boot::this().unwrap_or_default()))
    }

    /// Clocks that stand still until they are set: for tests. Clones share the time. The machine has just started.
    pub fn manual(start: Timestamp) -> Self {
        let reading = Reading { wall: start, boottime: Duration::ZERO, boot: BootId::from_bytes([1; 16]) };
        Self(Source::Manual(Arc::new(Mutex::new(reading))))
    }

    /// Sets a manual wall clock and nothing else, as an administrator can.
    ///
    /// # Panics
    /// Like the other setters, when these are the clocks of the operating system, which the program never sets.
    pub fn set(&self, wall: Timestamp) {
        self.settable().wall = wall;
    }

    /// Sets the manual time since the machine's start and nothing else, as only a hypervisor can.
    pub fn set_boottime(&self, boottime: Duration) {
        self.settable().boottime = boottime;
    }

    /// Sets the manual start of the machine and nothing else.
    pub fn set_boot(&self, boot: Option<BootId>) {
        self.settable().boot = boot;
    }

    /// Lets time pass on both manual clocks. The wall clock counts whole seconds only and stops at the year 9999.
    pub fn advance(&self, duration: Duration) {
        let mut reading = self.settable();
        reading.boottime = reading.boottime.saturating_add(duration);
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        reading.wall = Timestamp::from_seconds(reading.wall.seconds().saturating_add(seconds)).unwrap_or(Timestamp::MAX);
    }

    /// Now, in whole seconds. A clock outside the years 1 to 9999 reads as 1970, which no recorded time precedes.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(_) => system_wall(),
            Source::Manual(reading) => lock(reading).wall,
        }
    }

    /// All clocks at one moment.
    pub fn reading(&self) -> Reading {
        match &self.0 {
            Source::System(boot) => system_reading(boot),
            Source::Manual(reading) => *lock(reading),
        }
    }

    fn settable(&self) -> MutexGuard<'_, Reading> {
        match &self.0 {
            Source::System(_) => panic!("the clocks of the operating system are not ours to set"),
            Source::Manual(reading) => lock(reading),
        }
    }
}

fn lock(reading: &Mutex<Reading>) -> MutexGuard<'_, Reading> {
    reading.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the wall clock between two looks at the other clock. A clock that cannot be read shows zero: no time has certainly passed.
fn system_reading(start: &Boot) -> Reading {
    let boot = BootId::from_bytes(start.id());
    let boottime = || start.elapsed().unwrap_or_default();
    let mut before = boottime();
    for _ in 1..ATTEMPTS_MAX {
        let wall = system_wall();
        let after = boottime();
        if after.saturating_sub(before) <= SPREAD_MAX {
            return Reading { wall, boottime: before, boot };
        }
        before = after;
    }
    Reading { wall: system_wall(), boottime: before, boot }
}

#[allow(clippy::disallowed_methods, reason = "this is the module that the ban points to")]
fn system_wall() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|after| i64::try_from(after.as_secs()).ok());
    seconds.and_then(Timestamp::from_seconds).unwrap_or(Timestamp::EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_reads_all_its_clocks() {
        let clock = Clock::system();
        let reading = clock.reading();
        assert!(reading.boot.is_some() && reading.boottime > Duration::ZERO);
        assert!(reading.wall.year() > 2025 && clock.now() >= reading.wall);
        assert_eq!(clock.reading().boot, reading.boot);
    }

    #[test]
    fn manual_clocks_move_apart_and_together() {
        let clock = Clock::manual(Timestamp::parse("2026-11-20T08:00:00Z").unwrap());
        let shared = clock.clone();
        clock.set(Timestamp::parse("2026-11-20T09:00:00Z").unwrap());
        assert_eq!(shared.reading().boottime, Duration::ZERO);
        clock.set_boottime(Duration::from_secs(5));
        clock.set_boot(None);
        clock.advance(Duration::from_millis(60_900));
        let expected =
            Reading { wall: Timestamp::parse("2026-11-20T09:01:00Z").unwrap(), boottime: Duration::from_millis(65_900), boot: None };
        assert_eq!((shared.reading(), shared.now()), (expected, expected.wall));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().year(), 9999);
    }

    #[test]
    #[should_panic(expected = "not ours to set")]
    fn nobody_sets_the_system_clock() {
        Clock::system().set(Timestamp::EPOCH);
    }
}

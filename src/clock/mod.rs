//! The only source of time.
//!
//! Two readings: the wall clock, for what is written down, and a monotonic clock, for durations and time-outs. Tests replace the
//! wall clock by one that they set. What is deliberately absent: deciding whether a deadline has passed; that needs a clock that
//! nobody can set, and comes with retention.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::model::Timestamp;

/// Where the time comes from.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of the operating system.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is set: for tests. Clones share the time.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.seconds()))))
    }

    /// Sets a manual clock.
    ///
    /// # Panics
    /// When this is the clock of the operating system, which the program never sets.
    pub fn set(&self, time: Timestamp) {
        match &self.0 {
            Source::System => panic!("the clock of the operating system is not ours to set"),
            Source::Manual(seconds) => seconds.store(time.seconds(), Ordering::Relaxed),
        }
    }

    /// Now, in whole seconds. A clock outside the years 1 to 9999 reads as 1970, which no recorded time precedes.
    pub fn now(&self) -> Timestamp {
        let seconds = match &self.0 {
            Source::System => system_seconds(),
            Source::Manual(seconds) => seconds.load(Ordering::Relaxed),
        };
        Timestamp::from_seconds(seconds).or(Timestamp::from_seconds(0)).expect("1970 must be a valid time")
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the module that the ban points to")]
fn system_seconds() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(0),
        Err(_) => 0,
    }
}

/// A running stop watch on the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[allow(clippy::disallowed_methods, reason = "this is the module that the ban points to")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Blocks the calling thread. For background threads only; asynchronous code uses tokio's timers.
#[allow(clippy::disallowed_methods, reason = "this is the module that the ban points to")]
pub fn pause(duration: Duration) {
    std::thread::sleep(duration);
}

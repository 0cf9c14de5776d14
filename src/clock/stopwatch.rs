//! Durations, on the monotonic clock.

use std::time::{Duration, Instant};

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

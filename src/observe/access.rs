//! What operators see of the access log: how much, how late, and what could not be recorded. Never who or what.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::events::Event;
use super::metrics::{Metrics, gauge_value};

/// A group of accesses was committed.
#[derive(Debug, Clone, Copy)]
pub struct AccessesRecorded {
    /// How many.
    pub accesses: usize,
    /// From handing them to the committer to the end of the commit.
    pub duration: Duration,
}

impl Event for AccessesRecorded {
    fn emit(&self, metrics: &Metrics) {
        metrics.accesses_recorded.inc_by(self.accesses as u64);
        metrics.access_group_size.observe(self.accesses as f64);
        metrics.access_commit_duration.observe(self.duration.as_secs_f64());
        debug!(accesses = self.accesses, "accesses recorded");
    }
}

/// Accesses wait for room on the disk.
#[derive(Debug, Clone, Copy)]
pub struct AccessesKept {
    /// How many.
    pub waiting: usize,
}

impl Event for AccessesKept {
    fn emit(&self, metrics: &Metrics) {
        metrics.accesses_waiting.set(gauge_value(self.waiting as u64));
    }
}

/// An access was not recorded.
#[derive(Debug, Clone, Copy)]
pub struct AccessesDropped {
    /// `bound`: a refused attempt that is only counted; `queue`: one for which there was no place; `stopped`: a reading that was allowed
    /// while the disk was full, and the archive stopped before there was room.
    pub reason: &'static str,
}

impl Event for AccessesDropped {
    fn emit(&self, metrics: &Metrics) {
        metrics.accesses_dropped.with_label_values(&[self.reason]).inc();
        if self.reason == "stopped" {
            warn!("an access was not recorded");
        }
    }
}

/// Access logs were removed, and their keys do not exist any more.
#[derive(Debug, Clone, Copy)]
pub struct AccessYearsEnded {
    /// How many, of all vaults together.
    pub years: usize,
}

impl Event for AccessYearsEnded {
    fn emit(&self, metrics: &Metrics) {
        metrics.access_years_ended.inc_by(self.years as u64);
        info!(years = self.years, "access logs were removed with their keys");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_states() {
        let metrics = Metrics::new().expect("must build");
        AccessesRecorded { accesses: 50, duration: Duration::from_millis(4) }.emit(&metrics);
        AccessesKept { waiting: 7 }.emit(&metrics);
        AccessesDropped { reason: "bound" }.emit(&metrics);
        AccessYearsEnded { years: 3 }.emit(&metrics);
        let text = metrics.render().expect("must render");
        for line in [
            "aktenfest_accesses_recorded_total 50",
            "aktenfest_access_group_size_sum 50",
            "aktenfest_access_commit_duration_seconds_sum 0.004",
            "aktenfest_accesses_waiting 7",
            "aktenfest_access_years_ended_total 3",
            "aktenfest_accesses_dropped_total{reason=\"bound\"} 1",
        ] {
            assert!(text.contains(line), "{line} is missing in {text}");
        }
    }
}

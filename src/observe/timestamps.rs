//! What operators see of time-stamps.

use tracing::{info, warn};

use super::events::Event;
use super::metrics::Metrics;
use crate::model::Timestamp;

/// An authority has stamped checkpoints, and the evidence is filed.
#[derive(Debug, Clone, Copy)]
pub struct CheckpointsStamped {
    /// How many checkpoints.
    pub checkpoints: usize,
    /// First time-stamps, or renewals.
    pub renewal: bool,
    /// The time in the time-stamp.
    pub time: Timestamp,
    /// End of the authority's certificate.
    pub renew_by: Timestamp,
}

impl Event for CheckpointsStamped {
    fn emit(&self, metrics: &Metrics) {
        let kind = if self.renewal { "renewal" } else { "first" };
        metrics.timestamps.with_label_values(&[kind]).inc();
        metrics.timestamp_authority_expiry.set(self.renew_by.seconds() as f64);
        info!(checkpoints = self.checkpoints, kind, time = %self.time, "checkpoints time-stamped");
    }
}

/// Until when every ledger is covered by a time-stamp: the time of the last one, or now, if nothing has happened since.
#[derive(Debug, Clone, Copy)]
pub struct StampsCover {
    /// Everything before is covered.
    pub until: Timestamp,
}

impl Event for StampsCover {
    fn emit(&self, metrics: &Metrics) {
        metrics.timestamp_covered.set(self.until.seconds() as f64);
    }
}

/// What a start has found of time-stamps: an alert must not have to wait for the next one.
#[derive(Debug, Clone, Copy)]
pub struct StampsFound {
    /// Everything before is covered.
    pub until: Timestamp,
    /// End of the authority's certificate, as its newest time-stamp has it.
    pub renew_by: Timestamp,
}

impl Event for StampsFound {
    fn emit(&self, metrics: &Metrics) {
        StampsCover { until: self.until }.emit(metrics);
        metrics.timestamp_authority_expiry.set(self.renew_by.seconds() as f64);
    }
}

/// An authority did not give a time-stamp that counts. Everything else goes on.
#[derive(Debug, Clone, Copy)]
pub struct StampFailed<'a> {
    /// Why, one word.
    pub reason: &'static str,
    /// Why, in a sentence. Of the authority's own words at most a line, without control characters.
    pub why: &'a str,
}

impl Event for StampFailed<'_> {
    fn emit(&self, metrics: &Metrics) {
        metrics.timestamp_failures.with_label_values(&[self.reason]).inc();
        warn!(reason = self.reason, why = self.why, "no time-stamp; ledgers and documents go on without it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_shows_what_it_has_found() {
        let metrics = Metrics::new().unwrap();
        let time = |text| Timestamp::parse(text).unwrap();
        StampsFound { until: time("2026-11-20T08:00:00Z"), renew_by: time("2031-01-01T00:00:00Z") }.emit(&metrics);
        let text = metrics.render().unwrap();
        for line in ["timestamp_covered_timestamp_seconds 1795161600", "timestamp_authority_expiry_timestamp_seconds 1924992000"] {
            assert!(text.contains(&format!("\naktenfest_{line}\n")), "{line} not in\n{text}");
        }
    }

    #[test]
    fn a_lag_can_be_seen() {
        let metrics = Metrics::new().unwrap();
        let time = |text| Timestamp::parse(text).unwrap();
        let (until, renew_by) = (time("2026-11-20T08:00:00Z"), time("2031-01-01T00:00:00Z"));
        CheckpointsStamped { checkpoints: 3, renewal: false, time: until, renew_by }.emit(&metrics);
        StampsCover { until }.emit(&metrics);
        StampFailed { reason: "timeout", why: "too slow" }.emit(&metrics);
        let text = metrics.render().unwrap();
        for line in [
            "timestamps_total{kind=\"first\"} 1",
            "timestamp_covered_timestamp_seconds 1795161600",
            "timestamp_failures_total{reason=\"timeout\"} 1",
            "timestamp_authority_expiry_timestamp_seconds 1924992000",
        ] {
            assert!(text.contains(&format!("\naktenfest_{line}\n")), "{line} not in\n{text}");
        }
    }
}

//! What operators see of backups.

use std::time::Duration;

use tracing::{error, info};

use super::events::Event;
use super::metrics::Metrics;
use crate::model::{GroupNumber, Timestamp};

/// A backup was made and read back.
#[derive(Debug, Clone, Copy)]
pub struct BackupMade {
    /// The last commit group in it.
    pub group: GroupNumber,
    /// When.
    pub made: Timestamp,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Bytes that were copied for it.
    pub copied_bytes: u64,
    /// Files of earlier backups that were found damaged.
    pub damaged_earlier: usize,
    /// Time that it took.
    pub duration: Duration,
}

impl Event for BackupMade {
    fn emit(&self, metrics: &Metrics) {
        metrics.backup_last.set(self.made.seconds() as f64);
        metrics.backup_duration.set(self.duration.as_secs_f64());
        metrics.backup_copied_bytes.inc_by(self.copied_bytes);
        metrics.backup_damaged_files.inc_by(self.damaged_earlier as u64);
        let duration_ms = self.duration.as_millis() as u64;
        info!(group = self.group.0, bytes = self.bytes, copied_bytes = self.copied_bytes, duration_ms, "backup made and read back");
    }
}

/// A start has found an earlier backup.
#[derive(Debug, Clone, Copy)]
pub struct BackupFound {
    /// When it was made.
    pub made: Timestamp,
}

impl Event for BackupFound {
    fn emit(&self, metrics: &Metrics) {
        metrics.backup_last.set(self.made.seconds() as f64);
        info!(made = %self.made, "newest backup");
    }
}

/// No backup was made.
#[derive(Debug, Clone, Copy)]
pub struct BackupFailed {
    /// Why, one word.
    pub reason: &'static str,
}

impl Event for BackupFailed {
    fn emit(&self, metrics: &Metrics) {
        metrics.backup_failures.with_label_values(&[self.reason]).inc();
        error!(reason = self.reason, "backup failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_good_backup_stays_visible() {
        let metrics = Metrics::new().unwrap();
        let made = Timestamp::parse("2026-11-20T08:00:00Z").unwrap();
        let (group, duration) = (GroupNumber(7), Duration::from_millis(1500));
        BackupMade { group, made, bytes: 900, copied_bytes: 300, damaged_earlier: 1, duration }.emit(&metrics);
        BackupFailed { reason: "no_space" }.emit(&metrics);
        let text = metrics.render().unwrap();
        for line in [
            "backup_last_timestamp_seconds 1795161600",
            "backup_duration_seconds 1.5",
            "backup_copied_bytes_total 300",
            "backup_damaged_files_total 1",
            "backup_failures_total{reason=\"no_space\"} 1",
        ] {
            assert!(text.contains(&format!("\naktenfest_{line}\n")), "{line} not in\n{text}");
        }
    }
}

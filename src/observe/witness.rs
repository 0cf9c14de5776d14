//! What operators see of witnesses. Their names are in the configuration, so they may stand in labels.

use tracing::{debug, error, warn};

use super::events::Event;
use super::metrics::{Metrics, gauge_value};
use crate::model::{Timestamp, VaultName};

/// A witness has cosigned a checkpoint.
#[derive(Debug, Clone, Copy)]
pub struct WitnessCosigned<'a> {
    /// The witness.
    pub witness: &'a str,
    /// The vault.
    pub vault: &'a VaultName,
    /// Entries that the checkpoint covers.
    pub size: u64,
    /// When it came.
    pub at: Timestamp,
}

impl Event for WitnessCosigned<'_> {
    fn emit(&self, metrics: &Metrics) {
        metrics.witness_cosigned.with_label_values(&[self.witness]).inc();
        metrics.witness_last.with_label_values(&[self.witness]).set(self.at.seconds() as f64);
        debug!(witness = self.witness, vault = %self.vault, size = self.size, "checkpoint cosigned");
    }
}

/// A witness has not cosigned.
#[derive(Debug, Clone, Copy)]
pub struct WitnessFailed<'a> {
    /// The witness.
    pub witness: &'a str,
    /// Why, one word from a closed list.
    pub reason: &'static str,
    /// The witness has seen another history of this ledger than the one that lies here.
    pub contradicts: bool,
    /// The vault.
    pub vault: &'a VaultName,
    /// The ledger's key with its name in front: the line by which a witness gets to know it.
    pub key: &'a str,
    /// For people.
    pub told: &'a str,
}

impl Event for WitnessFailed<'_> {
    fn emit(&self, metrics: &Metrics) {
        metrics.witness_failures.with_label_values(&[self.witness, self.reason]).inc();
        let Self { witness, reason, vault, key, told, .. } = self;
        if self.contradicts {
            metrics.witness_contradictions.with_label_values(&[self.witness]).inc();
            error!(witness, reason, %vault, key, told, "a witness has seen another history of this ledger; find out which one is true");
        } else {
            warn!(witness, reason, %vault, key, told, "a checkpoint was not cosigned; it is sent again");
        }
    }
}

/// How far ledgers of a vault are ahead of what witnesses have cosigned.
#[derive(Debug, Clone, Copy)]
pub struct WitnessLag<'a> {
    /// The vault.
    pub vault: &'a VaultName,
    /// Its ledgers of accesses, instead of its own.
    pub of_accesses: bool,
    /// Entries that no kept cosigned checkpoint covers.
    pub entries: u64,
}

impl Event for WitnessLag<'_> {
    fn emit(&self, metrics: &Metrics) {
        let ledger = if self.of_accesses { "access" } else { "life_cycle" };
        metrics.witness_lag.with_label_values(&[self.vault.as_str(), ledger]).set(gauge_value(self.entries));
    }
}

/// A checkpoint was not kept outside the database.
#[derive(Debug, Clone, Copy)]
pub struct CheckpointNotKept {
    /// Why: `io` or `contradiction`.
    pub reason: &'static str,
}

impl Event for CheckpointNotKept {
    fn emit(&self, metrics: &Metrics) {
        metrics.checkpoint_keep_failures.with_label_values(&[self.reason]).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_and_failures_are_told_apart() {
        let (metrics, vault) = (Metrics::new().unwrap(), VaultName::parse("demo").unwrap());
        let at = Timestamp::parse("2026-11-20T08:00:00Z").unwrap();
        WitnessCosigned { witness: "w", vault: &vault, size: 3, at }.emit(&metrics);
        WitnessFailed { witness: "w", reason: "timeout", contradicts: false, vault: &vault, key: "k", told: "x" }.emit(&metrics);
        WitnessFailed { witness: "w", reason: "inconsistent", contradicts: true, vault: &vault, key: "k", told: "x" }.emit(&metrics);
        WitnessLag { vault: &vault, of_accesses: false, entries: 4 }.emit(&metrics);
        let text = metrics.render().unwrap();
        for line in [
            "witness_cosigned_total{witness=\"w\"} 1",
            "witness_last_timestamp_seconds{witness=\"w\"} 1795161600",
            "witness_failures_total{reason=\"timeout\",witness=\"w\"} 1",
            "witness_failures_total{reason=\"inconsistent\",witness=\"w\"} 1",
            "witness_contradictions_total{witness=\"w\"} 1",
            "witness_lag_entries{ledger=\"life_cycle\",vault=\"demo\"} 4",
        ] {
            assert!(text.contains(&format!("\naktenfest_{line}\n")), "{line} in {text}");
        }
    }
}

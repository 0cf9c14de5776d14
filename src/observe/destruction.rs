//! What operators see of destruction. Counts by vault and reason: never a case, an order or a person.

use tracing::info;

use super::events::Event;
use super::metrics::{Metrics, gauge_value};

/// Orders of a vault that are not over.
#[derive(Debug, Clone, Copy)]
pub struct OrdersMeasured<'a> {
    /// The vault.
    pub vault: &'a str,
    /// How many.
    pub open: u64,
}

impl Event for OrdersMeasured<'_> {
    fn emit(&self, metrics: &Metrics) {
        metrics.orders_open.with_label_values(&[self.vault]).set(gauge_value(self.open));
    }
}

/// An order was gone through, or some of it.
#[derive(Debug, Clone, Copy)]
pub struct StepsExecuted {
    /// Documents that went.
    pub documents: u64,
    /// Items that were left alone.
    pub dropped: u64,
}

impl Event for StepsExecuted {
    fn emit(&self, metrics: &Metrics) {
        metrics.documents_destroyed.inc_by(self.documents);
        metrics.order_items_dropped.inc_by(self.dropped);
        info!(documents = self.documents, dropped = self.dropped, "an order of destruction was gone through");
    }
}

/// The keys of what was condemned do not exist any more.
#[derive(Debug, Clone, Copy)]
pub struct KeysEnded {
    /// The epoch that counts.
    pub epoch: u64,
    /// Orders whose keys ended with it.
    pub orders: usize,
    /// Old key files that could not be removed.
    pub unreclaimed_files: usize,
}

impl Event for KeysEnded {
    fn emit(&self, metrics: &Metrics) {
        metrics.key_epoch.set(gauge_value(self.epoch));
        info!(epoch = self.epoch, orders = self.orders, unreclaimed_files = self.unreclaimed_files, "keys were destroyed");
    }
}

/// The canary has tried something that must fail.
#[derive(Debug, Clone, Copy)]
pub struct CanaryTried {
    /// What was tried.
    pub attempt: &'static str,
    /// Whether it was refused, as it must be.
    pub refused: bool,
}

impl Event for CanaryTried {
    fn emit(&self, metrics: &Metrics) {
        let result = if self.refused { "refused" } else { "succeeded" };
        metrics.canary_attempts.with_label_values(&[self.attempt, result]).inc();
        metrics.canary_broken.with_label_values(&[self.attempt]).set(i64::from(!self.refused));
    }
}

/// Space came back behind a destruction.
#[derive(Debug, Clone, Copy)]
pub struct Reclaimed {
    /// Bytes by which the tables have become smaller.
    pub freed_bytes: u64,
}

impl Event for Reclaimed {
    fn emit(&self, metrics: &Metrics) {
        metrics.reclaimed_bytes.inc_by(self.freed_bytes);
        info!(freed_bytes = self.freed_bytes, "space was reclaimed");
    }
}

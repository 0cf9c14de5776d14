//! What operators see: one operational event becomes its log line and its metric in one place.
//!
//! Invariants: an event, a metric and a log line hold counts, durations, states and names from closed sets, never a case, a document, a
//! reference, a name of a person or a text from a request; labels come from closed sets, so that the number of series is bounded; there
//! is one struct of metrics and no global one.
//!
//! What is deliberately absent: evidence (that is the ledger's), clocks (durations are measured by whoever emits the event), serving
//! over HTTP (`http` has the admin listener).

mod access;
mod backup;
mod destruction;
mod events;
mod health;
mod logging;
mod metrics;
mod retention;
mod timestamps;
mod witness;
mod witness_daemon;

pub use access::{AccessYearsEnded, AccessesDropped, AccessesKept, AccessesRecorded};
pub use backup::{BackupFailed, BackupFound, BackupMade};
pub use destruction::{CanaryTried, KeysEnded, OrdersMeasured, Reclaimed, StepsExecuted};
pub use events::{
    AnchorWritten, CaseOpened, CertificateLoaded, ClockAlarm, ClockMeasured, CommitFailed, ConnectionRefused, ConnectionRefusedReason,
    DiskFull, DiskRecovered, DocumentRead, DocumentStored, Event, GroupCommitted, Latched, LedgerGrew, NoteFiled, Refused, RequestFinished,
    Started, StartupChecked, StopReason, Stopping, StoreMeasured,
};
pub use health::{Check, CheckReport, Health, Report};
pub use logging::{LoggingError, init};
pub use metrics::{METRICS_CONTENT_TYPE, Metrics, MetricsError};
pub use retention::{HoldsMeasured, RetentionMeasured};
pub use timestamps::{CheckpointsStamped, StampFailed, StampsCover, StampsFound};
pub use witness::{CheckpointNotKept, WitnessCosigned, WitnessFailed, WitnessLag};
pub use witness_daemon::WitnessMetrics;

use std::fmt;
use std::sync::Arc;

/// What every component gets to report with. Clones share the same metrics and health.
#[derive(Clone)]
pub struct Observer {
    metrics: Arc<Metrics>,
    health: Arc<Health>,
}

impl Observer {
    /// A new set of metrics, with no check ready yet.
    pub fn new() -> Result<Self, MetricsError> {
        Ok(Self { metrics: Arc::new(Metrics::new()?), health: Arc::new(Health::new()) })
    }

    /// Writes the event's log line and counts it.
    pub fn emit(&self, event: &impl Event) {
        event.emit(&self.metrics);
    }

    /// The metrics, for gauges that have no event and for the admin listener.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What `/livez` and `/readyz` answer.
    pub fn health(&self) -> &Health {
        &self.health
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("health", &self.health).finish_non_exhaustive()
    }
}

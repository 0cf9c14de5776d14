//! How the database feels: what its background work reports, and what it can be asked.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rocksdb::event_listener::{DBBackgroundErrorReason, EventListener, MutableStatus};

/// What background work has reported since the start.
#[derive(Debug, Default)]
pub struct StoreHealth {
    background_errors: AtomicU64,
    stalled: AtomicBool,
    last_error: Mutex<Option<String>>,
}

impl StoreHealth {
    /// Failures of flushes and compactions since the start.
    pub fn background_errors(&self) -> u64 {
        self.background_errors.load(Ordering::Relaxed)
    }

    /// Whether writes wait for flushes or compaction.
    pub fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }

    /// The last failure of background work.
    pub fn last_error(&self) -> Option<String> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Sizes that the database reports about itself, in bytes unless the name says otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreSizes {
    /// Live table files.
    pub table_bytes: u64,
    /// Memory of the write buffers.
    pub write_buffer_bytes: u64,
    /// What compaction still has to rewrite.
    pub pending_compaction_bytes: u64,
    /// Write-ahead logs that are still needed.
    pub log_bytes: u64,
    /// Live table files in the bulk column: ingestion becomes slower with their number.
    pub bulk_files: u64,
}

pub(crate) struct HealthListener(Arc<StoreHealth>);

impl HealthListener {
    pub(crate) fn new(health: Arc<StoreHealth>) -> Self {
        Self(health)
    }
}

impl EventListener for HealthListener {
    fn on_background_error(&self, _: DBBackgroundErrorReason, status: MutableStatus) {
        self.0.background_errors.fetch_add(1, Ordering::Relaxed);
        let text = status.result().as_ref().err().map(ToString::to_string);
        *self.0.last_error.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }

    fn on_stall_conditions_changed(&self, info: &rocksdb::event_listener::WriteStallInfo) {
        let stalled = !matches!(info.cur(), rocksdb::event_listener::DBWriteStallCondition::KNormal);
        self.0.stalled.store(stalled, Ordering::Relaxed);
    }
}

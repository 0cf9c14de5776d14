//! Time-stamps of checkpoints.

use serde::Serialize;
use utoipa::ToSchema;

use crate::archive::StampedCheckpoint;
use crate::model::CheckpointStamp;

/// A page of time-stamped checkpoints.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct TimestampsJson {
    /// The items.
    pub(in crate::http) items: Vec<StampedJson>,
    /// Cursor of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::http) next: Option<String>,
}

/// A time-stamped checkpoint in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct StampedJson {
    /// Entries of the ledger in the checkpoint.
    size: u64,
    /// When an authority has first seen it.
    since: String,
    /// Until when the newest time-stamp must be renewed.
    renew_by: String,
}

impl From<StampedCheckpoint> for StampedJson {
    fn from(stamped: StampedCheckpoint) -> Self {
        let StampedCheckpoint { size, since, renew_by } = stamped;
        Self { size, since: since.to_string(), renew_by: renew_by.to_string() }
    }
}

/// What there is of evidence for a checkpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct TimestampJson {
    /// Entries of the ledger in the checkpoint.
    size: u64,
    /// What the newest time-stamp was made for: `first`, `stamp_renewed` or `hash_renewed`.
    kind: &'static str,
    /// When an authority has first seen the checkpoint.
    since: String,
    /// The time in the newest time-stamp.
    time: String,
    /// Until when the newest time-stamp must be renewed.
    renew_by: String,
    /// Bytes of the evidence record.
    record_bytes: usize,
}

impl From<CheckpointStamp> for TimestampJson {
    fn from(stamp: CheckpointStamp) -> Self {
        Self {
            size: stamp.size,
            kind: stamp.kind.as_str(),
            since: stamp.since.to_string(),
            time: stamp.time.to_string(),
            renew_by: stamp.renew_by.to_string(),
            record_bytes: stamp.record.len(),
        }
    }
}

//! How backups stand, on the admin listener.

use serde::Serialize;

use crate::archive::{BackupDone, BackupStatus};

/// The answer of `/backups`.
#[derive(Serialize)]
pub(in crate::http) struct BackupsJson {
    folder: String,
    running: bool,
    attempts_ended: u64,
    /// The attempt that the request began.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u64>,
    last: Option<BackupJson>,
    failure: Option<String>,
}

#[derive(Serialize)]
struct BackupJson {
    folder: String,
    group: u64,
    through: String,
    made: String,
    bytes: u64,
    copied_bytes: u64,
    damaged_earlier: Vec<String>,
    beside_the_data: bool,
    duration_seconds: f64,
}

impl BackupsJson {
    /// The status, and which attempt the request began.
    pub(in crate::http) fn new(status: BackupStatus, attempt: Option<u64>) -> Self {
        Self {
            folder: status.folder.display().to_string(),
            running: status.running,
            attempts_ended: status.attempts_ended,
            attempt,
            last: status.last.map(BackupJson::from),
            failure: status.failure,
        }
    }
}

impl From<BackupDone> for BackupJson {
    fn from(done: BackupDone) -> Self {
        Self {
            folder: done.folder.display().to_string(),
            group: done.group.0,
            through: done.through.to_string(),
            made: done.made.to_string(),
            bytes: done.bytes,
            copied_bytes: done.copied_bytes,
            damaged_earlier: done.damaged_earlier.iter().map(|path| path.display().to_string()).collect(),
            beside_the_data: done.beside_the_data,
            duration_seconds: done.duration.as_secs_f64(),
        }
    }
}

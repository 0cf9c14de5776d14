//! Storage: ordered columns, one atomic durable batch, sealed frames, and the anchor that proves nothing was lost.
//!
//! Invariants
//! - A value that is written once is never overwritten, in any build: [`Transaction`] has no operation for it.
//! - A batch is on stable storage when `commit` returns, or its outcome is unknown; there is no third case.
//! - Frames without an owner are not content of the archive; frames with an owner are removed with a
//!   warrant only, by [`Transaction::destroy`].
//!
//! What is deliberately absent: keys, plaintext, rules. And any type of RocksDB in a signature: it is imported here only, so that
//! another engine can take its place.

mod access;
pub mod agenda;
pub mod anchor;
pub mod backup;
pub mod codec;
mod column;
mod content;
mod destroy;
mod error;
pub mod fault;
mod format;
mod health;
mod held;
pub mod key;
mod manifest;
mod open;
mod options;
mod read;
mod reclaim;
mod retention;
mod survey;
mod transaction;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use column::{Column, Mutability};
pub use content::BulkFile;
pub use destroy::Removed;
pub use error::StoreError;
pub use health::{StoreHealth, StoreSizes};
pub use manifest::ManifestEnd;
pub use open::{Missing, OpenError, OpenReport, StoreSettings};
pub use read::Row;
pub use transaction::Transaction;

use crate::sys::fs::FileLock;

/// Numbers of the whole archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemKey {
    /// The last commit group.
    Group,
    /// Seconds since 1970 of the last commit group; recorded time never goes back behind it.
    Time,
    /// No upload that was under way at the last commit stages below this seq.
    StagingFloor,
    /// The last write-ahead log that a failed write may have touched.
    RetiredLog,
    /// The state of the protected clock, in its own form.
    Clock,
    /// The last epoch of the keyring that the database knows of.
    KeyEpoch,
}

impl SystemKey {
    fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Group => b"group",
            Self::Time => b"time",
            Self::StagingFloor => b"staging_floor",
            Self::RetiredLog => b"retired_log",
            Self::Clock => b"clock",
            Self::KeyEpoch => b"key_epoch",
        }
    }
}

/// The open storage of one archive. Shared by reference; one thread writes.
pub struct Store {
    database: rocksdb::DB,
    cache: rocksdb::Cache,
    staging: PathBuf,
    data: PathBuf,
    archive: [u8; 16],
    health: Arc<StoreHealth>,
    faults: Arc<dyn fault::Faults>,
    /// Held as long as the database is open. Declared last, so that it is released last.
    lock: Option<FileLock>,
}

impl Store {
    /// Starts a batch.
    pub fn transaction(&self) -> Transaction<'_> {
        Transaction::new(self)
    }

    /// The random id of this archive, as in its anchor.
    pub fn archive_id(&self) -> [u8; 16] {
        self.archive
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What background work reports.
    pub fn health(&self) -> &Arc<StoreHealth> {
        &self.health
    }

    /// What fails on purpose.
    pub fn faults(&self) -> &Arc<dyn fault::Faults> {
        &self.faults
    }

    /// Bytes that can still be written to the file system of the data.
    pub fn free_bytes(&self) -> Result<u64, StoreError> {
        Ok(crate::sys::fs::free_bytes(&self.data)?)
    }

    /// Sizes that the database reports about itself.
    pub fn sizes(&self) -> Result<StoreSizes, StoreError> {
        let sum = |property: &str| -> Result<u64, StoreError> {
            Column::ALL.into_iter().try_fold(0, |sum, column| {
                let value = self.database.property_int_value_cf(self.handle(column)?, property)?;
                Ok(sum + value.unwrap_or(0))
            })
        };
        Ok(StoreSizes {
            table_bytes: sum("rocksdb.live-sst-files-size")?,
            write_buffer_bytes: sum("rocksdb.cur-size-all-mem-tables")?,
            pending_compaction_bytes: sum("rocksdb.estimate-pending-compaction-bytes")?,
            log_bytes: self.live_logs()?.iter().map(|(_, bytes)| bytes).sum(),
            bulk_files: self.bulk_files()?,
        })
    }

    fn bulk_files(&self) -> Result<u64, StoreError> {
        const LEVELS: u32 = 7;
        let handle = self.handle(Column::Bulk)?;
        (0..LEVELS).try_fold(0, |sum, level| {
            let property = format!("rocksdb.num-files-at-level{level}");
            let value = self.database.property_value_cf(handle, &property)?;
            Ok(sum + value.and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(0))
        })
    }

    /// Number and size of every write-ahead log that a start would read.
    fn live_logs(&self) -> Result<Vec<(u64, u64)>, StoreError> {
        let files = self.database.get_sorted_wal_files()?;
        Ok(files.iter().map(|file| (file.log_number(), file.size_file_bytes())).collect())
    }

    /// Number of the write-ahead log that is being written.
    pub fn current_log(&self) -> Result<u64, StoreError> {
        Ok(self.database.get_current_wal_file()?.log_number())
    }

    /// After a write failed for want of space: makes sure that what it may have left in the write-ahead log can never be applied.
    ///
    /// Everything in memory goes to table files, so that no log up to `suspect` is needed any more; the answer says whether that
    /// was achieved. A failed batch that a later start would replay over other batches would tear a hole into the ledger.
    pub fn retire_logs_up_to(&self, suspect: u64) -> Result<bool, StoreError> {
        self.database.resume()?;
        // Without something to flush, RocksDB would keep the log.
        let mut options = rocksdb::WriteOptions::default();
        options.set_sync(true);
        let note = codec::encode_u64(suspect);
        self.database.put_cf_opt(self.handle(Column::System)?, SystemKey::RetiredLog.as_bytes(), note, &options)?;
        let handles = Column::ALL.into_iter().map(|column| self.handle(column)).collect::<Result<Vec<_>, _>>()?;
        let mut options = rocksdb::FlushOptions::default();
        options.set_wait(true);
        self.database.flush_cfs_opt(&handles, &options)?;
        Ok(self.live_logs()?.iter().all(|(number, _)| *number > suspect))
    }

    /// Recomputes the checksum of every table file. Slow; for `verify`.
    pub fn verify_files(&self) -> Result<(), StoreError> {
        self.database.verify_file_checksums()?;
        Ok(self.database.verify_checksum()?)
    }

    /// Whether the manifest ends with a whole record; for `verify`, because the database itself looks past one that is not.
    pub fn manifest_end(&self) -> Result<ManifestEnd, StoreError> {
        Ok(manifest::end(&format::Layout::new(&self.data).database())?)
    }
}

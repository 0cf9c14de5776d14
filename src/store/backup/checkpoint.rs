//! A state of the database that stands still while it is copied.
//!
//! RocksDB never changes a table file, so a second name for each of them holds a state fast within milliseconds. The names lie in the
//! data directory, on the same file system. They keep the space of files that compaction would have freed, which is why a checkpoint lives
//! only as long as its copying, and why a start removes what a crash has left of one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rocksdb::checkpoint::Checkpoint as Links;

use crate::store::fault::{BackupStep, take_for_backup};
use crate::store::format::Layout;
use crate::store::{Column, Store, StoreError};
use crate::sys::fs::create_private_directory;

const FOLDER: &str = "checkpoint";

/// The files of one state of the database. They go when it is dropped.
#[derive(Debug)]
pub struct Checkpoint {
    root: PathBuf,
}

impl Checkpoint {
    /// The folder with the files of the database.
    pub(super) fn database(&self) -> PathBuf {
        self.root.join("database")
    }
}

impl Drop for Checkpoint {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next backup or the next start.
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Store {
    /// Writes everything in memory to table files, while others go on writing. So a checkpoint right after has little left to do.
    pub fn flush(&self) -> Result<(), StoreError> {
        let handles = Column::ALL.into_iter().map(|column| self.handle(column)).collect::<Result<Vec<_>, _>>()?;
        let mut options = rocksdb::FlushOptions::default();
        options.set_wait(true);
        Ok(self.database.flush_cfs_opt(&handles, &options)?)
    }

    /// Holds the present state fast. Only the one writer may ask for it: a write under way would leave a torn record in the copy of the
    /// write-ahead log.
    pub fn checkpoint(&self) -> Result<Checkpoint, StoreError> {
        sweep(&self.data)?;
        let checkpoint = Checkpoint { root: self.data.join(FOLDER) };
        create_private_directory(&checkpoint.root)?;
        take_for_backup(&self.faults, BackupStep::Checkpoint, || Ok(Links::new(&self.database)?.create_checkpoint(checkpoint.database())?))
            .map(|()| checkpoint)
    }

    /// The data directory.
    pub(super) fn layout(&self) -> Layout {
        Layout::new(&self.data)
    }
}

/// Removes what a crash has left of a checkpoint in this data directory.
pub(in crate::store) fn sweep(data: &Path) -> io::Result<()> {
    match fs::remove_dir_all(data.join(FOLDER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

//! One atomic, durable batch: the only way in which anything but a staged file gets into the database.

use std::collections::HashSet;

use rocksdb::{ColumnFamily, WriteBatch, WriteOptions};

use super::column::{Column, Mutability};
use super::error::StoreError;
use super::fault::{self, Step};
use super::key::LogKey;
use super::{Store, SystemKey, codec, key};
use crate::limits::FRAMES_REMOVED_SINGLY_MAX;
use crate::model::destruction::DestructionWarrant;
use crate::model::{ContentColumn, ContentLocation, ContentSeq, VaultId};

/// A batch under construction.
pub struct Transaction<'a> {
    store: &'a Store,
    batch: WriteBatch,
    /// The columns that were written to; finding one by its name takes as long as adding a row.
    handles: [Option<&'a ColumnFamily>; Column::ALL.len()],
    /// Keys that must not exist when the batch is committed; of frames, only the first of each document.
    once: HashSet<(Column, Vec<u8>)>,
}

/// Room for a group of letters; a larger batch grows.
const BATCH_BYTES: usize = 256 << 10;

impl<'a> Transaction<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        let batch = WriteBatch::with_capacity_bytes(BATCH_BYTES);
        Self { store, batch, handles: [None; Column::ALL.len()], once: HashSet::new() }
    }

    fn handle(&mut self, column: Column) -> Result<&'a ColumnFamily, StoreError> {
        let known = &mut self.handles[column as usize];
        let handle = match *known {
            Some(handle) => handle,
            None => self.store.handle(column)?,
        };
        *known = Some(handle);
        Ok(handle)
    }

    /// Adds a value that is written once. The commit refuses if the key exists.
    ///
    /// # Panics
    /// When the column holds cursors, or the batch has the key already: both are mistakes of our own code.
    pub fn insert(&mut self, column: Column, key: Vec<u8>, value: impl AsRef<[u8]>) -> Result<(), StoreError> {
        assert_eq!(column.mutability(), Mutability::Once, "cursors are set, not inserted");
        let handle = self.handle(column)?;
        self.batch.put_cf(handle, &key, &value);
        self.note_once(column, key);
        Ok(())
    }

    /// Moves a cursor.
    ///
    /// # Panics
    /// When the column is written once: it has no operation that overwrites.
    pub fn set(&mut self, column: Column, key: &[u8], value: impl AsRef<[u8]>) -> Result<(), StoreError> {
        assert_eq!(column.mutability(), Mutability::Cursor, "a value that is written once is never set");
        let handle = self.handle(column)?;
        self.batch.put_cf(handle, key, value);
        Ok(())
    }

    /// Stores how many documents a vault holds.
    pub fn set_documents_held(&mut self, vault: VaultId, documents: u64) -> Result<(), StoreError> {
        self.set(Column::System, &key::documents_held(vault), codec::encode_u64(documents))
    }

    /// Stores the newest checkpoint of a log that witnesses have cosigned.
    pub fn set_cosigned(&mut self, log: LogKey, note: &str) -> Result<(), StoreError> {
        self.set(Column::Cosigned, &log.head(), codec::encode_cosigned(note))
    }

    /// Stores the state of the protected clock.
    pub fn set_clock(&mut self, state: Vec<u8>) -> Result<(), StoreError> {
        self.set(Column::System, SystemKey::Clock.as_bytes(), state)
    }

    /// Writes or removes a value that follows from others.
    ///
    /// # Panics
    /// When the column holds anything else.
    pub(super) fn derive(&mut self, column: Column, key: &[u8], value: Option<Vec<u8>>) -> Result<(), StoreError> {
        assert_eq!(column.mutability(), Mutability::Derived, "only what can be computed again is ever removed");
        let handle = self.handle(column)?;
        match value {
            Some(value) => self.batch.put_cf(handle, key, value),
            None => self.batch.delete_cf(handle, key),
        }
        Ok(())
    }

    /// Removes a value that was written once: the one operation that does, and only with a warrant. What it covers is for
    /// [`Transaction::destroy`] to see to.
    pub(super) fn remove(&mut self, _: &DestructionWarrant, column: Column, key: &[u8]) -> Result<(), StoreError> {
        assert_eq!(column.mutability(), Mutability::Once, "what follows from others is derived, not destroyed");
        let handle = self.handle(column)?;
        self.batch.delete_cf(handle, key);
        Ok(())
    }

    /// Removes the frames of one document, likewise.
    pub(super) fn remove_frames(&mut self, _: &DestructionWarrant, location: &ContentLocation) -> Result<(), StoreError> {
        let column = match location.column {
            ContentColumn::Logged => Column::Content,
            ContentColumn::Bulk => Column::Bulk,
        };
        let handle = self.handle(column)?;
        if location.frames > FRAMES_REMOVED_SINGLY_MAX {
            let end = key::frame(ContentSeq(location.seq.0.saturating_add(1)), 0);
            self.batch.delete_range_cf(handle, key::frame(location.seq, 0), end);
            return Ok(());
        }
        (0..location.frames).for_each(|index| self.batch.delete_cf(handle, key::frame(location.seq, index)));
        Ok(())
    }

    /// Removes a whole access ledger, likewise: entries, tiles, what is sealed beside them, and its head.
    pub(super) fn remove_log(&mut self, _: &DestructionWarrant, log: LogKey) -> Result<(), StoreError> {
        let next = log.year().and_then(|year| year.checked_add(1)).map(|year| LogKey::access(log.vault, year));
        let next = next.ok_or_else(|| StoreError::Damaged("only the access ledger of a year is ever removed".to_owned()))?;
        for column in [Column::Ledger, Column::Tiles, Column::Accesses, Column::AccessesOf] {
            self.batch.delete_range_cf(self.store.handle(column)?, log.head(), next.head());
        }
        self.batch.delete_cf(self.store.handle(Column::Heads)?, log.head());
        Ok(())
    }

    /// The storage that the batch is for.
    pub(super) fn store(&self) -> &'a Store {
        self.store
    }

    /// Moves a number of the whole archive.
    pub fn set_system(&mut self, name: SystemKey, number: u64) -> Result<(), StoreError> {
        self.set(Column::System, name.as_bytes(), codec::encode_u64(number))
    }

    /// Adds the frames of one document to the logged content.
    pub fn insert_frames<B: AsRef<[u8]>>(&mut self, seq: ContentSeq, frames: impl IntoIterator<Item = B>) -> Result<(), StoreError> {
        let handle = self.handle(Column::Content)?;
        for (index, frame) in (0u32..).zip(frames) {
            self.batch.put_cf(handle, key::frame(seq, index), frame);
        }
        self.note_once(Column::Content, key::frame(seq, 0).to_vec());
        Ok(())
    }

    fn note_once(&mut self, column: Column, key: Vec<u8>) {
        let is_new = self.once.insert((column, key));
        assert!(is_new, "one batch writes a key of column {} once", column.name());
    }

    /// Commits: when this returns `Ok`, everything in the batch is on stable storage and visible.
    ///
    /// On `Err` nothing is known about whether it happened, except for [`StoreError::WouldOverwrite`], which comes before the
    /// attempt.
    pub fn commit(self) -> Result<(), StoreError> {
        self.refuse_overwriting()?;
        let mut options = WriteOptions::default();
        options.set_sync(true);
        options.disable_wal(false);
        options.set_protection_bytes_per_key(8);
        fault::take(&self.store.faults, Step::CommitGroup, || Ok(self.store.database.write_opt(&self.batch, &options)?))
    }

    /// Write-once holds in every build, whatever the rules above decided.
    fn refuse_overwriting(&self) -> Result<(), StoreError> {
        for (column, key) in &self.once {
            let handle = self.handles[*column as usize].map_or_else(|| self.store.handle(*column), Ok)?;
            if self.store.exists_in(handle, key)? {
                return Err(StoreError::WouldOverwrite(*column));
            }
        }
        Ok(())
    }
}

//! Sealed frames that are too many for the write-ahead log: written to a file, and the file handed to the database.
//!
//! Payload first, reference last: ingesting makes frames readable under their seq, but nothing refers to that seq before the
//! group commits its owner. A crash in between leaves frames without an owner; the start-up check removes them. That removal and
//! the one for broken uploads are the same function, and it refuses anything that has an owner.

use std::fs;
use std::path::PathBuf;

use rocksdb::{IngestExternalFileOptions, ReadOptions, SstFileWriter, WriteOptions};

use super::column::Column;
use super::error::StoreError;
use super::fault::{self, Step};
use super::{Store, key, options};
use crate::model::{ContentColumn, ContentLocation, ContentSeq};

/// A finished file of frames that the database does not know yet. Dropping it removes the file.
#[derive(Debug)]
pub struct BulkFile {
    path: PathBuf,
}

impl Drop for BulkFile {
    fn drop(&mut self) {
        // After ingestion the name has moved into the database and this finds nothing; otherwise nobody refers to the file, and
        // what cannot be removed now is swept at the next start.
        let _ = fs::remove_file(&self.path);
    }
}

impl Store {
    /// Writes frames to a file beside the database and makes it durable. `frames` come in ascending order of (seq, frame). Refuses a
    /// seq that has an owner: content of a document is not replaced.
    pub fn build_bulk<B: AsRef<[u8]>>(&self, frames: impl IntoIterator<Item = (ContentSeq, u32, B)>) -> Result<BulkFile, StoreError> {
        let name = format!("{}.sst", hex::encode(crate::sys::random::bytes::<16>()));
        let file = BulkFile { path: self.staging.join(name) };
        fault::take(&self.faults, Step::BuildBulk, || {
            let options = options::of_column(Column::Bulk, &self.cache);
            let mut writer = SstFileWriter::create(&options);
            writer.open(&file.path)?;
            let mut last = None;
            for (seq, index, frame) in frames {
                // Ingested frames would take the place of those under the same seq before any commit could refuse.
                if last.replace(seq) != Some(seq) && self.exists(Column::Owners, &key::owner(seq))? {
                    return Err(StoreError::WouldOverwrite(Column::Bulk));
                }
                writer.put(key::frame(seq, index), frame)?;
            }
            Ok(writer.finish()?)
        })?;
        Ok(file)
    }

    /// Hands files to the database. Durable when this returns, but not referred to by anything.
    pub fn ingest_bulk(&self, files: Vec<BulkFile>) -> Result<(), StoreError> {
        let mut options = IngestExternalFileOptions::default();
        options.set_move_files(true);
        options.set_snapshot_consistency(true);
        let paths = files.iter().map(|file| file.path.clone()).collect();
        fault::take(&self.faults, Step::IngestBulk, || {
            Ok(self.database.ingest_external_file_cf_opts(self.handle(Column::Bulk)?, &options, paths)?)
        })
    }

    /// One sealed frame, or `None` if it is not there.
    pub fn frame(&self, location: &ContentLocation, index: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let column = match location.column {
            ContentColumn::Logged => Column::Content,
            ContentColumn::Bulk => Column::Bulk,
        };
        let mut options = ReadOptions::default();
        options.set_verify_checksums(true);
        // Content is read once and would push the indexes out of the cache.
        options.fill_cache(false);
        let value = self.database.get_pinned_cf_opt(self.handle(column)?, key::frame(location.seq, index), &options)?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// Removes staged frames that nothing refers to, and answers whether there were any. Refuses a seq that has an owner: content
    /// of a document is not removed here, nor anywhere else yet.
    pub fn discard_staged(&self, seq: ContentSeq) -> Result<bool, StoreError> {
        if self.exists(Column::Owners, &key::owner(seq))? {
            return Err(StoreError::WouldOverwrite(Column::Bulk));
        }
        let (first, end) = (key::frame(seq, 0), key::frame(ContentSeq(seq.0.saturating_add(1)), 0));
        if self.first_key(Column::Bulk, &first)?.is_none_or(|key| key[..] >= end[..]) {
            return Ok(false);
        }
        let handle = self.handle(Column::Bulk)?;
        let mut batch = rocksdb::WriteBatch::default();
        batch.delete_range_cf(handle, first, end);
        let mut options = WriteOptions::default();
        options.set_sync(true);
        self.database.write_opt(&batch, &options)?;
        // Whole files of the range go at once; nothing else shares a file with a staged seq.
        self.database.delete_file_in_range_cf(handle, first, end)?;
        Ok(true)
    }

    /// Removes everything that was staged from `floor` on and never committed. Answers how many seqs were removed.
    pub(super) fn sweep_staged(&self, floor: ContentSeq) -> Result<u64, StoreError> {
        let mut swept = 0;
        let mut next = floor;
        while let Some(found) = self.first_key(Column::Bulk, &key::frame(next, 0))? {
            let (seq, _) = key::parse_frame(&found).ok_or_else(|| StoreError::Damaged("a key of column bulk is not one".to_owned()))?;
            if !self.exists(Column::Owners, &key::owner(seq))? {
                swept += u64::from(self.discard_staged(seq)?);
            }
            next = ContentSeq(seq.0.saturating_add(1));
        }
        for leftover in fs::read_dir(&self.staging)? {
            fs::remove_file(leftover?.path())?;
        }
        Ok(swept)
    }

    /// The first seq that no content has used.
    pub(super) fn next_content_seq(&self) -> Result<ContentSeq, StoreError> {
        let mut next = 0;
        for column in [Column::Content, Column::Bulk] {
            if let Some(last) = self.last_key(column)? {
                let (seq, _) = key::parse_frame(&last).ok_or_else(|| StoreError::Damaged("a content key is not one".to_owned()))?;
                next = next.max(seq.0 + 1);
            }
        }
        Ok(ContentSeq(next))
    }
}

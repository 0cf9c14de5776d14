//! Giving space back behind a destruction. Costs time and gives no secrecy: the keys of what was removed are gone already.

use super::Store;
use super::column::{Column, Mutability};
use super::error::StoreError;

impl Store {
    /// Rolls the log and writes every table anew that holds removed rows.
    ///
    /// Content that was ingested goes as whole files where nothing living shares them; the rest comes back with compaction, which
    /// rewrites as many bytes as the touched files have. Writing goes on meanwhile.
    pub fn reclaim(&self) -> Result<(), StoreError> {
        let handles = Column::ALL.into_iter().map(|column| self.handle(column)).collect::<Result<Vec<_>, _>>()?;
        let mut options = rocksdb::FlushOptions::default();
        options.set_wait(true);
        self.database.flush_cfs_opt(&handles, &options)?;
        for column in Column::ALL.into_iter().filter(|column| column.mutability() != Mutability::Cursor && !column.is_ledger()) {
            let mut options = rocksdb::CompactOptions::default();
            // Other compactions and all writing go on beside this one.
            options.set_exclusive_manual_compaction(false);
            // Only what the removals reach is rewritten: forcing the lowest level would write the whole archive anew.
            options.set_bottommost_level_compaction(rocksdb::BottommostLevelCompaction::Skip);
            self.database.compact_range_cf_opt(self.handle(column)?, None::<&[u8]>, None::<&[u8]>, &options);
        }
        Ok(())
    }
}

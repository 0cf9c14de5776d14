//! Reading what stands beside the entries of access ledgers.

use super::column::Column;
use super::error::StoreError;
use super::key::LogKey;
use super::{Row, Store, codec, key};
use crate::model::{AccessRecord, Address, CaseNumber, LedgerIndex};

impl Store {
    /// Whether the ledger is an access ledger of which the facts say that it was sealed and removed.
    pub fn log_was_destroyed(&self, log: LogKey) -> Result<bool, StoreError> {
        let Some(year) = log.year() else { return Ok(false) };
        Ok(self.disposition(log.vault)?.shard(year).is_some_and(|shard| shard.destroyed))
    }

    /// Whether it is an access ledger that was sealed: nothing is ever added to it.
    pub fn log_is_sealed(&self, log: LogKey) -> Result<bool, StoreError> {
        let Some(year) = log.year() else { return Ok(false) };
        Ok(self.disposition(log.vault)?.shard(year).is_some())
    }

    /// What stands beside an entry of an access ledger; the first one of a ledger has nothing.
    pub fn access(&self, log: LogKey, index: LedgerIndex) -> Result<Option<AccessRecord>, StoreError> {
        let value = self.get(Column::Accesses, &key::access(log, index))?;
        value.map(|value| codec::decode_access(&value).map_err(StoreError::unreadable(Column::Accesses))).transpose()
    }

    /// The entries about one document, or about a case itself, from `first` on.
    pub fn accesses_of(&self, log: LogKey, subject: Address, first: LedgerIndex, limit: usize) -> Result<Vec<LedgerIndex>, StoreError> {
        let from = key::access_of(log, subject, first);
        let prefix = from.get(..from.len() - 8).unwrap_or_default();
        self.rows(Column::AccessesOf, prefix, Some(&from))?.take(limit).map(index_of).collect()
    }

    /// The entries about a case and everything in it, in their order, from `first` on. Looks at all of them, because they are filed by
    /// document.
    pub fn accesses_of_case(
        &self,
        log: LogKey,
        case: CaseNumber,
        first: LedgerIndex,
        limit: usize,
    ) -> Result<Vec<LedgerIndex>, StoreError> {
        let prefix = key::accesses_of_case(log, case);
        let mut found = std::collections::BTreeSet::new();
        for row in self.rows(Column::AccessesOf, &prefix, None)? {
            let index = index_of(row)?;
            if index >= first {
                found.insert(index);
            }
            if found.len() > limit {
                found.pop_last();
            }
        }
        Ok(found.into_iter().collect())
    }
}

fn index_of(row: Result<Row, StoreError>) -> Result<LedgerIndex, StoreError> {
    let (found, _) = row?;
    let damaged = || StoreError::Damaged("a key of column accesses_of is not one".to_owned());
    key::parse_access_of(&found).map(|(_, index)| index).ok_or_else(damaged)
}

//! Reading: records by key, ranges by prefix. Nothing here writes.

use rocksdb::{Direction, IteratorMode, ReadOptions};

use super::column::Column;
use super::error::StoreError;
use super::key::LogKey;
use super::{Store, SystemKey, codec, key};
use crate::model::{
    Address, CaseId, CaseNumber, CaseRecord, ContentSeq, DocumentId, DocumentNumber, DocumentRecord, LedgerIndex, VaultId, VaultName,
    VaultRecord,
};

/// A key with its value.
pub type Row = (Box<[u8]>, Box<[u8]>);

impl Store {
    pub(super) fn handle(&self, column: Column) -> Result<&rocksdb::ColumnFamily, StoreError> {
        self.database.cf_handle(column.name()).ok_or(StoreError::NoColumn(column))
    }

    /// The value under a key, whatever it is.
    pub fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.database.get_pinned_cf(self.handle(column)?, key)?.map(|value| value.to_vec()))
    }

    pub(super) fn exists(&self, column: Column, key: &[u8]) -> Result<bool, StoreError> {
        self.exists_in(self.handle(column)?, key)
    }

    pub(super) fn exists_in(&self, handle: &rocksdb::ColumnFamily, key: &[u8]) -> Result<bool, StoreError> {
        // The filter answers most absent keys without reading; only "maybe" needs the real look-up.
        Ok(self.database.key_may_exist_cf(handle, key) && self.database.get_pinned_cf(handle, key)?.is_some())
    }

    /// The first key at or after `from`.
    pub(super) fn first_key(&self, column: Column, from: &[u8]) -> Result<Option<Box<[u8]>>, StoreError> {
        let mut iterator = self.database.raw_iterator_cf(self.handle(column)?);
        iterator.seek(from);
        iterator.status()?;
        Ok(iterator.key().map(Box::from))
    }

    pub(super) fn last_key(&self, column: Column) -> Result<Option<Box<[u8]>>, StoreError> {
        let mut iterator = self.database.raw_iterator_cf(self.handle(column)?);
        iterator.seek_to_last();
        iterator.status()?;
        Ok(iterator.key().map(Box::from))
    }

    /// How many documents a case has. Looks at their keys alone.
    pub fn count_in_case(&self, vault: VaultId, case: CaseNumber) -> Result<u32, StoreError> {
        let prefix = key::case(vault, case);
        let mut iterator = self.database.raw_iterator_cf(self.handle(Column::Documents)?);
        iterator.seek(&prefix);
        let mut documents: u32 = 0;
        while iterator.key().is_some_and(|key| key.starts_with(&prefix)) {
            documents = documents.saturating_add(1);
            iterator.next();
        }
        iterator.status()?;
        Ok(documents)
    }

    /// The rows whose keys start with `prefix`, in order, beginning at `from` if it is given. Reads one state of the database,
    /// however long it takes.
    pub fn rows<'a>(
        &'a self,
        column: Column,
        prefix: &'a [u8],
        from: Option<&[u8]>,
    ) -> Result<impl Iterator<Item = Result<Row, StoreError>> + 'a, StoreError> {
        let mut options = ReadOptions::default();
        options.set_verify_checksums(true);
        let mode = IteratorMode::From(from.unwrap_or(prefix), Direction::Forward);
        let iterator = self.database.iterator_cf_opt(self.handle(column)?, options, mode);
        Ok(iterator
            .map(|row| row.map_err(StoreError::from))
            .take_while(move |row| row.as_ref().map_or(true, |(key, _)| key.starts_with(prefix))))
    }

    /// All rows from `from` on, in order; the caller says where to end.
    pub(super) fn rows_from(
        &self,
        column: Column,
        from: Vec<u8>,
    ) -> Result<impl Iterator<Item = Result<Row, StoreError>> + '_, StoreError> {
        let mut options = ReadOptions::default();
        options.set_verify_checksums(true);
        let iterator = self.database.iterator_cf_opt(self.handle(column)?, options, IteratorMode::From(&from, Direction::Forward));
        Ok(iterator.map(|row| row.map_err(StoreError::from)))
    }

    /// A number of the whole archive; 0 before it was first set.
    pub fn system(&self, name: SystemKey) -> Result<u64, StoreError> {
        match self.get(Column::System, name.as_bytes())? {
            Some(value) => codec::decode_u64(&value).map_err(StoreError::unreadable(Column::System)),
            None => Ok(0),
        }
    }

    /// The state of the protected clock as it was last committed.
    pub fn saved_clock(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(Column::System, SystemKey::Clock.as_bytes())
    }

    /// The vault of this name.
    pub fn vault(&self, name: &VaultName) -> Result<Option<VaultRecord>, StoreError> {
        let value = self.get(Column::Vaults, name.as_str().as_bytes())?;
        value.map(|value| codec::decode_vault(&value).map_err(StoreError::unreadable(Column::Vaults))).transpose()
    }

    /// The vault with this id.
    pub fn vault_by_id(&self, id: VaultId) -> Result<Option<VaultRecord>, StoreError> {
        let Some(name) = self.get(Column::VaultIds, &id.0)? else {
            return Ok(None);
        };
        let value = self.get(Column::Vaults, &name)?;
        value.map(|value| codec::decode_vault(&value).map_err(StoreError::unreadable(Column::Vaults))).transpose()
    }

    /// All vaults, by name.
    pub fn vaults(&self) -> Result<Vec<VaultRecord>, StoreError> {
        self.rows(Column::Vaults, &[], None)?
            .map(|row| codec::decode_vault(&row?.1).map_err(StoreError::unreadable(Column::Vaults)))
            .collect()
    }

    /// The case with this number.
    pub fn case(&self, vault: VaultId, number: CaseNumber) -> Result<Option<CaseRecord>, StoreError> {
        let value = self.get(Column::Cases, &key::case(vault, number))?;
        value.map(|value| codec::decode_case(&value).map_err(StoreError::unreadable(Column::Cases))).transpose()
    }

    /// The number of the case with this id.
    pub fn case_number(&self, vault: VaultId, id: CaseId) -> Result<Option<CaseNumber>, StoreError> {
        let value = self.get(Column::CaseIds, &key::case_id(vault, id))?;
        value.map(|value| codec::decode_case_number(&value).map_err(StoreError::unreadable(Column::CaseIds))).transpose()
    }

    /// The number of the case with this tag of a reference.
    pub fn case_number_by_reference(&self, vault: VaultId, tag: &[u8; 32]) -> Result<Option<CaseNumber>, StoreError> {
        let value = self.get(Column::CaseRefs, &key::case_ref(vault, tag))?;
        value.map(|value| codec::decode_case_number(&value).map_err(StoreError::unreadable(Column::CaseRefs))).transpose()
    }

    /// The document at this address.
    pub fn document(&self, vault: VaultId, address: Address) -> Result<Option<DocumentRecord>, StoreError> {
        let value = self.get(Column::Documents, &key::document(vault, address))?;
        value.map(|value| codec::decode_document(&value).map_err(StoreError::unreadable(Column::Documents))).transpose()
    }

    /// Whether there is a document at this address; cheaper than reading it.
    pub fn document_exists(&self, vault: VaultId, address: Address) -> Result<bool, StoreError> {
        self.exists(Column::Documents, &key::document(vault, address))
    }

    /// The address of the document with this id.
    pub fn document_address(&self, vault: VaultId, id: DocumentId) -> Result<Option<Address>, StoreError> {
        let value = self.get(Column::DocumentIds, &key::document_id(vault, id))?;
        let number = value.map(|value| codec::decode_u64(&value).map_err(StoreError::unreadable(Column::DocumentIds))).transpose()?;
        Ok(number.map(Address::from_u64))
    }

    /// Whose content lies under this seq.
    pub fn owner(&self, seq: ContentSeq) -> Result<Option<(VaultId, Address)>, StoreError> {
        let value = self.get(Column::Owners, &key::owner(seq))?;
        value.map(|value| codec::decode_owner(&value).map_err(StoreError::unreadable(Column::Owners))).transpose()
    }

    /// Documents in a vault; `None` in an archive from before they were counted.
    pub fn documents_held(&self, vault: VaultId) -> Result<Option<u64>, StoreError> {
        let value = self.get(Column::System, &key::documents_held(vault))?;
        value.map(|value| codec::decode_u64(&value).map_err(StoreError::unreadable(Column::System))).transpose()
    }

    /// Counts the documents of a vault one by one.
    pub fn count_documents(&self, vault: VaultId) -> Result<u64, StoreError> {
        self.rows(Column::Documents, &vault.0, None)?.try_fold(0, |count, row| row.map(|_| count + 1))
    }

    /// The highest number that a case of this vault has, for numbering on.
    pub fn last_case_number(&self, vault: VaultId) -> Result<Option<CaseNumber>, StoreError> {
        let last = self.last_row_with_prefix(Column::Cases, &vault.0)?;
        let alive = last.map(|(_, value)| codec::decode_case(&value).map(|case| case.number)).transpose();
        // The numbers of destroyed cases have no keys any more.
        let destroyed = self.last_tombstone(vault, Address::of_case(CaseNumber::MAX))?.map(|address| address.case);
        Ok(alive.map_err(StoreError::unreadable(Column::Cases))?.max(destroyed))
    }

    /// The highest address that a document of this case has.
    pub fn last_document_address(&self, vault: VaultId, case: CaseNumber) -> Result<Option<Address>, StoreError> {
        let last = self.last_row_with_prefix(Column::Documents, &key::case(vault, case))?;
        let alive = last.and_then(|(found, _)| key::parse_document(&found)).map(|(_, address)| address);
        let destroyed = self.last_tombstone(vault, Address { case, document: DocumentNumber::MAX })?;
        Ok(alive.max(destroyed.filter(|address| address.case == case)))
    }

    /// The highest address up to `end` that has a tombstone.
    pub(super) fn last_tombstone(&self, vault: VaultId, end: Address) -> Result<Option<Address>, StoreError> {
        let mut iterator = self.database.raw_iterator_cf(self.handle(Column::Tombstones)?);
        iterator.seek_for_prev(key::document(vault, end));
        iterator.status()?;
        Ok(iterator.key().and_then(key::parse_document).filter(|(of, _)| *of == vault).map(|(_, address)| address))
    }

    /// Bytes of a ledger entry.
    pub fn entry(&self, log: LogKey, index: LedgerIndex) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(Column::Ledger, &log.entry(index))
    }

    /// What `see` makes of the bytes of a ledger entry, without a copy of them.
    pub fn see_entry<T>(&self, log: LogKey, index: LedgerIndex, see: impl FnOnce(&[u8]) -> T) -> Result<Option<T>, StoreError> {
        let value = self.database.get_pinned_cf(self.handle(Column::Ledger)?, log.entry(index))?;
        Ok(value.map(|value| see(&value)))
    }

    /// Bytes of a full tile.
    pub fn tile(&self, log: LogKey, level: u8, n: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(Column::Tiles, &log.tile(level, n))
    }

    /// Size and frontier of a log.
    pub fn head(&self, log: LogKey) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let value = self.get(Column::Heads, &log.head())?;
        value.map(|value| codec::decode_head(&value).map_err(StoreError::unreadable(Column::Heads))).transpose()
    }

    /// All logs with their sizes and frontiers.
    pub fn heads(&self) -> Result<Vec<(LogKey, u64, Vec<u8>)>, StoreError> {
        let head = |row: Result<Row, StoreError>| {
            let (found, value) = row?;
            let log = LogKey::parse_head(&found).ok_or_else(|| StoreError::Damaged("a key of column heads is not one".to_owned()))?;
            let (size, frontier) = codec::decode_head(&value).map_err(StoreError::unreadable(Column::Heads))?;
            Ok((log, size, frontier))
        };
        self.rows(Column::Heads, &[], None)?.map(head).collect()
    }

    /// The newest checkpoint of a log that witnesses have cosigned, as a note.
    pub fn cosigned(&self, log: LogKey) -> Result<Option<String>, StoreError> {
        let value = self.get(Column::Cosigned, &log.head())?;
        value.map(|value| codec::decode_cosigned(&value).map_err(StoreError::unreadable(Column::Cosigned))).transpose()
    }

    pub(super) fn last_row_with_prefix(&self, column: Column, prefix: &[u8]) -> Result<Option<Row>, StoreError> {
        let mut iterator = self.database.raw_iterator_cf(self.handle(column)?);
        let past_the_end = [prefix, &[0xff; 24]].concat();
        iterator.seek_for_prev(past_the_end);
        iterator.status()?;
        Ok(iterator.item().filter(|(found, _)| found.starts_with(prefix)).map(|(found, value)| (Box::from(found), Box::from(value))))
    }
}

//! A database without its rules: what somebody can do to it who knows how it works and recomputes its checksums.

use std::path::Path;

use aktenfest::ledger::{Frontier, leaf_hash};
use aktenfest::model::{Address, DocumentRecord, LedgerIndex, VaultRecord};
use aktenfest::store::key::{self, LogKey};
use aktenfest::store::{Column, codec};
use aktenfest::verify::{Code, Verdict};
use rocksdb::{DB, FileChecksumGenFactory, IteratorMode, Options};

use super::Copy;
use crate::archive::document_id;

/// One thing that somebody does to the database, and how it is found.
pub struct Attack {
    pub what: &'static str,
    pub attack: fn(&Raw),
    pub code: Code,
    pub place: &'static str,
    pub verdict: Verdict,
}

/// The database of a stopped archive, open without any of the rules of the store.
pub struct Raw {
    database: DB,
    pub vault: VaultRecord,
}

impl Raw {
    pub fn open(copy: &Copy) -> Self {
        Self::at(&copy.path("data/database"))
    }

    /// The database in this folder.
    pub fn at(folder: &Path) -> Self {
        let mut options = Options::default();
        options.set_file_checksum_gen_factory(&FileChecksumGenFactory::crc32c());
        let names = Column::ALL.into_iter().map(Column::name).chain(["default"]);
        let database = DB::open_cf(&options, folder, names).unwrap();
        let handle = database.cf_handle(Column::Vaults.name()).unwrap();
        let (_, value) = database.iterator_cf(handle, IteratorMode::Start).next().unwrap().unwrap();
        let vault = codec::decode_vault(&value).unwrap();
        Self { database, vault }
    }

    pub fn get(&self, column: Column, key: &[u8]) -> Vec<u8> {
        self.database.get_cf(self.database.cf_handle(column.name()).unwrap(), key).unwrap().unwrap()
    }

    /// Everything in a column.
    pub fn rows(&self, column: Column) -> Vec<(Vec<u8>, Vec<u8>)> {
        let rows = self.database.iterator_cf(self.database.cf_handle(column.name()).unwrap(), IteratorMode::Start);
        rows.map(|row| row.map(|(key, value)| (key.into_vec(), value.into_vec())).unwrap()).collect()
    }

    pub fn put(&self, column: Column, key: &[u8], value: &[u8]) {
        self.database.put_cf(self.database.cf_handle(column.name()).unwrap(), key, value).unwrap();
    }

    pub fn delete(&self, column: Column, key: &[u8]) {
        assert!(!self.get(column, key).is_empty() || column == Column::Content, "what is deleted must be there");
        self.database.delete_cf(self.database.cf_handle(column.name()).unwrap(), key).unwrap();
    }

    pub fn change(&self, column: Column, key: &[u8], change: impl FnOnce(&mut Vec<u8>)) {
        let mut value = self.get(column, key);
        change(&mut value);
        self.put(column, key, &value);
    }

    pub fn log(&self) -> LogKey {
        LogKey::life_cycle(self.vault.id)
    }

    pub fn document(&self, number: u32) -> (Vec<u8>, DocumentRecord) {
        let address = codec::decode_u64(&self.get(Column::DocumentIds, &key::document_id(self.vault.id, document_id(number)))).unwrap();
        let row = key::document(self.vault.id, Address::from_u64(address));
        let record = codec::decode_document(&self.get(Column::Documents, &row)).unwrap();
        (row, record)
    }

    pub fn change_document(&self, number: u32, change: impl FnOnce(&mut DocumentRecord)) {
        let (row, mut record) = self.document(number);
        change(&mut record);
        self.put(Column::Documents, &row, &codec::encode_document(&record));
    }

    pub fn frame(&self, number: u32, frame: u32) -> (Column, [u8; 12]) {
        let location = self.document(number).1.content;
        (Column::from(location.column), key::frame(location.seq, frame))
    }

    /// Removes every trace of a document but its ledger entry.
    pub fn forget(&self, number: u32) {
        let (row, record) = self.document(number);
        for frame in 0..record.content.frames {
            let (column, frame) = self.frame(number, frame);
            self.delete(column, &frame);
        }
        self.delete(Column::Owners, &key::owner(record.content.seq));
        self.delete(Column::DocumentIds, &key::document_id(self.vault.id, record.id));
        self.delete(Column::Documents, &row);
        let held = key::documents_held(self.vault.id);
        let documents = codec::decode_u64(&self.get(Column::System, &held)).unwrap();
        self.put(Column::System, &held, &codec::encode_u64(documents - 1));
    }

    /// Cuts the ledger down to `size` entries and writes the head that belongs to them.
    pub fn cut_ledger(&self, from: u64, size: u64) {
        let mut frontier = Frontier::new();
        for index in 0..size {
            frontier.append(leaf_hash(&self.get(Column::Ledger, &self.log().entry(LedgerIndex(index)))));
        }
        (size..from).for_each(|index| self.delete(Column::Ledger, &self.log().entry(LedgerIndex(index))));
        self.put(Column::Heads, &self.log().head(), &codec::encode_head(size, &frontier.encode()));
    }
}

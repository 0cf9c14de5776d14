//! The one function that removes what was written once, and the tombstones that it leaves.
//!
//! It takes a [`DestructionWarrant`] and removes exactly what that names: documents with their frames and owners, the notes about them,
//! and of a whole case its record and the tag of its reference as well; or the access ledger of a year. What stays is the ledger, and the
//! random ids, so that whoever asks is told that it is gone. Removal costs no secrecy and gives none: the keys do (`keys`). Space
//! comes back later, see `reclaim`.
//!
//! What is deliberately absent: a second way. A test lists the callers of everything that removes.

use super::column::Column;
use super::error::StoreError;
use super::key::LogKey;
use super::transaction::Transaction;
use super::{Store, codec, key};
use crate::model::destruction::{DestructionWarrant, Tombstone};
use crate::model::retention::{HoldType, Note, NoteRecord, Part};
use crate::model::{Address, CaseNumber, CaseRecord, DocumentNumber, DocumentRecord, LedgerIndex, VaultId};

/// What a destruction has removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// Documents.
    pub documents: u64,
    /// Cases.
    pub cases: u64,
    /// Bytes of sealed frames.
    pub sealed_bytes: u64,
}

impl Transaction<'_> {
    /// Removes what the warrant names and puts tombstones in its place, with the commit of this batch.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if something that it names is not there: then nothing of the batch may be committed.
    pub fn destroy(&mut self, warrant: &DestructionWarrant) -> Result<Removed, StoreError> {
        let mut removed = Removed::default();
        if let Some(year) = warrant.year() {
            // The entry of its end and that of its sealing, with size and root, stay in the vault's own ledger.
            self.remove_log(warrant, LogKey::access(warrant.vault(), year))?;
        }
        for item in warrant.condemned() {
            let case = item.target.case;
            if item.is_case() {
                self.destroy_case(warrant, case, &mut removed)?;
                continue;
            }
            for &document in &item.leaves {
                let address = Address { case, document };
                if address.is_of_note() {
                    self.destroy_note(warrant, address)?;
                } else {
                    let record = self.store().document(warrant.vault(), address)?.ok_or_else(|| missing("document", address))?;
                    self.destroy_document(warrant, &record, &mut removed)?;
                }
            }
        }
        Ok(removed)
    }

    fn destroy_case(&mut self, warrant: &DestructionWarrant, case: CaseNumber, removed: &mut Removed) -> Result<(), StoreError> {
        let (store, vault) = (self.store(), warrant.vault());
        let record = store.case(vault, case)?.ok_or_else(|| missing("case", Address::of_case(case)))?;
        for document in store.documents_in_case(vault, case)? {
            self.destroy_document(warrant, &document?, removed)?;
        }
        for note in store.notes_in_case(vault, case)? {
            let note = note?;
            self.remove(warrant, Column::Notes, &key::document(vault, note.address))?;
            self.remove(warrant, Column::NoteIds, &key::note_id(vault, note.id))?;
            // Its entry stays in the ledger, and whoever checks must learn why there is no record of it.
            self.bury(warrant, note.address, tombstone_of_note(warrant, &note))?;
        }
        self.remove(warrant, Column::Cases, &key::case(vault, case))?;
        self.remove(warrant, Column::CaseRefs, &key::case_ref(vault, &record.reference_tag))?;
        removed.cases += 1;
        self.bury(warrant, Address::of_case(case), tombstone_of_case(warrant, &record))
    }

    fn destroy_document(&mut self, warrant: &DestructionWarrant, record: &DocumentRecord, removed: &mut Removed) -> Result<(), StoreError> {
        self.remove_frames(warrant, &record.content)?;
        self.remove(warrant, Column::Owners, &key::owner(record.content.seq))?;
        self.remove(warrant, Column::Documents, &key::document(warrant.vault(), record.address))?;
        removed.documents += 1;
        removed.sealed_bytes += record.content.sealed_bytes;
        self.bury(warrant, record.address, tombstone_of_document(warrant, record))
    }

    fn destroy_note(&mut self, warrant: &DestructionWarrant, address: Address) -> Result<(), StoreError> {
        let vault = warrant.vault();
        let note = self.store().note(vault, address)?.ok_or_else(|| missing("note", address))?;
        self.remove(warrant, Column::Notes, &key::document(vault, address))?;
        self.remove(warrant, Column::NoteIds, &key::note_id(vault, note.id))?;
        // Its number has no key any more and must not be given again.
        self.bury(warrant, address, tombstone_of_note(warrant, &note))
    }

    fn bury(&mut self, warrant: &DestructionWarrant, address: Address, tombstone: Tombstone) -> Result<(), StoreError> {
        self.insert(Column::Tombstones, key::document(warrant.vault(), address), codec::encode_tombstone(&tombstone))
    }
}

fn missing(what: &str, address: Address) -> StoreError {
    StoreError::Damaged(format!("{what} {:#018x} is to be destroyed and has no record", address.to_u64()))
}

fn tombstone_of_document(warrant: &DestructionWarrant, record: &DocumentRecord) -> Tombstone {
    Tombstone {
        id: *record.id.as_bytes(),
        handle: record.handle,
        opening_year: record.opening_year,
        stored_at: record.stored_at,
        entry: record.entry,
        receipt_size: record.receipt_size,
        size_log2: Tombstone::size_bucket(record.plain_bytes),
        step: warrant.step(),
        destroyed_at: warrant.at(),
    }
}

fn tombstone_of_case(warrant: &DestructionWarrant, record: &CaseRecord) -> Tombstone {
    Tombstone {
        id: *record.id.as_bytes(),
        handle: record.handle,
        opening_year: record.opening_year,
        stored_at: record.opened_at,
        entry: record.entry,
        receipt_size: record.receipt_size,
        size_log2: 0,
        step: warrant.step(),
        destroyed_at: warrant.at(),
    }
}

fn tombstone_of_note(warrant: &DestructionWarrant, record: &NoteRecord) -> Tombstone {
    Tombstone {
        id: *record.id.as_bytes(),
        handle: record.handle,
        opening_year: record.opening_year,
        stored_at: record.recorded_at,
        entry: record.entry,
        receipt_size: record.receipt_size,
        size_log2: 0,
        step: warrant.step(),
        destroyed_at: warrant.at(),
    }
}

impl Store {
    /// What is left of the document at this address, or of the case whose own address it is.
    pub fn tombstone(&self, vault: VaultId, address: Address) -> Result<Option<Tombstone>, StoreError> {
        let value = self.get(Column::Tombstones, &key::document(vault, address))?;
        value.map(|value| codec::decode_tombstone(&value).map_err(StoreError::unreadable(Column::Tombstones))).transpose()
    }

    /// All tombstones of a vault, by address, from `from` on.
    pub fn tombstones(
        &self,
        vault: VaultId,
        from: Address,
    ) -> Result<impl Iterator<Item = Result<(Address, Tombstone), StoreError>> + '_, StoreError> {
        let rows = self.rows_from(Column::Tombstones, key::document(vault, from))?;
        Ok(rows.take_while(move |row| row.as_ref().map_or(true, |(found, _)| found.starts_with(&vault.0))).map(|row| {
            let (found, value) = row?;
            let damaged = || StoreError::Damaged("a key of column tombstones is not one".to_owned());
            let (_, address) = key::parse_document(&found).ok_or_else(damaged)?;
            Ok((address, codec::decode_tombstone(&value).map_err(StoreError::unreadable(Column::Tombstones))?))
        }))
    }

    /// The documents of a case.
    pub fn documents_in_case(
        &self,
        vault: VaultId,
        case: CaseNumber,
    ) -> Result<impl Iterator<Item = Result<DocumentRecord, StoreError>> + '_, StoreError> {
        let rows = self.rows_from(Column::Documents, key::case(vault, case))?;
        let prefix = key::case(vault, case);
        Ok(rows
            .take_while(move |row| row.as_ref().map_or(true, |(found, _)| found.starts_with(&prefix)))
            .map(|row| codec::decode_document(&row?.1).map_err(StoreError::unreadable(Column::Documents))))
    }

    /// The notes that were filed in a case.
    pub fn notes_in_case(
        &self,
        vault: VaultId,
        case: CaseNumber,
    ) -> Result<impl Iterator<Item = Result<NoteRecord, StoreError>> + '_, StoreError> {
        let rows = self.rows_from(Column::Notes, key::case(vault, case))?;
        let prefix = key::case(vault, case);
        Ok(rows
            .take_while(move |row| row.as_ref().map_or(true, |(found, _)| found.starts_with(&prefix)))
            .map(|row| codec::decode_note(&row?.1).map_err(StoreError::unreadable(Column::Notes))))
    }

    /// The numbers of a case's documents, with the entries of their storing.
    pub fn entries_of_case(&self, vault: VaultId, case: CaseNumber) -> Result<Vec<(DocumentNumber, LedgerIndex)>, StoreError> {
        self.documents_in_case(vault, case)?.map(|record| record.map(|record| (record.address.document, record.entry))).collect()
    }

    /// What the notes of a case say, with their ledger entries.
    pub fn notes_of_case(&self, vault: VaultId, case: CaseNumber) -> Result<Vec<(DocumentNumber, Note, LedgerIndex)>, StoreError> {
        self.notes_in_case(vault, case)?.map(|record| record.map(|record| (record.address.document, record.note, record.entry))).collect()
    }

    /// The holds on a case and on every part of it, with their places.
    pub fn holds_in_case(&self, vault: VaultId, case: CaseNumber) -> Result<Vec<(Part, Address, HoldType)>, StoreError> {
        let damaged = || StoreError::Damaged("a row of column held is not one".to_owned());
        let parse = |row: Result<super::Row, StoreError>| {
            let (found, value) = row?;
            let (part, hold) = key::parse_held_part(&found).ok_or_else(damaged)?;
            let kind = value.first().copied().and_then(HoldType::from_number).ok_or_else(damaged)?;
            Ok((part, Address::of_case(hold), kind))
        };
        self.rows(Column::Held, &key::case(vault, case), None)?.map(parse).collect()
    }
}

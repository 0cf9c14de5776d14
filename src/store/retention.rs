//! Reading and writing of notes and of the facts that follow from them.

use std::collections::HashMap;

use super::agenda;
use super::codec::RegisterFacts;
use super::column::Column;
use super::error::StoreError;
use super::transaction::Transaction;
use super::{Store, codec, key};
use crate::model::destruction::{DispositionFacts, OrderFacts};
use crate::model::retention::{
    BatchFacts, BoxFacts, DocumentFacts, Dossier, Fact, HoldFacts, HoldType, MatterNumber, NoteRecord, Part, Target, VaultFacts,
};
use crate::model::{Address, CaseNumber, DocumentNumber, NoteId, StampPlace, VaultId};

impl Store {
    /// The place of the note with this id.
    pub fn note_address(&self, vault: VaultId, id: NoteId) -> Result<Option<Address>, StoreError> {
        let value = self.get(Column::NoteIds, &key::note_id(vault, id))?;
        let number = value.map(|value| codec::decode_u64(&value).map_err(StoreError::unreadable(Column::NoteIds))).transpose()?;
        Ok(number.map(Address::from_u64))
    }

    /// The note at this place.
    pub fn note(&self, vault: VaultId, place: Address) -> Result<Option<NoteRecord>, StoreError> {
        self.value(Column::Notes, &key::document(vault, place), codec::decode_note)
    }

    /// Whether there is a note at this place.
    pub fn note_exists(&self, vault: VaultId, place: Address) -> Result<bool, StoreError> {
        self.exists(Column::Notes, &key::document(vault, place))
    }

    /// Whether there is any note in any vault.
    pub fn has_notes(&self) -> Result<bool, StoreError> {
        Ok(self.first_key(Column::Notes, &[])?.is_some())
    }

    /// All notes of a vault, in the order of their places, from `from` on.
    pub fn notes(&self, vault: VaultId, from: Address) -> Result<impl Iterator<Item = Result<NoteRecord, StoreError>> + '_, StoreError> {
        let rows = self.rows_from(Column::Notes, key::document(vault, from))?;
        Ok(rows
            .take_while(move |row| row.as_ref().map_or(true, |(found, _)| found.starts_with(&vault.0)))
            .map(|row| codec::decode_note(&row?.1).map_err(StoreError::unreadable(Column::Notes))))
    }

    /// The last place of a note in this case, or in the registers.
    pub fn last_note_in_case(&self, vault: VaultId, case: CaseNumber) -> Result<Option<Address>, StoreError> {
        let last = self.last_row_with_prefix(Column::Notes, &key::case(vault, case))?;
        let alive = last.and_then(|(found, _)| key::parse_document(&found)).map(|(_, address)| address);
        let destroyed = self.last_tombstone(vault, Address { case, document: DocumentNumber::LAST_NOTE })?;
        Ok(alive.max(destroyed.filter(|address| address.case == case && address.is_of_note())))
    }

    /// The last place of a note in the registers of a vault.
    pub fn last_register(&self, vault: VaultId) -> Result<Option<Address>, StoreError> {
        let last = self.last_row_with_prefix(Column::Notes, &vault.0)?;
        let address = last.and_then(|(found, _)| key::parse_document(&found)).map(|(_, address)| address);
        Ok(address.filter(|address| address.is_in_registers()))
    }

    /// The dossier of a case.
    pub fn dossier(&self, vault: VaultId, case: CaseNumber) -> Result<Option<Dossier>, StoreError> {
        self.value(Column::Dossiers, &key::case(vault, case), codec::decode_dossier)
    }

    /// What retention knows of a document.
    pub fn document_facts(&self, vault: VaultId, address: Address) -> Result<Option<DocumentFacts>, StoreError> {
        self.value(Column::DocumentFacts, &key::document(vault, address), codec::decode_document_facts)
    }

    /// What retention knows of the documents of a case.
    pub fn facts_of_case(&self, vault: VaultId, case: CaseNumber) -> Result<Vec<(Address, DocumentFacts)>, StoreError> {
        self.facts_of_documents(vault, case, None)?.collect()
    }

    /// What retention knows of the documents of a case, from the one with this number on.
    pub fn facts_of_documents(
        &self,
        vault: VaultId,
        case: CaseNumber,
        from: Option<DocumentNumber>,
    ) -> Result<impl Iterator<Item = Result<(Address, DocumentFacts), StoreError>> + '_, StoreError> {
        let prefix = key::case(vault, case);
        let from = from.map_or_else(|| prefix.clone(), |document| key::document(vault, Address { case, document }));
        let rows = self.rows_from(Column::DocumentFacts, from)?;
        Ok(rows.take_while(move |row| row.as_ref().map_or(true, |(found, _)| found.starts_with(&prefix))).map(|row| {
            let (found, value) = row?;
            let (_, address) =
                key::parse_document(&found).ok_or_else(|| StoreError::Damaged("a key of column document_facts is not one".to_owned()))?;
            Ok((address, codec::decode_document_facts(&value).map_err(StoreError::unreadable(Column::DocumentFacts))?))
        }))
    }

    fn register(&self, vault: VaultId, place: Address) -> Result<Option<RegisterFacts>, StoreError> {
        self.value(Column::Registers, &key::document(vault, place), codec::decode_register)
    }

    /// What has become of the hold at this place.
    pub fn hold(&self, vault: VaultId, place: Address) -> Result<Option<HoldFacts>, StoreError> {
        Ok(self.register(vault, place)?.and_then(|facts| if let RegisterFacts::Hold(facts) = facts { Some(facts) } else { None }))
    }

    /// What has become of the batch at this place.
    pub fn batch(&self, vault: VaultId, place: Address) -> Result<Option<BatchFacts>, StoreError> {
        Ok(self.register(vault, place)?.and_then(|facts| if let RegisterFacts::Batch(facts) = facts { Some(facts) } else { None }))
    }

    /// What has become of the box at this place.
    pub fn paper_box(&self, vault: VaultId, place: Address) -> Result<Option<BoxFacts>, StoreError> {
        Ok(self.register(vault, place)?.and_then(|facts| if let RegisterFacts::Box(facts) = facts { Some(*facts) } else { None }))
    }

    /// What has become of the order at this place.
    pub fn order(&self, vault: VaultId, place: Address) -> Result<Option<OrderFacts>, StoreError> {
        Ok(self.register(vault, place)?.and_then(|facts| if let RegisterFacts::Order(facts) = facts { Some(*facts) } else { None }))
    }

    /// What a vault knows of its destructions.
    pub fn disposition(&self, vault: VaultId) -> Result<DispositionFacts, StoreError> {
        Ok(self.value(Column::Dispositions, &vault.0, codec::decode_disposition)?.unwrap_or_default())
    }

    /// The box in which the original of a document lies, or was destroyed.
    pub fn box_of(&self, vault: VaultId, document: Address) -> Result<Option<Address>, StoreError> {
        Ok(self.value(Column::Boxed, &key::document(vault, document), codec::decode_u64)?.map(Address::from_u64))
    }

    /// Where the newest evidence for the checkpoint of this size is filed.
    pub fn stamp_of(&self, vault: VaultId, size: u64) -> Result<Option<StampPlace>, StoreError> {
        self.value(Column::Stamped, &key::stamped(vault, size), codec::decode_stamp_place)
    }

    /// The largest stamped checkpoint of a vault.
    pub fn newest_stamp(&self, vault: VaultId) -> Result<Option<(u64, StampPlace)>, StoreError> {
        let Some((found, value)) = self.last_row_with_prefix(Column::Stamped, &vault.0)? else { return Ok(None) };
        Ok(Some(parse_stamp(&found, &value)?))
    }

    /// The stamped checkpoints of a vault from a size on, smallest first, with where their evidence is filed.
    pub fn stamps(
        &self,
        vault: VaultId,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<(u64, StampPlace), StoreError>> + '_, StoreError> {
        let rows = self.rows_from(Column::Stamped, key::stamped(vault, from))?;
        let rows = rows.take_while(move |row| row.as_ref().map_or(true, |(found, _)| found.starts_with(&vault.0)));
        Ok(rows.map(|row| row.and_then(|(found, value)| parse_stamp(&found, &value))))
    }

    /// Everything in the registers of a vault, by place.
    pub fn registers(&self, vault: VaultId) -> Result<impl Iterator<Item = Result<(Address, RegisterFacts), StoreError>> + '_, StoreError> {
        let rows = self.rows_from(Column::Registers, vault.0.to_vec())?;
        Ok(rows.take_while(move |row| row.as_ref().map_or(true, |(found, _)| found.starts_with(&vault.0))).map(|row| {
            let (found, value) = row?;
            let (_, address) =
                key::parse_document(&found).ok_or_else(|| StoreError::Damaged("a key of column registers is not one".to_owned()))?;
            Ok((address, codec::decode_register(&value).map_err(StoreError::unreadable(Column::Registers))?))
        }))
    }

    /// What retention knows of a vault.
    pub fn vault_facts(&self, vault: VaultId) -> Result<VaultFacts, StoreError> {
        Ok(self.value(Column::VaultFacts, &vault.0, codec::decode_vault_facts)?.unwrap_or_default())
    }

    /// The holds on exactly this part of a case.
    pub fn holds_on(&self, vault: VaultId, target: Target) -> Result<Vec<(Address, HoldType)>, StoreError> {
        let prefix = key::held_on(vault, target);
        let damaged = || StoreError::Damaged("a row of column held is not one".to_owned());
        let parse = |row: Result<super::Row, StoreError>| {
            let (found, value) = row?;
            let hold = key::parse_held(&found).ok_or_else(damaged)?;
            let kind = value.first().copied().and_then(HoldType::from_number).ok_or_else(damaged)?;
            Ok((Address::of_case(hold), kind))
        };
        self.rows(Column::Held, &prefix, None)?.map(parse).collect()
    }

    /// The holds that cover a document: on itself, on one of its matters, on its case.
    pub fn holds_covering(
        &self,
        vault: VaultId,
        address: Address,
        matters: &[MatterNumber],
    ) -> Result<Vec<(Address, HoldType)>, StoreError> {
        let parts = [Part::Whole, Part::Document(address.document)].into_iter().chain(matters.iter().copied().map(Part::Matter));
        let mut holds = Vec::new();
        for part in parts {
            holds.extend(self.holds_on(vault, Target { case: address.case, part })?);
        }
        holds.sort_unstable();
        holds.dedup();
        Ok(holds)
    }

    fn value<T>(&self, column: Column, key: &[u8], decode: fn(&[u8]) -> Result<T, codec::CodecError>) -> Result<Option<T>, StoreError> {
        self.get(column, key)?.map(|value| decode(&value).map_err(StoreError::unreadable(column))).transpose()
    }
}

fn parse_stamp(found: &[u8], value: &[u8]) -> Result<(u64, StampPlace), StoreError> {
    let size = key::parse_stamped(found).ok_or_else(|| StoreError::Damaged("a key of column stamped is not one".to_owned()))?;
    Ok((size, codec::decode_stamp_place(value).map_err(StoreError::unreadable(Column::Stamped))?))
}

impl Transaction<'_> {
    /// Files a note.
    pub fn insert_note(&mut self, vault: VaultId, record: &NoteRecord) -> Result<(), StoreError> {
        self.insert(Column::Notes, key::document(vault, record.address), codec::encode_note(record))?;
        self.insert(Column::NoteIds, key::note_id(vault, record.id), codec::encode_u64(record.address.to_u64()))
    }

    /// Writes a fact, and moves its lines in the agenda.
    pub fn write_fact(&mut self, vault: VaultId, fact: &Fact) -> Result<(), StoreError> {
        match fact {
            Fact::Dossier { case, before, after } => {
                let before = before.as_deref().map_or(Vec::new(), |before| agenda::of_dossier(vault, *case, before));
                self.move_lines(&before, agenda::of_dossier(vault, *case, after))?;
                self.derive(Column::Dossiers, &key::case(vault, *case), Some(codec::encode_dossier(after)))
            }
            Fact::Document { address, before, after } => {
                let before = before.as_deref().map_or(Vec::new(), |before| agenda::of_document(vault, *address, before));
                self.move_lines(&before, agenda::of_document(vault, *address, after))?;
                self.derive(Column::DocumentFacts, &key::document(vault, *address), Some(codec::encode_document_facts(after)))
            }
            Fact::Hold(place, facts) => self.write_register(vault, *place, &RegisterFacts::Hold(*facts)),
            Fact::Batch(place, facts) => self.write_register(vault, *place, &RegisterFacts::Batch(*facts)),
            Fact::Box(place, facts) => self.write_register(vault, *place, &RegisterFacts::Box(Box::new(BoxFacts::clone(facts)))),
            Fact::Order(place, facts) => self.write_register(vault, *place, &RegisterFacts::Order(Box::new(OrderFacts::clone(facts)))),
            Fact::Disposition(facts) => self.derive(Column::Dispositions, &vault.0, Some(codec::encode_disposition(facts))),
            Fact::MatterGone { case, before, after } => {
                self.move_lines(&agenda::of_dossier(vault, *case, before), agenda::of_dossier(vault, *case, after))?;
                let gone = before.matters.iter().map(|matter| matter.number).filter(|number| after.matter(*number).is_none());
                gone.into_iter().try_for_each(|matter| self.forget_holds(vault, Target { case: *case, part: Part::Matter(matter) }))?;
                self.derive(Column::Dossiers, &key::case(vault, *case), Some(codec::encode_dossier(after)))
            }
            Fact::DocumentGone { address, before } => {
                let before = before.as_deref().map_or(Vec::new(), |before| agenda::of_document(vault, *address, before));
                self.move_lines(&before, Vec::new())?;
                self.forget_holds(vault, Target { case: address.case, part: Part::Document(address.document) })?;
                self.derive(Column::DocumentFacts, &key::document(vault, *address), None)
            }
            Fact::CaseGone(case) => self.forget_case(vault, *case),
            Fact::Boxed { document, in_box, on } => {
                self.derive(Column::Boxed, &key::document(vault, *document), on.then(|| codec::encode_u64(in_box.to_u64()).to_vec()))
            }
            Fact::Stamped { size, place } => {
                self.derive(Column::Stamped, &key::stamped(vault, *size), Some(codec::encode_stamp_place(place)))
            }
            Fact::Vault(facts) => self.derive(Column::VaultFacts, &vault.0, Some(codec::encode_vault_facts(facts))),
            Fact::Covered { target, hold, kind, on } => {
                self.derive(Column::Held, &key::held(vault, *target, hold.case), on.then(|| vec![kind.number()]))
            }
        }
    }

    /// Overlays do not stop a destruction, so they end with what they covered.
    fn forget_holds(&mut self, vault: VaultId, target: Target) -> Result<(), StoreError> {
        for (hold, _) in self.store().holds_on(vault, target)? {
            self.derive(Column::Held, &key::held(vault, target, hold.case), None)?;
        }
        Ok(())
    }

    /// Nothing of a case is on the agenda any more, nor held, nor known.
    fn forget_case(&mut self, vault: VaultId, case: CaseNumber) -> Result<(), StoreError> {
        let store = self.store();
        if let Some(dossier) = store.dossier(vault, case)? {
            self.move_lines(&agenda::of_dossier(vault, case, &dossier), Vec::new())?;
            self.derive(Column::Dossiers, &key::case(vault, case), None)?;
        }
        for (address, facts) in store.facts_of_case(vault, case)? {
            self.move_lines(&agenda::of_document(vault, address, &facts), Vec::new())?;
            self.derive(Column::DocumentFacts, &key::document(vault, address), None)?;
        }
        for row in store.rows(Column::Held, &key::case(vault, case), None)? {
            self.derive(Column::Held, &row?.0, None)?;
        }
        Ok(())
    }

    fn write_register(&mut self, vault: VaultId, place: Address, facts: &RegisterFacts) -> Result<(), StoreError> {
        self.derive(Column::Registers, &key::document(vault, place), Some(codec::encode_register(facts)))
    }

    /// Removals come first: a line that stays under its key is written again if it says something else, never lost.
    fn move_lines(&mut self, before: &[(Vec<u8>, Vec<u8>)], after: Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), StoreError> {
        let kept: HashMap<&[u8], &[u8]> = after.iter().map(|(key, value)| (key.as_slice(), value.as_slice())).collect();
        for (gone, _) in before.iter().filter(|(key, _)| !kept.contains_key(key.as_slice())) {
            self.derive(Column::Agenda, gone, None)?;
        }
        let stood: HashMap<&[u8], &[u8]> = before.iter().map(|(key, value)| (key.as_slice(), value.as_slice())).collect();
        for (key, value) in &after {
            if stood.get(key.as_slice()) != Some(&value.as_slice()) {
                self.derive(Column::Agenda, key, Some(value.clone()))?;
            }
        }
        Ok(())
    }
}

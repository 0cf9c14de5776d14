//! Which documents of a case are held by themselves.

use std::collections::BTreeSet;

use super::column::Column;
use super::error::StoreError;
use super::{Store, key};
use crate::model::retention::{HoldType, Part, Target};
use crate::model::{CaseNumber, DocumentNumber, VaultId};

impl Store {
    /// The documents of a case that a hold on themselves keeps from destruction. Holds on the case or a matter are not looked at.
    pub fn documents_held_in(&self, vault: VaultId, case: CaseNumber) -> Result<BTreeSet<DocumentNumber>, StoreError> {
        // The key of a part ends with its number in three bytes; without them it is the prefix of all parts of its kind.
        let first = DocumentNumber::new(0).expect("0 must be the number of a document");
        let mut prefix = key::held_on(vault, Target { case, part: Part::Document(first) });
        let number_at = prefix.len() - 3;
        prefix.truncate(number_at);
        let damaged = || StoreError::Damaged("a row of column held is not one".to_owned());
        let mut held = BTreeSet::new();
        for row in self.rows(Column::Held, &prefix, None)? {
            let (found, value) = row?;
            let kind = value.first().copied().and_then(HoldType::from_number).ok_or_else(damaged)?;
            let Some([high, middle, low]) = found.get(number_at..number_at + 3).map(<[u8; 3]>::try_from).and_then(Result::ok) else {
                return Err(damaged());
            };
            let document = DocumentNumber::new(u32::from_be_bytes([0, high, middle, low])).map_err(|_| damaged())?;
            if kind.stops_destruction() {
                held.insert(document);
            }
        }
        Ok(held)
    }
}

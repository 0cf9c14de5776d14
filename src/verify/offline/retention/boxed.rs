//! Originals in boxes: each original of each box is found to lie there, and no other is.

use super::Desk;
use crate::model::retention::{BoxFacts, Disposition};
use crate::model::{Address, NoteId};
use crate::store::{Column, codec, key};
use crate::verify::catalogue;
use crate::verify::offline::row_place;

/// Looks every original of a box up; answers how many lie there. A box whose registration was withdrawn has none.
pub(super) fn check_box(desk: &Desk, (in_box, id): (Address, NoteId), facts: &BoxFacts) -> u64 {
    if matches!(facts.disposition, Disposition::Withdrawn(_)) {
        return 0;
    }
    let (check, place) = (&desk.check, format!("{} box {id}", desk.scope.place));
    let mut present = 0;
    for position in &facts.positions {
        let row = key::document(desk.scope.record.id, position.position.document);
        let Some(stored) = check.read("column boxed", check.store.get(Column::Boxed, &row)) else { continue };
        let found = match stored {
            None => None,
            Some(value) => match check.decoded(Column::Boxed, &row, codec::decode_u64(&value)) {
                Some(address) => Some(Address::from_u64(address)),
                None => continue,
            },
        };
        if found == Some(in_box) {
            present += 1;
        } else {
            let text = format!("the original at position {} is not found to lie in it", position.position.position);
            check.found(catalogue::FACTS_MISSING, &place, text);
        }
    }
    present
}

/// Reports originals that lie in no box. Those of every box are known to be there, so that only more rows than these are one too many.
pub(super) fn check_unfounded(desk: &Desk, originals: u64) {
    let vault = desk.scope.record.id;
    if desk.check.rows(Column::Boxed, &vault.0).count() as u64 == originals {
        return;
    }
    for (row, value) in desk.check.rows(Column::Boxed, &vault.0) {
        let (document, in_box) = (key::parse_document(&row), codec::decode_u64(&value).ok().map(Address::from_u64));
        let lies_there = in_box.zip(document).is_some_and(|(in_box, (_, document))| {
            let facts = desk.check.store.paper_box(vault, in_box).ok().flatten();
            facts.is_some_and(|facts| {
                !matches!(facts.disposition, Disposition::Withdrawn(_))
                    && facts.positions.iter().any(|position| position.position.document == document)
            })
        });
        if !lies_there {
            desk.check.found(catalogue::FACTS_UNFOUNDED, row_place(Column::Boxed, &row), "the box that it names has no such original");
        }
    }
}

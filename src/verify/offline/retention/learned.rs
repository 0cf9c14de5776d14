//! What a case knows from documents that are gone: matters learn the types of their documents and do not forget them, so that their
//! periods do not become shorter when a document goes.
//!
//! Which types those were, nobody can compute again. Exactly this much is believed of a stored dossier: more types than follow, in
//! matters that follow, and no more of them than documents of the case were destroyed.

use std::collections::BTreeSet;

use super::Desk;
use crate::model::retention::{Dossier, MatterFacts, TypeTag};
use crate::model::{Address, CaseNumber};
use crate::policy::retention::lines;
use crate::store::{Column, key};

/// The replayed dossier with the types that only the stored one knows, and the dates that follow from them; `None` if there are none, or
/// more than destroyed documents could have left.
pub(super) fn with_types(desk: &Desk, case: CaseNumber, stored: &Dossier, replayed: &Dossier) -> Option<Dossier> {
    let mut learned = replayed.clone();
    let mut more: BTreeSet<TypeTag> = BTreeSet::new();
    for matter in &mut learned.matters {
        if let Some(types) = stored.matter(matter.number).and_then(|stored| superset(stored, matter)) {
            more.extend(types.iter().filter(|tag| !matter.types.contains(tag)));
            matter.types = types;
        }
    }
    if more.is_empty() || more.len() > destroyed_documents(desk, case, more.len()) {
        return None;
    }
    let version = replayed.lines.first().map_or(0, |line| line.version);
    learned.lines = lines(&learned, desk.history.version(version).map(AsRef::as_ref));
    Some(learned)
}

/// The stored types, if those that follow are among them.
fn superset(stored: &MatterFacts, replayed: &MatterFacts) -> Option<Vec<TypeTag>> {
    let is_sorted = stored.types.is_sorted_by(|a, b| a < b);
    let has_all = replayed.types.iter().all(|tag| stored.types.contains(tag));
    (is_sorted && has_all).then(|| stored.types.clone())
}

/// Documents of the case that have a tombstone, counted up to `enough`.
fn destroyed_documents(desk: &Desk, case: CaseNumber, enough: usize) -> usize {
    let prefix = key::case(desk.scope.record.id, case);
    let places = desk.check.rows(Column::Tombstones, &prefix).filter_map(|(row, _)| key::parse_document(&row));
    places.filter(|(_, address)| !address.is_of_note() && *address != Address::of_case(case)).take(enough).count()
}

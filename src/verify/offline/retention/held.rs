//! What is held: every item of every hold in force is found to be held, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};

use super::Desk;
use crate::model::retention::{HoldFacts, Note, Part, Target};
use crate::model::{Address, CaseNumber, NoteId};
use crate::store::{Column, key};
use crate::verify::catalogue;
use crate::verify::offline::row_place;

/// Holds in force, with the number of their items that are found to be held.
pub(super) type Holds = BTreeMap<CaseNumber, u64>;

/// Looks every item of a hold up.
pub(super) fn check_hold(desk: &Desk, holds: &mut Holds, (hold, id): (Address, NoteId), facts: &HoldFacts, targets: &[Target]) {
    if facts.released_on.is_some() {
        return;
    }
    let (check, place) = (&desk.check, format!("{} hold {id}", desk.scope.place));
    let mut present = 0;
    for target in targets {
        let row = key::held(desk.scope.record.id, *target, hold.case);
        let Some(stored) = check.read("column held", check.store.get(Column::Held, &row)) else { continue };
        present += u64::from(stored.is_some());
        match stored {
            // An overlay does not stop a destruction and ends with what it covered.
            None if is_gone(desk, target) => {}
            Some(_) if is_gone(desk, target) => {
                check.found(catalogue::HELD_UNFOUNDED, &place, format!("{} was destroyed and is found to be held", tell(target)));
            }
            None => check.found(catalogue::HELD_MISSING, &place, format!("{} is not found to be held", tell(target))),
            Some(kind) if kind != [facts.kind.number()] => {
                let text = format!("{} is held for another reason than {}", tell(target), facts.kind.as_str());
                check.found(catalogue::HELD_DIFFERS, &place, text);
            }
            Some(_) => {}
        }
    }
    holds.insert(hold.case, present);
}

/// Whether what a hold covers was destroyed since.
fn is_gone(desk: &Desk, target: &Target) -> bool {
    let (store, vault, case) = (&desk.check.store, desk.scope.record.id, target.case);
    let buried = |address| store.tombstone(vault, address).is_ok_and(|tombstone| tombstone.is_some());
    buried(Address::of_case(case))
        || match target.part {
            Part::Whole => false,
            Part::Document(document) => buried(Address { case, document }),
            Part::Matter(matter) => {
                store.dossier(vault, case).is_ok_and(|dossier| dossier.is_some_and(|dossier| dossier.matter(matter).is_none()))
            }
        }
}

/// Reports rows that follow from no hold. The items of holds in force are known to be there, so a hold that has no more rows than items
/// has none too many.
pub(super) fn check_unfounded(desk: &Desk, holds: &Holds) {
    let mut rows: BTreeMap<CaseNumber, u64> = BTreeMap::new();
    for (row, _) in desk.check.rows(Column::Held, &desk.scope.record.id.0) {
        match key::parse_held(&row) {
            Some(hold) => *rows.entry(hold).or_default() += 1,
            None => desk.check.found(catalogue::ROW_UNREADABLE, row_place(Column::Held, &row), "the key is not one of something held"),
        }
    }
    rows.retain(|hold, count| holds.get(hold).copied().unwrap_or(0) != *count);
    if rows.is_empty() {
        return;
    }
    let too_many: BTreeMap<CaseNumber, BTreeSet<Vec<u8>>> = rows.into_keys().map(|hold| (hold, founded(desk, holds, hold))).collect();
    for (row, _) in desk.check.rows(Column::Held, &desk.scope.record.id.0) {
        let Some(hold) = key::parse_held(&row) else { continue };
        if too_many.get(&hold).is_some_and(|founded| !founded.contains(&row[..])) {
            let text = format!("the hold in register {} does not cover it, or is over", hold.get());
            desk.check.found(catalogue::HELD_UNFOUNDED, row_place(Column::Held, &row), text);
        }
    }
}

/// The rows that follow from a hold.
fn founded(desk: &Desk, holds: &Holds, hold: CaseNumber) -> BTreeSet<Vec<u8>> {
    let vault = desk.scope.record.id;
    let note = desk.check.store.note(vault, Address::of_case(hold)).ok().flatten().map(|record| record.note);
    match note {
        Some(Note::HoldPlaced { targets, .. }) if holds.contains_key(&hold) => {
            targets.into_iter().map(|target| key::held(vault, target, hold)).collect()
        }
        _ => BTreeSet::new(),
    }
}

fn tell(target: &Target) -> String {
    let case = target.case.get();
    match target.part {
        Part::Whole => format!("case number {case}"),
        Part::Matter(matter) => format!("matter {} of case number {case}", matter.0),
        Part::Document(document) => format!("document {} of case number {case}", document.get()),
    }
}

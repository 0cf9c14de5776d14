//! The agenda: every line of every case under its day, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Desk;
use crate::model::retention::{DocumentFacts, Dossier};
use crate::model::{Address, CaseNumber, DocumentNumber, VaultId};
use crate::store::{Column, agenda};
use crate::verify::catalogue;
use crate::verify::offline::{Check, row_place};

/// A key of the agenda with its value.
pub(super) type Line = (Vec<u8>, Vec<u8>);

/// The rows that follow from the facts of a case.
pub(super) fn rows(
    vault: VaultId,
    case: CaseNumber,
    dossier: Option<&Dossier>,
    documents: &BTreeMap<Address, Arc<DocumentFacts>>,
) -> Vec<Line> {
    let of_dossier = dossier.map_or_else(Vec::new, |dossier| agenda::of_dossier(vault, case, dossier));
    let of_documents = documents.iter().flat_map(|(address, facts)| agenda::of_document(vault, *address, facts));
    of_dossier.into_iter().chain(of_documents).collect()
}

/// Looks every row up; answers how many are there.
pub(super) fn compare(check: &Check, place: &str, rows: &[Line]) -> u64 {
    let mut present = 0;
    for (key, expected) in rows {
        let Some(stored) = check.read("column agenda", check.store.get(Column::Agenda, key)) else { continue };
        let of = agenda::parse(key, expected).map_or_else(|_| hex::encode(key), |item| super::compare::tell(&item.line));
        match stored {
            None => check.found(catalogue::AGENDA_MISSING, place, format!("the agenda does not have {of}")),
            Some(stored) => {
                present += 1;
                if stored != *expected {
                    check.found(catalogue::AGENDA_DIFFERS, place, format!("the agenda has something else instead of {of}"));
                }
            }
        }
    }
    present
}

/// Reports rows that follow from nothing. That all rows are there which follow from something is known, so if there are no more, there
/// is nothing to look for.
pub(super) fn check_unfounded(desk: &Desk) {
    let (check, vault) = (&desk.check, desk.scope.record.id);
    let stored = check.rows(Column::Agenda, &vault.0).count() as u64;
    let founded = desk.tally(|tally| tally.agenda_rows);
    if stored == founded {
        return;
    }
    for (key, value) in check.rows(Column::Agenda, &vault.0) {
        let item = match agenda::parse(&key, &value) {
            Ok(item) => item,
            Err(error) => {
                check.found(catalogue::ROW_UNREADABLE, row_place(Column::Agenda, &key), error.to_string());
                continue;
            }
        };
        if !is_founded(desk, item.case, item.document, &key) {
            let place = format!("{} case number {}", desk.scope.place, item.case.get());
            let text = format!("the agenda has {}, which follows from nothing", super::compare::tell(&item.line));
            check.found(catalogue::AGENDA_UNFOUNDED, place, text);
        }
    }
}

/// Whether a row follows from the facts. Stored facts of a case that is not among those that differ are those that follow.
fn is_founded(desk: &Desk, case: CaseNumber, document: Option<DocumentNumber>, key: &[u8]) -> bool {
    let known = desk.tally(|tally| match tally.differing.get(&case) {
        Some(rows) => Some(rows.contains(key)),
        // Of a case that could not be computed again nothing can be said.
        None => tally.skipped.contains(&case).then_some(true),
    });
    if let Some(founded) = known {
        return founded;
    }
    let (store, vault) = (&desk.check.store, desk.scope.record.id);
    let rows = match document {
        Some(document) => {
            let address = Address { case, document };
            let facts = store.document_facts(vault, address);
            facts.map(|facts| facts.map(|facts| agenda::of_document(vault, address, &facts)))
        }
        None => store.dossier(vault, case).map(|dossier| dossier.map(|dossier| agenda::of_dossier(vault, case, &dossier))),
    };
    // What cannot be read was found when its case was gone through.
    rows.map_or(true, |rows| rows.is_some_and(|rows| rows.iter().any(|(row, _)| row == key)))
}

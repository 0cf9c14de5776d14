//! What is known of a vault as a whole: catalogues, intake, backups; computed again from the notes in its registers.

use super::compare::differing;
use super::events;
use super::history::History;
use super::replay::Replay;
use crate::model::retention::{Catalogue, Note, NoteRecord, VaultFacts};
use crate::model::{Address, CaseNumber, Timestamp};
use crate::store::{Column, codec};
use crate::verify::catalogue;
use crate::verify::offline::notes::{self, Concern, RegisterNote};
use crate::verify::offline::{Check, VaultScope};
use crate::verify::report::Counts;

/// Compares the facts of a vault; answers its catalogues, and the facts as they are stored. `None` if a catalogue that was adopted is
/// not there.
pub(super) fn check(check: &Check, scope: &VaultScope, registers: &[RegisterNote]) -> Option<(History, VaultFacts)> {
    let (history, expected) = replay(check, scope, registers)?;
    let stored = stored(check, scope);
    let facts = stored.clone().unwrap_or_default();
    compare(check, scope, &expected, stored);
    check.collector.count(&Counts { facts: 1, ..Counts::default() });
    Some((history, facts))
}

/// The stored facts; those of a vault of which nothing was noted need not be there.
fn stored(check: &Check, scope: &VaultScope) -> Option<VaultFacts> {
    let key = scope.record.id.0;
    let value = check.read("column vault_facts", check.store.get(Column::VaultFacts, &key)).flatten();
    value.and_then(|value| check.decoded(Column::VaultFacts, &key, codec::decode_vault_facts(&value)))
}

fn replay(check: &Check, scope: &VaultScope, registers: &[RegisterNote]) -> Option<(History, VaultFacts)> {
    let mut of_vault: Vec<&RegisterNote> = registers.iter().filter(|note| note.concern == Concern::Vault).collect();
    of_vault.sort_unstable_by_key(|note| note.entry);
    let (vault, mut history) = (scope.record.id, History::default());
    // None of these facts depends on which catalogue was in force, so they are projected without knowing one.
    let none = History::default();
    let mut replay = Replay::new(&check.store, vault, &none, Timestamp::EPOCH);
    for note in of_vault {
        let Some(record) = check.read("column notes", check.store.note(vault, note.place)).flatten() else { continue };
        let event = events::of_note(vault, None, &record);
        if let Err(error) = replay.happens((record.entry, record.recorded_at), &event) {
            check.found(catalogue::CHECK_ENDED_EARLY, notes::place(scope, &record), error.to_string());
            return None;
        }
        if let Note::ClassesAdopted { proposal } = record.note {
            history.adopt(record.entry, adopted(check, scope, &record, proposal)?);
        }
    }
    let facts = VaultFacts::clone(&replay.vault_facts);
    Some((history, facts))
}

/// The catalogue of a proposal.
fn adopted(check: &Check, scope: &VaultScope, record: &NoteRecord, proposal: Address) -> Option<Catalogue> {
    let proposed = check.read("column notes", check.store.note(scope.record.id, proposal)).flatten();
    match proposed.map(|proposed| proposed.note) {
        Some(Note::ClassesProposed { catalogue, .. }) => Some(*catalogue),
        _ => {
            let text = "the catalogue that it adopts is not there";
            check.found(catalogue::NOTE_SUBJECT_DIFFERS, notes::place(scope, record), text);
            None
        }
    }
}

/// The place up to which dates follow the catalogue in force is no fact of the ledger: it says how far the background job has come.
fn compare(check: &Check, scope: &VaultScope, expected: &VaultFacts, stored: Option<VaultFacts>) {
    let place = format!("{} vault_facts", scope.place);
    let Some(stored) = stored else {
        if *expected != VaultFacts::default() {
            check.found(catalogue::FACTS_MISSING, place, "nothing is stored of what the notes say about the vault as a whole");
        }
        return;
    };
    let names = differing(&[
        ("catalogue in force", stored.catalogue != expected.catalogue),
        ("proposals", stored.proposals != expected.proposals),
        ("intake", stored.intake != expected.intake),
        ("backup", stored.backed_up_through != expected.backed_up_through || stored.backups != expected.backups),
        ("releases of holds", stored.releases != expected.releases),
        ("progress of the dates", stored.refreshed_below > progress_max(expected)),
    ]);
    if let Some(names) = names {
        check.found(catalogue::FACTS_DIFFER, place, format!("not what follows from the notes: {names}"));
    }
}

/// Without a catalogue there is nothing that the job could have done.
fn progress_max(expected: &VaultFacts) -> u64 {
    if expected.catalogue.is_some() { CaseNumber::FIRST_REGISTER.get() } else { 0 }
}

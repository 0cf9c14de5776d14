//! Evidence for checkpoints: every record is right, and the newest note about each size is found by it, and no other.

use std::collections::BTreeMap;

use super::Desk;
use crate::ledger::LogSigner;
use crate::model::StampPlace;
use crate::model::retention::Note;
use crate::store::key::LogKey;
use crate::store::{Column, codec, key};
use crate::verify::catalogue;
use crate::verify::offline::notes::{Concern, RegisterNote};
use crate::verify::offline::stamps::Unvouched;
use crate::verify::offline::{ledger, row_place};

/// Compares the column with the notes.
pub(super) fn check(desk: &Desk, register_notes: &[RegisterNote]) {
    let (check, vault) = (&desk.check, desk.scope.record.id);
    let mut stamps: Vec<&RegisterNote> = register_notes.iter().filter(|note| note.concern == Concern::Evidence).collect();
    stamps.sort_unstable_by_key(|note| note.entry);
    let signer = if stamps.is_empty() { None } else { ledger::signer(check, &desk.scope, LogKey::life_cycle(vault)) };
    let mut unvouched = Unvouched::default();
    let mut newest: BTreeMap<u64, StampPlace> = BTreeMap::new();
    for stamp in stamps {
        let note = check.read("column notes", check.store.note(vault, stamp.place)).flatten().map(|record| record.note);
        if let Some(Note::CheckpointStamped { stamp: evidence }) = note {
            unvouched.look(check, &desk.scope, stamp.place, &evidence, signer.as_ref().map(LogSigner::verifier_key));
            let (since, renew_by) = (evidence.since, evidence.renew_by);
            newest.insert(evidence.size, StampPlace { note: stamp.place, since, renew_by });
        }
    }
    unvouched.report(check, &desk.scope);
    for (row, value) in check.rows(Column::Stamped, &vault.0) {
        let Some(stored) = check.decoded(Column::Stamped, &row, codec::decode_stamp_place(&value)) else { continue };
        let expected = key::parse_stamped(&row).and_then(|size| newest.remove(&size));
        if expected != Some(stored) {
            check.found(catalogue::FACTS_UNFOUNDED, row_place(Column::Stamped, &row), "the note is not the newest evidence for this size");
        }
    }
    for size in newest.into_keys() {
        let text = format!("the evidence for the checkpoint of size {size} is not found by its size");
        check.found(catalogue::FACTS_MISSING, &desk.scope.place, text);
    }
}

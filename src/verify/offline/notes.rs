//! Notes about retention: their records and entries in one thread, their sealed words in several.

use std::sync::Arc;

use super::evidence::{self, Sealed};
use super::ledger::Ledger;
use super::{Check, VaultScope, row_place};
use crate::ledger::FiledNote;
use crate::limits::VERIFY_BATCH_DOCUMENTS;
use crate::model::retention::{Note, NoteDetails, NoteRecord};
use crate::model::{Address, CaseRecord, LedgerIndex, PersonTag};
use crate::policy::invariants;
use crate::store::{Column, codec, key};
use crate::verify::pool::in_threads;
use crate::verify::report::Counts;
use crate::verify::{catalogue, description};

/// Where the notes in the registers of a vault lie, so that they can be gone through in the order of the ledger.
#[derive(Debug, Default)]
pub(super) struct FiledNotes {
    /// In no particular order.
    pub(super) registers: Vec<RegisterNote>,
    /// The earliest entry of any note, also of those in cases.
    pub(super) first_entry: Option<LedgerIndex>,
}

/// A note in the registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct RegisterNote {
    /// The note that its subject began with; its own place if it began one.
    pub(super) subject: Address,
    /// Its ledger entry.
    pub(super) entry: LedgerIndex,
    /// Where it lies.
    pub(super) place: Address,
    /// From which notes together with it something follows.
    pub(super) concern: Concern,
}

/// What a note in the registers adds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concern {
    /// What is known of its subject alone: a hold, a box.
    Subject,
    /// What is known of its subject, and of the vault as a whole: catalogues, intake, backups.
    Vault,
    /// Destruction, whose facts are those of an order and of all orders of the vault.
    Destruction,
    /// Evidence for a checkpoint, which adds to nothing; the newest is found by the size.
    Evidence,
}

impl Concern {
    fn of(note: &Note) -> Self {
        match note {
            // A release is remembered by the vault too: paper is not believed to have gone on a day on which a hold was in force.
            Note::HoldPlaced { .. } | Note::HoldReviewed { .. } | Note::Box { .. } | Note::BoxStep { .. } => Self::Subject,
            Note::OrderProposed { .. }
            | Note::OrderApproved { .. }
            | Note::OrderWithdrawn { .. }
            | Note::OrderStep { .. }
            | Note::KeysDestroyed { .. }
            | Note::CopiesGone { .. }
            | Note::DestructionReplayed { .. }
            | Note::DestructionRuleProposed { .. }
            | Note::DestructionRuleAdopted { .. }
            | Note::DestructionRuleRejected { .. }
            | Note::ShardSealed { .. }
            | Note::ShardDestroyed { .. } => Self::Destruction,
            Note::CheckpointStamped { .. } => Self::Evidence,
            _ => Self::Vault,
        }
    }
}

impl FiledNotes {
    fn add(&mut self, record: &NoteRecord) {
        self.first_entry = Some(self.first_entry.map_or(record.entry, |first| first.min(record.entry)));
        if record.note.is_filed_in_case() {
            return;
        }
        let subject = record.note.continues().unwrap_or(record.address);
        self.registers.push(RegisterNote { subject, entry: record.entry, place: record.address, concern: Concern::of(&record.note) });
    }
}

/// Checks every note of a vault and takes its entry.
pub(super) fn check(check: &Arc<Check>, scope: &VaultScope, ledger: &mut Ledger, threads: usize) -> FiledNotes {
    let (mut filed, mut batch) = (FiledNotes::default(), Vec::new());
    let mut case: Option<CaseRecord> = None;
    let (worker_check, worker_scope) = (Arc::clone(check), scope.clone());
    let work = move |batch: Vec<NoteRecord>| batch.iter().for_each(|record| check_sealed(&worker_check, &worker_scope, record));
    let whole = in_threads(threads, work, |hand_over| {
        for (row, value) in check.rows(Column::Notes, &scope.record.id.0) {
            let Some(record) = check.decoded(Column::Notes, &row, codec::decode_note(&value)) else { continue };
            check_record(check, scope, &row, &record, ledger);
            check_subject(check, scope, &record);
            if record.note.is_filed_in_case() {
                check_case(check, scope, &record, &mut case);
            }
            filed.add(&record);
            batch.push(record);
            if batch.len() == VERIFY_BATCH_DOCUMENTS {
                hand_over(std::mem::take(&mut batch));
            }
        }
        hand_over(std::mem::take(&mut batch));
    });
    if !whole {
        check.found(catalogue::CHECK_ENDED_EARLY, &scope.place, "a thread of the check ended early; not all notes were checked");
    }
    filed
}

/// How findings call a note.
pub(super) fn place(scope: &VaultScope, record: &NoteRecord) -> String {
    let (case, number) = (record.address.case.get(), record.address.document.get());
    if record.address.is_in_registers() {
        format!("{} note {} (register {case})", scope.place, record.id)
    } else {
        format!("{} note {} (case {case}, number {number})", scope.place, record.id)
    }
}

/// Everything about the record that takes neither keys nor other records.
fn check_record(check: &Check, scope: &VaultScope, row: &[u8], record: &NoteRecord, ledger: &mut Ledger) {
    let place = place(scope, record);
    if *row != *key::document(scope.record.id, record.address) {
        check.found(catalogue::ROW_MISPLACED, row_place(Column::Notes, row), format!("the record of {place} lies under another key"));
    }
    if let Err(violation) = invariants::note_holds(record, ledger.size) {
        check.found(catalogue::RECORD_INVARIANT, &place, violation.to_string());
    }
    if !ledger.notes.take(record.entry.0) {
        let text = format!("entry {} of the ledger is not the filing of a note, or belongs to another record", record.entry.0);
        check.found(catalogue::RECORD_WITHOUT_ENTRY, &place, text);
    }
    match check.read("column note_ids", check.store.note_address(scope.record.id, record.id)) {
        Some(None) => check.found(catalogue::INDEX_MISSING, &place, "column note_ids does not lead to the note"),
        Some(Some(address)) if address != record.address => {
            check.found(catalogue::INDEX_DIFFERS, &place, "column note_ids leads to another note");
        }
        _ => {}
    }
}

/// A note that continues another one is of a kind that can, and shares its handle; the ledger's back-pointers follow the handle.
fn check_subject(check: &Check, scope: &VaultScope, record: &NoteRecord) {
    let Some(of) = record.note.continues() else { return };
    let differs = |text: &str| check.found(catalogue::NOTE_SUBJECT_DIFFERS, place(scope, record), text);
    match check.read("column notes", check.store.note(scope.record.id, of)) {
        Some(Some(begun)) if !continues(&record.note, &begun.note) => differs("it continues a note of another kind"),
        Some(Some(begun)) if begun.handle != record.handle => differs("it has another handle than the note that it continues"),
        Some(Some(begun)) if begun.entry >= record.entry => differs("it was filed before the note that it continues"),
        Some(None) => differs("the note that it continues is not there"),
        _ => {}
    }
}

fn continues(note: &Note, begun: &Note) -> bool {
    match note {
        Note::HoldReviewed { .. } | Note::HoldReleased { .. } => matches!(begun, Note::HoldPlaced { .. }),
        Note::ClassesAdopted { .. } | Note::ClassesRejected { .. } => matches!(begun, Note::ClassesProposed { .. }),
        Note::BatchCompleted { .. } => matches!(begun, Note::Batch { .. }),
        Note::BoxStep { .. } => matches!(begun, Note::Box { .. }),
        Note::OrderApproved { .. }
        | Note::OrderWithdrawn { .. }
        | Note::OrderStep { .. }
        | Note::KeysDestroyed { .. }
        | Note::CopiesGone { .. } => matches!(begun, Note::OrderProposed { .. }),
        Note::DestructionRuleAdopted { .. } | Note::DestructionRuleRejected { .. } => {
            matches!(begun, Note::DestructionRuleProposed { .. })
        }
        Note::ShardDestroyed { .. } => matches!(begun, Note::ShardSealed { .. }),
        _ => false,
    }
}

/// A note in a case lies in the key tree of that case. `case` is the case of the note before, which mostly is the same.
fn check_case(check: &Check, scope: &VaultScope, record: &NoteRecord, case: &mut Option<CaseRecord>) {
    let number = record.address.case;
    if case.as_ref().is_none_or(|case| case.number != number) {
        let Some(found) = check.read("column cases", check.store.case(scope.record.id, number)) else { return };
        *case = found;
    }
    let Some(case) = case else {
        return check.found(catalogue::CASE_MISSING, place(scope, record), format!("there is no case {}", number.get()));
    };
    if let Err(violation) = invariants::note_is_in_tree_of_case(record, case) {
        check.found(catalogue::RECORD_INVARIANT, place(scope, record), violation.to_string());
    }
}

/// Everything that takes the note's keys.
fn check_sealed(check: &Check, scope: &VaultScope, record: &NoteRecord) {
    let place = place(scope, record);
    let sealed = Sealed { opening_year: record.opening_year, address: record.address, id: *record.id.as_bytes(), header: &record.header };
    let Some(opener) = evidence::opener(check, scope, &place, &sealed) else { return };
    let opened = opener.open_description(&record.sealed_details).map_err(|error| error.to_string());
    let details = match opened.and_then(|bytes| codec::decode_note_details(&bytes).map_err(|error| error.to_string())) {
        Ok(details) => details,
        Err(error) => return check.found(catalogue::DETAILS_DAMAGED, &place, error),
    };
    if description::members(details.words.as_bytes()).is_none() {
        check.found(catalogue::DETAILS_DAMAGED, &place, "the words are not canonical");
    }
    check_person(check, scope, &place, record, &details);
    if let Some(actor) = evidence::actor_key(check, scope, &place, &details.by) {
        let (subject, body) = (evidence::subject_key(&opener), codec::encode_note_body(&record.note));
        let filed = FiledNote::of(&record.note, &details, &body);
        evidence::compare(check, scope, &place, (record.entry, record.recorded_at), |id| {
            filed.prepare(record.handle, id, &subject, &actor)
        });
    }
    check.collector.count(&Counts { notes: 1, ..Counts::default() });
}

/// Two persons are told apart by their tags, so a tag is that of the name that was sealed.
fn check_person(check: &Check, scope: &VaultScope, place: &str, record: &NoteRecord, details: &NoteDetails) {
    let Some(keys) = check.keyring.as_ref().and_then(|keyring| keyring.vault_keys(scope.record.id).ok()) else { return };
    let expected = details.person.as_ref().map(|person| PersonTag(keys.person_tag(person.as_str())));
    if record.person != expected {
        check.found(catalogue::PERSON_DIFFERS, place, "the tag of the person is not that of the name that was sealed with the note");
    }
}

//! On what was filed.

use super::*;

pub fn on_notes() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    vec![
        attack(
            "a note was filed at another time",
            |raw| raw.change_note(CORRECTION, |note| note.recorded_at = Timestamp::parse("2020-01-01T00:00:00Z").unwrap()),
            catalogue::RECORD_DIFFERS_FROM_ENTRY,
            "note 0192f0c1-0000-7c7a-b1f4-00000000000d",
            Invalid,
        ),
        attack(
            "an event happened on another day",
            |raw| raw.change_note(CORRECTION, |note| move_event(&mut note.note, "2004-03-15")),
            catalogue::RECORD_DIFFERS_FROM_ENTRY,
            "00000000000d",
            Invalid,
        ),
        attack(
            "an event happened on another day, and all dates follow",
            |raw| raw.change_note(CORRECTION, |note| move_event(&mut note.note, "2004-03-15")),
            catalogue::FACTS_DIFFER,
            "case 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11 (number 0)",
            Invalid,
        ),
        attack(
            "a note is garbage",
            |raw| raw.put(Column::Notes, &raw.note(FINAL).0, b"\x01x"),
            catalogue::ROW_UNREADABLE,
            "notes",
            Invalid,
        ),
        attack("a note is gone", |raw| forget(raw, FINAL), catalogue::ENTRY_WITHOUT_RECORD, "vault demo entry", Invalid),
        attack(
            "a note is not found by its id",
            |raw| raw.delete(Column::NoteIds, &key::note_id(raw.vault.id, note_id(FINAL))),
            catalogue::INDEX_MISSING,
            "00000000000e",
            Incomplete,
        ),
        attack(
            "an id leads to another note",
            |raw| {
                let other = raw.get(Column::NoteIds, &key::note_id(raw.vault.id, note_id(BENEFIT)));
                raw.put(Column::NoteIds, &key::note_id(raw.vault.id, note_id(FINAL)), &other);
            },
            catalogue::INDEX_DIFFERS,
            "column note_ids key",
            Invalid,
        ),
        attack(
            "a note lies in another place",
            |raw| {
                let (row, record) = raw.note(FINAL);
                raw.delete(Column::Notes, &row);
                let number = DocumentNumber::new(DocumentNumber::FIRST_NOTE.get() + 999).unwrap();
                let place = Address { document: number, ..record.address };
                raw.put(Column::Notes, &key::document(raw.vault.id, place), &codec::encode_note(&record));
            },
            catalogue::ROW_MISPLACED,
            "column notes key",
            Invalid,
        ),
        attack(
            "a receipt for a ledger that has never been",
            |raw| raw.change_note(FINAL, |note| note.receipt_size = 10_000),
            catalogue::RECORD_INVARIANT,
            "00000000000e",
            Invalid,
        ),
        attack(
            "a note refers to the entry of a document",
            |raw| {
                let entry = raw.document(PLAIN).1.entry;
                raw.change_note(FINAL, |note| note.entry = entry);
            },
            catalogue::RECORD_WITHOUT_ENTRY,
            "00000000000e",
            Invalid,
        ),
        attack(
            "the words of a note are damaged",
            |raw| raw.change_note(COURT, |note| note.sealed_details[4] ^= 1),
            catalogue::DETAILS_DAMAGED,
            "00000000003c (register",
            Invalid,
        ),
        attack(
            "a note has the keys of another one",
            |raw| {
                let other = raw.note(BENEFIT).1.header;
                raw.change_note(FINAL, |note| note.header = other);
            },
            catalogue::HEADER_DAMAGED,
            "00000000000e",
            Invalid,
        ),
        attack(
            "the second person was another one",
            |raw| raw.change_note(81, |note| note.person = Some(PersonTag([9; 16]))),
            catalogue::PERSON_DIFFERS,
            "000000000051",
            Invalid,
        ),
        attack(
            "a review is of another hold",
            |raw| {
                let dispute = raw.note(DISPUTE).1.address;
                raw.change_note(REVIEWED, |note| {
                    if let Note::HoldReviewed { hold, .. } = &mut note.note {
                        *hold = dispute;
                    }
                });
            },
            catalogue::NOTE_SUBJECT_DIFFERS,
            "00000000003d",
            Invalid,
        ),
    ]
}

//! One thing damaged at a time.

use aktenfest::model::retention::{Dates, DocumentFacts, HoldType, Note, Part, PositionFacts, ScanDefect, Target, VaultFacts};
use aktenfest::model::{Address, Date, DocumentNumber, PersonTag, Timestamp, VaultId};
use aktenfest::store::agenda::{self, List};
use aktenfest::store::codec::{self, RegisterFacts};

use super::super::raw::Attack;
use super::*;

fn attack(what: &'static str, attack: fn(&Raw), code: Code, place: &'static str, verdict: Verdict) -> Attack {
    Attack { what, attack, code, place, verdict }
}

fn on_notes() -> Vec<Attack> {
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

fn on_facts() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    vec![
        attack(
            "a dossier is gone",
            |raw| raw.delete(Column::Dossiers, &raw.case_row(0)),
            catalogue::FACTS_MISSING,
            "5a2a6c0d9e11 (number 0)",
            Incomplete,
        ),
        attack(
            "a dossier is garbage",
            |raw| raw.put(Column::Dossiers, &raw.case_row(0), b"\x01x"),
            catalogue::ROW_UNREADABLE,
            "column dossiers key",
            Invalid,
        ),
        attack(
            "a dossier of no case",
            |raw| raw.put(Column::Dossiers, &raw.case_row(77), &raw.get(Column::Dossiers, &raw.case_row(0))),
            catalogue::FACTS_UNFOUNDED,
            "column dossiers key",
            Invalid,
        ),
        attack("dates are earlier", |raw| shorten(raw, false), catalogue::DATES_DIFFER, "number 0", Invalid),
        attack("dates are earlier, and the agenda agrees", |raw| shorten(raw, true), catalogue::DATES_DIFFER, "number 0", Invalid),
        attack(
            "dates follow the catalogue before",
            |raw| raw.change_dossier(0, |dossier| dossier.lines.iter_mut().for_each(|line| line.version = 1)),
            catalogue::DATES_DIFFER,
            "number 0",
            Invalid,
        ),
        attack(
            "an event is forgotten",
            |raw| raw.change_dossier(0, |dossier| drop(dossier.events.pop())),
            catalogue::FACTS_DIFFER,
            "number 0",
            Invalid,
        ),
        attack(
            "a withdrawn event counts again",
            |raw| {
                let note = raw.note(CLOSED).1;
                raw.change_dossier(0, |dossier| {
                    let mut again = dossier.events[0].clone();
                    (again.id, again.note) = (note.id, note.address);
                    dossier.events.push(again);
                });
            },
            catalogue::FACTS_DIFFER,
            "number 0",
            Invalid,
        ),
        attack(
            "facts of a document are gone",
            |raw| raw.delete(Column::DocumentFacts, &raw.document(DECISION).0),
            catalogue::FACTS_MISSING,
            "number 0) document number 1",
            Incomplete,
        ),
        attack(
            "facts of a document that does not exist",
            |raw| {
                let row =
                    key::document(raw.vault.id, Address { document: DocumentNumber::new(99).unwrap(), ..raw.document(PLAIN).1.address });
                raw.put(Column::DocumentFacts, &row, &codec::encode_document_facts(&DocumentFacts::default()));
            },
            catalogue::FACTS_UNFOUNDED,
            "document number 99",
            Invalid,
        ),
        attack(
            "a document was received on another day",
            |raw| change_document_facts(raw, DECISION, |facts| facts.received = Some(day("2013-01-01"))),
            catalogue::FACTS_DIFFER,
            "document number 1",
            Invalid,
        ),
        attack(
            "a document belongs to other matters",
            |raw| change_document_facts(raw, PLAIN, |facts| facts.matters.truncate(1)),
            catalogue::FACTS_DIFFER,
            "document number 0",
            Invalid,
        ),
        attack(
            "a document has the dates of its matter",
            |raw| change_document_facts(raw, DECISION, |facts| facts.lines.clear()),
            catalogue::DATES_DIFFER,
            "document number 1",
            Invalid,
        ),
        attack(
            "quarantine ends by itself",
            |raw| change_document_facts(raw, QUARANTINED, |facts| facts.scan.as_mut().unwrap().defects.clear()),
            catalogue::FACTS_DIFFER,
            "batch 0192f0c1-0000-7c7a-b1f4-000000000028",
            Invalid,
        ),
        attack(
            "quarantine ends by itself, and the batch agrees",
            |raw| {
                change_document_facts(raw, QUARANTINED, |facts| facts.scan.as_mut().unwrap().defects.clear());
                change_register(raw, BATCH, |facts| {
                    if let RegisterFacts::Batch(facts) = facts {
                        facts.quarantined = 0;
                    }
                });
            },
            catalogue::DEFECTS_DIFFER,
            "000000000005",
            Verdict::Verified,
        ),
        attack(
            "a defect that the scan gate cannot have found",
            |raw| {
                change_document_facts(raw, QUARANTINED, |facts| {
                    facts.scan.as_mut().unwrap().defects.insert(0, ScanDefect::NoTransferNote);
                });
            },
            catalogue::DEFECTS_IMPOSSIBLE,
            "000000000005",
            Invalid,
        ),
    ]
}

fn on_registers() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    vec![
        attack(
            "a hold is gone from the registers",
            |raw| raw.delete(Column::Registers, &raw.note(COURT).0),
            catalogue::FACTS_MISSING,
            "hold 0192f0c1-0000-7c7a-b1f4-00000000003c",
            Incomplete,
        ),
        attack(
            "a hold is released by nobody",
            |raw| {
                change_register(raw, COURT, |facts| {
                    if let RegisterFacts::Hold(facts) = facts {
                        facts.released_on = Some(day("2026-11-20"));
                    }
                });
            },
            catalogue::FACTS_DIFFER,
            "hold 0192f0c1-0000-7c7a-b1f4-00000000003c",
            Invalid,
        ),
        attack(
            "a batch is complete",
            |raw| {
                change_register(raw, BATCH, |facts| {
                    if let RegisterFacts::Batch(facts) = facts {
                        facts.complete = true;
                    }
                });
            },
            catalogue::FACTS_DIFFER,
            "batch 0192f0c1-0000-7c7a-b1f4-000000000028",
            Invalid,
        ),
        attack(
            "a flag is taken off an original",
            |raw| {
                change_register(raw, BOX, |facts| {
                    if let RegisterFacts::Box(facts) = facts {
                        facts.positions.iter_mut().for_each(|found: &mut PositionFacts| found.position.flags.clear());
                    }
                });
            },
            catalogue::FACTS_DIFFER,
            "box 0192f0c1-0000-7c7a-b1f4-000000000032",
            Invalid,
        ),
        attack(
            "a hold becomes a batch",
            |raw| {
                let batch = raw.get(Column::Registers, &raw.note(BATCH).0);
                raw.put(Column::Registers, &raw.note(COURT).0, &batch);
            },
            catalogue::FACTS_DIFFER,
            "hold",
            Invalid,
        ),
        attack(
            "a register of nothing",
            |raw| {
                let hold = raw.get(Column::Registers, &raw.note(COURT).0);
                raw.put(Column::Registers, &raw.note(70).0, &hold);
            },
            catalogue::FACTS_UNFOUNDED,
            "column registers key",
            Invalid,
        ),
        attack(
            "nothing is known of the vault",
            |raw| raw.delete(Column::VaultFacts, &raw.vault.id.0),
            catalogue::FACTS_MISSING,
            "vault demo vault_facts",
            Incomplete,
        ),
        attack(
            "the watermark moves on",
            |raw| change_vault(raw, |facts| facts.intake.open.clear()),
            catalogue::FACTS_DIFFER,
            "vault demo vault_facts",
            Invalid,
        ),
        attack(
            "another catalogue is in force",
            |raw| change_vault(raw, |facts| facts.catalogue = None),
            catalogue::FACTS_DIFFER,
            "vault demo vault_facts",
            Invalid,
        ),
        attack(
            "dates are further than all cases",
            |raw| change_vault(raw, |facts| facts.refreshed_below = u64::MAX),
            catalogue::FACTS_DIFFER,
            "vault demo vault_facts",
            Invalid,
        ),
    ]
}

fn on_lists() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    vec![
        attack(
            "a line is gone from the agenda",
            |raw| raw.delete(Column::Agenda, &raw.rows(Column::Agenda)[0].0),
            catalogue::AGENDA_MISSING,
            "vault demo case",
            Incomplete,
        ),
        attack("a line has moved to another day", move_in_agenda, catalogue::AGENDA_MISSING, "vault demo case", Invalid),
        attack("a line has moved to another day", move_in_agenda, catalogue::AGENDA_UNFOUNDED, "vault demo case number 0", Invalid),
        attack(
            "a line in the agenda is another one",
            |raw| {
                let (row, value) = keep_until(raw);
                let mut line = codec::decode_line(&value).unwrap();
                line.dates = Dates::Never;
                raw.put(Column::Agenda, &row, &codec::encode_line(&line));
            },
            catalogue::AGENDA_DIFFERS,
            "vault demo case",
            Invalid,
        ),
        attack(
            "garbage in the agenda",
            |raw| raw.put(Column::Agenda, &[&raw.vault.id.0[..], b"x"].concat(), b"x"),
            catalogue::ROW_UNREADABLE,
            "column agenda key",
            Invalid,
        ),
        attack(
            "something held is free",
            |raw| raw.delete(Column::Held, &held(raw, COURT)),
            catalogue::HELD_MISSING,
            "hold 0192f0c1-0000-7c7a-b1f4-00000000003c",
            Incomplete,
        ),
        attack(
            "something is held for another reason",
            |raw| raw.put(Column::Held, &held(raw, COURT), &[HoldType::Embargo.number()]),
            catalogue::HELD_DIFFERS,
            "00000000003c",
            Invalid,
        ),
        attack(
            "a hold covers more than it was placed on",
            |raw| {
                let hold = raw.note(COURT).1.address.case;
                let target = Target { case: CaseNumber::new(0).unwrap(), part: Part::Whole };
                raw.put(Column::Held, &key::held(raw.vault.id, target, hold), &[HoldType::Court.number()]);
            },
            catalogue::HELD_UNFOUNDED,
            "column held key",
            Invalid,
        ),
        attack(
            "a hold that is over still holds",
            |raw| {
                let hold = raw.note(DISPUTE).1.address.case;
                let target = Target { case: CaseNumber::new(0).unwrap(), part: Part::Document(raw.document(DECISION).1.address.document) };
                raw.put(Column::Held, &key::held(raw.vault.id, target, hold), &[HoldType::Dispute.number()]);
            },
            catalogue::HELD_UNFOUNDED,
            "column held key",
            Invalid,
        ),
        attack(
            "something is held in a vault that does not exist",
            |raw| {
                let target = Target { case: CaseNumber::new(0).unwrap(), part: Part::Whole };
                let row = key::held(VaultId([0xee; 16]), target, CaseNumber::FIRST_REGISTER);
                raw.put(Column::Held, &row, &[HoldType::Court.number()]);
            },
            catalogue::ROW_WITHOUT_VAULT,
            "column held",
            Invalid,
        ),
    ]
}

fn move_event(note: &mut Note, to: &str) {
    if let Note::Event { valid_on, .. } = note {
        *valid_on = Some(day(to));
    }
}

/// Removes every trace of a note but its ledger entry.
fn forget(raw: &Raw, number: u32) {
    let row = raw.note(number).0;
    raw.delete(Column::Notes, &row);
    raw.delete(Column::NoteIds, &key::note_id(raw.vault.id, note_id(number)));
}

fn change_document_facts(raw: &Raw, number: u32, change: impl FnOnce(&mut DocumentFacts)) {
    let row = raw.document(number).0;
    let mut facts = codec::decode_document_facts(&raw.get(Column::DocumentFacts, &row)).unwrap();
    change(&mut facts);
    raw.put(Column::DocumentFacts, &row, &codec::encode_document_facts(&facts));
}

fn change_register(raw: &Raw, number: u32, change: impl FnOnce(&mut RegisterFacts)) {
    let row = raw.note(number).0;
    let mut facts = codec::decode_register(&raw.get(Column::Registers, &row)).unwrap();
    change(&mut facts);
    raw.put(Column::Registers, &row, &codec::encode_register(&facts));
}

fn change_vault(raw: &Raw, change: impl FnOnce(&mut VaultFacts)) {
    let row = raw.vault.id.0;
    let mut facts = codec::decode_vault_facts(&raw.get(Column::VaultFacts, &row)).unwrap();
    change(&mut facts);
    raw.put(Column::VaultFacts, &row, &codec::encode_vault_facts(&facts));
}

/// Makes every date of the first case ten years earlier; also in the agenda, if that is to agree.
fn shorten(raw: &Raw, also_in_agenda: bool) {
    let case = CaseNumber::new(0).unwrap();
    let row = raw.case_row(0);
    let before = codec::decode_dossier(&raw.get(Column::Dossiers, &row)).unwrap();
    let earlier = |day: Date| day.plus_months(-120).unwrap();
    raw.change_dossier(0, |dossier| {
        for line in &mut dossier.lines {
            if let Dates::Computed { keep_until, destroy_by } = &mut line.dates {
                (*keep_until, *destroy_by) = (earlier(*keep_until), destroy_by.map(earlier));
            }
        }
    });
    if also_in_agenda {
        let after = codec::decode_dossier(&raw.get(Column::Dossiers, &row)).unwrap();
        assert_ne!(before.lines, after.lines);
        agenda::of_dossier(raw.vault.id, case, &before).iter().for_each(|(row, _)| raw.delete(Column::Agenda, row));
        agenda::of_dossier(raw.vault.id, case, &after).iter().for_each(|(row, value)| raw.put(Column::Agenda, row, value));
    }
}

/// A row of the list of last days of keeping.
fn keep_until(raw: &Raw) -> (Vec<u8>, Vec<u8>) {
    let is_wanted = |(row, value): &(Vec<u8>, Vec<u8>)| {
        let item = agenda::parse(row, value).unwrap();
        matches!(item.line.dates, Dates::Computed { keep_until, .. } if keep_until == item.day)
    };
    assert_ne!(List::KeepUntil, List::Open);
    raw.rows(Column::Agenda).into_iter().find(is_wanted).expect("some matter must have dates")
}

fn move_in_agenda(raw: &Raw) {
    let (row, value) = keep_until(raw);
    raw.delete(Column::Agenda, &row);
    let mut moved = row;
    moved[20] ^= 1;
    raw.put(Column::Agenda, &moved, &value);
}

/// A row of something that a hold covers.
fn held(raw: &Raw, number: u32) -> Vec<u8> {
    let hold = raw.note(number).1.address.case;
    let rows = raw.rows(Column::Held).into_iter().map(|(row, _)| row);
    rows.into_iter().find(|row| key::parse_held(row) == Some(hold)).expect("the hold must cover something")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attack_on_retention_is_found_at_its_place() {
    let sample = noted().await;
    let mut missed = Vec::new();
    let attacks: Vec<Attack> = on_notes().into_iter().chain(on_facts()).chain(on_registers()).chain(on_lists()).collect();
    assert!(attacks.len() > 45, "{} attacks", attacks.len());
    for Attack { what, attack, code, place, verdict } in attacks {
        let copy = sample.copy();
        attack(&Raw::open(&copy));
        let report = copy.verify();
        if !report.has(code, place) || report.verdict != verdict {
            missed.push(format!("{what}: expected {code:?} at {place}, and {verdict:?}:\n{report}"));
        }
    }
    assert!(missed.is_empty(), "{} attacks:\n{}", missed.len(), missed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_damaged_fact_is_one_finding() {
    let sample = noted().await;
    type Damage = fn(&Raw);
    let attacks: [(&str, Damage); 4] = [
        ("dates and agenda", |raw| shorten(raw, false)),
        ("a dossier", |raw| raw.delete(Column::Dossiers, &raw.case_row(1))),
        ("facts of a document", |raw| change_document_facts(raw, DECISION, |facts| facts.received = Some(day("2013-01-01")))),
        ("something held", |raw| raw.delete(Column::Held, &held(raw, COURT))),
    ];
    for (what, attack) in attacks {
        let copy = sample.copy();
        attack(&Raw::open(&copy));
        let report = copy.verify();
        assert_eq!(report.findings.len(), 1, "{what}:\n{report}");
    }
}

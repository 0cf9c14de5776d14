//! One thing damaged at a time.

mod facts;
mod lists;
mod notes;

use aktenfest::model::retention::{Dates, DocumentFacts, HoldType, Note, Part, PositionFacts, ScanDefect, Target, VaultFacts};
use aktenfest::model::{Address, Date, DocumentNumber, PersonTag, Timestamp, VaultId};
use aktenfest::store::agenda::{self, List};
use aktenfest::store::codec::{self, RegisterFacts};

use super::super::raw::Attack;
use super::*;

fn attack(what: &'static str, attack: fn(&Raw), code: Code, place: &'static str, verdict: Verdict) -> Attack {
    Attack { what, attack, code, place, verdict }
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
    let attacks: Vec<Attack> =
        [notes::on_notes(), facts::on_facts(), facts::on_registers(), lists::on_lists()].into_iter().flatten().collect();
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

/// Columns in which something about retention lies.
const COLUMNS: [Column; 9] = [
    Column::Notes,
    Column::NoteIds,
    Column::Dossiers,
    Column::DocumentFacts,
    Column::Registers,
    Column::VaultFacts,
    Column::Agenda,
    Column::Held,
    Column::Boxed,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_any_row_of_retention_is_found() {
    let sample = noted().await;
    let rows: Vec<(Column, Vec<u8>, Vec<u8>)> = {
        let raw = Raw::open(&sample.copy());
        let of_column = |column| raw.rows(column).into_iter().map(move |(row, value)| (column, row, value));
        COLUMNS.into_iter().flat_map(of_column).collect()
    };
    assert!(rows.len() > 80, "{} rows", rows.len());
    let mut silent = Vec::new();
    for (number, (column, row, value)) in rows.iter().enumerate() {
        // How far the background job has come, in the last bytes of a vault's facts, follows from nothing.
        let end = if *column == Column::VaultFacts { value.len() - 8 } else { value.len() };
        let at = number * 7919 % end;
        let copy = sample.copy();
        Raw::open(&copy).change(*column, row, |value| value[at] ^= 1 << (number % 8));
        let report = copy.verify();
        if !is_loud(&report) {
            silent.push(format!("column {} key {} byte {at}:\n{report}", column.name(), hex::encode(row)));
        }
    }
    assert!(silent.is_empty(), "{} flipped bits were not found:\n{}", silent.len(), silent.join("\n"));
}

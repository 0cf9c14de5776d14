//! Values changed inside the database, by somebody who knows how it works and recomputes its checksums.

use std::cell::Cell;

use aktenfest::ledger::LogSigner;
use aktenfest::model::{ContentSeq, Digest, LedgerIndex, VaultId};
use aktenfest::store::key;
use aktenfest::store::{Column, codec};

use super::raw::{Attack, Raw};
use super::*;
use crate::archive::document_id;

const ENTRIES: u64 = (BEFORE + AFTER) as u64 + 2 + 3;

fn on_the_ledger() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    let attack = |what, attack, code, place, verdict| Attack { what, attack, code, place, verdict };
    vec![
        attack("an entry becomes another one", |raw| change_entry(raw, 5), catalogue::ENTRY_DIFFERS, "vault demo entry 5", Invalid),
        attack("an entry behind the full tile", |raw| change_entry(raw, 270), catalogue::HEAD_DIFFERS, "vault demo head", Invalid),
        attack("an entry disowns its record", |raw| change_entry(raw, 270), catalogue::RECORD_DIFFERS_FROM_ENTRY, "document", Invalid),
        attack(
            "an entry is no longer canonical",
            |raw| raw.change(Column::Ledger, &raw.log().entry(LedgerIndex(9)), |entry| entry.push(b' ')),
            catalogue::ENTRY_MALFORMED,
            "vault demo entry 9",
            Invalid,
        ),
        attack(
            "an entry is missing",
            |raw| raw.delete(Column::Ledger, &raw.log().entry(LedgerIndex(7))),
            catalogue::ENTRY_MISSING,
            "vault demo entry 7",
            Invalid,
        ),
        attack(
            "the newest entries are missing",
            |raw| (ENTRIES - 3..ENTRIES).for_each(|index| raw.delete(Column::Ledger, &raw.log().entry(LedgerIndex(index)))),
            catalogue::ENTRY_MISSING,
            "vault demo entries 272 to 274",
            Invalid,
        ),
        attack(
            "the newest documents and all their traces are missing",
            |raw| {
                raw.forget(BEFORE + AFTER - 1);
                raw.forget(BEFORE + AFTER - 2);
                raw.cut_ledger(ENTRIES, ENTRIES - 2);
            },
            catalogue::DATABASE_BEHIND,
            "database",
            Incomplete,
        ),
        attack(
            "an entry too many",
            |raw| raw.put(Column::Ledger, &raw.log().entry(LedgerIndex(ENTRIES)), b"{}"),
            catalogue::ENTRY_BEYOND_HEAD,
            "vault demo entry 275",
            Invalid,
        ),
        attack(
            "a tile is another one",
            |raw| raw.change(Column::Tiles, &raw.log().tile(0, 0), |tile| tile[100] ^= 1),
            catalogue::TILE_DIFFERS,
            "vault demo tile 0/0",
            Invalid,
        ),
        attack(
            "a tile is missing",
            |raw| raw.delete(Column::Tiles, &raw.log().tile(0, 0)),
            catalogue::TILE_MISSING,
            "vault demo tile 0/0",
            Incomplete,
        ),
        attack(
            "a tile too many",
            |raw| raw.put(Column::Tiles, &raw.log().tile(0, 1), &[0; 8192]),
            catalogue::TILE_BEYOND_HEAD,
            "vault demo tile 0/1",
            Invalid,
        ),
        attack(
            "the head has another frontier",
            |raw| raw.change(Column::Heads, &raw.log().head(), |head| *head.last_mut().unwrap() ^= 1),
            catalogue::HEAD_DIFFERS,
            "vault demo head",
            Invalid,
        ),
        attack(
            "an entry at an impossible index, and no head to bound it",
            |raw| {
                let entry = raw.get(Column::Ledger, &raw.log().entry(LedgerIndex(9)));
                raw.delete(Column::Heads, &raw.log().head());
                for index in [ENTRIES + (1 << 40), i64::MAX as u64 - 1, u64::MAX] {
                    raw.put(Column::Ledger, &raw.log().entry(LedgerIndex(index)), &entry);
                }
            },
            catalogue::ENTRY_MISSING,
            "vault demo entries 275 to",
            Invalid,
        ),
        attack(
            "a cosigned checkpoint of another history",
            |raw| raw.put(Column::Cosigned, &raw.log().head(), &codec::encode_cosigned(&foreign_checkpoint(raw))),
            catalogue::COSIGNED_DIFFERS,
            "vault demo cosigned checkpoint",
            Invalid,
        ),
        attack(
            "a cosigned checkpoint that is none",
            |raw| raw.put(Column::Cosigned, &raw.log().head(), &codec::encode_cosigned("signed by everybody\n")),
            catalogue::COSIGNED_DIFFERS,
            "vault demo cosigned checkpoint",
            Invalid,
        ),
        attack(
            "a head of an impossible size",
            |raw| raw.put(Column::Heads, &raw.log().head(), &codec::encode_head(u64::MAX, b"")),
            catalogue::HEAD_DIFFERS,
            "vault demo head",
            Invalid,
        ),
        attack(
            "the head is missing",
            |raw| raw.delete(Column::Heads, &raw.log().head()),
            catalogue::HEAD_MISSING,
            "vault demo",
            Incomplete,
        ),
    ]
}

/// Another event id: still canonical, still plausible, another leaf.
fn change_entry(raw: &Raw, index: u64) {
    raw.change(Column::Ledger, &raw.log().entry(LedgerIndex(index)), |entry| {
        let at = entry.windows(6).position(|window| window == b"\"id\":\"").unwrap() + 6;
        entry[at] = if entry[at] == b'0' { b'1' } else { b'0' };
    });
}

/// A checkpoint of our ledger's name and of five entries that it never had, by a key that it never had either.
fn foreign_checkpoint(raw: &Raw) -> String {
    let signer = LogSigner::from_seed(&raw.vault.origin, &[9; 32]).unwrap();
    signer.sign(5, Digest([1; 32])).unwrap().note().to_string()
}

fn on_records() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    let attack = |what, attack, code, place, verdict| Attack { what, attack, code, place, verdict };
    vec![
        attack(
            "a document is stored at another time",
            |raw| raw.change_document(4, |record| record.stored_at = aktenfest::model::Timestamp::parse("2020-01-01T00:00:00Z").unwrap()),
            catalogue::RECORD_DIFFERS_FROM_ENTRY,
            "document 0192f0c1-7c1e-7c7a-b1f4-000000000004",
            Invalid,
        ),
        attack(
            "a receipt for a ledger that has never been",
            |raw| raw.change_document(4, |record| record.receipt_size = 10_000),
            catalogue::RECORD_INVARIANT,
            "000000000004",
            Invalid,
        ),
        attack(
            "a record refers to the entry of another one",
            |raw| {
                let other = raw.document(5).1.entry;
                raw.change_document(4, |record| record.entry = other);
            },
            catalogue::RECORD_WITHOUT_ENTRY,
            "00000000000",
            Invalid,
        ),
        attack(
            "a document has the keys of another one",
            |raw| {
                let other = raw.document(5).1.header;
                raw.change_document(4, |record| record.header = other);
            },
            catalogue::HEADER_DAMAGED,
            "000000000004",
            Invalid,
        ),
        attack(
            "sealed details are damaged",
            |raw| raw.change_document(4, |record| record.sealed_details[3] ^= 1),
            catalogue::DETAILS_DAMAGED,
            "000000000004",
            Invalid,
        ),
        attack(
            "a record is garbage",
            |raw| raw.put(Column::Documents, &raw.document(4).0, b"\x01garbage"),
            catalogue::ROW_UNREADABLE,
            "column documents key",
            Invalid,
        ),
        attack("a document is forgotten", |raw| raw.forget(4), catalogue::ENTRY_WITHOUT_RECORD, "vault demo entry", Incomplete),
        attack(
            "the case of documents is forgotten",
            |raw| {
                let case = raw.document(4).1.address.case;
                raw.delete(Column::Cases, &key::case(raw.vault.id, case));
            },
            catalogue::CASE_MISSING,
            "000000000004",
            Invalid,
        ),
        attack(
            "a case is found by another id",
            |raw| {
                let row = key::case_id(raw.vault.id, crate::archive::case_id());
                raw.put(Column::CaseIds, &row, &codec::encode_u64(77));
            },
            catalogue::INDEX_DIFFERS,
            "case 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11",
            Invalid,
        ),
        attack(
            "a document is not found by its id",
            |raw| raw.delete(Column::DocumentIds, &key::document_id(raw.vault.id, document_id(4))),
            catalogue::INDEX_MISSING,
            "000000000004",
            Incomplete,
        ),
        attack(
            "an id leads to a document of another name",
            |raw| {
                let other = raw.get(Column::DocumentIds, &key::document_id(raw.vault.id, document_id(4)));
                raw.put(Column::DocumentIds, &key::document_id(raw.vault.id, document_id(9999)), &other);
            },
            catalogue::INDEX_DIFFERS,
            "column document_ids key",
            Invalid,
        ),
        attack(
            "cases change their references",
            |raw| {
                let number = |id| codec::decode_case_number(&raw.get(Column::CaseIds, &key::case_id(raw.vault.id, id))).unwrap();
                let rows = [crate::archive::case_id(), second_case()].map(|id| key::case(raw.vault.id, number(id)));
                let mut cases = rows.clone().map(|row| codec::decode_case(&raw.get(Column::Cases, &row)).unwrap());
                let [one, two] = &mut cases;
                std::mem::swap(&mut one.reference_tag, &mut two.reference_tag);
                for (row, case) in rows.iter().zip(&cases) {
                    raw.put(Column::Cases, row, &codec::encode_case(case));
                    raw.put(Column::CaseRefs, &key::case_ref(raw.vault.id, &case.reference_tag), &codec::encode_u64(case.number.get()));
                }
            },
            catalogue::REFERENCE_DIFFERS,
            "vault demo case",
            Invalid,
        ),
        attack(
            "a vault is not found by its id",
            |raw| raw.delete(Column::VaultIds, &raw.vault.id.0),
            catalogue::INDEX_MISSING,
            "vault demo",
            Incomplete,
        ),
        attack(
            "rows of a vault that does not exist",
            |raw| raw.put(Column::CaseIds, &key::case_id(VaultId([0xee; 16]), second_case()), &codec::encode_u64(1)),
            catalogue::ROW_WITHOUT_VAULT,
            "column case_ids",
            Invalid,
        ),
        attack(
            "the clock of the archive goes back",
            |raw| raw.put(Column::System, b"time", &codec::encode_u64(1_000)),
            catalogue::SYSTEM_DIFFERS,
            "column system",
            Invalid,
        ),
    ]
}

fn on_content() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid, Verified};
    let attack = |what, attack, code, place, verdict| Attack { what, attack, code, place, verdict };
    vec![
        attack(
            "a frame in the log column is damaged",
            |raw| change_frame(raw, TWO_FRAMES, 1),
            catalogue::FRAME_DAMAGED,
            "0000000003e8 (case 0, number 251) frame 1",
            Invalid,
        ),
        attack(
            "a frame in an ingested file is damaged",
            |raw| change_frame(raw, STAGED, 17),
            catalogue::FRAME_DAMAGED,
            "frame 17",
            Invalid,
        ),
        attack("the last frame is missing", |raw| delete_frame(raw, TWO_FRAMES, 1), catalogue::FRAME_MISSING, "0000000003e8", Incomplete),
        attack("the first frame is missing", |raw| delete_frame(raw, TWO_FRAMES, 0), catalogue::FRAME_MISSING, "0000000003e8", Incomplete),
        attack("all frames are missing", |raw| delete_frame(raw, 4, 0), catalogue::FRAME_MISSING, "000000000004", Incomplete),
        attack(
            "a frame too many",
            |raw| raw.put(Column::Content, &raw.frame(TWO_FRAMES, 2).1, b"more"),
            catalogue::FRAME_BEYOND_END,
            "0000000003e8",
            Invalid,
        ),
        attack(
            "a frame of another document",
            |raw| {
                let (column, from) = raw.frame(5, 0);
                let other = raw.get(column, &from);
                raw.put(column, &raw.frame(4, 0).1, &other);
            },
            catalogue::FRAME_DAMAGED,
            "000000000004",
            Invalid,
        ),
        attack(
            "the whole content of another document, with its size",
            |raw| {
                let other = raw.document(5).1;
                raw.change_document(4, |record| {
                    record.content = other.content;
                    record.plain_bytes = other.plain_bytes;
                });
            },
            catalogue::OWNER_DIFFERS,
            "000000000004",
            Invalid,
        ),
        attack(
            "content belongs to another document",
            |raw| {
                let (row, other) = raw.document(5);
                assert!(!row.is_empty());
                let owner = codec::encode_owner(raw.vault.id, other.address);
                raw.put(Column::Owners, &key::owner(raw.document(4).1.content.seq), &owner);
            },
            catalogue::OWNER_DIFFERS,
            "000000000004",
            Invalid,
        ),
        attack(
            "content of nobody",
            |raw| raw.put(Column::Content, &key::frame(ContentSeq(99_999), 0), b"x"),
            catalogue::CONTENT_WITHOUT_OWNER,
            "column content content 99999",
            Invalid,
        ),
        attack(
            "an upload that was never committed",
            |raw| raw.put(Column::Bulk, &key::frame(ContentSeq(99_999), 0), b"x"),
            catalogue::CONTENT_STAGED,
            "column bulk-1 content 99999",
            Verified,
        ),
    ]
}

fn change_frame(raw: &Raw, number: u32, frame: u32) {
    let (column, row) = raw.frame(number, frame);
    raw.change(column, &row, |sealed| sealed[10] ^= 0x20);
}

fn delete_frame(raw: &Raw, number: u32, frame: u32) {
    let (column, row) = raw.frame(number, frame);
    raw.delete(column, &row);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attack_on_the_database_is_found_at_its_place() {
    let sample = Sample::make().await;
    let attacks = on_the_ledger().into_iter().chain(on_records()).chain(on_content());
    let count = Cell::new(0);
    for attack in attacks {
        let copy = sample.copy();
        (attack.attack)(&Raw::open(&copy));
        copy.expect(attack.what, attack.code, attack.place, attack.verdict);
        count.set(count.get() + 1);
    }
    assert!(count.get() > 35, "{} attacks", count.get());
    let untouched = sample.copy();
    drop(Raw::open(&untouched));
    assert_eq!(untouched.verify().verdict, Verdict::Verified, "opening alone changes nothing that counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_without_an_anchor_is_found_by_a_kept_checkpoint() {
    let sample = Sample::make().await;
    let mut copy = sample.copy();
    let raw = Raw::open(&copy);
    raw.forget(BEFORE + AFTER - 1);
    raw.cut_ledger(ENTRIES, ENTRIES - 1);
    drop(raw);
    fs::remove_file(copy.path("anchor/anchor")).unwrap();
    copy.expect("with a kept checkpoint", catalogue::KNOWN_AHEAD, "vault demo", Verdict::Incomplete);
    copy.trust.known.clear();
    copy.expect("without one", catalogue::ANCHOR_MISSING, "anchor", Verdict::NotAnchored);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_damaged_document_does_not_hide_another() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    let raw = Raw::open(&copy);
    change_frame(&raw, 4, 0);
    raw.change_document(5, |record| record.sealed_details[0] ^= 1);
    delete_frame(&raw, STAGED, 3);
    drop(raw);
    let report = copy.verify();
    assert!(report.has(catalogue::FRAME_DAMAGED, "000000000004"), "{report}");
    assert!(report.has(catalogue::DETAILS_DAMAGED, "000000000005"), "{report}");
    assert!(report.has(catalogue::FRAME_MISSING, "0000000003e9"), "{report}");
    assert_eq!(report.findings.len(), 3, "{report}");
    assert_eq!(report.counts.documents, u64::from(BEFORE + AFTER + 2) - 1);
}

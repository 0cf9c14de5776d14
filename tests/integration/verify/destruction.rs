//! What was destroyed is verified as far as it can be: nothing else is missing, nothing of it is left, and two persons stand behind it.

use aktenfest::archive::{BatchRequest, BoxItem, BoxRequest, HoldItem, HoldRequest, MatterRequest, OrderItems, OrderRequest, Vault};
use aktenfest::model::destruction::{DestructionRule, OrderReason, Tombstone};
use aktenfest::model::retention::{HoldType, MatterName, MatterNumber, Note, NoteWords, TypeTag};
use aktenfest::model::{Address, CaseId, DocumentDescription, MediaType, ScanDescription, Text, Timestamp};
use aktenfest::store::codec::RegisterFacts;
use aktenfest::store::{Column, codec, key};
use bytes::Bytes;

use super::raw::{Attack, Raw};
use super::*;
use crate::archive::retention::{adopt, because, catalogue, clerk, code, day, note_id, open_matter, store_in};
use crate::archive::{case_id, document_id};

/// Ids of notes of the sample.
const BENEFIT: u32 = 10;
const APPEAL: u32 = 11;
const BATCH: u32 = 40;
const SINGLE: u32 = 500;
const MATTER: u32 = 600;
const CASE: u32 = 700;
/// Documents of the sample, by what becomes of them.
const STAYS: u32 = 1;
const TYPED: u32 = 5;
const SCANNED: u32 = 8;

/// An archive in which single documents, a matter and a whole case were destroyed, with everything around them that refers to them.
struct Destroyed {
    sample: Sample,
    /// The files as they were before.
    before: TempDir,
}

impl Destroyed {
    async fn make() -> Self {
        let mut office = Office::open().await;
        let vault = office.vault();
        adopt(&vault, 1, catalogue(&[])).await;
        file_first_case(&vault).await;
        file_second_case(&vault).await;
        drop(vault);
        office.stop().await;
        let before = tempfile::tempdir().unwrap();
        copy_tree(office.directory.path(), before.path());
        office.start().unwrap();
        let vault = office.vault();
        let rule = DestructionRule { cap_per_mille: 1000, cooling_off_days: 0 };
        vault.propose_destruction_rule(&clerk(Some("m-muster")), note_id(90), rule, because("test")).await.unwrap();
        vault.adopt_destruction_rule(&clerk(Some("e-beispiel")), note_id(90), note_id(91), because("agreed")).await.unwrap();
        let single = |number| HoldItem { case: case_id(), matter: None, document: Some(document_id(number)) };
        order(&vault, SINGLE, OrderReason::Misfiled, vec![single(TYPED), single(SCANNED)]).await;
        let appeal = HoldItem { case: case_id(), matter: Some(MatterName::Opened(note_id(APPEAL))), document: None };
        order(&vault, MATTER, OrderReason::Court, vec![appeal]).await;
        order(&vault, CASE, OrderReason::Unlawful, vec![HoldItem { case: second_case(), matter: None, document: None }]).await;
        office.archive().carry_out_orders().await.unwrap();
        assert!([SINGLE, MATTER, CASE].iter().all(|order| vault.order(note_id(*order)).unwrap().facts.is_over()));
        store_in(&vault, 9, DocumentDescription { matters: vec![note_id(BENEFIT)], ..DocumentDescription::default() }, b"later").await;
        drop(vault);
        Self { sample: Sample::of(office).await, before }
    }

    /// The rows of a document as they were.
    fn rows_before(&self, number: u32) -> Vec<(Column, Vec<u8>, Vec<u8>)> {
        let directory = tempfile::tempdir().unwrap();
        copy_tree(self.before.path(), directory.path());
        let raw = Raw::open(&Copy { directory, trust: Trust::default() });
        let row = raw.document(number).0;
        vec![(Column::Documents, row.clone(), raw.get(Column::Documents, &row))]
    }
}

/// Two persons agree on a list.
async fn order(vault: &Vault, number: u32, reason: OrderReason, items: Vec<HoldItem>) {
    let words = NoteWords { reference: Some(Text::parse("12 O 34/26").unwrap()), ..because("ordered") };
    let request = OrderRequest { id: note_id(number), reason, items: OrderItems::Listed(items), words };
    vault.propose_order(&clerk(Some("m-muster")), request).await.unwrap();
    let list = vault.order(note_id(number)).unwrap().facts.list;
    vault.approve_order(&clerk(Some("e-beispiel")), note_id(number), note_id(number + 1), (list, None), because("agreed")).await.unwrap();
}

async fn file_first_case(vault: &Vault) {
    let (benefit, appeal) = (open_matter(vault, BENEFIT, "benefit").await, open_matter(vault, APPEAL, "appeal").await);
    let typed = |name: &str, matter| DocumentDescription {
        document_type: Some(Text::parse(name).unwrap()),
        matters: vec![matter],
        ..DocumentDescription::default()
    };
    store_in(vault, STAYS, DocumentDescription { matters: vec![benefit], ..DocumentDescription::default() }, b"a letter").await;
    store_in(vault, 2, typed("decision", benefit), b"a decision").await;
    store_in(vault, 4, typed("decision", appeal), b"an appeal").await;
    store_in(vault, TYPED, typed("expert-opinion", benefit), b"an opinion").await;
    let words = NoteWords::default;
    let batch = BatchRequest { id: note_id(BATCH), received: day("2026-09-01"), documents: 1, sheets: 2, words: words() };
    vault.register_batch(&clerk(None), batch).await.unwrap();
    let scanned_on = day("2026-09-02");
    let batch = Some(note_id(BATCH));
    let scan = ScanDescription { scanned_on, pages: 2, batch, transfer_note: None, colour: false, high_protection: true };
    store_in(vault, SCANNED, DocumentDescription { scan: Some(scan), ..DocumentDescription::default() }, b"no picture").await;
    let person = clerk(Some("m-muster"));
    vault.lift_quarantine(&person, case_id(), note_id(43), document_id(SCANNED), because("looked at it")).await.unwrap();
    let item = BoxItem { case: case_id(), document: document_id(SCANNED), position: 1, sheets: 2, flags: Vec::new() };
    let paper = BoxRequest { id: note_id(50), batch: note_id(BATCH), scanned_on, sheets: 2, items: vec![item], words: words() };
    vault.register_box(&clerk(None), paper).await.unwrap();
}

/// A case with a matter, documents, and an overlay that does not protect it.
async fn file_second_case(vault: &Vault) {
    vault.open_case(&application(), second_case(), description("3 C 18/26")).await.unwrap();
    let request = MatterRequest { id: note_id(12), kind: code("benefit"), from: None, to: None, words: NoteWords::default() };
    vault.open_matter(&clerk(None), second_case(), request).await.unwrap();
    for number in [6, 7] {
        let (by, about) = (application(), DocumentDescription { matters: vec![note_id(12)], ..DocumentDescription::default() });
        let begun = vault.begin_document(&by, second_case(), document_id(number), MediaType::unknown(), about, None);
        let mut upload = begun.await.unwrap();
        upload.push(Bytes::from_static(b"of the second case")).await.unwrap();
        upload.finish(None).await.unwrap();
    }
    let item = |case: CaseId, document: Option<u32>| HoldItem { case, matter: None, document: document.map(document_id) };
    let overlay = HoldRequest {
        id: note_id(60),
        kind: HoldType::Dispute,
        review_on: day("2027-05-01"),
        ends_on: None,
        items: vec![item(case_id(), Some(TYPED)), item(case_id(), Some(STAYS)), item(second_case(), None)],
        query: None,
        words: because("disputed"),
    };
    vault.place_hold(&clerk(Some("m-muster")), overlay).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_in_which_something_was_destroyed_is_verified() {
    let destroyed = Destroyed::make().await;
    let report = destroyed.sample.copy().verify();
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    assert!(report.findings.is_empty(), "{report}");
    // Documents 5, 8, 4, 6 and 7; the second case; three notes: the lifting of a quarantine and the opening of two matters.
    assert_eq!((report.counts.cases, report.counts.documents), (1, 3), "{report}");
    assert_eq!(report.counts.destroyed, 5 + 1 + 3, "{report}");
}

/// The place of a document or of a case that was destroyed.
fn grave(raw: &Raw, number: u32) -> Vec<u8> {
    let place = raw.get(Column::DocumentIds, &key::document_id(raw.vault.id, document_id(number)));
    key::document(raw.vault.id, Address::from_u64(codec::decode_u64(&place).unwrap())).to_vec()
}

fn change_tombstone(raw: &Raw, number: u32, change: impl FnOnce(&mut Tombstone)) {
    let row = grave(raw, number);
    let mut tombstone = codec::decode_tombstone(&raw.get(Column::Tombstones, &row)).unwrap();
    change(&mut tombstone);
    raw.put(Column::Tombstones, &row, &codec::encode_tombstone(&tombstone));
}

/// Takes a document away and says that it went with something else.
fn bury_alive(raw: &Raw) {
    let (row, record) = raw.document(STAYS);
    let other = codec::decode_tombstone(&raw.get(Column::Tombstones, &grave(raw, TYPED))).unwrap();
    let (entry, receipt_size, stored_at) = (record.entry, record.receipt_size, record.stored_at);
    let tombstone = Tombstone { id: *record.id.as_bytes(), handle: record.handle, entry, receipt_size, stored_at, ..other };
    raw.put(Column::Tombstones, &row, &codec::encode_tombstone(&tombstone));
    let id = key::document_id(raw.vault.id, record.id);
    let place = raw.get(Column::DocumentIds, &id);
    raw.forget(STAYS);
    raw.put(Column::DocumentIds, &id, &place);
}

fn change_order(raw: &Raw, number: u32, change: impl FnOnce(&mut aktenfest::model::destruction::OrderFacts)) {
    let row = raw.note(number).0;
    let RegisterFacts::Order(mut facts) = codec::decode_register(&raw.get(Column::Registers, &row)).unwrap() else { panic!("no order") };
    change(&mut facts);
    raw.put(Column::Registers, &row, &codec::encode_register(&RegisterFacts::Order(facts)));
}

impl Raw {
    fn change_step(&self, change: impl Fn(&mut Note)) {
        for (row, value) in self.rows(Column::Notes) {
            let mut record = codec::decode_note(&value).unwrap();
            if matches!(record.note, Note::OrderStep { .. }) {
                change(&mut record.note);
                self.put(Column::Notes, &row, &codec::encode_note(&record));
            }
        }
    }
}

fn attacks() -> Vec<Attack> {
    let attack = |what, attack, code, place, verdict| Attack { what, attack, code, place, verdict };
    vec![
        attack("a document is taken away and buried", bury_alive, catalogue::TOMBSTONE_UNFOUNDED, "tombstone", Verdict::Invalid),
        attack("a document is taken away", |raw| raw.forget(STAYS), catalogue::ENTRY_WITHOUT_RECORD, "entry", Verdict::Invalid),
        attack(
            "a tombstone is taken away",
            |raw| raw.delete(Column::Tombstones, &grave(raw, TYPED)),
            catalogue::TOMBSTONE_MISSING,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "a tombstone in a case is taken away",
            |raw| raw.delete(Column::Tombstones, &grave(raw, 6)),
            catalogue::TOMBSTONE_MISSING,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "a tombstone has another time",
            |raw| {
                change_tombstone(raw, TYPED, |tombstone| {
                    tombstone.stored_at = Timestamp::from_seconds(tombstone.stored_at.seconds() - 1).unwrap()
                })
            },
            catalogue::TOMBSTONE_DIFFERS,
            "tombstone",
            Verdict::Invalid,
        ),
        attack(
            "a tombstone names the entry of another document",
            |raw| change_tombstone(raw, TYPED, |tombstone| tombstone.entry = raw.document(STAYS).1.entry),
            catalogue::TOMBSTONE_DIFFERS,
            "tombstone",
            Verdict::Invalid,
        ),
        attack(
            "a tombstone names another step",
            |raw| change_tombstone(raw, TYPED, |tombstone| tombstone.step = Address::from_u64(tombstone.step.to_u64() + (1 << 24))),
            catalogue::TOMBSTONE_DIFFERS,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "the id of what was destroyed is forgotten",
            |raw| raw.delete(Column::DocumentIds, &key::document_id(raw.vault.id, document_id(TYPED))),
            catalogue::INDEX_MISSING,
            "tombstone",
            Verdict::Incomplete,
        ),
        attack(
            "an approval is taken away",
            |raw| raw.delete(Column::Notes, &raw.note(SINGLE + 1).0),
            catalogue::DESTRUCTION_UNFOUNDED,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "one person approves what they proposed",
            |raw| {
                let person = raw.note(SINGLE).1.person;
                raw.change_note(SINGLE + 1, |record| record.person = person);
            },
            catalogue::DESTRUCTION_UNFOUNDED,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "another list was approved",
            |raw| {
                raw.change_note(SINGLE + 1, |record| {
                    let Note::OrderApproved { list, .. } = &mut record.note else { panic!("no approval") };
                    list.0[0] ^= 1;
                });
            },
            catalogue::DESTRUCTION_UNFOUNDED,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "the rest was longer",
            |raw| {
                raw.change_note(SINGLE + 1, |record| {
                    let Note::OrderApproved { cooling_off_days, .. } = &mut record.note else { panic!("no approval") };
                    *cooling_off_days = 14;
                });
            },
            catalogue::DESTRUCTION_UNFOUNDED,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "a step counts more documents than it lists",
            |raw| {
                raw.change_step(|note| {
                    let Note::OrderStep { condemned, .. } = note else { return };
                    condemned.iter_mut().for_each(|item| item.documents += 1);
                });
            },
            catalogue::DESTRUCTION_UNFOUNDED,
            "note",
            Verdict::Invalid,
        ),
        attack(
            "an order counts more",
            |raw| change_order(raw, SINGLE, |facts| facts.documents += 1),
            catalogue::FACTS_DIFFER,
            "order",
            Verdict::Invalid,
        ),
        attack(
            "an order was never certified",
            |raw| change_order(raw, CASE, |facts| facts.copies_gone_on = None),
            catalogue::FACTS_DIFFER,
            "order",
            Verdict::Invalid,
        ),
        attack(
            "a batch had more documents than are there and were destroyed",
            |raw| {
                let row = raw.note(BATCH).0;
                let RegisterFacts::Batch(mut facts) = codec::decode_register(&raw.get(Column::Registers, &row)).unwrap() else {
                    panic!("no batch")
                };
                // Five documents were destroyed, and none of the batch is left.
                facts.stored = 6;
                raw.put(Column::Registers, &row, &codec::encode_register(&RegisterFacts::Batch(facts)));
            },
            catalogue::FACTS_DIFFER,
            "batch",
            Verdict::Invalid,
        ),
        attack(
            "the vault counts fewer",
            |raw| {
                let mut facts = codec::decode_disposition(&raw.get(Column::Dispositions, &raw.vault.id.0)).unwrap();
                facts.documents -= 1;
                raw.put(Column::Dispositions, &raw.vault.id.0, &codec::encode_disposition(&facts));
            },
            catalogue::FACTS_DIFFER,
            "dispositions",
            Verdict::Invalid,
        ),
        attack(
            "the vault is said to hold more",
            |raw| raw.put(Column::System, &key::documents_held(raw.vault.id), &codec::encode_u64(4000)),
            catalogue::SYSTEM_DIFFERS,
            "documents",
            Verdict::Invalid,
        ),
        attack(
            "a matter counts documents of types that it does not have",
            |raw| {
                raw.change_dossier(0, |dossier| {
                    let types = &mut dossier.matters.iter_mut().find(|matter| matter.number != MatterNumber::DEFAULT).unwrap().types;
                    types.extend((0..5).map(|number| (TypeTag([number; 16]), 1)));
                });
            },
            catalogue::FACTS_DIFFER,
            "number 0",
            Verdict::Invalid,
        ),
        attack(
            "what was destroyed is held",
            |raw| {
                let held = raw.rows(Column::Held);
                let (row, value) = held.first().expect("one overlay must be left");
                let place = codec::decode_u64(&raw.get(Column::DocumentIds, &key::document_id(raw.vault.id, document_id(TYPED)))).unwrap();
                let Address { case, document } = Address::from_u64(place);
                let part = aktenfest::model::retention::Part::Document(document);
                let target = aktenfest::model::retention::Target { case, part };
                raw.put(Column::Held, &key::held(raw.vault.id, target, key::parse_held(row).unwrap()), value);
            },
            catalogue::HELD_UNFOUNDED,
            "hold",
            Verdict::Invalid,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attack_on_what_was_destroyed_is_found() {
    let destroyed = Destroyed::make().await;
    let mut missed = Vec::new();
    for Attack { what, attack, code, place, verdict } in attacks() {
        let copy = destroyed.sample.copy();
        attack(&Raw::open(&copy));
        let report = copy.verify();
        if !report.has(code, place) || report.verdict != verdict {
            missed.push(format!("{what}: expected {code:?} at {place}, and {verdict:?}:\n{report}"));
        }
    }
    assert!(missed.is_empty(), "{} attacks:\n{}", missed.len(), missed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_is_found() {
    let destroyed = Destroyed::make().await;
    for number in [TYPED, 6] {
        let copy = destroyed.sample.copy();
        let raw = Raw::open(&copy);
        for (column, row, value) in destroyed.rows_before(number) {
            raw.put(column, &row, &value);
        }
        drop(raw);
        copy.expect("a record comes back", catalogue::DESTROYED_PRESENT, "note", Verdict::Invalid);
    }
    let copy = destroyed.sample.copy();
    for directory in ["keyring", "root-of-trust"] {
        fs::remove_dir_all(copy.path(directory)).unwrap();
        copy_tree(&destroyed.before.path().join(directory), &copy.path(directory));
        let _ = fs::remove_dir_all(copy.path(directory).join("data"));
    }
    let report = copy.verify();
    for code in [catalogue::DESTROYED_KEY_EXISTS, catalogue::COVER_DIFFERS, catalogue::SYSTEM_DIFFERS] {
        assert!(report.has(code, ""), "no {code:?} in\n{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_still_to_end_are_no_damage() {
    let mut office = Office::open().await;
    let vault = office.vault();
    office.store(STAYS, b"stays").await.unwrap();
    office.store(2, b"goes").await.unwrap();
    let rule = DestructionRule { cap_per_mille: 1000, cooling_off_days: 0 };
    vault.propose_destruction_rule(&clerk(Some("m-muster")), note_id(90), rule, because("test")).await.unwrap();
    vault.adopt_destruction_rule(&clerk(Some("e-beispiel")), note_id(90), note_id(91), because("agreed")).await.unwrap();
    order(&vault, SINGLE, OrderReason::Misfiled, vec![HoldItem { case: case_id(), matter: None, document: Some(document_id(2)) }]).await;
    vault.execute_order(note_id(SINGLE)).await.unwrap();
    drop(vault);
    office.stop().await;
    office.start().unwrap();
    let sample = Sample::of(office).await;
    let report = sample.copy().verify();
    assert!(report.has(catalogue::KEYS_PENDING, "vault demo"), "{report}");
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Verified, 1), "{report}");
}

//! Everything about retention follows from the ledger, row by row, or it is found.

mod attacks;

use aktenfest::archive::{
    BatchRequest, BoxItem, BoxRequest, EventRequest, HoldItem, HoldRequest, HoldReview, PlannedEnd, Scope, StepRequest, Vault,
};
use aktenfest::model::retention::{
    BoxStep, Dossier, EventType, HoldType, MatterName, NoteRecord, NoteWords, OriginalFlag, QaMode, QaResult, ReturnStep,
};
use aktenfest::model::{CaseNumber, DocumentDescription, ScanDescription, Text, Timestamp};
use aktenfest::store::{Column, codec, key};

use super::raw::Raw;
use super::*;
use crate::archive::retention::{adopt, because, catalogue, clerk, code, day, happens, note_id, open_matter, store_in};
use crate::archive::{case_id, document_id};

/// Ids of notes of the sample, by what they are about.
const BENEFIT: u32 = 10;
const APPEAL: u32 = 11;
const WRONG_DAY: u32 = 12;
const CORRECTION: u32 = 13;
const FINAL: u32 = 14;
const CLOSED: u32 = 15;
const WITHDRAWN: u32 = 16;
const OWN_EVENT: u32 = 17;
const ASSIGNED: u32 = 18;
const BATCH: u32 = 40;
const LIFTED: u32 = 43;
const BOX: u32 = 50;
const COURT: u32 = 60;
const REVIEWED: u32 = 61;
const DISPUTE: u32 = 62;
const LAST: u32 = 90;
/// Documents of the sample, by what they are.
const PLAIN: u32 = 1;
const DECISION: u32 = 2;
const OPINION: u32 = 3;
const CLEARED: u32 = 4;
const QUARANTINED: u32 = 5;

/// An archive in which everything that can be noted was.
pub async fn noted() -> Sample {
    let mut office = Office::open().await;
    office.store(PLAIN, b"a letter").await.unwrap();
    adopt(&office.vault(), 1, catalogue(&[])).await;
    file_matters(&office.vault()).await;
    file_paper(&office.vault()).await;
    file_holds(&office.vault()).await;
    let vault = office.vault();
    vault.report_intake(&clerk(None), note_id(70), day("2026-11-01"), NoteWords::default()).await.unwrap();
    vault.confirm_backup(&clerk(None), note_id(71), Timestamp::parse("2026-11-20T07:00:00Z").unwrap(), NoteWords::default()).await.unwrap();
    drop(vault);
    // What came before lies in table files from here on, what follows in the write-ahead log.
    office.restart().await;
    let vault = office.vault();
    adopt(&vault, 80, longer()).await;
    let (anna, boris) = (clerk(Some("m-muster")), clerk(Some("e-beispiel")));
    vault.propose_classes(&anna, note_id(82), catalogue(&[]), because("back again")).await.unwrap();
    vault.propose_classes(&anna, note_id(83), catalogue(&[]), because("by mistake")).await.unwrap();
    vault.reject_classes(&boris, note_id(83), note_id(84), because("twice")).await.unwrap();
    happens(&vault, LAST, Scope::Matter(note_id(APPEAL)), EventType::ProceedingsFinal, "2019-03-31").await.unwrap();
    drop(vault);
    Sample::of(office).await
}

/// Benefit files are kept two years longer.
fn longer() -> aktenfest::archive::ParsedCatalogue {
    let with = |years: u32| {
        format!("minimum     = \"P{years}Y\"\nmaximum     = \"P{years}Y\"\nwindow      = \"P90D\"                # Assumption: the time")
    };
    catalogue(&[(&with(10), &with(12))])
}

async fn file_matters(vault: &Vault) {
    vault.open_case(&application(), second_case(), description("3 C 18/26")).await.unwrap();
    let (benefit, appeal) = (open_matter(vault, BENEFIT, "benefit").await, open_matter(vault, APPEAL, "appeal").await);
    let about = DocumentDescription {
        document_type: Some(Text::parse("decision").unwrap()),
        date: Some(day("2014-02-27")),
        received: Some(day("2014-03-01")),
        matters: vec![benefit],
        ..DocumentDescription::default()
    };
    store_in(vault, DECISION, about, b"decision").await;
    let opinion = DocumentDescription { document_type: Some(Text::parse("expert-opinion").unwrap()), ..DocumentDescription::default() };
    store_in(vault, OPINION, DocumentDescription { matters: vec![appeal, benefit], ..opinion }, b"opinion").await;
    happens(vault, WRONG_DAY, Scope::Matter(benefit), EventType::Notified, "2016-02-29").await.unwrap();
    correct(vault, CORRECTION, WRONG_DAY, (Scope::Matter(benefit), EventType::Notified), Some("2014-03-15")).await;
    happens(vault, FINAL, Scope::Matter(appeal), EventType::ProceedingsFinal, "2017-06-01").await.unwrap();
    happens(vault, CLOSED, Scope::Case, EventType::CaseClosed, "2020-01-01").await.unwrap();
    correct(vault, WITHDRAWN, CLOSED, (Scope::Case, EventType::CaseClosed), None).await;
    happens(vault, OWN_EVENT, Scope::Document(document_id(DECISION)), EventType::Notified, "2015-01-01").await.unwrap();
    let assigned = (document_id(PLAIN), vec![appeal, benefit]);
    vault.assign(&clerk(None), case_id(), note_id(ASSIGNED), assigned, NoteWords::default()).await.unwrap();
}

async fn correct(vault: &Vault, number: u32, wrong: u32, (scope, event): (Scope, EventType), valid_on: Option<&str>) {
    let request = EventRequest {
        id: note_id(number),
        scope,
        event,
        valid_on: valid_on.map(day),
        source: code("eakte"),
        evidence: Some(document_id(DECISION)),
        supersedes: Some(note_id(wrong)),
        words: because("wrong"),
    };
    vault.record_event(&clerk(Some("m-muster")), case_id(), request).await.unwrap();
}

async fn file_paper(vault: &Vault) {
    let words = NoteWords::default;
    let scanned = |batch: u32| {
        let (scanned_on, batch) = (day("2026-09-02"), Some(note_id(batch)));
        let scan = ScanDescription { scanned_on, pages: 2, batch, transfer_note: None, colour: false, high_protection: true };
        DocumentDescription { scan: Some(scan), ..DocumentDescription::default() }
    };
    for (batch, documents) in [(BATCH, 2), (BATCH + 1, 1)] {
        let request = BatchRequest { id: note_id(batch), received: day("2026-09-01"), documents, sheets: 4, words: words() };
        vault.register_batch(&clerk(None), request).await.unwrap();
    }
    store_in(vault, CLEARED, scanned(BATCH), b"not a picture").await;
    store_in(vault, QUARANTINED, scanned(BATCH), b"no picture either").await;
    let person = clerk(Some("m-muster"));
    vault.lift_quarantine(&person, case_id(), note_id(LIFTED), document_id(CLEARED), because("looked at it")).await.unwrap();
    let checked = (document_id(CLEARED), QaMode::Full, QaResult::Passed);
    vault.check_document(&person, case_id(), note_id(44), checked, words()).await.unwrap();
    vault.complete_batch(&clerk(None), note_id(BATCH + 1), note_id(45), because("it went back unopened")).await.unwrap();
    let item = |document, position| BoxItem { case: case_id(), document: document_id(document), position, sheets: 2, flags: Vec::new() };
    let items = vec![item(CLEARED, 1), item(QUARANTINED, 2)];
    let paper = BoxRequest { id: note_id(BOX), batch: note_id(BATCH), scanned_on: day("2026-09-02"), sheets: 4, items, words: words() };
    vault.register_box(&clerk(None), paper).await.unwrap();
    let steps = [
        BoxStep::Checked { mode: QaMode::Full, result: QaResult::Passed, positions: vec![1] },
        BoxStep::Flagged { position: 2, flag: OriginalFlag::ReturnToCustomer, on: true },
        BoxStep::Return { position: 2, step: ReturnStep::Requested },
        BoxStep::Extended { until: day("2027-02-01") },
    ];
    for (number, step) in (BOX + 1..).zip(steps) {
        vault.step_box(&person, note_id(BOX), StepRequest { id: note_id(number), step, words: words() }).await.unwrap();
    }
}

async fn file_holds(vault: &Vault) {
    let item = |case, matter: Option<u32>, document: Option<u32>| HoldItem {
        case,
        matter: matter.map(|number| MatterName::Opened(note_id(number))),
        document: document.map(document_id),
    };
    let request = |number, kind, items| HoldRequest {
        id: note_id(number),
        kind,
        review_on: day("2027-05-01"),
        ends_on: None,
        items,
        query: None,
        words: because("pending"),
    };
    let items = vec![item(case_id(), Some(BENEFIT), None), item(case_id(), None, Some(OPINION)), item(second_case(), None, None)];
    let (by, words) = (clerk(Some("m-muster")), NoteWords::default);
    vault.place_hold(&by, request(COURT, HoldType::Court, items)).await.unwrap();
    let (ends_on, replaces) = (PlannedEnd::On(day("2028-01-01")), Some(day("2027-05-01")));
    let review = HoldReview { id: note_id(REVIEWED), review_on: day("2027-06-01"), ends_on, replaces, words: words() };
    vault.review_hold(&by, note_id(COURT), review).await.unwrap();
    vault.place_hold(&by, request(DISPUTE, HoldType::Dispute, vec![item(case_id(), None, Some(DECISION))])).await.unwrap();
    vault.release_hold(&by, note_id(DISPUTE), note_id(DISPUTE + 1), because("settled")).await.unwrap();
}

impl Raw {
    /// A note of the sample, with its key.
    pub fn note(&self, number: u32) -> (Vec<u8>, NoteRecord) {
        let place = codec::decode_u64(&self.get(Column::NoteIds, &key::note_id(self.vault.id, note_id(number)))).unwrap();
        let row = key::document(self.vault.id, aktenfest::model::Address::from_u64(place));
        let record = codec::decode_note(&self.get(Column::Notes, &row)).unwrap();
        (row, record)
    }

    pub fn change_note(&self, number: u32, change: impl FnOnce(&mut NoteRecord)) {
        let (row, mut record) = self.note(number);
        change(&mut record);
        self.put(Column::Notes, &row, &codec::encode_note(&record));
    }

    pub fn change_dossier(&self, case: u64, change: impl FnOnce(&mut Dossier)) {
        let row = self.case_row(case);
        let mut dossier = codec::decode_dossier(&self.get(Column::Dossiers, &row)).unwrap();
        change(&mut dossier);
        self.put(Column::Dossiers, &row, &codec::encode_dossier(&dossier));
    }

    pub fn case_row(&self, case: u64) -> Vec<u8> {
        key::case(self.vault.id, CaseNumber::new(case).unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_and_facts_follow_from_the_ledger() {
    let sample = noted().await;
    let report = sample.copy().verify();
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    assert!(report.findings.is_empty(), "{report}");
    let counts = report.counts;
    assert_eq!((counts.cases, counts.documents, counts.notes), (2, 5, 33), "{report}");
    // Two dossiers, five documents, two batches, a box, two holds, the vault.
    assert_eq!(counts.facts, 2 + 5 + 2 + 1 + 2 + 1, "{report}");
    assert!(counts.agenda_rows >= 8, "{report}");
    assert!(!report.to_string().contains("m-muster") && !report.to_string().contains("looked at it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_may_follow_an_earlier_catalogue_until_the_job_has_come_to_them() {
    let office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, BENEFIT, "benefit").await;
    happens(&vault, CORRECTION, Scope::Matter(matter), EventType::Notified, "2014-03-15").await.unwrap();
    vault.propose_classes(&clerk(Some("m-muster")), note_id(80), longer(), because("longer")).await.unwrap();
    vault.adopt_classes(&clerk(Some("e-beispiel")), note_id(80), note_id(81), because("checked")).await.unwrap();
    vault.open_case(&application(), second_case(), description("3 C 18/26")).await.unwrap();
    drop(vault);
    let sample = Sample::of(office).await;
    let report = sample.copy().verify();
    assert!(report.verdict == Verdict::Verified && report.findings.is_empty(), "{report}");

    let copy = sample.copy();
    let raw = Raw::open(&copy);
    raw.change_dossier(0, |dossier| dossier.lines.iter_mut().for_each(|line| line.version = 2));
    drop(raw);
    copy.expect("the new version with the old dates", catalogue::DATES_DIFFER, "number 0", Verdict::Invalid);
    let copy = sample.copy();
    let raw = Raw::open(&copy);
    raw.change_dossier(0, |dossier| dossier.lines.iter_mut().for_each(|line| line.version = 7));
    drop(raw);
    copy.expect("a version that is to come", catalogue::DATES_DIFFER, "number 0", Verdict::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_from_before_retention_needs_no_facts() {
    let office = Office::open().await;
    office.vault().open_case(&application(), second_case(), description("3 C 18/26")).await.unwrap();
    let about = DocumentDescription { received: Some(day("2014-03-01")), ..DocumentDescription::default() };
    store_in(&office.vault(), DECISION, about, b"decision").await;
    let sample = Sample::of(office).await;

    // As a version that knew nothing of retention would have left it.
    let old = sample.copy();
    let raw = Raw::open(&old);
    for column in [Column::Dossiers, Column::DocumentFacts, Column::Agenda] {
        raw.rows(column).into_iter().for_each(|(row, _)| raw.delete(column, &row));
    }
    drop(raw);
    let report = old.verify();
    assert!(report.has(catalogue::BEFORE_RETENTION, "vault demo"), "{report}");
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Verified, 1), "{report}");

    // Somebody has noted something since, so what has come after it must have its facts.
    let mut newer = Office::at(old.directory);
    newer.start().unwrap();
    let vault = newer.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, BENEFIT, "benefit").await;
    happens(&vault, CORRECTION, Scope::Matter(matter), EventType::Notified, "2014-03-15").await.unwrap();
    store_in(&vault, OPINION, DocumentDescription { received: Some(day("2015-01-01")), ..DocumentDescription::default() }, b"new").await;
    drop(vault);
    let sample = Sample::of(newer).await;
    let report = sample.copy().verify();
    assert!(report.has(catalogue::BEFORE_RETENTION, "vault demo"), "{report}");
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Verified, 1), "{report}");
    let copy = sample.copy();
    let raw = Raw::open(&copy);
    let row = raw.document(OPINION).0;
    raw.delete(Column::DocumentFacts, &row);
    drop(raw);
    copy.expect("facts of a new document", catalogue::FACTS_MISSING, "document number", Verdict::Incomplete);
}

/// A scan line does not wait: batches are registered while their documents arrive, so both may be in one commit group.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_at_the_same_time_adds_up_as_well() {
    const BATCHES: u32 = 40;
    let office = Office::open().await;
    let vault = office.vault();
    let words = NoteWords::default;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..BATCHES {
        let batch = note_id(100 + number);
        let request = BatchRequest { id: batch, received: day("2026-09-01"), documents: 1, sheets: 2, words: words() };
        let (registering, storing) = (vault.clone(), vault.clone());
        tasks.spawn(async move { registering.register_batch(&clerk(None), request).await.is_ok() });
        let scanned_on = day("2026-09-02");
        let scan = ScanDescription { scanned_on, pages: 2, batch: Some(batch), transfer_note: None, colour: false, high_protection: true };
        let about = DocumentDescription { scan: Some(scan), ..DocumentDescription::default() };
        tasks.spawn(async move {
            let (by, media_type) = (application(), aktenfest::model::MediaType::unknown());
            let mut upload = storing.begin_document(&by, case_id(), document_id(number), media_type, about, None).await.unwrap();
            upload.push(bytes::Bytes::from_static(b"no picture")).await.unwrap();
            // Refused if the document was faster than its batch.
            upload.finish(None).await.is_ok()
        });
    }
    let done = tasks.join_all().await.into_iter().filter(|done| *done).count();
    assert!(done > BATCHES as usize, "some documents must come behind their batches");
    drop(vault);
    let sample = Sample::of(office).await;
    let report = sample.copy().verify();
    assert!(report.verdict == Verdict::Verified && report.findings.is_empty(), "{report}");
}

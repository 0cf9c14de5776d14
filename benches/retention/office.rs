//! The office of the bench: a vault with cases, matters, documents and the catalogue that is shipped.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aktenfest::archive::{
    Archive, ArchiveSettings, EventRequest, Executed, HoldItem, HoldRequest, MatterRequest, OrderItems, OrderRequest, ParsedCatalogue,
    Running, Scope, Vault,
};
use aktenfest::clock::Clock;
use aktenfest::config::classes;
use aktenfest::ledger::RestoreReason;
use aktenfest::model::destruction::{DestructionRule, OrderReason};
use aktenfest::model::retention::{Code, EventType, HoldType, NoteWords};
use aktenfest::model::{
    ApplicationName, CaseDescription, CaseId, Date, DocumentDescription, DocumentId, MediaType, NoteId, PersonName, Principal, Text,
    VaultName,
};
use aktenfest::observe::Observer;
use aktenfest::store::StoreSettings;
use aktenfest::store::backup::restore;
use aktenfest::verify::{OfflineSettings, Trust, Verdict, verify_offline};
use bytes::Bytes;
use tempfile::TempDir;

use super::common;
use super::measure::{noise, now};

pub const MATTERS_PER_CASE: usize = 3;
/// Cases that are filled at the same time.
const WRITERS: usize = 64;
const LETTER_BYTES: usize = 200 << 10;

/// A running archive with one vault.
pub struct Office {
    vault: Vault,
    archive: Archive,
    running: Running,
    settings: ArchiveSettings,
    directory: TempDir,
}

/// An archive that has ended.
pub struct Stopped {
    settings: ArchiveSettings,
    directory: TempDir,
}

impl Office {
    pub async fn open(base: &Path) -> Self {
        let directory = tempfile::tempdir_in(base).expect("a directory");
        let settings = settings(directory.path());
        Archive::create(&settings).expect("an archive");
        let observer = Observer::new().expect("metrics");
        let (archive, running) = Archive::start(&settings, Clock::system(), observer).expect("a start");
        let name = VaultName::parse("bench").expect("a name");
        archive.create_vault(name.clone()).await.expect("a vault");
        let vault = archive.vault(&name).expect("the vault");
        let office = Self { vault, archive, running, settings, directory };
        office.adopt(1, classes::shipped().to_owned()).await;
        office
    }

    pub fn vault(&self) -> Vault {
        self.vault.clone()
    }

    pub async fn close(self) -> Stopped {
        let Self { vault, archive, running, settings, directory } = self;
        drop((vault, archive));
        tokio::task::spawn_blocking(move || running.join()).await.expect("the end");
        Stopped { settings, directory }
    }

    /// Cases with three matters each, in which decisions were notified over ten years, and the documents shared out among the matters.
    pub async fn fill(&self, matters: usize, documents: usize) {
        let cases = matters.div_ceil(MATTERS_PER_CASE);
        let per_matter = documents.div_ceil(matters);
        let mut tasks = tokio::task::JoinSet::new();
        for case in 0..cases {
            if tasks.len() == WRITERS {
                tasks.join_next().await.expect("a task").expect("a filled case");
            }
            // The last quarter was decided so long ago that it is due.
            let first_day = if case * 4 >= cases * 3 { "2005-01-01" } else { "2012-01-01" };
            tasks.spawn(fill_case(self.vault(), case, per_matter, first_day));
        }
        while let Some(filled) = tasks.join_next().await {
            filled.expect("a filled case");
        }
        let words = NoteWords::default();
        self.vault
            .report_intake(&clerk("records-1"), note(u64::MAX), Date::parse("2026-11-01").expect("a day"), words)
            .await
            .expect("a report");
    }

    async fn adopt(&self, number: u64, text: String) {
        let parsed = classes::parse(&text).expect("a catalogue");
        let parsed = ParsedCatalogue { catalogue: parsed.catalogue, types: parsed.types, text };
        let (proposal, words) = (note(number << 32), NoteWords::default);
        self.vault.propose_classes(&clerk("records-1"), proposal, parsed, words()).await.expect("a proposal");
        self.vault.adopt_classes(&clerk("records-2"), proposal, note((number << 32) + 1), words()).await.expect("an adoption");
        self.vault.refresh_dates().await.expect("new dates");
    }

    /// Ten years of benefits become eight.
    pub async fn change_classes(&self) -> Duration {
        let start = now();
        self.adopt(2, classes::shipped().replace("\"P10Y\"", "\"P8Y\"")).await;
        start.elapsed()
    }

    /// A court asks for the first documents of the vault, one by one.
    pub async fn hold(&self, documents: usize, per_matter: usize) -> Duration {
        let item = |number: usize| {
            let matter = number / per_matter;
            HoldItem { case: case_id(matter / MATTERS_PER_CASE), matter: None, document: Some(document_id(matter, number % per_matter)) }
        };
        let text = |text: &str| Some(Text::parse(text).expect("a text"));
        let words = NoteWords { legal_basis: text("court order"), owner: text("appeals"), reason: text("action"), ..NoteWords::default() };
        let review_on = Date::parse("2027-05-01").expect("a day");
        let items = (0..documents).map(item).collect();
        let request = HoldRequest { id: note(3 << 32), kind: HoldType::Court, review_on, ends_on: None, items, query: None, words };
        let start = now();
        self.vault.place_hold(&clerk("records-1"), request).await.expect("a hold");
        start.elapsed()
    }

    /// An order over the last `cases` of the vault, which the competent archive does not want: everything up to its execution.
    pub async fn order(&self, cases: std::ops::Range<usize>) {
        let (first, second, words) = (clerk("records-1"), clerk("records-2"), NoteWords::default);
        let rule = DestructionRule { cap_per_mille: 1000, cooling_off_days: 0 };
        self.vault.propose_destruction_rule(&first, note(6 << 32), rule, words()).await.expect("a rule");
        self.vault.adopt_destruction_rule(&second, note(6 << 32), note((6 << 32) + 1), words()).await.expect("a rule");
        for case in cases.clone() {
            let event = EventRequest {
                id: note((7 << 32) + case as u64),
                scope: Scope::Case,
                event: EventType::ArchiveDeclined,
                valid_on: Date::parse("2026-01-01").ok(),
                source: Code::parse("bench").expect("a source"),
                evidence: None,
                supersedes: None,
                words: words(),
            };
            self.vault.record_event(&first, case_id(case), event).await.expect("an event");
        }
        let items = cases.map(|case| HoldItem { case: case_id(case), matter: None, document: None }).collect();
        let request = OrderRequest { id: order_id(), reason: OrderReason::Due, items: OrderItems::Listed(items), words: words() };
        self.vault.propose_order(&first, request).await.expect("an order");
        let list = self.vault.order(order_id()).expect("the order").facts.list;
        self.vault.approve_order(&second, order_id(), note(9 << 32), (list, None), words()).await.expect("an approval");
    }

    /// Goes through the order and ends the keys of what it has condemned: until the first stage of the certificate is in the ledger.
    pub async fn execute(&self) -> Duration {
        let start = now();
        while self.vault.execute_order(order_id()).await.expect("a step") == Executed::More {}
        let steps = start.elapsed();
        self.archive.destroy_keys().await.expect("an epoch");
        println!("{:<44} {:>8.3} s", "  of it the end of the keys", (start.elapsed() - steps).as_secs_f64());
        start.elapsed()
    }

    /// Gives the space back.
    pub async fn reclaim(&self) -> Duration {
        let start = now();
        self.archive.reclaim().await.expect("space");
        start.elapsed()
    }

    /// A backup of everything as it is.
    pub async fn backup(&self) -> PathBuf {
        let archive = self.archive.clone();
        let done = tokio::task::spawn_blocking(move || archive.backup()).await.expect("the end").expect("a backup");
        println!("  a backup of {:.0} MB in {:.1} s", done.bytes as f64 / 1e6, done.duration.as_secs_f64());
        done.folder
    }

    /// The certificate of the order, written once.
    pub async fn certificate(&self) -> Duration {
        let start = now();
        let certificate = self.vault.certificate(order_id()).await.expect("a certificate");
        let made = start.elapsed();
        let write = move || certificate.write_file(&mut std::io::sink()).map(|()| certificate.document_bytes);
        let bytes = tokio::task::spawn_blocking(write).await.expect("the end").expect("a file");
        println!(
            "  {:.1} MB, made in {:.2} s and written in {:.2} s",
            bytes as f64 / 1e6,
            made.as_secs_f64(),
            (start.elapsed() - made).as_secs_f64()
        );
        start.elapsed()
    }

    /// What has become of the order, and how large the keyring is that was written.
    pub fn outcome(&self) -> String {
        let facts = self.vault.order(order_id()).expect("the order").facts;
        let keyring = std::fs::read_dir(self.directory.path().join("keyring")).expect("the keyring");
        let bytes: u64 = keyring.map(|file| file.expect("a file").metadata().expect("its size").len()).sum();
        format!(
            "{} cases with {} documents destroyed, {} left alone; {:.1} MB of keyring",
            facts.condemned,
            facts.documents,
            facts.dropped,
            bytes as f64 / 1e6
        )
    }

    /// What becomes due in each month of ten years; the slowest month with all its pages.
    pub async fn due_of_every_month(&self) -> Duration {
        let vault = self.vault();
        let months = move || {
            let first = Date::parse("2020-01-01").expect("a day");
            (0..120).map(|month| month_of(&vault, first.plus_months(month).expect("a month"))).max().unwrap_or_default()
        };
        tokio::task::spawn_blocking(months).await.expect("the months")
    }
}

impl Stopped {
    /// Goes on from a backup with the keys of today: what was destroyed behind it is destroyed again before anybody is served.
    pub async fn pass_restore_gate(&mut self, backup: &Path) -> Duration {
        self.settings.store.data = self.directory.path().join("restored");
        restore(backup, &self.settings.store.data).expect("a restored archive");
        let start = now();
        let observer = Observer::new().expect("metrics");
        Archive::accept_restored(&self.settings, Clock::system(), observer, RestoreReason::Drill).await.expect("a start");
        start.elapsed()
    }

    /// Recomputes everything; how long that takes, and how much was looked at.
    pub fn verify(&self) -> (Duration, String) {
        let ArchiveSettings { store, keys, .. } = self.settings.clone();
        let settings = OfflineSettings { store, keys, trust: Trust::default(), roots: None, threads: 2 };
        let start = now();
        let report = verify_offline(&settings);
        assert_eq!(report.verdict, Verdict::SelfConsistent, "{report}");
        let counts = report.counts;
        let checked = format!(
            "{} documents, {} notes, {} facts, {} rows of the agenda",
            counts.documents, counts.notes, counts.facts, counts.agenda_rows
        );
        (start.elapsed(), checked)
    }
}

/// How long it takes to list what becomes due within one month, page by page.
fn month_of(vault: &Vault, first: Date) -> Duration {
    let start = now();
    let mut cursor = Some(vault.due_cursor(first));
    while let Some(from) = cursor {
        cursor = vault.due(first.last_of_month(), Some(&from), 1000).expect("a page").next;
    }
    start.elapsed()
}

async fn fill_case(vault: Vault, case: usize, per_matter: usize, first_day: &str) {
    let (by, words) = (clerk("records-1"), NoteWords::default);
    let about = CaseDescription { reference: Text::parse(&format!("case {case}")).expect("a text"), kind: None, unit: None };
    vault.open_case(&by.application, case_id(case), about).await.expect("a case");
    for matter in case * MATTERS_PER_CASE..(case + 1) * MATTERS_PER_CASE {
        let id = note((4 << 32) + matter as u64);
        let kind = Code::parse("benefit").expect("a kind");
        let request = MatterRequest { id, kind, from: None, to: None, words: words() };
        vault.open_matter(&by, case_id(case), request).await.expect("a matter");
        let days = if first_day < "2010" { matter * 7 % 700 } else { matter * 7 % 3650 };
        let day = Date::parse(first_day).expect("a day").plus_days(days as i64);
        let event = EventRequest {
            id: note((5 << 32) + matter as u64),
            scope: Scope::Matter(id),
            event: EventType::Notified,
            valid_on: day,
            source: Code::parse("bench").expect("a source"),
            evidence: None,
            supersedes: None,
            words: words(),
        };
        vault.record_event(&by, case_id(case), event).await.expect("an event");
        for document in 0..per_matter {
            let about = DocumentDescription { matters: vec![id], ..DocumentDescription::default() };
            store(&vault, case_id(case), document_id(matter, document), about, Bytes::from_static(b"a short letter")).await;
        }
    }
}

async fn store(vault: &Vault, case: CaseId, id: DocumentId, about: DocumentDescription, content: Bytes) {
    let (by, length) = (clerk("records-1").application, Some(content.len() as u64));
    let upload = vault.begin_document(&by, case, id, MediaType::unknown(), about, length).await;
    let mut upload = upload.expect("the archive accepts");
    upload.push(content).await.expect("the archive takes the bytes");
    upload.finish(None).await.expect("the document is stored");
}

/// An application that stores letters one after the other.
pub struct Letters {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Vec<Duration>>,
}

impl Letters {
    pub fn begin(vault: Vault) -> Self {
        static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let mut latencies = Vec::new();
            let mut content = noise(1, LETTER_BYTES);
            while !stopped.load(Ordering::Relaxed) {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                content[..8].copy_from_slice(&number.to_be_bytes());
                let one = now();
                let id = document_id(usize::MAX, number);
                store(&vault, case_id(0), id, DocumentDescription::default(), Bytes::copy_from_slice(&content)).await;
                latencies.push(one.elapsed());
            }
            latencies
        });
        Self { stop, task }
    }

    pub async fn end(self) -> Vec<Duration> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.expect("the letters")
    }
}

fn clerk(person: &str) -> Principal {
    Principal {
        application: ApplicationName::parse("bench").expect("a name"),
        vaults: BTreeSet::from([VaultName::parse("bench").expect("a name")]),
        person: Some(PersonName::parse(person).expect("a name")),
        deputy_of: Default::default(),
    }
}

fn case_id(number: usize) -> CaseId {
    let mut id = [7; 16];
    id[8..].copy_from_slice(&(number as u64).to_be_bytes());
    CaseId::from_bytes(id)
}

fn document_id(matter: usize, number: usize) -> DocumentId {
    let mut id = [9; 16];
    id[..8].copy_from_slice(&(matter as u64).to_be_bytes());
    id[8..].copy_from_slice(&(number as u64 + 1).to_be_bytes());
    DocumentId::from_bytes(id)
}

fn order_id() -> NoteId {
    note(8 << 32)
}

fn note(number: u64) -> NoteId {
    let mut id = [8; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    NoteId::from_bytes(id)
}

fn settings(directory: &Path) -> ArchiveSettings {
    let shared = common::settings(directory);
    // What the shipped configuration gives it.
    let store = StoreSettings { cache_bytes: 384 << 20, ..shared.store };
    ArchiveSettings { store, upload_budget_bytes: 128 << 20, backups: Some(directory.join("backups")), ..shared }
}

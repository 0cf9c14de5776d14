//! Attacks on what exists now: orders of events that the happy path never takes, found by asking of every step what comes before it.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use aktenfest::archive::{Archive, ArchiveError, Running, Upload, Vault};
use aktenfest::clock::Clock;
use aktenfest::model::{CaseId, ContentColumn, ContentLocation, ContentSeq, DocumentDescription, MediaType, Timestamp, VaultName};
use aktenfest::observe::Observer;
use aktenfest::store::anchor::AnchorFile;
use aktenfest::store::fault::{Cause, Failure, Faults, Step};
use aktenfest::store::key;
use aktenfest::store::{Column, Store, StoreError};
use aktenfest::verify::{OfflineSettings, Report, Severity, Trust, catalogue, verify_offline};
use bytes::Bytes;

use crate::archive::{Office, OneFault, application, case_id, description, document_id, noise, read, settings, store};
use crate::support::{CASE_PATH, Service};
use crate::verify::copy_tree;

/// Content that is staged in files of its own while it arrives.
const STAGED_BYTES: usize = 17 << 20;

/// Stops the thread that comes to one step, until it is let go.
#[derive(Debug)]
struct Hold {
    state: Mutex<(Step, HoldState)>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HoldState {
    Open,
    Closed,
    Reached,
}

impl Hold {
    /// Holds whoever comes to this step next.
    fn close(&self, at: Step) {
        self.set((at, HoldState::Closed));
    }

    fn open(&self) {
        self.set((Step::CommitGroup, HoldState::Open));
    }

    fn set(&self, state: (Step, HoldState)) {
        *self.state.lock().unwrap() = state;
        self.changed.notify_all();
    }

    /// Waits until a thread stands at the step.
    async fn reached(&self) {
        while self.state.lock().unwrap().1 != HoldState::Reached {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Default for Hold {
    fn default() -> Self {
        Self { state: Mutex::new((Step::CommitGroup, HoldState::Open)), changed: Condvar::new() }
    }
}

impl Faults for Hold {
    fn at(&self, step: Step) -> Option<(Failure, Cause)> {
        let mut state = self.state.lock().unwrap();
        if *state == (step, HoldState::Closed) {
            *state = (step, HoldState::Reached);
            let _passed = self.changed.wait_while(state, |state| *state == (step, HoldState::Reached)).unwrap();
        }
        None
    }
}

/// An archive whose threads can be held.
struct Held {
    office: Office,
    running: Option<(Archive, Running)>,
    hold: Arc<Hold>,
}

impl Held {
    async fn open() -> Self {
        let mut office = Office::open().await;
        office.stop().await;
        let hold = Arc::new(Hold::default());
        office.settings.store.faults = Arc::clone(&hold) as Arc<dyn Faults>;
        let running = Archive::start(&office.settings, office.clock.clone(), Observer::new().unwrap()).unwrap();
        Self { office, running: Some(running), hold }
    }

    fn vault(&self) -> Vault {
        let (archive, _) = self.running.as_ref().expect("must run");
        archive.vault(&VaultName::parse("demo").unwrap()).unwrap()
    }

    async fn stop(&mut self) {
        if let Some((archive, running)) = self.running.take() {
            drop(archive);
            tokio::task::spawn_blocking(move || running.join()).await.unwrap();
        }
    }

    /// What a power cut would leave now.
    fn image(&self) -> tempfile::TempDir {
        let image = tempfile::tempdir().unwrap();
        copy_tree(self.office.directory.path(), image.path());
        image
    }
}

async fn begin(vault: &Vault, number: u32) -> Upload {
    let (by, about) = (application(), DocumentDescription::default());
    vault.begin_document(&by, case_id(), document_id(number), MediaType::unknown(), about, None).await.unwrap()
}

async fn start(directory: &Path) -> (Archive, Running) {
    let settings = settings(directory, Arc::new(OneFault::default()));
    Archive::start(&settings, Clock::manual(time("2026-11-20T09:00:00Z")), Observer::new().unwrap()).unwrap()
}

async fn end((archive, running): (Archive, Running)) {
    drop(archive);
    tokio::task::spawn_blocking(move || running.join()).await.unwrap();
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn check(directory: &Path) -> Report {
    let settings = settings(directory, Arc::new(OneFault::default()));
    let trust = Trust { log_keys: Vec::new(), known: Vec::new() };
    verify_offline(&OfflineSettings { store: settings.store, keys: settings.keys, trust, roots: None, threads: 2 })
}

/// Staged content that belongs to nobody.
fn left_over(directory: &Path) -> Vec<u64> {
    let (store, _) = Store::open_read_only(&settings(directory, Arc::new(OneFault::default())).store).unwrap();
    let seqs: Vec<ContentSeq> = store.content_seqs(ContentColumn::Bulk).map(Result::unwrap).collect();
    seqs.into_iter().filter(|seq| store.owner(*seq).unwrap().is_none()).map(|seq| seq.0).collect()
}

async fn wait_a_little() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_and_its_discarding_in_one_round_leave_nothing() {
    let mut held = Held::open().await;
    held.hold.close(Step::CommitGroup);
    let vault = held.vault();
    let first = tokio::spawn(async move { store(&vault, 1, b"keeps the committer busy").await });
    held.hold.reached().await;
    let vault = held.vault();
    let upload = tokio::spawn(async move { begin(&vault, 2).await.push(Bytes::from(noise(2, STAGED_BYTES))).await });
    wait_a_little().await;
    // The client leaves while its piece waits behind the commit; the order to discard it waits right behind.
    upload.abort();
    assert!(upload.await.is_err(), "the upload must have been waiting");
    wait_a_little().await;
    held.hold.open();
    first.await.unwrap().unwrap();
    store(&held.vault(), 3, b"moves the floor").await.unwrap();
    held.stop().await;
    assert_eq!(left_over(held.office.directory.path()), [0; 0], "what nobody refers to must go");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_caller_leaves_during_the_commit_keeps_its_content() {
    let mut held = Held::open().await;
    let content = noise(2, STAGED_BYTES);
    let mut upload = begin(&held.vault(), 2).await;
    upload.push(Bytes::from(content.clone())).await.unwrap();
    held.hold.close(Step::IngestBulk);
    let finishing = tokio::spawn(upload.finish(None));
    held.hold.reached().await;
    let vault = held.vault();
    let first = tokio::spawn(async move { store(&vault, 1, b"keeps the committer busy").await });
    wait_a_little().await;
    // The last piece goes through, the small document's commit is held, and the large one's waits behind it.
    held.hold.close(Step::CommitGroup);
    held.hold.reached().await;
    wait_a_little().await;
    finishing.abort();
    wait_a_little().await;
    held.hold.open();
    first.await.unwrap().unwrap();
    store(&held.vault(), 3, b"more").await.unwrap();
    let there = read(&held.vault(), 2);
    assert!(there.is_none() || there == Some(content), "half a document");
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_below_the_floor_is_not_given_out_again() {
    let mut held = Held::open().await;
    let vault = held.vault();
    store(&vault, 1, b"some content").await.unwrap();
    let mut upload = begin(&vault, 2).await;
    upload.push(Bytes::from(noise(2, STAGED_BYTES))).await.unwrap();
    drop(upload);
    wait_a_little().await;
    // No content, but a new floor behind the discarded number.
    let other = CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e77").unwrap();
    vault.open_case(&application(), other, description("4 C 1/26")).await.unwrap();
    drop(vault);
    held.stop().await;
    held.running = Some(Archive::start(&held.office.settings, held.office.clock.clone(), Observer::new().unwrap()).unwrap());
    let mut upload = begin(&held.vault(), 3).await;
    upload.push(Bytes::from(noise(3, STAGED_BYTES))).await.unwrap();
    let image = held.image();
    drop(upload);
    held.stop().await;
    // The start after the power cut must find what was under way.
    let (archive, running) = start(image.path()).await;
    end((archive, running)).await;
    assert_eq!(left_over(image.path()), [0; 0], "after a power cut and a start");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_after_a_restart_is_anchored_too() {
    let mut office = Office::open().await;
    office.store(1, b"one").await.unwrap();
    office.faults.arm(Step::WriteAnchor, Failure::Lost, Cause::Io);
    assert!(office.store(2, b"two").await.is_err(), "committed, but never acknowledged");
    office.stop().await;
    office.start().unwrap();
    // Now it is acknowledged.
    let again = office.store(2, b"two").await.unwrap();
    assert!(!again.created);
    let anchored = AnchorFile::open_to_read(&office.settings.store.anchor).unwrap().anchor;
    assert_eq!(anchored.heads[0].size, again.receipt.size, "a receipt is given only for what the anchor knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_arrived_although_the_disk_was_full_has_a_receipt() {
    let office = Office::open().await;
    office.store(1, b"one").await.unwrap();
    office.faults.arm(Step::CommitGroup, Failure::Persisted, Cause::NoSpace);
    assert!(matches!(office.store(2, b"two").await, Err(ArchiveError::Full)));
    for _ in 0..100 {
        if office.archive().status().unwrap().accepting {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let again = office.store(2, b"two").await.unwrap();
    let anchored = AnchorFile::open_to_read(&office.settings.store.anchor).unwrap().anchor;
    assert_eq!((again.created, anchored.heads[0].size), (false, again.receipt.size));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_anchor_can_be_acknowledged_like_a_lost_one() {
    let mut office = Office::open().await;
    office.store(1, b"content").await.unwrap();
    office.stop().await;
    let length = fs::metadata(&office.settings.store.anchor).unwrap().len() as usize;
    fs::write(&office.settings.store.anchor, vec![0; length]).unwrap();
    assert!(office.start().is_err());
    let accepted = Archive::accept_lost_anchor(&office.settings, office.clock.clone(), Observer::new().unwrap()).await;
    assert_eq!(accepted.unwrap_or_else(|error| panic!("{error}")), 1);
    office.start().unwrap();
    assert_eq!(office.read(1).as_deref(), Some(&b"content"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_large_uploads_leave_room_for_small_ones() {
    let office = Office::open().await;
    let mut slow = Vec::new();
    for number in 100..140 {
        let vault = office.vault();
        slow.push(tokio::spawn(async move {
            let _upload = begin(&vault, number).await;
            std::future::pending::<()>().await;
        }));
    }
    wait_a_little().await;
    let small = tokio::time::timeout(Duration::from_secs(5), office.store(1, b"a letter")).await;
    slow.iter().for_each(|upload| upload.abort());
    assert!(small.is_ok_and(|stored| stored.is_ok()), "a letter must not wait for somebody else's film");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_clock_breaks_the_archive() {
    let mut office = Office::open().await;
    for (number, now) in [
        (1, "2026-12-31T23:59:59Z"),
        (2, "2027-01-01T00:00:00Z"),
        (3, "0001-01-01T00:00:00Z"),
        (4, "1969-12-31T23:59:59Z"),
        (5, "9999-12-30T22:00:00Z"),
        (6, "2026-11-20T08:00:00Z"),
    ] {
        office.clock.set(time(now));
        let stored = office.store(number, now.as_bytes()).await.unwrap_or_else(|error| panic!("{now}: {error}"));
        office.restart().await;
        let again = office.store(number, now.as_bytes()).await.unwrap_or_else(|error| panic!("{now}: {error}"));
        assert_eq!((again.created, again.receipt), (false, stored.receipt), "{now}");
        assert_eq!(office.read(number).as_deref(), Some(now.as_bytes()), "{now}");
    }
    office.stop().await;
    let report = check(office.directory.path());
    assert!(report.findings.iter().all(|finding| finding.code.severity() < Severity::Error), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_whose_anchor_is_being_written_are_no_sign_of_an_older_anchor() {
    let mut held = Held::open().await;
    held.hold.close(Step::WriteAnchor);
    let mut waiting = Vec::new();
    for number in 1..=8 {
        let vault = held.vault();
        waiting.push(tokio::spawn(async move { store(&vault, number, b"on its way").await }));
        wait_a_little().await;
    }
    let image = held.image();
    held.hold.open();
    for stored in waiting {
        stored.await.unwrap().unwrap();
    }
    held.stop().await;
    let report = check(image.path());
    assert!(
        report.has(catalogue::ANCHOR_CATCHES_UP, "anchor") && !report.has(catalogue::ANCHOR_LAGS, "anchor"),
        "a kill is no manipulation:\n{report}"
    );
}

#[test]
fn frames_with_an_owner_are_not_replaced_by_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let settings = settings(directory.path(), Arc::new(OneFault::default())).store;
    Store::create(&settings).unwrap();
    let (store, _, _) = Store::open(&settings).unwrap();
    let (owned, free) = (ContentSeq(5), ContentSeq(6));
    store.ingest_bulk(vec![store.build_bulk([(owned, 0, b"first")]).unwrap()]).unwrap();
    let mut transaction = store.transaction();
    transaction.insert(Column::Owners, key::owner(owned).to_vec(), vec![1]).unwrap();
    transaction.commit().unwrap();
    for frames in [vec![(owned, 0, b"other")], vec![(ContentSeq(4), 0, b"first"), (owned, 1, b"other")]] {
        assert!(matches!(store.build_bulk(frames), Err(StoreError::WouldOverwrite(Column::Bulk))));
    }
    store.ingest_bulk(vec![store.build_bulk([(free, 0, b"first"), (free, 1, b"other")]).unwrap()]).unwrap();
    let location = ContentLocation { column: ContentColumn::Bulk, seq: owned, frames: 1, sealed_bytes: 5 };
    assert_eq!(store.frame(&location, 0).unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(fs::read_dir(settings.data.join("staging")).unwrap().count(), 0, "a refused file is removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_say_nothing_do_not_keep_applications_out() {
    let service = Service::start().await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(tokio::net::TcpStream::connect(service.address()).await.unwrap());
    }
    wait_a_little().await;
    let client = service.client();
    let answer = tokio::time::timeout(Duration::from_secs(3), client.get(CASE_PATH)).await;
    assert_eq!(answer.expect("an application must get in within the time of a handshake").status, 200);
    drop(silent);
    service.stop().await;
}

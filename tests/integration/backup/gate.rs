//! The restore gate: an old backup with the current keys opens everything that lives and nothing that was destroyed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use aktenfest::archive::{BackupDone, HoldItem, OrderItems};
use aktenfest::model::destruction::OrderReason;
use aktenfest::model::{CaseId, DocumentId, MediaType, Refusal};
use aktenfest::store::backup::{BackupManifest, restore};
use aktenfest::store::fault::{Cause, Failure, Step};
use aktenfest::verify::{OfflineSettings, Report, Trust, catalogue, verify_backup, verify_offline};
use bytes::Bytes;

use super::faults::copy_folder;
use super::{accept_and_start, snapshot};
use crate::archive::destruction::{ORDER, approve, office_with_a_due_case, order_everything_due, propose, refusal};
use crate::archive::retention::clerk;
use crate::archive::{Office, application, case_id, description, document_id, read};

const ALIVE: &[u8] = b"a document of another case";

fn living_case() -> CaseId {
    CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e33").unwrap()
}

/// An office with a case that is due and one that is not, and a backup of both.
async fn office_and_backup() -> (Office, BackupDone) {
    let mut office = office_with_a_due_case().await;
    office.settings.backups = Some(office.directory.path().join("backups"));
    office.restart().await;
    let vault = office.vault();
    vault.open_case(&application(), living_case(), description("7 C 1/26")).await.unwrap();
    let about = aktenfest::model::DocumentDescription::default();
    let mut upload = vault.begin_document(&application(), living_case(), document_id(50), MediaType::unknown(), about, None).await.unwrap();
    upload.push(Bytes::from_static(ALIVE)).await.unwrap();
    upload.finish(None).await.unwrap();
    let archive = office.archive().clone();
    let done = tokio::task::spawn_blocking(move || archive.backup()).await.unwrap().unwrap();
    (office, done)
}

/// Destroys the due case.
async fn destroy_case(office: &Office) {
    order_everything_due(&office.vault()).await;
    office.archive().carry_out_orders().await.unwrap();
    assert_eq!(refusal(office.vault().case(case_id())), Refusal::CaseDestroyed);
}

/// Destroys one document before its time.
async fn destroy_document(office: &Office, number: u32) {
    let vault = office.vault();
    let item = HoldItem { case: case_id(), matter: None, document: Some(document_id(number)) };
    propose(&vault, OrderReason::Misfiled, OrderItems::Listed(vec![item])).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    assert_eq!(refusal(vault.document(case_id(), document_id(number))), Refusal::DocumentDestroyed);
}

/// The disk of the data dies; the backup comes back beside the keys as they are now.
async fn put_back(office: &mut Office, backup: &Path) {
    office.stop().await;
    let data = office.settings.store.data.clone();
    fs::remove_dir_all(&data).unwrap();
    restore(backup, &data).unwrap();
}

fn read_living(office: &Office, document: DocumentId) -> Vec<u8> {
    let vault = office.vault();
    let content = vault.content(living_case(), document).unwrap();
    (0..content.frames()).flat_map(|frame| content.frame(frame).unwrap()).collect()
}

fn offline(office: &Office) -> OfflineSettings {
    OfflineSettings {
        store: office.settings.store.clone(),
        keys: office.settings.keys.clone(),
        trust: Trust::default(),
        roots: None,
        threads: 1,
    }
}

/// What a check has to say, apart from the restore itself.
fn findings(report: &Report) -> BTreeSet<&'static str> {
    let names = report.findings.iter().map(|finding| finding.code.name());
    names.filter(|name| *name != catalogue::ARCHIVE_RESTORED.name()).collect()
}

/// Checks the archive while it is stopped.
async fn check_stopped(office: &mut Office) -> BTreeSet<&'static str> {
    office.stop().await;
    findings(&verify_offline(&offline(office)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_case_does_not_come_back_with_an_old_backup() {
    let (mut office, done) = office_and_backup().await;
    destroy_case(&office).await;
    let destroyed = check_stopped(&mut office).await;
    put_back(&mut office, &done.folder).await;
    accept_and_start(&mut office).await;
    for _ in 0..2 {
        let vault = office.vault();
        assert_eq!(refusal(vault.case(case_id())), Refusal::CaseDestroyed);
        for number in 1..=3 {
            assert_eq!(refusal(vault.content(case_id(), document_id(number)).map(drop)), Refusal::DocumentDestroyed);
        }
        assert_eq!(read_living(&office, document_id(50)), ALIVE);
        drop(vault);
        office.restart().await;
    }
    let came_back = check_stopped(&mut office).await;
    assert!(came_back.is_subset(&destroyed), "what came back is as good as what was destroyed in the first place: {came_back:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_document_does_not_come_back_and_its_neighbours_do() {
    let (mut office, done) = office_and_backup().await;
    destroy_document(&office, 2).await;
    let destroyed = check_stopped(&mut office).await;
    put_back(&mut office, &done.folder).await;
    accept_and_start(&mut office).await;
    let vault = office.vault();
    assert_eq!(refusal(vault.content(case_id(), document_id(2)).map(drop)), Refusal::DocumentDestroyed);
    for number in [1, 3] {
        assert_eq!(read(&vault, number), Some(format!("letter {number} to Erika Mustermann").into_bytes()));
    }
    drop(vault);
    // A backup of what came back has the tombstones, so it comes back without any further ado.
    let archive = office.archive().clone();
    let again = tokio::task::spawn_blocking(move || archive.backup()).await.unwrap().unwrap();
    put_back(&mut office, &again.folder).await;
    accept_and_start(&mut office).await;
    assert_eq!(refusal(office.vault().content(case_id(), document_id(2)).map(drop)), Refusal::DocumentDestroyed);
    let came_back = check_stopped(&mut office).await;
    assert!(came_back.is_subset(&destroyed), "{came_back:?}");
}

/// What came after the backup and was destroyed is not even known to the old database, which would give its numbers again.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_without_keys_are_passed_over() {
    let (mut office, done) = office_and_backup().await;
    let vault = office.vault();
    let late_case = CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e44").unwrap();
    vault.open_case(&application(), late_case, description("8 C 2/26")).await.unwrap();
    store_in(&office, late_case, 60, b"gone with its case").await;
    store_in(&office, living_case(), 61, b"gone alone").await;
    let document = HoldItem { case: living_case(), matter: None, document: Some(document_id(61)) };
    let case = HoldItem { case: late_case, matter: None, document: None };
    propose(&vault, OrderReason::Misfiled, OrderItems::Listed(vec![document, case])).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    assert_eq!(refusal(vault.case(late_case)), Refusal::CaseDestroyed);
    drop(vault);
    put_back(&mut office, &done.folder).await;
    accept_and_start(&mut office).await;
    let vault = office.vault();
    let newest_case = CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e55").unwrap();
    vault.open_case(&application(), newest_case, description("9 C 3/26")).await.unwrap();
    store_in(&office, newest_case, 70, b"a new case").await;
    store_in(&office, living_case(), 71, b"a new document").await;
    assert_eq!(read_living(&office, document_id(71)), b"a new document");
    assert_eq!(read_living(&office, document_id(50)), ALIVE);
    drop(vault);
}

async fn store_in(office: &Office, case: CaseId, number: u32, content: &'static [u8]) {
    let (vault, about) = (office.vault(), aktenfest::model::DocumentDescription::default());
    let by = application();
    let mut upload = vault.begin_document(&by, case, document_id(number), MediaType::unknown(), about, None).await.unwrap();
    upload.push(Bytes::from_static(content)).await.unwrap();
    upload.finish(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_puts_an_old_disk_back_by_hand_gains_nothing() {
    let (mut office, _) = office_and_backup().await;
    office.stop().await;
    let old = tempfile::tempdir().unwrap();
    for part in ["data", "anchor"] {
        copy_folder(&office.directory.path().join(part), &old.path().join(part));
    }
    office.start().unwrap();
    destroy_case(&office).await;
    office.stop().await;
    // Database and anchor both: nothing tells the daemon that it is older, but the keys.
    for part in ["data", "anchor"] {
        fs::remove_dir_all(office.directory.path().join(part)).unwrap();
        copy_folder(&old.path().join(part), &office.directory.path().join(part));
    }
    office.start().unwrap();
    assert_eq!(refusal(office.vault().case(case_id())), Refusal::CaseDestroyed);
    assert_eq!(read_living(&office, document_id(50)), ALIVE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_the_gate_is_made_good_by_the_next_start() {
    for failure in [Failure::Lost, Failure::Persisted] {
        let (mut office, done) = office_and_backup().await;
        destroy_case(&office).await;
        let destroyed = check_stopped(&mut office).await;
        put_back(&mut office, &done.folder).await;
        office.faults.arm(Step::CommitGroup, failure, Cause::Io);
        let reason = aktenfest::ledger::RestoreReason::Lost;
        let observer = aktenfest::observe::Observer::new().unwrap();
        let accepted = aktenfest::archive::Archive::accept_restored(&office.settings, office.clock.clone(), observer, reason).await;
        assert!(accepted.is_err(), "{failure:?}");
        assert!(office.start().is_err(), "{failure:?}: nobody has accepted it");
        accept_and_start(&mut office).await;
        assert_eq!(refusal(office.vault().case(case_id())), Refusal::CaseDestroyed, "{failure:?}");
        assert_eq!(read_living(&office, document_id(50)), ALIVE);
        let came_back = check_stopped(&mut office).await;
        assert!(came_back.is_subset(&destroyed), "{failure:?}: {came_back:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_an_old_backup_says_what_was_destroyed_since_and_writes_nothing() {
    let (mut office, done) = office_and_backup().await;
    let before = verify_backup(&offline(&office), &done.folder);
    assert_eq!(before.counts.documents, 4, "{before}");
    destroy_case(&office).await;
    office.stop().await;
    let files = snapshot(&done.folder);
    let after = verify_backup(&offline(&office), &done.folder);
    let mut expected = findings(&before);
    expected.insert(catalogue::DESTROYED_SINCE.name());
    assert_eq!(findings(&after), expected, "{after}");
    assert_eq!(after.counts.documents, 1, "{after}");
    assert_eq!(snapshot(&done.folder), files);
    assert_eq!(BackupManifest::read(&done.folder).unwrap().group, done.group);
}

//! From a backup back to an archive: into an empty folder only, and never silently.

use std::fs;

use aktenfest::archive::{Archive, StartError};
use aktenfest::ledger::{AnchorFinding, RestoreReason};
use aktenfest::observe::Observer;
use aktenfest::store::OpenError;
use aktenfest::store::backup::{BackupError, restore};
use aktenfest::verify::{OfflineSettings, Report, Trust, catalogue, verify_offline};

use super::{Keeper, accept_and_start, content};
use crate::archive::Office;

fn verify(office: &Office) -> Report {
    verify_offline(&OfflineSettings {
        store: office.settings.store.clone(),
        keys: office.settings.keys.clone(),
        trust: Trust::default(),
        roots: None,
        threads: 1,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_empty_folder_is_restored_into() {
    let keeper = Keeper::open().await;
    keeper.office.store(1, &content(1)).await.unwrap();
    let done = keeper.backup().await;
    let place = tempfile::tempdir().unwrap();
    let (full, file, empty) = (place.path().join("full"), place.path().join("file"), place.path().join("empty"));
    fs::create_dir_all(full.join("something")).unwrap();
    fs::write(&file, b"mine").unwrap();
    fs::create_dir(&empty).unwrap();
    for target in [&full, &file, &keeper.office.settings.store.data] {
        let refused = restore(&done.folder, target);
        assert!(matches!(refused, Err(BackupError::NotEmpty(_))), "{}: {refused:?}", target.display());
    }
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    assert!(full.join("something").exists());
    assert_eq!(restore(&done.folder, &empty).unwrap().manifest.group, done.group);
    assert!(matches!(restore(&empty, &place.path().join("new")), Err(BackupError::NotABackup { .. })));
    assert!(!place.path().join("new").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_itself_is_never_served() {
    let mut keeper = Keeper::open().await;
    let done = keeper.backup().await;
    keeper.office.stop().await;
    keeper.office.settings.store.data = done.folder;
    let refused = keeper.office.start();
    assert!(matches!(refused, Err(StartError::Store(OpenError::IsBackup(_)))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_archive_waits_for_somebodys_word_and_says_in_its_ledger_what_is_lost() {
    let mut keeper = Keeper::open().await;
    keeper.office.store(1, &content(1)).await.unwrap();
    let done = keeper.backup().await;
    keeper.office.store(2, &content(2)).await.unwrap();
    keeper.office.store(3, &content(3)).await.unwrap();
    keeper.office.stop().await;
    // The disk of the data dies; anchor and keys lie elsewhere.
    let data = keeper.office.settings.store.data.clone();
    fs::remove_dir_all(&data).unwrap();
    restore(&done.folder, &data).unwrap();
    let refused = keeper.office.start();
    assert!(matches!(refused, Err(StartError::Store(OpenError::Restored(_)))), "{refused:?}");

    let state = Archive::restored_state(&keeper.office.settings.store).unwrap();
    assert_eq!((state.group, state.through, state.finding), (done.group, done.through, Some(AnchorFinding::Ahead)));
    assert_eq!((state.lost(), state.acknowledged.map(|group| group.0 - done.group.0)), (2, Some(2)));
    assert!(keeper.office.start().is_err(), "looking is not accepting");
    let (settings, clock) = (&keeper.office.settings, keeper.office.clock.clone());
    let accepted = Archive::accept_restored(settings, clock, Observer::new().unwrap(), RestoreReason::Lost).await.unwrap();
    assert_eq!(accepted, state);
    keeper.office.start().unwrap();
    assert_eq!(keeper.office.read(1), Some(content(1)));
    assert_eq!((keeper.office.read(2), keeper.office.read(3)), (None, None));
    keeper.office.store(2, &content(2)).await.unwrap();
    keeper.office.stop().await;

    let report = verify(&keeper.office);
    let text = "an operator went on from a backup (reason: lost; the anchor: ahead): 3 entries came back, 2 acknowledged ones are known to be lost";
    assert!(report.to_string().contains(text) && report.has(catalogue::ARCHIVE_RESTORED, "vault demo entry 3"), "{report}");
    assert!(!report.has(catalogue::DATABASE_BEHIND, "database"), "{report}");
    let aside = fs::read_dir(keeper.office.settings.store.anchor.parent().unwrap()).unwrap();
    let names: Vec<String> = aside.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().any(|name| name.contains("superseded")), "the anchor that knew more stays as evidence: {names:?}");
    // Once is enough.
    let again = Archive::restored_state(&keeper.office.settings.store);
    assert!(matches!(again, Err(StartError::Check(_))), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_backup_loses_nothing_and_still_somebody_says_so() {
    let mut keeper = Keeper::open().await;
    keeper.office.store(1, &content(1)).await.unwrap();
    let done = keeper.backup().await;
    keeper.office.stop().await;
    let data = keeper.office.settings.store.data.clone();
    fs::rename(&data, keeper.office.directory.path().join("old")).unwrap();
    restore(&done.folder, &data).unwrap();
    assert!(keeper.office.start().is_err());
    let state = Archive::restored_state(&keeper.office.settings.store).unwrap();
    assert_eq!((state.lost(), state.finding), (0, None));
    accept_and_start(&mut keeper.office).await;
    assert_eq!(keeper.office.read(1), Some(content(1)));
    keeper.office.stop().await;
    let report = verify(&keeper.office);
    assert!(report.to_string().contains("(reason: drill; the anchor: agrees)"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_contradicts_the_anchor_is_not_accepted() {
    let mut keeper = Keeper::open().await;
    keeper.office.store(1, &content(1)).await.unwrap();
    let done = keeper.backup().await;
    // Two archives go on from one backup, and then a backup of one meets the anchor of the other.
    let mut other = keeper.restored(&done.folder);
    accept_and_start(&mut other).await;
    for number in 10..20 {
        other.store(number, &content(number)).await.unwrap();
    }
    other.settings.backups = Some(other.directory.path().join("backups"));
    other.restart().await;
    let archive = other.archive().clone();
    let foreign = tokio::task::spawn_blocking(move || archive.backup()).await.unwrap().unwrap();
    keeper.office.store(2, &content(2)).await.unwrap();
    keeper.office.stop().await;
    let data = keeper.office.settings.store.data.clone();
    fs::remove_dir_all(&data).unwrap();
    restore(&foreign.folder, &data).unwrap();
    let refused = Archive::restored_state(&keeper.office.settings.store);
    let why = refused.expect_err("two histories").to_string();
    assert!(why.contains("is not the one that was acknowledged"), "{why}");
}

//! The checkpoint outside the database: what a start and a running archive do when the database does not continue it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aktenfest::archive::{Archive, StartError};
use aktenfest::ledger::{RestoreReason, UnverifiedCheckpoint};
use aktenfest::observe::Observer;

use super::split_view::kept_checkpoint;
use crate::archive::Office;

/// The parts of the archive that an old copy of its disk brings back: everything but what lies on another disk.
const DISK: [&str; 4] = ["data", "anchor", "keyring", "root-of-trust"];

/// An archive whose checkpoints lie on another disk than everything else.
async fn office() -> (Office, tempfile::TempDir) {
    let other_disk = tempfile::tempdir().unwrap();
    let mut office = Office::open().await;
    office.settings.store.checkpoints = Some(other_disk.path().join("checkpoints"));
    office.restart().await;
    (office, other_disk)
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

/// A copy of the disk; `put_back` makes it the disk.
fn image(office: &Office) -> tempfile::TempDir {
    let image = tempfile::tempdir().unwrap();
    DISK.iter().for_each(|part| copy(&office.directory.path().join(part), image.path()));
    image
}

fn put_back(office: &Office, image: &Path) {
    for part in DISK {
        fs::remove_dir_all(office.directory.path().join(part)).unwrap();
        copy(&image.join(part), office.directory.path());
    }
}

fn kept(office: &Office) -> PathBuf {
    kept_checkpoint(&office.settings.store.checkpoints())
}

fn kept_size(office: &Office) -> u64 {
    UnverifiedCheckpoint::parse(&fs::read(kept(office)).unwrap()).unwrap().claim().size()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_of_the_disk_with_its_anchor_is_not_served() {
    let (mut office, _other_disk) = office().await;
    office.store(1, b"one").await.unwrap();
    office.archive().keep_checkpoints_once().await;
    office.stop().await;
    let old = image(&office);
    office.start().unwrap();
    let stored = office.store(2, b"two").await.unwrap();
    office.archive().keep_checkpoints_once().await;
    assert_eq!(kept_size(&office), stored.receipt.size);
    office.stop().await;

    put_back(&office, old.path());
    let refused = office.start().expect_err("the anchor came back with the disk, the checkpoint did not");
    assert!(matches!(&refused, StartError::KeptCheckpoint { file, .. } if *file == kept(&office)), "{refused}");
    assert!(refused.to_string().contains("accept-restore"), "{refused}");
    // Without the checkpoint nothing would notice: the anchor agrees with the database that it came back with.
    let note = fs::read(kept(&office)).unwrap();
    let file = kept(&office);
    fs::remove_file(&file).unwrap();
    office.start().unwrap();
    // Gone on from there, the same number of entries is another history.
    office.store(3, b"another").await.unwrap();
    assert_eq!(office.vault().ledger_head().unwrap().0, stored.receipt.size);
    fs::write(&file, &note).unwrap();
    office.archive().keep_checkpoints_once().await;
    let status = office.archive().status().unwrap();
    assert!(status.latched.is_some() && !status.accepting, "{status:?}");
    assert!(office.store(4, b"refused").await.is_err());
    assert_eq!(fs::read(&file).unwrap(), note, "the evidence stays as it is");
    office.stop().await;
    assert!(matches!(office.start(), Err(StartError::KeptCheckpoint { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_follow_the_ledger_and_survive_restarts() {
    let (mut office, _other_disk) = office().await;
    for number in 1..300 {
        office.store(number, b"some").await.unwrap();
        if number % 100 == 0 {
            office.archive().keep_checkpoints_once().await;
            assert_eq!(kept_size(&office), office.vault().ledger_head().unwrap().0);
            office.restart().await;
        }
    }
    // A folder that cannot be written is no reason to stop.
    let folder = office.settings.store.checkpoints();
    let aside = folder.with_extension("aside");
    fs::rename(&folder, &aside).unwrap();
    fs::write(&folder, b"not a folder").unwrap();
    office.archive().keep_checkpoints_once().await;
    assert!(office.archive().status().unwrap().accepting);
    fs::remove_file(&folder).unwrap();
    fs::rename(&aside, &folder).unwrap();
    // A file that was damaged is said to be so, and the start waits for somebody.
    office.stop().await;
    let (file, note) = (kept(&office), fs::read(kept(&office)).unwrap());
    for bad in [Vec::new(), note[..note.len() / 2].to_vec(), [&note[..note.len() - 10], b"AAAAAAAA=\n"].concat()] {
        fs::write(&file, bad).unwrap();
        assert!(matches!(office.start(), Err(StartError::KeptCheckpoint { .. })));
    }
    fs::write(&file, note).unwrap();
    office.start().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_somebody_accepts_says_what_the_checkpoint_knew_more() {
    let (mut office, _other_disk) = office().await;
    let backups = tempfile::tempdir().unwrap();
    office.settings.backups = Some(backups.path().join("backups"));
    office.restart().await;
    office.store(1, b"one").await.unwrap();
    let archive = office.archive().clone();
    let done = tokio::task::spawn_blocking(move || archive.backup()).await.unwrap().unwrap();
    let lost = office.store(2, b"lost").await.unwrap();
    office.archive().keep_checkpoints_once().await;
    office.stop().await;
    // The disk is lost, the anchor with it; what was on other disks is there.
    fs::remove_dir_all(&office.settings.store.data).unwrap();
    fs::remove_file(&office.settings.store.anchor).unwrap();
    aktenfest::store::backup::restore(&done.folder, &office.settings.store.data).unwrap();
    let state = Archive::restored_state(&office.settings.store).unwrap();
    assert_eq!((state.lost(), lost.created), (1, true), "{state:?}");
    let (observer, clock) = (Observer::new().unwrap(), office.clock.clone());
    Archive::accept_restored(&office.settings, clock, observer, RestoreReason::Lost).await.unwrap();
    office.start().unwrap();
    assert_eq!((office.read(1).as_deref(), office.read(2)), (Some(&b"one"[..]), None));
    office.archive().keep_checkpoints_once().await;
    assert_eq!(kept_size(&office), office.vault().ledger_head().unwrap().0);
    let folder = office.settings.store.checkpoints();
    let superseded = fs::read_dir(folder).unwrap().filter(|file| file.as_ref().unwrap().path().to_string_lossy().contains("superseded-"));
    assert_eq!(superseded.count(), 1, "what knew more stays as evidence");
}

//! Every step of a backup fails or is cut off: there is a whole backup or none, and the archive does not notice.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use aktenfest::archive::BackupFailure;
use aktenfest::store::backup::{BackupPlace, backups_in, check};
use aktenfest::store::fault::{BackupStep, Cause, Failure, Faults, NoFaults, Step};
use tempfile::TempDir;

use super::{Keeper, accept_and_start, content};
use crate::archive::noise;
use crate::verify::files;

/// Makes one step of a backup fail, once, when armed: the first, second, ... time that it comes.
#[derive(Debug, Default)]
struct BackupFault(Mutex<Option<(BackupStep, u32, Failure, Cause)>>);

impl Faults for BackupFault {
    fn at(&self, _: Step) -> Option<(Failure, Cause)> {
        None
    }

    fn at_backup(&self, step: BackupStep) -> Option<(Failure, Cause)> {
        let mut armed = self.0.lock().unwrap();
        let (_, left, failure, cause) = armed.as_mut().filter(|(at, ..)| *at == step)?;
        if *left > 0 {
            *left -= 1;
            return None;
        }
        let fault = (*failure, *cause);
        *armed = None;
        Some(fault)
    }
}

/// The folder has whole backups and nothing else.
fn assert_whole(folder: &Path, what: &str) -> usize {
    let found = backups_in(folder).unwrap();
    for backup in &found {
        let (_, problems) = check(&backup.folder).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(problems, [], "{what}: {}", backup.folder.display());
    }
    found.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_step_fails_there_is_a_whole_backup_or_none() {
    let faults = Arc::new(BackupFault::default());
    let keeper = Keeper::open_with(Some(faults.clone())).await;
    for number in 0..5 {
        keeper.office.store(number, &content(number)).await.unwrap();
    }
    keeper.backup().await;
    let (mut whole, mut next) = (1, 5);
    for step in BackupStep::ALL {
        for nth in [0, 2] {
            for failure in [Failure::Lost, Failure::Persisted] {
                for cause in [Cause::Io, Cause::NoSpace] {
                    let what = format!("{step:?} {nth} {failure:?} {cause:?}");
                    keeper.office.store(next, &content(next)).await.unwrap();
                    next += 1;
                    *faults.0.lock().unwrap() = Some((step, nth, failure, cause));
                    let result = keeper.try_backup().await;
                    let fired = faults.0.lock().unwrap().take().is_none();
                    assert_eq!(result.is_err(), fired, "{what}: {result:?}");
                    assert!(fired || nth > 0, "{what}: the step does not come");
                    let now = assert_whole(&keeper.folder(), &what);
                    let published = !fired || (step == BackupStep::Publish && failure == Failure::Persisted);
                    assert_eq!(now, whole + usize::from(published), "{what}");
                    whole = now;
                    let left: Vec<PathBuf> =
                        files(&keeper.folder()).into_iter().filter(|path| path.to_string_lossy().contains("partial")).collect();
                    assert_eq!(left, [] as [PathBuf; 0], "{what}");
                    assert!(!keeper.office.settings.store.data.join("checkpoint").exists(), "{what}");
                    assert!(keeper.office.archive().status().unwrap().accepting, "{what}: the archive is not disturbed");
                }
            }
        }
    }
    keeper.backup().await;
    for number in 0..next {
        assert_eq!(keeper.office.read(number), Some(content(number)));
    }
}

/// Copies the folder of the backups at every step, as a loss of power would leave it there.
#[derive(Debug, Default)]
struct Camera {
    folder: Mutex<Option<PathBuf>>,
    pictures: Mutex<Vec<(BackupStep, TempDir)>>,
}

impl Faults for Camera {
    fn at(&self, _: Step) -> Option<(Failure, Cause)> {
        None
    }

    fn at_backup(&self, step: BackupStep) -> Option<(Failure, Cause)> {
        if let Some(folder) = &*self.folder.lock().unwrap() {
            let picture = tempfile::tempdir().unwrap();
            copy_folder(folder, picture.path());
            self.pictures.lock().unwrap().push((step, picture));
        }
        None
    }
}

/// With empty folders too.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target)
        } else {
            let _ = fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_anywhere_it_is_a_whole_backup_or_none_and_the_next_one_tidies_up() {
    let camera = Arc::new(Camera::default());
    let keeper = Keeper::open_with(Some(camera.clone())).await;
    for number in 0..5 {
        keeper.office.store(number, &content(number)).await.unwrap();
    }
    let first = keeper.backup().await;
    keeper.office.store(5, &content(5)).await.unwrap();
    *camera.folder.lock().unwrap() = Some(keeper.folder());
    let second = keeper.backup().await;
    *camera.folder.lock().unwrap() = None;
    let pictures = std::mem::take(&mut *camera.pictures.lock().unwrap());
    let steps: std::collections::BTreeSet<_> = pictures.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps.len(), BackupStep::ALL.len(), "{steps:?}");
    let archive = aktenfest::store::backup::BackupManifest::read(&first.folder).unwrap().archive;
    for (number, (step, picture)) in pictures.iter().enumerate() {
        let what = format!("picture {number} before {step:?}");
        assert_eq!(assert_whole(picture.path(), &what), 1, "{what}: only the last step makes it a backup");
        drop(BackupPlace::open(picture.path(), archive, Arc::new(NoFaults)).unwrap());
        let names: Vec<String> =
            fs::read_dir(picture.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(!names.iter().any(|name| name.ends_with(".partial")), "{what}: {names:?}");
        assert_eq!(assert_whole(picture.path(), &what), 1, "{what}");
    }
    assert_eq!(assert_whole(&keeper.folder(), "in the end"), 2);
    let mut restored = keeper.restored(&second.folder);
    accept_and_start(&mut restored).await;
    assert_eq!(restored.read(5), Some(content(5)));
    restored.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_removes_what_a_crash_left_of_a_checkpoint() {
    let mut keeper = Keeper::open().await;
    keeper.office.store(1, &content(1)).await.unwrap();
    keeper.office.stop().await;
    let left = keeper.office.settings.store.data.join("checkpoint/database");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("000123.sst"), noise(1, 5000)).unwrap();
    keeper.office.start().unwrap();
    assert!(!left.exists());
    assert_eq!(keeper.office.read(1), Some(content(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_stops_gives_the_backup_up_and_leaves_nothing() {
    let mut keeper = Keeper::open().await;
    keeper.fill().await;
    keeper.office.archive().begin_backup().unwrap();
    keeper.office.stop().await;
    let whole = assert_whole(&keeper.folder(), "after the stop");
    let names: Vec<PathBuf> = files(&keeper.folder());
    assert!(whole <= 1 && !names.iter().any(|name| name.to_string_lossy().contains("partial")), "{names:?}");
    keeper.office.start().unwrap();
    keeper.backup().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_a_failure_that_is_told() {
    let mut keeper = Keeper::open().await;
    let file = keeper.office.directory.path().join("file");
    fs::write(&file, b"").unwrap();
    keeper.office.settings.backups = Some(file.join("backups"));
    keeper.office.restart().await;
    assert!(matches!(keeper.try_backup().await, Err(BackupFailure::Files(_))));
    let status = keeper.office.archive().backup_status().unwrap();
    assert!(status.failure.is_some() && status.last.is_none() && !status.running, "{status:?}");
    keeper.office.store(1, &content(1)).await.unwrap();
}

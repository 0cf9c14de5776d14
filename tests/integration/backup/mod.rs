//! Backups: complete, incremental, read back, without keys; and nothing that fails on the way disturbs the archive.

mod faults;
mod gate;
mod program;
mod restore;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aktenfest::archive::{Archive, BackupDone, BackupFailure};
use aktenfest::keys::{FileRoot, Keyring};
use aktenfest::observe::Observer;
use aktenfest::store::backup::{BackupError, BackupManifest, Problem, backups_in, check, restore};
use aktenfest::store::fault::Faults;
use faults::copy_folder;
use tempfile::TempDir;

use crate::archive::{Office, noise, store};
use crate::verify::files;

/// Documents that the log holds, and one that goes into a file of its own.
const SMALL: u32 = 40;
const LARGE: u32 = 1000;

/// An office whose archive makes backups.
pub struct Keeper {
    pub office: Office,
}

impl Keeper {
    pub async fn open() -> Self {
        Self::open_with(None).await
    }

    /// With these faults from the beginning on.
    pub async fn open_with(faults: Option<Arc<dyn Faults>>) -> Self {
        let mut office = Office::open().await;
        office.settings.backups = Some(office.directory.path().join("backups"));
        if let Some(faults) = faults {
            office.settings.store.faults = faults;
        }
        office.restart().await;
        Self { office }
    }

    /// Stores some documents, one of them large.
    pub async fn fill(&self) {
        for number in 0..SMALL {
            self.office.store(number, &content(number)).await.unwrap();
        }
        self.office.store(LARGE, &content(LARGE)).await.unwrap();
    }

    pub fn folder(&self) -> PathBuf {
        self.office.directory.path().join("backups")
    }

    /// Makes a backup as the daemon does.
    pub async fn try_backup(&self) -> Result<BackupDone, BackupFailure> {
        let archive = self.office.archive().clone();
        tokio::task::spawn_blocking(move || archive.backup()).await.unwrap()
    }

    pub async fn backup(&self) -> BackupDone {
        self.try_backup().await.unwrap()
    }

    /// What a directory would be if a backup came back into it beside the keys of this archive.
    pub fn restored(&self, backup: &Path) -> Office {
        let directory = tempfile::tempdir().unwrap();
        restore(backup, &directory.path().join("data")).unwrap();
        for kept in ["keyring", "root-of-trust"] {
            copy_folder(&self.office.directory.path().join(kept), &directory.path().join(kept));
        }
        Office::at(directory)
    }
}

pub fn content(number: u32) -> Vec<u8> {
    noise(u64::from(number), if number == LARGE { 12 << 20 } else { 700 + number as usize * 31 })
}

/// Every file of a folder with its bytes.
pub fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files(folder).into_iter().map(|path| (path.clone(), fs::read(folder.join(&path)).unwrap())).collect()
}

/// Accepts a restored archive and starts it.
pub async fn accept_and_start(office: &mut Office) {
    use aktenfest::ledger::RestoreReason;
    let observer = Observer::new().unwrap();
    Archive::accept_restored(&office.settings, office.clock.clone(), observer, RestoreReason::Drill).await.unwrap();
    office.start().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_is_in_it_while_others_go_on_storing() {
    let keeper = Keeper::open().await;
    keeper.fill().await;
    let (vault, stop) = (keeper.office.vault(), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..4_u32)
        .map(|writer| {
            let (vault, stop) = (vault.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut stored = 0;
                while !stop.load(Ordering::Relaxed) {
                    let number = 2000 + writer * 10_000 + stored;
                    // Now and then one that is large enough for a file of its own.
                    let length = if stored % 25 == 24 { 6 << 20 } else { 3000 };
                    store(&vault, number, &noise(u64::from(number), length)).await.unwrap();
                    stored += 1;
                }
                stored
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let mut backups = Vec::new();
    for _ in 0..3 {
        backups.push(keeper.backup().await);
    }
    stop.store(true, Ordering::Relaxed);
    let mut stored = 0;
    for writer in writers {
        stored += writer.await.unwrap();
    }
    assert!(stored > 20, "storing went on: {stored}");
    // Two of them can follow each other so fast that nothing was committed in between.
    assert!(backups.is_sorted_by(|a, b| a.group <= b.group && a.through <= b.through));
    for done in &backups {
        assert_eq!(check(&done.folder).unwrap().1, [], "{}", done.folder.display());
        let mut restored = keeper.restored(&done.folder);
        accept_and_start(&mut restored).await;
        for number in (0..SMALL).chain([LARGE]) {
            assert_eq!(restored.read(number), Some(content(number)), "document {number} of {}", done.folder.display());
        }
        restored.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_copies_only_what_is_new() {
    let keeper = Keeper::open().await;
    keeper.fill().await;
    let first = keeper.backup().await;
    assert_eq!(first.copied_bytes, first.bytes, "there was nothing to share");
    assert!(first.bytes > 12 << 20);
    keeper.office.store(SMALL + 1, &noise(1, 5000)).await.unwrap();
    let second = keeper.backup().await;
    assert!(second.copied_bytes < 1 << 20, "{second:?}");
    assert!(second.bytes > first.bytes);
    let shared = |folder: &Path| {
        let tables = files(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "sst"));
        tables.map(|path| (fs::metadata(folder.join(&path)).unwrap().ino(), path)).collect::<BTreeMap<_, _>>()
    };
    let (in_first, in_second) = (shared(&first.folder), shared(&second.folder));
    let both = in_first.iter().filter(|(inode, path)| in_second.get(inode) == Some(path)).count();
    assert!(both > 0 && in_second.len() > both, "{both} of {} files are shared", in_second.len());
    // Each is whole by itself: the first may go.
    fs::remove_dir_all(&first.folder).unwrap();
    let mut restored = keeper.restored(&second.folder);
    accept_and_start(&mut restored).await;
    assert_eq!(restored.read(SMALL + 1), Some(noise(1, 5000)));
    assert_eq!(restored.read(LARGE), Some(content(LARGE)));
    restored.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_stopped_archive_is_the_same_kind() {
    let mut keeper = Keeper::open().await;
    keeper.fill().await;
    let running = keeper.backup().await;
    keeper.office.stop().await;
    let settings = keeper.office.settings.store.clone();
    let stopped = Archive::backup_stopped(&settings, &keeper.folder(), &keeper.office.clock, &Observer::new().unwrap()).unwrap();
    assert_eq!((stopped.group, stopped.through), (running.group, running.through));
    assert!(stopped.copied_bytes < stopped.bytes, "{stopped:?}");
    assert_eq!(check(&stopped.folder).unwrap().1, []);
    keeper.office.start().unwrap();
    assert_eq!(keeper.office.read(3), Some(content(3)));
    let beside = Archive::backup_stopped(&settings, &keeper.folder(), &keeper.office.clock, &Observer::new().unwrap());
    assert!(beside.is_err(), "while the daemon runs it makes the backup");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_through_which_time_it_is_complete_and_keeps_to_that() {
    let mut keeper = Keeper::open().await;
    keeper.office.store(1, b"before").await.unwrap();
    let done = keeper.backup().await;
    assert_eq!(done.through, keeper.office.clock.now());
    // Somebody sets the clock back; what is stored then must not look as if the backup had it.
    keeper.office.stop().await;
    keeper.office.clock.set(aktenfest::model::Timestamp::parse("2026-11-20T07:00:00Z").unwrap());
    keeper.office.start().unwrap();
    keeper.office.store(2, b"after").await.unwrap();
    let stored_at = keeper.office.vault().document(crate::archive::case_id(), crate::archive::document_id(2)).unwrap().record.stored_at;
    assert!(stored_at >= done.through, "{stored_at} {}", done.through);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_in_it() {
    let keeper = Keeper::open().await;
    for number in 0..10 {
        keeper.office.store(number, &content(number)).await.unwrap();
    }
    let done = keeper.backup().await;
    let place = keeper.office.directory.path();
    let names: Vec<String> = files(&done.folder).iter().map(|path| path.display().to_string()).collect();
    for name in &names {
        let belongs = ["FORMAT", "BACKUP", "database/CURRENT"].contains(&name.as_str())
            || ["database/MANIFEST-", "database/OPTIONS-"].iter().any(|start| name.starts_with(start))
            || [".sst", ".log"].iter().any(|end| name.starts_with("database/") && name.ends_with(end));
        assert!(belongs, "{name} has no business in a backup");
    }
    // Any 32 bytes of the keys in a row, sealed or not, in any file of the backup.
    let mut secrets: HashMap<[u8; 32], String> = HashMap::new();
    for folder in ["keyring", "root-of-trust"] {
        for (path, bytes) in snapshot(&place.join(folder)) {
            for window in bytes.windows(32).filter(|window| is_secret(window)) {
                secrets.insert(window.try_into().unwrap(), path.display().to_string());
            }
        }
    }
    assert!(secrets.len() > 100, "the keys were not found where they should be");
    let keyring = Keyring::open(&place.join("keyring"), Box::new(FileRoot::open(&place.join("root-of-trust")).unwrap())).unwrap();
    let vault = keeper.office.archive().vaults().unwrap()[0].id;
    secrets.insert(*keyring.vault_keys(vault).unwrap().ledger_seed(0).unwrap(), "seed of the ledger".to_owned());
    for (path, bytes) in snapshot(&done.folder) {
        for window in bytes.windows(32) {
            let found = <&[u8; 32]>::try_from(window).ok().and_then(|window| secrets.get(window));
            assert_eq!(found, None, "a key is in {}", path.display());
        }
    }
}

/// Headers and padding are no secrets.
fn is_secret(window: &[u8]) -> bool {
    window.iter().collect::<BTreeSet<_>>().len() > 20
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_in_any_file_is_found() {
    let keeper = Keeper::open().await;
    keeper.fill().await;
    let done = keeper.backup().await;
    let copy = tempfile::tempdir().unwrap();
    let damaged = copy.path().join("backup");
    let mut kinds = BTreeMap::new();
    for path in files(&done.folder) {
        let kind = path.extension().map_or_else(|| path.display().to_string(), |end| end.to_string_lossy().into_owned());
        kinds.entry(kind).or_insert(path);
    }
    assert!(kinds.len() >= 6, "{kinds:?}");
    for path in kinds.values() {
        copy_folder(&done.folder, &damaged);
        let whole = fs::read(damaged.join(path)).unwrap();
        for at in [0, whole.len() / 2, whole.len().saturating_sub(1)] {
            let mut bytes = whole.clone();
            let Some(byte) = bytes.get_mut(at) else { continue };
            *byte ^= 0x20;
            put(&damaged.join(path), &bytes);
            expect_damage(&damaged, path, &format!("{} byte {at}", path.display()));
        }
        put(&damaged.join(path), &whole[..whole.len() / 2]);
        if !whole.is_empty() {
            expect_damage(&damaged, path, &format!("{} cut", path.display()));
        }
        fs::remove_file(damaged.join(path)).unwrap();
        expect_damage(&damaged, path, &format!("{} gone", path.display()));
        fs::remove_dir_all(&damaged).unwrap();
    }
    copy_folder(&done.folder, &damaged);
    fs::create_dir_all(damaged.join("staging")).unwrap();
    fs::write(damaged.join("database/000999.sst"), b"not ours").unwrap();
    assert_eq!(check(&damaged).unwrap().1, [Problem::Foreign("database/000999.sst".to_owned())]);
}

/// Files of a backup cannot be written, so another one takes the place.
fn put(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

fn expect_damage(backup: &Path, path: &Path, what: &str) {
    let name = path.display().to_string();
    match check(backup) {
        Err(BackupError::NotABackup { .. }) => assert_eq!(name, "BACKUP", "{what}"),
        Ok((_, problems)) => {
            let named = problems.iter().any(|problem| match problem {
                Problem::Missing(path) | Problem::Damaged(path) | Problem::Unreadable(path, _) => *path == name,
                Problem::Foreign(_) => false,
            });
            assert!(named, "{what}: {problems:?}");
        }
        Err(other) => panic!("{what}: {other}"),
    }
    let to = TempDir::new().unwrap();
    let target = to.path().join("data");
    assert!(restore(backup, &target).is_err(), "{what}: a damaged backup is not restored");
    assert!(!target.exists(), "{what}: nothing is left of the attempt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decayed_earlier_backup_is_said_to_be_one_and_not_shared() {
    let keeper = Keeper::open().await;
    keeper.fill().await;
    let first = keeper.backup().await;
    let largest = files(&first.folder).into_iter().max_by_key(|path| fs::metadata(first.folder.join(path)).unwrap().len()).unwrap();
    let decayed = first.folder.join(&largest);
    let mut bytes = fs::read(&decayed).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    put(&decayed, &bytes);
    let second = keeper.backup().await;
    assert_eq!(second.damaged_earlier, std::slice::from_ref(&decayed));
    assert!(second.copied_bytes >= bytes.len() as u64, "a good copy was made again");
    assert_eq!(check(&second.folder).unwrap().1, []);
    assert_eq!(check(&first.folder).unwrap().1, [Problem::Damaged(largest.display().to_string())]);
    let third = keeper.backup().await;
    assert_eq!(third.damaged_earlier, [] as [PathBuf; 0], "the newest copy is asked first");
    assert!(third.copied_bytes < 1 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_serves_one_archive_and_one_backup_at_a_time() {
    let keeper = Keeper::open().await;
    keeper.fill().await;
    keeper.office.archive().begin_backup().unwrap();
    let refused = keeper.try_backup().await;
    let ended = || keeper.office.archive().backup_status().unwrap();
    while ended().running {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(matches!(refused, Err(BackupFailure::UnderWay)), "{refused:?}");
    let status = ended();
    assert_eq!((status.attempts_ended, status.failure.as_ref()), (1, None));
    let done = status.last.unwrap();
    assert_eq!(BackupManifest::read(&done.folder).unwrap().group, done.group);

    let mut other = Keeper::open().await;
    other.office.settings.backups = Some(keeper.folder());
    other.office.restart().await;
    let foreign = other.try_backup().await;
    assert!(matches!(foreign, Err(BackupFailure::Files(BackupError::Foreign(_)))), "{foreign:?}");
    assert_eq!(backups_in(&keeper.folder()).unwrap().len(), 1);
    let none = Office::open().await;
    assert!(matches!(none.archive().begin_backup(), Err(BackupFailure::NotConfigured)));
    assert_eq!(none.archive().backup_status(), None);
}

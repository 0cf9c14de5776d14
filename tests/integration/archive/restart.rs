//! What a start refuses: an older database, a lost anchor, damage.

use std::fs;
use std::path::Path;

use super::*;
use aktenfest::keys::KeyError;
use aktenfest::store::anchor::AnchorError;
use aktenfest::store::{OpenError, Store};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_under_the_current_anchor_is_refused_and_the_gap_is_named() {
    let mut office = Office::open().await;
    office.store(1, b"before").await.unwrap();
    office.stop().await;
    let old = office.directory.path().join("old");
    copy(&office.settings.store.data, &old);
    office.start().unwrap();
    office.store(2, b"after the copy").await.unwrap();
    office.stop().await;
    fs::remove_dir_all(&office.settings.store.data).unwrap();
    fs::rename(&old, &office.settings.store.data).unwrap();
    let Err(StartError::Store(OpenError::Behind(missing))) = office.start() else { panic!("an older database must be refused") };
    assert_eq!(missing.acknowledged.0, missing.found.0 + 1);
    assert_eq!((missing.logs[0].0.size, missing.logs[0].1), (4, 3));
    assert!(missing.to_string().contains("lacks the entries 3 to 3"), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_anchor_must_be_acknowledged_and_the_ledger_remembers() {
    let mut office = Office::open().await;
    office.store(1, b"content").await.unwrap();
    office.stop().await;
    fs::remove_file(&office.settings.store.anchor).unwrap();
    assert!(matches!(office.start(), Err(StartError::Store(OpenError::Anchor(AnchorError::Missing(_))))));
    let observer = Observer::new().unwrap();
    let recorded = Archive::accept_lost_anchor(&office.settings, office.clock.clone(), observer).await.unwrap();
    assert_eq!(recorded, 1);
    office.start().unwrap();
    assert_eq!(office.read(1).as_deref(), Some(&b"content"[..]));
    assert_eq!(office.vault().ledger_head().unwrap().0, 4, "vault, case, document, acceptance");
    let again = Archive::accept_lost_anchor(&office.settings, office.clock.clone(), Observer::new().unwrap()).await;
    assert!(matches!(again, Err(StartError::Exists(_))), "an anchor that is there is not accepted away");
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_time_never_goes_back() {
    let mut office = Office::open().await;
    let first = office.store(1, b"one").await.unwrap();
    office.clock.set(Timestamp::parse("1999-01-01T00:00:00Z").unwrap());
    office.restart().await;
    let second = office.store(2, b"two").await.unwrap();
    assert_eq!(second.receipt.at, first.receipt.at);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_created_over_an_archive_and_two_cannot_use_it() {
    let mut office = Office::open().await;
    assert!(Archive::create(&office.settings).is_err());
    let second = Archive::start(&office.settings, office.clock.clone(), Observer::new().unwrap());
    assert!(matches!(second.err(), Some(StartError::Keys(KeyError::InUse { .. }))), "keys are opened first");
    assert!(matches!(Store::open(&office.settings.store).err(), Some(OpenError::Locked(_))));
    office.store(1, b"still there").await.unwrap();
    office.restart().await;
    assert_eq!(office.read(1).as_deref(), Some(&b"still there"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_tail_is_dropped_only_if_nothing_acknowledged_was_in_it() {
    let mut office = Office::open().await;
    office.store(1, b"acknowledged").await.unwrap();
    let live = office.directory.path().join("image");
    // An image of the running archive is what a power cut leaves: the log has not been flushed into tables.
    copy(&office.settings.store.data, &live);
    let log = newest_log(&live.join("database"));
    let whole = fs::read(&log).unwrap();
    office.stop().await;
    fs::remove_dir_all(&office.settings.store.data).unwrap();
    let put_back = |bytes: &[u8]| {
        let _ = fs::remove_dir_all(&office.settings.store.data);
        copy(&live, &office.settings.store.data);
        fs::write(office.settings.store.data.join("database").join(log.file_name().unwrap()), bytes).unwrap();
    };
    // Half a record of a group that was never acknowledged: the header of a record whose payload is missing.
    let record_with_missing_payload = [0x11, 0x22, 0x33, 0x44, 0xff, 0x01, 0x01];
    put_back(&[&whole[..], &record_with_missing_payload].concat());
    let settings = office.settings.clone();
    let started = Archive::start(&settings, office.clock.clone(), Observer::new().unwrap());
    let (archive, running) = started.unwrap_or_else(|error| panic!("a torn tail behind everything acknowledged: {error}"));
    assert_eq!(read(&archive.vault(&VaultName::parse("demo").unwrap()).unwrap(), 1).as_deref(), Some(&b"acknowledged"[..]));
    drop(archive);
    tokio::task::spawn_blocking(move || running.join()).await.unwrap();
    for cut in [1, 20, 200, whole.len() / 2] {
        put_back(&whole[..whole.len() - cut]);
        let refused = Archive::start(&settings, office.clock.clone(), Observer::new().unwrap());
        assert!(matches!(refused.err(), Some(StartError::Store(_))), "{cut} bytes of what was acknowledged are missing");
    }
    for at in [20, whole.len() / 3, whole.len() / 2, whole.len() - 10] {
        let mut flipped = whole.clone();
        flipped[at] ^= 4;
        put_back(&flipped);
        let refused = Archive::start(&settings, office.clock.clone(), Observer::new().unwrap());
        assert!(matches!(refused.err(), Some(StartError::Store(_))), "a flipped bit at {at} of {}", whole.len());
    }
}

fn newest_log(database: &Path) -> std::path::PathBuf {
    let logs = fs::read_dir(database).unwrap().map(|entry| entry.unwrap().path());
    logs.filter(|path| path.extension().is_some_and(|extension| extension == "log")).max().expect("there is a log")
}

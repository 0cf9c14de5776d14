//! Several places for one keyring: what all of them must do, how one that fell behind is restored, and what "destroyed" needs then.
//!
//! Every root of trust holds a full copy of the epoch key, and every directory a full copy of the key files. One whole root of trust and
//! one whole directory are therefore enough to open everything, and losing any other place loses nothing. The price is paid when keys
//! are destroyed: a key is gone only when the *last* root of trust has overwritten it.
//!
//! Invariants:
//! - A change of epoch takes each step at every place before the next step begins: files durable and read back in all directories, then
//!   staged in all roots of trust, then promoted in all. So no place has overwritten the old key before every place could open the new
//!   state, and wherever a crash falls, each single place either holds the newest epoch, or has it staged, or it was promoted nowhere.
//! - While a place cannot be reached or does not hold the present epoch, no change begins: otherwise it would keep a key of which a
//!   certificate says that it is gone. Reading and storing go on; destruction and new years wait for `aktenfest keys replicate`.
//! - Nothing is certified before `Keyring::acknowledgements` has asked every root of trust and found the present epoch in it and nothing
//!   older beside it. The weakest one's assurance is the certificate's, since one place that keeps old copies is enough.
//! - Places that count are those of the configuration. One that is taken out is no longer asked; if it holds a key, that key opens old key
//!   files until the place is wiped. The certificate names the places that answered, so that the missing one shows.
//! - Directories hold ciphertext only. A copy of key files that nobody knows of costs nothing as long as the epoch key is gone, so they
//!   count for availability and not for destruction.
//!
//! Deliberately absent: a majority that may go on without the rest. It would need shares of the key instead of copies, so that a place
//! left behind is harmless.

use crate::keys::KeyError;
use crate::keys::epoch::sweep;
use crate::keys::files::io_error;
use crate::keys::place::{PlaceFault, PlaceRole, Places};
use crate::keys::root_of_trust::{Epoch, RootOfTrust, Slots};
use crate::keys::settings::KeySettings;
use crate::keys::state::State;
use crate::sys::fs::FileLock;

const LOCK_FILE: &str = "keyring.lock";

/// Keeps other processes away from these keys until the lock is dropped. It lies in the first directory that can hold it.
pub(crate) fn lock(settings: &KeySettings) -> Result<FileLock, KeyError> {
    let mut reason = None;
    for directory in &settings.directories {
        let file = directory.join(LOCK_FILE);
        match FileLock::acquire(&file) {
            Ok(Some(lock)) => return Ok(lock),
            Ok(None) => return Err(KeyError::InUse { place: directory.display().to_string() }),
            Err(source) => reason = reason.or(Some(KeyError::Io { action: "locking", file: file.display().to_string(), source })),
        }
    }
    Err(reason.unwrap_or_else(|| KeyError::NotCreated { place: "an empty list of directories".to_owned() }))
}

/// One step at every root of trust, none left out. Goes on after a failure, because each place that has taken the step is one more that
/// the next start finds in step; then reports the first failure.
pub(crate) fn on_all(places: &Places, step: impl Fn(&dyn RootOfTrust) -> Result<(), KeyError>) -> Result<(), KeyError> {
    places.roots.iter().map(|place| step(place.get()?)).fold(Ok(()), Result::and)
}

/// Whether every root of trust holds `epoch` and nothing else; 0 means nothing at all.
pub(crate) fn check_all_hold(places: &Places, epoch: u64) -> Result<(), KeyError> {
    for place in &places.roots {
        check_holds(&place.get()?.load()?, epoch, &place.name)?;
    }
    Ok(())
}

fn check_holds(slots: &Slots, expected: u64, place: &str) -> Result<(), KeyError> {
    let numbers = [&slots.current, &slots.staged].map(|slot| slot.as_ref().map_or(0, Epoch::number));
    if numbers == [expected, 0] {
        return Ok(());
    }
    let found = match numbers {
        [0, 0] => "nothing".to_owned(),
        [current, 0] => format!("epoch {current}"),
        [current, staged] => format!("epoch {current} and staged epoch {staged}"),
    };
    Err(KeyError::Moved { place: place.to_owned(), found, expected })
}

/// Brings one place to the present epoch, from a place that is whole, and reads it back.
pub(crate) fn restore(places: &Places, state: &State, fault: &PlaceFault) -> Result<(), KeyError> {
    match fault.role {
        PlaceRole::RootOfTrust => restore_root(places, state, &fault.place),
        PlaceRole::KeyFiles => restore_files(places, state, &fault.place),
    }
}

fn restore_root(places: &Places, state: &State, name: &str) -> Result<(), KeyError> {
    let mut whole = None;
    for root in places.usable_roots() {
        // A place that cannot be read is no source; whether it is restored is its own fault's matter.
        if let Ok(Slots { current: Some(current), .. }) = root.load() {
            whole = whole.or(Some(current).filter(|current| current.number() == state.epoch));
        }
    }
    let epoch = whole.ok_or_else(|| KeyError::NotCreated { place: name.to_owned() })?;
    for place in places.roots.iter().filter(|place| place.name == name) {
        let root = place.get()?;
        root.stage(&epoch)?;
        root.promote()?;
        root.clear_stage()?;
        let read_back = root.load()?;
        check_holds(&read_back, state.epoch, name)?;
        if !read_back.current.is_some_and(|current| current.is_same(&epoch)) {
            return Err(KeyError::Damaged { file: name.to_owned(), what: "what was read back is not what was written" });
        }
    }
    Ok(())
}

fn restore_files(places: &Places, state: &State, name: &str) -> Result<(), KeyError> {
    let whole = places.usable_directories().find(|files| state.check_files(*files).is_ok());
    let source = whole.ok_or_else(|| KeyError::Missing { file: "a complete copy of the key files".to_owned() })?;
    for place in places.directories.iter().filter(|place| place.name == name) {
        let target = place.get()?;
        for file in state.file_names() {
            let bytes = source.read(&file).map_err(io_error(source, "reading", &file))?;
            target.write_synced(&file, &bytes).map_err(io_error(target, "writing", &file))?;
        }
        target.sync_directory().map_err(io_error(target, "syncing the directory of", ""))?;
        state.check_files(target)?;
        sweep(target, state);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::keys::epoch::Punctures;
    use crate::keys::{Assurance, EpochChanges, FileRoot, Keyring, NodeAddress, Recovery, RootSettings, TreeId};
    use crate::model::{Address, CaseNumber, VaultId};

    const DEAD: u64 = 4;

    fn cases() -> TreeId {
        TreeId::cases(VaultId([1; 16]), 2026)
    }

    fn address(case: u64) -> Address {
        Address::from_u64(case << 24)
    }

    /// Two roots of trust and two directories of key files.
    struct Office {
        folder: tempfile::TempDir,
        settings: KeySettings,
    }

    impl Office {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            let roots = ["root-1", "root-2"].map(|name| RootSettings::File { directory: at(name) }).to_vec();
            let settings = KeySettings { roots, directories: vec![at("keys-1"), at("keys-2")] };
            let keyring = Keyring::create_at(&settings).unwrap();
            keyring.ensure_trees(&[TreeId::vault(VaultId([1; 16])), cases()]).unwrap();
            drop(keyring);
            Self { folder, settings }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn open(&self) -> Keyring {
            Keyring::open_at(&self.settings).unwrap()
        }

        fn copy(&self, from: &str, to: &str) {
            fs::create_dir_all(self.path(to)).unwrap();
            for entry in fs::read_dir(self.path(from)).unwrap() {
                let entry = entry.unwrap();
                fs::copy(entry.path(), self.path(to).join(entry.file_name())).unwrap();
            }
        }

        fn lose(&self, name: &str) {
            fs::remove_dir_all(self.path(name)).unwrap();
        }
    }

    fn destroy(keyring: &Keyring) -> Result<(), KeyError> {
        let dead = vec![NodeAddress::of_case(CaseNumber::new(DEAD).unwrap())];
        let puncture = [(cases(), Punctures { dead, case_high_water: DEAD })].into();
        keyring.begin_epoch(&EpochChanges { puncture, ..EpochChanges::default() }).map(drop)
    }

    fn faulty(keyring: &Keyring) -> Vec<String> {
        let name = |place: String| place.rsplit('/').next().unwrap().to_owned();
        keyring.places().into_iter().filter(|place| place.fault.is_some()).map(|place| name(place.place)).collect()
    }

    #[test]
    fn losing_one_place_of_two_loses_nothing_and_replicating_restores_it() {
        let losses: [&[&str]; 6] = [&["root-1"], &["root-2"], &["keys-1"], &["keys-2"], &["root-1", "keys-2"], &["root-2", "keys-1"]];
        for lost in losses {
            let office = Office::new();
            let leaf = *office.open().leaf(cases(), address(7)).unwrap().bytes();
            lost.iter().for_each(|name| office.lose(name));
            let keyring = office.open();
            assert_eq!(*keyring.leaf(cases(), address(7)).unwrap().bytes(), leaf, "{lost:?}");
            assert_eq!(faulty(&keyring), lost, "said by name");
            assert!(matches!(destroy(&keyring), Err(KeyError::Degraded { .. })), "{lost:?}: one place would keep the key");
            assert!(keyring.leaf(cases(), address(DEAD)).is_ok());
            drop(keyring);
            let (keyring, restored) = Keyring::replicate_at(&office.settings).unwrap();
            assert_eq!((restored.len(), faulty(&keyring)), (lost.len(), Vec::new()), "{lost:?}");
            destroy(&keyring).unwrap();
            drop(keyring);
            // The restored place carries the archive alone.
            let others = ["root-1", "root-2", "keys-1", "keys-2"].into_iter().filter(|name| !lost.contains(name));
            let same_sort = others.filter(|name| lost.iter().any(|lost| lost[..4] == name[..4]));
            same_sort.for_each(|name| office.lose(name));
            assert_eq!(*office.open().leaf(cases(), address(7)).unwrap().bytes(), leaf, "{lost:?}");
            assert!(office.open().leaf(cases(), address(DEAD)).is_err());
        }
    }

    #[test]
    fn an_older_place_never_wins_and_nothing_is_acknowledged_while_it_keeps_the_old_key() {
        for stale in ["root-1", "root-2"] {
            let office = Office::new();
            office.copy(stale, "old");
            destroy(&office.open()).unwrap();
            assert_eq!(office.open().acknowledgements().unwrap().len(), 2);
            office.lose(stale);
            office.copy("old", stale);
            let keyring = office.open();
            assert!(keyring.leaf(cases(), address(DEAD)).is_err(), "the newer epoch counts");
            assert_eq!(faulty(&keyring), [stale]);
            assert!(matches!(keyring.acknowledgements(), Err(KeyError::Moved { .. })));
            assert!(matches!(keyring.ensure_trees(&[TreeId::cases(VaultId([1; 16]), 2030)]), Err(KeyError::Degraded { .. })));
            assert_eq!(keyring.replicate().unwrap().len(), 1);
            let acknowledged = keyring.acknowledgements().unwrap();
            assert!(acknowledged.iter().all(|place| place.epoch == 3 && place.assurance == Assurance::C) && acknowledged.len() == 2);
        }
    }

    #[test]
    fn an_older_directory_of_key_files_never_wins() {
        let office = Office::new();
        office.copy("keys-1", "old");
        destroy(&office.open()).unwrap();
        office.lose("keys-1");
        office.copy("old", "keys-1");
        assert_eq!(faulty(&office.open()), ["keys-1"]);
        office.lose("keys-2");
        let error = Keyring::open_at(&office.settings).err().unwrap();
        assert!(matches!(error, KeyError::Missing { .. }), "the present epoch is lost, and the older one is not taken instead: {error}");
    }

    #[test]
    fn a_root_of_trust_that_fell_behind_in_a_crash_is_brought_along() {
        let office = Office::new();
        office.copy("root-2", "old");
        destroy(&office.open()).unwrap();
        // Promoted in one place, staged in the other: as if power had failed between the two.
        let epoch = FileRoot::open(&office.path("root-1")).unwrap().load().unwrap().current.unwrap();
        office.lose("root-2");
        office.copy("old", "root-2");
        FileRoot::open(&office.path("root-2")).unwrap().stage(&epoch).unwrap();
        let keyring = office.open();
        assert_eq!((keyring.recovery(), faulty(&keyring)), (&Recovery::Finished { epoch: 3 }, Vec::new()));
        assert!(keyring.acknowledgements().is_ok());
    }

    #[test]
    fn places_of_two_archives_are_told_apart() {
        let (one, other) = (Office::new(), Office::new());
        one.lose("root-2");
        fs::rename(other.path("root-2"), one.path("root-2")).unwrap();
        assert!(matches!(Keyring::open_at(&one.settings), Err(KeyError::Forked { epoch: 2, .. })));
    }

    #[test]
    fn a_place_that_changes_behind_our_back_stops_changes() {
        let office = Office::new();
        let keyring = office.open();
        let root = FileRoot::open(&office.path("root-2")).unwrap();
        root.stage(&root.load().unwrap().current.unwrap()).unwrap();
        assert!(matches!(destroy(&keyring), Err(KeyError::Moved { .. })));
        assert!(matches!(keyring.acknowledgements(), Err(KeyError::Moved { .. })));
        root.clear_stage().unwrap();
        destroy(&keyring).unwrap();
    }

    #[test]
    fn two_processes_never_work_with_the_same_keys_but_one_may_look() {
        let office = Office::new();
        let keyring = office.open();
        assert!(matches!(Keyring::open_at(&office.settings), Err(KeyError::InUse { .. })));
        assert!(matches!(Keyring::replicate_at(&office.settings), Err(KeyError::InUse { .. })));
        let looking = Keyring::inspect_at(&office.settings).unwrap();
        assert_eq!(looking.epoch(), keyring.epoch());
        assert!(destroy(&looking).is_err() && keyring.epoch() == 2);
    }

    #[test]
    fn without_any_root_of_trust_replicating_creates_nothing() {
        let office = Office::new();
        office.lose("root-1");
        office.lose("root-2");
        assert!(matches!(Keyring::replicate_at(&office.settings), Err(KeyError::Missing { .. })));
        assert!(!office.path("root-1").exists() && !office.path("root-2").exists());
        assert!(matches!(Keyring::create_at(&office.settings), Err(KeyError::AlreadyCreated { .. })), "key files are there");
    }
}

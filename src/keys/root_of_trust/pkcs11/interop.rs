//! The PKCS #11 root of trust against SoftHSM 2, a token that was not made here: run by `make interop`.

use std::fs;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::slots::Token;
use super::*;
use crate::keys::secret::UsedKey;
use crate::keys::{Assurance, Epoch, EpochChanges, KeySettings, Keyring, RootSettings, TreeId};
use crate::model::{Address, VaultId};

const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];
const PIN: &str = "1234567890";

/// The library has one state for the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A token of our own among those of the user; removed with the test.
struct SoftToken {
    folder: tempfile::TempDir,
    name: String,
    _alone: MutexGuard<'static, ()>,
}

fn tool(arguments: &[&str]) {
    let ran = Command::new("softhsm2-util").args(arguments).output().expect("softhsm2-util must be installed (make interop does)");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

impl SoftToken {
    fn new(name: &str) -> Self {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let name = format!("aktenfest-test-{name}-{}", std::process::id());
        tool(&["--init-token", "--free", "--label", &name, "--so-pin", PIN, "--pin", PIN]);
        fs::write(folder.path().join("pin"), format!("{PIN}\n")).unwrap();
        fs::write(folder.path().join("wrong-pin"), "0000").unwrap();
        Self { folder, name, _alone: alone }
    }

    fn settings(&self) -> Pkcs11Settings {
        let module = MODULES.iter().find(|path| fs::exists(path).unwrap_or(false)).expect("libsofthsm2.so must be installed");
        Pkcs11Settings { module: module.into(), token: self.name.clone(), label: "archive".to_owned(), pin: self.folder.path().join("pin") }
    }
}

impl Drop for SoftToken {
    fn drop(&mut self) {
        let _ = Command::new("softhsm2-util").args(["--delete-token", "--token", &self.name]).output();
    }
}

fn epoch(number: u64) -> Epoch {
    Epoch { number, key: UsedKey::from_bytes(&[number as u8; 32]) }
}

fn numbers(root: &dyn RootOfTrust) -> [u64; 2] {
    let slots = root.load().unwrap();
    [slots.current, slots.staged].map(|slot| slot.map_or(0, |epoch| epoch.number()))
}

#[test]
#[ignore = "needs softhsm2: make interop"]
fn an_epoch_goes_through_the_token_and_its_key_is_destroyed() {
    let token = SoftToken::new("epochs");
    let root = create(&token.settings()).unwrap();
    assert_eq!(numbers(root.as_ref()), [0, 0]);
    root.stage(&epoch(1)).unwrap();
    root.promote().unwrap();
    root.clear_stage().unwrap();
    assert_eq!(numbers(root.as_ref()), [1, 0]);
    let first = Device::new(&token.settings()).unwrap().keys().unwrap();
    root.stage(&epoch(2)).unwrap();
    root.stage(&epoch(3)).unwrap();
    assert_eq!(numbers(root.as_ref()), [1, 3], "staging again replaces what was staged");
    root.clear_stage().unwrap();
    assert_eq!(numbers(root.as_ref()), [1, 0]);
    root.stage(&epoch(2)).unwrap();
    assert!(matches!(create(&token.settings()), Err(KeyError::AlreadyCreated { .. })));
    root.promote().unwrap();
    assert_eq!(numbers(open(&token.settings()).unwrap().as_ref()), [2, 0]);
    assert!(root.load().unwrap().current.unwrap().is_same(&epoch(2)));
    let device = Device::new(&token.settings()).unwrap();
    assert!(!device.keys().unwrap().contains(&first[0]), "the key of the first epoch is gone");
    assert!(device.decrypt(&first[0], &[0; 16], &[0; 32]).is_err());
    assert_eq!((device.keys().unwrap().len(), device.records().unwrap().len()), (1, 1));
    assert_eq!(root.assurance(), Assurance::A);
}

#[test]
#[ignore = "needs softhsm2: make interop"]
fn half_of_a_pair_is_nothing_and_is_swept() {
    let token = SoftToken::new("halves");
    let root = create(&token.settings()).unwrap();
    root.stage(&epoch(1)).unwrap();
    let device = Device::new(&token.settings()).unwrap();
    device.make_key(&[9; 16]).unwrap();
    assert_eq!(numbers(root.as_ref()), [1, 0], "a key that encrypts nothing");
    root.stage(&epoch(2)).unwrap();
    let current = device.keys().unwrap();
    assert_eq!(current.len(), 2);
    // As if power had failed between destroying the older key and removing its record.
    let records = device.records().unwrap();
    let older = records.iter().find(|record| record[8..16] == 1_u64.to_be_bytes()).unwrap();
    device.destroy_key(older[16..32].try_into().unwrap()).unwrap();
    assert_eq!(numbers(root.as_ref()), [2, 0]);
    root.clear_stage().unwrap();
    assert_eq!((device.keys().unwrap().len(), device.records().unwrap().len()), (1, 1));
}

#[test]
#[ignore = "needs softhsm2: make interop"]
fn what_is_wrong_with_a_token_is_said() {
    let token = SoftToken::new("wrong");
    let settings = token.settings();
    let said = |settings: &Pkcs11Settings| open(settings).err().unwrap().to_string();
    assert!(said(&Pkcs11Settings { pin: token.folder.path().join("wrong-pin"), ..settings.clone() }).contains("tried once"));
    assert!(said(&Pkcs11Settings { token: "nobody".to_owned(), ..settings.clone() }).contains("token nobody"));
    assert!(said(&Pkcs11Settings { module: "/nonexistent.so".into(), ..settings.clone() }).contains("/nonexistent.so"));
    assert!(open(&settings).is_ok());
}

#[test]
#[ignore = "needs softhsm2: make interop"]
fn a_keyring_lives_in_the_token_beside_a_file_and_survives_the_loss_of_either() {
    let token = SoftToken::new("keyring");
    let path = |name: &str| token.folder.path().join(name);
    let roots = vec![RootSettings::Pkcs11(token.settings()), RootSettings::File { directory: path("root") }];
    let settings = KeySettings { roots, directories: vec![path("keys")] };
    let tree = TreeId::cases(VaultId([1; 16]), 2026);
    let keyring = Keyring::create_at(&settings).unwrap();
    keyring.ensure_trees(&[tree]).unwrap();
    keyring.begin_epoch(&EpochChanges::default()).unwrap();
    let leaf = *keyring.leaf(tree, Address::from_u64(7)).unwrap().bytes();
    let acknowledged = keyring.acknowledgements().unwrap();
    let assurances: Vec<Assurance> = acknowledged.iter().map(|place| place.assurance).collect();
    assert_eq!((assurances, keyring.assurance()), (vec![Assurance::A, Assurance::C], Assurance::C), "the weakest counts");
    drop(keyring);

    fs::remove_dir_all(path("root")).unwrap();
    let (keyring, restored) = Keyring::replicate_at(&settings).unwrap();
    assert_eq!((restored.len(), *keyring.leaf(tree, Address::from_u64(7)).unwrap().bytes()), (1, leaf));
    drop(keyring);

    let device = Device::new(&token.settings()).unwrap();
    for id in device.keys().unwrap() {
        device.destroy_key(&id).unwrap();
    }
    let (keyring, restored) = Keyring::replicate_at(&settings).unwrap();
    assert_eq!((restored.len(), *keyring.leaf(tree, Address::from_u64(7)).unwrap().bytes()), (1, leaf));
    assert_eq!(keyring.acknowledgements().unwrap().len(), 2);
}

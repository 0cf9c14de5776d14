//! The TPM root of trust against `swtpm`, a TPM 2.0 that was not made here: run by `make interop`.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::clock::pause;
use crate::keys::secret::UsedKey;
use crate::keys::{Epoch, KeySettings, Keyring, RootSettings, TreeId};
use crate::model::{Address, VaultId};
use crate::sys::thread;

const INDEX: u32 = 0x01A4_F700;

/// A software TPM with its own state; ends with the test.
struct SoftwareTpm {
    folder: tempfile::TempDir,
    process: Child,
}

impl SoftwareTpm {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("auth"), b"an auth value for these tests").unwrap();
        let process = Self::spawn(folder.path());
        Self { folder, process }.listening()
    }

    fn spawn(folder: &Path) -> Child {
        let socket = folder.join("tpm.sock");
        let _ = fs::remove_file(&socket);
        let mut command = Process::new("swtpm");
        command.args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear"]);
        command.arg("--server").arg(format!("type=unixio,path={}", socket.display()));
        command.arg("--ctrl").arg(format!("type=unixio,path={}", folder.join("control.sock").display()));
        command.arg("--tpmstate").arg(format!("dir={}", folder.display()));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("swtpm must be installed (make interop does)")
    }

    /// The socket is there before anybody listens on it.
    fn listening(self) -> Self {
        let listens = || {
            pause(Duration::from_millis(50));
            UnixStream::connect(self.folder.path().join("tpm.sock")).is_ok()
        };
        assert!((0..100).any(|_| listens()), "swtpm does not listen");
        self
    }

    fn settings(&self) -> TpmSettings {
        let endpoint = TpmEndpoint::Unix(self.folder.path().join("tpm.sock"));
        TpmSettings { endpoint, nv_index: INDEX, auth: self.folder.path().join("auth"), is_virtual: false }
    }

    /// Cuts the power and switches it on again.
    fn cut_power(mut self) -> Self {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = Self::spawn(self.folder.path());
        self.listening()
    }

    fn key_settings(&self) -> KeySettings {
        let keys: PathBuf = self.folder.path().join("keys");
        KeySettings { roots: vec![RootSettings::Tpm(self.settings())], directories: vec![keys] }
    }
}

impl Drop for SoftwareTpm {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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
#[ignore = "needs swtpm: make interop"]
fn an_epoch_goes_through_both_indices_and_survives_power_failures() {
    let mut tpm = SoftwareTpm::start();
    assert!(matches!(open(&tpm.settings()), Err(KeyError::Missing { .. })), "nothing is created by opening");
    let root = create(&tpm.settings()).unwrap();
    assert_eq!(numbers(root.as_ref()), [0, 0]);
    root.stage(&epoch(1)).unwrap();
    root.promote().unwrap();
    root.clear_stage().unwrap();
    root.stage(&epoch(2)).unwrap();
    assert_eq!(numbers(root.as_ref()), [1, 2]);
    tpm = tpm.cut_power();
    assert_eq!(numbers(root.as_ref()), [1, 2]);
    root.promote().unwrap();
    assert!(matches!(create(&tpm.settings()), Err(KeyError::AlreadyCreated { .. })));
    root.clear_stage().unwrap();
    assert_eq!(numbers(open(&tpm.settings()).unwrap().as_ref()), [2, 0]);
    assert!(root.load().unwrap().current.unwrap().is_same(&epoch(2)));
    assert!(root.promote().is_err(), "nothing is staged");
    assert_eq!(root.assurance(), Assurance::C, "a socket is never a chip");
}

#[test]
#[ignore = "needs swtpm: make interop"]
fn the_wrong_auth_value_a_foreign_index_and_a_dead_tpm_are_told_apart() {
    let mut tpm = SoftwareTpm::start();
    create(&tpm.settings()).unwrap().stage(&epoch(1)).unwrap();
    let other = tpm.folder.path().join("other");
    fs::write(&other, b"another auth value of some length").unwrap();
    let wrong = TpmSettings { auth: other, ..tpm.settings() };
    let what = open(&wrong).err().unwrap().to_string();
    assert!(what.contains("auth value was refused"), "{what}");
    // No lock-out: wrong guesses by others must not stop the archive.
    for _ in 0..40 {
        assert!(open(&wrong).is_err());
    }
    assert_eq!(numbers(open(&tpm.settings()).unwrap().as_ref()), [0, 1]);

    let foreign = INDEX + 16;
    Conversation::begin(&tpm.settings().endpoint).map(|mut talk| index::define(&mut talk, foreign, 40, b"auth").unwrap()).unwrap();
    let what = create(&TpmSettings { nv_index: foreign, ..tpm.settings() }).err().unwrap().to_string();
    assert!(what.contains("choose another nv_index"), "{what}");

    tpm.process.kill().unwrap();
    tpm.process.wait().unwrap();
    let what = open(&tpm.settings()).err().unwrap().to_string();
    assert!(what.contains("cannot be reached"), "{what}");
}

#[test]
#[ignore = "needs swtpm: make interop"]
fn a_keyring_lives_in_the_tpm_and_its_old_epoch_is_gone() {
    let mut tpm = SoftwareTpm::start();
    let settings = tpm.key_settings();
    let tree = TreeId::cases(VaultId([1; 16]), 2026);
    let keyring = Keyring::create_at(&settings).unwrap();
    keyring.ensure_trees(&[tree]).unwrap();
    let leaf = *keyring.leaf(tree, Address::from_u64(7)).unwrap().bytes();
    let before = tpm_bytes(&tpm);
    keyring.begin_epoch(&crate::keys::EpochChanges::default()).unwrap();
    let acknowledged = keyring.acknowledgements().unwrap();
    assert_eq!((acknowledged.len(), acknowledged[0].epoch, acknowledged[0].assurance), (1, 3, Assurance::C));
    drop(keyring);
    tpm = tpm.cut_power();
    let reopened = Keyring::open_at(&settings).unwrap();
    assert_eq!(*reopened.leaf(tree, Address::from_u64(7)).unwrap().bytes(), leaf);
    assert_ne!(before, tpm_bytes(&tpm), "the indices were overwritten");
}

fn tpm_bytes(tpm: &SoftwareTpm) -> [u8; SLOT_BYTES] {
    let memory = TpmMemory::new(&tpm.settings()).unwrap();
    memory.read(Slot::Current).unwrap().as_slice().try_into().unwrap()
}

type Recorded = Arc<Mutex<Vec<u8>>>;

/// Passes bytes between us and the TPM, and keeps them. `change` may alter a response.
fn tapped(tpm: &SoftwareTpm, change: fn(&mut Vec<u8>)) -> (TpmSettings, Recorded) {
    let (path, real) = (tpm.folder.path().join("tap.sock"), tpm.folder.path().join("tpm.sock"));
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let seen = Recorded::default();
    let kept = Arc::clone(&seen);
    thread::spawn("tap", move || {
        for near in listener.incoming() {
            let (mut near, mut far) = (near.unwrap(), UnixStream::connect(&real).unwrap());
            let mut buffer = vec![0; 8192];
            while let Ok(bytes @ 1..) = near.read(&mut buffer) {
                kept.lock().unwrap().extend_from_slice(&buffer[..bytes]);
                far.write_all(&buffer[..bytes]).unwrap();
                let bytes = far.read(&mut buffer).unwrap();
                let mut response = buffer[..bytes].to_vec();
                kept.lock().unwrap().extend_from_slice(&response);
                change(&mut response);
                if near.write_all(&response).is_err() {
                    break;
                }
            }
        }
    })
    .unwrap();
    (TpmSettings { endpoint: TpmEndpoint::Unix(path), ..tpm.settings() }, seen)
}

#[test]
#[ignore = "needs swtpm: make interop"]
fn the_bus_carries_neither_key_nor_auth_value() {
    let tpm = SoftwareTpm::start();
    let (settings, seen) = tapped(&tpm, |_| ());
    let auth = auth_value(&settings).unwrap();
    let root = create(&settings).unwrap();
    let key = [0xC7; 32];
    root.stage(&Epoch { number: 1, key: UsedKey::from_bytes(&key) }).unwrap();
    root.promote().unwrap();
    assert_eq!(*root.load().unwrap().current.unwrap().key.secret().bytes(), key);
    let seen = seen.lock().unwrap();
    let occurs = |needle: &[u8]| seen.windows(needle.len()).any(|window| window == needle);
    assert!(seen.len() > 4000 && occurs(&INDEX.to_be_bytes()), "the tap must have seen the conversation");
    assert!(!occurs(&key[..8]) && !occurs(&auth[..8]) && !occurs(b"AKTFROT1"));
}

#[test]
#[ignore = "needs swtpm: make interop"]
fn responses_that_were_changed_on_the_bus_are_errors() {
    let mut tpm = SoftwareTpm::start();
    create(&tpm.settings()).unwrap().stage(&epoch(1)).unwrap();
    // The last byte of whatever comes with sessions is part of its HMAC; cutting short, lengthening and garbage are not survived either.
    let changes: [fn(&mut Vec<u8>); 4] = [
        |response| {
            if response[..2] == [0x80, 2] && response.len() > 100 {
                *response.last_mut().unwrap() ^= 1;
            }
        },
        |response| {
            response.truncate(response.len().min(12));
            response[2..6].copy_from_slice(&12_u32.to_be_bytes());
        },
        |response| response[10..].fill(0xFF),
        |response| response[6..10].copy_from_slice(&0x922_u32.to_be_bytes()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let (settings, _) = tapped(&tpm, change);
        let error = open(&settings).err().unwrap_or_else(|| panic!("change {number} was not noticed"));
        assert!(matches!(error, KeyError::Device { .. }), "{number}: {error}");
    }
    // Without a resource manager it keeps the objects of conversations that went wrong until it is reset.
    tpm = tpm.cut_power();
    assert_eq!(numbers(open(&tpm.settings()).unwrap().as_ref()), [0, 1]);
}

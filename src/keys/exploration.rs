//! Up to three crashes in a row during a destruction, on the real code, for each kind of root of trust and for replicas.
//!
//! A crash falls before, in the middle of or after any operation, also during the start that follows a crash. What was not synced survives
//! in any subset. After each crash must hold: what a certificate names cannot be derived by somebody who kept every byte ever written to
//! the directories of keys and sees the roots of trust as they are; and a start succeeds, has all keys that must live, and carries the
//! order to its end. Four faults that a programmer could make are put in, and each must be found.
//!
//! States that differ only in the values of their random keys are one state: the same future lies before them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use super::crash::{DEAD_CASE, address, cases, live_leaves};
use super::epoch::Punctures;
use super::root_of_trust::nv::NvRoot;
use super::root_of_trust::pkcs11::slots::TokenRoot;
use super::root_of_trust::slot::{Slot, encode};
use super::secret::seed_next_key;
use super::simulated::{KEYS, KEYS_2, SLOTS, SLOTS_2, SimulatedCells, SimulatedToken, World, after_power_failure, files, operate};
use super::state::sha256;
use super::witness::{derives, derives_with, epoch_keys, open_root};
use super::{Assurance, Epoch, EpochChanges, FileRoot, KeyError, Keyring, NodeAddress, Places, RootOfTrust, Slots, TreeId};
use crate::model::{CaseNumber, VaultId};

const CRASHES: usize = 3;

type Shared = Arc<Mutex<World>>;

/// Which places the keyring has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    File,
    Chip,
    Token,
    /// A chip and a file, and two directories of key files.
    Replicas,
}

/// What a programmer could get wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bug {
    /// Key files are not synced before the epoch is staged.
    NoSync,
    /// The old key is erased before the new one is staged.
    EraseFirst,
    /// The certificate is written before the old key is overwritten.
    CertificateEarly,
    /// The state key of the tree's old file seals its new one, too.
    StateKeyReused,
}

impl Setup {
    fn roots(self, world: &Shared, bug: Option<Bug>, new: bool) -> Result<Places, KeyError> {
        let cells = || SimulatedCells(Arc::clone(world));
        let token = || SimulatedToken(Arc::clone(world));
        let file = || -> Result<Box<dyn RootOfTrust>, KeyError> {
            Ok(Box::new(if new { FileRoot::create_with(files(world, SLOTS))? } else { FileRoot::open_with(files(world, SLOTS))? }))
        };
        let chip = || -> Result<Box<dyn RootOfTrust>, KeyError> {
            Ok(Box::new(if new { NvRoot::create(cells())? } else { NvRoot::open(cells())? }))
        };
        let roots = match self {
            Self::File => vec![file()?],
            Self::Chip => vec![chip()?],
            Self::Token => {
                vec![Box::new(if new { TokenRoot::create(token())? } else { TokenRoot::open(token())? }) as Box<dyn RootOfTrust>]
            }
            Self::Replicas => vec![chip()?, file()?],
        };
        let spoilt = |inner| Box::new(Spoilt { inner, world: Arc::clone(world), bug }) as Box<dyn RootOfTrust>;
        let directories = if self == Self::Replicas { vec![KEYS, KEYS_2] } else { vec![KEYS] };
        Ok(Places::of(roots.into_iter().map(spoilt).collect(), directories.into_iter().map(|number| files(world, number)).collect()))
    }

    /// A keyring with a tree in it, and an order to destroy a case.
    fn before(self) -> (World, Vec<[u8; 32]>) {
        let world = Shared::default();
        let keyring = Keyring::create_in(self.roots(&world, None, true).unwrap()).unwrap();
        keyring.ensure_trees(&[TreeId::vault(VaultId([1; 16])), cases()]).unwrap();
        let leaves = live_leaves(&keyring);
        let mut world = world.lock().unwrap().clone();
        world.papers.order_open = true;
        (world, leaves)
    }
}

/// A root of trust with a fault of the programmer's.
struct Spoilt {
    inner: Box<dyn RootOfTrust>,
    world: Shared,
    bug: Option<Bug>,
}

fn write_down(world: &Shared, change: impl FnOnce(&mut World)) -> Result<(), KeyError> {
    let written = operate(
        world,
        |_| (),
        |world| {
            change(world);
            Ok(())
        },
    );
    written.map_err(|source| KeyError::Io { action: "writing", file: "papers".to_owned(), source })
}

impl RootOfTrust for Spoilt {
    fn place(&self) -> String {
        self.inner.place()
    }

    fn load(&self) -> Result<Slots, KeyError> {
        self.inner.load()
    }

    fn stage(&self, epoch: &Epoch) -> Result<(), KeyError> {
        if self.bug == Some(Bug::EraseFirst) {
            let empty = encode(Slot::Current, None).to_vec();
            write_down(&self.world, |world| drop(world.chip.cells.insert(false, empty)))?;
        }
        self.inner.stage(epoch)?;
        if self.bug == Some(Bug::CertificateEarly) {
            write_down(&self.world, |world| world.papers.certified = true)?;
        }
        Ok(())
    }

    fn promote(&self) -> Result<(), KeyError> {
        self.inner.promote()
    }

    fn clear_stage(&self) -> Result<(), KeyError> {
        self.inner.clear_stage()
    }

    fn assurance(&self) -> Assurance {
        self.inner.assurance()
    }
}

/// A start: opens the keyring and carries an open order to its end.
fn start(setup: Setup, bug: Option<Bug>, world: &Shared) -> Result<Keyring, KeyError> {
    let keyring = Keyring::open_in(setup.roots(world, bug, false)?)?;
    if world.lock().unwrap().papers.order_open {
        if keyring.covers(cases(), address(DEAD_CASE))? {
            if bug == Some(Bug::StateKeyReused) {
                seed_next_key(state_key(&world.lock().unwrap()));
            }
            let dead = vec![NodeAddress::of_case(CaseNumber::new(DEAD_CASE).unwrap())];
            let puncture = BTreeMap::from([(cases(), Punctures { dead, case_high_water: 3 })]);
            keyring.begin_epoch(&EpochChanges { puncture, ..EpochChanges::default() })?;
        }
        keyring.acknowledgements()?;
        write_down(world, |world| world.papers.certified = true)?;
        write_down(world, |world| world.papers.order_open = false)?;
    }
    Ok(keyring)
}

/// The key under which the present file of the tree lies.
fn state_key(world: &World) -> [u8; 32] {
    let keys = epoch_keys(world);
    let (key, number) = keys.iter().max_by_key(|(_, number)| **number).unwrap();
    let records = world.directories[KEYS].history.iter().find_map(|bytes| open_root(bytes, *number, key)).unwrap();
    *records.iter().find(|record| record.tree == cases()).unwrap().state_key.secret().bytes()
}

/// The world without the values of its random keys: which files and slots there are, which of them belong together, and what the
/// adversary gets with each.
fn shape(world: &World) -> String {
    let keys: Vec<([u8; 32], u64)> = epoch_keys(world).into_iter().collect();
    let mut by_number = keys.clone();
    by_number.sort_by_key(|(key, number)| (*number, derives_with(world, *number, key, cases(), address(DEAD_CASE).to_u64())));
    let mut shape =
        format!("{:?} {:?};", (world.papers.order_open, world.papers.certified), (world.chip.keys.len(), world.chip.records.len()));
    let label = |slot: &[u8]| match slot.get(24..56).filter(|_| slot.len() == 88 && slot[9] == 1) {
        Some(key) => by_number.iter().position(|(other, _)| other == key).map_or("?".to_owned(), |at| at.to_string()),
        None => format!("len {}", slot.len()),
    };
    let slots = [SLOTS, SLOTS_2].into_iter().flat_map(|number| &world.directories[number].durable);
    slots.for_each(|(name, slot)| write!(shape, "{name}={};", label(slot)).unwrap());
    world.chip.cells.iter().for_each(|(name, slot)| write!(shape, "{name}={};", label(slot)).unwrap());
    for (id, record) in &world.chip.records {
        let number = u64::from_be_bytes(record[8..16].try_into().unwrap());
        write!(shape, "record {number} {};", world.chip.keys.contains_key(id)).unwrap();
    }
    for (at, (key, number)) in by_number.iter().enumerate() {
        let gets = [0, DEAD_CASE].map(|case| derives_with(world, *number, key, cases(), address(case).to_u64()));
        write!(shape, "epoch {at} {number} {gets:?}:").unwrap();
        for directory in [KEYS, KEYS_2] {
            let durable = &world.directories[directory].durable;
            let roots = durable.values().filter_map(|bytes| open_root(bytes, *number, key)).flatten();
            let named: BTreeSet<_> = roots.map(|record| *record.blob_sha256.as_bytes()).collect();
            for (name, bytes) in durable {
                let belongs = open_root(bytes, *number, key).is_some() || named.contains(sha256(bytes).as_bytes());
                write!(shape, "{directory}/{name}={belongs},").unwrap();
            }
        }
    }
    shape
}

#[derive(Default)]
struct Outcome {
    states: usize,
    violations: Vec<String>,
}

/// All states, or with a bug those until it shows.
fn explore(setup: Setup, bug: Option<Bug>) -> Outcome {
    let (before, leaves) = setup.before();
    let mut outcome = Outcome::default();
    let mut seen = BTreeSet::new();
    let first = World { sync_is_a_lie: bug == Some(Bug::NoSync), ..before };
    let mut open = vec![(first, 0)];
    while let Some((world, crashes)) = open.pop() {
        if bug.is_some() && !outcome.violations.is_empty() {
            break;
        }
        let moments = Arc::<Mutex<Vec<World>>>::default();
        let running = Arc::new(Mutex::new(World { moments: Some(Arc::clone(&moments)), ..world }));
        let started = start(setup, bug, &running);
        running.lock().unwrap().moments = None;
        outcome.violations.extend(check_end(&started, &leaves, &running.lock().unwrap()).map(|what| format!("after {crashes}: {what}")));
        if crashes == CRASHES {
            continue;
        }
        let moments = std::mem::take(&mut *moments.lock().unwrap());
        for disk in moments.iter().flat_map(after_power_failure) {
            if !seen.insert((shape(&disk), crashes + 1)) {
                continue;
            }
            if disk.papers.certified && derives(&disk, cases(), address(DEAD_CASE).to_u64()) {
                outcome.violations.push(format!("crash {}: certified, yet recoverable", crashes + 1));
            }
            open.push((disk, crashes + 1));
        }
    }
    outcome.states = seen.len();
    outcome
}

/// What must hold when a start was not interrupted.
fn check_end(started: &Result<Keyring, KeyError>, leaves: &[[u8; 32]], world: &World) -> Option<String> {
    let keyring = match started {
        Ok(keyring) => keyring,
        Err(error) => return Some(format!("the start fails: {error}")),
    };
    assert!(derives(world, cases(), address(0).to_u64()), "the check itself must find what lives");
    if live_leaves(keyring) != leaves {
        return Some("live keys have changed".to_owned());
    }
    let carried_out = world.papers.certified && !world.papers.order_open;
    let gone = !derives(world, cases(), address(DEAD_CASE).to_u64());
    (!carried_out || !gone).then(|| "the order was not carried out".to_owned())
}

#[track_caller]
fn expect_good(setup: Setup, states_at_least: usize) {
    let Outcome { states, violations } = explore(setup, None);
    println!("{setup:?}: {states} states after a crash");
    assert!(violations.is_empty(), "{setup:?}: {} violations, first: {:?}", violations.len(), violations.first());
    assert!(states >= states_at_least, "{setup:?}: only {states} states after a crash were seen");
}

#[test]
fn three_crashes_with_a_root_of_trust_in_files() {
    expect_good(Setup::File, 50);
}

#[test]
fn three_crashes_with_a_chip() {
    expect_good(Setup::Chip, 30);
}

#[test]
fn three_crashes_with_a_token() {
    expect_good(Setup::Token, 50);
}

#[test]
fn three_crashes_with_two_places_of_each_sort() {
    expect_good(Setup::Replicas, 90);
}

#[test]
fn each_fault_of_a_programmer_is_found() {
    for (setup, bug, said) in [
        (Setup::File, Bug::NoSync, "the start fails"),
        (Setup::Chip, Bug::NoSync, "the start fails"),
        (Setup::Chip, Bug::EraseFirst, "the start fails"),
        (Setup::File, Bug::CertificateEarly, "certified, yet recoverable"),
        (Setup::Chip, Bug::CertificateEarly, "certified, yet recoverable"),
        (Setup::Token, Bug::CertificateEarly, "certified, yet recoverable"),
        (Setup::Replicas, Bug::CertificateEarly, "certified, yet recoverable"),
        (Setup::Chip, Bug::StateKeyReused, "not carried out"),
        (Setup::Token, Bug::StateKeyReused, "not carried out"),
    ] {
        let Outcome { states, violations } = explore(setup, Some(bug));
        println!("{setup:?} with {bug:?}: {states} states after a crash, {} violations", violations.len());
        assert!(violations.iter().any(|violation| violation.contains(said)), "{setup:?} {bug:?}: {violations:?}");
    }
}

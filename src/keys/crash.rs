//! Every crash point of the keyring's protocol, tried out on a simulated disk.
//!
//! Each file operation is stopped before, in the middle of and after its effect, and also fails without a crash, with and without effect.
//! The adversary keeps every byte that was ever handed to the keyring's directory and sees what the root of trust holds in the end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::epoch::Punctures;
use super::simulated::{Fault, KEYS, SLOTS, World, after_power_failure, files};
use super::witness::derives;
use super::{EpochChanges, FileRoot, KeyError, Keyring, NodeAddress, TreeId};
use crate::model::{Address, CaseNumber, VaultId};

fn create(world: &Arc<Mutex<World>>) -> Result<Keyring, KeyError> {
    let root_of_trust = FileRoot::create_with(files(world, SLOTS))?;
    Keyring::create_with(files(world, KEYS), Box::new(root_of_trust))
}

fn open(world: &Arc<Mutex<World>>) -> Result<Keyring, KeyError> {
    let root_of_trust = FileRoot::open_with(files(world, SLOTS))?;
    Keyring::open_with(files(world, KEYS), Box::new(root_of_trust))
}

pub(super) fn cases() -> TreeId {
    TreeId::cases(VaultId([1; 16]), 2026)
}

fn added() -> TreeId {
    TreeId::cases(VaultId([1; 16]), 2027)
}

pub(super) fn address(case: u64) -> Address {
    Address::from_u64(case << 24 | 5)
}

const LIVE_CASES: [u64; 3] = [0, 1, 3];
pub(super) const DEAD_CASE: u64 = 2;

/// A keyring with one tree in it, and the leaves that must survive.
struct Before {
    world: World,
    epoch: u64,
    leaves: Vec<[u8; 32]>,
}

pub(super) fn live_leaves(keyring: &Keyring) -> Vec<[u8; 32]> {
    LIVE_CASES.iter().map(|case| *keyring.leaf(cases(), address(*case)).unwrap().bytes()).collect()
}

fn before() -> Before {
    let world = Arc::new(Mutex::new(World::default()));
    let keyring = create(&world).unwrap();
    keyring.ensure_trees(&[TreeId::vault(VaultId([1; 16])), cases()]).unwrap();
    let (epoch, leaves) = (keyring.epoch(), live_leaves(&keyring));
    let world = World { operations: 0, ..world.lock().unwrap().clone() };
    Before { world, epoch, leaves }
}

/// One change of the keyring, and how to see that it happened.
struct Scenario {
    change: fn(&Keyring) -> Result<(), KeyError>,
    happened: fn(&Keyring) -> bool,
    destroys: bool,
}

const ADD_TREE: Scenario =
    Scenario { change: |keyring| keyring.ensure_trees(&[added()]), happened: |keyring| keyring.has_tree(added()), destroys: false };

const DESTROY_CASE: Scenario = Scenario {
    change: |keyring| {
        let dead = vec![NodeAddress::of_case(CaseNumber::new(DEAD_CASE).unwrap())];
        let puncture = BTreeMap::from([(cases(), Punctures { dead, case_high_water: 3 })]);
        keyring.begin_epoch(&EpochChanges { puncture, ..EpochChanges::default() }).map(drop)
    },
    happened: |keyring| keyring.leaf(cases(), address(DEAD_CASE)).is_err(),
    destroys: true,
};

impl Scenario {
    /// Every fault at every operation, then every possible disk, then everything that must hold.
    fn run(&self) {
        let before = before();
        let mut faults_fired = 0;
        for operation in 1.. {
            let mut fired = false;
            for fault in Fault::ALL {
                let world = Arc::new(Mutex::new(before.world.clone()));
                let keyring = open(&world).unwrap();
                {
                    let mut world = world.lock().unwrap();
                    world.fault = Some((world.operations + operation, fault));
                }
                let result = (self.change)(&keyring);
                fired |= world.lock().unwrap().fired;
                if !world.lock().unwrap().crashed {
                    self.check_running(&before, &world, &keyring, result.is_ok());
                }
                let stopped = world.lock().unwrap().clone();
                for disk in after_power_failure(&stopped) {
                    self.check_restart(&before, &disk, result.is_ok(), &format!("operation {operation}, {fault:?}"));
                }
            }
            if !fired {
                break;
            }
            faults_fired += 1;
        }
        assert!(faults_fired > 20, "only {faults_fired} operations were reached");
    }

    /// The process lives on after an error: it still derives what it derived, and knows whether it may go on.
    fn check_running(&self, before: &Before, world: &Arc<Mutex<World>>, keyring: &Keyring, reported_done: bool) {
        assert_eq!(live_leaves(keyring), before.leaves);
        if reported_done {
            assert!((self.happened)(keyring));
            return;
        }
        match (self.change)(keyring) {
            Ok(()) => assert!((self.happened)(keyring)),
            Err(error) => assert!(matches!(error, KeyError::Latched), "{error}"),
        }
        let restarted = open(world).unwrap();
        assert_eq!(live_leaves(&restarted), before.leaves);
    }

    /// The process starts on what the disk holds: either epoch, all live leaves; what was reported is so; trying again succeeds.
    fn check_restart(&self, before: &Before, disk: &World, reported_done: bool, what: &str) {
        let world = Arc::new(Mutex::new(disk.clone()));
        let keyring = open(&world).unwrap_or_else(|error| panic!("{what}: {error}"));
        let happened = (self.happened)(&keyring);
        assert!(happened || !reported_done, "{what}: reported but gone");
        assert!(keyring.epoch() > before.epoch || !happened, "{what}");
        assert_eq!(live_leaves(&keyring), before.leaves, "{what}");
        (self.change)(&keyring).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!((self.happened)(&keyring), "{what}");
        assert_eq!(live_leaves(&open(&world).unwrap()), before.leaves, "{what}");
        let end = world.lock().unwrap().clone();
        assert!(derives(&end, cases(), address(0).to_u64()), "{what}: the check itself must find live leaves");
        if self.destroys {
            assert!(!reported_done || !derives(disk, cases(), address(DEAD_CASE).to_u64()), "{what}: reported destroyed, yet recoverable");
            assert!(!derives(&end, cases(), address(DEAD_CASE).to_u64()), "{what}: destroyed after the restart, yet recoverable");
        }
        self.check_crash_while_starting(before, disk, what);
    }

    /// The start itself crashes at each of its operations, and the next one must still succeed.
    fn check_crash_while_starting(&self, before: &Before, disk: &World, what: &str) {
        for operation in 1.. {
            let world = Arc::new(Mutex::new(World { fault: Some((operation, Fault::CrashAfter)), ..disk.clone() }));
            let _ = open(&world);
            let stopped = world.lock().unwrap().clone();
            if !stopped.fired {
                break;
            }
            for disk in after_power_failure(&stopped) {
                let keyring = open(&Arc::new(Mutex::new(disk))).unwrap_or_else(|error| panic!("{what}, start {operation}: {error}"));
                assert_eq!(live_leaves(&keyring), before.leaves, "{what}, start {operation}");
            }
        }
    }
}

#[test]
fn adding_a_tree_survives_every_crash() {
    ADD_TREE.run();
}

#[test]
fn destroying_a_case_survives_every_crash_and_destroys_when_it_says_so() {
    DESTROY_CASE.run();
}

#[test]
fn creation_can_be_repeated_after_every_crash() {
    for operation in 1.. {
        let world = Arc::new(Mutex::new(World { fault: Some((operation, Fault::CrashAfter)), ..World::default() }));
        let created = create(&world);
        let stopped = world.lock().unwrap().clone();
        if !stopped.fired {
            assert!(created.is_ok() && operation > 20);
            break;
        }
        for disk in after_power_failure(&stopped) {
            let world = Arc::new(Mutex::new(disk));
            let keyring = match create(&world) {
                Ok(keyring) => keyring,
                Err(KeyError::AlreadyCreated { .. }) => open(&world).unwrap(),
                Err(error) => panic!("operation {operation}: {error}"),
            };
            assert_eq!(keyring.epoch(), 1);
            keyring.ensure_trees(&[cases()]).unwrap();
        }
    }
}

//! A disk for tests that forgets what was not synced: of the names that changed since the last directory sync, any subset survives.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use super::root_of_trust::Assurance;
use super::root_of_trust::nv::SlotMemory;
use super::root_of_trust::pkcs11::slots::{Id, Token};
use super::root_of_trust::slot::{SLOT_BYTES, Slot};
use super::{KeyError, KeyFiles};

/// What happens at one chosen operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    CrashBefore,
    CrashHalfway,
    CrashAfter,
    ErrorWithoutEffect,
    ErrorWithEffect,
}

impl Fault {
    pub(super) const ALL: [Self; 5] =
        [Self::CrashBefore, Self::CrashHalfway, Self::CrashAfter, Self::ErrorWithoutEffect, Self::ErrorWithEffect];

    fn is_crash(self) -> bool {
        matches!(self, Self::CrashBefore | Self::CrashHalfway | Self::CrashAfter)
    }
}

/// A change of names that is not durable until the directory is synced.
#[derive(Clone, PartialEq, Eq)]
enum Change {
    Link(String, Vec<u8>),
    Rename(String, String, Vec<u8>),
    Remove(String),
}

#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) live: BTreeMap<String, Vec<u8>>,
    pub(super) durable: BTreeMap<String, Vec<u8>>,
    pending: Vec<Change>,
    /// Everything that was ever written here.
    pub(super) history: BTreeSet<Vec<u8>>,
}

impl Directory {
    fn write(&mut self, name: &str, bytes: &[u8]) {
        self.history.insert(bytes.to_vec());
        if self.durable.contains_key(name) {
            // The name is durable already, so the contents change under it at once.
            self.durable.insert(name.to_owned(), bytes.to_vec());
        } else {
            self.pending.push(Change::Link(name.to_owned(), bytes.to_vec()));
        }
        self.live.insert(name.to_owned(), bytes.to_vec());
    }

    fn sync(&mut self) {
        self.durable = self.live.clone();
        self.pending.clear();
    }

    /// Power fails: of the pending changes those in `mask` reach the disk.
    fn crash(&mut self, mask: usize) {
        for (number, change) in std::mem::take(&mut self.pending).into_iter().enumerate() {
            if mask >> number & 1 == 0 {
                continue;
            }
            match change {
                Change::Link(name, bytes) => drop(self.durable.insert(name, bytes)),
                Change::Rename(from, to, bytes) => {
                    self.durable.remove(&from);
                    self.durable.insert(to, bytes);
                }
                Change::Remove(name) => drop(self.durable.remove(&name)),
            }
        }
        self.live = self.durable.clone();
    }
}

pub(super) const KEYS: usize = 0;
pub(super) const SLOTS: usize = 1;

pub(super) const KEYS_2: usize = 2;
pub(super) const SLOTS_2: usize = 3;

/// The memory of a chip, and the objects of a token. What is overwritten or destroyed there is gone.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Chip {
    pub(super) cells: BTreeMap<bool, Vec<u8>>,
    pub(super) keys: BTreeMap<Id, [u8; 32]>,
    pub(super) records: Vec<(Id, Vec<u8>)>,
}

/// What is written down beside the keys: the order to destroy, and the certificate.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Papers {
    pub(super) order_open: bool,
    pub(super) certified: bool,
}

/// Directories of key files and of roots of trust, a chip, and papers, with one count of operations.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) directories: [Directory; 4],
    pub(super) chip: Chip,
    pub(super) papers: Papers,
    pub(super) operations: usize,
    pub(super) fault: Option<(usize, Fault)>,
    pub(super) fired: bool,
    pub(super) crashed: bool,
    /// The directories say that they are synced, and are not.
    pub(super) sync_is_a_lie: bool,
    /// What a crash would leave, before, in the middle of and after each operation.
    pub(super) moments: Option<Arc<Mutex<Vec<World>>>>,
}

impl World {
    fn is_same(&self, other: &Self) -> bool {
        self.directories == other.directories && self.chip == other.chip && self.papers == other.papers
    }

    /// The same world without anything that belongs to one run.
    fn at_rest(&self) -> Self {
        Self { operations: 0, fault: None, fired: false, crashed: false, moments: None, ..self.clone() }
    }
}

/// Runs one operation, or what the fault leaves of it. `halfway` is what a crash in its middle does.
pub(super) fn operate<T>(
    world: &Arc<Mutex<World>>,
    halfway: impl FnOnce(&mut World),
    effect: impl FnOnce(&mut World) -> io::Result<T>,
) -> io::Result<T> {
    let mut world = world.lock().unwrap();
    if world.crashed {
        return Err(io::Error::other("the machine is off"));
    }
    if let Some(moments) = world.moments.clone() {
        let before = world.at_rest();
        let mut torn = before.clone();
        halfway(&mut torn);
        let result = effect(&mut world);
        let mut moments = moments.lock().unwrap();
        for moment in [before, torn, world.at_rest()] {
            // Most operations only look.
            if !moments.last().is_some_and(|last| last.is_same(&moment)) {
                moments.push(moment);
            }
        }
        return result;
    }
    world.operations += 1;
    let fault = world.fault.filter(|(operation, _)| *operation == world.operations).map(|(_, fault)| fault);
    world.fired |= fault.is_some();
    world.crashed = fault.is_some_and(Fault::is_crash);
    match fault {
        None => effect(&mut world),
        Some(Fault::CrashBefore | Fault::ErrorWithoutEffect) => Err(io::Error::other("injected")),
        Some(Fault::CrashHalfway) => {
            halfway(&mut world);
            Err(io::Error::other("injected"))
        }
        Some(Fault::CrashAfter | Fault::ErrorWithEffect) => effect(&mut world).and(Err(io::Error::other("injected"))),
    }
}

#[derive(Clone)]
struct SimulatedFiles {
    world: Arc<Mutex<World>>,
    directory: usize,
}

impl SimulatedFiles {
    fn operate<T>(&self, halfway: impl FnOnce(&mut Directory), effect: impl FnOnce(&mut Directory) -> io::Result<T>) -> io::Result<T> {
        let directory = self.directory;
        operate(&self.world, |world| halfway(&mut world.directories[directory]), |world| effect(&mut world.directories[directory]))
    }
}

fn absent() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl KeyFiles for SimulatedFiles {
    fn place(&self) -> String {
        ["keys", "slots", "keys 2", "slots 2"][self.directory].to_owned()
    }

    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        self.operate(|_| (), |directory| directory.live.get(name).cloned().map(Zeroizing::new).ok_or_else(absent))
    }

    fn write_synced(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let torn = |directory: &mut Directory| directory.write(name, &bytes[..bytes.len() / 2]);
        self.operate(torn, |directory| {
            directory.write(name, bytes);
            Ok(())
        })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.operate(
            |_| (),
            |directory| {
                let bytes = directory.live.remove(from).ok_or_else(absent)?;
                directory.live.insert(to.to_owned(), bytes.clone());
                directory.pending.push(Change::Rename(from.to_owned(), to.to_owned(), bytes));
                Ok(())
            },
        )
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.operate(
            |_| (),
            |directory| {
                directory.live.remove(name).ok_or_else(absent)?;
                directory.pending.push(Change::Remove(name.to_owned()));
                Ok(())
            },
        )
    }

    fn sync_directory(&self) -> io::Result<()> {
        let number = self.directory;
        let sync = |world: &mut World| {
            // Only key files: a root of trust makes itself durable, or is none.
            if !(world.sync_is_a_lie && (number == KEYS || number == KEYS_2)) {
                world.directories[number].sync();
            }
            Ok(())
        };
        operate(&self.world, |_| (), sync)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        self.operate(|_| (), |directory| Ok(directory.live.keys().cloned().collect()))
    }
}

pub(super) fn files(world: &Arc<Mutex<World>>, directory: usize) -> Box<dyn KeyFiles> {
    Box::new(SimulatedFiles { world: Arc::clone(world), directory })
}

/// A chip with two cells.
pub(super) struct SimulatedCells(pub(super) Arc<Mutex<World>>);

impl SlotMemory for SimulatedCells {
    fn place(&self) -> String {
        "chip".to_owned()
    }

    fn read(&self, slot: Slot) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let read = |world: &mut World| world.chip.cells.get(&(slot == Slot::Staged)).cloned().map(Zeroizing::new).ok_or_else(absent);
        operate(&self.0, |_| (), read).map_err(chip_error)
    }

    fn write(&self, slot: Slot, bytes: &[u8; SLOT_BYTES]) -> Result<(), KeyError> {
        let write = |world: &mut World| {
            world.chip.cells.insert(slot == Slot::Staged, bytes.to_vec());
            Ok(())
        };
        operate(&self.0, |_| (), write).map_err(chip_error)
    }

    fn assurance(&self) -> Assurance {
        Assurance::A
    }
}

/// A token. Its cipher is a stream of the key, which is enough for values that are encrypted once.
pub(super) struct SimulatedToken(pub(super) Arc<Mutex<World>>);

impl SimulatedToken {
    fn operate<T>(&self, effect: impl FnOnce(&mut Chip) -> io::Result<T>) -> Result<T, KeyError> {
        operate(&self.0, |_| (), |world| effect(&mut world.chip)).map_err(chip_error)
    }
}

impl Token for SimulatedToken {
    fn place(&self) -> String {
        "token".to_owned()
    }

    fn keys(&self) -> Result<Vec<Id>, KeyError> {
        self.operate(|chip| Ok(chip.keys.keys().copied().collect()))
    }

    fn records(&self) -> Result<Vec<Vec<u8>>, KeyError> {
        self.operate(|chip| Ok(chip.records.iter().map(|(_, record)| record.clone()).collect()))
    }

    fn make_key(&self, id: &Id) -> Result<(), KeyError> {
        self.operate(|chip| {
            chip.keys.insert(*id, crate::sys::random::bytes());
            Ok(())
        })
    }

    fn destroy_key(&self, id: &Id) -> Result<(), KeyError> {
        self.operate(|chip| {
            chip.keys.remove(id);
            Ok(())
        })
    }

    fn put_record(&self, id: &Id, record: &[u8]) -> Result<(), KeyError> {
        self.operate(|chip| {
            chip.records.push((*id, record.to_vec()));
            Ok(())
        })
    }

    fn remove_record(&self, id: &Id) -> Result<(), KeyError> {
        self.operate(|chip| {
            chip.records.retain(|(other, _)| other != id);
            Ok(())
        })
    }

    fn encrypt(&self, id: &Id, vector: &[u8; 16], key: &[u8; 32]) -> Result<Vec<u8>, KeyError> {
        Ok(self.decrypt(id, vector, key)?.to_vec())
    }

    fn decrypt(&self, id: &Id, _: &[u8; 16], sealed: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.operate(|chip| {
            let key = chip.keys.get(id).ok_or_else(absent)?;
            Ok(Zeroizing::new(sealed.iter().zip(key).map(|(left, right)| left ^ right).collect()))
        })
    }
}

fn chip_error(error: io::Error) -> KeyError {
    match error.kind() {
        io::ErrorKind::NotFound => KeyError::Missing { file: "chip".to_owned() },
        _ => KeyError::Device { place: "chip".to_owned(), what: error.to_string() },
    }
}

/// Everything that the disks may hold after the power failed in this world.
pub(super) fn after_power_failure(world: &World) -> Vec<World> {
    let pending: usize = world.directories.iter().map(|directory| directory.pending.len()).sum();
    let crashed = |mut mask: usize| {
        let mut world = world.at_rest();
        for directory in &mut world.directories {
            let own = directory.pending.len();
            directory.crash(mask & ((1 << own) - 1));
            mask >>= own;
        }
        world
    };
    (0..1 << pending).map(crashed).collect()
}

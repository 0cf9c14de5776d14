//! A disk for tests that forgets what was not synced: of the names that changed since the last directory sync, any subset survives.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use zeroize::Zeroizing;

use super::KeyFiles;

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
#[derive(Clone)]
enum Change {
    Link(String, Vec<u8>),
    Rename(String, String, Vec<u8>),
    Remove(String),
}

#[derive(Clone, Default)]
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

/// The keyring's directory and the root of trust's, with one count of operations.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) directories: [Directory; 2],
    pub(super) operations: usize,
    pub(super) fault: Option<(usize, Fault)>,
    pub(super) fired: bool,
    pub(super) crashed: bool,
}

#[derive(Clone)]
struct SimulatedFiles {
    world: Arc<Mutex<World>>,
    directory: usize,
}

impl SimulatedFiles {
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Runs one operation, or what the fault leaves of it. `halfway` is what a crash in its middle does.
    fn operate<T>(&self, halfway: impl FnOnce(&mut Directory), effect: impl FnOnce(&mut Directory) -> io::Result<T>) -> io::Result<T> {
        let mut world = self.lock();
        if world.crashed {
            return Err(io::Error::other("the machine is off"));
        }
        world.operations += 1;
        let fault = world.fault.filter(|(operation, _)| *operation == world.operations).map(|(_, fault)| fault);
        world.fired |= fault.is_some();
        world.crashed = fault.is_some_and(Fault::is_crash);
        let directory = &mut world.directories[self.directory];
        match fault {
            None => effect(directory),
            Some(Fault::CrashBefore | Fault::ErrorWithoutEffect) => Err(io::Error::other("injected")),
            Some(Fault::CrashHalfway) => {
                halfway(directory);
                Err(io::Error::other("injected"))
            }
            Some(Fault::CrashAfter | Fault::ErrorWithEffect) => effect(directory).and(Err(io::Error::other("injected"))),
        }
    }
}

fn absent() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl KeyFiles for SimulatedFiles {
    fn place(&self) -> String {
        ["keys", "slots"][self.directory].to_owned()
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
        self.operate(
            |_| (),
            |directory| {
                directory.sync();
                Ok(())
            },
        )
    }

    fn names(&self) -> io::Result<Vec<String>> {
        self.operate(|_| (), |directory| Ok(directory.live.keys().cloned().collect()))
    }
}

pub(super) fn files(world: &Arc<Mutex<World>>, directory: usize) -> Box<dyn KeyFiles> {
    Box::new(SimulatedFiles { world: Arc::clone(world), directory })
}

/// Everything that the disk may hold after the power failed in this world.
pub(super) fn after_power_failure(world: &World) -> Vec<World> {
    let [keys, slots] = [KEYS, SLOTS].map(|directory| world.directories[directory].pending.len());
    let crashed = |mask: usize| {
        let mut world = World { operations: 0, fault: None, fired: false, crashed: false, ..world.clone() };
        world.directories[KEYS].crash(mask & ((1 << keys) - 1));
        world.directories[SLOTS].crash(mask >> keys);
        world
    };
    (0..1 << (keys + slots)).map(crashed).collect()
}

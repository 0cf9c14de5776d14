//! Opening the keys without changing a file.

use std::io;

use zeroize::Zeroizing;

use super::OfflineSettings;
use crate::keys::{Assurance, DiskFiles, Epoch, FileRoot, KeyError, KeyFiles, Keyring, RootOfTrust, Slots};
use crate::verify::catalogue;
use crate::verify::report::Collector;

/// The keyring with every file checked, or a finding.
pub(super) fn open(settings: &OfflineSettings, collector: &Collector) -> Option<Keyring> {
    let opened = open_root(settings).and_then(|root| {
        if root.load()?.staged.is_some() {
            let text = "a change of keys was interrupted; the next start finishes or discards it";
            collector.found(catalogue::KEYS_STAGED, "root of trust", text);
        }
        Keyring::open_with(Box::new(Untouched(DiskFiles::open(&settings.keyring)?)), Box::new(root))
    });
    match opened {
        Ok(keyring) => Some(keyring),
        Err(error) => {
            collector.found(code(&error), "keyring", format!("{error}; what needs keys was not checked"));
            None
        }
    }
}

fn open_root(settings: &OfflineSettings) -> Result<ReadOnlyRoot, KeyError> {
    let files = Untouched(DiskFiles::open(&settings.root_of_trust)?);
    FileRoot::open_with(Box::new(files)).map(ReadOnlyRoot)
}

fn code(error: &KeyError) -> crate::verify::Code {
    match error {
        KeyError::Missing { .. } | KeyError::Io { .. } | KeyError::NotCreated { .. } => catalogue::KEYS_MISSING,
        _ => catalogue::KEYS_DAMAGED,
    }
}

/// Key files that stay as they are. What would remove left-overs is told that it did, so that opening goes on in memory.
struct Untouched(DiskFiles);

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "a check writes nothing")
}

impl KeyFiles for Untouched {
    fn place(&self) -> String {
        self.0.place()
    }

    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        self.0.read(name)
    }

    fn write_synced(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(refused())
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(refused())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        self.0.names()
    }
}

/// A root of trust whose interrupted change is finished in memory only: the answer is the state that the next start would reach.
struct ReadOnlyRoot(FileRoot);

impl RootOfTrust for ReadOnlyRoot {
    fn place(&self) -> String {
        self.0.place()
    }

    fn load(&self) -> Result<Slots, KeyError> {
        self.0.load()
    }

    fn stage(&self, _: &Epoch) -> Result<(), KeyError> {
        Err(KeyError::Io { action: "writing", file: self.place(), source: refused() })
    }

    fn promote(&self) -> Result<(), KeyError> {
        Ok(())
    }

    fn clear_stage(&self) -> Result<(), KeyError> {
        Ok(())
    }

    fn assurance(&self) -> Assurance {
        self.0.assurance()
    }
}

//! Looking at keys without changing anything: for checks that run beside whatever happened before them.
//!
//! Removing left-overs and finishing an interrupted change are answered as if they had been done, so that opening goes on in memory and
//! shows the state that the next start would reach. Writing key files is refused, so that no change of epoch can begin.

use std::io;

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::files::KeyFiles;
use crate::keys::place::Places;
use crate::keys::root_of_trust::{Assurance, Epoch, RootOfTrust, Slots};

impl Places {
    /// The same places, of which nothing can be changed.
    pub(crate) fn untouched(self) -> Self {
        let Self { mut roots, mut directories } = self;
        for place in &mut roots {
            let access = std::mem::replace(&mut place.access, Err(KeyError::Latched));
            place.access = access.map(|root| Box::new(UntouchedRoot(root)) as Box<dyn RootOfTrust>);
        }
        for place in &mut directories {
            let access = std::mem::replace(&mut place.access, Err(KeyError::Latched));
            place.access = access.map(|files| Box::new(UntouchedFiles(files)) as Box<dyn KeyFiles>);
        }
        Self { roots, directories }
    }
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "a check writes nothing")
}

/// Key files that stay as they are.
pub(crate) struct UntouchedFiles(pub(crate) Box<dyn KeyFiles>);

impl KeyFiles for UntouchedFiles {
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

/// A root of trust whose interrupted change is finished in memory only.
struct UntouchedRoot(Box<dyn RootOfTrust>);

impl RootOfTrust for UntouchedRoot {
    fn place(&self) -> String {
        self.0.place()
    }

    fn load(&self) -> Result<Slots, KeyError> {
        self.0.load()
    }

    fn stage(&self, _: &Epoch) -> Result<(), KeyError> {
        Ok(())
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

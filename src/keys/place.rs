//! The places of a keyring: roots of trust and directories of key files, each with the reason why it cannot be used, if there is one.

use crate::keys::KeyError;
use crate::keys::files::{DiskFiles, KeyFiles};
use crate::keys::replica;
use crate::keys::root_of_trust::{Assurance, RootOfTrust};
use crate::keys::settings::{Access, KeySettings, RootSettings};
use crate::sys::fs::FileLock;

/// A place that is there, or why it is not.
pub(crate) struct Place<T: ?Sized> {
    pub(crate) name: String,
    pub(crate) access: Result<Box<T>, KeyError>,
}

impl<T: ?Sized> Place<T> {
    fn new(name: String, access: Result<Box<T>, KeyError>) -> Self {
        Self { name, access }
    }

    /// The place, or the fault that says how to mend it.
    pub(crate) fn get(&self) -> Result<&T, KeyError> {
        self.access.as_deref().map_err(|error| KeyError::Degraded { place: self.name.clone(), what: error.to_string() })
    }
}

/// Every place that counts. A place that is left out of the configuration does not: whoever leaves one out destroys what is in it.
pub struct Places {
    pub(crate) roots: Vec<Place<dyn RootOfTrust>>,
    pub(crate) directories: Vec<Place<dyn KeyFiles>>,
}

impl Places {
    /// One root of trust and one directory.
    pub fn single(files: Box<dyn KeyFiles>, root_of_trust: Box<dyn RootOfTrust>) -> Self {
        Self::of(vec![root_of_trust], vec![files])
    }

    /// Places that are all there.
    pub fn of(roots: Vec<Box<dyn RootOfTrust>>, directories: Vec<Box<dyn KeyFiles>>) -> Self {
        let roots = roots.into_iter().map(|root| Place::new(root.place(), Ok(root))).collect();
        let directories = directories.into_iter().map(|files| Place::new(files.place(), Ok(files))).collect();
        Self { roots, directories }
    }

    /// What is there of the places that `settings` name.
    ///
    /// # Errors
    /// If no root of trust or no directory can be used, the reason of the first one.
    pub(crate) fn open(settings: &KeySettings, access: Access) -> Result<Self, KeyError> {
        let roots = settings.roots.iter().map(|root| Place::new(root.place(), root.open(access))).collect();
        let open_files = |directory| DiskFiles::open(directory).map(|files| Box::new(files) as Box<dyn KeyFiles>);
        let directories = settings.directories.iter().map(|path| Place::new(path.display().to_string(), open_files(path))).collect();
        Ok(Self { roots: some_usable(roots)?, directories: some_usable(directories)? })
    }

    /// Makes every place, empty, and locks them. May be repeated until an epoch is stored.
    pub(crate) fn create(settings: &KeySettings) -> Result<(Self, FileLock), KeyError> {
        let create_files = |directory| DiskFiles::create(directory).map(|files| Box::new(files) as Box<dyn KeyFiles>);
        let directories = settings.directories.iter().map(|path| create_files(path)).collect::<Result<_, _>>()?;
        let lock = replica::lock(settings)?;
        let roots = settings.roots.iter().map(RootSettings::create).collect::<Result<_, _>>()?;
        Ok((Self::of(roots, directories), lock))
    }

    /// Makes those places that could not be opened, empty. What stands there already is never overwritten.
    pub(crate) fn create_lost(&mut self, settings: &KeySettings) -> Result<(), KeyError> {
        for (place, settings) in self.roots.iter_mut().zip(&settings.roots).filter(|(place, _)| place.access.is_err()) {
            place.access = Ok(settings.create()?);
        }
        for (place, path) in self.directories.iter_mut().zip(&settings.directories).filter(|(place, _)| place.access.is_err()) {
            place.access = Ok(Box::new(DiskFiles::create(path)?));
        }
        Ok(())
    }

    /// The roots of trust that are there.
    pub(crate) fn usable_roots(&self) -> impl Iterator<Item = &dyn RootOfTrust> {
        self.roots.iter().filter_map(|place| place.access.as_deref().ok())
    }

    /// The directories that are there.
    pub(crate) fn usable_directories(&self) -> impl Iterator<Item = &dyn KeyFiles> {
        self.directories.iter().filter_map(|place| place.access.as_deref().ok())
    }

    /// The weakest of all roots of trust; of one that is not there nothing better than the weakest is known.
    pub(crate) fn assurance(&self) -> Assurance {
        let of = |place: &Place<dyn RootOfTrust>| place.access.as_ref().map_or(Assurance::C, |root| root.assurance());
        self.roots.iter().map(of).max().unwrap_or(Assurance::C)
    }
}

/// All of them if at least one can be used, otherwise the first one's reason.
fn some_usable<T: ?Sized>(places: Vec<Place<T>>) -> Result<Vec<Place<T>>, KeyError> {
    if places.iter().any(|place| place.access.is_ok()) {
        return Ok(places);
    }
    match places.into_iter().next().map(|place| place.access) {
        Some(Err(error)) => Err(error),
        _ => Err(KeyError::NotCreated { place: "an empty list of places".to_owned() }),
    }
}

/// A place that does not hold the epoch that counts, and why. While there is one, the keyring does not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceFault {
    /// The place.
    pub place: String,
    /// What it is for.
    pub role: PlaceRole,
    /// What is wrong with it.
    pub what: String,
}

impl PlaceFault {
    pub(crate) fn of_root(place: &str, what: impl ToString) -> Self {
        Self { place: place.to_owned(), role: PlaceRole::RootOfTrust, what: what.to_string() }
    }

    pub(crate) fn of_files(place: &str, what: impl ToString) -> Self {
        Self { place: place.to_owned(), role: PlaceRole::KeyFiles, what: what.to_string() }
    }
}

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceRole {
    /// It holds the epoch key.
    RootOfTrust,
    /// It holds the key files.
    KeyFiles,
}

/// One place, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceReport {
    /// Where it is.
    pub place: String,
    /// What it is for.
    pub role: PlaceRole,
    /// What overwriting means there; only of roots of trust that are there.
    pub assurance: Option<Assurance>,
    /// What is wrong, or `None` if it holds the epoch that counts.
    pub fault: Option<String>,
}

/// A root of trust that holds the present epoch and nothing older.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The root of trust.
    pub place: String,
    /// The epoch that it was seen to hold.
    pub epoch: u64,
    /// What overwriting the key before meant there.
    pub assurance: Assurance,
}

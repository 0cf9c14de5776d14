//! Where the keys of an archive lie, as the configuration says it.

use std::path::PathBuf;

use crate::keys::KeyError;
use crate::keys::files::{DiskFiles, KeyFiles};
use crate::keys::root_of_trust::{FileRoot, Pkcs11Settings, RootOfTrust, TpmSettings, pkcs11, tpm};
use crate::keys::untouched::UntouchedFiles;

/// All places of one keyring. Every epoch is written to each of them before it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySettings {
    /// The root of trust and its replicas; at least one.
    pub roots: Vec<RootSettings>,
    /// The directory of the key files and its replicas; at least one.
    pub directories: Vec<PathBuf>,
}

impl KeySettings {
    /// One directory of key files and a root of trust of the kind `file`.
    pub fn in_files(keyring: PathBuf, root_of_trust: PathBuf) -> Self {
        Self { roots: vec![RootSettings::File { directory: root_of_trust }], directories: vec![keyring] }
    }
}

/// What a place is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Changes of epoch, and tidying up after interrupted ones.
    Change,
    /// Nothing but reading: every byte stays as it is.
    Look,
}

/// One root of trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootSettings {
    /// Two files of a directory of their own.
    File {
        /// The directory.
        directory: PathBuf,
    },
    /// Two NV indices of a TPM 2.0.
    Tpm(TpmSettings),
    /// Keys in a token.
    Pkcs11(Pkcs11Settings),
}

impl RootSettings {
    /// Where it is, for messages, also while it cannot be opened.
    pub fn place(&self) -> String {
        match self {
            Self::File { directory } => directory.display().to_string(),
            Self::Tpm(settings) => settings.place(),
            Self::Pkcs11(settings) => settings.place(),
        }
    }

    /// Opens what is there: the one function of the program that does. Nothing is created.
    ///
    /// # Errors
    /// Whatever keeps the place from being read.
    pub fn open(&self, access: Access) -> Result<Box<dyn RootOfTrust>, KeyError> {
        match self {
            Self::File { directory } => {
                let files: Box<dyn KeyFiles> = Box::new(DiskFiles::open(directory)?);
                let files = if access == Access::Look { Box::new(UntouchedFiles(files)) } else { files };
                Ok(Box::new(FileRoot::open_with(files)?))
            }
            // Opening it writes nothing.
            Self::Tpm(settings) => tpm::open(settings),
            Self::Pkcs11(settings) => pkcs11::open(settings),
        }
    }

    /// Makes an empty root of trust.
    ///
    /// # Errors
    /// [`KeyError::AlreadyCreated`] if it holds an epoch; nothing is changed then.
    pub fn create(&self) -> Result<Box<dyn RootOfTrust>, KeyError> {
        match self {
            Self::File { directory } => Ok(Box::new(FileRoot::create(directory)?)),
            Self::Tpm(settings) => tpm::create(settings),
            Self::Pkcs11(settings) => pkcs11::create(settings),
        }
    }
}

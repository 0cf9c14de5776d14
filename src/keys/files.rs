//! The few file operations that keys need, behind a trait, so that a test can stop the world between any two of them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::limits::KEY_FILE_BYTES_MAX;

/// One flat directory of key files. A written file survives a crash only after [`KeyFiles::sync_directory`].
pub trait KeyFiles: Send + Sync {
    /// The directory, for messages.
    fn place(&self) -> String;
    /// The whole file.
    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>>;
    /// Creates or truncates the file, writes it, and waits until its bytes are on stable storage. Its name may still be lost.
    fn write_synced(&self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file another name, atomically replacing what had it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Waits until all names are on stable storage as they are now.
    fn sync_directory(&self) -> io::Result<()>;
    /// The names of all files.
    fn names(&self) -> io::Result<Vec<String>>;
}

/// A directory of the file system. Readable by its owner only.
pub struct DiskFiles(PathBuf);

impl DiskFiles {
    /// Creates the directory, unless it is there already.
    pub fn create(directory: &Path) -> Result<Self, KeyError> {
        let create = || -> io::Result<()> {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            // The new name stands in the parent.
            let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(parent)?.sync_all()
        };
        create().map_err(|source| KeyError::Io { action: "creating the directory of", file: directory.display().to_string(), source })?;
        Ok(Self(directory.to_owned()))
    }

    /// Takes a directory that must exist.
    pub fn open(directory: &Path) -> Result<Self, KeyError> {
        // A directory that this user may not look into is not missing: restoring it would be the wrong advice.
        let listed = fs::read_dir(directory).map(drop);
        let files = Self(directory.to_owned());
        listed.map_err(|source| {
            let file = files.place();
            if source.kind() == io::ErrorKind::NotFound {
                KeyError::Missing { file }
            } else {
                KeyError::Io { action: "reading", file, source }
            }
        })?;
        Ok(files)
    }
}

impl KeyFiles for DiskFiles {
    fn place(&self) -> String {
        self.0.display().to_string()
    }

    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        let file = File::open(self.0.join(name))?;
        let bytes = file.metadata()?.len();
        if bytes > KEY_FILE_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is larger than any key file"));
        }
        // Sized in one go, one byte more than needed: a buffer that grows leaves unwiped copies behind.
        let capacity = usize::try_from(bytes).map_err(io::Error::other)?.saturating_add(1);
        let mut contents = Zeroizing::new(Vec::with_capacity(capacity));
        file.take(KEY_FILE_BYTES_MAX).read_to_end(&mut contents)?;
        Ok(contents)
    }

    fn write_synced(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(self.0.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    fn sync_directory(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }

    fn names(&self) -> io::Result<Vec<String>> {
        fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

/// The path of a file, for messages.
pub(crate) fn path_of(files: &dyn KeyFiles, name: &str) -> String {
    format!("{}/{name}", files.place())
}

/// Turns the system's answer about a file into one that says what to do.
pub(crate) fn io_error<'a>(files: &'a dyn KeyFiles, action: &'static str, name: &'a str) -> impl FnOnce(io::Error) -> KeyError + 'a {
    move |source| {
        let file = path_of(files, name);
        if source.kind() == io::ErrorKind::NotFound { KeyError::Missing { file } } else { KeyError::Io { action, file, source } }
    }
}

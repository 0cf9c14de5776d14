//! Writing credentials: complete or not at all, readable for whom they should be, and never over something that is there.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::sys::fs::{parent, sync_directory};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Something has that name already. Overwriting a key would make what it protects unreachable.
    #[error("{0} exists already and is never overwritten")]
    Exists(PathBuf),
    /// The system refused.
    #[error("{0} cannot be written: {1}")]
    Io(PathBuf, #[source] io::Error),
}

/// Mode of a file with a private key.
pub(super) const MODE_SECRET: u32 = 0o600;
/// Mode of a file with a certificate.
pub(super) const MODE_PUBLIC: u32 = 0o644;

/// Writes a new file with this mode and brings it and its name to stable storage.
///
/// It is written under a temporary name and then linked to its own, because linking fails if the name is taken, while a crash in
/// between leaves the name free for the next attempt.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FileError> {
    let temporary = temporary_name(path);
    let result = write_and_link(path, &temporary, bytes, mode);
    // Its absence is what we want; a leftover is replaced by the next attempt.
    let _ = fs::remove_file(&temporary);
    match result {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(FileError::Exists(path.to_owned())),
        other => other.map_err(|error| FileError::Io(path.to_owned(), error)),
    }
}

fn write_and_link(path: &Path, temporary: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::hard_link(temporary, path)?;
    sync_directory(parent(path))
}

fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_written_once() {
        let folder = tempfile::tempdir().expect("must be created");
        let path = folder.path().join("server.key");
        // What an interrupted attempt left behind does not stand in the way.
        fs::write(temporary_name(&path), "half").expect("must be written");
        write_new(&path, b"first", MODE_SECRET).expect("must be written");
        assert!(matches!(write_new(&path, b"second", MODE_SECRET), Err(FileError::Exists(_))));
        assert_eq!(fs::read(&path).expect("must be there"), b"first");
        assert_eq!(fs::metadata(&path).expect("must be there").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("must be readable").count(), 1);
        let nowhere = folder.path().join("no").join("folder");
        assert!(matches!(write_new(&nowhere, b"", MODE_PUBLIC), Err(FileError::Io(..))));
    }
}

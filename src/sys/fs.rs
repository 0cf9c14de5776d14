//! File operations that say what is durable when.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, OFlag, PosixFadviseAdvice, fcntl, posix_fadvise};

/// Makes the names in a directory durable: after creating, renaming or removing a file its directory needs its own sync.
pub fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Creates a directory that only its owner may enter, with its parents, unless it exists.
pub fn create_private_directory(directory: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Writes a file that must not exist yet, readable by its owner only, and makes it durable together with its name.
pub fn write_new_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_directory(parent(path))
}

/// Replaces a file, readable by its owner only, so that after a crash it is the old one or the new one, whole, and after this returns the
/// new one. After an error nobody knows which.
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    // Before the name moves: otherwise a crash could leave the name with nothing behind it.
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_directory(parent(path))
}

/// Lets go of a file's clean pages in memory. A large page that a long read or write has left behind would be written as a whole each
/// time a few bytes in it change.
pub fn forget_cached(file: &File) -> io::Result<()> {
    const TO_THE_END: i64 = 0;
    Ok(posix_fadvise(file, 0, TO_THE_END, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?)
}

/// The directory that a path lies in; the current one for a bare name.
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Bytes that an unprivileged process can still write to the file system of `path`.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let stat = nix::sys::statvfs::statvfs(path)?;
    Ok(stat.blocks_available().saturating_mul(stat.fragment_size()))
}

/// Whether the file system of `directory` takes O_DIRECT; some in-memory and network file systems do not.
pub fn supports_direct_io(directory: &Path) -> bool {
    let probe: PathBuf = directory.join(".direct-io-probe");
    let opened = OpenOptions::new().write(true).create(true).truncate(true).custom_flags(OFlag::O_DIRECT.bits()).open(&probe).is_ok();
    // The probe is empty and nothing depends on it; if it cannot be removed, the next start overwrites it.
    let _ = fs::remove_file(&probe);
    opened
}

/// Holds a file locked for this process until dropped. The lock belongs to the open file, so that closing some other handle of
/// the same file in this process does not release it, as POSIX record locks would.
#[derive(Debug)]
pub struct FileLock {
    file: File,
}

impl FileLock {
    /// Locks `path`, creating it if needed, or answers `None` when another process holds it.
    pub fn acquire(path: &Path) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        match fcntl(&file, FcntlArg::F_OFD_SETLK(&whole_file(nix::libc::F_WRLCK))) {
            Ok(_) => Ok(Some(Self { file })),
            Err(nix::errno::Errno::EAGAIN | nix::errno::Errno::EACCES) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for FileLock {
    /// Closing our handle would not be enough: a process that was just forked and has not yet called exec shares the open file, and
    /// the lock with it, for a moment longer.
    fn drop(&mut self) {
        // If this fails, closing the file releases the lock all the same, only later.
        let _ = fcntl(&self.file, FcntlArg::F_OFD_SETLK(&whole_file(nix::libc::F_UNLCK)));
    }
}

fn whole_file(kind: nix::libc::c_int) -> nix::libc::flock {
    nix::libc::flock {
        l_type: kind as nix::libc::c_short,
        l_whence: nix::libc::SEEK_SET as nix::libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_by_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let first = FileLock::acquire(&path).unwrap();
        assert!(first.is_some());
        assert!(FileLock::acquire(&path).unwrap().is_none(), "a second holder");
        drop(first);
        assert!(FileLock::acquire(&path).unwrap().is_some(), "free again");
    }

    #[test]
    fn a_dropped_lock_is_free_though_a_forked_process_still_has_the_file_open() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let first = FileLock::acquire(&path).unwrap().unwrap();
        let inherited = first.file.try_clone().unwrap();
        drop(first);
        assert!(FileLock::acquire(&path).unwrap().is_some());
        drop(inherited);
    }

    #[test]
    fn a_new_file_never_replaces_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        write_new_private(&path, b"one").unwrap();
        assert_eq!(write_new_private(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
    }
}

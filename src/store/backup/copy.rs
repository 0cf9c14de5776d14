//! Copying, linking and reading back single files, with a digest of every byte that passes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ring::digest::{Context, SHA256};

use crate::model::Digest;
use crate::sys::fs::forget_cached;

/// Bytes that are moved at a time; whoever waits for the copying to stop waits for as many.
const PIECE_BYTES: usize = 1 << 20;
/// Files of a backup are never written again.
const READ_ONLY: u32 = 0o400;
/// Files of an archive belong to the daemon.
const PRIVATE: u32 = 0o600;

/// Asks whether to go on.
pub(super) type Stop<'a> = &'a dyn Fn() -> bool;

/// What a file is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Part of a backup.
    Keep,
    /// Part of an archive.
    Use,
}

/// Length and digest of a file as the disk has it: pages that memory still holds of it are dropped first.
pub(super) fn digest_on_disk(path: &Path, stop: Stop<'_>) -> io::Result<(u64, Digest)> {
    let mut file = File::open(path)?;
    forget_cached(&file)?;
    let found = pump(&mut file, &mut io::sink(), stop)?;
    forget_cached(&file)?;
    Ok(found)
}

/// Copies a file to a place where there is none, durably but for its name. The length and digest are those of what was read.
pub(super) fn copy(from: &Path, to: &Path, purpose: Purpose, stop: Stop<'_>) -> io::Result<(u64, Digest)> {
    let mode = match purpose {
        Purpose::Keep => READ_ONLY,
        Purpose::Use => PRIVATE,
    };
    let mut source = File::open(from)?;
    let mut target = OpenOptions::new().write(true).create_new(true).mode(mode).open(to)?;
    let copied = pump(&mut source, &mut target, stop)?;
    target.sync_all()?;
    forget_cached(&target)?;
    forget_cached(&source)?;
    Ok(copied)
}

/// Gives a file a second name. `false` if the file system cannot do that here.
pub(super) fn link(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(true),
        Err(error)
            if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied | io::ErrorKind::TooManyLinks) =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

fn pump(from: &mut impl Read, to: &mut impl Write, stop: Stop<'_>) -> io::Result<(u64, Digest)> {
    let mut piece = vec![0; PIECE_BYTES];
    let mut digest = Context::new(&SHA256);
    let mut bytes = 0;
    loop {
        if stop() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.update(&piece[..length]);
        to.write_all(&piece[..length])?;
        bytes += length as u64;
    }
    Ok((bytes, Digest::from_slice(digest.finish().as_ref()).expect("SHA-256 must have 32 bytes")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn digest_of(bytes: &[u8]) -> Digest {
        Digest::from_slice(ring::digest::digest(&SHA256, bytes).as_ref()).unwrap()
    }

    #[test]
    fn a_copy_is_what_was_there_and_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let bytes: Vec<u8> = (0..3 * PIECE_BYTES + 5).map(|number| number as u8).collect();
        fs::write(&from, &bytes).unwrap();
        let expected = (bytes.len() as u64, digest_of(&bytes));
        assert_eq!(copy(&from, &to, Purpose::Keep, &|| false).unwrap(), expected);
        assert_eq!(digest_on_disk(&to, &|| false).unwrap(), expected);
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, READ_ONLY);
        assert_eq!(copy(&from, &to, Purpose::Keep, &|| false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn copying_stops_when_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, [7; 100]).unwrap();
        assert_eq!(copy(&from, &to, Purpose::Use, &|| true).unwrap_err().kind(), io::ErrorKind::Interrupted);
    }
}

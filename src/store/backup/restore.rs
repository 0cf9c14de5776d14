//! From a backup back to a data directory.
//!
//! `FORMAT`, which makes a directory an archive, is written last; and before it `RESTORED`, with which no daemon serves it. So a restore
//! that was interrupted is no archive, and one that was finished waits for somebody who says that the archive goes on from there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::copy::{Purpose, copy};
use super::error::{BackupError, at};
use super::manifest::{BackedUpFile, BackupManifest};
use crate::store::format::Layout;
use crate::sys::fs::{parent, sync_directory, write_new_private};

/// An archive that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup contained.
    pub manifest: BackupManifest,
    /// The data directory.
    pub data: PathBuf,
}

/// Copies the backup in `from` into the data directory `to`, which must be empty or not exist, and checks every byte on the way.
///
/// # Errors
/// [`BackupError::NotEmpty`], [`BackupError::NotABackup`], or [`BackupError::Damaged`] with the name of the file. After an error `to` is
/// as it was, unless removing what had been written failed too.
pub fn restore(from: &Path, to: &Path) -> Result<Restored, BackupError> {
    let manifest = BackupManifest::read(from)?;
    let existed = is_empty_directory(to)?;
    let done = fill(from, to, &manifest);
    if done.is_err() {
        // The first error is the one to tell.
        let _ = clear(to, existed);
    }
    done?;
    Ok(Restored { manifest, data: to.to_owned() })
}

fn is_empty_directory(to: &Path) -> Result<bool, BackupError> {
    match fs::read_dir(to) {
        Ok(mut entries) => match entries.next() {
            None => Ok(true),
            Some(_) => Err(BackupError::NotEmpty(to.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(BackupError::NotEmpty(to.to_owned())),
        Err(error) => Err(at(to)(error)),
    }
}

fn fill(from: &Path, to: &Path, manifest: &BackupManifest) -> Result<(), BackupError> {
    let layout = Layout::new(to);
    layout.create().map_err(at(to))?;
    let format = layout.format_file();
    for file in manifest.files.iter().filter(|file| file.in_folder(to) != format) {
        take_over(from, to, file)?;
    }
    for directory in [layout.database(), to.to_owned(), parent(to).to_owned()] {
        sync_directory(&directory).map_err(at(&directory))?;
    }
    let mark = layout.restored_file();
    write_new_private(&mark, manifest.encode().as_bytes()).map_err(at(&mark))?;
    let declared = manifest.files.iter().find(|file| file.in_folder(to) == format);
    let missing = || BackupError::NotABackup { folder: from.to_owned(), why: "its manifest does not list FORMAT".to_owned() };
    take_over(from, to, declared.ok_or_else(missing)?)?;
    sync_directory(to).map_err(at(to))
}

fn take_over(from: &Path, to: &Path, file: &BackedUpFile) -> Result<(), BackupError> {
    let (source, target) = (file.in_folder(from), file.in_folder(to));
    let found = copy(&source, &target, Purpose::Use, &|| false).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => BackupError::Damaged { file: source.clone(), why: "it is missing".to_owned() },
        _ => at(&target)(error),
    })?;
    if found == (file.bytes, file.sha256) {
        return Ok(());
    }
    Err(BackupError::Damaged { file: source, why: "it has other bytes than the manifest says".to_owned() })
}

/// Leaves the directory as it was found: empty, or not there.
fn clear(to: &Path, existed: bool) -> io::Result<()> {
    if !existed {
        return fs::remove_dir_all(to);
    }
    for entry in fs::read_dir(to)? {
        let path = entry?.path();
        if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
    }
    Ok(())
}

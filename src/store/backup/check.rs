//! Whether a backup is what its manifest says.

use std::fs;
use std::io;
use std::path::Path;

use super::copy::digest_on_disk;
use super::error::BackupError;
use super::manifest::{BackupManifest, FILE_NAME};

/// Something in a backup that is not as its manifest says. Each names the path relative to the backup.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// A file is not there.
    Missing(String),
    /// A file has other bytes.
    Damaged(String),
    /// A file cannot be read.
    Unreadable(String, String),
    /// A file lies there that does not belong to the backup.
    Foreign(String),
}

/// Reads every file of the backup in `folder` from the disk and compares it with the manifest. Writes nothing.
///
/// # Errors
/// [`BackupError::NotABackup`] when there is no manifest to compare with.
pub fn check(folder: &Path) -> Result<(BackupManifest, Vec<Problem>), BackupError> {
    let manifest = BackupManifest::read(folder)?;
    let mut problems = Vec::new();
    for file in &manifest.files {
        let path = file.path.clone();
        match digest_on_disk(&file.in_folder(folder), &|| false) {
            Ok(found) if found == (file.bytes, file.sha256) => {}
            Ok(_) => problems.push(Problem::Damaged(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => problems.push(Problem::Missing(path)),
            Err(error) => problems.push(Problem::Unreadable(path, error.to_string())),
        }
    }
    problems.extend(foreign(folder, &manifest));
    problems.sort();
    Ok((manifest, problems))
}

/// What lies in the folder without being in the manifest.
fn foreign(folder: &Path, manifest: &BackupManifest) -> Vec<Problem> {
    let mut found = Vec::new();
    for below in ["", "database/", "staging/"] {
        let entries = match fs::read_dir(folder.join(below)) {
            Ok(entries) => entries,
            Err(error) => {
                found.push(Problem::Unreadable(below.to_owned(), error.to_string()));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            let belongs = manifest.files.binary_search_by(|file| file.path.as_str().cmp(&path)).is_ok();
            if !belongs && ![FILE_NAME, "database", "staging"].contains(&path.as_str()) {
                found.push(Problem::Foreign(path));
            }
        }
    }
    found
}

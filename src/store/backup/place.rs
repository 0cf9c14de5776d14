//! The folder with the backups of one archive, and the making of another one in it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoint::Checkpoint;
use super::copy::{Purpose, Stop, copy, digest_on_disk, link};
use super::error::{BackupError, at};
use super::manifest::{BackedUpFile, BackupManifest, FILE_NAME, is_path};
use crate::model::Digest;
use crate::store::Store;
use crate::store::fault::{BackupStep, Faults, take_for_backup};
use crate::store::format::Layout;
use crate::sys::fs::{FileLock, create_private_directory, sync_directory, write_new_private};

const PREFIX: &str = "backup-";
const PARTIAL: &str = ".partial";

/// A folder that lies among backups and has the name of one.
#[derive(Debug)]
pub struct FoundBackup {
    /// Its number; larger ones were made later.
    pub number: u32,
    /// The folder.
    pub folder: PathBuf,
    /// What it contains, or why it is no backup.
    pub manifest: Result<BackupManifest, BackupError>,
}

/// The backups in a folder, oldest first, also damaged ones. What has the name of one under construction is none.
pub fn backups_in(folder: &Path) -> Result<Vec<FoundBackup>, BackupError> {
    let mut found: Vec<FoundBackup> = names(folder)?
        .into_iter()
        .filter_map(|name| Some((number_of(&name)?, folder.join(name))))
        .map(|(number, folder)| FoundBackup { number, manifest: BackupManifest::read(&folder), folder })
        .collect();
    found.sort_unstable_by_key(|backup| backup.number);
    Ok(found)
}

fn names(folder: &Path) -> Result<Vec<String>, BackupError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(at(folder))?,
    };
    let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().into_string().ok());
    entries.filter_map(|entry| name(entry).transpose()).collect::<io::Result<_>>().map_err(at(folder))
}

fn number_of(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(PREFIX).filter(|digits| digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok()
}

fn partial_number_of(name: &str) -> Option<u32> {
    number_of(name.strip_suffix(PARTIAL)?)
}

/// A folder of backups, in which nobody else makes one meanwhile.
#[derive(Debug)]
pub struct BackupPlace {
    folder: PathBuf,
    archive: [u8; 16],
    faults: Arc<dyn Faults>,
    /// Files of earlier backups by path and length; of each path the newest ones come first.
    earlier: HashMap<(String, u64), Vec<(Digest, PathBuf)>>,
    next: u32,
    _lock: FileLock,
}

impl BackupPlace {
    /// Enters the folder, creating it if there is none, and removes what a crash has left of a backup under construction.
    ///
    /// # Errors
    /// [`BackupError::Busy`] while somebody makes a backup there; [`BackupError::Foreign`] if it has backups of another archive.
    pub fn open(folder: &Path, archive: [u8; 16], faults: Arc<dyn Faults>) -> Result<Self, BackupError> {
        create_private_directory(folder).map_err(at(folder))?;
        let lock = FileLock::acquire(&folder.join("lock")).map_err(at(folder))?;
        let lock = lock.ok_or_else(|| BackupError::Busy(folder.to_owned()))?;
        let mut earlier: HashMap<_, Vec<_>> = HashMap::new();
        let found = backups_in(folder)?;
        for backup in found.iter().rev() {
            // A damaged one is reported by whoever checks it; it must not stop the next.
            let Ok(manifest) = &backup.manifest else { continue };
            if manifest.archive != archive {
                return Err(BackupError::Foreign(folder.to_owned()));
            }
            for file in &manifest.files {
                let place = (file.sha256, file.in_folder(&backup.folder));
                earlier.entry((file.path.clone(), file.bytes)).or_default().push(place);
            }
        }
        let mut last = found.last().map_or(0, |backup| backup.number);
        for name in names(folder)? {
            let Some(number) = partial_number_of(&name) else { continue };
            let left = folder.join(&name);
            fs::remove_dir_all(&left).map_err(at(&left))?;
            last = last.max(number);
        }
        Ok(Self { folder: folder.to_owned(), archive, faults, earlier, next: last.saturating_add(1), _lock: lock })
    }

    /// Copies a checkpoint of `store` into a folder that is no backup yet, and reads everything back. `stop` is asked all the time.
    pub fn copy(self, store: &Store, checkpoint: &Checkpoint, stop: Stop<'_>) -> Result<Draft, BackupError> {
        let name = format!("{PREFIX}{:06}", self.next);
        let draft = self.folder.join(format!("{name}{PARTIAL}"));
        let mut draft = Draft { name, draft, files: Vec::new(), sizes: DraftSizes::default(), finished: false, place: self };
        draft.create(store)?;
        let database = checkpoint.database();
        for name in names(&database)? {
            draft.add(&database.join(&name), format!("database/{name}"), stop)?;
        }
        draft.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(draft)
    }
}

/// What making a backup has moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftSizes {
    /// Bytes that were copied.
    pub copied_bytes: u64,
    /// Bytes that an earlier backup had already.
    pub linked_bytes: u64,
    /// Files of earlier backups that are not any more what was backed up.
    pub damaged_earlier: Vec<PathBuf>,
}

/// A backup under construction: a data directory that can be opened, without a manifest. It goes when it is dropped.
#[derive(Debug)]
pub struct Draft {
    name: String,
    draft: PathBuf,
    files: Vec<BackedUpFile>,
    sizes: DraftSizes,
    finished: bool,
    place: BackupPlace,
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.finished {
            // What cannot be removed now is removed by the next backup.
            let _ = fs::remove_dir_all(&self.draft);
        }
    }
}

impl Draft {
    /// The data directory.
    pub fn folder(&self) -> &Path {
        &self.draft
    }

    /// What was moved.
    pub fn sizes(&self) -> &DraftSizes {
        &self.sizes
    }

    /// The files, for the manifest.
    pub fn files(&self) -> &[BackedUpFile] {
        &self.files
    }

    fn create(&mut self, store: &Store) -> Result<(), BackupError> {
        let layout = Layout::new(&self.draft);
        let format = store.layout().format_file();
        self.step(BackupStep::CreateFolder, || layout.create().map_err(at(&self.draft)))?;
        self.add(&format, "FORMAT".to_owned(), &|| false)
    }

    /// Takes a file over and reads it back from the disk.
    fn add(&mut self, from: &Path, path: String, stop: Stop<'_>) -> Result<(), BackupError> {
        if !is_path(&path) {
            return Err(BackupError::NotABackup { folder: self.draft.clone(), why: format!("the database has a file {path:?}") });
        }
        let file = match self.link(from, &path, stop)? {
            Some(file) => file,
            None => self.copy(from, path, stop)?,
        };
        self.files.push(file);
        Ok(())
    }

    /// Gives a table file that an earlier backup has a second name here.
    fn link(&mut self, from: &Path, path: &str, stop: Stop<'_>) -> Result<Option<BackedUpFile>, BackupError> {
        let length = fs::metadata(from).map_err(at(from))?.len();
        // Other files are small, and some of them the database would want to write in a restored archive.
        let Some(earlier) = self.place.earlier.get(&(path.to_owned(), length)).filter(|_| path.ends_with(".sst")) else {
            return Ok(None);
        };
        // A name is not enough: after a restore another file may have got the same number.
        let (bytes, sha256) = digest_on_disk(from, stop).map_err(at(from))?;
        let target = self.draft.join(path);
        for (_, candidate) in earlier.iter().filter(|(digest, _)| *digest == sha256) {
            let whole = match self.step(BackupStep::ReadBack, || digest_on_disk(candidate, stop).map_err(at(candidate))) {
                Err(BackupError::Io { .. }) => false,
                other => other? == (bytes, sha256),
            };
            if !whole {
                self.sizes.damaged_earlier.push(candidate.clone());
            } else if self.step(BackupStep::LinkFile, || link(candidate, &target).map_err(at(&target)))? {
                self.sizes.linked_bytes += bytes;
                return Ok(Some(BackedUpFile { path: path.to_owned(), bytes, sha256 }));
            }
        }
        Ok(None)
    }

    fn copy(&mut self, from: &Path, path: String, stop: Stop<'_>) -> Result<BackedUpFile, BackupError> {
        let target = self.draft.join(&path);
        let (bytes, sha256) = self.step(BackupStep::CopyFile, || copy(from, &target, Purpose::Keep, stop).map_err(at(&target)))?;
        let read = self.step(BackupStep::ReadBack, || digest_on_disk(&target, stop).map_err(at(&target)))?;
        if read != (bytes, sha256) {
            let why = "the disk gives back other bytes than were written".to_owned();
            return Err(BackupError::Damaged { file: target, why });
        }
        self.sizes.copied_bytes += bytes;
        Ok(BackedUpFile { path, bytes, sha256 })
    }

    /// Makes the draft a backup: manifest first, name last. The folder of the backup.
    ///
    /// # Errors
    /// When only the last step fails, the backup may be there; it is a whole one then.
    pub fn finish(mut self, manifest: &BackupManifest) -> Result<PathBuf, BackupError> {
        debug_assert!(manifest.archive == self.place.archive && manifest.files == self.files, "a manifest says what was copied");
        let (draft, folder) = (&self.draft, &self.place.folder);
        let database = Layout::new(draft).database();
        sync_directory(&database).map_err(at(&database))?;
        self.step(BackupStep::WriteManifest, || {
            let path = draft.join(FILE_NAME);
            write_new_private(&path, manifest.encode().as_bytes()).map_err(at(&path))?;
            if BackupManifest::read(draft)? == *manifest {
                return Ok(());
            }
            Err(BackupError::Damaged { file: path, why: "it does not read back as it was written".to_owned() })
        })?;
        let finished = folder.join(&self.name);
        self.step(BackupStep::Publish, || {
            fs::rename(draft, &finished).map_err(at(&finished))?;
            sync_directory(folder).map_err(at(folder))
        })?;
        self.finished = true;
        Ok(finished)
    }

    fn step<T>(&self, step: BackupStep, body: impl FnOnce() -> Result<T, BackupError>) -> Result<T, BackupError> {
        take_for_backup(&self.place.faults, step, body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finished_names_are_backups() {
        for (name, number) in [("backup-000001", Some(1)), ("backup-1000000", Some(1_000_000))] {
            assert_eq!(number_of(name), number);
        }
        for name in ["backup-1", "backup-000001.partial", "backup-00000x", "backup-", "lock", "backup-99999999999"] {
            assert_eq!(number_of(name), None, "{name}");
        }
        assert_eq!(partial_number_of("backup-000007.partial"), Some(7));
        assert_eq!(partial_number_of("mine.partial"), None);
    }

    #[test]
    fn a_place_is_entered_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let open = || BackupPlace::open(folder.path(), [1; 16], Arc::new(crate::store::fault::NoFaults));
        let first = open().unwrap();
        assert!(matches!(open(), Err(BackupError::Busy(_))));
        drop(first);
        fs::create_dir_all(folder.path().join("backup-000004.partial/database")).unwrap();
        fs::create_dir(folder.path().join("mine.partial")).unwrap();
        let second = open().unwrap();
        assert_eq!(second.next, 5, "a number is not used twice");
        assert!(!folder.path().join("backup-000004.partial").exists() && folder.path().join("mine.partial").exists());
    }
}

//! The files of a bag, wherever it lies: in a directory or in a tar archive that is never unpacked.
//!
//! What is not a plain file with a plain name is a problem and no file of the bag: links, devices, other spellings of a path, names
//! that come twice. Contents are read in pieces at their place, by several threads at a time.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::tar;
use crate::limits::{BAG_DEPTH_MAX, BAG_FILES_MAX, BAG_NAME_BYTES_MAX};

/// What is wrong with a bag as a heap of files.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// Something in it cannot be read.
    #[error("{place}: {error}")]
    Unreadable {
        /// Which part.
        place: String,
        /// Why.
        error: io::Error,
    },
    /// Something in it has no place in a bag.
    #[error("{place}: {what}")]
    Malformed {
        /// Which part.
        place: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The archive ends early.
    #[error("{place}: the archive ends before this file does")]
    Cut {
        /// Which part.
        place: String,
    },
}

/// One file of a bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BagFile {
    /// Its path below the bag, with `/` between the parts.
    pub(super) name: String,
    /// Its length.
    pub(super) bytes: u64,
    /// Where its contents begin in the archive; 0 in a directory.
    pub(super) offset: u64,
}

#[derive(Debug)]
enum Source {
    Folder(PathBuf),
    Archive(Arc<File>),
}

/// The files of a bag, sorted by name.
#[derive(Debug)]
pub(super) struct Container {
    source: Source,
    files: Vec<BagFile>,
}

impl Container {
    /// Lists what lies at `path`; whatever is no file of a bag is told to `problem`.
    ///
    /// # Errors
    /// When there is nothing that could be looked at.
    pub(super) fn open(path: &Path, problem: &mut dyn FnMut(Problem)) -> io::Result<Self> {
        let (source, mut files) = if fs::metadata(path)?.is_dir() {
            let mut files = Vec::new();
            list_folder(path, "", 0, &mut files, problem);
            (Source::Folder(path.to_owned()), files)
        } else {
            let archive = File::open(path)?;
            let files = below_one_folder(tar::list(&archive, problem)?, problem);
            (Source::Archive(Arc::new(archive)), files)
        };
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files.dedup_by(|later, earlier| {
            let twice = later.name == earlier.name;
            if twice {
                problem(Problem::Malformed { place: later.name.clone(), what: "the name comes twice" });
            }
            twice
        });
        Ok(Self { source, files })
    }

    /// The files, sorted by name.
    pub(super) fn files(&self) -> &[BagFile] {
        &self.files
    }

    /// Whether they lie in a folder.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self.source, Source::Folder(_))
    }

    /// Whether they lie in a file that begins as a tar archive does, whole or not.
    pub(super) fn begins_as_archive(&self) -> bool {
        matches!(&self.source, Source::Archive(archive) if tar::is_one(archive))
    }

    /// The place of a file in the list.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok()
    }

    /// The files whose names begin with `prefix`, with their places.
    pub(super) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (usize, &'a BagFile)> {
        let first = self.files.partition_point(|file| file.name.as_str() < prefix);
        self.files.iter().enumerate().skip(first).take_while(move |(_, file)| file.name.starts_with(prefix))
    }

    /// Reads a file from its beginning.
    pub(super) fn reader(&self, place: usize) -> io::Result<FileReader> {
        let file = &self.files[place];
        match &self.source {
            Source::Archive(archive) => Ok(FileReader { file: Arc::clone(archive), at: file.offset, left: file.bytes }),
            Source::Folder(folder) => {
                let opened = File::open(folder.join(&file.name))?;
                let metadata = opened.metadata()?;
                if !metadata.is_file() || metadata.len() != file.bytes {
                    return Err(io::Error::other("the file changed while it was checked"));
                }
                Ok(FileReader { file: Arc::new(opened), at: 0, left: file.bytes })
            }
        }
    }

    /// A whole file that must not have more than `bytes_max`.
    pub(super) fn read(&self, place: usize, bytes_max: u64) -> io::Result<Vec<u8>> {
        let length = self.files[place].bytes;
        if length > bytes_max {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has {length} bytes; {bytes_max} are read at the most")));
        }
        let mut bytes = Vec::with_capacity(length as usize);
        self.reader(place)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads one file of a bag.
#[derive(Debug)]
pub(super) struct FileReader {
    file: Arc<File>,
    at: u64,
    left: u64,
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let read = self.file.read_at(&mut buffer[..wanted], self.at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

/// Whether a path can be that of a file in a bag: ASCII names that mean the same on every system (RFC 8493 section 5.2 says why).
pub(super) fn is_name(path: &str) -> bool {
    let plain = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        !part.is_empty() && part != "." && part != ".." && part.bytes().all(allowed)
    };
    path.len() <= BAG_NAME_BYTES_MAX && path.split('/').count() <= BAG_DEPTH_MAX && path.split('/').all(plain)
}

fn list_folder(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<BagFile>, problem: &mut dyn FnMut(Problem)) {
    let place = |name: &str| if name.is_empty() { "bag".to_owned() } else { name.to_owned() };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return problem(Problem::Unreadable { place: place(prefix), error }),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return problem(Problem::Unreadable { place: place(prefix), error }),
        };
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // The kind of the entry itself: a link is never followed.
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) => {
                problem(Problem::Unreadable { place: name, error });
                continue;
            }
        };
        if !is_name(&name) || entry.file_name().to_str().is_none() {
            problem(Problem::Malformed { place: name.escape_default().to_string(), what: "a file in a bag cannot have this name" });
        } else if metadata.is_dir() && depth < BAG_DEPTH_MAX {
            list_folder(&entry.path(), &format!("{name}/"), depth + 1, files, problem);
        } else if !metadata.is_file() {
            problem(Problem::Malformed { place: name, what: "a bag has nothing but plain files and folders" });
        } else if files.len() == BAG_FILES_MAX {
            return problem(Problem::Malformed { place: name, what: "the bag has more files than are read" });
        } else {
            files.push(BagFile { name, bytes: metadata.len(), offset: 0 });
        }
    }
}

/// Takes away the one folder that a packed bag lies in (RFC 8493 section 4.1), unless it was packed without one.
fn below_one_folder(mut files: Vec<BagFile>, problem: &mut dyn FnMut(Problem)) -> Vec<BagFile> {
    if files.iter().any(|file| file.name == "bagit.txt") {
        return files;
    }
    let Some(top) = files.first().and_then(|file| file.name.split_once('/')).map(|(top, _)| format!("{top}/")) else { return files };
    files.retain_mut(|file| match file.name.strip_prefix(&top) {
        Some(name) => {
            file.name = name.to_owned();
            true
        }
        None => {
            problem(Problem::Malformed { place: file.name.clone(), what: "the file lies outside of the bag's folder" });
            false
        }
    });
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &Path) -> (Vec<String>, Vec<String>) {
        let mut problems = Vec::new();
        let container = Container::open(path, &mut |problem| problems.push(problem.to_string())).unwrap();
        (container.files().iter().map(|file| file.name.clone()).collect(), problems)
    }

    #[test]
    fn only_plain_files_with_plain_names_are_in_a_bag() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::write(folder.path().join("data/a.txt"), "a").unwrap();
        fs::write(folder.path().join("b\u{e4}"), "b").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("data/link")).unwrap();
        let (names, mut problems) = problems(folder.path());
        assert_eq!(names, ["data/a.txt"]);
        problems.sort();
        assert_eq!(
            problems,
            ["b\\u{e4}: a file in a bag cannot have this name", "data/link: a bag has nothing but plain files and folders"]
        );
    }

    #[test]
    fn names_mean_the_same_everywhere() {
        for good in ["bagit.txt", "data/ledger/tile/entries/x001/234.p/17", "a-b_c.D"] {
            assert!(is_name(good), "{good}");
        }
        let long = "a/".repeat(BAG_DEPTH_MAX) + "a";
        for bad in ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "C:a", "a b", "a%0Ab", "~a", "\u{e4}", "a\0", &long] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}

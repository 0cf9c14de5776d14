//! The files of a folder, always in the same order.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders inside folders at the most; deeper ones are reported, so that a mount that contains itself ends.
const DEPTH_MAX: usize = 256;

/// A regular file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its path from the folder that was walked.
    pub relative: PathBuf,
    /// Its size when it was found.
    pub bytes: u64,
}

/// Something that is not a file that could be stored, or could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its path from the folder that was walked.
    pub relative: PathBuf,
    /// A stable code.
    pub code: &'static str,
    /// Why, for people.
    pub why: String,
}

/// What a folder contains.
#[derive(Debug, Default)]
pub struct Walked {
    /// Files, in the order of their paths' bytes, folder by folder.
    pub files: Vec<Found>,
    /// Everything else that is not a folder.
    pub skipped: Vec<Skipped>,
}

/// Finds every file under `folder`. Symbolic links are not followed: what they point at may lie outside, and would be stored twice.
pub fn walk(folder: &Path) -> io::Result<Walked> {
    let mut walked = Walked::default();
    for name in names_in(folder)? {
        visit(folder, Path::new(&name), 0, &mut walked);
    }
    Ok(walked)
}

fn visit(root: &Path, relative: &Path, depth: usize, walked: &mut Walked) {
    let path = root.join(relative);
    let mut skip = |code, why: String| walked.skipped.push(Skipped { relative: relative.to_owned(), code, why });
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) => return skip("unreadable", error.to_string()),
    };
    let kind = metadata.file_type();
    if kind.is_file() {
        walked.files.push(Found { path, relative: relative.to_owned(), bytes: metadata.len() });
    } else if kind.is_symlink() {
        skip("symbolic_link", "is a symbolic link, which is not followed".to_owned());
    } else if !kind.is_dir() {
        skip("not_a_file", "is neither a file nor a folder".to_owned());
    } else if depth >= DEPTH_MAX {
        skip("too_deep", format!("lies more than {DEPTH_MAX} folders deep"));
    } else {
        match names_in(&path) {
            Ok(names) => names.iter().for_each(|name| visit(root, &relative.join(name), depth + 1, walked)),
            Err(error) => skip("unreadable", error.to_string()),
        }
    }
}

fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_order_and_everything_else_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("b/c")).unwrap();
        for (name, text) in [("z.txt", "z"), ("a.txt", ""), ("b/c/d.txt", "dd"), ("b/a.txt", "a")] {
            fs::write(path(name), text).unwrap();
        }
        std::os::unix::fs::symlink(path("z.txt"), path("link")).unwrap();
        std::os::unix::fs::symlink(folder.path(), path("b/loop")).unwrap();
        nix::unistd::mkfifo(&path("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let walked = walk(folder.path()).unwrap();
        let files: Vec<_> = walked.files.iter().map(|file| (file.relative.to_str().unwrap(), file.bytes)).collect();
        assert_eq!(files, [("a.txt", 0), ("b/a.txt", 1), ("b/c/d.txt", 2), ("z.txt", 1)]);
        let skipped: Vec<_> = walked.skipped.iter().map(|other| (other.relative.to_str().unwrap(), other.code)).collect();
        assert_eq!(skipped, [("b/loop", "symbolic_link"), ("link", "symbolic_link"), ("pipe", "not_a_file")]);
        assert!(walk(&path("nowhere")).is_err());
    }
}

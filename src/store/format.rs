//! What the data directory looks like, and the file that says that it is one.
//!
//! ```text
//! <data>/FORMAT      "aktenfest archive\nformat 1\nid <32 hex digits>\n"
//! <data>/lock        held while a daemon or a check uses the directory
//! <data>/database/   the database
//! <data>/staging/    files of frames under construction; emptied at every start
//! <data>/checkpoint/ second names of files while a backup copies them; removed at every start
//! <data>/RESTORED    the manifest of the backup that the archive came back from, until somebody has said that it goes on from there
//! ```
//! `FORMAT` is written last when an archive is created: a directory without it is not an archive, whatever else lies in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::sys::fs::{create_private_directory, write_new_private};

const HEADER: &str = "aktenfest archive\nformat 1\nid ";

/// Paths inside the data directory.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) root: PathBuf,
}

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn format_file(&self) -> PathBuf {
        self.root.join("FORMAT")
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// With this file no daemon serves the directory.
    pub(crate) fn restored_file(&self) -> PathBuf {
        self.root.join("RESTORED")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("database")
    }

    pub(crate) fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// Creates the directories, but not yet the file that makes them an archive.
    pub(crate) fn create(&self) -> io::Result<()> {
        create_private_directory(&self.root)?;
        create_private_directory(&self.database())?;
        create_private_directory(&self.staging())
    }

    /// Whether anything of an archive is there.
    pub(crate) fn is_started(&self) -> bool {
        self.format_file().exists() || self.database().exists()
    }

    /// Declares the directory an archive.
    pub(crate) fn write_format(&self, id: [u8; 16]) -> io::Result<()> {
        write_new_private(&self.format_file(), format!("{HEADER}{}\n", hex::encode(id)).as_bytes())
    }

    /// The id in the format file, `None` if the file is not one of this format.
    pub(crate) fn read_format(&self) -> io::Result<Option<[u8; 16]>> {
        let text = fs::read_to_string(self.format_file())?;
        Ok(parse_format(&text))
    }
}

fn parse_format(text: &str) -> Option<[u8; 16]> {
    let digits = text.strip_prefix(HEADER)?.strip_suffix('\n')?;
    let mut id = [0; 16];
    hex::decode_to_slice(digits, &mut id).ok()?;
    // Upper-case digits are a flipped bit: nothing here writes them.
    (hex::encode(id) == digits).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_format_1_is_read() {
        let good = format!("{HEADER}{}\n", "ab".repeat(16));
        assert_eq!(parse_format(&good), Some([0xab; 16]));
        let upper_case = good.replace("ab", "aB");
        for bad in [String::new(), upper_case, good.replace("format 1", "format 2"), good.replace("ab\n", "\n"), good.trim_end().to_owned()]
        {
            assert_eq!(parse_format(&bad), None, "{bad:?}");
        }
    }
}

//! The manifest of a backup: what it must contain, in a text that people can read too.
//!
//! ```text
//! aktenfest backup
//! format 1
//! archive <32 hex digits>
//! group <last commit group>
//! through <time>                       everything stored before this second is in the backup
//! made <time>
//! log <vault, 32 hex digits> <log> <size> <root, 64 hex digits>          one for each ledger
//! file <SHA-256, 64 hex digits> <bytes> <path>                           one for each file
//! end <SHA-256 of all lines before, 64 hex digits>
//! ```
//! Times are in UTC (RFC 3339), numbers decimal without leading zeros. The last line finds decay, not forgery: whoever can write the
//! backup can write a manifest that fits. What a forger cannot write are the ledgers behind the heads and the seals of the documents, which
//! `verify` checks with what auditors hold.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::BackupError;
use crate::limits::BACKUP_MANIFEST_BYTES_MAX;
use crate::model::{Digest, GroupNumber, Timestamp, VaultId};
use crate::store::anchor::AnchoredHead;
use crate::store::key::{LogId, LogKey};

/// Name of the manifest in the folder of a backup.
pub(super) const FILE_NAME: &str = "BACKUP";
const HEADER: &str = "aktenfest backup\nformat 1\n";

/// What a backup contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupManifest {
    /// The id of the archive.
    pub archive: [u8; 16],
    /// The last commit group in it.
    pub group: GroupNumber,
    /// Everything stored before this second is in it: what `backup confirm --through` may say.
    pub through: Timestamp,
    /// When it was made, by the wall clock.
    pub made: Timestamp,
    /// Size and root of every ledger in it.
    pub heads: Vec<AnchoredHead>,
    /// Every file, sorted by path; of the manifest itself only its checksum knows.
    pub files: Vec<BackedUpFile>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUpFile {
    /// Path relative to the folder of the backup: `FORMAT`, or a name below `database/`.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: Digest,
}

impl BackupManifest {
    /// Reads the manifest of the backup in `folder`.
    ///
    /// # Errors
    /// [`BackupError::NotABackup`] when there is none, or one that is not whole.
    pub fn read(folder: &Path) -> Result<Self, BackupError> {
        let not_one = |why: String| BackupError::NotABackup { folder: folder.to_owned(), why };
        let text = read_text(&folder.join(FILE_NAME)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => not_one(format!("there is no {FILE_NAME} in it")),
            _ => not_one(format!("its {FILE_NAME} cannot be read: {error}")),
        })?;
        Self::parse(&text).ok_or_else(|| not_one(format!("its {FILE_NAME} is damaged or of another format")))
    }

    /// Reads a manifest that lies in an archive as the mark of a restore; `None` if there is none.
    pub(in crate::store) fn read_mark(path: &Path) -> io::Result<Option<Self>> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the mark of a restore is damaged");
        match read_text(path) {
            Ok(text) => Self::parse(&text).ok_or_else(damaged).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The text of the manifest.
    pub(super) fn encode(&self) -> String {
        let mut text = HEADER.to_owned();
        // Writing into a string cannot fail.
        let _ = writeln!(text, "archive {}", hex::encode(self.archive));
        let _ = writeln!(text, "group {}\nthrough {}\nmade {}", self.group.0, self.through, self.made);
        for head in &self.heads {
            let _ = writeln!(text, "log {} {} {} {}", head.log.vault, head.log.log.0, head.size, head.root);
        }
        for file in &self.files {
            let _ = writeln!(text, "file {} {} {}", file.sha256, file.bytes, file.path);
        }
        let end = digest_of(&text);
        let _ = writeln!(text, "end {end}");
        text
    }

    /// The manifest with this text, `None` if it is not whole. Accepts exactly what [`Self::encode`] writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let body = text.strip_suffix('\n')?;
        let (lines, end) = body.split_at(body.rfind("\nend ")? + 1);
        if digest_of(lines) != Digest::from_hex(end.strip_prefix("end ")?)? {
            return None;
        }
        let mut lines = lines.strip_prefix(HEADER)?.lines().peekable();
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
        let (archive, group) = (field("archive")?, field("group")?);
        let (through, made) = (Timestamp::parse(&field("through")?)?, Timestamp::parse(&field("made")?)?);
        let mut heads = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("log ")) {
            heads.push(parse_head(line)?);
        }
        let files = lines.map(parse_file).collect::<Option<Vec<_>>>()?;
        let archive = hex::decode(archive).ok()?.try_into().ok()?;
        let manifest = Self { archive, group: GroupNumber(group.parse().ok()?), through, made, heads, files };
        let sorted = manifest.files.is_sorted_by(|a, b| a.path < b.path);
        (sorted && manifest.encode() == text).then_some(manifest)
    }
}

/// Whether the directory is a backup or the draft of one.
pub(in crate::store) fn is_one(folder: &Path) -> bool {
    folder.join(FILE_NAME).exists()
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(BACKUP_MANIFEST_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > BACKUP_MANIFEST_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it has more than {BACKUP_MANIFEST_BYTES_MAX} bytes")));
    }
    Ok(text)
}

fn digest_of(text: &str) -> Digest {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    Digest::from_slice(digest.as_ref()).expect("SHA-256 must have 32 bytes")
}

fn parse_head(line: &str) -> Option<AnchoredHead> {
    let mut words = line.strip_prefix("log ")?.split(' ');
    let vault = VaultId::from_slice(&hex::decode(words.next()?).ok()?)?;
    let (log, size) = (LogId(words.next()?.parse().ok()?), words.next()?.parse().ok()?);
    Some(AnchoredHead { log: LogKey { vault, log }, size, root: Digest::from_hex(words.next()?)? })
}

fn parse_file(line: &str) -> Option<BackedUpFile> {
    let mut words = line.strip_prefix("file ")?.splitn(3, ' ');
    let sha256 = Digest::from_hex(words.next()?)?;
    let bytes = words.next()?.parse().ok()?;
    let path = words.next()?.to_owned();
    is_path(&path).then_some(BackedUpFile { path, bytes, sha256 })
}

/// Whether a path can stand in a manifest: nothing that leads out of the folder, nothing that a line could not hold.
pub(super) fn is_path(path: &str) -> bool {
    let is_name = |name: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(allowed)
    };
    path == "FORMAT" || path.strip_prefix("database/").is_some_and(is_name)
}

impl BackedUpFile {
    /// Where the file lies in this folder.
    pub(super) fn in_folder(&self, folder: &Path) -> PathBuf {
        folder.join(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> BackupManifest {
        let file = |path: &str, bytes| BackedUpFile { path: path.to_owned(), bytes, sha256: Digest([bytes as u8; 32]) };
        BackupManifest {
            archive: [0xab; 16],
            group: GroupNumber(77),
            through: Timestamp::parse("2026-11-20T08:00:01Z").unwrap(),
            made: Timestamp::parse("2026-11-20T08:00:02Z").unwrap(),
            heads: vec![AnchoredHead { log: LogKey::life_cycle(VaultId([3; 16])), size: 12, root: Digest([9; 32]) }],
            files: vec![file("FORMAT", 70), file("database/000004.sst", 5000), file("database/CURRENT", 16)],
        }
    }

    #[test]
    fn a_manifest_reads_back_as_it_was_written() {
        let text = manifest().encode();
        assert!(
            text.starts_with("aktenfest backup\nformat 1\narchive abab") && text.contains("\nthrough 2026-11-20T08:00:01Z\n"),
            "{text}"
        );
        assert_eq!(BackupManifest::parse(&text), Some(manifest()));
        assert_eq!(manifest().bytes(), 5086);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_shows() {
        let text = manifest().encode();
        for at in 0..text.len() {
            assert_eq!(BackupManifest::parse(&text[..at]), None, "cut at {at}");
            let mut flipped = text.clone().into_bytes();
            flipped[at] ^= 1;
            assert_eq!(String::from_utf8(flipped).ok().and_then(|text| BackupManifest::parse(&text)), None, "byte {at}");
        }
        assert_eq!(BackupManifest::parse(&format!("{text}\n")), None);
    }

    /// As a forger would: the last line fits.
    fn with_new_end(text: &str) -> String {
        let lines = &text[..text.rfind("\nend ").unwrap() + 1];
        format!("{lines}end {}\n", digest_of(lines))
    }

    #[test]
    fn one_form_only() {
        let good = manifest().encode();
        for (what, from, to) in [
            ("another format", "format 1", "format 2"),
            ("a leading zero", "group 77", "group 077"),
            ("a path that leads out", "database/CURRENT", "database/../CURRENT"),
            ("an absolute path", "database/CURRENT", "/etc/passwd"),
            ("a file of its own", "database/CURRENT", "BACKUP"),
            ("files out of order", "database/000004.sst", "database/ZZZ"),
            ("upper-case digits", "archive abab", "archive ABAB"),
        ] {
            let changed = with_new_end(&good.replace(from, to));
            assert_ne!(changed, good, "{what}");
            assert_eq!(BackupManifest::parse(&changed), None, "{what}");
        }
        assert!(BackupManifest::parse(&with_new_end(&good)).is_some());
    }

    #[test]
    fn a_folder_without_a_manifest_is_no_backup() {
        let folder = tempfile::tempdir().unwrap();
        let error = BackupManifest::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("no BACKUP in it"), "{error}");
        std::fs::write(folder.path().join(FILE_NAME), "half").unwrap();
        let error = BackupManifest::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("damaged"), "{error}");
        std::fs::write(folder.path().join(FILE_NAME), manifest().encode()).unwrap();
        assert_eq!(BackupManifest::read(folder.path()).unwrap(), manifest());
    }
}

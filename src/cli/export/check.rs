//! A bag is compared with its own manifests and its signature while it arrives, so that no file with a mistake gets its name.
//!
//! What the ledger in it proves is the question of `aktenfest verify`, which needs the bag alone.

use ring::digest::{Context, SHA256};

use crate::ledger::{Exported, ExportedError, VerifierKey, export_key};
use crate::limits::NOTE_BYTES_MAX;
use crate::model::{Digest, NoteId};

const BLOCK: usize = 512;
/// Bytes of an extended header: it holds one number.
const EXTENDED_BYTES_MAX: u64 = BLOCK as u64;
const NOTE: &str = "signatures/export.note";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";

/// Why what has arrived is not the bag that was signed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// No header where one should be, or nothing behind the last file.
    #[error("the archive is malformed or cut off")]
    Tar,
    /// A manifest lists something else than what has come.
    #[error("{0} does not list the files that have come")]
    Manifest(&'static str),
    /// There is no such file.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Signed for another export, or for other manifests.
    #[error("the signature is that of another export")]
    Other,
    /// The signature is wrong.
    #[error(transparent)]
    Signature(#[from] ExportedError),
}

/// Reads a bag as it comes.
pub struct Checker {
    whole: Context,
    bytes: u64,
    state: State,
    /// The size in the extended header before the next file.
    announced: Option<u64>,
    files: Vec<(String, Digest)>,
    note: Vec<u8>,
}

enum State {
    /// The next header, as far as it has come.
    Header(Vec<u8>),
    /// An extended header, as far as it has come.
    Extended { record: Vec<u8>, left: usize, padding: usize },
    /// A file.
    Body { path: String, left: u64, padding: usize, hash: Box<Context> },
    /// Behind the first block of zeros.
    End,
    /// Something that is no tar of ours.
    Malformed,
}

/// A bag that has come to its end.
pub struct Complete {
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
    /// Number of files.
    pub files: u64,
    digests: Vec<(String, Digest)>,
    note: Vec<u8>,
}

impl Checker {
    /// One that has seen nothing.
    pub fn new() -> Self {
        let state = State::Header(Vec::new());
        Self { whole: Context::new(&SHA256), bytes: 0, state, announced: None, files: Vec::new(), note: Vec::new() }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8]) {
        self.whole.update(bytes);
        self.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let taken = self.step(bytes);
            bytes = &bytes[taken..];
        }
    }

    /// Takes some bytes from the front, and says how many.
    fn step(&mut self, bytes: &[u8]) -> usize {
        match &mut self.state {
            State::Header(block) => {
                let taken = bytes.len().min(BLOCK - block.len());
                block.extend_from_slice(&bytes[..taken]);
                if block.len() == BLOCK {
                    let block = std::mem::take(block);
                    self.state = self.begun(&block).unwrap_or(State::Malformed);
                    self.settle();
                }
                taken
            }
            State::Extended { record, left, padding } => {
                let taken = bytes.len().min(*left + *padding);
                let of_record = taken.min(*left);
                record.extend_from_slice(&bytes[..of_record]);
                *left -= of_record;
                *padding -= taken - of_record;
                self.settle();
                taken
            }
            State::Body { path, left, padding, hash } => {
                let of_file = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                let of_padding = (bytes.len() - of_file).min(*padding);
                hash.update(&bytes[..of_file]);
                if path.ends_with(NOTE) && self.note.len() + of_file <= NOTE_BYTES_MAX {
                    self.note.extend_from_slice(&bytes[..of_file]);
                }
                *left -= of_file as u64;
                *padding -= of_padding;
                self.settle();
                of_file + of_padding
            }
            State::End if bytes.iter().all(|byte| *byte == 0) => bytes.len(),
            State::End | State::Malformed => {
                self.state = State::Malformed;
                bytes.len()
            }
        }
    }

    /// What a header begins.
    fn begun(&mut self, block: &[u8]) -> Option<State> {
        if block.iter().all(|byte| *byte == 0) {
            return Some(State::End);
        }
        let text = |from: usize, to: usize| std::str::from_utf8(block[from..to].split(|byte| *byte == 0).next().unwrap_or_default()).ok();
        let size = u64::from_str_radix(text(124, 136)?, 8).ok()?;
        let padding = |bytes: u64| (BLOCK as u64 - bytes % BLOCK as u64) as usize % BLOCK;
        match block[156] {
            b'x' if size <= EXTENDED_BYTES_MAX => Some(State::Extended { record: Vec::new(), left: size as usize, padding: padding(size) }),
            b'0' => {
                let (prefix, name) = (text(345, 500)?, text(0, 100)?);
                let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
                // All files lie in one folder, whose name is no part of the bag.
                let (_, path) = path.split_once('/')?;
                let left = self.announced.take().unwrap_or(size);
                Some(State::Body { path: path.to_owned(), left, padding: padding(left), hash: Box::new(Context::new(&SHA256)) })
            }
            _ => None,
        }
    }

    /// Goes on to the next header when everything of this one has come.
    fn settle(&mut self) {
        match std::mem::replace(&mut self.state, State::Malformed) {
            State::Extended { record, left: 0, padding: 0 } => {
                let size =
                    std::str::from_utf8(&record).ok().and_then(|record| record.split_once(" size=")?.1.strip_suffix('\n')?.parse().ok());
                if let Some(size) = size {
                    self.announced = Some(size);
                    self.state = State::Header(Vec::new());
                }
            }
            State::Body { path, left: 0, padding: 0, hash } => {
                self.files.push((path, digest(*hash)));
                self.state = State::Header(Vec::new());
            }
            other => self.state = other,
        }
    }

    /// The bag, if it has come to its end.
    pub fn finish(mut self) -> Result<Complete, Wrong> {
        if !matches!(self.state, State::End) {
            return Err(Wrong::Tar);
        }
        self.files.sort_unstable();
        let (bytes, files, sha256) = (self.bytes, self.files.len() as u64, digest(self.whole));
        Ok(Complete { bytes, sha256, files, digests: self.files, note: self.note })
    }
}

impl Complete {
    /// What was signed, if it is this bag, signed by the ledger whose key this is.
    pub fn verify(&self, export: NoteId, log: &VerifierKey) -> Result<Exported, Wrong> {
        self.compare(MANIFEST, |path| path.starts_with("data/"))?;
        self.compare(TAG_MANIFEST, |path| !["data/", "signatures/", "tagmanifest-"].iter().any(|start| path.starts_with(start)))?;
        let exported = Exported::verify(&self.note, log)?;
        if exported.id == export && exported.sha256 == self.digest_of(TAG_MANIFEST)? { Ok(exported) } else { Err(Wrong::Other) }
    }

    /// The key that has signed.
    pub fn signed_by(&self, log: &VerifierKey) -> String {
        export_key(log).map_or_else(|_| String::new(), |key| key.to_string())
    }

    /// Whether a manifest is the one that follows from the files that have come.
    fn compare(&self, manifest: &'static str, is_listed: impl Fn(&str) -> bool) -> Result<(), Wrong> {
        let mut expected = Context::new(&SHA256);
        for (path, digest) in self.digests.iter().filter(|(path, _)| is_listed(path)) {
            expected.update(format!("{digest}  {path}\n").as_bytes());
        }
        if self.digest_of(manifest)? == digest(expected) { Ok(()) } else { Err(Wrong::Manifest(manifest)) }
    }

    fn digest_of(&self, file: &'static str) -> Result<Digest, Wrong> {
        let found = self.digests.binary_search_by(|(path, _)| path.as_str().cmp(file));
        found.map(|at| self.digests[at].1).map_err(|_| Wrong::Missing(file))
    }
}

fn digest(hash: Context) -> Digest {
    Digest::from_slice(hash.finish().as_ref()).expect("SHA-256 must have 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LogSigner;

    const ORIGIN: &str = "archive.example/ledger/5f0c9e7a";

    fn header(path: &str, kind: u8, bytes: usize) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..path.len()].copy_from_slice(path.as_bytes());
        block[124..136].copy_from_slice(format!("{bytes:011o}\0").as_bytes());
        block[156] = kind;
        block
    }

    fn padded(bytes: &[u8]) -> Vec<u8> {
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(BLOCK), 0);
        padded
    }

    fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let file = |(path, bytes): &(String, Vec<u8>)| [header(&format!("bag/{path}"), b'0', bytes.len()), padded(bytes)].concat();
        [files.iter().flat_map(file).collect::<Vec<u8>>(), vec![0; 2 * BLOCK]].concat()
    }

    fn signer() -> LogSigner {
        LogSigner::from_seed(ORIGIN, &[9; 32]).unwrap()
    }

    fn export() -> NoteId {
        NoteId::from_bytes([7; 16])
    }

    /// A bag of three files with its manifests and its signature.
    fn bag() -> Vec<(String, Vec<u8>)> {
        let payload = [("data/a", b"abc".to_vec()), ("data/b/c", vec![1; 2000]), ("data/empty", Vec::new())];
        let line = |(path, bytes): &(String, Vec<u8>)| format!("{}  {path}\n", Digest::sha256(bytes)).into_bytes();
        let mut files: Vec<(String, Vec<u8>)> = payload.map(|(path, bytes)| (path.to_owned(), bytes)).to_vec();
        let manifest: Vec<u8> = files.iter().flat_map(line).collect();
        let tags = [("bagit.txt".to_owned(), b"BagIt-Version: 1.0\n".to_vec()), (MANIFEST.to_owned(), manifest)];
        let tag_manifest: Vec<u8> = tags.iter().flat_map(line).collect();
        let (sha256, root) = (Digest::sha256(&tag_manifest), Digest([3; 32]));
        let exported = Exported { id: export(), sha256, sha512: [0; 64], origin: ORIGIN.to_owned(), size: 7, root };
        files.extend(tags);
        files.push((TAG_MANIFEST.to_owned(), tag_manifest));
        files.push((NOTE.to_owned(), signer().sign_export(&exported).unwrap().into_bytes()));
        files
    }

    fn check(tar: &[u8], piece: usize) -> Result<Exported, Wrong> {
        let mut checker = Checker::new();
        tar.chunks(piece).for_each(|piece| checker.push(piece));
        checker.finish()?.verify(export(), signer().verifier_key())
    }

    #[test]
    fn a_bag_is_good_in_pieces_of_any_size() {
        let tar = tar(&bag());
        for piece in [1, 7, 511, 512, 513, 4096, usize::MAX] {
            assert_eq!(check(&tar, piece).map(|exported| exported.size), Ok(7), "{piece}");
        }
    }

    #[test]
    fn the_size_in_an_extended_header_counts() {
        let mut files = bag();
        let (path, bytes) = files.remove(0);
        let extended = b"10 size=3\n";
        let first = [header("bag/x", b'x', extended.len()), padded(extended), header(&format!("bag/{path}"), b'0', 0), padded(&bytes)];
        assert!(check(&[first.concat(), tar(&files)].concat(), 100).is_ok());
    }

    #[test]
    fn whatever_is_changed_is_found() {
        let good = bag();
        for at in 0..good.len() {
            let mut missing = good.clone();
            missing.remove(at);
            assert!(check(&tar(&missing), 4096).is_err(), "without {}", good[at].0);
            let mut changed = good.clone();
            match changed[at].1.last_mut() {
                Some(byte) => *byte ^= 1,
                None => changed[at].1.push(0),
            }
            assert!(check(&tar(&changed), 4096).is_err(), "changed {}", good[at].0);
        }
        let mut more = good.clone();
        more.push(("data/more".to_owned(), Vec::new()));
        assert_eq!(check(&tar(&more), 4096), Err(Wrong::Manifest(MANIFEST)));
        let whole = tar(&good);
        for end in (0..whole.len() - 2 * BLOCK).step_by(37) {
            assert_eq!(check(&whole[..end], 4096), Err(Wrong::Tar), "{end}");
        }
        assert_eq!(check(&[whole, b"x".to_vec()].concat(), 4096), Err(Wrong::Tar));
    }
}

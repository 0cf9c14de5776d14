//! Manifests of a bag (RFC 8493 section 2.1.3): every file with its digest, sorted by path.

use std::io::{self, Write};

use ring::digest::{Context, SHA256, SHA512};

use crate::model::{Digest, Handle};

/// Where the bytes of a document lie in a bag.
pub(super) fn document_path(handle: Handle) -> String {
    format!("{DOCUMENTS}{handle}/content")
}

/// What the paths of all documents begin with.
const DOCUMENTS: &str = "data/documents/";

/// The digests of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digests {
    pub(super) sha256: Digest,
    pub(super) sha512: [u8; 64],
}

/// Computes both.
pub(super) struct Hashing {
    sha256: Context,
    sha512: Context,
}

impl Hashing {
    pub(super) fn new() -> Self {
        Self { sha256: Context::new(&SHA256), sha512: Context::new(&SHA512) }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.sha512.update(bytes);
    }

    pub(super) fn finish(self) -> Digests {
        let sha512 = self.sha512.finish().as_ref().try_into().expect("SHA-512 must have 64 bytes");
        Digests { sha256: Digest::from_slice(self.sha256.finish().as_ref()).expect("SHA-256 must have 32 bytes"), sha512 }
    }
}

/// Which digest a manifest is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Sha256,
    Sha512,
}

impl Algorithm {
    pub(super) const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// As it stands in the names of manifests.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    fn hex(self, digests: &Digests) -> String {
        match self {
            Self::Sha256 => digests.sha256.to_string(),
            Self::Sha512 => hex::encode(digests.sha512),
        }
    }

    fn line_bytes(self, path: &str) -> u64 {
        let digits = match self {
            Self::Sha256 => 2 * 32,
            Self::Sha512 => 2 * 64,
        };
        (digits + 2 + path.len() + 1) as u64
    }
}

/// Files with their digests. Documents, of which there may be a million, are kept by their handles.
#[derive(Default)]
pub(super) struct Manifest {
    documents: Vec<(Handle, Digests)>,
    others: Vec<(String, Digests)>,
    /// Bytes of all files.
    pub(super) bytes: u64,
}

impl Manifest {
    pub(super) fn add(&mut self, path: &str, bytes: u64, digests: Digests) {
        self.others.push((path.to_owned(), digests));
        self.bytes += bytes;
    }

    pub(super) fn add_document(&mut self, handle: Handle, bytes: u64, digests: Digests) {
        self.documents.push((handle, digests));
        self.bytes += bytes;
    }

    /// Number of files.
    pub(super) fn files(&self) -> u64 {
        (self.documents.len() + self.others.len()) as u64
    }

    /// Sorts the files; a handle is before another one if its path is.
    pub(super) fn sort(&mut self) {
        self.documents.sort_unstable_by_key(|(handle, _)| handle.0);
        self.others.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    }

    fn for_each<E>(&self, mut of_file: impl FnMut(&str, &Digests) -> Result<(), E>) -> Result<(), E> {
        let behind = self.others.partition_point(|(path, _)| path.as_str() < DOCUMENTS);
        let (before, behind) = self.others.split_at(behind);
        before.iter().try_for_each(|(path, digests)| of_file(path, digests))?;
        self.documents.iter().try_for_each(|(handle, digests)| of_file(&document_path(*handle), digests))?;
        behind.iter().try_for_each(|(path, digests)| of_file(path, digests))
    }

    /// Length of the text for one algorithm.
    pub(super) fn text_bytes(&self, algorithm: Algorithm) -> u64 {
        let mut bytes = 0;
        let counted = self.for_each(|path, _| {
            bytes += algorithm.line_bytes(path);
            Ok::<(), std::convert::Infallible>(())
        });
        match counted {
            Ok(()) => bytes,
        }
    }

    /// Writes the text for one algorithm; the files must be sorted.
    pub(super) fn write(&self, algorithm: Algorithm, out: &mut dyn Write) -> io::Result<()> {
        self.for_each(|path, digests| writeln!(out, "{}  {path}", algorithm.hex(digests)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_sorted_by_their_bytes() {
        let digests = {
            let mut hashing = Hashing::new();
            hashing.update(b"abc");
            hashing.finish()
        };
        let mut manifest = Manifest::default();
        for path in ["data/proofs/1", "data/access/2026/checkpoint", "data/ledger/checkpoint", "data/documents.txt"] {
            manifest.add(path, 3, digests);
        }
        for byte in [0xff, 0x0a, 0x80] {
            manifest.add_document(Handle([byte; 16]), 3, digests);
        }
        manifest.sort();
        for algorithm in Algorithm::ALL {
            let mut text = Vec::new();
            manifest.write(algorithm, &mut text).unwrap();
            assert_eq!(text.len() as u64, manifest.text_bytes(algorithm));
            let text = String::from_utf8(text).unwrap();
            let paths: Vec<&str> = text.lines().map(|line| line.split_once("  ").unwrap().1).collect();
            assert!(paths.is_sorted() && paths.len() == 7, "{paths:?}");
        }
        assert_eq!((manifest.files(), manifest.bytes), (7, 21));
        // FIPS 180-4, the digests of "abc".
        assert!(digests.sha256.to_string().starts_with("ba7816bf8f01cfea"));
        assert!(hex::encode(digests.sha512).starts_with("ddaf35a193617aba"));
    }
}

//! The two digests that every file of a bag is listed with.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use ring::digest::{Context, SHA256, SHA512};

use crate::model::Digest;

/// Bytes that are hashed at once.
const PIECE_BYTES: usize = 256 << 10;

/// A digest algorithm of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// Both; a bag has its manifests in each of them.
    pub(super) const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// As it stands in the name of a manifest.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }
}

/// SHA-256 and SHA-512 of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Digests {
    /// SHA-256.
    pub(super) sha256: Digest,
    /// SHA-512.
    pub(super) sha512: [u8; 64],
}

impl Digests {
    /// The digests of all that `reader` gives; each piece is also shown to `also`.
    pub(super) fn of(reader: &mut impl Read, mut also: impl FnMut(&[u8])) -> io::Result<Self> {
        let (mut sha256, mut sha512) = (Context::new(&SHA256), Context::new(&SHA512));
        let mut pieces = BufReader::with_capacity(PIECE_BYTES, reader);
        loop {
            let piece = pieces.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            sha256.update(piece);
            sha512.update(piece);
            also(piece);
            let length = piece.len();
            pieces.consume(length);
        }
        let sha256 = Digest::from_slice(sha256.finish().as_ref()).expect("SHA-256 must have 32 bytes");
        let sha512 = sha512.finish().as_ref().try_into().expect("SHA-512 must have 64 bytes");
        Ok(Self { sha256, sha512 })
    }

    /// One of the two.
    pub(super) fn by(&self, algorithm: Algorithm) -> &[u8] {
        match algorithm {
            Algorithm::Sha256 => self.sha256.as_bytes(),
            Algorithm::Sha512 => &self.sha512,
        }
    }
}

impl fmt::Debug for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digests({})", self.sha256)
    }
}

//! The bytes of a document on their way out: read twice, once for the digest and once for the wire, and never held as a whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use ring::digest::{Context, SHA256};
use tokio::io::AsyncReadExt;

use super::connection::Body;
use crate::limits::FRAME_BYTES;
use crate::model::Digest;

/// Files up to this size are read once and sent from memory.
const IN_MEMORY_BYTES_MAX: u64 = 1 << 20;

/// Where the bytes of a document come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// They are here.
    Memory(Bytes),
    /// They are read while they are sent.
    File {
        /// The file.
        path: PathBuf,
        /// Bytes that were read for the digest. A file that has changed since does not match it and is refused by the archive.
        bytes: u64,
    },
}

impl Source {
    /// Opens a file for sending: its digest, and the bytes or the way to them. Blocks.
    pub fn of_file(path: &Path) -> io::Result<(Digest, Self)> {
        let mut file = File::open(path)?;
        if file.metadata()?.len() <= IN_MEMORY_BYTES_MAX {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            return Ok((digest_of(&bytes), Self::Memory(Bytes::from(bytes))));
        }
        let (digest, bytes) = digest_of_reader(&mut file)?;
        Ok((digest, Self::File { path: path.to_owned(), bytes }))
    }

    /// Bytes of the document.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { bytes, .. } => *bytes,
        }
    }

    /// A body with these bytes; a fresh one for every attempt.
    pub(super) fn body(&self) -> Body {
        match self {
            Self::Memory(bytes) => Full::new(bytes.clone()).map_err(|never| match never {}).boxed_unsync(),
            Self::File { path, .. } => {
                let pieces = stream::try_unfold(Reading::Closed(path.clone()), |state| state.next());
                StreamBody::new(pieces).boxed_unsync()
            }
        }
    }
}

/// A file that is opened when the first piece is wanted.
enum Reading {
    Closed(PathBuf),
    Open(tokio::fs::File),
}

impl Reading {
    async fn next(self) -> io::Result<Option<(Frame<Bytes>, Self)>> {
        let mut file = match self {
            Self::Closed(path) => tokio::fs::File::open(path).await?,
            Self::Open(file) => file,
        };
        let mut piece = BytesMut::with_capacity(FRAME_BYTES);
        if file.read_buf(&mut piece).await? == 0 {
            return Ok(None);
        }
        Ok(Some((Frame::data(piece.freeze()), Self::Open(file))))
    }
}

/// The SHA-256 of a file and its size, in bounded memory. Blocks.
pub fn digest_of_file(path: &Path) -> io::Result<(Digest, u64)> {
    digest_of_reader(&mut File::open(path)?)
}

fn digest_of_reader(reader: &mut impl Read) -> io::Result<(Digest, u64)> {
    let mut hash = Context::new(&SHA256);
    let mut buffer = vec![0; FRAME_BYTES];
    let mut bytes = 0;
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return Ok((finish(hash), bytes)),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&buffer[..length]);
        bytes += length as u64;
    }
}

fn digest_of(bytes: &[u8]) -> Digest {
    let mut hash = Context::new(&SHA256);
    hash.update(bytes);
    finish(hash)
}

/// The digest of everything that was put into `hash`.
pub(super) fn finish(hash: Context) -> Digest {
    Digest::from_slice(hash.finish().as_ref()).expect("SHA-256 must have 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_and_large_files_arrive_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for length in [0, 1, FRAME_BYTES, 1 << 20, (1 << 20) + 1, 3 * FRAME_BYTES + (1 << 20)] {
            let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            std::fs::write(&path, &content).unwrap();
            let (digest, source) = Source::of_file(&path).unwrap();
            assert_eq!(matches!(source, Source::Memory(_)), length <= 1 << 20);
            assert_eq!((digest, source.bytes()), digest_of_file(&path).unwrap());
            for _attempt in 0..2 {
                assert!(source.body().collect().await.unwrap().to_bytes() == content, "{length} bytes");
            }
        }
    }
}

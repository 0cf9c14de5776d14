//! Plaintext in, sealed frames out, while the document is still arriving.

use bytes::Bytes;
use ring::digest;
use zeroize::Zeroizing;

use crate::keys::Leaf;
use crate::limits::{DOCUMENT_BYTES_MAX, FRAME_BYTES};
use crate::model::Digest;
use crate::seal::SealError;
use crate::seal::derivation::DocumentKeys;
use crate::seal::description::DescriptionSealer;
use crate::seal::frame::{self, CODEC_BYTES, CODEC_STORED, End, FRAME_OVERHEAD_BYTES, Place};
use crate::seal::header::{DocHeader, HeaderFields};
use crate::sys::random;

/// One attempt to store one document. Holds at most one frame of plaintext: the one that may turn out to be the last.
pub struct Sealer {
    keys: DocumentKeys,
    header: DocHeader,
    digest: digest::Context,
    /// The codec byte and the plaintext of the frame that is being filled.
    frame: Vec<u8>,
    index: u32,
    plain_bytes: u64,
    plain_bytes_expected: u64,
    sealed_bytes: u64,
}

/// What is known when the last byte has arrived.
pub struct Sealed {
    /// The header to be stored with the document's record.
    pub header: [u8; DocHeader::BYTES],
    /// SHA-256 of the plaintext.
    pub sha256: Digest,
    /// Length of the plaintext.
    pub plain_bytes: u64,
    /// Number of frames, at least one.
    pub frames: u32,
    /// Length of all sealed frames together.
    pub sealed_bytes: u64,
    /// The key of the ledger's commitments about this document.
    pub subject_key: Zeroizing<[u8; 32]>,
    /// Seals the document's description.
    pub description: DescriptionSealer,
}

/// A case has a header, a description and a key for the ledger, but no content.
pub struct SealedCase {
    /// The header to be stored with the case's record.
    pub header: [u8; DocHeader::BYTES],
    /// The key of the ledger's commitments about this case.
    pub subject_key: Zeroizing<[u8; 32]>,
    /// Seals the case's description.
    pub description: DescriptionSealer,
}

/// Derives what a case needs. `fields.address` is [`Address::of_case`](crate::model::Address::of_case).
pub fn seal_case(leaf: &Leaf, fields: HeaderFields) -> SealedCase {
    let (keys, header) = DocumentKeys::for_new(leaf, DocHeader::without_commitment(fields, random::bytes()));
    SealedCase { header: header.encode(), subject_key: keys.subject_key(), description: DescriptionSealer::new(keys) }
}

impl Sealer {
    /// Begins a document. `plain_bytes_expected` (0 if unknown) only sizes the buffer; it is neither trusted nor enforced.
    pub fn new(leaf: &Leaf, fields: HeaderFields, plain_bytes_expected: u64) -> Self {
        Self::with_salt(leaf, fields, random::bytes(), plain_bytes_expected)
    }

    /// As [`Sealer::new`] with a given salt. For the test vectors only: a salt used twice would repeat nonces.
    pub(super) fn with_salt(leaf: &Leaf, fields: HeaderFields, salt: [u8; 32], plain_bytes_expected: u64) -> Self {
        let (keys, header) = DocumentKeys::for_new(leaf, DocHeader::without_commitment(fields, salt));
        let digest = digest::Context::new(&digest::SHA256);
        let frame = empty_frame(plain_bytes_expected);
        Self { keys, header, digest, frame, index: 0, plain_bytes: 0, plain_bytes_expected, sealed_bytes: 0 }
    }

    /// Takes the next bytes of the document and returns the frames that are finished by now, in order.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] when the document exceeds its bound; the sealer is of no use afterwards.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<Bytes>, SealError> {
        let plain_bytes = self.plain_bytes.saturating_add(bytes.len() as u64);
        if plain_bytes > DOCUMENT_BYTES_MAX {
            return Err(SealError::TooLarge);
        }
        self.plain_bytes = plain_bytes;
        self.digest.update(bytes);
        let mut finished = Vec::new();
        while !bytes.is_empty() {
            // Only now is it certain that the full frame was not the last.
            if self.frame.len() == CODEC_BYTES + FRAME_BYTES {
                finished.push(self.seal_frame(None));
                self.index += 1;
            }
            let room = CODEC_BYTES + FRAME_BYTES - self.frame.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            make_room(&mut self.frame, now.len());
            self.frame.extend_from_slice(now);
            bytes = later;
        }
        Ok(finished)
    }

    /// Ends the document: its last frame, and what is known about the whole.
    pub fn finish(mut self) -> (Bytes, Sealed) {
        let frames = self.index + 1;
        let last = self.seal_frame(Some(End { plain_bytes: self.plain_bytes, frames }));
        let mut sha256 = [0; Digest::BYTES];
        sha256.copy_from_slice(self.digest.finish().as_ref());
        let sha256 = Digest(sha256);
        let sealed = Sealed {
            header: self.header.encode(),
            sha256,
            plain_bytes: self.plain_bytes,
            frames,
            sealed_bytes: self.sealed_bytes,
            subject_key: self.keys.subject_key(),
            description: DescriptionSealer::new(self.keys),
        };
        (last, sealed)
    }

    fn seal_frame(&mut self, end: Option<End>) -> Bytes {
        let done = (u64::from(self.index) + 1) * FRAME_BYTES as u64;
        let next = if end.is_some() { Vec::new() } else { empty_frame(self.plain_bytes_expected.saturating_sub(done)) };
        let buffer = std::mem::replace(&mut self.frame, next);
        let place = Place { index: self.index, plain_bytes: buffer.len() - CODEC_BYTES, end };
        let sealed = frame::seal(&self.keys, place, buffer);
        self.sealed_bytes += sealed.len() as u64;
        sealed
    }
}

/// Grows a buffer that was sized for less than what comes, by doubling, but never beyond what a whole frame takes.
fn make_room(buffer: &mut Vec<u8>, plain_bytes: usize) {
    let needed = buffer.len() + plain_bytes + FRAME_OVERHEAD_BYTES - CODEC_BYTES;
    if buffer.capacity() < needed {
        let doubled = buffer.capacity().saturating_mul(2).min(FRAME_BYTES + FRAME_OVERHEAD_BYTES);
        buffer.reserve_exact(needed.max(doubled) - buffer.len());
    }
}

/// A buffer that begins with a codec byte and has room for what is expected, for the tag too, so that sealing moves nothing.
fn empty_frame(plain_bytes_expected: u64) -> Vec<u8> {
    let plain_bytes = usize::try_from(plain_bytes_expected).map_or(FRAME_BYTES, |expected| expected.min(FRAME_BYTES));
    let mut buffer = Vec::with_capacity(plain_bytes + FRAME_OVERHEAD_BYTES);
    buffer.push(CODEC_STORED);
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::TreeId;
    use crate::model::{Address, VaultId};
    use crate::seal::Opener;

    fn leaf() -> Leaf {
        Leaf::from_bytes(&[7; 32])
    }

    fn fields() -> HeaderFields {
        HeaderFields { tree: TreeId::cases(VaultId([1; 16]), 2026), address: Address::from_u64(0x0500_0003), id: [2; 16] }
    }

    fn text(bytes: usize) -> Vec<u8> {
        b"Widerspruch gegen den Bescheid vom 3. Mai; ".iter().copied().cycle().take(bytes).collect()
    }

    fn noise(bytes: usize) -> Vec<u8> {
        std::iter::repeat_with(random::bytes::<4096>).flatten().take(bytes).collect()
    }

    /// Seals `plain` in pieces of `piece_bytes`.
    fn seal(plain: &[u8], piece_bytes: usize, plain_bytes_expected: u64) -> (Vec<Bytes>, Sealed) {
        let mut sealer = Sealer::new(&leaf(), fields(), plain_bytes_expected);
        let mut frames = Vec::new();
        for piece in plain.chunks(piece_bytes) {
            frames.extend(sealer.push(piece).unwrap());
        }
        let (last, sealed) = sealer.finish();
        frames.push(last);
        (frames, sealed)
    }

    fn open(frames: &[Bytes], sealed: &Sealed) -> Vec<u8> {
        let opener = Opener::new(&leaf(), &sealed.header).unwrap();
        let open = |(index, frame): (usize, &Bytes)| opener.open_frame(index as u32, frame, sealed.plain_bytes, sealed.frames).unwrap();
        frames.iter().enumerate().flat_map(open).collect()
    }

    #[test]
    fn what_was_sealed_can_be_opened() {
        let lengths = [0, 1, 63, 64, 4096, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 3 * FRAME_BYTES + 77];
        for length in lengths {
            for plain in [text(length), noise(length)] {
                for (piece_bytes, expected) in [(usize::MAX, length as u64), (65_536, 0), (10_007, 1), (FRAME_BYTES, u64::MAX)] {
                    let (frames, sealed) = seal(&plain, piece_bytes.min(length.max(1)), expected);
                    assert_eq!(frames.len(), sealed.frames as usize);
                    assert_eq!(sealed.plain_bytes, length as u64);
                    assert_eq!(sealed.sealed_bytes, frames.iter().map(|frame| frame.len() as u64).sum::<u64>());
                    assert_eq!(sealed.sha256.as_bytes(), &crate::seal::derivation::sha256(&plain));
                    assert!(open(&frames, &sealed) == plain, "{length} bytes in pieces of {piece_bytes}");
                }
            }
        }
    }

    #[test]
    fn only_noise_grows_and_only_by_the_overhead() {
        let (frames, _) = seal(&noise(FRAME_BYTES + 100), 8192, 0);
        assert_eq!(frames.iter().map(Bytes::len).collect::<Vec<_>>(), [FRAME_BYTES + 17, 117]);
        let (_, sealed) = seal(&text(FRAME_BYTES), 8192, 0);
        assert!(sealed.sealed_bytes < FRAME_BYTES as u64 / 20);
    }

    #[test]
    fn the_same_document_twice_has_nothing_in_common() {
        let plain = noise(100);
        let ((first, a), (second, b)) = (seal(&plain, 100, 100), seal(&plain, 100, 100));
        assert_ne!(first, second);
        assert_ne!(a.header[64..128], b.header[64..128]);
        assert_ne!(*a.subject_key, *b.subject_key);
        assert_eq!(a.sha256, b.sha256);
    }

    #[test]
    fn descriptions_belong_to_their_header() {
        let (_, sealed) = seal(b"x", 1, 1);
        let case = seal_case(&leaf(), fields());
        let opener = Opener::new(&leaf(), &sealed.header).unwrap();
        let case_opener = Opener::new(&leaf(), &case.header).unwrap();
        assert_eq!(*opener.subject_key(), *sealed.subject_key);
        let description = sealed.description.seal(b"Bescheid");
        let case_description = case.description.seal(b"");
        assert_eq!(opener.open_description(&description).as_deref(), Ok(b"Bescheid".as_slice()));
        assert_eq!(case_opener.open_description(&case_description).as_deref(), Ok(b"".as_slice()));
        assert_eq!(opener.open_description(&case_description), Err(SealError::Description));
        assert_eq!(case_opener.open_description(&description), Err(SealError::Description));
    }

    #[test]
    fn a_document_ends_at_its_bound() {
        let mut sealer = Sealer::new(&leaf(), fields(), 0);
        sealer.plain_bytes = DOCUMENT_BYTES_MAX;
        assert_eq!(sealer.push(b"x").err(), Some(SealError::TooLarge));
        assert!(sealer.push(b"").is_ok());
    }
}

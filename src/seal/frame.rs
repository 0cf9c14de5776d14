//! One frame: its place in the document, its codec, its encryption.
//!
//! ```text
//! nonce_i = 0x00^7 || be32(i) || last                                   12 bytes
//! aad_i   = ctx || be32(i) || last || be32(plain length of frame i)
//!           and in the last frame also || be64(plain length of the document) || be64(number of frames)
//! sealed  = AES-256-GCM(codec u8 || body) || tag 16                     codec 0: body = plaintext; 1: body = one zstd frame
//! ```
//! The codec stands inside the encryption, so storage does not learn which frames were compressible except by their size.

use bytes::Bytes;
use ring::aead;

use crate::limits::FRAME_BYTES;
use crate::seal::SealError;
use crate::seal::derivation::DocumentKeys;
use crate::seal::probe;

/// What sealing adds to a frame's body: the codec and the tag.
pub const FRAME_OVERHEAD_BYTES: usize = CODEC_BYTES + TAG_BYTES;

pub(crate) const CODEC_BYTES: usize = 1;
const TAG_BYTES: usize = 16;
pub(crate) const CODEC_STORED: u8 = 0;
pub(crate) const CODEC_ZSTD: u8 = 1;
const AAD_BYTES_MAX: usize = 32 + 4 + 1 + 4 + 8 + 8;

/// How many frames a document of `plain_bytes` has; an empty one has one empty frame.
///
/// # Errors
/// [`SealError::TooLarge`] beyond the largest document.
pub fn frame_count(plain_bytes: u64) -> Result<u32, SealError> {
    if plain_bytes > crate::limits::DOCUMENT_BYTES_MAX {
        return Err(SealError::TooLarge);
    }
    let frames = plain_bytes.div_ceil(FRAME_BYTES as u64).max(1);
    u32::try_from(frames).map_err(|_| SealError::TooLarge)
}

/// Which frames a byte range needs, and which part of their plaintext it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameSpan {
    /// First frame to open.
    pub first: u32,
    /// Last frame to open.
    pub last: u32,
    /// Plaintext bytes of the first frame that come before the range.
    pub skip_bytes: usize,
    /// Length of the range.
    pub take_bytes: u64,
}

/// The frames for the bytes `range` of a document of `plain_bytes`; `None` if the range is empty or reaches beyond the end.
pub fn frames_for_range(range: std::ops::Range<u64>, plain_bytes: u64) -> Option<FrameSpan> {
    if range.is_empty() || range.end > plain_bytes {
        return None;
    }
    let frame_bytes = FRAME_BYTES as u64;
    let first = u32::try_from(range.start / frame_bytes).ok()?;
    let last = u32::try_from((range.end - 1) / frame_bytes).ok()?;
    let skip_bytes = usize::try_from(range.start % frame_bytes).ok()?;
    Some(FrameSpan { first, last, skip_bytes, take_bytes: range.end - range.start })
}

/// Where a frame stands: its number and length, and for the last one the size of the whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) index: u32,
    pub(crate) plain_bytes: usize,
    pub(crate) end: Option<End>,
}

/// The size of a document, known when its last frame is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) plain_bytes: u64,
    pub(crate) frames: u32,
}

impl Place {
    /// The place of frame `index` in a stored document.
    pub(crate) fn in_stored(index: u32, plain_bytes: u64, frames: u32) -> Result<Self, SealError> {
        let expected = frame_count(plain_bytes)?;
        if frames != expected {
            return Err(SealError::FrameCount { plain_bytes, expected, frames });
        }
        let last = frames - 1;
        let before = u64::from(index) * FRAME_BYTES as u64;
        match index.cmp(&last) {
            std::cmp::Ordering::Less => Ok(Self { index, plain_bytes: FRAME_BYTES, end: None }),
            std::cmp::Ordering::Equal => {
                let rest = usize::try_from(plain_bytes - before).map_err(|_| SealError::TooLarge)?;
                Ok(Self { index, plain_bytes: rest, end: Some(End { plain_bytes, frames }) })
            }
            std::cmp::Ordering::Greater => Err(SealError::Frame { index }),
        }
    }

    fn last_flag(&self) -> u8 {
        u8::from(self.end.is_some())
    }

    fn nonce(&self) -> aead::Nonce {
        let mut nonce = [0; aead::NONCE_LEN];
        nonce[7..11].copy_from_slice(&self.index.to_be_bytes());
        nonce[11] = self.last_flag();
        aead::Nonce::assume_unique_for_key(nonce)
    }

    fn associated_data(&self, context: &[u8; 32]) -> ([u8; AAD_BYTES_MAX], usize) {
        let mut aad = [0; AAD_BYTES_MAX];
        aad[..32].copy_from_slice(context);
        aad[32..36].copy_from_slice(&self.index.to_be_bytes());
        aad[36] = self.last_flag();
        // A frame has at most 2^18 bytes, so its length fits.
        aad[37..41].copy_from_slice(&(self.plain_bytes as u32).to_be_bytes());
        let Some(end) = self.end else { return (aad, 41) };
        aad[41..49].copy_from_slice(&end.plain_bytes.to_be_bytes());
        aad[49..57].copy_from_slice(&u64::from(end.frames).to_be_bytes());
        (aad, AAD_BYTES_MAX)
    }
}

/// Seals one frame. `buffer` is the codec byte followed by the plaintext; it is encrypted where it lies unless compression pays.
pub(crate) fn seal(keys: &DocumentKeys, place: Place, mut buffer: Vec<u8>) -> Bytes {
    debug_assert_eq!(buffer.len(), CODEC_BYTES + place.plain_bytes, "a buffer must hold exactly its codec byte and its frame");
    if let Some(compressed) = probe::compress(&buffer[CODEC_BYTES..], CODEC_ZSTD, TAG_BYTES) {
        buffer = compressed;
    } else if let Some(codec) = buffer.first_mut() {
        *codec = CODEC_STORED;
    }
    let (aad, length) = place.associated_data(&keys.context);
    let sealed = keys.frames.seal_in_place_append_tag(place.nonce(), aead::Aad::from(&aad[..length]), &mut buffer);
    sealed.expect("a frame must be far below the length limit of AES-GCM");
    Bytes::from(buffer)
}

/// Opens one frame where it lies, and decompresses it to exactly the length that its place demands.
pub(crate) fn open(keys: &DocumentKeys, place: Place, mut buffer: Vec<u8>) -> Result<Bytes, SealError> {
    let damaged = SealError::Frame { index: place.index };
    // Compression is only kept when it makes a frame smaller, so a longer one was never sealed here.
    if buffer.len() > FRAME_OVERHEAD_BYTES + place.plain_bytes {
        return Err(damaged);
    }
    let (aad, length) = place.associated_data(&keys.context);
    let opened = keys.frames.open_in_place(place.nonce(), aead::Aad::from(&aad[..length]), &mut buffer);
    let plain_and_codec_bytes = opened.map_err(|_| damaged)?.len();
    buffer.truncate(plain_and_codec_bytes);
    let buffer = Bytes::from(buffer);
    let codec = *buffer.first().ok_or(damaged)?;
    let body = buffer.slice(CODEC_BYTES..);
    match codec {
        CODEC_STORED if body.len() == place.plain_bytes => Ok(body),
        CODEC_ZSTD => probe::decompress(&body, place.plain_bytes).map(Bytes::from).ok_or(damaged),
        _ => Err(damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: u64 = FRAME_BYTES as u64;

    #[test]
    fn frames_per_length() {
        for (plain_bytes, frames) in [(0, 1), (1, 1), (FRAME, 1), (FRAME + 1, 2), (2 * FRAME, 2), (10 * FRAME - 1, 10)] {
            assert_eq!(frame_count(plain_bytes), Ok(frames), "{plain_bytes}");
        }
        assert_eq!(frame_count(crate::limits::DOCUMENT_BYTES_MAX), Ok(1 << 18));
        assert_eq!(frame_count(crate::limits::DOCUMENT_BYTES_MAX + 1), Err(SealError::TooLarge));
    }

    #[test]
    fn frames_per_range() {
        let total = 3 * FRAME + 10;
        let cases = [
            (0..1, Some((0, 0, 0, 1))),
            (0..FRAME, Some((0, 0, 0, FRAME))),
            (0..FRAME + 1, Some((0, 1, 0, FRAME + 1))),
            (FRAME - 1..FRAME + 1, Some((0, 1, FRAME_BYTES - 1, 2))),
            (3 * FRAME..total, Some((3, 3, 0, 10))),
            (0..total, Some((0, 3, 0, total))),
            (5..5, None),
            (0..total + 1, None),
        ];
        for (range, expected) in cases {
            let span = frames_for_range(range.clone(), total).map(|span| (span.first, span.last, span.skip_bytes, span.take_bytes));
            assert_eq!(span, expected, "{range:?}");
        }
    }

    #[test]
    fn a_place_outside_the_document_is_refused() {
        assert!(Place::in_stored(2, 2 * FRAME, 2).is_err());
        assert!(Place::in_stored(u32::MAX, 0, 1).is_err());
        assert!(matches!(Place::in_stored(0, 2 * FRAME, 3), Err(SealError::FrameCount { expected: 2, .. })));
        assert!(Place::in_stored(0, u64::MAX, 1).is_err());
    }
}

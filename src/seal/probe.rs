//! Does compression pay for this frame? And the two zstd calls that follow from the answer.
//!
//! Scans and most PDFs are compressed already; trying zstd on all of a frame only to throw the result away would cost more than
//! encrypting it. Three samples at the fastest level tell scans from text at a tenth of the cost. The compression contexts are large, so
//! each thread keeps one; they hold plaintext remains, never keys.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{CParameter, DParameter};

use crate::limits::{FRAME_BYTES, FRAME_LOG2};

/// zstd's own default: at level 3 office documents and XML shrink as far as they will at any level that keeps up with ingest.
const LEVEL: i32 = 3;
const SAMPLE_LEVEL: i32 = 1;
const SAMPLE_BYTES: usize = 4 << 10;
const SAMPLES: usize = 3;
/// Below this, sampling would read about as much as compressing does.
const SAMPLED_FROM_BYTES: usize = 8 * SAMPLE_BYTES;
/// Below this, a zstd frame's own header eats what is gained.
const COMPRESSED_FROM_BYTES: usize = 64;

const _: () = assert!(SAMPLES * SAMPLE_BYTES < SAMPLED_FROM_BYTES, "samples must not overlap");

struct Contexts {
    compressor: Compressor<'static>,
    sampler: Compressor<'static>,
    decompressor: Decompressor<'static>,
    /// Takes a compressed frame until its size is known, so that what is kept has no slack.
    scratch: Vec<u8>,
}

impl Contexts {
    /// `None` when there is no memory for them.
    fn new() -> Option<Self> {
        let mut compressor = Compressor::new(LEVEL).ok()?;
        // The tag of the encryption covers the frame; a checksum of zstd's own would only cost. The length is known from the header.
        for parameter in [
            CParameter::WindowLog(u32::from(FRAME_LOG2)),
            CParameter::ChecksumFlag(false),
            CParameter::DictIdFlag(false),
            CParameter::ContentSizeFlag(true),
        ] {
            compressor.set_parameter(parameter).ok()?;
        }
        let mut decompressor = Decompressor::new().ok()?;
        decompressor.set_parameter(DParameter::WindowLogMax(u32::from(FRAME_LOG2))).ok()?;
        Some(Self { compressor, sampler: Compressor::new(SAMPLE_LEVEL).ok()?, decompressor, scratch: vec![0; FRAME_BYTES] })
    }

    /// Whether the samples shrink to nine tenths at most.
    fn samples_shrink(&mut self, plain: &[u8]) -> bool {
        let stride = (plain.len() - SAMPLE_BYTES) / (SAMPLES - 1);
        let samples = (0..SAMPLES).filter_map(|number| plain.get(number * stride..number * stride + SAMPLE_BYTES));
        let (mut before, mut after) = (0, 0);
        for sample in samples {
            before += sample.len();
            // A sample that does not fit into its own size has grown.
            after += self.sampler.compress_to_buffer(sample, &mut self.scratch[..SAMPLE_BYTES]).unwrap_or(SAMPLE_BYTES);
        }
        after * 10 <= before * 9
    }

    /// The compressed bytes in `scratch`, if they save at least a sixteenth.
    fn compress(&mut self, plain: &[u8]) -> Option<&[u8]> {
        let worth_bytes = plain.len() - plain.len().div_ceil(16);
        let target = self.scratch.get_mut(..worth_bytes)?;
        let length = self.compressor.compress_to_buffer(plain, target).ok()?;
        self.scratch.get(..length)
    }
}

thread_local! {
    static CONTEXTS: RefCell<Option<Contexts>> = const { RefCell::new(None) };
}

/// Runs `body` with this thread's contexts; `None` if they cannot be had.
fn with_contexts<T>(body: impl FnOnce(&mut Contexts) -> Option<T>) -> Option<T> {
    CONTEXTS.with(|cell| {
        let mut slot = cell.try_borrow_mut().ok()?;
        if slot.is_none() {
            *slot = Contexts::new();
        }
        slot.as_mut().and_then(body)
    })
}

/// `codec` followed by the compressed frame, with `reserve_bytes` of room behind it; `None` if the frame is better stored as it is.
pub(crate) fn compress(plain: &[u8], codec: u8, reserve_bytes: usize) -> Option<Vec<u8>> {
    if plain.len() < COMPRESSED_FROM_BYTES {
        return None;
    }
    with_contexts(|contexts| {
        let hopeless = if plain.len() >= SAMPLED_FROM_BYTES { !contexts.samples_shrink(plain) } else { looks_random(plain) };
        if hopeless {
            return None;
        }
        let compressed = contexts.compress(plain)?;
        let mut buffer = Vec::with_capacity(1 + compressed.len() + reserve_bytes);
        buffer.push(codec);
        buffer.extend_from_slice(compressed);
        Some(buffer)
    })
}

/// Whether the bytes of a short frame are spread as evenly as those of compressed or encrypted data. Then trying zstd would cost as
/// much as all of the encryption, for nothing.
///
/// The measure is the number of pairs of equal bytes: n + n(n-1)/256 if every value is as likely as any other, and a multiple of
/// that for text, forms and bitmaps. Pieces from all over the frame are enough to tell them apart. A wrong guess only costs space.
fn looks_random(plain: &[u8]) -> bool {
    const PIECES: usize = 4;
    const PIECE_BYTES: usize = 256;
    const LENGTH: u64 = (PIECES * PIECE_BYTES) as u64;
    if plain.len() < PIECES * PIECE_BYTES {
        return false;
    }
    let stride = (plain.len() - PIECE_BYTES) / (PIECES - 1);
    let mut counts = [0_u64; 256];
    for number in 0..PIECES {
        let piece = plain.iter().skip(number * stride).take(PIECE_BYTES);
        piece.for_each(|byte| counts[usize::from(*byte)] += 1);
    }
    let pairs: u64 = counts.iter().map(|count| count * count).sum();
    pairs * 2 < (LENGTH + LENGTH * LENGTH / 256) * 3
}

/// Decompresses one frame to exactly `plain_bytes`; `None` if that is not what it holds. Never allocates more than that.
pub(crate) fn decompress(compressed: &[u8], plain_bytes: usize) -> Option<Vec<u8>> {
    with_contexts(|contexts| {
        let mut plain = Vec::with_capacity(plain_bytes);
        let length = contexts.decompressor.decompress_to_buffer(compressed, &mut plain).ok()?;
        (length == plain_bytes && plain.len() == plain_bytes).then_some(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::random;

    fn noise(bytes: usize) -> Vec<u8> {
        std::iter::repeat_with(random::bytes::<4096>).flatten().take(bytes).collect()
    }

    #[test]
    fn text_is_compressed_and_noise_is_not() {
        let text = b"Bescheid ueber die Bewilligung von Leistungen. ".repeat(4000);
        for (what, plain, pays) in [
            ("text", &text[..100_000], true),
            ("short text", &text[..4096], true),
            ("a few words", &text[..40], false),
            ("nothing", &text[..0], false),
            ("noise", &noise(FRAME_BYTES), false),
            ("short noise", &noise(4096), false),
        ] {
            assert_eq!(compress(plain, 1, 16).is_some(), pays, "{what}");
        }
    }

    #[test]
    fn noise_with_a_text_in_its_middle_is_judged_by_all_samples() {
        let mut mixed = noise(FRAME_BYTES);
        mixed[FRAME_BYTES / 2 - 40_000..FRAME_BYTES / 2 + 40_000].fill(b'a');
        let compressed = compress(&mixed, 1, 0).expect("a third of it shrinks to nothing");
        assert_eq!(decompress(&compressed[1..], mixed.len()), Some(mixed));
    }

    #[test]
    fn decompression_gives_the_declared_length_or_nothing() {
        let plain = b"Aktenzeichen ".repeat(1000);
        let compressed = compress(&plain, 1, 0).unwrap();
        assert_eq!(decompress(&compressed[1..], plain.len()).as_deref(), Some(plain.as_slice()));
        for wrong in [0, 1, plain.len() - 1, plain.len() + 1] {
            assert_eq!(decompress(&compressed[1..], wrong), None, "{wrong}");
        }
        assert_eq!(decompress(&compressed[2..], plain.len()), None);
        assert_eq!(decompress(&[], 5), None);
    }
}

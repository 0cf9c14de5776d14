//! Undoes `FlateDecode` (RFC 1950) for one stream after the other, within what one document may cost.

use miniz_oxide::inflate::stream::{InflateState, ZeroReset, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use crate::limits::GATE_INFLATED_BYTES_MAX;

/// Bytes that are inflated at once.
const PIECE_BYTES: usize = 16 << 10;

/// Inflates streams of one document. Its window is used again, since a document may have very many very small streams.
pub struct Inflater {
    window: Option<Box<Window>>,
    bytes_left: usize,
}

struct Window {
    state: InflateState,
    piece: [u8; PIECE_BYTES],
}

impl Default for Inflater {
    fn default() -> Self {
        Self { window: None, bytes_left: GATE_INFLATED_BYTES_MAX }
    }
}

impl Inflater {
    /// Begins with another stream.
    pub fn begin(&mut self) {
        match &mut self.window {
            Some(window) => window.state.reset_as(ZeroReset),
            None => self.window = Some(Box::new(Window { state: InflateState::new(DataFormat::Zlib), piece: [0; PIECE_BYTES] })),
        }
    }

    /// Inflates more of the stream and hands it to `take`. `false` when nothing more can come of it: at its end, after an error, or when
    /// the document has used up what it may.
    pub fn inflate(&mut self, mut input: &[u8], mut take: impl FnMut(&[u8])) -> bool {
        let Some(window) = &mut self.window else { return false };
        loop {
            let result = inflate(&mut window.state, input, &mut window.piece, MZFlush::None);
            input = input.get(result.bytes_consumed..).unwrap_or_default();
            let inflated = window.piece.get(..result.bytes_written).unwrap_or_default();
            self.bytes_left = self.bytes_left.saturating_sub(inflated.len());
            take(inflated);
            match result.status {
                // It could go no further for want of input.
                Err(MZError::Buf) => return true,
                Ok(MZStatus::Ok) if self.bytes_left > 0 => {
                    if input.is_empty() && inflated.len() < PIECE_BYTES {
                        return true;
                    }
                }
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inflated(inflater: &mut Inflater, packed: &[u8], piece: usize) -> (Vec<u8>, bool) {
        inflater.begin();
        let mut found = Vec::new();
        let more = packed.chunks(piece).all(|piece| inflater.inflate(piece, |bytes| found.extend_from_slice(bytes)));
        (found, more)
    }

    #[test]
    fn one_stream_after_the_other() {
        let mut inflater = Inflater::default();
        for bytes in [0, 1, 100, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES] {
            let plain: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
            let packed = miniz_oxide::deflate::compress_to_vec_zlib(&plain, 6);
            for piece in [1, 9, packed.len()] {
                assert!(inflated(&mut inflater, &packed, piece) == (plain.clone(), false), "{bytes} bytes in pieces of {piece}");
            }
            let (cut_off, more) = inflated(&mut inflater, &packed[..packed.len() - 5], 7);
            assert!(more && plain.starts_with(&cut_off), "{bytes} bytes");
        }
        assert!(!inflated(&mut inflater, b"no zlib data at all", 3).1);
    }

    #[test]
    fn a_document_may_cost_so_much_and_no_more() {
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 16 << 20], 6);
        let mut inflater = Inflater::default();
        let mut bytes = 0;
        for _ in 0..2 * GATE_INFLATED_BYTES_MAX / (16 << 20) {
            inflater.begin();
            inflater.inflate(&bomb, |inflated| bytes += inflated.len());
        }
        // After that, each stream still gives its first piece.
        assert!((GATE_INFLATED_BYTES_MAX..GATE_INFLATED_BYTES_MAX + (1 << 20)).contains(&bytes), "{bytes}");
    }
}

//! Pictures of one page: PNG (W3C PNG 3rd edition) and JPEG (ITU-T T.81). What is asked of them stands at their beginning.

use super::seen::{Jbig2, Seen, Tone};
use crate::limits::GATE_HEAD_BYTES_MAX;

/// Keeps the beginning of a picture and reads it at the end.
pub(super) struct PictureReader {
    head: Vec<u8>,
    tone_of: fn(&[u8]) -> Option<Tone>,
}

impl PictureReader {
    pub(super) fn png() -> Self {
        Self { head: Vec::new(), tone_of: png_tone }
    }

    pub(super) fn jpeg() -> Self {
        Self { head: Vec::new(), tone_of: jpeg_tone }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = GATE_HEAD_BYTES_MAX - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// A picture whose own description cannot be read may be anything, also in its number of pages.
    pub(super) fn finish(self) -> Seen {
        match (self.tone_of)(&self.head) {
            Some(tone) => Seen { pages: Some(1), tone, jbig2: Jbig2::Absent },
            None => Seen::NOTHING,
        }
    }
}

/// The colour type stands in the first chunk, IHDR; colours of a palette in a later one, before the pixels. `None` without IHDR.
fn png_tone(bytes: &[u8]) -> Option<Tone> {
    let mut rest = bytes.get(8..)?;
    let (name, header, after) = png_chunk(rest)?;
    let (bits, colour_type) = match header {
        [_, _, _, _, _, _, _, _, bits, colour_type, ..] if name == b"IHDR" => (*bits, *colour_type),
        _ => return None,
    };
    match colour_type {
        0 | 4 => return Some(Tone::Grey),
        2 | 6 => return Some(Tone::Colour),
        // One bit makes two colours of a page: that is black on white, whatever they are called.
        3 if bits == 1 => return Some(Tone::Grey),
        3 => {}
        _ => return Some(Tone::Unknown),
    }
    rest = after;
    while let Some((name, data, after)) = png_chunk(rest) {
        match name {
            b"PLTE" => return Some(if has_colours(data) { Tone::Colour } else { Tone::Grey }),
            b"IDAT" => break,
            _ => rest = after,
        }
    }
    Some(Tone::Unknown)
}

/// Splits off the next chunk: name, data, and what follows the check sum.
fn png_chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (name, rest) = rest.split_at_checked(4)?;
    let (data, rest) = rest.split_at_checked(length)?;
    Some((name, data, rest.get(4..).unwrap_or_default()))
}

fn has_colours(palette: &[u8]) -> bool {
    palette.chunks_exact(3).any(|entry| entry[0] != entry[1] || entry[1] != entry[2])
}

/// The number of components stands in the frame header (T.81 B.2.2), behind segments of any size. `None` without one.
fn jpeg_tone(bytes: &[u8]) -> Option<Tone> {
    let mut rest = bytes.get(2..)?;
    loop {
        // Any number of 0xff may stand before a marker (T.81 B.1.1.2).
        let (&prefix, after) = rest.split_first()?;
        if prefix != 0xff {
            return None;
        }
        let (&marker, after) = after.split_first()?;
        rest = match marker {
            0xff => &rest[1..],
            // Markers without a segment.
            0x01 | 0xd0..=0xd7 => after,
            // All frame headers; c4, c8 and cc in their midst are tables and an extension.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some(match after.get(7)? {
                    1 => Tone::Grey,
                    3 | 4 => Tone::Colour,
                    _ => Tone::Unknown,
                });
            }
            // Pixels or the end before any frame header.
            0xd8..=0xda => return None,
            _ => {
                let length = after.first_chunk::<2>().map(|length| usize::from(u16::from_be_bytes(*length)))?;
                after.get(length.max(2)..)?
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(bits: u8, colour_type: u8, palette: &[u8]) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let header = [&[0, 0, 0, 9, 0, 0, 0, 9, bits, colour_type, 0, 0, 0][..]].concat();
        for (name, data) in [(b"IHDR", &header[..]), (b"gAMA", &[0, 0, 0, 1]), (b"PLTE", palette), (b"IDAT", &[0; 9])] {
            file.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
            file.extend_from_slice(name);
            file.extend_from_slice(data);
            file.extend_from_slice(&[0; 4]);
        }
        file
    }

    fn jpeg(components: u8) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8, 0xff, 0xe1, 0, 9, b'E', b'x', b'i', b'f', 0xff, 0xc0, 7];
        file.extend_from_slice(&[0xff, 0xdb, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 9, 0, 9, components, 0xff, 0xda]);
        file
    }

    #[test]
    fn a_png_says_whether_it_has_colours() {
        for (bits, colour_type, palette, tone) in [
            (1, 0, &[][..], Tone::Grey),
            (8, 4, &[], Tone::Grey),
            (8, 2, &[], Tone::Colour),
            (16, 6, &[], Tone::Colour),
            (8, 3, &[0, 0, 0, 128, 128, 128], Tone::Grey),
            (8, 3, &[0, 0, 0, 128, 128, 129], Tone::Colour),
            (1, 3, &[0, 0, 0, 255, 0, 0], Tone::Grey),
            (8, 7, &[], Tone::Unknown),
        ] {
            assert_eq!(png_tone(&png(bits, colour_type, palette)), Some(tone), "{bits} bits, colour type {colour_type}, {palette:?}");
        }
    }

    #[test]
    fn a_jpeg_says_how_many_components_it_has() {
        for (components, tone) in [(1, Tone::Grey), (3, Tone::Colour), (4, Tone::Colour), (2, Tone::Unknown)] {
            assert_eq!(jpeg_tone(&jpeg(components)), Some(tone), "{components}");
        }
        assert_eq!(jpeg_tone(&[0xff, 0xd8, 0xff, 0xda, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn a_picture_that_is_cut_off_has_no_pages() {
        for whole in [png(8, 3, &[1, 2, 3]), jpeg(3)] {
            for end in 0..whole.len() {
                let tone_of = if whole[0] == 0xff { jpeg_tone } else { png_tone };
                let seen = PictureReader { head: whole[..end].to_vec(), tone_of }.finish();
                assert!(seen.tone == Tone::Unknown || seen.pages == Some(1), "{end}");
            }
        }
    }
}

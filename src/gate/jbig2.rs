//! JBIG2 segment headers (ITU-T T.88 section 7.2): enough to tell symbol coding from the rest, without decoding anything.

use super::seen::{Jbig2, Seen, Tone};

/// Referred-to segments of one segment: real ones refer to a handful.
const REFERRED_MAX: u32 = 4096;

/// Symbol dictionary; text region: intermediate, immediate, immediate lossless (T.88 section 7.3).
const SYMBOL_CODING: [u8; 4] = [0, 4, 6, 7];
const END_OF_FILE: u8 = 51;
/// All types that T.88 and its amendments define.
const KNOWN: [u8; 22] = [0, 4, 6, 7, 16, 20, 22, 23, 36, 38, 39, 40, 42, 43, 48, 49, 50, 51, 52, 53, 54, 62];

/// A data length that is not known beforehand (T.88 section 7.2.7): the segment has to be decoded to find its end.
const LENGTH_UNKNOWN: u32 = u32::MAX;

/// Walks from segment to segment.
#[derive(Default)]
pub(super) struct Segments {
    header: Vec<u8>,
    /// Bytes of data until the next header.
    skip: u64,
    /// In files with random access all headers come first, without data between them.
    headers_only: bool,
    ended: bool,
    symbol_coding: bool,
}

/// A header, as far as it matters here.
struct Header {
    kind: u8,
    data_bytes: u32,
}

/// What can be said of the bytes of a header.
enum Parsed {
    Whole(Header),
    TooShort,
    Nonsense,
}

impl Segments {
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.ended {
            if self.skip > 0 {
                let skipped = bytes.len().min(usize::try_from(self.skip).unwrap_or(usize::MAX));
                self.skip -= skipped as u64;
                bytes = &bytes[skipped..];
                continue;
            }
            self.header.push(bytes[0]);
            bytes = &bytes[1..];
            match parse(&self.header) {
                Parsed::TooShort => {}
                Parsed::Nonsense => self.ended = true,
                Parsed::Whole(header) => self.segment(&header),
            }
        }
    }

    /// Whether a segment takes part in symbol coding.
    pub(super) fn symbol_coding(&self) -> bool {
        self.symbol_coding
    }

    fn segment(&mut self, header: &Header) {
        self.header.clear();
        self.symbol_coding |= SYMBOL_CODING.contains(&header.kind);
        self.ended = header.kind == END_OF_FILE || (header.data_bytes == LENGTH_UNKNOWN && !self.headers_only);
        self.skip = if self.headers_only { 0 } else { u64::from(header.data_bytes) };
    }
}

/// T.88 section 7.2.1: number, flags, referred-to segments, page, data length.
fn parse(bytes: &[u8]) -> Parsed {
    let (Some(number), Some(flags)) = (be32(bytes, 0), bytes.get(4)) else { return Parsed::TooShort };
    let kind = flags & 0x3f;
    if !KNOWN.contains(&kind) {
        return Parsed::Nonsense;
    }
    // The short form has the count in three bits of one byte; the value 7 announces the long form.
    let Some(short) = bytes.get(5) else { return Parsed::TooShort };
    let (count, referred_at) = match short >> 5 {
        count @ 0..=4 => (u32::from(count), 6),
        7 => {
            let Some(long) = be32(bytes, 5) else { return Parsed::TooShort };
            let count = long & 0x1fff_ffff;
            // One bit for each of them and one for the segment itself, in whole bytes.
            (count, 9 + (count as usize + 1).div_ceil(8))
        }
        _ => return Parsed::Nonsense,
    };
    if count > REFERRED_MAX {
        return Parsed::Nonsense;
    }
    // Numbers of referred-to segments are as long as the segment's own number asks for.
    let number_bytes = match number {
        0..=256 => 1,
        257..=65_536 => 2,
        _ => 4,
    };
    let page_bytes = if flags & 0x40 == 0 { 1 } else { 4 };
    match be32(bytes, referred_at + count as usize * number_bytes + page_bytes) {
        Some(data_bytes) => Parsed::Whole(Header { kind, data_bytes }),
        None => Parsed::TooShort,
    }
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

/// A JBIG2 file of its own (T.88 annex D.4).
#[derive(Default)]
pub(super) struct Jbig2File {
    header: Vec<u8>,
    segments: Segments,
    pages: Option<u32>,
}

impl Jbig2File {
    /// Mark, flags, and the number of pages if it is known.
    const HEADER_BYTES: usize = 8 + 1 + 4;
    const PAGES_UNKNOWN: u8 = 0b10;
    const SEQUENTIAL: u8 = 0b01;

    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while self.header.len() < self.header_bytes() {
            let Some((first, rest)) = bytes.split_first() else { return };
            self.header.push(*first);
            bytes = rest;
            if self.header.len() == self.header_bytes() {
                let flags = self.header[8];
                self.segments.headers_only = flags & Self::SEQUENTIAL == 0;
                self.pages = be32(&self.header, 9);
            }
        }
        self.segments.push(bytes);
    }

    pub(super) fn finish(self) -> Seen {
        let jbig2 = if self.segments.symbol_coding() { Jbig2::SymbolCoding } else { Jbig2::Present };
        // JBIG2 knows black and white only, unless an amendment is used that nobody scans with.
        Seen { pages: self.pages, tone: Tone::Grey, jbig2 }
    }

    fn header_bytes(&self) -> usize {
        let unknown = self.header.get(8).is_some_and(|flags| flags & Self::PAGES_UNKNOWN != 0);
        if unknown { Self::HEADER_BYTES - 4 } else { Self::HEADER_BYTES }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{jbig2_file, jbig2_segment};
    use super::*;

    fn read(file: &[u8], piece: usize) -> Seen {
        let mut reader = Jbig2File::default();
        file.chunks(piece).for_each(|piece| reader.push(piece));
        reader.finish()
    }

    #[test]
    fn symbol_coding_is_told_from_the_rest() {
        for (kind, jbig2) in [
            (0, Jbig2::SymbolCoding),
            (4, Jbig2::SymbolCoding),
            (6, Jbig2::SymbolCoding),
            (7, Jbig2::SymbolCoding),
            (16, Jbig2::Present),
            (22, Jbig2::Present),
            (36, Jbig2::Present),
            (38, Jbig2::Present),
            (42, Jbig2::Present),
        ] {
            for random_access in [false, true] {
                // The segment in question stands behind others, the data of which look like headers of text regions.
                let text_region = jbig2_segment(9, 6, &[1], &[]);
                let parts = [(1, 48, &[][..], vec![0; 19]), (2, 62, &[1, 1, 1, 1, 1][..], text_region.0), (3, kind, &[2][..], vec![7; 30])];
                let segments: Vec<_> =
                    parts.iter().map(|(number, kind, referred, data)| jbig2_segment(*number, *kind, referred, data)).collect();
                let file = jbig2_file(&segments, random_access);
                for piece in [1, 7, file.len()] {
                    let expected = Seen { pages: Some(1), tone: Tone::Grey, jbig2 };
                    assert_eq!(read(&file, piece), expected, "type {kind}, random access {random_access}, pieces of {piece}");
                }
            }
        }
    }

    #[test]
    fn headers_of_every_length_are_read() {
        // Many references take the long form of the count; large numbers take longer references.
        for (number, referred) in [(1, 0), (1, 4), (1, 5), (256, 9), (257, 3), (65_536, 300), (65_537, 4), (70_000, 4096)] {
            let referred = vec![1; referred];
            let segments = [jbig2_segment(number, 38, &referred, &[0; 5]), jbig2_segment(number + 1, 7, &[], &[])];
            assert_eq!(read(&jbig2_file(&segments, false), 1000).jbig2, Jbig2::SymbolCoding, "{number}, {} references", referred.len());
        }
    }

    #[test]
    fn what_is_no_segment_ends_the_search() {
        let nonsense = |bytes: &[u8]| {
            let mut segments = Segments::default();
            segments.push(bytes);
            segments.push(&jbig2_segment(1, 7, &[], &[]).0);
            segments.symbol_coding()
        };
        for (bytes, found) in [
            (&[][..], true),
            // An unknown type; five and six references, which have no form; more references than there can be; an unknown length.
            (&[0, 0, 0, 1, 5][..], false),
            (&[0, 0, 0, 1, 38, 0xa0], false),
            (&[0, 0, 0, 1, 38, 0xff, 0xff, 0xff, 0xff], false),
            (&[0, 0, 0, 1, 38, 0, 1, 0xff, 0xff, 0xff, 0xff], false),
            (&[0, 0, 0, 1, END_OF_FILE, 0, 1, 0, 0, 0, 0], false),
        ] {
            assert_eq!(nonsense(bytes), found, "{bytes:?}");
        }
    }
}

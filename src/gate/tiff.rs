//! TIFF 6.0 and BigTIFF: a chain of directories, one for each picture.
//!
//! The chain may lead anywhere in the file. Programs that scan write it front to back, so it can be followed while the document arrives;
//! a step back is possible only into the part that is kept from the beginning.

use std::collections::BTreeSet;

use super::seen::{Jbig2, Seen, Tone};
use crate::limits::{GATE_HEAD_BYTES_MAX, GATE_TIFF_DIRECTORIES_MAX, GATE_TIFF_ENTRIES_MAX};

/// JBIG2 as TIFF-FX carries it. (34661, which is sometimes taken for it, is JBIG1, ITU-T T.82: lossless and without symbols.)
const COMPRESSION_JBIG2: u64 = 34715;

const TAG_NEW_SUBFILE_TYPE: u16 = 254;
const TAG_COMPRESSION: u16 = 259;
const TAG_PHOTOMETRIC: u16 = 262;

/// Bits of NewSubfileType: a smaller copy of another picture, a mask of another picture. Neither is a page.
const NOT_A_PAGE: u64 = 0b101;

/// Follows the chain of directories.
pub(super) struct TiffReader {
    head: Vec<u8>,
    /// Bytes that have arrived.
    arrived: u64,
    format: Format,
    step: Step,
    /// What has been gathered of the bytes that the step needs.
    gathered: Vec<u8>,
    visited: BTreeSet<u64>,
    pages: u32,
    tone: Option<Tone>,
    jbig2: Jbig2,
}

/// Byte order, and 32 or 64 bits.
#[derive(Clone, Copy)]
struct Format {
    big_endian: bool,
    wide: bool,
}

/// What is read next: so many bytes from this offset on.
#[derive(Clone, Copy)]
enum Step {
    Header,
    Count {
        at: u64,
    },
    Directory {
        at: u64,
        entries: u64,
    },
    /// The chain has ended as it should.
    End,
    /// It cannot be followed.
    Lost,
}

impl Default for TiffReader {
    fn default() -> Self {
        Self {
            head: Vec::new(),
            arrived: 0,
            format: Format { big_endian: false, wide: false },
            step: Step::Header,
            gathered: Vec::new(),
            visited: BTreeSet::new(),
            pages: 0,
            tone: None,
            jbig2: Jbig2::Absent,
        }
    }
}

impl TiffReader {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = GATE_HEAD_BYTES_MAX - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        while self.gather(bytes) {
            let gathered = std::mem::take(&mut self.gathered);
            self.step = self.take_step(&gathered).unwrap_or(Step::Lost);
        }
        self.arrived += bytes.len() as u64;
    }

    pub(super) fn finish(self) -> Seen {
        let pages = matches!(self.step, Step::End).then_some(self.pages);
        // Colours of pictures that could not be found are unknown.
        let tone = self.tone.filter(|tone| pages.is_some() || *tone == Tone::Colour).unwrap_or(Tone::Unknown);
        Seen { pages, tone, jbig2: self.jbig2 }
    }

    /// Gathers what the step needs, from the beginning of the file or from the newest bytes. Whether it is complete.
    fn gather(&mut self, newest: &[u8]) -> bool {
        let Some((start, length)) = self.needs() else { return false };
        while self.gathered.len() < length {
            let at = start.saturating_add(self.gathered.len() as u64);
            let Some(source) = from(&self.head, 0, at).or_else(|| from(newest, self.arrived, at)) else {
                if at < self.arrived {
                    self.step = Step::Lost;
                }
                return false;
            };
            let taken = source.len().min(length - self.gathered.len());
            self.gathered.extend_from_slice(&source[..taken]);
        }
        true
    }

    fn needs(&self) -> Option<(u64, usize)> {
        let wide = self.format.wide;
        match self.step {
            // The longer header is that of BigTIFF; a TIFF file that is shorter has no directory either.
            Step::Header => Some((0, 16)),
            Step::Count { at } => Some((at, if wide { 8 } else { 2 })),
            Step::Directory { at, entries } => {
                let (entry_bytes, link_bytes) = if wide { (20, 8) } else { (12, 4) };
                // `entries` is within its bound, so this is too.
                Some((at, usize::try_from(entries).unwrap_or(0) * entry_bytes + link_bytes))
            }
            Step::End | Step::Lost => None,
        }
    }

    /// Understands what was gathered; `None` if it makes no sense.
    fn take_step(&mut self, bytes: &[u8]) -> Option<Step> {
        match self.step {
            Step::Header => {
                self.format.big_endian = bytes.first()? == &b'M';
                self.format.wide = self.format.number(bytes.get(2..4)?) == 43;
                let first = if self.format.wide { bytes.get(8..16)? } else { bytes.get(4..8)? };
                let first = self.format.number(first);
                self.follow(first)
            }
            Step::Count { at } => {
                let entries = self.format.number(bytes);
                let count_bytes = bytes.len() as u64;
                (entries <= GATE_TIFF_ENTRIES_MAX).then_some(Step::Directory { at: at.checked_add(count_bytes)?, entries })
            }
            Step::Directory { .. } => {
                let (entries, link) = bytes.split_at_checked(bytes.len().checked_sub(if self.format.wide { 8 } else { 4 })?)?;
                self.directory(entries);
                let next = self.format.number(link);
                self.follow(next)
            }
            Step::End | Step::Lost => None,
        }
    }

    /// Goes to the next directory. A chain that comes back to where it was never ends.
    fn follow(&mut self, at: u64) -> Option<Step> {
        if at == 0 {
            return Some(Step::End);
        }
        (self.visited.len() < GATE_TIFF_DIRECTORIES_MAX && self.visited.insert(at)).then_some(Step::Count { at })
    }

    fn directory(&mut self, entries: &[u8]) {
        let (mut subfile, mut compression, mut photometric) = (0, 1, None);
        for entry in entries.chunks_exact(if self.format.wide { 20 } else { 12 }) {
            let (head, value) = entry.split_at(if self.format.wide { 12 } else { 8 });
            let value = self.format.single_value(head, value);
            match (self.format.number(&head[..2]) as u16, value) {
                (TAG_NEW_SUBFILE_TYPE, Some(value)) => subfile = value,
                (TAG_COMPRESSION, Some(value)) => compression = value,
                (TAG_PHOTOMETRIC, value) => photometric = value,
                _ => {}
            }
        }
        if compression == COMPRESSION_JBIG2 {
            self.jbig2 = Jbig2::Present;
        }
        if subfile & NOT_A_PAGE == 0 {
            self.pages = self.pages.saturating_add(1);
            let tone = match photometric {
                Some(0 | 1) => Tone::Grey,
                // RGB, palette, CMYK, YCbCr, and the three forms of Lab.
                Some(2 | 3 | 5 | 6 | 8..=10) => Tone::Colour,
                _ => Tone::Unknown,
            };
            self.tone = Some(self.tone.map_or(tone, |so_far| so_far.max(tone)));
        }
    }
}

impl Format {
    fn number(self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }

    /// The value of an entry that has exactly one, of type SHORT, LONG or LONG8: only those stand in the entry itself and are asked for.
    fn single_value(self, head: &[u8], value: &[u8]) -> Option<u64> {
        let value_bytes = match self.number(&head[2..4]) {
            3 => 2,
            4 => 4,
            16 => 8,
            _ => return None,
        };
        (self.number(&head[4..]) == 1).then_some(self.number(value.get(..value_bytes)?))
    }
}

/// The part of `bytes`, which begin at offset `begin` of the file, from offset `at` on; `None` if they do not reach there.
fn from(bytes: &[u8], begin: u64, at: u64) -> Option<&[u8]> {
    let skipped = usize::try_from(at.checked_sub(begin)?).ok()?;
    bytes.get(skipped..).filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TiffLayout, tiff};
    use super::*;

    const BITONAL: &[(u16, u32)] = &[(256, 9), (257, 9), (259, 4), (262, 0)];
    const RGB: &[(u16, u32)] = &[(256, 9), (257, 9), (259, 5), (262, 2)];
    const THUMBNAIL: &[(u16, u32)] = &[(254, 1), (259, 5), (262, 2)];
    const MASK: &[(u16, u32)] = &[(254, 4), (259, 4), (262, 4)];

    const LAYOUTS: [TiffLayout; 4] = [
        TiffLayout { big_endian: false, wide: false, gap: 50 },
        TiffLayout { big_endian: true, wide: false, gap: 50 },
        TiffLayout { big_endian: false, wide: true, gap: 50 },
        TiffLayout { big_endian: true, wide: true, gap: GATE_HEAD_BYTES_MAX },
    ];

    fn read(file: &[u8], piece: usize) -> Seen {
        let mut reader = TiffReader::default();
        file.chunks(piece).for_each(|piece| reader.push(piece));
        reader.finish()
    }

    #[test]
    fn every_page_has_a_directory() {
        for (directories, pages, tone) in [
            (&[BITONAL][..], 1, Tone::Grey),
            (&[BITONAL, BITONAL, BITONAL], 3, Tone::Grey),
            (&[BITONAL, RGB, BITONAL], 3, Tone::Colour),
            (&[BITONAL, THUMBNAIL, MASK], 1, Tone::Grey),
            (&[&[(256, 9)]], 1, Tone::Unknown),
        ] {
            for layout in LAYOUTS {
                let file = tiff(layout, directories);
                for piece in [13, 4096, file.len()] {
                    let expected = Seen { pages: Some(pages), tone, jbig2: Jbig2::Absent };
                    assert_eq!(read(&file, piece), expected, "{directories:?} as {layout:?} in pieces of {piece}");
                }
            }
        }
    }

    #[test]
    fn jbig2_is_named_and_its_older_brother_is_not() {
        for (compression, jbig2) in [(34715, Jbig2::Present), (34661, Jbig2::Absent), (4, Jbig2::Absent)] {
            let file = tiff(LAYOUTS[0], &[&[(259, compression), (262, 0)]]);
            assert_eq!(read(&file, 64).jbig2, jbig2, "{compression}");
        }
    }

    #[test]
    fn a_chain_may_go_back_as_long_as_the_beginning_is_kept() {
        // Two directories that change places: the header leads to the second, which leads to the first.
        let far = TiffLayout { big_endian: false, wide: false, gap: GATE_HEAD_BYTES_MAX };
        let backwards = |layout: TiffLayout| {
            let mut file = tiff(layout, &[BITONAL, RGB]);
            let first = u32::try_from(8 + layout.gap).unwrap();
            let second = first + 2 + 4 * 12 + 4 + u32::try_from(layout.gap).unwrap();
            let end = file.len();
            file[4..8].copy_from_slice(&second.to_le_bytes());
            file[end - 4..].copy_from_slice(&first.to_le_bytes());
            let link = first as usize + 2 + 4 * 12;
            file[link..link + 4].copy_from_slice(&[0; 4]);
            file
        };
        assert_eq!(read(&backwards(LAYOUTS[0]), 64).pages, Some(2));
        let lost = read(&backwards(far), 4096);
        assert_eq!((lost.pages, lost.tone), (None, Tone::Colour));
    }

    #[test]
    fn a_chain_without_end_is_no_answer() {
        let mut file = tiff(LAYOUTS[0], &[BITONAL]);
        let end = file.len();
        file[end - 4..].copy_from_slice(&58_u32.to_le_bytes());
        assert_eq!(read(&file, 64).pages, None);
        for end in 0..file.len() {
            assert_eq!(read(&file[..end], 64).pages, None, "cut off at {end}");
        }
    }
}

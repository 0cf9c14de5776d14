//! From bytes to findings: recognises the kind of a document, has it read, and compares with what the scan line says.

use super::jbig2::Jbig2File;
use super::pdf::PdfReader;
use super::picture::PictureReader;
use super::seen::{Jbig2, Seen, Tone};
use super::tiff::TiffReader;
use crate::model::ScanDescription;
use crate::model::retention::ScanDefect;

/// Bytes by which kinds are told apart.
const MAGIC_BYTES: usize = 8;

/// What the scan line says about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanExpectations {
    /// Whether it comes with a transfer note.
    pub transfer_note: bool,
    /// Whether it names the batch whose protocol says the same.
    pub batch: bool,
    /// Whether the original has colours that matter.
    pub colour_original: bool,
    /// Pages that the scan protocol counts.
    pub pages: u32,
}

impl From<&ScanDescription> for ScanExpectations {
    fn from(scan: &ScanDescription) -> Self {
        Self { transfer_note: scan.transfer_note.is_some(), batch: scan.batch.is_some(), colour_original: scan.colour, pages: scan.pages }
    }
}

/// What the gate has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// What speaks against destroying the original; sorted, each once. Empty if nothing does.
    pub defects: Vec<ScanDefect>,
    /// Pages that were counted; `None` if they could not be.
    pub pages: Option<u32>,
}

/// Looks at one document. Takes its bytes in pieces of any size; needs a few hundred kilobytes for pictures, a few megabytes for the
/// largest of PDF files.
pub struct Inspector {
    expected: ScanExpectations,
    declared_pdf: bool,
    reader: Reader,
}

enum Reader {
    /// So far there are too few bytes to tell what it is.
    Undecided(Vec<u8>),
    Pdf(Box<PdfReader>),
    Tiff(Box<TiffReader>),
    Picture(PictureReader),
    Jbig2(Jbig2File),
    /// Nothing that is read here.
    Other,
}

impl Inspector {
    /// Begins to look at a document of this media type. The bytes themselves decide what it is; the media type only where a PDF begins
    /// with other bytes than it should.
    pub fn new(media_type: &str, expected: ScanExpectations) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let declared_pdf = essence.eq_ignore_ascii_case("application/pdf");
        Self { expected, declared_pdf, reader: Reader::Undecided(Vec::with_capacity(MAGIC_BYTES)) }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8]) {
        if let Reader::Undecided(first) = &mut self.reader {
            let (taken, rest) = bytes.split_at(bytes.len().min(MAGIC_BYTES - first.len()));
            first.extend_from_slice(taken);
            bytes = rest;
            if first.len() < MAGIC_BYTES {
                return;
            }
            self.decide();
        }
        self.reader.push(bytes);
    }

    /// The document is complete: what was found.
    pub fn finish(mut self) -> Findings {
        self.decide();
        let seen = self.reader.finish();
        let defects = defects(&self.expected, &seen);
        Findings { defects, pages: seen.pages }
    }

    fn decide(&mut self) {
        if let Reader::Undecided(first) = &mut self.reader {
            let first = std::mem::take(first);
            self.reader = Reader::of(&first, self.declared_pdf);
            self.reader.push(&first);
        }
    }
}

impl Reader {
    fn of(first: &[u8], declared_pdf: bool) -> Self {
        match first {
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf(Box::default()),
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Self::Tiff(Box::default()),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'] => Self::Picture(PictureReader::png()),
            [0xff, 0xd8, 0xff, ..] => Self::Picture(PictureReader::jpeg()),
            [0x97, b'J', b'B', b'2', b'\r', b'\n', 0x1a, b'\n'] => Self::Jbig2(Jbig2File::default()),
            _ if declared_pdf => Self::Pdf(Box::default()),
            _ => Self::Other,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Undecided(_) | Self::Other => {}
            Self::Pdf(reader) => reader.push(bytes),
            Self::Tiff(reader) => reader.push(bytes),
            Self::Picture(reader) => reader.push(bytes),
            Self::Jbig2(reader) => reader.push(bytes),
        }
    }

    fn finish(self) -> Seen {
        match self {
            Self::Undecided(_) | Self::Other => Seen::NOTHING,
            Self::Pdf(reader) => reader.finish(),
            Self::Tiff(reader) => reader.finish(),
            Self::Picture(reader) => reader.finish(),
            Self::Jbig2(reader) => reader.finish(),
        }
    }
}

fn defects(expected: &ScanExpectations, seen: &Seen) -> Vec<ScanDefect> {
    let rules = [
        (ScanDefect::NoTransferNote, !expected.transfer_note && !expected.batch),
        (ScanDefect::Jbig2, seen.jbig2 == Jbig2::Present),
        (ScanDefect::Jbig2SymbolCoding, seen.jbig2 == Jbig2::SymbolCoding),
        (ScanDefect::ColourLost, expected.colour_original && seen.tone == Tone::Grey),
        (ScanDefect::PagesDiffer, seen.pages.is_some_and(|pages| pages != expected.pages)),
        (ScanDefect::PagesUnknown, seen.pages.is_none()),
    ];
    rules.into_iter().filter_map(|(defect, applies)| applies.then_some(defect)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{TiffLayout, jbig2_file, jbig2_segment, jbig2_stream, pdf_of_pictures, tiff};
    use super::*;

    /// What a scan line says of a sound document.
    const SAID: ScanExpectations = ScanExpectations { transfer_note: true, batch: true, colour_original: true, pages: 1 };

    const GREY_TIFF: &[(u16, u32)] = &[(259, 4), (262, 0)];
    const COLOUR_TIFF: &[(u16, u32)] = &[(259, 5), (262, 2)];
    const LAYOUT: TiffLayout = TiffLayout { big_endian: false, wide: false, gap: 10 };

    fn inspect(media_type: &str, expected: ScanExpectations, bytes: &[u8], piece: usize) -> Findings {
        let mut inspector = Inspector::new(media_type, expected);
        bytes.chunks(piece.max(1)).for_each(|piece| inspector.push(piece));
        inspector.finish()
    }

    fn grey_pdf() -> Vec<u8> {
        pdf_of_pictures(&[("/ColorSpace/DeviceGray", b"data")], Vec::new())
    }

    fn colour_pdf() -> Vec<u8> {
        pdf_of_pictures(&[("/ColorSpace/DeviceRGB", b"data")], Vec::new())
    }

    #[test]
    fn every_defect_has_its_document() {
        let generic = pdf_of_pictures(&[("/Filter/JBIG2Decode", &jbig2_stream(&[38]))], Vec::new());
        let symbols = pdf_of_pictures(&[("/Filter/JBIG2Decode", &jbig2_stream(&[6]))], Vec::new());
        let both =
            pdf_of_pictures(&[("/Filter/JBIG2Decode", &jbig2_stream(&[38])), ("/Filter/JBIG2Decode", &jbig2_stream(&[6]))], Vec::new());
        let bare = jbig2_file(&[jbig2_segment(1, 7, &[], &[])], false);
        let in_grey = ScanExpectations { colour_original: false, ..SAID };
        for (what, said, document, expected) in [
            ("sound PDF", SAID, colour_pdf(), "1"),
            ("sound TIFF", SAID, tiff(LAYOUT, &[COLOUR_TIFF]), "1"),
            ("grey scan of a grey original", in_grey, grey_pdf(), "1"),
            ("grey scan of a coloured original", SAID, grey_pdf(), "1 colour-lost"),
            ("bitonal TIFF of a coloured original", SAID, tiff(LAYOUT, &[GREY_TIFF]), "1 colour-lost"),
            ("page too many", SAID, tiff(LAYOUT, &[GREY_TIFF, COLOUR_TIFF]), "2 pages-differ"),
            ("no page", SAID, pdf_of_pictures(&[], Vec::new()), "0 pages-differ"),
            ("batch without note", ScanExpectations { transfer_note: false, ..SAID }, colour_pdf(), "1"),
            ("note without batch", ScanExpectations { batch: false, ..SAID }, colour_pdf(), "1"),
            ("neither", ScanExpectations { transfer_note: false, batch: false, ..SAID }, colour_pdf(), "1 no-transfer-note"),
            ("JBIG2", in_grey, generic, "1 jbig2"),
            ("JBIG2 with symbols", in_grey, symbols, "1 jbig2-symbol-coding"),
            ("both", ScanExpectations { pages: 2, ..in_grey }, both, "2 jbig2-symbol-coding"),
            ("JBIG2 alone", SAID, bare, "1 jbig2-symbol-coding colour-lost"),
            ("letter as text", SAID, b"Sehr geehrte Damen und Herren,".to_vec(), "- pages-unknown"),
            ("nothing", SAID, Vec::new(), "- pages-unknown"),
            ("magic alone", SAID, b"%PDF-".to_vec(), "- pages-unknown"),
        ] {
            for piece in [1, 5, 8, 9, 4096] {
                let found = inspect("application/octet-stream", said, &document, piece);
                let pages = found.pages.map_or("-".to_owned(), |pages| pages.to_string());
                let words: Vec<&str> = [pages.as_str()].into_iter().chain(found.defects.iter().map(|defect| defect.as_str())).collect();
                assert_eq!(words.join(" "), expected, "{what}, in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_pdf_may_begin_with_other_bytes_if_it_is_declared() {
        let document = [b"\r\n\r\n".to_vec(), colour_pdf()].concat();
        assert_eq!(inspect("Application/PDF; version=1.4", SAID, &document, 3).pages, Some(1));
        assert_eq!(inspect("image/tiff", SAID, &document, 3).pages, None);
        // What the bytes say counts more than what was declared.
        assert_eq!(inspect("application/pdf", SAID, &tiff(LAYOUT, &[COLOUR_TIFF]), 3).pages, Some(1));
    }

    /// Documents of every kind, to be spoiled.
    fn documents() -> Vec<Vec<u8>> {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x09\0\0\0\x09\x08\x03\0\0\0abcd\0\0\0\x03PLTE\x01\x02\x03abcd".to_vec();
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x09\0\x09\x03ab".to_vec();
        let bare = |random_access| jbig2_file(&[jbig2_segment(1, 38, &[1; 9], &[0; 9]), jbig2_segment(2, 7, &[], &[])], random_access);
        let jbig2 = pdf_of_pictures(&[("/Filter/JBIG2Decode/DecodeParms<</JBIG2Globals 4 0 R>>", &jbig2_stream(&[48, 6]))], Vec::new());
        let packed = super::super::testing::object_stream(&[(9, "<</Type/Page>>"), (10, "[/ICCBased 9 0 R]")]);
        let packed = pdf_of_pictures(&[("/ColorSpace 10 0 R", b"data")], vec![packed]);
        let wide = TiffLayout { wide: true, big_endian: true, ..LAYOUT };
        vec![png, jpeg, bare(false), bare(true), jbig2, packed, tiff(LAYOUT, &[GREY_TIFF, COLOUR_TIFF]), tiff(wide, &[GREY_TIFF])]
    }

    #[test]
    fn a_document_that_is_cut_off_anywhere_is_survived() {
        for document in documents() {
            for end in 0..document.len() {
                let found = inspect("application/pdf", SAID, &document[..end], 64);
                assert!(found.pages.is_some() || found.defects.contains(&ScanDefect::PagesUnknown), "{end}");
            }
        }
    }

    proptest! {
        #[test]
        fn bytes_from_outside_are_survived_however_they_are_cut(
            document in 0..8_usize,
            spoiled in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
            piece in 1..200_usize,
        ) {
            let mut document = documents().swap_remove(document);
            for (at, byte) in spoiled {
                let at = at.index(document.len());
                document[at] = byte;
            }
            let whole = inspect("application/pdf", SAID, &document, document.len());
            prop_assert_eq!(inspect("application/pdf", SAID, &document, piece), whole);
        }

        #[test]
        fn noise_behind_every_magic_is_survived(
            magic in prop::sample::select(vec![
                &b"%PDF-1 1 0 obj<<"[..], b"II*\0\x08\0\0\0", b"MM\0+", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x97JB2\r\n\x1a\n",
            ]),
            noise in proptest::collection::vec(any::<u8>(), 0..600),
            piece in 1..50_usize,
        ) {
            let document = [magic, &noise[..]].concat();
            let whole = inspect("application/pdf", SAID, &document, document.len());
            prop_assert_eq!(inspect("application/pdf", SAID, &document, piece), whole);
        }

        #[test]
        fn pdf_words_in_any_order_are_survived(
            words in proptest::collection::vec(prop::sample::select(vec![
                "1 0 obj", "2 0 obj", "endobj", "<<", ">>", "[", "]", "/Type", "/Pages", "/Page", "/Kids", "/Count 1", "1 0 R", "2 0 R",
                "stream\n", "endstream", "/Length 5", "/Filter", "/FlateDecode", "/JBIG2Decode", "trailer", "/Root", "(", ")", "<", "%",
                "/ObjStm", "/N 3", "/First 2", "/ColorSpace", "/ICCBased", "/Indexed", "/Subtype", "/Image", "-1", "99999999999999999999",
                "/Catalog", "\n", "xref", "/#4", "true",
            ]), 0..80),
            piece in 1..50_usize,
        ) {
            let document = format!("%PDF-1.7\n{}", words.join(" "));
            let whole = inspect("application/pdf", SAID, document.as_bytes(), document.len());
            prop_assert_eq!(inspect("application/pdf", SAID, document.as_bytes(), piece), whole);
        }
    }
}

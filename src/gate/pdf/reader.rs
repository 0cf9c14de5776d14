//! Walks through a file front to back: from object to object, and through the data of streams.

use super::super::seen::{Jbig2, Seen};
use super::facts::Facts;
use super::inflater::Inflater;
use super::lexer::{Keyword, Lexer, Token, find, is_white};
use super::name::Name;
use super::stream::StreamData;
use super::value::{Builder, Value};
use super::watch::{NameWatch, StreamWatch};

const END_OF_STREAM: &[u8] = b"endstream";
const END_OF_OBJECT: &[u8] = b"endobj";

/// Reads a PDF file.
pub struct PdfReader {
    watch: NameWatch,
    streams: StreamWatch,
    /// Streams that were read, of those that the watch counts.
    streams_read: u64,
    lexer: Lexer,
    builder: Builder,
    object: Object,
    place: Place,
    facts: Facts,
    inflater: Inflater,
}

/// Whose value is being built.
enum Object {
    /// Nobody's: between objects.
    None,
    Number(u32),
    Trailer,
}

/// Where in the file.
#[derive(Default)]
enum Place {
    /// Outside the data of streams.
    #[default]
    Structure,
    /// Between `stream` and its data: to the end of the line.
    StreamLine { data: StreamData, length: Option<u64>, carriage_return: bool },
    /// In data of which so many bytes are left.
    Measured { data: StreamData, left: u64 },
    /// Behind such data, where the end of the stream should be; what has been seen of it.
    BehindMeasured { data: StreamData, seen: Vec<u8> },
    /// In data of unknown length; so many bytes of `endstream` have been seen.
    Unmeasured { data: StreamData, matched: usize },
}

impl Default for PdfReader {
    fn default() -> Self {
        Self {
            watch: NameWatch::default(),
            streams: StreamWatch::default(),
            streams_read: 0,
            lexer: Lexer::default(),
            builder: Builder::default(),
            object: Object::None,
            place: Place::Structure,
            facts: Facts::default(),
            inflater: Inflater::default(),
        }
    }
}

impl PdfReader {
    pub(in super::super) fn push(&mut self, mut bytes: &[u8]) {
        self.watch.push(bytes);
        self.streams.push(bytes);
        while !bytes.is_empty() {
            bytes = match std::mem::take(&mut self.place) {
                Place::Structure => self.structure(bytes),
                Place::StreamLine { data, length, carriage_return } => self.stream_line(data, length, carriage_return, bytes),
                Place::Measured { data, left } => self.measured(data, left, bytes),
                Place::BehindMeasured { data, seen } => self.behind_measured(data, seen, bytes),
                Place::Unmeasured { data, matched } => self.unmeasured(data, matched, bytes),
            };
        }
    }

    pub(in super::super) fn finish(mut self) -> Seen {
        if matches!(self.place, Place::Structure) {
            // The last word may end with the file.
            self.structure(b"\n");
            self.end_object();
        }
        if self.builder.has_lost_something() || self.streams.count() != self.streams_read {
            self.facts.lose();
        }
        let mut seen = self.facts.finish();
        if self.watch.finish() {
            seen.jbig2 = seen.jbig2.max(Jbig2::Present);
        }
        seen
    }

    fn structure<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        while let Some(token) = self.lexer.next(&mut bytes) {
            match token {
                Token::Keyword(Keyword::Obj) => {
                    let number = self.builder.object_number();
                    // The object before it, if its own end is missing.
                    self.end_object();
                    self.object = number.map_or(Object::None, Object::Number);
                }
                Token::Keyword(Keyword::EndObj | Keyword::Between) => self.end_object(),
                Token::Keyword(Keyword::Trailer) => {
                    self.end_object();
                    self.object = Object::Trailer;
                }
                Token::Keyword(Keyword::Stream) => {
                    self.begin_stream();
                    return bytes;
                }
                other => self.builder.push(other),
            }
        }
        bytes
    }

    fn end_object(&mut self) {
        let value = self.builder.take().into_iter().next();
        match (std::mem::replace(&mut self.object, Object::None), value) {
            (Object::Number(number), Some(value)) => self.facts.object(number, &value),
            (Object::Trailer, Some(Value::Dictionary(dictionary))) => self.facts.trailer(&dictionary),
            _ => {}
        }
    }

    /// The word `stream` begins data only behind the dictionary of an object.
    fn begin_stream(&mut self) {
        let value = self.builder.take().into_iter().next();
        if let (Object::Number(number), Some(Value::Dictionary(dictionary))) = (std::mem::replace(&mut self.object, Object::None), value) {
            let data = StreamData::of(number, &dictionary, &self.facts, &mut self.inflater);
            self.facts.stream(number, &dictionary);
            self.place = Place::StreamLine { data, length: dictionary.number(Name::Length), carriage_return: false };
        }
    }

    /// Data begins behind a line feed, before which a carriage return may stand (section 7.3.8.1), and in careless files behind one alone.
    fn stream_line<'a>(&mut self, data: StreamData, length: Option<u64>, carriage_return: bool, bytes: &'a [u8]) -> &'a [u8] {
        let Some((&first, rest)) = bytes.split_first() else { return bytes };
        match first {
            b' ' | b'\t' if !carriage_return => {
                self.place = Place::StreamLine { data, length, carriage_return };
                return rest;
            }
            b'\r' if !carriage_return => {
                self.place = Place::StreamLine { data, length, carriage_return: true };
                return rest;
            }
            _ => {}
        }
        self.streams_read += u64::from(carriage_return || first == b'\n');
        self.place = match length {
            Some(left) => Place::Measured { data, left },
            None => Place::Unmeasured { data, matched: 0 },
        };
        if first == b'\n' { rest } else { bytes }
    }

    fn measured<'a>(&mut self, mut data: StreamData, left: u64, bytes: &'a [u8]) -> &'a [u8] {
        let here = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let (taken, rest) = bytes.split_at(here);
        data.push(taken, &mut self.inflater);
        let left = left - here as u64;
        self.place = if left > 0 { Place::Measured { data, left } } else { Place::BehindMeasured { data, seen: Vec::new() } };
        rest
    }

    /// If something else stands where the stream should end, its length was wrong, and the end is searched for.
    fn behind_measured<'a>(&mut self, data: StreamData, mut seen: Vec<u8>, bytes: &'a [u8]) -> &'a [u8] {
        let Some((&first, rest)) = bytes.split_first() else { return bytes };
        if !(seen.is_empty() && is_white(first)) {
            seen.push(first);
        }
        if seen == END_OF_STREAM || seen == END_OF_OBJECT {
            data.finish(&mut self.facts);
        } else if END_OF_STREAM.starts_with(&seen) || END_OF_OBJECT.starts_with(&seen) {
            self.place = Place::BehindMeasured { data, seen };
        } else {
            self.place = Place::Unmeasured { data, matched: seen.iter().fold(0, |matched, byte| matched_with(matched, *byte)) };
        }
        rest
    }

    fn unmeasured<'a>(&mut self, mut data: StreamData, mut matched: usize, bytes: &'a [u8]) -> &'a [u8] {
        let mut taken = 0;
        while matched < END_OF_STREAM.len() && taken < bytes.len() {
            if matched == 0 {
                // Most of the way there is nothing to compare.
                taken += find(&bytes[taken..], END_OF_STREAM[0]).unwrap_or(bytes.len() - taken);
            }
            if let Some(byte) = bytes.get(taken) {
                matched = matched_with(matched, *byte);
                taken += 1;
            }
        }
        let (here, rest) = bytes.split_at(taken);
        // The end mark itself comes along; readers of the data know their own end or do not mind.
        data.push(here, &mut self.inflater);
        if matched == END_OF_STREAM.len() {
            data.finish(&mut self.facts);
        } else {
            self.place = Place::Unmeasured { data, matched };
        }
        rest
    }
}

/// How many bytes of `endstream` have been seen after one more. Of its beginnings only `endstre` ends as the word begins.
fn matched_with(matched: usize, byte: u8) -> usize {
    if END_OF_STREAM.get(matched) == Some(&byte) {
        matched + 1
    } else if matched == 7 && byte == END_OF_STREAM[1] {
        2
    } else {
        usize::from(byte == END_OF_STREAM[0])
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::seen::Tone;
    use super::super::super::testing::{PdfObject, jbig2_stream, object_stream, pdf, pdf_of_pictures, plain, stream};
    use super::*;

    fn read(file: &[u8]) -> Seen {
        let whole = read_in(file, file.len().max(1));
        for piece in [1, 2, 7, 1000] {
            assert_eq!(read_in(file, piece), whole, "pieces of {piece}");
        }
        whole
    }

    fn read_in(file: &[u8], piece: usize) -> Seen {
        let mut reader = PdfReader::default();
        file.chunks(piece).for_each(|piece| reader.push(piece));
        reader.finish()
    }

    fn tree() -> Vec<PdfObject> {
        vec![
            plain("<</Type/Catalog/Pages 2 0 R>>"),
            plain("<</Type/Pages/Count 3/Kids[3 0 R 4 0 R]>>"),
            plain("<</Type/Page/Parent 2 0 R>>"),
            plain("<</Type/Pages/Parent 2 0 R/Count 2/Kids 7 0 R>>"),
            plain("<</Type/Page/Parent 4 0 R/T(a page /Type/Pages 3 0 obj)>>"),
            // The type is left out.
            plain("<</Parent 4 0 R/MediaBox[0 0 595 842]/Contents 8 0 R>>"),
            plain("[5 0 R 6 0 R]"),
            stream("", b"q 9 0 obj<</Type/Page>>endobj endstream Q"),
        ]
    }

    #[test]
    fn pages_are_the_leaves_of_the_tree() {
        assert_eq!(read(&pdf(&tree())).pages, Some(3));

        let mut changed = pdf(&tree());
        changed.extend_from_slice(b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\ntrailer<</Root 1 0 R>>startxref 5 %%EOF");
        assert_eq!(read(&changed).pages, Some(1), "saved again with fewer pages");

        let mut circle = tree();
        circle[6] = plain("[5 0 R 2 0 R]");
        assert_eq!(read(&pdf(&circle)).pages, None);
        let mut missing = tree();
        missing[4] = plain("null");
        assert_eq!(read(&pdf(&missing)).pages, None);
    }

    #[test]
    fn pages_are_found_in_object_streams() {
        let file = pdf(&[
            plain("<</Type/Catalog/Pages 20 0 R>>"),
            object_stream(&[(20, "<</Type/Pages/Count 2/Kids[21 0 R 22 0 R]>>"), (21, "<</Type/Page/Parent 20 0 R>>")]),
            object_stream(&[(22, "<</Type/Page/Parent 20 0 R>>"), (23, "7")]),
        ]);
        assert_eq!(read(&file).pages, Some(2));

        let cross_reference = b"7 0 obj<</Type/XRef/Root 8 0 R/Length 3>>stream\nabcendstream endobj";
        let objects =
            object_stream(&[(8, "<</Type/Catalog/Pages 9 0 R>>"), (9, "<</Type/Pages/Count 1/Kids[10 0 R]>>"), (10, "<</Type/Page>>")]);
        let file = [&pdf(&[plain("null"), objects])[..], cross_reference].concat();
        assert_eq!(read(&file).pages, Some(1), "the trailer is a stream");
    }

    #[test]
    fn a_wrong_length_is_survived() {
        let with = |length: &str| {
            let objects = [plain("<</Type/Catalog/Pages 2 0 R>>"), plain("<</Type/Pages/Count 1/Kids[5 0 R]>>")];
            let broken = format!("4 0 obj<<{length}>>stream\n(((abcendstrendstream endobj 5 0 obj<</Type/Page>>endobj");
            read(&[&pdf(&objects)[..], broken.as_bytes()].concat()).pages
        };
        for length in ["/Length 6", "/Length 3", "/Length 0", "/Length 99 0 R", "", "/Length -7"] {
            assert_eq!(with(length), Some(1), "{length}");
        }
        assert_eq!(with("/Length 60"), None, "a length that reaches over the page hides it");
    }

    #[test]
    fn jbig2_and_what_kind_of_it() {
        let picture = "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter";
        let generic = jbig2_stream(&[48, 38, 49]);
        let text = jbig2_stream(&[48, 6, 49]);
        let symbols = jbig2_stream(&[0]);
        let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&text, 6);
        let with_globals = format!("{picture}/JBIG2Decode/DecodeParms<</JBIG2Globals 100 0 R>>");
        for (filter, data, extra, expected) in [
            ("/CCITTFaxDecode".to_owned(), &text, None, Jbig2::Absent),
            ("/JBIG2Decode".to_owned(), &generic, None, Jbig2::Present),
            ("/JBIG2#44ecode".to_owned(), &generic, None, Jbig2::Present),
            ("/JBIG2Decode".to_owned(), &text, None, Jbig2::SymbolCoding),
            ("[/JBIG2Decode]".to_owned(), &text, None, Jbig2::SymbolCoding),
            ("[/FlateDecode/JBIG2Decode]".to_owned(), &deflated, None, Jbig2::SymbolCoding),
            ("[/ASCII85Decode/JBIG2Decode]".to_owned(), &text, None, Jbig2::Present),
            // Encrypted data looks like nothing.
            ("/JBIG2Decode".to_owned(), &vec![0xb7; 99], None, Jbig2::Present),
            (with_globals[picture.len()..].to_owned(), &generic, Some(stream("", &symbols)), Jbig2::SymbolCoding),
            (with_globals[picture.len()..].to_owned(), &generic, Some(stream("", &jbig2_stream(&[53]))), Jbig2::Present),
            ("101 0 R".to_owned(), &generic, Some(object_stream(&[(101, "/JBIG2#44ecode")])), Jbig2::Present),
            ("101 0 R".to_owned(), &generic, Some(object_stream(&[(101, "[/JBIG2Decode]")])), Jbig2::Present),
        ] {
            let file = pdf_of_pictures(&[(&format!("{picture} {filter}"), data)], extra.into_iter().collect());
            let seen = read(&file);
            assert_eq!((seen.jbig2, seen.pages, seen.tone), (expected, Some(1), Tone::Grey), "{filter}");
        }
    }

    /// The filter of a picture that stands elsewhere, in every way that somebody could use to hide it.
    #[test]
    fn a_filter_that_stands_elsewhere_is_followed_or_a_person_looks() {
        // With something to deflate, so that the watch cannot see what is packed.
        let filling = format!("[{}]", "7 ".repeat(500));
        let packed = |objects: &[(u32, &str)]| object_stream(&[objects, &[(199, filling.as_str())]].concat());
        let unreadable = || stream("/Type/ObjStm/N 1/First 6/Filter[/ASCIIHexDecode/FlateDecode]", b"3130>");
        let untyped = |text: &str| {
            let packed = miniz_oxide::deflate::compress_to_vec_zlib(format!("102 0 {text} {filling}").as_bytes(), 6);
            stream("/N 1/First 6/Filter/FlateDecode", &packed)
        };
        let many = format!("[{}]", "1 ".repeat(crate::limits::GATE_PDF_VALUES_MAX));
        type Row<'a> = (&'a str, &'a str, Vec<PdfObject>, Jbig2, Option<u32>);
        let rows: Vec<Row<'_>> = vec![
            ("a name", "102 0 R", vec![packed(&[(102, "/JBIG2Decode")])], Jbig2::Present, Some(1)),
            ("a name in a list", "[102 0 R]", vec![packed(&[(102, "/JBIG2Decode")])], Jbig2::Present, Some(1)),
            ("a name among others", "[/FlateDecode 102 0 R]", vec![packed(&[(102, "/JBIG2Decode")])], Jbig2::Present, Some(1)),
            (
                "a list of lists",
                "102 0 R",
                vec![packed(&[(102, "[/A 103 0 R]"), (103, "[104 0 R]"), (104, "/JBIG2Decode")])],
                Jbig2::Present,
                Some(1),
            ),
            ("a reference", "102 0 R", vec![packed(&[(102, "103 0 R"), (103, "/JBIG2Decode")])], Jbig2::Present, Some(1)),
            (
                "the second of two filters",
                "/CCITTFaxDecode/Filter 102 0 R",
                vec![packed(&[(102, "/JBIG2Decode")])],
                Jbig2::Present,
                Some(1),
            ),
            ("another one", "[102 0 R/LZWDecode]", vec![packed(&[(102, "[/FlateDecode]")])], Jbig2::Absent, Some(1)),
            ("none", "102 0 R", vec![packed(&[(102, "[]")])], Jbig2::Absent, Some(1)),
            ("an object stream that does not say so", "102 0 R", vec![untyped("/JBIG2#44ecode")], Jbig2::Present, Some(1)),
            (
                "replaced by another",
                "102 0 R",
                vec![packed(&[(102, "/JBIG2Decode")]), packed(&[(102, "/DCTDecode")])],
                Jbig2::Present,
                Some(1),
            ),
            (
                "a list replaced by another",
                "102 0 R",
                vec![packed(&[(102, "[103 0 R]")]), packed(&[(102, "/DCTDecode")])],
                Jbig2::Absent,
                None,
            ),
            ("a circle", "102 0 R", vec![packed(&[(102, "[103 0 R]"), (103, "[102 0 R]")])], Jbig2::Absent, None),
            ("missing", "102 0 R", Vec::new(), Jbig2::Absent, None),
            ("a number", "102 0 R", vec![packed(&[(102, "7")])], Jbig2::Absent, None),
            ("packed in a way that is not read", "102 0 R", vec![packed(&[(102, "/DCTDecode")]), unreadable()], Jbig2::Absent, None),
            ("in a list without end", &many, Vec::new(), Jbig2::Absent, None),
        ];
        for (what, filter, extra, jbig2, pages) in rows {
            let entries = format!("/ColorSpace/DeviceGray/Filter {filter}");
            let seen = read_in(&pdf_of_pictures(&[(&entries, &jbig2_stream(&[38]))], extra), 1000);
            assert_eq!((seen.jbig2, seen.pages), (jbig2, pages), "{what}");
        }
        // That a stream is a picture can stand elsewhere as well.
        let objects = || vec![packed(&[(102, "/JBIG2Decode"), (103, "/Image")])];
        let file = pdf_of_pictures(&[("/ColorSpace/DeviceGray", b"data")], objects());
        assert_eq!(read(&file).jbig2, Jbig2::Absent);
        let hidden = b"200 0 obj<</Subtype 103 0 R/Filter 102 0 R/Length 1>>stream\n1\nendstream endobj\n";
        assert_eq!(read(&[&file[..], hidden].concat()).jbig2, Jbig2::Present);
        // A stream that a table of offsets finds where nobody else looks.
        for (what, before, behind) in [
            ("in the data of another", "300 0 obj<</Length 120>>stream\n", "                                     \nendstream endobj\n"),
            ("in a text", "300 0 obj(", ")endobj\n"),
        ] {
            let file = [&file[..], before.as_bytes(), hidden, behind.as_bytes()].concat();
            assert_eq!(read(&file).pages, None, "{what}");
        }
        let commented = [&file[..], b"%200 0 obj<</Filter 102 0 R/Length 1>>stream\r1\rendstream\n"].concat();
        assert_eq!(read(&commented).pages, None);
    }

    #[test]
    fn symbols_are_found_before_and_behind_the_picture() {
        let picture = |globals: u32| {
            let entries = format!("/Subtype/Image/Filter/JBIG2Decode/DecodeParms[<</JBIG2Globals {globals} 0 R>>]");
            PdfObject::Unmeasured(entries, jbig2_stream(&[38]))
        };
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&jbig2_stream(&[0]), 6);
        for (objects, expected) in [
            ([stream("", &jbig2_stream(&[0])), picture(1)], Jbig2::SymbolCoding),
            ([picture(2), stream("", &jbig2_stream(&[0]))], Jbig2::SymbolCoding),
            ([picture(2), stream("/Filter/FlateDecode", &packed)], Jbig2::SymbolCoding),
            ([picture(7), stream("", &jbig2_stream(&[0]))], Jbig2::Present),
        ] {
            assert_eq!(read(&pdf(&objects)).jbig2, expected);
        }
    }

    #[test]
    fn a_broken_file_still_shows_jbig2() {
        assert_eq!(read(b"%PDF-1.4 \x00 <<<< /Filter[/JBIG2Decode").jbig2, Jbig2::Present);
    }

    #[test]
    fn colours_of_pictures() {
        for (entries, tone) in [
            ("/ColorSpace/DeviceGray/BitsPerComponent 8", Tone::Grey),
            ("/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode", Tone::Grey),
            ("/ImageMask true", Tone::Grey),
            ("/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", Tone::Colour),
            ("/ColorSpace[/ICCBased 100 0 R]", Tone::Colour),
            ("/ColorSpace[/ICCBased 101 0 R]", Tone::Grey),
            ("/ColorSpace 102 0 R", Tone::Grey),
            ("/ColorSpace 103 0 R/BitsPerComponent 8", Tone::Colour),
            ("/ColorSpace 103 0 R/BitsPerComponent 1", Tone::Grey),
            ("/ColorSpace[/Indexed/DeviceRGB 1<000000FFFFFF>]/BitsPerComponent 1", Tone::Grey),
            ("/ColorSpace[/Indexed/DeviceGray 255 9 0 R]/BitsPerComponent 8", Tone::Grey),
            ("/ColorSpace[/Separation/Black/DeviceCMYK 9 0 R]", Tone::Grey),
            ("/ColorSpace[/Separation/Rot/DeviceCMYK 9 0 R]", Tone::Colour),
            ("/ColorSpace[/DeviceN[/Black/Rot]/DeviceCMYK 9 0 R]", Tone::Colour),
            ("/ColorSpace[/CalGray<</WhitePoint[1 1 1]>>]", Tone::Grey),
            ("/ColorSpace 104 0 R", Tone::Unknown),
            ("/Filter/JPXDecode", Tone::Unknown),
        ] {
            let extra = || {
                vec![
                    stream("/N 3/Alternate/DeviceRGB", b"profile"),
                    stream("/N 1", b"profile"),
                    plain("[/ICCBased 101 0 R]"),
                    plain("[/Indexed[/ICCBased 100 0 R]255(abc)]"),
                    plain("104 0 R"),
                ]
            };
            let grey = ("/ColorSpace/DeviceGray", &b"x"[..]);
            let seen = read(&pdf_of_pictures(&[(entries, b"data")], extra()));
            assert_eq!((seen.tone, seen.pages), (tone, Some(1)), "{entries}");
            // One picture in colour suffices; one that is not understood excuses the others.
            let seen = read(&pdf_of_pictures(&[grey, (entries, b"data"), grey], extra()));
            assert_eq!((seen.tone, seen.pages), (tone, Some(3)), "{entries} between grey pages");
        }
        assert_eq!(read(&pdf(&tree())).tone, Tone::Unknown, "without pictures");
        for (entries, tone) in [("/ColorSpace/DeviceGray", Tone::Unknown), ("/ColorSpace/DeviceRGB", Tone::Colour)] {
            let mut drawn = tree();
            drawn.push(stream(&format!("/Subtype/Image{entries}"), b"logo"));
            assert_eq!(read(&pdf(&drawn)).tone, tone, "three pages with one picture");
        }
    }

    #[test]
    fn what_would_take_too_much_is_left_out() {
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; crate::limits::GATE_OBJECT_STREAM_BYTES_MAX + 1], 6);
        let objects = [plain("<</Type/Catalog/Pages 2 0 R>>"), stream("/Type/ObjStm/N 1/First 5/Filter/FlateDecode", &bomb)];
        assert_eq!(read_in(&pdf(&objects), 4096).pages, None);

        // Offsets that go back and forth would have the same bytes read for every pair.
        let header = "9 0 9 90 ".repeat(10_000);
        let back_and_forth = format!("{header}{}", "[1 2 3 4 5 6 7 8 9]".repeat(5));
        let objects = [plain("null"), stream(&format!("/Type/ObjStm/N 20000/First {}", header.len()), back_and_forth.as_bytes())];
        assert_eq!(read_in(&pdf(&objects), 4096).pages, None);
    }
}

//! Builds documents for tests, byte by byte.

use std::fmt::Write as _;

/// A PDF file with these objects, numbered from 1, the first of them the catalogue: plain text, or text and stream data.
pub fn pdf(objects: &[PdfObject]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        file.extend_from_slice(&object.bytes());
        file.extend_from_slice(b"\nendobj\n");
    }
    let (size, start) = (objects.len() + 1, file.len());
    let end = format!("xref\n0 {size}\n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

/// An object of a PDF file.
pub enum PdfObject {
    /// Without data.
    Plain(String),
    /// The entries of a dictionary, and data whose length it states.
    Stream(String, Vec<u8>),
    /// The entries of a dictionary that leaves the length to be found, and data.
    Unmeasured(String, Vec<u8>),
}

impl PdfObject {
    fn bytes(&self) -> Vec<u8> {
        let stream = |head: String, data: &[u8]| [head.as_bytes(), b"\nstream\r\n", data, b"\nendstream"].concat();
        match self {
            Self::Plain(text) => text.clone().into_bytes(),
            Self::Stream(entries, data) => stream(format!("<<{entries}/Length {}>>", data.len()), data),
            Self::Unmeasured(entries, data) => stream(format!("<<{entries}/Length 99 0 R>>"), data),
        }
    }
}

/// Shorthand.
pub fn plain(text: &str) -> PdfObject {
    PdfObject::Plain(text.to_owned())
}

/// Shorthand.
pub fn stream(entries: &str, data: &[u8]) -> PdfObject {
    PdfObject::Stream(entries.to_owned(), data.to_vec())
}

/// A PDF file with one page for each picture, given as the entries of its dictionary and its data. Extra objects have numbers from 100 on.
pub fn pdf_of_pictures(pictures: &[(&str, &[u8])], extra: Vec<PdfObject>) -> Vec<u8> {
    let kids: String = (0..pictures.len()).map(|at| format!("{} 0 R ", 3 + 2 * at)).collect();
    let mut objects =
        vec![plain("<</Type/Catalog/Pages 2 0 R>>"), plain(&format!("<</Type/Pages/Count {}/Kids[{kids}]>>", pictures.len()))];
    for (at, (entries, data)) in pictures.iter().enumerate() {
        objects.push(plain(&format!("<</Type/Page/Parent 2 0 R/Resources<</XObject<</I {} 0 R>>>>>>", 4 + 2 * at)));
        objects.push(stream(&format!("/Type/XObject/Subtype/Image/Width 9/Height 9{entries}"), data));
    }
    while objects.len() < 99 {
        objects.push(plain("null"));
    }
    objects.extend(extra);
    pdf(&objects)
}

/// An object stream with these objects, deflated.
pub fn object_stream(objects: &[(u32, &str)]) -> PdfObject {
    let (mut header, mut body) = (String::new(), String::new());
    for (number, text) in objects {
        let _ = write!(header, "{number} {} ", body.len());
        body.push_str(text);
        body.push('\n');
    }
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(format!("{header}{body}").as_bytes(), 6);
    stream(&format!("/Type/ObjStm/N {}/First {}/Filter/FlateDecode", objects.len(), header.len()), &packed)
}

/// Header and data of a JBIG2 segment on page 1.
pub fn jbig2_segment(number: u32, kind: u8, referred: &[u32], data: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut header = number.to_be_bytes().to_vec();
    header.push(kind);
    let count = u32::try_from(referred.len()).unwrap();
    if count <= 4 {
        header.push(u8::try_from(count << 5).unwrap());
    } else {
        header.extend_from_slice(&(0xe000_0000 | count).to_be_bytes());
        header.resize(header.len() + (referred.len() + 1).div_ceil(8), 0);
    }
    let number_bytes = if number <= 256 {
        1
    } else if number <= 65_536 {
        2
    } else {
        4
    };
    for referred in referred {
        header.extend_from_slice(&referred.to_be_bytes()[4 - number_bytes..]);
    }
    header.push(1);
    header.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
    (header, data.to_vec())
}

/// A JBIG2 file of one page.
pub fn jbig2_file(segments: &[(Vec<u8>, Vec<u8>)], random_access: bool) -> Vec<u8> {
    let mut file = b"\x97JB2\r\n\x1a\n".to_vec();
    file.push(u8::from(!random_access));
    file.extend_from_slice(&1_u32.to_be_bytes());
    if random_access {
        let end = jbig2_segment(1000, 51, &[], &[]);
        segments.iter().chain([&end]).for_each(|(header, _)| file.extend_from_slice(header));
        segments.iter().for_each(|(_, data)| file.extend_from_slice(data));
    } else {
        segments.iter().for_each(|(header, data)| file.extend_from_slice(&[&header[..], data].concat()));
    }
    file
}

/// Segments as they stand in a PDF stream.
pub fn jbig2_stream(kinds: &[u8]) -> Vec<u8> {
    let segments = (0..).zip(kinds).map(|(number, kind)| jbig2_segment(number, *kind, &[], &[0; 19]));
    segments.flat_map(|(header, data)| [header, data].concat()).collect()
}

/// How a TIFF file is laid out.
#[derive(Debug, Clone, Copy)]
pub struct TiffLayout {
    /// Most significant byte first.
    pub big_endian: bool,
    /// BigTIFF.
    pub wide: bool,
    /// Bytes of pixels before each directory.
    pub gap: usize,
}

/// A TIFF file with one directory for each list of tags and values.
pub fn tiff(layout: TiffLayout, directories: &[&[(u16, u32)]]) -> Vec<u8> {
    let number = |value: u64, bytes: usize| {
        if layout.big_endian { value.to_be_bytes()[8 - bytes..].to_vec() } else { value.to_le_bytes()[..bytes].to_vec() }
    };
    let word = if layout.wide { 8 } else { 4 };
    let mut file = if layout.big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    file.extend(number(if layout.wide { 43 } else { 42 }, 2));
    if layout.wide {
        file.extend(number(8, 2));
        file.extend(number(0, 2));
    }
    let mut link = file.len();
    file.extend(number(0, word));
    for tags in directories {
        file.resize(file.len() + layout.gap, 0xaa);
        let here = number(file.len() as u64, word);
        file[link..link + word].copy_from_slice(&here);
        file.extend(number(tags.len() as u64, if layout.wide { 8 } else { 2 }));
        for (tag, value) in *tags {
            file.extend(number(u64::from(*tag), 2));
            file.extend(number(4, 2));
            file.extend(number(1, word));
            let value = number(u64::from(*value), 4);
            file.extend_from_slice(&value);
            file.resize(file.len() + word - 4, 0);
        }
        link = file.len();
        file.extend(number(0, word));
    }
    file
}

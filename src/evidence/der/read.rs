//! The reader.

use super::time::{parse_generalized, parse_utc};
use crate::model::Timestamp;

/// Identifier octets (X.690 section 8.1.2).
pub mod tag {
    /// BOOLEAN.
    pub const BOOLEAN: u8 = 0x01;
    /// INTEGER.
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING.
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING.
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL.
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER.
    pub const OBJECT_ID: u8 = 0x06;
    /// UTF8String.
    pub const UTF8_STRING: u8 = 0x0c;
    /// PrintableString.
    pub const PRINTABLE_STRING: u8 = 0x13;
    /// IA5String.
    pub const IA5_STRING: u8 = 0x16;
    /// UTCTime.
    pub const UTC_TIME: u8 = 0x17;
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// SEQUENCE and SEQUENCE OF.
    pub const SEQUENCE: u8 = 0x30;
    /// SET and SET OF.
    pub const SET: u8 = 0x31;

    /// `[number]` around other elements.
    pub const fn context(number: u8) -> u8 {
        0xa0 | number
    }

    /// `[number]` in place of the tag of a simple element.
    pub const fn context_primitive(number: u8) -> u8 {
        0x80 | number
    }
}

/// Why bytes are not the DER that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DerError {
    /// The bytes end inside an element.
    #[error("the encoding ends inside an element")]
    End,
    /// A length that is indefinite, too long, or longer written than necessary.
    #[error("a length is not written in its one short form")]
    Length,
    /// Tag numbers beyond 30 are used by nothing that is read here.
    #[error("an element has a tag of more than one octet")]
    LongTag,
    /// Another element than the standard says.
    #[error("an element has the tag {found:#04x}, expected was {expected:#04x}")]
    Tag {
        /// What had to come.
        expected: u8,
        /// What came; 0 is the end.
        found: u8,
    },
    /// Something stands behind the last element.
    #[error("something stands behind the last element")]
    Trailing,
    /// The contents are not those of their type.
    #[error("the contents of an element are no {0}")]
    Contents(&'static str),
    /// More members than are read.
    #[error("a list has more than {0} members")]
    TooMany(usize),
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// Identifier octet.
    pub tag: u8,
    /// Contents.
    pub contents: &'a [u8],
    /// Tag, length and contents.
    pub raw: &'a [u8],
}

impl<'a> Element<'a> {
    /// The one element that `bytes` consist of.
    pub fn only(bytes: &'a [u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(bytes);
        let element = reader.next()?;
        reader.end()?;
        Ok(element)
    }

    /// A reader of what is inside.
    pub fn reader(&self) -> Reader<'a> {
        Reader::new(self.contents)
    }

    /// This element if it has the tag.
    pub fn expect(self, expected: u8) -> Result<Self, DerError> {
        if self.tag == expected { Ok(self) } else { Err(DerError::Tag { expected, found: self.tag }) }
    }

    /// The time in a UTCTime or GeneralizedTime.
    pub fn time(&self) -> Result<Timestamp, DerError> {
        match self.tag {
            tag::UTC_TIME => parse_utc(self.contents).ok_or(DerError::Contents("UTCTime")),
            tag::GENERALIZED_TIME => parse_generalized(self.contents).ok_or(DerError::Contents("GeneralizedTime")),
            found => Err(DerError::Tag { expected: tag::GENERALIZED_TIME, found }),
        }
    }
}

/// Walks over the elements of a string of bytes.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element, whatever it is.
    pub fn next(&mut self) -> Result<Element<'a>, DerError> {
        let (&tag, after_tag) = self.rest.split_first().ok_or(DerError::End)?;
        if tag & 0x1f == 0x1f {
            return Err(DerError::LongTag);
        }
        let (length, header) = read_length(after_tag)?;
        let contents = after_tag.get(header..).and_then(|rest| rest.get(..length)).ok_or(DerError::End)?;
        let (raw, rest) = self.rest.split_at(1 + header + length);
        self.rest = rest;
        Ok(Element { tag, contents, raw })
    }

    /// The next element, which must have this tag.
    pub fn expect(&mut self, expected: u8) -> Result<Element<'a>, DerError> {
        match self.rest.first() {
            Some(found) if *found == expected => self.next(),
            found => Err(DerError::Tag { expected, found: found.copied().unwrap_or(0) }),
        }
    }

    /// The next element, if it has this tag.
    pub fn optional(&mut self, wanted: u8) -> Result<Option<Element<'a>>, DerError> {
        if self.rest.first() == Some(&wanted) { self.next().map(Some) } else { Ok(None) }
    }

    /// A reader of the SEQUENCE that comes next.
    pub fn sequence(&mut self) -> Result<Reader<'a>, DerError> {
        Ok(self.expect(tag::SEQUENCE)?.reader())
    }

    /// The contents of the OBJECT IDENTIFIER that comes next.
    pub fn object_id(&mut self) -> Result<&'a [u8], DerError> {
        Ok(self.expect(tag::OBJECT_ID)?.contents)
    }

    /// The contents of the OCTET STRING that comes next.
    pub fn octet_string(&mut self) -> Result<&'a [u8], DerError> {
        Ok(self.expect(tag::OCTET_STRING)?.contents)
    }

    /// The contents of the INTEGER that comes next: two's complement, big-endian, as short as possible.
    pub fn integer(&mut self) -> Result<&'a [u8], DerError> {
        let contents = self.expect(tag::INTEGER)?.contents;
        match contents {
            [] => Err(DerError::Contents("INTEGER")),
            [0x00, next, ..] if next & 0x80 == 0 => Err(DerError::Contents("INTEGER")),
            [0xff, next, ..] if next & 0x80 != 0 => Err(DerError::Contents("INTEGER")),
            contents => Ok(contents),
        }
    }

    /// The INTEGER that comes next, which must be from 0 to 127: versions and states.
    pub fn small_integer(&mut self) -> Result<u8, DerError> {
        match self.integer()? {
            [value] if value & 0x80 == 0 => Ok(*value),
            _ => Err(DerError::Contents("small INTEGER")),
        }
    }

    /// The BOOLEAN that may come next. What is left out is false; DER leaves out what is the default, so that false never stands there.
    pub fn boolean_default_false(&mut self) -> Result<bool, DerError> {
        match self.optional(tag::BOOLEAN)? {
            None => Ok(false),
            Some(element) if element.contents == [0xff] => Ok(true),
            Some(_) => Err(DerError::Contents("BOOLEAN that differs from its default")),
        }
    }

    /// Everything that is left, which must be at most `most` elements.
    pub fn rest(mut self, most: usize) -> Result<Vec<Element<'a>>, DerError> {
        let mut elements = Vec::new();
        while !self.is_empty() {
            if elements.len() == most {
                return Err(DerError::TooMany(most));
            }
            elements.push(self.next()?);
        }
        Ok(elements)
    }

    /// The end, or an error.
    pub fn end(self) -> Result<(), DerError> {
        if self.is_empty() { Ok(()) } else { Err(DerError::Trailing) }
    }
}

/// A length and how many octets it takes.
fn read_length(bytes: &[u8]) -> Result<(usize, usize), DerError> {
    match bytes {
        [] => Err(DerError::End),
        [short, ..] if *short < 0x80 => Ok((usize::from(*short), 1)),
        [0x81, one, ..] if *one >= 0x80 => Ok((usize::from(*one), 2)),
        [0x82, high, low, ..] if *high > 0 => Ok((usize::from(u16::from_be_bytes([*high, *low])), 3)),
        [0x83, a, b, c, ..] if *a > 0 => Ok((u32::from_be_bytes([0, *a, *b, *c]) as usize, 4)),
        [0x81] | [0x82] | [0x82, _] | [0x83] | [0x83, _] | [0x83, _, _] => Err(DerError::End),
        // Indefinite (0x80), with leading zeros, or beyond 16 MiB.
        _ => Err(DerError::Length),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::write::{integer, octet_string, sequence};
    use super::*;

    #[test]
    fn one_spelling_of_everything() {
        let refused: [(&[u8], DerError); 11] = [
            (&[], DerError::End),
            (&[0x04], DerError::End),
            (&[0x04, 0x02, 0x00], DerError::End),
            (&[0x30, 0x80, 0x00, 0x00], DerError::Length),
            (&[0x04, 0x81, 0x01, 0x00], DerError::Length),
            (&[0x04, 0x82, 0x00, 0x80], DerError::Length),
            (&[0x04, 0x84, 0x01, 0x00, 0x00, 0x00], DerError::Length),
            (&[0x04, 0x83, 0xff, 0xff], DerError::End),
            (&[0x1f, 0x81, 0x00, 0x00], DerError::LongTag),
            (&[0x04, 0xff], DerError::Length),
            (&[0x04, 0x00, 0x00], DerError::Trailing),
        ];
        for (bytes, why) in refused {
            assert_eq!(Element::only(bytes), Err(why), "{bytes:x?}");
        }
    }

    #[test]
    fn integers_are_as_short_as_possible() {
        for bad in [&[0x02, 0x00][..], &[0x02, 0x02, 0x00, 0x7f], &[0x02, 0x02, 0xff, 0x80]] {
            assert!(Reader::new(bad).integer().is_err(), "{bad:x?}");
        }
        assert_eq!(Reader::new(&[0x02, 0x02, 0x00, 0x80]).integer(), Ok(&[0x00, 0x80][..]));
        assert_eq!(Reader::new(&[0x02, 0x01, 0x7f]).small_integer(), Ok(127));
        assert!(Reader::new(&[0x02, 0x01, 0x80]).small_integer().is_err(), "minus 128");
        for bad in [[0x01, 0x01, 0x00], [0x01, 0x01, 0x01]] {
            assert!(Reader::new(&bad).boolean_default_false().is_err(), "{bad:x?}");
        }
    }

    #[test]
    fn lists_are_bounded() {
        let list = sequence(&[integer(&[1]), integer(&[2]), integer(&[3])]);
        let list = Element::only(&list).unwrap();
        assert_eq!(list.reader().rest(3).map(|members| members.len()), Ok(3));
        assert_eq!(list.reader().rest(2), Err(DerError::TooMany(2)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(contents in proptest::collection::vec(any::<u8>(), 0..70_000)) {
            let bytes = octet_string(&contents);
            prop_assert_eq!(Reader::new(&bytes).octet_string(), Ok(&contents[..]));
            let shorter = &bytes[..bytes.len() - 1];
            prop_assert!(Element::only(shorter).is_err());
        }

        #[test]
        fn anything_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::new(&bytes);
            let mut read = 0;
            while let Ok(element) = reader.next() {
                read += element.raw.len();
                let _ = element.time();
                let _ = element.reader().integer();
                prop_assert!(element.raw.ends_with(element.contents));
            }
            prop_assert!(read <= bytes.len());
        }
    }
}

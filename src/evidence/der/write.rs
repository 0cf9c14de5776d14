//! The writer: each function gives one whole element.

use super::read::tag;
use super::time::generalized;
use crate::model::Timestamp;

/// An element with this tag and these contents.
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut bytes = Vec::with_capacity(length + 6);
    bytes.push(tag);
    if length < 0x80 {
        bytes.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let skipped = octets.iter().take_while(|octet| **octet == 0).count();
        bytes.push(0x80 | (octets.len() - skipped) as u8);
        bytes.extend_from_slice(&octets[skipped..]);
    }
    bytes.extend_from_slice(contents);
    bytes
}

/// SEQUENCE.
pub fn sequence<T: AsRef<[u8]>>(members: &[T]) -> Vec<u8> {
    element(tag::SEQUENCE, &join(members))
}

/// SET OF: the members are sorted, as DER wants it (X.690 section 11.6).
pub fn set_of(mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort_unstable();
    element(tag::SET, &members.concat())
}

/// `[number]` around these elements, or in place of the tag of a SEQUENCE or SET with them.
pub fn context<T: AsRef<[u8]>>(number: u8, members: &[T]) -> Vec<u8> {
    element(tag::context(number), &join(members))
}

fn join<T: AsRef<[u8]>>(members: &[T]) -> Vec<u8> {
    members.iter().fold(Vec::new(), |mut joined, member| {
        joined.extend_from_slice(member.as_ref());
        joined
    })
}

/// INTEGER that is not negative, from its big-endian bytes.
pub fn integer(magnitude: &[u8]) -> Vec<u8> {
    let significant = &magnitude[magnitude.iter().take_while(|byte| **byte == 0).count()..];
    match significant.first() {
        None => element(tag::INTEGER, &[0]),
        Some(first) if first & 0x80 == 0 => element(tag::INTEGER, significant),
        Some(_) => element(tag::INTEGER, &[&[0], significant].concat()),
    }
}

/// INTEGER from 0 to 127.
pub fn small_integer(value: u8) -> Vec<u8> {
    integer(&[value])
}

/// BOOLEAN TRUE. FALSE is never written: it is the default everywhere.
pub fn boolean_true() -> Vec<u8> {
    element(tag::BOOLEAN, &[0xff])
}

/// NULL.
pub fn null() -> Vec<u8> {
    element(tag::NULL, &[])
}

/// OBJECT IDENTIFIER with these contents.
pub fn object_id(contents: &[u8]) -> Vec<u8> {
    element(tag::OBJECT_ID, contents)
}

/// OCTET STRING.
pub fn octet_string(contents: &[u8]) -> Vec<u8> {
    element(tag::OCTET_STRING, contents)
}

/// GeneralizedTime.
pub fn generalized_time(time: Timestamp) -> Vec<u8> {
    element(tag::GENERALIZED_TIME, generalized(time).as_bytes())
}

/// UTCTime from 1950 to 2049, else GeneralizedTime (RFC 5652 section 11.3).
pub fn rfc5652_time(time: Timestamp) -> Vec<u8> {
    if (1950..2050).contains(&time.year()) { element(tag::UTC_TIME, &generalized(time).as_bytes()[2..]) } else { generalized_time(time) }
}

#[cfg(test)]
mod tests {
    use super::super::read::Element;
    use super::*;

    #[test]
    fn known_encodings() {
        assert_eq!(integer(&[]), [2, 1, 0]);
        assert_eq!(integer(&[0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(sequence::<Vec<u8>>(&[]), [0x30, 0]);
        assert_eq!(set_of(vec![integer(&[2]), integer(&[1]), null()]), [0x31, 8, 2, 1, 1, 2, 1, 2, 5, 0]);
        assert_eq!(octet_string(&[7; 127])[..2], [4, 127]);
        assert_eq!(octet_string(&[7; 128])[..3], [4, 0x81, 128]);
        assert_eq!(octet_string(&[7; 256])[..4], [4, 0x82, 1, 0]);
        assert_eq!(octet_string(&[7; 65536])[..5], [4, 0x83, 1, 0, 0]);
    }

    #[test]
    fn times_are_read_back() {
        for text in ["2026-11-21T18:30:40Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"] {
            let time = Timestamp::parse(text).unwrap();
            assert_eq!(Element::only(&rfc5652_time(time)).unwrap().time(), Ok(time));
            assert_eq!(Element::only(&generalized_time(time)).unwrap().time(), Ok(time));
        }
    }
}

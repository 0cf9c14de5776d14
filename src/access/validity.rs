//! The end of a certificate's validity (RFC 5280 section 4.1.2.5), which the TLS library checks but does not tell.
//!
//! Only as much DER (X.690) is read as leads there: certificate, to-be-signed part, and over version, serial number, algorithm and issuer.

use crate::model::Timestamp;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// `notAfter` of a certificate in DER, or `None` if these bytes have none.
pub(super) fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let mut outer = Der(certificate).expect(SEQUENCE)?;
    let mut signed = outer.expect(SEQUENCE)?;
    let (tag, _) = signed.clone().next()?;
    if tag == VERSION {
        signed.next()?;
    }
    let (_serial, _algorithm, _issuer) = (signed.next()?, signed.next()?, signed.next()?);
    let mut validity = signed.expect(SEQUENCE)?;
    let _not_before = validity.next()?;
    match validity.next()? {
        (UTC_TIME, text) => {
            // Two-digit years from 50 on are in the last century (RFC 5280 section 4.1.2.5.1).
            let century = if *text.first()? >= b'5' { "19" } else { "20" };
            time(&format!("{century}{}", std::str::from_utf8(text).ok()?))
        }
        (GENERALIZED_TIME, text) => time(std::str::from_utf8(text).ok()?),
        _ => None,
    }
}

/// `YYYYMMDDHHMMSSZ`.
fn time(text: &str) -> Option<Timestamp> {
    if text.len() != 15 || !text.is_ascii() {
        return None;
    }
    let (date, clock) = (&text[..8], &text[8..]);
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    Timestamp::parse(&format!("{year}-{month}-{day}T{}:{}:{}", &clock[..2], &clock[2..4], &clock[4..]))
}

/// Elements that follow each other.
#[derive(Clone)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The content of the next element, which has this tag.
    fn expect(&mut self, expected: u8) -> Option<Self> {
        let (tag, content) = self.next()?;
        (tag == expected).then_some(Self(content))
    }

    /// Tag and content of the next element. Lengths have at most three bytes here: a certificate of 16 MiB is none.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, first], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, after) = rest.split_at_checked(length)?;
        self.0 = after;
        Some((tag, content))
    }
}

#[cfg(test)]
mod tests {
    use super::super::issue::{Authority, Validity};
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("must parse")
    }

    #[test]
    fn both_kinds_of_time() {
        // Years from 2050 on are written as GeneralizedTime.
        for end in ["2027-03-04T05:06:07Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "2199-06-05T04:03:02Z"] {
            let validity = Validity { not_before: at("2026-01-01T00:00:00Z"), not_after: at(end) };
            let (_, issued) = Authority::create("test", validity).expect("must be created");
            assert_eq!(not_after(&issued.certificate_der()), Some(at(end)));
        }
        assert_eq!(time("20261301000000Z"), None);
        assert_eq!(time("20260101000000+"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), nested in proptest::bool::ANY) {
            if nested {
                bytes.splice(0..0, [0x30, 0x81, 0xc8, 0x30, 0x81, 0xc0, 2, 1, 1, 0x30, 0, 0x30, 0, 0x30, 0x20, 0x17, 1, 0, 0x17]);
            }
            not_after(&bytes);
        }
    }
}

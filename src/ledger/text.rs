//! How the line formats of C2SP write numbers, hashes and bytes. Every value has one spelling; another spelling is refused.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::limits::LEDGER_ENTRIES_MAX;
use crate::model::Digest;

/// A size or an index: ASCII decimal without sign or leading zero, below 2^63.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok().filter(|number| *number <= LEDGER_ENTRIES_MAX)
}

/// Standard Base64 with padding (RFC 4648 section 4).
pub(super) fn to_base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Appends bytes in the same form.
pub(super) fn push_base64(text: &mut String, bytes: &[u8]) {
    BASE64_STANDARD.encode_string(bytes, text);
}

/// The bytes in canonical Base64: the engine refuses missing padding, set bits behind the end and every foreign character.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

/// A line with one hash.
pub(super) fn parse_hash(line: &str) -> Option<Digest> {
    from_base64(line).and_then(|bytes| Digest::from_slice(&bytes))
}

/// Appends a line with one hash.
pub(super) fn push_hash_line(text: &mut String, hash: &Digest) {
    push_base64(text, hash.as_bytes());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for (text, number) in [("0", 0), ("7", 7), ("20852163", 20_852_163), ("9223372036854775807", i64::MAX as u64)] {
            assert_eq!(parse_decimal(text), Some(number));
        }
        for bad in ["", "00", "07", "+7", "-1", " 7", "7 ", "0x7", "9223372036854775808", "99999999999999999999999", "\u{663}"] {
            assert_eq!(parse_decimal(bad), None, "{bad}");
        }
    }

    #[test]
    fn bytes_have_one_spelling() {
        assert_eq!(from_base64("bGVhZi0z").as_deref(), Some(b"leaf-3".as_slice()));
        assert_eq!(from_base64("AA==").as_deref(), Some([0].as_slice()));
        // In turn: no padding, a set bit behind the end, too much padding, the URL alphabet, white space inside.
        for bad in ["AA", "AB==", "AA===", "-_8=", "bGVh Zi0z", "bGVh\nZi0z"] {
            assert_eq!(from_base64(bad), None, "{bad}");
        }
        let short = to_base64(&[7; 31]);
        assert_eq!(parse_hash(&short), None);
    }
}

//! The one byte form of a description: JSON with sorted keys, no white space and string values only (RFC 8785 for this subset).
//!
//! The same bytes are sealed, committed to in the ledger and given to an auditor, so there must be exactly one way to write them.

use std::fmt;

/// Canonical JSON bytes of a description. Personal data: sealed on disk, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct CanonicalJson(Vec<u8>);

impl CanonicalJson {
    /// Writes an object; `fields` are the members that are present, in any order.
    ///
    /// # Panics
    /// When a name occurs twice, which only our own code could cause.
    pub fn from_fields(mut fields: Vec<(&'static str, String)>) -> Self {
        fields.sort_unstable_by_key(|(name, _)| *name);
        assert!(fields.is_sorted_by(|(a, _), (b, _)| a < b), "a description names each field once");
        let mut bytes = vec![b'{'];
        for (position, (name, value)) in fields.iter().enumerate() {
            if position > 0 {
                bytes.push(b',');
            }
            write_string(&mut bytes, name);
            bytes.push(b':');
            write_string(&mut bytes, value);
        }
        bytes.push(b'}');
        Self(bytes)
    }

    /// Bytes that were canonical when they were sealed; the seal vouches for them.
    pub fn from_sealed(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The value of a member that was written without escapes.
    pub fn plain(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(&self.0).ok()?;
        // A quotation mark within a value is escaped, so this can only be the beginning of the member.
        let starts = ["{", ","].map(|before| format!("{before}\"{name}\":\""));
        let value = starts.iter().find_map(|start| text.split_once(start.as_str())).map(|(_, rest)| rest)?;
        value.split_once('"').map(|(value, _)| value).filter(|value| !value.contains('\\'))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CanonicalJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CanonicalJson({} bytes)", self.0.len())
    }
}

/// RFC 8785 section 3.2.2.2: only quotation mark, backslash and control characters are escaped, in their shortest form.
fn write_string(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(b'"');
    for character in text.chars() {
        match character {
            '"' => bytes.extend_from_slice(b"\\\""),
            '\\' => bytes.extend_from_slice(b"\\\\"),
            '\u{8}' => bytes.extend_from_slice(b"\\b"),
            '\t' => bytes.extend_from_slice(b"\\t"),
            '\n' => bytes.extend_from_slice(b"\\n"),
            '\u{c}' => bytes.extend_from_slice(b"\\f"),
            '\r' => bytes.extend_from_slice(b"\\r"),
            control if control < ' ' => bytes.extend_from_slice(format!("\\u{:04x}", u32::from(control)).as_bytes()),
            other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_to_write_it() {
        let fields = vec![("title", "a\"b\\c\u{1}\n\u{e4}".to_owned()), ("date", "2026-11-20".to_owned())];
        let json = CanonicalJson::from_fields(fields);
        assert_eq!(String::from_utf8_lossy(json.as_bytes()), "{\"date\":\"2026-11-20\",\"title\":\"a\\\"b\\\\c\\u0001\\n\u{e4}\"}");
        assert_eq!(CanonicalJson::from_fields(Vec::new()).as_bytes(), b"{}");
    }

    #[test]
    fn a_plain_member_is_found_and_nothing_that_looks_like_one() {
        let fields = vec![("reason", "x,\"record\":\"y".to_owned()), ("record", "5 of 7".to_owned()), ("title", "a\"b".to_owned())];
        let json = CanonicalJson::from_fields(fields);
        assert_eq!((json.plain("record"), json.plain("title"), json.plain("owner")), (Some("5 of 7"), None, None));
    }
}

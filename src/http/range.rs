//! Which part of a document a request asks for (RFC 9110 section 14).

use std::ops::Range;

/// What `Range` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Everything: no range, another unit, or several ranges at once, which a server may answer as a whole.
    Whole,
    /// These bytes, never empty and inside the document.
    Part(Range<u64>),
    /// Nothing that the document has.
    Unsatisfiable,
}

/// Reads the value of `Range` for a document of `bytes` bytes.
///
/// A value with the unit `bytes` that breaks the grammar is answered like one outside the document: section 14.2 leaves
/// the choice, and sending gigabytes to somebody who asked for a part would help nobody.
pub(super) fn wanted(value: &str, bytes: u64) -> Wanted {
    let Some((unit, set)) = value.split_once('=') else { return Wanted::Whole };
    if !unit.eq_ignore_ascii_case("bytes") || set.contains(',') {
        return Wanted::Whole;
    }
    let Some((first, last)) = set.trim_matches([' ', '\t']).split_once('-') else { return Wanted::Unsatisfiable };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(bytes),
        (Some(first), None) if last.is_empty() => first..bytes,
        (None, Some(length)) if first.is_empty() => bytes.saturating_sub(length)..bytes,
        _ => return Wanted::Unsatisfiable,
    };
    if range.is_empty() { Wanted::Unsatisfiable } else { Wanted::Part(range) }
}

/// Digits only; a number beyond 64 bits lies behind the end of every document.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_ten_bytes() {
        use Wanted::{Part, Unsatisfiable, Whole};
        let huge = "9".repeat(40);
        for (value, expected) in [
            ("bytes=0-0", Part(0..1)),
            ("bytes=0-9", Part(0..10)),
            ("bytes=3-", Part(3..10)),
            ("bytes=9-100", Part(9..10)),
            ("Bytes=2-4", Part(2..5)),
            ("bytes= 2-4 ", Part(2..5)),
            ("bytes=-1", Part(9..10)),
            ("bytes=-10", Part(0..10)),
            ("bytes=-11", Part(0..10)),
            (&format!("bytes=0-{huge}"), Part(0..10)),
            (&format!("bytes=-{huge}"), Part(0..10)),
            ("bytes=0-0,5-6", Whole),
            ("lines=0-1", Whole),
            ("nonsense", Whole),
            ("bytes=10-", Unsatisfiable),
            ("bytes=10-20", Unsatisfiable),
            (&format!("bytes={huge}-"), Unsatisfiable),
            ("bytes=-0", Unsatisfiable),
            ("bytes=5-4", Unsatisfiable),
            ("bytes=-", Unsatisfiable),
            ("bytes=", Unsatisfiable),
            ("bytes=a-b", Unsatisfiable),
            ("bytes=1-2-3", Unsatisfiable),
            ("bytes=+1-2", Unsatisfiable),
        ] {
            assert_eq!(wanted(value, 10), expected, "{value}");
        }
        for value in ["bytes=0-0", "bytes=0-", "bytes=-1"] {
            assert_eq!(wanted(value, 0), Unsatisfiable, "{value} of an empty document");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_part_lies_inside(value in "bytes=[0-9 ,-]{0,25}", bytes: u64) {
            if let Wanted::Part(range) = wanted(&value, bytes) {
                proptest::prop_assert!(range.start < range.end && range.end <= bytes);
            }
        }

        #[test]
        fn no_text_makes_it_panic(value in ".{0,60}", bytes: u64) {
            let _ = wanted(&value, bytes);
        }
    }
}

//! Conditional requests on content that never changes (RFC 9110 section 13).

use hyper::header::{HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH, IF_RANGE};

use crate::model::Digest;

/// The strong entity tag of a document: its SHA-256.
pub(super) fn entity_tag(digest: &Digest) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{digest}\"")).expect("hexadecimal must be visible ASCII")
}

/// What the preconditions of a reading request come to. Evaluated only after the caller may read and the document was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Go on.
    Proceed,
    /// `If-Match` fails: 412.
    Failed,
    /// The client has it already: 304.
    NotModified,
}

/// Evaluates `If-Match`, then `If-None-Match` (section 13.2.2).
pub(super) fn evaluate(headers: &HeaderMap, tag: &HeaderValue) -> Outcome {
    if headers.contains_key(IF_MATCH) && !names(headers, &IF_MATCH, tag, Comparison::Strong) {
        return Outcome::Failed;
    }
    if names(headers, &IF_NONE_MATCH, tag, Comparison::Weak) {
        return Outcome::NotModified;
    }
    Outcome::Proceed
}

/// Whether `Range` counts: without `If-Range`, or with exactly this tag (section 13.1.5). Dates never match, as there are none.
pub(super) fn range_applies(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers.get(IF_RANGE).is_none_or(|value| value == tag)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

/// Whether a list of tags has `*` or this tag. Our tags have no comma, so what is split inside a foreign tag cannot equal ours.
fn names(headers: &HeaderMap, field: &HeaderName, tag: &HeaderValue, comparison: Comparison) -> bool {
    let lines = headers.get_all(field).iter().map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii).any(|item| {
        let strong = match comparison {
            Comparison::Strong => item,
            Comparison::Weak => item.strip_prefix(b"W/").unwrap_or(item),
        };
        item == b"*" || strong == tag.as_bytes()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preconditions_of_reading() {
        use Outcome::{Failed, NotModified, Proceed};
        let tag = entity_tag(&Digest([0x11; 32]));
        let ours = tag.to_str().expect("must be ASCII").to_owned();
        let weak = format!("W/{ours}");
        for (if_match, if_none_match, expected) in [
            (None, None, Proceed),
            (Some("*"), None, Proceed),
            (Some(ours.as_str()), None, Proceed),
            (Some("\"x\""), None, Failed),
            (Some(weak.as_str()), None, Failed),
            (Some(""), None, Failed),
            (None, Some("*"), NotModified),
            (None, Some(ours.as_str()), NotModified),
            (None, Some(weak.as_str()), NotModified),
            (None, Some("\"x\""), Proceed),
            (Some("\"x\""), Some("*"), Failed),
        ] {
            let mut headers = HeaderMap::new();
            if_match.map(|value| headers.insert(IF_MATCH, HeaderValue::from_str(value).expect("must be a value")));
            if_none_match.map(|value| headers.insert(IF_NONE_MATCH, HeaderValue::from_str(value).expect("must be a value")));
            assert_eq!(evaluate(&headers, &tag), expected, "{if_match:?} {if_none_match:?}");
        }
        let mut list = HeaderMap::new();
        list.insert(IF_NONE_MATCH, HeaderValue::from_str(&format!("\"a,b\" , {ours}")).expect("must be a value"));
        assert_eq!(evaluate(&list, &tag), NotModified);
    }

    #[test]
    fn a_range_needs_the_same_tag() {
        let tag = entity_tag(&Digest([0x11; 32]));
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_RANGE, HeaderValue::from_str(value).expect("must be a value"));
            range_applies(&headers, &tag)
        };
        assert!(range_applies(&HeaderMap::new(), &tag) && with(tag.to_str().expect("must be ASCII")));
        assert!(!with("\"other\"") && !with("Sat, 21 Nov 2026 08:00:00 GMT") && !with("*"));
    }
}

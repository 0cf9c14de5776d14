//! Where a request's head ends and what in it decides where its body ends (RFC 9112 sections 2.2, 5 and 6).

use crate::limits::REQUEST_HEAD_BYTES_MAX;

/// Bytes that are kept of a head. hyper refuses a longer one by itself.
const KEPT_BYTES_MAX: usize = 2 * REQUEST_HEAD_BYTES_MAX;

/// What a head says about the framing of its body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct HeadFacts {
    content_lengths: usize,
    transfer_encodings: usize,
    declared_bytes: Option<u64>,
    bare_line_feed: bool,
}

impl HeadFacts {
    /// Whether two programs could disagree about where the body ends.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.content_lengths + self.transfer_encodings > 1 || self.bare_line_feed
    }

    /// Whether the body's length is known only when it has ended.
    pub(super) fn is_chunked(&self) -> bool {
        self.transfer_encodings > 0
    }

    /// Length of the body; `None` for a chunked one.
    pub(super) fn body_bytes(&self) -> Option<u64> {
        if self.is_chunked() { None } else { Some(self.declared_bytes.unwrap_or(0)) }
    }

    fn of(head: &[u8]) -> Self {
        let mut facts = Self::default();
        for line in head.split_inclusive(|byte| *byte == b'\n') {
            facts.bare_line_feed |= line.ends_with(b"\n") && !line.ends_with(b"\r\n");
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"content-length") {
                facts.content_lengths += 1;
                facts.declared_bytes = std::str::from_utf8(value).ok().and_then(|value| value.parse().ok());
            }
            facts.transfer_encodings += usize::from(name.eq_ignore_ascii_case(b"transfer-encoding"));
        }
        facts
    }
}

/// Collects the bytes of one head.
#[derive(Debug, Default)]
pub(super) struct HeadScanner {
    head: Vec<u8>,
    complete: bool,
}

impl HeadScanner {
    /// Takes the bytes that belong to the head and returns the others.
    pub(super) fn feed<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        for (position, byte) in bytes.iter().enumerate() {
            // Empty lines before a request line are skipped (section 2.2).
            if self.head.is_empty() && matches!(byte, b'\r' | b'\n') {
                continue;
            }
            if self.head.len() < KEPT_BYTES_MAX {
                self.head.push(*byte);
            }
            if *byte == b'\n' && (self.head.ends_with(b"\n\n") || self.head.ends_with(b"\n\r\n")) {
                self.complete = true;
                return &bytes[position + 1..];
            }
        }
        &[]
    }

    /// What the head says, once it is complete.
    pub(super) fn facts(&self) -> Option<HeadFacts> {
        self.complete.then(|| HeadFacts::of(&self.head))
    }

    /// The bytes so far.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(request: &str) -> (Option<HeadFacts>, String) {
        let mut scanner = HeadScanner::default();
        let rest = scanner.feed(request.as_bytes()).to_vec();
        // The same bytes one by one come to the same facts.
        let mut slowly = HeadScanner::default();
        for byte in request.as_bytes() {
            if slowly.facts().is_none() {
                slowly.feed(&[*byte]);
            }
        }
        assert_eq!(slowly.facts(), scanner.facts(), "{request:?}");
        (scanner.facts(), String::from_utf8_lossy(&rest).into_owned())
    }

    #[test]
    fn the_head_ends_at_the_empty_line() {
        let (facts, rest) = scan("\r\nPUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET");
        let facts = facts.expect("must be complete");
        assert_eq!((facts.body_bytes(), facts.is_ambiguous(), rest.as_str()), (Some(3), false, "abcGET"));
        assert_eq!(scan("GET / HTTP/1.1\r\nHost: a\r\n").0, None);
        let (facts, _) = scan("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(facts.and_then(|facts| facts.body_bytes()), Some(0));
    }

    #[test]
    fn two_ways_to_read_it_are_seen() {
        for fields in [
            "Content-Length: 3\r\nTransfer-Encoding: chunked",
            "transfer-encoding: chunked\r\ncontent-length: 3",
            "Content-Length: 3\r\nContent-Length: 3",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "X: y\nContent-Length: 3",
        ] {
            let (facts, _) = scan(&format!("PUT / HTTP/1.1\r\n{fields}\r\n\r\n"));
            assert!(facts.is_some_and(|facts| facts.is_ambiguous()), "{fields}");
        }
        let (facts, _) = scan("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        assert!(facts.is_some_and(|facts| facts.is_chunked() && !facts.is_ambiguous() && facts.body_bytes().is_none()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let mut scanner = HeadScanner::default();
            scanner.feed(&bytes);
            let _ = scanner.facts();
        }
    }
}

//! Numbers of requests: one of ours for the log, and the client's own for its own.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

use crate::sys::random;

/// The field in which both sides name a request.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Bytes of a client's own request id.
const BYTES_MAX: usize = 128;

/// How a request is called.
#[derive(Debug, Clone)]
pub(super) struct RequestId {
    number: u64,
    given: Option<HeaderValue>,
}

impl RequestId {
    /// A fresh number, and what the client calls the request if that is short and visible ASCII. A client's id that has the
    /// form of our numbers becomes the number; any other stays out of the log, because a name could stand in it.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(X_REQUEST_ID).filter(|value| is_acceptable(value.as_bytes())).cloned();
        let number = given.as_ref().and_then(|value| parse_number(value.to_str().ok()?));
        Self { number: number.unwrap_or_else(|| u64::from_be_bytes(random::bytes())), given }
    }

    /// The number in the log.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The number as the log writes it.
    pub(super) fn log_form(&self) -> String {
        format!("{:016x}", self.number)
    }

    /// What the answer carries.
    pub(super) fn header(&self) -> HeaderValue {
        let own = || HeaderValue::from_str(&self.log_form()).expect("hexadecimal must be visible ASCII");
        self.given.clone().unwrap_or_else(own)
    }
}

fn is_acceptable(value: &[u8]) -> bool {
    (1..=BYTES_MAX).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic)
}

fn parse_number(text: &str) -> Option<u64> {
    let number = u64::from_str_radix(text, 16).ok()?;
    (format!("{number:016x}") == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &[u8]) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(value).expect("must be a value"));
        RequestId::of(&headers)
    }

    #[test]
    fn a_client_may_name_its_requests() {
        assert_eq!(with(b"upload-17").header(), "upload-17");
        assert_eq!((with(b"00000000000000ff").number(), with(b"00000000000000ff").log_form().as_str()), (255, "00000000000000ff"));
        let fresh = RequestId::of(&HeaderMap::new());
        assert_eq!(fresh.header(), fresh.log_form().as_str());
        for bad in [&b"a b"[..], b"", b"\xc3\xa4", &[b'x'; 129]] {
            assert_eq!(with(bad).header().len(), 16, "{bad:?}");
        }
    }
}

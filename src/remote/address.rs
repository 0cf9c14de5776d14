//! Addresses of other people's servers, as the configuration names them.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::PathAndQuery;

use crate::limits::REMOTE_ADDRESS_BYTES_MAX;

/// Why a text is not the address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an address has the form http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH], without user, query or fragment")]
pub struct AddressError;

/// An `http` or `https` address. What it says is sent over the network unencrypted if it is `http`, which is no harm where the answer
/// is signed and the question is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteAddress(Uri);

impl RemoteAddress {
    /// Parses an address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.len() > REMOTE_ADDRESS_BYTES_MAX || text.contains(['#', '?', '@']) {
            return Err(AddressError);
        }
        let uri = Uri::from_str(text).map_err(|_| AddressError)?;
        let has_host = uri.host().is_some_and(|host| !host.is_empty());
        if has_host && matches!(uri.scheme_str(), Some("http" | "https")) { Ok(Self(uri)) } else { Err(AddressError) }
    }

    /// The address of `path`, which begins without a slash, below this one.
    pub fn join(&self, path: &str) -> Result<Self, AddressError> {
        let joined = format!("{}/{path}", self.0.path().trim_end_matches('/'));
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::from_str(&joined).map_err(|_| AddressError)?);
        Uri::from_parts(parts).map_err(|_| AddressError).and_then(|uri| Self::parse(&uri.to_string()))
    }

    /// Whether the connection is encrypted and the server shows a certificate.
    pub fn is_secure(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// For the request.
    pub(super) fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Display for RemoteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers_and_nothing_else() {
        for good in ["http://a", "https://witness.example/prefix", "http://127.0.0.1:8080/", "https://[::1]:1/a/b"] {
            assert!(RemoteAddress::parse(good).is_ok(), "{good}");
        }
        let long = format!("http://a/{}", "x".repeat(REMOTE_ADDRESS_BYTES_MAX));
        for bad in [
            "",
            "a",
            "/a",
            "ftp://a",
            "http://",
            "http:///x",
            "http://u@h/",
            "http://u:p@h/",
            "http://h/?q=1",
            "http://h/#f",
            "http://h /",
            &long,
        ] {
            assert_eq!(RemoteAddress::parse(bad), Err(AddressError), "{bad}");
        }
    }

    #[test]
    fn paths_are_joined_below_the_prefix() {
        for (address, path, joined) in [
            ("http://h", "add-checkpoint", "http://h/add-checkpoint"),
            ("http://h/", "add-checkpoint", "http://h/add-checkpoint"),
            ("https://h:1/w/1", "a/b", "https://h:1/w/1/a/b"),
            ("https://h:1/w/1/", "a", "https://h:1/w/1/a"),
        ] {
            let address = RemoteAddress::parse(address).unwrap();
            assert_eq!(address.join(path).unwrap().to_string(), joined);
            assert_eq!(address.is_secure(), joined.starts_with("https"));
        }
        assert_eq!(RemoteAddress::parse("http://h").unwrap().join("a b"), Err(AddressError));
        assert_eq!(RemoteAddress::parse("http://h").unwrap().join("a?b"), Err(AddressError));
    }
}

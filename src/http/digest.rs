//! Digest fields (RFC 9530): what a client announces and what we say about what we send.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{HeaderMap, HeaderValue};

use super::error::{Code, Problem};
use crate::model::Digest;

/// The one algorithm that is computed here.
const SHA_256: &str = "sha-256";

/// The SHA-256 that `Content-Digest` announces, if the field is there.
///
/// # Errors
/// A field that is there and cannot be checked is refused: its sender would believe that it had been.
pub(super) fn announced(headers: &HeaderMap) -> Result<Option<Digest>, Problem> {
    let mut lines = Vec::new();
    for value in headers.get_all("content-digest") {
        lines.push(value.to_str().map_err(|_| Problem::new(Code::DigestMalformed))?);
    }
    if lines.is_empty() {
        return Ok(None);
    }
    parse(&lines.join(",")).map(Some).map_err(Problem::new)
}

/// The value of `Repr-Digest` and `Content-Digest` for bytes with this digest.
pub(super) fn field_value(digest: &Digest) -> HeaderValue {
    let text = format!("{SHA_256}=:{}:", STANDARD.encode(digest.as_bytes()));
    HeaderValue::from_str(&text).expect("Base64 must be visible ASCII")
}

/// A dictionary (RFC 8941 section 3.2) of byte sequences without parameters, no algorithm twice.
fn parse(text: &str) -> Result<Digest, Code> {
    let mut found: Vec<(&str, Vec<u8>)> = Vec::new();
    for member in text.split(',') {
        let (algorithm, digest) = parse_member(member.trim_matches([' ', '\t'])).ok_or(Code::DigestMalformed)?;
        if found.iter().any(|(other, _)| *other == algorithm) {
            return Err(Code::DigestMalformed);
        }
        found.push((algorithm, digest));
    }
    let (_, digest) = found.iter().find(|(algorithm, _)| *algorithm == SHA_256).ok_or(Code::DigestUnsupported)?;
    Digest::from_slice(digest).ok_or(Code::DigestMalformed)
}

fn parse_member(member: &str) -> Option<(&str, Vec<u8>)> {
    let (key, value) = member.split_once('=')?;
    let first_good = key.starts_with(|first: char| first.is_ascii_lowercase() || first == '*');
    let rest_good = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte));
    let base64 = value.strip_prefix(':')?.strip_suffix(':')?;
    let digest = STANDARD.decode(base64).ok()?;
    (first_good && rest_good).then_some((key, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

    #[test]
    fn only_a_checkable_digest_is_accepted() {
        use Code::{DigestMalformed, DigestUnsupported};
        let empty = Digest::from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855").expect("must parse");
        assert_eq!(parse(GOOD), Ok(empty));
        assert_eq!(field_value(&empty), GOOD);
        for other in ["md5=:AAAA:, ", "sha-512=:AAAA:,", "*x_.-9=::\t,"] {
            assert_eq!(parse(&format!("{other}{GOOD}")), Ok(empty), "{other}");
        }
        for (text, code) in [
            ("sha-512=:AAAA:".to_owned(), DigestUnsupported),
            (String::new(), DigestMalformed),
            ("sha-256".to_owned(), DigestMalformed),
            ("sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(), DigestMalformed),
            ("sha-256=:AAAA:".to_owned(), DigestMalformed),
            ("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU:".to_owned(), DigestMalformed),
            ("sha-256=:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=:".to_owned(), DigestMalformed),
            (GOOD.replace("sha", "SHA"), DigestMalformed),
            (GOOD.replace('=', " ="), DigestMalformed),
            (format!("{GOOD};a=1"), DigestMalformed),
            (format!("{GOOD},"), DigestMalformed),
            (format!("{GOOD},{GOOD}"), DigestMalformed),
            (format!("{GOOD},md5"), DigestMalformed),
        ] {
            assert_eq!(parse(&text), Err(code), "{text}");
        }
    }

    proptest::proptest! {
        /// No mutation yields another digest: it is refused, or the same 32 bytes come out.
        #[test]
        fn a_mutated_field_is_refused_or_means_something_else(at in 0_usize..53, with in 32_u8..127) {
            let mut text = GOOD.as_bytes().to_vec();
            text[at] = with;
            let text = String::from_utf8(text).expect("must be ASCII");
            if let Ok(digest) = parse(&text) {
                proptest::prop_assert_eq!(field_value(&digest), text.as_str());
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = parse(&text);
        }
    }
}

//! Object identifiers: the dotted numbers by which standards name algorithms, attributes and policies (X.660).

use std::fmt;

/// Arcs of an identifier that anybody uses fit into this; more are refused.
const ARCS_MAX: usize = 32;

/// An object identifier, kept as the contents of its DER encoding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(Vec<u8>);

impl ObjectId {
    /// Parses the dotted form, e.g. `1.3.6.1.4.1.99999.1`; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let arcs: Vec<u64> = text.split('.').map(|arc| arc.parse().ok()).collect::<Option<_>>()?;
        let [first, second, rest @ ..] = arcs.as_slice() else { return None };
        if *first > 2 || (*first < 2 && *second > 39) || arcs.len() > ARCS_MAX {
            return None;
        }
        let mut contents = Vec::new();
        push_arc(&mut contents, second.checked_add(first * 40)?);
        rest.iter().for_each(|arc| push_arc(&mut contents, *arc));
        let parsed = Self(contents);
        // One spelling: no signs, no leading zeros.
        (parsed.to_string() == text).then_some(parsed)
    }

    /// The identifier with these contents, or `None` if they are not DER, or have an arc beyond 64 bits.
    pub fn from_contents(contents: &[u8]) -> Option<Self> {
        arcs(contents).map(|_| Self(contents.to_vec()))
    }

    /// The contents of the DER encoding, without tag and length.
    pub fn contents(&self) -> &[u8] {
        &self.0
    }
}

fn push_arc(contents: &mut Vec<u8>, arc: u64) {
    let groups = (u64::BITS - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let more = if group == 0 { 0 } else { 0x80 };
        contents.push(more | ((arc >> (7 * group)) & 0x7f) as u8);
    }
}

/// The numbers, the first two still in one.
fn arcs(contents: &[u8]) -> Option<Vec<u64>> {
    let mut arcs = Vec::new();
    let (mut arc, mut inside) = (0_u64, false);
    for byte in contents {
        if !inside && *byte == 0x80 {
            return None;
        }
        arc = arc.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
        inside = byte & 0x80 != 0;
        if !inside {
            arcs.push(std::mem::take(&mut arc));
        }
    }
    (!inside && !arcs.is_empty() && arcs.len() < ARCS_MAX).then_some(arcs)
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arcs = arcs(&self.0).unwrap_or_default();
        let Some((head, rest)) = arcs.split_first() else { return Ok(()) };
        let first = (head / 40).min(2);
        write!(f, "{first}.{}", head - first * 40)?;
        rest.iter().try_for_each(|arc| write!(f, ".{arc}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

/// The contents of the identifiers that this module knows by name.
pub mod oid {
    /// SHA-256, 2.16.840.1.101.3.4.2.1.
    pub const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
    /// SHA-384, 2.16.840.1.101.3.4.2.2.
    pub const SHA_384: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
    /// SHA-512, 2.16.840.1.101.3.4.2.3.
    pub const SHA_512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];

    /// rsaEncryption, 1.2.840.113549.1.1.1.
    pub const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    /// MGF1, 1.2.840.113549.1.1.8.
    pub const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
    /// RSASSA-PSS, 1.2.840.113549.1.1.10.
    pub const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
    /// sha256WithRSAEncryption, 1.2.840.113549.1.1.11.
    pub const RSA_SHA_256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    /// sha384WithRSAEncryption, 1.2.840.113549.1.1.12.
    pub const RSA_SHA_384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c];
    /// sha512WithRSAEncryption, 1.2.840.113549.1.1.13.
    pub const RSA_SHA_512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d];
    /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
    pub const ECDSA_SHA_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
    /// ecdsa-with-SHA384, 1.2.840.10045.4.3.3.
    pub const ECDSA_SHA_384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];

    /// id-data, 1.2.840.113549.1.7.1: what a detached signature covers.
    pub const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    /// id-signedData, 1.2.840.113549.1.7.2.
    pub const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    /// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
    pub const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

    /// Attribute content-type, 1.2.840.113549.1.9.3.
    pub const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
    /// Attribute message-digest, 1.2.840.113549.1.9.4.
    pub const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
    /// Attribute signing-time, 1.2.840.113549.1.9.5.
    pub const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
    /// Attribute signing-certificate-v2, 1.2.840.113549.1.9.16.2.47.
    pub const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];

    /// Extension subjectKeyIdentifier, 2.5.29.14.
    pub const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 0x0e];
    /// Extension extendedKeyUsage, 2.5.29.37.
    pub const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
    /// Purpose timeStamping, 1.3.6.1.5.5.7.3.8.
    pub const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_ones_are_what_their_comments_say() {
        let named = [
            (oid::SHA_256, "2.16.840.1.101.3.4.2.1"),
            (oid::SHA_384, "2.16.840.1.101.3.4.2.2"),
            (oid::SHA_512, "2.16.840.1.101.3.4.2.3"),
            (oid::RSA, "1.2.840.113549.1.1.1"),
            (oid::MGF1, "1.2.840.113549.1.1.8"),
            (oid::RSA_PSS, "1.2.840.113549.1.1.10"),
            (oid::RSA_SHA_256, "1.2.840.113549.1.1.11"),
            (oid::RSA_SHA_384, "1.2.840.113549.1.1.12"),
            (oid::RSA_SHA_512, "1.2.840.113549.1.1.13"),
            (oid::ECDSA_SHA_256, "1.2.840.10045.4.3.2"),
            (oid::ECDSA_SHA_384, "1.2.840.10045.4.3.3"),
            (oid::DATA, "1.2.840.113549.1.7.1"),
            (oid::SIGNED_DATA, "1.2.840.113549.1.7.2"),
            (oid::TST_INFO, "1.2.840.113549.1.9.16.1.4"),
            (oid::CONTENT_TYPE, "1.2.840.113549.1.9.3"),
            (oid::MESSAGE_DIGEST, "1.2.840.113549.1.9.4"),
            (oid::SIGNING_TIME, "1.2.840.113549.1.9.5"),
            (oid::SIGNING_CERTIFICATE_V2, "1.2.840.113549.1.9.16.2.47"),
            (oid::SUBJECT_KEY_ID, "2.5.29.14"),
            (oid::EXTENDED_KEY_USAGE, "2.5.29.37"),
            (oid::TIME_STAMPING, "1.3.6.1.5.5.7.3.8"),
        ];
        for (contents, dotted) in named {
            assert_eq!(ObjectId::parse(dotted).unwrap().contents(), contents, "{dotted}");
            assert_eq!(ObjectId::from_contents(contents).unwrap().to_string(), dotted);
        }
    }

    #[test]
    fn one_spelling() {
        for bad in ["", "1", "1.", ".1", "3.1", "1.40", "0.40", "1.2.03", "1.2.+3", "1.2.-3", "1.2. 3", "1.2.18446744073709551616"] {
            assert_eq!(ObjectId::parse(bad), None, "{bad}");
        }
        for good in ["0.0", "1.39", "2.999.1", "2.18446744073709551535", "1.2.18446744073709551615"] {
            assert_eq!(ObjectId::parse(good).unwrap().to_string(), good);
        }
        for bad in [&[][..], &[0x80, 1], &[0x2a, 0x80, 1], &[0x2a, 0x86], &[0xff; 12]] {
            assert_eq!(ObjectId::from_contents(bad), None, "{bad:x?}");
        }
    }
}

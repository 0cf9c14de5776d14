//! What the tests of evidence share: files made by OpenSSL (`tests/fixtures/evidence/make.sh`) and a mutator.

use super::TrustRoots;
use crate::model::{Digest, Timestamp};

/// A file of `tests/fixtures/evidence`.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/evidence/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The root that everything in the folder leads to.
pub fn roots() -> TrustRoots {
    TrustRoots::from_pem(&fixture("root.crt")).unwrap()
}

/// A root that nothing leads to.
pub fn strange_roots() -> TrustRoots {
    TrustRoots::from_pem(&fixture("stranger.crt")).unwrap()
}

/// SHA-256 of what was signed and stamped.
pub fn content_digest() -> Digest {
    Digest::sha256(&fixture("content.txt"))
}

pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// Calls `check` with every version of `bytes` of which one byte is another: each bit turned, and the extremes.
pub fn each_changed_byte(bytes: &[u8], mut check: impl FnMut(usize, &[u8])) {
    let mut changed = bytes.to_vec();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            changed[at] = bytes[at] ^ (1 << bit);
            check(at, &changed);
        }
        for value in [0x00, 0xff] {
            changed[at] = value;
            if value != bytes[at] {
                check(at, &changed);
            }
        }
        changed[at] = bytes[at];
    }
}

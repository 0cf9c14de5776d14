//! Evidence for people who do not know this project: signatures over exports (CMS, RFC 5652, in the form CAdES-BES of EN 319 122-1),
//! time-stamps of an authority (RFC 3161) and evidence records (RFC 4998), in the encodings that lawyers' and archives' programs read.
//!
//! Everything here is computed from its arguments. Invariants: bytes from outside are walked by a reader that accepts one spelling and
//! never panics; what comes out of a `verify` was signed by the certificate that the signed attributes name, and that one leads to a root
//! which the caller brought; whose purpose matters is looked at on that certificate and on no other.
//!
//! Deliberately absent: networks, files, clocks and configuration; algorithms that ring does not have (SHA-1, brainpool curves); BER.
//! A trusted root says who may vouch, so its own validity and revocation are not looked at.

// The encoding.
mod der;

// Hashes, signatures, certificates and roots.
mod algorithm;
mod certificate;
mod root;

// Signed data, as signatures and time-stamps share it.
mod signed_data;

// Detached signatures.
mod cms;

// Time-stamps, and what keeps them.
pub mod ers;
pub mod tsp;

#[cfg(test)]
mod testing;

pub use algorithm::HashAlgorithm;
pub use cms::{CmsError, Signer, SignerReport, examine_detached, verify_detached};
pub use der::ObjectId;
pub use root::{RootsError, TrustRoots};
pub use signed_data::SignatureError;

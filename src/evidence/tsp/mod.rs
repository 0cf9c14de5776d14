//! Time-stamps of an authority (RFC 3161): the question, the answer, and the token that says when something existed.
//!
//! The signer's certificate is found by the name in the signature and must be the one whose digest was signed; its purpose is asked of it
//! and of no other certificate in the token. It must have led to a root at the time that the token names, so that a token keeps its worth
//! when the certificate runs out; whether the algorithms are still good then is what renewal is for (`ers`).

mod request;
mod response;

mod token;

pub use request::{NONCE_BYTES, StampRequest};
pub use response::{response_with, token_of};
pub use token::{Stamped, examine, verify, verify_imprint};
pub(super) use token::{hash_of, imprint_with};

use super::algorithm::HashAlgorithm;
use super::der::{DerError, ObjectId};
use super::signed_data::SignatureError;

/// Why there is no time-stamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// Its envelope or its signature is not right.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The authority has refused.
    #[error("the authority has refused (status {status}): {text}")]
    Refused {
        /// PKIStatus: 2 rejection, 3 waiting, 4 and 5 about revocation.
        status: u8,
        /// What it says about that, without control characters.
        text: String,
    },
    /// It is over other bytes, or over another hash of them.
    #[error("the time-stamp is for something else")]
    Imprint,
    /// It answers another question.
    #[error("the time-stamp answers another question (its nonce is not ours)")]
    Nonce,
    /// Made under rules that were not asked for.
    #[error("the time-stamp was made under the policy {0}, which was not asked for")]
    Policy(ObjectId),
    /// Neither a response nor a token.
    #[error("it is neither an answer of an authority nor a token")]
    Kind,
}

impl From<DerError> for StampError {
    fn from(error: DerError) -> Self {
        Self::Signature(SignatureError::Encoding(error))
    }
}

/// MessageImprint: what is stamped.
fn imprint(hash: HashAlgorithm, value: &[u8]) -> Vec<u8> {
    use super::der::{octet_string, sequence};
    sequence(&[hash.identifier_with_null(), octet_string(value)])
}

#[cfg(test)]
mod tests;

//! TimeStampReq (RFC 3161 section 2.4.1), and whether an answer answers it.

use super::response::{parse_response, with_sorted_certificates};
use super::token::{Stamped, TstInfo, verify_token};
use super::{StampError, imprint};
use crate::evidence::algorithm::HashAlgorithm;
use crate::evidence::der::{ObjectId, boolean_true, integer, object_id, sequence, small_integer};
use crate::evidence::root::{TrustRoots, Vouching};

/// Bytes of the random number that ties an answer to its question.
pub const NONCE_BYTES: usize = 8;

/// A question for an authority.
#[derive(Debug, Clone)]
pub struct StampRequest {
    pub(super) hash: HashAlgorithm,
    pub(super) value: Vec<u8>,
    pub(super) policy: Option<ObjectId>,
    pub(super) nonce: [u8; NONCE_BYTES],
}

impl StampRequest {
    /// Asks for a time-stamp over a hash value, with the authority's certificate in it, under this policy or under the authority's own.
    ///
    /// # Panics
    /// If `value` has not the length of the hash.
    pub fn new(hash: HashAlgorithm, value: Vec<u8>, policy: Option<ObjectId>, nonce: [u8; NONCE_BYTES]) -> Self {
        assert_eq!(value.len(), hash.bytes(), "what is stamped is a value of the hash");
        Self { hash, value, policy, nonce }
    }

    /// The bytes to send as `application/timestamp-query`.
    pub fn encode(&self) -> Vec<u8> {
        let mut fields = vec![small_integer(1), imprint(self.hash, &self.value)];
        fields.extend(self.policy.as_ref().map(|policy| object_id(policy.contents())));
        fields.push(integer(&self.nonce));
        fields.push(boolean_true());
        sequence(&fields)
    }

    /// Checks an answer. Gives it back as it is kept, with what it says: some authorities do not sort their certificates, which nobody
    /// has signed and strict readers refuse, so that they are sorted here, before anything is computed over the token.
    ///
    /// # Errors
    /// [`StampError`], and then it is as if nothing had come.
    pub fn accept(&self, response: &[u8], roots: &TrustRoots) -> Result<(Vec<u8>, Stamped), StampError> {
        let response = with_sorted_certificates(response)?;
        let token = parse_response(&response)?;
        let (info, stamped) = verify_token(token, self.hash, &self.value, Vouching::To(roots))?;
        self.check(&info)?;
        Ok((response, stamped))
    }

    fn check(&self, info: &TstInfo<'_>) -> Result<(), StampError> {
        // The nonce as it stands in the question, without leading zeros.
        let sent = integer(&self.nonce);
        if info.nonce.is_none_or(|nonce| integer(nonce) != sent) {
            return Err(StampError::Nonce);
        }
        match &self.policy {
            Some(policy) if *policy != info.policy => Err(StampError::Policy(info.policy.clone())),
            _ => Ok(()),
        }
    }
}

//! The description of a document or case: a short byte string, sealed under a key of its own.
//!
//! ```text
//! sealed = AES-256-GCM(key(description), nonce 0^12, aad = ctx, description) || tag 16
//! ```
//! The nonce may be constant because the key serves once: [`DescriptionSealer`] is consumed by the one call that uses it, and the next
//! attempt to store has another salt.

use ring::aead;

use crate::seal::SealError;
use crate::seal::derivation::DocumentKeys;

/// The right to seal one description.
pub struct DescriptionSealer(DocumentKeys);

impl DescriptionSealer {
    pub(crate) fn new(keys: DocumentKeys) -> Self {
        Self(keys)
    }

    /// Seals the description; 16 bytes longer than `description`.
    pub fn seal(self, description: &[u8]) -> Vec<u8> {
        let mut buffer = Vec::with_capacity(description.len() + aead::MAX_TAG_LEN);
        buffer.extend_from_slice(description);
        let sealed = self.0.description.seal_in_place_append_tag(nonce(), aead::Aad::from(&self.0.context), &mut buffer);
        sealed.expect("a description must be far below the length limit of AES-GCM");
        buffer
    }
}

/// Opens what [`DescriptionSealer::seal`] returned.
pub(crate) fn open(keys: &DocumentKeys, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut buffer = sealed.to_vec();
    let opened = keys.description.open_in_place(nonce(), aead::Aad::from(&keys.context), &mut buffer);
    let length = opened.map_err(|_| SealError::Description)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

fn nonce() -> aead::Nonce {
    aead::Nonce::assume_unique_for_key([0; aead::NONCE_LEN])
}

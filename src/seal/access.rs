//! What is sealed beside an entry of an access ledger.
//!
//! ```text
//! key    = HKDF-Expand(PRK = key of the year, "aktenfest/access/v1/" || event id, 32)          RFC 5869, SHA-256
//! sealed = AES-256-GCM(key, nonce 0^12, aad = event id, details) || tag 16
//! ```
//! The nonce may be constant because the key serves once: event ids are random and an entry has one record. Without the key of the year
//! nothing opens, so the records end with it.

use ring::{aead, hkdf};
use zeroize::Zeroizing;

use crate::model::EventId;
use crate::seal::SealError;

const LABEL: &[u8] = b"aktenfest/access/v1/";

/// Seals the details of one access; 16 bytes longer than `details`.
pub fn seal_access(year: &[u8; 32], event: EventId, details: &[u8]) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(details.len() + aead::MAX_TAG_LEN);
    buffer.extend_from_slice(details);
    let sealed = key(year, event).seal_in_place_append_tag(nonce(), aead::Aad::from(event.0), &mut buffer);
    sealed.expect("the details of an access must be far below the length limit of AES-GCM");
    buffer
}

/// Opens what [`seal_access`] returned.
///
/// # Errors
/// [`SealError::Description`] if the key, the event or the bytes are others.
pub fn open_access(year: &[u8; 32], event: EventId, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut buffer = sealed.to_vec();
    let opened = key(year, event).open_in_place(nonce(), aead::Aad::from(event.0), &mut buffer);
    let length = opened.map_err(|_| SealError::Description)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

fn key(year: &[u8; 32], event: EventId) -> aead::LessSafeKey {
    let prk = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, year);
    let mut key = Zeroizing::new([0; 32]);
    let info: [&[u8]; 2] = [LABEL, &event.0];
    let filled = prk.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(key.as_mut()));
    filled.expect("32 bytes must be within what HKDF-SHA-256 can expand to");
    let unbound = aead::UnboundKey::new(&aead::AES_256_GCM, key.as_ref());
    aead::LessSafeKey::new(unbound.expect("32 bytes must be an AES-256 key"))
}

fn nonce() -> aead::Nonce {
    aead::Nonce::assume_unique_for_key([0; aead::NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_year_and_event_open() {
        let (year, event) = ([1; 32], EventId([2; 16]));
        let sealed = seal_access(&year, event, b"who");
        assert_eq!((sealed.len(), open_access(&year, event, &sealed).as_deref()), (3 + 16, Ok(&b"who"[..])));
        assert_eq!(open_access(&[3; 32], event, &sealed), Err(SealError::Description));
        assert_eq!(open_access(&year, EventId([4; 16]), &sealed), Err(SealError::Description));
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(open_access(&year, event, &flipped), Err(SealError::Description), "byte {at}");
        }
        assert_ne!(sealed, seal_access(&year, EventId([4; 16]), b"who"));
    }
}

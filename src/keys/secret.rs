//! 32 bytes that nobody should see: wiped when dropped, never printed, never copied by accident.
//!
//! The rule "one key encrypts exactly one ciphertext" lives in the types here: a [`FreshKey`] is used up by the one call that seals
//! with it, and what remains is a [`UsedKey`], which can only open.

use ring::hmac;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::sys::random;

/// Bytes of every secret in this module: HMAC-SHA-256 keys, AES-256 keys, Ed25519 seeds.
pub(crate) const SECRET_BYTES: usize = 32;

/// A node of a key tree, or any other 32-byte secret. Deliberately without `Debug`, `Clone`, `PartialEq` and serialisation.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Secret([u8; SECRET_BYTES]);

impl Secret {
    pub(crate) fn random() -> Self {
        Self(random::bytes())
    }

    pub(crate) fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        Self(*bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// HMAC-SHA-256 (FIPS 198-1) of `message` under this secret, itself a secret.
    pub(crate) fn hmac(&self, message: &[u8]) -> Self {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), message);
        let mut bytes = [0; SECRET_BYTES];
        bytes.copy_from_slice(tag.as_ref());
        Self(bytes)
    }
}

/// A new random key that has not encrypted anything yet. Sealing consumes it.
pub(crate) struct FreshKey(Secret);

impl FreshKey {
    pub(crate) fn random() -> Self {
        #[cfg(test)]
        if let Some(bytes) = NEXT_KEY.take() {
            return Self::from_bytes(&bytes);
        }
        Self(Secret::random())
    }

    /// Runs the one sealing that this key is for and hands back the key in the form that can only open.
    pub(crate) fn seal_once<T>(self, seal: impl FnOnce(&Secret) -> T) -> (UsedKey, T) {
        let sealed = seal(&self.0);
        (UsedKey(self.0), sealed)
    }

    #[cfg(test)]
    pub(crate) fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        Self(Secret::from_bytes(bytes))
    }
}

#[cfg(test)]
thread_local! {
    static NEXT_KEY: std::cell::Cell<Option<[u8; SECRET_BYTES]>> = const { std::cell::Cell::new(None) };
}

/// Makes the next key of this thread one that was used before: the fault that the types exist to prevent.
#[cfg(test)]
pub(crate) fn seed_next_key(bytes: [u8; SECRET_BYTES]) {
    NEXT_KEY.set(Some(bytes));
}

/// A key that has encrypted its one ciphertext.
pub(crate) struct UsedKey(Secret);

impl UsedKey {
    pub(crate) fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        Self(Secret::from_bytes(bytes))
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// Many secrets one behind the other. Grows by moving into a new buffer and wiping the old one, which a plain `Vec` would not do.
#[derive(Default)]
pub(crate) struct SecretList(Vec<[u8; SECRET_BYTES]>);

impl SecretList {
    pub(crate) fn with_capacity(secrets: usize) -> Self {
        Self(Vec::with_capacity(secrets))
    }

    pub(crate) fn push(&mut self, secret: &[u8; SECRET_BYTES]) {
        if self.0.len() == self.0.capacity() {
            let mut larger = Vec::with_capacity(self.0.len().saturating_mul(2).max(4));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
        self.0.push(*secret);
    }

    pub(crate) fn get(&self, index: usize) -> Option<&[u8; SECRET_BYTES]> {
        self.0.get(index)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8; SECRET_BYTES]> {
        self.0.iter()
    }
}

impl Drop for SecretList {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_secrets_when_it_grows() {
        let mut list = SecretList::default();
        for number in 0..100 {
            list.push(&[number; SECRET_BYTES]);
        }
        assert!(list.iter().enumerate().all(|(number, secret)| secret == &[number as u8; SECRET_BYTES]));
        assert_eq!(list.get(100), None);
    }
}

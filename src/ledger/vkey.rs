//! Verifier keys of C2SP signed-note: a name, a short id and a public key, as one line of text.

use std::fmt;

use ring::digest::{Context, SHA256};

use super::text::{from_base64, to_base64};

/// Bytes of an Ed25519 public key.
pub const ED25519_KEY_BYTES: usize = 32;
/// Bytes of an ML-DSA-44 public key (FIPS 204).
pub const ML_DSA_44_KEY_BYTES: usize = 1312;
/// Longest key name: it must fit behind an 8-bit length in the message of an ML-DSA cosignature.
const NAME_BYTES_MAX: usize = 255;

/// Type byte of an Ed25519 key that signs notes.
const TYPE_ED25519: u8 = 0x01;
/// Type byte of an Ed25519 key that makes time-stamped cosignatures.
const TYPE_COSIGNATURE_ED25519: u8 = 0x04;
/// Type byte of an ML-DSA-44 key that makes time-stamped cosignatures.
const TYPE_COSIGNATURE_ML_DSA_44: u8 = 0x06;

/// DER of a SubjectPublicKeyInfo up to the key itself, for Ed25519 (RFC 8410 section 4).
const ED25519_SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Why a text is not a verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Names stand in signature lines between spaces.
    #[error("a key name has 1 to 255 bytes and contains no white space, no control characters and no '+'")]
    Name,
    /// Not `<name>+<id>+<key>`.
    #[error("a verifier key has the form <name>+<8 lower-case hex digits>+<Base64>")]
    Form,
    /// A kind of key that this program does not know.
    #[error("keys of type {0:#04x} are not supported; Ed25519 (0x01) signs logs, 0x04 and 0x06 cosign")]
    Type(u8),
    /// The key has the wrong length for its type.
    #[error("the public key has the wrong length for its type")]
    Length,
    /// The id is not the one that follows from name and key: the text was damaged or put together from two keys.
    #[error("the key id does not belong to this name and key")]
    Id,
}

/// The first four bytes of SHA-256(name || 0x0A || type || public key). It finds a key; it proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; KeyId::BYTES]);

impl KeyId {
    /// Length in bytes.
    pub const BYTES: usize = 4;
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A public key and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// Ed25519, signs the note itself: the key of a log.
    Ed25519([u8; ED25519_KEY_BYTES]),
    /// Ed25519, signs a time and the note: the key of a witness.
    CosignatureEd25519([u8; ED25519_KEY_BYTES]),
    /// ML-DSA-44, signs a time and a tree: the key of a witness. Its signatures are recognised but cannot be verified here.
    CosignatureMlDsa44(Box<[u8; ML_DSA_44_KEY_BYTES]>),
}

impl PublicKey {
    fn from_parts(kind: u8, key: &[u8]) -> Result<Self, KeyError> {
        let short = |key: &[u8]| key.try_into().map_err(|_| KeyError::Length);
        match kind {
            TYPE_ED25519 => Ok(Self::Ed25519(short(key)?)),
            TYPE_COSIGNATURE_ED25519 => Ok(Self::CosignatureEd25519(short(key)?)),
            TYPE_COSIGNATURE_ML_DSA_44 => {
                let key = key.try_into().map_err(|_| KeyError::Length)?;
                Ok(Self::CosignatureMlDsa44(Box::new(key)))
            }
            other => Err(KeyError::Type(other)),
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Ed25519(_) => TYPE_ED25519,
            Self::CosignatureEd25519(_) => TYPE_COSIGNATURE_ED25519,
            Self::CosignatureMlDsa44(_) => TYPE_COSIGNATURE_ML_DSA_44,
        }
    }

    /// The key without its type.
    pub fn raw(&self) -> &[u8] {
        match self {
            Self::Ed25519(key) | Self::CosignatureEd25519(key) => key,
            Self::CosignatureMlDsa44(key) => key.as_slice(),
        }
    }
}

/// A named public key, as an auditor writes it into a trust file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: PublicKey,
}

impl VerifierKey {
    /// Names a public key.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name);
        }
        let mut context = Context::new(&SHA256);
        for part in [name.as_bytes(), b"\n", &[key.kind()], key.raw()] {
            context.update(part);
        }
        let hash = context.finish();
        let id = *hash.as_ref().first_chunk().expect("SHA-256 must have more than 4 bytes");
        Ok(Self { name: name.to_owned(), id: KeyId(id), key })
    }

    /// Parses `<name>+<id>+<Base64 of type and key>`; the id must follow from the rest.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, rest) = text.split_once('+').ok_or(KeyError::Form)?;
        let (id, key) = rest.split_once('+').ok_or(KeyError::Form)?;
        let bytes = from_base64(key).ok_or(KeyError::Form)?;
        let (&kind, key) = bytes.split_first().ok_or(KeyError::Form)?;
        let key = Self::new(name, PublicKey::from_parts(kind, key)?)?;
        if key.id.to_string() == id { Ok(key) } else { Err(KeyError::Id) }
    }

    /// The name; of a log it is the origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id in signature lines.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key and its purpose.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The Ed25519 key as PEM for `openssl pkeyutl`, or `None` for ML-DSA.
    pub fn to_pem(&self) -> Option<String> {
        let key = match &self.key {
            PublicKey::Ed25519(key) | PublicKey::CosignatureEd25519(key) => key,
            PublicKey::CosignatureMlDsa44(_) => return None,
        };
        let der = [ED25519_SPKI_PREFIX.as_slice(), key].concat();
        Some(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", to_base64(&der)))
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.key.kind()], self.key.raw()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, to_base64(&bytes))
    }
}

/// Whether a text can be the name of a key or the origin of a log.
pub(super) fn is_key_name(name: &str) -> bool {
    let forbidden = |character: char| character.is_whitespace() || character.is_control() || character == '+';
    (1..=NAME_BYTES_MAX).contains(&name.len()) && !name.contains(forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{mutate, vectors};

    #[test]
    fn keys_of_the_vectors() {
        for name in ["log", "witness_w1", "witness_w2", "witness_m1_mldsa44"] {
            let vector = &vectors()["keys"][name];
            let text = vector["vkey"].as_str().unwrap();
            let key = VerifierKey::parse(text).unwrap();
            assert_eq!(key.to_string(), text);
            assert_eq!(key.name(), vector["name"].as_str().unwrap());
            assert_eq!(key.id().to_string(), vector["key_id"].as_str().unwrap());
            assert_eq!(hex::encode(key.public_key().raw()), vector["public"].as_str().unwrap());
            assert_eq!(key.public_key().kind(), vector["type"]);
        }
        let log = &vectors()["keys"]["log"];
        let key = VerifierKey::parse(log["vkey"].as_str().unwrap()).unwrap();
        assert_eq!(key.to_pem().as_deref(), log["spki_pem"].as_str());
    }

    #[test]
    fn what_is_not_a_key() {
        let good = vectors()["keys"]["log"]["vkey"].as_str().unwrap();
        let key = good.splitn(3, '+').nth(2).unwrap();
        for (bad, error) in [
            ("", KeyError::Form),
            ("name", KeyError::Form),
            ("name+c570c189", KeyError::Form),
            (&format!("+c570c189+{key}"), KeyError::Name),
            (&format!("a b+c570c189+{key}"), KeyError::Name),
            (&format!("a\u{a0}b+c570c189+{key}"), KeyError::Name),
            (&good.replace("5f0c9e7a", "5f0c9e7b"), KeyError::Id),
            (&good.replace("c570c189", "C570C189"), KeyError::Id),
            (&good.replace("c570c189", "c570c1890"), KeyError::Id),
            (&good[..good.len() - 4], KeyError::Length),
            (&format!("{good}="), KeyError::Form),
            ("name+00000000+AA==", KeyError::Type(0)),
            ("name+00000000+/w==", KeyError::Type(0xff)),
            ("name+00000000+", KeyError::Form),
        ] {
            assert_eq!(VerifierKey::parse(bad), Err(error), "{bad}");
        }
    }

    #[test]
    fn damaged_keys_never_panic() {
        let good = vectors()["keys"]["witness_w1"]["vkey"].as_str().unwrap();
        mutate(good.as_bytes(), 10_000, 5, |bytes| {
            let text = String::from_utf8_lossy(bytes);
            if let Ok(key) = VerifierKey::parse(&text) {
                assert_eq!(key.to_string(), text);
            }
        });
    }
}

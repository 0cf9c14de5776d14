//! Keyed hiding commitments: what lets the ledger hold no personal data and still prove who, what and which document.
//!
//! `salt = HMAC-SHA-256(K, "eal1/salt" || 00 || event id || field)`, `c = HMAC-SHA-256(salt, "eal1/com" || 00 || u8(len field) || field || value)`.
//! K is random and belongs to what is destroyed together: once it is gone, nobody can tell or test any more what was committed to.
//! A single (field, salt, value) can be handed out without giving away the others; K never leaves.

use ring::hmac;
use zeroize::Zeroizing;

use crate::model::{Digest, EventId};

/// Separates salts from commitments and from every other use of HMAC.
const SALT_LABEL: &[u8] = b"eal1/salt\0";
/// Separates commitments from salts.
const COMMITMENT_LABEL: &[u8] = b"eal1/com\0";
/// Bytes of a key; HMAC would pad a shorter one with zeros, so that two keys could mean the same.
pub const COMMITMENT_KEY_BYTES: usize = 32;

/// Defines a commitment key. There is no `Clone` and no `Debug`: the one copy is wiped when it goes out of scope.
macro_rules! commitment_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(Zeroizing<[u8; COMMITMENT_KEY_BYTES]>);

        impl $name {
            /// Takes over the key.
            pub fn new(key: Zeroizing<[u8; COMMITMENT_KEY_BYTES]>) -> Self {
                Self(key)
            }

            /// Prepares the key for one event. `ring` keeps the state of its hash and does not wipe it.
            pub(super) fn salts(&self, event: EventId) -> Salts {
                Salts { key: hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice()), event }
            }
        }
    };
}

commitment_key! {
    /// The key of the fields about a document or a case (`sub.*`); it is destroyed with that document or case.
    SubjectKey
}
commitment_key! {
    /// The key of the fields about whoever acted (`act.*`); one per actor and calendar year, destroyed after the retention of access records.
    ActorKey
}

/// The salts of one event under one key.
pub(super) struct Salts {
    key: hmac::Key,
    event: EventId,
}

impl Salts {
    /// The salt of a field; it differs for every event, so that equal values do not show.
    pub(super) fn salt(&self, field: &str) -> Salt {
        let mut context = hmac::Context::with_key(&self.key);
        for part in [SALT_LABEL, &self.event.0, field.as_bytes()] {
            context.update(part);
        }
        Salt(finished(context))
    }
}

fn finished(context: hmac::Context) -> Digest {
    Digest::from_slice(context.sign().as_ref()).expect("HMAC-SHA-256 must have 32 bytes")
}

/// Opens one field of one event, together with the value. Personal data wherever the value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub Digest);

impl Salt {
    /// The commitment to `value` in `field`. Field names have 1 to 255 bytes; `None` for others.
    pub fn commit(&self, field: &str, value: &[u8]) -> Option<Commitment> {
        let length = u8::try_from(field.len()).ok().filter(|length| *length > 0)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        let mut context = hmac::Context::with_key(&key);
        for part in [COMMITMENT_LABEL, &[length], field.as_bytes(), value] {
            context.update(part);
        }
        Some(Commitment(finished(context)))
    }
}

/// What stands in the ledger for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub Digest);

/// A value with what is needed to find it again in the ledger. Personal data: it is shown to those who may see the value, and
/// destroyed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Name of the field in the entry's `c`.
    pub field: String,
    /// The field's salt.
    pub salt: Salt,
    /// The value.
    pub value: Vec<u8>,
}

impl Opening {
    /// Whether the value is the one that was committed to.
    pub fn opens(&self, commitment: &Commitment) -> bool {
        self.salt.commit(&self.field, &self.value).as_ref() == Some(commitment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{digest_of, vectors};

    #[test]
    fn salts_and_commitments_of_the_vectors() {
        let cases = vectors()["commitments"]["vectors"].as_array().unwrap();
        assert_eq!(cases.len(), 6);
        for case in cases {
            let bytes = |key: &str| hex::decode(case[key].as_str().unwrap()).unwrap();
            let field = case["field"].as_str().unwrap();
            let event = EventId::from_slice(&bytes("event_id")).unwrap();
            let key = Zeroizing::new(bytes("K").try_into().unwrap());
            // Both kinds of key derive alike; which one a field takes is settled by the event.
            let salt =
                if field.starts_with("act.") { ActorKey::new(key).salts(event) } else { SubjectKey::new(key).salts(event) }.salt(field);
            assert_eq!(salt, Salt(digest_of(&case["salt"])), "{field}");
            assert_eq!(salt.commit(field, &bytes("value_hex")), Some(Commitment(digest_of(&case["commitment"]))), "{field}");
        }
    }

    #[test]
    fn an_opening_fits_its_field_and_value_only() {
        let salt = Salt(Digest([7; 32]));
        let commitment = salt.commit("sub.case", b"3 C 17/26").unwrap();
        let opening = |field: &str, salt, value: &[u8]| Opening { field: field.to_owned(), salt, value: value.to_vec() };
        assert!(opening("sub.case", salt, b"3 C 17/26").opens(&commitment));
        assert!(!opening("sub.case", salt, b"3 C 17/27").opens(&commitment));
        assert!(!opening("sub.cas", salt, b"e3 C 17/26").opens(&commitment), "the length separates field and value");
        assert!(!opening("sub.case", Salt(Digest([8; 32])), b"3 C 17/26").opens(&commitment));
        assert!(!opening("", salt, b"sub.case3 C 17/26").opens(&commitment));
        assert_eq!(salt.commit(&"x".repeat(256), b""), None);
    }
}

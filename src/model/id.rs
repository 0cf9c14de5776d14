//! Names and numbers of things. Each is its own type, so that a case number cannot be passed where a document number belongs.

use std::fmt;

use uuid::Uuid;

/// Why a text is not the id it should be. The message says what would be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Vault names stand in URLs, certificates and metrics.
    #[error("a vault name has 1 to 63 characters of a-z, 0-9 and '-', starts with a letter and does not end with '-'")]
    VaultName,
    /// Ids of cases and documents.
    #[error(
        "an id is a UUID in its usual form, 36 characters in lower case such as 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11, and not the nil UUID"
    )]
    Uuid,
    /// Codes of retention: classes, kinds, sources.
    #[error("a code has 1 to 32 characters of A-Z, a-z, 0-9, '.' and '-', and begins with a letter or a digit")]
    Code,
    /// Numbers that the archive assigns.
    #[error("the number is outside the range of its kind")]
    OutOfRange,
}

/// The name of a vault in URLs, certificates and metrics, e.g. `demo`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultName(String);

impl VaultName {
    /// Longest name, in characters: a DNS label.
    pub const CHARACTERS_MAX: usize = 63;

    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let bytes = text.as_bytes();
        let allowed = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let good = (1..=Self::CHARACTERS_MAX).contains(&bytes.len())
            && bytes.iter().all(allowed)
            && bytes[0].is_ascii_lowercase()
            && !text.ends_with('-');
        if good { Ok(Self(text.to_owned())) } else { Err(IdError::VaultName) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for VaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Defines a 16-byte random id that prints as hexadecimal.
macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// The id in `bytes`, or `None` if there are not exactly 16 of them.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// The id in 32 lower-case hexadecimal digits, or `None`.
            pub fn from_hex(text: &str) -> Option<Self> {
                let mut bytes = [0; 16];
                let lower_case = !text.bytes().any(|byte| byte.is_ascii_uppercase());
                (lower_case && hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(Self(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

random_id! {
    /// A vault in keys and headers on disk: random, so that it says nothing about the office.
    VaultId
}
random_id! {
    /// What a ledger entry calls its subject: random, so that the ledger names neither case nor document.
    Handle
}
random_id! {
    /// One event in the ledger; also separates the salts of its commitments.
    EventId
}

/// Defines an id that clients choose: a UUID in the one accepted spelling.
macro_rules! client_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Parses the hyphenated lower-case form; other spellings of the same UUID are refused, so that an id has one URL.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let uuid = Uuid::try_parse(text).map_err(|_| IdError::Uuid)?;
                if uuid.is_nil() || uuid.hyphenated().to_string() != text {
                    return Err(IdError::Uuid);
                }
                Ok(Self(uuid))
            }

            /// The id with these 16 bytes, as they stand in keys and records.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes of the UUID.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

client_id! {
    /// A case file, as its application calls it.
    CaseId
}
client_id! {
    /// A document, as its application calls it. Storing it again under the same id is a repetition, never a second document.
    DocumentId
}

client_id! {
    /// A note about retention, as its application calls it: a matter, an event, a hold, a batch, a box.
    NoteId
}

/// Keyed tag of a person's name: tells two persons of a vault apart without naming them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonTag(pub [u8; 16]);

/// Number of a case in its vault, 40 bits, assigned by the archive; the upper part of an [`Address`].
///
/// The upper half belongs to the registers: holds, boxes and other notes about more than one case, each of which has a place in the
/// key tree of its own, so that it can be destroyed alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber(u64);

impl CaseNumber {
    /// Bits of the number.
    pub const BITS: u32 = 40;
    /// The largest number of a case.
    pub const MAX: Self = Self((1 << (Self::BITS - 1)) - 1);
    /// The first number of a register.
    pub const FIRST_REGISTER: Self = Self(1 << (Self::BITS - 1));

    /// The number, if it fits into 40 bits.
    pub fn new(number: u64) -> Result<Self, IdError> {
        if number >> Self::BITS == 0 { Ok(Self(number)) } else { Err(IdError::OutOfRange) }
    }

    /// The number as an integer.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// Number of a document in its case, 24 bits, assigned by the archive; the lower part of an [`Address`].
///
/// The upper half belongs to notes about the case, so that their words die with the keys of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber(u32);

impl DocumentNumber {
    /// Bits of the number.
    pub const BITS: u32 = 24;
    /// The place of the case's own description; no document has it.
    pub const CASE_ITSELF: Self = Self((1 << Self::BITS) - 1);
    /// The largest number of a document.
    pub const MAX: Self = Self((1 << (Self::BITS - 1)) - 1);
    /// The first number of a note.
    pub const FIRST_NOTE: Self = Self(1 << (Self::BITS - 1));
    /// The last number of a note.
    pub const LAST_NOTE: Self = Self((1 << Self::BITS) - 2);

    /// The number, if it fits into 24 bits.
    pub fn new(number: u32) -> Result<Self, IdError> {
        if number >> Self::BITS == 0 { Ok(Self(number)) } else { Err(IdError::OutOfRange) }
    }

    /// The number as an integer.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Place of a document in its key tree and in the `documents` column: case (40 bits), then document (24 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The case.
    pub case: CaseNumber,
    /// The document in the case.
    pub document: DocumentNumber,
}

impl Address {
    /// The address of the case's own description.
    pub fn of_case(case: CaseNumber) -> Self {
        Self { case, document: DocumentNumber::CASE_ITSELF }
    }

    /// Whether notes lie at such addresses: in the upper half of a case, or in the registers.
    pub fn is_of_note(self) -> bool {
        self.is_in_registers() || (DocumentNumber::FIRST_NOTE..=DocumentNumber::LAST_NOTE).contains(&self.document)
    }

    /// Whether the address is that of a note about more than one case.
    pub fn is_in_registers(self) -> bool {
        self.case >= CaseNumber::FIRST_REGISTER
    }

    /// The address as 64 bits, case first.
    pub fn to_u64(self) -> u64 {
        self.case.0 << DocumentNumber::BITS | u64::from(self.document.0)
    }

    /// The address in 64 bits; every value is one.
    pub fn from_u64(bits: u64) -> Self {
        let document = (bits & u64::from(DocumentNumber::CASE_ITSELF.0)) as u32;
        Self { case: CaseNumber(bits >> DocumentNumber::BITS), document: DocumentNumber(document) }
    }
}

/// Where the sealed frames of one document lie in a content column. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentSeq(pub u64);

/// Number of a commit group; grows by one with every commit of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupNumber(pub u64);

/// Number of an entry in its ledger, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerIndex(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vault_names_are_dns_labels() {
        for good in ["demo", "jc-042", "a", "x1"] {
            assert_eq!(VaultName::parse(good).map(|name| name.to_string()), Ok(good.to_owned()));
        }
        let long = "a".repeat(64);
        for bad in ["", "-a", "a-", "1a", "A", "a_b", "a/b", "..", "\u{e4}", long.as_str()] {
            assert_eq!(VaultName::parse(bad), Err(IdError::VaultName), "{bad}");
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        let text = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
        assert_eq!(DocumentId::parse(text).map(|id| id.to_string()), Ok(text.to_owned()));
        let nil = "00000000-0000-0000-0000-000000000000";
        for bad in ["", "x", &text.to_uppercase(), &text.replace('-', ""), &format!("{{{text}}}"), &format!("urn:uuid:{text}"), nil] {
            assert_eq!(DocumentId::parse(bad), Err(IdError::Uuid), "{bad}");
        }
    }

    #[test]
    fn an_address_is_case_then_document() {
        let address = Address { case: CaseNumber(3), document: DocumentNumber(5) };
        assert_eq!(address.to_u64(), 3 << 24 | 5);
        assert_eq!(Address::from_u64(address.to_u64()), address);
        assert_eq!(Address::from_u64(u64::MAX), Address::of_case(CaseNumber((1 << 40) - 1)));
        assert_eq!(CaseNumber::new(1 << 40), Err(IdError::OutOfRange));
        assert_eq!(DocumentNumber::new(1 << 24), Err(IdError::OutOfRange));
    }
}

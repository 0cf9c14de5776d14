//! Codes: short words from lists that an office agrees on. They stand in clear in records and in the ledger, so they must not name anybody.

use std::fmt;

use crate::model::IdError;

/// A code such as `LEIST`, `benefit` or `court`: 1 to 32 characters of A-Z, a-z, 0-9, '.' and '-', beginning with a letter or digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// Longest code in characters.
    pub const CHARACTERS_MAX: usize = 32;

    /// Parses a code.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let bytes = text.as_bytes();
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let good = (1..=Self::CHARACTERS_MAX).contains(&bytes.len()) && bytes.iter().all(allowed) && bytes[0].is_ascii_alphanumeric();
        if good { Ok(Self(text.to_owned())) } else { Err(IdError::Code) }
    }

    /// The kind of a matter of which nobody has said what kind it is.
    pub fn default_kind() -> Self {
        Self("default".to_owned())
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Keyed tag of a document type: types say too much about people to stand in clear, but retention must tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeTag(pub [u8; 16]);

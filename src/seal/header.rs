//! The header of a sealed document: 160 bytes that say which key it takes and prove that it is the right one.
//!
//! ```text
//! offset bytes field
//!   0      8   magic        "AKTFDOC1"
//!   8      2   suite        0x0001: HMAC-SHA-256 forest, HKDF-SHA-256, AES-256-GCM in STREAM
//!  10      1   frame_log2   binary logarithm of the plaintext bytes in a frame: 18
//!  11      1   compression  1: the first plaintext byte of each frame names its codec
//!  12      4   flags        0
//!  16     16   vault
//!  32      2   year         of the key tree
//!  34      2   generation   of the key tree
//!  36      4   zero
//!  40      8   address      case (40 bits) || document (24 bits)
//!  48     16   id           the document's UUID, or the case's for its own description
//!  64     32   salt         random, new for every attempt to store
//!  96     32   key_commit   see `derivation`
//! 128     32   zero
//! ```
//! Integers are big-endian. Unknown suites and fixed fields with another value are errors: what they would mean is not known here.

use crate::keys::{SUITE, TreeId, TreeKind};
use crate::limits;
use crate::model::{Address, VaultId};
use crate::seal::SealError;

const MAGIC: &[u8; 8] = b"AKTFDOC1";
const MAGIC_AT: usize = 0;
const SUITE_AT: usize = 8;
const FRAME_LOG2_AT: usize = 10;
const COMPRESSION_AT: usize = 11;
const FLAGS_AT: usize = 12;
const VAULT_AT: usize = 16;
const YEAR_AT: usize = 32;
const GENERATION_AT: usize = 34;
const ZERO_AT: usize = 36;
const ADDRESS_AT: usize = 40;
const ID_AT: usize = 48;
const SALT_AT: usize = 64;
const KEY_COMMIT_AT: usize = 96;
const RESERVED_AT: usize = 128;

/// The first plaintext byte of each frame names its codec.
const COMPRESSION_PER_FRAME: u8 = 1;

/// What the caller says about the document to be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderFields {
    /// The key tree: that of cases of the vault and the case's opening year.
    pub tree: TreeId,
    /// The document's place in the tree.
    pub address: Address,
    /// UUID of the document, or of the case for its own description.
    pub id: [u8; 16],
}

/// A header whose every field was understood. Whether it belongs to the key is checked by [`crate::seal::Opener`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocHeader {
    fields: HeaderFields,
    salt: [u8; 32],
    key_commit: [u8; 32],
}

impl DocHeader {
    /// Bytes of an encoded header.
    pub const BYTES: usize = 160;

    /// A header without its key commitment, which is computed over the rest.
    pub(crate) fn without_commitment(fields: HeaderFields, salt: [u8; 32]) -> Self {
        Self { fields, salt, key_commit: [0; 32] }
    }

    pub(crate) fn with_commitment(self, key_commit: [u8; 32]) -> Self {
        Self { key_commit, ..self }
    }

    /// Which tree, which place, which document.
    pub fn fields(&self) -> &HeaderFields {
        &self.fields
    }

    pub(crate) fn salt(&self) -> &[u8; 32] {
        &self.salt
    }

    pub(crate) fn key_commit(&self) -> &[u8; 32] {
        &self.key_commit
    }

    /// The header as it is stored.
    pub fn encode(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(MAGIC_AT, MAGIC);
        put(SUITE_AT, &SUITE.to_be_bytes());
        put(FRAME_LOG2_AT, &[limits::FRAME_LOG2]);
        put(COMPRESSION_AT, &[COMPRESSION_PER_FRAME]);
        put(VAULT_AT, &self.fields.tree.vault_id().0);
        put(YEAR_AT, &self.fields.tree.year().to_be_bytes());
        put(GENERATION_AT, &self.fields.tree.generation().to_be_bytes());
        put(ADDRESS_AT, &self.fields.address.to_u64().to_be_bytes());
        put(ID_AT, &self.fields.id);
        put(SALT_AT, &self.salt);
        put(KEY_COMMIT_AT, &self.key_commit);
        bytes
    }
}

/// 160 bytes from storage that may or may not be a header.
#[derive(Debug, Clone, Copy)]
pub struct UncheckedHeader<'a>(&'a [u8; DocHeader::BYTES]);

impl<'a> UncheckedHeader<'a> {
    /// Takes the bytes, if there are exactly 160.
    pub fn from_slice(bytes: &'a [u8]) -> Result<Self, SealError> {
        bytes.try_into().map(Self).map_err(|_| SealError::Header("it does not have 160 bytes"))
    }

    /// Understands every field or says which one it does not.
    pub fn check(self) -> Result<DocHeader, SealError> {
        let require = |good: bool, what: &'static str| if good { Ok(()) } else { Err(SealError::Header(what)) };
        require(self.field::<8>(MAGIC_AT) == *MAGIC, "the magic is wrong")?;
        let suite = u16::from_be_bytes(self.field(SUITE_AT));
        if suite != SUITE {
            return Err(SealError::UnknownSuite(suite));
        }
        require(self.0[FRAME_LOG2_AT] == limits::FRAME_LOG2, "unknown frame size")?;
        require(self.0[COMPRESSION_AT] == COMPRESSION_PER_FRAME, "unknown compression")?;
        require(self.field::<4>(FLAGS_AT) == [0; 4], "unknown flags")?;
        require(self.field::<4>(ZERO_AT) == [0; 4], "reserved bytes are not zero")?;
        require(self.field::<32>(RESERVED_AT) == [0; 32], "reserved bytes are not zero")?;
        let (year, generation) = (u16::from_be_bytes(self.field(YEAR_AT)), u16::from_be_bytes(self.field(GENERATION_AT)));
        let tree = TreeId::from_parts(VaultId(self.field(VAULT_AT)), year, generation)
            .map_err(|_| SealError::Header("unknown kind of key tree"))?;
        require(tree.kind() == TreeKind::Cases, "not a key tree of cases")?;
        let address = Address::from_u64(u64::from_be_bytes(self.field(ADDRESS_AT)));
        let fields = HeaderFields { tree, address, id: self.field(ID_AT) };
        Ok(DocHeader { fields, salt: self.field(SALT_AT), key_commit: self.field(KEY_COMMIT_AT) })
    }

    /// `N` bytes from `at`; both are constants whose sum lies within the header.
    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut field = [0; N];
        field.copy_from_slice(&self.0[at..at + N]);
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> DocHeader {
        let tree = TreeId::cases(VaultId([0x11; 16]), 2026);
        let fields = HeaderFields { tree, address: Address::from_u64(0x0000_0012_3400_0007), id: [0x22; 16] };
        DocHeader::without_commitment(fields, [0x33; 32]).with_commitment([0x44; 32])
    }

    fn check(bytes: &[u8]) -> Result<DocHeader, SealError> {
        UncheckedHeader::from_slice(bytes)?.check()
    }

    #[test]
    fn a_header_survives_its_stored_form() {
        assert_eq!(check(&header().encode()), Ok(header()));
    }

    #[test]
    fn fixed_fields_have_one_value() {
        let fixed = [0, 7, 9, 10, 11, 12, 15, 34, 36, 39, 128, 159];
        for at in fixed {
            let mut bytes = header().encode();
            bytes[at] ^= 0x80;
            assert!(check(&bytes).is_err(), "byte {at}");
        }
        let mut other_suite = header().encode();
        other_suite[9] = 2;
        assert_eq!(check(&other_suite), Err(SealError::UnknownSuite(2)));
    }

    #[test]
    fn a_header_has_160_bytes() {
        let bytes = header().encode();
        for length in [0, 1, 159] {
            assert!(check(&bytes[..length]).is_err());
        }
        assert!(check(&[bytes.as_slice(), &[0]].concat()).is_err());
    }
}

//! Keys that a vault has as a whole: for looking up references, for signing its ledger, for the people who act in it.
//!
//! ```text
//! index key         = leaf 0 of the vault's own tree
//! ledger seed g     = leaf 1 + g of the vault's own tree                     Ed25519 seed (RFC 8032)
//! access seed y     = leaf 2^32 + y of the vault's own tree                  Ed25519 seed of the access ledger of the year y
//! reference tag     = HMAC-SHA-256(index key, "aktenfest/reference/v1" || 00 || reference)
//! type tag          = first 128 bits of HMAC-SHA-256(index key, "aktenfest/type/v1" || 00 || document type)
//! person tag        = first 128 bits of HMAC-SHA-256(index key, "aktenfest/person/v1" || 00 || person)
//! actor address     = first 64 bits of HMAC-SHA-256(index key, "aktenfest/actor/v1" || 00 || name)
//! actor key         = leaf at that address in the tree of actors of the vault and year
//! reader key        = leaf at that address in the tree of readers of the vault and year
//! ```
//! The index key never changes: stored references are found by it.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::secret::Secret;
use crate::keys::state::TreeState;

const REFERENCE_LABEL: &[u8] = b"aktenfest/reference/v1\0";
const TYPE_LABEL: &[u8] = b"aktenfest/type/v1\0";
const PERSON_LABEL: &[u8] = b"aktenfest/person/v1\0";
const ACTOR_LABEL: &[u8] = b"aktenfest/actor/v1\0";
const INDEX_LEAF: u64 = 0;
const LEDGER_LEAF_FIRST: u64 = 1;
/// Behind every seed of the ledger: generations have 32 bits.
const ACCESS_LEAF_FIRST: u64 = 1 << 32;
const _: () = assert!(ACCESS_LEAF_FIRST >= LEDGER_LEAF_FIRST + u32::MAX as u64, "an access ledger has no seed of the ledger");

/// The keys from a vault's own tree.
pub struct VaultKeys {
    index: Secret,
    tree: Arc<TreeState>,
}

impl VaultKeys {
    pub(crate) fn new(tree: &Arc<TreeState>) -> Result<Self, KeyError> {
        let index = Secret::from_bytes(tree.cover.leaf(INDEX_LEAF)?.bytes());
        Ok(Self { index, tree: Arc::clone(tree) })
    }

    /// What a reference such as `3 C 17/26` is stored under: the same for the same reference, and nothing to anybody without the key.
    pub fn reference_tag(&self, reference: &str) -> [u8; 32] {
        *self.index.hmac(&[REFERENCE_LABEL, reference.as_bytes()].concat()).bytes()
    }

    /// What a document type is filed under where retention must tell types apart.
    pub fn type_tag(&self, document_type: &str) -> [u8; 16] {
        self.short_tag(TYPE_LABEL, document_type)
    }

    /// What tells a person of this vault from another one.
    pub fn person_tag(&self, person: &str) -> [u8; 16] {
        self.short_tag(PERSON_LABEL, person)
    }

    fn short_tag(&self, label: &[u8], name: &str) -> [u8; 16] {
        let mut tag = [0; 16];
        tag.copy_from_slice(&self.index.hmac(&[label, name.as_bytes()].concat()).bytes()[..16]);
        tag
    }

    /// The seed of the ledger's signing key; generation 0 is the first, a rotation takes the next.
    pub fn ledger_seed(&self, generation: u32) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let leaf = self.tree.cover.leaf(LEDGER_LEAF_FIRST + u64::from(generation))?;
        Ok(Zeroizing::new(*leaf.bytes()))
    }

    /// The seed that signs the access ledger of a year. Another one than the vault's, because a trust policy takes no key twice.
    pub fn access_seed(&self, year: u16) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let leaf = self.tree.cover.leaf(ACCESS_LEAF_FIRST + u64::from(year))?;
        Ok(Zeroizing::new(*leaf.bytes()))
    }

    /// Where a person's key lies in the tree of actors of any year.
    pub(crate) fn actor_address(&self, name: &str) -> u64 {
        let tag = self.index.hmac(&[ACTOR_LABEL, name.as_bytes()].concat());
        let mut address = [0; 8];
        address.copy_from_slice(&tag.bytes()[..8]);
        u64::from_be_bytes(address)
    }
}

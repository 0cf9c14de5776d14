//! From a leaf and a header to the keys of one document.
//!
//! ```text
//! ctx        = SHA-256(header with key_commit zeroed)
//! PRK        = HKDF-Extract(salt, leaf)                                   RFC 5869, SHA-256
//! key(label) = HKDF-Expand(PRK, "aktenfest/doc/v1/" || label || ctx, 32)
//!              label: frames, commitment, description, subject
//! key_commit = key(commitment)
//! ```
//! AES-GCM alone does not commit to its key: one ciphertext can be made to open to two documents under two keys. The commitment binds
//! key and header; it is compared before anything is opened.

use ring::{aead, digest, hkdf};
use zeroize::Zeroizing;

use crate::keys::Leaf;
use crate::seal::SealError;
use crate::seal::header::DocHeader;

const LABEL_PREFIX: &[u8] = b"aktenfest/doc/v1/";

/// Everything derived for one attempt to store one document. Our copies are wiped on drop; `ring`'s key schedules are not.
pub(crate) struct DocumentKeys {
    /// Binds every ciphertext of the document to its header.
    pub(crate) context: [u8; 32],
    /// Encrypts the frames.
    pub(crate) frames: aead::LessSafeKey,
    /// Encrypts the description.
    pub(crate) description: aead::LessSafeKey,
    subject: Zeroizing<[u8; 32]>,
}

impl DocumentKeys {
    /// The keys for a new header, and the header with its commitment.
    pub(crate) fn for_new(leaf: &Leaf, header: DocHeader) -> (Self, DocHeader) {
        let (keys, commitment) = Self::derive(leaf, &header);
        (keys, header.with_commitment(*commitment))
    }

    /// The keys for a stored header, if the header belongs to `leaf`.
    pub(crate) fn for_stored(leaf: &Leaf, header: &DocHeader) -> Result<Self, SealError> {
        let (keys, commitment) = Self::derive(leaf, header);
        if equal_in_constant_time(&commitment, header.key_commit()) { Ok(keys) } else { Err(SealError::KeyCommitment) }
    }

    fn derive(leaf: &Leaf, header: &DocHeader) -> (Self, Zeroizing<[u8; 32]>) {
        let context = sha256(&header.with_commitment([0; 32]).encode());
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, header.salt()).extract(leaf.bytes());
        let expand = |label: &[u8]| expand(&prk, label, &context);
        let keys = Self {
            context,
            frames: aead_key(&expand(b"frames")),
            description: aead_key(&expand(b"description")),
            subject: expand(b"subject"),
        };
        (keys, expand(b"commitment"))
    }

    /// The key under which the ledger commits to what concerns this document; whoever has it can open all those commitments.
    pub(crate) fn subject_key(&self) -> Zeroizing<[u8; 32]> {
        self.subject.clone()
    }
}

fn expand(prk: &hkdf::Prk, label: &[u8], context: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let info = [LABEL_PREFIX, label, context];
    let filled = prk.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(key.as_mut()));
    filled.expect("32 bytes must be within what HKDF-SHA-256 can expand to");
    key
}

fn aead_key(key: &[u8; 32]) -> aead::LessSafeKey {
    let unbound = aead::UnboundKey::new(&aead::AES_256_GCM, key);
    aead::LessSafeKey::new(unbound.expect("32 bytes must be an AES-256 key"))
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut output = [0; 32];
    output.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    output
}

/// Compares without telling by its duration where the difference lies.
fn equal_in_constant_time(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let difference = left.iter().zip(right).fold(0, |difference, (left, right)| std::hint::black_box(difference | (left ^ right)));
    difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::TreeId;
    use crate::model::{Address, VaultId};
    use crate::seal::HeaderFields;

    fn header(salt: u8) -> DocHeader {
        let fields = HeaderFields { tree: TreeId::cases(VaultId([1; 16]), 2026), address: Address::from_u64(7), id: [2; 16] };
        DocHeader::without_commitment(fields, [salt; 32])
    }

    #[test]
    fn only_the_same_leaf_and_header_pass_the_commitment() {
        let leaf = Leaf::from_bytes(&[3; 32]);
        let (_, stored) = DocumentKeys::for_new(&leaf, header(4));
        assert!(DocumentKeys::for_stored(&leaf, &stored).is_ok());
        assert_eq!(DocumentKeys::for_stored(&Leaf::from_bytes(&[5; 32]), &stored).err(), Some(SealError::KeyCommitment));
        let other_salt = header(6).with_commitment(*stored.key_commit());
        assert_eq!(DocumentKeys::for_stored(&leaf, &other_salt).err(), Some(SealError::KeyCommitment));
    }

    #[test]
    fn every_purpose_and_every_salt_has_its_own_key() {
        let leaf = Leaf::from_bytes(&[3; 32]);
        let (first, stored) = DocumentKeys::for_new(&leaf, header(4));
        let (second, _) = DocumentKeys::for_new(&leaf, header(5));
        assert_ne!(*first.subject, *stored.key_commit());
        assert_ne!(*first.subject, *second.subject);
    }
}

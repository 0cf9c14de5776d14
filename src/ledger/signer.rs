//! The key of a log, and the only place that signs with it.

use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::certificate::{Certified, CertifiedError, certificate_key};
use super::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use super::exported::{Exported, ExportedError, export_key};
use super::note::{Note, NoteSignature};
use super::vkey::{KeyError, PublicKey, VerifierKey};
use crate::model::{Digest, NoteId};

/// Bytes of an Ed25519 seed (RFC 8032 section 5.1.5).
pub const SEED_BYTES: usize = 32;

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The origin cannot be the name of a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The checkpoint is impossible, or the signature that came out is wrong: the memory or the processor of this machine lied.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The same of a certificate.
    #[error(transparent)]
    Certificate(#[from] CertifiedError),
    /// The same of an export.
    #[error(transparent)]
    Export(#[from] ExportedError),
}

/// Signs the checkpoints of one log.
///
/// Ed25519 is deterministic, so signing again after a crash gives the same bytes. That sizes only grow and that no second history
/// is ever signed is the caller's promise: this type remembers nothing.
pub struct LogSigner {
    key: VerifierKey,
    pair: Ed25519KeyPair,
}

impl LogSigner {
    /// The signer of the log called `origin`. No copy of the seed is kept; `ring` keeps the expanded key and does not wipe it.
    pub fn from_seed(origin: &str, seed: &[u8; SEED_BYTES]) -> Result<Self, SignError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed of 32 bytes must give a key");
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Length)?;
        let key = VerifierKey::new(origin, PublicKey::Ed25519(public))?;
        Ok(Self { key, pair })
    }

    /// The public key, to be written into trust files.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }

    /// The public key as PEM for `openssl pkeyutl -verify`.
    pub fn public_key_pem(&self) -> String {
        self.key.to_pem().expect("the key of a log must be Ed25519")
    }

    /// Signs size and root, and verifies the signature before it returns it.
    pub fn sign(&self, size: u64, root: Digest) -> Result<SignedCheckpoint, SignError> {
        let checkpoint = Checkpoint::new(self.key.name(), size, root)?;
        let signature = self.pair.sign(checkpoint.text().as_bytes());
        let line = NoteSignature { name: self.key.name().to_owned(), id: self.key.id(), signature: signature.as_ref().to_vec() };
        Ok(SignedCheckpoint::unchecked(&checkpoint, line).verify(&self.key)?)
    }

    /// Signs a certificate of destruction under a name of its own, and verifies the signature before it returns the note.
    pub fn certify(&self, order: NoteId, stage: u8, digest: Digest) -> Result<String, SignError> {
        let certified = Certified { origin: self.key.name().to_owned(), order, stage, digest };
        let key = certificate_key(&self.key)?;
        let text = certified.text();
        let signature = self.pair.sign(text.as_bytes()).as_ref().to_vec();
        let note = Note::signed(text, NoteSignature { name: key.name().to_owned(), id: key.id(), signature }).to_string();
        if Certified::verify(note.as_bytes(), &self.key)? == certified {
            Ok(note)
        } else {
            Err(SignError::Certificate(CertifiedError::Form))
        }
    }

    /// Signs an export under a name of its own, and verifies the signature before it returns the note.
    pub fn sign_export(&self, exported: &Exported) -> Result<String, SignError> {
        let (key, text) = (export_key(&self.key)?, exported.text());
        let signature = self.pair.sign(text.as_bytes()).as_ref().to_vec();
        let note = Note::signed(text, NoteSignature { name: key.name().to_owned(), id: key.id(), signature }).to_string();
        if Exported::verify(note.as_bytes(), &self.key)? == *exported { Ok(note) } else { Err(SignError::Export(ExportedError::Form)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::empty_root;
    use crate::ledger::testing::{digest_of, leaves, mth, seed, vectors};

    #[test]
    fn the_vectors_notes_come_out_byte_for_byte() {
        let vector = &vectors()["keys"]["log"];
        let signer = LogSigner::from_seed(vector["name"].as_str().unwrap(), &seed("log")).unwrap();
        assert_eq!(signer.verifier_key().to_string(), vector["vkey"].as_str().unwrap());
        assert_eq!(signer.public_key_pem(), vector["spki_pem"].as_str().unwrap());
        for (size, checkpoint) in vectors()["checkpoints"].as_object().unwrap() {
            let size: usize = size.parse().unwrap();
            let signed = signer.sign(size as u64, mth(&leaves(size))).unwrap();
            assert_eq!(signed.note().to_string(), checkpoint["note_log_only"].as_str().unwrap());
        }
        let sample = &vectors()["sample_ledger"];
        let signed = signer.sign(7, digest_of(&sample["root"])).unwrap();
        assert!(sample["checkpoint"].as_str().unwrap().starts_with(&signed.note().to_string()));
    }

    #[test]
    fn the_impossible_is_not_signed() {
        let signer = LogSigner::from_seed("archive.example/ledger/5f0c9e7a", &[1; 32]).unwrap();
        assert_eq!(signer.sign(0, mth(&leaves(1))).err(), Some(SignError::Checkpoint(CheckpointError::EmptyRoot)));
        assert_eq!(signer.sign(u64::MAX, empty_root()).err(), Some(SignError::Checkpoint(CheckpointError::Form)));
        for origin in ["", "two words", "a+b", "line\nfeed"] {
            assert_eq!(LogSigner::from_seed(origin, &[1; 32]).err(), Some(SignError::Key(KeyError::Name)));
        }
    }
}

//! Signed notes over certificates of destruction (C2SP signed-note): what they certify, under a key name of their own.
//!
//! The key is that of the ledger. Name and text are not: the name is the ledger's origin with `/destruction` behind it, so that the key
//! id is another one as well, and the text has four lines of which the second begins with `order`, so that it can never be read as a
//! checkpoint, nor a checkpoint as this.

use super::note::{Note, NoteError};
use super::vkey::{KeyError, PublicKey, VerifierKey};
use crate::model::{Digest, NoteId};

/// What is put behind the origin of the ledger.
const SUFFIX: &str = "/destruction";

/// What is certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    /// Origin of the ledger.
    pub origin: String,
    /// The order.
    pub order: NoteId,
    /// Stage of the certificate, 1 or 2.
    pub stage: u8,
    /// SHA-256 of the certificate.
    pub digest: Digest,
}

/// Why a note certifies nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertifiedError {
    /// It is no note, or the ledger's key has not signed it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not the four lines.
    #[error("a note over a certificate has four lines: name, order, stage, SHA-256")]
    Form,
    /// The key is not that of a ledger.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Signed by the ledger's key, about another ledger.
    #[error("the certificate is of the ledger {0}")]
    Origin(String),
}

impl Certified {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { origin, order, stage, digest } = self;
        format!("{origin}{SUFFIX}\norder {order}\nstage {stage} of 2\nsha256 {digest}\n")
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (name, order, stage, digest) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
        let parsed = Self {
            origin: name.strip_suffix(SUFFIX)?.to_owned(),
            order: NoteId::parse(order.strip_prefix("order ")?).ok()?,
            stage: stage.strip_prefix("stage ")?.strip_suffix(" of 2")?.parse().ok().filter(|stage| (1..=2).contains(stage))?,
            digest: Digest::from_hex(digest.strip_prefix("sha256 ")?)?,
        };
        // One spelling, as everywhere.
        (lines.next().is_none() && parsed.text() == text).then_some(parsed)
    }

    /// Reads a note and verifies it with the key of the ledger.
    ///
    /// # Errors
    /// [`CertifiedError`], and then nothing of it counts.
    pub fn verify(note: &[u8], log: &VerifierKey) -> Result<Self, CertifiedError> {
        let note = Note::parse(note)?;
        note.verify([&certificate_key(log)?])?;
        let certified = Self::parse(note.text()).ok_or(CertifiedError::Form)?;
        if certified.origin == log.name() { Ok(certified) } else { Err(CertifiedError::Origin(certified.origin)) }
    }
}

/// The key that signs certificates, for those who know the ledger's key: the same key under another name, and so with another id.
pub fn certificate_key(log: &VerifierKey) -> Result<VerifierKey, KeyError> {
    match log.public_key() {
        PublicKey::Ed25519(key) => VerifierKey::new(&format!("{}{SUFFIX}", log.name()), PublicKey::Ed25519(*key)),
        _ => Err(KeyError::Type(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::mutate;
    use crate::ledger::{LogSigner, UnverifiedCheckpoint};

    const ORIGIN: &str = "archive.example/ledger/5f0c9e7a";

    fn certified() -> Certified {
        let order = NoteId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").unwrap();
        Certified { origin: ORIGIN.to_owned(), order, stage: 2, digest: Digest([7; 32]) }
    }

    #[test]
    fn what_was_signed_is_verified() {
        let signer = LogSigner::from_seed(ORIGIN, &[1; 32]).unwrap();
        let note = signer.certify(certified().order, 2, certified().digest).unwrap();
        assert_eq!(Certified::verify(note.as_bytes(), signer.verifier_key()), Ok(certified()));
        assert_eq!(signer.certify(certified().order, 2, certified().digest).unwrap(), note, "the same bytes every time");
        let stranger = LogSigner::from_seed(ORIGIN, &[2; 32]).unwrap();
        assert!(Certified::verify(note.as_bytes(), stranger.verifier_key()).is_err());
        for (from, to) in [("stage 2", "stage 1"), ("0707", "0708"), ("9e11", "9e12"), ("5f0c9e7a/d", "5f0c9e7b/d")] {
            assert!(Certified::verify(note.replacen(from, to, 1).as_bytes(), signer.verifier_key()).is_err(), "{from}");
        }
    }

    #[test]
    fn neither_is_taken_for_the_other() {
        let signer = LogSigner::from_seed(ORIGIN, &[1; 32]).unwrap();
        let note = signer.certify(certified().order, 1, certified().digest).unwrap();
        assert!(UnverifiedCheckpoint::parse(note.as_bytes()).is_err());
        let checkpoint = signer.sign(7, Digest([7; 32])).unwrap().note().to_string();
        assert!(Certified::verify(checkpoint.as_bytes(), signer.verifier_key()).is_err());
        let own = certificate_key(signer.verifier_key()).unwrap();
        assert_ne!(own.id(), signer.verifier_key().id());
    }

    #[test]
    fn damaged_notes_never_panic_and_never_verify() {
        let signer = LogSigner::from_seed(ORIGIN, &[1; 32]).unwrap();
        let note = signer.certify(certified().order, 2, certified().digest).unwrap();
        mutate(note.as_bytes(), 5_000, 3, |bytes| {
            if let Ok(read) = Certified::verify(bytes, signer.verifier_key()) {
                assert_eq!(read, certified());
            }
        });
    }
}

//! Signed notes over exports (C2SP signed-note): which bag, by the digests of its tag manifests, and which state of the ledger is in it.
//!
//! The key is that of the ledger. Name and text are not: the name is the ledger's origin with `/export` behind it, so that the key id is
//! another one as well, and the text has five lines of which the first is no origin, so that it can never be read as a checkpoint or a
//! certificate, nor one of these as this. Whoever trusts the ledger's key needs no other one for its exports.

use super::note::{Note, NoteError};
use super::text::{parse_decimal, parse_hash, to_base64};
use super::vkey::{KeyError, PublicKey, VerifierKey, is_key_name};
use crate::model::{Digest, NoteId};

/// What is put behind the origin of the ledger.
const SUFFIX: &str = "/export";
/// First line of the text.
const HEADER: &str = "eal1-export/v1";
/// What the two manifests are called in the text, as in the bag.
const MANIFESTS: [&str; 2] = ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"];

/// What is signed about an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The export.
    pub id: NoteId,
    /// SHA-256 of `tagmanifest-sha256.txt`.
    pub sha256: Digest,
    /// SHA-512 of `tagmanifest-sha512.txt`.
    pub sha512: [u8; 64],
    /// Origin of the ledger.
    pub origin: String,
    /// Its size in the bag.
    pub size: u64,
    /// Its root at that size.
    pub root: Digest,
}

/// Why a note is not one over an export.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportedError {
    /// It is no note, or the ledger's key has not signed it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not the five lines.
    #[error("a note over an export has five lines: its format, the export, two digests, the ledger")]
    Form,
    /// The key is not that of a ledger.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Signed by the ledger's key, about another ledger.
    #[error("the export is of the ledger {0}")]
    Origin(String),
}

impl Exported {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let (sha256, sha512, root) = (self.sha256, hex::encode(self.sha512), to_base64(self.root.as_bytes()));
        let (id, origin, size, [first, second]) = (self.id, &self.origin, self.size, MANIFESTS);
        format!("{HEADER}\n{id}\nsha256 {sha256} {first}\nsha512 {sha512} {second}\nledger {origin} {size} {root}\n")
    }

    /// Reads the text of a note. Nothing about it is verified.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let mut next = || lines.next();
        let (header, id, sha256, sha512, ledger) = (next()?, next()?, next()?, next()?, next()?);
        let sha512 = sha512.strip_prefix("sha512 ")?.strip_suffix(MANIFESTS[1])?.strip_suffix(' ')?;
        let mut ledger = ledger.strip_prefix("ledger ")?.split(' ');
        let parsed = Self {
            id: NoteId::parse(id).ok()?,
            sha256: Digest::from_hex(sha256.strip_prefix("sha256 ")?.strip_suffix(MANIFESTS[0])?.strip_suffix(' ')?)?,
            sha512: hex::decode(sha512).ok()?.try_into().ok()?,
            origin: ledger.next().filter(|origin| is_key_name(origin))?.to_owned(),
            size: ledger.next().and_then(parse_decimal)?,
            root: ledger.next().and_then(parse_hash)?,
        };
        // One spelling, as everywhere.
        (header == HEADER && parsed.text() == text).then_some(parsed)
    }

    /// Reads a note and verifies it with the key of the ledger.
    ///
    /// # Errors
    /// [`ExportedError`], and then nothing of it counts.
    pub fn verify(note: &[u8], log: &VerifierKey) -> Result<Self, ExportedError> {
        let note = Note::parse(note)?;
        note.verify([&export_key(log)?])?;
        let exported = Self::parse(note.text()).ok_or(ExportedError::Form)?;
        if exported.origin == log.name() { Ok(exported) } else { Err(ExportedError::Origin(exported.origin)) }
    }
}

/// The key that signs exports, for those who know the ledger's key: the same key under another name, and so with another id.
pub fn export_key(log: &VerifierKey) -> Result<VerifierKey, KeyError> {
    match log.public_key() {
        PublicKey::Ed25519(key) => VerifierKey::new(&format!("{}{SUFFIX}", log.name()), PublicKey::Ed25519(*key)),
        _ => Err(KeyError::Type(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::mutate;
    use crate::ledger::{Certified, Checkpoint, CheckpointError, LogSigner};

    fn exported() -> Exported {
        Exported {
            id: NoteId::from_bytes([7; 16]),
            sha256: Digest([1; 32]),
            sha512: [2; 64],
            origin: "archive.example/ledger/5f0c9e7a".to_owned(),
            size: 7,
            root: Digest([3; 32]),
        }
    }

    #[test]
    fn a_note_is_verified_with_the_key_of_its_ledger_alone() {
        let signer = LogSigner::from_seed(&exported().origin, &[9; 32]).unwrap();
        let note = signer.sign_export(&exported()).unwrap();
        assert_eq!(Exported::verify(note.as_bytes(), signer.verifier_key()), Ok(exported()));
        let line = format!("\u{2014} {}/export ", exported().origin);
        assert!(note.contains(&line) && !note.contains("/ledger/5f0c9e7a/ledger"));
        let other = LogSigner::from_seed(&exported().origin, &[8; 32]).unwrap();
        assert!(matches!(Exported::verify(note.as_bytes(), other.verifier_key()), Err(ExportedError::Note(_))));
        let stranger = LogSigner::from_seed("archive.example/ledger/00000000", &[9; 32]).unwrap();
        assert!(matches!(Exported::verify(note.as_bytes(), stranger.verifier_key()), Err(ExportedError::Note(_))));
        // A signer does not sign about another ledger.
        assert!(stranger.sign_export(&exported()).is_err());
    }

    #[test]
    fn an_export_is_never_a_checkpoint_or_a_certificate() {
        let text = exported().text();
        assert_eq!(Checkpoint::parse(&text), Err(CheckpointError::Form));
        let certified = Certified { origin: exported().origin, order: exported().id, stage: 1, digest: Digest([4; 32]) };
        assert_eq!(Exported::parse(&certified.text()), None);
        let checkpoint = Checkpoint::new(&exported().origin, 7, Digest([3; 32])).unwrap();
        assert_eq!(Exported::parse(&checkpoint.text()), None);
    }

    #[test]
    fn the_form_of_the_sample_is_ours() {
        let text = exported().text();
        assert_eq!(text.lines().count(), 5);
        assert_eq!(Exported::parse(&text), Some(exported()));
        for (from, to) in [
            ("v1", "v2"),
            ("sha256 0", "sha256 A"),
            (" 7 ", " 07 "),
            ("tagmanifest-sha512", "tagmanifest-sha256"),
            ("\nledger", "\n\nledger"),
        ] {
            assert_eq!(Exported::parse(&text.replacen(from, to, 1)), None, "{from}");
        }
        assert_eq!(Exported::parse(text.trim_end()), None);
    }

    #[test]
    fn damaged_texts_never_panic() {
        mutate(exported().text().as_bytes(), 10_000, 3, |bytes| {
            let text = String::from_utf8_lossy(bytes);
            if let Some(parsed) = Exported::parse(&text) {
                assert_eq!(parsed.text(), text);
            }
        });
    }
}

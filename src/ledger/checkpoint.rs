//! Checkpoints of C2SP tlog-checkpoint: origin, size and root of a log, as a signed note.

use super::note::{GoodSignature, Note, NoteError, NoteSignature};
use super::text::{parse_decimal, parse_hash, push_hash_line};
use super::tree::empty_root;
use super::vkey::{PublicKey, VerifierKey, is_key_name};
use crate::limits::LEDGER_ENTRIES_MAX;
use crate::model::Digest;

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is no note, or its signatures are not good.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not three lines of origin, size and root. Extension lines are refused: cosignatures of the ML-DSA kind do not cover them.
    #[error("a checkpoint has three lines: origin, size in decimal, root in Base64")]
    Form,
    /// The tree without entries has one root.
    #[error("the log is empty but its root is not that of the empty tree")]
    EmptyRoot,
    /// Signed by a known key, but about another log.
    #[error("the checkpoint is of log {actual}, not of {expected}")]
    Origin {
        /// Name of the key.
        expected: String,
        /// First line of the checkpoint.
        actual: String,
    },
    /// The key is that of a witness.
    #[error("{0} is not the key of a log")]
    NotALogKey(String),
}

/// The state of a log that somebody claims: nothing says yet that it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Digest,
}

impl Checkpoint {
    /// A checkpoint of the log called `origin`.
    pub fn new(origin: &str, size: u64, root: Digest) -> Result<Self, CheckpointError> {
        if !is_key_name(origin) || size > LEDGER_ENTRIES_MAX {
            return Err(CheckpointError::Form);
        }
        if size == 0 && root != empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Parses the text of the note.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Form)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Form);
        };
        let size = parse_decimal(size).ok_or(CheckpointError::Form)?;
        let root = parse_hash(root).ok_or(CheckpointError::Form)?;
        Self::new(origin, size, root)
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.origin, self.size);
        push_hash_line(&mut text, &self.root);
        text
    }

    /// Name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    pub fn root(&self) -> Digest {
        self.root
    }
}

/// A well-formed checkpoint note whose signatures have not been looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedCheckpoint {
    note: Note,
    claim: Checkpoint,
}

impl UnverifiedCheckpoint {
    /// Parses a note and its text.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        let claim = Checkpoint::parse(note.text())?;
        Ok(Self { note, claim })
    }

    /// What the note claims.
    pub fn claim(&self) -> &Checkpoint {
        &self.claim
    }

    /// The note.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// Accepts the checkpoint as one of the log whose key this is: the origin must be the key's name and the signature good.
    pub fn verify(self, log: &VerifierKey) -> Result<SignedCheckpoint, CheckpointError> {
        if !matches!(log.public_key(), PublicKey::Ed25519(_)) {
            return Err(CheckpointError::NotALogKey(log.name().to_owned()));
        }
        if self.claim.origin != log.name() {
            return Err(CheckpointError::Origin { expected: log.name().to_owned(), actual: self.claim.origin });
        }
        self.note.verify([log])?;
        Ok(SignedCheckpoint { note: self.note, checkpoint: self.claim })
    }
}

/// A checkpoint that its log has signed. The only source of sizes and roots for verifying proofs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: Note,
    checkpoint: Checkpoint,
}

impl SignedCheckpoint {
    /// Joins a checkpoint and a fresh signature, which the signer verifies before anybody sees it.
    pub(super) fn unchecked(checkpoint: &Checkpoint, signature: NoteSignature) -> UnverifiedCheckpoint {
        UnverifiedCheckpoint { note: Note::signed(checkpoint.text(), signature), claim: checkpoint.clone() }
    }

    /// Origin, size and root.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note; its `Display` gives the bytes to publish and to store.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The checkpoint without the lines of others: what remains is signed by `log`, whose key it was verified with.
    pub fn only_by(&self, log: &VerifierKey) -> Self {
        Self { note: self.note.only_by(log), checkpoint: self.checkpoint.clone() }
    }

    /// The note with a witness's answer: every line must be a good cosignature by one of `witnesses`.
    pub fn with_cosignatures(&self, lines: &str, witnesses: &[VerifierKey]) -> Result<Self, CheckpointError> {
        let note = self.note.with_lines(lines)?;
        let known = self.note.signatures().len();
        let good = note.verify(witnesses)?;
        for line in &note.signatures()[known..] {
            let counted = |good: &GoodSignature<'_>| good.key.name() == line.name && good.key.id() == line.id;
            if !good.iter().any(counted) {
                return Err(NoteError::NoKnownSignature.into());
            }
        }
        Ok(Self { note, checkpoint: self.checkpoint.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{cosignature_line, digest_of, key, leaves, mth, mutate, vectors};

    #[test]
    fn checkpoints_of_the_vectors() {
        for (size, vector) in vectors()["checkpoints"].as_object().unwrap() {
            let size: u64 = size.parse().unwrap();
            let log = key("log");
            for note in ["note_log_only", "note_cosigned"] {
                let bytes = vector[note].as_str().unwrap();
                let signed = UnverifiedCheckpoint::parse(bytes.as_bytes()).unwrap().verify(&log).unwrap();
                assert_eq!(signed.note().to_string(), bytes);
                let checkpoint = signed.checkpoint();
                assert_eq!((checkpoint.origin(), checkpoint.size()), (log.name(), size));
                assert_eq!(checkpoint.root(), mth(&leaves(size as usize)));
                assert_eq!(checkpoint.text(), vector["text"].as_str().unwrap());
            }
        }
        let sample = &vectors()["sample_ledger"];
        let signed = UnverifiedCheckpoint::parse(sample["checkpoint"].as_str().unwrap().as_bytes()).unwrap().verify(&key("log")).unwrap();
        assert_eq!((signed.checkpoint().size(), signed.checkpoint().root()), (7, digest_of(&sample["root"])));
    }

    #[test]
    fn other_texts_are_no_checkpoints() {
        let good = vectors()["checkpoints"]["7"]["text"].as_str().unwrap();
        assert!(Checkpoint::parse(good).is_ok());
        let root = good.lines().nth(2).unwrap();
        for bad in [
            "",
            "\n\n\n",
            &good.replace("\n7\n", "\n07\n"),
            &good.replace("\n7\n", "\n-7\n"),
            &good.replace("\n7\n", "\n9223372036854775808\n"),
            &good.replace("\n7\n", "\n"),
            &good.replace(root, &root[..40]),
            &good.replace("IcA=", "IcB="),
            &format!("{good}extension\n"),
            &format!("{good}\n"),
            good.trim_end(),
            &format!("\n{good}"),
            &good.replace("archive", "arch ive"),
        ] {
            assert_eq!(Checkpoint::parse(bad), Err(CheckpointError::Form), "{bad:?}");
        }
        assert_eq!(Checkpoint::parse(&good.replace("\n7\n", "\n0\n")), Err(CheckpointError::EmptyRoot));
    }

    #[test]
    fn only_the_logs_own_key_counts() {
        let bytes = vectors()["checkpoints"]["7"]["note_cosigned"].as_str().unwrap().as_bytes();
        let parsed = UnverifiedCheckpoint::parse(bytes).unwrap();
        let witness = key("witness_w1");
        assert_eq!(parsed.clone().verify(&witness), Err(CheckpointError::NotALogKey(witness.name().to_owned())));
        let stranger = VerifierKey::new("archive.example/ledger/00000000", key("log").public_key().clone()).unwrap();
        let origin = CheckpointError::Origin { expected: stranger.name().to_owned(), actual: key("log").name().to_owned() };
        assert_eq!(parsed.clone().verify(&stranger), Err(origin));
        let other_key = VerifierKey::new(key("log").name(), PublicKey::Ed25519([7; 32])).unwrap();
        assert_eq!(parsed.verify(&other_key), Err(NoteError::NoKnownSignature.into()));
    }

    #[test]
    fn cosignatures_are_checked_before_they_are_added() {
        let vector = &vectors()["checkpoints"]["7"];
        let text = vector["text"].as_str().unwrap();
        let bytes = vector["note_log_only"].as_str().unwrap().as_bytes();
        let signed = UnverifiedCheckpoint::parse(bytes).unwrap().verify(&key("log")).unwrap();
        let witnesses = [key("witness_w1"), key("witness_w2")];
        let (first, second) = (cosignature_line("witness_w1", 1_795_284_007, text), cosignature_line("witness_w2", 1_795_284_008, text));
        let cosigned = signed.with_cosignatures(&first, &witnesses).and_then(|one| one.with_cosignatures(&second, &witnesses)).unwrap();
        assert_eq!(cosigned.note().to_string(), vector["note_cosigned"].as_str().unwrap());

        assert!(signed.with_cosignatures(&second, &witnesses[..1]).is_err(), "a witness that nobody asked");
        assert!(signed.with_cosignatures(&format!("{first}{second}"), &witnesses[..1]).is_err());
        assert!(cosigned.with_cosignatures(&first, &witnesses).is_err(), "twice the same");
        assert!(signed.with_cosignatures("", &witnesses).is_err());
        let other_text = vectors()["checkpoints"]["255"]["text"].as_str().unwrap();
        assert!(signed.with_cosignatures(&cosignature_line("witness_w1", 1_795_284_007, other_text), &witnesses).is_err());
    }

    #[test]
    fn damaged_checkpoints_never_panic_and_never_verify() {
        let good = vectors()["checkpoints"]["300"]["note_cosigned"].as_str().unwrap();
        let log = key("log");
        let honest = UnverifiedCheckpoint::parse(good.as_bytes()).unwrap().verify(&log).unwrap();
        mutate(good.as_bytes(), 20_000, 2, |bytes| {
            let Ok(parsed) = UnverifiedCheckpoint::parse(bytes) else { return };
            assert_eq!(parsed.note().to_string().as_bytes(), bytes);
            if let Ok(signed) = parsed.verify(&log) {
                assert_eq!(signed.checkpoint(), honest.checkpoint());
            }
        });
    }
}

//! One question to one witness: C2SP tlog-witness, `POST <prefix>/add-checkpoint`.

use super::address::{AddressError, RemoteAddress};
use super::client::{RemoteAnswer, RemoteClient, RemoteError};
use crate::ledger::{AddCheckpoint, SignedCheckpoint, UnverifiedCheckpoint, VerifierKey};
use crate::model::Digest;

/// Media type of the answer that tells the size which the witness has cosigned last.
const SIZE: &str = "text/x.tlog.size";

/// A witness that is asked.
#[derive(Debug, Clone)]
pub struct Witness {
    add_checkpoint: RemoteAddress,
    key: VerifierKey,
}

/// Why a witness has not cosigned.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// It was not reached, or its answer did not arrive.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// It does not know the ledger.
    #[error("the witness does not know this ledger; its operator must add the key as a line to the file of known logs")]
    UnknownLog,
    /// It does not believe the ledger's signature: it has another key for the name.
    #[error("the witness does not accept the ledger's signature; it knows another key for this name")]
    NotSigned,
    /// It holds that we are not what it has cosigned.
    #[error("the witness has cosigned a checkpoint that this ledger does not continue")]
    Inconsistent,
    /// It has cosigned more entries than there are here.
    #[error("the witness has cosigned {theirs} entries, but there are only {ours} here: this archive is older than what it has shown")]
    Ahead {
        /// What it says.
        theirs: u64,
        /// What is here.
        ours: u64,
    },
    /// It tells another size whenever it is asked: somebody else shows it checkpoints of this ledger.
    #[error("the size that the witness has cosigned last changes while it is asked; is another archive showing it this ledger?")]
    Moving,
    /// It calls the question malformed.
    #[error("the witness calls the question malformed")]
    Malformed,
    /// Any other status.
    #[error("the witness answers with status {0}")]
    Status(u16),
    /// The answer is not a cosignature of this checkpoint by the configured key.
    #[error("the answer is no cosignature by the configured key: {0}")]
    BadCosignature(String),
}

impl WitnessError {
    /// The reason as a label of a metric, from a closed list.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Remote(error) => error.reason(),
            Self::UnknownLog => "unknown_log",
            Self::NotSigned => "not_signed",
            Self::Inconsistent => "inconsistent",
            Self::Ahead { .. } => "ahead",
            Self::Moving => "moving",
            Self::Malformed => "malformed",
            Self::Status(_) => "status",
            Self::BadCosignature(_) => "bad_cosignature",
        }
    }

    /// Whether the witness has seen a history that is not this one: an alarm, and no fault of the network.
    pub fn contradicts(&self) -> bool {
        matches!(self, Self::Inconsistent | Self::Ahead { .. })
    }

    /// Whether it has to do with the witness as a whole, so that asking it about other ledgers would end in the same way.
    pub(super) fn is_of_the_witness(&self) -> bool {
        matches!(self, Self::Remote(_) | Self::Status(_))
    }
}

/// What a witness says if nothing went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// The checkpoint with its cosignature.
    Cosigned(SignedCheckpoint),
    /// Another size than the one that was asked about is what it has cosigned last.
    OtherSize(u64),
}

impl Witness {
    /// The witness with this submission prefix and key.
    pub fn new(prefix: &str, key: VerifierKey) -> Result<Self, AddressError> {
        Ok(Self { add_checkpoint: RemoteAddress::parse(prefix)?.join("add-checkpoint")?, key })
    }

    /// The name of its key.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// Whether it has cosigned this checkpoint.
    pub fn has_cosigned(&self, checkpoint: &SignedCheckpoint) -> bool {
        checkpoint.note().verify([&self.key]).is_ok()
    }

    /// Shows it a checkpoint, with the proof from the size that it is believed to have cosigned last.
    pub(super) async fn ask(
        &self,
        client: &RemoteClient,
        checkpoint: &SignedCheckpoint,
        old_size: u64,
        proof: Vec<Digest>,
    ) -> Result<Said, WitnessError> {
        let note = checkpoint.note().to_string();
        let unverified = UnverifiedCheckpoint::parse(note.as_bytes()).expect("a signed checkpoint must be one");
        let body = AddCheckpoint { old_size, proof, checkpoint: unverified }.encode();
        let answer = client.post(&self.add_checkpoint, "text/plain; charset=utf-8", body.into_bytes()).await?;
        self.understand(checkpoint, &answer)
    }

    fn understand(&self, checkpoint: &SignedCheckpoint, answer: &RemoteAnswer) -> Result<Said, WitnessError> {
        match answer.status {
            200 => {
                let bad = |error: &dyn std::fmt::Display| WitnessError::BadCosignature(error.to_string());
                let lines = std::str::from_utf8(&answer.body).map_err(|error| bad(&error))?;
                self.cosigned(checkpoint, lines).map(Said::Cosigned)
            }
            400 => Err(WitnessError::Malformed),
            403 => Err(WitnessError::NotSigned),
            404 => Err(WitnessError::UnknownLog),
            409 => self.other_size(checkpoint.checkpoint().size(), answer),
            422 => Err(WitnessError::Inconsistent),
            other => Err(WitnessError::Status(other)),
        }
    }

    /// The checkpoint with the line that our key vouches for. A witness may answer with lines of further keys, which are not kept.
    fn cosigned(&self, checkpoint: &SignedCheckpoint, lines: &str) -> Result<SignedCheckpoint, WitnessError> {
        let mut why = "there is no line in it".to_owned();
        for line in lines.split_inclusive('\n') {
            match checkpoint.with_cosignatures(line, std::slice::from_ref(&self.key)) {
                Ok(cosigned) => return Ok(cosigned),
                Err(error) => why = error.to_string(),
            }
        }
        Err(WitnessError::BadCosignature(why))
    }

    fn other_size(&self, ours: u64, answer: &RemoteAnswer) -> Result<Said, WitnessError> {
        let media_type = answer.media_type.split(';').next().unwrap_or_default().trim();
        let size = std::str::from_utf8(&answer.body).ok().and_then(|text| text.strip_suffix('\n')?.parse().ok());
        match size.filter(|_| media_type.eq_ignore_ascii_case(SIZE)) {
            Some(theirs) if theirs > ours => Err(WitnessError::Ahead { theirs, ours }),
            Some(theirs) => Ok(Said::OtherSize(theirs)),
            None => Err(WitnessError::Status(409)),
        }
    }
}

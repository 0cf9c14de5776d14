//! Whose signatures count: the auditor's trust policy, and for want of it the keys that lie in the bag and prove nothing.

use super::container::Container;
use crate::ledger::{
    CheckpointError, NoteError, PublicKey, SignedCheckpoint, TrustError, TrustPolicy, Trusted, UnverifiedCheckpoint, VerifierKey,
};
use crate::limits::BAG_KEY_FILE_BYTES_MAX;

/// How far a checkpoint is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// By a key that the auditor trusts, with as many witnesses as the policy asks for.
    Trusted,
    /// By a key that the auditor trusts, with fewer witnesses.
    Unwitnessed,
    /// By a key that came with the bag.
    Unknown,
}

/// A checkpoint with a good signature of its log.
#[derive(Debug, Clone)]
pub(super) struct Believed {
    /// The checkpoint.
    pub(super) signed: SignedCheckpoint,
    /// How far.
    pub(super) standing: Standing,
    /// Witnesses whose cosignatures are good, with the times that they state, in seconds since 1970.
    pub(super) witnesses: Vec<(String, u64)>,
}

/// The keys that signatures are held against.
#[derive(Debug)]
pub(super) struct Keys {
    policy: Option<TrustPolicy>,
    /// Keys that lie in the bag.
    own: Vec<VerifierKey>,
}

impl Keys {
    /// The keys of the auditor, and those in the bag.
    pub(super) fn of(container: &Container, policy: Option<TrustPolicy>) -> Self {
        let files = container.under("keys/").filter(|(_, file)| file.name.ends_with(".vkey"));
        let own = files.flat_map(|(place, _)| keys_in(container, place)).collect();
        Self { policy, own }
    }

    /// Whether the auditor brought any.
    pub(super) fn has_policy(&self) -> bool {
        self.policy.is_some()
    }

    /// The trusted keys of a log; several while its key is being replaced.
    pub(super) fn trusted<'a>(&'a self, origin: &'a str) -> impl Iterator<Item = &'a VerifierKey> {
        self.all_trusted().filter(move |key| key.name() == origin)
    }

    /// All trusted keys of logs.
    pub(super) fn all_trusted(&self) -> impl Iterator<Item = &VerifierKey> {
        self.policy.iter().flat_map(TrustPolicy::logs)
    }

    /// The keys of a log that came with the bag.
    pub(super) fn unknown<'a>(&'a self, origin: &'a str) -> impl Iterator<Item = &'a VerifierKey> {
        self.own.iter().filter(move |key| key.name() == origin)
    }

    /// The present checkpoint of a log, by the policy with its witnesses.
    pub(super) fn believe(&self, claim: UnverifiedCheckpoint) -> Result<Believed, CheckpointError> {
        let evaluated = self.policy.as_ref().map(|policy| policy.evaluate(claim.clone()));
        match evaluated {
            None | Some(Err(TrustError::UnknownLog(_))) => {
                let (signed, _) = self.log_signed(claim)?;
                Ok(Believed { signed, standing: Standing::Unknown, witnesses: Vec::new() })
            }
            Some(Ok(Trusted { checkpoint, witnesses })) => Ok(Believed { signed: checkpoint, standing: Standing::Trusted, witnesses }),
            Some(Err(TrustError::Quorum { checkpoint, witnesses })) => {
                let witnesses = witnesses.into_iter().map(|name| (name, 0)).collect();
                Ok(Believed { signed: *checkpoint, standing: Standing::Unwitnessed, witnesses })
            }
            Some(Err(TrustError::Checkpoint(error))) => Err(error),
        }
    }

    /// An older checkpoint of a log, whoever has witnessed it; says whether the key is a trusted one.
    pub(super) fn log_signed(&self, claim: UnverifiedCheckpoint) -> Result<(SignedCheckpoint, bool), CheckpointError> {
        let origin = claim.claim().origin().to_owned();
        let trusted = self.trusted(&origin).map(|key| (key, true));
        for (key, is_trusted) in trusted.chain(self.unknown(&origin).map(|key| (key, false))) {
            match claim.clone().verify(key) {
                Ok(signed) => return Ok((signed, is_trusted)),
                Err(CheckpointError::Note(NoteError::NoKnownSignature)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(CheckpointError::Note(NoteError::NoKnownSignature))
    }
}

/// The keys of logs in a file with one key on a line. What cannot be read is no key; the manifests say whether the file is whole.
pub(super) fn keys_in(container: &Container, place: usize) -> Vec<VerifierKey> {
    let bytes = container.read(place, BAG_KEY_FILE_BYTES_MAX).unwrap_or_default();
    let lines = std::str::from_utf8(&bytes).unwrap_or_default().lines();
    lines.filter_map(|line| VerifierKey::parse(line).ok()).filter(|key| matches!(key.public_key(), PublicKey::Ed25519(_))).collect()
}

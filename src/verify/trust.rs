//! What the caller brings from outside: keys of ledgers, and checkpoints that somebody kept.

use std::path::Path;

use super::catalogue;
use super::report::Collector;
use crate::ledger::{CheckpointError, KeyError, ReceiptError, SignedCheckpoint, UnverifiedCheckpoint, UnverifiedReceipt, VerifierKey};
use crate::model::Digest;

/// Keys and checkpoints that do not come from the archive.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Trusted keys of ledgers; the name of a key is the origin of its ledger.
    pub log_keys: Vec<VerifierKey>,
    /// Checkpoints that the caller holds.
    pub known: Vec<Known>,
}

/// Why a file is not a checkpoint to compare with.
#[derive(Debug, thiserror::Error)]
#[error("{name} is neither a checkpoint ({checkpoint}) nor a receipt ({receipt})")]
pub struct KnownError {
    name: String,
    checkpoint: Box<CheckpointError>,
    receipt: Box<ReceiptError>,
}

/// A checkpoint that somebody kept, alone or inside a receipt. Its signature is checked when its ledger's key is known.
#[derive(Debug, Clone)]
pub struct Known {
    name: String,
    checkpoint: UnverifiedCheckpoint,
}

impl Known {
    /// Parses a checkpoint or a receipt; `name` says in findings which one it was.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, KnownError> {
        let checkpoint = UnverifiedCheckpoint::parse(bytes).or_else(|checkpoint| {
            let receipt = UnverifiedReceipt::parse(bytes);
            let refused = |receipt| KnownError { name: name.to_owned(), checkpoint: Box::new(checkpoint), receipt: Box::new(receipt) };
            receipt.map(|receipt| receipt.claimed_checkpoint().clone()).map_err(refused)
        })?;
        Ok(Self { name: name.to_owned(), checkpoint })
    }

    /// What it is called in findings.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What was kept. Nothing about it is verified.
    pub(super) fn checkpoint(&self) -> &UnverifiedCheckpoint {
        &self.checkpoint
    }

    /// The size that it claims.
    pub fn size(&self) -> u64 {
        self.checkpoint.claim().size()
    }

    /// The ledger that it claims to be about.
    pub fn origin(&self) -> &str {
        self.checkpoint.claim().origin()
    }
}

/// A ledger as it was recomputed, to be held against what the caller brought.
pub(super) struct Recomputed<'a> {
    pub(super) origin: &'a str,
    pub(super) size: u64,
    /// Our own note at that size, for the proof of a divergence.
    pub(super) note: Option<String>,
    /// The key that the archive itself signs with.
    pub(super) own_key: Option<&'a VerifierKey>,
}

impl Trust {
    /// Parses a key as `--log-key` takes it: the key itself, or the name of a file that holds it.
    pub fn parse_log_key(text: &str) -> Result<VerifierKey, KeyError> {
        let from_file = |error| match std::fs::read_to_string(Path::new(text)) {
            Ok(content) => VerifierKey::parse(content.trim_end()),
            Err(_) => Err(error),
        };
        VerifierKey::parse(text).or_else(from_file)
    }

    /// The trusted key of this ledger.
    pub(super) fn key_of(&self, origin: &str) -> Option<&VerifierKey> {
        self.log_keys.iter().find(|key| key.name() == origin)
    }

    /// Sizes of this ledger at which the root is needed.
    pub(super) fn sizes_of(&self, origin: &str) -> impl Iterator<Item = u64> {
        self.known.iter().filter(move |known| known.origin() == origin).map(Known::size)
    }

    /// Compares the key that the archive signs with against the trusted one.
    pub(super) fn check_key(&self, collector: &Collector, place: &str, ledger: &Recomputed<'_>) {
        match (self.key_of(ledger.origin), ledger.own_key) {
            (None, _) => {
                let text = format!("no trusted key was given for {}; whoever replaced everything would not be noticed", ledger.origin);
                collector.found(catalogue::NO_TRUSTED_KEY, place, text);
            }
            (Some(trusted), Some(own)) if trusted != own => {
                let text = format!("the trusted key of {} is {trusted}, the archive signs with {own}", ledger.origin);
                collector.found(catalogue::LOG_KEY_DIFFERS, place, text);
            }
            (Some(_), _) => {}
        }
    }

    /// Compares the checkpoints that the caller holds with the recomputed ledger; `root_at` knows the roots of the sizes asked for.
    pub(super) fn check_known(&self, collector: &Collector, place: &str, ledger: &Recomputed<'_>, root_at: impl Fn(u64) -> Option<Digest>) {
        for known in self.known.iter().filter(|known| known.origin() == ledger.origin) {
            let Some(signed) = self.authenticate(collector, place, known, ledger) else { continue };
            let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
            if size > ledger.size {
                let text = format!("{} has {size} entries, the ledger only {}: entries are missing", known.name, ledger.size);
                collector.found_with(catalogue::KNOWN_AHEAD, place, text, vec![("known", size), ("size", ledger.size)]);
            } else if root_at(size).is_some_and(|ours| ours != root) {
                let ours = ledger.note.as_deref().unwrap_or("(the archive's own note could not be made)");
                let text = format!("{} and the archive have different histories\n{}\n{ours}", known.name, signed.note());
                collector.found(catalogue::KNOWN_DIVERGED, place, text);
            }
        }
    }

    /// The checkpoint with its signature verified: by the trusted key, or for want of one by the archive's own.
    fn authenticate(&self, collector: &Collector, place: &str, known: &Known, ledger: &Recomputed<'_>) -> Option<SignedCheckpoint> {
        let key = self.key_of(ledger.origin).or(ledger.own_key)?;
        match known.checkpoint.clone().verify(key) {
            Ok(signed) => Some(signed),
            Err(error) => {
                collector.found(catalogue::KNOWN_UNUSABLE, place, format!("{}: {error}", known.name));
                None
            }
        }
    }

    /// Reports keys and checkpoints of ledgers that are not here.
    pub(super) fn check_unmatched(&self, collector: &Collector, origins: &[String]) {
        let here = |origin: &str| origins.iter().any(|known| known == origin);
        for key in self.log_keys.iter().filter(|key| !here(key.name())) {
            collector.found(catalogue::LOG_UNKNOWN, key.name(), "a trusted key was given for this ledger, which is not here");
        }
        for known in self.known.iter().filter(|known| !here(known.origin())) {
            let text = format!("{} is about a ledger that is not here", known.name);
            collector.found(catalogue::KNOWN_UNUSABLE, known.origin(), text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LogSigner;
    use crate::verify::Verdict;

    const ORIGIN: &str = "archive.example/ledger/00000001";

    fn signer(seed: u8) -> LogSigner {
        LogSigner::from_seed(ORIGIN, &[seed; 32]).unwrap()
    }

    fn known(seed: u8, size: u64, root: u8) -> Known {
        let note = signer(seed).sign(size, Digest([root; 32])).unwrap().note().to_string();
        Known::parse("yesterday", note.as_bytes()).unwrap()
    }

    /// The verdict on a ledger of 7 entries that is signed with key 1 and has the root 9 at every size.
    fn verdict(trust: &Trust) -> Verdict {
        let collector = Collector::default();
        let signer = signer(1);
        let note = signer.sign(7, Digest([9; 32])).unwrap().note().to_string();
        let ledger = Recomputed { origin: ORIGIN, size: 7, note: Some(note), own_key: Some(signer.verifier_key()) };
        trust.check_key(&collector, "ledger", &ledger);
        trust.check_known(&collector, "ledger", &ledger, |_| Some(Digest([9; 32])));
        trust.check_unmatched(&collector, &[ORIGIN.to_owned()]);
        collector.report().verdict
    }

    #[test]
    fn what_the_caller_brings_decides() {
        let own = vec![signer(1).verifier_key().clone()];
        let stranger = LogSigner::from_seed("elsewhere.example/ledger/1", &[1; 32]).unwrap().verifier_key().clone();
        let cases = [
            (own.clone(), vec![], Verdict::Verified),
            (own.clone(), vec![known(1, 5, 9)], Verdict::Verified),
            (vec![], vec![], Verdict::SelfConsistent),
            (vec![], vec![known(1, 5, 8)], Verdict::Diverged),
            (own.clone(), vec![known(1, 5, 8)], Verdict::Diverged),
            (own.clone(), vec![known(1, 8, 9)], Verdict::Incomplete),
            (own.clone(), vec![known(2, 5, 8)], Verdict::NotAnchored),
            (vec![signer(2).verifier_key().clone()], vec![], Verdict::Invalid),
            (vec![own[0].clone(), stranger], vec![], Verdict::NotAnchored),
        ];
        for (number, (log_keys, known, expected)) in cases.into_iter().enumerate() {
            assert_eq!(verdict(&Trust { log_keys, known }), expected, "case {number}");
        }
    }

    #[test]
    fn a_divergence_shows_both_notes() {
        let collector = Collector::default();
        let trust = Trust { log_keys: vec![], known: vec![known(1, 5, 8)] };
        let signer = signer(1);
        let note = signer.sign(7, Digest([9; 32])).unwrap().note().to_string();
        let ledger = Recomputed { origin: ORIGIN, size: 7, note: Some(note.clone()), own_key: Some(signer.verifier_key()) };
        trust.check_known(&collector, "ledger", &ledger, |_| Some(Digest([9; 32])));
        let text = &collector.report().findings[0].text;
        assert!(text.contains(&note) && text.contains("\n5\n"), "{text}");
    }

    #[test]
    fn what_is_not_a_checkpoint_is_refused() {
        let error = Known::parse("a.txt", b"hello").unwrap_err().to_string();
        assert!(error.starts_with("a.txt is neither a checkpoint"), "{error}");
    }
}

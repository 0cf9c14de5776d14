//! Trust policies of C2SP tlog-policy: which logs and witnesses somebody trusts, and how many witnesses must agree.
//!
//! This is the auditor's own file. Nothing that comes with an export can take its place.

use super::checkpoint::{CheckpointError, SignedCheckpoint, UnverifiedCheckpoint};
use super::policy_file::{Member, PolicyError, PolicyFile};
use super::vkey::VerifierKey;

/// Why a checkpoint is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// No log of the policy has this origin.
    #[error("the policy does not trust the log {0}")]
    UnknownLog(String),
    /// The log's signature is missing, or some known signature is wrong.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The log has signed, but not enough witnesses: verified, but not anchored.
    #[error("the log's signature is good, but the witnesses who cosigned ({}) are no quorum", .witnesses.join(", "))]
    Quorum {
        /// The checkpoint, good but for the witnesses.
        checkpoint: Box<SignedCheckpoint>,
        /// Key names of the witnesses whose cosignatures are good.
        witnesses: Vec<String>,
    },
}

/// A checkpoint that satisfies a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// Key names of the witnesses whose cosignatures are good, with the times they state, in seconds since 1970.
    pub witnesses: Vec<(String, u64)>,
}

/// A parsed trust policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    members: Vec<Member>,
    quorum: Option<usize>,
}

impl TrustPolicy {
    /// Parses a policy. URLs are accepted and ignored: verifying needs no network.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let PolicyFile { logs, witnesses, members, quorum } = PolicyFile::parse(bytes)?;
        Ok(Self { logs, witnesses, members, quorum })
    }

    /// The logs.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The witnesses.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }

    /// Accepts a checkpoint that one of the logs has signed and a quorum of witnesses has cosigned.
    pub fn evaluate(&self, checkpoint: UnverifiedCheckpoint) -> Result<Trusted, TrustError> {
        let origin = checkpoint.claim().origin().to_owned();
        let logs: Vec<&VerifierKey> = self.logs.iter().filter(|log| log.name() == origin).collect();
        if logs.is_empty() {
            return Err(TrustError::UnknownLog(origin));
        }
        let known = logs.iter().copied().chain(&self.witnesses);
        let good = checkpoint.note().verify(known).map_err(CheckpointError::from)?;
        // During the rotation of a log's key several logs have one name; any of them will do.
        let log = good.iter().find(|good| good.time_seconds.is_none()).map_or(logs[0], |good| good.key);
        let cosigned: Vec<bool> = self.witnesses.iter().map(|witness| good.iter().any(|good| good.key == witness)).collect();
        let witnesses: Vec<(String, u64)> =
            good.iter().filter_map(|good| good.time_seconds.map(|time| (good.key.name().to_owned(), time))).collect();
        let checkpoint = checkpoint.verify(log)?;
        if self.quorum.is_none_or(|quorum| self.satisfied(&cosigned)[quorum]) {
            return Ok(Trusted { checkpoint, witnesses });
        }
        let witnesses = witnesses.into_iter().map(|(name, _)| name).collect();
        Err(TrustError::Quorum { checkpoint: Box::new(checkpoint), witnesses })
    }

    /// Which members are satisfied; a member depends only on earlier ones.
    fn satisfied(&self, cosigned: &[bool]) -> Vec<bool> {
        let mut satisfied: Vec<bool> = Vec::with_capacity(self.members.len());
        for member in &self.members {
            let good = match member {
                Member::Witness(index) => cosigned[*index],
                Member::Group { threshold, members } => members.iter().filter(|member| satisfied[**member]).count() >= *threshold,
            };
            satisfied.push(good);
        }
        satisfied
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{cosignature_line, key, mutate, vectors};
    use crate::ledger::{NoteError, PolicyProblem};

    fn policy(lines: &str) -> Result<TrustPolicy, PolicyProblem> {
        let [log, first, second] = ["log", "witness_w1", "witness_w2"].map(|name| key(name).to_string());
        let text = lines.replace("$LOG", &log).replace("$W1", &first).replace("$W2", &second);
        TrustPolicy::parse(text.as_bytes()).map_err(|error| error.problem)
    }

    fn checkpoint(witnesses: &[&str]) -> UnverifiedCheckpoint {
        let vector = &vectors()["checkpoints"]["7"];
        let text = vector["text"].as_str().unwrap();
        let mut note = vector["note_log_only"].as_str().unwrap().to_owned();
        witnesses.iter().for_each(|witness| note.push_str(&cosignature_line(witness, 1_795_284_007, text)));
        UnverifiedCheckpoint::parse(note.as_bytes()).unwrap()
    }

    #[test]
    fn the_example_of_the_vectors() {
        let policy = TrustPolicy::parse(vectors()["trust_policy_example"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!((policy.logs(), policy.witnesses()), ([key("log")].as_slice(), [key("witness_w1"), key("witness_w2")].as_slice()));
        let cosigned = vectors()["checkpoints"]["7"]["note_cosigned"].as_str().unwrap();
        let trusted = policy.evaluate(UnverifiedCheckpoint::parse(cosigned.as_bytes()).unwrap()).unwrap();
        assert_eq!(trusted.witnesses.len(), 2);
        assert!(matches!(policy.evaluate(checkpoint(&[])), Err(TrustError::Quorum { .. })));
    }

    #[test]
    fn how_many_witnesses_must_agree() {
        let both = ["witness_w1", "witness_w2"];
        for (quorum, none, first, all) in [
            ("quorum none", true, true, true),
            ("witness a $W1\nwitness b $W2\nquorum none", true, true, true),
            ("witness a $W1\nwitness b $W2\nquorum a", false, true, true),
            ("witness a $W1\nwitness b $W2\nquorum b", false, false, true),
            ("witness a $W1\nwitness b $W2\ngroup g any a b\nquorum g", false, true, true),
            ("witness a $W1\nwitness b $W2\ngroup g all a b\nquorum g", false, false, true),
            ("witness a $W1\nwitness b $W2\ngroup g 1 a b\nquorum g", false, true, true),
            ("witness a $W1\nwitness b $W2\ngroup g 2 a b\nquorum g", false, false, true),
            ("witness a $W1\nwitness b $W2\ngroup g any a\ngroup h all g b\nquorum h", false, false, true),
        ] {
            let policy = policy(&format!("log $LOG\n{quorum}\n")).unwrap();
            for (witnesses, expected) in [(&both[..0], none), (&both[..1], first), (&both[..], all)] {
                assert_eq!(policy.evaluate(checkpoint(witnesses)).is_ok(), expected, "{quorum} with {witnesses:?}");
            }
        }
    }

    #[test]
    fn a_quorum_that_only_ml_dsa_could_give_is_never_reached() {
        let lines = format!("log $LOG\nwitness m {}\nquorum m\n", key("witness_m1_mldsa44"));
        let vector = &vectors()["checkpoints"]["7"];
        let line = vector["mldsa44"]["sig_line_one_valid_example"].as_str().unwrap().trim_end();
        let note = format!("{}{line}\n", vector["note_log_only"].as_str().unwrap());
        let evaluated = policy(&lines).unwrap().evaluate(UnverifiedCheckpoint::parse(note.as_bytes()).unwrap());
        assert!(matches!(evaluated, Err(TrustError::Quorum { .. })));
    }

    #[test]
    fn strangers_and_forgers() {
        let trusting = policy("log $LOG\nwitness a $W1\nquorum none\n").unwrap();
        let mut note = checkpoint(&["witness_w2"]).note().to_string();
        assert!(trusting.evaluate(UnverifiedCheckpoint::parse(note.as_bytes()).unwrap()).is_ok());
        let line = cosignature_line("witness_w1", 5, "another text\n");
        note.push_str(&line);
        let bad = NoteError::BadSignature(key("witness_w1").name().to_owned());
        let evaluated = trusting.evaluate(UnverifiedCheckpoint::parse(note.as_bytes()).unwrap());
        assert_eq!(evaluated, Err(TrustError::Checkpoint(CheckpointError::Note(bad))));
        let nobody = policy("quorum none\n").unwrap();
        assert_eq!(nobody.evaluate(checkpoint(&[])), Err(TrustError::UnknownLog(key("log").name().to_owned())));

        // A witness alone cannot stand in for the log.
        let text = vectors()["checkpoints"]["7"]["text"].as_str().unwrap();
        let only_witness = format!("{text}\n{}", cosignature_line("witness_w1", 5, text));
        let evaluated = trusting.evaluate(UnverifiedCheckpoint::parse(only_witness.as_bytes()).unwrap());
        assert_eq!(evaluated, Err(TrustError::Checkpoint(CheckpointError::Note(NoteError::NoKnownSignature))));
    }

    #[test]
    fn damaged_policies_never_panic() {
        let good = vectors()["trust_policy_example"].as_str().unwrap();
        mutate(good.as_bytes(), 20_000, 13, |bytes| {
            if let Ok(policy) = TrustPolicy::parse(bytes) {
                let _ = policy.satisfied(&vec![true; policy.witnesses.len()]);
            }
        });
    }
}

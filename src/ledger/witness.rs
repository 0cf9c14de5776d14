//! C2SP tlog-witness: what a log sends to a witness, and how a witness judges it.
//!
//! Deliberately absent: HTTP, the cosigning key, and the store. Whoever acts on [`Verdict::Cosign`] must store the new size and root
//! atomically with a check that the last ones are still what was judged, before the cosignature leaves.

use ring::digest::{SHA256, digest};

use super::checkpoint::{SignedCheckpoint, UnverifiedCheckpoint};
use super::proof::verify_growth;
use super::text::{parse_decimal, parse_hash, push_hash_line};
use super::vkey::VerifierKey;
use crate::limits::{ADD_CHECKPOINT_BYTES_MAX, PROOF_HASHES_MAX};
use crate::model::Digest;

/// The body of `POST <prefix>/add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size that the witness is believed to have cosigned last.
    pub old_size: u64,
    /// Consistency proof from there to the checkpoint.
    pub proof: Vec<Digest>,
    /// The new checkpoint.
    pub checkpoint: UnverifiedCheckpoint,
}

impl AddCheckpoint {
    /// Parses a body; `None` is answered with status 400.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > ADD_CHECKPOINT_BYTES_MAX {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let (old, mut body) = text.strip_prefix("old ")?.split_once('\n')?;
        let old_size = parse_decimal(old)?;
        let mut proof = Vec::new();
        loop {
            let (line, rest) = body.split_once('\n')?;
            body = rest;
            if line.is_empty() {
                break;
            }
            if proof.len() == PROOF_HASHES_MAX {
                return None;
            }
            proof.push(parse_hash(line)?);
        }
        let checkpoint = UnverifiedCheckpoint::parse(body.as_bytes()).ok()?;
        Some(Self { old_size, proof, checkpoint })
    }

    /// The body.
    pub fn encode(&self) -> String {
        let mut text = format!("old {}\n", self.old_size);
        self.proof.iter().for_each(|hash| push_hash_line(&mut text, hash));
        text.push('\n');
        text.push_str(&self.checkpoint.note().to_string());
        text
    }

    /// What a witness answers. `log` is the key that it knows for the origin, if any; `last` is the size and root that it cosigned
    /// last for it, size 0 and the empty root before the first time.
    pub fn judge(self, log: Option<&VerifierKey>, last: (u64, Digest)) -> Verdict {
        let Some(log) = log.filter(|log| log.name() == self.checkpoint.claim().origin()) else { return Verdict::UnknownLog };
        let Ok(signed) = self.checkpoint.verify(log) else { return Verdict::NotSigned };
        let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
        if self.old_size > size {
            return Verdict::Backwards;
        }
        let (last_size, last_root) = last;
        if self.old_size != last_size {
            return Verdict::OtherSize(last_size);
        }
        match verify_growth(last_size, size, &self.proof, &last_root, &root) {
            Ok(()) => Verdict::Cosign(signed),
            Err(_) => Verdict::Inconsistent,
        }
    }
}

/// A witness's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Store this checkpoint, then cosign it.
    Cosign(SignedCheckpoint),
    /// The origin is not known.
    UnknownLog,
    /// No good signature by the log.
    NotSigned,
    /// The old size is larger than the new one.
    Backwards,
    /// The old size is not the one that was cosigned last, which is this; the body of the answer is the size and a line feed.
    OtherSize(u64),
    /// The checkpoint does not extend the one that was cosigned last.
    Inconsistent,
}

impl Verdict {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosign(_) => 200,
            Self::Backwards => 400,
            Self::NotSigned => 403,
            Self::UnknownLog => 404,
            Self::OtherSize(_) => 409,
            Self::Inconsistent => 422,
        }
    }
}

/// Where, below a witness's monitoring prefix, the latest cosigned checkpoint of a log lies.
pub fn monitoring_path(origin: &str) -> String {
    format!("{}/checkpoint", hex::encode(digest(&SHA256, origin.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{cosignature_line, key, leaves, mth, mutate, vectors};
    use crate::ledger::{empty_root, prove_consistency};

    fn requests() -> &'static Vec<serde_json::Value> {
        vectors()["witness_add_checkpoint"].as_array().unwrap()
    }

    fn body(case: &serde_json::Value) -> &str {
        case["request_body"].as_str().unwrap()
    }

    fn seen(size: u64) -> (u64, Digest) {
        (size, mth(&leaves(size as usize)))
    }

    #[test]
    fn requests_and_answers_of_the_vectors() {
        let log = key("log");
        assert_eq!(requests().len(), 5);
        for case in requests() {
            let request = AddCheckpoint::parse(body(case).as_bytes()).unwrap();
            assert_eq!(request.encode(), body(case));
            let old = case["old"].as_u64().unwrap();
            assert_eq!(request.old_size, old);
            if old > 0 {
                let proof = prove_consistency(old, case["new"].as_u64().unwrap(), &mut crate::ledger::testing::Leaves(&leaves(300)));
                assert_eq!(proof, Ok(request.proof.clone()));
            }
            let last = case.get("state_of_witness").map_or(old, |size| size.as_u64().unwrap());
            let verdict = request.judge(Some(&log), seen(last));
            assert_eq!(verdict.status(), case["expected_status"]);
            match verdict {
                Verdict::Cosign(signed) => {
                    let answer = case["response_body_w1"].as_str().unwrap();
                    let witness = [key("witness_w1")];
                    let cosigned = signed.with_cosignatures(answer, &witness).unwrap();
                    let time = cosigned.note().verify(&witness).unwrap()[0].time_seconds.unwrap();
                    assert_eq!(cosignature_line("witness_w1", time, cosigned.note().text()), answer);
                }
                Verdict::OtherSize(size) => assert_eq!(format!("{size}\n"), case["response_body"].as_str().unwrap()),
                other => panic!("unexpected {other:?}"),
            }
        }
    }

    #[test]
    fn what_a_witness_refuses() {
        let log = key("log");
        let request = |number: usize| AddCheckpoint::parse(body(&requests()[number]).as_bytes()).unwrap();
        assert_eq!(request(0).judge(None, seen(0)), Verdict::UnknownLog);
        assert_eq!(request(0).judge(Some(&key("witness_w1")), seen(0)), Verdict::UnknownLog);
        let other_key = VerifierKey::new(log.name(), crate::ledger::PublicKey::Ed25519([9; 32])).unwrap();
        assert_eq!(request(0).judge(Some(&other_key), seen(0)), Verdict::NotSigned);
        assert_eq!(AddCheckpoint { old_size: 8, ..request(0) }.judge(Some(&log), seen(8)), Verdict::Backwards);
        assert_eq!(request(1).judge(Some(&log), seen(9)), Verdict::OtherSize(9));
        assert_eq!(request(1).judge(Some(&log), (7, empty_root())), Verdict::Inconsistent, "the log shows a second history");
        assert_eq!(request(3).judge(Some(&log), (300, empty_root())), Verdict::Inconsistent, "equal sizes, different roots");
        let with_proof = AddCheckpoint { proof: vec![empty_root()], ..request(0) };
        assert_eq!(with_proof.judge(Some(&log), seen(0)), Verdict::Inconsistent);
        for mut proof in [request(1).proof, request(2).proof] {
            proof.pop();
            assert_eq!(AddCheckpoint { proof, ..request(1) }.judge(Some(&log), seen(7)), Verdict::Inconsistent);
        }
    }

    #[test]
    fn the_monitoring_path_of_the_vectors() {
        let vector = &vectors()["witness_monitoring_path"];
        assert_eq!(monitoring_path(vector["origin"].as_str().unwrap()), vector["path"].as_str().unwrap());
    }

    #[test]
    fn damaged_requests_never_panic() {
        for (seed, case) in requests().iter().enumerate() {
            mutate(body(case).as_bytes(), 3_000, seed as u64, |bytes| {
                if let Some(request) = AddCheckpoint::parse(bytes) {
                    assert_eq!(request.encode().as_bytes(), bytes);
                }
            });
        }
        assert_eq!(AddCheckpoint::parse(&vec![b'x'; ADD_CHECKPOINT_BYTES_MAX + 1]), None);
    }
}

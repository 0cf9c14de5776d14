//! Receipts: C2SP tlog-proof, one file that proves without a network that an entry is in a log.
//!
//! The entry itself travels in the `extra` line, which nothing authenticates: it counts only because its hash, computed here, leads
//! to the root of the checkpoint. Index and proof come from the file, size and root from the verified checkpoint.

use super::checkpoint::{CheckpointError, SignedCheckpoint, UnverifiedCheckpoint};
use super::policy::{TrustError, TrustPolicy, Trusted};
use super::proof::{ProofError, verify_inclusion};
use super::text::{from_base64, parse_decimal, parse_hash, push_base64, push_hash_line};
use super::tree::leaf_hash;
use super::vkey::VerifierKey;
use crate::limits::{PROOF_HASHES_MAX, RECEIPT_BYTES_MAX};
use crate::model::{Digest, LedgerIndex};

/// First line of the file.
const HEADER: &str = "c2sp.org/tlog-proof@v1\n";

/// Room for a receipt about a document in a log of some million entries; a longer one grows.
const RECEIPT_BYTES_USUAL: usize = 3 << 10;

/// Why a receipt is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Longer than anything we read.
    #[error("a receipt has at most {RECEIPT_BYTES_MAX} bytes")]
    TooLong,
    /// Not the format tlog-proof; the text names the part.
    #[error("the receipt's {0} is malformed")]
    Form(&'static str),
    /// The checkpoint in it is refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is not one that the trust policy accepts.
    #[error(transparent)]
    Trust(TrustError),
    /// The receipt carries no entry, and none was given.
    #[error("the receipt does not carry its entry")]
    NoEntry,
    /// The entry is not in the log, or not there.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// Writes the receipt for an entry, after verifying that the proof leads from the entry to the checkpoint's root.
pub fn make_receipt(entry: &[u8], index: LedgerIndex, proof: &[Digest], checkpoint: &SignedCheckpoint) -> Result<String, ProofError> {
    let head = checkpoint.checkpoint();
    verify_inclusion(index.0, head.size(), &leaf_hash(entry), proof, &head.root())?;
    let mut text = String::with_capacity(RECEIPT_BYTES_USUAL);
    text.push_str(HEADER);
    text.push_str("extra ");
    push_base64(&mut text, entry);
    text.push_str("\nindex ");
    text.push_str(&index.0.to_string());
    text.push('\n');
    proof.iter().for_each(|hash| push_hash_line(&mut text, hash));
    text.push('\n');
    checkpoint.note().push_to(&mut text);
    Ok(text)
}

/// A well-formed receipt. Nothing in it has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedReceipt {
    extra: Option<Vec<u8>>,
    index: u64,
    proof: Vec<Digest>,
    checkpoint: UnverifiedCheckpoint,
}

impl UnverifiedReceipt {
    /// Parses a receipt strictly.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ReceiptError::Form("encoding"))?;
        let body = text.strip_prefix(HEADER).ok_or(ReceiptError::Form("first line"))?;
        let (extra, body) = match body.strip_prefix("extra ") {
            Some(rest) => {
                let (extra, rest) = rest.split_once('\n').ok_or(ReceiptError::Form("extra line"))?;
                (Some(from_base64(extra).ok_or(ReceiptError::Form("extra line"))?), rest)
            }
            None => (None, body),
        };
        let index = body.strip_prefix("index ").and_then(|rest| rest.split_once('\n')).ok_or(ReceiptError::Form("index line"))?;
        let (index, mut body) = (parse_decimal(index.0).ok_or(ReceiptError::Form("index line"))?, index.1);
        let mut proof = Vec::new();
        loop {
            let (line, rest) = body.split_once('\n').ok_or(ReceiptError::Form("proof"))?;
            body = rest;
            if line.is_empty() {
                break;
            }
            if proof.len() == PROOF_HASHES_MAX {
                return Err(ReceiptError::Form("proof"));
            }
            proof.push(parse_hash(line).ok_or(ReceiptError::Form("proof"))?);
        }
        let checkpoint = UnverifiedCheckpoint::parse(body.as_bytes())?;
        Ok(Self { extra, index, proof, checkpoint })
    }

    /// The entry that the receipt claims to be about.
    pub fn claimed_entry(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The index that it claims.
    pub fn claimed_index(&self) -> LedgerIndex {
        LedgerIndex(self.index)
    }

    /// The proof that it claims, the leaf's sibling first.
    pub fn claimed_proof(&self) -> &[Digest] {
        &self.proof
    }

    /// The checkpoint that it claims.
    pub fn claimed_checkpoint(&self) -> &UnverifiedCheckpoint {
        &self.checkpoint
    }

    /// Verifies the receipt with the key of its log, for the entry that it carries.
    pub fn verify(self, log: &VerifierKey) -> Result<VerifiedReceipt, ReceiptError> {
        let entry = self.extra.clone().ok_or(ReceiptError::NoEntry)?;
        self.verify_entry(&entry, log)
    }

    /// Verifies the receipt with the key of its log, for an entry that the caller has; what the receipt carries does not matter.
    pub fn verify_entry(self, entry: &[u8], log: &VerifierKey) -> Result<VerifiedReceipt, ReceiptError> {
        let checkpoint = self.checkpoint.verify(log)?;
        prove(entry, self.index, &self.proof, checkpoint)
    }

    /// Verifies the receipt against a trust policy, for the entry that it carries.
    pub fn verify_with_policy(self, policy: &TrustPolicy) -> Result<VerifiedReceipt, ReceiptError> {
        let entry = self.extra.ok_or(ReceiptError::NoEntry)?;
        let Trusted { checkpoint, .. } = policy.evaluate(self.checkpoint).map_err(ReceiptError::Trust)?;
        prove(&entry, self.index, &self.proof, checkpoint)
    }
}

fn prove(entry: &[u8], index: u64, proof: &[Digest], checkpoint: SignedCheckpoint) -> Result<VerifiedReceipt, ReceiptError> {
    let head = checkpoint.checkpoint();
    verify_inclusion(index, head.size(), &leaf_hash(entry), proof, &head.root())?;
    Ok(VerifiedReceipt { entry: entry.to_vec(), index: LedgerIndex(index), checkpoint })
}

/// An entry that is in a log. Whether it is about what the reader believes is said by the entry alone: open it and compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedReceipt {
    /// The bytes of the entry.
    pub entry: Vec<u8>,
    /// Its place in the log.
    pub index: LedgerIndex,
    /// The checkpoint that covers it.
    pub checkpoint: SignedCheckpoint,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{key, leaf_entry, leaves, mutate, path_by_recursion, seed, vectors};
    use crate::ledger::{LogSigner, NoteError};

    fn receipts() -> Vec<(String, String)> {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let sample = &vectors()["sample_ledger"];
        let mut receipts: Vec<_> =
            vectors()["tlog_proofs"].as_array().unwrap().iter().map(|case| (text(&case["entry_utf8"]), text(&case["proof"]))).collect();
        receipts.push((text(&sample["entries_utf8"][1]), text(&sample["receipt_for_index_1"])));
        receipts
    }

    #[test]
    fn receipts_of_the_vectors() {
        let log = key("log");
        for (entry, text) in receipts() {
            let parsed = UnverifiedReceipt::parse(text.as_bytes()).unwrap();
            let verified = parsed.clone().verify_entry(entry.as_bytes(), &log).unwrap();
            assert_eq!(verified.index, parsed.claimed_index());
            match parsed.claimed_entry() {
                None => assert_eq!(parsed.clone().verify(&log), Err(ReceiptError::NoEntry)),
                Some(extra) => {
                    assert_eq!(extra, entry.as_bytes());
                    assert_eq!(parsed.clone().verify(&log), Ok(verified.clone()));
                    let again = make_receipt(extra, verified.index, &parsed.proof, &verified.checkpoint);
                    assert_eq!(again, Ok(text));
                }
            }
            let other = parsed.clone().verify_entry(b"another entry", &log);
            assert_eq!(other, Err(ReceiptError::Proof(ProofError::Root)));
            assert!(parsed.verify_entry(entry.as_bytes(), &key("witness_w1")).is_err());
        }
    }

    #[test]
    fn no_receipt_is_made_that_would_not_verify() {
        let signer = LogSigner::from_seed("archive.example/ledger/5f0c9e7a", &seed("log")).unwrap();
        let leaves = leaves(7);
        let checkpoint = signer.sign(7, crate::ledger::testing::mth(&leaves)).unwrap();
        let proof = path_by_recursion(3, &leaves);
        assert!(make_receipt(&leaf_entry(3), LedgerIndex(3), &proof, &checkpoint).is_ok());
        assert_eq!(make_receipt(&leaf_entry(4), LedgerIndex(3), &proof, &checkpoint), Err(ProofError::Root));
        assert!(make_receipt(&leaf_entry(3), LedgerIndex(4), &proof, &checkpoint).is_err());
        assert!(make_receipt(&leaf_entry(3), LedgerIndex(3), &proof[1..], &checkpoint).is_err());
    }

    #[test]
    fn other_forms_are_no_receipts() {
        let (_, good) = receipts().remove(1);
        for (from, to, part) in [
            ("proof@v1", "proof@v2", "first line"),
            ("extra b", "extra  b", "extra line"),
            ("extra bGVhZi0z", "extra bGVhZi0", "extra line"),
            ("extra bGVhZi0z", "Extra bGVhZi0z", "index line"),
            ("index 3", "index 03", "index line"),
            ("index 3", "index -3", "index line"),
            ("index 3", "index 3 ", "index line"),
            ("index 3", "index 18446744073709551616", "index line"),
            ("/KifV8n4", "/KifV8n", "proof"),
            ("Momc=\n", "Momc=\r\n", "proof"),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_eq!(UnverifiedReceipt::parse(bad.as_bytes()), Err(ReceiptError::Form(part)), "{to}");
        }
        let many = good.replacen("index 3\n", &format!("index 3\n{}", "/KifV8n4yOtAR6f/nTM6z54PM4SyCyVbzqsPIW3Momc=\n".repeat(61)), 1);
        assert_eq!(UnverifiedReceipt::parse(many.as_bytes()), Err(ReceiptError::Form("proof")));
        assert_eq!(UnverifiedReceipt::parse(&vec![b'x'; RECEIPT_BYTES_MAX + 1]), Err(ReceiptError::TooLong));
        let unsigned = good.split("\u{2014} ").next().unwrap();
        let form = ReceiptError::Checkpoint(CheckpointError::Note(NoteError::Form));
        assert_eq!(UnverifiedReceipt::parse(unsigned.as_bytes()), Err(form));
    }

    #[test]
    fn damaged_receipts_never_panic_and_never_prove_anything_else() {
        let log = key("log");
        for (seed, (entry, good)) in receipts().into_iter().enumerate() {
            let honest = UnverifiedReceipt::parse(good.as_bytes()).unwrap().verify_entry(entry.as_bytes(), &log).unwrap();
            mutate(good.as_bytes(), 4_000, seed as u64, |bytes| {
                let Ok(parsed) = UnverifiedReceipt::parse(bytes) else { return };
                if let Ok(verified) = parsed.verify(&log) {
                    assert_eq!((&verified.entry, verified.index), (&honest.entry, honest.index));
                    assert_eq!(verified.checkpoint.checkpoint(), honest.checkpoint.checkpoint());
                }
            });
        }
    }
}

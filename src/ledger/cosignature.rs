//! Cosignatures of C2SP tlog-cosignature: a witness states that at some time this was the largest consistent tree it had seen.

use super::checkpoint::Checkpoint;
use super::note::is_signed;
use super::vkey::{ED25519_KEY_BYTES, is_key_name};

/// Bytes of an ML-DSA-44 signature (FIPS 204).
const ML_DSA_44_SIGNATURE_BYTES: usize = 2420;
/// Bytes of the time in front of a signature, big-endian seconds since 1970.
const TIME_BYTES: usize = 8;
/// Separates the messages of ML-DSA cosignatures from everything else that such a key may sign.
const SUBTREE_LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// What an Ed25519 cosigner signs: a header, the time, and the whole text of the checkpoint.
pub fn ed25519_cosignature_message(time_seconds: u64, checkpoint_text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {time_seconds}\n{checkpoint_text}").into_bytes()
}

/// What an ML-DSA-44 cosigner called `cosigner` signs for a checkpoint, or `None` if its name cannot be a key's name.
///
/// This program builds the message, so that it can be handed to a verifier, but cannot check the signature itself.
pub fn ml_dsa_44_cosignature_message(cosigner: &str, time_seconds: u64, checkpoint: &Checkpoint) -> Option<Vec<u8>> {
    let origin = checkpoint.origin();
    let good = is_key_name(cosigner);
    let (cosigner_length, origin_length) = (u8::try_from(cosigner.len()).ok()?, u8::try_from(origin.len()).ok()?);
    let (start, root) = (0_u64, checkpoint.root());
    let parts: [&[u8]; 9] = [
        SUBTREE_LABEL,
        &[cosigner_length],
        cosigner.as_bytes(),
        &time_seconds.to_be_bytes(),
        &[origin_length],
        origin.as_bytes(),
        &start.to_be_bytes(),
        &checkpoint.size().to_be_bytes(),
        root.as_bytes(),
    ];
    good.then(|| parts.concat())
}

/// The time that a signature line states, if its Ed25519 cosignature is good. A checkpoint is never cosigned at time 0.
pub(super) fn verify_ed25519(key: &[u8; ED25519_KEY_BYTES], checkpoint_text: &str, line: &[u8]) -> Option<u64> {
    let (time, signature) = split_time(line)?;
    is_signed(key, &ed25519_cosignature_message(time, checkpoint_text), signature).then_some(time)
}

/// Whether a signature line has the shape of an ML-DSA-44 cosignature.
pub(super) fn is_ml_dsa_44(line: &[u8]) -> bool {
    split_time(line).is_some_and(|(_, signature)| signature.len() == ML_DSA_44_SIGNATURE_BYTES)
}

fn split_time(line: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = line.split_first_chunk::<TIME_BYTES>()?;
    let time = u64::from_be_bytes(*time);
    (1..=i64::MAX as u64).contains(&time).then_some((time, signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::note::{Note, NoteError};
    use crate::ledger::testing::{cosignature_line, key, vectors};

    #[test]
    fn cosigned_checkpoints_of_the_vectors() {
        let (log, first, second) = (key("log"), key("witness_w1"), key("witness_w2"));
        for (size, checkpoint) in vectors()["checkpoints"].as_object().unwrap() {
            let text = checkpoint["text"].as_str().unwrap();
            let cosigned = checkpoint["note_cosigned"].as_str().unwrap();
            let note = Note::parse(cosigned.as_bytes()).unwrap();
            let good = note.verify([&log, &first, &second]).unwrap();
            let times: Vec<Option<u64>> = good.iter().map(|good| good.time_seconds).collect();
            let time = times[1].unwrap();
            assert_eq!(times, [None, Some(time), Some(time + 1)], "size {size}");
            assert_eq!(ed25519_cosignature_message(time, text), checkpoint["cosigned_message_w1"].as_str().unwrap().as_bytes());

            let again = [
                checkpoint["note_log_only"].as_str().unwrap().to_owned(),
                cosignature_line("witness_w1", time, text),
                cosignature_line("witness_w2", time + 1, text),
            ];
            assert_eq!(again.concat(), cosigned, "Ed25519 gives the same bytes again");
        }
    }

    #[test]
    fn ml_dsa_cosignatures_are_recognised_but_never_count() {
        let (log, witness) = (key("log"), key("witness_m1_mldsa44"));
        let mut tried = 0;
        for checkpoint in vectors()["checkpoints"].as_object().unwrap().values() {
            let Some(vector) = checkpoint.get("mldsa44").filter(|vector| !vector.is_null()) else { continue };
            tried += 1;
            let line = vector["sig_line_one_valid_example"].as_str().unwrap();
            let line = format!("{}\n", line.trim_end());
            let note = Note::parse([checkpoint["note_log_only"].as_str().unwrap(), &line].concat().as_bytes()).unwrap();
            let signature = &note.signatures()[1];
            assert_eq!((signature.name.as_str(), signature.id), (witness.name(), witness.id()));
            assert!(is_ml_dsa_44(&signature.signature));
            assert_eq!(note.verify([&log, &witness]).map(|good| good.len()), Ok(1), "only the log's signature counts");
            assert_eq!(note.verify([&witness]), Err(NoteError::NoKnownSignature));

            let (time, _) = split_time(&signature.signature).unwrap();
            let claimed = Checkpoint::parse(note.text()).unwrap();
            let message = ml_dsa_44_cosignature_message(&signature.name, time, &claimed).unwrap();
            assert_eq!(hex::encode(message), vector["cosigned_message_hex"].as_str().unwrap());
        }
        assert!(tried > 0);
        let short = "\u{2014} witness.example/m1 RjKQwgAAAABrAdwnUUg19Q==\n";
        let note = vectors()["checkpoints"]["7"]["note_log_only"].as_str().unwrap();
        let note = Note::parse([note, short].concat().as_bytes()).unwrap();
        assert_eq!(note.verify([&log, &witness]), Err(NoteError::BadSignature(witness.name().to_owned())));
    }

    #[test]
    fn another_time_or_time_zero_is_refused() {
        let text = vectors()["checkpoints"]["7"]["text"].as_str().unwrap();
        let witness = key("witness_w1");
        let note = |line: &str| Note::parse(format!("{text}\n{line}").as_bytes()).unwrap();
        assert!(note(&cosignature_line("witness_w1", 1_795_284_007, text)).verify([&witness]).is_ok());
        for time in [0, u64::MAX] {
            let line = cosignature_line("witness_w1", time, text);
            assert_eq!(note(&line).verify([&witness]), Err(NoteError::BadSignature(witness.name().to_owned())));
        }
        let mut later = note(&cosignature_line("witness_w1", 1_795_284_007, text)).signatures()[0].signature.clone();
        later[7] ^= 1;
        let crate::ledger::PublicKey::CosignatureEd25519(public) = witness.public_key() else { panic!("a witness key") };
        assert_eq!(verify_ed25519(public, text, &later), None);
    }
}

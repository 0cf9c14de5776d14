//! The key of a witness, and the only place that cosigns with it.

use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::checkpoint::{CheckpointError, SignedCheckpoint};
use super::cosignature::ed25519_cosignature_message;
use super::note::{NoteError, NoteSignature};
use super::signer::SEED_BYTES;
use super::text::{from_base64, to_base64};
use super::vkey::{KeyError, PublicKey, VerifierKey};

/// What the text of a private key starts with, in the form of Go's `x/mod/sumdb/note`.
const PRIVATE: &str = "PRIVATE+KEY+";
/// Type byte in front of the seed of an Ed25519 key that cosigns.
const TYPE_COSIGNATURE_ED25519: u8 = 0x04;

/// Cosigns checkpoints of any log.
///
/// That sizes only grow and that no second history is cosigned is the caller's promise: this type remembers nothing.
pub struct Cosigner {
    key: VerifierKey,
    pair: Ed25519KeyPair,
}

impl Cosigner {
    /// The cosigner called `name`.
    pub fn from_seed(name: &str, seed: &[u8; SEED_BYTES]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed of 32 bytes must give a key");
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Length)?;
        Ok(Self { key: VerifierKey::new(name, PublicKey::CosignatureEd25519(public))?, pair })
    }

    /// Parses `PRIVATE+KEY+<name>+<id>+<Base64 of type and seed>`; the id must follow from the rest.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, rest) = text.strip_prefix(PRIVATE).and_then(|rest| rest.split_once('+')).ok_or(KeyError::Form)?;
        let (id, key) = rest.split_once('+').ok_or(KeyError::Form)?;
        let bytes = zeroize::Zeroizing::new(from_base64(key).ok_or(KeyError::Form)?);
        let seed = match bytes.split_first() {
            Some((&TYPE_COSIGNATURE_ED25519, seed)) => seed.try_into().map_err(|_| KeyError::Length)?,
            Some((&other, _)) => return Err(KeyError::Type(other)),
            None => return Err(KeyError::Form),
        };
        let cosigner = Self::from_seed(name, seed)?;
        if cosigner.key.id().to_string() == id { Ok(cosigner) } else { Err(KeyError::Id) }
    }

    /// The private key of this name and seed as text: whoever has it can cosign.
    pub fn encode(name: &str, seed: &[u8; SEED_BYTES]) -> Result<zeroize::Zeroizing<String>, KeyError> {
        let key = Self::from_seed(name, seed)?.key;
        let bytes = zeroize::Zeroizing::new([&[TYPE_COSIGNATURE_ED25519], seed.as_slice()].concat());
        Ok(zeroize::Zeroizing::new(format!("{PRIVATE}{name}+{}+{}", key.id(), to_base64(&bytes))))
    }

    /// The public key, for configurations and trust files.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }

    /// Cosigns a checkpoint at a time, in seconds since 1970, and verifies the cosignature before it returns both: the checkpoint with
    /// our line, and our line alone. The checkpoint must not have a line of ours yet.
    pub fn cosign(&self, checkpoint: &SignedCheckpoint, time_seconds: u64) -> Result<(SignedCheckpoint, String), CheckpointError> {
        let signature = self.pair.sign(&ed25519_cosignature_message(time_seconds, checkpoint.note().text()));
        let signature = [time_seconds.to_be_bytes().as_slice(), signature.as_ref()].concat();
        let line = NoteSignature { name: self.key.name().to_owned(), id: self.key.id(), signature }.to_line();
        let cosigned = checkpoint.with_cosignatures(&line, std::slice::from_ref(&self.key))?;
        match cosigned.note().verify([&self.key])?.first() {
            Some(good) if good.time_seconds == Some(time_seconds) => Ok((cosigned, line)),
            _ => Err(NoteError::BadSignature(self.key.name().to_owned()).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::UnverifiedCheckpoint;
    use crate::ledger::testing::{cosignature_line, key, seed, vectors};

    #[test]
    fn the_vectors_cosignatures_come_out_byte_for_byte() {
        let vector = &vectors()["keys"]["witness_w1"];
        let cosigner = Cosigner::from_seed(vector["name"].as_str().unwrap(), &seed("witness_w1")).unwrap();
        assert_eq!(cosigner.verifier_key().to_string(), vector["vkey"].as_str().unwrap());
        for case in vectors()["witness_add_checkpoint"].as_array().unwrap() {
            let Some(answer) = case.get("response_body_w1").and_then(|answer| answer.as_str()) else { continue };
            let request = crate::ledger::AddCheckpoint::parse(case["request_body"].as_str().unwrap().as_bytes()).unwrap();
            let signed = request.checkpoint.verify(&key("log")).unwrap();
            let time = signed.with_cosignatures(answer, &[key("witness_w1")]).unwrap();
            let time = time.note().verify([&key("witness_w1")]).unwrap()[0].time_seconds.unwrap();
            let (cosigned, line) = cosigner.cosign(&signed, time).unwrap();
            assert_eq!(line, answer);
            assert!(cosigner.cosign(&cosigned, time + 1).is_err(), "two lines of one key");
            let (again, second) = cosigner.cosign(&cosigned.only_by(&key("log")), time + 1).unwrap();
            assert_eq!(second, cosignature_line("witness_w1", time + 1, signed.note().text()));
            assert_eq!(again.note().signatures().len(), cosigned.note().signatures().len());
            let parsed = UnverifiedCheckpoint::parse(again.note().to_string().as_bytes()).unwrap().verify(&key("log")).unwrap();
            assert_eq!(parsed, again);
        }
    }

    #[test]
    fn time_zero_is_never_stated() {
        let cosigner = Cosigner::from_seed("w", &[1; SEED_BYTES]).unwrap();
        let note = vectors()["checkpoints"]["7"]["note_log_only"].as_str().unwrap();
        let signed = UnverifiedCheckpoint::parse(note.as_bytes()).unwrap().verify(&key("log")).unwrap();
        assert!(cosigner.cosign(&signed, 0).is_err());
    }

    #[test]
    fn private_keys_are_read_as_they_were_written() {
        let text = Cosigner::encode("witness.example/w", &[7; SEED_BYTES]).unwrap();
        let cosigner = Cosigner::parse(&text).unwrap();
        assert_eq!(cosigner.verifier_key(), Cosigner::from_seed("witness.example/w", &[7; SEED_BYTES]).unwrap().verifier_key());
        for (bad, error) in [
            (String::new(), KeyError::Form),
            (text.replace("PRIVATE+KEY+", ""), KeyError::Form),
            (text.replace("example/w", "example/v"), KeyError::Id),
            (text[..text.len() - 4].to_owned(), KeyError::Length),
            (text.replace("+BAcH", "+AQcH"), KeyError::Type(1)),
        ] {
            assert_eq!(Cosigner::parse(&bad).err(), Some(error), "{bad}");
        }
        assert_eq!(Cosigner::encode("two words", &[7; SEED_BYTES]).err(), Some(KeyError::Name));
    }
}

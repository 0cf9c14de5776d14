//! Which objects of a token mean which slot, and in which order they come and go.
//!
//! An epoch is a pair: a secret key that never leaves the token, and a record with the epoch key encrypted under it. The two are found
//! again by a random id that both have. Of two pairs the one with the lower number is current and the other one is staged.
//!
//! ```text
//! stage    make key, put record       a key without a record, or a record without a key, is nothing
//! promote  destroy the older key      the point of no return, one command; then its record
//! clear    destroy the newer key of two, and whatever is not part of a pair
//!
//! record
//! offset bytes field
//!   0      8   magic  "AKTFP111"
//!   8      8   epoch  big-endian
//!  16     16   id
//!  32     16   initialisation vector
//!  48     32   AES-256-CBC(token key, vector, epoch key)
//!  80     32   SHA-256 of bytes 0..80
//! ```
//! CBC because every token has it; each key encrypts one value of two random blocks, and a changed value is noticed as an epoch key that
//! opens no root file. The first epoch of all counts as current as soon as it is staged: there is nothing before it.

use zeroize::Zeroizing;

use crate::keys::KeyError;
use crate::keys::root_of_trust::{Assurance, Epoch, RootOfTrust, Slots};
use crate::keys::secret::{SECRET_BYTES, UsedKey};
use crate::keys::state::sha256;
use crate::sys::random;

const MAGIC: &[u8; 8] = b"AKTFP111";
const EPOCH_AT: usize = 8;
const ID_AT: usize = 16;
const VECTOR_AT: usize = 32;
const SEALED_AT: usize = 48;
const CHECKSUM_AT: usize = 80;
const RECORD_BYTES: usize = 112;

/// What ties a key to its record.
pub(crate) type Id = [u8; 16];

/// The few things that a token does. Each takes effect as a whole or not at all, and is durable when it returns.
pub(crate) trait Token: Send + Sync {
    /// Where it is, for messages.
    fn place(&self) -> String;
    /// The ids of our keys.
    fn keys(&self) -> Result<Vec<Id>, KeyError>;
    /// Our records.
    fn records(&self) -> Result<Vec<Vec<u8>>, KeyError>;
    /// Makes a key inside the token that cannot be taken out or copied.
    fn make_key(&self, id: &Id) -> Result<(), KeyError>;
    /// Destroys a key: the erasure.
    fn destroy_key(&self, id: &Id) -> Result<(), KeyError>;
    /// Stores a record.
    fn put_record(&self, id: &Id, record: &[u8]) -> Result<(), KeyError>;
    /// Removes the records with this id.
    fn remove_record(&self, id: &Id) -> Result<(), KeyError>;
    /// AES-256-CBC without padding.
    fn encrypt(&self, id: &Id, vector: &[u8; 16], key: &[u8; SECRET_BYTES]) -> Result<Vec<u8>, KeyError>;
    /// Undoes [`Token::encrypt`].
    fn decrypt(&self, id: &Id, vector: &[u8; 16], sealed: &[u8; SECRET_BYTES]) -> Result<Zeroizing<Vec<u8>>, KeyError>;
}

/// A root of trust in a token.
pub(crate) struct TokenRoot<T>(T);

struct Record {
    epoch: u64,
    id: Id,
    vector: [u8; 16],
    sealed: [u8; SECRET_BYTES],
}

impl<T: Token> TokenRoot<T> {
    /// Takes a token as it is.
    pub(crate) fn open(token: T) -> Result<Self, KeyError> {
        let root = Self(token);
        root.load()?;
        Ok(root)
    }

    /// Takes a token that holds no epoch.
    pub(crate) fn create(token: T) -> Result<Self, KeyError> {
        let root = Self(token);
        if root.pairs()?.is_empty() { Ok(root) } else { Err(KeyError::AlreadyCreated { place: root.place() }) }
    }

    /// The complete pairs, the older one first.
    fn pairs(&self) -> Result<Vec<Record>, KeyError> {
        let (keys, records) = (self.0.keys()?, self.0.records()?);
        let mut pairs = Vec::new();
        for bytes in &records {
            let record = decode(bytes).map_err(|what| KeyError::Damaged { file: self.place(), what })?;
            if keys.contains(&record.id) {
                pairs.push(record);
            }
        }
        pairs.sort_by_key(|record| record.epoch);
        match pairs.as_slice() {
            [] | [_] => Ok(pairs),
            [current, staged] if current.epoch < staged.epoch => Ok(pairs),
            _ => Err(KeyError::Damaged { file: self.place(), what: "it holds more epochs than a current and a staged one" }),
        }
    }

    fn open_record(&self, record: &Record) -> Result<Epoch, KeyError> {
        let plain = self.0.decrypt(&record.id, &record.vector, &record.sealed)?;
        let key: &[u8; SECRET_BYTES] = plain.as_slice().try_into().map_err(|_| self.device("it decrypts to another length"))?;
        Ok(Epoch { number: record.epoch, key: UsedKey::from_bytes(key) })
    }

    /// Ends a pair: first the key, whose end is the point, then what is noise without it.
    fn destroy(&self, id: &Id) -> Result<(), KeyError> {
        self.0.destroy_key(id)?;
        if self.0.keys()?.contains(id) {
            return Err(self.device("a key is still there after it was destroyed"));
        }
        self.0.remove_record(id)
    }

    /// Removes the staged pair and whatever is not part of a pair.
    fn sweep(&self) -> Result<(), KeyError> {
        let pairs = self.pairs()?;
        for staged in pairs.iter().skip(1) {
            self.destroy(&staged.id)?;
        }
        let current = pairs.first().map(|record| record.id);
        for id in self.0.keys()?.into_iter().filter(|id| Some(*id) != current) {
            self.0.destroy_key(&id)?;
        }
        for bytes in self.0.records()? {
            let record = decode(&bytes).map_err(|what| KeyError::Damaged { file: self.place(), what })?;
            if Some(record.id) != current {
                self.0.remove_record(&record.id)?;
            }
        }
        Ok(())
    }

    fn device(&self, what: &str) -> KeyError {
        KeyError::Device { place: self.place(), what: what.to_owned() }
    }
}

impl<T: Token> RootOfTrust for TokenRoot<T> {
    fn place(&self) -> String {
        self.0.place()
    }

    fn load(&self) -> Result<Slots, KeyError> {
        let pairs = self.pairs()?;
        let mut epochs = pairs.iter().map(|record| self.open_record(record));
        Ok(Slots { current: epochs.next().transpose()?, staged: epochs.next().transpose()? })
    }

    fn stage(&self, epoch: &Epoch) -> Result<(), KeyError> {
        self.sweep()?;
        if let Some(current) = self.pairs()?.first().filter(|current| current.epoch >= epoch.number) {
            return Err(KeyError::SlotsDisagree { place: self.place(), current: current.epoch, staged: epoch.number });
        }
        let (id, vector): (Id, [u8; 16]) = (random::bytes(), random::bytes());
        self.0.make_key(&id)?;
        let sealed = self.0.encrypt(&id, &vector, epoch.key.secret().bytes())?;
        let sealed = sealed.as_slice().try_into().map_err(|_| self.device("it encrypts to another length"))?;
        let record = Record { epoch: epoch.number, id, vector, sealed };
        self.0.put_record(&id, &encode(&record))?;
        match self.pairs()?.iter().find(|pair| pair.id == id) {
            Some(pair) if self.open_record(pair)?.is_same(epoch) => Ok(()),
            _ => Err(KeyError::Damaged { file: self.place(), what: "what was read back is not what was written" }),
        }
    }

    fn promote(&self) -> Result<(), KeyError> {
        match self.pairs()?.as_slice() {
            [] => Err(KeyError::NotCreated { place: self.place() }),
            // The first epoch, or a promotion that is being repeated.
            [_] => Ok(()),
            [current, ..] => self.destroy(&current.id),
        }
    }

    fn clear_stage(&self) -> Result<(), KeyError> {
        self.sweep()
    }

    /// On the condition that no backup, clone or snapshot of the token holds the key; whoever prints a certificate states it.
    fn assurance(&self) -> Assurance {
        Assurance::A
    }
}

fn encode(record: &Record) -> [u8; RECORD_BYTES] {
    let mut bytes = [0; RECORD_BYTES];
    bytes[..EPOCH_AT].copy_from_slice(MAGIC);
    bytes[EPOCH_AT..ID_AT].copy_from_slice(&record.epoch.to_be_bytes());
    bytes[ID_AT..VECTOR_AT].copy_from_slice(&record.id);
    bytes[VECTOR_AT..SEALED_AT].copy_from_slice(&record.vector);
    bytes[SEALED_AT..CHECKSUM_AT].copy_from_slice(&record.sealed);
    let checksum = sha256(&bytes[..CHECKSUM_AT]);
    bytes[CHECKSUM_AT..].copy_from_slice(checksum.as_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Result<Record, &'static str> {
    let bytes: &[u8; RECORD_BYTES] = bytes.try_into().map_err(|_| "a record does not have 112 bytes")?;
    if sha256(&bytes[..CHECKSUM_AT]).as_bytes() != &bytes[CHECKSUM_AT..] {
        return Err("the checksum of a record is wrong");
    }
    if bytes[..EPOCH_AT] != *MAGIC {
        return Err("the format of a record is unknown to this version");
    }
    let mut record = Record { epoch: 0, id: [0; 16], vector: [0; 16], sealed: [0; SECRET_BYTES] };
    let mut epoch = [0; 8];
    epoch.copy_from_slice(&bytes[EPOCH_AT..ID_AT]);
    record.epoch = u64::from_be_bytes(epoch);
    record.id.copy_from_slice(&bytes[ID_AT..VECTOR_AT]);
    record.vector.copy_from_slice(&bytes[VECTOR_AT..SEALED_AT]);
    record.sealed.copy_from_slice(&bytes[SEALED_AT..CHECKSUM_AT]);
    if record.epoch == 0 { Err("a record names no epoch") } else { Ok(record) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_record_is_noticed() {
        let good = encode(&Record { epoch: 7, id: [1; 16], vector: [2; 16], sealed: [3; 32] });
        let record = decode(&good).unwrap();
        assert_eq!((record.epoch, record.id, record.vector, record.sealed), (7, [1; 16], [2; 16], [3; 32]));
        for at in 0..RECORD_BYTES {
            for bit in 0..8 {
                let mut flipped = good;
                flipped[at] ^= 1 << bit;
                assert!(decode(&flipped).is_err(), "byte {at} bit {bit}");
            }
        }
        assert!(decode(&good[1..]).is_err() && decode(&encode(&Record { epoch: 0, ..record })).is_err());
    }
}

//! One slot of a root of trust as bytes: what the file and the TPM store.
//!
//! ```text
//! offset bytes field
//!   0      8   magic     "AKTFROT1"
//!   8      1   slot      0 current, 1 staged
//!   9      1   holds     0 nothing, 1 an epoch
//!  10      6   zero
//!  16      8   epoch     big-endian; 0 if it holds nothing
//!  24     32   key       zero if it holds nothing
//!  56     32   SHA-256 of bytes 0..56
//! ```

use ring::digest;
use zeroize::Zeroizing;

use crate::keys::root_of_trust::Epoch;
use crate::keys::secret::UsedKey;

const MAGIC: &[u8; 8] = b"AKTFROT1";
const SLOT_AT: usize = 8;
const HOLDS_AT: usize = 9;
const ZERO_AT: usize = 10;
const EPOCH_AT: usize = 16;
const KEY_AT: usize = 24;
const CHECKSUM_AT: usize = 56;
/// Bytes of a slot.
pub(crate) const SLOT_BYTES: usize = 88;

/// Which slot. The byte in it keeps one from being taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Current,
    Staged,
}

impl Slot {
    pub(crate) const BOTH: [Self; 2] = [Self::Current, Self::Staged];
}

/// The slot with this epoch, or empty.
pub(crate) fn encode(slot: Slot, epoch: Option<&Epoch>) -> Zeroizing<[u8; SLOT_BYTES]> {
    let mut bytes = Zeroizing::new([0; SLOT_BYTES]);
    bytes[..8].copy_from_slice(MAGIC);
    bytes[SLOT_AT] = u8::from(slot == Slot::Staged);
    if let Some(epoch) = epoch {
        bytes[HOLDS_AT] = 1;
        bytes[EPOCH_AT..KEY_AT].copy_from_slice(&epoch.number.to_be_bytes());
        bytes[KEY_AT..CHECKSUM_AT].copy_from_slice(epoch.key.secret().bytes());
    }
    let checksum = digest::digest(&digest::SHA256, &bytes[..CHECKSUM_AT]);
    bytes[CHECKSUM_AT..].copy_from_slice(checksum.as_ref());
    bytes
}

/// What a slot holds, or what is wrong with its bytes.
pub(crate) fn decode(slot: Slot, bytes: &[u8]) -> Result<Option<Epoch>, &'static str> {
    let bytes: &[u8; SLOT_BYTES] = bytes.try_into().map_err(|_| "it does not have 88 bytes")?;
    let checksum = digest::digest(&digest::SHA256, &bytes[..CHECKSUM_AT]);
    if bytes[CHECKSUM_AT..] != *checksum.as_ref() {
        return Err("its checksum is wrong");
    }
    if bytes[..8] != *MAGIC || bytes[ZERO_AT..EPOCH_AT] != [0; 6] {
        return Err("its format is unknown to this version");
    }
    if bytes[SLOT_AT] != u8::from(slot == Slot::Staged) {
        return Err("it is the other slot's file");
    }
    let (mut number, mut key) = ([0; 8], Zeroizing::new([0; 32]));
    number.copy_from_slice(&bytes[EPOCH_AT..KEY_AT]);
    key.copy_from_slice(&bytes[KEY_AT..CHECKSUM_AT]);
    match (bytes[HOLDS_AT], u64::from_be_bytes(number)) {
        (0, 0) if *key == [0; 32] => Ok(None),
        (1, number) if number > 0 => Ok(Some(Epoch { number, key: UsedKey::from_bytes(&key) })),
        _ => Err("its fields contradict each other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(number: u64) -> Epoch {
        Epoch { number, key: UsedKey::from_bytes(&[number as u8; 32]) }
    }

    #[test]
    fn every_flipped_bit_and_every_swap_is_noticed() {
        for held in [None, Some(epoch(3))] {
            let good = encode(Slot::Current, held.as_ref());
            assert!(decode(Slot::Current, good.as_ref()).is_ok());
            assert_eq!(decode(Slot::Staged, good.as_ref()).err(), Some("it is the other slot's file"));
            for at in 0..SLOT_BYTES {
                for bit in 0..8 {
                    let mut flipped = *good;
                    flipped[at] ^= 1 << bit;
                    assert!(decode(Slot::Current, &flipped).is_err(), "byte {at} bit {bit}");
                }
            }
            assert!(decode(Slot::Current, &good[..87]).is_err());
        }
    }
}

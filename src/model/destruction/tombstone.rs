//! What is left of a document or a case: enough to answer 410, to issue its receipt again, and nothing about anybody.

use crate::model::{Address, Handle, LedgerIndex, Timestamp};

/// The record that stands where a document or a case was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    /// The random id that the application chose, so that asking for it can be answered.
    pub id: [u8; 16],
    /// What the ledger calls it.
    pub handle: Handle,
    /// Year of the key tree that its key was in.
    pub opening_year: u16,
    /// When it was stored or opened.
    pub stored_at: Timestamp,
    /// The ledger entry of that.
    pub entry: LedgerIndex,
    /// Size of the ledger for which its receipt was issued.
    pub receipt_size: u64,
    /// Its size as a power of two, rounded up: an exact size can tell a letter from its neighbours. 0 for a case.
    pub size_log2: u8,
    /// The step of the order, or the replay, that destroyed it.
    pub step: Address,
    /// When that was recorded.
    pub destroyed_at: Timestamp,
}

impl Tombstone {
    /// The bucket of a size in bytes.
    pub fn size_bucket(bytes: u64) -> u8 {
        u8::try_from(bytes.max(1).next_power_of_two().trailing_zeros()).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_everything_up_to_its_power_of_two() {
        for (bytes, bucket) in [(0, 0), (1, 0), (2, 1), (3, 2), (4096, 12), (4097, 13), (1 << 36, 36)] {
            assert_eq!(Tombstone::size_bucket(bytes), bucket);
        }
    }
}

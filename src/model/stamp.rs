//! A time-stamp over a checkpoint, as it is kept.

use super::{Address, Timestamp};

/// What a time-stamp was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampKind {
    /// The first one over this checkpoint: it says since when the checkpoint has existed.
    First,
    /// One over the time-stamp before, whose certificate runs out (RFC 4998 section 5.2, time-stamp renewal).
    StampRenewed,
    /// One over everything before, under another hash (hash-tree renewal).
    HashRenewed,
}

impl StampKind {
    /// The code as it stands in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::StampRenewed => "stamp_renewed",
            Self::HashRenewed => "hash_renewed",
        }
    }
}

/// A checkpoint of a ledger with its evidence record. Holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointStamp {
    /// Entries of the ledger in the checkpoint.
    pub size: u64,
    /// What the newest time-stamp was made for.
    pub kind: StampKind,
    /// When an authority has first seen it: the time in the first time-stamp.
    pub since: Timestamp,
    /// The time in the newest time-stamp; the same, as long as nothing was renewed.
    pub time: Timestamp,
    /// Until when that one must be renewed: the last moment of the authority's certificate.
    pub renew_by: Timestamp,
    /// The signed note of the checkpoint, byte for byte what was stamped.
    pub checkpoint: Vec<u8>,
    /// The evidence record over these bytes (RFC 4998), with every time-stamp so far.
    pub record: Vec<u8>,
}

/// Where the newest evidence for a checkpoint is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StampPlace {
    /// The note.
    pub note: Address,
    /// The time in its first time-stamp.
    pub since: Timestamp,
    /// Until when its newest one must be renewed.
    pub renew_by: Timestamp,
}

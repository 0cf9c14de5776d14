//! What there is of evidence.

use crate::archive::{ArchiveError, Page, Vault};
use crate::evidence::ers::EvidenceRecord;
use crate::evidence::tsp::response_with;
use crate::limits::PAGE_ITEMS_MAX;
use crate::model::{CheckpointStamp, Refusal, Timestamp};

/// A stamped checkpoint in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StampedCheckpoint {
    /// Entries of the ledger in it.
    pub size: u64,
    /// When an authority has first seen it.
    pub since: Timestamp,
    /// Until when its newest time-stamp must be renewed.
    pub renew_by: Timestamp,
}

impl Vault {
    /// The stamped checkpoints of the ledger from a size on, smallest first.
    pub fn stamped_checkpoints(&self, from: u64, limit: usize) -> Result<Page<StampedCheckpoint>, ArchiveError> {
        let mut items = Vec::new();
        for stamp in self.inner.store.stamps(self.id(), from)? {
            let (size, place) = stamp?;
            if items.len() == limit.clamp(1, PAGE_ITEMS_MAX) {
                return Ok(Page { items, next: Some(size) });
            }
            items.push(StampedCheckpoint { size, since: place.since, renew_by: place.renew_by });
        }
        Ok(Page { items, next: None })
    }

    /// The checkpoint of this size with its evidence: the signed note, and the evidence record over exactly these bytes.
    pub fn stamp(&self, size: u64) -> Result<CheckpointStamp, ArchiveError> {
        let place = self.inner.store.stamp_of(self.id(), size)?.ok_or(Refusal::TimestampUnknown)?;
        self.stamp_at(place)
    }
}

/// The first time-stamp of a checkpoint as an answer of the authority (RFC 3161), for `openssl ts -verify -digest ROOT` and its like.
///
/// It is over the root of a hash tree with the checkpoints of all vaults, not over the checkpoint: the evidence record leads from one to
/// the other, and has the whole proof in it.
pub fn first_response(stamp: &CheckpointStamp) -> Result<Vec<u8>, ArchiveError> {
    let record = EvidenceRecord::parse(&stamp.record).map_err(|error| ArchiveError::Damaged(error.to_string()))?;
    Ok(response_with(record.first_token()))
}

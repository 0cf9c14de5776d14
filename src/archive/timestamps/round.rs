//! Rounds: what goes into one hash tree, and so under one time-stamp.

use std::collections::BTreeMap;

use crate::archive::vault::Vault;
use crate::archive::{Archive, ArchiveError};
use crate::evidence::HashAlgorithm;
use crate::evidence::ers::{EvidenceRecord, HashTree};
use crate::model::retention::Note;
use crate::model::{CheckpointStamp, StampKind, StampPlace, Timestamp};
use crate::store::key::LogKey;
use crate::sys::random;

/// Everything that one time-stamp is asked for.
pub struct StampRound {
    pub(super) tree: HashTree,
    pub(super) members: Vec<Member>,
}

/// One checkpoint in a round.
pub(super) struct Member {
    pub(super) vault: Vault,
    pub(super) size: u64,
    pub(super) checkpoint: Vec<u8>,
    pub(super) kind: StampKind,
    /// Its place in the tree.
    pub(super) leaf: Vec<u8>,
    /// The record so far and until when its newest time-stamp must be renewed, for a renewal.
    pub(super) before: Option<(Vec<u8>, Timestamp)>,
}

impl StampRound {
    fn new(hash: HashAlgorithm, members: Vec<Member>) -> Option<Self> {
        if members.is_empty() {
            return None;
        }
        let leaves = members.iter().map(|member| member.leaf.clone()).collect();
        Some(Self { tree: HashTree::new(hash, leaves, &random::bytes::<32>()), members })
    }

    /// The hash of the tree.
    pub fn hash(&self) -> HashAlgorithm {
        self.tree.hash()
    }

    /// What has to be stamped.
    pub fn root(&self) -> &[u8] {
        self.tree.root()
    }

    /// A time-stamp that renews must be good for longer than this: otherwise it would have to be renewed with what it renews.
    pub fn outlives(&self) -> Option<Timestamp> {
        self.members.iter().filter_map(|member| member.before.as_ref()).map(|(_, renew_by)| *renew_by).max()
    }

    /// Whether it is over the bytes of the checkpoints again, and not over time-stamps.
    pub fn is_over_the_bytes(&self) -> bool {
        self.members.iter().all(|member| member.kind == StampKind::HashRenewed)
    }

    /// How many checkpoints are in it.
    pub fn checkpoints(&self) -> usize {
        self.members.len()
    }
}

impl Archive {
    /// The checkpoints of all vaults to which something has been added that no time-stamp covers; `None` if there is none.
    ///
    /// The entry by which the last time-stamp was recorded does not count: an archive that rests would never come to rest.
    pub fn stamps_due(&self) -> Result<Option<StampRound>, ArchiveError> {
        let hash = HashAlgorithm::Sha256;
        let mut members = Vec::new();
        for record in self.vaults()? {
            let vault = self.vault(&record.name)?;
            let (size, checkpoint) = vault.sized_checkpoint()?;
            let covered = self.0.store.newest_stamp(vault.id())?.map_or(0, |(size, _)| size + 1);
            if size > covered {
                let leaf = hash.hash(&checkpoint);
                members.push(Member { vault, size, checkpoint, kind: StampKind::First, leaf, before: None });
            }
        }
        Ok(StampRound::new(hash, members))
    }

    /// The newest evidence of each year and vault that can only be renewed until `until`: time-stamp renewal (RFC 4998 section 5.2). One
    /// round for each hash in use.
    ///
    /// Older checkpoints of a year are not renewed: the newest one contains them.
    pub fn renewals_due(&self, until: Timestamp) -> Result<Vec<StampRound>, ArchiveError> {
        let mut by_hash: BTreeMap<HashAlgorithm, Vec<Member>> = BTreeMap::new();
        for (vault, size, place) in self.newest_of_each_year()? {
            if place.renew_by > until {
                continue;
            }
            let stamp = vault.stamp_at(place)?;
            let damaged = || ArchiveError::Damaged(format!("the evidence for checkpoint {size} of vault {}", vault.id()));
            let record = EvidenceRecord::parse(&stamp.record).map_err(|_| damaged())?;
            let (hash, leaf) = record.stamp_leaf().ok_or_else(damaged)?;
            by_hash.entry(hash).or_default().push(Member::of(vault, stamp, StampKind::StampRenewed, leaf));
        }
        Ok(by_hash.into_iter().filter_map(|(hash, members)| StampRound::new(hash, members)).collect())
    }

    /// The newest evidence of each year and vault, to be renewed under another hash; evidence that rests on it already is left alone.
    pub fn hash_renewals(&self, hash: HashAlgorithm) -> Result<Option<StampRound>, ArchiveError> {
        let mut members = Vec::new();
        for (vault, size, place) in self.newest_of_each_year()? {
            let stamp = vault.stamp_at(place)?;
            let damaged = || ArchiveError::Damaged(format!("the evidence for checkpoint {size} of vault {}", vault.id()));
            let record = EvidenceRecord::parse(&stamp.record).map_err(|_| damaged())?;
            if record.stamp_leaf().ok_or_else(damaged)?.0 != hash {
                let leaf = record.data_leaf(&stamp.checkpoint, hash);
                members.push(Member::of(vault, stamp, StampKind::HashRenewed, leaf));
            }
        }
        Ok(StampRound::new(hash, members))
    }

    /// When the newest checkpoint of any vault was first stamped, and when the certificate of whoever stamped it ends.
    pub fn last_stamped(&self) -> Result<Option<(Timestamp, Timestamp)>, ArchiveError> {
        let mut last = None;
        for record in self.vaults()? {
            last = last.max(self.0.store.newest_stamp(record.id)?.map(|(_, place)| (place.since, place.renew_by)));
        }
        Ok(last)
    }

    /// The largest stamped checkpoint of each calendar year in each vault; the year is that of the first time-stamp over it.
    fn newest_of_each_year(&self) -> Result<Vec<(Vault, u64, StampPlace)>, ArchiveError> {
        let mut newest = Vec::new();
        for record in self.vaults()? {
            let vault = self.vault(&record.name)?;
            let mut of_year = BTreeMap::new();
            for stamp in self.0.store.stamps(vault.id(), 0)? {
                let (size, place) = stamp?;
                of_year.insert(place.since.year(), (size, place));
            }
            newest.extend(of_year.into_values().map(|(size, place)| (vault.clone(), size, place)));
        }
        Ok(newest)
    }
}

impl Member {
    fn of(vault: Vault, stamp: CheckpointStamp, kind: StampKind, leaf: Vec<u8>) -> Self {
        let CheckpointStamp { size, checkpoint, record, renew_by, .. } = stamp;
        Self { vault, size, checkpoint, kind, leaf, before: Some((record, renew_by)) }
    }
}

impl Vault {
    /// The newest acknowledged checkpoint, signed by the ledger's key alone, with its size.
    fn sized_checkpoint(&self) -> Result<(u64, Vec<u8>), ArchiveError> {
        let head = self.inner.head(LogKey::life_cycle(self.id()))?;
        let checkpoint = &head.checkpoint;
        Ok((checkpoint.checkpoint().size(), checkpoint.note().to_string().into_bytes()))
    }

    /// The evidence at a place.
    pub(super) fn stamp_at(&self, place: StampPlace) -> Result<CheckpointStamp, ArchiveError> {
        match self.inner.store.note(self.id(), place.note)?.map(|record| record.note) {
            Some(Note::CheckpointStamped { stamp }) => Ok(*stamp),
            _ => Err(ArchiveError::Damaged(format!("the note at {:#018x} of vault {} is no evidence", place.note.to_u64(), self.id()))),
        }
    }
}

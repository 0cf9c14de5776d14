//! The ledger of a running archive: signature, every entry, every tile.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, OnlineSettings, RemoteArchive};
use crate::ledger::{SignedCheckpoint, TilePath, UnverifiedCheckpoint, VerifierKey, parse_bundle, tile_bytes, tile_width};
use crate::limits::TILE_WIDTH;
use crate::model::Digest;
use crate::verify::catalogue;
use crate::verify::report::{Collector, Counts, LogSummary};
use crate::verify::trust::Recomputed;
use crate::verify::walk::{self, Claims, LedgerWalk};

/// What is known about the ledger once it was recomputed.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Its name.
    pub(super) origin: String,
    /// Number of entries that the checkpoint covers.
    pub(super) size: u64,
    /// The key that verifies receipts: the trusted one, or for want of one the archive's own.
    pub(super) key: Option<VerifierKey>,
    /// Roots at the sizes for which receipts were issued.
    pub(super) roots: BTreeMap<u64, Digest>,
}

/// The recomputed ledger, and which of its entries still wait for their record.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) facts: Facts,
    pub(super) documents: Claims,
    pub(super) cases: Claims,
}

/// What kind of ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// That of everything that happened in the vault.
    LifeCycle,
    /// That of the accesses of one year.
    Accesses,
}

impl Ledger {
    /// Reports the entries that say that something exists which no listing shows.
    pub(super) fn report_unclaimed(&self, collector: &Collector, place: &str) {
        for (claims, what) in [(&self.cases, "case"), (&self.documents, "document")] {
            for index in claims.left() {
                let text = format!("the ledger says that a {what} was taken in, and no listing shows it");
                collector.found(catalogue::ENTRY_WITHOUT_RECORD, format!("{place} entry {index}"), text);
            }
        }
    }
}

/// Fetches and recomputes the ledger. `None` if there is no checkpoint to hold it against, or if it cannot be read as a whole.
pub(super) fn check<R: RemoteArchive>(
    check: &Check<R>,
    settings: &OnlineSettings,
    receipt_sizes: BTreeSet<u64>,
    kind: Kind,
) -> Option<Ledger> {
    let own_key = own_key(check);
    let signed = checkpoint(check, settings, own_key.as_ref())?;
    let (origin, size) = (signed.checkpoint().origin(), signed.checkpoint().size());
    let marks = receipt_sizes.iter().copied().chain(settings.trust.sizes_of(origin));
    let walk = LedgerWalk::new(&check.collector, &check.place, origin, marks);
    let mut walk = if kind == Kind::Accesses { walk.of_accesses() } else { walk };
    let tiles = walk_bundles(check, size, &mut walk)?;
    let counts = Counts { logs: 1, entries: walk.seen(), tiles, ..Counts::default() };
    check.collector.count(&if kind == Kind::Accesses { Counts { accesses: walk.seen(), ..Counts::default() } } else { counts });
    if walk.root() != signed.checkpoint().root() {
        let text = format!("the entries lead to the root {}, signed is {}", walk.root(), signed.checkpoint().root());
        check.collector.found(catalogue::ROOT_DIFFERS, &check.place, text);
    }
    let ledger = Recomputed { origin, size, note: Some(signed.note().to_string()), own_key: own_key.as_ref() };
    // As offline: nobody is expected to keep the key of every year.
    if kind == Kind::LifeCycle || settings.trust.key_of(origin).is_some() {
        settings.trust.check_key(&check.collector, &check.place, &ledger);
    }
    settings.trust.check_known(&check.collector, &check.place, &ledger, |size| walk.root_at(size));
    if kind == Kind::LifeCycle {
        check.collector.log(LogSummary::new(&settings.vault, origin, size, &walk.root(), own_key.as_ref()));
    }
    let roots = receipt_sizes.into_iter().filter_map(|size| Some((size, walk.root_at(size)?))).collect();
    let key = settings.trust.key_of(origin).cloned().or(own_key);
    Some(Ledger { facts: Facts { origin: origin.to_owned(), size, key, roots }, documents: walk.documents, cases: walk.cases })
}

fn own_key<R: RemoteArchive>(check: &Check<R>) -> Option<VerifierKey> {
    let place = format!("{} key", check.place);
    let text = check.fetched(&place, check.remote.verifier_key())?;
    let key = VerifierKey::parse(&text);
    key.map_err(|error| check.collector.found(catalogue::ANSWER_MALFORMED, place, error.to_string())).ok()
}

/// The newest checkpoint with a good signature: by the trusted key of its origin, or for want of one by the archive's own.
fn checkpoint<R: RemoteArchive>(check: &Check<R>, settings: &OnlineSettings, own: Option<&VerifierKey>) -> Option<SignedCheckpoint> {
    let place = format!("{} checkpoint", check.place);
    let bytes = check.fetched(&place, check.remote.checkpoint())?;
    let invalid = |error: &dyn std::fmt::Display| check.collector.found(catalogue::CHECKPOINT_INVALID, &place, error.to_string());
    let unverified = UnverifiedCheckpoint::parse(&bytes).map_err(|error| invalid(&error)).ok()?;
    let Some(key) = settings.trust.key_of(unverified.claim().origin()).or(own) else {
        invalid(&"there is no key to verify it with");
        return None;
    };
    unverified.verify(key).map_err(|error| invalid(&error)).ok()
}

/// Feeds all entries to the walk and compares the tiles that the archive serves with recomputed ones; answers how many.
fn walk_bundles<R: RemoteArchive>(check: &Check<R>, size: u64, walk: &mut LedgerWalk<'_>) -> Option<u64> {
    let mut tiles = 0;
    for index in 0..size.div_ceil(TILE_WIDTH as u64) {
        let width = tile_width(size, 0, index)?;
        let path = TilePath::Entries { index, width };
        let place = format!("{} {path}", check.place);
        let bytes = check.fetched(&place, check.remote.tile(&path))?;
        let entries = match parse_bundle(&bytes, width) {
            Ok(entries) => entries,
            Err(error) => {
                check.collector.found(catalogue::ANSWER_MALFORMED, place, error.to_string());
                return None;
            }
        };
        for entry in entries {
            for walk::Recomputed { level, index, bytes } in walk.push(entry) {
                compare_tile(check, &TilePath::Hashes { level, index, width: TILE_WIDTH as u16 }, &bytes);
                tiles += 1;
            }
        }
    }
    for (level, row) in walk.partial_tiles() {
        // A tile has fewer than 257 hashes, so the width fits.
        let path = TilePath::Hashes { level, index: index_at_edge(size, level), width: row.len() as u16 };
        compare_tile(check, &path, &tile_bytes(row));
        tiles += 1;
    }
    Some(tiles)
}

/// Index of the partial tile of a level: the number of full ones before it.
fn index_at_edge(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0)
}

fn compare_tile<R: RemoteArchive>(check: &Check<R>, path: &TilePath, expected: &[u8]) {
    let place = format!("{} {path}", check.place);
    if check.fetched(&place, check.remote.tile(path)).is_some_and(|served| served != expected) {
        check.collector.found(catalogue::TILE_DIFFERS, place, "the tile is not the one that follows from the entries");
    }
}

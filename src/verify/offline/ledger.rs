//! One vault's ledger: recomputed from its entries, compared with tiles, head, anchor and with what the caller brought.

use std::sync::Arc;

use super::{Check, VaultScope, row_place, stamps};
use crate::keys::VaultKeys;
use crate::ledger::{Frontier, LogSigner, UnverifiedCheckpoint, tile_shape};
use crate::limits::{LEDGER_ENTRIES_MAX, TILE_WIDTH};
use crate::model::{Digest, Timestamp};
use crate::store::Column;
use crate::store::anchor::{Anchor, AnchoredHead};
use crate::store::key::LogKey;
use crate::verify::catalogue;
use crate::verify::report::{Counts, LogSummary};
use crate::verify::trust::{Recomputed, Trust};
use crate::verify::walk::{self, Claims, LedgerWalk};

/// What the records are held against.
pub(super) struct Ledger {
    /// Number of entries, as the head says; without a head as they were counted.
    pub(super) size: u64,
    /// Its root as far as no entry is missing.
    pub(super) root: Option<Digest>,
    /// Whether entries are missing, so that nobody knows what they were about.
    pub(super) is_torn: bool,
    /// The last entry that says that the archive went on from a backup: what was destroyed before it may have lost its notes.
    pub(super) last_restore: Option<u64>,
    /// Time of the last entry.
    pub(super) last_time: Option<Timestamp>,
    /// Entries of stored documents that no record was found for yet.
    pub(super) documents: Claims,
    /// Entries of opened cases that no record was found for yet.
    pub(super) cases: Claims,
    /// Entries of filed notes that no record was found for yet.
    pub(super) notes: Claims,
}

impl Ledger {
    /// Reports the entries that say that something exists which no record was found for.
    pub(super) fn report_unclaimed(&self, check: &Check, scope: &VaultScope) {
        let kinds = [(&self.cases, "case was taken in"), (&self.documents, "document was taken in"), (&self.notes, "note was filed")];
        for (claims, what) in kinds {
            for index in claims.left() {
                let text = format!("the ledger says that a {what}, and there is no record of it");
                check.found(catalogue::ENTRY_WITHOUT_RECORD, format!("{} entry {index}", scope.place), text);
            }
        }
    }
}

/// Recomputes a ledger of a vault and compares everything that depends on it. The scope has the name of that ledger.
pub(super) fn check(check: &Check, scope: &VaultScope, log: LogKey, anchor: Option<&Anchor>, trust: &Trust) -> Ledger {
    let anchored = anchor.and_then(|anchor| anchor.heads.iter().find(|head| head.log == log));
    let head = check.read("column heads", check.store.head(log)).flatten();
    if head.is_none() {
        check.found(catalogue::HEAD_MISSING, &scope.place, "the ledger has no head; its size is not known");
    }
    let origin = &scope.record.origin;
    let cosigned = read_cosigned(check, scope, log);
    let cosigned_size = cosigned.as_ref().map(|cosigned| cosigned.claim().size());
    let stamped = if log.year().is_none() { stamps::sizes(check, scope) } else { Vec::new() };
    let marks = trust.sizes_of(origin).chain(anchored.map(|anchored| anchored.size)).chain(cosigned_size).chain(stamped.iter().copied());
    let walk = LedgerWalk::new(&check.collector, &scope.place, origin, marks);
    let mut walk = if log.year().is_some() { walk.of_accesses() } else { walk };
    let tiles = walk_entries(check, scope, log, head.as_ref().map(|(size, _)| *size), &mut walk);
    if let Some((size, frontier)) = &head {
        compare_head(check, scope, &walk, *size, frontier);
    }
    check_tiles_beyond(check, scope, log, walk.size());
    if let Some(anchored) = anchored {
        compare_anchored(check, scope, &walk, anchored);
    }
    if let Some(cosigned) = cosigned {
        compare_cosigned(check, scope, log, &walk, cosigned);
    }
    stamps::compare(check, scope, &stamped, |size| walk.root_at(size));
    compare_trust(check, scope, log, &walk, trust);
    let counts = Counts { logs: 1, entries: walk.seen(), tiles, ..Counts::default() };
    check.collector.count(&if log.year().is_some() { Counts { accesses: walk.seen(), ..Counts::default() } } else { counts });
    let size = head.map_or(walk.size(), |(size, _)| size);
    Ledger {
        size,
        root: (!walk.is_torn()).then(|| walk.root()),
        is_torn: walk.is_torn(),
        last_restore: walk.last_restore,
        last_time: walk.last_time(),
        documents: walk.documents,
        cases: walk.cases,
        notes: walk.notes,
    }
}

/// Feeds all entries to the walk and compares the tiles that they fill; answers how many.
fn walk_entries(check: &Check, scope: &VaultScope, log: LogKey, size: Option<u64>, walk: &mut LedgerWalk<'_>) -> u64 {
    let prefix = log.head();
    let mut tiles = 0;
    for (key, entry) in check.rows(Column::Ledger, &prefix) {
        let Some(index) = index_of(&key, prefix.len()).filter(|index| *index < LEDGER_ENTRIES_MAX) else {
            check.found(catalogue::ROW_UNREADABLE, row_place(Column::Ledger, &key), "the key is not that of an entry");
            continue;
        };
        if size.is_some_and(|size| index >= size) {
            let text = "there is an entry beyond the size of the ledger, which no group has acknowledged";
            check.found(catalogue::ENTRY_BEYOND_HEAD, format!("{} entry {index}", scope.place), text);
            continue;
        }
        if index > walk.size() {
            report_missing(check, scope, walk.size(), index);
            walk.skip_to(index);
        }
        for tile in walk.push(&entry) {
            tiles += 1;
            compare_tile(check, scope, log, &tile);
        }
    }
    if let Some(size) = size.filter(|size| walk.size() < *size) {
        report_missing(check, scope, walk.size(), size);
        walk.skip_to(size);
    }
    tiles
}

fn index_of(key: &[u8], prefix: usize) -> Option<u64> {
    key.get(prefix..)?.try_into().ok().map(u64::from_be_bytes)
}

fn report_missing(check: &Check, scope: &VaultScope, from: u64, to: u64) {
    let place = match to - from {
        1 => format!("{} entry {from}", scope.place),
        _ => format!("{} entries {from} to {}", scope.place, to - 1),
    };
    check.found(catalogue::ENTRY_MISSING, place, "missing, so that the tree behind cannot be recomputed");
}

/// A tile of the lowest level has the hashes of the entries themselves, so it tells which entry is another one.
fn compare_tile(check: &Check, scope: &VaultScope, log: LogKey, tile: &walk::Recomputed) {
    let place = format!("{} tile {}/{}", scope.place, tile.level, tile.index);
    let Some(stored) = check.read(&place, check.store.tile(log, tile.level, tile.index)) else { return };
    let Some(stored) = stored else {
        check.found(catalogue::TILE_MISSING, place, "the tile is full and should be stored");
        return;
    };
    if stored == tile.bytes {
        return;
    }
    check.found(catalogue::TILE_DIFFERS, place, "the stored tile is not the one that follows from the entries");
    if tile.level > 0 {
        return;
    }
    let first = tile.index * TILE_WIDTH as u64;
    for (index, (hash, leaf)) in (first..).zip(stored.chunks(Digest::BYTES).zip(tile.bytes.chunks(Digest::BYTES))) {
        if hash != leaf {
            check.found(catalogue::ENTRY_DIFFERS, format!("{} entry {index}", scope.place), "the entry does not have the hash in its tile");
        }
    }
}

fn compare_head(check: &Check, scope: &VaultScope, walk: &LedgerWalk<'_>, size: u64, frontier: &[u8]) {
    let place = format!("{} head", scope.place);
    match Frontier::decode(frontier) {
        Err(error) => check.found(catalogue::HEAD_DIFFERS, place, error.to_string()),
        Ok(stored) if stored.size() != size => {
            check.found(catalogue::HEAD_DIFFERS, place, format!("the head has the size {size} and the frontier of {}", stored.size()));
        }
        Ok(stored) if !walk.is_torn() && stored != *walk.frontier() => {
            let text = format!("the entries lead to the root {}, the head to {}", walk.root(), stored.root());
            check.found(catalogue::HEAD_DIFFERS, place, text);
        }
        Ok(_) => {}
    }
}

fn check_tiles_beyond(check: &Check, scope: &VaultScope, log: LogKey, size: u64) {
    let shape = tile_shape(size);
    let prefix = log.head();
    for (key, _) in check.rows(Column::Tiles, &prefix) {
        let place = key.get(prefix.len()).copied().zip(index_of(&key, prefix.len() + 1));
        let Some((level, index)) = place else {
            check.found(catalogue::ROW_UNREADABLE, row_place(Column::Tiles, &key), "the key is not that of a tile");
            continue;
        };
        if !shape.iter().any(|shape| shape.level == level && index < shape.full_tiles) {
            let place = format!("{} tile {level}/{index}", scope.place);
            check.found(catalogue::TILE_BEYOND_HEAD, place, "the tree has no such full tile");
        }
    }
}

fn compare_anchored(check: &Check, scope: &VaultScope, walk: &LedgerWalk<'_>, anchored: &AnchoredHead) {
    if walk.root_at(anchored.size).is_some_and(|root| root != anchored.root) {
        let text = format!("at the anchored size {} the entries lead to another root than the anchor", anchored.size);
        check.found(catalogue::ANCHORED_ROOT_DIFFERS, format!("{} anchor", scope.place), text);
    }
}

/// The checkpoint that is kept with cosignatures, if there is one.
fn read_cosigned(check: &Check, scope: &VaultScope, log: LogKey) -> Option<UnverifiedCheckpoint> {
    let note = check.read("column cosigned", check.store.cosigned(log)).flatten()?;
    let parsed = UnverifiedCheckpoint::parse(note.as_bytes());
    parsed.map_err(|error| check.found(catalogue::COSIGNED_DIFFERS, format!("{} cosigned checkpoint", scope.place), error.to_string())).ok()
}

/// It must be signed by this ledger and lie on the way that the entries have taken. Whose cosignatures count is for others to say.
fn compare_cosigned(check: &Check, scope: &VaultScope, log: LogKey, walk: &LedgerWalk<'_>, cosigned: UnverifiedCheckpoint) {
    let found = |text: String| check.found(catalogue::COSIGNED_DIFFERS, format!("{} cosigned checkpoint", scope.place), text);
    let (size, root) = (cosigned.claim().size(), cosigned.claim().root());
    if size > walk.size() {
        found(format!("it is of {size} entries, and the ledger has {}", walk.size()));
    } else if walk.root_at(size).is_some_and(|ours| ours != root) {
        found(format!("at its size {size} the entries lead to another root"));
    }
    if let Some(Err(error)) = signer(check, scope, log).map(|signer| cosigned.verify(signer.verifier_key())) {
        found(error.to_string());
    }
}

/// Holds the recomputed ledger against keys and checkpoints from outside.
fn compare_trust(check: &Check, scope: &VaultScope, log: LogKey, walk: &LedgerWalk<'_>, trust: &Trust) {
    let signer = signer(check, scope, log);
    let note = || signer.as_ref()?.sign(walk.size(), walk.root()).ok().map(|signed| signed.note().to_string());
    let note = if walk.is_torn() { None } else { note() };
    let own_key = signer.as_ref().map(LogSigner::verifier_key);
    let ledger = Recomputed { origin: &scope.record.origin, size: walk.size(), note, own_key };
    // Nobody is expected to keep the key of every year; the vault's own ledger vouches for the access logs that it has sealed.
    let is_asked_for = log.year().is_none() || trust.key_of(&scope.record.origin).is_some();
    if is_asked_for {
        trust.check_key(&check.collector, &scope.place, &ledger);
    }
    trust.check_known(&check.collector, &scope.place, &ledger, |size| walk.root_at(size));
    if log.year().is_none() {
        check.collector.log(LogSummary::new(scope.record.name.as_str(), &scope.record.origin, walk.size(), &walk.root(), own_key));
    }
}

/// The key of a ledger, derived from the archive's own.
pub(super) fn signer(check: &Check, scope: &VaultScope, log: LogKey) -> Option<LogSigner> {
    let seed_of = |keys: Arc<VaultKeys>| log.year().map_or_else(|| keys.ledger_seed(0), |year| keys.access_seed(year));
    let keys = check.keyring.as_ref()?.vault_keys(scope.record.id).and_then(seed_of);
    let seed = keys.map_err(|error| check.found(catalogue::KEY_UNDERIVABLE, &scope.place, error.to_string())).ok()?;
    let signer = LogSigner::from_seed(&scope.record.origin, &seed);
    signer.map_err(|error| check.found(catalogue::RECORD_INVARIANT, &scope.place, error.to_string())).ok()
}

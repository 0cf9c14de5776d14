//! The access ledgers in the bag. What anchors one is the main ledger, which says what it was when its year was over.

use std::sync::PoisonError;

use super::coverage::Shard;
use super::keys::Standing;
use super::logs::Log;
use super::openings::Opened;
use super::pass::Shared;
use super::signature::Signer;
use crate::ledger::access_origin;
use crate::model::Digest;
use crate::model::retention::Note;
use crate::store::codec;
use crate::verify::catalogue;

/// What the main ledger says about the access ledger of a year.
struct Seal {
    year: u16,
    size: u64,
    root: Digest,
}

/// Compares each access ledger with the main one.
pub(super) fn check(shared: &Shared, opened: &Opened, signer: Option<&Signer>) -> Vec<Shard> {
    let seals = seals(opened);
    let origin = shared.main().map(|log| log.head().origin());
    let vouched = signer.is_some_and(|signer| signer.is_trusted);
    let shards = shared.logs.iter().filter(|log| !log.is_main());
    shards
        .map(|log| {
            let seal = seals.iter().find(|seal| origin.is_some_and(|origin| access_origin(origin, seal.year) == log.head().origin()));
            let is_sealed = check_one(shared, log, seal, vouched);
            Shard { year: year_of(&log.prefix), origin: log.head().origin().to_owned(), size: log.head().size(), is_sealed }
        })
        .collect()
}

/// The year that an access ledger lies under.
fn year_of(prefix: &str) -> String {
    prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

fn seals(opened: &Opened) -> Vec<Seal> {
    let notes = opened.seals.lock().unwrap_or_else(PoisonError::into_inner);
    // The value is the one that the ledger commits to; an archive of another version may have said it otherwise.
    let seal = |body: &Vec<u8>| match codec::decode_note_body(body) {
        Ok(Note::ShardSealed { year, size, root }) => Some(Seal { year, size, root }),
        _ => None,
    };
    notes.iter().filter_map(seal).collect()
}

/// Whether the main ledger says that an access ledger was closed as it is here.
///
/// The ledger of a year is closed when the year is over, and an export is made before: one that is open is nothing to object to. Until then
/// it is as good as the signature over the export, which is over all of its files; `vouched` says that a trusted key has made it.
fn check_one(shared: &Shared, log: &Log, seal: Option<&Seal>, vouched: bool) -> bool {
    let head = log.head();
    match seal {
        Some(seal) if (seal.size, seal.root) == (head.size(), head.root()) => true,
        Some(seal) => {
            let text = format!("the main ledger says that it was closed with {} entries and another root", seal.size);
            shared.collector.found(catalogue::SHARD_DIFFERS, &log.prefix, text);
            false
        }
        None => {
            let (code, vouching) = match (log.believed.standing == Standing::Unknown, vouched) {
                (false, _) => (catalogue::SHARD_OPEN, "your policy names its key"),
                (true, true) => (catalogue::SHARD_OPEN, "the trusted signature over the export covers it"),
                (true, false) => {
                    (catalogue::SHARD_UNANCHORED, "neither your policy nor a trusted signature over the export vouches for it")
                }
            };
            let text = format!("no opened entry of the main ledger says that {} was closed; {vouching}", head.origin());
            shared.collector.found_with(code, &log.prefix, text, vec![("size", head.size())]);
            false
        }
    }
}

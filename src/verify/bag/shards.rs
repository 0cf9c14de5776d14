//! The access ledgers in the bag. What anchors one is the main ledger, which says what it was when its year was over.

use std::sync::PoisonError;

use super::coverage::Shard;
use super::keys::Standing;
use super::logs::Log;
use super::openings::Opened;
use super::pass::Shared;
use super::signature::Signer;
use crate::ledger::access_origin;
use crate::model::retention::Note;
use crate::model::{Digest, Timestamp};
use crate::store::codec;
use crate::verify::catalogue;

/// What the main ledger says about the access ledger of a year.
struct Seal {
    year: u16,
    size: u64,
    root: Digest,
}

/// Days behind the end of a year after which its access ledger is closed, with one to spare for the calendar of the vault.
const CLOSED_AFTER_DAYS: i64 = 2;

/// Compares each access ledger with the main one.
pub(super) fn check(shared: &Shared, opened: &Opened, signer: Option<&Signer>) -> Vec<Shard> {
    let seals = seals(opened);
    let origin = shared.main().map(|log| log.head().origin());
    let vouched = signer.is_some_and(|signer| signer.is_trusted);
    let last = shared.main().and_then(|log| log.chain(|chain| chain.times)).map(|(_, last)| last);
    let shards = shared.logs.iter().filter(|log| !log.is_main());
    shards
        .map(|log| {
            let folder = folder_of(&log.prefix);
            let year = year_of(folder);
            let belongs = origin.zip(year).is_some_and(|(origin, year)| access_origin(origin, year) == log.head().origin());
            if origin.is_some() && !belongs {
                let text = format!("{} is not the access ledger of this vault and year", log.head().origin());
                shared.collector.found(catalogue::SHARD_DIFFERS, &log.prefix, text);
            }
            let seal = seals.iter().find(|seal| belongs && Some(seal.year) == year);
            let is_over = year.zip(last).is_some_and(|(year, last)| is_over(year, last));
            let is_sealed = check_one(shared, log, seal, vouched && !is_over);
            Shard { year: folder.to_owned(), origin: log.head().origin().to_owned(), size: log.head().size(), is_sealed }
        })
        .collect()
}

/// The folder that an access ledger lies in, which is called as its year.
fn folder_of(prefix: &str) -> &str {
    prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// The year that a folder is called as; no year has two folders.
fn year_of(folder: &str) -> Option<u16> {
    folder.parse().ok().filter(|year: &u16| year.to_string() == folder)
}

/// Whether an access ledger of this year is closed by the time of the ledger's last entry.
fn is_over(year: u16, last: Timestamp) -> bool {
    Timestamp::from_seconds(last.seconds() - CLOSED_AFTER_DAYS * 86_400).is_some_and(|before| before.year() > year)
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
/// it is as good as the signature over the export, which is over all of its files; `vouched` says that a trusted key has made it, and that
/// the year was not over.
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
                (true, false) => (
                    catalogue::SHARD_UNANCHORED,
                    "its year is over, or no trusted signature over the export vouches for it; nor does your policy",
                ),
            };
            let text = format!("no opened entry of the main ledger says that {} was closed; {vouching}", head.origin());
            shared.collector.found_with(code, &log.prefix, text, vec![("size", head.size())]);
            false
        }
    }
}

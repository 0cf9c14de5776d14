//! The access ledgers in the bag. What anchors one is the main ledger, which says what it was when it was closed.

use super::coverage::Shard;
use super::keys::Standing;
use super::pass::Shared;
use crate::verify::catalogue;

/// Compares each access ledger with the main one.
pub(super) fn check(shared: &Shared) -> Vec<Shard> {
    let shards = shared.logs.iter().filter(|log| !log.is_main());
    shards
        .map(|log| {
            let head = log.head();
            if log.believed.standing == Standing::Unknown {
                let text = format!("neither your policy nor the main ledger vouches for {}", head.origin());
                shared.collector.found(catalogue::SHARD_UNANCHORED, &log.prefix, text);
            }
            Shard { origin: head.origin().to_owned(), size: head.size(), is_sealed: false }
        })
        .collect()
}

//! Receipts in the bag: each leads from its entry to a root that its log has signed, and that the entries lead to as well.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::keys::Keys;
use super::logs::Log;
use super::pass::Shared;
use crate::ledger::{Checkpoint, UnverifiedReceipt, leaf_hash, verify_inclusion};
use crate::limits::{BAG_BATCH_FILES, RECEIPT_BYTES_MAX};
use crate::model::Digest;
use crate::verify::catalogue;
use crate::verify::pool::in_threads;
use crate::verify::report::Counts;

/// Where receipts lie.
const PROOFS: &str = "data/proofs/";

/// Checkpoints of receipts, by the SHA-256 of the note: most receipts share one, and a signature takes longer than all the rest.
type Seen = Mutex<HashMap<Digest, bool>>;

/// Checks all receipts; `false` if a thread ended before its time.
#[must_use]
pub(super) fn check(shared: &Arc<Shared>, keys: &Arc<Keys>, threads: usize) -> bool {
    let (working, keys) = (Arc::clone(shared), Arc::clone(keys));
    let seen = Seen::default();
    let work = move |places: Vec<usize>| {
        for place in places {
            check_one(&working, &keys, &seen, place);
        }
    };
    in_threads(threads, work, |hand_over| {
        let places: Vec<usize> = shared.container.under(PROOFS).map(|(place, _)| place).collect();
        places.chunks(BAG_BATCH_FILES).for_each(|places| hand_over(places.to_vec()));
    })
}

fn check_one(shared: &Shared, keys: &Keys, seen: &Seen, place: usize) {
    let Some(log) = shared.main() else { return };
    let name = &shared.container.files()[place].name;
    match verify(shared, keys, seen, log, place) {
        Ok(false) => {}
        Ok(true) => shared.collector.count(&Counts { receipts: 1, ..Counts::default() }),
        Err(text) => shared.collector.found(catalogue::RECEIPT_INVALID, name, text),
    }
}

/// Whether a receipt was checked; where entries are missing there is a finding about them, and receipts can say nothing more.
fn verify(shared: &Shared, keys: &Keys, seen: &Seen, log: &Log, place: usize) -> Result<bool, String> {
    let name = &shared.container.files()[place].name[PROOFS.len()..];
    let bytes = shared.container.read(place, RECEIPT_BYTES_MAX as u64).map_err(|error| error.to_string())?;
    let receipt = UnverifiedReceipt::parse(&bytes).map_err(|error| error.to_string())?;
    let index = receipt.claimed_index().0;
    let named = name.strip_suffix(".tlog-proof").and_then(|index| index.parse().ok());
    if named != Some(index) {
        return Err(format!("it is about entry {index}, not about the one that its name says"));
    }
    let checkpoint = receipt.claimed_checkpoint().claim();
    let good = is_good(keys, seen, &receipt);
    if !good || checkpoint.origin() != log.head().origin() {
        return Err("its checkpoint is of another ledger, or no known key has signed it".to_owned());
    }
    if log.is_bare {
        return prove_alone(log, &receipt).map(|_| true);
    }
    log.chain(|chain| {
        if chain.torn {
            return Ok(false);
        }
        let leaf = chain.tree.leaf(index).ok_or_else(|| format!("the ledger in this bag has no entry {index}"))?;
        if receipt.claimed_entry().is_some_and(|entry| leaf_hash(entry) != *leaf) {
            return Err(format!("it carries another entry than {index}"));
        }
        verify_inclusion(index, checkpoint.size(), leaf, receipt.claimed_proof(), &checkpoint.root()).map_err(|error| error.to_string())?;
        is_prefix(chain.tree.root_at(checkpoint.size()), checkpoint).map(|()| true)
    })
}

/// The entry that a receipt carries, where nothing else of the ledger is in the bag: it must lead to the one checkpoint there is.
pub(super) fn prove_alone(log: &Log, receipt: &UnverifiedReceipt) -> Result<Vec<u8>, String> {
    let (head, checkpoint) = (log.head(), receipt.claimed_checkpoint().claim());
    if checkpoint != head {
        return Err("it leads to another checkpoint than the one in this bag".to_owned());
    }
    let entry = receipt.claimed_entry().ok_or("it does not carry its entry")?;
    let (index, proof) = (receipt.claimed_index().0, receipt.claimed_proof());
    verify_inclusion(index, head.size(), &leaf_hash(entry), proof, &head.root()).map_err(|error| error.to_string())?;
    Ok(entry.to_vec())
}

/// Where the receipt of an entry lies.
pub(super) fn name_of(index: u64) -> String {
    format!("{PROOFS}{index:010}.tlog-proof")
}

fn is_good(keys: &Keys, seen: &Seen, receipt: &UnverifiedReceipt) -> bool {
    let claim = receipt.claimed_checkpoint();
    let note = Digest::sha256(claim.note().to_string().as_bytes());
    let known = seen.lock().unwrap_or_else(PoisonError::into_inner).get(&note).copied();
    known.unwrap_or_else(|| {
        let good = keys.log_signed(claim.clone()).is_ok();
        seen.lock().unwrap_or_else(PoisonError::into_inner).insert(note, good);
        good
    })
}

/// A receipt may be older than the bag, and never of another history.
fn is_prefix(root: Option<Digest>, checkpoint: &Checkpoint) -> Result<(), String> {
    if root == Some(checkpoint.root()) {
        return Ok(());
    }
    Err(format!("it leads to a ledger of {} entries that is no beginning of the one in this bag", checkpoint.size()))
}

//! Checkpoints and receipts that the auditor kept, held against the ledger in the bag: two histories show here, and nowhere else.

use super::keys::Keys;
use super::logs::Log;
use super::pass::Shared;
use crate::verify::catalogue;
use crate::verify::trust::Known;

/// Compares all of them; answers how many agree.
pub(super) fn check(shared: &Shared, keys: &Keys, known: &[Known]) -> u64 {
    known.iter().filter(|known| check_one(shared, keys, known)).count() as u64
}

fn check_one(shared: &Shared, keys: &Keys, known: &Known) -> bool {
    let unusable = |text: String| {
        shared.collector.found(catalogue::KNOWN_UNUSABLE, known.name(), text);
        false
    };
    let Some(log) = shared.logs.iter().find(|log| log.head().origin() == known.origin()) else {
        return unusable(format!("it is about {}, which is not in this bag", known.origin()));
    };
    let signed = match keys.log_signed(known.checkpoint().clone()) {
        Ok((signed, _)) => signed,
        Err(error) => return unusable(error.to_string()),
    };
    let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
    if size > log.head().size() {
        let ours = log.head().size();
        let text =
            format!("it is newer than the bag: it has {size} entries, the ledger in the bag {ours}; the bag has to be newer than it");
        shared.collector.found_with(catalogue::KNOWN_AHEAD, known.name(), text, vec![("known", size), ("size", ours)]);
        return false;
    }
    // Where entries are missing there is a finding about them, and no root to compare with; the present one was signed all the same.
    let ours = log.chain(|chain| if chain.torn { None } else { chain.tree.root_at(size) });
    let ours = ours.or((size == log.head().size()).then(|| log.head().root()));
    match ours {
        Some(ours) if ours == root => true,
        Some(_) => {
            shared.collector.found(catalogue::KNOWN_DIVERGED, known.name(), both(log, signed.note()));
            false
        }
        None => unusable("entries are missing from the bag, so that the root at that size cannot be computed".to_owned()),
    }
}

/// Both notes: together they prove that one key has signed two histories.
fn both(log: &Log, kept: &crate::ledger::Note) -> String {
    format!("the ledger in the bag has another history\n{kept}\n{}", log.believed.signed.note())
}

//! The checkpoint that witnesses have cosigned, beside the one that the bag was made at.
//!
//! Witnesses come round from time to time, and a bag is made at once: what they have cosigned is a beginning of the ledger in the bag. Its
//! cosignatures count for that beginning and for nothing behind it.

use super::container::Container;
use super::keys::{Believed, Keys, Standing};
use super::logs::Log;
use super::pass::Shared;
use crate::ledger::{CheckpointError, NoteError, UnverifiedCheckpoint};
use crate::limits::NOTE_BYTES_MAX;
use crate::verify::catalogue;
use crate::verify::report::Collector;

/// Its name, beside the checkpoint.
pub(super) const NAME: &str = "checkpoint.cosigned";

/// Reads it for the ledger in the folder `prefix`. One that is not believed is reported and left out.
pub(super) fn read(container: &Container, keys: &Keys, collector: &Collector, prefix: &str) -> Option<Believed> {
    let name = format!("{prefix}{NAME}");
    let bytes = container.read(container.find(&name)?, NOTE_BYTES_MAX as u64);
    let bytes = bytes.map_err(|error| collector.found(catalogue::BAG_UNREADABLE, &name, error.to_string())).ok()?;
    let believed = UnverifiedCheckpoint::parse(&bytes).and_then(|claim| keys.believe(claim));
    let refused = |error| match error {
        // As an older checkpoint may be from before the ledger got the key that the auditor trusts.
        CheckpointError::Note(NoteError::NoKnownSignature) => {
            collector.found(catalogue::HISTORY_UNTRUSTED, &name, "no key that you trust has signed this checkpoint");
        }
        error => collector.found(catalogue::CHECKPOINT_INVALID, &name, error.to_string()),
    };
    believed.map_err(refused).ok()
}

/// Holds it against the ledger, and the policy against both. Answers whose cosignatures are good for the main ledger or its beginning.
pub(super) fn check(shared: &Shared) -> Vec<(String, u64)> {
    let mut of_main = Vec::new();
    for log in &shared.logs {
        let cosigned = log.cosigned.as_ref().filter(|cosigned| is_beginning(shared, log, cosigned));
        let witnesses = cosigned.map_or(&log.believed.witnesses, |cosigned| &cosigned.witnesses);
        if log.believed.standing == Standing::Unwitnessed {
            report(shared, log, cosigned);
        }
        if log.is_main() {
            of_main = if log.believed.standing == Standing::Trusted && !log.believed.witnesses.is_empty() {
                log.believed.witnesses.clone()
            } else {
                witnesses.clone()
            };
        }
    }
    of_main
}

/// Whether what was cosigned is a beginning of the ledger in the bag.
fn is_beginning(shared: &Shared, log: &Log, cosigned: &Believed) -> bool {
    let (head, older) = (log.head(), cosigned.signed.checkpoint());
    let differs = |text: &str| {
        shared.collector.found(catalogue::HISTORY_DIFFERS, format!("{}{NAME}", log.prefix), text);
        false
    };
    if older.origin() != head.origin() {
        return differs("it is of another ledger");
    }
    if older.size() > head.size() {
        return differs("it is newer than the ledger in the bag");
    }
    let root = if older.size() == head.size() {
        Some(head.root())
    } else {
        // Where entries are missing there is a finding about them, and nothing to compare with.
        log.chain(|chain| if chain.torn { None } else { chain.tree.root_at(older.size()) })
    };
    match root {
        Some(root) if root == older.root() => true,
        Some(_) => differs("the ledger that was cosigned is no beginning of the one in the bag"),
        None => false,
    }
}

/// The policy asks for witnesses, and the checkpoint that the bag was made at has too few of them.
fn report(shared: &Shared, log: &Log, cosigned: Option<&Believed>) {
    let size = log.head().size();
    let Some(cosigned) = cosigned.filter(|cosigned| cosigned.standing == Standing::Trusted) else {
        let witnesses = cosigned.map_or(&log.believed.witnesses, |cosigned| &cosigned.witnesses);
        let names: Vec<&str> = witnesses.iter().map(|(name, _)| name.as_str()).collect();
        let text =
            format!("cosigned by: {}; the policy asks for more", if names.is_empty() { "nobody".to_owned() } else { names.join(", ") });
        return shared.collector.found(catalogue::CHECKPOINT_UNWITNESSED, &log.prefix, text);
    };
    let covered = cosigned.signed.checkpoint().size();
    if covered == size {
        return;
    }
    // Of a ledger that is not opened to its end nobody can say what belongs to the export: so all of it has to be cosigned.
    let text = format!("the witnesses have cosigned the first {covered} of {size} entries");
    shared.collector.found_with(catalogue::WITNESSED_IN_PART, &log.prefix, text, vec![("covered", covered), ("size", size)]);
}

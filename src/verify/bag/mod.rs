//! Checking an export without the archive: a bag, the auditor's trust policy, and what the auditor kept.
//!
//! ```text
//! Container   the files of the bag, in a directory or a tar that is never unpacked
//! logs        checkpoints against the policy
//! pass        every file read once, by several threads: digests; entries parsed and hashed
//! structure   manifests in both directions, bag-info.txt            signature   the note over the export
//! logs::check roots, tiles, older checkpoints, from the entries     proofs      receipts
//! openings    values against commitments; documents against them    known       checkpoints that the auditor holds
//! cosigned    what witnesses have cosigned, against ledger and policy
//! stamps      signatures by certificate, time-stamps, evidence records
//! coverage    what was checked and what was not                     page        one page for people
//! ```
//! Invariants: trust comes from outside the bag, and the keys in it only make it agree with itself; nothing is believed because it is
//! signed, if it can be computed; whatever is wrong is a finding with a place, and the check goes on; what was not looked at is said.
//! Nothing that is read can cause a panic. Memory grows with the number of entries (some 120 bytes each) and of files, never with their
//! length.
//!
//! Deliberately absent: networks, clocks, configuration, and the archive itself.

mod chain;
mod container;
mod cosigned;
mod coverage;
mod digests;
mod documents;
mod info;
mod keys;
mod known;
mod logs;
mod manifest;
mod openings;
mod page;
mod pass;
mod proofs;
mod shards;
mod signature;
mod stamps;
mod structure;
mod tar;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_stamps;
#[cfg(test)]
mod tests_of_witnesses;
mod tree;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use coverage::{BagFacts, BagReport, Check, Covered, Shard, Witness};
pub use page::{page, text};
pub use signature::Signer;

use super::catalogue::{self, Code};
use super::report::Collector;
use super::trust::Known;
use crate::evidence::TrustRoots;
use crate::ledger::TrustPolicy;
use crate::model::Timestamp;
use container::{Container, Problem};
use keys::Keys;
use openings::Opened;
use pass::Shared;

/// What is checked, and what the auditor brings to it.
#[derive(Debug)]
pub struct BagSettings {
    /// The bag: a directory, or a tar archive of one.
    pub bag: PathBuf,
    /// Which ledgers and witnesses the auditor trusts; without it a bag can only agree with itself.
    pub trust: Option<TrustPolicy>,
    /// Checkpoints and receipts that the auditor kept.
    pub known: Vec<Known>,
    /// Roots of time-stamping authorities and of whoever signs exports by certificate; without them neither proves anything.
    pub roots: Option<TrustRoots>,
    /// Whether a time-stamp is asked for: one without which the bag is not anchored.
    pub asks_for_stamp: bool,
    /// When it is checked: counts for a signature by certificate that nobody has time-stamped.
    pub now: Timestamp,
    /// Threads that read and hash.
    pub threads: usize,
}

/// Why there is nothing to check.
#[derive(Debug, thiserror::Error)]
pub enum BagError {
    /// What was named cannot be opened.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It can, and has nothing of an export in it.
    #[error("it is no export: a folder with bagit.txt or a tar archive of one is expected")]
    NoExport,
}

/// Checks a bag.
///
/// # Errors
/// When nothing can be looked at, or something that is no export was named. Everything else is a finding.
pub fn verify_bag(settings: BagSettings) -> Result<BagReport, BagError> {
    let BagSettings { bag, trust, known, roots, asks_for_stamp, now, threads } = settings;
    let collector = Collector::default();
    let container = open(&bag, &collector)?;
    let keys = Arc::new(Keys::of(&container, trust));
    let logs = logs::find(&container, &keys, &collector);
    let digests = container.files().iter().map(|_| OnceLock::new()).collect();
    let shared = Arc::new(Shared { container, logs, collector, digests });

    let mut whole = pass::run(&shared, threads);
    let info = structure::check(&shared);
    let signer = signature::check(&shared, &keys, &info);
    for log in &shared.logs {
        logs::check(log, &shared.container, &keys, &shared.collector);
    }
    let opened = Arc::new(Opened::default());
    whole &= openings::check(&shared, &opened, threads);
    documents::check(&shared, &opened);
    whole &= proofs::check(&shared, &keys, threads);
    let witnesses = cosigned::check(&shared);
    let shards = shards::check(&shared, &opened, signer.as_ref());
    let compared = known::check(&shared, &keys, &known);
    let stamps = stamps::check(&shared, stamps::Asked { roots: roots.as_ref(), stamp: asks_for_stamp, now });
    if !whole {
        shared.collector.found(catalogue::CHECK_ENDED_EARLY, "check", "a part of the check did not come to its end");
    }
    let (shared, keys, info, opened) = (&*shared, &*keys, &info, &*opened);
    Ok(coverage::report(&coverage::Seen { bag: &bag, shared, keys, info, signer, opened, witnesses, shards, compared, stamps }))
}

/// What every export has. Whatever has one of these was meant to be one, however it has become.
const OF_EVERY_EXPORT: [&str; 6] =
    ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/ledger/checkpoint", "signatures/export.note"];

fn open(bag: &Path, collector: &Collector) -> Result<Container, BagError> {
    let (mut broke_off, mut is_troubled) = (false, false);
    let container = Container::open(bag, &mut |problem| {
        let text = problem.to_string();
        is_troubled = true;
        broke_off |= !matches!(problem, Problem::Malformed { .. });
        let (code, place) = match problem {
            Problem::Unreadable { place, .. } => (catalogue::BAG_UNREADABLE, place),
            Problem::Malformed { place, .. } => (catalogue::BAG_MALFORMED, place),
            Problem::Cut { place } => (catalogue::BAG_CUT, place),
        };
        collector.found(code, place, text);
    })?;
    // What would have been found behind the damage, nobody knows. A text file is no damaged archive, and an odd name no damage to a folder.
    let may_hide_one = if container.is_folder() { broke_off } else { is_troubled && container.begins_as_archive() };
    if !may_hide_one && !OF_EVERY_EXPORT.iter().any(|name| container.find(name).is_some()) {
        return Err(BagError::NoExport);
    }
    if container.files().is_empty() {
        collector.found(catalogue::BAG_FILE_MISSING, "bag", "there are no files");
    }
    Ok(container)
}

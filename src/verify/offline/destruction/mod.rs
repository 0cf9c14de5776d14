//! What was destroyed: every step in the ledger rests on two persons, everything that it condemned is gone and has a tombstone, nothing
//! else has one, and no key of it is left once the ledger says so.
//!
//! Two directions meet. From the notes: each condemned item must have its tombstones and no rows. From the tombstones: each takes the
//! ledger entry of what it stands for, whose hash is in the tree although nobody can open it any more. If the notes account for as many
//! tombstones as there are, there is none too many; only otherwise is each looked at again.
//!
//! Memory: the proposal of one order and one of its steps at a time, and eight bytes for each step whose keys exist.

mod covers;
mod steps;
mod tombstones;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use steps::is_of_document;

use super::ledger::Ledger;
use super::notes::RegisterNote;
use super::{Check, VaultScope};
use crate::model::destruction::EpochProof;
use crate::model::{Address, Digest, LedgerIndex};

/// What the notes of a vault say of its destructions.
#[derive(Debug, Default)]
struct Condemnations {
    /// Tombstones that the steps account for.
    founded: u64,
    /// Steps whose keys may exist still.
    keyed: BTreeSet<Address>,
    /// The last certified cover of each key tree, by its year.
    covers: BTreeMap<u16, (LedgerIndex, Digest)>,
    /// The latest epoch that was certified.
    epoch: u64,
}

impl Condemnations {
    fn certify(&mut self, entry: LedgerIndex, proof: &EpochProof) {
        self.epoch = self.epoch.max(proof.after);
        for tree in &proof.trees {
            let known = self.covers.entry(tree.year).or_insert((entry, tree.cover));
            if known.0 <= entry {
                *known = (entry, tree.cover);
            }
        }
    }
}

/// Checks everything about destruction in a vault, and takes the entries of what was destroyed.
pub(super) fn check(check: &Check, scope: &VaultScope, ledger: &mut Ledger, registers: &[RegisterNote]) {
    let condemnations = steps::check(check, scope, registers);
    let buried = tombstones::check(check, scope, ledger, &condemnations);
    if buried != condemnations.founded {
        tombstones::check_unfounded(check, scope);
    }
    covers::check(check, scope, ledger, &condemnations);
}

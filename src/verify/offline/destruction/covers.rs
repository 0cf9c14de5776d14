//! Certified ends of keys against the keyring of today.

use super::super::ledger::Ledger;
use super::super::{Check, VaultScope};
use super::Condemnations;
use crate::keys::TreeId;
use crate::model::LedgerIndex;
use crate::verify::catalogue;

/// What a key tree can derive only ever becomes less, and only by destruction; so it is what the last certificate says. While keys of a
/// step exist, an epoch may have come without its note; and whatever was destroyed behind a backup has left none in it.
pub(super) fn check(check: &Check, scope: &VaultScope, ledger: &Ledger, condemnations: &Condemnations) {
    let Some(keyring) = &check.keyring else { return };
    if condemnations.epoch > keyring.epoch() {
        let text =
            format!("the end of keys was certified in epoch {}, and the keyring is in epoch {}", condemnations.epoch, keyring.epoch());
        check.found(catalogue::COVER_DIFFERS, &scope.place, text);
    }
    if check.backup {
        return;
    }
    if !condemnations.keyed.is_empty() {
        let text = format!("the keys of {} steps exist still; the daemon ends them with the next epoch", condemnations.keyed.len());
        return check.found(catalogue::KEYS_PENDING, &scope.place, text);
    }
    let since = |entry: &LedgerIndex| ledger.last_restore.is_none_or(|restored| entry.0 > restored);
    for (year, (entry, certified)) in condemnations.covers.iter().filter(|(_, (entry, _))| since(entry)) {
        let tree = TreeId::cases(scope.record.id, *year);
        if keyring.cover_digest(tree).ok().as_ref() != Some(certified) {
            let text = format!("entry {} certifies another cover of the key tree of {year} than the keyring has", entry.0);
            check.found(catalogue::COVER_DIFFERS, &scope.place, text);
        }
    }
}

//! Does a ledger entry follow from a record? The entry is written again from what the record's keys open, and compared.

use zeroize::Zeroizing;

use super::{Check, VaultScope};
use crate::keys::{KeyError, TreeId};
use crate::ledger::{ActorKey, COMMITMENT_KEY_BYTES, Entry, PreparedEntry, SubjectKey};
use crate::model::{Actor, Address, EventId, LedgerIndex, Timestamp};
use crate::seal::Opener;
use crate::store::key::LogKey;
use crate::verify::{Code, catalogue};

/// A record's place in the key forest and what must stand in its header.
pub(super) struct Sealed<'a> {
    pub(super) opening_year: u16,
    pub(super) address: Address,
    pub(super) id: [u8; 16],
    pub(super) header: &'a [u8],
}

/// The opener of a record whose header belongs to it, or a finding.
pub(super) fn opener(check: &Check, scope: &VaultScope, place: &str, sealed: &Sealed<'_>) -> Option<Opener> {
    let tree = TreeId::cases(scope.record.id, sealed.opening_year);
    let leaf = check.keyring.as_ref()?.leaf(tree, sealed.address);
    let leaf = leaf.map_err(|error| check.found(underivable(check, &error), place, error.to_string())).ok()?;
    let opener = Opener::new(&leaf, sealed.header);
    let opener = opener.map_err(|error| check.found(catalogue::HEADER_DAMAGED, place, error.to_string())).ok()?;
    let fields = opener.header().fields();
    if (fields.tree, fields.address, fields.id) != (tree, sealed.address, sealed.id) {
        check.found(catalogue::HEADER_DAMAGED, place, "the header belongs to another record");
        return None;
    }
    Some(opener)
}

/// A key that is gone is damage in an archive, and how it should be in a backup from before its destruction.
fn underivable(check: &Check, error: &KeyError) -> Code {
    let destroyed = matches!(error, KeyError::Destroyed { .. });
    if check.backup && destroyed { catalogue::DESTROYED_SINCE } else { catalogue::KEY_UNDERIVABLE }
}

/// The key of the commitments about whoever acted, or a finding.
pub(super) fn actor_key(check: &Check, scope: &VaultScope, place: &str, actor: &Actor) -> Option<ActorKey> {
    let key = check.keyring.as_ref()?.actor_key(scope.record.id, actor.year, actor.application.as_str());
    let key = key.map_err(|error| check.found(underivable(check, &error), place, error.to_string())).ok()?;
    let key: &[u8; COMMITMENT_KEY_BYTES] = &key;
    Some(ActorKey::new(Zeroizing::new(*key)))
}

/// Compares the stored entry with the one that `prepare` makes from the record.
pub(super) fn compare(
    check: &Check,
    scope: &VaultScope,
    place: &str,
    (index, time): (LedgerIndex, Timestamp),
    prepare: impl Fn(EventId) -> PreparedEntry,
) {
    let stored = check.read(place, check.store.entry(LogKey::life_cycle(scope.record.id), index)).flatten();
    // What is missing or malformed was found when the ledger was read.
    let Some(entry) = stored.as_deref().and_then(|bytes| Entry::parse(bytes).ok()) else { return };
    let expected = prepare(entry.id).complete(time, entry.up);
    if stored.as_deref() == Some(&expected[..]) {
        return;
    }
    let differences = Entry::parse(&expected).map(|expected| differences(&entry, &expected)).unwrap_or_default();
    let text = format!("entry {} does not follow from the record; other: {}", index.0, differences.join(", "));
    check.found(catalogue::RECORD_DIFFERS_FROM_ENTRY, place, text);
}

/// Names of what is not the same in two entries.
fn differences(stored: &Entry, expected: &Entry) -> Vec<String> {
    let mut names = Vec::new();
    let mut note = |differs: bool, name: &str| {
        if differs {
            names.push(name.to_owned());
        }
    };
    note(stored.event != expected.event, "event");
    note(stored.handle != expected.handle, "handle");
    note(stored.time != expected.time, "time");
    note(stored.codes != expected.codes, "codes");
    for (field, commitment) in &expected.commitments {
        note(stored.commitment(field) != Some(commitment), field);
    }
    note(stored.commitments.len() != expected.commitments.len(), "number of commitments");
    names
}

/// The subject's key as the ledger takes it.
pub(super) fn subject_key(opener: &Opener) -> SubjectKey {
    SubjectKey::new(opener.subject_key())
}

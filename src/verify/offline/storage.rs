//! Files of the archive: does the database open, is it as new as its anchor, do its files have their checksums.

use std::fs;

use super::ledger::Ledger;
use super::{Check, VaultScope};
use crate::keys::Keyring;
use crate::limits::GROUPS_UNANCHORED_MAX;
use crate::model::Timestamp;
use crate::store::anchor::{Anchor, AnchorError, AnchorFile, OpenedAnchor};
use crate::store::{ManifestEnd, OpenError, Store, StoreError, StoreSettings, SystemKey};
use crate::verify::catalogue;
use crate::verify::report::Collector;

/// The database opened for reading, and the anchor if it can be believed; or findings.
pub(super) fn open(settings: &StoreSettings, collector: &Collector) -> Option<(Store, Option<Anchor>)> {
    let (store, anchor) = match Store::open_read_only(settings) {
        Ok((store, anchor)) => (Some(store), anchor),
        Err(error) => {
            let anchor = AnchorFile::open_to_read(&settings.anchor);
            (look_past_torn_tail(settings, error, anchor.as_ref().ok(), collector), anchor)
        }
    };
    let anchor = believable_anchor(anchor, store.as_ref(), collector);
    let store = store?;
    if let Some(anchor) = &anchor {
        compare_with_anchor(&store, anchor, collector);
    }
    Some((store, anchor))
}

/// A crash tears the last record of the log. That is no damage if the anchor proves that nothing acknowledged was in it.
fn look_past_torn_tail(settings: &StoreSettings, error: OpenError, anchor: Option<&OpenedAnchor>, collector: &Collector) -> Option<Store> {
    if let (OpenError::Store(StoreError::Damaged(why)), Some(opened)) = (&error, anchor) {
        let store = Store::open_without_torn_tail(settings).ok();
        let store = store.filter(|store| store.archive_id() == opened.anchor.archive && store.check_against(&opened.anchor).is_ok());
        if store.is_some() {
            let text = format!("{why}; nothing acknowledged was in it, and the next start drops it");
            collector.found(catalogue::TORN_TAIL, "database write-ahead log", text);
            return store;
        }
    }
    let (code, place) = match &error {
        OpenError::NotAnArchive(_) if settings.data.join("FORMAT").exists() => (catalogue::DATABASE_DAMAGED, "FORMAT"),
        OpenError::NotAnArchive(_) => (catalogue::NOT_AN_ARCHIVE, "FORMAT"),
        OpenError::Locked(_) => (catalogue::IN_USE, "lock"),
        OpenError::Store(StoreError::Damaged(why)) if !says_missing(why) => (catalogue::DATABASE_DAMAGED, "database"),
        _ => (catalogue::DATABASE_UNREADABLE, "database"),
    };
    collector.found(code, place, error.to_string());
    None
}

/// RocksDB calls a missing file corruption; the binding does not give more than its text.
fn says_missing(why: &str) -> bool {
    why.contains("No such file") || why.contains("Missing WAL")
}

fn believable_anchor(opened: Result<OpenedAnchor, AnchorError>, store: Option<&Store>, collector: &Collector) -> Option<Anchor> {
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let code = match &error {
                AnchorError::Missing(_) => catalogue::ANCHOR_MISSING,
                AnchorError::Damaged(_) => catalogue::ANCHOR_DAMAGED,
                _ => catalogue::ANCHOR_UNREADABLE,
            };
            collector.found(code, "anchor", error.to_string());
            return None;
        }
    };
    if opened.slot_damaged {
        let text = "one of its two slots is damaged, the other one was used; a crash while writing leaves that, or a flipped bit";
        collector.found(catalogue::ANCHOR_SLOT_DAMAGED, "anchor", text);
    }
    if store.is_some_and(|store| store.archive_id() != opened.anchor.archive) {
        let text = "anchor and FORMAT name different archives: the path of the anchor is wrong, or one of the files was changed";
        collector.found(catalogue::ANCHOR_FOREIGN, "anchor", text);
        return None;
    }
    Some(opened.anchor)
}

fn compare_with_anchor(store: &Store, anchor: &Anchor, collector: &Collector) {
    match store.check_against(anchor) {
        Ok(()) => {}
        Err(OpenError::Behind(missing)) => {
            collector.found(catalogue::DATABASE_BEHIND, "database", format!("the database is older than its anchor: {missing}"));
            return;
        }
        Err(error) => return collector.found(catalogue::COLUMN_UNREADABLE, "column heads", error.to_string()),
    }
    let (Ok(group), Ok(heads)) = (store.system(SystemKey::Group), store.heads()) else { return };
    let anchored = |log| anchor.heads.iter().find(|head| head.log == log).map(|head| head.size);
    let ahead = heads.iter().any(|(log, size, _)| anchored(*log) != Some(*size));
    match group.saturating_sub(anchor.group.0) {
        0 if ahead => {
            let text = "it knows the last commit group, but not the ledgers as that group left them";
            collector.found(catalogue::ANCHOR_LAGS, "anchor", text);
        }
        0 => {}
        groups @ 1..=GROUPS_UNANCHORED_MAX => {
            let text = format!("the last {groups} commit groups were never acknowledged; the next start confirms them");
            collector.found(catalogue::ANCHOR_CATCHES_UP, "anchor", text);
        }
        groups => {
            let text = format!("it is {groups} commit groups older than the database; it was replaced by an older copy");
            collector.found(catalogue::ANCHOR_LAGS, "anchor", text);
        }
    }
}

/// Checksums of all table files, and what lies about.
pub(super) fn check_files(check: &Check, settings: &StoreSettings) {
    if let Err(error) = check.store.verify_files() {
        check.found(catalogue::FILE_DAMAGED, "database", error.to_string());
    }
    match check.store.manifest_end() {
        Ok(ManifestEnd::Whole) => {}
        Ok(ManifestEnd::Torn(offset)) => {
            let text = format!("from byte {offset} on it has no whole record; a loss of power leaves that, or a flipped bit");
            check.found(catalogue::MANIFEST_TORN, "database manifest", text);
        }
        Err(error) => check.found(catalogue::DATABASE_UNREADABLE, "database manifest", error.to_string()),
    }
    let staging = settings.data.join("staging");
    match fs::read_dir(&staging) {
        Ok(entries) => {
            let count = entries.count();
            if count > 0 {
                check.found(catalogue::STAGED, "staging", format!("{count} files of interrupted uploads; the next start removes them"));
            }
        }
        Err(error) => check.found(catalogue::DATABASE_UNREADABLE, "staging", error.to_string()),
    }
}

/// The number of documents that a vault is said to hold, from which the cap of a day's destruction is a share. Asked only if every
/// entry is there, and every document of the ledger is or has gone by an order: otherwise that is the finding.
pub(super) fn check_held(check: &Check, scope: &VaultScope, ledger: &Ledger, documents: u64) {
    let held = check.read("column system", check.store.documents_held(scope.record.id)).flatten();
    let explained = ledger.is_torn || ledger.documents.left().next().is_some();
    if held.is_some_and(|held| held != documents) && !explained {
        let text = format!("the vault is said to hold {} documents, and holds {documents}", held.unwrap_or_default());
        check.found(catalogue::SYSTEM_DIFFERS, format!("{} documents", scope.place), text);
    }
}

/// Numbers of the whole archive.
pub(super) fn check_numbers(check: &Check, last_time: Option<Timestamp>) {
    let place = "column system";
    let group = check.read(place, check.store.system(SystemKey::Group));
    let time = check.read(place, check.store.system(SystemKey::Time));
    let epochs = check.read(place, check.store.system(SystemKey::KeyEpoch)).zip(check.keyring.as_ref().map(Keyring::epoch));
    if epochs.is_some_and(|(known, present)| known > present) {
        check.found(catalogue::SYSTEM_DIFFERS, place, "the database knows a later epoch of the keys than the keyring has");
    }
    let Some(last) = last_time else { return };
    if group == Some(0) {
        check.found(catalogue::SYSTEM_DIFFERS, place, "there are ledger entries, but no commit group");
    }
    let last = u64::try_from(last.seconds()).unwrap_or(0);
    if time.is_some_and(|time| time < last) {
        check.found(catalogue::SYSTEM_DIFFERS, place, "the time of the last commit group is earlier than the last ledger entry");
    }
}

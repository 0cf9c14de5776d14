//! Checking a backup: its manifest, the digest of every file, and then everything that is checked of an archive.
//!
//! The manifest takes the place of the anchor: it says up to where the ledgers must reach. What was destroyed after the backup was made has
//! no key any more; that is a note, because it is how it should be.

use std::path::Path;
use std::sync::Arc;

use super::{Check, OfflineSettings, check_database, keys};
use crate::store::anchor::Anchor;
use crate::store::backup::{BackupManifest, Problem, check};
use crate::store::{Store, StoreSettings, SystemKey};
use crate::verify::catalogue;
use crate::verify::report::{Collector, Report};

/// Checks the backup in `folder` with the keys of `settings`, whose data directory and anchor are not looked at. Writes nothing, so that
/// files which other backups share stay as they are. Never fails: whatever goes wrong is a finding.
pub fn verify_backup(settings: &OfflineSettings, folder: &Path) -> Report {
    let collector = Arc::new(Collector::default());
    let keyring = keys::open(settings, &collector);
    if let Some(manifest) = check_files(folder, &collector) {
        let data = folder.to_owned();
        let store = StoreSettings { anchor: data.join("no-anchor"), data, ..settings.store.clone() };
        let settings = OfflineSettings { store, ..settings.clone() };
        if let Some(store) = open(&settings.store, &manifest, &collector) {
            let roots = settings.roots.clone();
            let check = Arc::new(Check { store, keyring, backup: true, roots, collector: Arc::clone(&collector) });
            let anchor = Anchor { archive: manifest.archive, group: manifest.group, heads: manifest.heads };
            check_database(&check, &settings, Some(&anchor));
        }
    }
    collector.report()
}

fn check_files(folder: &Path, collector: &Collector) -> Option<BackupManifest> {
    let (manifest, problems) = match check(folder) {
        Ok(checked) => checked,
        Err(error) => {
            collector.found(catalogue::NOT_A_BACKUP, "BACKUP", error.to_string());
            return None;
        }
    };
    for problem in problems {
        match problem {
            Problem::Missing(path) => collector.found(catalogue::BACKUP_FILE_MISSING, path, "the manifest lists it"),
            Problem::Unreadable(path, why) => collector.found(catalogue::BACKUP_FILE_MISSING, path, why),
            Problem::Damaged(path) => {
                collector.found(catalogue::BACKUP_FILE_DAMAGED, path, "it has another length or digest than the manifest says");
            }
            Problem::Foreign(path) => collector.found(catalogue::BACKUP_FILE_FOREIGN, path, "the manifest does not list it"),
        }
    }
    Some(manifest)
}

fn open(settings: &StoreSettings, manifest: &BackupManifest, collector: &Collector) -> Option<Store> {
    let store = match Store::open_read_only(settings) {
        Ok((store, _)) => store,
        Err(error) => {
            collector.found(catalogue::DATABASE_DAMAGED, "database", error.to_string());
            return None;
        }
    };
    let differs = |text: String| collector.found(catalogue::BACKUP_DIFFERS, "BACKUP", text);
    if store.archive_id() != manifest.archive {
        differs("manifest and FORMAT name different archives".to_owned());
    }
    // What cannot be read is a finding of the check that follows.
    if let Ok(group) = store.system(SystemKey::Group)
        && group != manifest.group.0
    {
        differs(format!("the database ends with commit group {group}, the manifest says {}", manifest.group.0));
    }
    let heads = store.heads().unwrap_or_default();
    for head in &manifest.heads {
        let found = heads.iter().find(|(log, ..)| *log == head.log).map_or(0, |(_, size, _)| *size);
        if found != head.size {
            differs(format!("the ledger of vault {} has {found} entries, the manifest says {}", head.log.vault, head.size));
        }
    }
    Some(store)
}

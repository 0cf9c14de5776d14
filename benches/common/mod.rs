//! What the benches share: the settings of an archive in a folder of its own, each of them spelled out.

use std::path::Path;
use std::sync::Arc;

use aktenfest::archive::ArchiveSettings;
use aktenfest::keys::KeySettings;
use aktenfest::store::StoreSettings;
use aktenfest::store::fault::NoFaults;

/// An archive in `directory`.
pub fn settings(directory: &Path) -> ArchiveSettings {
    ArchiveSettings {
        store: StoreSettings {
            data: directory.join("data"),
            anchor: directory.join("anchor/anchor"),
            checkpoints: None,
            threads: 2,
            cache_bytes: 64 << 20,
            faults: Arc::new(NoFaults),
        },
        keys: KeySettings::in_files(directory.join("keyring"), directory.join("root-of-trust")),
        ledger_host: "bench.example".to_owned(),
        upload_budget_bytes: 256 << 20,
        free_bytes_floor: 1 << 30,
        backups: None,
    }
}

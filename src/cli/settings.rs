//! From the checked configuration to what the archive wants to know.

use std::sync::Arc;

use crate::archive::ArchiveSettings;
use crate::config::{Config, RootOfTrust};
use crate::store::StoreSettings;
use crate::store::fault::NoFaults;

/// Plaintext and sealed bytes between socket and acknowledgement, in all requests together.
const UPLOAD_BUDGET_BYTES: usize = 128 << 20;

/// The settings of the archive that this configuration describes.
pub fn archive_settings(config: &Config) -> ArchiveSettings {
    let storage = &config.storage;
    let RootOfTrust::File { path: root_of_trust } = &storage.root_of_trust;
    ArchiveSettings {
        store: StoreSettings {
            data: storage.data.clone(),
            anchor: storage.anchor.clone(),
            threads: u16::try_from(storage.threads).unwrap_or(u16::MAX),
            cache_bytes: storage.memory_bytes_max,
            faults: Arc::new(NoFaults),
        },
        keyring: storage.keyring.clone(),
        root_of_trust: root_of_trust.clone(),
        ledger_host: config.ledger.origin.clone(),
        upload_budget_bytes: UPLOAD_BUDGET_BYTES,
        free_bytes_floor: storage.free_bytes_min,
    }
}

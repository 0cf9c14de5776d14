//! From the checked configuration to what the archive wants to know.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use super::exit::{Exit, Failure};
use crate::archive::ArchiveSettings;
use crate::config::{Config, ReplicaConfig, RootOfTrust, StorageConfig, TpmDevice};
use crate::keys::{KeySettings, Pkcs11Settings, RootSettings, TpmEndpoint, TpmSettings};
use crate::store::StoreSettings;
use crate::store::fault::NoFaults;
use crate::sys::process;

/// Plaintext and sealed bytes between socket and acknowledgement, in all requests together.
const UPLOAD_BUDGET_BYTES: usize = 128 << 20;

/// The settings of the archive that this configuration describes.
pub fn archive_settings(config: &Config) -> ArchiveSettings {
    let storage = &config.storage;
    ArchiveSettings {
        store: StoreSettings {
            data: storage.data.clone(),
            anchor: storage.anchor.clone(),
            checkpoints: storage.checkpoints.clone(),
            threads: u16::try_from(storage.threads).unwrap_or(u16::MAX),
            cache_bytes: storage.memory_bytes_max,
            faults: Arc::new(NoFaults),
        },
        keys: key_settings(storage),
        ledger_host: config.ledger.origin.clone(),
        upload_budget_bytes: UPLOAD_BUDGET_BYTES,
        free_bytes_floor: storage.free_bytes_min,
        backups: config.backup.folder.clone(),
    }
}

/// Where the keys lie: the first place of each sort, then its replicas.
fn key_settings(storage: &StorageConfig) -> KeySettings {
    let mut keys = KeySettings { roots: vec![root_settings(&storage.root_of_trust)], directories: vec![storage.keyring.clone()] };
    for ReplicaConfig { root_of_trust, keyring } in &storage.replicas {
        keys.roots.extend(root_of_trust.as_ref().map(root_settings));
        keys.directories.extend(keyring.clone());
    }
    keys
}

fn root_settings(root: &RootOfTrust) -> RootSettings {
    match root {
        RootOfTrust::File { path } => RootSettings::File { directory: path.clone() },
        RootOfTrust::Tpm { device, nv_index, is_virtual, secret } => {
            let endpoint = match device {
                TpmDevice::File(path) => TpmEndpoint::Device(path.clone()),
                TpmDevice::Unix(path) => TpmEndpoint::Unix(path.clone()),
                TpmDevice::Tcp(address) => TpmEndpoint::Tcp(*address),
            };
            RootSettings::Tpm(TpmSettings { endpoint, nv_index: *nv_index, auth: secret.clone(), is_virtual: *is_virtual })
        }
        RootOfTrust::Pkcs11 { module, token, label, secret } => {
            RootSettings::Pkcs11(Pkcs11Settings { module: module.clone(), token: token.clone(), label: label.clone(), pin: secret.clone() })
        }
    }
}

/// Refuses to open the archive as root if it belongs to somebody else: every file that root creates in it, the daemon could not read.
pub fn refuse_as_root_for_others(config: &Config) -> anyhow::Result<()> {
    refuse_for(process::is_root(), &config.storage.data)
}

fn refuse_for(as_root: bool, data: &Path) -> anyhow::Result<()> {
    // A folder that cannot be looked at is explained by whoever opens it.
    let Ok(found) = std::fs::metadata(data) else { return Ok(()) };
    const ROOT: u32 = 0;
    if !as_root || found.uid() == ROOT {
        return Ok(());
    }
    let name = process::user_name(found.uid());
    let data = data.display();
    let message = format!(
        "{data} belongs to {name}, who could not read what root creates in it; run the same command as `runuser -u {name} -- aktenfest ...`"
    );
    Err(Failure::error(Exit::Failure, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_does_not_write_into_an_archive_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let mine = process::is_root();
        assert!(refuse_for(mine, folder.path()).is_ok());
        let refused = refuse_for(true, folder.path());
        assert_eq!(refused.is_ok(), mine);
        if mine {
            std::os::unix::fs::chown(folder.path(), Some(65_534), None).unwrap();
            let message = refuse_for(mine, folder.path()).unwrap_err().to_string();
            assert!(message.contains("runuser -u nobody -- "), "{message}");
            assert!(refuse_for(false, folder.path()).is_ok());
        }
        assert!(refuse_for(mine, &folder.path().join("nothing")).is_ok());
    }
}

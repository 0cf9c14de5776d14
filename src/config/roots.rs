//! Roots of trust and replicas: sections of the configuration that all have the same keys.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::check::{Check, StorageConfig};

/// What keeps the keys under which the key forest is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootOfTrust {
    /// Two files: whoever copies them together with the keyring can open what both were copied with.
    File {
        /// The folder of the files.
        path: PathBuf,
    },
    /// Two NV indices of a TPM 2.0.
    Tpm {
        /// Where the TPM listens.
        device: TpmDevice,
        /// The first of the two indices.
        nv_index: u32,
        /// Whether the operator says that the TPM is not a chip.
        is_virtual: bool,
        /// The file with the auth value.
        secret: PathBuf,
    },
    /// Keys in a token with a PKCS #11 library.
    Pkcs11 {
        /// The library.
        module: PathBuf,
        /// The label of the token.
        token: String,
        /// The label of the objects in it.
        label: String,
        /// The file with the PIN.
        secret: PathBuf,
    },
}

/// Where a TPM listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TpmDevice {
    /// A character device.
    File(PathBuf),
    /// A Unix socket.
    Unix(PathBuf),
    /// A TCP socket.
    Tcp(SocketAddr),
}

/// A further place that every change of keys is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaConfig {
    /// A further root of trust.
    pub root_of_trust: Option<RootOfTrust>,
    /// A further folder of the sealed key forest.
    pub keyring: Option<PathBuf>,
}

/// The keys of one section.
struct Section {
    kind: &'static str,
    path: &'static str,
    device: &'static str,
    nv_index: &'static str,
    chip: &'static str,
    module: &'static str,
    token: &'static str,
    label: &'static str,
    secret: &'static str,
}

macro_rules! section {
    ($name:literal) => {
        Section {
            kind: concat!($name, ".kind"),
            path: concat!($name, ".path"),
            device: concat!($name, ".device"),
            nv_index: concat!($name, ".nv_index"),
            chip: concat!($name, ".chip"),
            module: concat!($name, ".module"),
            token: concat!($name, ".token"),
            label: concat!($name, ".label"),
            secret: concat!($name, ".secret"),
        }
    };
}

const ROOT_OF_TRUST: Section = section!("storage.root_of_trust");
const REPLICAS: [(Section, &str); 2] =
    [(section!("storage.replica_1"), "storage.replica_1.keyring"), (section!("storage.replica_2"), "storage.replica_2.keyring")];

#[derive(Clone, Copy, PartialEq, Eq)]
enum RootKind {
    None,
    File,
    Tpm,
    Pkcs11,
}

impl StorageConfig {
    /// Every folder with keys in it, and the key that names it.
    pub(super) fn key_folders(&self) -> Vec<(&'static str, &Path)> {
        let first = [(ROOT_OF_TRUST.path, Some(&self.root_of_trust), "storage.keyring", Some(&self.keyring))];
        let replicas = REPLICAS.iter().zip(&self.replicas);
        let replicas =
            replicas.map(|((section, key), replica)| (section.path, replica.root_of_trust.as_ref(), *key, replica.keyring.as_ref()));
        let mut folders = Vec::new();
        for (path_key, root, keyring_key, keyring) in first.into_iter().chain(replicas) {
            if let Some(RootOfTrust::File { path }) = root {
                folders.push((path_key, path.as_path()));
            }
            folders.extend(keyring.map(|keyring| (keyring_key, keyring.as_path())));
        }
        folders
    }
}

impl Check<'_> {
    /// The first root of trust.
    pub(super) fn root_of_trust(&mut self) -> Option<RootOfTrust> {
        let kind = self.choice(ROOT_OF_TRUST.kind, &[RootKind::File, RootKind::Tpm, RootKind::Pkcs11]);
        self.root(&ROOT_OF_TRUST, kind)?
    }

    /// All sections for replicas, also those that name no place.
    pub(super) fn replicas(&mut self) -> Option<Vec<ReplicaConfig>> {
        let mut replicas = Some(Vec::new());
        for (section, keyring_key) in &REPLICAS {
            let kind = self.choice(section.kind, &[RootKind::None, RootKind::File, RootKind::Tpm, RootKind::Pkcs11]);
            let (root, keyring) = (self.root(section, kind), self.optional_path(keyring_key));
            // Both were checked before the first mistake ends it.
            replicas = replicas.and_then(|mut replicas| {
                replicas.push(ReplicaConfig { root_of_trust: root?, keyring: keyring? });
                Some(replicas)
            });
        }
        replicas
    }

    /// `None` for a mistake, `Some(None)` for no root of trust. Every key is checked, also of kinds that were not chosen.
    fn root(&mut self, section: &Section, kind: Option<RootKind>) -> Option<Option<RootOfTrust>> {
        let (path, secret) = (self.path(section.path), self.path(section.secret));
        let (device, nv_index) = (self.device(section.device), self.number(section.nv_index));
        let is_virtual = self.choice(section.chip, &[false, true]);
        let (module, token, label) = (self.path(section.module), self.words(section.token), self.words(section.label));
        let (path, secret, module, token, label) = (path?, secret?, module?, token?, label?);
        let (device, nv_index, is_virtual) = (device?, u32::try_from(nv_index?).ok()?, is_virtual?);
        Some(match kind? {
            RootKind::None => None,
            RootKind::File => Some(RootOfTrust::File { path }),
            RootKind::Tpm => Some(RootOfTrust::Tpm { device, nv_index, is_virtual, secret }),
            RootKind::Pkcs11 => Some(RootOfTrust::Pkcs11 { module, token, label, secret }),
        })
    }

    fn device(&mut self, key: &'static str) -> Option<TpmDevice> {
        let text = self.text(key)?;
        let device = match text.split_once(':') {
            Some(("unix", path)) if !path.is_empty() => Some(TpmDevice::Unix(self.absolute(path))),
            Some(("tcp", address)) => address.parse().ok().map(TpmDevice::Tcp),
            None if text.starts_with('/') => Some(TpmDevice::File(self.absolute(&text))),
            _ => None,
        };
        self.accept(key, &text, device)
    }

    /// What would bring a root of trust and the files that it opens into one copy, or let one place stand for two.
    pub(super) fn separate_keys(&mut self, storage: &StorageConfig) {
        let roots = std::iter::once((ROOT_OF_TRUST.path, Some(&storage.root_of_trust)));
        let replicas = REPLICAS.iter().zip(&storage.replicas);
        let roots: Vec<_> =
            roots.chain(replicas.clone().map(|((section, _), replica)| (section.path, replica.root_of_trust.as_ref()))).collect();
        let first = ("storage.keyring", Some(&storage.keyring));
        let keyrings: Vec<_> = std::iter::once(first).chain(replicas.map(|((_, key), replica)| (*key, replica.keyring.as_ref()))).collect();
        for (key, root) in &roots {
            let Some(RootOfTrust::File { path }) = root else { continue };
            if path.starts_with(&storage.data) {
                self.inside(key, "storage.data", "a backup of the database would contain the root of trust");
            }
            for (keyring_key, _) in keyrings.iter().filter(|(_, keyring)| keyring.is_some_and(|keyring| path.starts_with(keyring))) {
                self.inside(key, keyring_key, "a backup of the keyring could open destroyed documents");
            }
            if *path == storage.anchor {
                self.mistake("storage.anchor", format!("is the same file as {key}"));
            }
        }
        for (number, (key, keyring)) in keyrings.iter().enumerate() {
            let Some(keyring) = keyring else { continue };
            if keyring.starts_with(&storage.data) {
                self.inside(key, "storage.data", "a backup of the database would contain the keys");
            }
            if storage.data.starts_with(keyring) {
                self.inside("storage.data", key, "a backup of the keyring would contain the database");
            }
            if keyrings[..number].iter().any(|(_, other)| other.is_some_and(|other| other == *keyring)) {
                self.mistake(key, "is a folder that is named already; a replica must be another place".to_owned());
            }
        }
        for (number, (key, root)) in roots.iter().enumerate() {
            if root.is_some_and(|root| roots[..number].iter().any(|(_, other)| other.is_some_and(|other| is_same_place(root, other)))) {
                self.mistake(
                    key,
                    "and what stands beside it name a place that is named already; a replica must be another place".to_owned(),
                );
            }
        }
    }

    fn inside(&mut self, key: &'static str, outer: &str, why: &str) {
        self.mistake(key, format!("lies inside {outer}: {why}; choose another folder"));
    }
}

fn is_same_place(left: &RootOfTrust, right: &RootOfTrust) -> bool {
    match (left, right) {
        (RootOfTrust::File { path: left }, RootOfTrust::File { path: right }) => left == right,
        (RootOfTrust::Tpm { device: left, nv_index: first, .. }, RootOfTrust::Tpm { device: right, nv_index: second, .. }) => {
            // Each has two indices, one behind the other.
            left == right && first.abs_diff(*second) < 2
        }
        (
            RootOfTrust::Pkcs11 { module: left, token: first, label, .. },
            RootOfTrust::Pkcs11 { module: right, token: second, label: other, .. },
        ) => (left, first, label) == (right, second, other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::check::Config;
    use super::*;

    fn storage(lines: &str) -> StorageConfig {
        let text = format!("ledger.origin = \"a\"\n[storage]\n{lines}\n");
        Config::parse(&text, Path::new("/etc/aktenfest")).unwrap_or_else(|mistakes| panic!("{lines}: {mistakes:?}")).storage
    }

    #[test]
    fn each_kind_of_root_of_trust() {
        let chip = storage("root_of_trust.kind = \"tpm\"\nroot_of_trust.nv_index = 0x01800010\nroot_of_trust.secret = \"auth\"");
        let device = TpmDevice::File("/dev/tpmrm0".into());
        let secret = PathBuf::from("/etc/aktenfest/auth");
        assert_eq!(chip.root_of_trust, RootOfTrust::Tpm { device, nv_index: 0x0180_0010, is_virtual: false, secret });
        for (text, device) in [
            ("unix:/run/tpm", TpmDevice::Unix("/run/tpm".into())),
            ("tcp:127.0.0.1:2321", TpmDevice::Tcp("127.0.0.1:2321".parse().unwrap())),
        ] {
            let lines = format!("root_of_trust.kind = \"tpm\"\nroot_of_trust.chip = \"virtual\"\nroot_of_trust.device = \"{text}\"");
            let found = storage(&lines).root_of_trust;
            assert!(matches!(&found, RootOfTrust::Tpm { device: found, is_virtual: true, .. } if *found == device), "{found:?}");
        }
        let token = storage("root_of_trust.kind = \"pkcs11\"\nroot_of_trust.token = \"archive\"\nroot_of_trust.module = \"/lib/x.so\"");
        assert!(matches!(token.root_of_trust, RootOfTrust::Pkcs11 { token, label, .. } if token == "archive" && label == "aktenfest"));
    }

    #[test]
    fn a_replica_may_be_a_root_of_trust_or_a_folder_or_both() {
        let none = ReplicaConfig { root_of_trust: None, keyring: None };
        assert_eq!(storage("").replicas, [none.clone(), none]);
        let found = storage("replica_2.keyring = \"/mnt/b/keyring\"\nreplica_1.kind = \"file\"\nreplica_1.path = \"/mnt/a/root\"").replicas;
        assert_eq!(found[0], ReplicaConfig { root_of_trust: Some(RootOfTrust::File { path: "/mnt/a/root".into() }), keyring: None });
        assert_eq!(found[1], ReplicaConfig { root_of_trust: None, keyring: Some("/mnt/b/keyring".into()) });
    }

    #[test]
    fn a_replica_is_another_place_and_keys_lie_apart_from_what_they_open() {
        for (lines, key) in [
            ("replica_1.keyring = \"/k\"\nkeyring = \"/k\"", "storage.replica_1.keyring"),
            ("replica_2.keyring = \"/d/k\"\ndata = \"/d\"", "storage.replica_2.keyring"),
            ("replica_1.kind = \"file\"\nreplica_1.path = \"/r\"\nroot_of_trust.path = \"/r\"", "storage.replica_1.path"),
            ("replica_1.kind = \"file\"\nreplica_1.path = \"/k/r\"\nkeyring = \"/k\"", "storage.replica_1.path"),
            ("replica_1.keyring = \"/k\"\nroot_of_trust.path = \"/k/r\"", "storage.root_of_trust.path"),
            ("root_of_trust.kind = \"tpm\"\nreplica_1.kind = \"tpm\"", "storage.replica_1.path"),
            ("root_of_trust.kind = \"pkcs11\"\nreplica_2.kind = \"pkcs11\"", "storage.replica_2.path"),
            ("replica_1.device = \"tpm0\"", "storage.replica_1.device"),
            ("root_of_trust.token = \"\"", "storage.root_of_trust.token"),
        ] {
            let text = format!("ledger.origin = \"a\"\n[storage]\n{lines}\n");
            let mistakes = Config::parse(&text, Path::new("/etc/aktenfest")).expect_err(lines);
            assert!(mistakes.iter().any(|mistake| mistake.key == key), "{lines}: {mistakes:?}");
        }
    }
}

//! Vaults: the walls between offices.

use super::{Timestamp, VaultId, VaultName};

/// What the archive keeps about a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultRecord {
    /// The name in URLs and certificates.
    pub name: VaultName,
    /// The id in keys and headers.
    pub id: VaultId,
    /// Origin of the vault's ledger (C2SP tlog-checkpoint): the name that signs, without the vault's own name in it.
    pub origin: String,
    /// When the vault was created.
    pub created_at: Timestamp,
}

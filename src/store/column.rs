//! The columns of the database: what is filed under which key, and whether it may ever change.

/// A column family. Keys are big-endian, so that their order is the order of the numbers in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// *Key* seq u64 || frame u32. *Value* one sealed frame. Written through the log with the group that refers to it.
    Content,
    /// *Key* seq u64 || frame u32. *Value* one sealed frame. Ingested as a file before the group that refers to it.
    Bulk,
    /// *Key* seq u64. *Value* vault 16 || address u64: whose content it is. What has no owner was staged and never committed.
    Owners,
    /// *Key* name of the vault. *Value* vault record.
    Vaults,
    /// *Key* vault 16. *Value* name of the vault.
    VaultIds,
    /// *Key* vault 16 || case u40. *Value* case record.
    Cases,
    /// *Key* vault 16 || case id 16. *Value* case number u64.
    CaseIds,
    /// *Key* vault 16 || HMAC of the reference 32. *Value* case number u64.
    CaseRefs,
    /// *Key* vault 16 || case u40 || document u24. *Value* document record.
    Documents,
    /// *Key* vault 16 || document id 16. *Value* address u64.
    DocumentIds,
    /// *Key* vault 16 || log u16 || index u64. *Value* ledger entry.
    Ledger,
    /// *Key* vault 16 || log u16 || level u8 || n u64. *Value* full tile, 8192 bytes.
    Tiles,
    /// *Key* vault 16 || log u16. *Value* size and frontier of the log.
    Heads,
    /// *Key* a name. *Value* a number of the whole archive, see [`super::SystemKey`].
    System,
}

/// Whether a value may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// Written once; there is no operation that overwrites it, in any build.
    Once,
    /// Follows from other columns and moves forward with every group.
    Cursor,
}

impl Column {
    /// All columns.
    pub const ALL: [Self; 14] = [
        Self::Content,
        Self::Bulk,
        Self::Owners,
        Self::Vaults,
        Self::VaultIds,
        Self::Cases,
        Self::CaseIds,
        Self::CaseRefs,
        Self::Documents,
        Self::DocumentIds,
        Self::Ledger,
        Self::Tiles,
        Self::Heads,
        Self::System,
    ];

    /// Name on disk. Never changed: the database is found by it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Bulk => "bulk-1",
            Self::Owners => "owners",
            Self::Vaults => "vaults",
            Self::VaultIds => "vault_ids",
            Self::Cases => "cases",
            Self::CaseIds => "case_ids",
            Self::CaseRefs => "case_refs",
            Self::Documents => "documents",
            Self::DocumentIds => "document_ids",
            Self::Ledger => "ledger",
            Self::Tiles => "tiles",
            Self::Heads => "heads",
            Self::System => "system",
        }
    }

    /// Whether values of the column may change.
    pub fn mutability(self) -> Mutability {
        match self {
            Self::Heads | Self::System => Mutability::Cursor,
            Self::Content
            | Self::Bulk
            | Self::Owners
            | Self::Vaults
            | Self::VaultIds
            | Self::Cases
            | Self::CaseIds
            | Self::CaseRefs
            | Self::Documents
            | Self::DocumentIds
            | Self::Ledger
            | Self::Tiles => Mutability::Once,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cursors_may_change() {
        let cursors: Vec<_> = Column::ALL.into_iter().filter(|column| column.mutability() == Mutability::Cursor).collect();
        assert_eq!(cursors, [Column::Heads, Column::System]);
    }

    #[test]
    fn names_are_distinct() {
        let names: std::collections::BTreeSet<_> = Column::ALL.into_iter().map(Column::name).collect();
        assert_eq!(names.len(), Column::ALL.len());
    }
}

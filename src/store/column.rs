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
    /// *Key* vault 16 || address u64. *Value* note record.
    Notes,
    /// *Key* vault 16 || note id 16. *Value* address u64.
    NoteIds,
    /// *Key* vault 16 || case u40. *Value* dossier.
    Dossiers,
    /// *Key* vault 16 || case u40 || document u24. *Value* what retention knows of the document.
    DocumentFacts,
    /// *Key* vault 16 || address u64 of the note that registered it. *Value* what has become of a hold, a batch, a box.
    Registers,
    /// *Key* vault 16. *Value* what retention knows of the vault.
    VaultFacts,
    /// *Key* vault 16 || list u8 || day u32 || case u40 || document u24 || matter u16 || class. *Value* line. See [`super::agenda`].
    Agenda,
    /// *Key* vault 16 || case u40 || kind of part u8 || number u24 || hold u40. *Value* kind of hold.
    Held,
    /// *Key* vault 16 || case u40 || document u24. *Value* what is left of a document or, at the address of the case itself, of a case.
    Tombstones,
    /// *Key* vault 16. *Value* what the vault knows of its destructions.
    Dispositions,
    /// *Key* vault 16 || year u16 || index u64. *Value* what is sealed beside an entry of the access ledger of the year.
    Accesses,
    /// *Key* vault 16 || year u16 || case u40 || document u24 || index u64. *Value* nothing: which entries are about a document or case.
    AccessesOf,
    /// *Key* vault 16 || case u40 || document u24. *Value* address u64 of the box in which its original lies or was destroyed.
    Boxed,
    /// *Key* vault 16 || size u64. *Value* where the newest evidence for the checkpoint of this size is filed.
    Stamped,
    /// *Key* vault 16 || log u16. *Value* the newest checkpoint of the log that witnesses have cosigned.
    Cosigned,
}

/// Whether a value may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// Written once; there is no operation that overwrites it, in any build, and one that removes it: with a warrant.
    Once,
    /// Moves forward: with every group, or when others have vouched for one.
    Cursor,
    /// Follows from columns that are written once: changed and removed in the commit of what it follows from, and computed again by
    /// `verify`.
    Derived,
}

impl Column {
    /// All columns.
    pub const ALL: [Self; 29] = [
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
        Self::Notes,
        Self::NoteIds,
        Self::Dossiers,
        Self::DocumentFacts,
        Self::Registers,
        Self::VaultFacts,
        Self::Agenda,
        Self::Held,
        Self::Tombstones,
        Self::Dispositions,
        Self::Boxed,
        Self::Stamped,
        Self::Accesses,
        Self::AccessesOf,
        Self::Cosigned,
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
            Self::Notes => "notes",
            Self::NoteIds => "note_ids",
            Self::Dossiers => "dossiers",
            Self::DocumentFacts => "document_facts",
            Self::Registers => "registers",
            Self::VaultFacts => "vault_facts",
            Self::Agenda => "agenda",
            Self::Held => "held",
            Self::Tombstones => "tombstones",
            Self::Dispositions => "dispositions",
            Self::Boxed => "boxed",
            Self::Stamped => "stamped",
            Self::Accesses => "accesses",
            Self::AccessesOf => "accesses_of",
            Self::Cosigned => "cosigned",
        }
    }

    /// Whether the column holds what is never removed: ledgers.
    pub fn is_ledger(self) -> bool {
        matches!(self, Self::Ledger | Self::Tiles | Self::Tombstones)
    }

    /// Whether values of the column may change.
    pub fn mutability(self) -> Mutability {
        match self {
            Self::Heads | Self::System | Self::Cosigned => Mutability::Cursor,
            Self::Dossiers
            | Self::DocumentFacts
            | Self::Registers
            | Self::VaultFacts
            | Self::Agenda
            | Self::Held
            | Self::Dispositions
            | Self::Boxed
            | Self::Stamped => Mutability::Derived,
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
            | Self::Tiles
            | Self::Notes
            | Self::NoteIds
            | Self::Tombstones
            | Self::Accesses
            | Self::AccessesOf => Mutability::Once,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_follows_from_other_columns_may_change() {
        let of = |mutability| Column::ALL.into_iter().filter(move |column| column.mutability() == mutability).collect::<Vec<_>>();
        assert_eq!(of(Mutability::Cursor), [Column::Heads, Column::System, Column::Cosigned]);
        let derived = [
            Column::Dossiers,
            Column::DocumentFacts,
            Column::Registers,
            Column::VaultFacts,
            Column::Agenda,
            Column::Held,
            Column::Dispositions,
            Column::Boxed,
            Column::Stamped,
        ];
        assert_eq!(of(Mutability::Derived), derived);
    }

    #[test]
    fn names_are_distinct() {
        let names: std::collections::BTreeSet<_> = Column::ALL.into_iter().map(Column::name).collect();
        assert_eq!(names.len(), Column::ALL.len());
    }
}

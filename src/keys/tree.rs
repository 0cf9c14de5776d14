//! Which key tree: the vault, the year, and what the tree's leaves are for.

use std::fmt;

use crate::keys::KeyError;
use crate::model::VaultId;

/// What the leaves of a tree are keys of. Stands in the two upper bits of the generation, so that all kinds share one file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TreeKind {
    /// Documents of the cases opened in one year; address = case (40 bits), document (24 bits).
    Cases,
    /// People whose acts the ledger records in one year; address = the first 64 bits of a keyed hash of the name.
    Actors,
    /// The vault's own keys, year 0, never punctured: leaf 0 is the index key, leaf 1 + g the ledger's signing seed of generation g.
    Vault,
}

impl TreeKind {
    const SHIFT: u32 = 14;

    fn bits(self) -> u16 {
        match self {
            Self::Cases => 0,
            Self::Actors => 1 << Self::SHIFT,
            Self::Vault => 2 << Self::SHIFT,
        }
    }
}

/// One tree of the key forest. Each has a root of its own drawn at random, so trees say nothing about each other.
///
/// ```text
/// 0   16  vault
/// 16   2  year        opening year (cases), calendar year (actors), 0 (vault)
/// 18   2  generation  bits 15-14: kind (0 cases, 1 actors, 2 vault, 3 unassigned); bits 13-0: number; 1 is a tree of readers, all others 0
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeId {
    vault: VaultId,
    year: u16,
    generation: u16,
}

impl TreeId {
    /// Bytes of the encoded id.
    pub const BYTES: usize = 20;
    /// Number of the trees of readers.
    const READERS: u16 = 1;

    /// The tree for cases of `vault` that were opened in `year`.
    pub fn cases(vault: VaultId, year: u16) -> Self {
        Self { vault, year, generation: TreeKind::Cases.bits() }
    }

    /// The tree for the people who acted in `vault` in `year`.
    pub fn actors(vault: VaultId, year: u16) -> Self {
        Self { vault, year, generation: TreeKind::Actors.bits() }
    }

    /// The tree for the people who read in `vault` in `year`: apart from the others, because it ends with the year's access log, while
    /// who stored and who destroyed something is to be known for longer.
    pub fn readers(vault: VaultId, year: u16) -> Self {
        Self { vault, year, generation: TreeKind::Actors.bits() | Self::READERS }
    }

    /// Whether this is the tree of an access log.
    pub fn is_of_readers(&self) -> bool {
        self.kind() == TreeKind::Actors && self.generation & !(3 << TreeKind::SHIFT) == Self::READERS
    }

    /// The tree with the vault's own keys.
    pub fn vault(vault: VaultId) -> Self {
        Self { vault, year: 0, generation: TreeKind::Vault.bits() }
    }

    /// The tree with these stored parts; refuses a kind that is not assigned.
    pub fn from_parts(vault: VaultId, year: u16, generation: u16) -> Result<Self, KeyError> {
        if generation >> TreeKind::SHIFT == 3 { Err(KeyError::TreeKind { generation }) } else { Ok(Self { vault, year, generation }) }
    }

    /// The vault that the tree belongs to.
    pub fn vault_id(&self) -> VaultId {
        self.vault
    }

    /// The year, 0 for the vault's own tree.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// Kind and number as they are stored.
    pub fn generation(&self) -> u16 {
        self.generation
    }

    /// What the leaves are for.
    pub fn kind(&self) -> TreeKind {
        match self.generation >> TreeKind::SHIFT {
            0 => TreeKind::Cases,
            1 => TreeKind::Actors,
            // `from_parts` refuses 3, so 2 is the only value left.
            _ => TreeKind::Vault,
        }
    }

    /// The id in its stored form.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(&self.vault.0);
        bytes[16..18].copy_from_slice(&self.year.to_be_bytes());
        bytes[18..].copy_from_slice(&self.generation.to_be_bytes());
        bytes
    }

    /// The id in its stored form, read back.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self, KeyError> {
        let mut vault = [0; 16];
        vault.copy_from_slice(&bytes[..16]);
        Self::from_parts(VaultId(vault), u16::from_be_bytes([bytes[16], bytes[17]]), u16::from_be_bytes([bytes[18], bytes[19]]))
    }
}

/// The form in file names: `<vault>-<year>-<generation>`, e.g. `00112233445566778899aabbccddeeff-2026-0000`.
impl fmt::Display for TreeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:04x}", self.vault, self.year, self.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_id_survives_its_stored_form() {
        let vault = VaultId([7; 16]);
        for (tree, kind) in [
            (TreeId::cases(vault, 2026), TreeKind::Cases),
            (TreeId::actors(vault, 2026), TreeKind::Actors),
            (TreeId::readers(vault, 2026), TreeKind::Actors),
            (TreeId::vault(vault), TreeKind::Vault),
        ] {
            assert_eq!(tree.kind(), kind);
            assert_eq!(TreeId::from_bytes(&tree.to_bytes()).ok(), Some(tree));
            assert_eq!(tree.is_of_readers(), tree == TreeId::readers(vault, 2026));
        }
    }

    #[test]
    fn the_unassigned_kind_is_refused() {
        assert!(matches!(TreeId::from_parts(VaultId([7; 16]), 2026, 0xC000), Err(KeyError::TreeKind { generation: 0xC000 })));
    }
}

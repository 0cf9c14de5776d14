//! Keys of the columns: fixed widths, big-endian, no personal data.

use crate::model::{Address, CaseId, CaseNumber, ContentSeq, DocumentId, LedgerIndex, VaultId};

/// Which log of a vault. The life-cycle log is 0; the access log of a year has the number of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(pub u16);

impl LogId {
    /// The log of everything that happened in the vault.
    pub const LIFE_CYCLE: Self = Self(0);
}

/// One log of one vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogKey {
    /// The vault.
    pub vault: VaultId,
    /// The log.
    pub log: LogId,
}

impl LogKey {
    /// The life-cycle log of a vault.
    pub fn life_cycle(vault: VaultId) -> Self {
        Self { vault, log: LogId::LIFE_CYCLE }
    }

    /// Key in `heads`; also the prefix of the log's entries and tiles.
    pub fn head(self) -> Vec<u8> {
        [&self.vault.0[..], &self.log.0.to_be_bytes()].concat()
    }

    /// The log of a key in `heads`, or `None` if it is not one.
    pub fn parse_head(key: &[u8]) -> Option<Self> {
        let (vault, log) = key.split_at_checked(16)?;
        Some(Self { vault: VaultId::from_slice(vault)?, log: LogId(u16::from_be_bytes(log.try_into().ok()?)) })
    }

    /// Key in `ledger`.
    pub fn entry(self, index: LedgerIndex) -> Vec<u8> {
        [&self.head()[..], &index.0.to_be_bytes()].concat()
    }

    /// Key in `tiles`.
    pub fn tile(self, level: u8, n: u64) -> Vec<u8> {
        [&self.head()[..], &[level], &n.to_be_bytes()].concat()
    }
}

/// Key in `content` and `bulk`.
pub fn frame(seq: ContentSeq, frame: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&seq.0.to_be_bytes());
    key[8..].copy_from_slice(&frame.to_be_bytes());
    key
}

/// The seq and frame of a key in `content` and `bulk`, or `None` if it is not one.
pub fn parse_frame(key: &[u8]) -> Option<(ContentSeq, u32)> {
    let (seq, frame) = key.split_at_checked(8)?;
    Some((ContentSeq(u64::from_be_bytes(seq.try_into().ok()?)), u32::from_be_bytes(frame.try_into().ok()?)))
}

/// Key in `owners`.
pub fn owner(seq: ContentSeq) -> [u8; 8] {
    seq.0.to_be_bytes()
}

/// Key in `cases`: the number in its 5 bytes.
pub fn case(vault: VaultId, number: CaseNumber) -> Vec<u8> {
    [&vault.0[..], &number.get().to_be_bytes()[3..]].concat()
}

/// Key in `documents`.
pub fn document(vault: VaultId, address: Address) -> Vec<u8> {
    [&vault.0[..], &address.to_u64().to_be_bytes()].concat()
}

/// The vault and address of a key in `documents`, or `None` if it is not one.
pub fn parse_document(key: &[u8]) -> Option<(VaultId, Address)> {
    let (vault, address) = key.split_at_checked(16)?;
    Some((VaultId::from_slice(vault)?, Address::from_u64(u64::from_be_bytes(address.try_into().ok()?))))
}

/// Key in `case_ids`.
pub fn case_id(vault: VaultId, id: CaseId) -> Vec<u8> {
    [&vault.0[..], id.as_bytes()].concat()
}

/// Key in `document_ids`.
pub fn document_id(vault: VaultId, id: DocumentId) -> Vec<u8> {
    [&vault.0[..], id.as_bytes()].concat()
}

/// Key in `case_refs`.
pub fn case_ref(vault: VaultId, tag: &[u8; 32]) -> Vec<u8> {
    [&vault.0[..], tag].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_is_the_order_of_numbers() {
        let vault = VaultId([7; 16]);
        let number = |n| CaseNumber::new(n).unwrap();
        assert!(case(vault, number(255)) < case(vault, number(256)));
        assert!(document(vault, Address::of_case(number(1))) < document(vault, Address::from_u64(2 << 24)));
        assert!(frame(ContentSeq(1), u32::MAX) < frame(ContentSeq(2), 0));
        let log = LogKey::life_cycle(vault);
        assert!(log.entry(LedgerIndex(255)) < log.entry(LedgerIndex(256)));
    }

    #[test]
    fn keys_can_be_read_back_and_nothing_else_can() {
        let vault = VaultId([7; 16]);
        let log = LogKey { vault, log: LogId(2026) };
        assert_eq!(LogKey::parse_head(&log.head()), Some(log));
        let address = Address::from_u64(77 << 24 | 5);
        assert_eq!(parse_document(&document(vault, address)), Some((vault, address)));
        assert_eq!(parse_frame(&frame(ContentSeq(9), 3)), Some((ContentSeq(9), 3)));
        for bad in [&b""[..], b"short", &[0; 40]] {
            assert_eq!(LogKey::parse_head(bad), None);
            assert_eq!(parse_document(bad), None);
            assert_eq!(parse_frame(bad), None);
        }
    }
}

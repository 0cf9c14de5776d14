//! Keys of the columns: fixed widths, big-endian, no personal data.

use crate::model::retention::{MatterNumber, Part, Target};
use crate::model::{Address, CaseId, CaseNumber, ContentSeq, DocumentId, DocumentNumber, LedgerIndex, NoteId, VaultId};

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

    /// The access log of a vault and calendar year.
    pub fn access(vault: VaultId, year: u16) -> Self {
        Self { vault, log: LogId(year) }
    }

    /// The calendar year of an access log; `None` for the life-cycle log.
    pub fn year(self) -> Option<u16> {
        (self.log != LogId::LIFE_CYCLE).then_some(self.log.0)
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

/// Key in `accesses`.
pub fn access(log: LogKey, index: LedgerIndex) -> Vec<u8> {
    log.entry(index)
}

/// Key in `accesses_of`.
pub fn access_of(log: LogKey, subject: Address, index: LedgerIndex) -> Vec<u8> {
    [&log.head()[..], &subject.to_u64().to_be_bytes(), &index.0.to_be_bytes()].concat()
}

/// Prefix in `accesses_of` of a case with everything in it.
pub fn accesses_of_case(log: LogKey, case: CaseNumber) -> Vec<u8> {
    [&log.head()[..], &case.get().to_be_bytes()[3..]].concat()
}

/// The subject and the index of a key in `accesses_of`, or `None` if it is not one.
pub fn parse_access_of(key: &[u8]) -> Option<(Address, LedgerIndex)> {
    let number = |from: usize| Some(u64::from_be_bytes(key.get(from..from + 8)?.try_into().ok()?));
    (key.len() == 18 + 16).then_some((Address::from_u64(number(18)?), LedgerIndex(number(26)?)))
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

/// The number of a key in `cases` or `dossiers`, or `None` if it is not one.
pub fn parse_case(key: &[u8]) -> Option<CaseNumber> {
    let mut number = [0; 8];
    number.get_mut(3..)?.copy_from_slice(key.get(16..).filter(|rest| rest.len() == 5)?);
    CaseNumber::new(u64::from_be_bytes(number)).ok()
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

/// Key in `note_ids`.
pub fn note_id(vault: VaultId, id: NoteId) -> Vec<u8> {
    [&vault.0[..], id.as_bytes()].concat()
}

/// Key in `held`; the parts of a case begin with the key of the case.
pub fn held(vault: VaultId, target: Target, hold: CaseNumber) -> Vec<u8> {
    [held_on(vault, target), hold.get().to_be_bytes()[3..].to_vec()].concat()
}

/// Prefix in `held` of all holds on one part of a case.
pub fn held_on(vault: VaultId, target: Target) -> Vec<u8> {
    let (kind, number) = match target.part {
        Part::Whole => (1, 0),
        Part::Matter(number) => (2, u32::from(number.0)),
        Part::Document(number) => (3, number.get()),
    };
    [&case(vault, target.case)[..], &[kind], &number.to_be_bytes()[1..]].concat()
}

/// The hold of a key in `held`, or `None` if it is not one.
pub fn parse_held(key: &[u8]) -> Option<CaseNumber> {
    let (_, hold) = key.split_at_checked(16 + 5 + 1 + 3)?;
    let mut number = [0; 8];
    number.get_mut(3..)?.copy_from_slice(hold.get(..5).filter(|_| hold.len() == 5)?);
    CaseNumber::new(u64::from_be_bytes(number)).ok()
}

/// The part of a case and the hold of a key in `held`, or `None` if it is not one.
pub fn parse_held_part(key: &[u8]) -> Option<(Part, CaseNumber)> {
    let hold = parse_held(key)?;
    let number = u32::from_be_bytes([0, *key.get(22)?, *key.get(23)?, *key.get(24)?]);
    let part = match key.get(21)? {
        1 => Part::Whole,
        2 => Part::Matter(MatterNumber(u16::try_from(number).ok()?)),
        3 => Part::Document(DocumentNumber::new(number).ok()?),
        _ => return None,
    };
    Some((part, hold))
}

/// Key in `stamped`.
pub fn stamped(vault: VaultId, size: u64) -> Vec<u8> {
    [&vault.0[..], &size.to_be_bytes()].concat()
}

/// The size of a key in `stamped`, or `None` if it is not one.
pub fn parse_stamped(key: &[u8]) -> Option<u64> {
    key.get(16..).and_then(|size| size.try_into().ok()).map(u64::from_be_bytes)
}

/// Key in `system` of the number of a vault's documents.
pub fn documents_held(vault: VaultId) -> Vec<u8> {
    [&b"documents/"[..], &vault.0].concat()
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
        let read = access_of(log, address, LedgerIndex(9));
        assert_eq!(parse_access_of(&read), Some((address, LedgerIndex(9))));
        assert!(read.starts_with(&accesses_of_case(log, address.case)));
        let target = Target { case: CaseNumber::new(5).unwrap(), part: Part::Whole };
        assert_eq!(parse_held(&held(vault, target, CaseNumber::FIRST_REGISTER)), Some(CaseNumber::FIRST_REGISTER));
        for part in [Part::Whole, Part::Matter(MatterNumber(700)), Part::Document(DocumentNumber::MAX)] {
            let found = parse_held_part(&held(vault, Target { part, ..target }, CaseNumber::FIRST_REGISTER));
            assert_eq!(found, Some((part, CaseNumber::FIRST_REGISTER)));
        }
        for bad in [&b""[..], b"short", &[0; 40]] {
            assert_eq!(LogKey::parse_head(bad), None);
            assert_eq!(parse_document(bad), None);
            assert_eq!(parse_frame(bad), None);
            assert_eq!(parse_held(bad), None);
            assert_eq!(parse_access_of(bad), None);
        }
    }
}

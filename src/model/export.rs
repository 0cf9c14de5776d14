//! Exports: what is handed over, and as of which state of the ledger.

use super::{CaseNumber, Date, Digest};

/// What an export is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// For auditors and courts: ledger, proofs, openings and documents.
    Evidence,
    /// For the person whom a case is about (Art. 15 GDPR, section 25 SGB X): readable pages beside the documents.
    Person,
}

impl ExportKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Evidence, Self::Person];

    /// The word for it in requests and in the bag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Person => "person",
        }
    }
}

/// What an export takes in. The entries of the ledger always come whole: they name nobody, and only all of them show that nothing is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportScope {
    /// What it is for.
    pub kind: ExportKind,
    /// One case; `None` for the whole vault.
    pub case: Option<CaseNumber>,
    /// The first day, in UTC like the times in the ledger, on which something was recorded.
    pub from: Option<Date>,
    /// The last such day.
    pub through: Option<Date>,
    /// Whether the documents themselves come along.
    pub contents: bool,
    /// Whether the record of who has read them comes along.
    pub access: bool,
}

impl ExportScope {
    /// The code of the scope in the ledger: whether one case or the vault was handed over, and to the person or not.
    pub fn code(&self) -> &'static str {
        match (self.kind, self.case) {
            (ExportKind::Person, _) => "person",
            (ExportKind::Evidence, Some(_)) => "case",
            (ExportKind::Evidence, None) => "vault",
        }
    }
}

/// The access ledger of a year, as it is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportedShard {
    /// The calendar year.
    pub year: u16,
    /// Its size.
    pub size: u64,
    /// Its root at that size.
    pub root: Digest,
}

//! Case files.

use super::retention::Code;
use super::{Actor, CanonicalJson, CaseId, CaseNumber, Handle, LedgerIndex, Text, Timestamp};

/// What a case is about, as its application says when it opens it. Personal data: sealed on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseDescription {
    /// How the office calls the case, e.g. `3 C 17/26`. One case per reference and vault.
    pub reference: Text,
    /// What kind of case, e.g. `benefit`.
    pub kind: Option<Text>,
    /// The organisational unit that is responsible.
    pub unit: Option<Text>,
}

impl CaseDescription {
    /// The kind of the case's default matter: its own kind where that is a code, `default` otherwise.
    pub fn kind_code(&self) -> Code {
        let own = self.kind.as_ref().and_then(|kind| Code::parse(kind.as_str()).ok());
        own.unwrap_or_else(Code::default_kind)
    }

    /// The form in which the description is sealed and committed to.
    pub fn to_canonical(&self) -> CanonicalJson {
        let text = |text: &Text| text.as_str().to_owned();
        let mut fields = vec![("reference", text(&self.reference))];
        fields.extend(self.kind.as_ref().map(|kind| ("kind", text(kind))));
        fields.extend(self.unit.as_ref().map(|unit| ("unit", text(unit))));
        CanonicalJson::from_fields(fields)
    }
}

/// What is sealed for a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseDetails {
    /// The description in its canonical form.
    pub description: CanonicalJson,
    /// Who opened the case.
    pub opened_by: Actor,
}

/// What the archive keeps about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecord {
    /// The id that the application chose.
    pub id: CaseId,
    /// The number that the archive assigned.
    pub number: CaseNumber,
    /// What the ledger calls the case.
    pub handle: Handle,
    /// Year of opening: names the key tree of the case and all its documents, for ever.
    pub opening_year: u16,
    /// When the case was opened here.
    pub opened_at: Timestamp,
    /// Header under which the details are sealed.
    pub header: Vec<u8>,
    /// The sealed [`CaseDetails`].
    pub sealed_details: Vec<u8>,
    /// Keyed tag of the reference; finds the case by its reference without storing it.
    pub reference_tag: [u8; 32],
    /// The ledger entry of the opening.
    pub entry: LedgerIndex,
    /// Size of the ledger after the commit group of the opening; the receipt was issued for it.
    pub receipt_size: u64,
}

//! Why not: every rule that can say no, named after the rule.

/// A decision against a command. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// A vault of that name exists.
    #[error("a vault of this name exists already")]
    VaultNameTaken,
    /// The vault does not exist, or not for this principal: both look the same from outside.
    #[error("there is no such vault, or this certificate does not name it")]
    VaultUnknown,
    /// The case does not exist.
    #[error("there is no such case in this vault; open it first with PUT")]
    CaseUnknown,
    /// The case id belongs to a case with another description.
    #[error("a case with this id exists and has another description; a case is never changed by opening it again")]
    CaseIdTaken,
    /// Another case has the reference.
    #[error("another case in this vault has this reference; use that case or another reference")]
    ReferenceTaken,
    /// The document does not exist.
    #[error("there is no such document in this case")]
    DocumentUnknown,
    /// The document id belongs to other bytes or another description.
    #[error(
        "a document with this id exists with other content or another description; store a correction under a new id that supersedes it"
    )]
    DocumentIdTaken,
    /// The number that was set aside was used by another command in between; the archive tries again by itself.
    #[error("the number that was set aside for this command is in use; send the request again")]
    NumberTaken,
    /// The case is full.
    #[error("the case has as many documents as a case can have; open another case")]
    CaseFull,
}

impl Refusal {
    /// All refusals, for tables and for metrics that start at zero.
    pub const ALL: [Self; 9] = [
        Self::VaultNameTaken,
        Self::VaultUnknown,
        Self::CaseUnknown,
        Self::CaseIdTaken,
        Self::ReferenceTaken,
        Self::DocumentUnknown,
        Self::DocumentIdTaken,
        Self::NumberTaken,
        Self::CaseFull,
    ];

    /// The stable code that programs may branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::VaultNameTaken => "vault_name_taken",
            Self::VaultUnknown => "vault_unknown",
            Self::CaseUnknown => "case_unknown",
            Self::CaseIdTaken => "case_id_taken",
            Self::ReferenceTaken => "reference_taken",
            Self::DocumentUnknown => "document_unknown",
            Self::DocumentIdTaken => "document_id_taken",
            Self::NumberTaken => "number_taken",
            Self::CaseFull => "case_full",
        }
    }
}

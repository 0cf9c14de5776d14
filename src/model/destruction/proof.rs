//! What a change of epoch proves about the keys that ended with it: public values only.

use crate::model::Digest;

/// From one epoch of the keyring to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochProof {
    /// Number of the epoch that was replaced.
    pub before: u64,
    /// Number of the epoch that counts.
    pub after: u64,
    /// SHA-256 of the root file that was replaced.
    pub root_before: Digest,
    /// SHA-256 of the root file that counts.
    pub root_after: Digest,
    /// What is still derivable in each tree that was punctured.
    pub trees: Vec<TreeProof>,
    /// Every place that has acknowledged the new epoch.
    pub places: Vec<PlaceProof>,
}

/// One key tree after a destruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeProof {
    /// Opening year of its cases.
    pub year: u16,
    /// SHA-256 over the list of what is still derivable, without any key.
    pub cover: Digest,
}

/// A root of trust that has overwritten the old epoch key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceProof {
    /// Its name, e.g. `tpm 1`: no path, because the certificate leaves the house.
    pub name: String,
    /// What overwriting means there: `A`, `B` or `C`.
    pub assurance: char,
}

/// A copy of the data that the second stage of a certificate names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyPlace {
    /// What it is, e.g. `backup 2026-11-22T01:00:00Z` or `keyring 2`.
    pub name: String,
    /// Whether it was seen that it cannot be opened any more; `false` says that it could not be looked at.
    pub seen: bool,
}

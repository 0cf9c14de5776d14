//! Who acts.

use std::collections::BTreeSet;
use std::fmt;

use super::{IdError, VaultName};

/// Name of an application that uses the archive, e.g. `eakte`. Same alphabet as a vault's name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationName(VaultName);

impl ApplicationName {
    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        VaultName::parse(text).map(Self)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for ApplicationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ApplicationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A person as a certificate names it: a pseudonym of the office, e.g. `m-muster`. Same alphabet as a vault's name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(VaultName);

impl PersonName {
    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        VaultName::parse(text).map(Self)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names of persons do not belong into logs.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(..)")
    }
}

/// Who is named in a ledger entry, and under which key: what people did must become unreadable year by year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The application.
    pub application: ApplicationName,
    /// The year whose key hides the name in the ledger.
    pub year: u16,
}

/// Somebody whose identity was proven: an application, and the vaults that its certificate names.
///
/// Clerks come with tokens later; they will narrow what the application may do, never widen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The application that holds the private key.
    pub application: ApplicationName,
    /// The vaults that it may use. Every other vault does not exist for it.
    pub vaults: BTreeSet<VaultName>,
    /// The person who holds the private key, if the certificate names one. What needs two persons needs two such certificates.
    pub person: Option<PersonName>,
    /// For whom this person deputises, as the certificate says. A deputy is not a second person beside whom they deputise for.
    pub deputy_of: BTreeSet<PersonName>,
}

impl Principal {
    /// Whether this vault exists for the principal.
    pub fn may_use(&self, vault: &VaultName) -> bool {
        self.vaults.contains(vault)
    }
}

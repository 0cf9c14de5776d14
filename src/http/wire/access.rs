//! The access log as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use super::stored::OpeningJson;
use crate::archive::AccessView;
use crate::model::range_text;

/// A page of the access log.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct AccessesJson {
    /// The calendar year (UTC).
    pub(in crate::http) year: u16,
    /// All years of which there is an access log.
    pub(in crate::http) years: Vec<u16>,
    /// The accesses, in the order in which they happened.
    pub(in crate::http) items: Vec<AccessJson>,
    /// Where the next page begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// The access ledgers of a vault.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct AccessYearsJson {
    /// One for each calendar year in which anything was read, oldest first.
    pub(in crate::http) years: Vec<AccessYearJson>,
}

/// The access ledger of a calendar year. It is removed when the following year is over.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct AccessYearJson {
    /// The calendar year (UTC).
    pub(in crate::http) year: u16,
    /// Its entries.
    pub(in crate::http) size: u64,
    /// Key that it signs with, as a verifier key of a signed note (C2SP signed-note).
    pub(in crate::http) verifier_key: String,
}

/// Somebody has seen something, or tried to.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct AccessJson {
    /// The minute.
    pub(in crate::http) at: String,
    /// In which way: content, record, list, search, receipt, opening, register, certificate, access-log, export, other.
    pub(in crate::http) access: &'static str,
    /// `allowed`, or the code of the problem with which it was refused.
    pub(in crate::http) outcome: String,
    /// How often; more than 1 where refused attempts were recorded together.
    pub(in crate::http) count: u64,
    /// The application.
    pub(in crate::http) application: String,
    /// The person, if the certificate named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) person: Option<String>,
    /// On whose behalf, as the application said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) on_behalf_of: Option<String>,
    /// For what, as the application said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) purpose: Option<String>,
    /// The case; missing if it was about the vault as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) case: Option<String>,
    /// The document; missing if it was about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// First and last byte, if not all were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) range: Option<String>,
    /// What opens the entry in the access ledger of the year.
    pub(in crate::http) opening: OpeningJson,
}

impl AccessJson {
    /// An access with everything that is readable of it.
    pub(in crate::http) fn new(view: AccessView) -> Self {
        let reader = view.details.reader;
        let name = |name: Option<crate::model::PersonName>| name.map(|name| name.to_string());
        Self {
            at: view.at.to_string(),
            access: view.kind.as_str(),
            outcome: view.outcome,
            count: view.count,
            application: reader.application.to_string(),
            person: name(reader.person),
            on_behalf_of: name(reader.on_behalf_of),
            purpose: reader.purpose.map(|purpose| purpose.as_str().to_owned()),
            case: view.case.map(|case| case.to_string()),
            document: view.document.map(|document| document.to_string()),
            range: view.details.range.map(|range| range_text(Some(range))),
            opening: OpeningJson::new(view.opening),
        }
    }
}

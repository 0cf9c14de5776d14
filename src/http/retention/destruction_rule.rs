//! The rule of destruction of a vault: how much may go in a day, and how long an approved order rests.

use axum::response::Response;
use hyper::StatusCode;

use super::filing::{answer, decide};
use crate::http::app::to_the_end;
use crate::http::auth::{InRegister, InVault};
use crate::http::body::JsonBody;
use crate::http::error::Problem;
use crate::http::query::NoQuery;
use crate::http::wire::destruction_rule::DestructionRulesJson;
use crate::http::wire::note::{FiledJson, ReasonedActJson};
use crate::http::wire::order_request::{self, DestructionRuleRequestJson};
use crate::http::{blocking, reply};

/// The rule in force, what is proposed, and what has gone.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/destruction-rule",
    params(("vault" = String, Path, description = "Name of the vault")),
    responses((status = 200, body = DestructionRulesJson))
)]
pub(in crate::http) async fn get(place: InVault, _: NoQuery) -> Result<Response, Problem> {
    let rules = blocking(move || place.vault.destruction_rules()).await?;
    Ok(reply::json(StatusCode::OK, &DestructionRulesJson::new(&rules)?))
}

/// Proposes another rule: the first person. Needs a certificate that names one.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/destruction-rule",
    params(("vault" = String, Path, description = "Name of the vault")),
    request_body = DestructionRuleRequestJson,
    responses((status = 201, description = "Proposed", body = FiledJson), (status = 200, description = "Was proposed", body = FiledJson))
)]
pub(in crate::http) async fn propose(place: InVault, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (id, rule, words) = order_request::rule(&body.bytes)?;
    let InVault { vault, by } = place;
    let filed = to_the_end(async move { vault.propose_destruction_rule(&by, id, rule, words).await }).await?;
    answer(id, filed)
}

/// Puts a proposed rule into force: the second person. Orders that were approved before keep their rest.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/destruction-rule/proposals/{proposal}/adopt",
    params(("vault" = String, Path, description = "Name of the vault"), ("proposal" = String, Path, description = "UUID of the proposal")),
    request_body = ReasonedActJson,
    responses((status = 201, description = "In force", body = FiledJson), (status = 200, description = "Was adopted by this note", body = FiledJson))
)]
pub(in crate::http) async fn adopt(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    decide(place, &body, |vault, by, id, note, words| async move { vault.adopt_destruction_rule(&by, id, note, words).await }).await
}

/// Turns a proposed rule down, or takes an own one back. One person is enough; needs a certificate that names one.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/destruction-rule/proposals/{proposal}/reject",
    params(("vault" = String, Path, description = "Name of the vault"), ("proposal" = String, Path, description = "UUID of the proposal")),
    request_body = ReasonedActJson,
    responses((status = 201, description = "Rejected", body = FiledJson), (status = 200, description = "Was rejected by this note", body = FiledJson))
)]
pub(in crate::http) async fn reject(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    decide(place, &body, |vault, by, id, note, words| async move { vault.reject_destruction_rule(&by, id, note, words).await }).await
}

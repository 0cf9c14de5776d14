//! The vault itself: what a verifier needs to know about it.

use axum::response::Response;
use hyper::StatusCode;

use super::auth::InVault;
use super::error::Problem;
use super::query::NoQuery;
use super::wire::stored::VaultJson;
use super::{blocking, reply};

/// Name, ledger and key of a vault.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}",
    params(("vault" = String, Path, description = "Name of the vault")),
    responses((status = 200, body = VaultJson))
)]
pub(super) async fn get(place: InVault, _: NoQuery) -> Result<Response, Problem> {
    let vault = place.vault.clone();
    let (verifier_key, pem) = blocking(move || Ok((vault.verifier_key()?, vault.verifier_pem()?))).await?;
    Ok(reply::json(StatusCode::OK, &VaultJson::new(place.vault.record(), verifier_key, pem)))
}

//! Why something is still here, until when, and what stops its destruction.

use axum::response::Response;
use hyper::StatusCode;

use crate::archive::Vault;
use crate::http::auth::{InCase, InDocument, InMatter};
use crate::http::error::Problem;
use crate::http::front::Asking;
use crate::http::query::NoQuery;
use crate::http::wire::why::{DocumentWhyJson, MatterWhyJson};
use crate::http::{blocking, names, notice, reply};
use crate::model::{CaseId, NoteId};

/// Explains the default matter of a case.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/why",
    params(("vault" = String, Path, description = "Name of the vault"), ("case" = String, Path, description = "UUID of the case")),
    responses((status = 200, description = "Steps with stable names, and sentences by `Accept-Language`", body = MatterWhyJson))
)]
pub(in crate::http) async fn of_case(place: InCase, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    matter(place.vault, place.case, None, asking).await
}

/// Explains a matter.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/matters/{matter}/why",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("matter" = String, Path, description = "UUID of the matter")
    ),
    responses((status = 200, description = "Steps with stable names, and sentences by `Accept-Language`", body = MatterWhyJson))
)]
pub(in crate::http) async fn of_matter(place: InMatter, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    matter(place.vault, place.case, Some(place.matter), asking).await
}

async fn matter(vault: Vault, case: CaseId, matter: Option<NoteId>, asking: Asking) -> Result<Response, Problem> {
    let (why, titles) = blocking(move || {
        let why = vault.why_matter(case, matter)?;
        let titles = names::titles(&vault, std::slice::from_ref(&why.matter));
        Ok((why, titles))
    })
    .await?;
    Ok(reply::json_in(asking.language, StatusCode::OK, &MatterWhyJson::new(&why, &titles, asking.language.words())?))
}

/// Explains a document.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}/why",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document")
    ),
    responses((status = 200, description = "Steps with stable names, and sentences by `Accept-Language`", body = DocumentWhyJson))
)]
pub(in crate::http) async fn of_document(place: InDocument, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    let (why, titles, overlays) = blocking(move || {
        let view = place.vault.document(place.case, place.document)?;
        let why = place.vault.why(place.case, place.document)?;
        let titles = names::titles(&place.vault, &why.matters);
        Ok((why, titles, notice::overlays(&place.vault, &view)?))
    })
    .await?;
    let response = reply::json_in(asking.language, StatusCode::OK, &DocumentWhyJson::new(&why, &titles, asking.language.words())?);
    Ok(notice::announce(response, &overlays))
}

//! Why something is still here, until when, and what stops its destruction.

use axum::response::Response;
use hyper::StatusCode;

use crate::http::auth::{InCase, InDocument, InMatter};
use crate::http::error::Problem;
use crate::http::front::Asking;
use crate::http::query::NoQuery;
use crate::http::wire::why::{DocumentWhyJson, MatterWhyJson};
use crate::http::{blocking, notice, reply};

/// Explains the default matter of a case.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/why",
    params(("vault" = String, Path, description = "Name of the vault"), ("case" = String, Path, description = "UUID of the case")),
    responses((status = 200, description = "Steps with stable names, and sentences by `Accept-Language`", body = MatterWhyJson))
)]
pub(in crate::http) async fn of_case(place: InCase, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    let why = blocking(move || place.vault.why_matter(place.case, None)).await?;
    Ok(reply::json_in(asking.language, StatusCode::OK, &MatterWhyJson::new(&why, asking.language.words())?))
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
    let why = blocking(move || place.vault.why_matter(place.case, Some(place.matter))).await?;
    Ok(reply::json_in(asking.language, StatusCode::OK, &MatterWhyJson::new(&why, asking.language.words())?))
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
    let (why, overlays) = blocking(move || {
        let view = place.vault.document(place.case, place.document)?;
        Ok((place.vault.why(place.case, place.document)?, notice::overlays(&place.vault, &view)?))
    })
    .await?;
    let response = reply::json_in(asking.language, StatusCode::OK, &DocumentWhyJson::new(&why, asking.language.words())?);
    Ok(notice::announce(response, &overlays))
}

//! Cases: open, look up, list.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, LINK, LOCATION};
use hyper::{StatusCode, Uri};

use super::app::{App, to_the_end};
use super::auth::{InCase, InVault};
use super::error::{Code, Problem};
use super::query::{CaseQuery, NoQuery, Paging, cursor, next_link};
use super::upload::Arriving;
use super::wire::{CaseDescriptionJson, CaseJson, CaseOpenedJson, CasesJson, OpeningJson, case_description};
use super::{blocking, reply};
use crate::limits::JSON_BODY_BYTES_MAX;

/// Opens a case, or finds that it is open with the same description.
///
/// The id is chosen by the application. Repeating the request answers 200 with the same receipt.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/cases/{case}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID, chosen by the application")
    ),
    request_body = CaseDescriptionJson,
    responses(
        (status = 201, description = "Opened", body = CaseOpenedJson),
        (status = 200, description = "Was open with the same description", body = CaseOpenedJson),
        (status = 409, description = "Open with another description, or the reference belongs to another case")
    )
)]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    place: InCase,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    expect_json(&headers)?;
    let json = Arriving::new(body, &headers, JSON_BODY_BYTES_MAX as u64, app.pace)?.collect().await?;
    let description = case_description(&json)?;
    let InCase { vault, by, case } = place;
    let location = format!("/v1/vaults/{}/cases/{case}", vault.record().name);
    let opened = to_the_end(async move { vault.open_case(&by, case, description).await }).await?;
    let mut response = reply::json(reply::put_status(opened.created), &CaseOpenedJson::new(case, opened.receipt)?);
    HeaderValue::from_str(&location).ok().map(|location| response.headers_mut().insert(LOCATION, location));
    Ok(response)
}

/// A case with its description.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case")
    ),
    responses((status = 200, body = CaseJson))
)]
pub(super) async fn get(place: InCase, _: NoQuery) -> Result<Response, Problem> {
    let view = blocking(move || place.vault.case(place.case)).await?;
    Ok(reply::json(StatusCode::OK, &CaseJson::new(view)?))
}

/// The receipt of the opening, byte for byte as the `PUT` gave it.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/receipt",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case")
    ),
    responses((status = 200, description = "Proof of inclusion (C2SP tlog-proof)", body = String, content_type = "text/plain"))
)]
pub(super) async fn receipt(place: InCase, _: NoQuery) -> Result<Response, Problem> {
    Ok(reply::text(place.vault.case_receipt(place.case).await?.text))
}

/// Salts and values behind the ledger entry of the opening. Personal data: for those who may read the case.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/opening",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case")
    ),
    responses((status = 200, body = OpeningJson))
)]
pub(super) async fn opening(place: InCase, _: NoQuery) -> Result<Response, Problem> {
    let opening = blocking(move || place.vault.case_opening(place.case)).await?;
    Ok(reply::json(StatusCode::OK, &OpeningJson::new(opening)))
}

/// Lists cases in the order of opening, or finds the one with a reference.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("reference" = Option<String>, Query, description = "Only the case with exactly this reference; not together with the others"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = CasesJson))
)]
pub(super) async fn list(place: InVault, query: CaseQuery, uri: Uri) -> Result<Response, Problem> {
    let vault = place.vault;
    match query {
        CaseQuery::Reference(reference) => {
            let found = blocking(move || vault.case_by_reference(&reference)).await?;
            let items = found.map(CaseJson::new).transpose()?.into_iter().collect();
            Ok(reply::json(StatusCode::OK, &CasesJson { items, next: None }))
        }
        CaseQuery::All(Paging { after, limit }) => {
            let page = blocking(move || vault.cases(after, limit)).await?;
            let items = page.items.into_iter().map(CaseJson::new).collect::<Result<_, _>>()?;
            let next = page.next.map(cursor);
            let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
            let mut response = reply::json(StatusCode::OK, &CasesJson { items, next });
            link.map(|link| response.headers_mut().insert(LINK, link));
            Ok(response)
        }
    }
}

/// A missing `Content-Type` is taken for JSON; another one means that the client meant something else.
fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(Code::ContentEncodingUnsupported.into());
    }
    let is_json = |value: &HeaderValue| {
        let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        essence.eq_ignore_ascii_case(b"application/json")
    };
    if headers.get(CONTENT_TYPE).is_none_or(is_json) { Ok(()) } else { Err(Code::MediaTypeUnsupported.into()) }
}

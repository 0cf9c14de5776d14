//! Cases: open, look up, list.

use axum::response::Response;
use hyper::header::{HeaderValue, LINK, LOCATION};
use hyper::{StatusCode, Uri};

use super::app::to_the_end;
use super::auth::{InCase, InVault};
use super::body::JsonBody;
use super::error::Problem;
use super::notice;
use super::query::{AnchoredQuery, CaseQuery, NoQuery, Paging, cursor, next_link};
use super::recording::Shown;
use super::wire::description::{CaseDescriptionJson, case_description};
use super::wire::stored::{CaseJson, CaseOpenedJson, CasesJson, OpeningJson};
use super::{blocking, ledger, reply};
use crate::model::AccessTarget;

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
pub(super) async fn put(place: InCase, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let description = case_description(&body.bytes)?;
    let InCase { vault, by, case } = place;
    let location = format!("/v1/vaults/{}/cases/{case}", vault.record().name);
    let opened = to_the_end(async move { vault.open_case(&by.application, case, description).await }).await?;
    let mut response = reply::json(reply::put_status(opened.created), &CaseOpenedJson::new(case, opened.receipt)?);
    HeaderValue::from_str(&location).ok().map(|location| response.headers_mut().insert(LOCATION, location));
    Ok(response)
}

/// A case with its description. What must be said of it whenever it is read stands in `Archive-Notice` and in `notices`.
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
    let (view, overlays) = blocking(move || notice::with_overlays(&place.vault, place.vault.case(place.case)?)).await?;
    let response = reply::json(StatusCode::OK, &CaseJson::new(view, &overlays)?);
    Ok(notice::announce(response, &overlays))
}

/// The receipt of the opening, byte for byte as the `PUT` gave it. It outlives the case.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/receipt",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("anchored" = Option<bool>, Query, description = "With the newest checkpoint that witnesses have cosigned")
    ),
    responses(
        (status = 200, description = "Proof of inclusion (C2SP tlog-proof)", body = String, content_type = "text/plain"),
        (status = 404, description = "Not there, or not cosigned yet")
    )
)]
pub(super) async fn receipt(place: InCase, query: AnchoredQuery) -> Result<Response, Problem> {
    let given = place.vault.lasting_case_receipt(place.case).await?;
    ledger::receipt(place.vault, given, query).await
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
            let found = blocking(move || {
                let found = vault.case_by_reference(&reference)?;
                found.map(|view| notice::with_overlays(&vault, view)).transpose()
            });
            let found = found.await?;
            let target = found.as_ref().map(|(view, _)| AccessTarget::Case(view.record.id));
            let items = found.map(|(view, overlays)| CaseJson::new(view, &overlays)).transpose()?.into_iter().collect();
            let mut response = reply::json(StatusCode::OK, &CasesJson { items, next: None });
            response.extensions_mut().insert(Shown { target, range: None });
            Ok(response)
        }
        CaseQuery::All(Paging { after, limit }) => {
            let page = blocking(move || {
                let page = vault.cases(after, limit)?;
                let items = page.items.into_iter().map(|view| notice::with_overlays(&vault, view));
                Ok((items.collect::<Result<Vec<_>, _>>()?, page.next))
            });
            let (items, next) = page.await?;
            let items = items.into_iter().map(|(view, overlays)| CaseJson::new(view, &overlays)).collect::<Result<_, _>>()?;
            let next = next.map(cursor);
            let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
            let mut response = reply::json(StatusCode::OK, &CasesJson { items, next });
            link.map(|link| response.headers_mut().insert(LINK, link));
            Ok(response)
        }
    }
}

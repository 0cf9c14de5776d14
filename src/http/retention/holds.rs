//! Holds and overlays: placing, looking again, releasing, listing.

use axum::response::Response;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use super::filing::{self, answer, answer_at};
use crate::http::app::{aside, to_the_end};
use crate::http::auth::{InRegister, InVault};
use crate::http::body::JsonBody;
use crate::http::error::Problem;
use crate::http::front::Asking;
use crate::http::query::{HoldQuery, NoQuery, Paging, cursor, filtered_link, next_link};
use crate::http::wire::hold::{HoldItemJson, HoldItemsJson, HoldJson, HoldsJson};
use crate::http::wire::hold_request::{self, Family, HoldRequestJson, HoldReviewJson};
use crate::http::wire::note::{FiledJson, ReasonedActJson, reasoned_act};
use crate::http::{blocking, reply};
use crate::limits::JSON_HOLD_BYTES_MAX;

/// Places a hold. It stops destruction and moves no date; nothing but a release ends it.
///
/// What it covers is frozen: the items that are named, and what the query finds now. Repeating the request answers 200 with the same
/// receipt, whatever the query would find by then.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/holds/{hold}",
    params(("vault" = String, Path, description = "Name of the vault"), ("hold" = String, Path, description = "UUID, chosen by the application")),
    request_body = HoldRequestJson,
    responses((status = 201, description = "Placed", body = FiledJson), (status = 200, description = "Was placed", body = FiledJson))
)]
pub(in crate::http) async fn put_hold(
    place: InRegister,
    _: NoQuery,
    uri: Uri,
    body: JsonBody<JSON_HOLD_BYTES_MAX>,
) -> Result<Response, Problem> {
    put(place, Family::Holds, &uri, body).await
}

/// Places an overlay: a restriction, a dispute or an embargo, which travels with every reading of what it covers. Of these a restriction
/// stops destruction. It is listed, reviewed and released like a hold.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/overlays/{overlay}",
    params(("vault" = String, Path, description = "Name of the vault"), ("overlay" = String, Path, description = "UUID, chosen by the application")),
    request_body = HoldRequestJson,
    responses((status = 201, description = "Placed", body = FiledJson), (status = 200, description = "Was placed", body = FiledJson))
)]
pub(in crate::http) async fn put_overlay(
    place: InRegister,
    _: NoQuery,
    uri: Uri,
    body: JsonBody<JSON_HOLD_BYTES_MAX>,
) -> Result<Response, Problem> {
    put(place, Family::Overlays, &uri, body).await
}

async fn put(place: InRegister, family: Family, uri: &Uri, body: JsonBody<JSON_HOLD_BYTES_MAX>) -> Result<Response, Problem> {
    let InRegister { vault, by, id } = place;
    let JsonBody { bytes, place: permit } = body;
    let (again, asked) = (bytes.clone(), vault.clone());
    let request = aside(move || hold_request::hold(id, family, &bytes)).await?;
    let filed = to_the_end(async move {
        // A long list keeps its place until it is placed.
        let _permit = permit;
        vault.place_hold(&by, request).await
    });
    match filed.await {
        Ok(filed) => answer_at(uri, id, filed),
        Err(problem) if filing::names_an_item(&problem) => {
            Err(filing::in_item(asked, problem, move || Ok(hold_request::hold(id, family, &again)?.items)).await)
        }
        Err(problem) => Err(problem),
    }
}

/// Lists holds and overlays in the order of placing; released ones only if they are asked for.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/holds",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("released" = Option<bool>, Query, description = "Also those that were released"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = HoldsJson))
)]
pub(in crate::http) async fn list(place: InVault, query: HoldQuery, asking: Asking, uri: Uri) -> Result<Response, Problem> {
    let HoldQuery { released, paging: Paging { after, limit } } = query;
    let (holds, next) = blocking(move || place.vault.holds(after, limit, released)).await?;
    let items = holds.iter().map(|hold| HoldJson::new(hold, asking.language.words())).collect::<Result<_, _>>()?;
    let next = next.map(cursor);
    let filter = if released { "released=true&" } else { "" };
    let link = next.as_deref().and_then(|next| filtered_link(uri.path(), filter, next, limit));
    let mut response = reply::json_in(asking.language, StatusCode::OK, &HoldsJson { items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// A hold or an overlay as it stands.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/holds/{hold}",
    params(("vault" = String, Path, description = "Name of the vault"), ("hold" = String, Path, description = "UUID of the hold")),
    responses((status = 200, body = HoldJson))
)]
pub(in crate::http) async fn get(place: InRegister, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    let hold = blocking(move || place.vault.hold(place.id)).await?;
    Ok(reply::json_in(asking.language, StatusCode::OK, &HoldJson::new(&hold, asking.language.words())?))
}

/// The frozen list of a hold.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/holds/{hold}/items",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("hold" = String, Path, description = "UUID of the hold"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = HoldItemsJson))
)]
pub(in crate::http) async fn items(place: InRegister, Paging { after, limit }: Paging, uri: Uri) -> Result<Response, Problem> {
    let after = usize::try_from(after.unwrap_or(0)).unwrap_or(usize::MAX);
    let (items, next) = blocking(move || place.vault.hold_items(place.id, after, limit)).await?;
    let next = next.map(|next| cursor(next as u64));
    let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    let mut response = reply::json(StatusCode::OK, &HoldItemsJson { items: items.iter().map(HoldItemJson::new).collect(), next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// Releases a hold or an overlay. What was due meanwhile is due at once.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/holds/{hold}/release",
    params(("vault" = String, Path, description = "Name of the vault"), ("hold" = String, Path, description = "UUID of the hold")),
    request_body = ReasonedActJson,
    responses((status = 201, description = "Released", body = FiledJson), (status = 200, description = "Was released by this note", body = FiledJson))
)]
pub(in crate::http) async fn release(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (note, words) = reasoned_act(&body.bytes)?;
    let InRegister { vault, by, id } = place;
    let filed = to_the_end(async move { vault.release_hold(&by, id, note, words).await }).await?;
    answer(note, filed)
}

/// Records that somebody has looked and the hold is still needed. Who says which day of review was seen (`replaces`) is told when somebody
/// else has reviewed the hold meanwhile: 409 `hold_reviewed_meanwhile`.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/holds/{hold}/review",
    params(("vault" = String, Path, description = "Name of the vault"), ("hold" = String, Path, description = "UUID of the hold")),
    request_body = HoldReviewJson,
    responses((status = 201, description = "Recorded", body = FiledJson), (status = 200, description = "Was recorded", body = FiledJson))
)]
pub(in crate::http) async fn review(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let review = hold_request::review(&body.bytes)?;
    let (InRegister { vault, by, id }, note) = (place, review.id);
    let filed = to_the_end(async move { vault.review_hold(&by, id, review).await }).await?;
    answer(note, filed)
}

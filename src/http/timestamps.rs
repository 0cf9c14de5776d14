//! Time-stamps of checkpoints: when an authority has seen which state of the ledger, and the evidence for it.

use axum::extract::RawPathParams;
use axum::response::Response;
use hyper::header::{CACHE_CONTROL, HeaderValue, LINK};
use hyper::{StatusCode, Uri};

use super::auth::InVault;
use super::error::{Code, Problem};
use super::query::{NoQuery, Paging, cursor, next_link};
use super::wire::timestamp::{TimestampJson, TimestampsJson};
use super::{blocking, reply};
use crate::archive::first_response;
use crate::model::CheckpointStamp;

/// Media type of answers of an authority (RFC 3161 section 3.4).
const RESPONSE: HeaderValue = HeaderValue::from_static("application/timestamp-reply");
/// Evidence records have no media type of their own (RFC 4998).
const RECORD: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// A renewal replaces a record.
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Lists the checkpoints that were time-stamped, smallest first.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/timestamps",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before; or the size of a ledger, from which on to list"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = TimestampsJson))
)]
pub(super) async fn list(place: InVault, paging: Paging, uri: Uri) -> Result<Response, Problem> {
    let Paging { after, limit } = paging;
    let page = blocking(move || place.vault.stamped_checkpoints(after.unwrap_or(0), limit)).await?;
    let next = page.next.map(cursor);
    let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    let items = page.items.into_iter().map(Into::into).collect();
    let mut response = reply::json(StatusCode::OK, &TimestampsJson { items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// What there is of evidence for the checkpoint of a size.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/timestamps/{size}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("size" = u64, Path, description = "Entries of the ledger in the checkpoint")
    ),
    responses((status = 200, body = TimestampJson))
)]
pub(super) async fn get(place: InVault, path: RawPathParams, _: NoQuery) -> Result<Response, Problem> {
    let stamp = stamp(place, &path).await?;
    Ok(reply::json(StatusCode::OK, &TimestampJson::from(stamp)))
}

/// The signed note that was time-stamped, byte for byte.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/timestamps/{size}/checkpoint",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("size" = u64, Path, description = "Entries of the ledger in the checkpoint")
    ),
    responses((status = 200, description = "Signed note (C2SP tlog-checkpoint)", body = String, content_type = "text/plain"))
)]
pub(super) async fn checkpoint(place: InVault, path: RawPathParams, _: NoQuery) -> Result<Response, Problem> {
    Ok(reply::text(stamp(place, &path).await?.checkpoint))
}

/// The evidence record over the signed note, with every time-stamp so far.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/timestamps/{size}/record",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("size" = u64, Path, description = "Entries of the ledger in the checkpoint")
    ),
    responses((status = 200, description = "Evidence record (RFC 4998)", body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn record(place: InVault, path: RawPathParams, _: NoQuery) -> Result<Response, Problem> {
    Ok(bytes(RECORD, stamp(place, &path).await?.record))
}

/// The first answer of an authority. It is over the root of a hash tree with the checkpoints of all vaults; the evidence record leads from
/// the signed note to it.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/timestamps/{size}/response",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("size" = u64, Path, description = "Entries of the ledger in the checkpoint")
    ),
    responses((status = 200, description = "TimeStampResp (RFC 3161)", body = Vec<u8>, content_type = "application/timestamp-reply"))
)]
pub(super) async fn response(place: InVault, path: RawPathParams, _: NoQuery) -> Result<Response, Problem> {
    let stamp = stamp(place, &path).await?;
    Ok(bytes(RESPONSE, blocking(move || first_response(&stamp)).await?))
}

async fn stamp(place: InVault, path: &RawPathParams) -> Result<CheckpointStamp, Problem> {
    let text = path.iter().find(|(name, _)| *name == "size").map(|(_, size)| size.to_owned()).unwrap_or_default();
    // One spelling, so that a size has one address.
    let size = text.parse::<u64>().ok().filter(|size| size.to_string() == text).ok_or(Code::TimestampUnknown)?;
    blocking(move || place.vault.stamp(size)).await
}

fn bytes(media_type: HeaderValue, bytes: Vec<u8>) -> Response {
    let mut response = reply::of(StatusCode::OK, media_type, bytes);
    response.headers_mut().insert(CACHE_CONTROL, REVALIDATE);
    response
}

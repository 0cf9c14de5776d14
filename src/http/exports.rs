//! Exports: recorded, and streamed as a tar with the same bytes as often as somebody asks.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use hyper::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::{Method, StatusCode};

use super::app::{App, to_the_end};
use super::auth::{InRegister, InVault};
use super::body::JsonBody;
use super::error::{Code, Problem, internal};
use super::query::NoQuery;
use super::recording::Shown;
use super::wire::export::{self as wire, ExportJson, ExportRequestJson};
use super::wire::note::FiledJson;
use super::{blocking, reply, stream};
use crate::archive::ArchiveError;
use crate::export::{Bag, ExportError};
use crate::model::AccessTarget;

/// Media type of a tar; IANA has none.
const TAR: HeaderValue = HeaderValue::from_static("application/x-tar");

/// Records an export: what is handed over, to whom and for what, as of the present state of the ledger.
///
/// The bag is then read from `.../bag`. Sending the same again under the id answers 200 with the same receipt.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/exports",
    params(("vault" = String, Path, description = "Name of the vault")),
    request_body = ExportRequestJson,
    responses((status = 201, description = "Recorded", body = FiledJson), (status = 200, description = "Was recorded", body = FiledJson))
)]
pub(super) async fn make(place: InVault, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let request = wire::export(&body.bytes)?;
    let (id, InVault { vault, by }) = (request.id, place);
    let location = format!("/v1/vaults/{}/exports/{id}", vault.record().name);
    let filed = to_the_end(async move { vault.make_export(&by, request).await }).await?;
    let mut response = reply::json(reply::put_status(filed.created), &FiledJson::new(id, filed)?);
    HeaderValue::from_str(&location).ok().map(|location| response.headers_mut().insert(LOCATION, location));
    Ok(response)
}

/// An export as it was recorded.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/exports/{export}",
    params(("vault" = String, Path, description = "Name of the vault"), ("export" = String, Path, description = "UUID of the export")),
    responses((status = 200, body = ExportJson))
)]
pub(super) async fn get(place: InRegister, _: NoQuery) -> Result<Response, Problem> {
    let export = blocking(move || place.vault.export(place.id)).await?;
    Ok(reply::json(StatusCode::OK, &ExportJson::new(&export)?))
}

/// The bag (BagIt 1.0 in a POSIX tar), signed. The same bytes every time, so that a broken transfer can be repeated; 410 if something in it
/// has been destroyed since.
///
/// If something goes wrong after the first byte, the connection is aborted: an answer that ends is complete.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/exports/{export}/bag",
    params(("vault" = String, Path, description = "Name of the vault"), ("export" = String, Path, description = "UUID of the export")),
    responses(
        (status = 200, description = "The bag", body = Vec<u8>, content_type = "application/x-tar"),
        (status = 409, description = "`export_unsigned`: the certificate that signs exports is out of date"),
        (status = 410, description = "`export_changed`: something in it has been destroyed since")
    )
)]
pub(super) async fn bag(State(app): State<Arc<App>>, place: InRegister, method: Method, _: NoQuery) -> Result<Response, Problem> {
    let permit = Arc::clone(&app.exports).try_acquire_owned().map_err(|_| Problem::from(ArchiveError::Busy))?;
    let InRegister { vault, by, id } = place;
    let signing = vault.clone();
    let taken_by = Arc::clone(&by);
    let bag = blocking(move || {
        let export = vault.export_to_take(&taken_by, id)?;
        vault.check_bag_signer(&export)?;
        Bag::prepare(vault, export)
    });
    let bag = bag.await?;
    let mut response = Response::new(Body::empty());
    // Whoever asks who has seen a case finds that it was handed over.
    response.extensions_mut().insert(Shown { target: bag.export().case.map(AccessTarget::Case), range: None });
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, TAR);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let disposition = format!("attachment; filename=\"{}.tar\"", bag.folder());
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(|_| Problem::new(Code::Internal))?);
    if method == Method::GET {
        let runtime = tokio::runtime::Handle::current();
        *response.body_mut() = stream::written(None, move |out| {
            let _permit = permit;
            let sign = |manifest| runtime.block_on(signing.sign_bag(&by, bag.export(), manifest));
            is_whole(bag.write(out, sign))
        });
    }
    Ok(response)
}

/// Whether the bag was written to its end. The answer has begun long since; what is left is to log why it ends.
fn is_whole(written: Result<(), ExportError>) -> bool {
    match written {
        Ok(()) => return true,
        Err(ExportError::Output(error)) => tracing::debug!(%error, "an export was not taken to its end"),
        Err(ExportError::Archive(ArchiveError::Refused(refusal))) => {
            tracing::info!(%refusal, "an export ends early: something in it has been destroyed meanwhile");
        }
        Err(error) => drop(internal("an export cannot be written; the download is aborted", &error)),
    }
    false
}

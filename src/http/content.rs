//! The bytes of a document: whole, in part, or not at all because the client has them.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, RANGE,
};
use hyper::{Method, StatusCode};

use super::app::App;
use super::auth::InDocument;
use super::conditional::{self, Outcome};
use super::download::Download;
use super::error::{Code, Problem};
use super::overstay::Sends;
use super::query::NoQuery;
use super::range::{self, Wanted};
use super::recording::Shown;
use super::{blocking, digest, notice};
use crate::archive::Content;
use crate::model::DocumentDetails;

/// The bytes of a document, as they were stored. `HEAD` gives the headers alone.
///
/// `Archive-Notice` says what must be said whenever it is read, as tokens with commas: `restricted` (section 84 SGB X, Art. 18 GDPR),
/// `disputed`, `embargo`, `quarantine`. It is missing if there is nothing to say.
///
/// If something goes wrong after the first byte, the connection is aborted: an answer that ends is complete.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document"),
        ("Range" = Option<String>, Header, description = "One byte range (RFC 9110 section 14); several at once are answered with the whole"),
        ("If-None-Match" = Option<String>, Header, description = "Entity tags that the client has")
    ),
    responses(
        (status = 200, description = "The document, with `ETag` and `Repr-Digest`", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The range", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "The client has it"),
        (status = 416, description = "The range lies outside the document")
    )
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    place: InDocument,
    _: NoQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (content, overlays) = blocking(move || {
        let content = place.vault.content(place.case, place.document)?;
        let overlays = notice::overlays(&place.vault, content.view())?;
        Ok((content, overlays))
    })
    .await?;
    let response = answer(&app, &method, &headers, content).await?;
    Ok(notice::announce(response, &overlays))
}

async fn answer(app: &App, method: &Method, headers: &HeaderMap, content: Content) -> Result<Response, Problem> {
    let tag = conditional::entity_tag(&content.view().details.sha256);
    match conditional::evaluate(headers, &tag) {
        Outcome::Failed => return Err(Code::PreconditionFailed.into()),
        Outcome::NotModified => return Ok(describe(StatusCode::NOT_MODIFIED, &content.view().details)),
        Outcome::Proceed => {}
    }
    let bytes = content.view().record.plain_bytes;
    match wanted(method, headers, &tag, bytes) {
        Wanted::Whole => send(app, method, content, 0..bytes, None).await,
        Wanted::Part(range) => {
            let content_range = format!("bytes {}-{}/{bytes}", range.start, range.end - 1);
            send(app, method, content, range, Some(content_range)).await
        }
        Wanted::Unsatisfiable => {
            let problem = Problem::new(Code::RangeUnsatisfiable).with(bytes);
            Err(problem.header(CONTENT_RANGE, ascii(&format!("bytes */{bytes}"))))
        }
    }
}

/// A range counts for `GET` only (RFC 9110 section 14.2).
fn wanted(method: &Method, headers: &HeaderMap, tag: &HeaderValue, bytes: u64) -> Wanted {
    let value = headers.get(RANGE).filter(|_| method == Method::GET && conditional::range_applies(headers, tag));
    value.map_or(Wanted::Whole, |value| value.to_str().map_or(Wanted::Unsatisfiable, |value| range::wanted(value, bytes)))
}

async fn send(app: &App, method: &Method, content: Content, range: Range<u64>, content_range: Option<String>) -> Result<Response, Problem> {
    let status = if content_range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = describe(status, &content.view().details);
    response.headers_mut().insert(CONTENT_LENGTH, (range.end - range.start).into());
    if let Some(content_range) = content_range {
        response.headers_mut().insert(CONTENT_RANGE, ascii(&content_range));
        response.extensions_mut().insert(Shown { target: None, range: Some((range.start, range.end.saturating_sub(1))) });
    }
    response.extensions_mut().insert(Sends(content.fate()));
    let mut download = Download::new(content, range, app.observer.clone());
    if method == Method::GET {
        download = download.open_first().await?;
    }
    *response.body_mut() = Body::new(download);
    Ok(response)
}

/// An answer with everything that is true of the document, whichever part of it is sent.
fn describe(status: StatusCode, details: &DocumentDetails) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_str(details.media_type.as_str());
    headers.insert(CONTENT_TYPE, media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(ETAG, conditional::entity_tag(&details.sha256));
    headers.insert("repr-digest", digest::field_value(&details.sha256));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // A stored page of HTML must not run in the origin of the archive.
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    response
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("digits and words must be visible ASCII")
}

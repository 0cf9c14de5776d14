//! Answers that are not problems.

use axum::body::Body;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use super::language::Language;
use super::wire;

/// Media type of JSON (RFC 8259).
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Media type of texts such as receipts and checkpoints.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// JSON with a status.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    of(status, JSON, wire::to_bytes(value))
}

/// JSON with sentences in it, in this language.
pub(super) fn json_in(language: Language, status: StatusCode, value: &impl Serialize) -> Response {
    let mut response = json(status, value);
    response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response
}

/// A text.
pub(super) fn text(bytes: Vec<u8>) -> Response {
    of(StatusCode::OK, TEXT, bytes)
}

/// Any bytes.
pub(super) fn of(status: StatusCode, media_type: HeaderValue, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// The status of a `PUT`: created, or there already.
pub(super) fn put_status(created: bool) -> StatusCode {
    if created { StatusCode::CREATED } else { StatusCode::OK }
}

//! What the answers to filing have in common.

use axum::response::Response;
use hyper::header::{HeaderValue, LOCATION};
use hyper::{StatusCode, Uri};

use crate::archive::Filed;
use crate::http::error::Problem;
use crate::http::reply;
use crate::http::wire::note::FiledJson;
use crate::model::NoteId;

/// The answer to filing the note `id`: 201, or 200 with the same receipt if it was there.
pub(super) fn answer(id: NoteId, filed: Filed) -> Result<Response, Problem> {
    Ok(reply::json(status(&filed), &FiledJson::new(id, filed)?))
}

/// The same for a note that is a resource of its own, at the path of the request.
pub(super) fn answer_at(uri: &Uri, id: NoteId, filed: Filed) -> Result<Response, Problem> {
    let mut response = answer(id, filed)?;
    HeaderValue::from_str(uri.path()).ok().map(|location| response.headers_mut().insert(LOCATION, location));
    Ok(response)
}

/// The status that says whether the request has filed something.
pub(super) fn status(filed: &Filed) -> StatusCode {
    reply::put_status(filed.created)
}

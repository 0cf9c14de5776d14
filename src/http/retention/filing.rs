//! What the answers to filing have in common.

use axum::response::Response;
use hyper::header::{HeaderValue, LOCATION};
use hyper::{StatusCode, Uri};

use crate::archive::{Filed, HoldItem, Vault};
use crate::http::app::aside;
use crate::http::error::{Code, Problem};
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

/// Whether a refusal is about an item of the list that came along.
pub(super) fn names_an_item(problem: &Problem) -> bool {
    matches!(problem.code, Code::CaseUnknown | Code::MatterUnknown | Code::DocumentUnknown)
}

/// The refusal with the item that it is about; the list is read a second time, which only a wrong one costs.
pub(super) async fn in_item(
    vault: Vault,
    problem: Problem,
    items: impl FnOnce() -> Result<Vec<HoldItem>, Problem> + Send + 'static,
) -> Problem {
    let found = aside(move || Ok(vault.first_unknown(items()?)?)).await;
    match found {
        Ok(Some(position)) => problem.in_field(&format!("items[{position}]")),
        Ok(None) => problem.in_field("items"),
        Err(unreadable) => unreadable,
    }
}

/// The status that says whether the request has filed something.
pub(super) fn status(filed: &Filed) -> StatusCode {
    reply::put_status(filed.created)
}

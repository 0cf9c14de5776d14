//! What the answers to filing have in common.

use std::sync::Arc;

use axum::response::Response;
use hyper::header::{HeaderValue, LOCATION};
use hyper::{StatusCode, Uri};

use crate::archive::{ArchiveError, Filed, HoldItem, Vault};
use crate::http::app::{aside, to_the_end};
use crate::http::auth::InRegister;
use crate::http::body::JsonBody;
use crate::http::error::{Code, Problem};
use crate::http::reply;
use crate::http::wire::note::{FiledJson, reasoned_act};
use crate::model::retention::NoteWords;
use crate::model::{NoteId, Principal};

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

/// Files what somebody decides, with a reason, about the proposal that the path names.
pub(super) async fn decide<F>(
    place: InRegister,
    body: &JsonBody,
    file: impl FnOnce(Vault, Arc<Principal>, NoteId, NoteId, NoteWords) -> F,
) -> Result<Response, Problem>
where
    F: Future<Output = Result<Filed, ArchiveError>> + Send + 'static,
{
    let (note, words) = reasoned_act(&body.bytes)?;
    let InRegister { vault, by, id: proposal } = place;
    answer(note, to_the_end(file(vault, by, proposal, note, words)).await?)
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

//! Boxes of paper originals: what may be destroyed, what must be pulled out before, and that it was.

use axum::response::Response;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use super::filing::{self, answer, answer_at};
use crate::archive::{BoxItem, HoldItem, Vault};
use crate::http::app::{aside, to_the_end};
use crate::http::auth::{InRegister, InVault};
use crate::http::body::JsonBody;
use crate::http::error::{Code, Problem};
use crate::http::front::Asking;
use crate::http::query::{NoQuery, Paging, cursor, next_link};
use crate::http::wire::note::FiledJson;
use crate::http::wire::paper::{BoxJson, BoxSummaryJson, BoxesJson, in_the_way};
use crate::http::wire::paper_request::{self, BoxRequestJson, BoxStepRequestJson, DestroyedRequestJson};
use crate::http::wire::problem::{InAnotherBoxJson, MembersJson};
use crate::http::{blocking, reply};
use crate::limits::{IN_OTHER_BOXES_LISTED_MAX, JSON_LIST_BYTES_MAX};
use crate::model::{DocumentId, NoteId};

/// Registers a box.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/boxes/{box}",
    params(("vault" = String, Path, description = "Name of the vault"), ("box" = String, Path, description = "UUID, chosen by the scan line")),
    request_body = BoxRequestJson,
    responses((status = 201, description = "Registered", body = FiledJson), (status = 200, description = "Was registered", body = FiledJson))
)]
pub(in crate::http) async fn put(
    place: InRegister,
    _: NoQuery,
    uri: Uri,
    body: JsonBody<JSON_LIST_BYTES_MAX>,
) -> Result<Response, Problem> {
    let InRegister { vault, by, id } = place;
    let JsonBody { bytes, place: permit } = body;
    let (again, asked) = (bytes.clone(), vault.clone());
    let request = aside(move || paper_request::paper_box(id, &bytes)).await?;
    let filed = to_the_end(async move {
        // A long list keeps its place until it is registered.
        let _permit = permit;
        vault.register_box(&by, request).await
    });
    match filed.await {
        Ok(filed) => answer_at(&uri, id, filed),
        Err(problem) if filing::names_an_item(&problem) => {
            let item = |item: BoxItem| HoldItem { case: item.case, matter: None, document: Some(item.document) };
            let items = move || Ok(paper_request::paper_box(id, &again)?.items.into_iter().map(item).collect());
            Err(filing::in_item(asked, problem, items).await)
        }
        Err(problem) if problem.code == Code::OriginalInAnotherBox => {
            let items = move || Ok(paper_request::paper_box(id, &again)?.items);
            Err(with_the_other_boxes(asked, problem, items).await)
        }
        Err(problem) => Err(problem.in_field_by_code(BOX_FIELDS)),
    }
}

/// A refusal that says which originals lie in which other boxes.
async fn with_the_other_boxes(vault: Vault, problem: Problem, items: impl FnOnce() -> Result<Vec<BoxItem>, Problem>) -> Problem {
    let items = match items() {
        Ok(items) => items,
        Err(unreadable) => return unreadable,
    };
    let found = blocking(move || vault.in_boxes(&items, IN_OTHER_BOXES_LISTED_MAX)).await;
    let other = |(document, in_box): &(DocumentId, NoteId)| InAnotherBoxJson { document: document.to_string(), in_box: in_box.to_string() };
    match found {
        Ok(found) => {
            let in_other_boxes = found.iter().map(other).collect();
            problem.with_members(MembersJson { in_other_boxes, ..MembersJson::default() })
        }
        Err(unreadable) => unreadable,
    }
}

/// Which field of a box a refusal is about.
const BOX_FIELDS: &[(Code, &str)] =
    &[(Code::DayTooEarly, "scanned_on"), (Code::ScannedInFuture, "scanned_on"), (Code::BatchUnknown, "batch")];

/// A box as it stands: whether it may be destroyed, what stands in the way, what must be pulled out, where its returns are.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/boxes/{box}",
    params(("vault" = String, Path, description = "Name of the vault"), ("box" = String, Path, description = "UUID of the box")),
    responses((status = 200, body = BoxJson))
)]
pub(in crate::http) async fn get(place: InRegister, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    let found = blocking(move || place.vault.paper_box(place.id)).await?;
    Ok(reply::json_in(asking.language, StatusCode::OK, &BoxJson::new(&found, asking.language.words())?))
}

/// Boxes that are not destroyed yet, the longest due first.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/boxes/due",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = BoxesJson))
)]
pub(in crate::http) async fn due(place: InVault, Paging { after, limit }: Paging, asking: Asking, uri: Uri) -> Result<Response, Problem> {
    let page = blocking(move || place.vault.boxes(after, limit)).await?;
    let items = page.items.iter().map(|found| BoxSummaryJson::new(found, asking.language.words())).collect::<Result<_, _>>()?;
    let next = page.next.map(cursor);
    let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    let mut response = reply::json_in(asking.language, StatusCode::OK, &BoxesJson { items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// Records what was done with a box or something in it.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/boxes/{box}/steps",
    params(("vault" = String, Path, description = "Name of the vault"), ("box" = String, Path, description = "UUID of the box")),
    request_body = BoxStepRequestJson,
    responses((status = 201, description = "Recorded", body = FiledJson), (status = 200, description = "Was recorded", body = FiledJson))
)]
pub(in crate::http) async fn step(place: InRegister, _: NoQuery, body: JsonBody<JSON_LIST_BYTES_MAX>) -> Result<Response, Problem> {
    let request = paper_request::box_step(&body.bytes)?;
    let (InRegister { vault, by, id }, note) = (place, request.id);
    let filed = to_the_end(async move { vault.step_box(&by, id, request).await }).await?;
    answer(note, filed)
}

/// Records that what was left in a box was destroyed. Refused unless the box was released; the problem then lists what stands in the way.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/boxes/{box}/destroyed",
    params(("vault" = String, Path, description = "Name of the vault"), ("box" = String, Path, description = "UUID of the box")),
    request_body = DestroyedRequestJson,
    responses(
        (status = 201, description = "Recorded", body = FiledJson),
        (status = 200, description = "Was recorded", body = FiledJson),
        (status = 409, description = "`box_not_released`, with `blockers`, `exceptions` and `first_day`")
    )
)]
pub(in crate::http) async fn destroyed(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let request = paper_request::destroyed(&body.bytes)?;
    let (InRegister { vault, by, id }, note) = (place, request.id);
    let asked = vault.clone();
    match to_the_end(async move { vault.step_box(&by, id, request).await }).await {
        Ok(filed) => answer(note, filed),
        Err(problem) => Err(with_what_stands_in_the_way(asked, id, problem).await),
    }
}

/// A refusal that says what to do about it.
async fn with_what_stands_in_the_way(vault: Vault, id: NoteId, problem: Problem) -> Problem {
    if !matches!(problem.code, Code::BoxNotReleased | Code::DestroyedTooEarly) {
        return problem;
    }
    match blocking(move || vault.paper_box(id)).await {
        Ok(found) => problem.with_members(in_the_way(&found.release)),
        Err(unreadable) => unreadable,
    }
}

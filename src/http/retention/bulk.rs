//! Many at once, each through the ordinary path: what an office does a thousand times in a morning.

use std::future::Future;
use std::sync::Arc;

use axum::response::Response;
use futures_util::{StreamExt, stream};
use hyper::StatusCode;

use super::filing::status;
use super::matters::{EVENT_FIELDS, file_assignment};
use crate::archive::{ArchiveError, Filed, Vault};
use crate::http::app::{aside, to_the_end};
use crate::http::auth::InVault;
use crate::http::body::JsonBody;
use crate::http::error::{Code, Problem, internal};
use crate::http::front::Asking;
use crate::http::json::Json;
use crate::http::query::NoQuery;
use crate::http::reply;
use crate::http::wire::matter::{self, AssignmentsRequestJson, EventsRequestJson};
use crate::http::wire::note::{BulkJson, FiledJson, OutcomeJson, bulk_items, id_of_item};
use crate::limits::{BULK_ITEMS_AT_ONCE, JSON_LIST_BYTES_MAX};
use crate::model::{NoteId, Principal};

/// Records many events, each as the request for it alone would. They are carried out at the same time, so none may build on another.
///
/// The answer has the outcome of each, in their order; one that is refused does not stop the others.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/events",
    params(("vault" = String, Path, description = "Name of the vault")),
    request_body = EventsRequestJson,
    responses((status = 200, description = "What became of each", body = BulkJson))
)]
pub(in crate::http) async fn events(
    place: InVault,
    asking: Asking,
    _: NoQuery,
    body: JsonBody<JSON_LIST_BYTES_MAX>,
) -> Result<Response, Problem> {
    carry_out(place, asking, body, |vault, by, item, index| async move {
        let (case, request) = matter::event_item(item, index)?;
        let id = request.id;
        let filed = to_the_end(async move { vault.record_event(&by, case, request).await }).await;
        Ok((id, filed.map_err(|problem| problem.in_field_by_code(EVENT_FIELDS))?))
    })
    .await
}

/// Assigns many documents to matters, each as the request for it alone would. None may build on another.
///
/// The answer has the outcome of each, in their order; one that is refused does not stop the others.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/assignments",
    params(("vault" = String, Path, description = "Name of the vault")),
    request_body = AssignmentsRequestJson,
    responses((status = 200, description = "What became of each", body = BulkJson))
)]
pub(in crate::http) async fn assignments(
    place: InVault,
    asking: Asking,
    _: NoQuery,
    body: JsonBody<JSON_LIST_BYTES_MAX>,
) -> Result<Response, Problem> {
    carry_out(place, asking, body, |vault, by, item, index| async move {
        let (case, assignment) = matter::assignment_item(item, index)?;
        let id = assignment.id;
        let filed = to_the_end(async move { file_assignment(&vault, &by, case, assignment).await }).await;
        const FIELDS: &[(Code, &str)] =
            &[(Code::CaseUnknown, "case"), (Code::DocumentUnknown, "document"), (Code::MatterUnknown, "matters")];
        Ok((id, filed.map_err(|problem| problem.in_field_by_code(FIELDS))?))
    })
    .await
}

/// Carries out every item, some at a time, also when the client leaves.
async fn carry_out<F>(
    place: InVault,
    asking: Asking,
    body: JsonBody<JSON_LIST_BYTES_MAX>,
    one: impl Fn(Vault, Arc<Principal>, Json, usize) -> F + Send + Sync + 'static,
) -> Result<Response, Problem>
where
    F: Future<Output = Result<(NoteId, Filed), Problem>> + Send + 'static,
{
    let InVault { vault, by } = place;
    let JsonBody { bytes, place: permit } = body;
    let items = aside(move || bulk_items(&bytes)).await?;
    let all = async move {
        // The place of a long body is given back when its items are done.
        let _permit = permit;
        let started = items.into_iter().enumerate().map(|(index, item)| {
            let id = id_of_item(&item);
            let carried_out = one(vault.clone(), Arc::clone(&by), item, index);
            let asking = asking.clone();
            async move { outcome(carried_out.await, id, &asking) }
        });
        stream::iter(started).buffered(BULK_ITEMS_AT_ONCE).collect::<Vec<_>>().await
    };
    let items = match tokio::spawn(all).await {
        Ok(items) => items,
        Err(error) if error.is_panic() => return Err(internal("a bulk request ended early", &error)),
        // The runtime stops; what was carried out will show when the client repeats the request.
        Err(_) => return Err(ArchiveError::OutcomeUnknown.into()),
    };
    Ok(reply::json(StatusCode::OK, &BulkJson { items }))
}

fn outcome(result: Result<(NoteId, Filed), Problem>, id: Option<String>, asking: &Asking) -> OutcomeJson {
    let written = result.and_then(|(id, filed)| {
        let (status, created) = (status(&filed).as_u16(), filed.created);
        Ok(OutcomeJson::Filed { status, created, filed: FiledJson::new(id, filed)? })
    });
    written.unwrap_or_else(|problem| OutcomeJson::Refused { id, problem: Box::new(problem.json(asking.language, &asking.request_id)) })
}

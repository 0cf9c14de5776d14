//! What is due, overdue, open, contradictory: by the dates of the catalogue in force.

use axum::response::Response;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use crate::archive::Duties;
use crate::http::auth::InVault;
use crate::http::error::Problem;
use crate::http::query::{AgendaPaging, DueQuery, agenda_cursor, filtered_link};
use crate::http::wire::agenda::AgendaJson;
use crate::http::{blocking, reply};

/// What becomes due up to and including a day, whatever still stops it; also for years ahead.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/due",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("until" = Option<String>, Query, description = "A day such as 2030-12-31; today if missing"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = AgendaJson))
)]
pub(in crate::http) async fn due(place: InVault, query: DueQuery, uri: Uri) -> Result<Response, Problem> {
    let DueQuery { until, paging: AgendaPaging { after, limit } } = query;
    let vault = place.vault;
    let (duties, until) = blocking(move || {
        let until = match until {
            Some(until) => until,
            None => vault.today()?.wall,
        };
        Ok((vault.due(until, after.as_deref(), limit)?, until))
    })
    .await?;
    // The day goes along, or a page that is asked for after midnight would continue another list.
    Ok(page(&uri, &format!("until={until}&"), limit, &duties))
}

/// What should have been destroyed already, by the wall clock. A hold explains it and does not take it off the list.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/overdue",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = AgendaJson))
)]
pub(in crate::http) async fn overdue(place: InVault, AgendaPaging { after, limit }: AgendaPaging, uri: Uri) -> Result<Response, Problem> {
    let duties = blocking(move || place.vault.overdue(after.as_deref(), limit)).await?;
    Ok(page(&uri, "", limit, &duties))
}

/// What has no dates because an event or a class is missing, the oldest matters first. It is kept.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/open",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = AgendaJson))
)]
pub(in crate::http) async fn open(place: InVault, AgendaPaging { after, limit }: AgendaPaging, uri: Uri) -> Result<Response, Problem> {
    let duties = blocking(move || place.vault.open_items(after.as_deref(), limit)).await?;
    Ok(page(&uri, "", limit, &duties))
}

/// What must be kept longer than it may be kept. Nothing happens to it until people have decided.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/conflicts",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = AgendaJson))
)]
pub(in crate::http) async fn conflicts(place: InVault, AgendaPaging { after, limit }: AgendaPaging, uri: Uri) -> Result<Response, Problem> {
    let duties = blocking(move || place.vault.conflicts(after.as_deref(), limit)).await?;
    Ok(page(&uri, "", limit, &duties))
}

fn page(uri: &Uri, filter: &str, limit: usize, duties: &Duties) -> Response {
    let next = duties.next.as_deref().map(agenda_cursor);
    let link = next.as_deref().and_then(|next| filtered_link(uri.path(), filter, next, limit));
    let mut response = reply::json(StatusCode::OK, &AgendaJson::new(duties, next));
    link.map(|link| response.headers_mut().insert(LINK, link));
    response
}

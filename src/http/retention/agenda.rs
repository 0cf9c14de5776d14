//! What is due, overdue, open, contradictory: by the dates of the catalogue in force.

use std::collections::HashMap;

use axum::response::Response;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use crate::archive::{AgendaList, DueItem, Duties, Vault};
use crate::http::auth::InVault;
use crate::http::error::Problem;
use crate::http::query::{AgendaPaging, DueQuery, agenda_cursor, filtered_link, wrong_cursor};
use crate::http::wire::agenda::{AgendaJson, Names};
use crate::http::{blocking, names, reply};

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
    check_cursor(&vault, AgendaList::Due, after.as_deref())?;
    let (shown, until) = blocking(move || {
        let until = match until {
            Some(until) => until,
            None => vault.today()?.wall,
        };
        let duties = vault.due(until, after.as_deref(), limit)?;
        Ok((Shown::of(&vault, duties), until))
    })
    .await?;
    // The day goes along, or a page that is asked for after midnight would continue another list.
    Ok(page(&uri, &format!("until={until}&"), limit, shown))
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
    check_cursor(&place.vault, AgendaList::Overdue, after.as_deref())?;
    let shown = blocking(move || Ok(Shown::of(&place.vault, place.vault.overdue(after.as_deref(), limit)?)));
    Ok(page(&uri, "", limit, shown.await?))
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
    check_cursor(&place.vault, AgendaList::Open, after.as_deref())?;
    let shown = blocking(move || Ok(Shown::of(&place.vault, place.vault.open_items(after.as_deref(), limit)?)));
    Ok(page(&uri, "", limit, shown.await?))
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
    check_cursor(&place.vault, AgendaList::Conflicts, after.as_deref())?;
    let shown = blocking(move || Ok(Shown::of(&place.vault, place.vault.conflicts(after.as_deref(), limit)?)));
    Ok(page(&uri, "", limit, shown.await?))
}

/// A cursor of another list would be understood as a place in this one, and leave out what lies before it.
fn check_cursor(vault: &Vault, list: AgendaList, after: Option<&[u8]>) -> Result<(), Problem> {
    if after.is_none_or(|cursor| vault.is_cursor_of(list, cursor)) { Ok(()) } else { Err(wrong_cursor()) }
}

/// A page with what people call the cases and matters on it. These names are sealed, and opened for what is shown only.
struct Shown {
    duties: Duties,
    names: Vec<Names>,
}

impl Shown {
    fn of(vault: &Vault, duties: Duties) -> Self {
        let (mut references, mut titles) = (HashMap::new(), HashMap::new());
        let mut names_of = |item: &DueItem| Names {
            reference: references.entry(item.case).or_insert_with(|| names::reference(vault, item.case)).clone(),
            title: item.matter.and_then(|matter| titles.entry(matter).or_insert_with(|| names::title(vault, matter)).clone()),
        };
        let names = duties.items.iter().map(&mut names_of).collect();
        Self { duties, names }
    }
}

fn page(uri: &Uri, filter: &str, limit: usize, Shown { duties, names }: Shown) -> Response {
    let next = duties.next.as_deref().map(agenda_cursor);
    let link = next.as_deref().and_then(|next| filtered_link(uri.path(), filter, next, limit));
    let mut response = reply::json(StatusCode::OK, &AgendaJson::new(&duties, names, next));
    link.map(|link| response.headers_mut().insert(LINK, link));
    response
}

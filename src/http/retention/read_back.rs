//! Reading back what was filed, for whoever may use the vault: notes with their words and receipts, histories, lists of the registers.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use crate::http::app::App;
use crate::http::auth::{InCase, InRegister, InVault};
use crate::http::error::Problem;
use crate::http::front::Asking;
use crate::http::language::Language;
use crate::http::query::{AnchoredQuery, NoQuery, Paging, cursor, next_link};
use crate::http::wire::intake::BatchJson;
use crate::http::wire::paper::{BoxSummaryJson, BoxesJson};
use crate::http::wire::read_back::{BatchesJson, CaseEventJson, CaseEventsJson, NoteJson, NotesJson, QuarantineJson, QuarantinedJson};
use crate::http::{blocking, ledger, reply};

/// The routes of this file.
pub(in crate::http) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/vaults/{vault}/notes/{note}", get(note))
        .route("/v1/vaults/{vault}/notes/{note}/receipt", get(receipt))
        .route("/v1/vaults/{vault}/holds/{hold}/notes", get(notes_of_hold))
        .route("/v1/vaults/{vault}/batches", get(batches))
        .route("/v1/vaults/{vault}/batches/{batch}/notes", get(notes_of_batch))
        .route("/v1/vaults/{vault}/boxes", get(boxes))
        .route("/v1/vaults/{vault}/boxes/{box}/notes", get(notes_of_box))
        .route("/v1/vaults/{vault}/cases/{case}/events", get(events))
        .route("/v1/vaults/{vault}/quarantine", get(quarantine))
}

/// A note with its words, whatever it is about: an event, a review, a release, a step of a box, a report.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/notes/{note}",
    params(("vault" = String, Path, description = "Name of the vault"), ("note" = String, Path, description = "UUID of the note")),
    responses((status = 200, body = NoteJson))
)]
pub(in crate::http) async fn note(place: InRegister, _: NoQuery) -> Result<Response, Problem> {
    let told = blocking(move || place.vault.note_told(place.id)).await?;
    Ok(reply::json(StatusCode::OK, &NoteJson::new(&told)?))
}

/// The receipt of filing a note, byte for byte as the answer to filing it gave it.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/notes/{note}/receipt",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("note" = String, Path, description = "UUID of the note"),
        ("anchored" = Option<bool>, Query, description = "With the newest checkpoint that witnesses have cosigned")
    ),
    responses(
        (status = 200, description = "Proof of inclusion (C2SP tlog-proof)", body = String, content_type = "text/plain"),
        (status = 404, description = "Not there, or not cosigned yet")
    )
)]
pub(in crate::http) async fn receipt(place: InRegister, query: AnchoredQuery) -> Result<Response, Problem> {
    let given = place.vault.note_receipt(place.id).await?;
    ledger::receipt(place.vault, given, query).await
}

/// How a hold or an overlay was placed, every review of it, and its release, with who, when and why.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/holds/{hold}/notes",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("hold" = String, Path, description = "UUID of the hold"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = NotesJson))
)]
pub(in crate::http) async fn notes_of_hold(place: InRegister, paging: Paging, uri: Uri) -> Result<Response, Problem> {
    history(place, paging, &uri).await
}

/// How a scan batch was registered and completed.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/batches/{batch}/notes",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("batch" = String, Path, description = "UUID of the batch"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = NotesJson))
)]
pub(in crate::http) async fn notes_of_batch(place: InRegister, paging: Paging, uri: Uri) -> Result<Response, Problem> {
    history(place, paging, &uri).await
}

/// Everything that was done with a box: where pulled originals lie, how returns were sent, the record of its destruction.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/boxes/{box}/notes",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("box" = String, Path, description = "UUID of the box"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = NotesJson))
)]
pub(in crate::http) async fn notes_of_box(place: InRegister, paging: Paging, uri: Uri) -> Result<Response, Problem> {
    history(place, paging, &uri).await
}

async fn history(place: InRegister, Paging { after, limit }: Paging, uri: &Uri) -> Result<Response, Problem> {
    let after = usize::try_from(after.unwrap_or(0)).unwrap_or(usize::MAX);
    let page = blocking(move || place.vault.history(place.id, after, limit)).await?;
    let items = page.items.iter().map(NoteJson::new).collect::<Result<_, _>>()?;
    let next = page.next.map(cursor);
    Ok(linked(uri, limit, next.clone(), reply::json(StatusCode::OK, &NotesJson { items, next })))
}

/// Scan batches in the order of registering, complete ones as well.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/batches",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = BatchesJson))
)]
pub(in crate::http) async fn batches(place: InVault, Paging { after, limit }: Paging, uri: Uri) -> Result<Response, Problem> {
    let page = blocking(move || place.vault.batches(after, limit)).await?;
    let items = page.items.iter().map(BatchJson::new).collect::<Result<_, _>>()?;
    let next = page.next.map(cursor);
    Ok(linked(&uri, limit, next.clone(), reply::json(StatusCode::OK, &BatchesJson { items, next })))
}

/// Boxes in the order of registering, destroyed ones as well. What is urgent stands under `boxes/due`.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/boxes",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = BoxesJson))
)]
pub(in crate::http) async fn boxes(place: InVault, Paging { after, limit }: Paging, asking: Asking, uri: Uri) -> Result<Response, Problem> {
    let page = blocking(move || place.vault.all_boxes(after, limit)).await?;
    let items = page.items.iter().map(|found| BoxSummaryJson::new(found, asking.language.words())).collect::<Result<_, _>>()?;
    let next = page.next.map(cursor);
    Ok(linked(&uri, limit, next.clone(), in_words(asking.language, &BoxesJson { items, next })))
}

/// Every event that was recorded about a case, its matters and its documents: those that count, and those that were corrected or
/// withdrawn, with who, when and why.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/events",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = CaseEventsJson))
)]
pub(in crate::http) async fn events(place: InCase, Paging { after, limit }: Paging, asking: Asking, uri: Uri) -> Result<Response, Problem> {
    let page = blocking(move || place.vault.case_events(place.case, after, limit)).await?;
    let items = page.items.iter().map(|event| CaseEventJson::new(event, asking.language.words())).collect::<Result<_, _>>()?;
    let next = page.next.map(cursor);
    Ok(linked(&uri, limit, next.clone(), in_words(asking.language, &CaseEventsJson { items, next })))
}

/// Documents in quarantine: the scan gate found a defect, and nobody has cleared it. A page may have fewer items than were asked for.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/quarantine",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = QuarantineJson))
)]
pub(in crate::http) async fn quarantine(
    place: InVault,
    Paging { after, limit }: Paging,
    asking: Asking,
    uri: Uri,
) -> Result<Response, Problem> {
    let page = blocking(move || place.vault.quarantined(after, limit)).await?;
    let items = page.items.iter().map(|found| QuarantinedJson::new(found, asking.language.words())).collect();
    let next = page.next.map(cursor);
    Ok(linked(&uri, limit, next.clone(), in_words(asking.language, &QuarantineJson { items, next })))
}

fn in_words(language: Language, value: &impl serde::Serialize) -> Response {
    reply::json_in(language, StatusCode::OK, value)
}

fn linked(uri: &Uri, limit: usize, next: Option<String>, mut response: Response) -> Response {
    let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    link.map(|link| response.headers_mut().insert(LINK, link));
    response
}

//! Matters of a case, what happened, which documents belong where, how a scan was checked; what retention knows of a case.

use axum::response::Response;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use super::filing::{answer, answer_at};
use crate::archive::{ArchiveError, Filed, Vault};
use crate::http::app::to_the_end;
use crate::http::auth::{InCase, InDocument, InMatter};
use crate::http::body::JsonBody;
use crate::http::error::{Code, Problem};
use crate::http::query::{NoQuery, Paging, cursor, next_link};
use crate::http::wire::dossier::CaseRetentionJson;
use crate::http::wire::matter::{
    self, Assignment, AssignmentRequestJson, CheckRequestJson, EventRequestJson, KindRequestJson, MatterRequestJson,
};
use crate::http::wire::note::{FiledJson, ReasonedActJson, reasoned_act};
use crate::http::{blocking, names, reply};
use crate::model::{CaseId, Principal};

/// Opens a matter, or finds that it is open with the same words.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/cases/{case}/matters/{matter}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of an open case"),
        ("matter" = String, Path, description = "UUID, chosen by the application")
    ),
    request_body = MatterRequestJson,
    responses((status = 201, description = "Opened", body = FiledJson), (status = 200, description = "Was open", body = FiledJson))
)]
pub(in crate::http) async fn put(place: InMatter, _: NoQuery, uri: Uri, body: JsonBody) -> Result<Response, Problem> {
    let request = matter::matter(place.matter, &body.bytes)?;
    let first = if request.from.is_some() { "from" } else { "to" };
    let InMatter { vault, by, case, matter } = place;
    let filed = to_the_end(async move { vault.open_matter(&by, case, request).await }).await;
    answer_at(&uri, matter, filed.map_err(|problem| problem.in_field_by_code(&[(Code::DayTooEarly, first)]))?)
}

/// Corrects the kind of a matter, with a reason: a slip when it was opened. Its dates follow the class of the right kind from then on, and
/// what was recorded stays.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/cases/{case}/matters/{matter}/kind",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("matter" = String, Path, description = "UUID of the matter")
    ),
    request_body = KindRequestJson,
    responses((status = 201, description = "Corrected", body = FiledJson), (status = 200, description = "Was corrected", body = FiledJson))
)]
pub(in crate::http) async fn correct(place: InMatter, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (note, kinds) = matter::kind(&body.bytes)?;
    let (InMatter { vault, by, case, matter }, id) = (place, note.0);
    let filed = to_the_end(async move { vault.correct_kind(&by, case, Some(matter), note, kinds).await }).await?;
    answer(id, filed)
}

/// Corrects the kind of everything in a case that was assigned to no matter: a slip when the case was opened.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/cases/{case}/kind",
    params(("vault" = String, Path, description = "Name of the vault"), ("case" = String, Path, description = "UUID of the case")),
    request_body = KindRequestJson,
    responses((status = 201, description = "Corrected", body = FiledJson), (status = 200, description = "Was corrected", body = FiledJson))
)]
pub(in crate::http) async fn correct_default(place: InCase, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (note, kinds) = matter::kind(&body.bytes)?;
    let (InCase { vault, by, case }, id) = (place, note.0);
    let filed = to_the_end(async move { vault.correct_kind(&by, case, None, note, kinds).await }).await?;
    answer(id, filed)
}

/// What retention knows of a case: matters, events that count, dates; and of the documents that have more than their case.
///
/// Matters, events and dates stand on every page; `cursor` and `limit` are for the documents.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/retention",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Documents on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = CaseRetentionJson))
)]
pub(in crate::http) async fn retention(place: InCase, Paging { after, limit }: Paging, uri: Uri) -> Result<Response, Problem> {
    let InCase { vault, case, .. } = place;
    let (retention, called, today) = blocking(move || {
        let retention = vault.case_retention(case, after, limit)?;
        let called = (names::reference(&vault, case), names::titles(&vault, &retention.dossier.matters));
        Ok((retention, called, vault.today()?))
    })
    .await?;
    let (reference, titles) = called;
    let json = CaseRetentionJson::new(&retention, (reference, &titles), today, retention.next.map(cursor));
    let link = json.next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    let mut response = reply::json(StatusCode::OK, &json);
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// Records an event, a correction of one, or its withdrawal.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/cases/{case}/events",
    params(("vault" = String, Path, description = "Name of the vault"), ("case" = String, Path, description = "UUID of an open case")),
    request_body = EventRequestJson,
    responses((status = 201, description = "Recorded", body = FiledJson), (status = 200, description = "Was recorded", body = FiledJson))
)]
pub(in crate::http) async fn event(place: InCase, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let request = matter::event(&body.bytes)?;
    let (InCase { vault, by, case }, id) = (place, request.id);
    let filed = to_the_end(async move { vault.record_event(&by, case, request).await }).await;
    answer(id, filed.map_err(|problem| problem.in_field_by_code(EVENT_FIELDS))?)
}

/// Which field of an event a refusal is about.
pub(super) const EVENT_FIELDS: &[(Code, &str)] =
    &[(Code::DayTooEarly, "date"), (Code::MatterUnknown, "matter"), (Code::DocumentUnknown, "document"), (Code::CaseUnknown, "case")];

/// Says to which matters a document belongs from now on.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}/assignment",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document")
    ),
    request_body = AssignmentRequestJson,
    responses((status = 201, description = "Assigned", body = FiledJson), (status = 200, description = "Was assigned", body = FiledJson))
)]
pub(in crate::http) async fn assign(place: InDocument, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let assignment = matter::assignment(place.document, &body.bytes)?;
    let (InDocument { vault, by, case, .. }, id) = (place, assignment.id);
    let filed = to_the_end(async move { file_assignment(&vault, &by, case, assignment).await }).await;
    answer(id, filed.map_err(|problem| problem.in_field_by_code(&[(Code::MatterUnknown, "matters")]))?)
}

/// Files an assignment in a case.
pub(super) async fn file_assignment(vault: &Vault, by: &Principal, case: CaseId, assignment: Assignment) -> Result<Filed, ArchiveError> {
    let Assignment { id, document, matters, words } = assignment;
    vault.assign(by, case, id, (document, matters), words).await
}

/// Records how the quality of a scanned document was assured, and what was found.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}/check",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document")
    ),
    request_body = CheckRequestJson,
    responses((status = 201, description = "Recorded", body = FiledJson), (status = 200, description = "Was recorded", body = FiledJson))
)]
pub(in crate::http) async fn check(place: InDocument, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (id, mode, result, words) = matter::check(&body.bytes)?;
    let InDocument { vault, by, case, document } = place;
    let filed = to_the_end(async move { vault.check_document(&by, case, id, (document, mode, result), words).await }).await?;
    answer(id, filed)
}

/// Clears the defects that the scan gate found in a document: somebody has looked. Needs a certificate that names a person.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}/quarantine/lift",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document")
    ),
    request_body = ReasonedActJson,
    responses((status = 201, description = "Cleared", body = FiledJson), (status = 200, description = "Was cleared", body = FiledJson))
)]
pub(in crate::http) async fn lift(place: InDocument, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (id, words) = reasoned_act(&body.bytes)?;
    let InDocument { vault, by, case, document } = place;
    let filed = to_the_end(async move { vault.lift_quarantine(&by, case, id, document, words).await }).await?;
    answer(id, filed)
}

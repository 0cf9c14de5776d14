//! The intake: scan batches, how far the post has come, which backups were read back.

use axum::response::Response;
use hyper::{StatusCode, Uri};

use super::filing::{answer, answer_at};
use crate::http::app::to_the_end;
use crate::http::auth::{InRegister, InVault};
use crate::http::body::JsonBody;
use crate::http::error::{Code, Problem};
use crate::http::query::NoQuery;
use crate::http::wire::intake::{self as wire, BackupJson, BatchJson, BatchRequestJson, IntakeJson, IntakeReportJson};
use crate::http::wire::note::{ActJson, FiledJson, act};
use crate::http::{blocking, reply};

/// Registers a scan batch. Until it is complete the watermark of the intake stays before its day of receipt.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/batches/{batch}",
    params(("vault" = String, Path, description = "Name of the vault"), ("batch" = String, Path, description = "UUID, chosen by the scan line")),
    request_body = BatchRequestJson,
    responses((status = 201, description = "Registered", body = FiledJson), (status = 200, description = "Was registered", body = FiledJson))
)]
pub(in crate::http) async fn put_batch(place: InRegister, _: NoQuery, uri: Uri, body: JsonBody) -> Result<Response, Problem> {
    let InRegister { vault, by, id } = place;
    let request = wire::batch(id, &body.bytes)?;
    let filed = to_the_end(async move { vault.register_batch(&by, request).await }).await;
    answer_at(&uri, id, filed.map_err(|problem| problem.in_field_by_code(&[(Code::DayTooEarly, "received")]))?)
}

/// A scan batch as it stands.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/batches/{batch}",
    params(("vault" = String, Path, description = "Name of the vault"), ("batch" = String, Path, description = "UUID of the batch")),
    responses((status = 200, body = BatchJson))
)]
pub(in crate::http) async fn get_batch(place: InRegister, _: NoQuery) -> Result<Response, Problem> {
    let batch = blocking(move || place.vault.batch(place.id)).await?;
    Ok(reply::json(StatusCode::OK, &BatchJson::new(&batch)?))
}

/// Records that everything in a batch is scanned, checked and assigned. Refused while a document of it is in quarantine, and without a
/// reason if other than as many documents were stored with its id as it was registered with.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/batches/{batch}/complete",
    params(("vault" = String, Path, description = "Name of the vault"), ("batch" = String, Path, description = "UUID of the batch")),
    request_body = ActJson,
    responses((status = 201, description = "Complete", body = FiledJson), (status = 200, description = "Was completed by this note", body = FiledJson))
)]
pub(in crate::http) async fn complete(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (note, words) = act(&body.bytes)?;
    let InRegister { vault, by, id } = place;
    let filed = to_the_end(async move { vault.complete_batch(&by, id, note, words).await }).await?;
    answer(note, filed)
}

/// Records that all post received up to a day is registered in batches.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/intake",
    params(("vault" = String, Path, description = "Name of the vault")),
    request_body = IntakeReportJson,
    responses((status = 201, description = "Recorded", body = FiledJson), (status = 200, description = "Was recorded", body = FiledJson))
)]
pub(in crate::http) async fn report(place: InVault, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (id, through, words) = wire::intake_report(&body.bytes)?;
    let InVault { vault, by } = place;
    let filed = to_the_end(async move { vault.report_intake(&by, id, through, words).await }).await?;
    answer(id, filed)
}

/// How far the intake has come: nothing becomes destroyable before the watermark has passed its last day of keeping.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/intake",
    params(("vault" = String, Path, description = "Name of the vault")),
    responses((status = 200, body = IntakeJson))
)]
pub(in crate::http) async fn get(place: InVault, _: NoQuery) -> Result<Response, Problem> {
    let intake = blocking(move || place.vault.intake()).await?;
    Ok(reply::json(StatusCode::OK, &IntakeJson::new(&intake)))
}

/// Records that everything stored before a time is in a backup that was read back.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/backups",
    params(("vault" = String, Path, description = "Name of the vault")),
    request_body = BackupJson,
    responses((status = 201, description = "Recorded", body = FiledJson), (status = 200, description = "Was recorded", body = FiledJson))
)]
pub(in crate::http) async fn backup(place: InVault, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (id, through, words) = wire::backup(&body.bytes)?;
    let InVault { vault, by } = place;
    let filed = to_the_end(async move { vault.confirm_backup(&by, id, through, words).await }).await?;
    answer(id, filed)
}

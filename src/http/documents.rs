//! Documents: store, list, describe, prove. Reading their bytes is in `content`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use hyper::header::{CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION};
use hyper::{StatusCode, Uri};

use super::app::{App, to_the_end};
use super::auth::{InCase, InDocument};
use super::error::{Code, Problem};
use super::query::{AnchoredQuery, NoQuery, Paging, cursor, next_link};
use super::upload::Arriving;
use super::wire::description::document_description;
use super::wire::dossier::DatesJson;
use super::wire::problem::MembersJson;
use super::wire::step::StandingJson;
use super::wire::stored::{DocumentJson, DocumentStoredJson, DocumentsJson, OpeningJson};
use super::{blocking, digest, ledger, notice, reply};
use crate::limits::{DESCRIPTION_BYTES_MAX, DOCUMENT_BYTES_MAX};
use crate::model::{DocumentDescription, MediaType};

/// The header that describes a document.
const ARCHIVE_DOCUMENT: &str = "archive-document";

/// Stores a document, or finds that it is stored with the same bytes and description.
///
/// The body is the document. The id is chosen by the application. Repeating the request answers 200 with the same receipt;
/// other bytes or another description under the same id answer 409. `If-None-Match: *` may be sent and changes nothing. A scan in which
/// the gate finds a defect is stored as well and waits in quarantine; `defects` says why.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of an open case"),
        ("document" = String, Path, description = "UUID, chosen by the application"),
        ("Archive-Document" = Option<String>, Header, description = "Description of the document: `DocumentDescriptionJson` as ASCII JSON, at most 8192 bytes"),
        ("Content-Digest" = Option<String>, Header, description = "SHA-256 of the body (RFC 9530); checked before anything is stored")
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The document. `Content-Type` is kept and given back."),
    responses(
        (status = 201, description = "Stored", body = DocumentStoredJson),
        (status = 200, description = "Was stored with the same bytes and description", body = DocumentStoredJson),
        (status = 409, description = "Stored with other bytes or another description")
    )
)]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    place: InDocument,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let expected = check_put(&headers)?;
    let (media_type, description) = (media_type(&headers)?, description(&headers)?);
    let InDocument { vault, by, case, document } = place;
    let location = format!("/v1/vaults/{}/cases/{case}/documents/{document}", vault.record().name);
    let mut arriving = Arriving::new(body, &headers, DOCUMENT_BYTES_MAX, app.pace)?;
    let begun = vault.begin_document(&by.application, case, document, media_type, description, arriving.declared_bytes()).await;
    let mut upload = begun.map_err(|error| Problem::from(error).in_field_by_code(DESCRIPTION_FIELDS))?;
    while let Some(bytes) = arriving.next().await? {
        upload.push(bytes).await?;
    }
    let stored = to_the_end(upload.finish(expected)).await.map_err(|problem| problem.in_field_by_code(DESCRIPTION_FIELDS))?;
    let status = reply::put_status(stored.created);
    let mut response = reply::json(status, &DocumentStoredJson::new(case, document, stored)?);
    HeaderValue::from_str(&location).ok().map(|location| response.headers_mut().insert(LOCATION, location));
    Ok(response)
}

/// Which field of a description a refusal is about.
const DESCRIPTION_FIELDS: &[(Code, &str)] = &[
    (Code::MatterUnknown, "matters"),
    (Code::MatterListMalformed, "matters"),
    (Code::ScannedInFuture, "scan_date"),
    (Code::BatchUnknown, "scan_batch"),
    (Code::BatchOver, "scan_batch"),
];

/// Lists the documents of a case in the order of storing.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/documents",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = DocumentsJson))
)]
pub(super) async fn list(place: InCase, Paging { after, limit }: Paging, uri: Uri) -> Result<Response, Problem> {
    let page = blocking(move || {
        let page = place.vault.documents(place.case, after, limit)?;
        let items = page.items.into_iter().map(|view| notice::with_overlays(&place.vault, view));
        Ok((items.collect::<Result<Vec<_>, _>>()?, page.next))
    });
    let (items, next) = page.await?;
    let items = items.into_iter().map(|(view, overlays)| DocumentJson::new(view, &overlays)).collect::<Result<_, _>>()?;
    let next = next.map(cursor);
    let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    let mut response = reply::json(StatusCode::OK, &DocumentsJson { items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// Description and state of a document, without its bytes. What must be said of it whenever it is read stands in `Archive-Notice` and in
/// `notices`.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}/record",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document")
    ),
    responses((status = 200, body = DocumentJson))
)]
pub(super) async fn record(place: InDocument, _: NoQuery) -> Result<Response, Problem> {
    let (view, overlays) = blocking(move || {
        let view = place.vault.document(place.case, place.document)?;
        notice::with_overlays(&place.vault, view)
    })
    .await?;
    let response = reply::json(StatusCode::OK, &DocumentJson::new(view, &overlays)?);
    Ok(notice::announce(response, &overlays))
}

/// The receipt of the storing, byte for byte as the `PUT` gave it. It outlives the document: that something was stored stays provable.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}/receipt",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document"),
        ("anchored" = Option<bool>, Query, description = "With the newest checkpoint that witnesses have cosigned")
    ),
    responses(
        (status = 200, description = "Proof of inclusion (C2SP tlog-proof)", body = String, content_type = "text/plain"),
        (status = 404, description = "Not there, or not cosigned yet")
    )
)]
pub(super) async fn receipt(place: InDocument, query: AnchoredQuery) -> Result<Response, Problem> {
    let given = place.vault.lasting_document_receipt(place.case, place.document).await?;
    ledger::receipt(place.vault, given, query).await
}

/// Salts and values behind the ledger entry of the storing. Personal data: for those who may read the document.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}/opening",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document")
    ),
    responses((status = 200, body = OpeningJson))
)]
pub(super) async fn opening(place: InDocument, _: NoQuery) -> Result<Response, Problem> {
    let (opening, overlays) = blocking(move || {
        let view = place.vault.document(place.case, place.document)?;
        Ok((place.vault.document_opening(place.case, place.document)?, notice::overlays(&place.vault, &view)?))
    })
    .await?;
    Ok(notice::announce(reply::json(StatusCode::OK, &OpeningJson::new(opening)), &overlays))
}

/// Never deletes: destruction goes through orders (`PUT .../orders/{order}`), which one person proposes and another approves. Answers how
/// long the document is kept.
#[utoipa::path(
    delete,
    path = "/v1/vaults/{vault}/cases/{case}/documents/{document}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = String, Path, description = "UUID of the case"),
        ("document" = String, Path, description = "UUID of the document")
    ),
    responses((status = 409, description = "`retained`, with `keep_until`, `destroy_by`, `state` and `blockers`"))
)]
pub(super) async fn delete(place: InDocument, _: NoQuery) -> Result<Response, Problem> {
    let explanation = blocking(move || place.vault.why(place.case, place.document)).await?.explanation;
    let (dates, standing) = (DatesJson::new(&explanation.dates), StandingJson::new(&explanation.standing));
    Err(Problem::new(Code::Retained).with_members(MembersJson {
        keep_until: dates.keep_until,
        destroy_by: dates.destroy_by,
        state: Some(standing.state.to_owned()),
        blockers: standing.blockers.into_iter().map(ToOwned::to_owned).collect(),
        ..MembersJson::default()
    }))
}

/// Refuses what would be stored differently from how it was meant; returns the announced digest.
fn check_put(headers: &HeaderMap) -> Result<Option<crate::model::Digest>, Problem> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(Code::ContentEncodingUnsupported.into());
    }
    if headers.contains_key(CONTENT_RANGE) {
        return Err(Code::PartialPutRefused.into());
    }
    if headers.contains_key(IF_MATCH) {
        // It asks to replace what is stored, which never happens.
        return Err(Code::PreconditionFailed.into());
    }
    if headers.get_all(IF_NONE_MATCH).iter().any(|value| value != "*") {
        return Err(Problem::new(Code::HeaderMalformed).with("If-None-Match"));
    }
    digest::announced(headers)
}

fn media_type(headers: &HeaderMap) -> Result<MediaType, Problem> {
    let Some(value) = single(headers, CONTENT_TYPE.as_str(), "Content-Type")? else { return Ok(MediaType::unknown()) };
    MediaType::parse(value).map_err(|_| Problem::new(Code::HeaderMalformed).with("Content-Type"))
}

/// A document without description is a document with an empty one.
fn description(headers: &HeaderMap) -> Result<DocumentDescription, Problem> {
    let Some(json) = single(headers, ARCHIVE_DOCUMENT, "Archive-Document")? else { return Ok(DocumentDescription::default()) };
    if json.len() > DESCRIPTION_BYTES_MAX {
        return Err(Problem::new(Code::HeaderMalformed).with("Archive-Document"));
    }
    document_description(json.as_bytes())
}

/// A field that may occur once, in ASCII. `shown` is its name as people write it.
fn single<'a>(headers: &'a HeaderMap, name: &str, shown: &'static str) -> Result<Option<&'a str>, Problem> {
    let malformed = || Problem::new(Code::HeaderMalformed).with(shown);
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(malformed());
    }
    first.map(|value| value.to_str().map_err(|_| malformed())).transpose()
}

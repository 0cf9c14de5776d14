//! Catalogues of retention classes: what is in force, what others would change, and two persons who put one into force.

use axum::response::Response;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use super::filing::{answer_at, decide};
use crate::archive::{ParsedCatalogue, Vault};
use crate::http::app::{aside, to_the_end};
use crate::http::auth::{InRegister, InVault};
use crate::http::body::{ClassesBody, JsonBody};
use crate::http::error::{Code, Problem};
use crate::http::query::{NoQuery, Paging, cursor, next_link};
use crate::http::wire::classes::{
    ClassesJson, ClassesNoteJson, ClassesNotesJson, ProposalJson, ProposalRequestJson, ProposalSummaryJson, ProposalsJson, catalogue_text,
    proposal,
};
use crate::http::wire::diff::DiffJson;
use crate::http::wire::note::{FiledJson, ReasonedActJson};
use crate::http::wire::problem::MembersJson;
use crate::http::{blocking, reply};
use crate::model::Refusal;
use crate::model::retention::Note;

/// The catalogue in force, with its text and who proposed it. Without one the answer says nothing, and everything is kept.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/classes",
    params(("vault" = String, Path, description = "Name of the vault")),
    responses((status = 200, body = ClassesJson))
)]
pub(in crate::http) async fn get(place: InVault, _: NoQuery) -> Result<Response, Problem> {
    let in_force = blocking(move || place.vault.classes()).await?;
    Ok(reply::json(StatusCode::OK, &ClassesJson::new(in_force.as_ref())?))
}

/// Everything that was done with catalogues, in its order: proposed, adopted, rejected. The texts are under `classes/proposals`.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/classes/history",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = ClassesNotesJson))
)]
pub(in crate::http) async fn history(place: InVault, Paging { after, limit }: Paging, uri: Uri) -> Result<Response, Problem> {
    let page = blocking(move || place.vault.class_history(after, limit)).await?;
    let items = page.items.iter().map(|(note, of)| ClassesNoteJson::new(note, of)).collect::<Result<_, _>>()?;
    let next = page.next.map(cursor);
    let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    let mut response = reply::json(StatusCode::OK, &ClassesNotesJson { items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// Catalogues that wait for a second person; ten at the most.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/classes/proposals",
    params(("vault" = String, Path, description = "Name of the vault")),
    responses((status = 200, body = ProposalsJson))
)]
pub(in crate::http) async fn proposals(place: InVault, _: NoQuery) -> Result<Response, Problem> {
    let waiting = blocking(move || place.vault.class_proposals()).await?;
    let items = waiting.iter().map(|waiting| ProposalSummaryJson::new(&waiting.proposal)).collect::<Result<_, _>>()?;
    Ok(reply::json(StatusCode::OK, &ProposalsJson { items }))
}

/// A catalogue that was proposed, with its text, whatever has become of it: old versions stay readable here.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/classes/proposals/{proposal}",
    params(("vault" = String, Path, description = "Name of the vault"), ("proposal" = String, Path, description = "UUID of the proposal")),
    responses((status = 200, body = ProposalJson))
)]
pub(in crate::http) async fn get_proposal(place: InRegister, _: NoQuery) -> Result<Response, Problem> {
    let note = blocking(move || match place.vault.note(place.id)? {
        note if matches!(note.record.note, Note::ClassesProposed { .. }) => Ok(note),
        _ => Err(Refusal::NoteUnknown.into()),
    });
    Ok(reply::json(StatusCode::OK, &ProposalJson::new(&note.await?)?))
}

/// What a catalogue would change: how many lines, by how much, what becomes due or overdue at once. Changes nothing.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/classes/diff",
    params(("vault" = String, Path, description = "Name of the vault")),
    request_body(content = String, content_type = "application/toml", description = "The text of the catalogue, at most 48 KiB; text/plain as well"),
    responses((status = 200, body = DiffJson), (status = 422, description = "`classes_malformed`, with all mistakes"))
)]
pub(in crate::http) async fn diff(place: InVault, _: NoQuery, ClassesBody(bytes): ClassesBody) -> Result<Response, Problem> {
    let parsed = aside(move || catalogue_text(&bytes)).await?;
    let (summary, ids, obstacles) = blocking(move || {
        let (summary, obstacles) = (place.vault.diff_classes(&parsed)?, place.vault.obstacles(&parsed)?);
        let ids = summary.examples.iter().map(|example| place.vault.ids_of_example(example)).collect::<Result<Vec<_>, _>>()?;
        Ok((summary, ids, obstacles))
    })
    .await?;
    Ok(reply::json(StatusCode::OK, &DiffJson::new(&summary, &ids, &obstacles)))
}

/// Proposes a catalogue: the first person. Needs a certificate that names one.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/classes/proposals/{proposal}",
    params(("vault" = String, Path, description = "Name of the vault"), ("proposal" = String, Path, description = "UUID, chosen by the application")),
    request_body = ProposalRequestJson,
    responses(
        (status = 201, description = "Proposed", body = FiledJson),
        (status = 200, description = "Was proposed", body = FiledJson),
        (status = 422, description = "`classes_malformed`, with all mistakes; or a rule says no")
    )
)]
pub(in crate::http) async fn propose(place: InRegister, _: NoQuery, uri: Uri, body: JsonBody) -> Result<Response, Problem> {
    let InRegister { vault, by, id } = place;
    let (parsed, words) = aside(move || proposal(&body.bytes)).await?;
    let (asked, again) = (vault.clone(), parsed.clone());
    match to_the_end(async move { vault.propose_classes(&by, id, parsed, words).await }).await {
        Ok(filed) => answer_at(&uri, id, filed),
        Err(problem) if problem.code == Code::ClassInUse => Err(with_classes_in_use(asked, again, problem).await),
        Err(problem) => Err(problem),
    }
}

/// A refusal that says which classes are in use.
async fn with_classes_in_use(vault: Vault, parsed: ParsedCatalogue, problem: Problem) -> Problem {
    match blocking(move || vault.obstacles(&parsed)).await {
        Ok(obstacles) => {
            let classes = obstacles.iter().flat_map(|obstacle| &obstacle.classes).map(ToString::to_string).collect();
            problem.with_members(MembersJson { classes, ..MembersJson::default() })
        }
        Err(unreadable) => unreadable,
    }
}

/// Adopts a proposed catalogue: the second person. All dates are computed again in the background from then on.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/classes/proposals/{proposal}/adopt",
    params(("vault" = String, Path, description = "Name of the vault"), ("proposal" = String, Path, description = "UUID of the proposal")),
    request_body = ReasonedActJson,
    responses((status = 201, description = "In force", body = FiledJson), (status = 200, description = "Was adopted by this note", body = FiledJson))
)]
pub(in crate::http) async fn adopt(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    decide(place, &body, |vault, by, id, note, words| async move { vault.adopt_classes(&by, id, note, words).await }).await
}

/// Gives a proposal up.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/classes/proposals/{proposal}/reject",
    params(("vault" = String, Path, description = "Name of the vault"), ("proposal" = String, Path, description = "UUID of the proposal")),
    request_body = ReasonedActJson,
    responses((status = 201, description = "Rejected", body = FiledJson), (status = 200, description = "Was rejected by this note", body = FiledJson))
)]
pub(in crate::http) async fn reject(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    decide(place, &body, |vault, by, id, note, words| async move { vault.reject_classes(&by, id, note, words).await }).await
}

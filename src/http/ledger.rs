//! The ledger of a vault, in the resources of C2SP tlog-tiles.

use axum::extract::RawPathParams;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderValue};

use super::auth::InVault;
use super::error::{Code, Problem};
use super::query::{ConsistencyQuery, InclusionQuery, NoQuery};
use super::{blocking, reply};
use crate::archive::NoProof;
use crate::ledger::TilePath;

/// Media type of tiles and entry bundles (C2SP tlog-tiles).
const TILE: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// A tile never changes. It stays with the client, because the vault is not for everybody.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// The newest signed checkpoint of the ledger.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/checkpoint",
    params(("vault" = String, Path, description = "Name of the vault")),
    responses((status = 200, description = "Signed note (C2SP tlog-checkpoint)", body = String, content_type = "text/plain"))
)]
pub(super) async fn checkpoint(place: InVault, _: NoQuery) -> Result<Response, Problem> {
    Ok(reply::text(blocking(move || place.vault.checkpoint()).await?))
}

/// A tile of hashes, or with `entries` in place of the level a bundle of entries.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/tile/{tile}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("tile" = String, Path, description = "Level and index such as 0/x001/234.p/17 or entries/000 (C2SP tlog-tiles)")
    ),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn tile(place: InVault, path: RawPathParams, _: NoQuery) -> Result<Response, Problem> {
    let tile = path.iter().find(|(name, _)| *name == "tile").map(|(_, tile)| format!("tile/{tile}"));
    let path = tile.and_then(|tile| TilePath::parse(&tile).ok()).ok_or(Code::TileUnknown)?;
    let bytes = blocking(move || place.vault.tile(&path)).await?.ok_or(Code::TileUnknown)?;
    let mut response = reply::of(StatusCode::OK, TILE, bytes);
    response.headers_mut().insert(CACHE_CONTROL, IMMUTABLE);
    Ok(response)
}

/// The receipt of any entry, at any size that the ledger has had since: for whoever follows the ledger with what he keeps.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/proof/inclusion",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("index" = u64, Query, description = "Index of the entry"),
        ("size" = Option<u64>, Query, description = "Size of the ledger, above the index; the present one if left out")
    ),
    responses((
        status = 200,
        description = "Proof of inclusion (C2SP tlog-proof) with the entry and the signed checkpoint",
        body = String,
        content_type = "text/plain"
    ))
)]
pub(super) async fn inclusion(place: InVault, query: InclusionQuery) -> Result<Response, Problem> {
    let proof = blocking(move || place.vault.inclusion(query.index, query.size)).await?;
    proof.map(|proof| reply::text(proof)).map_err(no_proof)
}

/// That the ledger has only grown between two sizes.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/proof/consistency",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("from" = u64, Query, description = "The earlier size, which stands in a checkpoint that somebody kept"),
        ("to" = Option<u64>, Query, description = "The later size; the present one if left out")
    ),
    responses((
        status = 200,
        description = "Proof of consistency as a log sends it to a witness (C2SP tlog-witness): earlier size, hashes, signed checkpoint",
        body = String,
        content_type = "text/plain"
    ))
)]
pub(super) async fn consistency(place: InVault, query: ConsistencyQuery) -> Result<Response, Problem> {
    let proof = blocking(move || place.vault.consistency(query.from, query.to)).await?;
    proof.map(|proof| reply::text(proof)).map_err(no_proof)
}

fn no_proof(NoProof(size): NoProof) -> Problem {
    Problem::new(Code::ProofUnknown).with(size.to_string())
}

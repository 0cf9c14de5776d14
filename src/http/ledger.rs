//! The ledger of a vault, in the resources of C2SP tlog-tiles.

use axum::extract::RawPathParams;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderValue};

use super::auth::InVault;
use super::error::{Code, Problem};
use super::query::{AnchoredQuery, ConsistencyQuery, CosignedQuery, InclusionQuery, NoQuery};
use super::{blocking, reply};
use crate::archive::{ArchiveError, NoProof, Receipt, Vault};
use crate::ledger::TilePath;

/// Media type of tiles and entry bundles (C2SP tlog-tiles).
const TILE: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// A tile never changes. It stays with the client, because the vault is not for everybody.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// The newest signed checkpoint of the ledger, or the newest one that witnesses have cosigned.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/checkpoint",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("cosigned" = Option<bool>, Query, description = "The newest one that witnesses have cosigned (C2SP tlog-cosignature)")
    ),
    responses(
        (status = 200, description = "Signed note (C2SP tlog-checkpoint)", body = String, content_type = "text/plain"),
        (status = 404, description = "No witness has cosigned any yet")
    )
)]
pub(super) async fn checkpoint(place: InVault, CosignedQuery(cosigned): CosignedQuery) -> Result<Response, Problem> {
    if !cosigned {
        return Ok(reply::text(blocking(move || place.vault.checkpoint()).await?));
    }
    Ok(reply::text(blocking(move || place.vault.cosigned_checkpoint()).await?.ok_or(Code::NotCosigned)?))
}

/// A receipt as it was given, or with the newest checkpoint that witnesses have cosigned: the same entry, proven for that size.
pub(in crate::http) async fn receipt(vault: Vault, given: Receipt, AnchoredQuery(anchored): AnchoredQuery) -> Result<Response, Problem> {
    if !anchored {
        return Ok(reply::text(given.text));
    }
    Ok(reply::text(blocking(move || vault.anchored_receipt(given.entry)).await?.ok_or(Code::NotCosigned)?))
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
    let path = tile_path(&path)?;
    let bytes = blocking(move || place.vault.tile(&path)).await?.ok_or(Code::TileUnknown)?;
    Ok(tile_reply(bytes))
}

/// The tile that a path names.
pub(super) fn tile_path(path: &RawPathParams) -> Result<TilePath, Problem> {
    let tile = path.iter().find(|(name, _)| *name == "tile").map(|(_, tile)| format!("tile/{tile}"));
    Ok(tile.and_then(|tile| TilePath::parse(&tile).ok()).ok_or(Code::TileUnknown)?)
}

/// The answer with a tile.
pub(super) fn tile_reply(bytes: Vec<u8>) -> Response {
    let mut response = reply::of(StatusCode::OK, TILE, bytes);
    response.headers_mut().insert(CACHE_CONTROL, IMMUTABLE);
    response
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
    proof(move || place.vault.inclusion(query.index, query.size)).await
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
    proof(move || place.vault.consistency(query.from, query.to)).await
}

/// The answer with a proof, or with the size of a ledger that has none.
async fn proof(make: impl FnOnce() -> Result<Result<Vec<u8>, NoProof>, ArchiveError> + Send + 'static) -> Result<Response, Problem> {
    let made = blocking(make).await?;
    made.map(reply::text).map_err(|NoProof(size)| Problem::new(Code::ProofUnknown).with(size.to_string()))
}

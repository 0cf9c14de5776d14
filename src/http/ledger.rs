//! The ledger of a vault, in the resources of C2SP tlog-tiles.

use axum::extract::RawPathParams;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderValue};

use super::auth::InVault;
use super::error::{Code, Problem};
use super::query::NoQuery;
use super::{blocking, reply};
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

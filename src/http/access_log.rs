//! Who has seen what: the access log of a vault, as a list for whoever answers for it and as a ledger for whoever checks it.

use axum::extract::RawPathParams;
use axum::response::Response;
use hyper::header::LINK;
use hyper::{StatusCode, Uri};

use super::auth::InVault;
use super::error::{Code, Problem};
use super::query::{AccessQuery, NoQuery, cursor, filtered_link};
use super::wire::access::{AccessJson, AccessYearJson, AccessYearsJson, AccessesJson};
use super::{blocking, ledger, reply};
use crate::model::{AccessTarget, Refusal};

/// Who has seen a document, a case with everything in it, or anything in the vault, in one calendar year.
///
/// Needs a certificate that names a person, and is recorded itself. What was destroyed since is still listed, without what only its own
/// key opens. `value_hex` and `salt` open the entry in the year's access ledger.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/access",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("case" = Option<String>, Query, description = "UUID of the case"),
        ("document" = Option<String>, Query, description = "UUID of a document of that case"),
        ("year" = Option<u16>, Query, description = "Calendar year (UTC); this year if missing"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = AccessesJson))
)]
pub(super) async fn list(place: InVault, query: AccessQuery, uri: Uri) -> Result<Response, Problem> {
    if place.by.person.is_none() {
        return Err(Problem::new(Refusal::PersonRequired.into()));
    }
    let AccessQuery { case, document, year, paging } = query;
    let target = match (case, document) {
        (None, _) => AccessTarget::Vault,
        (Some(case), None) => AccessTarget::Case(case),
        (Some(case), Some(document)) => AccessTarget::Document(case, document),
    };
    let vault = place.vault;
    vault.accesses_settled().await?;
    let (year, years, page) = blocking(move || {
        let year = year.unwrap_or_else(|| vault.present_year());
        Ok((year, vault.access_years(), vault.accesses(target, year, paging.after, paging.limit)?))
    })
    .await?;
    let next = page.next.map(cursor);
    let link = next.as_deref().and_then(|next| filtered_link(uri.path(), &filter(target, year), next, paging.limit));
    let items = page.items.into_iter().map(AccessJson::new).collect();
    let mut response = reply::json(StatusCode::OK, &AccessesJson { year, years, items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    response.extensions_mut().insert(super::recording::Shown { target: Some(target), range: None });
    Ok(response)
}

fn filter(target: AccessTarget, year: u16) -> String {
    match target {
        AccessTarget::Vault => format!("year={year}&"),
        AccessTarget::Case(case) => format!("case={case}&year={year}&"),
        AccessTarget::Document(case, document) => format!("case={case}&document={document}&year={year}&"),
    }
}

/// The newest signed checkpoint of the access ledger of a calendar year.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/access/{year}/checkpoint",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("year" = u16, Path, description = "Calendar year (UTC)")
    ),
    responses((status = 200, description = "Signed note (C2SP tlog-checkpoint)", body = String, content_type = "text/plain"))
)]
pub(super) async fn checkpoint(place: InVault, path: RawPathParams, _: NoQuery) -> Result<Response, Problem> {
    let year = year(&path)?;
    Ok(reply::text(blocking(move || place.vault.access_checkpoint(year)).await?))
}

/// The access ledgers that there are, one for each calendar year, with the keys that they sign with.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/access",
    params(("vault" = String, Path, description = "Name of the vault")),
    responses((status = 200, body = AccessYearsJson))
)]
pub(super) async fn years(place: InVault, _: NoQuery) -> Result<Response, Problem> {
    let years = blocking(move || {
        let vault = place.vault;
        vault.access_years().into_iter().map(|year| Ok((year, vault.access_size(year)?, vault.access_verifier_key(year)?))).collect()
    });
    let years: Vec<(u16, u64, String)> = years.await?;
    let years = years.into_iter().map(|(year, size, verifier_key)| AccessYearJson { year, size, verifier_key }).collect();
    Ok(reply::json(StatusCode::OK, &AccessYearsJson { years }))
}

/// A tile of hashes, or with `entries` in place of the level a bundle of entries, of the access ledger of a calendar year.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/ledger/access/{year}/tile/{tile}",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("year" = u16, Path, description = "Calendar year (UTC)"),
        ("tile" = String, Path, description = "Level and index such as 0/x001/234.p/17 or entries/000 (C2SP tlog-tiles)")
    ),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn tile(place: InVault, path: RawPathParams, _: NoQuery) -> Result<Response, Problem> {
    let year = year(&path)?;
    let tile = ledger::tile_path(&path)?;
    let bytes = blocking(move || place.vault.access_tile(year, &tile)).await?.ok_or(Code::TileUnknown)?;
    Ok(ledger::tile_reply(bytes))
}

fn year(path: &RawPathParams) -> Result<u16, Problem> {
    let year = path.iter().find(|(name, _)| *name == "year").and_then(|(_, year)| parse_year(year));
    year.ok_or_else(|| Problem::new(Refusal::AccessYearUnknown.into()))
}

/// Four digits, as a year is written.
pub(super) fn parse_year(text: &str) -> Option<u16> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|year| digits && *year > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_four_digits() {
        assert_eq!(parse_year("2026"), Some(2026));
        for bad in ["", "26", "02026", "+026", "2o26", "0000"] {
            assert_eq!(parse_year(bad), None, "{bad}");
        }
    }
}

//! Orders of destruction: proposed by one person, approved by another, listed, looked at, given up. Nothing here destroys: that is a job.

use axum::response::Response;
use hyper::header::{HeaderValue, LINK, LOCATION};
use hyper::{StatusCode, Uri};

use super::filing::{answer, status};
use crate::archive::ArchiveError;
use crate::http::app::{aside, to_the_end};
use crate::http::auth::{InRegister, InVault};
use crate::http::body::JsonBody;
use crate::http::error::{Code, Problem};
use crate::http::front::Asking;
use crate::http::query::{NoQuery, OrderQuery, Paging, cursor, filtered_link, next_link};
use crate::http::wire::note::{FiledJson, ReasonedActJson, reasoned_act};
use crate::http::wire::order::{OrderAccountJson, OrderItemJson, OrderItemsJson, OrderJson, OrderProposedJson, OrdersJson};
use crate::http::wire::order_request::{self, Approval, OrderApprovalJson, OrderRequestJson};
use crate::http::{blocking, reply};
use crate::limits::JSON_HOLD_BYTES_MAX;

/// Proposes an order: the first person. Needs a certificate that names one.
///
/// Its list is frozen: the items that are named, or what is due now. The answer shows the digest of the list, which a second person
/// approves. Whether an item qualifies is asked when it is destroyed; those that do not are left alone and listed, and the rest goes on.
#[utoipa::path(
    put,
    path = "/v1/vaults/{vault}/orders/{order}",
    params(("vault" = String, Path, description = "Name of the vault"), ("order" = String, Path, description = "UUID, chosen by the application")),
    request_body = OrderRequestJson,
    responses(
        (status = 201, description = "Proposed", body = OrderProposedJson),
        (status = 200, description = "Was proposed", body = OrderProposedJson)
    )
)]
pub(in crate::http) async fn put(
    place: InRegister,
    _: NoQuery,
    asking: Asking,
    uri: Uri,
    body: JsonBody<JSON_HOLD_BYTES_MAX>,
) -> Result<Response, Problem> {
    let InRegister { vault, by, id } = place;
    let JsonBody { bytes, place: permit } = body;
    let request = aside(move || order_request::order(id, &bytes)).await?;
    let proposing = vault.clone();
    let filed = to_the_end(async move {
        // A long list keeps its place until it is proposed.
        let _permit = permit;
        proposing.propose_order(&by, request).await
    });
    const FIELDS: &[(Code, &str)] = &[
        (Code::CaseUnknown, "items"),
        (Code::MatterUnknown, "items"),
        (Code::DocumentUnknown, "items"),
        (Code::CaseDestroyed, "items"),
        (Code::DocumentDestroyed, "items"),
    ];
    let filed = filed.await.map_err(|problem| problem.in_field_by_code(FIELDS))?;
    let order = blocking(move || vault.order(id)).await?;
    let status = status(&filed);
    let mut response = reply::json_in(asking.language, status, &OrderProposedJson::new(&order, filed, asking.language.words())?);
    HeaderValue::from_str(uri.path()).ok().map(|location| response.headers_mut().insert(LOCATION, location));
    Ok(response)
}

/// Lists orders in the sequence of proposing; those that are over only if they are asked for.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/orders",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("all" = Option<bool>, Query, description = "Also those about which nothing is left to do"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = OrdersJson))
)]
pub(in crate::http) async fn list(place: InVault, query: OrderQuery, asking: Asking, uri: Uri) -> Result<Response, Problem> {
    let OrderQuery { all, paging: Paging { after, limit } } = query;
    let page = blocking(move || {
        let (orders, next) = place.vault.orders(after, limit, all)?;
        let staged = orders.into_iter().map(|order| Ok((place.vault.stage_of(&order)?, order)));
        Ok((staged.collect::<Result<Vec<_>, ArchiveError>>()?, next))
    });
    let (orders, next) = page.await?;
    let items = orders.iter().map(|(stage, order)| OrderJson::new(order, stage, asking.language.words())).collect::<Result<_, _>>()?;
    let next = next.map(cursor);
    let filter = if all { "all=true&" } else { "" };
    let link = next.as_deref().and_then(|next| filtered_link(uri.path(), filter, next, limit));
    let mut response = reply::json_in(asking.language, StatusCode::OK, &OrdersJson { items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// An order as it stands, with everything that was filed about it.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/orders/{order}",
    params(("vault" = String, Path, description = "Name of the vault"), ("order" = String, Path, description = "UUID of the order")),
    responses((status = 200, body = OrderAccountJson))
)]
pub(in crate::http) async fn get(place: InRegister, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    let account = blocking(move || place.vault.order_account(place.id)).await?;
    Ok(reply::json_in(asking.language, StatusCode::OK, &OrderAccountJson::new(&account, asking.language.words())?))
}

/// The list of an order. Of each item that waits it is said what would become of it today; of each other one, what has.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/orders/{order}/items",
    params(
        ("vault" = String, Path, description = "Name of the vault"),
        ("order" = String, Path, description = "UUID of the order"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u16>, Query, description = "Items on the page, 1 to 1000; 100 if missing")
    ),
    responses((status = 200, body = OrderItemsJson))
)]
pub(in crate::http) async fn items(place: InRegister, paging: Paging, asking: Asking, uri: Uri) -> Result<Response, Problem> {
    let Paging { after, limit } = paging;
    let after = usize::try_from(after.unwrap_or(0)).unwrap_or(usize::MAX);
    let (items, next) = blocking(move || place.vault.order_items_account(place.id, after, limit)).await?;
    let next = next.map(|next| cursor(next as u64));
    let link = next.as_deref().and_then(|next| next_link(uri.path(), next, limit));
    let items = items.iter().map(|item| OrderItemJson::new(item, asking.language.words())).collect();
    let mut response = reply::json_in(asking.language, StatusCode::OK, &OrderItemsJson { items, next });
    link.map(|link| response.headers_mut().insert(LINK, link));
    Ok(response)
}

/// Approves an order: the second person, who is neither the first nor their deputy, nor deputises for them. It rests then for the days of
/// the vault's rule, or for more.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/orders/{order}/approve",
    params(("vault" = String, Path, description = "Name of the vault"), ("order" = String, Path, description = "UUID of the order")),
    request_body = OrderApprovalJson,
    responses((status = 201, description = "Approved", body = FiledJson), (status = 200, description = "Was approved by this note", body = FiledJson))
)]
pub(in crate::http) async fn approve(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let Approval { id: note, what, words } = order_request::approval(&body.bytes)?;
    let InRegister { vault, by, id } = place;
    let filed = to_the_end(async move { vault.approve_order(&by, id, note, what, words).await });
    const FIELDS: &[(Code, &str)] = &[(Code::DestructionRuleMalformed, "rest_days")];
    answer(note, filed.await.map_err(|problem| problem.in_field_by_code(FIELDS))?)
}

/// Gives an order up; one person is enough. What it has destroyed stays destroyed.
#[utoipa::path(
    post,
    path = "/v1/vaults/{vault}/orders/{order}/withdraw",
    params(("vault" = String, Path, description = "Name of the vault"), ("order" = String, Path, description = "UUID of the order")),
    request_body = ReasonedActJson,
    responses((status = 201, description = "Withdrawn", body = FiledJson), (status = 200, description = "Was withdrawn by this note", body = FiledJson))
)]
pub(in crate::http) async fn withdraw(place: InRegister, _: NoQuery, body: JsonBody) -> Result<Response, Problem> {
    let (note, words) = reasoned_act(&body.bytes)?;
    let InRegister { vault, by, id } = place;
    let filed = to_the_end(async move { vault.withdraw_order(&by, id, note, words).await }).await?;
    answer(note, filed)
}

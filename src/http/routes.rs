//! The paths. What each does stands in the file of its resource.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};

use super::app::App;
use super::error::{Code, Problem};
use super::retention::{agenda, boxes, bulk, classes, destruction_rule, holds, intake, matters, orders, read_back, why};
use super::{
    access_log, cases, certificate, content, documents, exports, front, ledger, openapi, recording, timestamps, tombstone, vaults,
};

/// All routes of the public listener.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/openapi.json", get(openapi::get))
        .route("/v1/vaults/{vault}", get(vaults::get))
        .route("/v1/vaults/{vault}/cases", get(cases::list))
        .route("/v1/vaults/{vault}/cases/{case}", put(cases::put).get(cases::get))
        .route("/v1/vaults/{vault}/cases/{case}/receipt", get(cases::receipt))
        .route("/v1/vaults/{vault}/cases/{case}/opening", get(cases::opening))
        .route("/v1/vaults/{vault}/cases/{case}/documents", get(documents::list))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}", put(documents::put).get(content::get).delete(documents::delete))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/record", get(documents::record))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/receipt", get(documents::receipt))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/opening", get(documents::opening))
        .route("/v1/vaults/{vault}/ledger/checkpoint", get(ledger::checkpoint))
        .route("/v1/vaults/{vault}/ledger/tile/{*tile}", get(ledger::tile))
        .route("/v1/vaults/{vault}/ledger/access/{year}/checkpoint", get(access_log::checkpoint))
        .route("/v1/vaults/{vault}/ledger/access", get(access_log::years))
        .route("/v1/vaults/{vault}/ledger/access/{year}/tile/{*tile}", get(access_log::tile))
        .route("/v1/vaults/{vault}/access", get(access_log::list))
        .merge(evidence())
        .route("/v1/vaults/{vault}/ledger/proof/inclusion", get(ledger::inclusion))
        .route("/v1/vaults/{vault}/ledger/proof/consistency", get(ledger::consistency))
        .merge(retention_of_cases())
        .merge(retention_of_vaults())
        .merge(read_back::routes())
        .merge(destruction())
        .route("/v1/vaults/{vault}/exports", post(exports::make))
        .route("/v1/vaults/{vault}/exports/{export}", get(exports::get))
        .route("/v1/vaults/{vault}/exports/{export}/bag", get(exports::bag))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), tombstone::attach))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), recording::record))
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed) })
        .fallback(|| async { Problem::new(Code::RouteUnknown) })
        .layer(axum::middleware::from_fn(front::note_route))
        // Bodies are bounded by `upload`, each by the limit of its own resource.
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

/// Time-stamps of checkpoints.
fn evidence() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/vaults/{vault}/ledger/timestamps", get(timestamps::list))
        .route("/v1/vaults/{vault}/ledger/timestamps/{size}", get(timestamps::get))
        .route("/v1/vaults/{vault}/ledger/timestamps/{size}/checkpoint", get(timestamps::checkpoint))
        .route("/v1/vaults/{vault}/ledger/timestamps/{size}/record", get(timestamps::record))
        .route("/v1/vaults/{vault}/ledger/timestamps/{size}/response", get(timestamps::response))
}

/// What retention knows of single cases.
fn retention_of_cases() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/vaults/{vault}/cases/{case}/retention", get(matters::retention))
        .route("/v1/vaults/{vault}/cases/{case}/why", get(why::of_case))
        .route("/v1/vaults/{vault}/cases/{case}/events", post(matters::event))
        .route("/v1/vaults/{vault}/cases/{case}/kind", post(matters::correct_default))
        .route("/v1/vaults/{vault}/cases/{case}/matters/{matter}", put(matters::put))
        .route("/v1/vaults/{vault}/cases/{case}/matters/{matter}/kind", post(matters::correct))
        .route("/v1/vaults/{vault}/cases/{case}/matters/{matter}/why", get(why::of_matter))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/why", get(why::of_document))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/assignment", post(matters::assign))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/check", post(matters::check))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/quarantine/lift", post(matters::lift))
}

/// What it knows of the vault as a whole.
fn retention_of_vaults() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/vaults/{vault}/events", post(bulk::events))
        .route("/v1/vaults/{vault}/assignments", post(bulk::assignments))
        .route("/v1/vaults/{vault}/due", get(agenda::due))
        .route("/v1/vaults/{vault}/overdue", get(agenda::overdue))
        .route("/v1/vaults/{vault}/open", get(agenda::open))
        .route("/v1/vaults/{vault}/conflicts", get(agenda::conflicts))
        .route("/v1/vaults/{vault}/holds", get(holds::list))
        .route("/v1/vaults/{vault}/holds/{hold}", put(holds::put_hold).get(holds::get))
        .route("/v1/vaults/{vault}/holds/{hold}/items", get(holds::items))
        .route("/v1/vaults/{vault}/holds/{hold}/release", post(holds::release))
        .route("/v1/vaults/{vault}/holds/{hold}/review", post(holds::review))
        .route("/v1/vaults/{vault}/overlays/{overlay}", put(holds::put_overlay))
        .route("/v1/vaults/{vault}/classes", get(classes::get))
        .route("/v1/vaults/{vault}/classes/history", get(classes::history))
        .route("/v1/vaults/{vault}/classes/diff", post(classes::diff))
        .route("/v1/vaults/{vault}/classes/proposals", get(classes::proposals))
        .route("/v1/vaults/{vault}/classes/proposals/{proposal}", put(classes::propose).get(classes::get_proposal))
        .route("/v1/vaults/{vault}/classes/proposals/{proposal}/adopt", post(classes::adopt))
        .route("/v1/vaults/{vault}/classes/proposals/{proposal}/reject", post(classes::reject))
        .route("/v1/vaults/{vault}/batches/{batch}", put(intake::put_batch).get(intake::get_batch))
        .route("/v1/vaults/{vault}/batches/{batch}/complete", post(intake::complete))
        .route("/v1/vaults/{vault}/intake", post(intake::report).get(intake::get))
        .route("/v1/vaults/{vault}/backups", post(intake::backup))
        .route("/v1/vaults/{vault}/boxes/due", get(boxes::due))
        .route("/v1/vaults/{vault}/boxes/{box}", put(boxes::put).get(boxes::get))
        .route("/v1/vaults/{vault}/boxes/{box}/steps", post(boxes::step))
        .route("/v1/vaults/{vault}/boxes/{box}/destroyed", post(boxes::destroyed))
}

/// Orders of destruction, and how carefully the vault carries them out.
fn destruction() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/vaults/{vault}/orders", get(orders::list))
        .route("/v1/vaults/{vault}/orders/{order}", put(orders::put).get(orders::get))
        .route("/v1/vaults/{vault}/orders/{order}/items", get(orders::items))
        .route("/v1/vaults/{vault}/orders/{order}/certificate", get(certificate::get))
        .route("/v1/vaults/{vault}/orders/{order}/approve", post(orders::approve))
        .route("/v1/vaults/{vault}/orders/{order}/withdraw", post(orders::withdraw))
        .route("/v1/vaults/{vault}/destruction-rule", get(destruction_rule::get).post(destruction_rule::propose))
        .route("/v1/vaults/{vault}/destruction-rule/proposals/{proposal}/adopt", post(destruction_rule::adopt))
        .route("/v1/vaults/{vault}/destruction-rule/proposals/{proposal}/reject", post(destruction_rule::reject))
}

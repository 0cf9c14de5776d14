//! The paths. What each does stands in the file of its resource.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath};
use axum::routing::{get, put};
use hyper::Method;

use super::app::App;
use super::error::{Code, Problem};
use super::{cases, content, documents, front, ledger, openapi, vaults};

/// Path of a document.
const DOCUMENT: &str = "/v1/vaults/{vault}/cases/{case}/documents/{document}";

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
        .route(DOCUMENT, put(documents::put).get(content::get))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/record", get(documents::record))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/receipt", get(documents::receipt))
        .route("/v1/vaults/{vault}/cases/{case}/documents/{document}/opening", get(documents::opening))
        .route("/v1/vaults/{vault}/ledger/checkpoint", get(ledger::checkpoint))
        .route("/v1/vaults/{vault}/ledger/tile/{*tile}", get(ledger::tile))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(|| async { Problem::new(Code::RouteUnknown) })
        .layer(axum::middleware::from_fn(front::note_route))
        // Bodies are bounded by `upload`, each by the limit of its own resource.
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

async fn method_not_allowed(method: Method, route: Option<MatchedPath>) -> Problem {
    let is_document = route.is_some_and(|route| route.as_str() == DOCUMENT);
    let code = if is_document && method == Method::DELETE { Code::DestructionGoesThroughOrders } else { Code::MethodNotAllowed };
    Problem::new(code)
}

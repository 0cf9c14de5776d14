//! The listener for operators: metrics, health and backups over plain HTTP on loopback. It knows nothing of vaults, cases and documents.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::service::service_fn;
use hyper::{StatusCode, Uri};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::backups::{self, Peer};
use super::connection::drive;
use super::reply;
use crate::archive::Archive;
use crate::observe::{Check, METRICS_CONTENT_TYPE, Observer};

/// Time for a request's head. Nobody on this listener has a reason to be slow.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The routes with what they show.
pub(super) struct Admin {
    router: Router,
}

pub(super) struct Shown {
    pub(super) archive: Archive,
    observer: Observer,
}

impl Admin {
    /// The admin routes of an archive.
    pub(super) fn new(archive: Archive, observer: Observer) -> Self {
        let routes = Router::new().route("/metrics", get(metrics)).route("/livez", get(livez)).route("/readyz", get(readyz));
        let routes = routes.route("/backups", get(backups::show).post(backups::create));
        Self { router: routes.with_state(Arc::new(Shown { archive, observer })) }
    }

    /// Serves a connection until it ends, or until `stop` and the end of the request under way.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, stop: watch::Receiver<bool>) {
        let (router, peer) = (self.router.clone(), Peer(stream.peer_addr().ok()));
        let answer = move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            Box::pin(answer(router.clone(), request))
        };
        drive(stream, service_fn(answer), HEAD_TIMEOUT, stop, std::future::pending()).await;
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
    router.oneshot(request).await
}

/// All metrics, with the numbers of the store as they are now.
async fn metrics(State(shown): State<Arc<Shown>>) -> Response {
    refresh(&shown).await;
    match shown.observer.metrics().render() {
        Ok(text) => reply::of(StatusCode::OK, HeaderValue::from_static(METRICS_CONTENT_TYPE), text.into_bytes()),
        Err(error) => {
            tracing::error!(%error, "metrics cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Whether the process is worth keeping. Asks nothing of the archive, so that a slow disk is no reason to be killed.
async fn livez(State(shown): State<Arc<Shown>>) -> Response {
    let report = shown.observer.health().report();
    plain(report.live, if report.live { "ok\n".to_owned() } else { report.to_string() })
}

/// Whether requests should be sent here; with `?verbose` every check.
async fn readyz(State(shown): State<Arc<Shown>>, uri: Uri) -> Response {
    refresh(&shown).await;
    let report = shown.observer.health().report();
    let verbose = !report.ready || uri.query().is_some_and(|query| query.split('&').any(|part| part == "verbose"));
    plain(report.ready, if verbose { report.to_string() } else { "ok\n".to_owned() })
}

fn plain(good: bool, text: String) -> Response {
    let mut response = reply::text(text.into_bytes());
    *response.status_mut() = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    response
}

/// Asks the archive how it is: that refreshes the gauges of the store, and what depends on space is known only now.
async fn refresh(shown: &Shown) {
    let (archive, health) = (shown.archive.clone(), shown.observer.health());
    match tokio::task::spawn_blocking(move || archive.status()).await {
        Ok(Ok(status)) => {
            let set = |check, good: bool, reason| if good { health.ready(check) } else { health.not_ready(check, reason) };
            set(Check::Disk, !status.disk_full, "too little free space: writes are refused");
            set(Check::Store, status.background_errors == 0, "the database reports background errors");
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "the archive's state cannot be read");
            health.not_ready(Check::Store, "the archive's state cannot be read");
        }
        Err(error) => tracing::error!(%error, "asking for the archive's state ended early"),
    }
}

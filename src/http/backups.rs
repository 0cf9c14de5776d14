//! `/backups` of the admin listener: how they stand, and asking for one.
//!
//! Whoever asks chooses nothing: the folder stands in the configuration. Only this machine may ask, and no page in a browser on it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{HeaderMap, ORIGIN};

use super::admin::Shown;
use super::reply;
use super::wire::backup::BackupsJson;
use crate::archive::{BackupFailure, BackupStatus};

/// Where a request on the admin listener comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub Option<SocketAddr>);

/// How backups stand.
pub(super) async fn show(State(shown): State<Arc<Shown>>) -> Response {
    answer(StatusCode::OK, shown.archive.backup_status(), None)
}

/// Begins to make one. The answer comes at once; `attempt` says for which `attempts_ended` to wait.
pub(super) async fn create(State(shown): State<Arc<Shown>>, request: Request) -> Response {
    if !may_ask(request.extensions().get(), request.headers()) {
        return say(StatusCode::FORBIDDEN, "backups are asked for on the machine itself, with `aktenfest backup create`\n");
    }
    match shown.archive.begin_backup() {
        Ok(attempt) => answer(StatusCode::ACCEPTED, shown.archive.backup_status(), Some(attempt)),
        Err(failure @ BackupFailure::UnderWay) => say(StatusCode::CONFLICT, &format!("{failure}\n")),
        Err(failure @ BackupFailure::NotConfigured) => say(StatusCode::NOT_FOUND, &format!("{failure}\n")),
        Err(failure) => say(StatusCode::INTERNAL_SERVER_ERROR, &format!("{failure}\n")),
    }
}

/// A browser names the page that sends a request; nothing else on this machine does.
fn may_ask(peer: Option<&Peer>, headers: &HeaderMap) -> bool {
    let local = peer.and_then(|peer| peer.0).is_some_and(|address| address.ip().to_canonical().is_loopback());
    local && !headers.contains_key(ORIGIN)
}

fn answer(code: StatusCode, status: Option<BackupStatus>, attempt: Option<u64>) -> Response {
    match status {
        Some(status) => reply::json(code, &BackupsJson::new(status, attempt)),
        None => say(StatusCode::NOT_FOUND, &format!("{}\n", BackupFailure::NotConfigured)),
    }
}

fn say(code: StatusCode, text: &str) -> Response {
    let mut response = reply::text(text.as_bytes().to_vec());
    *response.status_mut() = code;
    response
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn only_programs_on_this_machine_may_ask() {
        let mut page = HeaderMap::new();
        page.insert(ORIGIN, HeaderValue::from_static("https://elsewhere.example"));
        for (address, headers, may) in [
            ("127.0.0.1:5", HeaderMap::new(), true),
            ("[::1]:5", HeaderMap::new(), true),
            ("[::ffff:127.0.0.1]:5", HeaderMap::new(), true),
            ("127.0.0.1:5", page, false),
            ("10.0.0.7:5", HeaderMap::new(), false),
        ] {
            let peer = Peer(Some(address.parse().unwrap()));
            assert_eq!(may_ask(Some(&peer), &headers), may, "{address} {headers:?}");
        }
        assert!(!may_ask(Some(&Peer(None)), &HeaderMap::new()) && !may_ask(None, &HeaderMap::new()));
    }
}

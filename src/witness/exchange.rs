//! Requests and answers of a witness, without sockets: C2SP tlog-witness over HTTP.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::state::{Decision, StateError, WitnessState};
use crate::clock::Clock;
use crate::ledger::{AddCheckpoint, Verdict};
use crate::limits::ADD_CHECKPOINT_BYTES_MAX;
use crate::observe::{METRICS_CONTENT_TYPE, WitnessMetrics};

/// Media type of notes and of cosignatures.
const TEXT: &str = "text/plain; charset=utf-8";
/// Media type of the answer that tells the size which was cosigned last.
const SIZE: &str = "text/x.tlog.size";
/// Longest time for a body to arrive; it has a few hundred bytes.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What all connections share.
pub(super) struct Exchange {
    pub(super) state: Arc<WitnessState>,
    pub(super) clock: Clock,
    pub(super) metrics: Arc<WitnessMetrics>,
}

impl Exchange {
    /// Answers a request on the public listener.
    pub(super) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let path = request.uri().path().to_owned();
        if path == "/add-checkpoint" {
            return Ok(match *request.method() {
                Method::POST => self.add_checkpoint(request).await,
                _ => text(StatusCode::METHOD_NOT_ALLOWED, "add-checkpoint is asked with POST\n"),
            });
        }
        if *request.method() != Method::GET {
            return Ok(text(StatusCode::METHOD_NOT_ALLOWED, "this is read with GET\n"));
        }
        Ok(match self.state.monitored(path.trim_start_matches('/')) {
            Some(checkpoint) => text(StatusCode::OK, &checkpoint.note().to_string()),
            None => text(StatusCode::NOT_FOUND, "nothing was cosigned under this path\n"),
        })
    }

    /// Answers a request on the listener for operators.
    pub(super) async fn answer_operator(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let healthy = self.state.is_healthy();
        Ok(match (request.method(), request.uri().path()) {
            (&Method::GET, "/livez") => text(StatusCode::OK, "ok\n"),
            (&Method::GET, "/readyz") if healthy => text(StatusCode::OK, "ok\n"),
            (&Method::GET, "/readyz") => text(StatusCode::SERVICE_UNAVAILABLE, "a checkpoint could not be stored; restart the witness\n"),
            (&Method::GET, "/metrics") => self.metrics_text(),
            _ => text(StatusCode::NOT_FOUND, "here are /metrics, /livez and /readyz\n"),
        })
    }

    fn metrics_text(&self) -> Response<Full<Bytes>> {
        match self.metrics.render() {
            Ok(rendered) => of(StatusCode::OK, METRICS_CONTENT_TYPE, rendered),
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "metrics cannot be rendered\n"),
        }
    }

    async fn add_checkpoint(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let body = Limited::new(request.into_body(), ADD_CHECKPOINT_BYTES_MAX).collect();
        let body = match tokio::time::timeout(BODY_TIMEOUT, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => return self.refused("malformed", text(StatusCode::BAD_REQUEST, "the body is too long or broke off\n")),
            Err(_) => return self.refused("malformed", text(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time\n")),
        };
        let Some(asked) = AddCheckpoint::parse(&body) else {
            return self.refused("malformed", text(StatusCode::BAD_REQUEST, "this is no add-checkpoint request (C2SP tlog-witness)\n"));
        };
        let origin = asked.checkpoint.claim().origin().to_owned();
        let (state, now) = (Arc::clone(&self.state), self.clock.now());
        let decided = tokio::task::spawn_blocking(move || state.add_checkpoint(asked, now)).await;
        match decided.map_err(|_| StateError::Latched).and_then(|decided| decided) {
            Ok(decision) => self.decided(&origin, decision),
            Err(error) => {
                tracing::error!(%error, origin, "a checkpoint could not be cosigned");
                self.refused("storage", text(StatusCode::INTERNAL_SERVER_ERROR, "nothing was cosigned; the witness needs its operator\n"))
            }
        }
    }

    fn decided(&self, origin: &str, decision: Decision) -> Response<Full<Bytes>> {
        let status = StatusCode::from_u16(decision.verdict.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match (decision.verdict, decision.line) {
            (Verdict::Cosign(signed), Some(line)) => {
                self.metrics.cosigned(origin, signed.checkpoint().size());
                text(status, &line)
            }
            (Verdict::Cosign(_), None) => text(StatusCode::INTERNAL_SERVER_ERROR, "nothing was cosigned\n"),
            (Verdict::OtherSize(size), _) => self.refused("other_size", of(status, SIZE, format!("{size}\n"))),
            (Verdict::UnknownLog, _) => self.refused("unknown_log", text(status, "this witness does not know the log\n")),
            (Verdict::NotSigned, _) => self.refused("not_signed", text(status, "there is no good signature by the log's known key\n")),
            (Verdict::Backwards, _) => self.refused("malformed", text(status, "the old size is larger than the new one\n")),
            (Verdict::Inconsistent, _) => {
                // Either a broken proof or a second history. Whoever runs the witness should know in either case.
                tracing::error!(origin, "a checkpoint does not extend the one that was cosigned last");
                self.refused("inconsistent", text(status, "the checkpoint does not extend the one that was cosigned last\n"))
            }
        }
    }

    fn refused(&self, reason: &'static str, answer: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
        self.metrics.refused(reason);
        answer
    }
}

fn text(status: StatusCode, body: &str) -> Response<Full<Bytes>> {
    of(status, TEXT, body.to_owned())
}

fn of(status: StatusCode, media_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

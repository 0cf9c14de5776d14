//! What happens to every request before and after its handler: number, identity, checks of the head, language, closing, accounting.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, MatchedPath};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::header::{CACHE_CONTROL, CONNECTION, HOST, HeaderValue, UPGRADE, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request::Parts;
use hyper::{Method, Request, Version};
use tower::ServiceExt;

use super::app::App;
use super::auth::Caller;
use super::error::{Code, Problem, internal};
use super::guard::Requests;
use super::head::HeadFacts;
use super::language::Language;
use super::overstay::Sends;
use super::request_id::{RequestId, X_REQUEST_ID};
use crate::clock::Stopwatch;
use crate::limits::REQUEST_PATH_BYTES_MAX;
use crate::model::Principal;
use crate::observe::{Observer, Refused, RequestFinished};

/// The routes with everything around them.
pub(super) struct Front {
    /// Shared with the handlers.
    pub(super) app: Arc<App>,
    /// The handlers.
    pub(super) router: Router,
}

impl Front {
    /// Answers a request.
    pub(super) async fn answer(
        self: Arc<Self>,
        caller: Arc<Caller>,
        requests: Arc<Requests>,
        request: Request<Incoming>,
    ) -> Result<Response<Answer>, Infallible> {
        let facts = requests.begin();
        let id = RequestId::of(request.headers());
        let language = Language::preferred(request.headers());
        let mut account = Account::open(&self.app.observer, Arc::clone(&requests), id.number(), request.method().clone());
        let (mut request, unread) = watch_body(request);
        let mut close = facts.as_ref().is_none_or(HeadFacts::is_chunked);
        let mut response = match self.admit(&caller, facts, &request) {
            Ok(principal) => {
                request.extensions_mut().insert(principal);
                request.extensions_mut().insert(Asking { language, request_id: id.log_form() });
                self.router.clone().oneshot(request).await.into_response()
            }
            Err(problem) => {
                close = true;
                problem.into_response()
            }
        };
        response = self.write_problem(response, language, &id);
        close |= unread.load(Ordering::Relaxed) || requests.is_pipelined();
        finish_headers(&mut response, &id, close);
        if let Some(Sends(fate)) = response.extensions_mut().remove::<Sends>() {
            requests.send(fate);
        }
        account.route = response.extensions_mut().remove::<MatchedPath>();
        account.status = response.status().as_u16();
        Ok(response.map(|body| Answer { body, _account: account }))
    }

    /// Refuses what no handler should have to think about.
    fn admit(&self, caller: &Caller, facts: Option<HeadFacts>, request: &Request<Body>) -> Result<Arc<Principal>, Problem> {
        let facts = facts.ok_or(Code::PipeliningRefused)?;
        if request.version() != Version::HTTP_11 {
            return Err(Code::VersionUnsupported.into());
        }
        if facts.is_ambiguous() {
            return Err(Code::FramingAmbiguous.into());
        }
        if request.headers().contains_key(UPGRADE) {
            return Err(Code::UpgradeRefused.into());
        }
        if request.headers().get_all(HOST).iter().count() != 1 {
            return Err(Problem::new(Code::HeaderMalformed).with("Host"));
        }
        check_target(request.uri())?;
        caller.principal(&self.app, request.headers())
    }

    /// Writes the text of a problem, and keeps what the router added to it, which is `Allow`.
    fn write_problem(&self, mut response: Response, language: Language, id: &RequestId) -> Response {
        let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
        self.app.observer.emit(&Refused { code: problem.code.name() });
        let mut written = problem.render(language, &id.log_form());
        for (name, value) in response.headers() {
            written.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
        written.headers_mut().remove(hyper::header::CONTENT_LENGTH);
        *written.extensions_mut() = std::mem::take(response.extensions_mut());
        written
    }
}

/// How the answer speaks to who asks: for handlers whose answers have sentences or problems in them.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    /// In which language.
    pub(super) language: Language,
    /// How the log calls the request.
    pub(super) request_id: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asking = parts.extensions.get::<Self>().cloned();
        asking.ok_or_else(|| internal("a request came past the front", &"it has no number"))
    }
}

/// Remembers the route's template for the accounts; a path itself has ids in it.
pub(super) async fn note_route(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    route.map(|route| response.extensions_mut().insert(route));
    response
}

/// No route needs percent-encoding, so a path has one spelling and nothing can hide in it.
fn check_target(uri: &hyper::Uri) -> Result<(), Problem> {
    let path = uri.path();
    if path.len() > REQUEST_PATH_BYTES_MAX {
        return Err(Code::TargetTooLong.into());
    }
    let dots = path.split('/').any(|segment| matches!(segment, "." | ".."));
    let plain = uri.authority().is_none() && path.starts_with('/') && !path.contains('%') && !path.contains("//") && !dots;
    if plain { Ok(()) } else { Err(Code::TargetMalformed.into()) }
}

fn finish_headers(response: &mut Response, id: &RequestId, close: bool) {
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, id.header());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    if close {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

/// The request with a body that says whether it was read to its end.
fn watch_body(request: Request<Incoming>) -> (Request<Body>, Arc<AtomicBool>) {
    let unread = Arc::new(AtomicBool::new(!request.body().is_end_stream()));
    let watched = Arc::clone(&unread);
    (request.map(|body| Body::new(Watched { body, unread: watched })), unread)
}

struct Watched {
    body: Incoming,
    unread: Arc<AtomicBool>,
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.unread.store(false, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; with its end the request is accounted for.
pub(super) struct Answer {
    body: Body,
    _account: Account,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What is counted and logged of a request, once: when its answer was sent or when its client has left.
struct Account {
    observer: Observer,
    requests: Arc<Requests>,
    request_id: u64,
    method: Method,
    route: Option<MatchedPath>,
    status: u16,
    watch: Stopwatch,
}

/// What is counted when a client leaves before there is an answer. No client ever sees it.
const STATUS_CLIENT_LEFT: u16 = 499;
/// What is counted when no route fits: a client cannot make up new routes.
const ROUTE_UNKNOWN: &str = "unknown";

impl Account {
    fn open(observer: &Observer, requests: Arc<Requests>, request_id: u64, method: Method) -> Self {
        observer.metrics().request_started();
        let observer = observer.clone();
        Self { observer, requests, request_id, method, route: None, status: STATUS_CLIENT_LEFT, watch: Stopwatch::start() }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.requests.end();
        let route = self.route.as_ref().map_or(ROUTE_UNKNOWN, MatchedPath::as_str);
        let (request_id, method, status, duration) = (self.request_id, self.method.as_str(), self.status, self.watch.elapsed());
        self.observer.emit(&RequestFinished { request_id, route, method, status, duration });
    }
}

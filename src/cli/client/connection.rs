//! One pooled HTTPS client: sends a request, again if that may help, and hands over an answer with a status of 2xx.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::error::{ClientError, refusal};
use super::language::language_of_environment;
use super::profile::Connection;
use super::retry::Patience;
use crate::words::Language;
use crate::{access, limits};

/// A request's body.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A client of one archive. Clones share connections.
#[derive(Clone)]
pub struct Client {
    pool: Pool<HttpsConnector<HttpConnector>, Body>,
    /// Scheme and authority, without a slash at the end.
    base: String,
    /// Instead of the patience that a request has by itself.
    patience: Option<Patience>,
    /// In which sentences are asked for.
    language: Language,
}

/// Time to get a TCP connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for everything about a request that does not depend on its size.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// A connection slower than this is not worth waiting for.
const BYTES_PER_SECOND_MIN: u64 = 64 << 10;
/// Bytes of a problem document that we read.
const PROBLEM_BYTES_MAX: usize = 64 << 10;

impl Client {
    /// A client for this archive. Nothing is sent yet.
    pub fn new(connection: &Connection) -> Result<Self, ClientError> {
        let wrong = || ClientError::Url(connection.url.clone());
        let uri: Uri = connection.url.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        if uri.scheme_str() != Some("https") || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong());
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let tls = access::client_config(&connection.ca, &connection.cert, &connection.key)?;
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().wrap_connector(tcp);
        let pool = Pool::builder(TokioExecutor::new()).pool_idle_timeout(None).build(connector);
        Ok(Self { pool, base: format!("https://{authority}"), patience: None, language: language_of_environment() })
    }

    /// The same client, with this patience for every request.
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience: Some(patience), ..self }
    }

    /// Sends what `build` makes, which gets the address of `path`. `body_bytes` bounds the time that is allowed.
    pub(super) async fn send(
        &self,
        patience: Patience,
        path: &str,
        body_bytes: u64,
        build: impl Fn(String) -> Result<Request<Body>, hyper::http::Error>,
    ) -> Result<Response<Incoming>, ClientError> {
        let mut attempt = 1;
        loop {
            let mut request = build(format!("{}{path}", self.base)).map_err(|error| ClientError::Answer(error.to_string()))?;
            request.headers_mut().insert(ACCEPT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
            let error = match self.attempt(request, body_bytes).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match self.patience.unwrap_or(patience).next(attempt, &error) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, request: Request<Body>, body_bytes: u64) -> Result<Response<Incoming>, ClientError> {
        let allowed = ANSWER_TIMEOUT + Duration::from_secs(body_bytes / BYTES_PER_SECOND_MIN);
        let answer = tokio::time::timeout(allowed, self.pool.request(request)).await.map_err(|_| ClientError::TimedOut)?;
        let answer = answer.map_err(|error| if error.is_connect() || refuses_us(&error) { unreachable(&error) } else { lost(&error) })?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let (status, retry_after_seconds) = (answer.status(), retry_after(answer.headers()));
        let body = whole_body(answer, PROBLEM_BYTES_MAX).await.unwrap_or_default();
        Err(refusal(status, retry_after_seconds, &body))
    }
}

/// The body of an answer that is small.
pub(super) async fn whole_body(answer: Response<Incoming>, bytes_max: usize) -> Result<Bytes, ClientError> {
    let body = Limited::new(answer.into_body(), bytes_max).collect();
    let body = tokio::time::timeout(ANSWER_TIMEOUT, body).await.map_err(|_| ClientError::TimedOut)?;
    body.map(|body| body.to_bytes()).map_err(|error| ClientError::Lost(chain(error.as_ref())))
}

/// The next piece of an answer's body, `None` at its end.
pub(super) async fn next_piece(answer: &mut Response<Incoming>) -> Result<Option<Bytes>, ClientError> {
    loop {
        let frame = tokio::time::timeout(ANSWER_TIMEOUT, answer.body_mut().frame()).await.map_err(|_| ClientError::TimedOut)?;
        match frame {
            None => return Ok(None),
            Some(Err(error)) => return Err(lost(&error)),
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

/// A receipt with everything around it, or a page of a listing: never more.
pub(super) const ANSWER_BYTES_MAX: usize = 16 * limits::RECEIPT_BYTES_MAX;

fn retry_after(headers: &HeaderMap) -> Option<u64> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

/// With TLS 1.3 the server judges our certificate after our side of the handshake is done, so its refusal looks like a broken answer.
fn refuses_us(error: &(dyn Error + 'static)) -> bool {
    let alert = |cause: &(dyn Error + 'static)| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()).or_else(|| cause.downcast_ref::<rustls::Error>());
        matches!(tls, Some(rustls::Error::AlertReceived(_)))
    };
    causes(error).any(alert)
}

fn unreachable(error: &(dyn Error + 'static)) -> ClientError {
    ClientError::Unreachable(chain(error))
}

fn lost(error: &(dyn Error + 'static)) -> ClientError {
    ClientError::Lost(chain(error))
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// The whole chain in one line, each text once: some libraries repeat their cause.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = cause.to_string();
        if !texts.last().is_some_and(|last| last.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_without_a_path() {
        for url in ["", "x", "http://127.0.0.1:1", "https://", "https://h/v1", "https://h/?a=b", "127.0.0.1:8443"] {
            let connection = Connection { url: url.to_owned(), ca: "x".into(), cert: "x".into(), key: "x".into(), vault: None };
            assert!(matches!(Client::new(&connection), Err(ClientError::Url(_))), "{url}");
        }
    }

    #[test]
    fn chains_say_everything_once() {
        let inner = io::Error::other("reset");
        let outer = io::Error::other(inner);
        assert_eq!(chain(&outer), "reset");
    }
}

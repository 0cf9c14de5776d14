//! Asking the admin listener of the daemon on this machine: plain HTTP, small JSON, nobody is authenticated.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::error::ClientError;

/// Time for one answer: the listener does nothing long before it answers.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 1 << 20;

/// A client of the admin listener.
pub struct AdminClient {
    pool: Pool<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
}

impl AdminClient {
    /// A client for the listener at this address. Nothing is sent yet.
    pub fn new(address: SocketAddr) -> Self {
        Self { pool: Pool::builder(TokioExecutor::new()).build_http(), address }
    }

    /// Sends a request without a body. The status, and the JSON of the answer or else its text.
    pub async fn request(&self, method: Method, path: &str) -> Result<(StatusCode, Value), ClientError> {
        let failed = |error: &dyn std::fmt::Display| ClientError::Unreachable(format!("{}: {error}", self.address));
        let request = Request::builder().method(method).uri(format!("http://{}{path}", self.address)).body(Full::default());
        let request = request.map_err(|error| failed(&error))?;
        let exchange = async {
            let answer = self.pool.request(request).await.map_err(|error| failed(&error))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await.map_err(|error| failed(&error))?.to_bytes();
            let text = || Value::String(String::from_utf8_lossy(&body).trim().to_owned());
            Ok((status, serde_json::from_slice(&body).unwrap_or_else(|_| text())))
        };
        tokio::time::timeout(ANSWER_TIMEOUT, exchange).await.map_err(|_| failed(&"no answer in time"))?
    }
}

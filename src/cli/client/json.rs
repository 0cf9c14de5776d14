//! Requests about retention: JSON goes out and comes back. What the answers mean is known to whoever asked.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request, StatusCode};
use serde_json::Value;

use super::connection::{ANSWER_BYTES_MAX, Client, whole_body};
use super::error::ClientError;
use super::retry::Patience;

/// What a request carries.
#[derive(Debug, Clone)]
pub enum Content {
    /// A JSON document.
    Json(Value),
    /// A text in TOML.
    Toml(String),
}

impl Content {
    fn media_type(&self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Toml(_) => "application/toml",
        }
    }

    fn into_bytes(self) -> Result<Bytes, ClientError> {
        match self {
            Self::Json(value) => serde_json::to_vec(&value).map(Bytes::from).map_err(|error| ClientError::Answer(error.to_string())),
            Self::Toml(text) => Ok(Bytes::from(text)),
        }
    }
}

/// What came of a request that changes something.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Whether this request did it; `false` if it was done before.
    pub created: bool,
    /// The answer.
    pub json: Value,
}

impl Client {
    /// Reads a JSON document.
    pub async fn get_json(&self, path: &str) -> Result<Value, ClientError> {
        value_of(&self.get(path).await?)
    }

    /// Puts something under an id that is part of the path. Doing it again changes nothing.
    pub async fn put(&self, path: &str, content: Content) -> Result<Answered, ClientError> {
        self.call(Method::PUT, path, content).await
    }

    /// Sends something whose id is part of the content, or that changes nothing: it is repeated without harm.
    pub async fn post(&self, path: &str, content: Content) -> Result<Answered, ClientError> {
        self.call(Method::POST, path, content).await
    }

    async fn call(&self, method: Method, path: &str, content: Content) -> Result<Answered, ClientError> {
        let media_type = content.media_type();
        let bytes = content.into_bytes()?;
        let build = |uri: String| {
            let body = Full::new(bytes.clone()).map_err(|never| match never {}).boxed_unsync();
            Request::builder().method(method.clone()).uri(uri).header(CONTENT_TYPE, media_type).body(body)
        };
        let answer = self.send(Patience::FIRST, path, bytes.len() as u64, build).await?;
        let created = answer.status() == StatusCode::CREATED;
        Ok(Answered { created, json: value_of(&whole_body(answer, ANSWER_BYTES_MAX).await?)? })
    }
}

fn value_of(bytes: &[u8]) -> Result<Value, ClientError> {
    serde_json::from_slice(bytes).map_err(|error| ClientError::Answer(error.to_string()))
}

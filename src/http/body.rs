//! Whole request bodies: JSON and texts, each bounded by what its resource takes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::sync::OwnedSemaphorePermit;

use super::app::App;
use super::error::{Code, Problem};
use super::upload::Arriving;
use crate::archive::ArchiveError;
use crate::limits::{CLASSES_BYTES_MAX, JSON_BODY_BYTES_MAX};

/// How long a long body waits for its place before its client is told to come back.
const PLACE_PATIENCE: Duration = Duration::from_secs(30);

/// A JSON body of at most `BYTES_MAX` bytes. Long ones are few at a time: what is read from them takes several times their length.
pub(super) struct JsonBody<const BYTES_MAX: usize = JSON_BODY_BYTES_MAX> {
    /// The bytes.
    pub(super) bytes: Bytes,
    /// The place of a long body, kept until its values are read.
    pub(super) place: Option<OwnedSemaphorePermit>,
}

impl<const BYTES_MAX: usize> FromRequest<Arc<App>> for JsonBody<BYTES_MAX> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        expect(&parts.headers, &["application/json"])?;
        let arriving = Arriving::new(body, &parts.headers, BYTES_MAX as u64, app.pace)?;
        let long = arriving.declared_bytes().is_none_or(|bytes| bytes > JSON_BODY_BYTES_MAX as u64) && BYTES_MAX > JSON_BODY_BYTES_MAX;
        let place = if long { Some(place(app).await?) } else { None };
        Ok(Self { bytes: arriving.collect().await?, place })
    }
}

async fn place(app: &App) -> Result<OwnedSemaphorePermit, Problem> {
    let waiting = tokio::time::timeout(PLACE_PATIENCE, Arc::clone(&app.long_bodies).acquire_owned()).await;
    waiting.map_err(|_| ArchiveError::Busy)?.map_err(|_| ArchiveError::Busy.into())
}

/// The text of a catalogue of retention classes.
pub(super) struct ClassesBody(pub(super) Bytes);

impl FromRequest<Arc<App>> for ClassesBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        expect(&parts.headers, &["text/plain", "application/toml"])?;
        let arriving = Arriving::new(body, &parts.headers, CLASSES_BYTES_MAX as u64, app.pace)?;
        Ok(Self(arriving.collect().await?))
    }
}

/// A missing `Content-Type` is taken for the right one; another one means that the client meant something else.
fn expect(headers: &HeaderMap, media_types: &[&str]) -> Result<(), Problem> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(Code::ContentEncodingUnsupported.into());
    }
    let is_expected = |value: &HeaderValue| {
        let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        media_types.iter().any(|media_type| essence.eq_ignore_ascii_case(media_type.as_bytes()))
    };
    if headers.get(CONTENT_TYPE).is_none_or(is_expected) {
        Ok(())
    } else {
        Err(Problem::new(Code::MediaTypeUnsupported).with(media_types.join(" / ")))
    }
}

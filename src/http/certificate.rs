//! Certificates of destruction: the file that is filed away, a page for people, the signed note.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use hyper::StatusCode;
use hyper::body::{Frame, SizeHint};
use hyper::header::{ACCEPT, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};
use tokio::sync::mpsc;

use super::auth::InRegister;
use super::error::{Problem, internal};
use super::front::Asking;
use super::query::NoQuery;
use super::reply;
use crate::archive::Certificate;
use crate::certificate::{page, write_file};

/// Bytes that are written before they are handed on.
const PIECE_BYTES: usize = 64 << 10;
/// The page has a style of its own, and a browser is to load or run nothing else on its account.
const NOTHING_BUT_STYLE: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
/// Pieces that wait for a slow client.
const PIECES_AHEAD: usize = 2;

/// The certificate of an order: when its keys are gone, and again, as the second of two stages, when its copies are named.
///
/// As JSON the file that an office files away and `aktenfest verify --certificate` checks without the archive; as HTML one page for
/// people, in German or English by Accept-Language, with a line for a signature; as text the signed note over its SHA-256.
#[utoipa::path(
    get,
    path = "/v1/vaults/{vault}/orders/{order}/certificate",
    params(("vault" = String, Path, description = "Name of the vault"), ("order" = String, Path, description = "UUID of the order")),
    responses((
        status = 200,
        description = "The certificate, in the form that Accept asks for",
        content((String = "application/json"), (String = "text/html"), (String = "text/plain"))
    ))
)]
pub(super) async fn get(place: InRegister, headers: HeaderMap, asking: Asking, _: NoQuery) -> Result<Response, Problem> {
    let certificate = place.vault.certificate(place.id).await?;
    let mut response = match Form::preferred(&headers) {
        Form::Json => file(certificate)?,
        Form::Text => reply::text(certificate.note.into_bytes()),
        Form::Html => {
            let html = page(asking.language.words(), &certificate.subject, &certificate.statement, &certificate.digest);
            let mut response = reply::of(StatusCode::OK, HeaderValue::from_static("text/html; charset=utf-8"), html.into_bytes());
            response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(asking.language.tag()));
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, NOTHING_BUT_STYLE);
            response
        }
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept, accept-language"));
    Ok(response)
}

/// What the client wants to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Html,
    Text,
}

impl Form {
    /// By `Accept` (RFC 9110 section 12.5.1): the form with the highest weight, JSON if none is asked for. A range with `*` means JSON.
    fn preferred(headers: &HeaderMap) -> Self {
        let ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let mut best = (Self::Json, 0.0);
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let form = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "application/json" | "application/*" | "*/*" => Self::Json,
                "text/html" => Self::Html,
                "text/plain" => Self::Text,
                _ => continue,
            };
            let weight: f32 = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            if weight > best.1 {
                best = (form, weight);
            }
        }
        best.0
    }
}

/// The file, written while it is sent: an order may have millions of documents.
fn file(certificate: Certificate) -> Result<Response, Problem> {
    let mut around = Vec::new();
    write_file(&mut around, |_| Ok(()), &certificate.note).map_err(|error| internal("a certificate cannot be written", &error))?;
    let left_bytes = certificate.document_bytes + around.len() as u64;
    let (sender, pieces) = mpsc::channel(PIECES_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces { sender, piece: BytesMut::new() };
        let written = certificate.write_file(&mut pieces).is_ok() && pieces.flush().is_ok();
        if !written {
            // The client has gone, or what has begun cannot end: then the connection is aborted, because bytes are missing.
            tracing::debug!("a certificate was not sent to its end");
        }
    });
    let mut response = Response::new(Body::new(Streamed { pieces, left_bytes }));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// Hands on what is written, piece by piece.
struct Pieces {
    sender: mpsc::Sender<Bytes>,
    piece: BytesMut,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = self.piece.split().freeze();
        if piece.is_empty() {
            return Ok(());
        }
        self.sender.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The body of an answer whose length is known and whose pieces come.
struct Streamed {
    pieces: mpsc::Receiver<Bytes>,
    left_bytes: u64,
}

impl hyper::body::Body for Streamed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left_bytes == 0 {
            return Poll::Ready(None);
        }
        let Some(piece) = ready!(self.pieces.poll_recv(context)) else {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        };
        self.left_bytes = self.left_bytes.saturating_sub(piece.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left_bytes == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_with_the_highest_weight_is_sent() {
        for (accept, form) in [
            ("", Form::Json),
            ("*/*", Form::Json),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form::Html),
            ("text/plain", Form::Text),
            ("text/plain;q=0.5, application/json", Form::Json),
            ("application/json;q=0.1, text/html;q=0.2", Form::Html),
            ("image/png", Form::Json),
            ("text/html;q=0", Form::Json),
            ("TEXT/HTML", Form::Html),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Form::preferred(&headers), form, "{accept}");
        }
    }
}

//! Certificates of destruction: the file that is filed away, a page for people, the signed note.

use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{ACCEPT, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};

use super::auth::InRegister;
use super::error::{Problem, internal};
use super::front::Asking;
use super::query::NoQuery;
use super::{reply, stream};
use crate::archive::Certificate;
use crate::certificate::{page, write_file};

/// The page has a style of its own, and a browser is to load or run nothing else on its account.
const NOTHING_BUT_STYLE: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");

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
    let bytes = certificate.document_bytes + around.len() as u64;
    let body = stream::written(Some(bytes), move |mut out| {
        let written = certificate.write_file(&mut out).is_ok();
        if !written {
            tracing::debug!("a certificate was not sent to its end");
        }
        written
    });
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
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

//! Problems: how every refusal and failure looks to a client (RFC 9457).

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue};

use super::language::{Argument, Language};
use super::text::text;
use super::wire::ProblemJson;
use crate::archive::ArchiveError;
use crate::model::Refusal;

/// Media type of a problem (RFC 9457 section 6.1).
pub(super) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Defines [`Code`] with the name that clients see and the status that goes with it.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $status:literal $name:literal,)*) => {
        /// What is wrong: a closed set, so that programs can branch on it. Names are never reused for something else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, for tables and the description of the interface.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The status that goes with it.
            pub fn status(self) -> StatusCode {
                let status = match self { $(Self::$variant => $status,)* };
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    };
}

codes! {
    /// The head is not HTTP.
    RequestMalformed = 400 "request_malformed",
    /// The head is longer or has more fields than we read.
    HeadTooLarge = 431 "head_too_large",
    /// The request line alone is longer than we read.
    TargetTooLong = 414 "target_too_long",
    /// Where the body ends could be understood in two ways.
    FramingAmbiguous = 400 "framing_ambiguous",
    /// The next request came before the answer.
    PipeliningRefused = 400 "pipelining_refused",
    /// The target is not a plain path.
    TargetMalformed = 400 "target_malformed",
    /// Not HTTP/1.1.
    VersionUnsupported = 505 "version_unsupported",
    /// Another protocol was asked for.
    UpgradeRefused = 400 "upgrade_refused",
    /// Fields came behind the body.
    TrailersRefused = 400 "trailers_refused",
    /// The certificate names nobody we know.
    ClientNotRecognised = 403 "client_not_recognised",
    /// A token came along that nobody would check.
    TokenNotSupported = 400 "token_not_supported",
    /// There is nothing under this path.
    RouteUnknown = 404 "route_unknown",
    /// The resource does not do this.
    MethodNotAllowed = 405 "method_not_allowed",
    /// Documents are not deleted by request.
    DestructionGoesThroughOrders = 405 "destruction_goes_through_orders",
    /// A query parameter is unknown, repeated or wrong.
    QueryMalformed = 400 "query_malformed",
    /// An id in the path is not one.
    IdMalformed = 400 "id_malformed",
    /// A header field cannot be understood.
    HeaderMalformed = 400 "header_malformed",
    /// Not one JSON object.
    JsonMalformed = 400 "json_malformed",
    /// The object has a field that does not exist.
    FieldUnknown = 400 "field_unknown",
    /// The object has a field twice.
    FieldRepeated = 400 "field_repeated",
    /// The object lacks a field.
    FieldMissing = 400 "field_missing",
    /// The value of a field breaks its rule.
    FieldMalformed = 400 "field_malformed",
    /// The body has another media type than the resource takes.
    MediaTypeUnsupported = 415 "media_type_unsupported",
    /// The body is compressed.
    ContentEncodingUnsupported = 415 "content_encoding_unsupported",
    /// A part of a body was sent.
    PartialPutRefused = 400 "partial_put_refused",
    /// If-Match or If-None-Match does not hold.
    PreconditionFailed = 412 "precondition_failed",
    /// The body is longer than allowed.
    BodyTooLarge = 413 "body_too_large",
    /// The body came too slowly.
    BodyTimeout = 408 "body_timeout",
    /// The body ended early.
    BodyIncomplete = 400 "body_incomplete",
    /// Content-Digest cannot be understood.
    DigestMalformed = 400 "digest_malformed",
    /// Content-Digest has no algorithm that we compute.
    DigestUnsupported = 400 "digest_unsupported",
    /// What arrived is not what was announced.
    DigestMismatch = 400 "digest_mismatch",
    /// The range lies outside the document.
    RangeUnsatisfiable = 416 "range_unsatisfiable",
    /// The ledger has no such tile.
    TileUnknown = 404 "tile_unknown",
    /// Too much to do.
    Busy = 503 "busy",
    /// No space.
    DiskFull = 507 "disk_full",
    /// Nothing is accepted until a restart.
    Latched = 503 "latched",
    /// Nobody knows whether it was stored.
    OutcomeUnknown = 500 "outcome_unknown",
    /// Our own fault.
    Internal = 500 "internal",
    /// See [`Refusal::VaultNameTaken`].
    VaultNameTaken = 409 "vault_name_taken",
    /// See [`Refusal::VaultUnknown`].
    VaultUnknown = 404 "vault_unknown",
    /// See [`Refusal::CaseUnknown`].
    CaseUnknown = 404 "case_unknown",
    /// See [`Refusal::CaseIdTaken`].
    CaseIdTaken = 409 "case_id_taken",
    /// See [`Refusal::ReferenceTaken`].
    ReferenceTaken = 409 "reference_taken",
    /// See [`Refusal::DocumentUnknown`].
    DocumentUnknown = 404 "document_unknown",
    /// See [`Refusal::DocumentIdTaken`].
    DocumentIdTaken = 409 "document_id_taken",
    /// See [`Refusal::NumberTaken`].
    NumberTaken = 503 "number_taken",
    /// See [`Refusal::CaseFull`].
    CaseFull = 409 "case_full",
}

impl From<Refusal> for Code {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::VaultNameTaken => Self::VaultNameTaken,
            Refusal::VaultUnknown => Self::VaultUnknown,
            Refusal::CaseUnknown => Self::CaseUnknown,
            Refusal::CaseIdTaken => Self::CaseIdTaken,
            Refusal::ReferenceTaken => Self::ReferenceTaken,
            Refusal::DocumentUnknown => Self::DocumentUnknown,
            Refusal::DocumentIdTaken => Self::DocumentIdTaken,
            Refusal::NumberTaken => Self::NumberTaken,
            Refusal::CaseFull => Self::CaseFull,
        }
    }
}

/// A refusal or failure on its way to the client. Language and request id are added by [`super::front`], which alone knows them.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What is wrong.
    pub code: Code,
    arguments: Vec<Argument>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Problem {
    /// A problem whose text needs nothing filled in.
    pub(super) fn new(code: Code) -> Self {
        Self { code, arguments: Vec::new(), header: None }
    }

    /// Fills the next gap of the text.
    pub(super) fn with(mut self, argument: impl Into<Argument>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets the one header field that the answer needs besides those of every problem.
    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// The JSON of the answer.
    pub(super) fn to_json(&self, language: Language, request_id: &str) -> Vec<u8> {
        let text = text(self.code);
        let json = ProblemJson {
            type_uri: format!("urn:aktenfest:problem:{}", self.code.name()),
            title: text.title(language).to_owned(),
            status: self.code.status().as_u16(),
            detail: text.detail(language, &self.arguments),
            code: self.code.name().to_owned(),
            request_id: request_id.to_owned(),
        };
        json.to_bytes()
    }

    /// The whole answer.
    pub(super) fn render(self, language: Language, request_id: &str) -> Response {
        let mut response = Response::new(Body::from(self.to_json(language, request_id)));
        *response.status_mut() = self.code.status();
        self.header.map(|field| response.headers_mut().insert(field.0, field.1));
        response.headers_mut().insert(CONTENT_TYPE, PROBLEM_JSON);
        response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        response
    }
}

/// The answer carries the problem as an extension; the text is written when language and request id are at hand.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Refused(refusal) => Self::new(refusal.into()),
            ArchiveError::DigestMismatch { expected, received } => {
                Self::new(Code::DigestMismatch).with(expected.to_string()).with(received.to_string())
            }
            ArchiveError::TooLarge => super::upload::too_large(crate::limits::DOCUMENT_BYTES_MAX),
            ArchiveError::Busy => Self::new(Code::Busy).retry_after(RETRY_SECONDS),
            ArchiveError::Full => Self::new(Code::DiskFull).retry_after(RETRY_SECONDS_FULL),
            ArchiveError::Latched => Self::new(Code::Latched).retry_after(RETRY_SECONDS_FULL),
            ArchiveError::OutcomeUnknown => Self::new(Code::OutcomeUnknown),
            ArchiveError::Damaged(cause) => internal("unreadable state", &cause),
            ArchiveError::Storage(cause) => internal("storage failed", &cause),
        }
    }
}

/// Seconds after which a queue has usually been worked off.
const RETRY_SECONDS: u16 = 1;
/// Seconds in which an operator or a restart can have changed something.
const RETRY_SECONDS_FULL: u16 = 30;

impl Problem {
    fn retry_after(self, seconds: u16) -> Self {
        self.header(hyper::header::RETRY_AFTER, HeaderValue::from(seconds))
    }
}

/// A failure of our own. The cause goes to the log and nowhere else: it may tell about files and keys.
pub(super) fn internal(what: &'static str, cause: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%cause, "{what}");
    Problem::new(Code::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code() {
        for refusal in Refusal::ALL {
            assert_eq!(Code::from(refusal).name(), refusal.code());
        }
    }

    #[test]
    fn names_are_words_and_used_once() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        for code in Code::ALL {
            assert!(code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code:?}");
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
        }
    }

    #[test]
    fn a_problem_has_what_rfc_9457_asks_for() {
        let problem = Problem::new(Code::FieldUnknown).with("tit\"le".to_owned()).with("title, type");
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json(Language::English, "17")).expect("must be JSON");
        assert_eq!(json["type"], "urn:aktenfest:problem:field_unknown");
        assert_eq!(json["status"], 400);
        assert_eq!(json["code"], "field_unknown");
        assert_eq!(json["request_id"], "17");
        assert!(json["detail"].as_str().is_some_and(|detail| detail.contains("tit\"le")), "{json}");
    }
}

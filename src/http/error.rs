//! Problems: how every refusal and failure looks to a client (RFC 9457).

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use hyper::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue};

pub use super::code::Code;
use super::language::{Argument, Language};
use super::rule_field;
use super::text::text;
use super::wire::problem::{MembersJson, ProblemJson};
use crate::archive::ArchiveError;
use crate::model::Refusal;

/// Media type of a problem (RFC 9457 section 6.1).
pub(super) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A refusal or failure on its way to the client. Language and request id are added by [`super::front`], which alone knows them.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What is wrong.
    pub code: Code,
    arguments: Vec<Argument>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
    members: Box<MembersJson>,
}

impl Problem {
    /// A problem whose text needs nothing filled in.
    pub(super) fn new(code: Code) -> Self {
        Self { code, arguments: Vec::new(), header: None, members: Box::default() }
    }

    /// Fills the next gap of the text.
    pub(super) fn with(mut self, argument: impl Into<Argument>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Names the field that is to blame, for programs; who knows it first, knows it best.
    pub(super) fn in_field(mut self, name: &str) -> Self {
        self.members.field.get_or_insert_with(|| name.to_owned());
        self
    }

    /// Names the field that is to blame where only the path knows which one that is: the first row with the problem's code.
    pub(super) fn in_field_by_code(self, fields: &[(Code, &str)]) -> Self {
        match fields.iter().find(|(code, _)| *code == self.code) {
            Some((_, name)) => self.in_field(name),
            None => self,
        }
    }

    /// The field that is to blame.
    #[cfg(test)]
    pub(super) fn field(&self) -> Option<&str> {
        self.members.field.as_deref()
    }

    /// Says more than the text does, for programs.
    pub(super) fn with_members(mut self, members: MembersJson) -> Self {
        let field = self.members.field.take().or(members.field);
        *self.members = MembersJson { field, ..members };
        self
    }

    /// Sets the one header field that the answer needs besides those of every problem.
    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// The wire form.
    pub(super) fn json(&self, language: Language, request_id: &str) -> ProblemJson {
        let text = text(self.code);
        ProblemJson {
            type_uri: format!("urn:aktenfest:problem:{}", self.code.name()),
            title: text.title(language).to_owned(),
            status: self.code.status().as_u16(),
            detail: text.detail(language, &self.arguments),
            code: self.code.name().to_owned(),
            request_id: request_id.to_owned(),
            members: MembersJson::clone(&self.members),
        }
    }

    /// The JSON of the answer.
    pub(super) fn to_json(&self, language: Language, request_id: &str) -> Vec<u8> {
        self.json(language, request_id).to_bytes()
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
            ArchiveError::Refused(refusal) => Self::refused(refusal),
            ArchiveError::DigestMismatch { expected, received } => {
                Self::new(Code::DigestMismatch).with(expected.to_string()).with(received.to_string())
            }
            ArchiveError::TooLarge => super::upload::too_large(crate::limits::DOCUMENT_BYTES_MAX),
            ArchiveError::Busy => Self::new(Code::Busy).retry_after(RETRY_SECONDS),
            ArchiveError::Full => Self::new(Code::DiskFull).retry_after(RETRY_SECONDS_FULL),
            ArchiveError::Latched => Self::new(Code::Latched).retry_after(RETRY_SECONDS_FULL),
            ArchiveError::OutcomeUnknown => Self::new(Code::OutcomeUnknown),
            ArchiveError::ExportUnsigned(cause) => {
                tracing::error!(%cause, "an export cannot be signed with the certificate of the configuration");
                Self::new(Code::ExportUnsigned)
            }
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
    /// A rule says no, and perhaps about which field.
    fn refused(refusal: Refusal) -> Self {
        let problem = Self::new(refusal.into());
        match rule_field::of(refusal) {
            Some(field) => problem.in_field(field),
            None => problem,
        }
    }

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

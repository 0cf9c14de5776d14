//! Why a request did not succeed, in one line that says what to do.

use std::io;

use hyper::StatusCode;
use serde::Deserialize;

use super::super::exit::Exit;
use crate::access::TlsError;
use crate::model::Digest;
use crate::words::Words;

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Certificates or keys cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address is not one.
    #[error("{0} is not an address of an archive; expected something like https://127.0.0.1:8443")]
    Url(String),
    /// No connection, or no TLS on it.
    #[error("the archive cannot be reached: {0}")]
    Unreachable(String),
    /// The connection ended before the answer did. Repeating the request is safe.
    #[error("the connection was lost before the answer was complete: {0}; run the same command again")]
    Lost(String),
    /// Nothing came for too long.
    #[error("the archive has not answered in time; run the same command again")]
    TimedOut,
    /// The archive refused, and said why.
    #[error("{code}: {sentence}")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The stable code of the problem.
        code: String,
        /// What to do, for people.
        sentence: String,
        /// The field that is to blame, e.g. `items[3]`.
        field: Option<String>,
        /// Seconds after which the archive wants to be asked again.
        retry_after_seconds: Option<u64>,
    },
    /// The answer is not one of the archive's.
    #[error("the answer cannot be understood ({0}); is this address an archive?")]
    Answer(String),
    /// The bytes are not those that the archive promised.
    #[error("digest_mismatch: the bytes have the SHA-256 {received}, but {expected} was expected; nothing was written")]
    Digest {
        /// What was promised.
        expected: Digest,
        /// What came.
        received: Digest,
    },
    /// A local file cannot be read or written.
    #[error("{what}: {error}")]
    File {
        /// The file.
        what: String,
        /// What the system says.
        error: io::Error,
    },
}

impl ClientError {
    /// Attaches the name of a local file.
    pub fn file(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let what = path.display().to_string();
        move |error| Self::File { what, error }
    }

    /// The error in the words of whoever runs the command. What the archive says is in their language already, because they asked for it.
    pub fn in_words(&self, words: &Words) -> String {
        let cause = |name, cause: &str| words.told(name, &[("cause", cause.into())]);
        match self {
            Self::Url(url) => words.told("cli-error-url", &[("url", url.as_str().into())]),
            Self::Unreachable(text) => cause("cli-error-unreachable", text),
            Self::Lost(text) => cause("cli-error-lost", text),
            Self::TimedOut => words.label("cli-error-timed-out"),
            Self::Answer(text) => cause("cli-error-answer", text),
            Self::Digest { expected, received } => {
                words.told("cli-error-digest", &[("expected", expected.to_string().into()), ("received", received.to_string().into())])
            }
            Self::Tls(_) | Self::Refused { .. } | Self::File { .. } => self.to_string(),
        }
    }

    /// The position of the item of a list that is to blame.
    pub fn item(&self) -> Option<usize> {
        let Self::Refused { field: Some(field), .. } = self else { return None };
        field.strip_prefix("items[")?.split(']').next()?.parse().ok()
    }

    /// The stable code for programs.
    pub fn code(&self) -> &str {
        match self {
            Self::Tls(_) => "tls",
            Self::Url(_) => "url",
            Self::Unreachable(_) => "unreachable",
            Self::Lost(_) => "connection_lost",
            Self::TimedOut => "timed_out",
            Self::Refused { code, .. } => code,
            Self::Answer(_) => "answer",
            Self::Digest { .. } => "digest_mismatch",
            Self::File { .. } => "file",
        }
    }

    /// How a command ends because of it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Tls(_) | Self::Url(_) => Exit::Configuration,
            Self::Unreachable(_) => Exit::Unreachable,
            Self::Lost(_) | Self::TimedOut => Exit::RetryLater,
            Self::Refused { status, .. } if matches!(*status, StatusCode::NOT_FOUND | StatusCode::GONE) => Exit::NotFound,
            Self::Refused { status, .. } if Self::passes(*status) => Exit::RetryLater,
            Self::Digest { .. } => Exit::Findings,
            Self::Refused { .. } | Self::Answer(_) | Self::File { .. } => Exit::Failure,
        }
    }

    /// Whether the same request may succeed in a moment.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Lost(_) | Self::TimedOut => true,
            // A disk that is full stays full unless the archive says when to come back.
            Self::Refused { status, retry_after_seconds, .. } if *status == StatusCode::INSUFFICIENT_STORAGE => {
                retry_after_seconds.is_some()
            }
            Self::Refused { status, code, .. } => Self::passes(*status) || code == OUTCOME_UNKNOWN,
            _ => false,
        }
    }

    fn passes(status: StatusCode) -> bool {
        let passing =
            [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE, StatusCode::INSUFFICIENT_STORAGE];
        passing.contains(&status)
    }
}

/// The archive does not know whether it stored the document; asking again with the same id settles it.
const OUTCOME_UNKNOWN: &str = "outcome_unknown";

/// What we read of a problem document (RFC 9457).
#[derive(Deserialize)]
struct Problem {
    code: Option<String>,
    title: Option<String>,
    detail: Option<String>,
    field: Option<String>,
    tombstone: Option<Tombstone>,
    #[serde(default)]
    classes: Vec<String>,
    #[serde(default)]
    in_other_boxes: Vec<InAnotherBox>,
}

/// What is left of what was destroyed.
#[derive(Deserialize)]
struct Tombstone {
    destroyed_at: String,
    order: Option<String>,
}

impl Tombstone {
    /// The same for people.
    fn words(&self) -> String {
        let order = self.order.as_deref().map_or_else(String::new, |order| format!(", order {order}"));
        format!("{}{order}", self.destroyed_at)
    }
}

/// An original that lies in another box.
#[derive(Deserialize)]
struct InAnotherBox {
    document: String,
    #[serde(rename = "box")]
    in_box: String,
}

impl Problem {
    /// What a sentence that is the same for everybody leaves open.
    fn particulars(&self) -> String {
        let others = self.in_other_boxes.iter().map(|other| format!("{} -> {}", other.document, other.in_box));
        let gone = self.tombstone.iter().map(Tombstone::words);
        let particulars: Vec<String> = self.classes.iter().cloned().chain(others).chain(gone).collect();
        if particulars.is_empty() { String::new() } else { format!(" ({})", particulars.join(", ")) }
    }
}

/// The error that an answer with a status outside 2xx stands for.
pub(super) fn refusal(status: StatusCode, retry_after_seconds: Option<u64>, body: &[u8]) -> ClientError {
    let problem = serde_json::from_slice::<Problem>(body).ok();
    let (code, sentence, field) = match problem {
        Some(problem) => {
            let particulars = problem.particulars();
            let Problem { code, title, detail, field, .. } = problem;
            (code, detail.or(title).map(|sentence| sentence + &particulars), field)
        }
        None => (None, None, None),
    };
    ClientError::Refused {
        status,
        code: code.map_or_else(|| format!("http_{}", status.as_u16()), |code| one_line(&code)),
        sentence: one_line(&sentence.unwrap_or_else(|| format!("the server answered {status}"))),
        field: field.map(|field| one_line(&field)),
        retry_after_seconds,
    }
}

/// Text from a server goes to a terminal: no control characters, no line breaks, no end of it.
fn one_line(text: &str) -> String {
    const CHARACTERS_MAX: usize = 500;
    text.chars().take(CHARACTERS_MAX).map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_become_one_line() {
        let body = br#"{"type":"x","title":"Conflict","status":409,"detail":"a document\nwith this id","code":"document_id_taken"}"#;
        let error = refusal(StatusCode::CONFLICT, None, body);
        assert_eq!(error.to_string(), "document_id_taken: a document with this id");
        assert_eq!((error.code(), error.exit(), error.is_passing()), ("document_id_taken", Exit::Failure, false));
        let body = br#"{"detail":"It is gone.","code":"document_destroyed","tombstone":{"destroyed_at":"2026-11-20T08:00:00Z","order":"x","entry":7}}"#;
        let error = refusal(StatusCode::GONE, None, body);
        assert_eq!(error.to_string(), "document_destroyed: It is gone. (2026-11-20T08:00:00Z, order x)");
        let body = br#"{"code":"class_in_use","detail":"keep it","classes":["LEIST","ZAHL"]}"#;
        assert_eq!(refusal(StatusCode::CONFLICT, None, body).to_string(), "class_in_use: keep it (LEIST, ZAHL)");
        let body = br#"{"code":"original_in_another_box","detail":"look","in_other_boxes":[{"document":"d","box":"b"}]}"#;
        assert_eq!(refusal(StatusCode::CONFLICT, None, body).to_string(), "original_in_another_box: look (d -> b)");
        let error = refusal(StatusCode::BAD_GATEWAY, None, b"<html>");
        assert_eq!(error.to_string(), "http_502: the server answered 502 Bad Gateway");
    }

    #[test]
    fn the_item_that_is_to_blame_is_known_by_its_position() {
        for (field, item) in
            [("items[17].case", Some(17)), ("items[0]", Some(0)), ("items", None), ("scanned_on", None), ("items[x]", None)]
        {
            let error = refusal(StatusCode::NOT_FOUND, None, format!("{{\"field\":\"{field}\"}}").as_bytes());
            assert_eq!(error.item(), item, "{field}");
        }
    }

    #[test]
    fn what_happens_here_is_said_in_the_language_of_the_reader() {
        use crate::words::Language;
        for error in [
            ClientError::Url("x".to_owned()),
            ClientError::Unreachable("refused".to_owned()),
            ClientError::Lost("reset".to_owned()),
            ClientError::TimedOut,
            ClientError::Answer("no JSON".to_owned()),
            ClientError::Digest { expected: Digest([1; 32]), received: Digest([2; 32]) },
        ] {
            assert_eq!(error.in_words(Words::of(Language::English)), error.to_string());
            assert_ne!(error.in_words(Words::of(Language::German)), error.to_string());
        }
    }

    #[test]
    fn what_passes_and_how_it_ends() {
        for (status, retry_after, exit, passing) in [
            (404, None, Exit::NotFound, false),
            (410, None, Exit::NotFound, false),
            (503, None, Exit::RetryLater, true),
            (503, Some(1), Exit::RetryLater, true),
            (507, None, Exit::RetryLater, false),
            (507, Some(5), Exit::RetryLater, true),
            (400, Some(5), Exit::Failure, false),
        ] {
            let error = refusal(StatusCode::from_u16(status).unwrap(), retry_after, b"{}");
            assert_eq!((error.exit(), error.is_passing()), (exit, passing), "{status}");
        }
    }
}

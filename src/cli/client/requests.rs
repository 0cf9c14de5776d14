//! The requests of the API (architecture: `http`), as functions.

use std::io;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use hyper::{Method, Request, StatusCode};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::connection::{ANSWER_BYTES_MAX, Body, Client, next_piece, whole_body};
use super::content::{Source, finish};
use super::error::ClientError;
use super::retry::Patience;
use crate::model::{CaseId, Digest, DocumentId, MediaType, VaultName};

/// A case after it was opened.
#[derive(Debug, Clone)]
pub struct OpenedCase {
    /// Whether this request opened it.
    pub created: bool,
    /// The receipt of its opening.
    pub receipt: String,
}

/// What a document is, in the words of the API.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DocumentMeta {
    /// What clerks see in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Name of the file it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// A document after it was stored.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// Whether this request stored it.
    pub created: bool,
    /// The receipt of its storing.
    pub receipt: String,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256, which is the promised one.
    pub sha256: Digest,
    /// What kind of bytes.
    pub media_type: String,
    /// What must be said to whoever reads it: `restricted`, `disputed` and the like.
    pub notices: Vec<String>,
}

/// A view of a document other than its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Description and state.
    Record,
    /// The proof that it is in the ledger.
    Receipt,
    /// The same with a checkpoint that witnesses have cosigned.
    AnchoredReceipt,
    /// The values behind its ledger entry.
    Opening,
}

impl Part {
    fn segment(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Receipt => "receipt",
            Self::AnchoredReceipt => "receipt?anchored=true",
            Self::Opening => "opening",
        }
    }
}

#[derive(Serialize)]
struct CaseRequest<'a> {
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
}

/// What we read of the answer to a `PUT`.
#[derive(Deserialize)]
struct Acknowledged {
    receipt: String,
}

/// What we read of a vault.
#[derive(Deserialize)]
struct Vault {
    verifier_key: String,
}

#[derive(Deserialize)]
struct CasePage {
    items: Vec<CaseItem>,
}

#[derive(Deserialize)]
struct CaseItem {
    id: String,
}

impl Client {
    /// Opens a case. Doing it again with the same reference changes nothing.
    pub async fn open_case(&self, vault: &VaultName, case: CaseId, reference: &str) -> Result<OpenedCase, ClientError> {
        self.open_case_of_kind(vault, case, reference, None).await
    }

    /// Opens a case of a kind, which decides the retention class of what is assigned to no matter.
    pub async fn open_case_of_kind(
        &self,
        vault: &VaultName,
        case: CaseId,
        reference: &str,
        kind: Option<&str>,
    ) -> Result<OpenedCase, ClientError> {
        let request = serde_json::to_vec(&CaseRequest { reference, kind }).map_err(|error| ClientError::Answer(error.to_string()))?;
        let request = Bytes::from(request);
        let build = |uri: String| {
            let body = Full::new(request.clone()).map_err(|never| match never {}).boxed_unsync();
            Request::builder().method(Method::PUT).uri(uri).header(CONTENT_TYPE, "application/json").body(body)
        };
        let answer = self.send(Patience::FIRST, &case_path(vault, case), 0, build).await?;
        let created = answer.status() == StatusCode::CREATED;
        let Acknowledged { receipt } = json(&whole_body(answer, ANSWER_BYTES_MAX).await?)?;
        Ok(OpenedCase { created, receipt })
    }

    /// The id of the case that has `reference`, if there is one.
    pub async fn find_case(&self, vault: &VaultName, reference: &str) -> Result<Option<CaseId>, ClientError> {
        let path = format!("/v1/vaults/{vault}/cases?reference={}", percent_encoded(reference));
        let page: CasePage = json(&self.get(&path).await?)?;
        page.items.first().map(|item| CaseId::parse(&item.id)).transpose().map_err(|error| ClientError::Answer(error.to_string()))
    }

    /// Fails with `case_unknown` unless the case exists.
    pub async fn check_case(&self, vault: &VaultName, case: CaseId) -> Result<(), ClientError> {
        self.get(&case_path(vault, case)).await.map(|_| ())
    }

    /// Stores a document. Doing it again with the same id, bytes and description changes nothing.
    pub async fn put_document(
        &self,
        place: (&VaultName, CaseId, DocumentId),
        media_type: &MediaType,
        meta: &DocumentMeta,
        digest: &Digest,
        source: &Source,
    ) -> Result<StoredDocument, ClientError> {
        let description = ascii_json(meta)?;
        let build = |uri: String| {
            Request::builder()
                .method(Method::PUT)
                .uri(uri)
                .header(CONTENT_TYPE, media_type.as_str())
                .header(CONTENT_LENGTH, source.bytes())
                .header("content-digest", digest_field(digest))
                .header("archive-document", description.as_str())
                .body(source.body())
        };
        let answer = self.send(Patience::LONG, &document_path(place), source.bytes(), build).await?;
        let created = answer.status() == StatusCode::CREATED;
        let Acknowledged { receipt } = json(&whole_body(answer, ANSWER_BYTES_MAX).await?)?;
        Ok(StoredDocument { created, receipt })
    }

    /// Reads a document piece by piece. It is complete and as promised only when this returns; until then the pieces prove nothing.
    pub async fn fetch(
        &self,
        place: (&VaultName, CaseId, DocumentId),
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<Fetched, ClientError> {
        let mut answer = self.send(Patience::FIRST, &document_path(place), 0, get_request).await?;
        let promised = promised_digest(answer.headers())?;
        let media_type = text_header(answer.headers(), "content-type").unwrap_or_default().to_owned();
        let notices = text_header(answer.headers(), "archive-notice").unwrap_or_default().split(',').map(str::trim);
        let notices = notices.filter(|notice| !notice.is_empty()).map(ToOwned::to_owned).collect();
        let (mut hash, mut bytes) = (Context::new(&SHA256), 0);
        while let Some(piece) = next_piece(&mut answer).await? {
            hash.update(&piece);
            bytes += piece.len() as u64;
            take(&piece).map_err(|error| ClientError::File { what: "the bytes cannot be written".to_owned(), error })?;
        }
        let sha256 = finish(hash);
        if sha256 != promised {
            return Err(ClientError::Digest { expected: promised, received: sha256 });
        }
        Ok(Fetched { bytes, sha256, media_type, notices })
    }

    /// Reads something about a document.
    pub async fn part(&self, place: (&VaultName, CaseId, DocumentId), part: Part) -> Result<Bytes, ClientError> {
        self.get(&format!("{}/{}", document_path(place), part.segment())).await
    }

    /// The key of the vault's ledger, as the archive itself says it: good for noticing accidents, not for distrust.
    pub async fn verifier_key(&self, vault: &VaultName) -> Result<String, ClientError> {
        let vault: Vault = json(&self.get(&format!("/v1/vaults/{vault}")).await?)?;
        Ok(vault.verifier_key)
    }

    /// The newest checkpoint of the vault's ledger.
    pub async fn checkpoint(&self, vault: &VaultName) -> Result<Bytes, ClientError> {
        self.get(&format!("/v1/vaults/{vault}/ledger/checkpoint")).await
    }

    /// Reads a small answer.
    pub async fn get(&self, path: &str) -> Result<Bytes, ClientError> {
        let answer = self.send(Patience::FIRST, path, 0, get_request).await?;
        whole_body(answer, ANSWER_BYTES_MAX).await
    }
}

fn get_request(uri: String) -> Result<Request<Body>, hyper::http::Error> {
    Request::builder().uri(uri).body(Full::default().map_err(|never| match never {}).boxed_unsync())
}

fn case_path(vault: &VaultName, case: CaseId) -> String {
    format!("/v1/vaults/{vault}/cases/{case}")
}

fn document_path((vault, case, document): (&VaultName, CaseId, DocumentId)) -> String {
    format!("{}/documents/{document}", case_path(vault, case))
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ClientError> {
    serde_json::from_slice(bytes).map_err(|error| ClientError::Answer(error.to_string()))
}

/// RFC 9530 section 2, with SHA-256 only.
fn digest_field(digest: &Digest) -> String {
    use base64::Engine as _;
    format!("sha-256=:{}:", base64::engine::general_purpose::STANDARD.encode(digest.as_bytes()))
}

fn promised_digest(headers: &HeaderMap) -> Result<Digest, ClientError> {
    use base64::Engine as _;
    let missing = || ClientError::Answer("there is no Repr-Digest with a SHA-256 in it".to_owned());
    let field = text_header(headers, "repr-digest").ok_or_else(missing)?;
    let members = field.split(',').map(str::trim);
    let encoded = members.filter_map(|member| member.strip_prefix("sha-256=:")?.strip_suffix(':')).next().ok_or_else(missing)?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).map_err(|_| missing())?;
    Digest::from_slice(&bytes).ok_or_else(missing)
}

fn text_header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// JSON in which every character beyond ASCII is escaped, because header fields have no other safe spelling.
fn ascii_json(meta: &DocumentMeta) -> Result<String, ClientError> {
    let json = serde_json::to_string(meta).map_err(|error| ClientError::Answer(error.to_string()))?;
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    Ok(ascii)
}

/// RFC 3986 section 2.1; everything but unreserved characters is escaped.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_headers_and_addresses_is_ascii() {
        let meta = DocumentMeta { title: Some("M\u{e4}rz \u{1f600} \"x\"".to_owned()), file_name: None };
        let text = ascii_json(&meta).unwrap();
        assert_eq!(text, r#"{"title":"M\u00e4rz \ud83d\ude00 \"x\""}"#);
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["title"], "M\u{e4}rz \u{1f600} \"x\"");
        assert_eq!(percent_encoded("3 C 17/26 \u{e4}"), "3%20C%2017%2F26%20%C3%A4");
    }

    #[test]
    fn digests_have_one_form() {
        let digest = Digest([0xab; 32]);
        let mut headers = HeaderMap::new();
        assert!(promised_digest(&headers).is_err());
        for (field, good) in [
            (digest_field(&digest), true),
            (format!("sha-512=:AAAA:, {}", digest_field(&digest)), true),
            ("sha-256=abc".to_owned(), false),
            ("sha-256=:AAAA:".to_owned(), false),
        ] {
            headers.insert("repr-digest", field.parse().unwrap());
            assert_eq!(promised_digest(&headers).ok(), good.then_some(digest), "{field}");
        }
    }
}

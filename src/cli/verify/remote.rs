//! A vault of a running archive as the check asks for it: paths of the API, and its JSON as values.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;

use crate::cli::client::{CertificateForm, Client, ClientError};
use crate::ledger::{Opening, Salt, TilePath};
use crate::limits::CERTIFICATE_BYTES_MAX;
use crate::model::{CaseId, Digest, DocumentId, EventId, LedgerIndex, NoteId, Timestamp, VaultName};
use crate::verify::{RemoteArchive, RemoteCase, RemoteDocument, RemoteError, RemoteOpening, RemoteOrder, RemotePage, RemoteYear};

/// One vault, asked from threads that are not asynchronous.
pub(super) struct Vault {
    client: Client,
    vault: VaultName,
    runtime: Handle,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct CaseItem {
    id: String,
    description: BTreeMap<String, String>,
    opened_at: String,
    entry: u64,
    ledger_size: u64,
}

#[derive(Deserialize)]
struct DocumentItem {
    id: String,
    description: BTreeMap<String, String>,
    media_type: String,
    bytes: u64,
    sha256: String,
    stored_at: String,
    entry: u64,
    ledger_size: u64,
}

#[derive(Deserialize)]
struct OrderItem {
    id: String,
    destroyed: u64,
}

#[derive(Deserialize)]
struct YearsAnswer {
    years: Vec<YearItem>,
}

#[derive(Deserialize)]
struct YearItem {
    year: u16,
    verifier_key: String,
}

#[derive(Deserialize)]
struct OpeningAnswer {
    entry: u64,
    event: String,
    fields: Vec<FieldAnswer>,
}

#[derive(Deserialize)]
struct FieldAnswer {
    field: String,
    salt: String,
    value_hex: String,
}

impl From<ClientError> for RemoteError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Answer(_) | ClientError::Digest { .. } => Self::Malformed(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

fn malformed(what: &str) -> RemoteError {
    RemoteError::Malformed(format!("the {what} of the answer is not one"))
}

impl Vault {
    /// The vault `vault` of the archive that `client` talks to; requests run on `runtime`.
    pub(super) fn new(client: Client, vault: VaultName, runtime: Handle) -> Self {
        Self { client, vault, runtime }
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, RemoteError> {
        let path = format!("/v1/vaults/{}/{path}", self.vault);
        Ok(self.runtime.block_on(self.client.get(&path))?.to_vec())
    }

    fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, RemoteError> {
        // The text of the error could quote what it stumbled over, so only its kind is said.
        serde_json::from_slice(&self.get(path)?)
            .map_err(|error| RemoteError::Malformed(format!("not the JSON it should be: {:?}", error.classify())))
    }

    /// The certificate of an order; `None` while its keys exist.
    fn certificate(&self, order: NoteId) -> Result<Option<Vec<u8>>, RemoteError> {
        let mut file = Vec::new();
        let fetch = self.client.certificate(&self.vault, order, CertificateForm::File, |piece| {
            file.extend_from_slice(piece);
            if file.len() as u64 > CERTIFICATE_BYTES_MAX { Err(std::io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
        });
        match self.runtime.block_on(fetch) {
            Ok(()) => Ok(Some(file)),
            Err(error) if error.code() == "keys_not_destroyed" => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn page<J: DeserializeOwned, T>(
        &self,
        path: &str,
        cursor: Option<&str>,
        item: fn(J) -> Result<T, RemoteError>,
    ) -> Result<RemotePage<T>, RemoteError> {
        let query = cursor.map_or(String::new(), |cursor| format!("?cursor={cursor}"));
        let page: Page<J> = self.json(&format!("{path}{query}"))?;
        Ok(RemotePage { items: page.items.into_iter().map(item).collect::<Result<_, _>>()?, next: page.next })
    }
}

/// Path of a case or of one of its documents, below the vault.
fn subject(case: CaseId, document: Option<DocumentId>) -> String {
    match document {
        Some(document) => format!("cases/{case}/documents/{document}"),
        None => format!("cases/{case}"),
    }
}

impl RemoteArchive for Vault {
    fn verifier_key(&self) -> Result<String, RemoteError> {
        Ok(self.runtime.block_on(self.client.verifier_key(&self.vault))?)
    }

    fn checkpoint(&self) -> Result<Vec<u8>, RemoteError> {
        self.get("ledger/checkpoint")
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, RemoteError> {
        self.get(&format!("ledger/{path}"))
    }

    fn cases(&self, cursor: Option<&str>) -> Result<RemotePage<RemoteCase>, RemoteError> {
        self.page("cases", cursor, case)
    }

    fn documents(&self, case: CaseId, cursor: Option<&str>) -> Result<RemotePage<RemoteDocument>, RemoteError> {
        self.page(&format!("cases/{case}/documents"), cursor, document)
    }

    fn receipt(&self, case: CaseId, document: Option<DocumentId>) -> Result<Vec<u8>, RemoteError> {
        self.get(&format!("{}/receipt", subject(case, document)))
    }

    fn opening(&self, case: CaseId, document: Option<DocumentId>) -> Result<RemoteOpening, RemoteError> {
        let answer: OpeningAnswer = self.json(&format!("{}/opening", subject(case, document)))?;
        let fields = answer.fields.into_iter().map(field).collect::<Result<_, _>>()?;
        let id = EventId::from_hex(&answer.event).ok_or_else(|| malformed("event"))?;
        Ok(RemoteOpening { entry: LedgerIndex(answer.entry), id, fields })
    }

    fn orders(&self, take: &mut dyn FnMut(RemoteOrder)) -> Result<(), RemoteError> {
        let mut cursor: Option<String> = None;
        loop {
            let query = cursor.as_deref().map_or(String::new(), |cursor| format!("&cursor={cursor}"));
            let page: Page<OrderItem> = self.json(&format!("orders?all=true{query}"))?;
            for item in page.items.into_iter().filter(|item| item.destroyed > 0) {
                let id = NoteId::parse(&item.id).map_err(|_| malformed("id"))?;
                take(RemoteOrder { id, certificate: self.certificate(id)? });
            }
            // The same place again would never end.
            if page.next.is_none() || page.next == cursor {
                return Ok(());
            }
            cursor = page.next;
        }
    }

    fn access_years(&self) -> Result<Vec<RemoteYear>, RemoteError> {
        let answer: YearsAnswer = self.json("ledger/access")?;
        Ok(answer.years.into_iter().map(|YearItem { year, verifier_key }| RemoteYear { year, verifier_key }).collect())
    }

    fn access_checkpoint(&self, year: u16) -> Result<Vec<u8>, RemoteError> {
        self.get(&format!("ledger/access/{year:04}/checkpoint"))
    }

    fn access_tile(&self, year: u16, path: &TilePath) -> Result<Vec<u8>, RemoteError> {
        self.get(&format!("ledger/access/{year:04}/{path}"))
    }

    fn content(&self, case: CaseId, document: DocumentId, take: &mut dyn FnMut(&[u8])) -> Result<(), RemoteError> {
        let fetch = self.client.fetch((&self.vault, case, document), |piece| {
            take(piece);
            Ok(())
        });
        self.runtime.block_on(fetch)?;
        Ok(())
    }
}

fn case(item: CaseItem) -> Result<RemoteCase, RemoteError> {
    Ok(RemoteCase {
        id: CaseId::parse(&item.id).map_err(|_| malformed("id"))?,
        entry: LedgerIndex(item.entry),
        ledger_size: item.ledger_size,
        opened_at: Timestamp::parse(&item.opened_at).ok_or_else(|| malformed("time"))?,
        description: item.description.into_iter().collect(),
    })
}

fn document(item: DocumentItem) -> Result<RemoteDocument, RemoteError> {
    Ok(RemoteDocument {
        id: DocumentId::parse(&item.id).map_err(|_| malformed("id"))?,
        entry: LedgerIndex(item.entry),
        ledger_size: item.ledger_size,
        stored_at: Timestamp::parse(&item.stored_at).ok_or_else(|| malformed("time"))?,
        bytes: item.bytes,
        sha256: Digest::from_hex(&item.sha256).ok_or_else(|| malformed("SHA-256"))?,
        media_type: item.media_type,
        description: item.description.into_iter().collect(),
    })
}

fn field(answer: FieldAnswer) -> Result<Opening, RemoteError> {
    let salt = Digest::from_hex(&answer.salt).map(Salt).ok_or_else(|| malformed("salt"))?;
    let value = hex::decode(&answer.value_hex).map_err(|_| malformed("value"))?;
    Ok(Opening { field: answer.field, salt, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_the_subject() {
        let case = CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").unwrap();
        let document = DocumentId::parse("0192f0c1-7c1e-7c7a-b1f4-000000000001").unwrap();
        assert_eq!(subject(case, None), "cases/0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11");
        let path = "cases/0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11/documents/0192f0c1-7c1e-7c7a-b1f4-000000000001";
        assert_eq!(subject(case, Some(document)), path);
    }

    #[test]
    fn an_answer_with_a_wrong_field_is_refused() {
        let item = |sha256: &str, stored_at: &str| DocumentItem {
            id: "0192f0c1-7c1e-7c7a-b1f4-000000000001".to_owned(),
            description: BTreeMap::new(),
            media_type: "text/plain".to_owned(),
            bytes: 5,
            sha256: sha256.to_owned(),
            stored_at: stored_at.to_owned(),
            entry: 7,
            ledger_size: 9,
        };
        let good = document(item(&"ab".repeat(32), "2026-11-20T08:00:00Z")).unwrap();
        assert_eq!((good.bytes, good.entry.0, good.ledger_size), (5, 7, 9));
        for bad in [item("ab", "2026-11-20T08:00:00Z"), item(&"AB".repeat(32), "2026-11-20T08:00:00Z"), item(&"ab".repeat(32), "today")] {
            assert!(matches!(document(bad), Err(RemoteError::Malformed(_))));
        }
        assert!(field(FieldAnswer { field: "sub.case".to_owned(), salt: "00".to_owned(), value_hex: String::new() }).is_err());
    }
}

//! A vault of a running archive, and what the commands about retention do with it: read, file, page through.

use serde_json::Value;

use super::client::{Answered, CertificateForm, Client, ClientError, ConnectionArguments, Content, percent_encoded, words};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::table::items;
use crate::limits::PAGE_ITEMS_MAX;
use crate::model::{CaseId, DocumentId, NoteId, VaultName};
use crate::sys::random;

/// Which vault of which archive.
#[derive(Debug, clap::Args)]
pub struct SessionArguments {
    /// The vault; by default the one of the profile
    #[arg(long, value_name = "VAULT")]
    vault: Option<String>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// The id of what is filed.
#[derive(Debug, clap::Args)]
pub struct IdArguments {
    /// Id of what is filed, a UUID; a random one by default. Give it when you repeat a command, so that nothing is filed twice
    #[arg(long, value_name = "UUID", value_parser = NoteId::parse)]
    id: Option<NoteId>,
}

/// A vault that is talked to.
pub struct Session {
    client: Client,
    vault: VaultName,
}

impl SessionArguments {
    /// The vault that is meant. Nothing is sent yet.
    pub fn open(&self) -> anyhow::Result<Session> {
        let connection = self.connection.resolve().map_err(|error| Failure::error(Exit::Usage, error.in_words(words())))?;
        let vault = super::vault_argument(self.vault.as_deref(), &connection)?;
        Ok(Session { client: Client::new(&connection)?, vault })
    }
}

impl IdArguments {
    /// The id that was given, or a random one.
    pub fn id(&self) -> NoteId {
        self.id.unwrap_or_else(random_id)
    }
}

impl Session {
    /// A session of `client` in `vault`.
    pub fn new(client: Client, vault: VaultName) -> Self {
        Self { client, vault }
    }

    /// The vault.
    pub fn vault(&self) -> &VaultName {
        &self.vault
    }

    /// The case that is meant, by its id or else by the office's own name for it.
    pub async fn case(&self, given: &str) -> anyhow::Result<CaseId> {
        if let Ok(id) = CaseId::parse(given) {
            return Ok(id);
        }
        let found = self.client.find_case(&self.vault, given).await?;
        found.ok_or_else(|| Failure::error(Exit::NotFound, words().told("cli-case-unknown", &[("given", given.into())])))
    }

    /// The document of a case that is meant, by its id or else by its title or the name of its file.
    pub async fn document(&self, case: CaseId, given: &str) -> anyhow::Result<DocumentId> {
        if let Ok(id) = DocumentId::parse(given) {
            return Ok(id);
        }
        let mut found = Vec::new();
        self.pages(&format!("cases/{case}/documents"), &[], |page| {
            found.extend(named(page, given));
            Ok(())
        })
        .await?;
        let failure = |exit, name| Failure::error(exit, words().told(name, &[("given", given.into())]));
        match found[..] {
            [document] => Ok(document),
            [] => Err(failure(Exit::NotFound, "cli-document-unknown")),
            _ => Err(failure(Exit::Usage, "cli-document-ambiguous")),
        }
    }

    /// Reads what lies below the vault under `path`.
    pub async fn get(&self, path: &str) -> Result<Value, ClientError> {
        self.client.get_json(&self.path(path)).await
    }

    /// Reads the certificate of an order, piece by piece.
    pub async fn certificate(
        &self,
        order: NoteId,
        form: CertificateForm,
        take: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<(), ClientError> {
        self.client.certificate(&self.vault, order, form, take).await
    }

    /// Reads the bag of an export, piece by piece.
    pub async fn bag(&self, export: NoteId, take: impl FnMut(&[u8]) -> std::io::Result<()>) -> Result<(), ClientError> {
        self.client.bag(&self.vault, export, take).await
    }

    /// The key of the vault's ledger, as the archive itself says it.
    pub async fn verifier_key(&self) -> Result<String, ClientError> {
        self.client.verifier_key(&self.vault).await
    }

    /// Reads a text that lies below the vault under `path`.
    pub async fn text(&self, path: &str) -> Result<String, ClientError> {
        let bytes = self.client.get(&self.path(path)).await?;
        String::from_utf8(bytes.to_vec()).map_err(|error| ClientError::Answer(error.to_string()))
    }

    /// Reads all pages of a list, one after the other.
    pub async fn pages(
        &self,
        path: &str,
        query: &[(&str, &str)],
        mut take: impl FnMut(&Value) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let limit = PAGE_ITEMS_MAX.to_string();
        let mut cursor: Option<String> = None;
        loop {
            let parameters =
                query.iter().copied().chain([("limit", limit.as_str())]).chain(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let parameters: Vec<String> = parameters.map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
            let page = self.get(&format!("{path}?{}", parameters.join("&"))).await?;
            take(&page)?;
            let next = page["next"].as_str().map(ToOwned::to_owned);
            // The same place again would never end.
            if next.is_none() || next == cursor {
                return Ok(());
            }
            cursor = next;
        }
    }

    /// Files something whose id is part of the path.
    pub async fn put(&self, path: &str, id: NoteId, json: Value) -> anyhow::Result<Answered> {
        self.client.put(&self.path(path), Content::Json(json)).await.map_err(|error| not_filed(id, error))
    }

    /// Files something whose id is in the content.
    pub async fn post(&self, path: &str, id: NoteId, json: Value) -> anyhow::Result<Answered> {
        self.client.post(&self.path(path), Content::Json(json)).await.map_err(|error| not_filed(id, error))
    }

    /// Sends something that has no id of its own.
    pub async fn ask(&self, path: &str, content: Content) -> Result<Answered, ClientError> {
        self.client.post(&self.path(path), content).await
    }

    fn path(&self, path: &str) -> String {
        format!("/v1/vaults/{}/{path}", self.vault)
    }
}

/// The documents of a page with exactly this title or file name.
fn named(page: &Value, given: &str) -> impl Iterator<Item = DocumentId> {
    let is_named = move |item: &&Value| ["title", "file_name"].iter().any(|name| item["description"][name].as_str() == Some(given));
    items(&page["items"]).filter(is_named).filter_map(|item| DocumentId::parse(item["id"].as_str()?).ok())
}

/// Says what was filed: the archive's own answer, or a line for people that begins with the message of this name.
pub fn report_filed(output: Output, what: &str, id: NoteId, answered: &Answered) -> anyhow::Result<Exit> {
    report_filed_with(output, what, id, answered, "")
}

/// The same with something more about it.
pub fn report_filed_with(output: Output, what: &str, id: NoteId, answered: &Answered, more: &str) -> anyhow::Result<Exit> {
    let there = if answered.created { String::new() } else { words().label("cli-there-already") };
    let parts = [words().label(what), id.to_string(), more.to_owned(), there];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    output.result(&answered.json, &format!("{}\n", parts.join("  ")))?;
    Ok(Exit::Done)
}

/// Whoever got a random id must learn it when it may have been used.
fn not_filed(id: NoteId, error: ClientError) -> anyhow::Error {
    match error.is_passing() {
        true => anyhow::Error::new(error).context(words().told("cli-perhaps-filed", &[("id", id.to_string().into())])),
        false => anyhow::Error::new(error),
    }
}

/// A UUID of version 4 (RFC 9562 section 5.4).
pub fn random_id() -> NoteId {
    let mut bytes = random::bytes::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    NoteId::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_found_by_the_whole_of_its_title_or_file_name() {
        let ids = [1, 2, 3].map(|number| format!("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e0{number}"));
        let described = |id: &String, title: &str, file: &str| json!({ "id": id, "description": { "title": title, "file_name": file } });
        let items =
            [described(&ids[0], "a/x.pdf", "x.pdf"), described(&ids[1], "b/x.pdf", "x.pdf"), json!({ "id": ids[2], "description": {} })];
        let page = json!({ "items": items });
        for (given, expected) in [("a/x.pdf", &ids[..1]), ("x.pdf", &ids[..2]), ("x", &ids[..0]), ("", &ids[..0])] {
            assert_eq!(named(&page, given).map(|id| id.to_string()).collect::<Vec<_>>(), expected, "{given}");
        }
    }

    #[test]
    fn random_ids_are_ids() {
        let (one, two) = (random_id(), random_id());
        assert_ne!(one, two);
        assert_eq!((one.as_bytes()[6] >> 4, one.as_bytes()[8] >> 6), (4, 0b10));
        assert_eq!(NoteId::parse(&one.to_string()), Ok(one));
    }
}

//! Reading bags, which may be as long as the archive is large.

use std::io;

use http_body_util::{BodyExt, Full};
use hyper::Request;

use super::connection::{Client, next_piece};
use super::error::ClientError;
use super::retry::Patience;
use crate::model::{NoteId, VaultName};

impl Client {
    /// Reads the bag of an export piece by piece. It is whole only when this returns.
    pub async fn bag(&self, vault: &VaultName, export: NoteId, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> Result<(), ClientError> {
        let build = |uri: String| Request::builder().uri(uri).body(Full::default().map_err(|never| match never {}).boxed_unsync());
        let mut answer = self.send(Patience::FIRST, &format!("/v1/vaults/{vault}/exports/{export}/bag"), 0, build).await?;
        while let Some(piece) = next_piece(&mut answer).await? {
            take(&piece).map_err(|error| ClientError::File { what: "the bytes cannot be written".to_owned(), error })?;
        }
        Ok(())
    }
}

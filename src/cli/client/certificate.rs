//! Reading certificates of destruction, which may be as long as their orders.

use std::io;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderValue};

use super::connection::{Client, next_piece};
use super::error::ClientError;
use super::retry::Patience;
use crate::model::{NoteId, VaultName};
use crate::words::Language;

/// In which form a certificate is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateForm {
    /// The file that is checked and filed away.
    File,
    /// The page for people.
    Page(Language),
}

impl Client {
    /// Reads the certificate of an order piece by piece. It is whole only when this returns.
    pub async fn certificate(
        &self,
        vault: &VaultName,
        order: NoteId,
        form: CertificateForm,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), ClientError> {
        let (media_type, language) = match form {
            CertificateForm::File => ("application/json", None),
            CertificateForm::Page(language) => ("text/html", Some(language.tag())),
        };
        let build = |uri: String| {
            let mut request = Request::builder().uri(uri).header(ACCEPT, media_type);
            if let (Some(headers), Some(language)) = (request.headers_mut(), language) {
                headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language));
            }
            request.body(Full::default().map_err(|never| match never {}).boxed_unsync())
        };
        let path = format!("/v1/vaults/{vault}/orders/{order}/certificate");
        let mut answer = self.send(Patience::FIRST, &path, 0, build).await?;
        while let Some(piece) = next_piece(&mut answer).await? {
            take(&piece).map_err(|error| ClientError::File { what: "the bytes cannot be written".to_owned(), error })?;
        }
        Ok(())
    }
}

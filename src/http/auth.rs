//! The gate: who asks, and for which vault. Every handler of a vault takes one of these extractors, and there is no other way to a [`Vault`].
//!
//! A vault that the certificate does not name is refused before the archive is asked, so that the answer neither says nor shows by its
//! duration whether such a vault exists.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::http::request::Parts;
use rustls::pki_types::CertificateDer;

use super::app::App;
use super::error::{Code, Problem, internal};
use crate::access::{AccessError, Credentials};
use crate::archive::Vault;
use crate::model::{CaseId, DocumentId, IdError, NoteId, Principal, Refusal, VaultName};

/// Who is at the other end of a connection: found out once, after the handshake.
pub(super) struct Caller {
    certificate: Option<CertificateDer<'static>>,
    principal: Result<Arc<Principal>, AccessError>,
}

impl Caller {
    /// Finds out whom the certificate of a connection names.
    pub(super) fn new(app: &App, certificate: Option<CertificateDer<'static>>) -> Self {
        let credentials = Credentials { certificate: certificate.as_ref(), authorization: None };
        let principal = app.authenticator.authenticate(&credentials).map(Arc::new);
        Self { certificate, principal }
    }

    /// Whether the certificate names somebody.
    pub(super) fn is_known(&self) -> bool {
        self.principal.is_ok()
    }

    /// The principal of a request. What a request adds to the certificate is looked at for each request anew.
    pub(super) fn principal(&self, app: &App, headers: &HeaderMap) -> Result<Arc<Principal>, Problem> {
        let Some(authorization) = headers.get(AUTHORIZATION) else { return self.principal.clone().map_err(not_recognised) };
        let credentials = Credentials { certificate: self.certificate.as_ref(), authorization: Some(authorization.as_bytes()) };
        app.authenticator.authenticate(&credentials).map(Arc::new).map_err(not_recognised)
    }
}

/// Why exactly is for the log: an attacker learns only that it did not work.
fn not_recognised(error: AccessError) -> Problem {
    tracing::debug!(%error, "client not recognised");
    match error {
        AccessError::NoCertificate | AccessError::Certificate(_) => Problem::new(Code::ClientNotRecognised),
        AccessError::TokenNotSupported => Problem::new(Code::TokenNotSupported),
    }
}

/// A vault that exists for who asks.
pub(super) struct InVault {
    /// The vault.
    pub(super) vault: Vault,
    /// Who asks.
    pub(super) by: Arc<Principal>,
}

impl InVault {
    fn enter(parts: &Parts, app: &App, path: &RawPathParams) -> Result<Self, Problem> {
        let principal = parts.extensions.get::<Arc<Principal>>().ok_or(Code::ClientNotRecognised)?;
        let unknown = || Problem::new(Refusal::VaultUnknown.into());
        let name = VaultName::parse(segment(path, "vault")?).map_err(|_| unknown())?;
        if !principal.may_use(&name) {
            return Err(unknown());
        }
        Ok(Self { vault: app.archive.vault(&name)?, by: Arc::clone(principal) })
    }
}

impl FromRequestParts<Arc<App>> for InVault {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = path(parts).await?;
        Self::enter(parts, app, &path)
    }
}

/// A vault, and the id of a case that may or may not be in it.
pub(super) struct InCase {
    /// The vault.
    pub(super) vault: Vault,
    /// Who asks.
    pub(super) by: Arc<Principal>,
    /// The case.
    pub(super) case: CaseId,
}

impl FromRequestParts<Arc<App>> for InCase {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = path(parts).await?;
        let InVault { vault, by } = InVault::enter(parts, app, &path)?;
        Ok(Self { vault, by, case: id(&path, "case", CaseId::parse)? })
    }
}

/// A vault, and the ids of a case and a document that may or may not be in it.
pub(super) struct InDocument {
    /// The vault.
    pub(super) vault: Vault,
    /// Who asks.
    pub(super) by: Arc<Principal>,
    /// The case.
    pub(super) case: CaseId,
    /// The document.
    pub(super) document: DocumentId,
}

impl FromRequestParts<Arc<App>> for InDocument {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = path(parts).await?;
        let InVault { vault, by } = InVault::enter(parts, app, &path)?;
        Ok(Self { vault, by, case: id(&path, "case", CaseId::parse)?, document: id(&path, "document", DocumentId::parse)? })
    }
}

/// A vault, a case, and the id of a matter that may or may not be in it.
pub(super) struct InMatter {
    /// The vault.
    pub(super) vault: Vault,
    /// Who asks.
    pub(super) by: Arc<Principal>,
    /// The case.
    pub(super) case: CaseId,
    /// The matter.
    pub(super) matter: NoteId,
}

impl FromRequestParts<Arc<App>> for InMatter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = path(parts).await?;
        let InVault { vault, by } = InVault::enter(parts, app, &path)?;
        Ok(Self { vault, by, case: id(&path, "case", CaseId::parse)?, matter: id(&path, "matter", NoteId::parse)? })
    }
}

/// A vault, and the id of something that may or may not be in its registers: the last parameter of the path.
pub(super) struct InRegister {
    /// The vault.
    pub(super) vault: Vault,
    /// Who asks.
    pub(super) by: Arc<Principal>,
    /// The hold, proposal, batch, box, order, export or note.
    pub(super) id: NoteId,
}

/// What the path calls what lies in the registers.
const REGISTERS: [&str; 8] = ["hold", "overlay", "proposal", "batch", "box", "order", "export", "note"];

impl FromRequestParts<Arc<App>> for InRegister {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = path(parts).await?;
        let InVault { vault, by } = InVault::enter(parts, app, &path)?;
        let name = REGISTERS.into_iter().find(|name| path.iter().any(|(key, _)| key == *name)).unwrap_or(REGISTERS[0]);
        Ok(Self { vault, by, id: id(&path, name, NoteId::parse)? })
    }
}

async fn path(parts: &mut Parts) -> Result<RawPathParams, Problem> {
    RawPathParams::from_request_parts(parts, &()).await.map_err(|error| internal("a route has no parameters", &error))
}

fn segment<'a>(path: &'a RawPathParams, name: &'static str) -> Result<&'a str, Problem> {
    let found = path.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    found.ok_or_else(|| internal("a route lacks a parameter", &name))
}

fn id<T>(path: &RawPathParams, name: &'static str, parse: impl Fn(&str) -> Result<T, IdError>) -> Result<T, Problem> {
    parse(segment(path, name)?).map_err(|_| Problem::new(Code::IdMalformed).with(name))
}

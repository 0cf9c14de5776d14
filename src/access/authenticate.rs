//! The seam behind which every way of proving an identity lies.

use rustls::pki_types::CertificateDer;

use super::certificate::{self, CertificateError};
use crate::model::Principal;

/// What a request brings along to prove who sends it.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The client's certificate, as verified in the TLS handshake.
    pub certificate: Option<&'a CertificateDer<'a>>,
    /// The value of the `Authorization` header.
    pub authorization: Option<&'a [u8]>,
}

/// Why a request has no identity. The variants are for the log; clients learn only that they were not recognised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// The connection has no client certificate.
    #[error("the connection has no client certificate")]
    NoCertificate,
    /// The certificate names nobody we know.
    #[error("the client certificate names no application: {0}")]
    Certificate(#[from] CertificateError),
    /// A token came along. Ignoring it would let its sender believe that it had been checked.
    #[error("this archive does not accept tokens: leave the Authorization header out")]
    TokenNotSupported,
}

/// Finds out who sends a request.
pub trait Authenticator: Send + Sync {
    /// The principal, or why there is none.
    fn authenticate(&self, credentials: &Credentials<'_>) -> Result<Principal, AccessError>;
}

/// Identity by client certificate alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct CertificateAuthenticator;

impl Authenticator for CertificateAuthenticator {
    fn authenticate(&self, credentials: &Credentials<'_>) -> Result<Principal, AccessError> {
        if credentials.authorization.is_some() {
            return Err(AccessError::TokenNotSupported);
        }
        let certificate = credentials.certificate.ok_or(AccessError::NoCertificate)?;
        Ok(certificate::principal(certificate)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::issue::{Authority, Validity};
    use super::*;
    use crate::model::{ApplicationName, Timestamp, VaultName};

    #[test]
    fn only_a_certificate_and_nothing_but_a_certificate() {
        let time = |text| Timestamp::parse(text).expect("must parse");
        let validity = Validity { not_before: time("2026-01-01T00:00:00Z"), not_after: time("2027-01-01T00:00:00Z") };
        let (authority, _) = Authority::create("test", validity).expect("must be created");
        let application = ApplicationName::parse("eakte").expect("must parse");
        let vault = VaultName::parse("demo").expect("must parse");
        let der = authority.issue_client(&application, std::slice::from_ref(&vault), validity).expect("must be issued").certificate_der();

        let door = CertificateAuthenticator;
        let with = |certificate, authorization| door.authenticate(&Credentials { certificate, authorization });
        let principal = with(Some(&der), None).expect("must be known");
        assert_eq!((principal.application.as_str(), principal.may_use(&vault)), ("eakte", true));
        assert_eq!(with(None, None), Err(AccessError::NoCertificate));
        assert_eq!(with(Some(&der), Some(b"Bearer x")), Err(AccessError::TokenNotSupported));
        let broken = CertificateDer::from(vec![0x30, 0x80]);
        assert_eq!(with(Some(&broken), None), Err(AccessError::Certificate(CertificateError::Unreadable)));
    }
}

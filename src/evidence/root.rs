//! Roots: the certificates from which the caller lets trust begin.

use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, KeyUsage};

use super::certificate::Certificate;
use super::der::oid;
use super::signed_data::SignatureError;
use crate::limits::EVIDENCE_ROOTS_MAX;
use crate::model::Timestamp;

/// Certificates that may vouch for others.
#[derive(Debug, Clone)]
pub struct TrustRoots {
    anchors: Vec<TrustAnchor<'static>>,
}

/// From whom trust begins, where it may be that nobody is trusted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Vouching<'a> {
    /// The signer's certificate must lead to one of these.
    To(&'a TrustRoots),
    /// Nobody is asked: what comes out was signed by some certificate, whoever that is of.
    Nobody,
}

impl Vouching<'_> {
    /// Asks whoever is trusted.
    pub(super) fn vouch_for(
        self,
        certificate: &Certificate<'_>,
        others: &[&[u8]],
        at: Timestamp,
        purpose: ChainPurpose,
    ) -> Result<(), SignatureError> {
        match self {
            Self::To(roots) => roots.vouch_for(certificate, others, at, purpose),
            Self::Nobody => Ok(()),
        }
    }
}

/// Why there are no roots in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootsError {
    /// Not PEM.
    #[error("it cannot be read as PEM")]
    Pem,
    /// PEM without certificates.
    #[error("it has no certificate (-----BEGIN CERTIFICATE-----)")]
    Empty,
    /// More than are read.
    #[error("it has more than {EVIDENCE_ROOTS_MAX} certificates")]
    TooMany,
    /// One of them is none.
    #[error("certificate {0} in it cannot be read as X.509")]
    Certificate(usize),
}

impl TrustRoots {
    /// The certificates in a PEM file.
    ///
    /// # Errors
    /// [`RootsError`], whole or not at all.
    pub fn from_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let mut anchors = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| RootsError::Pem)?;
            if anchors.len() == EVIDENCE_ROOTS_MAX {
                return Err(RootsError::TooMany);
            }
            let anchor = webpki::anchor_from_trusted_cert(&certificate).map_err(|_| RootsError::Certificate(anchors.len() + 1))?;
            anchors.push(anchor.to_owned());
        }
        if anchors.is_empty() { Err(RootsError::Empty) } else { Ok(Self { anchors }) }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.anchors.len()
    }

    /// Whether `certificate` leads to one of the roots over `others`, all of them valid at `at` (RFC 5280 section 6).
    fn vouch_for(
        &self,
        certificate: &Certificate<'_>,
        others: &[&[u8]],
        at: Timestamp,
        purpose: ChainPurpose,
    ) -> Result<(), SignatureError> {
        let verified = self.verify_chain(certificate, others, at, purpose);
        verified.map_err(|error| SignatureError::Untrusted(reason(&error)))
    }

    fn verify_chain(
        &self,
        certificate: &Certificate<'_>,
        others: &[&[u8]],
        at: Timestamp,
        purpose: ChainPurpose,
    ) -> Result<(), webpki::Error> {
        let leaf = CertificateDer::from(certificate.raw());
        let others: Vec<CertificateDer<'_>> = others.iter().map(|der| CertificateDer::from(*der)).collect();
        let seconds = u64::try_from(at.seconds()).map_err(|_| webpki::Error::InvalidCertValidity)?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let parsed = EndEntityCert::try_from(&leaf)?;
        parsed.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &self.anchors, &others, time, purpose, None, None).map(|_| ())
    }
}

/// Why nobody vouches, in words for the cases that happen.
fn reason(error: &webpki::Error) -> String {
    match error {
        webpki::Error::UnknownIssuer => {
            "nobody among the trusted roots has issued it, directly or through the certificates that came with it".to_owned()
        }
        webpki::Error::CertExpired { .. } => "a certificate had run out at that time".to_owned(),
        webpki::Error::CertNotValidYet { .. } => "a certificate was not valid yet at that time".to_owned(),
        other => other.to_string(),
    }
}

/// What the certificates of a chain must be made for, where they say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainPurpose {
    /// Signatures of any kind: certificates for seals say many things or nothing.
    Any,
    /// Time-stamps. Whether the signer's own certificate says so, and nothing else, is asked separately.
    TimeStamping,
}

impl ExtendedKeyUsageValidator for ChainPurpose {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        match self {
            Self::Any => Ok(()),
            Self::TimeStamping => KeyUsage::required_if_present(oid::TIME_STAMPING).validate(purposes),
        }
    }
}

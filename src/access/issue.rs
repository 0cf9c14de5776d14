//! Issuing certificates for `aktenfest dev` and `aktenfest init`. In production an office's own authority does this.

use std::net::IpAddr;
use std::path::Path;

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SanType,
};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::certificate::{deputy_urn, person_urn, vault_urn};
use super::files::{FileError, MODE_PUBLIC, MODE_SECRET, write_new};
use crate::limits::DEPUTIES_MAX;
use crate::model::{ApplicationName, PersonName, Timestamp, VaultName};

/// Why a certificate was not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The certificate could not be made, or a key could not be read.
    #[error("the certificate cannot be issued: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A client certificate without a vault would open nothing.
    #[error("a client certificate needs at least one vault")]
    NoVault,
    /// Nobody deputises for herself, or for half the office.
    #[error("a person deputises for at most {DEPUTIES_MAX} others, and not for herself")]
    Deputy,
    /// The end lies before the beginning.
    #[error("a certificate cannot end before it begins")]
    Validity,
}

/// From when to when a certificate is valid, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second.
    pub not_before: Timestamp,
    /// Last second.
    pub not_after: Timestamp,
}

/// A certificate with its private key.
pub struct Issued {
    certificate: rcgen::Certificate,
    key_pem: Zeroizing<String>,
}

impl Issued {
    /// The certificate in PEM.
    pub fn certificate_pem(&self) -> String {
        self.certificate.pem()
    }

    /// The certificate in DER.
    pub fn certificate_der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    /// The private key in PEM (PKCS #8).
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Writes both files. The key is written first: a certificate that is there means that its key is there too.
    pub fn write(&self, certificate: &Path, key: &Path) -> Result<(), FileError> {
        write_new(key, self.key_pem.as_bytes(), MODE_SECRET)?;
        write_new(certificate, self.certificate_pem().as_bytes(), MODE_PUBLIC)
    }
}

/// An authority that issues certificates: its name and its key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new authority with a self-signed certificate. `name` becomes its common name.
    pub fn create(name: &str, validity: Validity) -> Result<(Self, Issued), IssueError> {
        let params = Self::parameters(name, Some(validity))?;
        let key = KeyPair::generate()?;
        let issued = Issued { certificate: params.self_signed(&key)?, key_pem: Zeroizing::new(key.serialize_pem()) };
        Ok((Self { issuer: Issuer::new(params, key) }, issued))
    }

    /// The authority that was created under the same name with this key.
    pub fn open(name: &str, key_pem: &str) -> Result<Self, IssueError> {
        Ok(Self { issuer: Issuer::new(Self::parameters(name, None)?, KeyPair::from_pem(key_pem)?) })
    }

    /// A certificate for a server that is reached under these names and addresses.
    pub fn issue_server(&self, dns_names: &[&str], addresses: &[IpAddr], validity: Validity) -> Result<Issued, IssueError> {
        let mut names = Vec::new();
        for name in dns_names {
            names.push(SanType::DnsName(Ia5String::try_from(*name)?));
        }
        names.extend(addresses.iter().copied().map(SanType::IpAddress));
        self.issue(dns_names.first().unwrap_or(&"server"), names, ExtendedKeyUsagePurpose::ServerAuth, validity)
    }

    /// A certificate that lets `application` into `vaults`.
    pub fn issue_client(&self, application: &ApplicationName, vaults: &[VaultName], validity: Validity) -> Result<Issued, IssueError> {
        self.issue(application.as_str(), names_of_client(application, vaults)?, ExtendedKeyUsagePurpose::ClientAuth, validity)
    }

    /// A certificate that lets `application` into `vaults`, in the hands of `person`: what needs two persons needs two of these.
    pub fn issue_person(
        &self,
        application: &ApplicationName,
        vaults: &[VaultName],
        person: &PersonName,
        validity: Validity,
    ) -> Result<Issued, IssueError> {
        self.issue_deputy(application, vaults, (person, &[]), validity)
    }

    /// The same for a person who deputises for others: beside none of them that person is a second one.
    ///
    /// # Errors
    /// [`IssueError::Deputy`] for names that would make the certificate useless.
    pub fn issue_deputy(
        &self,
        application: &ApplicationName,
        vaults: &[VaultName],
        (person, deputy_of): (&PersonName, &[PersonName]),
        validity: Validity,
    ) -> Result<Issued, IssueError> {
        if deputy_of.contains(person) || deputy_of.len() > DEPUTIES_MAX {
            return Err(IssueError::Deputy);
        }
        let mut names = names_of_client(application, vaults)?;
        for name in [person_urn(person)].into_iter().chain(deputy_of.iter().map(deputy_urn)) {
            names.push(SanType::URI(Ia5String::try_from(name)?));
        }
        self.issue(person.as_str(), names, ExtendedKeyUsagePurpose::ClientAuth, validity)
    }

    /// A certificate with which an office signs what leaves the archive (RFC 9336: signing of documents).
    pub fn issue_signer(&self, name: &str, validity: Validity) -> Result<Issued, IssueError> {
        const DOCUMENT_SIGNING: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 3, 36];
        self.issue(name, Vec::new(), ExtendedKeyUsagePurpose::Other(DOCUMENT_SIGNING.to_vec()), validity)
    }

    fn issue(
        &self,
        common_name: &str,
        names: Vec<SanType>,
        purpose: ExtendedKeyUsagePurpose,
        validity: Validity,
    ) -> Result<Issued, IssueError> {
        let mut params = parameters(common_name, Some(validity))?;
        params.subject_alt_names = names;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Issued { certificate, key_pem: Zeroizing::new(key.serialize_pem()) })
    }

    fn parameters(name: &str, validity: Option<Validity>) -> Result<CertificateParams, IssueError> {
        let mut params = parameters(name, validity)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(params)
    }
}

fn names_of_client(application: &ApplicationName, vaults: &[VaultName]) -> Result<Vec<SanType>, IssueError> {
    if vaults.is_empty() {
        return Err(IssueError::NoVault);
    }
    vaults.iter().map(|vault| Ok(SanType::URI(Ia5String::try_from(vault_urn(vault, application))?))).collect()
}

fn parameters(common_name: &str, validity: Option<Validity>) -> Result<CertificateParams, IssueError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    if let Some(Validity { not_before, not_after }) = validity {
        if not_after < not_before {
            return Err(IssueError::Validity);
        }
        params.not_before += seconds_between(SECONDS_OF_DEFAULT_BEGIN, not_before)?;
        params.not_after = params.not_before + seconds_between(not_before.seconds(), not_after)?;
    }
    Ok(params)
}

/// The library's default begin, 1975-01-01T00:00:00Z. Times are reached by adding to it, so that its time library stays its own affair.
const SECONDS_OF_DEFAULT_BEGIN: i64 = 157_766_400;

fn seconds_between(from: i64, to: Timestamp) -> Result<std::time::Duration, IssueError> {
    let seconds = u64::try_from(to.seconds() - from).map_err(|_| IssueError::Validity)?;
    Ok(std::time::Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::super::certificate::principal;
    use super::*;

    #[test]
    fn a_client_certificate_needs_a_vault_and_an_end_after_its_begin() {
        let time = |text| Timestamp::parse(text).expect("must parse");
        let (early, late) = (time("2026-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
        let good = Validity { not_before: early, not_after: late };
        let (authority, _) = Authority::create("test", good).expect("must be created");
        let application = ApplicationName::parse("x").expect("must parse");
        assert!(matches!(authority.issue_client(&application, &[], good), Err(IssueError::NoVault)));
        let backwards = Validity { not_before: late, not_after: early };
        assert!(matches!(authority.issue_server(&["localhost"], &[], backwards), Err(IssueError::Validity)));
        let before_the_library = Validity { not_before: time("1960-01-01T00:00:00Z"), not_after: late };
        assert!(matches!(Authority::create("test", before_the_library), Err(IssueError::Validity)));
    }

    #[test]
    fn a_certificate_names_the_person_who_holds_its_key() {
        let time = |text| Timestamp::parse(text).expect("must parse");
        let validity = Validity { not_before: time("2026-01-01T00:00:00Z"), not_after: time("2027-01-01T00:00:00Z") };
        let (authority, _) = Authority::create("test", validity).expect("must be created");
        let (application, vault) = (ApplicationName::parse("eakte").expect("must parse"), VaultName::parse("demo").expect("must parse"));
        let person = PersonName::parse("m-muster").expect("must parse");
        let vaults = std::slice::from_ref(&vault);
        let issued = authority.issue_person(&application, vaults, &person, validity).expect("must be issued");
        let named = principal(&issued.certificate_der()).expect("must name somebody");
        assert_eq!((&named.application, &named.person, named.may_use(&vault)), (&application, &Some(person.clone()), true));
        let issued = authority.issue_client(&application, vaults, validity).expect("must be issued");
        assert_eq!(principal(&issued.certificate_der()).expect("must name somebody").person, None);
        assert!(matches!(authority.issue_person(&application, &[], &person, validity), Err(IssueError::NoVault)));
    }
}

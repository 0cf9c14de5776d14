//! Detached signatures: CAdES-BES with the attributes of level B-B (EN 319 122-1 section 6.3), which `openssl cms -verify -cades` and the
//! programs of courts read.
//!
//! Two kinds of keys sign: ECDSA on P-256 and RSA (RSASSA-PKCS1-v1_5), both with SHA-256. What is signed comes as its SHA-256, so that a
//! manifest of any length is hashed once, where it is written.

use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;

use super::algorithm::HashAlgorithm;
use super::certificate::{Certificate, name_text};
use super::der::{context, integer, null, object_id, octet_string, oid, rfc5652_time, sequence, set_of, small_integer};
use super::root::{ChainPurpose, TrustRoots, Vouching};
use super::signed_data::{SignatureError, SignedData};
use crate::limits::{EVIDENCE_BYTES_MAX, EVIDENCE_CHAIN_MAX};
use crate::model::{Digest, Timestamp};

/// Why a key cannot sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CmsError {
    /// The file of certificates is not PEM, or empty.
    #[error("the file with the certificate cannot be read: PEM with the signer's certificate first is expected")]
    CertificateFile,
    /// A certificate among them cannot be read.
    #[error("certificate {0} in the file cannot be read as X.509")]
    Certificate(usize),
    /// More certificates than a chain has.
    #[error("the file has more than {EVIDENCE_CHAIN_MAX} certificates")]
    TooMany,
    /// The file of the key has no private key.
    #[error("the file with the key cannot be read: PEM with an unencrypted private key is expected")]
    KeyFile,
    /// Neither of the two kinds of keys.
    #[error("the key is neither ECDSA on P-256 nor RSA of 2048 bits or more")]
    KeyKind,
    /// Certificate and key do not belong together.
    #[error("the key is not that of the first certificate in the file")]
    KeyOfAnother,
    /// It is too early or too late for the certificate.
    #[error("the certificate is valid from {from} to {to}, and it is {at}")]
    Validity {
        /// First moment.
        from: Timestamp,
        /// Last moment.
        to: Timestamp,
        /// The time of the signature.
        at: Timestamp,
    },
    /// The library has refused, or has made something that does not verify.
    #[error("signing failed")]
    Failed,
}

/// A key with its certificate, and those that lead to the root.
pub struct Signer {
    certificates: Vec<CertificateDer<'static>>,
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
}

impl Signer {
    /// Reads the signer's certificate, with intermediate ones behind it, and the key (PKCS #8, PKCS #1 or SEC 1, unencrypted).
    ///
    /// # Errors
    /// [`CmsError`], also if the two do not belong together: it signs once to see.
    pub fn from_pem(certificate_pem: &[u8], key_pem: &[u8]) -> Result<Self, CmsError> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(certificate_pem)
            .map(|certificate| certificate.map(CertificateDer::into_owned).map_err(|_| CmsError::CertificateFile))
            .take(EVIDENCE_CHAIN_MAX + 1)
            .collect::<Result<_, _>>()?;
        if certificates.len() > EVIDENCE_CHAIN_MAX {
            return Err(CmsError::TooMany);
        }
        for (index, certificate) in certificates.iter().enumerate() {
            Certificate::parse(certificate).map_err(|_| CmsError::Certificate(index + 1))?;
        }
        let first = certificates.first().ok_or(CmsError::CertificateFile)?;
        let private = PrivateKeyDer::from_pem_slice(key_pem).map_err(|_| CmsError::KeyFile)?;
        let key = rustls::crypto::ring::sign::any_supported_type(&private).map_err(|_| CmsError::KeyKind)?;
        let offered = [SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::RSA_PKCS1_SHA256];
        let scheme = key.choose_scheme(&offered).ok_or(CmsError::KeyKind)?.scheme();
        let signer = Self { key, scheme, certificates: certificates.clone() };

        let probe =
            signer.sign_detached_at(Digest::sha256(b""), Certificate::parse(first).map_err(|_| CmsError::Certificate(1))?.not_before())?;
        let parsed = SignedData::parse(&probe).map_err(|_| CmsError::Failed)?;
        parsed.verify_signer(Digest::sha256(b"").as_bytes()).map_err(|_| CmsError::KeyOfAnother)?;
        Ok(signer)
    }

    /// The signer's name, for people.
    pub fn subject(&self) -> String {
        self.certificate().map(|certificate| name_text(certificate.subject())).unwrap_or_default()
    }

    /// Last moment at which it signs.
    pub fn not_after(&self) -> Timestamp {
        self.certificate().map_or(Timestamp::EPOCH, |certificate| certificate.not_after())
    }

    fn certificate(&self) -> Option<Certificate<'_>> {
        self.certificates.first().and_then(|der| Certificate::parse(der).ok())
    }

    /// Signs what has this SHA-256, and says that it was done at `when`. ECDSA gives other bytes every time.
    ///
    /// # Errors
    /// [`CmsError::Validity`] outside the time of the certificate: such a signature would be refused everywhere.
    pub fn sign_detached(&self, digest_sha256: Digest, when: Timestamp) -> Result<Vec<u8>, CmsError> {
        self.check_time(when)?;
        self.sign_detached_at(digest_sha256, when)
    }

    /// Looks whether the certificate is valid at `when`.
    ///
    /// # Errors
    /// [`CmsError::Validity`] if it is not.
    pub fn check_time(&self, when: Timestamp) -> Result<(), CmsError> {
        let certificate = self.certificate().ok_or(CmsError::Failed)?;
        let (from, to) = (certificate.not_before(), certificate.not_after());
        if (from..=to).contains(&when) { Ok(()) } else { Err(CmsError::Validity { from, to, at: when }) }
    }

    fn sign_detached_at(&self, digest: Digest, when: Timestamp) -> Result<Vec<u8>, CmsError> {
        let certificate = self.certificate().ok_or(CmsError::Failed)?;
        let attributes = signed_attributes(digest, when, &certificate);
        let to_sign = set_of(attributes.clone());
        let signature = self.key.choose_scheme(&[self.scheme]).and_then(|signer| signer.sign(&to_sign).ok()).ok_or(CmsError::Failed)?;
        let algorithm = match self.scheme {
            SignatureScheme::ECDSA_NISTP256_SHA256 => sequence(&[object_id(oid::ECDSA_SHA_256)]),
            _ => sequence(&[object_id(oid::RSA), null()]),
        };
        let sha256 = HashAlgorithm::Sha256.identifier();
        let signer = sequence(&[
            small_integer(1),
            sequence(&[certificate.issuer().to_vec(), integer(certificate.serial())]),
            sha256.clone(),
            context(0, &sorted(attributes)),
            algorithm,
            octet_string(&signature),
        ]);
        let signed_data = sequence(&[
            small_integer(1),
            set_of(vec![sha256]),
            sequence(&[object_id(oid::DATA)]),
            context(0, &sorted(self.certificates.iter().map(|certificate| certificate.to_vec()).collect())),
            set_of(vec![signer]),
        ]);
        Ok(sequence(&[object_id(oid::SIGNED_DATA), context(0, &[signed_data])]))
    }
}

fn sorted(mut members: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    members.sort_unstable();
    members
}

fn signed_attributes(digest: Digest, when: Timestamp, certificate: &Certificate<'_>) -> Vec<Vec<u8>> {
    let attribute = |kind: &[u8], value: Vec<u8>| sequence(&[object_id(kind), set_of(vec![value])]);
    // SHA-256 is the default of its field and therefore left out. The name of the issuer stands in the signer's name already.
    let named = sequence(&[octet_string(Digest::sha256(certificate.raw()).as_bytes())]);
    vec![
        attribute(oid::CONTENT_TYPE, object_id(oid::DATA)),
        attribute(oid::SIGNING_TIME, rfc5652_time(when)),
        attribute(oid::MESSAGE_DIGEST, octet_string(digest.as_bytes())),
        attribute(oid::SIGNING_CERTIFICATE_V2, sequence(&[sequence(&[named])])),
    ]
}

/// Who has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerReport {
    /// Name in the certificate.
    pub subject: String,
    /// Name of who issued it.
    pub issuer: String,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// The time that the signer claims; only a time-stamp over the signature proves one.
    pub claimed_time: Option<Timestamp>,
    /// Last moment of the certificate.
    pub not_after: Timestamp,
}

/// Verifies a detached signature over what has this SHA-256. The certificate must lead to a root at the time `at`: that of a time-stamp
/// over the signature if there is one, otherwise now.
///
/// # Errors
/// [`SignatureError`], and then nobody has signed.
pub fn verify_detached(der: &[u8], digest_sha256: Digest, roots: &TrustRoots, at: Timestamp) -> Result<SignerReport, SignatureError> {
    verify_with(der, digest_sha256, Vouching::To(roots), at)
}

/// The same without asking who vouches for the signer: what is found wrong is wrong for everybody, and what is not says nothing about who
/// has signed.
///
/// # Errors
/// [`SignatureError`], whatever of it needs no roots.
pub fn examine_detached(der: &[u8], digest_sha256: Digest) -> Result<SignerReport, SignatureError> {
    verify_with(der, digest_sha256, Vouching::Nobody, Timestamp::EPOCH)
}

fn verify_with(der: &[u8], digest_sha256: Digest, vouching: Vouching<'_>, at: Timestamp) -> Result<SignerReport, SignatureError> {
    if der.len() > EVIDENCE_BYTES_MAX {
        return Err(SignatureError::Form("it is too long"));
    }
    let signed = SignedData::parse(der)?;
    if signed.content_type != oid::DATA || signed.content.is_some() {
        return Err(SignatureError::Form("not a detached signature"));
    }
    if signed.signer.digest != HashAlgorithm::Sha256 {
        return Err(SignatureError::Algorithm("hash"));
    }
    let certificate = signed.verify_signer(digest_sha256.as_bytes())?;
    let claimed_time = match signed.signer.optional_attribute(oid::SIGNING_TIME, "signing-time")? {
        Some(value) => Some(value.time()?),
        None => None,
    };
    vouching.vouch_for(&certificate, &signed.certificates, at, ChainPurpose::Any)?;
    Ok(SignerReport {
        subject: name_text(certificate.subject()),
        issuer: name_text(certificate.issuer()),
        serial: hex::encode(certificate.serial()),
        claimed_time,
        not_after: certificate.not_after(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{content_digest, each_changed_byte, fixture, roots, strange_roots, time};
    use super::*;

    fn signer(name: &str) -> Result<Signer, CmsError> {
        Signer::from_pem(&fixture(&format!("{name}.crt")), &fixture(&format!("{}.key", name.trim_end_matches("-chain"))))
    }

    const WHEN: &str = "2027-01-02T03:04:05Z";

    #[test]
    fn what_was_signed_is_verified() {
        for (name, subject) in
            [("signer-ec", "CN=Export Signer, O=Test Archive, C=DE"), ("signer-rsa-chain", "CN=Export Signer RSA, O=Test Archive, C=DE")]
        {
            let signer = signer(name).unwrap();
            let signature = signer.sign_detached(content_digest(), time(WHEN)).unwrap();
            let report = verify_detached(&signature, content_digest(), &roots(), time("2027-06-01T00:00:00Z")).unwrap();
            assert_eq!((report.subject.as_str(), report.claimed_time), (subject, Some(time(WHEN))));
            assert_eq!((signer.subject(), signer.not_after()), (report.subject.clone(), report.not_after));
            assert_eq!(examine_detached(&signature, content_digest()), Ok(report.clone()));
            assert_eq!(examine_detached(&signature, Digest::sha256(b"other")), Err(SignatureError::Content));
            let mut forged = signature.clone();
            *forged.last_mut().unwrap() ^= 1;
            assert!(examine_detached(&forged, content_digest()).is_err(), "the signature itself stands last");
            let other = verify_detached(&signature, Digest::sha256(b"other"), &roots(), time(WHEN));
            assert_eq!(other, Err(SignatureError::Content));
            let untrusted = verify_detached(&signature, content_digest(), &strange_roots(), time(WHEN));
            assert!(matches!(untrusted, Err(SignatureError::Untrusted(_))), "{untrusted:?}");
            let expired = verify_detached(&signature, content_digest(), &roots(), time("2226-01-01T00:00:00Z"));
            assert!(matches!(expired, Err(SignatureError::Untrusted(_))), "{expired:?}");
        }
    }

    #[test]
    fn signatures_of_openssl_are_verified() {
        for (name, subject) in [("content-ec.p7s", "CN=Export Signer,"), ("content-pss.p7s", "CN=Export Signer RSA,")] {
            let report = verify_detached(&fixture(name), content_digest(), &roots(), time(WHEN)).unwrap();
            assert!(report.subject.starts_with(subject), "{report:?}");
            assert!(verify_detached(&fixture(name), Digest([0; 32]), &roots(), time(WHEN)).is_err());
        }
    }

    #[test]
    fn keys_that_do_not_fit_are_refused() {
        assert_eq!(signer("signer-ec384").err(), Some(CmsError::KeyKind));
        let with = |certificate: &str, key: &str| Signer::from_pem(&fixture(certificate), &fixture(key)).err();
        assert_eq!(with("signer-ec.crt", "tsa-ec.key"), Some(CmsError::KeyOfAnother));
        assert_eq!(with("signer-ec.crt", "signer-rsa.key"), Some(CmsError::KeyOfAnother));
        assert_eq!(with("content.txt", "signer-ec.key"), Some(CmsError::CertificateFile));
        assert_eq!(with("signer-ec.crt", "signer-ec.crt"), Some(CmsError::KeyFile));
        let early = signer("signer-ec").unwrap().sign_detached(content_digest(), time("2020-01-01T00:00:00Z"));
        assert!(matches!(early, Err(CmsError::Validity { .. })), "{early:?}");
    }

    /// A changed byte either makes the signature fall, or changes what nobody has signed and nothing is taken from.
    #[test]
    fn no_changed_byte_says_something_else() {
        let own = signer("signer-ec").unwrap().sign_detached(content_digest(), time(WHEN)).unwrap();
        let roots = roots();
        for signature in [own, fixture("content-ec.p7s"), fixture("content-pss.p7s")] {
            let original = verify_detached(&signature, content_digest(), &roots, time(WHEN)).unwrap();
            let mut accepted = 0;
            each_changed_byte(&signature, |at, changed| {
                if let Ok(report) = verify_detached(changed, content_digest(), &roots, time(WHEN)) {
                    assert_eq!(report, original, "byte {at}");
                    accepted += 1;
                }
            });
            assert_eq!(accepted, 0, "every byte of these is needed");
        }
    }
}

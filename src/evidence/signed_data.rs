//! SignedData (RFC 5652 section 5) with one signer and signed attributes: the envelope of detached signatures and of time-stamps.

use rustls::pki_types::CertificateDer;

use super::algorithm::{HashAlgorithm, SignatureAlgorithm};
use super::certificate::Certificate;
use super::der::{DerError, Element, Reader, oid, set_of, tag};
use crate::limits::EVIDENCE_LIST_MAX;

/// Why a signature or a time-stamp proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not the encoding that the standard says.
    #[error("it cannot be read: {0}")]
    Encoding(#[from] DerError),
    /// Another kind of content, version or number of signers.
    #[error("it is not what was expected: {0}")]
    Form(&'static str),
    /// An algorithm that is broken, or that this program does not have.
    #[error("its {0} is not one that is accepted")]
    Algorithm(&'static str),
    /// A signed attribute that must be there is not, or is there twice.
    #[error("the signed attribute {0} is missing or stands there more than once")]
    Attribute(&'static str),
    /// The signed digest is of something else.
    #[error("it was made over other bytes")]
    Content,
    /// The certificate that the signature names is not among those that came with it.
    #[error("the signer's certificate did not come with it")]
    NoCertificate,
    /// The signed attribute with the certificate's digest names another certificate.
    #[error("the signer's certificate is not the one that the signature names")]
    OtherCertificate,
    /// The signature is not by the key of the certificate.
    #[error("the signature is wrong")]
    Signature,
    /// The certificate leads to none of the roots, or was not valid at that time.
    #[error("the signer's certificate does not lead to a trusted root: {0}")]
    Untrusted(String),
    /// The certificate is for something else.
    #[error("the signer's certificate is not made for this, and for nothing else")]
    Purpose,
}

/// The envelope, unverified.
#[derive(Debug, Clone)]
pub struct SignedData<'a> {
    /// Object identifier of what is signed.
    pub content_type: &'a [u8],
    /// What is signed, unless it lies elsewhere.
    pub content: Option<&'a [u8]>,
    /// Certificates that came with it, in any order.
    pub certificates: Vec<&'a [u8]>,
    /// The one signer.
    pub signer: SignerInfo<'a>,
}

/// What the signer says.
#[derive(Debug, Clone)]
pub struct SignerInfo<'a> {
    id: SignerId<'a>,
    /// Hash of the content.
    pub digest: HashAlgorithm,
    /// Attribute by object identifier, with its one value.
    attributes: Vec<(&'a [u8], Element<'a>)>,
    /// The attributes as they were signed.
    signed_bytes: Vec<u8>,
    algorithm: SignatureAlgorithm,
    signature: &'a [u8],
}

#[derive(Debug, Clone)]
enum SignerId<'a> {
    IssuerAndSerial { issuer: &'a [u8], serial: &'a [u8] },
    SubjectKeyId(&'a [u8]),
}

impl<'a> SignedData<'a> {
    /// Reads ContentInfo with SignedData in it.
    pub fn parse(der: &'a [u8]) -> Result<Self, SignatureError> {
        let mut info = Element::only(der)?.expect(tag::SEQUENCE)?.reader();
        if info.object_id()? != oid::SIGNED_DATA {
            return Err(SignatureError::Form("not signed data"));
        }
        let mut explicit = info.expect(tag::context(0))?.reader();
        info.end()?;
        let mut fields = explicit.sequence()?;
        explicit.end()?;

        let version = fields.small_integer()?;
        let digests = fields.expect(tag::SET)?.reader().rest(EVIDENCE_LIST_MAX)?;
        let (content_type, content) = read_content(fields.sequence()?)?;
        let (certificates, other_certificates) = read_certificates(fields.optional(tag::context(0))?)?;
        let revocations = fields.optional(tag::context(1))?.map_or(Ok(Vec::new()), |list| list.reader().rest(EVIDENCE_LIST_MAX))?;
        let mut signers = fields.expect(tag::SET)?.reader();
        fields.end()?;
        let signer = SignerInfo::parse(signers.sequence()?)?;
        if !signers.is_empty() {
            return Err(SignatureError::Form("it has more than one signer"));
        }

        let has_other_revocations = revocations.iter().any(|list| list.tag != tag::SEQUENCE);
        let others = other_certificates.into_iter().map(version_of_other).chain(has_other_revocations.then_some(5));
        if version != expected_version(content_type, &signer.id, others) {
            return Err(SignatureError::Form("its version is not the one that its contents ask for"));
        }
        check_digests(&digests, signer.digest)?;
        Ok(Self { content_type, content, certificates, signer })
    }

    /// The certificate whose key has signed attributes that name this content type, this digest of the content and that certificate.
    /// Whether anybody vouches for the certificate is not asked here.
    pub fn verify_signer(&self, content_digest: &[u8]) -> Result<Certificate<'a>, SignatureError> {
        let signer = &self.signer;
        let content_type = signer.attribute(oid::CONTENT_TYPE, "content-type")?.expect(tag::OBJECT_ID)?;
        if content_type.contents != self.content_type {
            return Err(SignatureError::Form("the signed content type is another one"));
        }
        let signed_digest = signer.attribute(oid::MESSAGE_DIGEST, "message-digest")?.expect(tag::OCTET_STRING)?;
        if signed_digest.contents != content_digest {
            return Err(SignatureError::Content);
        }
        let certificate = self.signers_certificate()?;
        check_signing_certificate(signer.attribute(oid::SIGNING_CERTIFICATE_V2, "signing-certificate-v2")?, &certificate)?;
        signer.verify_signature(&certificate)?;
        Ok(certificate)
    }

    fn signers_certificate(&self) -> Result<Certificate<'a>, SignatureError> {
        for raw in &self.certificates {
            // Whoever put other certificates in need not be able to write them well.
            let Ok(certificate) = Certificate::parse(raw) else { continue };
            let is_named = match self.signer.id {
                SignerId::IssuerAndSerial { issuer, serial } => certificate.issuer() == issuer && certificate.serial() == serial,
                SignerId::SubjectKeyId(id) => certificate.subject_key_id() == Some(id),
            };
            if is_named {
                return Ok(certificate);
            }
        }
        Err(SignatureError::NoCertificate)
    }
}

impl<'a> SignerInfo<'a> {
    fn parse(mut fields: Reader<'a>) -> Result<Self, SignatureError> {
        let version = fields.small_integer()?;
        let (id, expected) = match fields.optional(tag::context_primitive(0))? {
            Some(key_id) => (SignerId::SubjectKeyId(key_id.contents), 3),
            None => {
                let mut names = fields.sequence()?;
                let (issuer, serial) = (names.expect(tag::SEQUENCE)?.raw, names.integer()?);
                names.end()?;
                (SignerId::IssuerAndSerial { issuer, serial }, 1)
            }
        };
        if version != expected {
            return Err(SignatureError::Form("the version of its signer is not the one that the signer's name asks for"));
        }
        let digest = HashAlgorithm::read(fields.sequence()?)?.ok_or(SignatureError::Algorithm("hash"))?;
        let signed = fields.optional(tag::context(0))?.ok_or(SignatureError::Form("it has no signed attributes"))?;
        let members = signed.reader().rest(EVIDENCE_LIST_MAX)?;
        let algorithm = SignatureAlgorithm::read(fields.sequence()?, digest)?.ok_or(SignatureError::Algorithm("kind of signature"))?;
        if algorithm.hash() != digest {
            return Err(SignatureError::Algorithm("combination of hash and signature"));
        }
        let signature = fields.octet_string()?;
        // Nobody has signed the attributes that may follow, so nothing is taken from them.
        fields.optional(tag::context(1))?;
        fields.end()?;
        let attributes = members.iter().map(|member| read_attribute(*member)).collect::<Result<_, _>>()?;
        // What was signed is their DER (RFC 5652 section 5.4): a SET, and sorted, which not everybody writes.
        let signed_bytes = set_of(members.iter().map(|member| member.raw.to_vec()).collect());
        Ok(Self { id, digest, attributes, signed_bytes, algorithm, signature })
    }

    /// The value of a signed attribute that must be there once.
    pub fn attribute(&self, object_id: &[u8], name: &'static str) -> Result<Element<'a>, SignatureError> {
        self.optional_attribute(object_id, name)?.ok_or(SignatureError::Attribute(name))
    }

    /// The value of a signed attribute that may be there once.
    pub fn optional_attribute(&self, object_id: &[u8], name: &'static str) -> Result<Option<Element<'a>>, SignatureError> {
        let mut found = self.attributes.iter().filter(|(kind, _)| *kind == object_id).map(|(_, value)| *value);
        let first = found.next();
        if found.next().is_some() { Err(SignatureError::Attribute(name)) } else { Ok(first) }
    }

    fn verify_signature(&self, certificate: &Certificate<'_>) -> Result<(), SignatureError> {
        let der = CertificateDer::from(certificate.raw());
        let key = webpki::EndEntityCert::try_from(&der).map_err(|error| SignatureError::Untrusted(error.to_string()))?;
        for algorithm in self.algorithm.candidates() {
            match key.verify_signature(algorithm, &self.signed_bytes, self.signature) {
                Ok(()) => return Ok(()),
                Err(webpki::Error::InvalidSignatureForPublicKey) => return Err(SignatureError::Signature),
                // A key of another kind; another candidate may fit.
                Err(_) => {}
            }
        }
        Err(SignatureError::Algorithm("kind of key for this signature"))
    }
}

fn read_content<'a>(mut fields: Reader<'a>) -> Result<(&'a [u8], Option<&'a [u8]>), SignatureError> {
    let content_type = fields.object_id()?;
    let content = match fields.optional(tag::context(0))? {
        None => None,
        Some(explicit) => {
            let mut inner = explicit.reader();
            let content = inner.octet_string()?;
            inner.end()?;
            Some(content)
        }
    };
    fields.end()?;
    Ok((content_type, content))
}

/// The certificates of X.509, and the tags of what else is in the set.
fn read_certificates(list: Option<Element<'_>>) -> Result<(Vec<&[u8]>, Vec<u8>), SignatureError> {
    let members = list.map_or(Ok(Vec::new()), |list| list.reader().rest(EVIDENCE_LIST_MAX))?;
    let (certificates, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.tag == tag::SEQUENCE);
    Ok((certificates.into_iter().map(|member| member.raw).collect(), others.into_iter().map(|member| member.tag).collect()))
}

/// The version that RFC 5652 section 5.1 asks for. `others` are those that certificates and revocations of other kinds ask for.
fn expected_version(content_type: &[u8], signer: &SignerId<'_>, others: impl Iterator<Item = u8>) -> u8 {
    let is_plain = content_type == oid::DATA && matches!(signer, SignerId::IssuerAndSerial { .. });
    others.max().unwrap_or(1).max(if is_plain { 1 } else { 3 })
}

/// By the tag of a certificate that is not of X.509: attribute certificates of version 1 and 2, and any other.
fn version_of_other(tag: u8) -> u8 {
    match tag {
        0xa3 => 5,
        0xa2 => 4,
        _ => 3,
    }
}

/// The hashes that the envelope announces must have the signer's among them.
fn check_digests(announced: &[Element<'_>], digest: HashAlgorithm) -> Result<(), SignatureError> {
    for algorithm in announced {
        if HashAlgorithm::read(algorithm.expect(tag::SEQUENCE)?.reader())? == Some(digest) {
            return Ok(());
        }
    }
    Err(SignatureError::Form("it does not announce the hash of its signer"))
}

fn read_attribute(attribute: Element<'_>) -> Result<(&[u8], Element<'_>), SignatureError> {
    let mut fields = attribute.expect(tag::SEQUENCE)?.reader();
    let kind = fields.object_id()?;
    let mut values = fields.expect(tag::SET)?.reader();
    fields.end()?;
    let value = values.next()?;
    values.end().map_err(|_| SignatureError::Form("a signed attribute has more than one value"))?;
    Ok((kind, value))
}

/// SigningCertificateV2 (RFC 5035 section 3): its first certificate is the signer's.
fn check_signing_certificate(value: Element<'_>, certificate: &Certificate<'_>) -> Result<(), SignatureError> {
    let mut fields = value.expect(tag::SEQUENCE)?.reader();
    let mut named = fields.sequence()?.sequence()?;
    let hash = match named.optional(tag::SEQUENCE)? {
        Some(algorithm) => HashAlgorithm::read(algorithm.reader())?.ok_or(SignatureError::Algorithm("hash of the certificate"))?,
        None => HashAlgorithm::Sha256,
    };
    if named.octet_string()? != hash.hash(certificate.raw()) {
        return Err(SignatureError::OtherCertificate);
    }
    if let Some(issuer_serial) = named.optional(tag::SEQUENCE)? {
        let mut issuer_serial = issuer_serial.reader();
        let mut names = issuer_serial.sequence()?;
        // GeneralNames with one directoryName.
        let issuer = names.expect(tag::context(4))?.contents;
        names.end()?;
        let serial = issuer_serial.integer()?;
        issuer_serial.end()?;
        if issuer != certificate.issuer() || serial != certificate.serial() {
            return Err(SignatureError::OtherCertificate);
        }
    }
    named.end()?;
    // Policies may follow; they bind the signer, not us.
    fields.optional(tag::SEQUENCE)?;
    Ok(fields.end()?)
}

//! The token: SignedData over TSTInfo (RFC 3161 section 2.4.2).

use super::StampError;
use super::response::token_of;
use crate::evidence::algorithm::HashAlgorithm;
use crate::evidence::certificate::name_text;
use crate::evidence::der::{DerError, Element, ObjectId, oid, tag};
use crate::evidence::root::{ChainPurpose, TrustRoots, Vouching};
use crate::evidence::signed_data::{SignatureError, SignedData};
use crate::limits::EVIDENCE_LIST_MAX;
use crate::model::{Digest, Timestamp};

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// When the authority has seen the hash, to the second.
    pub time: Timestamp,
    /// The rules that it follows.
    pub policy: ObjectId,
    /// Number of the token in hexadecimal.
    pub serial: String,
    /// Name of the authority in its certificate.
    pub tsa: String,
    /// Hash that was stamped.
    pub hash: HashAlgorithm,
    /// Last moment of the authority's certificate: until then the token must be renewed.
    pub tsa_not_after: Timestamp,
}

/// What the token has in it, unverified.
#[derive(Debug, Clone)]
pub struct TstInfo<'a> {
    pub policy: ObjectId,
    /// `None` is a hash that is not known here.
    pub hash: Option<HashAlgorithm>,
    pub value: &'a [u8],
    pub serial: &'a [u8],
    pub time: Timestamp,
    pub nonce: Option<&'a [u8]>,
}

impl<'a> TstInfo<'a> {
    fn parse(der: &'a [u8]) -> Result<Self, DerError> {
        let mut fields = Element::only(der)?.expect(tag::SEQUENCE)?.reader();
        if fields.small_integer()? != 1 {
            return Err(DerError::Contents("TSTInfo of version 1"));
        }
        let policy = ObjectId::from_contents(fields.object_id()?).ok_or(DerError::Contents("object identifier of a policy"))?;
        let mut imprint = fields.sequence()?;
        let (hash, value) = (HashAlgorithm::read(imprint.sequence()?)?, imprint.octet_string()?);
        imprint.end()?;
        let serial = fields.integer()?;
        let time = fields.expect(tag::GENERALIZED_TIME)?.time()?;
        fields.optional(tag::SEQUENCE)?; // accuracy
        fields.boolean_default_false()?; // ordering
        let nonce = if fields.is_empty() { None } else { read_nonce(&mut fields)? };
        fields.optional(tag::context(0))?; // the authority's name, which its certificate says as well
        if let Some(extensions) = fields.optional(tag::context(1))? {
            refuse_critical(extensions)?;
        }
        fields.end()?;
        Ok(Self { policy, hash, value, serial, time, nonce })
    }
}

fn read_nonce<'a>(fields: &mut crate::evidence::der::Reader<'a>) -> Result<Option<&'a [u8]>, DerError> {
    let mut ahead = *fields;
    match ahead.next()?.tag {
        tag::INTEGER => fields.integer().map(Some),
        _ => Ok(None),
    }
}

/// No extension is known here, so that none may be critical (RFC 5280 section 4.2).
fn refuse_critical(extensions: Element<'_>) -> Result<(), DerError> {
    for extension in extensions.reader().rest(EVIDENCE_LIST_MAX)? {
        let mut fields = extension.expect(tag::SEQUENCE)?.reader();
        fields.object_id()?;
        if fields.boolean_default_false()? {
            return Err(DerError::Contents("known extension"));
        }
    }
    Ok(())
}

/// Verifies a token, or the answer that it came in, over what has this SHA-256.
///
/// # Errors
/// [`StampError`], and then no time is proven.
pub fn verify(token_or_response: &[u8], digest_sha256: Digest, roots: &TrustRoots) -> Result<Stamped, StampError> {
    verify_imprint(token_or_response, HashAlgorithm::Sha256, digest_sha256.as_bytes(), roots)
}

/// The same without asking who vouches for the authority: what is found wrong is wrong for everybody, and what is not proves no time.
///
/// # Errors
/// [`StampError`], whatever of it needs no roots.
pub fn examine(token_or_response: &[u8], digest_sha256: Digest) -> Result<Stamped, StampError> {
    imprint_with(token_or_response, HashAlgorithm::Sha256, digest_sha256.as_bytes(), Vouching::Nobody)
}

/// Verifies a token, or the answer that it came in, over a value of any of the hashes.
///
/// # Errors
/// [`StampError`], and then no time is proven.
pub fn verify_imprint(token_or_response: &[u8], hash: HashAlgorithm, value: &[u8], roots: &TrustRoots) -> Result<Stamped, StampError> {
    imprint_with(token_or_response, hash, value, Vouching::To(roots))
}

pub(in crate::evidence) fn imprint_with(
    token_or_response: &[u8],
    hash: HashAlgorithm,
    value: &[u8],
    vouching: Vouching<'_>,
) -> Result<Stamped, StampError> {
    verify_token(token_of(token_or_response)?, hash, value, vouching).map(|(_, stamped)| stamped)
}

/// The whole list of RFC 3161 section 2.2, but for what only the one who has asked can compare.
pub fn verify_token<'a>(
    token: &'a [u8],
    hash: HashAlgorithm,
    value: &[u8],
    vouching: Vouching<'_>,
) -> Result<(TstInfo<'a>, Stamped), StampError> {
    let signed = SignedData::parse(token)?;
    let content = signed.content.filter(|_| signed.content_type == oid::TST_INFO).ok_or(StampError::Kind)?;
    let info = TstInfo::parse(content)?;
    if info.hash != Some(hash) || info.value != value {
        return Err(StampError::Imprint);
    }
    let certificate = signed.verify_signer(&signed.signer.digest.hash(content))?;
    if !certificate.is_for_time_stamps_only() {
        return Err(SignatureError::Purpose.into());
    }
    vouching.vouch_for(&certificate, &signed.certificates, info.time, ChainPurpose::TimeStamping)?;
    let stamped = Stamped {
        time: info.time,
        policy: info.policy.clone(),
        serial: hex::encode(info.serial),
        tsa: name_text(certificate.subject()),
        hash,
        tsa_not_after: certificate.not_after(),
    };
    Ok((info, stamped))
}

/// The hash that an unverified token is over: the reader of an evidence record needs it to know which of its lists to compute.
pub fn hash_of(token: &[u8]) -> Result<HashAlgorithm, StampError> {
    let signed = SignedData::parse(token)?;
    let content = signed.content.filter(|_| signed.content_type == oid::TST_INFO).ok_or(StampError::Kind)?;
    TstInfo::parse(content)?.hash.ok_or(StampError::Imprint)
}

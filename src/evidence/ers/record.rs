//! The record as it is encoded (RFC 4998 section 3.1 and 4.1; IMPLICIT tags).

use crate::evidence::algorithm::HashAlgorithm;
use crate::evidence::der::{DerError, Element, context, octet_string, sequence, small_integer, tag};
use crate::evidence::signed_data::SignatureError;
use crate::limits::{EVIDENCE_BYTES_MAX, EVIDENCE_LIST_MAX, EVIDENCE_STAMPS_MAX};

/// A record, unverified.
#[derive(Debug, Clone)]
pub struct EvidenceRecord<'a> {
    /// Hashes that it says it uses.
    pub(super) hashes: Vec<HashAlgorithm>,
    /// One chain for each hash after another, never empty.
    pub(super) chains: Vec<Chain<'a>>,
}

/// Time-stamps over the same hash, each but the first over the one before.
#[derive(Debug, Clone)]
pub(super) struct Chain<'a> {
    /// Never empty.
    pub stamps: Vec<ArchiveTimeStamp<'a>>,
    /// The whole chain, as the next one hashes it.
    pub raw: &'a [u8],
}

/// One time-stamp with the way to it.
#[derive(Debug, Clone)]
pub(super) struct ArchiveTimeStamp<'a> {
    /// As it says; otherwise that of the time-stamp.
    pub hash: Option<HashAlgorithm>,
    /// reducedHashtree.
    pub lists: Vec<Vec<&'a [u8]>>,
    /// The token: ContentInfo, as the next time-stamp hashes it.
    pub token: &'a [u8],
    raw: &'a [u8],
}

impl<'a> EvidenceRecord<'a> {
    /// Reads a record of the profile.
    ///
    /// # Errors
    /// [`SignatureError::Form`] if it has parts that the profile forbids.
    pub fn parse(der: &'a [u8]) -> Result<Self, SignatureError> {
        if der.len() > EVIDENCE_BYTES_MAX {
            return Err(SignatureError::Form("it is too long"));
        }
        let mut fields = Element::only(der)?.expect(tag::SEQUENCE)?.reader();
        if fields.small_integer()? != 1 {
            return Err(SignatureError::Form("no evidence record of version 1"));
        }
        let hashes = fields.sequence()?.rest(EVIDENCE_LIST_MAX)?.into_iter().map(read_hash).collect::<Result<_, _>>()?;
        let chains = fields.expect(tag::SEQUENCE).map_err(|_| SignatureError::Form("it has information about keys or encryption"))?;
        fields.end()?;
        let chains = chains.reader().rest(EVIDENCE_STAMPS_MAX)?.into_iter().map(Chain::parse).collect::<Result<Vec<_>, _>>()?;
        if chains.is_empty() {
            return Err(SignatureError::Form("it has no time-stamp"));
        }
        Ok(Self { hashes, chains })
    }

    /// The newest token: what has to be renewed next.
    pub fn last_token(&self) -> &'a [u8] {
        self.chains.last().and_then(|chain| chain.stamps.last()).map_or(&[], |stamp| stamp.token)
    }

    /// The first token: it says since when the bytes have existed.
    pub fn first_token(&self) -> &'a [u8] {
        self.chains.first().and_then(|chain| chain.stamps.first()).map_or(&[], |stamp| stamp.token)
    }

    /// How many time-stamps it has.
    pub fn stamps(&self) -> usize {
        self.chains.iter().map(|chain| chain.stamps.len()).sum()
    }
}

impl<'a> Chain<'a> {
    fn parse(element: Element<'a>) -> Result<Self, SignatureError> {
        let members = element.expect(tag::SEQUENCE)?.reader().rest(EVIDENCE_STAMPS_MAX)?;
        let stamps = members.into_iter().map(ArchiveTimeStamp::parse).collect::<Result<Vec<_>, _>>()?;
        if stamps.is_empty() {
            return Err(SignatureError::Form("it has a chain without time-stamps"));
        }
        Ok(Self { stamps, raw: element.raw })
    }

    /// Its time-stamps as they are encoded.
    pub fn raw_stamps(&self) -> impl Iterator<Item = &'a [u8]> {
        self.stamps.iter().map(|stamp| stamp.raw)
    }
}

impl<'a> ArchiveTimeStamp<'a> {
    fn parse(element: Element<'a>) -> Result<Self, SignatureError> {
        let mut fields = element.expect(tag::SEQUENCE)?.reader();
        let hash = match fields.optional(tag::context(0))? {
            Some(algorithm) => Some(HashAlgorithm::read(algorithm.reader())?.ok_or(SignatureError::Algorithm("hash"))?),
            None => None,
        };
        let lists = match fields.optional(tag::context(2))? {
            Some(lists) => lists.reader().rest(EVIDENCE_LIST_MAX)?.into_iter().map(read_list).collect::<Result<Vec<_>, _>>()?,
            None => Vec::new(),
        };
        let token = fields.expect(tag::SEQUENCE).map_err(|_| SignatureError::Form("a time-stamp in it has attributes"))?.raw;
        fields.end()?;
        Ok(Self { hash, lists, token, raw: element.raw })
    }
}

fn read_hash(algorithm: Element<'_>) -> Result<HashAlgorithm, SignatureError> {
    HashAlgorithm::read(algorithm.expect(tag::SEQUENCE)?.reader())?.ok_or(SignatureError::Algorithm("hash"))
}

fn read_list(list: Element<'_>) -> Result<Vec<&[u8]>, SignatureError> {
    let members = list.expect(tag::SEQUENCE)?.reader().rest(EVIDENCE_LIST_MAX)?;
    if members.is_empty() {
        return Err(SignatureError::Form("a list of its hash tree is empty"));
    }
    let values: Result<_, DerError> = members.into_iter().map(|member| Ok(member.expect(tag::OCTET_STRING)?.contents)).collect();
    Ok(values?)
}

/// EvidenceRecord from its hashes and whole chains.
pub(super) fn encode_record<T: AsRef<[u8]>>(hashes: &[HashAlgorithm], chains: &[T]) -> Vec<u8> {
    let algorithms: Vec<_> = hashes.iter().map(|hash| hash.identifier()).collect();
    sequence(&[small_integer(1), sequence(&algorithms), sequence(chains)])
}

/// ArchiveTimeStamp.
pub(super) fn encode_stamp(hash: HashAlgorithm, lists: &[Vec<Vec<u8>>], token: &[u8]) -> Vec<u8> {
    use crate::evidence::der::object_id;
    let lists: Vec<_> = lists.iter().map(|list| sequence(&list.iter().map(|member| octet_string(member)).collect::<Vec<_>>())).collect();
    sequence(&[context(0, &[object_id(hash.object_id())]), context(2, &lists), token.to_vec()])
}

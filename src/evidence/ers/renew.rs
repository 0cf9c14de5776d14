//! New records, and the two renewals (RFC 4998 section 5.2). Both ways the time-stamp must have come over the root of the tree that the
//! path leads through; whoever keeps the result verifies it first.

use super::record::{EvidenceRecord, encode_record, encode_stamp};
use crate::evidence::algorithm::HashAlgorithm;
use crate::evidence::der::sequence;

impl EvidenceRecord<'_> {
    /// The first record of some bytes: `path` leads from their hash to the root that `token` stamps.
    pub fn first(hash: HashAlgorithm, path: &[Vec<Vec<u8>>], token: &[u8]) -> Vec<u8> {
        encode_record(&[hash], &[sequence(&[encode_stamp(hash, path, token)])])
    }

    /// What is stamped to renew the newest time-stamp: its hash, under the hash of its chain. `None` if the record does not say which.
    pub fn stamp_leaf(&self) -> Option<(HashAlgorithm, Vec<u8>)> {
        let hash = self.hash_of_last_chain()?;
        Some((hash, hash.hash(self.last_token())))
    }

    /// The record with its newest time-stamp renewed: one more in the same chain.
    pub fn with_stamp(&self, path: &[Vec<Vec<u8>>], token: &[u8]) -> Option<Vec<u8>> {
        let hash = self.hash_of_last_chain()?;
        let (last, older) = self.chains.split_last()?;
        let stamp = encode_stamp(hash, path, token);
        let stamps: Vec<&[u8]> = last.raw_stamps().chain([stamp.as_slice()]).collect();
        let renewed = sequence(&stamps);
        let chains: Vec<&[u8]> = older.iter().map(|chain| chain.raw).chain([renewed.as_slice()]).collect();
        Some(encode_record(&self.hashes, &chains))
    }

    /// What is stamped to renew the hash: the bytes and all earlier chains, each hashed, joined in this order, hashed.
    pub fn data_leaf(&self, data: &[u8], hash: HashAlgorithm) -> Vec<u8> {
        let older: Vec<&[u8]> = self.chains.iter().map(|chain| chain.raw).collect();
        leaf_over_chains(hash, data, &older)
    }

    /// The record with its hash renewed: one more chain.
    pub fn with_chain(&self, hash: HashAlgorithm, path: &[Vec<Vec<u8>>], token: &[u8]) -> Vec<u8> {
        let chain = sequence(&[encode_stamp(hash, path, token)]);
        let chains: Vec<&[u8]> = self.chains.iter().map(|chain| chain.raw).chain([chain.as_slice()]).collect();
        let mut hashes = self.hashes.clone();
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
        encode_record(&hashes, &chains)
    }

    fn hash_of_last_chain(&self) -> Option<HashAlgorithm> {
        let stamp = self.chains.last()?.stamps.first()?;
        stamp.hash.or_else(|| crate::evidence::tsp::hash_of(stamp.token).ok())
    }
}

/// The value that the first list of a later chain must have: unsorted, see the module.
pub(super) fn leaf_over_chains(hash: HashAlgorithm, data: &[u8], older_chains: &[&[u8]]) -> Vec<u8> {
    hash.hash(&[hash.hash(data), hash.hash(&sequence(older_chains))].concat())
}

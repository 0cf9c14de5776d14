//! Verification (RFC 4998 section 5.3).

use super::record::{ArchiveTimeStamp, EvidenceRecord};
use super::renew::leaf_over_chains;
use super::tree::root_of;
use crate::evidence::algorithm::HashAlgorithm;
use crate::evidence::root::{TrustRoots, Vouching};
use crate::evidence::signed_data::SignatureError;
use crate::evidence::tsp::{StampError, Stamped, hash_of, imprint_with};

/// Why a record proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErsError {
    /// It cannot be read, or is not of the profile.
    #[error("the evidence record is not right: {0}")]
    Record(#[from] SignatureError),
    /// One of its time-stamps proves nothing.
    #[error("time-stamp {number} of the evidence record: {error}")]
    Stamp {
        /// From 1, over all chains.
        number: usize,
        /// Why.
        error: StampError,
    },
    /// The bytes, or what a renewal renews, are not in the tree.
    #[error("time-stamp {0} of the evidence record was not made over what it must cover")]
    Coverage(usize),
    /// The hash is not the same over a chain, or not announced.
    #[error("time-stamp {0} of the evidence record uses another hash than the record says")]
    Hash(usize),
    /// It was made before the one that it renews.
    #[error("time-stamp {0} of the evidence record is older than the one that it renews")]
    Order(usize),
    /// Renewed too late.
    #[error("time-stamp {0} of the evidence record came when the certificate of the one before had run out")]
    TooLate(usize),
}

/// What a verified record proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The first time-stamp: since then the bytes have existed.
    pub first: Stamped,
    /// The newest one; it is the first as long as nothing was renewed. Its certificate says when the next renewal is due.
    pub last: Stamped,
    /// How many time-stamps there are.
    pub stamps: usize,
    /// How many hashes were used, one after another.
    pub chains: usize,
}

/// Verifies a record over these bytes: every time-stamp, at its own time, and that each covers what it must.
///
/// # Errors
/// [`ErsError`], and then nothing is proven, not even by the time-stamps that are right.
pub fn verify(record: &[u8], data: &[u8], roots: &TrustRoots) -> Result<Evidence, ErsError> {
    verify_with(record, data, Vouching::To(roots))
}

/// The same without asking who vouches for the authorities: that each time-stamp is signed by the certificate in it, that each covers what
/// it must, and that none came too late. What is found wrong is wrong for everybody, and what is not proves no time.
///
/// # Errors
/// [`ErsError`], whatever of it needs no roots.
pub fn examine(record: &[u8], data: &[u8]) -> Result<Evidence, ErsError> {
    verify_with(record, data, Vouching::Nobody)
}

fn verify_with(record: &[u8], data: &[u8], vouching: Vouching<'_>) -> Result<Evidence, ErsError> {
    let record = EvidenceRecord::parse(record)?;
    let mut verified: Vec<Stamped> = Vec::new();
    for (index, chain) in record.chains.iter().enumerate() {
        let hash = chain_hash(&record, &chain.stamps, verified.len() + 1)?;
        let older: Vec<&[u8]> = record.chains[..index].iter().map(|chain| chain.raw).collect();
        let mut leaf = if older.is_empty() { hash.hash(data) } else { leaf_over_chains(hash, data, &older) };
        for stamp in &chain.stamps {
            let stamped = verify_stamp(stamp, hash, &leaf, vouching, verified.len() + 1)?;
            if let Some(before) = verified.last() {
                check_renewal(before, &stamped, verified.len() + 1)?;
            }
            verified.push(stamped);
            leaf = hash.hash(stamp.token);
        }
    }
    let (Some(first), Some(last)) = (verified.first(), verified.last()) else {
        return Err(SignatureError::Form("it has no time-stamp").into());
    };
    Ok(Evidence { first: first.clone(), last: last.clone(), stamps: verified.len(), chains: record.chains.len() })
}

/// The one hash of a chain, which the record must announce.
fn chain_hash(record: &EvidenceRecord<'_>, stamps: &[ArchiveTimeStamp<'_>], number: usize) -> Result<HashAlgorithm, ErsError> {
    let mut hash = None;
    for (at, stamp) in stamps.iter().enumerate() {
        let named = match stamp.hash {
            Some(named) => named,
            None => hash_of(stamp.token).map_err(|error| ErsError::Stamp { number: number + at, error })?,
        };
        if *hash.get_or_insert(named) != named || !record.hashes.contains(&named) {
            return Err(ErsError::Hash(number + at));
        }
    }
    hash.ok_or(ErsError::Hash(number))
}

fn verify_stamp(
    stamp: &ArchiveTimeStamp<'_>,
    hash: HashAlgorithm,
    leaf: &[u8],
    vouching: Vouching<'_>,
    number: usize,
) -> Result<Stamped, ErsError> {
    let root = root_of(hash, leaf, &stamp.lists).ok_or(ErsError::Coverage(number))?;
    imprint_with(stamp.token, hash, &root, vouching).map_err(|error| match error {
        StampError::Imprint => ErsError::Coverage(number),
        error => ErsError::Stamp { number, error },
    })
}

/// A renewal must come while the one before can still be trusted. Two time-stamps of one second are in order.
fn check_renewal(before: &Stamped, after: &Stamped, number: usize) -> Result<(), ErsError> {
    if after.time < before.time {
        return Err(ErsError::Order(number));
    }
    if after.time > before.tsa_not_after {
        return Err(ErsError::TooLate(number));
    }
    Ok(())
}

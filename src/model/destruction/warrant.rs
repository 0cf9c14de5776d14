//! The warrant: without one, nothing in this program removes content, records or keys.
//!
//! It is made from what two persons have signed and the ledger holds, checked once more here, whatever was decided before; from the
//! keyring's own proof that a key is gone, when an old database comes back from a backup; or, for an access log, from its sealing and the
//! end of the year that follows it.
//!
//! What is deliberately absent: a warrant from anything else, a default, a copy of its fields from outside, a flag that skips a check.

use super::order::{Condemned, list_digest};
use super::shard::following_year_is_over;
use crate::model::retention::{Note, NoteRecord, Part, Target};
use crate::model::{Address, PersonTag, Timestamp, VaultId};

/// Leave to destroy exactly what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestructionWarrant {
    vault: VaultId,
    step: Address,
    at: Timestamp,
    condemned: Vec<Condemned>,
    /// The access ledger of this year.
    year: Option<u16>,
}

/// Why there is no warrant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoWarrant {
    /// One of the three notes is not what it should be.
    #[error("the order, its approval and its step do not belong together")]
    NotOneOrder,
    /// Nobody answers for it, or one person twice, or a deputy.
    #[error("the order does not rest on two persons who are independent of each other")]
    NotTwoPersons,
    /// Another list was approved.
    #[error("the approval is not of the list of the order")]
    OtherList,
    /// It would destroy what was never listed.
    #[error("the step condemns what the order does not list")]
    NotListed,
    /// The notes are not in the order of time.
    #[error("the step is older than the approval, or the approval older than the order")]
    OutOfOrder,
    /// An access log is kept until the following year is over.
    #[error("the access log is not sealed, or the year that follows it is not over")]
    YearNotOver,
    /// Keys that exist are no proof.
    #[error("the keyring still has a key of what is to be replaced by a tombstone")]
    KeysExist,
}

/// The keyring's statement that it can derive none of these keys any more.
///
/// Made by the keyring alone: a test lists the callers of [`GoneKeys::attest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneKeys {
    vault: VaultId,
    /// Sorted.
    addresses: Vec<Address>,
}

impl GoneKeys {
    /// For the keyring: it has looked, and there is no key for any of these.
    pub(crate) fn attest(vault: VaultId, mut addresses: Vec<Address>) -> Self {
        addresses.sort_unstable();
        Self { vault, addresses }
    }
}

impl DestructionWarrant {
    /// The warrant that follows from an order, its approval and the step that is being recorded, or was.
    ///
    /// # Errors
    /// [`NoWarrant`], if any of them does not say what it must.
    pub fn of_order(
        vault: VaultId,
        order: &NoteRecord,
        approval: &NoteRecord,
        step: (Address, Timestamp, &Note),
    ) -> Result<Self, NoWarrant> {
        let (place, at, step) = step;
        let Note::OrderProposed { reason, items, deputy_of: proposer_for } = &order.note else { return Err(NoWarrant::NotOneOrder) };
        let Note::OrderApproved { order: approved, list, deputy_of: approver_for, .. } = &approval.note else {
            return Err(NoWarrant::NotOneOrder);
        };
        let Note::OrderStep { order: stepped, first, count, condemned, .. } = step else { return Err(NoWarrant::NotOneOrder) };
        ensure(*approved == order.address && *stepped == order.address, NoWarrant::NotOneOrder)?;
        ensure(*list == list_digest(*reason, items), NoWarrant::OtherList)?;
        let (Some(proposer), Some(approver)) = (order.person, approval.person) else { return Err(NoWarrant::NotTwoPersons) };
        ensure(are_independent((proposer, proposer_for), (approver, approver_for)), NoWarrant::NotTwoPersons)?;
        ensure(order.recorded_at <= approval.recorded_at && approval.recorded_at <= at, NoWarrant::OutOfOrder)?;
        let end = first.saturating_add(*count) as usize;
        let listed = items.get(*first as usize..end).ok_or(NoWarrant::NotListed)?;
        ensure(condemned.iter().all(|item| listed.binary_search(&item.target).is_ok()), NoWarrant::NotListed)?;
        Ok(Self { vault, step: place, at, condemned: condemned.clone(), year: None })
    }

    /// The warrant to remove an access ledger that was sealed, when the year that follows it is over. What the protected clock says of that
    /// was asked by the rule that let the note pass; here it is the time of the record.
    ///
    /// # Errors
    /// [`NoWarrant`], if the two notes do not belong together, or it is too early.
    pub fn of_year(vault: VaultId, sealed: &NoteRecord, step: (Address, Timestamp, &Note)) -> Result<Self, NoWarrant> {
        let (place, at, step) = step;
        let Note::ShardSealed { year, size, .. } = sealed.note else { return Err(NoWarrant::NotOneOrder) };
        let one = matches!(step, Note::ShardDestroyed { sealed: of, year: of_year, size: of_size }
            if (*of, *of_year, *of_size) == (sealed.address, year, size));
        ensure(one, NoWarrant::NotOneOrder)?;
        ensure(sealed.recorded_at <= at, NoWarrant::OutOfOrder)?;
        ensure(following_year_is_over(year, at), NoWarrant::YearNotOver)?;
        Ok(Self { vault, step: place, at, condemned: Vec::new(), year: Some(year) })
    }

    /// The warrant to put tombstones in the place of records that came back from a backup and whose keys are gone.
    ///
    /// # Errors
    /// [`NoWarrant::KeysExist`] unless the keyring has stated of each address that its key is gone.
    pub fn of_replay(vault: VaultId, gone: &GoneKeys, step: (Address, Timestamp, &Note)) -> Result<Self, NoWarrant> {
        let (place, at, step) = step;
        let Note::DestructionReplayed { condemned, .. } = step else { return Err(NoWarrant::NotOneOrder) };
        let stated = gone.vault == vault
            && condemned.iter().flat_map(Condemned::addresses).all(|address| gone.addresses.binary_search(&address).is_ok());
        ensure(stated, NoWarrant::KeysExist)?;
        Ok(Self { vault, step: place, at, condemned: condemned.clone(), year: None })
    }

    /// The vault.
    pub fn vault(&self) -> VaultId {
        self.vault
    }

    /// The note that condemns.
    pub fn step(&self) -> Address {
        self.step
    }

    /// When that was recorded.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What may be destroyed.
    pub fn condemned(&self) -> &[Condemned] {
        &self.condemned
    }

    /// The year whose access ledger may be removed, with the keys of whoever is named in it.
    pub fn year(&self) -> Option<u16> {
        self.year
    }

    /// Whether this item may be destroyed.
    pub fn covers(&self, target: Target) -> bool {
        self.condemned.iter().any(|item| item.target == target || item.target == Target { part: Part::Whole, ..target })
    }
}

/// Whether the second person is neither the first nor a deputy of the first, in either direction.
pub fn are_independent(proposer: (PersonTag, &[PersonTag]), approver: (PersonTag, &[PersonTag])) -> bool {
    proposer.0 != approver.0 && !proposer.1.contains(&approver.0) && !approver.1.contains(&proposer.0)
}

fn ensure(holds: bool, otherwise: NoWarrant) -> Result<(), NoWarrant> {
    if holds { Ok(()) } else { Err(otherwise) }
}

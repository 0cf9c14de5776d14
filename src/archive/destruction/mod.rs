//! Destruction as it happens: orders, the steps that go through them, the end of the keys, and what is said afterwards.
//!
//! ```text
//! propose -> approve -> rest      notes of two persons; the protected clock counts
//! step                            one commit: decided again, rows removed, tombstones put        (here `execute`)
//! keys                            one epoch for everything that was condemned since the last     (here `keys`)
//! certificate, first stage        a note with what the keyring proves
//! reclaim                         space comes back; no secrecy depends on it                     (here `reclaim`)
//! certificate, second stage       a note that names the copies
//! ```
//! Invariants: the ledger entry of a step is durable before a key ends; nothing is certified while a place that counts opens a state
//! that still derives it; whatever is interrupted, the next start goes on from what is committed.
//!
//! What is deliberately absent: rules (`policy::destruction`), a way to remove anything without a warrant, and a way to hurry.

mod account;
mod certificate;
mod execute;
#[cfg(test)]
mod forensics;
mod keys;
mod orders;
mod reclaim;
mod replay;
mod rules;
mod tombstones;
mod upkeep;

pub use account::{ItemAccount, OrderAccount};
pub use certificate::Certificate;
pub use execute::Executed;
pub use orders::{ItemOutcome, OrderItemView, OrderItems, OrderRequest, OrderView};
pub use rules::DestructionRules;
pub use tombstones::TombstoneView;

use crate::model::{ApplicationName, CaseNumber, NoteId, Principal, VaultId};
use crate::sys::random;

use super::Inner;

/// The archive itself, as the one who files steps and proofs.
pub(super) fn archive_itself() -> Principal {
    let application = ApplicationName::parse("aktenfest").expect("the name of the archive must be one");
    Principal { application, vaults: Default::default(), person: None, deputy_of: Default::default() }
}

/// An id for a note that the archive files by itself.
pub(super) fn new_note_id() -> NoteId {
    NoteId::from_bytes(uuid::Builder::from_random_bytes(random::bytes()).into_uuid().into_bytes())
}

impl Inner {
    /// Readers look these cases up again.
    fn forget_cases(&self, vault: VaultId, gone: &[CaseNumber]) {
        self.cases.write().unwrap_or_else(std::sync::PoisonError::into_inner).forget(vault, gone);
    }
}

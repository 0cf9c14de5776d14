//! Receipts: made once when a group is answered, and again, byte for byte, whenever somebody repeats his request.
//!
//! The second time works because everything that a receipt is made of is determined: the entry, the tree at the size that the
//! record names, and Ed25519, which gives the same signature for the same checkpoint.

use tokio::sync::oneshot;

use super::job::{Job, Placed};
use super::publisher::{PublishedHead, Signers};
use super::recovery::StoredTiles;
use super::{ArchiveError, Inner};
use crate::ledger::{make_receipt, prove_inclusion, tree_root};
use crate::model::{LedgerIndex, Timestamp, VaultId};
use crate::store::key::LogKey;

/// The proof that an event is in the vault's ledger (C2SP tlog-proof). Holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The file.
    pub text: Vec<u8>,
    /// The event's entry.
    pub entry: LedgerIndex,
    /// Size of the ledger that the receipt was issued for.
    pub size: u64,
    /// When the event was recorded.
    pub at: Timestamp,
}

impl Receipt {
    /// The receipt of an event that has just happened. Checks the proof before anybody sees it.
    pub(super) fn of(placed: &Placed) -> Result<Self, ArchiveError> {
        let Placed { entry, index, at, batch } = placed;
        let damaged = |why: String| ArchiveError::Damaged(format!("receipt of entry {}: {why}", index.0));
        let proof = batch.proofs.proof(index.0).ok_or_else(|| damaged("the entry is not in its group".to_owned()))?;
        let text = make_receipt(entry, *index, &proof, &batch.checkpoint).map_err(|error| damaged(error.to_string()))?;
        Ok(Self { text: text.into_bytes(), entry: *index, size: batch.checkpoint.checkpoint().size(), at: *at })
    }
}

impl Inner {
    /// The receipt that was given when the ledger had `size` entries.
    ///
    /// Waits if that ledger is committed but not anchored yet: a receipt acknowledges, whoever asks for it.
    pub(super) async fn issue_again(&self, vault: VaultId, index: LedgerIndex, size: u64, at: Timestamp) -> Result<Receipt, ArchiveError> {
        let log = LogKey::life_cycle(vault);
        if self.head(log)?.state.size() < size {
            self.wait_for_anchor().await?;
        }
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("receipt of entry {} of vault {vault}: {why}", index.0));
        let head = self.head(log)?;
        let entry = self.store.entry(log, index)?.ok_or_else(|| damaged(&"the entry is missing"))?;
        let mut reader = head.state.reader(StoredTiles { store: &self.store, log });
        let root = tree_root(size, &mut reader).map_err(|error| damaged(&error))?;
        let proof = prove_inclusion(index.0, size, &mut reader).map_err(|error| damaged(&error))?;
        let (_, signer) = self.signers.of(log)?;
        let checkpoint = signer.sign(size, root).map_err(|error| damaged(&error))?;
        let text = make_receipt(&entry, index, &proof, &checkpoint).map_err(|error| damaged(&error))?;
        Ok(Receipt { text: text.into_bytes(), entry: index, size, at })
    }

    pub(super) async fn wait_for_anchor(&self) -> Result<(), ArchiveError> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(Job::Barrier(reply)).await.map_err(|_| ArchiveError::Latched)?;
        answer.await.map_err(|_| ArchiveError::OutcomeUnknown)
    }

    /// The newest acknowledged state of a log.
    pub(super) fn head(&self, log: LogKey) -> Result<std::sync::Arc<PublishedHead>, ArchiveError> {
        self.published.head(log).ok_or_else(|| ArchiveError::Damaged(format!("vault {} has no published ledger", log.vault)))
    }
}

/// Signs the heads that a start has found, so that readers have them before anything new happens.
pub(super) fn publish_found(
    found: &super::recovery::Found,
    signers: &Signers,
    published: &super::publisher::Published,
) -> Result<(), ArchiveError> {
    for (log, state) in &found.logs {
        let (_, signer) = signers.of(*log)?;
        let checkpoint = signer.sign(state.size(), state.root()).map_err(|error| ArchiveError::Damaged(error.to_string()))?;
        published.set(*log, PublishedHead { state: state.clone(), checkpoint: std::sync::Arc::new(checkpoint) });
    }
    Ok(())
}

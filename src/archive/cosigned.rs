//! What witnesses are shown of the ledgers, and what is kept of their answers.
//!
//! Nothing here is on the way of a commit: a checkpoint is shown when it was acknowledged long ago, and a cosigned one is a second
//! form of it, with more signatures below the same three lines. The cosigned form is kept in the database, so that backups have it.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::canary;
use super::job::{CosignedJob, Job};
use super::publisher::PublishedHead;
use super::recovery::{StoredTiles, continues};
use super::{Archive, ArchiveError, Inner, Vault};
use crate::ledger::{Checkpoint, SignedCheckpoint, UnverifiedCheckpoint, VerifierKey, make_receipt, prove_consistency, prove_inclusion};
use crate::model::{Digest, LedgerIndex, VaultName};
use crate::store::key::LogKey;

/// One ledger as it was acknowledged last, to be shown to others.
#[derive(Clone)]
pub struct PublishedLedger {
    inner: Arc<Inner>,
    log: LogKey,
    vault: VaultName,
    key: VerifierKey,
    head: Arc<PublishedHead>,
}

impl Archive {
    /// Every ledger of every vault. Without those of the canary, which are nobody's evidence.
    pub fn ledgers(&self) -> Result<Vec<PublishedLedger>, ArchiveError> {
        let inner = &self.0;
        let ledger = |(log, head): (LogKey, Arc<PublishedHead>)| {
            let (vault, signer) = inner.signers.of(log)?;
            Ok(PublishedLedger { inner: Arc::clone(inner), log, vault, key: signer.verifier_key().clone(), head })
        };
        let ledgers = inner.published.all().into_iter().map(ledger);
        ledgers.filter(|ledger| ledger.as_ref().map_or(true, |ledger| ledger.vault.as_str() != canary::VAULT)).collect()
    }

    /// Keeps cosigned checkpoints, each in the place of an older one of its ledger. One that is not newer is left alone.
    pub async fn keep_cosigned(&self, cosigned: Vec<(PublishedLedger, SignedCheckpoint)>) -> Result<(), ArchiveError> {
        let mut notes = Vec::new();
        for (ledger, checkpoint) in cosigned {
            let size = checkpoint.checkpoint().size();
            if ledger.cosigned()?.is_none_or(|kept| kept.checkpoint().size() <= size) {
                notes.push((ledger.log, checkpoint.note().to_string()));
            }
        }
        if notes.is_empty() {
            return Ok(());
        }
        let (reply, answer) = oneshot::channel();
        self.0.queue.send(Job::Cosigned(CosignedJob { notes, reply })).await.map_err(|_| ArchiveError::Latched)?;
        answer.await.map_err(|_| ArchiveError::OutcomeUnknown)?
    }
}

impl PublishedLedger {
    /// Whether it is a year's ledger of accesses, and not the vault's own.
    pub fn is_of_accesses(&self) -> bool {
        self.log.year().is_some()
    }

    /// The vault whose ledger it is.
    pub fn vault(&self) -> &VaultName {
        &self.vault
    }

    /// The key that its checkpoints are signed with; its name is the origin.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The newest checkpoint that was acknowledged.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.head.checkpoint
    }

    /// The proof that the newest checkpoint extends the ledger as it was at `size`.
    pub fn prove_growth_since(&self, size: u64) -> Result<Vec<Digest>, ArchiveError> {
        // Everything extends nothing, and nothing needs a proof that it is itself.
        if size == 0 || size == self.head.state.size() {
            return Ok(Vec::new());
        }
        let mut reader = self.head.state.reader(StoredTiles { store: &self.inner.store, log: self.log });
        prove_consistency(size, self.head.state.size(), &mut reader).map_err(|error| ArchiveError::Damaged(error.to_string()))
    }

    /// Whether this ledger continues what another checkpoint of it says; otherwise why not.
    pub(super) fn continues(&self, earlier: &Checkpoint) -> Result<(), String> {
        continues(&self.inner.store, &self.head.state, self.log, (earlier.size(), earlier.root()))
    }

    /// The newest checkpoint that was kept with cosignatures.
    pub fn cosigned(&self) -> Result<Option<SignedCheckpoint>, ArchiveError> {
        self.inner.cosigned(self.log, &self.key)
    }
}

impl Vault {
    /// The newest checkpoint that witnesses have cosigned, as a note; `None` before the first time.
    pub fn cosigned_checkpoint(&self) -> Result<Option<Vec<u8>>, ArchiveError> {
        Ok(self.cosigned()?.map(|checkpoint| checkpoint.note().to_string().into_bytes()))
    }

    /// The receipt of an entry with the newest cosigned checkpoint; `None` as long as none covers the entry.
    pub fn anchored_receipt(&self, entry: LedgerIndex) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some(checkpoint) = self.cosigned()? else { return Ok(None) };
        let (log, size) = (LogKey::life_cycle(self.id()), checkpoint.checkpoint().size());
        if entry.0 >= size {
            return Ok(None);
        }
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("entry {} of vault {}: {why}", entry.0, self.id()));
        let bytes = self.inner.store.entry(log, entry)?.ok_or_else(|| damaged(&"missing"))?;
        let head = self.inner.head(log)?;
        let mut reader = head.state.reader(StoredTiles { store: &self.inner.store, log });
        let proof = prove_inclusion(entry.0, size, &mut reader).map_err(|error| damaged(&error))?;
        let text = make_receipt(&bytes, entry, &proof, &checkpoint).map_err(|error| damaged(&error))?;
        Ok(Some(text.into_bytes()))
    }

    fn cosigned(&self) -> Result<Option<SignedCheckpoint>, ArchiveError> {
        self.cosigned_of(LogKey::life_cycle(self.id()))
    }

    /// The newest checkpoint of any log of the vault that witnesses have cosigned.
    pub(super) fn cosigned_of(&self, log: LogKey) -> Result<Option<SignedCheckpoint>, ArchiveError> {
        self.inner.cosigned(log, &self.inner.verifier_key_of(log)?)
    }
}

impl Inner {
    fn verifier_key_of(&self, log: LogKey) -> Result<VerifierKey, ArchiveError> {
        Ok(self.signers.of(log)?.1.verifier_key().clone())
    }

    /// What is kept, believed only with the log's own good signature.
    fn cosigned(&self, log: LogKey, key: &VerifierKey) -> Result<Option<SignedCheckpoint>, ArchiveError> {
        let Some(note) = self.store.cosigned(log)? else { return Ok(None) };
        let checkpoint = UnverifiedCheckpoint::parse(note.as_bytes()).and_then(|checkpoint| checkpoint.verify(key));
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("cosigned checkpoint of vault {}: {why}", log.vault));
        checkpoint.map(Some).map_err(|error| damaged(&error))
    }
}

//! Proofs on demand: that an entry is in the ledger at any size, and that a ledger of one size is the beginning of a later one.
//!
//! Whoever keeps a receipt or a checkpoint follows the ledger with these and need not fetch tiles. Checkpoints of earlier sizes are signed
//! again: Ed25519 gives the same bytes, and the tree of a size never changes.

use super::recovery::StoredTiles;
use super::vault::Vault;
use super::{ArchiveError, Inner};
use crate::ledger::{
    AddCheckpoint, SignedCheckpoint, TreeReader, UnverifiedCheckpoint, make_receipt, prove_consistency, prove_inclusion, tree_root,
    verify_growth,
};
use crate::model::{Digest, LedgerIndex};
use crate::store::key::LogKey;

/// Why there is no such proof: the ledger has this many entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoProof(pub u64);

type Reader<'a> = TreeReader<StoredTiles<'a>>;

impl Vault {
    /// The receipt (C2SP tlog-proof) of the entry `index` in the ledger of `size` entries; of the present one for `None`.
    ///
    /// Reads the database: not for asynchronous threads.
    pub fn inclusion(&self, index: u64, size: Option<u64>) -> Result<Result<Vec<u8>, NoProof>, ArchiveError> {
        let (mut reader, head) = self.acknowledged()?;
        let size = size.unwrap_or(head);
        if index >= size || size > head {
            return Ok(Err(NoProof(head)));
        }
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("entry {index} of vault {}: {why}", self.id()));
        let entry = self.inner.store.entry(LogKey::life_cycle(self.id()), LedgerIndex(index))?.ok_or_else(|| damaged(&"missing"))?;
        let proof = prove_inclusion(index, size, &mut reader).map_err(|error| damaged(&error))?;
        let (checkpoint, _) = self.checkpoint_at(size, &mut reader)?;
        let text = make_receipt(&entry, LedgerIndex(index), &proof, &checkpoint).map_err(|error| damaged(&error))?;
        Ok(Ok(text.into_bytes()))
    }

    /// That the ledger of `from` entries is the beginning of that of `to` entries (of the present one for `None`), as a log tells it to a
    /// witness: the body of `add-checkpoint` (C2SP tlog-witness), with the signed checkpoint at `to`.
    ///
    /// Reads the database: not for asynchronous threads.
    pub fn consistency(&self, from: u64, to: Option<u64>) -> Result<Result<Vec<u8>, NoProof>, ArchiveError> {
        let (mut reader, head) = self.acknowledged()?;
        let to = to.unwrap_or(head);
        if from > to || to > head {
            return Ok(Err(NoProof(head)));
        }
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("ledger of vault {}: {why}", self.id()));
        // From the empty tree everything is growth; RFC 6962 has no proof of it.
        let proof = if from == 0 { Ok(Vec::new()) } else { prove_consistency(from, to, &mut reader) };
        let proof = proof.map_err(|error| damaged(&error))?;
        let (checkpoint, root) = self.checkpoint_at(to, &mut reader)?;
        let old_root = tree_root(from, &mut reader).map_err(|error| damaged(&error))?;
        verify_growth(from, to, &proof, &old_root, &root).map_err(|error| damaged(&error))?;
        let checkpoint = UnverifiedCheckpoint::parse(checkpoint.note().to_string().as_bytes()).map_err(|error| damaged(&error))?;
        Ok(Ok(AddCheckpoint { old_size: from, proof, checkpoint }.encode().into_bytes()))
    }

    /// The tree that was acknowledged last, and its size.
    fn acknowledged(&self) -> Result<(Reader<'_>, u64), ArchiveError> {
        let inner: &Inner = &self.inner;
        let state = inner.head(LogKey::life_cycle(self.id()))?.state.clone();
        Ok((state.reader(StoredTiles { store: &inner.store, log: LogKey::life_cycle(self.id()) }), state.size()))
    }

    fn checkpoint_at(&self, size: u64, reader: &mut Reader<'_>) -> Result<(SignedCheckpoint, Digest), ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("ledger of vault {} at {size}: {why}", self.id()));
        let root = tree_root(size, reader).map_err(|error| damaged(&error))?;
        let (_, signer) = self.inner.signers.of(LogKey::life_cycle(self.id()))?;
        Ok((signer.sign(size, root).map_err(|error| damaged(&error))?, root))
    }
}

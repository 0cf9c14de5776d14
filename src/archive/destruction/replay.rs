//! Behind a restore: what came back from an old backup although its keys are gone goes again, before anything is served.
//!
//! The keyring is the register of all destructions: it cannot be older than its root of trust, and no backup contains it. What it cannot
//! derive was destroyed, whatever the database says.

use super::{archive_itself, new_note_id};
use crate::archive::notes::Grounds;
use crate::archive::vault::{Vault, key_error};
use crate::archive::{ArchiveError, NoteRequest};
use crate::model::Address;
use crate::model::destruction::Condemned;
use crate::model::retention::{Note, NoteWords};

impl Vault {
    /// Replaces records whose keys are gone by tombstones, with a ledger entry of their own. `condemned` is a step of what the restore
    /// gate has found.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] if a key of any of them exists after all: then nothing is removed.
    pub async fn replay_destructions(&self, condemned: &[Condemned]) -> Result<(), ArchiveError> {
        let addresses: Vec<(u16, Address)> =
            condemned.iter().flat_map(|item| item.addresses().into_iter().map(|address| (item.opening_year, address))).collect();
        let gone = self.inner.keyring.attest_gone(self.id(), &addresses).map_err(key_error)?;
        let gone = gone.ok_or_else(|| ArchiveError::Damaged("a key of what is to be replayed as destroyed exists".to_owned()))?;
        let note = Note::DestructionReplayed { epoch: self.inner.keyring.epoch(), condemned: condemned.to_vec() };
        let request = NoteRequest { id: new_note_id(), note, words: NoteWords::default() };
        self.file_with(&archive_itself(), None, request, Grounds { gone: Some(gone), ..Grounds::default() }).await?;
        let cases: Vec<_> = condemned.iter().filter(|item| item.is_case()).map(|item| item.target.case).collect();
        self.inner.forget_cases(self.id(), &cases);
        Ok(())
    }
}

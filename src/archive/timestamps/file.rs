//! What has come of a round: a record for each checkpoint in it, verified before it is filed.

use super::round::{Member, StampRound};
use crate::archive::destruction::{archive_itself, new_note_id};
use crate::archive::{Archive, ArchiveError, NoteRequest};
use crate::evidence::TrustRoots;
use crate::evidence::ers::{self, EvidenceRecord};
use crate::evidence::tsp::token_of;
use crate::model::retention::{Note, NoteWords};
use crate::model::{CheckpointStamp, StampKind};

impl Archive {
    /// Files the evidence that an answer of the authority brings, one note for each checkpoint of the round.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] if a record does not verify against these roots: then nothing of the round is filed. Otherwise the first
    /// note that could not be filed; those before it are, and the next round takes up the rest.
    pub async fn file_stamps(&self, round: &StampRound, response: &[u8], roots: &TrustRoots) -> Result<(), ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("a time-stamp cannot be filed: {why}"));
        let token = token_of(response).map_err(|error| damaged(&error))?;
        let mut stamps = Vec::new();
        for member in &round.members {
            let record = round.record_of(member, token).ok_or_else(|| damaged(&"its checkpoint is not in the tree"))?;
            let evidence = ers::verify(&record, &member.checkpoint, roots).map_err(|error| damaged(&error))?;
            let (since, time, renew_by) = (evidence.first.time, evidence.last.time, evidence.last.tsa_not_after);
            let (size, kind, checkpoint) = (member.size, member.kind, member.checkpoint.clone());
            stamps.push((&member.vault, CheckpointStamp { size, kind, since, time, renew_by, checkpoint, record }));
        }
        for (vault, stamp) in stamps {
            let note = Note::CheckpointStamped { stamp: Box::new(stamp) };
            vault.file(&archive_itself(), None, NoteRequest { id: new_note_id(), note, words: NoteWords::default() }).await?;
        }
        Ok(())
    }
}

impl StampRound {
    fn record_of(&self, member: &Member, token: &[u8]) -> Option<Vec<u8>> {
        let path = self.tree.path(&member.leaf)?;
        let hash = self.tree.hash();
        let before = member.before.as_ref().map(|(record, _)| EvidenceRecord::parse(record)).transpose().ok()?;
        match (member.kind, before) {
            (StampKind::First, None) => Some(EvidenceRecord::first(hash, &path, token)),
            (StampKind::StampRenewed, Some(before)) => before.with_stamp(&path, token),
            (StampKind::HashRenewed, Some(before)) => Some(before.with_chain(hash, &path, token)),
            _ => None,
        }
    }
}

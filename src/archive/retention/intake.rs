//! The intake: scan batches, the watermark, confirmed backups.

use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, Filed, NoteRequest, NoteView};
use crate::model::retention::{BatchFacts, Note, NoteWords, VaultFacts, Watermark};
use crate::model::{Address, Date, NoteId, Principal, Refusal, Timestamp};

/// A scan batch to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRequest {
    /// The id that the scan line chose.
    pub id: NoteId,
    /// The earliest day on which anything in it was received.
    pub received: Date,
    /// Documents in it.
    pub documents: u32,
    /// Sheets of paper in it.
    pub sheets: u32,
    /// Where its protocol lies.
    pub words: NoteWords,
}

/// A scan batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchView {
    /// How it was registered.
    pub note: NoteView,
    /// What has become of it.
    pub facts: BatchFacts,
}

/// How far the intake has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeView {
    /// Everything received up to this day is scanned, checked and assigned.
    pub watermark: Watermark,
    /// All post received up to this day is registered, says the scan line.
    pub reported_through: Option<Date>,
    /// Batches that are not complete, with the day of receipt, oldest first.
    pub open: Vec<(NoteId, Date)>,
    /// Everything stored before this time is in a confirmed backup.
    pub backed_up_through: Option<Timestamp>,
}

impl Vault {
    /// Registers a scan batch.
    pub async fn register_batch(&self, by: &Principal, request: BatchRequest) -> Result<Filed, ArchiveError> {
        let BatchRequest { id, received, documents, sheets, words } = request;
        self.file(by, None, NoteRequest { id, note: Note::Batch { received, documents, sheets }, words }).await
    }

    /// Records that everything in a batch is scanned, checked and assigned.
    pub async fn complete_batch(&self, by: &Principal, batch: NoteId, id: NoteId, words: NoteWords) -> Result<Filed, ArchiveError> {
        let batch = self.batch_place(batch)?;
        self.file(by, None, NoteRequest { id, note: Note::BatchCompleted { batch }, words }).await
    }

    /// Records that all post received up to a day has been registered in batches.
    pub async fn report_intake(&self, by: &Principal, id: NoteId, through: Date, words: NoteWords) -> Result<Filed, ArchiveError> {
        self.file(by, None, NoteRequest { id, note: Note::IntakeReported { through }, words }).await
    }

    /// Records that everything stored before a time is in a backup that was read back.
    pub async fn confirm_backup(&self, by: &Principal, id: NoteId, through: Timestamp, words: NoteWords) -> Result<Filed, ArchiveError> {
        self.file(by, None, NoteRequest { id, note: Note::BackupConfirmed { through }, words }).await
    }

    /// A scan batch as it stands.
    pub fn batch(&self, id: NoteId) -> Result<BatchView, ArchiveError> {
        let place = self.batch_place(id)?;
        let facts = self.inner.store.batch(self.id(), place)?.ok_or(Refusal::BatchUnknown)?;
        Ok(BatchView { note: self.note_at(place)?, facts })
    }

    /// How far the intake has come.
    pub fn intake(&self) -> Result<IntakeView, ArchiveError> {
        let VaultFacts { intake, backed_up_through, .. } = self.facts()?;
        let mut open = Vec::with_capacity(intake.open.len());
        for (place, received) in &intake.open {
            let record = self.inner.store.note(self.id(), *place)?.ok_or(Refusal::BatchUnknown)?;
            open.push((record.id, *received));
        }
        open.sort_by_key(|(_, received)| *received);
        Ok(IntakeView { watermark: intake.watermark(), reported_through: intake.reported_through, open, backed_up_through })
    }

    fn batch_place(&self, id: NoteId) -> Result<Address, ArchiveError> {
        let place = self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::BatchUnknown)?;
        self.inner.store.batch(self.id(), place)?.ok_or(Refusal::BatchUnknown)?;
        Ok(place)
    }
}

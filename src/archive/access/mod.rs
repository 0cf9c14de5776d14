//! The access log: who has seen what, in a ledger of its own for each vault and calendar year.
//!
//! ```text
//! Vault::record_access -> prepare (commitments, sealed details) -> recorder (one thread: gathers groups) -> committer -> answer
//! ```
//! Invariants: whoever is shown something has been recorded durably before the first byte leaves; who reads is readable only with a key of
//! the year; records of a year never mix with what must be kept longer. While the disk is full, records wait in a bounded reserve in
//! memory and reading goes on; when that is full too, nothing is shown.
//!
//! Attempts that were refused are recorded without anybody waiting, and bounded: who floods the archive with them is counted.
//!
//! What is deliberately absent: a way to read without a record (`http` has one door for all readings), back-pointers, changes of any kind.

mod prepare;
mod read;
mod recorder;
mod refusals;
mod shards;

pub use read::{AccessPage, AccessView};
pub(super) use recorder::{Recorder, Recording};
pub(super) use refusals::Refusals;

use std::sync::Arc;

use super::ArchiveError;
use super::vault::Vault;
use crate::keys::TreeId;
use crate::model::{Access, Timestamp};
use crate::observe::AccessesDropped;
use tokio::sync::oneshot;

impl Vault {
    /// Records an access that is allowed. When this answers, the record is on stable storage, or waits in the reserve of a full disk: only
    /// then may anything be shown.
    ///
    /// # Errors
    /// Whoever gets one must show nothing.
    pub async fn record_access(&self, access: Access) -> Result<(), ArchiveError> {
        let inner = &self.inner;
        inner.gate.check_latched()?;
        let year = self.present_year();
        inner.ensure_trees(vec![TreeId::readers(self.id(), year)]).await?;
        let vault = self.clone();
        let prepared = tokio::task::spawn_blocking(move || vault.prepare_access(&access, year)).await.map_err(|_| ArchiveError::Busy)??;
        let (reply, answer) = oneshot::channel();
        let recording = Recording { access: Arc::new(prepared), reply: Some(reply) };
        inner.accesses.send(recording).await.map_err(|_| ArchiveError::Latched)?;
        answer.await.unwrap_or(Err(ArchiveError::OutcomeUnknown))
    }

    /// Waits until everything that was recorded before can be read back: readers are let go with the commit of their record, and what is
    /// shown of a ledger is never ahead of the anchor.
    ///
    /// # Errors
    /// If the archive has latched.
    pub async fn accesses_settled(&self) -> Result<(), ArchiveError> {
        self.inner.wait_for_anchor().await
    }

    /// Records an attempt that was refused. Nobody waits for it, so that the answer does not say by its duration what there is.
    pub fn record_refused(&self, mut access: Access) {
        let Some(count) = self.inner.refusals.admit(&access.reader.application, self.id(), minute(self.inner.clock.now())) else {
            self.inner.observer.emit(&AccessesDropped { reason: "bound" });
            return;
        };
        access.count = count;
        let vault = self.clone();
        let year = self.present_year();
        tokio::spawn(async move {
            let inner = Arc::clone(&vault.inner);
            let recorded = async {
                inner.ensure_trees(vec![TreeId::readers(vault.id(), year)]).await?;
                let prepared = tokio::task::spawn_blocking(move || vault.prepare_access(&access, year)).await;
                prepared.map_err(|_| ArchiveError::Busy)?
            };
            let sent = recorded.await.is_ok_and(|prepared| {
                let recording = Recording { access: Arc::new(prepared), reply: None };
                inner.accesses.try_send(recording).is_ok()
            });
            if !sent {
                inner.observer.emit(&AccessesDropped { reason: "queue" });
            }
        });
    }

    /// The year in whose ledger an access of now belongs. Never one before what was recorded already, also if the clock was set back.
    pub fn present_year(&self) -> u16 {
        self.inner.timekeeper.recorded_now().year()
    }
}

/// The whole minute before `time`.
pub(super) fn minute(time: Timestamp) -> Timestamp {
    Timestamp::from_seconds(time.seconds().div_euclid(60) * 60).unwrap_or(time)
}

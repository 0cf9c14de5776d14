//! Space comes back: housekeeping behind a destruction, and never part of its proof.

use std::sync::Arc;

use crate::archive::{Archive, ArchiveError};
use crate::observe::Reclaimed;

impl Archive {
    /// Has the database write over what it can of what was removed: its log is rolled, and the tables that hold removed rows are
    /// written anew. Below the file system freed blocks may keep ciphertext; its keys are gone.
    pub async fn reclaim(&self) -> Result<(), ArchiveError> {
        let store = Arc::clone(&self.0.store);
        let before = store.sizes()?.table_bytes;
        tokio::task::spawn_blocking(move || store.reclaim()).await.map_err(|_| ArchiveError::Busy)??;
        let freed_bytes = before.saturating_sub(self.0.store.sizes()?.table_bytes);
        self.0.observer.emit(&Reclaimed { freed_bytes });
        Ok(())
    }
}

//! Recomputing dates after another catalogue has been adopted: in the background, some cases at a time, between the groups of others.
//!
//! The adoption is the decision and is in the ledger; the dates only follow. Until the job is through, every line names the version that
//! it was computed by, and listings say that they are incomplete. A crash loses nothing: the place up to which the job has come is
//! committed together with the dates.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::classes::case_of;
use crate::archive::job::{Job, RefreshJob};
use crate::archive::retention_view::{CatalogueCache, Moment, RetentionView};
use crate::archive::{Archive, ArchiveError, Vault};
use crate::limits::{CLOCK_SAVED_SECONDS_MAX, REFRESH_CASES_MAX, REFRESH_DOCUMENTS_MAX};
use crate::model::retention::{Fact, VaultFacts};
use crate::model::{CaseNumber, VaultId};
use crate::state;
use crate::store::{Column, Store, StoreError, key};

/// How far a step of the job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::archive) enum Progress {
    /// There is more to do.
    More,
    /// Every date follows the catalogue in force.
    Done,
}

/// One step of the job: recomputes the next cases and commits their dates. Runs on the committer's thread.
pub(in crate::archive) fn step(
    store: &Store,
    catalogues: &mut CatalogueCache,
    moment: Moment,
    vault: VaultId,
) -> Result<Progress, StoreError> {
    let mut view = RetentionView::new(store, catalogues, moment);
    let facts = view.vault_facts(vault)?;
    let end = CaseNumber::FIRST_REGISTER;
    let (Some(catalogue), true) = (view.catalogue(vault)?, facts.refreshed_below < end.get()) else { return Ok(Progress::Done) };
    let first = CaseNumber::new(facts.refreshed_below).unwrap_or(end);
    let mut batch = store.transaction();
    let (mut reached, mut read) = (end, 0);
    let from = key::case(vault, first);
    for (count, row) in store.rows(Column::Cases, &vault.0, Some(&from))?.enumerate() {
        let case = case_of(&row?.0)?;
        if count == REFRESH_CASES_MAX || read >= REFRESH_DOCUMENTS_MAX {
            reached = case;
            break;
        }
        let stored = view.dossier(vault, case)?;
        let before = match &stored {
            Some(dossier) => Arc::clone(dossier),
            None => view.empty_dossier(vault, case)?,
        };
        let documents = view.facts_of_case(vault, case)?;
        read += documents.len();
        for fact in state::refresh(case, &before, stored.is_some(), &documents, &catalogue) {
            batch.write_fact(vault, &fact)?;
        }
    }
    let moved = VaultFacts { refreshed_below: reached.get(), ..VaultFacts::clone(&facts) };
    batch.write_fact(vault, &Fact::Vault(Arc::new(moved)))?;
    batch.commit()?;
    Ok(if reached == end { Progress::Done } else { Progress::More })
}

impl Vault {
    /// Recomputes all dates that do not follow the catalogue in force yet. Ends at once if there are none.
    pub async fn refresh_dates(&self) -> Result<(), ArchiveError> {
        loop {
            self.inner.gate.check()?;
            let (reply, answer) = oneshot::channel();
            let job = Job::Refresh(RefreshJob { vault: self.id(), reply });
            self.inner.queue.send(job).await.map_err(|_| ArchiveError::Latched)?;
            if answer.await.map_err(|_| ArchiveError::OutcomeUnknown)?? == Progress::Done {
                return Ok(());
            }
        }
    }
}

impl Archive {
    /// Recomputes dates whenever a catalogue was adopted, and once at the beginning for what an earlier process left undone.
    /// Never ends by itself.
    pub async fn keep_dates(&self) {
        loop {
            let wanted = self.0.refresh_wanted.notified();
            if let Err(error) = self.refresh_all().await {
                tracing::warn!(%error, "dates could not be recomputed; they are as they were, and the next adoption or start tries again");
            }
            wanted.await;
        }
    }

    /// Has the state of the protected clock stored and retention counted every minute, also when nothing else happens. Never ends by
    /// itself.
    pub async fn keep_time(&self) {
        let mut ticks = tokio::time::interval(std::time::Duration::from_secs(CLOCK_SAVED_SECONDS_MAX));
        loop {
            ticks.tick().await;
            let archive = self.clone();
            match tokio::task::spawn_blocking(move || archive.measure_retention()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the figures about retention could not be counted"),
                Err(_) => return,
            }
            // A queue that is closed means that the archive has latched; whoever waits for that ends the process.
            let _ = self.0.queue.send(Job::SaveClock).await;
        }
    }

    async fn refresh_all(&self) -> Result<(), ArchiveError> {
        for record in self.vaults()? {
            self.vault(&record.name)?.refresh_dates().await?;
        }
        Ok(())
    }
}

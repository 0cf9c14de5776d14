//! The end of a year: its access ledger is sealed into the vault's own, and removed with its keys when the following year is over.
//!
//! ```text
//! shard.seal      a note with size and root, a day behind the end of the year
//! shard.destroy   a note; entries, tiles and records go with its commit, by a warrant
//! keys            one epoch in which the tree of the year's readers loses everything
//! ```
//! All by the protected clock: a wrong clock seals and removes nothing early. Whatever is interrupted, the next look goes on from what is
//! committed.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::archive::destruction::{archive_itself, new_note_id};
use crate::archive::vault::{Vault, key_error};
use crate::archive::{Archive, ArchiveError, NoteRequest};
use crate::keys::TreeId;
use crate::limits::ACCESS_YEARS_LOOKED_AT_SECONDS;
use crate::model::destruction::DestructionWarrant;
use crate::model::retention::{Note, NoteWords};
use crate::model::{Refusal, Timestamp};
use crate::observe::AccessYearsEnded;
use crate::store::key::LogKey;

/// Seconds before a year from which on its keys are prepared: 30 days.
const NEXT_YEAR_SECONDS: i64 = 30 * 86_400;
/// Seconds of the day that passes between the end of a year and its sealing.
const DAY_SECONDS: i64 = 86_400;

impl Archive {
    /// Seals and removes access ledgers when their time has come. Never ends by itself.
    pub async fn keep_access_years(&self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(ACCESS_YEARS_LOOKED_AT_SECONDS));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.end_access_years().await {
                tracing::warn!(%error, "access logs of years that are over wait; they go on from what is committed");
            }
            if let Err(error) = self.prepare_next_year().await {
                tracing::warn!(%error, "the keys of the next year are not there yet; it is tried again, and whoever needs them first waits");
            }
        }
    }

    /// Seals every access ledger whose year is certainly over, removes those whose following year is, and ends their keys.
    ///
    /// # Errors
    /// The first trouble; what was done before is committed, and calling it again goes on from there.
    pub async fn end_access_years(&self) -> Result<(), ArchiveError> {
        // Doubtful time ends nothing.
        let Some(certain) = self.0.moment().certain else { return Ok(()) };
        for record in self.vaults()? {
            let vault = self.vault(&record.name)?;
            vault.seal_access_years(certain).await?;
            vault.remove_access_years(certain).await?;
        }
        self.end_keys_of_years().await
    }

    /// In the last month of a year, adds the key trees of the next one for all vaults: one change of keys instead of one for each vault
    /// that is used in the first minutes of January, while everybody waits for it.
    ///
    /// # Errors
    /// The trouble of the keyring. Nothing is lost: what is missing is added when it is needed.
    pub async fn prepare_next_year(&self) -> Result<(), ArchiveError> {
        let now = self.0.clock.now();
        let year = Timestamp::from_seconds(now.seconds().saturating_add(NEXT_YEAR_SECONDS)).map_or(0, Timestamp::year);
        if year <= now.year() {
            return Ok(());
        }
        let trees_of = |vault| [TreeId::cases(vault, year), TreeId::actors(vault, year), TreeId::readers(vault, year)];
        let trees = self.vaults()?.into_iter().flat_map(|record| trees_of(record.id)).collect();
        self.0.ensure_trees(trees).await
    }

    async fn end_keys_of_years(&self) -> Result<(), ArchiveError> {
        let archive = self.clone();
        let ended = tokio::task::spawn_blocking(move || {
            let warrants = archive.years_with_keys()?;
            if warrants.is_empty() {
                return Ok(None);
            }
            let bindings = archive.bindings()?;
            archive.0.keyring.destroy(&warrants, &BTreeMap::new(), bindings).map_err(key_error)?;
            Ok::<_, ArchiveError>(Some(warrants.len()))
        });
        if let Some(years) = ended.await.map_err(|_| ArchiveError::Busy)?? {
            self.0.observer.emit(&AccessYearsEnded { years });
            // Entries without keys stay in the tables of the ledger until they are compacted for another reason; they open nothing.
            self.reclaim().await?;
        }
        Ok(())
    }

    /// The warrants of removed access ledgers whose keys still exist, made again from the notes that are committed.
    fn years_with_keys(&self) -> Result<Vec<DestructionWarrant>, ArchiveError> {
        let (store, keyring) = (&self.0.store, &self.0.keyring);
        let mut warrants = Vec::new();
        for record in self.vaults()? {
            for shard in store.disposition(record.id)?.shards.iter().filter(|shard| shard.destroyed) {
                let tree = TreeId::readers(record.id, shard.year);
                if !keyring.has_tree(tree) || keyring.cover_nodes(tree).map_err(key_error)? == 0 {
                    continue;
                }
                let damaged = |why: &dyn std::fmt::Display| {
                    ArchiveError::Damaged(format!("the end of access ledger {} of vault {}: {why}", shard.year, record.id))
                };
                let sealed = store.note(record.id, shard.place)?.ok_or_else(|| damaged(&"its sealing is missing"))?;
                let removed = store.notes(record.id, shard.place)?.find_map(|note| match note {
                    Ok(note) if matches!(note.note, Note::ShardDestroyed { sealed, .. } if sealed == shard.place) => Some(Ok(note)),
                    Ok(_) => None,
                    Err(error) => Some(Err(error)),
                });
                let removed = removed.transpose()?.ok_or_else(|| damaged(&"its note is missing"))?;
                let step = (removed.address, removed.recorded_at, &removed.note);
                warrants.push(DestructionWarrant::of_year(record.id, &sealed, step).map_err(|why| damaged(&why))?);
            }
        }
        Ok(warrants)
    }
}

impl Vault {
    async fn seal_access_years(&self, certain: Timestamp) -> Result<(), ArchiveError> {
        // What waits for room on the disk belongs into its year.
        if self.inner.accesses_kept.load(Ordering::Acquire) > 0 {
            return Ok(());
        }
        let a_day_before = Timestamp::from_seconds(certain.seconds() - DAY_SECONDS).unwrap_or(certain);
        for year in self.access_years().into_iter().filter(|year| *year < a_day_before.year()) {
            if self.inner.store.disposition(self.id())?.shard(year).is_some() {
                continue;
            }
            let head = self.inner.head(LogKey::access(self.id(), year))?;
            self.file_end(Note::ShardSealed { year, size: head.state.size(), root: head.state.root() }).await?;
        }
        Ok(())
    }

    async fn remove_access_years(&self, certain: Timestamp) -> Result<(), ArchiveError> {
        let shards = self.inner.store.disposition(self.id())?.shards;
        let over = |year: u16| u32::from(certain.year()) >= u32::from(year) + 2;
        for shard in shards.into_iter().filter(|shard| !shard.destroyed && over(shard.year)) {
            self.file_end(Note::ShardDestroyed { sealed: shard.place, year: shard.year, size: shard.size }).await?;
        }
        Ok(())
    }

    /// Files a note about the end of a year. West of Greenwich the calendar of the vault comes to it some hours later.
    async fn file_end(&self, note: Note) -> Result<(), ArchiveError> {
        let request = NoteRequest { id: new_note_id(), note, words: NoteWords::default() };
        match self.file(&archive_itself(), None, request).await {
            Ok(_) | Err(ArchiveError::Refused(Refusal::AccessYearNotOver)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

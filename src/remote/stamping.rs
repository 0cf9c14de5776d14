//! The job that has checkpoints time-stamped: one time-stamp in each interval for all vaults, and renewals before certificates run out.

use std::time::Duration;

use super::authority::{Authority, AuthorityError};
use crate::archive::{Archive, ArchiveError, StampRound};
use crate::clock::{Clock, Stopwatch};
use crate::evidence::HashAlgorithm;
use crate::limits::{RENEWAL_DAYS, STAMP_AGAIN_SECONDS};
use crate::model::Timestamp;
use crate::observe::{CheckpointsStamped, Observer, StampFailed, StampsCover, StampsFound};

/// How often it is looked which time-stamps run out.
const RENEW_EVERY: Duration = Duration::from_secs(86_400);

/// Has checkpoints time-stamped.
#[derive(Clone)]
pub struct Stamping {
    archive: Archive,
    authority: Authority,
    interval: Duration,
    clock: Clock,
    observer: Observer,
}

/// Why a round came to nothing. Documents and ledgers go on.
#[derive(Debug, thiserror::Error)]
pub enum StampingError {
    /// The authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The evidence could not be prepared or filed.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The authority's certificate runs out no later than that of the time-stamp to be renewed.
    #[error("the authority's certificate ends on {0}, no later than that of the time-stamp to be renewed; another authority must do it")]
    NoLater(Timestamp),
}

impl StampingError {
    /// The reason as a label of a metric, from a closed list.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Authority(error) => error.reason(),
            Self::Archive(_) => "archive",
            Self::NoLater(_) => "no_later",
        }
    }
}

impl Stamping {
    /// A job over an archive, with an authority.
    pub fn new(archive: Archive, authority: Authority, interval: Duration, clock: Clock, observer: Observer) -> Self {
        Self { archive, authority, interval, clock, observer }
    }

    /// Works for ever. A restart does not bring the next time-stamp forward.
    pub async fn run(&self) {
        if let Ok(Some((last, renew_by))) = self.archive.last_stamped() {
            self.observer.emit(&StampsFound { until: last, renew_by });
            let age = u64::try_from(self.clock.now().seconds() - last.seconds()).unwrap_or(0);
            tokio::time::sleep(self.interval.saturating_sub(Duration::from_secs(age))).await;
        }
        let mut renewed: Option<Stopwatch> = None;
        loop {
            let stamped = self.told(self.stamp().await);
            // Once a day is often enough for what has 90 days, also when no authority can do it yet.
            if renewed.as_ref().is_none_or(|since| since.elapsed() >= RENEW_EVERY) {
                self.told(self.renew().await);
                renewed = Some(Stopwatch::start());
            }
            // A failure is tried again before the next interval, so that a short one does not cost a whole hour.
            let again = Duration::from_secs(STAMP_AGAIN_SECONDS).min(self.interval);
            tokio::time::sleep(if stamped { self.interval } else { again }).await;
        }
    }

    fn told(&self, result: Result<usize, StampingError>) -> bool {
        if let Err(error) = &result {
            self.observer.emit(&StampFailed { reason: error.reason(), why: &error.to_string() });
        }
        result.is_ok()
    }

    /// Has everything stamped that no time-stamp covers; answers how many checkpoints that were.
    ///
    /// # Errors
    /// [`StampingError`]; what it was about stays due.
    pub async fn stamp(&self) -> Result<usize, StampingError> {
        let now = self.clock.now();
        let stamped = match self.aside(Archive::stamps_due).await? {
            Some(round) => self.carry_out(&round).await?,
            None => 0,
        };
        self.observer.emit(&StampsCover { until: now });
        Ok(stamped)
    }

    /// Renews the evidence of each year whose newest time-stamp runs out within [`RENEWAL_DAYS`]; answers how many records that were.
    ///
    /// # Errors
    /// [`StampingError`]; what it was about stays due.
    pub async fn renew(&self) -> Result<usize, StampingError> {
        let soon = self.clock.now().seconds().saturating_add(RENEWAL_DAYS * 86_400);
        let until = Timestamp::from_seconds(soon).unwrap_or(Timestamp::MAX);
        let mut renewed = 0;
        for round in self.aside(move |archive| archive.renewals_due(until)).await? {
            renewed += self.carry_out(&round).await?;
        }
        Ok(renewed)
    }

    /// Renews the evidence of each year under another hash; answers how many records that were.
    ///
    /// # Errors
    /// [`StampingError`]; calling it again goes on with what is left.
    pub async fn renew_hash(&self, hash: HashAlgorithm) -> Result<usize, StampingError> {
        match self.aside(move |archive| archive.hash_renewals(hash)).await? {
            Some(round) => self.carry_out(&round).await,
            None => Ok(0),
        }
    }

    async fn carry_out(&self, round: &StampRound) -> Result<usize, StampingError> {
        let (response, stamped) = self.authority.stamp(round.hash(), round.root()).await?;
        if let Some(before) = round.outlives()
            && stamped.tsa_not_after <= before
            && !round.is_over_the_bytes()
        {
            return Err(StampingError::NoLater(stamped.tsa_not_after));
        }
        self.archive.file_stamps(round, &response, self.authority.roots()).await?;
        let (checkpoints, renewal) = (round.checkpoints(), round.outlives().is_some());
        self.observer.emit(&CheckpointsStamped { checkpoints, renewal, time: stamped.time, renew_by: stamped.tsa_not_after });
        Ok(checkpoints)
    }

    /// Reads the database in a thread that may wait for it.
    async fn aside<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Archive) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let archive = self.archive.clone();
        tokio::task::spawn_blocking(move || read(&archive)).await.map_err(|error| ArchiveError::Storage(error.to_string()))?
    }
}

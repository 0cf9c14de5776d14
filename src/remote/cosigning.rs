//! The job that shows checkpoints to witnesses and keeps what they cosign.
//!
//! A round looks at every ledger. Where the newest checkpoint covers more than the cosigned one that is kept, all witnesses are shown
//! this very checkpoint, so that their cosignatures stand below the same three lines; with enough of them it is kept. A witness that
//! fails is left alone for one, then three, then seven rounds and so on. Nothing waits for any of it, and readiness does not depend on it:
//! entries that no witness has seen yet are as true as others, only less well known.

use std::collections::HashMap;
use std::time::Duration;

use super::address::AddressError;
use super::client::RemoteClient;
use super::witness::{Said, Witness, WitnessError};
use crate::archive::{Archive, ArchiveError, PublishedLedger};
use crate::clock::Clock;
use crate::config::WitnessesConfig;
use crate::ledger::SignedCheckpoint;
use crate::model::VaultName;
use crate::observe::{Observer, WitnessCosigned, WitnessFailed, WitnessLag};

/// Longest time that a witness is left alone, in rounds: an hour, if there is one every minute.
const PAUSE_ROUNDS_MAX: u32 = 60;
/// A witness may have cosigned something else since it was asked last: it says so, and is asked once more.
const QUESTIONS_MAX: usize = 2;

/// Whom to ask, how often, and when to be content.
#[derive(Debug, Clone)]
pub struct Witnesses {
    /// Everybody who is asked.
    pub witnesses: Vec<Witness>,
    /// Cosignatures that a checkpoint needs to be kept.
    pub cosignatures_min: usize,
    /// Time between two rounds.
    pub interval: Duration,
}

impl Witnesses {
    /// The witnesses of the configuration.
    pub fn of(config: &WitnessesConfig) -> Result<Self, AddressError> {
        let witnesses = config.witnesses.iter().map(|witness| Witness::new(&witness.url, witness.key.clone()));
        Ok(Self { witnesses: witnesses.collect::<Result<_, _>>()?, cosignatures_min: config.cosignatures_min, interval: config.interval })
    }
}

/// The witnesses of an archive and what is known of each.
pub struct Cosigning {
    archive: Archive,
    client: RemoteClient,
    witnesses: Vec<Witness>,
    cosignatures_min: usize,
    interval: Duration,
    clock: Clock,
    observer: Observer,
    /// What a witness has cosigned last, by its place in the list and by origin. Losing it costs a question.
    sizes: HashMap<(usize, String), u64>,
    /// Whom to leave alone: a witness as a whole, or about one ledger.
    pauses: HashMap<(usize, Option<String>), Pause>,
}

/// How long somebody is left alone.
#[derive(Debug, Clone, Copy, Default)]
struct Pause {
    failures: u32,
    rounds: u32,
}

impl Pause {
    fn longer(&mut self) {
        self.failures = (self.failures + 1).min(u32::BITS - 1);
        self.rounds = ((1_u32 << self.failures) - 1).min(PAUSE_ROUNDS_MAX);
    }
}

impl Cosigning {
    /// The job for these witnesses. Nobody is asked yet.
    pub fn new(archive: Archive, witnesses: Witnesses, client: RemoteClient, clock: Clock, observer: Observer) -> Self {
        let Witnesses { witnesses, cosignatures_min, interval } = witnesses;
        let (sizes, pauses) = (HashMap::new(), HashMap::new());
        Self { archive, client, witnesses, cosignatures_min, interval, clock, observer, sizes, pauses }
    }

    /// Shows checkpoints again and again. Never ends by itself.
    pub async fn run(mut self) {
        if self.witnesses.is_empty() {
            return std::future::pending().await;
        }
        loop {
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "cosigned checkpoints cannot be kept now; the next round tries again");
            }
            tokio::time::sleep(self.interval).await;
        }
    }

    /// One round over all ledgers.
    ///
    /// # Errors
    /// When the archive cannot be read or written. What witnesses do is never an error here.
    pub async fn round(&mut self) -> Result<(), ArchiveError> {
        self.pauses.values_mut().for_each(|pause| pause.rounds = pause.rounds.saturating_sub(1));
        let mut kept = Vec::new();
        let mut lags: HashMap<(VaultName, bool), u64> = HashMap::new();
        for ledger in self.archive.ledgers()? {
            let before = ledger.cosigned()?;
            let mut covered = before.as_ref().map_or(0, |checkpoint| checkpoint.checkpoint().size());
            let size = ledger.checkpoint().checkpoint().size();
            if let Some(cosigned) = self.show(&ledger, before.as_ref()).await {
                covered = size;
                kept.push((ledger.clone(), cosigned));
            }
            *lags.entry((ledger.vault().clone(), ledger.is_of_accesses())).or_default() += size.saturating_sub(covered);
        }
        self.archive.keep_cosigned(kept).await?;
        for ((vault, of_accesses), entries) in &lags {
            self.observer.emit(&WitnessLag { vault, of_accesses: *of_accesses, entries: *entries });
        }
        Ok(())
    }

    /// Shows the newest checkpoint of a ledger to every witness that has not cosigned it yet. The checkpoint with everybody's
    /// cosignatures, if something was added and there are enough.
    async fn show(&mut self, ledger: &PublishedLedger, kept: Option<&SignedCheckpoint>) -> Option<SignedCheckpoint> {
        // The same checkpoint is completed; a new one starts without cosignatures.
        let same = kept.filter(|kept| kept.checkpoint() == ledger.checkpoint().checkpoint());
        let mut cosigned = same.unwrap_or(ledger.checkpoint()).clone();
        let mut added = false;
        for at in 0..self.witnesses.len() {
            if self.witnesses[at].has_cosigned(&cosigned) || self.is_paused(at, ledger.key().name()) {
                continue;
            }
            match self.ask(at, ledger, kept, &cosigned).await {
                Ok(next) => {
                    (cosigned, added) = (next, true);
                    self.succeeded(at, ledger);
                }
                Err(error) => self.failed(at, ledger, &error),
            }
        }
        let cosignatures = self.witnesses.iter().filter(|witness| witness.has_cosigned(&cosigned)).count();
        (added && cosignatures >= self.cosignatures_min).then_some(cosigned)
    }

    /// Asks one witness, once more if it tells another size.
    async fn ask(
        &self,
        at: usize,
        ledger: &PublishedLedger,
        kept: Option<&SignedCheckpoint>,
        cosigned: &SignedCheckpoint,
    ) -> Result<SignedCheckpoint, WitnessError> {
        let witness = &self.witnesses[at];
        let remembered = self.sizes.get(&(at, ledger.key().name().to_owned())).copied();
        let from_kept = kept.filter(|kept| witness.has_cosigned(kept)).map(|kept| kept.checkpoint().size());
        // Before the first time nothing is known; size 0 makes the witness tell (C2SP tlog-witness).
        let mut old_size = remembered.or(from_kept).unwrap_or(0);
        for _ in 0..QUESTIONS_MAX {
            let proof = prove(ledger, old_size).await;
            // A size that cannot be proven from is answered by the witness with the one that it knows.
            let (size, proof) = proof.map_or((0, Vec::new()), |proof| (old_size, proof));
            match witness.ask(&self.client, cosigned, size, proof).await? {
                Said::Cosigned(cosigned) => return Ok(cosigned),
                Said::OtherSize(theirs) => old_size = theirs,
            }
        }
        Err(WitnessError::Moving)
    }

    fn succeeded(&mut self, at: usize, ledger: &PublishedLedger) {
        let (origin, size) = (ledger.key().name().to_owned(), ledger.checkpoint().checkpoint().size());
        self.pauses.remove(&(at, None));
        self.pauses.remove(&(at, Some(origin.clone())));
        self.sizes.insert((at, origin), size);
        let (witness, vault) = (self.witnesses[at].name(), ledger.vault());
        self.observer.emit(&WitnessCosigned { witness, vault, size, at: self.clock.now() });
    }

    fn failed(&mut self, at: usize, ledger: &PublishedLedger, error: &WitnessError) {
        let origin = ledger.key().name().to_owned();
        self.sizes.remove(&(at, origin.clone()));
        let whom = if error.is_of_the_witness() { None } else { Some(origin) };
        self.pauses.entry((at, whom)).or_default().longer();
        let (witness, vault, told) = (self.witnesses[at].name(), ledger.vault(), error.to_string());
        let (reason, contradicts, key) = (error.reason(), error.contradicts(), ledger.key().to_string());
        self.observer.emit(&WitnessFailed { witness, reason, contradicts, vault, key: &key, told: &told });
    }

    fn is_paused(&self, at: usize, origin: &str) -> bool {
        let waits = |whom: Option<String>| self.pauses.get(&(at, whom)).is_some_and(|pause| pause.rounds > 0);
        waits(None) || waits(Some(origin.to_owned()))
    }
}

/// Reads tiles, so it is done where waiting for the disk is no harm.
async fn prove(ledger: &PublishedLedger, old_size: u64) -> Option<Vec<crate::model::Digest>> {
    let ledger = ledger.clone();
    tokio::task::spawn_blocking(move || ledger.prove_growth_since(old_size)).await.ok()?.ok()
}

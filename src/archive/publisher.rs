//! The second thread of a commit: anchor, signature, answers, in this order.
//!
//! While it syncs the anchor of one group, the committer builds the next. Groups that queue up here share one anchor. Nobody is
//! answered before the anchor of his group is durable; so whatever was acknowledged is in the anchor.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::oneshot;

use super::failure::{ArchiveError, Gate};
use super::group::{Decided, Happening};
use super::job::{Outcome, Placed};
use crate::clock::Stopwatch;
use crate::keys::Keyring;
use crate::ledger::{BatchProofs, LogSigner, LogState, SignedCheckpoint, access_origin, leaf_hash};
use crate::limits::GROUPS_PER_ANCHOR_MAX;
use crate::model::{Digest, GroupNumber, LedgerIndex, Timestamp, VaultId, VaultName};
use crate::observe::{AnchorWritten, LedgerGrew, Observer};
use crate::store::anchor::{Anchor, AnchorFile, AnchoredHead};
use crate::store::fault::{self, Step};
use crate::store::key::LogKey;
use crate::store::{Store, StoreError};

/// A committed group, or answers that wait behind one.
pub(super) struct Publication {
    pub(super) group: GroupNumber,
    pub(super) time: Timestamp,
    pub(super) logs: Vec<GrownLog>,
    /// Logs that turned out to have grown although their group was reported as failed: nobody waits for an answer any more.
    pub(super) found: Vec<(LogKey, LogState)>,
    /// Access ledgers that were removed.
    pub(super) ended: Vec<LogKey>,
    pub(super) answers: Vec<Answer>,
    pub(super) barriers: Vec<oneshot::Sender<()>>,
}

impl Publication {
    /// One that says nothing yet.
    pub(super) fn empty(group: GroupNumber, time: Timestamp) -> Self {
        Self { group, time, logs: Vec::new(), found: Vec::new(), ended: Vec::new(), answers: Vec::new(), barriers: Vec::new() }
    }

    /// The logs with their new states.
    fn states(&self) -> impl Iterator<Item = (LogKey, &LogState)> {
        let grown = self.logs.iter().map(|grown| (grown.log, &grown.state));
        grown.chain(self.found.iter().map(|(log, state)| (*log, state)))
    }
}

/// A log that the group has extended.
pub(super) struct GrownLog {
    pub(super) log: LogKey,
    pub(super) state: LogState,
    pub(super) proofs: BatchProofs,
    /// The new entries of an access ledger, for which nobody waits here.
    pub(super) accessed: Vec<(LedgerIndex, Digest)>,
}

/// One command with its decision and whoever waits for it.
pub(super) struct Answer {
    pub(super) decided: Decided,
    pub(super) reply: oneshot::Sender<Result<Outcome, ArchiveError>>,
}

/// What all receipts of one group and log have in common.
pub(super) struct PublishedBatch {
    pub(super) proofs: BatchProofs,
    pub(super) checkpoint: Arc<SignedCheckpoint>,
}

/// The newest acknowledged state of a log.
pub(super) struct PublishedHead {
    pub(super) state: LogState,
    pub(super) checkpoint: Arc<SignedCheckpoint>,
}

/// What readers see of the ledgers. Never ahead of the anchor.
#[derive(Default)]
pub(super) struct Published(RwLock<HashMap<LogKey, Arc<PublishedHead>>>);

impl Published {
    pub(super) fn head(&self, log: LogKey) -> Option<Arc<PublishedHead>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&log).cloned()
    }

    /// The years of which the vault has access ledgers, oldest first.
    pub(super) fn years_of(&self, vault: VaultId) -> Vec<u16> {
        let heads = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut years: Vec<u16> = heads.keys().filter(|log| log.vault == vault).filter_map(|log| log.year()).collect();
        years.sort_unstable();
        years
    }

    fn remove(&self, log: LogKey) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&log);
    }

    /// Every log with its newest acknowledged state.
    pub(super) fn all(&self) -> Vec<(LogKey, Arc<PublishedHead>)> {
        let heads = self.0.read().unwrap_or_else(PoisonError::into_inner);
        heads.iter().map(|(log, head)| (*log, Arc::clone(head))).collect()
    }

    pub(super) fn set(&self, log: LogKey, head: PublishedHead) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(log, Arc::new(head));
    }
}

/// The signers of the ledgers, made when they are first needed.
pub(super) struct Signers {
    store: Arc<Store>,
    keyring: Arc<Keyring>,
    known: RwLock<HashMap<LogKey, (VaultName, Arc<LogSigner>)>>,
}

impl Signers {
    pub(super) fn new(store: Arc<Store>, keyring: Arc<Keyring>) -> Self {
        Self { store, keyring, known: RwLock::new(HashMap::new()) }
    }

    /// The name of a vault and the signer of one of its ledgers.
    pub(super) fn of(&self, log: LogKey) -> Result<(VaultName, Arc<LogSigner>), ArchiveError> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&log) {
            return Ok(known.clone());
        }
        let vault = log.vault;
        let record =
            self.store.vault_by_id(vault)?.ok_or_else(|| ArchiveError::Damaged(format!("vault {vault} has a ledger but no record")))?;
        let damaged = |error: &dyn std::fmt::Display| ArchiveError::Damaged(format!("the ledger key of vault {vault}: {error}"));
        let keys = self.keyring.vault_keys(vault).map_err(|error| damaged(&error))?;
        let (seed, origin) = match log.year() {
            None => (keys.ledger_seed(0), record.origin),
            Some(year) => (keys.access_seed(year), access_origin(&record.origin, year)),
        };
        let seed = seed.map_err(|error| damaged(&error))?;
        let signer = Arc::new(LogSigner::from_seed(&origin, &seed).map_err(|error| damaged(&error))?);
        let known = (record.name, signer);
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(log, known.clone());
        Ok(known)
    }
}

/// The state of the thread.
pub(super) struct Publisher {
    pub(super) store: Arc<Store>,
    pub(super) anchor: AnchorFile,
    /// Heads of all logs, as the next anchor will have them.
    pub(super) heads: BTreeMap<LogKey, AnchoredHead>,
    pub(super) signers: Arc<Signers>,
    pub(super) published: Arc<Published>,
    pub(super) gate: Arc<Gate>,
    pub(super) observer: Observer,
}

impl Publisher {
    /// Works until the committer has ended.
    pub(super) fn run(mut self, publications: Receiver<Publication>) {
        while let Ok(first) = publications.recv() {
            let mut batch = vec![first];
            batch.extend(publications.try_iter().take(GROUPS_PER_ANCHOR_MAX - 1));
            if let Err(reason) = self.write_anchor(&batch) {
                // The groups are in the database but nobody may be told: the next start finds them there.
                tracing::error!(reason, "the anchor could not be written");
                self.gate.latch("the anchor could not be written", &self.observer);
                break;
            }
            for publication in batch {
                self.answer(publication);
            }
        }
    }

    fn write_anchor(&mut self, batch: &[Publication]) -> Result<(), String> {
        let Some(newest) = batch.iter().rfind(|publication| publication.states().next().is_some()) else {
            return Ok(());
        };
        for (log, state) in batch.iter().flat_map(Publication::states) {
            self.heads.insert(log, AnchoredHead { log, size: state.size(), root: state.root() });
        }
        for log in batch.iter().flat_map(|publication| &publication.ended) {
            self.heads.remove(log);
        }
        let watch = Stopwatch::start();
        let anchor = Anchor { archive: self.store.archive_id(), group: newest.group, heads: self.heads.values().copied().collect() };
        let written = fault::take(self.store.faults(), Step::WriteAnchor, || {
            self.anchor.write(&anchor).map_err(|error| StoreError::Io(error.to_string()))
        });
        written.map_err(|error| error.to_string())?;
        self.observer.emit(&AnchorWritten { group: newest.group, duration: watch.elapsed() });
        Ok(())
    }

    /// Signs the heads of one group and answers everybody in it.
    fn answer(&self, publication: Publication) {
        let Publication { group: _, time, logs, found, ended, answers, barriers } = publication;
        ended.into_iter().for_each(|log| self.published.remove(log));
        let mut batches: HashMap<LogKey, Result<Arc<PublishedBatch>, ArchiveError>> = HashMap::new();
        for (log, state) in found {
            let published = self.publish(log, state).map(drop);
            self.latch_unless_signed(&published);
        }
        for GrownLog { log, state, proofs, accessed } in logs {
            let checked = self.check_entries(log, &answers).and_then(|()| self.check_accessed(log, &accessed));
            let published = checked.and_then(|()| self.publish(log, state));
            self.latch_unless_signed(&published);
            batches.insert(log, published.map(|checkpoint| Arc::new(PublishedBatch { proofs, checkpoint })));
        }
        for Answer { decided, reply } in answers {
            let outcome = match decided {
                Decided::Refused(refusal) => Err(ArchiveError::Refused(refusal)),
                Decided::RepeatsCase(number) => Ok(Outcome::RepeatsCase(number)),
                Decided::RepeatsDocument(address) => Ok(Outcome::RepeatsDocument(address)),
                Decided::RepeatsNote(place) => Ok(Outcome::RepeatsNote(place)),
                Decided::Happens(happening) => {
                    let Happening { log, entry, index, .. } = *happening;
                    match batches.get(&log) {
                        Some(Ok(batch)) => Ok(Outcome::Happened(Placed { entry, index, at: time, batch: Arc::clone(batch) })),
                        _ => Err(ArchiveError::OutcomeUnknown),
                    }
                }
            };
            // The client may have left; its request was carried out all the same.
            let _ = reply.send(outcome);
        }
        for barrier in barriers {
            let _ = barrier.send(());
        }
    }

    /// Reads every new entry back and compares its hash with the leaf that is about to be signed: one flipped bit in memory
    /// between hashing and writing would otherwise be signed for ever.
    fn check_entries(&self, log: LogKey, answers: &[Answer]) -> Result<(), ArchiveError> {
        for answer in answers {
            if let Decided::Happens(happening) = &answer.decided
                && happening.log == log
            {
                self.check_entry(log, happening.index, happening.leaf)?;
            }
        }
        Ok(())
    }

    /// Likewise for an access ledger.
    fn check_accessed(&self, log: LogKey, accessed: &[(LedgerIndex, Digest)]) -> Result<(), ArchiveError> {
        accessed.iter().try_for_each(|(index, leaf)| self.check_entry(log, *index, *leaf))
    }

    fn check_entry(&self, log: LogKey, index: LedgerIndex, leaf: Digest) -> Result<(), ArchiveError> {
        if self.store.see_entry(log, index, leaf_hash)? == Some(leaf) {
            return Ok(());
        }
        Err(ArchiveError::Damaged(format!("entry {} of ledger {} of vault {} is not what was hashed", index.0, log.log.0, log.vault)))
    }

    fn latch_unless_signed<T>(&self, published: &Result<T, ArchiveError>) {
        if let Err(error) = published {
            tracing::error!(%error, "a committed group could not be signed");
            self.gate.latch("a committed group could not be signed", &self.observer);
        }
    }

    /// Signs the newest state of a log and shows it to readers.
    fn publish(&self, log: LogKey, state: LogState) -> Result<Arc<SignedCheckpoint>, ArchiveError> {
        let (name, signer) = self.signers.of(log)?;
        let checkpoint = signer.sign(state.size(), state.root()).map_err(|error| ArchiveError::Damaged(error.to_string()))?;
        let checkpoint = Arc::new(checkpoint);
        if log.year().is_none() {
            self.observer.emit(&LedgerGrew { vault: &name, entries: LedgerIndex(state.size()) });
        }
        self.published.set(log, PublishedHead { state, checkpoint: Arc::clone(&checkpoint) });
        Ok(checkpoint)
    }
}

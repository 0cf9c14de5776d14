//! Going on after a restore: on somebody's word, and for the record.
//!
//! A restored data directory carries a mark with which no daemon serves it. Accepting it puts an anchor in place that fits it, writes into
//! every ledger that the archive goes on from a backup, why, and how many entries are known to be lost, and only then removes the mark.
//! Interrupted anywhere, it can be repeated: the worst that happens is that a ledger says it twice.

use super::failure::StartError;
use super::kept::KeptCheckpoints;
use super::recovery::{self, Found};
use super::{Archive, ArchiveError, ArchiveSettings};
use crate::clock::Clock;
use crate::ledger::{AnchorFinding, Checkpoint, PreparedEntry, RestoreReason, RestoredLedger, access_year};
use crate::model::command::AcceptAnchor;
use crate::model::{Command, EventId, GroupNumber, Handle, Timestamp, VaultId, VaultRecord};
use crate::observe::Observer;
use crate::store::anchor::{Anchor, AnchorError};
use crate::store::key::LogKey;
use crate::store::{OpenError, Store, StoreSettings};
use crate::sys::random;

/// What is known of a restored archive before it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredState {
    /// The last commit group in it.
    pub group: GroupNumber,
    /// Everything stored before this second is in it.
    pub through: Timestamp,
    /// What the anchor says.
    pub finding: Option<AnchorFinding>,
    /// The last commit group that was acknowledged, if there is an anchor that knows.
    pub acknowledged: Option<GroupNumber>,
    /// Every ledger, with what is known to be lost of it.
    pub ledgers: Vec<LedgerState>,
}

/// A ledger of a restored archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerState {
    /// The vault.
    pub vault: VaultId,
    /// Entries that came back.
    pub size: u64,
    /// Entries that were acknowledged and did not.
    pub lost: u64,
}

impl RestoredState {
    /// Entries of all ledgers that are known to be lost.
    pub fn lost(&self) -> u64 {
        self.ledgers.iter().map(|ledger| ledger.lost).sum()
    }
}

impl Archive {
    /// What accepting the restored archive would mean. Changes nothing.
    ///
    /// # Errors
    /// [`StartError::Check`] if the archive was not restored, or if its ledgers contradict the anchor instead of only being older.
    pub fn restored_state(settings: &StoreSettings) -> Result<RestoredState, StartError> {
        let mark = Store::restored_from(settings)?;
        let mark = mark.ok_or_else(|| StartError::Check("the data directory was not restored from a backup".to_owned()))?;
        let (store, anchor) = Store::open_read_only(settings)?;
        let found = recovery::load(&store)?;
        let (anchor, finding) = match anchor {
            Ok(opened) if opened.anchor.archive != store.archive_id() => return Err(OpenError::ForeignAnchor.into()),
            Ok(opened) => (Some(opened.anchor), None),
            Err(AnchorError::Missing(_)) => (None, Some(AnchorFinding::Missing)),
            Err(AnchorError::Damaged(_)) => (None, Some(AnchorFinding::Damaged)),
            Err(other) => return Err(OpenError::from(other).into()),
        };
        let kept = KeptCheckpoints::at(settings.checkpoints());
        let claims = kept.claims()?;
        let vaults = store.vaults()?;
        let ledgers = vaults.iter().map(|vault| ledger_state(vault, &found, anchor.as_ref(), &claims)).collect::<Vec<_>>();
        check_kept(&store, &found, &vaults, &claims)?;
        let is_behind = anchor.as_ref().is_some_and(|anchor| found.group < anchor.group) || ledgers.iter().any(|ledger| ledger.lost > 0);
        let finding = if is_behind && anchor.is_some() { Some(AnchorFinding::Ahead) } else { finding };
        if let Some(anchor) = &anchor {
            let heads = anchor.heads.iter().copied().filter(|head| is_there(&found, head.log, head.size)).collect();
            let known = Anchor { heads, ..*anchor };
            recovery::check_anchor(&store, &found, &known)?;
        }
        let acknowledged = anchor.map(|anchor| anchor.group);
        Ok(RestoredState { group: found.group, through: mark.through, finding, acknowledged, ledgers })
    }

    /// Goes on from the backup that the data directory came back from, and records that in every ledger.
    pub async fn accept_restored(
        settings: &ArchiveSettings,
        clock: Clock,
        observer: Observer,
        reason: RestoreReason,
    ) -> Result<RestoredState, StartError> {
        let state = Self::restored_state(&settings.store)?;
        {
            let (store, _) = Store::open_read_only(&settings.store)?;
            let (found, vaults) = (recovery::load(&store)?, store.vaults()?);
            KeptCheckpoints::at(settings.store.checkpoints()).set_aside(|claim| came_back(&found, &vaults, claim))?;
        }
        if let Some(finding) = state.finding {
            let heads = {
                let (store, _) = Store::open_read_only(&settings.store)?;
                recovery::load(&store)?.heads().into_values().collect()
            };
            match finding {
                AnchorFinding::Ahead => Store::supersede_anchor(&settings.store, heads)?,
                AnchorFinding::Missing | AnchorFinding::Damaged => Store::replace_lost_anchor(&settings.store, heads)?,
            }
        }
        let (archive, running) = Self::start_restored(settings, clock, observer)?;
        let recorded = archive.record_restored(&state, reason).await.map_err(|error| StartError::Check(error.to_string()));
        drop(archive);
        let joined = tokio::task::spawn_blocking(move || running.join()).await;
        recorded?;
        joined.map_err(|error| StartError::Check(error.to_string()))?;
        Store::forget_restored(&settings.store)?;
        Ok(state)
    }

    async fn record_restored(&self, state: &RestoredState, reason: RestoreReason) -> Result<(), ArchiveError> {
        for ledger in &state.ledgers {
            let handle = Handle(random::bytes());
            let restored = RestoredLedger { finding: state.finding, reason, size: ledger.size, lost: ledger.lost };
            let entry = PreparedEntry::archive_restore(handle, EventId(random::bytes()), restored);
            let command = Command::AcceptAnchor(AcceptAnchor { vault: ledger.vault, handle });
            self.0.submit((command, entry, Vec::new())).await?;
        }
        Ok(())
    }
}

/// What the anchor and the checkpoints outside the database know more of is lost.
fn ledger_state(vault: &VaultRecord, found: &Found, anchor: Option<&Anchor>, claims: &[Checkpoint]) -> LedgerState {
    let log = LogKey::life_cycle(vault.id);
    let size = found.logs.get(&log).map_or(0, |state| state.size());
    let anchored = anchor.and_then(|anchor| anchor.heads.iter().find(|head| head.log == log)).map_or(0, |head| head.size);
    let kept = claims.iter().find(|claim| claim.origin() == vault.origin).map_or(0, Checkpoint::size);
    LedgerState { vault: vault.id, size, lost: anchored.max(kept).saturating_sub(size) }
}

/// The log of this name.
fn log_of(vaults: &[VaultRecord], origin: &str) -> Option<LogKey> {
    let of = |origin: &str| vaults.iter().find(|vault| vault.origin == origin).map(|vault| vault.id);
    let access = || access_year(origin).and_then(|(origin, year)| Some(LogKey::access(of(origin)?, year)));
    of(origin).map(LogKey::life_cycle).or_else(access)
}

/// Whether what a checkpoint outside the database knows has come back.
fn came_back(found: &Found, vaults: &[VaultRecord], claim: &Checkpoint) -> bool {
    log_of(vaults, claim.origin()).is_some_and(|log| is_there(found, log, claim.size()))
}

/// A checkpoint outside the database may know more than what came back, but must not contradict it.
fn check_kept(store: &Store, found: &Found, vaults: &[VaultRecord], claims: &[Checkpoint]) -> Result<(), StartError> {
    for claim in claims.iter().filter(|claim| came_back(found, vaults, claim)) {
        let Some(log) = log_of(vaults, claim.origin()) else { continue };
        let differs =
            |why| StartError::Check(format!("the ledger {} is not the one of its checkpoint outside the database: {why}", claim.origin()));
        recovery::continues(store, &found.logs[&log], log, (claim.size(), claim.root())).map_err(differs)?;
    }
    Ok(())
}

fn is_there(found: &Found, log: LogKey, size: u64) -> bool {
    found.logs.get(&log).is_some_and(|state| state.size() >= size)
}

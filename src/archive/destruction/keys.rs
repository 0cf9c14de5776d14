//! The end of the keys: one epoch of the keyring for everything that was condemned since the last one, in all vaults.
//!
//! A batch, because every epoch writes each root of trust three times, and such chips wear out. May be repeated: whoever does not know
//! whether an epoch has happened begins another one, which changes no cover and proves the same.

use std::collections::BTreeMap;

use super::{archive_itself, new_note_id};
use crate::archive::group::papers_of;
use crate::archive::vault::{Vault, key_error};
use crate::archive::{Archive, ArchiveError, NoteRequest};
use crate::keys::{Acknowledgement, Assurance, Bindings, EpochReport, PlaceRole, TreeKind};
use crate::limits::CERTIFICATE_COPIES_MAX;
use crate::model::destruction::{CopyPlace, DestructionWarrant, EpochProof, PlaceProof, TreeProof};
use crate::model::retention::{Note, NoteWords};
use crate::model::{Address, CaseNumber, Digest, VaultId};
use crate::observe::KeysEnded;
use crate::store::codec;

/// Steps of one order whose keys still exist.
struct Pending {
    vault: Vault,
    order: Address,
    steps: Vec<Address>,
    warrants: Vec<DestructionWarrant>,
}

/// What an epoch has ended, what the keyring reports of it, and which places have acknowledged it.
type Ended = (Vec<Pending>, EpochReport, Vec<Acknowledgement>);

impl Archive {
    /// Ends the keys of everything that steps have condemned, and records what the keyring proves of it. Answers the new epoch, or `None`
    /// if nothing was waiting.
    pub async fn destroy_keys(&self) -> Result<Option<u64>, ArchiveError> {
        let archive = self.clone();
        let ended = tokio::task::spawn_blocking(move || archive.end_keys()).await.map_err(|_| ArchiveError::Busy)??;
        let Some((pending, report, places)) = ended else { return Ok(None) };
        let orders = pending.len();
        for Pending { vault, order, steps, .. } in pending {
            let proof = proof_for(vault.id(), &report, &places);
            let request = NoteRequest { id: new_note_id(), note: Note::KeysDestroyed { order, steps, proof }, words: NoteWords::default() };
            vault.file(&archive_itself(), None, request).await?;
        }
        self.0.observer.emit(&KeysEnded { epoch: report.after, orders, unreclaimed_files: report.unreclaimed_files });
        Ok(Some(report.after))
    }

    fn end_keys(&self) -> Result<Option<Ended>, ArchiveError> {
        let pending = self.pending()?;
        if pending.is_empty() {
            return Ok(None);
        }
        let warrants: Vec<DestructionWarrant> = pending.iter().flat_map(|of_order| of_order.warrants.clone()).collect();
        let mut high_water: BTreeMap<VaultId, CaseNumber> = BTreeMap::new();
        for Pending { vault, .. } in &pending {
            high_water.extend(self.0.store.last_case_number(vault.id())?.map(|number| (vault.id(), number)));
        }
        let report = self.0.keyring.destroy(&warrants, &high_water, self.bindings()?).map_err(key_error)?;
        let places = self.0.keyring.acknowledgements().map_err(key_error)?;
        Ok(Some((pending, report, places)))
    }

    /// Everything that was condemned and has keys, with its warrants, made again from the notes that are committed.
    fn pending(&self) -> Result<Vec<Pending>, ArchiveError> {
        let store = &self.0.store;
        let mut pending = Vec::new();
        for record in self.vaults()? {
            let vault = self.vault(&record.name)?;
            for order in store.disposition(record.id)?.open {
                let Some(facts) = store.order(record.id, order)?.filter(|facts| !facts.keyed.is_empty()) else { continue };
                let mut steps = facts.keyed;
                steps.sort_unstable();
                let warrants = match warrants_of(&vault, order, &steps) {
                    Ok(warrants) => warrants,
                    // The keys of others end all the same.
                    Err(error) => {
                        tracing::error!(%error, "the keys of an order cannot be ended; run `aktenfest verify`");
                        continue;
                    }
                };
                pending.push(Pending { vault: vault.clone(), order, steps, warrants });
            }
        }
        Ok(pending)
    }

    /// What the new root file is bound to: all ledgers as they are, and a time that has certainly come.
    pub(in crate::archive) fn bindings(&self) -> Result<Bindings, ArchiveError> {
        let mut bytes = b"aktenfest heads v1\n".to_vec();
        let mut entries = 0;
        for (log, size, frontier) in self.0.store.heads()? {
            bytes.extend(log.head());
            bytes.extend(codec::encode_head(size, &frontier));
            entries += size;
        }
        let certain = self.0.moment().certain.map_or(0, |time| time.seconds().max(0) as u64);
        Ok(Bindings { ledger_head: Digest::sha256(&bytes), ledger_size: entries, clock_lo_milliseconds: certain.saturating_mul(1000) })
    }

    /// Records of an order without keys that no known copy can be opened: the key places have the epoch, and backups hold no keys.
    /// Does nothing as long as a place that counts is behind.
    pub(super) async fn name_copies(&self, vault: &Vault, order: Address) -> Result<bool, ArchiveError> {
        let archive = self.clone();
        let named = tokio::task::spawn_blocking(move || archive.known_copies()).await.map_err(|_| ArchiveError::Busy)??;
        let Some(copies) = named else { return Ok(false) };
        let request = NoteRequest { id: new_note_id(), note: Note::CopiesGone { order, copies }, words: NoteWords::default() };
        vault.file(&archive_itself(), None, request).await?;
        Ok(true)
    }
}

impl Archive {
    /// Every place of keys and every backup; `None` as long as a place of keys is behind. Names only, because certificates leave the house.
    fn known_copies(&self) -> Result<Option<Vec<CopyPlace>>, ArchiveError> {
        let keyring = &self.0.keyring;
        let places = keyring.places();
        if places.iter().any(|place| place.fault.is_some()) {
            return Ok(None);
        }
        // The faults are those of the last change; whoever certifies asks once more.
        keyring.acknowledgements().map_err(key_error)?;
        let of_role = |role, name: &str| {
            let count = places.iter().filter(|place| place.role == role).count();
            (1..=count).map(|number| CopyPlace { name: format!("{name} {number}"), seen: true }).collect::<Vec<_>>()
        };
        let keys = of_role(PlaceRole::RootOfTrust, "root of trust").into_iter().chain(of_role(PlaceRole::KeyFiles, "keyring"));
        let copies = keys.chain(self.0.backups.named()?).take(CERTIFICATE_COPIES_MAX).collect();
        Ok(Some(copies))
    }
}

/// The warrants of some steps of one order, from the notes that are committed.
fn warrants_of(vault: &Vault, order: Address, steps: &[Address]) -> Result<Vec<DestructionWarrant>, ArchiveError> {
    let store = &vault.inner.store;
    let (proposed, approval) = papers_of(store, vault.id(), order)?;
    let warrant_of = |step: &Address| {
        let damaged = |why: &dyn std::fmt::Display| {
            ArchiveError::Damaged(format!("step {:#018x} of an order of vault {}: {why}", step.to_u64(), vault.id()))
        };
        let record = store.note(vault.id(), *step)?.ok_or_else(|| damaged(&"it has no note"))?;
        let step = (*step, record.recorded_at, &record.note);
        DestructionWarrant::of_order(vault.id(), &proposed, &approval, step).map_err(|why| damaged(&why))
    };
    steps.iter().map(warrant_of).collect()
}

/// What the change of epoch proves for one vault.
fn proof_for(vault: VaultId, report: &EpochReport, places: &[Acknowledgement]) -> EpochProof {
    let of_vault = report.covers.iter().filter(|(tree, _)| tree.vault_id() == vault && tree.kind() == TreeKind::Cases);
    let places = (1_u32..).zip(places).map(|(number, place)| PlaceProof {
        name: format!("root of trust {number}"),
        assurance: match place.assurance {
            Assurance::A => 'A',
            Assurance::B => 'B',
            Assurance::C => 'C',
        },
    });
    EpochProof {
        before: report.before,
        after: report.after,
        root_before: report.root_sha256_before,
        root_after: report.root_sha256_after,
        trees: of_vault.map(|(tree, cover)| TreeProof { year: tree.year(), cover: *cover }).collect(),
        places: places.collect(),
    }
}

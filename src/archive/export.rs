//! Exports: recorded as a note that freezes what is handed over, and read again from there as often as somebody asks.
//!
//! The note names the size of the ledger and the digest of the list of everything that is opened. Whatever the bag has in it follows from
//! these, so that it has the same bytes every time; what was destroyed in the meantime is missing from the list, and then there is no bag.

use std::collections::BTreeSet;
use std::sync::Arc;

use ring::digest::{Context, SHA256};

use super::publisher::PublishedHead;
use super::recovery::StoredTiles;
use super::vault::Vault;
use super::{ArchiveError, Content, DocumentView, EntryOpening, Filed, NoteRequest, NoteView};
use crate::keys::TreeId;
use crate::ledger::{Exported, SignedCheckpoint, TilePath, UnverifiedCheckpoint, make_receipt, prove_inclusion, tree_root};
use crate::limits::EXPORT_ITEMS_MAX;
use crate::model::retention::{Note, NoteRecord, NoteWords};
use crate::model::{
    Address, CaseId, CheckpointStamp, Date, Digest, DocumentNumber, ExportKind, ExportScope, ExportedShard, LedgerIndex, NoteId, Principal,
    Refusal, Timestamp,
};
use crate::policy;
use crate::store::key::{self, LogKey};
use crate::store::{Column, StoreError, codec};

/// An export to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRequest {
    /// The id that the application chose.
    pub id: NoteId,
    /// What it is for.
    pub kind: ExportKind,
    /// One case; `None` for the whole vault.
    pub case: Option<CaseId>,
    /// The first day on which something was recorded.
    pub from: Option<Date>,
    /// The last such day.
    pub through: Option<Date>,
    /// Whether the documents themselves come along.
    pub contents: bool,
    /// Whether the record of who has read them comes along.
    pub access: bool,
    /// Purpose and requester.
    pub words: NoteWords,
}

/// An export as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportView {
    /// The note.
    pub note: NoteView,
    /// The case, if it is about one.
    pub case: Option<CaseId>,
    /// What is handed over.
    pub scope: ExportScope,
    /// Size of the ledger in the bag.
    pub size: u64,
    /// Its root at that size.
    pub root: Digest,
    /// Cases, documents and notes whose entries are opened.
    pub items: u32,
    /// The access ledgers that come along, by year.
    pub shards: Vec<ExportedShard>,
    /// Checkpoints that witnesses had cosigned by then, at most one of each ledger.
    cosigned: Vec<String>,
    list: Digest,
}

impl ExportView {
    /// The cosigned checkpoint of the ledger with this origin, as a note with its size; `None` if no witness had cosigned one.
    pub fn cosigned(&self, origin: &str) -> Option<(u64, &str)> {
        let claim = |note: &String| UnverifiedCheckpoint::parse(note.as_bytes()).ok().map(|checkpoint| checkpoint.claim().clone());
        let of_origin = |note: &String| claim(note).filter(|claim| claim.origin() == origin).map(|claim| claim.size());
        self.cosigned.iter().find_map(|note| of_origin(note).map(|size| (size, note.as_str())))
    }
}

/// A case, document or note that is in an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExportItem {
    /// Its ledger entry.
    pub entry: LedgerIndex,
    /// Where it lies.
    pub address: Address,
}

impl ExportItem {
    /// Whether it is a document.
    pub fn is_document(self) -> bool {
        !self.address.is_of_note() && self.address.document != DocumentNumber::CASE_ITSELF
    }
}

/// The ledger of a vault as it was when it had some size.
pub struct LedgerAt {
    vault: Vault,
    log: LogKey,
    head: Arc<PublishedHead>,
    checkpoint: SignedCheckpoint,
}

impl LedgerAt {
    /// Number of its entries.
    pub fn size(&self) -> u64 {
        self.checkpoint.checkpoint().size()
    }

    /// The signed note of that state.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// A tile or a bundle of entries that a ledger of this size has.
    pub fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ArchiveError> {
        let missing = || ArchiveError::Damaged(format!("vault {} lacks {path}", self.vault.id()));
        self.vault.tile_of(self.log, path)?.ok_or_else(missing)
    }

    /// The proof (C2SP tlog-proof) that an entry is in it.
    pub fn proof(&self, index: LedgerIndex) -> Result<String, ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("proof of entry {} of an export: {why}", index.0));
        let (log, store) = (self.log, &self.vault.inner.store);
        let entry = store.entry(log, index)?.ok_or_else(|| damaged(&"the entry is missing"))?;
        let mut reader = self.head.state.reader(StoredTiles { store, log });
        let proof = prove_inclusion(index.0, self.size(), &mut reader).map_err(|error| damaged(&error))?;
        make_receipt(&entry, index, &proof, &self.checkpoint).map_err(|error| damaged(&error))
    }
}

impl Vault {
    /// Records an export. Making the same again under its id gives the same receipt.
    ///
    /// # Errors
    /// The refusals of the rules, and [`Refusal::ExportTooLarge`].
    pub async fn make_export(&self, by: &Principal, request: ExportRequest) -> Result<Filed, ArchiveError> {
        let (id, case, words) = (request.id, request.case, request.words.clone());
        let (vault, wanted) = (self.clone(), request.clone());
        let note = tokio::task::spawn_blocking(move || vault.freeze(&wanted)).await.map_err(|_| ArchiveError::Busy)??;
        match self.file(by, case, NoteRequest { id, note, words: words.clone() }).await {
            // Somebody has made the same export in between, of another state.
            Err(ArchiveError::Refused(Refusal::NoteIdTaken)) if self.inner.store.note_address(self.id(), id)?.is_some() => {
                let note = self.freeze(&request)?;
                self.file(by, case, NoteRequest { id, note, words }).await
            }
            filed => filed,
        }
    }

    /// What the note says: as it was recorded, or as the vault is now.
    fn freeze(&self, request: &ExportRequest) -> Result<Note, ArchiveError> {
        let case = request.case.map(|case| self.case_facts(case)).transpose()?.map(|facts| facts.number);
        let &ExportRequest { kind, from, through, contents, access, .. } = request;
        let scope = ExportScope { kind, case, from, through, contents, access };
        if let Some(place) = self.inner.store.note_address(self.id(), request.id)? {
            return match self.note_at(place)?.record.note {
                note @ Note::ExportMade { scope: recorded, .. } if recorded == scope => Ok(note),
                _ => Err(Refusal::NoteIdTaken.into()),
            };
        }
        // Before the heads are read: what was shown to witnesses was acknowledged, so that no head is behind it.
        let cosigned = self.cosigned_now(scope.access)?;
        let (size, root) = self.ledger_head()?;
        let items = self.listed(&scope, size)?;
        let list = self.digest_of(&items)?;
        let items = u32::try_from(items.found.len()).map_err(|_| Refusal::ExportTooLarge)?;
        let shards = if scope.access { self.shards_now()? } else { Vec::new() };
        Ok(Note::ExportMade { scope, size, root, items, list, shards, cosigned })
    }

    /// An export as it was recorded. That of a case which was destroyed is gone with it.
    pub fn export(&self, id: NoteId) -> Result<ExportView, ArchiveError> {
        let place = self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::ExportUnknown)?;
        let note = self.note_at(place)?;
        let Note::ExportMade { scope, size, root, items, list, ref shards, ref cosigned } = note.record.note else {
            return Err(Refusal::ExportUnknown.into());
        };
        let (shards, cosigned) = (shards.clone(), cosigned.clone());
        let case = scope.case.map(|number| self.case_by_number(number)).transpose()?.map(|view| view.record.id);
        Ok(ExportView { note, case, scope, size, root, items, shards, cosigned, list })
    }

    /// As [`Vault::export`], for whoever takes the bag away.
    ///
    /// # Errors
    /// A refusal, if it says who has read what and nobody in person asks for it.
    pub fn export_to_take(&self, by: &Principal, id: NoteId) -> Result<ExportView, ArchiveError> {
        let export = self.export(id)?;
        policy::export_is_for(&export.scope, by.person.is_some())?;
        Ok(export)
    }

    /// Everything that is opened in an export, in the order of the ledger.
    ///
    /// # Errors
    /// [`Refusal::ExportChanged`] if something has been destroyed since.
    pub fn export_items(&self, export: &ExportView) -> Result<Vec<ExportItem>, ArchiveError> {
        let items = self.listed(&export.scope, export.size)?;
        if self.digest_of(&items)? == export.list { Ok(items.found) } else { Err(Refusal::ExportChanged.into()) }
    }

    /// The ledger as it is in an export.
    pub fn ledger_at(&self, size: u64, root: Digest) -> Result<LedgerAt, ArchiveError> {
        self.log_at(LogKey::life_cycle(self.id()), size, root)
    }

    /// An access ledger as it is in an export.
    ///
    /// # Errors
    /// [`Refusal::ExportChanged`] if it has come to its end since.
    pub fn shard_at(&self, shard: &ExportedShard) -> Result<LedgerAt, ArchiveError> {
        let log = LogKey::access(self.id(), shard.year);
        if !self.access_years().contains(&shard.year) {
            return Err(Refusal::ExportChanged.into());
        }
        self.log_at(log, shard.size, shard.root)
    }

    fn log_at(&self, log: LogKey, size: u64, root: Digest) -> Result<LedgerAt, ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| {
            ArchiveError::Damaged(format!("ledger {} of vault {} at size {size}: {why}", log.log.0, self.id()))
        };
        let head = self.inner.head(log)?;
        let found = tree_root(size, &mut head.state.reader(StoredTiles { store: &self.inner.store, log }));
        if found.map_err(|error| damaged(&error))? != root {
            return Err(damaged(&"it has another root than the note of the export says"));
        }
        let (_, signer) = self.inner.signers.of(log)?;
        let checkpoint = signer.sign(size, root).map_err(|error| damaged(&error))?;
        Ok(LedgerAt { vault: self.clone(), log, head, checkpoint })
    }

    /// The access ledgers as they are now.
    fn shards_now(&self) -> Result<Vec<ExportedShard>, ArchiveError> {
        let shard = |year| {
            let head = self.inner.head(LogKey::access(self.id(), year))?;
            Ok(ExportedShard { year, size: head.state.size(), root: head.state.root() })
        };
        self.access_years().into_iter().map(shard).collect()
    }

    /// The newest cosigned checkpoints of the ledgers that an export would have.
    fn cosigned_now(&self, with_accesses: bool) -> Result<Vec<String>, ArchiveError> {
        let years = if with_accesses { self.access_years() } else { Vec::new() };
        let accesses = years.into_iter().map(|year| LogKey::access(self.id(), year));
        let notes = [LogKey::life_cycle(self.id())].into_iter().chain(accesses).map(|log| self.cosigned_of(log));
        notes.filter_map(Result::transpose).map(|checkpoint| Ok(checkpoint?.note().to_string())).collect()
    }

    /// The stamped checkpoints whose evidence is filed in the ledger as it is in an export.
    pub fn stamps_in(&self, export: &ExportView) -> Result<Vec<CheckpointStamp>, ArchiveError> {
        let mut stamps = Vec::new();
        for found in self.inner.store.stamps(self.id(), 0)? {
            let (_, place) = found?;
            let record = self.inner.store.note(self.id(), place.note)?;
            if let Some(NoteRecord { note: Note::CheckpointStamped { stamp }, entry, .. }) = record
                && entry.0 < export.size
            {
                stamps.push(*stamp);
            }
        }
        Ok(stamps)
    }

    /// Signs an export with the key of the ledger.
    pub fn sign_export(&self, exported: &Exported) -> Result<String, ArchiveError> {
        let (_, signer) = self.inner.signers.of(LogKey::life_cycle(self.id()))?;
        signer.sign_export(exported).map_err(|error| ArchiveError::Damaged(format!("the note over export {}: {error}", exported.id)))
    }

    /// What opens the entry of an item. What hides a name beyond the year in which it must be known is gone; then the name stays hidden.
    pub fn opening_of(&self, item: ExportItem) -> Result<EntryOpening, ArchiveError> {
        let address = item.address;
        if address.is_of_note() {
            let view = self.note_at(address)?;
            return self.opening_of_note(&view);
        }
        if address.document == DocumentNumber::CASE_ITSELF {
            return self.opening_of_case(&self.case_by_number(address.case)?);
        }
        self.opening_of_document(&self.document_of(item)?)
    }

    /// A document that is an item.
    pub fn document_of(&self, item: ExportItem) -> Result<DocumentView, ArchiveError> {
        self.document_at(item.address)
    }

    /// The content of a document that is an item.
    pub fn content_of_item(&self, item: ExportItem) -> Result<Content, ArchiveError> {
        self.content_of(self.document_of(item)?)
    }

    fn listed(&self, scope: &ExportScope, size: u64) -> Result<Items, ArchiveError> {
        let mut items = Items { scope: *scope, size, found: Vec::new(), years: BTreeSet::new() };
        let prefix = scope.case.map_or_else(|| self.id().0.to_vec(), |case| key::case(self.id(), case));
        for row in self.inner.store.rows(Column::Cases, &prefix, None)? {
            let record = codec::decode_case(&row?.1).map_err(|why| StoreError::Unreadable { column: Column::Cases, why })?;
            items.add(record.entry, Address::of_case(record.number), record.opened_at)?;
        }
        for row in self.inner.store.rows(Column::Documents, &prefix, None)? {
            let record = codec::decode_document(&row?.1).map_err(|why| StoreError::Unreadable { column: Column::Documents, why })?;
            items.add(record.entry, record.address, record.stored_at)?;
        }
        let first = scope.case.map_or(Address::from_u64(0), |case| Address { case, document: DocumentNumber::FIRST_NOTE });
        for record in self.inner.store.notes(self.id(), first)? {
            let record = record?;
            if scope.case.is_some_and(|case| record.address.case != case) {
                break;
            }
            items.add(record.entry, record.address, record.recorded_at)?;
        }
        items.found.sort_unstable();
        Ok(items)
    }

    /// Digest of a list: each item's entry and address, and of every year whether the names of those who acted in it can still be opened.
    fn digest_of(&self, items: &Items) -> Result<Digest, ArchiveError> {
        let mut hash = Context::new(&SHA256);
        for item in &items.found {
            hash.update(&item.entry.0.to_be_bytes());
            hash.update(&item.address.to_u64().to_be_bytes());
        }
        if items.scope.kind == ExportKind::Person {
            // The page says what must be said of each document, which may change while everything else stays.
            for item in items.found.iter().filter(|item| item.is_document()) {
                let overlays = self.overlays(item.address)?;
                hash.update(&[overlays.len() as u8]);
                overlays.iter().for_each(|overlay| hash.update(overlay.as_str().as_bytes()));
            }
        }
        for year in &items.years {
            hash.update(&year.to_be_bytes());
            hash.update(&[u8::from(self.inner.keyring.has_tree(TreeId::actors(self.id(), *year)))]);
        }
        Digest::from_slice(hash.finish().as_ref()).ok_or_else(|| ArchiveError::Damaged("a SHA-256 of another length".to_owned()))
    }
}

/// What was found so far.
struct Items {
    scope: ExportScope,
    size: u64,
    found: Vec<ExportItem>,
    /// Years whose keys may hide the names of those who acted.
    years: BTreeSet<u16>,
}

impl Items {
    /// Adds an item if it was recorded in the period, and before the export.
    fn add(&mut self, entry: LedgerIndex, address: Address, at: Timestamp) -> Result<(), ArchiveError> {
        let day = at.day();
        let in_period = self.scope.from.is_none_or(|from| from <= day) && self.scope.through.is_none_or(|through| day <= through);
        if entry.0 >= self.size || !in_period {
            return Ok(());
        }
        if self.found.len() == EXPORT_ITEMS_MAX {
            return Err(Refusal::ExportTooLarge.into());
        }
        self.found.push(ExportItem { entry, address });
        // What is recorded on New Year's morning may have been prepared the night before.
        self.years.extend([at.year(), at.year().saturating_sub(1)]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(from: Option<&str>, through: Option<&str>) -> Items {
        let day = |text: &str| Date::parse(text).unwrap();
        let (from, through) = (from.map(day), through.map(day));
        let scope = ExportScope { kind: ExportKind::Evidence, case: None, from, through, contents: true, access: false };
        Items { scope, size: 10, found: Vec::new(), years: BTreeSet::new() }
    }

    fn takes(items: &mut Items, entry: u64, at: &str) -> bool {
        let before = items.found.len();
        items.add(LedgerIndex(entry), Address::from_u64(entry), Timestamp::parse(at).unwrap()).unwrap();
        items.found.len() > before
    }

    #[test]
    fn both_days_of_the_period_belong_to_it() {
        let (first, last) = (Some("2026-11-20"), Some("2026-11-21"));
        for (from, through, expected) in [
            (first, last, [false, true, true, false]),
            (first, None, [false, true, true, true]),
            (None, last, [true, true, true, false]),
            (None, None, [true; 4]),
        ] {
            let mut items = items(from, through);
            let times = ["2026-11-19T23:59:59Z", "2026-11-20T00:00:00Z", "2026-11-21T23:59:59Z", "2026-11-22T00:00:00Z"];
            assert_eq!(times.map(|at| takes(&mut items, 1, at)), expected, "{from:?} {through:?}");
        }
    }

    #[test]
    fn what_was_recorded_after_the_export_is_not_in_it() {
        let mut items = items(None, None);
        assert!(takes(&mut items, 9, "2026-01-01T00:00:00Z"));
        assert!(!takes(&mut items, 10, "2026-01-01T00:00:00Z"));
        assert_eq!(
            items.years.into_iter().collect::<Vec<_>>(),
            [2025, 2026],
            "an entry of New Year may have been prepared the year before"
        );
    }

    #[test]
    fn a_bag_takes_so_many_items_and_no_more() {
        let mut items = items(None, None);
        items.found = vec![ExportItem { entry: LedgerIndex(0), address: Address::from_u64(0) }; EXPORT_ITEMS_MAX - 1];
        assert!(takes(&mut items, 1, "2026-01-01T00:00:00Z"));
        let beyond = items.add(LedgerIndex(2), Address::from_u64(2), Timestamp::EPOCH);
        assert!(matches!(beyond, Err(ArchiveError::Refused(Refusal::ExportTooLarge))), "{beyond:?}");
    }
}

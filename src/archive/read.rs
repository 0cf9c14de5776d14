//! Reading: pages of cases and documents, content frame by frame, openings, and the ledger's files. Never waits for the writer.

use std::sync::Arc;

use bytes::Bytes;

use super::recovery::StoredTiles;
use super::vault::{CaseView, DocumentView, Vault, key_error};
use super::{ArchiveError, NoteView};
use crate::keys::TreeId;
use crate::ledger::{
    ActorKey, COMMITMENT_KEY_BYTES, Entry, FiledNote, OpenedCase, Opening, StoredDocument, SubjectKey, TilePath, TileSource, encode_bundle,
    tile_bytes, tile_width,
};
use crate::limits::{PAGE_ITEMS_MAX, TILE_WIDTH};
use crate::model::{Actor, Address, CaseId, CaseNumber, Digest, DocumentId, EventId, LedgerIndex, Refusal};
use crate::seal::Opener;
use crate::store::key::{self, LogKey};
use crate::store::{Column, StoreError, codec};

/// A part of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order of their numbers.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

/// What opens a ledger entry. Personal data: for those who may read the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryOpening {
    /// The entry.
    pub entry: LedgerIndex,
    /// The event in it.
    pub id: EventId,
    /// Salt and value of every committed field.
    pub fields: Vec<Opening>,
}

/// The content of a document, ready to be read frame by frame.
#[derive(Clone)]
pub struct Content(Arc<ContentInner>);

struct ContentInner {
    vault: Vault,
    view: DocumentView,
    opener: Opener,
}

impl Content {
    /// The document.
    pub fn view(&self) -> &DocumentView {
        &self.0.view
    }

    /// Number of frames.
    pub fn frames(&self) -> u32 {
        self.0.view.record.content.frames
    }

    /// What tells later whether it was destroyed meanwhile. Holds no key of it.
    pub fn fate(&self) -> Fate {
        Fate { vault: self.0.vault.clone(), address: self.0.view.record.address }
    }

    /// The plaintext of one frame. Reads the database and decrypts: not for asynchronous threads.
    pub fn frame(&self, index: u32) -> Result<Bytes, ArchiveError> {
        let record = &self.0.view.record;
        let damaged = |why: &dyn std::fmt::Display| {
            ArchiveError::Damaged(format!(
                "frame {index} of document {:#018x} of vault {}: {why}",
                record.address.to_u64(),
                self.0.vault.id()
            ))
        };
        let Some(sealed) = self.0.vault.inner.store.frame(&record.content, index)? else {
            // Whoever reads while it is destroyed gets no further than the frame under way.
            return Err(match self.0.vault.inner.store.tombstone(self.0.vault.id(), record.address)? {
                Some(_) => Refusal::DocumentDestroyed.into(),
                None => damaged(&"missing"),
            });
        };
        self.0.opener.open_owned_frame(index, sealed, record.plain_bytes, record.content.frames).map_err(|error| damaged(&error))
    }
}

/// What becomes of a document that somebody is reading.
#[derive(Clone)]
pub struct Fate {
    vault: Vault,
    address: Address,
}

impl Fate {
    /// Whether the document is gone: whoever still sends it must stop. Reads the database.
    pub fn is_destroyed(&self) -> Result<bool, ArchiveError> {
        Ok(self.vault.inner.store.tombstone(self.vault.id(), self.address)?.is_some())
    }
}

/// What is destroyed while a list is read is not on the list: its key is gone before the reader has left its row.
fn unless_destroyed<T>(view: Result<T, ArchiveError>) -> Result<Option<T>, ArchiveError> {
    match view {
        Ok(view) => Ok(Some(view)),
        Err(ArchiveError::Refused(Refusal::DocumentDestroyed | Refusal::CaseDestroyed)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Vault {
    /// Cases by number, from `after` on.
    pub fn cases(&self, after: Option<u64>, limit: usize) -> Result<Page<CaseView>, ArchiveError> {
        let from = CaseNumber::new(after.unwrap_or(0)).map_err(|_| Refusal::CaseUnknown)?;
        let first = key::case(self.id(), from);
        let prefix = self.id().0;
        let rows = self.inner.store.rows(Column::Cases, &prefix, Some(&first))?;
        let mut items = Vec::new();
        for row in rows {
            let record = codec::decode_case(&row?.1).map_err(|why| StoreError::Unreadable { column: Column::Cases, why })?;
            if items.len() == limit.clamp(1, PAGE_ITEMS_MAX) {
                return Ok(Page { items, next: Some(record.number.get()) });
            }
            items.extend(unless_destroyed(self.view_case(record))?);
        }
        Ok(Page { items, next: None })
    }

    /// Documents of a case by number, from `after` on.
    pub fn documents(&self, case: CaseId, after: Option<u64>, limit: usize) -> Result<Page<DocumentView>, ArchiveError> {
        let facts = self.case_facts(case)?;
        let prefix = key::case(self.id(), facts.number);
        let number = u32::try_from(after.unwrap_or(0)).ok().and_then(|number| crate::model::DocumentNumber::new(number).ok());
        let document = number.ok_or(Refusal::DocumentUnknown)?;
        let first = key::document(self.id(), Address { case: facts.number, document });
        let mut items = Vec::new();
        for row in self.inner.store.rows(Column::Documents, &prefix, Some(&first))? {
            let record = codec::decode_document(&row?.1).map_err(|why| StoreError::Unreadable { column: Column::Documents, why })?;
            if items.len() == limit.clamp(1, PAGE_ITEMS_MAX) {
                return Ok(Page { items, next: Some(u64::from(record.address.document.get())) });
            }
            items.extend(unless_destroyed(self.view_document(case, record))?);
        }
        Ok(Page { items, next: None })
    }

    /// The content of a document.
    pub fn content(&self, case: CaseId, id: DocumentId) -> Result<Content, ArchiveError> {
        self.content_of(self.document(case, id)?)
    }

    pub(super) fn content_of(&self, view: DocumentView) -> Result<Content, ArchiveError> {
        let opener = self.document_opener(&view.record)?;
        Ok(Content(Arc::new(ContentInner { vault: self.clone(), view, opener })))
    }

    /// What opens the ledger entry of a document.
    pub fn document_opening(&self, case: CaseId, id: DocumentId) -> Result<EntryOpening, ArchiveError> {
        self.opening_of_document(&self.document(case, id)?)
    }

    pub(super) fn opening_of_document(&self, view: &DocumentView) -> Result<EntryOpening, ArchiveError> {
        let subject = SubjectKey::new(self.document_opener(&view.record)?.subject_key());
        let event = self.event_of(view.record.entry)?;
        let values = StoredDocument {
            application: view.details.stored_by.application.as_str(),
            case: view.case,
            document: view.record.id,
            description: view.details.description.as_bytes(),
            sha256: &view.details.sha256,
            size_bytes: view.record.plain_bytes,
            media_type: view.details.media_type.as_str(),
        };
        let fields = self.opened(&view.details.stored_by, |actor| values.openings(event, &subject, actor))?;
        Ok(EntryOpening { entry: view.record.entry, id: event, fields })
    }

    /// What opens the ledger entry of a case.
    pub fn case_opening(&self, id: CaseId) -> Result<EntryOpening, ArchiveError> {
        self.opening_of_case(&self.case(id)?)
    }

    pub(super) fn opening_of_case(&self, view: &CaseView) -> Result<EntryOpening, ArchiveError> {
        let subject = SubjectKey::new(self.case_opener(&view.record)?.subject_key());
        let event = self.event_of(view.record.entry)?;
        let application = view.details.opened_by.application.as_str();
        let values = OpenedCase { application, case: view.record.id, description: view.details.description.as_bytes() };
        let fields = self.opened(&view.details.opened_by, |actor| values.openings(event, &subject, actor))?;
        Ok(EntryOpening { entry: view.record.entry, id: event, fields })
    }

    /// What opens the ledger entry of a note.
    pub(super) fn opening_of_note(&self, view: &NoteView) -> Result<EntryOpening, ArchiveError> {
        let record = &view.record;
        let damaged = |why: &dyn std::fmt::Display| {
            ArchiveError::Damaged(format!("note {:#018x} of vault {}: {why}", record.address.to_u64(), self.id()))
        };
        let leaf = self.inner.leaf(TreeId::cases(self.id(), record.opening_year), record.address)?;
        let subject = SubjectKey::new(Opener::new(&leaf, &record.header).map_err(|error| damaged(&error))?.subject_key());
        let (event, body) = (self.event_of(record.entry)?, codec::encode_note_body(&record.note));
        let values = FiledNote::of(&record.note, &view.details, &body);
        let fields = self.opened(&view.details.by, |actor| values.openings(event, &subject, actor))?;
        Ok(EntryOpening { entry: record.entry, id: event, fields })
    }

    /// The fields of an opening. When the keys of the year in which somebody acted are gone, who it was stays hidden, and the rest opens.
    fn opened(&self, by: &Actor, open: impl FnOnce(&ActorKey) -> Vec<Opening>) -> Result<Vec<Opening>, ArchiveError> {
        if self.inner.keyring.has_tree(TreeId::actors(self.id(), by.year)) {
            return Ok(open(&ActorKey::new(self.inner.actor_key(self.id(), by)?)));
        }
        let mut fields = open(&ActorKey::new(zeroize::Zeroizing::new([0; COMMITMENT_KEY_BYTES])));
        fields.retain(|opening| !opening.field.starts_with("act."));
        Ok(fields)
    }

    fn event_of(&self, index: LedgerIndex) -> Result<EventId, ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("entry {} of vault {}: {why}", index.0, self.id()));
        let bytes = self.inner.store.entry(self.log(), index)?.ok_or_else(|| damaged(&"missing"))?;
        Ok(Entry::parse(&bytes).map_err(|error| damaged(&error))?.id)
    }

    fn log(&self) -> LogKey {
        LogKey::life_cycle(self.id())
    }

    /// The key that verifies this vault's checkpoints, as one line (C2SP vkey).
    pub fn verifier_key(&self) -> Result<String, ArchiveError> {
        Ok(self.inner.signers.of(self.log())?.1.verifier_key().to_string())
    }

    /// The same key as a PEM file for other people's tools.
    pub fn verifier_pem(&self) -> Result<String, ArchiveError> {
        Ok(self.inner.signers.of(self.log())?.1.public_key_pem())
    }

    /// Size and root of the newest acknowledged state.
    pub fn ledger_head(&self) -> Result<(u64, Digest), ArchiveError> {
        let head = self.inner.head(self.log())?;
        Ok((head.state.size(), head.state.root()))
    }

    /// The signed note of the newest acknowledged state.
    pub fn checkpoint(&self) -> Result<Vec<u8>, ArchiveError> {
        self.checkpoint_of(self.log())
    }

    /// The same of any log of the vault.
    pub(super) fn checkpoint_of(&self, log: LogKey) -> Result<Vec<u8>, ArchiveError> {
        Ok(self.inner.head(log)?.checkpoint.note().to_string().into_bytes())
    }

    /// A tile or an entry bundle, partial ones rendered; `None` if the acknowledged ledger has none there.
    pub fn tile(&self, path: &TilePath) -> Result<Option<Vec<u8>>, ArchiveError> {
        self.tile_of(self.log(), path)
    }

    /// The same of any log of the vault.
    pub(super) fn tile_of(&self, log: LogKey, path: &TilePath) -> Result<Option<Vec<u8>>, ArchiveError> {
        let head = self.inner.head(log)?;
        let size = head.state.size();
        if !path.is_within(size) {
            return Ok(None);
        }
        match *path {
            TilePath::Entries { index, width } => self.bundle(log, index, width).map(Some),
            TilePath::Hashes { level, index, width } => {
                let is_full = tile_width(size, level, index) == Some(TILE_WIDTH as u16);
                let bytes = if is_full {
                    StoredTiles { store: &self.inner.store, log }.tile(level, index, TILE_WIDTH as u16)?
                } else {
                    tile_bytes(head.state.partial_tile(level))
                };
                Ok(bytes.get(..usize::from(width) * Digest::BYTES).map(<[u8]>::to_vec))
            }
        }
    }

    fn bundle(&self, log: LogKey, index: u64, width: u16) -> Result<Vec<u8>, ArchiveError> {
        let first = index * TILE_WIDTH as u64;
        let read = |index| {
            let entry = self.inner.store.entry(log, LedgerIndex(index))?;
            entry.ok_or_else(|| ArchiveError::Damaged(format!("entry {index} of vault {} is missing", self.id())))
        };
        let entries = (first..first + u64::from(width)).map(read).collect::<Result<Vec<_>, ArchiveError>>()?;
        encode_bundle(entries.iter().map(Vec::as_slice)).map_err(|error| ArchiveError::Damaged(error.to_string()))
    }

    /// The vault's keyed tag of a reference, for checks.
    pub fn reference_tag(&self, reference: &str) -> Result<[u8; 32], ArchiveError> {
        Ok(self.inner.keyring.vault_keys(self.id()).map_err(key_error)?.reference_tag(reference))
    }
}

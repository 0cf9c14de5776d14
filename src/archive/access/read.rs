//! Reading the access log: its years, its files for whoever checks it, and who has seen a case or a document.

use zeroize::Zeroizing;

use crate::archive::vault::{Vault, key_error};
use crate::archive::{ArchiveError, EntryOpening};
use crate::keys::KeyError;
use crate::ledger::{ActorKey, Code, Entry, Opening, RecordedAccess, SubjectKey, TilePath};
use crate::limits::PAGE_ITEMS_MAX;
use crate::model::{AccessDetails, AccessKind, AccessRecord, AccessTarget, Address, CaseId, DocumentId, LedgerIndex, Refusal, Timestamp};
use crate::seal::open_access;
use crate::store::codec;
use crate::store::key::LogKey;

/// An access with everything that is still readable of it. Personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessView {
    /// The minute.
    pub at: Timestamp,
    /// In which way.
    pub kind: AccessKind,
    /// `allowed`, or why it was refused, as a code.
    pub outcome: String,
    /// How often; more than 1 if refused attempts were recorded together.
    pub count: u64,
    /// Who, for whom and what.
    pub details: AccessDetails,
    /// The case; `None` for the vault as a whole.
    pub case: Option<CaseId>,
    /// The document, if it was about one.
    pub document: Option<DocumentId>,
    /// What opens the entry. Of what was destroyed since, only who it was.
    pub opening: EntryOpening,
}

/// A part of the access log, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPage {
    /// The items.
    pub items: Vec<AccessView>,
    /// The entry at which the next page begins, if there is one.
    pub next: Option<u64>,
}

impl Vault {
    /// The calendar years of which there is an access ledger, oldest first.
    pub fn access_years(&self) -> Vec<u16> {
        self.inner.published.years_of(self.id())
    }

    /// The signed note of the newest acknowledged state of a year's access ledger.
    ///
    /// # Errors
    /// [`Refusal::AccessYearUnknown`] for a year without a ledger.
    pub fn access_checkpoint(&self, year: u16) -> Result<Vec<u8>, ArchiveError> {
        self.checkpoint_of(self.access_log(year)?)
    }

    /// A tile or an entry bundle of a year's access ledger; `None` if it has none there.
    ///
    /// # Errors
    /// [`Refusal::AccessYearUnknown`] for a year without a ledger.
    pub fn access_tile(&self, year: u16, path: &TilePath) -> Result<Option<Vec<u8>>, ArchiveError> {
        self.tile_of(self.access_log(year)?, path)
    }

    /// The key that verifies the checkpoints of a year's access ledger, as one line (C2SP vkey).
    ///
    /// # Errors
    /// [`Refusal::AccessYearUnknown`] for a year without a ledger.
    pub fn access_verifier_key(&self, year: u16) -> Result<String, ArchiveError> {
        Ok(self.inner.signers.of(self.access_log(year)?)?.1.verifier_key().to_string())
    }

    /// Entries in a year's access ledger.
    ///
    /// # Errors
    /// [`Refusal::AccessYearUnknown`] for a year without a ledger.
    pub fn access_size(&self, year: u16) -> Result<u64, ArchiveError> {
        Ok(self.inner.head(self.access_log(year)?)?.state.size())
    }

    /// One access; `None` for the first entry, which opens the ledger, and behind the end.
    ///
    /// # Errors
    /// [`Refusal::AccessYearUnknown`] for a year without a ledger or without keys.
    pub fn access(&self, year: u16, index: LedgerIndex) -> Result<Option<AccessView>, ArchiveError> {
        let log = self.access_log(year)?;
        if index.0 >= self.inner.head(log)?.state.size() {
            return Ok(None);
        }
        let record = self.inner.store.access(log, index)?;
        record.map(|record| self.view_access(log, index, record)).transpose()
    }

    /// Accesses of a year to something, from entry `after` on. Those to a case have those to everything in it.
    ///
    /// # Errors
    /// [`Refusal::AccessYearUnknown`], or that there never was such a case or document.
    pub fn accesses(&self, target: AccessTarget, year: u16, after: Option<u64>, limit: usize) -> Result<AccessPage, ArchiveError> {
        let log = self.access_log(year)?;
        let end = self.inner.head(log)?.state.size();
        let (first, limit) = (LedgerIndex(after.unwrap_or(0)), limit.clamp(1, PAGE_ITEMS_MAX));
        let store = &self.inner.store;
        // One more than fits, to know whether there is a next page.
        let indexes = match target {
            AccessTarget::Vault => (first.0..end).take(limit + 2).map(LedgerIndex).collect(),
            AccessTarget::Case(case) => {
                let number = store.case_number(self.id(), case)?.ok_or(Refusal::CaseUnknown)?;
                store.accesses_of_case(log, number, first, limit + 1)?
            }
            AccessTarget::Document(case, document) => {
                let number = store.case_number(self.id(), case)?.ok_or(Refusal::CaseUnknown)?;
                let address = store.document_address(self.id(), document)?.filter(|address| address.case == number);
                store.accesses_of(log, address.ok_or(Refusal::DocumentUnknown)?, first, limit + 1)?
            }
        };
        let mut items = Vec::new();
        for index in indexes.into_iter().filter(|index| index.0 < end) {
            if items.len() == limit {
                return Ok(AccessPage { items, next: Some(index.0) });
            }
            // The first entry opens the ledger and is nobody's access.
            if let Some(record) = store.access(log, index)? {
                items.push(self.view_access(log, index, record)?);
            }
        }
        Ok(AccessPage { items, next: None })
    }

    fn access_log(&self, year: u16) -> Result<LogKey, ArchiveError> {
        let log = LogKey::access(self.id(), year);
        let known = log.year().is_some() && self.inner.published.head(log).is_some();
        if known { Ok(log) } else { Err(Refusal::AccessYearUnknown.into()) }
    }

    fn view_access(&self, log: LogKey, index: LedgerIndex, record: AccessRecord) -> Result<AccessView, ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| {
            ArchiveError::Damaged(format!("entry {} of access ledger {} of vault {}: {why}", index.0, log.log.0, self.id()))
        };
        let bytes = self.inner.store.entry(log, index)?.ok_or_else(|| damaged(&"missing"))?;
        let entry = Entry::parse(&bytes).map_err(|error| damaged(&error))?;
        let of_year = self.reader_key(log, "")?;
        let details = open_access(&of_year, entry.id, &record.sealed).map_err(|error| damaged(&error))?;
        let details = codec::decode_access_details(&details).map_err(|error| damaged(&error))?;
        let (case, document) = match record.subject {
            Some(address) => self.ids_at(address)?,
            None => details.asked.map_or((None, None), |(case, document)| (Some(case), document)),
        };
        let fields = self.open_fields(&entry, log, &record, &details, (case, document))?;
        let code = |name: &str| entry.codes.iter().find(|(found, _)| found == name).map(|(_, code)| code);
        let text = |name: &str| if let Some(Code::Text(text)) = code(name) { Some(text.as_str()) } else { None };
        Ok(AccessView {
            at: entry.time,
            kind: text("access").and_then(AccessKind::parse).ok_or_else(|| damaged(&"it has no kind"))?,
            outcome: text("outcome").unwrap_or_default().to_owned(),
            count: if let Some(Code::Integer(count)) = code("count") { *count } else { 1 },
            details,
            case,
            document,
            opening: EntryOpening { entry: index, id: entry.id, fields },
        })
    }

    /// What opens the entry: all of it while its subject has its key, or if the subject was gone already; otherwise only who it was.
    fn open_fields(
        &self,
        entry: &Entry,
        log: LogKey,
        record: &AccessRecord,
        details: &AccessDetails,
        (case, document): (Option<CaseId>, Option<DocumentId>),
    ) -> Result<Vec<Opening>, ArchiveError> {
        let actor = ActorKey::new(self.reader_key(log, details.reader.application.as_str())?);
        let recorded = RecordedAccess { reader: &details.reader, case, document, range: details.range };
        let own = record.subject.map(|address| self.subject_key_at(address)).transpose()?.flatten();
        let keys = [own, Some(self.reader_key(log, "")?)];
        for key in keys.into_iter().flatten() {
            let openings = recorded.openings(entry.id, &SubjectKey::new(key), &actor);
            if openings.iter().all(|opening| entry.commitment(&opening.field).is_some_and(|commitment| opening.opens(commitment))) {
                return Ok(openings);
            }
        }
        Ok(recorded.openings_of_actor(entry.id, &actor))
    }

    /// Case and document at an address, living or not.
    fn ids_at(&self, address: Address) -> Result<(Option<CaseId>, Option<DocumentId>), ArchiveError> {
        let (store, of_case) = (&self.inner.store, Address::of_case(address.case));
        let case = match store.case(self.id(), address.case)? {
            Some(record) => Some(record.id),
            None => store.tombstone(self.id(), of_case)?.map(|tombstone| CaseId::from_bytes(tombstone.id)),
        };
        if address == of_case {
            return Ok((case, None));
        }
        let document = match store.document(self.id(), address)? {
            Some(record) => Some(record.id),
            None => store.tombstone(self.id(), address)?.map(|tombstone| DocumentId::from_bytes(tombstone.id)),
        };
        Ok((case, document))
    }

    /// The key that dies with what lies at an address; `None` if it is gone.
    fn subject_key_at(&self, address: Address) -> Result<Option<Zeroizing<[u8; 32]>>, ArchiveError> {
        let store = &self.inner.store;
        let opener = if address == Address::of_case(address.case) {
            store.case(self.id(), address.case)?.map(|record| self.case_opener(&record))
        } else {
            store.document(self.id(), address)?.map(|record| self.document_opener(&record))
        };
        match opener {
            None | Some(Err(ArchiveError::Refused(_))) => Ok(None),
            Some(opener) => Ok(Some(opener?.subject_key())),
        }
    }

    fn reader_key(&self, log: LogKey, reader: &str) -> Result<Zeroizing<[u8; 32]>, ArchiveError> {
        match self.inner.keyring.reader_key(self.id(), log.log.0, reader) {
            Ok(key) => Ok(Zeroizing::new(**key)),
            Err(KeyError::Destroyed { .. }) => Err(Refusal::AccessYearUnknown.into()),
            Err(error) => Err(key_error(error)),
        }
    }
}

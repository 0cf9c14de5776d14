//! Everything about an access that can be computed before the one writer is asked: commitments, and the sealed details.

use zeroize::Zeroizing;

use crate::archive::ArchiveError;
use crate::archive::job::PreparedAccess;
use crate::archive::vault::{Vault, key_error};
use crate::ledger::{ActorKey, Entry, RecordedAccess, SubjectKey};
use crate::model::{Access, AccessDetails, AccessRecord, AccessTarget, Address, CaseId, DocumentId, EventId, Handle, LedgerIndex};
use crate::seal::seal_access;
use crate::store::codec;
use crate::store::key::LogKey;
use crate::sys::random;

/// What an access is about, as the archive knows it.
struct Subject {
    /// Where it lies; `None` for the vault as a whole and for what it does not have.
    address: Option<Address>,
    handle: Handle,
    case: Option<CaseId>,
    document: Option<DocumentId>,
    /// The key that dies with it; without one the key of the year serves.
    key: Option<Zeroizing<[u8; 32]>>,
}

impl Vault {
    pub(super) fn prepare_access(&self, access: &Access, year: u16) -> Result<PreparedAccess, ArchiveError> {
        let subject = self.subject_of_access(access.target)?;
        let keyring = &self.inner.keyring;
        let of_year = keyring.reader_key(self.id(), year, "").map_err(key_error)?;
        let of_reader = keyring.reader_key(self.id(), year, access.reader.application.as_str()).map_err(key_error)?;
        let subject_key = SubjectKey::new(subject.key.unwrap_or_else(|| Zeroizing::new(**of_year)));
        let id = EventId(random::bytes());
        let recorded = RecordedAccess { reader: &access.reader, case: subject.case, document: subject.document, range: access.range };
        let entry = recorded.prepare(access, subject.handle, id, &subject_key, &ActorKey::new(Zeroizing::new(**of_reader)));
        let asked = if subject.address.is_some() { None } else { asked(access.target) };
        let details = AccessDetails { reader: access.reader.clone(), range: access.range, asked };
        let sealed = seal_access(&of_year, id, &codec::encode_access_details(&details));
        Ok(PreparedAccess { log: LogKey::access(self.id(), year), entry, record: AccessRecord { subject: subject.address, sealed } })
    }

    fn subject_of_access(&self, target: AccessTarget) -> Result<Subject, ArchiveError> {
        let found = match target {
            AccessTarget::Vault => None,
            AccessTarget::Case(case) => self.case_accessed(case)?,
            AccessTarget::Document(case, document) => self.document_accessed(case, document)?,
        };
        match found {
            Some(subject) => Ok(subject),
            None => {
                let (case, document) = asked(target).map_or((None, None), |(case, document)| (Some(case), document));
                Ok(Subject { address: None, handle: self.own_handle()?, case, document, key: None })
            }
        }
    }

    fn case_accessed(&self, case: CaseId) -> Result<Option<Subject>, ArchiveError> {
        let store = &self.inner.store;
        let Some(number) = store.case_number(self.id(), case)? else { return Ok(None) };
        let address = Address::of_case(number);
        let of_case = |handle, key| Subject { address: Some(address), handle, case: Some(case), document: None, key };
        if let Some(record) = store.case(self.id(), number)? {
            return Ok(Some(of_case(record.handle, self.case_opener(&record).ok().map(|opener| opener.subject_key()))));
        }
        Ok(store.tombstone(self.id(), address)?.map(|tombstone| of_case(tombstone.handle, None)))
    }

    fn document_accessed(&self, case: CaseId, document: DocumentId) -> Result<Option<Subject>, ArchiveError> {
        let store = &self.inner.store;
        let number = store.case_number(self.id(), case)?;
        let address = store.document_address(self.id(), document)?.filter(|address| Some(address.case) == number);
        let Some(address) = address else { return Ok(None) };
        let of_document = |handle, key| Subject { address: Some(address), handle, case: Some(case), document: Some(document), key };
        if let Some(record) = store.document(self.id(), address)? {
            // Without a key it is being destroyed while it is asked for; the attempt is recorded all the same.
            return Ok(Some(of_document(record.handle, self.document_opener(&record).ok().map(|opener| opener.subject_key()))));
        }
        Ok(store.tombstone(self.id(), address)?.map(|tombstone| of_document(tombstone.handle, None)))
    }

    /// What the ledgers call the vault itself: the handle of the entry that opened its ledger.
    fn own_handle(&self) -> Result<Handle, ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("entry 0 of vault {}: {why}", self.id()));
        let bytes = self.inner.store.entry(LogKey::life_cycle(self.id()), LedgerIndex(0))?.ok_or_else(|| damaged(&"missing"))?;
        Ok(Entry::parse(&bytes).map_err(|error| damaged(&error))?.handle)
    }
}

fn asked(target: AccessTarget) -> Option<(CaseId, Option<DocumentId>)> {
    match target {
        AccessTarget::Vault => None,
        AccessTarget::Case(case) => Some((case, None)),
        AccessTarget::Document(case, document) => Some((case, Some(document))),
    }
}

//! Matters and events: what a case consists of, and what happened.

use super::ATTEMPTS_MAX;
use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, Filed, NoteRequest};
use crate::model::retention::{Code, DocumentFacts, Dossier, EventScope, EventType, MatterNumber, Note, NoteWords, QaMode, QaResult};
use crate::model::{Address, CaseId, Date, DocumentId, DocumentNumber, NoteId, Principal, Refusal};

/// A matter to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRequest {
    /// The id that the application chose.
    pub id: NoteId,
    /// What kind; decides the class.
    pub kind: Code,
    /// First day of the period it is about.
    pub from: Option<Date>,
    /// Last day of that period.
    pub to: Option<Date>,
    /// What people call it.
    pub words: NoteWords,
}

/// What an event is about, by the ids of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The case with all its matters.
    Case,
    /// One matter.
    Matter(NoteId),
    /// One document.
    Document(DocumentId),
}

/// An event to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRequest {
    /// The id that the application chose.
    pub id: NoteId,
    /// What it is about.
    pub scope: Scope,
    /// What happened.
    pub event: EventType,
    /// On which day; `None` withdraws the superseded event.
    pub valid_on: Option<Date>,
    /// Who says so.
    pub source: Code,
    /// The document that proves it.
    pub evidence: Option<DocumentId>,
    /// The event that this one corrects.
    pub supersedes: Option<NoteId>,
    /// Why it is recorded or corrected.
    pub words: NoteWords,
}

/// What retention knows of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRetention {
    /// Matters, events, dates.
    pub dossier: Dossier,
    /// What is known of single documents, with their ids: a page of them.
    pub documents: Vec<(DocumentId, DocumentFacts)>,
    /// Where the next page of documents begins.
    pub next: Option<u64>,
}

impl Vault {
    /// Opens a matter in a case. Its number is taken again when another matter was faster.
    pub async fn open_matter(&self, by: &Principal, case: CaseId, request: MatterRequest) -> Result<Filed, ArchiveError> {
        let MatterRequest { id, kind, from, to, words } = request;
        for attempt in 1.. {
            let number = self.number_for(case, id)?;
            let note = Note::Matter { number, kind: kind.clone(), from, to };
            match self.file(by, Some(case), NoteRequest { id, note, words: words.clone() }).await {
                Err(ArchiveError::Refused(Refusal::NumberTaken)) if attempt < ATTEMPTS_MAX => {}
                other => return other,
            }
        }
        Err(Refusal::NumberTaken.into())
    }

    /// The number of the matter with this id, or the next one that is free.
    fn number_for(&self, case: CaseId, id: NoteId) -> Result<MatterNumber, ArchiveError> {
        let dossier = self.dossier_of(self.case_facts(case)?.number, None)?;
        let last = dossier.matters.last().map_or(0, |matter| matter.number.0);
        let next = MatterNumber(last.checked_add(1).ok_or(Refusal::MattersFull)?);
        Ok(dossier.matter_by_id(id).map_or(next, |matter| matter.number))
    }

    /// Corrects the kind of a matter, or of what was assigned to no matter.
    pub async fn correct_kind(
        &self,
        by: &Principal,
        case: CaseId,
        matter: Option<NoteId>,
        (id, words): (NoteId, NoteWords),
        (replaces, kind): (Code, Code),
    ) -> Result<Filed, ArchiveError> {
        let matter = matter.map_or(Ok(MatterNumber::DEFAULT), |matter| self.matter_number(case, matter))?;
        self.file(by, Some(case), NoteRequest { id, note: Note::KindCorrected { matter, replaces, kind }, words }).await
    }

    /// Records an event, a correction or a withdrawal.
    pub async fn record_event(&self, by: &Principal, case: CaseId, request: EventRequest) -> Result<Filed, ArchiveError> {
        let EventRequest { id, scope, event, valid_on, source, evidence, supersedes, words } = request;
        let scope = match scope {
            Scope::Case => EventScope::Case,
            Scope::Matter(matter) => EventScope::Matter(self.matter_number(case, matter)?),
            Scope::Document(document) => EventScope::Document(self.document_number(case, document)?),
        };
        let note = Note::Event { scope, event, valid_on, source, evidence, supersedes };
        self.file(by, Some(case), NoteRequest { id, note, words }).await
    }

    /// Assigns a document to matters; it leaves those that are not named.
    pub async fn assign(
        &self,
        by: &Principal,
        case: CaseId,
        id: NoteId,
        (document, matters): (DocumentId, Vec<NoteId>),
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let document = self.document_number(case, document)?;
        let matters = self.matter_numbers(case, &matters)?;
        self.file(by, Some(case), NoteRequest { id, note: Note::Assignment { document, matters }, words }).await
    }

    /// Records that the quality of a scanned document was assured, or found wanting.
    pub async fn check_document(
        &self,
        by: &Principal,
        case: CaseId,
        id: NoteId,
        (document, mode, result): (DocumentId, QaMode, QaResult),
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let document = self.document_number(case, document)?;
        self.file(by, Some(case), NoteRequest { id, note: Note::DocumentChecked { document, mode, result }, words }).await
    }

    /// Clears the defects that the scan gate found in a document.
    pub async fn lift_quarantine(
        &self,
        by: &Principal,
        case: CaseId,
        id: NoteId,
        document: DocumentId,
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let document = self.document_number(case, document)?;
        self.file(by, Some(case), NoteRequest { id, note: Note::QuarantineLifted { document }, words }).await
    }

    /// What retention knows of a case, with the documents from number `after` on.
    pub fn case_retention(&self, case: CaseId, after: Option<u64>, limit: usize) -> Result<CaseRetention, ArchiveError> {
        let number = self.case_facts(case)?.number;
        let dossier = self.dossier_of(number, self.catalogue()?.as_deref())?;
        let (mut documents, mut next) = (Vec::new(), None);
        let first = after.and_then(|after| DocumentNumber::new(u32::try_from(after).ok()?).ok());
        for row in self.inner.store.facts_of_documents(self.id(), number, first)? {
            let (address, facts) = row?;
            if documents.len() == limit {
                next = Some(u64::from(address.document.get()));
                break;
            }
            documents.push((self.document_id(address)?, facts));
        }
        Ok(CaseRetention { dossier, documents, next })
    }

    /// The numbers of these matters, sorted; each must be a matter of the case.
    pub(in crate::archive) fn matter_numbers(&self, case: CaseId, matters: &[NoteId]) -> Result<Vec<MatterNumber>, ArchiveError> {
        let dossier = self.dossier_of(self.case_facts(case)?.number, None)?;
        let number = |id: &NoteId| dossier.matter_by_id(*id).map(|matter| matter.number).ok_or(Refusal::MatterUnknown);
        let mut numbers = matters.iter().map(number).collect::<Result<Vec<_>, _>>()?;
        numbers.sort_unstable();
        Ok(numbers)
    }

    pub(super) fn matter_number(&self, case: CaseId, matter: NoteId) -> Result<MatterNumber, ArchiveError> {
        Ok(self.matter_numbers(case, &[matter])?[0])
    }

    pub(super) fn document_number(&self, case: CaseId, document: DocumentId) -> Result<DocumentNumber, ArchiveError> {
        Ok(self.address_of(case, document)?.document)
    }

    /// The address of a document, which must be in this case and still exist: the id of a destroyed one stays.
    pub(super) fn address_of(&self, case: CaseId, document: DocumentId) -> Result<Address, ArchiveError> {
        let address = self.inner.store.document_address(self.id(), document)?.ok_or(Refusal::DocumentUnknown)?;
        if address.case != self.case_facts(case)?.number {
            return Err(Refusal::DocumentUnknown.into());
        }
        match self.inner.store.tombstone(self.id(), address)? {
            Some(_) => Err(Refusal::DocumentDestroyed.into()),
            None => Ok(address),
        }
    }

    pub(super) fn document_id(&self, address: Address) -> Result<DocumentId, ArchiveError> {
        if let Some(record) = self.inner.store.document(self.id(), address)? {
            return Ok(record.id);
        }
        let damaged = || ArchiveError::Damaged(format!("document {:#018x} of vault {} has no record", address.to_u64(), self.id()));
        let tombstone = self.inner.store.tombstone(self.id(), address)?.ok_or_else(damaged)?;
        Ok(DocumentId::from_bytes(tombstone.id))
    }
}

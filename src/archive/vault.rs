//! One vault, as its applications see it: opening cases, beginning documents, looking things up.

use std::sync::{Arc, PoisonError};

use super::job::Outcome;
use super::receipt::Receipt;
use super::upload::Upload;
use super::{ArchiveError, Inner};
use crate::keys::{KeyError, Leaf, TreeId};
use crate::ledger::{ActorKey, OpenedCase, SubjectKey};
use crate::limits::NUMBERS_PASSED_OVER_MAX;
use crate::model::command::OpenCase;
use crate::model::{
    Actor, Address, ApplicationName, CaseDescription, CaseDetails, CaseId, CaseNumber, CaseRecord, Command, DocumentDescription,
    DocumentDetails, DocumentId, DocumentRecord, EventId, Handle, MediaType, Refusal, VaultId, VaultRecord,
};
use crate::observe::CaseOpened;
use crate::policy::CaseFacts;
use crate::seal::{HeaderFields, Opener, seal_case};
use crate::store::codec;
use crate::sys::random;

/// A vault that exists, with the archive behind it. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    pub(super) inner: Arc<Inner>,
    pub(super) record: Arc<VaultRecord>,
}

/// A case that was opened, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Whether this request opened it; `false` if it was open with the same description.
    pub created: bool,
    /// The receipt; the same for every repetition.
    pub receipt: Receipt,
}

/// A case with what was sealed about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseView {
    /// What is filed in clear.
    pub record: CaseRecord,
    /// What was sealed.
    pub details: CaseDetails,
}

/// A document with what was sealed about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentView {
    /// The case that it belongs to.
    pub case: CaseId,
    /// What is filed in clear.
    pub record: DocumentRecord,
    /// What was sealed.
    pub details: DocumentDetails,
}

impl Vault {
    /// Name, id, origin of the ledger.
    pub fn record(&self) -> &VaultRecord {
        &self.record
    }

    pub(super) fn id(&self) -> VaultId {
        self.record.id
    }

    /// Opens a case; opening it again with the same description gives the same receipt.
    pub async fn open_case(&self, by: &ApplicationName, id: CaseId, description: CaseDescription) -> Result<Opened, ArchiveError> {
        let inner = &self.inner;
        inner.gate.check()?;
        if let Some(number) = inner.store.case_number(self.id(), id)? {
            return self.repeated_case(number, &description).await;
        }
        inner.check_space()?;
        let actor = inner.actor(self.id(), by).await?;
        let opening_year = inner.clock.now().year();
        let tree = TreeId::cases(self.id(), opening_year);
        inner.ensure_trees(vec![tree]).await?;
        let set_aside = || inner.numbers.set_case_aside(&inner.store, self.id());
        let number = inner.with_key(tree, set_aside, |number| Address::of_case(*number))?;
        let leaf = inner.leaf(tree, Address::of_case(number))?;
        let prepared = self.prepare_case(&leaf, (id, number, tree), actor, &description)?;
        match inner.submit(prepared).await? {
            Outcome::Happened(placed) => {
                inner.observer.emit(&CaseOpened);
                Ok(Opened { created: true, receipt: Receipt::of(&placed)? })
            }
            Outcome::RepeatsCase(number) => self.repeated_case(number, &description).await,
            Outcome::RepeatsDocument(_) | Outcome::RepeatsNote(_) => {
                Err(ArchiveError::Damaged("a case was answered as something else".to_owned()))
            }
        }
    }

    fn prepare_case(
        &self,
        leaf: &Leaf,
        (id, number, tree): (CaseId, CaseNumber, TreeId),
        actor: Actor,
        description: &CaseDescription,
    ) -> Result<(Command, crate::ledger::PreparedEntry, Vec<bytes::Bytes>), ArchiveError> {
        let canonical = description.to_canonical();
        let sealed = seal_case(leaf, HeaderFields { tree, address: Address::of_case(number), id: *id.as_bytes() });
        let (handle, event) = (Handle(random::bytes()), EventId(random::bytes()));
        let actor_key = ActorKey::new(self.inner.actor_key(self.id(), &actor)?);
        let opened = OpenedCase { application: actor.application.as_str(), case: id, description: canonical.as_bytes() };
        let entry = opened.prepare(handle, event, &SubjectKey::new(sealed.subject_key), &actor_key);
        let keys = self.inner.keyring.vault_keys(self.id()).map_err(key_error)?;
        let command = OpenCase {
            vault: self.id(),
            case: id,
            number,
            handle,
            opening_year: tree.year(),
            kind: description.kind_code(),
            reference_tag: keys.reference_tag(description.reference.as_str()),
            header: sealed.header.to_vec(),
            sealed_details: sealed.description.seal(&codec::encode_case_details(&CaseDetails { description: canonical, opened_by: actor })),
        };
        Ok((Command::OpenCase(command), entry, Vec::new()))
    }

    async fn repeated_case(&self, number: CaseNumber, description: &CaseDescription) -> Result<Opened, ArchiveError> {
        let view = self.case_by_number(number)?;
        if view.details.description != description.to_canonical() {
            return Err(Refusal::CaseIdTaken.into());
        }
        Ok(Opened { created: false, receipt: self.receipt_of_case(&view.record).await? })
    }

    /// Begins a document. Waits until there is memory for it.
    pub async fn begin_document(
        &self,
        by: &ApplicationName,
        case: CaseId,
        id: DocumentId,
        media_type: MediaType,
        description: DocumentDescription,
        declared_bytes: Option<u64>,
    ) -> Result<Upload, ArchiveError> {
        Upload::begin(self, by, (case, id), media_type, &description, declared_bytes).await
    }

    pub(super) fn case_facts(&self, id: CaseId) -> Result<CaseFacts, ArchiveError> {
        let cache = &self.inner.cases;
        if let Some(facts) = cache.read().unwrap_or_else(PoisonError::into_inner).get(self.id(), id) {
            return Ok(facts);
        }
        let record = self.case_record(id)?;
        let facts = CaseFacts { number: record.number, opening_year: record.opening_year };
        cache.write().unwrap_or_else(PoisonError::into_inner).insert((self.id(), id), facts);
        // Destroyed meanwhile, behind the reading and before it was remembered.
        if self.inner.store.tombstone(self.id(), Address::of_case(facts.number))?.is_some() {
            cache.write().unwrap_or_else(PoisonError::into_inner).forget(self.id(), &[facts.number]);
            return Err(Refusal::CaseDestroyed.into());
        }
        Ok(facts)
    }

    fn case_record(&self, id: CaseId) -> Result<CaseRecord, ArchiveError> {
        let number = self.inner.store.case_number(self.id(), id)?.ok_or(Refusal::CaseUnknown)?;
        self.case_record_by_number(number)
    }

    fn case_record_by_number(&self, number: CaseNumber) -> Result<CaseRecord, ArchiveError> {
        if let Some(record) = self.inner.store.case(self.id(), number)? {
            return Ok(record);
        }
        if self.inner.store.tombstone(self.id(), Address::of_case(number))?.is_some() {
            return Err(Refusal::CaseDestroyed.into());
        }
        Err(ArchiveError::Damaged(format!("case {} of vault {} has no record", number.get(), self.id())))
    }

    /// The case with this id.
    pub fn case(&self, id: CaseId) -> Result<CaseView, ArchiveError> {
        self.view_case(self.case_record(id)?)
    }

    pub(super) fn case_by_number(&self, number: CaseNumber) -> Result<CaseView, ArchiveError> {
        self.view_case(self.case_record_by_number(number)?)
    }

    /// The case with this reference. Only a keyed tag of the reference is stored and compared.
    pub fn case_by_reference(&self, reference: &str) -> Result<Option<CaseView>, ArchiveError> {
        let keys = self.inner.keyring.vault_keys(self.id()).map_err(key_error)?;
        let number = self.inner.store.case_number_by_reference(self.id(), &keys.reference_tag(reference))?;
        number.map(|number| self.case_by_number(number)).transpose()
    }

    pub(super) fn view_case(&self, record: CaseRecord) -> Result<CaseView, ArchiveError> {
        let damaged =
            |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("case {} of vault {}: {why}", record.number.get(), self.id()));
        let opener = self.case_opener(&record)?;
        let details = opener.open_description(&record.sealed_details).map_err(|error| damaged(&error))?;
        let details = codec::decode_case_details(&details).map_err(|error| damaged(&error))?;
        Ok(CaseView { record, details })
    }

    pub(super) fn case_opener(&self, record: &CaseRecord) -> Result<Opener, ArchiveError> {
        let leaf = self.inner.leaf(TreeId::cases(self.id(), record.opening_year), Address::of_case(record.number))?;
        Opener::new(&leaf, &record.header)
            .map_err(|error| ArchiveError::Damaged(format!("header of case {} of vault {}: {error}", record.number.get(), self.id())))
    }

    /// The document with this id in this case.
    pub fn document(&self, case: CaseId, id: DocumentId) -> Result<DocumentView, ArchiveError> {
        let number = self.inner.store.case_number(self.id(), case)?.ok_or(Refusal::CaseUnknown)?;
        let address = self.inner.store.document_address(self.id(), id)?.ok_or(Refusal::DocumentUnknown)?;
        if address.case != number {
            return Err(Refusal::DocumentUnknown.into());
        }
        self.view_document(case, self.document_record(address)?)
    }

    /// The document at this address, with the id of its case.
    pub(super) fn document_at(&self, address: Address) -> Result<DocumentView, ArchiveError> {
        let record = self.document_record(address)?;
        let case = self.case_record_by_number(address.case)?;
        self.view_document(case.id, record)
    }

    fn document_record(&self, address: Address) -> Result<DocumentRecord, ArchiveError> {
        if let Some(record) = self.inner.store.document(self.id(), address)? {
            return Ok(record);
        }
        if self.inner.store.tombstone(self.id(), address)?.is_some() {
            return Err(Refusal::DocumentDestroyed.into());
        }
        Err(ArchiveError::Damaged(format!("document {:#018x} of vault {} has no record", address.to_u64(), self.id())))
    }

    pub(super) fn view_document(&self, case: CaseId, record: DocumentRecord) -> Result<DocumentView, ArchiveError> {
        let damaged = |why: &dyn std::fmt::Display| {
            ArchiveError::Damaged(format!("document {:#018x} of vault {}: {why}", record.address.to_u64(), self.id()))
        };
        let opener = self.document_opener(&record)?;
        let details = opener.open_description(&record.sealed_details).map_err(|error| damaged(&error))?;
        let details = codec::decode_details(&details).map_err(|error| damaged(&error))?;
        Ok(DocumentView { case, record, details })
    }

    pub(super) fn document_opener(&self, record: &DocumentRecord) -> Result<Opener, ArchiveError> {
        let leaf = self.inner.leaf(TreeId::cases(self.id(), record.opening_year), record.address)?;
        let opener = Opener::new(&leaf, &record.header);
        opener.map_err(|error| {
            ArchiveError::Damaged(format!("header of document {:#018x} of vault {}: {error}", record.address.to_u64(), self.id()))
        })
    }

    /// The receipt that was given when the case was opened.
    pub async fn case_receipt(&self, id: CaseId) -> Result<Receipt, ArchiveError> {
        self.receipt_of_case(&self.case_record(id)?).await
    }

    async fn receipt_of_case(&self, record: &CaseRecord) -> Result<Receipt, ArchiveError> {
        self.inner.issue_again(self.id(), record.entry, record.receipt_size, record.opened_at).await
    }

    /// The receipt that was given when the document was stored.
    pub async fn document_receipt(&self, case: CaseId, id: DocumentId) -> Result<Receipt, ArchiveError> {
        let record = self.document(case, id)?.record;
        self.inner.issue_again(self.id(), record.entry, record.receipt_size, record.stored_at).await
    }
}

impl Inner {
    /// The key of one document or of a case's own description.
    pub(super) fn leaf(&self, tree: TreeId, address: Address) -> Result<Leaf, ArchiveError> {
        self.keyring.leaf(tree, address).map_err(key_error)
    }

    /// Sets numbers aside until one has a key. Behind a restore the next numbers of the database may have belonged to what came after the
    /// backup and was destroyed: their keys are gone, so they are not given again.
    pub(super) fn with_key<T>(
        &self,
        tree: TreeId,
        set_aside: impl Fn() -> Result<T, ArchiveError>,
        address: impl Fn(&T) -> Address,
    ) -> Result<T, ArchiveError> {
        for _ in 0..NUMBERS_PASSED_OVER_MAX {
            let aside = set_aside()?;
            if self.keyring.covers(tree, address(&aside)).map_err(key_error)? {
                return Ok(aside);
            }
        }
        Err(Refusal::NumberTaken.into())
    }

    /// Who acts now, with the year whose key will hide the name. Adds the year's key tree when the year is new.
    pub(super) async fn actor(&self, vault: VaultId, application: &ApplicationName) -> Result<Actor, ArchiveError> {
        let year = self.clock.now().year();
        // That of the readers at once, because every change of keys wears the root of trust.
        self.ensure_trees(vec![TreeId::actors(vault, year), TreeId::readers(vault, year)]).await?;
        Ok(Actor { application: application.clone(), year })
    }

    /// The key that hides what this actor does in the ledger.
    pub(super) fn actor_key(&self, vault: VaultId, actor: &Actor) -> Result<zeroize::Zeroizing<[u8; 32]>, ArchiveError> {
        let key = self.keyring.actor_key(vault, actor.year, actor.application.as_str()).map_err(key_error)?;
        Ok(zeroize::Zeroizing::new(**key))
    }

    /// Adds key trees that are not there yet: once per vault and year.
    pub(super) async fn ensure_trees(&self, trees: Vec<TreeId>) -> Result<(), ArchiveError> {
        if trees.iter().all(|tree| self.keyring.has_tree(*tree)) {
            return Ok(());
        }
        let keyring = Arc::clone(&self.keyring);
        let added = tokio::task::spawn_blocking(move || keyring.ensure_trees(&trees)).await;
        match added {
            Ok(result) => result.map_err(key_error),
            Err(_) => Err(ArchiveError::Busy),
        }
    }
}

pub(super) fn key_error(error: KeyError) -> ArchiveError {
    // A record whose key has just gone: it is being read while it is destroyed.
    if let KeyError::Destroyed { .. } = error {
        return Refusal::DocumentDestroyed.into();
    }
    ArchiveError::Damaged(format!("keys: {error}"))
}

//! Filing notes: the one way in which anything about retention gets into the archive.

use super::ArchiveError;
use super::job::Outcome;
use super::receipt::Receipt;
use super::vault::{Vault, key_error};
use crate::keys::TreeId;
use crate::ledger::{ActorKey, EventCode, FiledNote, PreparedEntry, SubjectKey};
use crate::model::command::{Beside, FileNote};
use crate::model::destruction::GoneKeys;
use crate::model::retention::{Note, NoteDetails, NoteRecord, NoteWords};
use crate::model::{Actor, Address, CaseId, Command, Date, EventId, Handle, NoteId, PersonTag, Principal, Refusal};
use crate::observe::NoteFiled;
use crate::seal::{HeaderFields, Opener, seal_case};
use crate::store::codec;
use crate::sys::random;

/// Something to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRequest {
    /// The id that the application chose.
    pub id: NoteId,
    /// What the note says.
    pub note: Note,
    /// Its words.
    pub words: NoteWords,
}

/// A note that was filed, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Whether this request filed it; `false` if it was there with the same words.
    pub created: bool,
    /// The receipt; the same for every repetition.
    pub receipt: Receipt,
}

/// A note with what was sealed about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteView {
    /// What is filed in clear.
    pub record: NoteRecord,
    /// What was sealed.
    pub details: NoteDetails,
}

/// What a note rests on beside its words.
#[derive(Default)]
pub(super) struct Grounds {
    /// The day of review that the hold still has, for whom a change in between would be a surprise.
    pub(super) replaces_review: Option<Date>,
    /// The keyring's statement that keys are gone, for a replay of destructions.
    pub(super) gone: Option<GoneKeys>,
}

/// Where a note will lie: its address, and the year of the key tree.
struct Aside {
    address: Address,
    year: u16,
}

impl Vault {
    /// Files a note in a case, or in the registers of the vault. Filing the same again under its id gives the same receipt.
    pub async fn file(&self, by: &Principal, case: Option<CaseId>, request: NoteRequest) -> Result<Filed, ArchiveError> {
        self.file_with(by, case, request, Grounds::default()).await
    }

    /// Like [`Self::file`], if the hold that the note is about still has this day of review.
    pub(super) async fn file_if(
        &self,
        by: &Principal,
        case: Option<CaseId>,
        request: NoteRequest,
        replaces_review: Option<Date>,
    ) -> Result<Filed, ArchiveError> {
        self.file_with(by, case, request, Grounds { replaces_review, ..Grounds::default() }).await
    }

    /// Like [`Self::file`], with what the note rests on beside its words.
    pub(super) async fn file_with(
        &self,
        by: &Principal,
        case: Option<CaseId>,
        request: NoteRequest,
        grounds: Grounds,
    ) -> Result<Filed, ArchiveError> {
        let inner = &self.inner;
        inner.gate.check()?;
        if let Some(place) = inner.store.note_address(self.id(), request.id)? {
            return self.repeated_note(place, &request).await;
        }
        inner.check_space()?;
        let actor = inner.actor(self.id(), &by.application).await?;
        let aside = self.set_note_aside(case)?;
        inner.ensure_trees(vec![TreeId::cases(self.id(), aside.year)]).await?;
        let Grounds { replaces_review, gone } = grounds;
        let beside = Beside { has_reason: request.words.reason.is_some(), replaces_review };
        let prepared = self.prepare_note(by, actor, case, (&aside, beside), &request)?;
        match inner.submit_with(prepared, gone).await? {
            Outcome::Happened(placed) => {
                inner.observer.emit(&NoteFiled { event: EventCode::of(&request.note).as_str() });
                Ok(Filed { created: true, receipt: Receipt::of(&placed)? })
            }
            Outcome::RepeatsNote(place) => self.repeated_note(place, &request).await,
            Outcome::RepeatsCase(_) | Outcome::RepeatsDocument(_) => {
                Err(ArchiveError::Damaged("a note was answered as something else".to_owned()))
            }
        }
    }

    fn set_note_aside(&self, case: Option<CaseId>) -> Result<Aside, ArchiveError> {
        let (numbers, store) = (&self.inner.numbers, &self.inner.store);
        match case {
            Some(case) => {
                let facts = self.case_facts(case)?;
                let tree = TreeId::cases(self.id(), facts.opening_year);
                let set_aside = || numbers.set_note_aside(store, self.id(), facts.number);
                Ok(Aside { address: self.inner.with_key(tree, set_aside, |address| *address)?, year: facts.opening_year })
            }
            None => Ok(Aside { address: numbers.set_register_aside(store, self.id())?, year: self.inner.clock.now().year() }),
        }
    }

    fn prepare_note(
        &self,
        by: &Principal,
        actor: Actor,
        case: Option<CaseId>,
        (aside, beside): (&Aside, Beside),
        request: &NoteRequest,
    ) -> Result<(Command, PreparedEntry, Vec<bytes::Bytes>), ArchiveError> {
        let inner = &self.inner;
        let tree = TreeId::cases(self.id(), aside.year);
        let leaf = inner.leaf(tree, aside.address)?;
        let sealed = seal_case(&leaf, HeaderFields { tree, address: aside.address, id: *request.id.as_bytes() });
        let details = NoteDetails { words: request.words.to_canonical(), by: actor, person: by.person.clone() };
        let handle = self.subject_of(&request.note)?;
        let actor_key = ActorKey::new(inner.actor_key(self.id(), &details.by)?);
        let entry = FiledNote::of(&request.note, &details, &codec::encode_note_body(&request.note)).prepare(
            handle,
            EventId(random::bytes()),
            &SubjectKey::new(sealed.subject_key),
            &actor_key,
        );
        let command = FileNote {
            vault: self.id(),
            case,
            id: request.id,
            address: aside.address,
            handle,
            opening_year: aside.year,
            person: self.person_tag(by)?,
            note: request.note.clone(),
            beside,
            header: sealed.header.to_vec(),
            sealed_details: sealed.description.seal(&codec::encode_note_details(&details)),
        };
        Ok((Command::FileNote(Box::new(command)), entry, Vec::new()))
    }

    /// What the ledger calls the subject: a note that continues another is about the same thing.
    fn subject_of(&self, note: &Note) -> Result<Handle, ArchiveError> {
        match note.continues() {
            None => Ok(Handle(random::bytes())),
            Some(place) => Ok(self.inner.store.note(self.id(), place)?.ok_or(Refusal::NoteUnknown)?.handle),
        }
    }

    fn person_tag(&self, by: &Principal) -> Result<Option<PersonTag>, ArchiveError> {
        let keys = self.inner.keyring.vault_keys(self.id()).map_err(key_error)?;
        Ok(by.person.as_ref().map(|person| PersonTag(keys.person_tag(person.as_str()))))
    }

    async fn repeated_note(&self, place: Address, request: &NoteRequest) -> Result<Filed, ArchiveError> {
        let view = self.note_at(place)?;
        if view.record.note != request.note || view.details.words != request.words.to_canonical() {
            return Err(Refusal::NoteIdTaken.into());
        }
        let record = &view.record;
        let receipt = self.inner.issue_again(self.id(), record.entry, record.receipt_size, record.recorded_at).await?;
        Ok(Filed { created: false, receipt })
    }

    /// The note with this id.
    pub fn note(&self, id: NoteId) -> Result<NoteView, ArchiveError> {
        self.note_at(self.note_place(id)?)
    }

    pub(super) fn note_place(&self, id: NoteId) -> Result<Address, ArchiveError> {
        Ok(self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::NoteUnknown)?)
    }

    pub(super) fn note_at(&self, place: Address) -> Result<NoteView, ArchiveError> {
        let damaged =
            |why: &dyn std::fmt::Display| ArchiveError::Damaged(format!("note {:#018x} of vault {}: {why}", place.to_u64(), self.id()));
        let record = self.inner.store.note(self.id(), place)?.ok_or_else(|| damaged(&"it has no record"))?;
        let leaf = self.inner.leaf(TreeId::cases(self.id(), record.opening_year), record.address)?;
        let opener = Opener::new(&leaf, &record.header).map_err(|error| damaged(&error))?;
        let details = opener.open_description(&record.sealed_details).map_err(|error| damaged(&error))?;
        let details = codec::decode_note_details(&details).map_err(|error| damaged(&error))?;
        Ok(NoteView { record, details })
    }
}

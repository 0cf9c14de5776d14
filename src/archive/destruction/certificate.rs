//! The certificate of an order, put together from what is committed.

use std::io::{self, Write};

use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, NoteView};
use crate::certificate::{Evidence, Hashed, Item, NoCertificate, Object, Statement, Subject, write, write_file};
use crate::model::destruction::{Condemned, OrderState, Tombstone};
use crate::model::retention::Note;
use crate::model::{Address, CaseId, CaseNumber, Digest, DocumentNumber, NoteId, Refusal};
use crate::store::key::LogKey;

/// A certificate that can be written: its document is made again from the tombstones each time, the same bytes every time.
pub struct Certificate {
    vault: Vault,
    evidence: Vec<Evidence>,
    /// Whose it is.
    pub subject: Subject,
    /// What it says.
    pub statement: Statement,
    /// SHA-256 of the document.
    pub digest: Digest,
    /// Bytes of the document.
    pub document_bytes: u64,
    /// The signed note over the digest.
    pub note: String,
}

impl Vault {
    /// The certificate of an order: its first stage when its keys are gone, the second when its copies are named.
    ///
    /// # Errors
    /// [`Refusal::KeysNotDestroyed`] before that.
    pub async fn certificate(&self, order: NoteId) -> Result<Certificate, ArchiveError> {
        let vault = self.clone();
        let gathered = tokio::task::spawn_blocking(move || vault.gather(order)).await.map_err(|_| ArchiveError::Busy)??;
        let (subject, views) = gathered;
        let mut evidence = Vec::with_capacity(views.len());
        for view in views {
            let record = &view.record;
            let receipt = self.inner.issue_again(self.id(), record.entry, record.receipt_size, record.recorded_at).await?;
            evidence.push(self.evidence(&view, receipt.text)?);
        }
        let vault = self.clone();
        tokio::task::spawn_blocking(move || vault.certify(subject, evidence)).await.map_err(|_| ArchiveError::Busy)?
    }

    /// The notes about an order, in the order of the ledger.
    fn gather(&self, order: NoteId) -> Result<(Subject, Vec<NoteView>), ArchiveError> {
        let view = self.order(order)?;
        let (facts, place) = (&view.facts, view.note.record.address);
        if !facts.keys_are_gone() || facts.condemned == 0 {
            return Err(Refusal::KeysNotDestroyed.into());
        }
        let rest_ended_on = match facts.state {
            OrderState::Approved { from, .. } => Some(from),
            _ => None,
        };
        let places = std::iter::once(place).chain(facts.notes.places());
        let notes = places.map(|place| self.note_at(place)).collect::<Result<_, _>>()?;
        let (origin, vault) = (self.record.origin.clone(), self.record.name.to_string());
        Ok((Subject { origin, vault, rest_ended_on, version: env!("CARGO_PKG_VERSION").to_owned() }, notes))
    }

    fn evidence(&self, view: &NoteView, receipt: Vec<u8>) -> Result<Evidence, ArchiveError> {
        let record = &view.record;
        let receipt = String::from_utf8(receipt).map_err(|_| self.unfit(record.address, &"its receipt is no text"))?;
        Ok(Evidence {
            id: record.id,
            place: record.address,
            recorded_at: record.recorded_at,
            entry: record.entry,
            fields: self.opening_of_note(view)?.fields,
            note: record.note.clone(),
            receipt,
        })
    }

    fn certify(&self, subject: Subject, evidence: Vec<Evidence>) -> Result<Certificate, ArchiveError> {
        let statement = match Statement::of(&evidence) {
            Ok(statement) => statement,
            Err(NoCertificate::TooEarly) => return Err(Refusal::KeysNotDestroyed.into()),
            Err(why) => return Err(self.unfit(evidence.first().map_or(Address::from_u64(0), |first| first.place), &why)),
        };
        let (digest, note) = (Digest([0; 32]), String::new());
        let mut made = Certificate { vault: self.clone(), evidence, subject, statement, digest, document_bytes: 0, note };
        let mut hashed = Hashed::new();
        made.write_document(&mut hashed)?;
        (made.digest, made.document_bytes) = hashed.finish();
        let (_, signer) = self.inner.signers.of(LogKey::life_cycle(self.id()))?;
        let signed = signer.certify(made.statement.order(), made.statement.stage(), made.digest);
        made.note = signed.map_err(|error| self.unfit(Address::from_u64(0), &error))?;
        Ok(made)
    }

    fn unfit(&self, place: Address, why: &dyn std::fmt::Display) -> ArchiveError {
        ArchiveError::Damaged(format!("note {:#018x} of vault {}, for a certificate: {why}", place.to_u64(), self.id()))
    }
}

impl Certificate {
    /// Writes the document that is signed.
    pub fn write_document(&self, out: &mut impl Write) -> Result<(), ArchiveError> {
        write(out, &self.subject, &self.evidence, self.items(), &self.statement).map_err(into_archive_error)
    }

    /// Writes the file that is filed away: the document with its signature.
    pub fn write_file(&self, out: &mut impl Write) -> Result<(), ArchiveError> {
        let document = |out: &mut _| write(out, &self.subject, &self.evidence, self.items(), &self.statement);
        write_file(out, document, &self.note).map_err(into_archive_error)
    }

    /// What became of each condemned item, from the tombstones.
    fn items(&self) -> impl Iterator<Item = io::Result<Item>> + '_ {
        let steps = self.evidence.iter().filter_map(|evidence| match &evidence.note {
            Note::OrderStep { condemned, .. } => Some(condemned.iter().map(move |item| (evidence.place, item))),
            _ => None,
        });
        steps.flatten().map(|(step, condemned)| self.item(step, condemned).map_err(io::Error::other))
    }

    fn item(&self, step: Address, condemned: &Condemned) -> Result<Item, ArchiveError> {
        let case = condemned.target.case;
        let objects = if condemned.is_case() { self.of_case(step, case)? } else { self.of_leaves(condemned)? };
        let item = Item { case: self.case_id(case)?, part: condemned.target.part, objects };
        if item.is_of(condemned) { Ok(item) } else { Err(self.vault.unfit(step, &"its tombstones are not those of what it condemned")) }
    }

    fn of_case(&self, step: Address, case: CaseNumber) -> Result<Vec<Object>, ArchiveError> {
        let mut objects = vec![self.object(Address::of_case(case))?];
        let first = Address::from_u64(case.get() << DocumentNumber::BITS);
        for row in self.vault.inner.store.tombstones(self.vault.id(), first)? {
            let (address, tombstone) = row?;
            if address.case != case || address.document > DocumentNumber::MAX {
                break;
            }
            objects.extend((tombstone.step == step).then(|| object(&tombstone)));
        }
        Ok(objects)
    }

    fn of_leaves(&self, condemned: &Condemned) -> Result<Vec<Object>, ArchiveError> {
        let places = condemned.addresses().into_iter().filter(|address| !address.is_of_note());
        places.map(|address| self.object(address)).collect()
    }

    fn object(&self, address: Address) -> Result<Object, ArchiveError> {
        let tombstone = self.vault.inner.store.tombstone(self.vault.id(), address)?;
        Ok(object(&tombstone.ok_or_else(|| self.vault.unfit(address, &"there is no tombstone"))?))
    }

    /// The id of a case that is there, or was.
    fn case_id(&self, number: CaseNumber) -> Result<CaseId, ArchiveError> {
        let (store, vault) = (&self.vault.inner.store, self.vault.id());
        if let Some(record) = store.case(vault, number)? {
            return Ok(record.id);
        }
        let tombstone = store.tombstone(vault, Address::of_case(number))?;
        Ok(CaseId::from_bytes(tombstone.ok_or_else(|| self.vault.unfit(Address::of_case(number), &"there is no such case"))?.id))
    }
}

fn object(tombstone: &Tombstone) -> Object {
    let Tombstone { id, handle, stored_at, entry, size_log2, .. } = *tombstone;
    Object { id, handle, stored_at, entry, size_log2 }
}

/// What comes out of a writer is its own error, or one of ours that went through it.
fn into_archive_error(error: io::Error) -> ArchiveError {
    match error.downcast::<ArchiveError>() {
        Ok(ours) => ours,
        Err(other) => ArchiveError::Damaged(format!("a certificate cannot be written: {other}")),
    }
}

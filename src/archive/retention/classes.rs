//! Catalogues of retention classes: what another one would change, proposing it, and adopting it as a second person.

use std::collections::BTreeMap;

use crate::archive::vault::{Vault, key_error};
use crate::archive::{ArchiveError, Filed, NoteRequest, NoteView, Page};
use crate::limits::{PAGE_ROWS_READ_MAX, TEXT_CHARACTERS_MAX};
use crate::model::retention::{Catalogue, Code, Note, NoteRecord, NoteWords, TypeTag};
use crate::model::{Address, CaseId, CaseNumber, DocumentId, NoteId, Principal, Refusal, Text};
use crate::policy::retention::{Diff, DiffExample, DiffSummary, Movement};
use crate::store::{Column, StoreError, key};

/// A catalogue as it was read from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedCatalogue {
    /// The catalogue; its types are empty, because only the vault can tag them.
    pub catalogue: Catalogue,
    /// The class of a document by the name of its type.
    pub types: BTreeMap<String, Code>,
    /// The text, for people.
    pub text: String,
}

/// The catalogue in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueInForce {
    /// Its version.
    pub version: u32,
    /// How it was proposed, with its text.
    pub proposal: NoteView,
    /// Whether all dates follow it already.
    pub complete: bool,
}

/// A catalogue that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalView {
    /// How it was proposed, with its text.
    pub proposal: NoteView,
}

impl Vault {
    /// Proposes a catalogue. What it would change on this day is recorded with it.
    pub async fn propose_classes(
        &self,
        by: &Principal,
        id: NoteId,
        parsed: ParsedCatalogue,
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let vault = self.clone();
        let looked_at = tokio::task::spawn_blocking(move || vault.proposal(id, parsed)).await.map_err(|_| ArchiveError::Busy)?;
        let (note, record) = looked_at?;
        self.file(by, None, NoteRequest { id, note, words: NoteWords { record, ..words } }).await
    }

    /// The note of a proposal, and in words what it would change. A repetition replaces what it replaced the first time, and changes what
    /// it would have changed then.
    fn proposal(&self, id: NoteId, parsed: ParsedCatalogue) -> Result<(Note, Option<Text>), ArchiveError> {
        let (replaces, record) = match self.inner.store.note_address(self.id(), id)? {
            Some(place) => match self.note_at(place)? {
                NoteView { record: NoteRecord { note: Note::ClassesProposed { replaces, .. }, .. }, details } => {
                    (replaces, details.words.plain("record").and_then(|text| Text::parse(text).ok()))
                }
                _ => return Err(Refusal::NoteIdTaken.into()),
            },
            None => (self.facts()?.catalogue.map_or(0, |(version, _)| version), Some(in_few_words(&self.diff_classes(&parsed)?))),
        };
        let catalogue = Box::new(self.tagged(&parsed)?);
        Ok((Note::ClassesProposed { replaces, catalogue, text: parsed.text }, record))
    }

    /// Adopts a proposed catalogue: the second person. Its dates are computed in the background from then on.
    pub async fn adopt_classes(&self, by: &Principal, proposal: NoteId, id: NoteId, words: NoteWords) -> Result<Filed, ArchiveError> {
        let proposal = self.proposal_place(proposal)?;
        let filed = self.file(by, None, NoteRequest { id, note: Note::ClassesAdopted { proposal }, words }).await?;
        self.inner.refresh_wanted.notify_one();
        Ok(filed)
    }

    /// Gives a proposal up.
    pub async fn reject_classes(&self, by: &Principal, proposal: NoteId, id: NoteId, words: NoteWords) -> Result<Filed, ArchiveError> {
        let proposal = self.proposal_place(proposal)?;
        self.file(by, None, NoteRequest { id, note: Note::ClassesRejected { proposal }, words }).await
    }

    /// What a catalogue would change: which dates, by how much, what becomes overdue at once.
    pub fn diff_classes(&self, parsed: &ParsedCatalogue) -> Result<DiffSummary, ArchiveError> {
        let old = self.catalogue()?;
        let new = self.tagged(parsed)?;
        let today = self.today_by(Some(&new));
        let mut diff = Diff::new(old.as_deref(), &new, today);
        // Cases from before there was retention have no dossier yet, and get their dates with the first catalogue.
        for row in self.inner.store.rows(Column::Cases, &self.id().0, None)? {
            let number = case_of(&row?.0)?;
            let dossier = self.dossier_of(number, old.as_deref())?;
            diff.add(number, &dossier, &self.inner.store.facts_of_case(self.id(), number)?);
        }
        Ok(diff.finish())
    }

    /// The ids behind an example of a difference: its case, its matter unless that is the default one, and its document if the line
    /// is one document's own.
    pub fn ids_of_example(&self, example: &DiffExample) -> Result<(CaseId, Option<NoteId>, Option<DocumentId>), ArchiveError> {
        let DiffExample { case, matter, document, .. } = example;
        let matter = self.dossier_of(*case, None)?.matter(*matter).and_then(|matter| matter.id);
        let document = document.map(|document| self.document_id(Address { case: *case, document })).transpose()?;
        Ok((self.case_id(*case)?, matter, document))
    }

    /// The catalogue with the types of its documents tagged by the vault's key.
    pub(super) fn tagged(&self, parsed: &ParsedCatalogue) -> Result<Catalogue, ArchiveError> {
        let keys = self.inner.keyring.vault_keys(self.id()).map_err(key_error)?;
        let types = parsed.types.iter().map(|(name, class)| (TypeTag(keys.type_tag(name)), class.clone())).collect();
        Ok(Catalogue { types, ..parsed.catalogue.clone() })
    }

    /// The tag of a document type.
    pub(in crate::archive) fn type_tag(&self, name: &str) -> Result<TypeTag, ArchiveError> {
        Ok(TypeTag(self.inner.keyring.vault_keys(self.id()).map_err(key_error)?.type_tag(name)))
    }

    /// The catalogue in force, with its text and who proposed it.
    pub fn classes(&self) -> Result<Option<CatalogueInForce>, ArchiveError> {
        let facts = self.facts()?;
        let Some((version, place)) = facts.catalogue else { return Ok(None) };
        let complete = facts.refreshed_below >= CaseNumber::FIRST_REGISTER.get();
        Ok(Some(CatalogueInForce { version, proposal: self.note_at(place)?, complete }))
    }

    /// Catalogues that wait for a second person.
    pub fn class_proposals(&self) -> Result<Vec<ProposalView>, ArchiveError> {
        self.facts()?.proposals.iter().map(|place| Ok(ProposalView { proposal: self.note_at(*place)? })).collect()
    }

    /// Everything that was filed about catalogues, in order, each with its proposal: proposals, adoptions, rejections, from `after` on. Old
    /// versions stay readable here. Every note of the registers must be looked at, so a page ends after so many of them, with fewer items or
    /// none, and says where the next one begins.
    pub fn class_history(&self, after: Option<u64>, limit: usize) -> Result<Page<(NoteView, NoteView)>, ArchiveError> {
        let first =
            after.and_then(|after| CaseNumber::new(after).ok()).unwrap_or(CaseNumber::FIRST_REGISTER).max(CaseNumber::FIRST_REGISTER);
        let mut page = Page { items: Vec::new(), next: None };
        for (read, record) in self.inner.store.notes(self.id(), Address::of_case(first))?.enumerate() {
            let record = record?;
            let proposal = match &record.note {
                Note::ClassesProposed { .. } => Some(record.address),
                Note::ClassesAdopted { proposal } | Note::ClassesRejected { proposal } => Some(*proposal),
                _ => None,
            };
            if read == PAGE_ROWS_READ_MAX || (proposal.is_some() && page.items.len() == limit) {
                page.next = Some(record.address.case.get());
                break;
            }
            if let Some(proposal) = proposal {
                page.items.push((self.note_at(record.address)?, self.note_at(proposal)?));
            }
        }
        Ok(page)
    }

    fn proposal_place(&self, id: NoteId) -> Result<Address, ArchiveError> {
        Ok(self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::ProposalNotOpen)?)
    }
}

/// A difference as it is recorded with a proposal: what changes in which class, as far as there is room for it.
fn in_few_words(summary: &DiffSummary) -> Text {
    let mut words = format!("{} of {} matters in {} cases change", summary.matters_changed, summary.matters, summary.cases);
    for (class, diff) in summary.classes.iter().filter(|(_, diff)| diff.changed > 0) {
        let moved = |movement: &Movement| {
            format!("-{} (max {} d) +{} (max {} d)", movement.earlier, movement.earlier_days_max, movement.later, movement.later_days_max)
        };
        let line = format!(
            "; {}: {} of {} lines, keep_until {}, destroy_by {}, due now {}, overdue now {}",
            class.as_ref().map_or("-", Code::as_str),
            diff.changed,
            diff.lines,
            moved(&diff.keep_until),
            moved(&diff.destroy_by),
            diff.newly_due,
            diff.newly_overdue
        );
        const END: &str = "; ...";
        if words.len() + line.len() + END.len() > TEXT_CHARACTERS_MAX {
            words.push_str(END);
            break;
        }
        words.push_str(&line);
    }
    Text::parse(&words).expect("a difference must fit into a text: it is ASCII and ends in time")
}

pub(super) fn case_of(found: &[u8]) -> Result<CaseNumber, StoreError> {
    key::parse_case(found).ok_or_else(|| StoreError::Damaged("a key of column cases is not one".to_owned()))
}

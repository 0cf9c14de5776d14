//! Holds and overlays: placing, looking again, releasing, listing.

use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, Filed, NoteRequest, NoteView};
use crate::limits::HOLD_TARGETS_MAX;
use crate::model::retention::{
    Code, DocumentFacts, Dossier, HoldFacts, HoldType, MatterFacts, MatterName, MatterNumber, Note, NoteWords, Overlay, Part, Target,
};
use crate::model::{Address, CaseId, CaseNumber, Date, DocumentId, NoteId, Principal, Refusal};
use crate::policy::retention::lines;
use crate::store::codec::{self, RegisterFacts};
use crate::store::{Column, StoreError};

/// Something that a hold is to cover, or an order to destroy: a case, or a matter or document in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldItem {
    /// The case.
    pub case: CaseId,
    /// Only this matter.
    pub matter: Option<MatterName>,
    /// Only this document.
    pub document: Option<DocumentId>,
}

/// Matters that a hold is to cover, by what they have in common. Every condition that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HoldQuery {
    /// Matters of this kind.
    pub kind: Option<Code>,
    /// Matters with this class.
    pub class: Option<Code>,
    /// Matters about a period that ends on this day or later.
    pub from: Option<Date>,
    /// Matters about a period that begins on this day or earlier.
    pub to: Option<Date>,
}

/// A hold to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRequest {
    /// The id that the application chose.
    pub id: NoteId,
    /// Why.
    pub kind: HoldType,
    /// When somebody must look whether it is still needed.
    pub review_on: Date,
    /// When it should end.
    pub ends_on: Option<Date>,
    /// What it covers, one by one.
    pub items: Vec<HoldItem>,
    /// What it covers, by what they have in common; frozen when the hold is placed.
    pub query: Option<HoldQuery>,
    /// Legal basis, reference, owner, reason, the query as it was asked.
    pub words: NoteWords,
}

/// What a review does about the planned end of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedEnd {
    /// It stays.
    AsItIs,
    /// There is none any more.
    None,
    /// It is this day.
    On(Date),
}

/// Somebody has looked: the hold is still needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldReview {
    /// The id that the application chose.
    pub id: NoteId,
    /// When somebody must look again.
    pub review_on: Date,
    /// When it should end.
    pub ends_on: PlannedEnd,
    /// The day of review that was seen, and that this one replaces; refused if it is another one meanwhile.
    pub replaces: Option<Date>,
    /// Why it is still needed.
    pub words: NoteWords,
}

/// A hold as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldView {
    /// How it was placed.
    pub note: NoteView,
    /// What has become of it.
    pub facts: HoldFacts,
}

impl Vault {
    /// Places a hold. Its frozen list is what the request names and what its query finds now.
    pub async fn place_hold(&self, by: &Principal, request: HoldRequest) -> Result<Filed, ArchiveError> {
        let vault = self.clone();
        let listing = tokio::task::spawn_blocking(move || {
            let targets = vault.targets(&request)?;
            Ok::<_, ArchiveError>((request, targets))
        });
        let (request, targets) = listing.await.map_err(|_| ArchiveError::Busy)??;
        let HoldRequest { id, kind, review_on, ends_on, words, .. } = request;
        self.file(by, None, NoteRequest { id, note: Note::HoldPlaced { kind, review_on, ends_on, targets }, words }).await
    }

    /// The list of a hold: the one that was frozen if it was placed before, otherwise what the request names and what its query finds now.
    fn targets(&self, request: &HoldRequest) -> Result<Vec<Target>, ArchiveError> {
        let mut targets = request.items.iter().map(|item| self.target(item)).collect::<Result<Vec<_>, _>>()?;
        targets.sort_unstable();
        targets.dedup();
        if let Some(place) = self.inner.store.note_address(self.id(), request.id)? {
            return match self.note_at(place)?.record.note {
                Note::HoldPlaced { targets: frozen, .. } if repeats(request, &targets, &frozen) => Ok(frozen),
                _ => Err(Refusal::NoteIdTaken.into()),
            };
        }
        if let Some(query) = &request.query {
            let found = self.found(query)?;
            // Whoever asks for what does not exist has misspelt something, and believes it held.
            if found.is_empty() {
                return Err(Refusal::HoldFindsNothing.into());
            }
            targets.extend(found);
            targets.sort_unstable();
            targets.dedup();
        }
        Ok(targets)
    }

    /// The position of the first item of a list that is not in this vault, if there is one.
    pub fn first_unknown(&self, items: impl IntoIterator<Item = HoldItem>) -> Result<Option<usize>, ArchiveError> {
        for (position, item) in items.into_iter().enumerate() {
            match self.target(&item) {
                Ok(_) => {}
                Err(ArchiveError::Refused(_)) => return Ok(Some(position)),
                Err(other) => return Err(other),
            }
        }
        Ok(None)
    }

    pub(in crate::archive) fn target(&self, item: &HoldItem) -> Result<Target, ArchiveError> {
        let case = self.case_facts(item.case)?.number;
        let part = match (item.matter, item.document) {
            (None, None) => Part::Whole,
            (Some(MatterName::Default), None) => Part::Matter(MatterNumber::DEFAULT),
            (Some(MatterName::Opened(matter)), None) => Part::Matter(self.matter_number(item.case, matter)?),
            (Some(MatterName::Destroyed), None) => return Err(Refusal::MatterUnknown.into()),
            (None, Some(document)) => Part::Document(self.document_number(item.case, document)?),
            (Some(_), Some(_)) => return Err(Refusal::HoldTargetUnknown.into()),
        };
        Ok(Target { case, part })
    }

    /// Every matter of the vault that the query describes.
    fn found(&self, query: &HoldQuery) -> Result<Vec<Target>, ArchiveError> {
        let mut found = Vec::new();
        let catalogue = self.catalogue()?;
        for row in self.inner.store.rows(Column::Dossiers, &self.id().0, None)? {
            let (key, value) = row?;
            let mut dossier = codec::decode_dossier(&value).map_err(|why| StoreError::Unreadable { column: Column::Dossiers, why })?;
            let case =
                crate::store::key::parse_case(&key).ok_or_else(|| ArchiveError::Damaged("a key of dossiers is not one".to_owned()))?;
            if query.class.is_some() {
                // Stored lines may still follow an older catalogue, and a hold never looks again.
                dossier.lines = lines(&dossier, catalogue.as_deref());
            }
            let matters = dossier.matters.iter().filter(|matter| query.describes(matter, &dossier));
            found.extend(matters.map(|matter| Target { case, part: Part::Matter(matter.number) }));
            if found.len() > HOLD_TARGETS_MAX {
                return Err(Refusal::HoldTargetsMalformed.into());
            }
        }
        Ok(found)
    }

    /// Records that somebody has looked and the hold is still needed.
    pub async fn review_hold(&self, by: &Principal, hold: NoteId, review: HoldReview) -> Result<Filed, ArchiveError> {
        let HoldReview { id, review_on, ends_on, replaces, words } = review;
        let hold = self.hold_place(hold)?;
        let (ends_on, replaces) = match (ends_on, self.inner.store.note_address(self.id(), id)?) {
            (PlannedEnd::On(day), _) => (Some(day), replaces),
            (PlannedEnd::None, _) => (None, replaces),
            // A repetition keeps what it kept the first time.
            (PlannedEnd::AsItIs, Some(place)) => match self.note_at(place)?.record.note {
                Note::HoldReviewed { ends_on, .. } => (ends_on, replaces),
                _ => return Err(Refusal::NoteIdTaken.into()),
            },
            (PlannedEnd::AsItIs, None) => {
                let facts = self.hold_at(hold)?.facts;
                // What is kept is the end that was just read, so nobody may review the hold in between.
                (facts.ends_on, replaces.or(Some(facts.review_on)))
            }
        };
        self.file_if(by, None, NoteRequest { id, note: Note::HoldReviewed { hold, review_on, ends_on }, words }, replaces).await
    }

    /// Releases a hold.
    pub async fn release_hold(&self, by: &Principal, hold: NoteId, id: NoteId, words: NoteWords) -> Result<Filed, ArchiveError> {
        let hold = self.hold_place(hold)?;
        self.file(by, None, NoteRequest { id, note: Note::HoldReleased { hold }, words }).await
    }

    /// A hold as it stands.
    pub fn hold(&self, id: NoteId) -> Result<HoldView, ArchiveError> {
        self.hold_at(self.hold_place(id)?)
    }

    /// Holds in the order of placing, from `after` on; released ones only if they are asked for.
    pub fn holds(&self, after: Option<u64>, limit: usize, released: bool) -> Result<(Vec<HoldView>, Option<u64>), ArchiveError> {
        let after = after.unwrap_or(0);
        let mut views = Vec::new();
        for row in self.inner.store.registers(self.id())? {
            let (place, facts) = row?;
            let RegisterFacts::Hold(facts) = facts else { continue };
            if place.case.get() < after || (facts.released_on.is_some() && !released) {
                continue;
            }
            if views.len() == limit {
                return Ok((views, Some(place.case.get())));
            }
            views.push(HoldView { note: self.note_at(place)?, facts });
        }
        Ok((views, None))
    }

    /// The items of a hold's frozen list, from position `after` on.
    pub fn hold_items(&self, id: NoteId, after: usize, limit: usize) -> Result<(Vec<HoldItem>, Option<usize>), ArchiveError> {
        let Note::HoldPlaced { targets, .. } = self.hold(id)?.note.record.note else { return Err(Refusal::HoldUnknown.into()) };
        let items = targets.iter().skip(after).take(limit).map(|target| self.item(target)).collect::<Result<Vec<_>, _>>()?;
        let next = after + items.len();
        Ok((items, (next < targets.len()).then_some(next)))
    }

    pub(in crate::archive) fn item(&self, target: &Target) -> Result<HoldItem, ArchiveError> {
        let case = self.case_id(target.case)?;
        Ok(match target.part {
            Part::Whole => HoldItem { case, matter: None, document: None },
            Part::Matter(number) => {
                let dossier = self.inner.store.dossier(self.id(), target.case)?;
                let id = dossier.and_then(|dossier| dossier.matter(number).and_then(|matter| matter.id));
                let matter = match id {
                    Some(id) => MatterName::Opened(id),
                    None if number == MatterNumber::DEFAULT => MatterName::Default,
                    None => MatterName::Destroyed,
                };
                HoldItem { case, matter: Some(matter), document: None }
            }
            Part::Document(number) => {
                let document = self.document_id(Address { case: target.case, document: number })?;
                HoldItem { case, matter: None, document: Some(document) }
            }
        })
    }

    /// What must be said whenever this document is read or listed: overlays on itself, its matters, its case; a quarantine.
    pub fn overlays(&self, address: Address) -> Result<Vec<Overlay>, ArchiveError> {
        let facts = self.facts_of_document(address)?;
        let quarantined = facts.as_ref().is_some_and(DocumentFacts::is_quarantined);
        let mut overlays: Vec<Overlay> =
            self.holds_covering(address, facts.as_ref())?.into_iter().filter_map(|(_, kind)| kind.overlay()).collect();
        overlays.extend(quarantined.then_some(Overlay::Quarantine));
        overlays.sort_unstable();
        overlays.dedup();
        Ok(overlays)
    }

    /// The holds that cover a document.
    pub(super) fn holds_covering(&self, address: Address, facts: Option<&DocumentFacts>) -> Result<Vec<(Address, HoldType)>, ArchiveError> {
        let matters = facts.map_or_else(|| vec![MatterNumber::DEFAULT], |facts| facts.belongs_to());
        Ok(self.inner.store.holds_covering(self.id(), address, &matters)?)
    }

    fn hold_place(&self, id: NoteId) -> Result<Address, ArchiveError> {
        let place = self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::HoldUnknown)?;
        self.inner.store.hold(self.id(), place)?.ok_or(Refusal::HoldUnknown)?;
        Ok(place)
    }

    pub(super) fn hold_at(&self, place: Address) -> Result<HoldView, ArchiveError> {
        let facts = self.inner.store.hold(self.id(), place)?.ok_or(Refusal::HoldUnknown)?;
        Ok(HoldView { note: self.note_at(place)?, facts })
    }

    pub(in crate::archive) fn case_id(&self, number: CaseNumber) -> Result<CaseId, ArchiveError> {
        if let Some(record) = self.inner.store.case(self.id(), number)? {
            return Ok(record.id);
        }
        let damaged = || ArchiveError::Damaged(format!("case {} of vault {} has no record", number.get(), self.id()));
        // The id of a destroyed case is random and stays, so that lists that name it can still be read.
        let tombstone = self.inner.store.tombstone(self.id(), Address::of_case(number))?.ok_or_else(damaged)?;
        Ok(CaseId::from_bytes(tombstone.id))
    }
}

/// Whether a request that names these items can be the one that froze this list. What its query found then is not asked again: it
/// would find something else today, and the query itself is compared with the other words.
fn repeats(request: &HoldRequest, named: &[Target], frozen: &[Target]) -> bool {
    let all_in_it = named.iter().all(|target| frozen.binary_search(target).is_ok());
    all_in_it && (request.query.is_some() || named.len() == frozen.len())
}

impl HoldQuery {
    fn describes(&self, matter: &MatterFacts, dossier: &Dossier) -> bool {
        let has_class = |class: &Code| dossier.lines.iter().any(|line| line.matter == matter.number && line.class.as_ref() == Some(class));
        self.kind.as_ref().is_none_or(|kind| *kind == matter.kind)
            && self.class.as_ref().is_none_or(has_class)
            // A matter without a period is about any time: a hold that covers too much does no harm.
            && self.from.is_none_or(|from| matter.to.is_none_or(|to| to >= from))
            && self.to.is_none_or(|to| matter.from.is_none_or(|from| from <= to))
    }
}

//! Going through an approved order, some items at a time, through the same door as everything else.
//!
//! A step is prepared from what is committed now and decided again in the commit that destroys. If something has changed in between, a
//! hold for instance, the step is refused as a whole and prepared anew: the item then drops out, and the rest goes on.

use std::collections::{HashMap, HashSet};

use super::archive_itself;
use crate::archive::retention_view::{CatalogueCache, RetentionView};
use crate::archive::vault::Vault;
use crate::archive::view::{CaseCache, GroupView};
use crate::archive::{ArchiveError, NoteRequest};
use crate::limits::{ORDER_STEP_DOCUMENTS_MAX, ORDER_STEP_ITEMS_MAX};
use crate::model::destruction::{Condemned, DropReason, Dropped, OrderFacts, OrderReason};
use crate::model::retention::{Note, NoteWords, Part, Target, TimeZone};
use crate::model::{Address, CaseNumber, LedgerIndex, NoteId, Refusal, VaultId};
use crate::policy::destruction::{examine, order_is_executable};
use crate::store::StoreError;

/// What has come of trying to go on with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    /// Some items were gone through, and there are more.
    More,
    /// Every item was gone through.
    Done,
    /// It has to wait, for this reason.
    Waits(Refusal),
}

/// Attempts to prepare a step that others keep changing under the job.
const ATTEMPTS_MAX: u32 = 8;

impl Vault {
    /// Goes through the next items of an order.
    pub async fn execute_order(&self, order: NoteId) -> Result<Executed, ArchiveError> {
        let place = self.inner.store.note_address(self.id(), order)?.ok_or(Refusal::OrderUnknown)?;
        self.execute_at(place).await
    }

    pub(super) async fn execute_at(&self, order: Address) -> Result<Executed, ArchiveError> {
        for _ in 0..ATTEMPTS_MAX {
            self.inner.gate.check()?;
            let vault = self.clone();
            let prepared = tokio::task::spawn_blocking(move || vault.desk().prepare(order)).await.map_err(|_| ArchiveError::Busy)??;
            let (note, is_last) = match prepared {
                Prepared::Step { note, is_last } => (note, is_last),
                Prepared::Done => return Ok(Executed::Done),
                Prepared::Waits(why) => return Ok(Executed::Waits(why)),
            };
            let gone = cases_of(&note);
            let request = NoteRequest { id: super::new_note_id(), note, words: NoteWords::default() };
            match self.file(&archive_itself(), None, request).await {
                Ok(_) => {
                    self.inner.forget_cases(self.id(), &gone);
                    return Ok(if is_last { Executed::Done } else { Executed::More });
                }
                Err(ArchiveError::Refused(why)) if is_overtaken(why) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Executed::Waits(Refusal::OrderItemProtected))
    }

    /// The rules, reading what is committed now.
    pub(super) fn desk(&self) -> Desk<'_> {
        Desk { vault: self, cache: CaseCache::default(), catalogues: CatalogueCache::default(), vaults: [self.id()].into() }
    }
}

/// Whether somebody was faster than the job: then it looks again.
fn is_overtaken(why: Refusal) -> bool {
    matches!(why, Refusal::OrderItemProtected | Refusal::OrderStepOutOfTurn | Refusal::DestructionCapReached | Refusal::NumberTaken)
}

fn cases_of(note: &Note) -> Vec<CaseNumber> {
    let Note::OrderStep { condemned, .. } = note else { return Vec::new() };
    condemned.iter().filter(|item| item.is_case()).map(|item| item.target.case).collect()
}

/// A step that could be filed.
enum Prepared {
    Step { note: Note, is_last: bool },
    Done,
    Waits(Refusal),
}

/// Asks the rules about what is committed.
pub(super) struct Desk<'v> {
    vault: &'v Vault,
    cache: CaseCache,
    catalogues: CatalogueCache,
    vaults: HashSet<VaultId>,
}

impl Desk<'_> {
    /// The items by which an order can name what is due in a case: the whole of it, or what of it may go.
    pub(super) fn of_case(&mut self, case: CaseNumber) -> Result<Vec<Target>, ArchiveError> {
        let store = &self.vault.inner.store;
        let dossier = self.vault.dossier_of(case, None)?;
        let matters = dossier.matters.iter().map(|matter| Part::Matter(matter.number));
        let documents = store.entries_of_case(self.vault.id(), case)?.into_iter().map(|(document, _)| Part::Document(document));
        let (mut items, mut covered) = (Vec::new(), HashSet::new());
        // Largest first, so that as few items as possible name everything.
        for part in [Part::Whole].into_iter().chain(matters).chain(documents) {
            let target = Target { case, part };
            // Everything that is stored now lies before a proposal that is made now.
            let Ok(condemned) = self.examine(OrderReason::Due, Some(LedgerIndex(u64::MAX)), target)? else { continue };
            if condemned.is_case() {
                return Ok(vec![target]);
            }
            let is_new = condemned.leaves.iter().any(|leaf| !covered.contains(leaf));
            if is_new {
                covered.extend(condemned.leaves);
                items.push(target);
            }
        }
        items.sort_unstable();
        Ok(items)
    }

    fn prepare(&mut self, order: Address) -> Result<Prepared, ArchiveError> {
        let (store, vault) = (&self.vault.inner.store, self.vault.id());
        let facts = store.order(vault, order)?.ok_or(Refusal::OrderUnknown)?;
        if facts.is_gone_through() {
            return Ok(Prepared::Done);
        }
        if let Err(why) = order_is_executable(&facts, self.vault.today()?) {
            return Ok(Prepared::Waits(why));
        }
        let note = store.note(vault, order)?.map(|record| record.note);
        let Some(Note::OrderProposed { items, .. }) = note else {
            return Err(ArchiveError::Damaged(format!("the note {:#018x} of vault {vault} is not that of an order", order.to_u64())));
        };
        self.step(order, &facts, &items[(facts.next as usize).min(items.len())..])
    }

    fn step(&mut self, order: Address, facts: &OrderFacts, rest: &[Target]) -> Result<Prepared, ArchiveError> {
        let (held, mut left, mut may_exceed) = self.cap()?;
        let (mut condemned, mut dropped): (Vec<Condemned>, Vec<Dropped>) = (Vec::new(), Vec::new());
        let (mut documents, mut taken) = (0, HashSet::new());
        let mut stopped = false;
        for target in rest.iter().take(ORDER_STEP_ITEMS_MAX) {
            match self.examine(facts.reason, facts.entry, *target)? {
                Err(reason) => dropped.push(Dropped { target: *target, reason }),
                // A document can lie in a matter of the list and stand on it by itself. The next step finds it gone.
                Ok(item) if item.addresses().iter().any(|address| taken.contains(address)) => {
                    stopped = true;
                    break;
                }
                Ok(item) => {
                    let more = u64::from(item.documents);
                    let fits = documents + more <= ORDER_STEP_DOCUMENTS_MAX || condemned.is_empty();
                    if !fits || (more > left && !may_exceed) {
                        stopped = true;
                        break;
                    }
                    // The first item of a day passes whatever its size, but alone.
                    let exceeds = more > left;
                    left = left.saturating_sub(more);
                    documents += more;
                    taken.extend(item.addresses());
                    condemned.push(item);
                    may_exceed = false;
                    if exceeds {
                        stopped = true;
                        break;
                    }
                }
            }
        }
        let count = (condemned.len() + dropped.len()) as u32;
        if count == 0 {
            return Ok(Prepared::Waits(Refusal::DestructionCapReached));
        }
        let is_last = !stopped && count as usize == rest.len();
        let note = Note::OrderStep { order, first: facts.next, count, held, condemned, dropped };
        Ok(Prepared::Step { note, is_last })
    }

    /// Documents in the vault, how many of them may still go today, and whether the first item of the day is still to come.
    fn cap(&mut self) -> Result<(u64, u64, bool), ArchiveError> {
        let (store, vault) = (&self.vault.inner.store, self.vault.id());
        let held = store.documents_held(vault)?.map_or_else(|| store.count_documents(vault), Ok)?;
        let facts = store.disposition(vault)?;
        let zone = self.vault.catalogue()?.map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
        let day = zone.day_of(self.vault.inner.moment().recorded);
        Ok((held, facts.left_on(day, held), !facts.has_begun_on(day)))
    }

    pub(super) fn examine(
        &mut self,
        reason: OrderReason,
        proposal: Option<LedgerIndex>,
        target: Target,
    ) -> Result<Result<Condemned, DropReason>, StoreError> {
        let inner = &self.vault.inner;
        let held = HashMap::new();
        let retention = RetentionView::new(&inner.store, &mut self.catalogues, inner.moment());
        let mut view = GroupView::new(&inner.store, &mut self.cache, &self.vaults, &held, retention);
        examine(&mut view, self.vault.id(), reason, proposal, target)
    }
}

//! Orders as their users see them: proposed, approved, withdrawn, read.

use crate::archive::retention::HoldItem;
use crate::archive::vault::{Vault, key_error};
use crate::archive::{ArchiveError, Filed, NoteRequest, NoteView};
use crate::limits::ORDER_ITEMS_MAX;
use crate::model::destruction::{DropReason, OrderFacts, OrderReason, OrderState};
use crate::model::retention::{Note, NoteRecord, NoteWords, Target};
use crate::model::{Address, CaseNumber, Date, Digest, NoteId, PersonTag, Principal, Refusal};
use crate::policy;
use crate::store::agenda::List;
use crate::store::codec::RegisterFacts;

/// What an order is to destroy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderItems {
    /// These.
    Listed(Vec<HoldItem>),
    /// Everything that is due on this day and that nothing stops: whole cases where all of a case may go, otherwise its matters and
    /// documents. Frozen when the order is proposed.
    DueUntil(Date),
}

/// An order to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRequest {
    /// The id that the application chose.
    pub id: NoteId,
    /// Why.
    pub reason: OrderReason,
    /// What.
    pub items: OrderItems,
    /// Reason, reference, legal basis.
    pub words: NoteWords,
}

/// An order as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// How it was proposed.
    pub note: NoteView,
    /// What has become of it.
    pub facts: OrderFacts,
}

/// What has become of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Its turn has not come.
    Waits,
    /// It was destroyed.
    Destroyed,
    /// It was left alone.
    Dropped(DropReason),
}

/// An item of an order with what has become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderItemView {
    /// The item.
    pub item: HoldItem,
    /// What has become of it.
    pub outcome: ItemOutcome,
}

impl Vault {
    /// Proposes an order. Its list is frozen now: an order over what is due lists what is due now and nothing that becomes so later.
    pub async fn propose_order(&self, by: &Principal, request: OrderRequest) -> Result<Filed, ArchiveError> {
        policy::reference_is_given(request.reason, request.words.reference.as_ref().map(|text| text.as_str()))?;
        let deputy_of = self.tags_of_deputised(by)?;
        let vault = self.clone();
        let listing = tokio::task::spawn_blocking(move || {
            let items = vault.items_of(&request)?;
            Ok::<_, ArchiveError>((request, items))
        });
        let (request, items) = listing.await.map_err(|_| ArchiveError::Busy)??;
        let OrderRequest { id, reason, words, .. } = request;
        self.file(by, None, NoteRequest { id, note: Note::OrderProposed { reason, items, deputy_of }, words }).await
    }

    /// The list of an order: the one that was frozen if it was proposed before.
    fn items_of(&self, request: &OrderRequest) -> Result<Vec<Target>, ArchiveError> {
        let known = self.inner.store.note_address(self.id(), request.id)?;
        match (&request.items, known) {
            (OrderItems::Listed(items), Some(place)) => match self.note_at(place)?.record.note {
                Note::OrderProposed { items: frozen, .. } if self.names(items, &frozen)? => Ok(frozen),
                _ => Err(Refusal::NoteIdTaken.into()),
            },
            (OrderItems::Listed(items), None) => {
                let mut targets = items.iter().map(|item| self.target(item)).collect::<Result<Vec<_>, _>>()?;
                targets.sort_unstable();
                Ok(targets)
            }
            (OrderItems::DueUntil(_), Some(place)) => match self.note_at(place)?.record.note {
                Note::OrderProposed { items, .. } => Ok(items),
                _ => Err(Refusal::NoteIdTaken.into()),
            },
            (OrderItems::DueUntil(until), None) => self.due_items(request.reason, *until),
        }
    }

    /// What is due and stopped by nothing, in as few items as possible. Asked of the same rules that decide when the order is executed.
    fn due_items(&self, reason: OrderReason, until: Date) -> Result<Vec<Target>, ArchiveError> {
        if reason.is_early() {
            return Err(Refusal::OrderItemsMalformed.into());
        }
        let last_kept = until.plus_days(-1).unwrap_or(until);
        let mut cases: Vec<CaseNumber> = Vec::new();
        for item in self.inner.store.agenda(self.id(), List::KeepUntil, Some(last_kept), None)? {
            cases.push(item?.case);
        }
        cases.sort_unstable();
        cases.dedup();
        let mut items = Vec::new();
        let mut desk = self.desk();
        for case in cases {
            items.extend(desk.of_case(case)?);
            if items.len() > ORDER_ITEMS_MAX {
                // The rest is for the next order.
                items.truncate(ORDER_ITEMS_MAX);
                break;
            }
        }
        Ok(items)
    }

    /// Approves an order over the digest of its exact list, to rest for the days of the vault's rule, or for more.
    pub async fn approve_order(
        &self,
        by: &Principal,
        order: NoteId,
        id: NoteId,
        (list, rest_days): (Digest, Option<u16>),
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let (order, deputy_of) = (self.order_place(order)?, self.tags_of_deputised(by)?);
        let cooling_off_days = match rest_days {
            Some(days) => days,
            None => self.rest_of(id)?,
        };
        self.file(by, None, NoteRequest { id, note: Note::OrderApproved { order, list, cooling_off_days, deputy_of }, words }).await
    }

    /// The rest that an approval gets which names none: the vault's rule, or what it got when it was filed before.
    fn rest_of(&self, approval: NoteId) -> Result<u16, ArchiveError> {
        if let Some(place) = self.inner.store.note_address(self.id(), approval)?
            && let Some(Note::OrderApproved { cooling_off_days, .. }) = self.inner.store.note(self.id(), place)?.map(|record| record.note)
        {
            return Ok(cooling_off_days);
        }
        Ok(self.inner.store.disposition(self.id())?.rule.cooling_off_days)
    }

    /// Gives an order up. What it has destroyed stays destroyed.
    pub async fn withdraw_order(&self, by: &Principal, order: NoteId, id: NoteId, words: NoteWords) -> Result<Filed, ArchiveError> {
        let order = self.order_place(order)?;
        self.file(by, None, NoteRequest { id, note: Note::OrderWithdrawn { order }, words }).await
    }

    /// An order as it stands.
    pub fn order(&self, id: NoteId) -> Result<OrderView, ArchiveError> {
        self.order_at(self.order_place(id)?)
    }

    /// Orders in the sequence of their proposal, from `after` on; those that are over only if they are asked for.
    pub fn orders(&self, after: Option<u64>, limit: usize, over: bool) -> Result<(Vec<OrderView>, Option<u64>), ArchiveError> {
        let after = after.unwrap_or(0);
        let mut views = Vec::new();
        for row in self.inner.store.registers(self.id())? {
            let (place, facts) = row?;
            let RegisterFacts::Order(facts) = facts else { continue };
            if place.case.get() < after || (facts.is_over() && !over) {
                continue;
            }
            if views.len() == limit {
                return Ok((views, Some(place.case.get())));
            }
            views.push(OrderView { note: self.note_at(place)?, facts: *facts });
        }
        Ok((views, None))
    }

    /// The items of an order from position `after` on, with what has become of each.
    pub fn order_items(&self, id: NoteId, after: usize, limit: usize) -> Result<(Vec<OrderItemView>, Option<usize>), ArchiveError> {
        let view = self.order(id)?;
        let Note::OrderProposed { items, .. } = &view.note.record.note else { return Err(Refusal::OrderUnknown.into()) };
        let dropped = self.dropped_of(&view.facts)?;
        let page = items.iter().enumerate().skip(after).take(limit);
        let views = page.map(|(at, target)| {
            let outcome = match dropped.get(target) {
                Some(reason) => ItemOutcome::Dropped(*reason),
                None if at < view.facts.next as usize => ItemOutcome::Destroyed,
                None => ItemOutcome::Waits,
            };
            Ok(OrderItemView { item: self.item(target)?, outcome })
        });
        let views = views.collect::<Result<Vec<_>, ArchiveError>>()?;
        let next = after + views.len();
        Ok((views, (next < items.len()).then_some(next)))
    }

    /// The notes that continue an order, in their sequence.
    pub(super) fn notes_of_order<'a>(&'a self, order: &'a OrderFacts) -> impl Iterator<Item = Result<NoteRecord, ArchiveError>> + 'a {
        order.notes.places().map(move |place| {
            let missing = || ArchiveError::Damaged(format!("note {:#018x} of vault {} is missing", place.to_u64(), self.id()));
            self.inner.store.note(self.id(), place)?.ok_or_else(missing)
        })
    }

    /// The items of an order that were left alone.
    fn dropped_of(&self, order: &OrderFacts) -> Result<std::collections::BTreeMap<Target, DropReason>, ArchiveError> {
        let mut dropped = std::collections::BTreeMap::new();
        for record in self.notes_of_order(order) {
            if let Note::OrderStep { dropped: left, .. } = record?.note {
                dropped.extend(left.into_iter().map(|item| (item.target, item.reason)));
            }
        }
        Ok(dropped)
    }

    pub(super) fn order_at(&self, place: Address) -> Result<OrderView, ArchiveError> {
        let facts = self.inner.store.order(self.id(), place)?.ok_or(Refusal::OrderUnknown)?;
        Ok(OrderView { note: self.note_at(place)?, facts })
    }

    fn order_place(&self, id: NoteId) -> Result<Address, ArchiveError> {
        let place = self.inner.store.note_address(self.id(), id)?.ok_or(Refusal::OrderUnknown)?;
        self.inner.store.order(self.id(), place)?.ok_or(Refusal::OrderUnknown)?;
        Ok(place)
    }

    /// For whom the certificate's person deputises, as tags.
    pub(super) fn tags_of_deputised(&self, by: &Principal) -> Result<Vec<PersonTag>, ArchiveError> {
        let keys = self.inner.keyring.vault_keys(self.id()).map_err(key_error)?;
        let mut tags: Vec<PersonTag> = by.deputy_of.iter().map(|person| PersonTag(keys.person_tag(person.as_str()))).collect();
        tags.sort_unstable();
        Ok(tags)
    }
}

impl OrderView {
    /// A word for where the order stands: `proposed`, `resting`, `executing`, `keys`, `done` or `withdrawn`.
    pub fn stage(&self, certain: Date) -> &'static str {
        let facts = &self.facts;
        match facts.state {
            OrderState::Proposed => "proposed",
            OrderState::Withdrawn { .. } => "withdrawn",
            OrderState::Approved { from, .. } if certain < from => "resting",
            OrderState::Approved { .. } if !facts.is_gone_through() => "executing",
            OrderState::Approved { .. } if !facts.keyed.is_empty() => "keys",
            OrderState::Approved { .. } => "done",
        }
    }
}

//! What people look at before they approve an order and after it was carried out: its history, and each item with what becomes of it.

use super::orders::{ItemOutcome, OrderView};
use crate::archive::retention::HoldItem;
use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, NoteView};
use crate::model::destruction::{DropReason, OrderFacts};
use crate::model::retention::{Note, Part, Target};
use crate::model::{NoteId, Refusal};

/// An order with everything that was filed about it but its steps, which its items tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderAccount {
    /// The order as it stands.
    pub view: OrderView,
    /// Where it stands today, see [`OrderView::stage`].
    pub stage: &'static str,
    /// Approval, withdrawal, the end of keys, the naming of copies; in their order.
    pub history: Vec<NoteView>,
}

/// An item of an order, with what has become of it or would today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemAccount {
    /// The item by the ids of the application; a matter that is gone has none any more.
    pub item: HoldItem,
    /// What of the case it is.
    pub part: Part,
    /// What has become of it.
    pub outcome: ItemOutcome,
    /// Of an item that waits: the documents that would go today, or why it would be left alone.
    pub today: Option<Result<u32, DropReason>>,
}

impl Vault {
    /// An order with its history.
    pub fn order_account(&self, id: NoteId) -> Result<OrderAccount, ArchiveError> {
        let view = self.order(id)?;
        let stage = self.stage_of(&view)?;
        let history = self.history_of(&view.facts)?;
        Ok(OrderAccount { view, stage, history })
    }

    /// Where an order stands today.
    pub fn stage_of(&self, order: &OrderView) -> Result<&'static str, ArchiveError> {
        Ok(order.stage(self.today()?.certain))
    }

    fn history_of(&self, order: &OrderFacts) -> Result<Vec<NoteView>, ArchiveError> {
        let mut history = Vec::new();
        for record in self.notes_of_order(order) {
            let record = record?;
            if !matches!(record.note, Note::OrderStep { .. }) {
                history.push(self.note_at(record.address)?);
            }
        }
        Ok(history)
    }

    /// The items of an order from position `after` on.
    pub fn order_items_account(&self, id: NoteId, after: usize, limit: usize) -> Result<(Vec<ItemAccount>, Option<usize>), ArchiveError> {
        let (page, next) = self.order_items(id, after, limit)?;
        let view = self.order(id)?;
        let Note::OrderProposed { items, .. } = &view.note.record.note else { return Err(Refusal::OrderUnknown.into()) };
        let mut desk = self.desk();
        let account = |(shown, target): (super::OrderItemView, &Target)| {
            let waits = shown.outcome == ItemOutcome::Waits && !view.facts.is_gone_through();
            let today = if waits { Some(desk.examine(view.facts.reason, view.facts.entry, *target)?) } else { None };
            let today = today.map(|verdict| verdict.map(|condemned| condemned.documents));
            Ok(ItemAccount { item: shown.item, part: target.part, outcome: shown.outcome, today })
        };
        let items = page.into_iter().zip(items.iter().skip(after)).map(account).collect::<Result<_, ArchiveError>>()?;
        Ok((items, next))
    }
}

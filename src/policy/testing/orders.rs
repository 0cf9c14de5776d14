//! Orders in the office: proposed by Anna, approved by Boris, gone through by the archive.

use super::{ANNA, BORIS, Office, VAULT};
use crate::model::destruction::{Condemned, DropReason, Dropped, OrderReason};
use crate::model::retention::{Note, Target};
use crate::model::{Address, PersonTag, Refusal};
use crate::policy::View as _;
use crate::policy::destruction::examine;

/// What a step made of its items.
pub(crate) type Outcome = (Vec<Target>, Vec<(Target, DropReason)>);

impl Office {
    /// Anna proposes an order.
    pub(crate) fn try_order(&mut self, reason: OrderReason, items: &[Target]) -> Result<Address, Refusal> {
        let note = Note::OrderProposed { reason, items: items.to_vec(), deputy_of: Vec::new() };
        self.try_file_as(Some(ANNA), note).map(|id| self.place(id))
    }

    /// Somebody approves the list of an order as it is, to rest as long as the rule says.
    pub(crate) fn try_approve(&mut self, order: Address, by: PersonTag) -> Result<(), Refusal> {
        let list = self.memory.facts.orders[&order].list;
        let cooling_off_days = self.memory.facts.disposition.rule.cooling_off_days;
        let note = Note::OrderApproved { order, list, cooling_off_days, deputy_of: Vec::new() };
        self.try_file_as(Some(by), note).map(drop)
    }

    /// An order that Anna has proposed and Boris has approved.
    #[track_caller]
    pub(crate) fn order(&mut self, reason: OrderReason, items: &[Target]) -> Address {
        let order = self.try_order(reason, items).expect("must be accepted");
        self.try_approve(order, BORIS).expect("must be approved");
        order
    }

    /// What the archive would make of the next `count` items.
    pub(crate) fn prepare(&mut self, order: Address, count: u32) -> Note {
        let facts = self.memory.facts.orders[&order].clone();
        let items = self.memory.order_items(VAULT, order).expect("must be readable");
        let (mut condemned, mut dropped) = (Vec::<Condemned>::new(), Vec::<Dropped>::new());
        for target in items.iter().skip(facts.next as usize).take(count as usize) {
            match examine(&mut self.memory, VAULT, facts.reason, facts.entry, *target).expect("must be readable") {
                Ok(item) => condemned.push(item),
                Err(reason) => dropped.push(Dropped { target: *target, reason }),
            }
        }
        let held = self.memory.documents_held(VAULT).expect("must be readable");
        let count = (condemned.len() + dropped.len()) as u32;
        Note::OrderStep { order, first: facts.next, count, held, condemned, dropped }
    }

    /// The archive goes through everything that is left of an order.
    pub(crate) fn try_execute(&mut self, order: Address) -> Result<Outcome, Refusal> {
        let step = self.prepare(order, u32::MAX);
        self.try_file(step.clone())?;
        let Note::OrderStep { condemned, dropped, .. } = step else { panic!("a step was prepared") };
        let left = dropped.into_iter().map(|item| (item.target, item.reason)).collect();
        Ok((condemned.into_iter().map(|item| item.target).collect(), left))
    }
}

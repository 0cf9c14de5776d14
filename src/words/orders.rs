//! Sentences about orders of destruction: why, how far, and what of it was left alone for which reason.

use super::Words;
use crate::model::destruction::{DropReason, OrderReason};
use crate::model::retention::{Note, Part, Target};

impl Words {
    /// Why something is to be destroyed; a phrase.
    pub fn order_reason(&self, reason: OrderReason) -> String {
        self.of_code("order-reason", reason.as_str())
    }

    /// Why an item of an order was left alone; a sentence.
    pub fn drop_reason(&self, reason: DropReason) -> String {
        self.of_code("drop", reason.as_str())
    }

    /// Where an order stands, by the code of its stage; a sentence.
    pub fn order_stage(&self, stage: &str) -> String {
        self.of_code("order-stage", stage)
    }

    /// What has become of an item, by its code, unless it was left alone; a sentence.
    pub fn order_outcome(&self, outcome: &str) -> String {
        self.of_code("order-outcome", outcome)
    }

    /// What is on a list; a sentence.
    pub fn order_list(&self, items: &[Target]) -> String {
        let count = |is_meant: fn(&Part) -> bool| items.iter().filter(|item| is_meant(&item.part)).count();
        let counts = [
            ("order-list-cases", count(|part| matches!(part, Part::Whole))),
            ("order-list-matters", count(|part| matches!(part, Part::Matter(_)))),
            ("order-list-documents", count(|part| matches!(part, Part::Document(_)))),
        ];
        let some = counts.into_iter().filter(|(_, count)| *count > 0);
        let parts: Vec<String> = some.map(|(name, count)| self.say(name, &[("count", count.into())])).collect();
        self.say("order-list", &[("parts", parts.join(", ").into())])
    }

    /// What a note about destruction says; a phrase. `None` for notes about something else.
    pub fn destruction_note(&self, note: &Note) -> Option<String> {
        let code = match note {
            Note::OrderProposed { .. } => "order-propose",
            Note::OrderApproved { .. } => "order-approve",
            Note::OrderWithdrawn { .. } => "order-withdraw",
            Note::OrderStep { .. } => "order-step",
            Note::KeysDestroyed { .. } => "keys-destroy",
            Note::CopiesGone { .. } => "copies-gone",
            Note::DestructionReplayed { .. } => "destruction-replay",
            Note::DestructionRuleProposed { .. } => "destruction-rule-propose",
            Note::DestructionRuleAdopted { .. } => "destruction-rule-adopt",
            Note::DestructionRuleRejected { .. } => "destruction-rule-reject",
            Note::ShardSealed { .. } => "shard-seal",
            Note::ShardDestroyed { .. } => "shard-destroy",
            _ => return None,
        };
        Some(self.of_code("note", code))
    }
}

//! How carefully a vault destroys: its cap and its cooling-off, changed by two persons only.

use std::sync::Arc;

use super::ShardFacts;
use crate::model::{Address, Date, LedgerIndex, PersonTag};

/// How much may be destroyed in a day, and how long an approved order rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DestructionRule {
    /// Thousandths of the vault's documents that may be destroyed on one day; 1 to 1000.
    pub cap_per_mille: u16,
    /// Days between approval and execution; 0 to 366.
    pub cooling_off_days: u16,
}

impl Default for DestructionRule {
    /// One in a hundred a day, two weeks of rest.
    fn default() -> Self {
        Self { cap_per_mille: 10, cooling_off_days: 14 }
    }
}

impl DestructionRule {
    /// Documents that may be destroyed on one day in a vault that holds `documents` at its beginning.
    pub fn cap_of(self, documents: u64) -> u64 {
        (u128::from(documents) * u128::from(self.cap_per_mille)).div_ceil(1000).try_into().unwrap_or(u64::MAX)
    }
}

/// A proposed rule that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProposal {
    /// The note that proposed it.
    pub place: Address,
    /// Who proposed it.
    pub proposer: PersonTag,
    /// For whom the proposer deputises; sorted.
    pub deputy_of: Vec<PersonTag>,
    /// Its ledger entry; `None` while its commit group is being made.
    pub entry: Option<LedgerIndex>,
    /// The rule.
    pub rule: DestructionRule,
}

/// What was destroyed on the last day on which anything was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DestroyedToday {
    /// The day.
    pub day: Date,
    /// Documents that the vault held at its beginning.
    pub held: u64,
    /// Documents that went.
    pub documents: u64,
}

/// What a vault knows of its destructions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DispositionFacts {
    /// The rule in force.
    pub rule: DestructionRule,
    /// Proposed rules, oldest first.
    pub proposals: Vec<RuleProposal>,
    /// Orders that are not over; in the order of their proposal.
    pub open: Vec<Address>,
    /// What has gone today.
    pub today: Option<DestroyedToday>,
    /// All documents that ever went.
    pub documents: u64,
    /// The access ledgers of years that are over, in the order in which they were sealed.
    pub shards: Vec<ShardFacts>,
}

impl DispositionFacts {
    /// The access ledger of this year, if it was sealed.
    pub fn shard(&self, year: u16) -> Option<&ShardFacts> {
        self.shards.iter().find(|shard| shard.year == year)
    }

    /// Documents that may still go on `day`, in a vault that holds `held` documents now.
    ///
    /// The first item of a day always passes, or a small vault, in which one in a hundred is less than one case, could destroy nothing.
    pub fn left_on(&self, day: Date, held: u64) -> u64 {
        match self.today {
            Some(today) if today.day == day => self.rule.cap_of(today.held).saturating_sub(today.documents),
            _ => self.rule.cap_of(held),
        }
    }

    /// Whether anything has gone on `day`.
    pub fn has_begun_on(&self, day: Date) -> bool {
        self.today.is_some_and(|today| today.day == day && today.documents > 0)
    }

    /// With `documents` gone on `day`, from a vault that held `held` before.
    pub fn with_destroyed(&self, day: Date, held: u64, documents: u64) -> Arc<Self> {
        let today = match self.today {
            Some(today) if today.day == day => DestroyedToday { documents: today.documents + documents, ..today },
            _ => DestroyedToday { day, held, documents },
        };
        Arc::new(Self { today: Some(today), documents: self.documents + documents, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_is_a_share_of_what_the_day_began_with() {
        let day = |text| Date::parse(text).unwrap();
        let facts = DispositionFacts::default();
        assert_eq!(facts.left_on(day("2026-11-22"), 100_000), 1000);
        let facts = facts.with_destroyed(day("2026-11-22"), 100_000, 400);
        assert_eq!(facts.left_on(day("2026-11-22"), 99_600), 600, "what went in the morning does not lower the cap");
        let facts = facts.with_destroyed(day("2026-11-22"), 99_600, 600);
        assert_eq!((facts.left_on(day("2026-11-22"), 99_000), facts.left_on(day("2026-11-23"), 99_000)), (0, 990));
        assert_eq!(facts.documents, 1000);
        assert!(facts.has_begun_on(day("2026-11-22")) && !facts.has_begun_on(day("2026-11-23")));
    }

    #[test]
    fn a_cap_is_rounded_up_and_never_overflows() {
        let rule = |cap_per_mille| DestructionRule { cap_per_mille, ..DestructionRule::default() };
        for (share, documents, cap) in [(10, 1, 1), (10, 0, 0), (10, 101, 2), (1000, u64::MAX, u64::MAX), (1, 1001, 2)] {
            assert_eq!(rule(share).cap_of(documents), cap);
        }
    }
}

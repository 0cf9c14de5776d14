//! The cap and the cooling-off of a vault: proposed by one person, adopted by another, rejected by any.

use super::{Desk, Readable, Ruling, rule};
use crate::limits::{COOLING_OFF_DAYS_MAX, DESTRUCTION_CAP_PER_MILLE_MAX, PROPOSALS_OPEN_MAX};
use crate::model::destruction::{DestructionRule, RuleProposal, are_independent};
use crate::model::{Address, PersonTag, Refusal};
use crate::policy::View;

/// A rule is proposed.
pub(super) fn proposed<V: View>(desk: &mut Desk<'_, V>, person: Option<PersonTag>, proposed: DestructionRule) -> Ruling<V::Error> {
    rule(person.is_some(), Refusal::PersonRequired)?;
    let bounded =
        (1..=DESTRUCTION_CAP_PER_MILLE_MAX).contains(&proposed.cap_per_mille) && proposed.cooling_off_days <= COOLING_OFF_DAYS_MAX;
    rule(bounded, Refusal::DestructionRuleMalformed)?;
    let others = |open: &&RuleProposal| Some(open.proposer) != person;
    let open = desk.view.disposition(desk.vault).readable()?.proposals.iter().filter(others).count();
    rule(open < PROPOSALS_OPEN_MAX, Refusal::ProposalsFull)?;
    Ok(None)
}

/// A second person adopts it. Orders that were approved before keep the rest that they were approved with.
pub(super) fn adopted<V: View>(
    desk: &mut Desk<'_, V>,
    person: Option<PersonTag>,
    deputy_of: &[PersonTag],
    proposal: Address,
) -> Ruling<V::Error> {
    let facts = desk.view.disposition(desk.vault).readable()?;
    let open = facts.proposals.iter().find(|open| open.place == proposal).ok_or(Refusal::DestructionRuleNotOpen)?;
    let person = person.ok_or(Refusal::PersonRequired)?;
    rule(open.proposer != person, Refusal::SecondPersonRequired)?;
    rule(are_independent((open.proposer, &open.deputy_of), (person, deputy_of)), Refusal::DeputyNotIndependent)?;
    Ok(open.entry)
}

/// A proposal is turned down. One person is enough, and it may be the one who proposed: nothing gets less careful by it.
pub(super) fn rejected<V: View>(desk: &mut Desk<'_, V>, person: Option<PersonTag>, proposal: Address) -> Ruling<V::Error> {
    rule(person.is_some(), Refusal::PersonRequired)?;
    let facts = desk.view.disposition(desk.vault).readable()?;
    let open = facts.proposals.iter().find(|open| open.place == proposal).ok_or(Refusal::DestructionRuleNotOpen)?;
    Ok(open.entry)
}

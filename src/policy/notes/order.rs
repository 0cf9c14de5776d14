//! Orders of destruction: proposed by one person, approved by another over the exact list, gone through step by step, certified.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Desk, Readable, Ruling, is_strictly_sorted, rule};
use crate::limits::{COOLING_OFF_DAYS_MAX, ORDER_ITEMS_MAX, ORDER_STEP_ITEMS_MAX, ORDERS_OPEN_MAX};
use crate::model::destruction::{Condemned, Dropped, OrderFacts, OrderReason, OrderState, are_independent};
use crate::model::retention::{Part, Target};
use crate::model::{Address, CaseNumber, Digest, PersonTag, Refusal};
use crate::policy::destruction::{examine, order_is_executable};
use crate::policy::{Undecided, View};

/// An order is proposed. Whether its items qualify is asked when it is executed; that they exist is asked now, so that a slip shows.
pub(super) fn proposed<V: View>(desk: &mut Desk<'_, V>, person: Option<PersonTag>, items: &[Target]) -> Ruling<V::Error> {
    rule(person.is_some(), Refusal::PersonRequired)?;
    rule((1..=ORDER_ITEMS_MAX).contains(&items.len()) && is_strictly_sorted(items), Refusal::OrderItemsMalformed)?;
    let open = desk.view.disposition(desk.vault).readable()?.open.len();
    rule(open < ORDERS_OPEN_MAX, Refusal::OrdersFull)?;
    // The list is sorted, so each case is looked up once.
    for of_one_case in items.chunk_by(|a, b| a.case == b.case) {
        let whole = of_one_case.iter().any(|item| item.part == Part::Whole);
        rule(!whole || of_one_case.len() == 1, Refusal::OrderItemsMalformed)?;
        rule(items_exist(desk, of_one_case[0].case, of_one_case)?, Refusal::OrderItemUnknown)?;
    }
    Ok(None)
}

fn items_exist<V: View>(desk: &mut Desk<'_, V>, case: CaseNumber, items: &[Target]) -> Result<bool, Undecided<V::Error>> {
    if case > CaseNumber::MAX || desk.view.case_by_number(desk.vault, case).readable()?.is_none() {
        return Ok(false);
    }
    let dossier = desk.view.dossier(desk.vault, case).readable()?;
    for item in items {
        let exists = match item.part {
            Part::Whole => true,
            Part::Matter(number) => dossier.matter(number).is_some(),
            Part::Document(document) => desk.document_exists(Address { case, document })?,
        };
        if !exists {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An approval, as the second person gives it.
pub(super) struct Approval<'a> {
    pub(super) order: Address,
    pub(super) list: Digest,
    pub(super) cooling_off_days: u16,
    pub(super) deputy_of: &'a [PersonTag],
}

/// A second person approves: somebody else, no deputy of the proposer in either direction, over the digest of the exact list.
pub(super) fn approved<V: View>(desk: &mut Desk<'_, V>, person: Option<PersonTag>, approval: &Approval<'_>) -> Ruling<V::Error> {
    let facts = known(desk, approval.order)?;
    let person = person.ok_or(Refusal::PersonRequired)?;
    rule(facts.state == OrderState::Proposed, Refusal::OrderNotProposed)?;
    rule(facts.proposer != person, Refusal::SecondPersonRequired)?;
    let independent = are_independent((facts.proposer, &facts.deputy_of), (person, approval.deputy_of));
    rule(independent, Refusal::DeputyNotIndependent)?;
    rule(facts.list == approval.list, Refusal::OrderListDiffers)?;
    let least = desk.view.disposition(desk.vault).readable()?.rule.cooling_off_days;
    // Beyond the end of the calendar nothing would rest.
    let rests = desk.by_the_wall().plus_days(i64::from(approval.cooling_off_days)).is_some();
    let allowed = (least..=COOLING_OFF_DAYS_MAX).contains(&approval.cooling_off_days);
    rule(allowed && rests, Refusal::DestructionRuleMalformed)?;
    Ok(facts.last_entry)
}

/// An order is given up. Stopping a destruction is always possible, and for one person alone.
pub(super) fn withdrawn<V: View>(desk: &mut Desk<'_, V>, person: Option<PersonTag>, order: Address) -> Ruling<V::Error> {
    let facts = known(desk, order)?;
    rule(person.is_some(), Refusal::PersonRequired)?;
    rule(!facts.is_gone_through(), Refusal::OrderOver)?;
    Ok(facts.last_entry)
}

/// A step of an order, as the job has prepared it.
pub(super) struct Prepared<'a> {
    pub(super) order: Address,
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) held: u64,
    pub(super) condemned: &'a [Condemned],
    pub(super) dropped: &'a [Dropped],
}

/// A step: everything that it condemns is looked at again, in the commit that destroys it.
pub(super) fn stepped<V: View>(desk: &mut Desk<'_, V>, step: &Prepared<'_>) -> Ruling<V::Error> {
    let facts = known(desk, step.order)?;
    order_is_executable(&facts, desk.today)?;
    let listed = goes_through_the_next_items(desk, &facts, step)?;
    cap_is_kept(desk, step)?;
    let mut seen = BTreeSet::new();
    let each_once = step.condemned.iter().flat_map(Condemned::addresses).all(|address| seen.insert(address));
    rule(each_once, Refusal::OrderItemProtected)?;
    for condemned in step.condemned {
        let unchanged = !desk.view.changed_in_group(desk.vault, condemned.target.case).readable()?;
        rule(unchanged, Refusal::OrderItemProtected)?;
        let verdict = examine(desk.view, desk.vault, facts.reason, facts.entry, condemned.target).readable()?;
        rule(verdict.as_ref() == Ok(condemned), Refusal::OrderItemProtected)?;
    }
    // What was left alone is safe; that it was on the list is all that matters.
    let named: BTreeSet<Target> = targets_of(step).collect();
    rule(named.len() == listed.len() && listed.iter().all(|item| named.contains(item)), Refusal::OrderStepOutOfTurn)?;
    Ok(facts.last_entry)
}

fn targets_of<'a>(step: &'a Prepared<'_>) -> impl Iterator<Item = Target> + 'a {
    step.condemned.iter().map(|item| item.target).chain(step.dropped.iter().map(|item| item.target))
}

/// The items of the list that the step names, which must be the next ones.
fn goes_through_the_next_items<V: View>(
    desk: &mut Desk<'_, V>,
    facts: &OrderFacts,
    step: &Prepared<'_>,
) -> Result<Vec<Target>, Undecided<V::Error>> {
    let sized = (1..=ORDER_STEP_ITEMS_MAX).contains(&(step.count as usize));
    rule(sized && step.first == facts.next, Refusal::OrderStepOutOfTurn)?;
    rule(step.condemned.len() + step.dropped.len() == step.count as usize, Refusal::OrderStepOutOfTurn)?;
    let items = desk.view.order_items(desk.vault, step.order).readable()?;
    let (from, end) = (step.first as usize, step.first as usize + step.count as usize);
    Ok(items.get(from..end).ok_or(Refusal::OrderStepOutOfTurn)?.to_vec())
}

/// No more than the cap of the day; the first item of a day always passes.
fn cap_is_kept<V: View>(desk: &mut Desk<'_, V>, step: &Prepared<'_>) -> Result<(), Undecided<V::Error>> {
    let disposition = desk.view.disposition(desk.vault).readable()?;
    // Ingest goes on beside the job, so the vault may hold more by now; a step that claims more than there is would raise its own cap.
    rule(step.held <= desk.view.documents_held(desk.vault).readable()?, Refusal::OrderStepOutOfTurn)?;
    let day = desk.time_zone()?.day_of(desk.view.now());
    let documents: u64 = step.condemned.iter().map(|item| u64::from(item.documents)).sum();
    let first_of_day = step.condemned.len() == 1 && !disposition.has_begun_on(day);
    Ok(rule(first_of_day || documents <= disposition.left_on(day, step.held), Refusal::DestructionCapReached)?)
}

/// The keys of steps are gone: the first stage of the certificate.
pub(super) fn keys_destroyed<V: View>(desk: &mut Desk<'_, V>, order: Address, steps: &[Address]) -> Ruling<V::Error> {
    let facts = known(desk, order)?;
    let known = !steps.is_empty() && is_strictly_sorted(steps) && steps.iter().all(|step| facts.keyed.contains(step));
    rule(known, Refusal::OrderStepUnknown)?;
    Ok(facts.last_entry)
}

/// The copies are named: the second stage.
pub(super) fn copies_gone<V: View>(desk: &mut Desk<'_, V>, order: Address) -> Ruling<V::Error> {
    let facts = known(desk, order)?;
    let ready = facts.keys_are_gone() && facts.condemned > 0 && facts.copies_gone_on.is_none();
    rule(ready, Refusal::KeysNotDestroyed)?;
    Ok(facts.last_entry)
}

/// Records came back without their keys. The warrant asks the keyring; here it is asked only that there is something to replace.
pub(super) fn replayed<V: View>(desk: &mut Desk<'_, V>, condemned: &[Condemned]) -> Ruling<V::Error> {
    rule((1..=ORDER_STEP_ITEMS_MAX).contains(&condemned.len()), Refusal::ReplayOfLiving)?;
    for item in condemned {
        rule(!desk.view.changed_in_group(desk.vault, item.target.case).readable()?, Refusal::OrderItemProtected)?;
        rule(desk.view.case_by_number(desk.vault, item.target.case).readable()?.is_some(), Refusal::ReplayOfLiving)?;
    }
    Ok(None)
}

fn known<V: View>(desk: &mut Desk<'_, V>, order: Address) -> Result<Arc<OrderFacts>, Undecided<V::Error>> {
    Ok(desk.view.order(desk.vault, order).readable()?.ok_or(Refusal::OrderUnknown)?)
}

/// Reasons that come before the period is over name what they rest on; asked where the words can be read.
pub fn reference_is_given(reason: OrderReason, reference: Option<&str>) -> Result<(), Refusal> {
    rule(!reason.is_early() || reference.is_some_and(|reference| !reference.trim().is_empty()), Refusal::OrderReferenceRequired)
}

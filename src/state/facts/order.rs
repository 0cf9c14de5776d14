//! Facts of orders: how far they have come, and what is gone from the cases that they have reached.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::case::{brought_up_to_date, is_stale};
use super::recorded_on;
use crate::model::command::FileNote;
use crate::model::destruction::{
    Condemned, DestructionRule, DispositionFacts, NoteRuns, OrderFacts, OrderState, RuleProposal, list_digest,
};
use crate::model::retention::{Dossier, EventScope, Fact, MatterNumber, Note, Part};
use crate::model::{Address, CaseNumber, PersonTag, VaultId};
use crate::policy::View;
use crate::policy::retention::{count_out, lines};

/// A note about destruction was filed.
pub(super) fn noted<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    let (vault, place) = (filed.vault, filed.address);
    match &filed.note {
        Note::OrderProposed { .. } => proposed(view, filed),
        Note::OrderApproved { order, cooling_off_days, .. } => {
            let on = recorded_on(view, vault)?;
            // The rules refuse a rest that ends beyond the calendar.
            let from = on.plus_days(i64::from(*cooling_off_days)).unwrap_or(on);
            change_order(view, vault, (*order, place), |facts| facts.state = OrderState::Approved { approval: place, on, from })
        }
        Note::OrderWithdrawn { order } => {
            let on = recorded_on(view, vault)?;
            change_order(view, vault, (*order, place), |facts| facts.state = OrderState::Withdrawn { on })
        }
        Note::OrderStep { order, count, held, condemned, dropped, .. } => {
            let mut changed = gone(view, vault, condemned)?;
            let documents: u64 = condemned.iter().map(|item| u64::from(item.documents)).sum();
            changed.extend(change_order(view, vault, (*order, place), |facts| {
                facts.next = facts.next.saturating_add(*count);
                facts.condemned += condemned.len() as u32;
                facts.dropped += dropped.len() as u32;
                facts.documents += documents;
                facts.keyed.extend((!condemned.is_empty()).then_some(place));
            })?);
            let day = recorded_on(view, vault)?;
            with_destroyed(view, vault, &mut changed, |facts| facts.with_destroyed(day, *held, documents))?;
            Ok(changed)
        }
        Note::KeysDestroyed { order, steps, .. } => {
            let on = recorded_on(view, vault)?;
            change_order(view, vault, (*order, place), |facts| {
                facts.keyed.retain(|step| !steps.contains(step));
                facts.keys_destroyed_on = facts.keyed.is_empty().then_some(on);
            })
        }
        Note::CopiesGone { order, .. } => {
            let on = recorded_on(view, vault)?;
            change_order(view, vault, (*order, place), |facts| facts.copies_gone_on = Some(on))
        }
        Note::DestructionReplayed { condemned, .. } => gone(view, vault, condemned),
        Note::DestructionRuleProposed { rule, deputy_of } => rule_proposed(view, filed, *rule, deputy_of),
        Note::DestructionRuleAdopted { proposal, .. } => rule_adopted(view, vault, *proposal),
        Note::DestructionRuleRejected { proposal } => {
            let mut facts = DispositionFacts::clone(&*view.disposition(vault)?);
            facts.proposals.retain(|open| open.place != *proposal);
            Ok(vec![Fact::Disposition(Arc::new(facts))])
        }
        _ => Ok(Vec::new()),
    }
}

fn proposed<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    let (Note::OrderProposed { reason, items, deputy_of }, Some(proposer)) = (&filed.note, filed.person) else { return Ok(Vec::new()) };
    let facts = OrderFacts {
        reason: *reason,
        items: u32::try_from(items.len()).unwrap_or(u32::MAX),
        list: list_digest(*reason, items),
        proposed_at: view.now(),
        entry: None,
        proposer,
        deputy_of: deputy_of.clone(),
        state: OrderState::Proposed,
        next: 0,
        condemned: 0,
        dropped: 0,
        documents: 0,
        keyed: Vec::new(),
        keys_destroyed_on: None,
        copies_gone_on: None,
        last_entry: None,
        notes: NoteRuns::default(),
    };
    let mut disposition = DispositionFacts::clone(&*view.disposition(filed.vault)?);
    disposition.open.push(filed.address);
    Ok(vec![Fact::Order(filed.address, Arc::new(facts)), Fact::Disposition(Arc::new(disposition))])
}

/// The note at `place` continues an order. One that is over leaves the list of open ones.
fn change_order<V: View>(
    view: &mut V,
    vault: VaultId,
    (order, place): (Address, Address),
    change: impl FnOnce(&mut OrderFacts),
) -> Result<Vec<Fact>, V::Error> {
    let Some(before) = view.order(vault, order)? else { return Ok(Vec::new()) };
    let mut facts = OrderFacts::clone(&before);
    change(&mut facts);
    facts.notes.push(place);
    let over = facts.is_over();
    let mut changed = vec![Fact::Order(order, Arc::new(facts))];
    if over {
        let mut disposition = DispositionFacts::clone(&*view.disposition(vault)?);
        disposition.open.retain(|open| *open != order);
        changed.push(Fact::Disposition(Arc::new(disposition)));
    }
    Ok(changed)
}

/// The facts of the vault's destructions, changed once more if this event has changed them already.
fn with_destroyed<V: View>(
    view: &mut V,
    vault: VaultId,
    changed: &mut Vec<Fact>,
    change: impl FnOnce(&DispositionFacts) -> Arc<DispositionFacts>,
) -> Result<(), V::Error> {
    let of_event = changed.iter_mut().find_map(|fact| if let Fact::Disposition(facts) = fact { Some(facts) } else { None });
    match of_event {
        Some(facts) => *facts = change(facts),
        None => {
            let facts = change(&*view.disposition(vault)?);
            changed.push(Fact::Disposition(facts));
        }
    }
    Ok(())
}

/// What was known of what is condemned leaves; a case that stays goes on without the matters and documents that went.
fn gone<V: View>(view: &mut V, vault: VaultId, condemned: &[Condemned]) -> Result<Vec<Fact>, V::Error> {
    let mut changed = Vec::new();
    let mut dossiers: BTreeMap<CaseNumber, Dossier> = BTreeMap::new();
    let catalogue = view.catalogue(vault)?;
    for item in condemned {
        let case = item.target.case;
        if item.is_case() {
            changed.push(Fact::CaseGone(case));
            continue;
        }
        for document in item.leaves.iter().filter(|document| !(Address { case, document: **document }).is_of_note()) {
            let address = Address { case, document: *document };
            let before = view.document_facts(vault, address)?;
            if let Some(facts) = before.as_deref() {
                count_out(dossier_of(&mut dossiers, view, vault, case)?, *document, facts);
            }
            changed.push(Fact::DocumentGone { address, before });
        }
        if let Part::Matter(matter) = item.target.part
            && matter != MatterNumber::DEFAULT
        {
            let dossier = dossier_of(&mut dossiers, view, vault, case)?;
            dossier.matters.retain(|of| of.number != matter);
            dossier.events.retain(|event| event.scope != EventScope::Matter(matter));
        }
    }
    for (case, mut after) in dossiers {
        let before = view.dossier(vault, case)?;
        if after == *before {
            continue;
        }
        if is_stale(&before, catalogue.as_deref()) {
            // Dates of one case never follow two catalogues, so those of the documents that stay are brought to the same one.
            let mut left = view.facts_of_case(vault, case)?;
            changed.iter().filter_map(gone_document).for_each(|address| drop(left.remove(&address)));
            let (refreshed, documents) = brought_up_to_date(&after, &left, catalogue.as_deref());
            changed.extend(documents);
            after = refreshed;
        } else {
            after.lines = lines(&after, catalogue.as_deref());
        }
        changed.push(Fact::MatterGone { case, before, after: Arc::new(after) });
    }
    Ok(changed)
}

fn gone_document(fact: &Fact) -> Option<Address> {
    if let Fact::DocumentGone { address, .. } = fact { Some(*address) } else { None }
}

fn dossier_of<'a, V: View>(
    dossiers: &'a mut BTreeMap<CaseNumber, Dossier>,
    view: &mut V,
    vault: VaultId,
    case: CaseNumber,
) -> Result<&'a mut Dossier, V::Error> {
    Ok(match dossiers.entry(case) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(Dossier::clone(&*view.dossier(vault, case)?)),
    })
}

fn rule_proposed<V: View>(view: &mut V, filed: &FileNote, rule: DestructionRule, deputy_of: &[PersonTag]) -> Result<Vec<Fact>, V::Error> {
    let Some(proposer) = filed.person else { return Ok(Vec::new()) };
    let mut facts = DispositionFacts::clone(&*view.disposition(filed.vault)?);
    // A second thought takes the place of the first one.
    facts.proposals.retain(|open| open.proposer != proposer);
    facts.proposals.push(RuleProposal { place: filed.address, proposer, deputy_of: deputy_of.to_vec(), entry: None, rule });
    Ok(vec![Fact::Disposition(Arc::new(facts))])
}

fn rule_adopted<V: View>(view: &mut V, vault: VaultId, proposal: Address) -> Result<Vec<Fact>, V::Error> {
    let mut facts = DispositionFacts::clone(&*view.disposition(vault)?);
    if let Some(at) = facts.proposals.iter().position(|open| open.place == proposal) {
        facts.rule = facts.proposals.remove(at).rule;
        // What else was proposed was proposed against another rule.
        facts.proposals.clear();
    }
    Ok(vec![Fact::Disposition(Arc::new(facts))])
}

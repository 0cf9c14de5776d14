//! Catalogues of retention classes: proposed by one person, adopted by another.

use std::collections::BTreeSet;

use super::{Desk, Readable, Ruling, rule};
use crate::limits::PROPOSALS_OPEN_MAX;
use crate::model::retention::{Catalogue, Code, ProposalFacts};
use crate::model::{Address, CaseNumber, PersonTag, Refusal};
use crate::policy::retention::check;
use crate::policy::{Undecided, View};

/// A catalogue is proposed.
pub(super) fn proposed<V: View>(
    desk: &mut Desk<'_, V>,
    person: Option<PersonTag>,
    replaces: u32,
    catalogue: &Catalogue,
) -> Ruling<V::Error> {
    rule(person.is_some(), Refusal::PersonRequired)?;
    let facts = desk.view.vault_facts(desk.vault).readable()?;
    rule(facts.proposals.len() < PROPOSALS_OPEN_MAX, Refusal::ProposalsFull)?;
    may_replace(desk, replaces, catalogue)?;
    Ok(None)
}

/// A second person adopts it. What was true when it was proposed must be true still.
pub(super) fn adopted<V: View>(desk: &mut Desk<'_, V>, person: Option<PersonTag>, proposal: Address) -> Ruling<V::Error> {
    let ProposalFacts { person: proposer, replaces, catalogue, entry } = open(desk, proposal)?;
    let person = person.ok_or(Refusal::PersonRequired)?;
    rule(proposer.is_some_and(|proposer| proposer != person), Refusal::SecondPersonRequired)?;
    may_replace(desk, replaces, &catalogue)?;
    Ok(entry)
}

/// A proposal is given up. It changes nothing, so one person is enough.
pub(super) fn rejected<V: View>(desk: &mut Desk<'_, V>, proposal: Address) -> Ruling<V::Error> {
    Ok(open(desk, proposal)?.entry)
}

fn open<V: View>(desk: &mut Desk<'_, V>, proposal: Address) -> Result<ProposalFacts, Undecided<V::Error>> {
    Ok(desk.view.proposal(desk.vault, proposal).readable()?.ok_or(Refusal::ProposalNotOpen)?)
}

fn may_replace<V: View>(desk: &mut Desk<'_, V>, replaces: u32, new: &Catalogue) -> Result<(), Undecided<V::Error>> {
    rule(check(new).is_ok(), Refusal::CatalogueIncomplete)?;
    rule(new.valid_from <= desk.today.certain, Refusal::CatalogueNotYetValid)?;
    let facts = desk.view.vault_facts(desk.vault).readable()?;
    let version = facts.catalogue.map_or(0, |(version, _)| version);
    // Whoever approves has seen the difference to one version; to another one it would be another difference.
    rule(replaces == version, Refusal::CatalogueReplaced)?;
    if let Some(old) = desk.catalogue()? {
        let all_counted = facts.refreshed_below >= CaseNumber::FIRST_REGISTER.get();
        rule(nothing_in_use_is_removed(desk, &old, new, all_counted)?, Refusal::ClassInUse)?;
    }
    Ok(())
}

/// A class that is in use keeps its code, and each kind of matter keeps leading to some class; which rule is behind it may change. Until
/// every case follows the catalogue in force, a class that no line has yet may still be that of some case.
fn nothing_in_use_is_removed<V: View>(
    desk: &mut Desk<'_, V>,
    old: &Catalogue,
    new: &Catalogue,
    all_counted: bool,
) -> Result<bool, Undecided<V::Error>> {
    for missing in classes_given_up(old, new) {
        if !all_counted || desk.view.class_in_use(desk.vault, missing).readable()? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Classes that another catalogue does not have any more, or to which a kind of matter does not lead any more.
pub fn classes_given_up<'a>(old: &'a Catalogue, new: &Catalogue) -> BTreeSet<&'a Code> {
    let classes = old.classes.keys().filter(|code| !new.classes.contains_key(*code));
    let of_kinds = old.kinds.iter().filter(|(kind, _)| !new.kinds.contains_key(*kind)).map(|(_, class)| class);
    classes.chain(of_kinds).collect()
}

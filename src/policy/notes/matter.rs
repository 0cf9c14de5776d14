//! Matters of a case, and which documents belong to them.

use super::{Desk, Readable, is_of_our_time, is_strictly_sorted, rule};
use crate::limits::{MATTERS_PER_CASE_MAX, MATTERS_PER_DOCUMENT_MAX};
use crate::model::retention::{Code, Dossier, MatterNumber, Part, Target};
use crate::model::{Address, CaseNumber, Date, Refusal};
use crate::policy::{Undecided, View};

/// A matter is opened.
pub(super) fn opened<V: View>(
    desk: &mut Desk<'_, V>,
    case: CaseNumber,
    number: MatterNumber,
    kind: &Code,
    (from, to): (Option<Date>, Option<Date>),
) -> Result<(), Undecided<V::Error>> {
    let dossier = desk.view.dossier(desk.vault, case).readable()?;
    rule(dossier.matters.len() < MATTERS_PER_CASE_MAX, Refusal::MattersFull)?;
    rule(dossier.matter(number).is_none(), Refusal::NumberTaken)?;
    // Without a catalogue any kind will do: whoever adopts one sees which kinds there are. With one, a kind without a class is a slip.
    let known = desk.catalogue()?.is_none_or(|catalogue| catalogue.class_of_kind(kind).is_some());
    rule(known, Refusal::MatterKindUnknown)?;
    rule([from, to].into_iter().flatten().all(is_of_our_time), Refusal::DayTooEarly)?;
    rule(from.zip(to).is_none_or(|(from, to)| from <= to), Refusal::MatterPeriodReversed)?;
    Ok(())
}

/// A document gets other matters.
pub(super) fn assigned<V: View>(desk: &mut Desk<'_, V>, address: Address, matters: &[MatterNumber]) -> Result<(), Undecided<V::Error>> {
    let facts = desk.document(address)?;
    let dossier = desk.view.dossier(desk.vault, address.case).readable()?;
    rule(!matters.is_empty(), Refusal::MatterListMalformed)?;
    matters_are_of_case(matters, &dossier)?;
    // A hold on a matter covers what lies in it, so nothing leaves a held matter: that would be a way around the hold.
    let before = facts.map_or_else(|| vec![MatterNumber::DEFAULT], |facts| facts.belongs_to());
    for left in before.into_iter().filter(|matter| !matters.contains(matter)) {
        let target = Target { case: address.case, part: Part::Matter(left) };
        rule(desk.view.holds_of(desk.vault, target).readable()?.is_empty(), Refusal::MatterHeld)?;
    }
    Ok(())
}

/// A list of matters is in order and names matters of this case. Empty stands for the default matter.
pub(in crate::policy) fn matters_are_of_case(matters: &[MatterNumber], dossier: &Dossier) -> Result<(), Refusal> {
    rule(matters.len() <= MATTERS_PER_DOCUMENT_MAX && is_strictly_sorted(matters), Refusal::MatterListMalformed)?;
    rule(matters.iter().all(|number| dossier.matter(*number).is_some()), Refusal::MatterUnknown)
}

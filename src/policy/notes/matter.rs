//! Matters of a case, and which documents belong to them.

use super::{Desk, Readable, is_of_our_time, is_strictly_sorted, rule};
use crate::limits::{MATTERS_PER_CASE_MAX, MATTERS_PER_DOCUMENT_MAX};
use crate::model::retention::{Code, Dates, DocumentFacts, Dossier, MatterNumber, Part, Target};
use crate::model::{Address, CaseNumber, Date, Refusal};
use crate::policy::retention::document_dates;
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
    kind_is_known(desk, kind)?;
    rule([from, to].into_iter().flatten().all(is_of_our_time), Refusal::DayTooEarly)?;
    rule(from.zip(to).is_none_or(|(from, to)| from <= to), Refusal::MatterPeriodReversed)?;
    Ok(())
}

/// A matter gets the kind that it should have had from the beginning. What was recorded about it stays; only its class is another one, and
/// that can let it go earlier, so somebody says why.
pub(super) fn kind_corrected<V: View>(
    desk: &mut Desk<'_, V>,
    case: CaseNumber,
    number: MatterNumber,
    (replaces, kind): (&Code, &Code),
    has_reason: bool,
) -> Result<(), Undecided<V::Error>> {
    let dossier = desk.view.dossier(desk.vault, case).readable()?;
    let matter = dossier.matter(number).ok_or(Refusal::MatterUnknown)?;
    rule(matter.kind == *replaces, Refusal::KindCorrectedMeanwhile)?;
    rule(matter.kind != *kind, Refusal::NothingToCorrect)?;
    kind_is_known(desk, kind)?;
    rule(has_reason, Refusal::ReasonRequired)?;
    Ok(())
}

/// Without a catalogue any kind will do: whoever adopts one sees which kinds there are. With one, a kind without a class is a slip.
fn kind_is_known<V: View>(desk: &mut Desk<'_, V>, kind: &Code) -> Result<(), Undecided<V::Error>> {
    let known = desk.catalogue()?.is_none_or(|catalogue| catalogue.class_of_kind(kind).is_some());
    Ok(rule(known, Refusal::MatterKindUnknown)?)
}

/// A document gets other matters.
pub(super) fn assigned<V: View>(
    desk: &mut Desk<'_, V>,
    address: Address,
    matters: &[MatterNumber],
    has_reason: bool,
) -> Result<(), Undecided<V::Error>> {
    let facts = desk.document(address)?;
    let dossier = desk.view.dossier(desk.vault, address.case).readable()?;
    rule(!matters.is_empty(), Refusal::MatterListMalformed)?;
    matters_are_of_case(matters, &dossier)?;
    // A hold on a matter covers what lies in it, so nothing leaves a held matter: that would be a way around the hold.
    let before = facts.as_ref().map_or_else(|| vec![MatterNumber::DEFAULT], |facts| facts.belongs_to());
    for left in before.into_iter().filter(|matter| !matters.contains(matter)) {
        let target = Target { case: address.case, part: Part::Matter(left) };
        rule(desk.view.holds_of(desk.vault, target).readable()?.is_empty(), Refusal::MatterHeld)?;
    }
    let catalogue = desk.catalogue()?;
    let moved = DocumentFacts { matters: matters.to_vec(), ..facts.as_deref().cloned().unwrap_or_default() };
    let before = document_dates(&dossier, facts.as_deref(), catalogue.as_deref()).dates;
    let after = document_dates(&dossier, Some(&moved), catalogue.as_deref()).dates;
    rule(has_reason || !goes_earlier(&before, &after, desk.today.certain), Refusal::ReasonRequired)?;
    Ok(())
}

/// Whether something could go earlier by other dates: a day that moves forward, a last day where there was none, or a period that is over
/// at once. That somebody finds the matter to which a new document belongs, whose period still runs, is daily work and needs no reason.
fn goes_earlier(before: &Dates, after: &Dates, today: Date) -> bool {
    let Dates::Computed { keep_until, destroy_by } = after else { return false };
    match before {
        Dates::Computed { keep_until: kept_until, destroy_by: gone_by } => {
            keep_until < kept_until || destroy_by.is_some_and(|day| gone_by.is_none_or(|before| day < before))
        }
        Dates::Never => true,
        Dates::Open { .. } | Dates::Unclassed => *keep_until < today,
    }
}

/// A list of matters is in order and names matters of this case. Empty stands for the default matter.
pub(in crate::policy) fn matters_are_of_case(matters: &[MatterNumber], dossier: &Dossier) -> Result<(), Refusal> {
    rule(matters.len() <= MATTERS_PER_DOCUMENT_MAX && is_strictly_sorted(matters), Refusal::MatterListMalformed)?;
    rule(matters.iter().all(|number| dossier.matter(*number).is_some()), Refusal::MatterUnknown)
}

//! Events from which periods count.

use super::{Desk, Readable, is_of_our_time, rule};
use crate::limits::{EVENTS_IN_FORCE_MAX, EVENTS_PER_DOCUMENT_MAX, FIXED_DATE_YEARS_MAX, OWN_EVENTS_DOCUMENTS_MAX};
use crate::model::retention::{EffectiveEvent, EventScope, EventType};
use crate::model::{Address, CaseNumber, Date, DocumentId, NoteId, Refusal};
use crate::policy::{Undecided, View};

/// What somebody says has happened; without a day, that it has not.
pub(super) struct Claim {
    pub(super) scope: EventScope,
    pub(super) event: EventType,
    pub(super) valid_on: Option<Date>,
    /// Whether somebody said why.
    pub(super) has_reason: bool,
}

/// An event is recorded, corrected or withdrawn.
pub(super) fn recorded<V: View>(
    desk: &mut Desk<'_, V>,
    case: CaseNumber,
    claim: Claim,
    evidence: Option<DocumentId>,
    supersedes: Option<NoteId>,
) -> Result<(), Undecided<V::Error>> {
    let dossier = desk.view.dossier(desk.vault, case).readable()?;
    let document = match claim.scope {
        EventScope::Case => None,
        EventScope::Matter(number) => {
            rule(dossier.matter(number).is_some(), Refusal::MatterUnknown)?;
            None
        }
        EventScope::Document(document) => desk.document(Address { case, document })?,
    };
    rule(!claim.event.comes_with_the_document(), Refusal::EventComesWithDocument)?;
    let in_force = match (claim.scope, &document) {
        (EventScope::Document(_), Some(facts)) => facts.events.as_slice(),
        (EventScope::Document(_), None) => &[],
        _ => dossier.events.as_slice(),
    };
    correction_fits(desk, &claim, in_force, supersedes)?;
    if let Some(day) = claim.valid_on {
        day_fits(desk.by_the_wall(), claim.event, day)?;
        let written_on = document.as_ref().and_then(|facts| facts.dated);
        rule(written_on.is_none_or(|written_on| day >= written_on), Refusal::EventBeforeDocument)?;
    }
    let grows = claim.valid_on.is_some() && supersedes.is_none();
    let has_room = match claim.scope {
        EventScope::Document(_) if in_force.is_empty() => dossier.own_events.len() < OWN_EVENTS_DOCUMENTS_MAX,
        EventScope::Document(_) => in_force.len() < EVENTS_PER_DOCUMENT_MAX,
        EventScope::Case | EventScope::Matter(_) => in_force.len() < EVENTS_IN_FORCE_MAX,
    };
    rule(!grows || has_room, Refusal::EventsFull)?;
    if let Some(evidence) = evidence {
        rule(desk.view.document(desk.vault, evidence).readable()?.is_some(), Refusal::EvidenceUnknown)?;
    }
    Ok(())
}

/// What is corrected counts until now, and the correction stays with its subject. An event that happened earlier, or not at all, can let
/// something go earlier than everybody was told, so somebody says why.
fn correction_fits<V: View>(
    desk: &mut Desk<'_, V>,
    claim: &Claim,
    in_force: &[EffectiveEvent],
    supersedes: Option<NoteId>,
) -> Result<(), Undecided<V::Error>> {
    let Some(superseded) = supersedes else {
        return Ok(rule(claim.valid_on.is_some(), Refusal::WithdrawalOfNothing)?);
    };
    match in_force.iter().find(|event| event.id == superseded) {
        Some(event) => {
            rule(event.event == claim.event && event.scope == claim.scope, Refusal::CorrectionOfAnother)?;
            let not_earlier = claim.valid_on.is_some_and(|day| day >= event.valid_on);
            Ok(rule(claim.has_reason || not_earlier, Refusal::ReasonRequired)?)
        }
        None => {
            let recorded = desk.view.note(desk.vault, superseded).readable()?.is_some();
            Err(if recorded { Refusal::EventNotEffective } else { Refusal::EventUnknown }.into())
        }
    }
}

/// What happens has happened; only a day that somebody sets lies ahead, within the longest period that there is.
fn day_fits(today: Date, event: EventType, day: Date) -> Result<(), Refusal> {
    rule(is_of_our_time(day), Refusal::DayTooEarly)?;
    if event == EventType::FixedDate {
        let latest = today.plus_months(FIXED_DATE_YEARS_MAX * 12);
        return rule(latest.is_none_or(|latest| day <= latest), Refusal::FixedDateTooFar);
    }
    rule(day <= today, Refusal::EventInFuture)
}

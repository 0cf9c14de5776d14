//! Filing notes: a straight column of rules per kind of note.
//!
//! Invariants:
//! - repetition is decided first: whoever files the same note again gets the same answer, whatever has changed since;
//! - what was filed is never edited: a correction is another note, and only of something that counts;
//! - no note takes a document out of a hold, and none makes a hold end by itself;
//! - what unlocks something counts by the day that has certainly begun; what only describes the office's life counts by the wall clock.
//!
//! What is deliberately absent: how facts and dates change, which `state` projects from the event.

mod classes;
mod destruction_rule;
mod event;
mod export;
mod hold;
mod intake;
mod matter;
mod order;
mod paper;
mod scan;
mod shard;
mod stamp;

use std::sync::Arc;

use super::{Undecided, Verdict, View};
use crate::model::command::FileNote;
use crate::model::retention::{Catalogue, DocumentFacts, Note, TimeZone, Today};
use crate::model::{Address, CaseId, CaseNumber, Date, DocumentNumber, Event, LedgerIndex, Refusal, VaultId};

pub use classes::classes_given_up;
pub use export::export_is_for;
pub(super) use matter::matters_are_of_case;
pub use order::reference_is_given;
pub(super) use scan::{batch_is_open, days_have_come};

/// What a rule comes to: the last ledger entry of the subject that the note continues, or why not.
type Ruling<E> = Result<Option<LedgerIndex>, Undecided<E>>;

/// Decides whether a note is filed.
pub(super) fn file<V: View>(view: &mut V, command: &FileNote) -> Result<Verdict, Undecided<V::Error>> {
    rule(view.vault_exists(command.vault).readable()?, Refusal::VaultUnknown)?;
    if let Some(place) = view.note(command.vault, command.id).readable()? {
        return Ok(Verdict::RepeatsNote(place));
    }
    rule(!view.note_place_taken(command.vault, command.address).readable()?, Refusal::NumberTaken)?;
    let today = view.today(command.vault).readable()?;
    let mut desk = Desk { view, vault: command.vault, today };
    let previous = match (command.note.is_filed_in_case(), command.case) {
        (true, Some(case)) => {
            let case = desk.case_of(command, case)?;
            desk.rule_in_case(command, case)?;
            None
        }
        (false, None) => {
            // A register has a place in the key tree of its own; anywhere else its words would die with another one's.
            let own_place = command.address.is_in_registers() && command.address == Address::of_case(command.address.case);
            rule(own_place, Refusal::NumberTaken)?;
            desk.rule_in_registers(command)?
        }
        (true, None) | (false, Some(_)) => return Err(Refusal::NoteOutOfPlace.into()),
    };
    Ok(Verdict::Happens(Box::new(Event::NoteFiled { filed: Box::new(command.clone()), previous })))
}

/// What every rule reads from.
struct Desk<'a, V: View> {
    view: &'a mut V,
    vault: VaultId,
    today: Today,
}

impl<V: View> Desk<'_, V> {
    fn rule_in_case(&mut self, command: &FileNote, case: CaseNumber) -> Result<(), Undecided<V::Error>> {
        match &command.note {
            Note::Matter { number, kind, from, to } => matter::opened(self, case, *number, kind, (*from, *to)),
            Note::KindCorrected { matter, replaces, kind } => {
                matter::kind_corrected(self, case, *matter, (replaces, kind), command.beside.has_reason)
            }
            Note::Event { scope, event, valid_on, evidence, supersedes, .. } => {
                let has_reason = command.beside.has_reason;
                let claim = event::Claim { scope: *scope, event: *event, valid_on: *valid_on, has_reason };
                event::recorded(self, case, claim, *evidence, *supersedes)
            }
            Note::Assignment { document, matters } => {
                matter::assigned(self, Address { case, document: *document }, matters, command.beside.has_reason)
            }
            Note::DocumentChecked { document, .. } => scan::checked(self, Address { case, document: *document }),
            Note::QuarantineLifted { document } => scan::lifted(self, Address { case, document: *document }, command.person),
            Note::ExportMade { scope, .. } => export::made_of_case(case, scope, command.beside.has_reason, command.person.is_some()),
            Note::ExportSigned { export, .. } => export::signed_in_case(self, case, *export),
            _ => Err(Refusal::NoteOutOfPlace.into()),
        }
    }

    fn rule_in_registers(&mut self, command: &FileNote) -> Ruling<V::Error> {
        match &command.note {
            Note::HoldPlaced { review_on, ends_on, targets, .. } => hold::placed(self, *review_on, *ends_on, targets),
            Note::HoldReviewed { hold, review_on, ends_on } => {
                hold::reviewed(self, *hold, (*review_on, *ends_on), command.beside.replaces_review)
            }
            Note::HoldReleased { hold } => hold::released(self, *hold),
            Note::ClassesProposed { replaces, catalogue, .. } => classes::proposed(self, command.person, *replaces, catalogue),
            Note::ClassesAdopted { proposal } => classes::adopted(self, command.person, *proposal),
            Note::ClassesRejected { proposal } => classes::rejected(self, *proposal),
            Note::Batch { received, documents, sheets } => intake::batch(self, *received, *documents, *sheets),
            Note::BatchCompleted { batch } => intake::completed(self, *batch, command.beside.has_reason),
            Note::IntakeReported { through } => intake::reported(self, *through, command.beside.has_reason),
            Note::BackupConfirmed { through } => intake::backed_up(self, *through, command.beside.has_reason),
            Note::Box { batch, scanned_on, sheets, positions } => paper::registered(self, *batch, *scanned_on, *sheets, positions),
            Note::BoxStep { of, step } => paper::stepped(self, *of, step),
            Note::OrderProposed { items, .. } => order::proposed(self, command.person, items),
            Note::OrderApproved { order, list, cooling_off_days, deputy_of } => {
                let (order, list, cooling_off_days) = (*order, *list, *cooling_off_days);
                order::approved(self, command.person, &order::Approval { order, list, cooling_off_days, deputy_of })
            }
            Note::OrderWithdrawn { order } => order::withdrawn(self, command.person, *order),
            Note::OrderStep { order, first, count, held, condemned, dropped } => {
                let (order, first, count, held) = (*order, *first, *count, *held);
                order::stepped(self, &order::Prepared { order, first, count, held, condemned, dropped })
            }
            Note::KeysDestroyed { order, steps, .. } => order::keys_destroyed(self, *order, steps),
            Note::CopiesGone { order, .. } => order::copies_gone(self, *order),
            Note::DestructionReplayed { condemned, .. } => order::replayed(self, condemned),
            Note::DestructionRuleProposed { rule, .. } => destruction_rule::proposed(self, command.person, *rule),
            Note::DestructionRuleAdopted { proposal, deputy_of } => destruction_rule::adopted(self, command.person, deputy_of, *proposal),
            Note::DestructionRuleRejected { proposal } => destruction_rule::rejected(self, command.person, *proposal),
            Note::CheckpointStamped { stamp } => stamp::recorded(stamp),
            Note::ShardSealed { year, .. } => shard::sealed(self, *year),
            Note::ShardDestroyed { sealed, year, .. } => shard::destroyed(self, *sealed, *year),
            Note::ExportMade { scope, .. } => export::made(scope, command.beside.has_reason, command.person.is_some()),
            Note::ExportSigned { export, .. } => export::signed(self, *export),
            _ => Err(Refusal::NoteOutOfPlace.into()),
        }
    }

    /// The case that a note is filed in. Its words are sealed under the address; in another case's tree they would die with that other.
    fn case_of(&mut self, command: &FileNote, id: CaseId) -> Result<CaseNumber, Undecided<V::Error>> {
        rule(!self.view.case_destroyed(self.vault, id).readable()?, Refusal::CaseDestroyed)?;
        let case = self.view.case(self.vault, id).readable()?.ok_or(Refusal::CaseUnknown)?;
        let in_case = command.address.case == case.number && command.opening_year == case.opening_year;
        let among_notes = (DocumentNumber::FIRST_NOTE..=DocumentNumber::LAST_NOTE).contains(&command.address.document);
        rule(in_case && among_notes, Refusal::NumberTaken)?;
        Ok(case.number)
    }

    /// The day that it is by the wall clock, and never one before a day that has certainly begun.
    fn by_the_wall(&self) -> Date {
        self.today.wall.max(self.today.certain)
    }

    fn document_exists(&mut self, address: Address) -> Result<bool, Undecided<V::Error>> {
        let is_document = address.document <= DocumentNumber::MAX && !address.is_in_registers();
        Ok(is_document && self.view.document_exists(self.vault, address).readable()?)
    }

    /// What retention knows of a document that exists.
    fn document(&mut self, address: Address) -> Result<Option<Arc<DocumentFacts>>, Undecided<V::Error>> {
        rule(self.document_exists(address)?, Refusal::DocumentUnknown)?;
        self.view.document_facts(self.vault, address).readable()
    }

    fn catalogue(&mut self) -> Result<Option<Arc<Catalogue>>, Undecided<V::Error>> {
        self.view.catalogue(self.vault).readable()
    }

    fn time_zone(&mut self) -> Result<TimeZone, Undecided<V::Error>> {
        Ok(self.catalogue()?.map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone()))
    }
}

/// One line of a column of rules.
pub(super) fn rule(holds: bool, otherwise: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(otherwise) }
}

/// Facts that cannot be read decide nothing.
pub(super) trait Readable<T, E> {
    fn readable(self) -> Result<T, Undecided<E>>;
}

impl<T, E> Readable<T, E> for Result<T, E> {
    fn readable(self) -> Result<T, Undecided<E>> {
        self.map_err(Undecided::Unreadable)
    }
}

/// No day in the life of a case lies before this year: such a day is a slip of the pen, and a period counted from it would be over.
const YEAR_MIN: i16 = 1900;

fn is_of_our_time(day: Date) -> bool {
    day.parts().0 >= YEAR_MIN
}

/// Whether a list names each item once, in its order.
fn is_strictly_sorted<T: Ord>(list: &[T]) -> bool {
    list.is_sorted_by(|a, b| a < b)
}

#[cfg(test)]
mod tests;

//! What has arrived: scan batches, the report of the intake, confirmed backups.

use super::{Desk, Readable, Ruling, is_of_our_time, rule};
use crate::limits::BATCHES_OPEN_MAX;
use crate::model::{Address, Date, Refusal, Timestamp};
use crate::policy::View;

/// A scan batch is registered. Its day of receipt may lie before what was reported: what turns up late moves the watermark back.
pub(super) fn batch<V: View>(desk: &mut Desk<'_, V>, received: Date, documents: u32, sheets: u32) -> Ruling<V::Error> {
    rule(is_of_our_time(received), Refusal::DayTooEarly)?;
    rule(received <= desk.by_the_wall(), Refusal::ReceivedInFuture)?;
    rule(documents > 0 && sheets >= documents, Refusal::BatchCountsMalformed)?;
    let facts = desk.view.vault_facts(desk.vault).readable()?;
    rule(facts.intake.open.len() < BATCHES_OPEN_MAX, Refusal::BatchesFull)?;
    Ok(None)
}

/// Everything in a batch is scanned, checked and assigned. The watermark passes a complete batch, so what was registered must be there, or
/// somebody says what has become of the rest.
pub(super) fn completed<V: View>(desk: &mut Desk<'_, V>, batch: Address, has_reason: bool) -> Ruling<V::Error> {
    let facts = desk.view.batch(desk.vault, batch).readable()?.ok_or(Refusal::BatchUnknown)?;
    rule(!facts.complete, Refusal::BatchOver)?;
    rule(facts.quarantined == 0, Refusal::BatchQuarantined)?;
    rule(facts.stored == facts.documents || has_reason, Refusal::BatchCountsDiffer)?;
    Ok(facts.last_entry)
}

/// All post received up to a day is registered. The watermark unlocks destruction, so the day must certainly be over: a clock that
/// somebody has put forward cannot switch the guard off for years, and more post can come as long as the day lasts. A report that was wrong
/// is taken back by one of an earlier day, with a reason: that keeps more.
pub(super) fn reported<V: View>(desk: &mut Desk<'_, V>, through: Date, has_reason: bool) -> Ruling<V::Error> {
    rule(through < desk.today.certain, Refusal::IntakeInFuture)?;
    let facts = desk.view.vault_facts(desk.vault).readable()?;
    rule(has_reason || facts.intake.reported_through.is_none_or(|reported| through >= reported), Refusal::IntakeGoesBack)?;
    Ok(None)
}

/// A backup was read back. It unlocks the destruction of paper, so its time counts like the day of an intake report, and is taken back in
/// the same way.
pub(super) fn backed_up<V: View>(desk: &mut Desk<'_, V>, through: Timestamp, has_reason: bool) -> Ruling<V::Error> {
    let has_been = through <= desk.view.now() && desk.time_zone()?.day_of(through) <= desk.today.certain;
    rule(has_been, Refusal::BackupInFuture)?;
    let facts = desk.view.vault_facts(desk.vault).readable()?;
    rule(has_reason || facts.backed_up_through.is_none_or(|before| through >= before), Refusal::BackupGoesBack)?;
    Ok(None)
}

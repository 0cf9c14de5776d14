//! The end of access logs: sealed when their year is certainly over, removed when the following year certainly is.

use super::{Desk, Readable, Ruling, rule};
use crate::model::destruction::{following_year_is_over, removed_from, sealed_from};
use crate::model::{Address, Refusal};
use crate::policy::View;

/// The access ledger of a year is sealed. That it has this size and root is asked where the ledgers are.
pub(super) fn sealed<V: View>(desk: &mut Desk<'_, V>, year: u16) -> Ruling<V::Error> {
    rule(sealed_from(year).is_some_and(|from| desk.today.certain >= from), Refusal::AccessYearNotOver)?;
    let known = desk.view.disposition(desk.vault).readable()?.shard(year).is_some();
    rule(!known, Refusal::AccessYearSealed)?;
    Ok(None)
}

/// A sealed access ledger is removed, with its keys. Not a day before the protected clock has reached it.
pub(super) fn destroyed<V: View>(desk: &mut Desk<'_, V>, place: Address, year: u16) -> Ruling<V::Error> {
    let disposition = desk.view.disposition(desk.vault).readable()?;
    let shard = disposition.shard(year).filter(|shard| shard.place == place).ok_or(Refusal::AccessYearUnknown)?;
    rule(!shard.destroyed, Refusal::AccessYearUnknown)?;
    let over = removed_from(year).is_some_and(|from| desk.today.certain >= from);
    // The second one is what the warrant will ask; a clock that was set back makes the archive wait.
    rule(over && following_year_is_over(year, desk.view.now()), Refusal::AccessYearNotOver)?;
    Ok(shard.entry)
}

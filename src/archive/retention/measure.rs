//! What operators see of retention: how much is due, overdue, open, contradictory and held, and for how long.

use crate::archive::vault::Vault;
use crate::archive::{Archive, ArchiveError};
use crate::limits::MEASURED_ITEMS_MAX;
use crate::model::Date;
use crate::model::retention::{Dates, Disposition, HoldType, Today};
use crate::observe::{HoldsMeasured, RetentionMeasured};
use crate::policy::paper;
use crate::store::agenda::List;
use crate::store::codec::RegisterFacts;

/// Holds of one type.
#[derive(Debug, Clone, Copy, Default)]
struct Holds {
    active: u64,
    past_review: u64,
    oldest_days: u32,
}

impl Archive {
    /// Counts what the metrics show. Reads every vault's agenda and registers: for a background thread, now and then.
    pub fn measure_retention(&self) -> Result<(), ArchiveError> {
        for record in self.vaults()? {
            self.vault(&record.name)?.measure()?;
        }
        Ok(())
    }
}

impl Vault {
    fn measure(&self) -> Result<(), ArchiveError> {
        let today = self.today()?;
        let yesterday = |day: Date| day.plus_days(-1).unwrap_or(day);
        let (due, _) = self.count(List::KeepUntil, Some(yesterday(today.certain)))?;
        let (overdue, oldest) = self.count(List::DestroyBy, Some(yesterday(today.wall)))?;
        let (open, open_since) = self.count(List::Open, None)?;
        let (conflicts, _) = self.count(List::Conflict, None)?;
        let (boxes_waiting, oldest_return_days) = self.measure_registers(today)?;
        let watermark_lag_days = self.facts()?.intake.watermark().map(|watermark| watermark.days_until(today.wall));
        self.inner.observer.emit(&RetentionMeasured {
            vault: self.record.name.as_str(),
            due,
            overdue,
            overdue_oldest_days: oldest.map_or(0, |day| day.days_until(today.wall)),
            open,
            open_oldest_days: open_since.map_or(0, |day| day.days_until(today.wall)),
            conflicts,
            watermark_lag_days,
            boxes_waiting,
            oldest_return_days,
        });
        Ok(())
    }

    /// Items of a list up to a day, and the day of the first; no more than [`MEASURED_ITEMS_MAX`] are counted.
    fn count(&self, list: List, until: Option<Date>) -> Result<(u64, Option<Date>), ArchiveError> {
        let (mut count, mut first) = (0, None);
        for item in self.inner.store.agenda(self.id(), list, until, None)?.take(MEASURED_ITEMS_MAX) {
            let item = item?;
            // Whether a line speaks for any document would have to be looked up: every case with a class of this kind has one.
            if matches!(item.line.dates, Dates::Open { missing } if item.document.is_none() && missing.comes_with_the_document()) {
                continue;
            }
            first.get_or_insert(item.day);
            count += 1;
        }
        Ok((count, first))
    }

    /// Holds by type; boxes that wait, and the age of the oldest open return.
    fn measure_registers(&self, today: Today) -> Result<(u64, u32), ArchiveError> {
        let mut holds = vec![Holds::default(); HoldType::ALL.len()];
        let (mut boxes_waiting, mut oldest_return_days) = (0, 0);
        for row in self.inner.store.registers(self.id())? {
            match row?.1 {
                RegisterFacts::Hold(facts) if facts.released_on.is_none() => {
                    let of_type = &mut holds[usize::from(facts.kind.number())];
                    of_type.active += 1;
                    of_type.past_review += u64::from(facts.review_on < today.wall);
                    of_type.oldest_days = of_type.oldest_days.max(facts.placed_on.days_until(today.wall));
                }
                RegisterFacts::Box(facts) => {
                    boxes_waiting += u64::from(facts.disposition == Disposition::Waiting);
                    // An original goes on its way back also when the rest of its box is gone.
                    oldest_return_days = oldest_return_days.max(paper::oldest_open_return_days(&facts, today).unwrap_or(0));
                }
                RegisterFacts::Hold(_) | RegisterFacts::Batch(_) | RegisterFacts::Order(_) => {}
            }
        }
        for (kind, Holds { active, past_review, oldest_days }) in HoldType::ALL.iter().zip(holds) {
            let (vault, kind) = (self.record.name.as_str(), kind.as_str());
            self.inner.observer.emit(&HoldsMeasured { vault, kind, active, past_review, oldest_days });
        }
        Ok((boxes_waiting, oldest_return_days))
    }
}

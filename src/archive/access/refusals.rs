//! How many refused attempts are recorded one by one: whoever knocks at a thousand doors a second must not fill the ledger.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::limits::{REFUSAL_COUNTERS_MAX, REFUSALS_RECORDED_PER_MINUTE_MAX};
use crate::model::{ApplicationName, Timestamp, VaultId};

/// Counts refused attempts by application and vault.
#[derive(Default)]
pub(in crate::archive) struct Refusals(Mutex<HashMap<(ApplicationName, VaultId), Counter>>);

#[derive(Clone, Copy)]
struct Counter {
    minute: Timestamp,
    recorded: u64,
    /// Attempts since the last record that were not recorded.
    passed_over: u64,
}

impl Refusals {
    /// For how many attempts the next record stands, or `None` if this one is only counted.
    pub(super) fn admit(&self, application: &ApplicationName, vault: VaultId, minute: Timestamp) -> Option<u64> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (application.clone(), vault);
        if counters.len() >= REFUSAL_COUNTERS_MAX && !counters.contains_key(&key) {
            // What was counted of earlier minutes and never recorded stands in the metric alone.
            counters.retain(|_, counter| counter.minute >= minute);
            if counters.len() >= REFUSAL_COUNTERS_MAX {
                return None;
            }
        }
        let counter = counters.entry(key).or_insert(Counter { minute, recorded: 0, passed_over: 0 });
        if counter.minute != minute {
            (counter.minute, counter.recorded) = (minute, 0);
        }
        if counter.recorded >= REFUSALS_RECORDED_PER_MINUTE_MAX {
            counter.passed_over += 1;
            return None;
        }
        counter.recorded += 1;
        Some(1 + std::mem::take(&mut counter.passed_over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_told_with_the_next_record() {
        let (refusals, vault) = (Refusals::default(), VaultId([1; 16]));
        let (one, other) = (ApplicationName::parse("one").unwrap(), ApplicationName::parse("other").unwrap());
        let minute = |number: i64| Timestamp::from_seconds(number * 60).unwrap();
        let recorded = (0..1000).filter(|_| refusals.admit(&one, vault, minute(1)) == Some(1)).count() as u64;
        assert_eq!(recorded, REFUSALS_RECORDED_PER_MINUTE_MAX);
        assert_eq!(refusals.admit(&other, vault, minute(1)), Some(1), "nobody else is silenced");
        assert_eq!(refusals.admit(&one, vault, minute(2)), Some(1 + 1000 - recorded));
        assert_eq!(refusals.admit(&one, vault, minute(2)), Some(1));
    }

    #[test]
    fn counters_are_bounded() {
        let (refusals, minute) = (Refusals::default(), Timestamp::EPOCH);
        let application = ApplicationName::parse("one").unwrap();
        let vault = |number: usize| VaultId((number as u128).to_be_bytes());
        assert!((0..REFUSAL_COUNTERS_MAX).all(|number| refusals.admit(&application, vault(number), minute).is_some()));
        assert_eq!(refusals.admit(&application, vault(REFUSAL_COUNTERS_MAX), minute), None);
        let later = Timestamp::from_seconds(60).unwrap();
        assert_eq!(refusals.admit(&application, vault(REFUSAL_COUNTERS_MAX), later), Some(1));
    }
}

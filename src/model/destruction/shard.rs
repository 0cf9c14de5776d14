//! The end of an access log: sealed into the vault's ledger when its year is over, removed when the following year is over.
//!
//! Section 76 (4) BDSG as the model: logs of accesses are deleted at the end of the year that follows the one in which they were made.

use crate::model::{Address, Date, Digest, LedgerIndex, Timestamp};

/// What a vault knows of the access ledger of a year that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardFacts {
    /// The calendar year (UTC).
    pub year: u16,
    /// The note that sealed it.
    pub place: Address,
    /// Its entries.
    pub size: u64,
    /// Its root.
    pub root: Digest,
    /// The ledger entry of the sealing; `None` while its commit group is being made.
    pub entry: Option<LedgerIndex>,
    /// Whether it was removed.
    pub destroyed: bool,
}

/// Seconds of a day, within which calendars of different time zones agree on the year.
const DAY_SECONDS: i64 = 86_400;

/// The first day on which the access ledger of `year` may be sealed: one day behind its end, so that nothing under way is left out.
pub fn sealed_from(year: u16) -> Option<Date> {
    Date::parse(&format!("{:04}-01-02", year.checked_add(1)?)).ok()
}

/// The first day on which the access ledger of `year` is removed: behind the end of the following year.
pub fn removed_from(year: u16) -> Option<Date> {
    Date::parse(&format!("{:04}-01-01", year.checked_add(2)?)).ok()
}

/// Whether the following year of `year` is over at `at` somewhere on earth: what a warrant asks of a time without a calendar.
pub fn following_year_is_over(year: u16, at: Timestamp) -> bool {
    let later = Timestamp::from_seconds(at.seconds().saturating_add(DAY_SECONDS)).unwrap_or(at);
    u32::from(later.year()) >= u32::from(year) + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_removed_behind_the_following_year() {
        // The examples of a retention class for logs: made in January or December 2024, kept until 31 December 2025.
        assert_eq!(removed_from(2024), Date::parse("2026-01-01").ok());
        assert_eq!(sealed_from(2024), Date::parse("2025-01-02").ok());
        assert_eq!((removed_from(9998), sealed_from(u16::MAX)), (None, None));
        let at = |text| Timestamp::parse(text).unwrap();
        assert!(following_year_is_over(2024, at("2026-01-01T00:00:00Z")));
        assert!(following_year_is_over(2024, at("2025-12-31T23:30:00Z")), "it is midnight in Berlin");
        assert!(!following_year_is_over(2024, at("2025-12-30T23:59:59Z")));
    }
}

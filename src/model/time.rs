//! Points in time as the archive records them.

use std::fmt;

use super::Date;

/// Seconds since 1970-01-01T00:00:00Z. Everything recorded has whole seconds: finer times would only help to link people to entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest time with a four-digit year: 0001-01-01T00:00:00Z.
    const SECONDS_MIN: i64 = -62_135_596_800;
    /// 9999-12-30T22:00:00Z: the latest time that has a four-digit year in every time zone, and the latest that jiff converts.
    const SECONDS_MAX: i64 = 253_402_207_200;

    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The latest time there is.
    pub const MAX: Self = Self(Self::SECONDS_MAX);

    /// The time with this many seconds, or `None` outside the years 1 to 9999.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        (Self::SECONDS_MIN..=Self::SECONDS_MAX).contains(&seconds).then_some(Self(seconds))
    }

    /// Parses the one accepted form, `2026-11-20T08:01:02Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.parse().ok()?;
        let time = Self::from_seconds(instant.as_second())?;
        (time.to_string() == text).then_some(time)
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// The calendar year in UTC.
    pub fn year(self) -> u16 {
        let year = self.civil().date().year();
        u16::try_from(year).unwrap_or(1)
    }

    /// The day in UTC.
    pub fn day(self) -> Date {
        Date::in_zone(self, &jiff::tz::TimeZone::UTC)
    }

    fn civil(self) -> jiff::civil::DateTime {
        let instant = jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::tz::TimeZone::UTC.to_datetime(instant)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.civil();
        write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", time.year(), time.month(), time.day(), time.hour(), time.minute(), time.second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        let text = "2026-11-20T08:01:02Z";
        assert_eq!(Timestamp::parse(text).map(|time| time.to_string()).as_deref(), Some(text));
        for bad in ["2026-11-20T08:01:02.5Z", "2026-11-20T08:01:02+01:00", "2026-11-20", "2026-11-20t08:01:02z", ""] {
            assert_eq!(Timestamp::parse(bad), None, "{bad}");
        }
        assert_eq!(Timestamp::parse("0001-01-01T00:00:00Z").map(Timestamp::seconds), Some(Timestamp::SECONDS_MIN));
        assert_eq!(Timestamp::parse(text).map(Timestamp::year), Some(2026));
    }

    #[test]
    fn every_accepted_time_can_be_written_and_read() {
        for seconds in [Timestamp::SECONDS_MIN, -1, 0, Timestamp::SECONDS_MAX] {
            let time = Timestamp::from_seconds(seconds).unwrap();
            assert_eq!(Timestamp::parse(&time.to_string()), Some(time), "{time}");
        }
        assert_eq!(Timestamp::from_seconds(Timestamp::SECONDS_MAX).map(Timestamp::year), Some(9999));
        assert_eq!(Timestamp::from_seconds(Timestamp::SECONDS_MAX + 1), None);
    }
}

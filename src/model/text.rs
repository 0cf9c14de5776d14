//! Texts that come from clients, checked once and then carried as their own types.

use std::fmt;

use crate::limits;

/// Why a text from a client is not accepted. The message says what would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Texts that people read.
    #[error("a text has at least one character, at most {0}, no control characters and no white space at either end")]
    Text(usize),
    /// Media types.
    #[error(
        "a media type has the form type/subtype, optionally with parameters, in at most 127 visible ASCII characters (RFC 9110 section 8.3)"
    )]
    MediaType,
    /// Calendar dates.
    #[error("a date has the form 2026-11-20 and exists in the calendar")]
    Date,
}

/// A short text for people: a title, a unit, a file name. May be personal data, so it never reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// Checks a text of at most [`limits::TEXT_CHARACTERS_MAX`] characters.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        Self::parse_within(text, limits::TEXT_CHARACTERS_MAX)
    }

    /// Checks a text of at most `characters_max` characters.
    pub fn parse_within(text: &str, characters_max: usize) -> Result<Self, TextError> {
        let good = !text.is_empty() && text.chars().count() <= characters_max && text.trim() == text && !text.chars().any(char::is_control);
        if good { Ok(Self(text.to_owned())) } else { Err(TextError::Text(characters_max)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The content of a description must not leak through a log line, so only its length shows.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

/// What kind of bytes a document has, e.g. `application/pdf` (RFC 9110 section 8.3). Stored and given back, never interpreted.
#[derive(Clone, PartialEq, Eq)]
pub struct MediaType(String);

impl MediaType {
    /// The type of bytes about which nothing is known.
    pub fn unknown() -> Self {
        Self("application/octet-stream".to_owned())
    }

    /// Checks a media type.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let essence = text.split(';').next().unwrap_or_default().trim_end();
        let token = |part: &str| !part.is_empty() && part.bytes().all(is_token_byte);
        let two_tokens = essence.split_once('/').is_some_and(|(main, sub)| token(main) && token(sub));
        let visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let good = two_tokens && visible && text.len() <= limits::MEDIA_TYPE_BYTES_MAX && text.trim() == text;
        if good { Ok(Self(text.to_owned())) } else { Err(TextError::MediaType) }
    }

    /// The media type as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// RFC 9110 section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A day of the calendar, without a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Parses the one accepted form, `2026-11-20`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let date: jiff::civil::Date = text.parse().map_err(|_| TextError::Date)?;
        if date.to_string() == text && date.year() > 0 { Ok(Self(date)) } else { Err(TextError::Date) }
    }

    /// The day on which `time` falls in `zone`.
    pub(super) fn in_zone(time: super::Timestamp, zone: &jiff::tz::TimeZone) -> Self {
        let instant = jiff::Timestamp::from_second(time.seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(zone.to_datetime(instant).date())
    }

    /// Days since 1970-01-01, for keys and records.
    pub fn days(self) -> i32 {
        let epoch = jiff::civil::date(1970, 1, 1);
        self.0.duration_since(epoch).as_hours().div_euclid(24) as i32
    }

    /// Days from this day to a later one; 0 if it is not later: a day that has not come yet is no age.
    pub fn days_until(self, later: Self) -> u32 {
        u32::try_from(later.days().saturating_sub(self.days())).unwrap_or(0)
    }

    /// The day with this number, or `None` outside the years 1 to 9999.
    pub fn from_days(days: i32) -> Option<Self> {
        Self(jiff::civil::date(1970, 1, 1)).plus_days(i64::from(days))
    }

    /// The day so many days later, or `None` outside the years 1 to 9999.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(span).ok().map(Self).filter(|date| date.0.year() > 0)
    }

    /// The day with the same number so many months later, or the last one of that month (section 188(3) BGB).
    pub fn plus_months(self, months: i32) -> Option<Self> {
        let span = jiff::Span::new().try_months(months).ok()?;
        self.0.checked_add(span).ok().map(Self).filter(|date| date.0.year() > 0)
    }

    /// The last day of its month.
    pub fn last_of_month(self) -> Self {
        Self(self.0.last_of_month())
    }

    /// 31 December of its year.
    pub fn last_of_year(self) -> Self {
        Self(self.0.last_of_year())
    }

    /// Year, month and day.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_have_two_tokens() {
        for good in ["application/pdf", "text/plain; charset=utf-8", "image/svg+xml", "application/vnd.oasis.opendocument.text"] {
            assert!(MediaType::parse(good).is_ok(), "{good}");
        }
        let long = format!("text/{}", "x".repeat(127));
        for bad in ["", "pdf", "a/", "/b", "a b/c", "text/plain\n", " text/plain", "text/\u{e4}", long.as_str()] {
            assert_eq!(MediaType::parse(bad), Err(TextError::MediaType), "{bad}");
        }
    }

    #[test]
    fn texts_are_bounded_and_clean() {
        assert!(Text::parse("Weiterbewilligungsantrag, Eingang 3. M\u{e4}rz").is_ok());
        for bad in ["", " x", "x ", "a\nb", "a\u{0}b", &"x".repeat(limits::TEXT_CHARACTERS_MAX + 1)] {
            assert!(Text::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", Text::parse("Erika").expect("a text")), "Text(5 bytes)");
    }

    #[test]
    fn dates_exist() {
        assert_eq!(Date::parse("2024-02-29").map(|date| date.to_string()), Ok("2024-02-29".to_owned()));
        for bad in ["2023-02-29", "2024-2-9", "20240229", "2024-02-29T00:00:00", "", "-2024-02-01"] {
            assert_eq!(Date::parse(bad), Err(TextError::Date), "{bad}");
        }
    }
}

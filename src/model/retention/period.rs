//! Lengths of retention, and the calendar arithmetic of sections 187(1), 188(2) and (3) BGB.

use std::fmt;

use crate::model::Date;

/// How long: whole years, months or days, one unit only (ISO 8601: `P10Y`, `P25M`, `P56D`), at least one and at most a hundred years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// Calendar years. 29 February ends on 28 February of a year without one (section 188(3) BGB).
    Years(u16),
    /// Calendar months; 31 January plus one month is the last day of February.
    Months(u16),
    /// Days.
    Days(u32),
}

/// Why a text is not a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Another form.
    #[error("a period is written P10Y, P25M or P56D: whole years, months or days, one unit only")]
    Form,
    /// Nothing.
    #[error("a period is at least one day; a class that keeps nothing says so with keep = \"nothing\"")]
    Zero,
    /// Too long.
    #[error("a period is at most 100 years")]
    TooLong,
}

impl Period {
    /// Longest period in years; nothing in this field is kept longer by rule.
    pub const YEARS_MAX: u16 = 100;

    /// Parses the one accepted form.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let digits = text.strip_prefix('P').ok_or(PeriodError::Form)?;
        let unit = digits.chars().last().ok_or(PeriodError::Form)?;
        let digits = digits.strip_suffix(unit).ok_or(PeriodError::Form)?;
        let canonical =
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
        if !canonical {
            return Err(PeriodError::Form);
        }
        // More digits than a number has are too long, not another form.
        let number: u32 = digits.parse().unwrap_or(u32::MAX);
        let per_year = match unit {
            'Y' => 1,
            'M' => 12,
            'D' => 365,
            _ => return Err(PeriodError::Form),
        };
        if number == 0 {
            return Err(PeriodError::Zero);
        }
        if number > u32::from(Self::YEARS_MAX) * per_year {
            return Err(PeriodError::TooLong);
        }
        let small = u16::try_from(number).unwrap_or(u16::MAX);
        Ok(match unit {
            'Y' => Self::Years(small),
            'M' => Self::Months(small),
            _ => Self::Days(number),
        })
    }

    /// The last day of the period that begins on the day after `start`: the day with the same number, or the last one of its month.
    /// `None` behind the year 9999.
    pub fn last_day(self, start: Date) -> Option<Date> {
        match self {
            Self::Years(years) => start.plus_months(i32::from(years) * 12),
            Self::Months(months) => start.plus_months(i32::from(months)),
            Self::Days(days) => start.plus_days(i64::from(days)),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Years(years) => write!(f, "P{years}Y"),
            Self::Months(months) => write!(f, "P{months}M"),
            Self::Days(days) => write!(f, "P{days}D"),
        }
    }
}

/// Which day a period is counted from, given the day of its start event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// The day itself.
    None,
    /// The last day of its month.
    EndOfMonth,
    /// 31 December of its year; also the end of the German federal budget year.
    EndOfYear,
}

impl Rounding {
    /// Every rounding.
    pub const ALL: [Self; 3] = [Self::None, Self::EndOfMonth, Self::EndOfYear];

    /// The spelling in a catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::EndOfMonth => "end-of-month",
            Self::EndOfYear => "end-of-year",
        }
    }

    /// The rounding with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rounding| rounding.as_str() == text)
    }

    /// The day from which the period is counted.
    pub fn apply(self, day: Date) -> Date {
        match self {
            Self::None => day,
            Self::EndOfMonth => day.last_of_month(),
            Self::EndOfYear => day.last_of_year(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_one_spelling() {
        for good in ["P10Y", "P25M", "P56D", "P100Y", "P1D"] {
            assert_eq!(Period::parse(good).map(|period| period.to_string()), Ok(good.to_owned()));
        }
        for (bad, why) in [
            ("", PeriodError::Form),
            ("10Y", PeriodError::Form),
            ("P", PeriodError::Form),
            ("PY", PeriodError::Form),
            ("P1Y2D", PeriodError::Form),
            ("P-1Y", PeriodError::Form),
            ("P+1Y", PeriodError::Form),
            ("P01Y", PeriodError::Form),
            ("P1W", PeriodError::Form),
            ("P1\u{e4}", PeriodError::Form),
            ("P0D", PeriodError::Zero),
            ("P0Y", PeriodError::Zero),
            ("P300Y", PeriodError::TooLong),
            ("P36501D", PeriodError::TooLong),
            ("P99999999999999999999Y", PeriodError::TooLong),
        ] {
            assert_eq!(Period::parse(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_an_answer_not_an_overflow() {
        let day = Date::parse("9990-01-01").unwrap();
        assert_eq!(Period::Years(100).last_day(day), None);
        assert_eq!(Period::Days(36_500).last_day(day), None);
    }
}

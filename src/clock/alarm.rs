//! Signs of a wrong clock, and the doubt that they leave behind.

use std::fmt;

use crate::limits;
use crate::model::Timestamp;

/// What was wrong with a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlarmKind {
    /// The time since the machine's start went back within one start.
    BoottimeBack,
    /// The wall clock shows a time that had certainly passed already.
    WallBehind,
    /// The wall clock is so far ahead that switched-off machines do not explain it.
    WallAhead,
    /// The wall clock moved otherwise than the time since the machine's start: one of them was set, or runs too fast or too slow.
    WallJump,
    /// The state of the interval clock could not be read.
    StateLost,
}

/// A clock was wrong, and deadlines wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// The latest sign.
    pub kind: AlarmKind,
    /// The lower edge of the interval clock at the first sign.
    pub since: Timestamp,
    /// The same at the latest sign.
    pub last: Timestamp,
}

/// Why it is not certain that any day has been reached. To a deadline this means: not passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time is in doubt, so deadlines wait until {} by the protected clock: {}", .0.until(), .0.kind)]
pub struct Doubt(pub Alarm);

impl AlarmKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::BoottimeBack, Self::WallBehind, Self::WallAhead, Self::WallJump, Self::StateLost];

    /// A short name for metrics and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::BoottimeBack => "boottime-back",
            Self::WallBehind => "wall-behind",
            Self::WallAhead => "wall-ahead",
            Self::WallJump => "wall-jump",
            Self::StateLost => "state-lost",
        }
    }

    /// The number under which it is stored; never given to another kind.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::BoottimeBack => 1,
            Self::WallBehind => 2,
            Self::WallAhead => 3,
            Self::WallJump => 4,
            Self::StateLost => 5,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for AlarmKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BoottimeBack => "the time since the machine's start went back",
            Self::WallBehind => "the system clock shows a time that has passed already",
            Self::WallAhead => "the system clock is more than 400 days ahead",
            Self::WallJump => "the system clock and the time since the machine's start moved apart",
            Self::StateLost => "the state of the protected clock could not be read",
        })
    }
}

impl Alarm {
    /// When the doubt ends, on the lower edge of the interval clock, if no further sign is seen.
    pub fn until(&self) -> Timestamp {
        Timestamp::from_seconds(self.last.seconds().saturating_add(limits::CLOCK_DOUBT_SECONDS)).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_codes_and_names_of_their_own() {
        for kind in AlarmKind::ALL {
            assert_eq!(AlarmKind::from_code(kind.code()), Some(kind));
            assert_eq!(AlarmKind::ALL.iter().filter(|other| other.name() == kind.name()).count(), 1);
        }
        assert_eq!((AlarmKind::from_code(0), AlarmKind::from_code(6)), (None, None));
    }

    #[test]
    fn a_doubt_says_what_and_how_long() {
        let at = |text| Timestamp::parse(text).unwrap();
        let alarm = Alarm { kind: AlarmKind::WallBehind, since: at("2026-11-20T08:00:00Z"), last: at("2026-11-21T08:00:00Z") };
        assert_eq!(alarm.until(), at("2026-12-05T08:00:00Z"));
        let text = "the time is in doubt, so deadlines wait until 2026-12-05T08:00:00Z by the protected clock: \
                    the system clock shows a time that has passed already";
        assert_eq!(Doubt(alarm).to_string(), text);
        assert_eq!(Alarm { last: Timestamp::MAX, ..alarm }.until(), Timestamp::MAX);
    }
}

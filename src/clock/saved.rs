//! The state of the interval clock, and its stored form.

use crate::model::Timestamp;

use super::alarm::{Alarm, AlarmKind};
use super::system::BootId;

/// Microseconds in a second: the state counts in them, so that 500 millionths of a second are a whole number.
pub(super) const SECOND_US: i64 = 1_000_000;

/// The state of an [`super::IntervalClock`] between two ticks, or between two runs of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedClock {
    /// Counts the ticks of all runs.
    pub(super) seq: u64,
    /// The start of the machine to which the times since the start belong.
    pub(super) boot: Option<BootId>,
    /// Up to which time since the start `lo_us` has been moved.
    pub(super) boottime_us: u64,
    /// What has certainly been reached, since 1970.
    pub(super) lo_us: i64,
    /// The wall clock that was trusted when the state came into being.
    pub(super) first: Timestamp,
    /// From where on both clocks are compared.
    pub(super) reference: Reference,
    /// The doubt that has not ended yet.
    pub(super) alarm: Option<Alarm>,
    /// Where `lo_us` was right after signed sources moved it.
    pub(super) stepped: Option<Timestamp>,
}

/// What both clocks said at one moment of the present start of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference {
    pub wall: Timestamp,
    pub boottime_us: u64,
}

/// Bytes that are no state of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SavedClockError {
    /// Written by a later version, or damaged.
    #[error("version {0} of the clock's state is unknown")]
    Version(u8),
    /// Too short or too long.
    #[error("the clock's state has {0} bytes")]
    Length(usize),
    /// A field has a value that is never written.
    #[error("the clock's state has an impossible {0}")]
    Field(&'static str),
}

// Version 1, big-endian. Times are seconds since 1970 and zero where there is none; a code or flag tells the difference.
const VERSION: u8 = 1;
const VERSION_AT: usize = 0;
const ALARM_KIND_AT: usize = 1;
const STEPPED_FLAG_AT: usize = 2;
const BOOT_AT: usize = 3;
const SEQ_AT: usize = 19;
const BOOTTIME_US_AT: usize = 27;
const LO_US_AT: usize = 35;
const FIRST_AT: usize = 43;
const REFERENCE_WALL_AT: usize = 51;
const REFERENCE_BOOTTIME_US_AT: usize = 59;
const ALARM_SINCE_AT: usize = 67;
const ALARM_LAST_AT: usize = 75;
const STEPPED_AT: usize = 83;

impl SavedClock {
    /// Bytes of the stored form.
    pub const BYTES: usize = 91;

    /// The stored form.
    pub fn encode(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        let time = |time: Option<Timestamp>| time.map_or(0, Timestamp::seconds).to_be_bytes();
        put(VERSION_AT, &[VERSION]);
        put(ALARM_KIND_AT, &[self.alarm.map_or(0, |alarm| alarm.kind.code())]);
        put(STEPPED_FLAG_AT, &[u8::from(self.stepped.is_some())]);
        put(BOOT_AT, &self.boot.map_or([0; 16], |boot| *boot.as_bytes()));
        put(SEQ_AT, &self.seq.to_be_bytes());
        put(BOOTTIME_US_AT, &self.boottime_us.to_be_bytes());
        put(LO_US_AT, &self.lo_us.to_be_bytes());
        put(FIRST_AT, &time(Some(self.first)));
        put(REFERENCE_WALL_AT, &time(Some(self.reference.wall)));
        put(REFERENCE_BOOTTIME_US_AT, &self.reference.boottime_us.to_be_bytes());
        put(ALARM_SINCE_AT, &time(self.alarm.map(|alarm| alarm.since)));
        put(ALARM_LAST_AT, &time(self.alarm.map(|alarm| alarm.last)));
        put(STEPPED_AT, &time(self.stepped));
        bytes
    }

    /// Reads the stored form. Whoever meets an error goes on with [`super::IntervalClock::lost`]: no day has passed then.
    pub fn decode(bytes: &[u8]) -> Result<Self, SavedClockError> {
        match bytes.first() {
            Some(&VERSION) => {}
            Some(&version) => return Err(SavedClockError::Version(version)),
            None => return Err(SavedClockError::Length(0)),
        }
        let bytes: &[u8; Self::BYTES] = bytes.try_into().map_err(|_| SavedClockError::Length(bytes.len()))?;
        let state = Self {
            seq: u64::from_be_bytes(field(bytes, SEQ_AT)),
            boot: BootId::from_bytes(field(bytes, BOOT_AT)),
            boottime_us: u64::from_be_bytes(field(bytes, BOOTTIME_US_AT)),
            lo_us: i64::from_be_bytes(field(bytes, LO_US_AT)),
            first: time(bytes, FIRST_AT, "first time")?,
            reference: Reference {
                wall: time(bytes, REFERENCE_WALL_AT, "reference time")?,
                boottime_us: u64::from_be_bytes(field(bytes, REFERENCE_BOOTTIME_US_AT)),
            },
            alarm: alarm(bytes)?,
            stepped: stepped(bytes)?,
        };
        state.check()?;
        Ok(state)
    }

    /// What the rule keeps true from tick to tick; it may count on it for a stored state too.
    fn check(&self) -> Result<(), SavedClockError> {
        let lo = Timestamp::from_seconds(self.lo_us.div_euclid(SECOND_US)).ok_or(SavedClockError::Field("lower edge"))?;
        if lo < self.first {
            return Err(SavedClockError::Field("first time"));
        }
        if self.stepped.is_some_and(|stepped| stepped > lo) {
            return Err(SavedClockError::Field("step"));
        }
        match self.alarm {
            Some(alarm) if alarm.since > alarm.last || alarm.last > lo => Err(SavedClockError::Field("alarm")),
            _ => Ok(()),
        }
    }
}

fn field<const N: usize>(bytes: &[u8; SavedClock::BYTES], at: usize) -> [u8; N] {
    bytes[at..at + N].try_into().expect("a slice of N bytes must become an array of N bytes")
}

fn time(bytes: &[u8; SavedClock::BYTES], at: usize, name: &'static str) -> Result<Timestamp, SavedClockError> {
    Timestamp::from_seconds(i64::from_be_bytes(field(bytes, at))).ok_or(SavedClockError::Field(name))
}

fn alarm(bytes: &[u8; SavedClock::BYTES]) -> Result<Option<Alarm>, SavedClockError> {
    let (since, last) = (time(bytes, ALARM_SINCE_AT, "alarm")?, time(bytes, ALARM_LAST_AT, "alarm")?);
    match bytes[ALARM_KIND_AT] {
        0 if (since, last) == (Timestamp::EPOCH, Timestamp::EPOCH) => Ok(None),
        code => {
            let kind = AlarmKind::from_code(code).ok_or(SavedClockError::Field("alarm"))?;
            Ok(Some(Alarm { kind, since, last }))
        }
    }
}

fn stepped(bytes: &[u8; SavedClock::BYTES]) -> Result<Option<Timestamp>, SavedClockError> {
    let stepped = time(bytes, STEPPED_AT, "step")?;
    match bytes[STEPPED_FLAG_AT] {
        0 if stepped == Timestamp::EPOCH => Ok(None),
        1 => Ok(Some(stepped)),
        _ => Err(SavedClockError::Field("step")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// The state in `tests/fixtures/clock/saved-v1.hex`.
    fn example() -> SavedClock {
        SavedClock {
            seq: 123_456,
            boot: BootId::from_bytes([7; 16]),
            boottime_us: 86_400_250_000,
            lo_us: at("2026-11-20T08:00:00Z").seconds() * SECOND_US + 999_500,
            first: at("2026-01-02T03:04:05Z"),
            reference: Reference { wall: at("2026-11-19T08:00:00Z"), boottime_us: 250_000 },
            alarm: Some(Alarm { kind: AlarmKind::WallJump, since: at("2026-11-01T00:00:00Z"), last: at("2026-11-18T00:00:00Z") }),
            stepped: Some(at("2026-10-31T12:00:00Z")),
        }
    }

    fn fixture() -> Vec<u8> {
        let digits: String = include_str!("../../tests/fixtures/clock/saved-v1.hex").split_whitespace().collect();
        hex::decode(digits).unwrap()
    }

    #[test]
    fn version_1_reads_for_ever() {
        assert_eq!(hex::encode(example().encode()), hex::encode(fixture()));
        assert_eq!(SavedClock::decode(&fixture()), Ok(example()));
        let bare = SavedClock { boot: None, alarm: None, stepped: None, ..example() };
        assert_eq!(SavedClock::decode(&bare.encode()), Ok(bare));
    }

    #[test]
    fn impossible_states_are_refused() {
        let put = |at: usize, bytes: &[u8]| {
            let mut state = fixture();
            state[at..at + bytes.len()].copy_from_slice(bytes);
            state
        };
        let late = at("2026-11-20T08:00:01Z").seconds().to_be_bytes();
        let never = i64::MAX.to_be_bytes();
        let cases = [
            (vec![], SavedClockError::Length(0)),
            (vec![1], SavedClockError::Length(1)),
            ([fixture(), vec![0]].concat(), SavedClockError::Length(92)),
            (put(VERSION_AT, &[2]), SavedClockError::Version(2)),
            (put(LO_US_AT, &never), SavedClockError::Field("lower edge")),
            (put(FIRST_AT, &never), SavedClockError::Field("first time")),
            (put(FIRST_AT, &late), SavedClockError::Field("first time")),
            (put(REFERENCE_WALL_AT, &never), SavedClockError::Field("reference time")),
            (put(ALARM_KIND_AT, &[6]), SavedClockError::Field("alarm")),
            (put(ALARM_KIND_AT, &[0]), SavedClockError::Field("alarm")),
            (put(ALARM_LAST_AT, &late), SavedClockError::Field("alarm")),
            (put(ALARM_SINCE_AT, &late), SavedClockError::Field("alarm")),
            (put(STEPPED_FLAG_AT, &[0]), SavedClockError::Field("step")),
            (put(STEPPED_FLAG_AT, &[2]), SavedClockError::Field("step")),
            (put(STEPPED_AT, &late), SavedClockError::Field("step")),
        ];
        for (number, (bytes, expected)) in cases.into_iter().enumerate() {
            assert_eq!(SavedClock::decode(&bytes), Err(expected), "case {number}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = SavedClock::decode(&bytes);
        }

        /// What can be read has one form only, so that a state cannot be changed unnoticed.
        #[test]
        fn what_reads_is_written_again(at in 1..SavedClock::BYTES, byte: u8) {
            let mut bytes = fixture();
            bytes[at] = byte;
            if let Ok(state) = SavedClock::decode(&bytes) {
                prop_assert_eq!(state.encode().to_vec(), bytes);
            }
        }
    }
}

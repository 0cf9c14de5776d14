//! Which start of the machine this is, and how long ago it was.
//!
//! What is deliberately absent: any opinion about the time of day. The clock of the machine's start cannot be set, only offset for
//! the processes of a time namespace, and that offset is taken out again.

use std::fs;
use std::io::{self, ErrorKind};
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// A random number that the kernel draws when it starts (random(4)).
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
/// By how much the clocks of this process differ from those of the machine (`time_namespaces(7)`).
const OFFSETS: &str = "/proc/self/timens_offsets";
const SECOND_NS: i128 = 1_000_000_000;

/// This start of the machine. The default is one of which the kernel tells nothing: no id, no offset.
#[derive(Debug, Clone, Copy, Default)]
pub struct Boot {
    id: [u8; 16],
    offset_ns: i128,
}

impl Boot {
    /// Asks the kernel. Neither answer changes while a process runs, so asking once is enough and cannot fail later.
    pub fn this() -> io::Result<Self> {
        let id = parse_boot_id(&fs::read_to_string(BOOT_ID)?).ok_or_else(|| invalid("the boot id is not a UUID"))?;
        Ok(Self { id, offset_ns: namespace_offset_ns()? })
    }

    /// The random number that the kernel drew at the start, or zeros if it is not known.
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    /// Time since the start, including the time that the machine slept: `CLOCK_BOOTTIME` (`clock_gettime(2)`) without the offset of a
    /// time namespace. The offset is what somebody chose when starting the process, and would otherwise be a way to set this clock.
    pub fn elapsed(&self) -> io::Result<Duration> {
        let time = clock_gettime(ClockId::CLOCK_BOOTTIME)?;
        let shown_ns = i128::from(time.tv_sec()) * SECOND_NS + i128::from(time.tv_nsec());
        u64::try_from(shown_ns - self.offset_ns).map(Duration::from_nanos).map_err(|_| invalid("the time since the start is out of range"))
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn namespace_offset_ns() -> io::Result<i128> {
    match fs::read_to_string(OFFSETS) {
        Ok(text) => parse_offset_ns(&text).ok_or_else(|| invalid("the offsets of the clocks are unreadable")),
        // A kernel without time namespaces has no offsets either.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn parse_boot_id(text: &str) -> Option<[u8; 16]> {
    let digits: String = text.trim_end().split('-').collect();
    hex::decode(digits).ok()?.try_into().ok()
}

/// The line `boottime <seconds> <nanoseconds>`; older kernels spell the clock as its number, 7.
fn parse_offset_ns(text: &str) -> Option<i128> {
    text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        matches!(words.next()?, "boottime" | "7").then_some(())?;
        let seconds: i64 = words.next()?.parse().ok()?;
        let nanoseconds: i64 = words.next()?.parse().ok()?;
        Some(i128::from(seconds) * SECOND_NS + i128::from(nanoseconds))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_started_once() {
        let boot = Boot::this().unwrap();
        assert!(boot.id() != [0; 16] && boot.id() == Boot::this().unwrap().id());
        let before = boot.elapsed().unwrap();
        assert!(before > Duration::ZERO && Boot::this().unwrap().elapsed().unwrap() >= before);
    }

    #[test]
    fn an_offset_is_taken_out() {
        let boot = Boot { offset_ns: -50 * SECOND_NS, ..Boot::default() };
        let difference = boot.elapsed().unwrap().saturating_sub(Boot::default().elapsed().unwrap());
        assert!((49..=50).contains(&difference.as_secs()), "{difference:?}");
        assert!(Boot { offset_ns: i128::from(i64::MAX), ..Boot::default() }.elapsed().is_err());
    }

    #[test]
    fn boot_ids_are_uuids() {
        let id = parse_boot_id("2fbf98c6-323a-4aa1-8cfa-84dde8231361\n").unwrap();
        assert_eq!((id[0], id[15]), (0x2f, 0x61));
        for bad in ["", "2fbf98c6", "2fbf98c6-323a-4aa1-8cfa-84dde823136g", "2fbf98c6-323a-4aa1-8cfa-84dde823136100"] {
            assert_eq!(parse_boot_id(bad), None, "{bad}");
        }
    }

    #[test]
    fn offsets_of_a_time_namespace() {
        let cases = [
            ("monotonic           0         0\nboottime            0         0\n", Some(0)),
            ("monotonic  5 0\nboottime   1577880000 500000000\n", Some(1_577_880_000_500_000_000)),
            ("1 0 0\n7 -86400 0\n", Some(-86_400_000_000_000)),
            ("monotonic 0 0\n", None),
            ("boottime 0\n", None),
            ("boottime x 0\n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_offset_ns(text), expected, "{text:?}");
        }
    }
}

//! The only source of time, and the only judge of whether a day has certainly been reached.
//!
//! [`Clock`] reads two clocks: the wall clock, which says what time of day it is and which an administrator can set; and the time
//! since the machine's start, which nobody can set. [`Stopwatch`] measures durations. [`IntervalClock`] makes of the two clocks an
//! interval `[lo, hi]`: whatever unlocks something (a retention period, a waiting time) counts by `lo` and can only come late;
//! whatever expires (a grant, a certificate) counts by `hi` and can only come early. Obligations count by the wall clock, so that a
//! late `lo` hides none of them.
//!
//! How `lo` moves, with the bounds from [`crate::limits`]:
//!
//! | occasion | `lo` |
//! | --- | --- |
//! | first start of an archive | takes the wall clock on trust, which is recorded |
//! | time passes in one start of the machine, the process running or not | plus that time less 500 ppm, but not past the wall clock |
//! | machine was started anew, or the archive moved to another one | plus nothing: the wall clock alone says how long it was off |
//! | no alarm, and the wall clock ahead of it | also approaches the wall clock, by one week in a year of elapsed time |
//! | two signed sources agree | is lifted to the earlier of them, by a day at the most, once a day |
//! | anything else | stays; it never goes back |
//!
//! | sign of a wrong clock | [`AlarmKind`] |
//! | --- | --- |
//! | the time since the start went back | `BoottimeBack` |
//! | wall clock more than 5 s before `lo` | `WallBehind` |
//! | wall clock more than 400 days after `lo` | `WallAhead` |
//! | wall clock and time since the start moved apart by more than 60 s and 500 ppm | `WallJump` |
//! | the state could not be read | `StateLost` |
//!
//! An alarm lasts until 14 days of `lo`'s time have passed without another sign. While it lasts [`IntervalClock::certain`] answers
//! [`Doubt`], which no deadline may take for a date, and `lo` does not approach the wall clock. Reading, storing and `lo` go on.
//!
//! In normal operation `lo` is the wall clock of the last tick. After the machine was off for ten minutes it lags ten minutes and
//! catches up within nine hours; what a month off costs is caught up within four and a half years.
//!
//! What somebody can reach who sets the wall clock as he likes, also while the machine is off, but not the kernel's clock of the
//! start: `lo` runs ahead by a week in each year that he keeps the deception up. A step of more than 400 days gains him nothing at
//! all, one that a running system sees costs him two weeks of standing still. Who forges both clocks from the same moment on is
//! found out only by signed sources of time. So is a wrong wall clock at the very first start.
//!
//! What is deliberately absent: writing the state down, which the archive does together with its records, so that an older state
//! is as noticeable as an older database; fetching signed time; the clock of a TPM, which would tell how long a machine was off
//! and belongs where `rule.rs` meets a new start of the machine; a command that sets `lo`.

mod alarm;
mod interval;
mod rule;
mod saved;
mod source;
mod stopwatch;
mod system;

#[cfg(test)]
mod histories;
#[cfg(test)]
mod random_histories;
#[cfg(test)]
mod testing;

pub use alarm::{Alarm, AlarmKind, Doubt};
pub use interval::{ClockReport, IntervalClock, Tick};
pub use saved::{SavedClock, SavedClockError};
pub use source::{Evidence, SourceName, TimeSource, quorum};
pub use stopwatch::{Stopwatch, pause};
pub use system::{BootId, Clock, Reading};

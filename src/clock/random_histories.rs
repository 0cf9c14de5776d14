//! What always holds for the interval clock, whatever happens to the machine.

use std::time::Duration;

use proptest::prelude::*;

use super::testing::{DAY, HOUR, World, YEAR};
use super::*;
use crate::model::Timestamp;

/// Something that happens to a machine.
#[derive(Debug, Clone)]
enum Happening {
    Runs { seconds: i64, every_seconds: i64 },
    Sleeps { seconds: i64 },
    ProgramRestarts,
    MachineRestarts { off_seconds: i64 },
    WallIsWrongBy { seconds: i64 },
    BoottimeGoesBack { seconds: u64 },
}

fn usual() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (1..40 * DAY, 1..DAY).prop_map(|(seconds, every)| Happening::Runs { seconds, every_seconds: every.max(seconds / 100 + 1) }),
        1 => (0..300 * DAY).prop_map(|seconds| Happening::Sleeps { seconds }),
        2 => Just(Happening::ProgramRestarts),
        2 => (0..100 * DAY).prop_map(|off_seconds| Happening::MachineRestarts { off_seconds }),
    ]
}

fn wrong_wall(errors_seconds: impl Strategy<Value = i64>) -> impl Strategy<Value = Happening> {
    errors_seconds.prop_map(|seconds| Happening::WallIsWrongBy { seconds })
}

/// Plays the happenings and checks after each what always holds; `check` gets the world and the seconds since the start.
fn play(happenings: &[Happening], check: impl Fn(&World, i64) -> Result<(), TestCaseError>) -> Result<(), TestCaseError> {
    let mut world = World::new();
    let start = world.true_seconds;
    let (mut lo, mut seq) = (world.archive.report().lo, world.archive.saved().seq);
    for happening in happenings {
        match *happening {
            Happening::Runs { seconds, every_seconds } => world.run(seconds, every_seconds),
            Happening::Sleeps { seconds } => world.pass(seconds),
            Happening::ProgramRestarts => world.restart_program(),
            Happening::MachineRestarts { off_seconds } => world.restart_machine(off_seconds),
            Happening::WallIsWrongBy { seconds } => {
                world.clock.set(Timestamp::from_seconds(world.true_seconds + seconds).unwrap());
            }
            Happening::BoottimeGoesBack { seconds } => {
                let boottime = world.clock.reading().boottime;
                world.clock.set_boottime(boottime.saturating_sub(Duration::from_secs(seconds)));
            }
        }
        world.tick();
        let report = world.archive.report();
        prop_assert!(report.lo >= lo, "{happening:?}: lo went back from {lo} to {}", report.lo);
        prop_assert!(world.archive.saved().seq > seq);
        prop_assert!(report.hi > report.lo && report.hi > report.wall);
        prop_assert_eq!(world.archive.certain().is_err(), report.alarm.is_some());
        check(&world, world.true_seconds - start)?;
        (lo, seq) = (report.lo, world.archive.saved().seq);
    }
    Ok(())
}

proptest! {
    /// Wall clocks that are wrong by decades, late, or right never bring the lower edge past the true time, not by a second.
    #[test]
    fn far_and_late_wall_clocks_gain_nothing(happenings in prop::collection::vec(prop_oneof![
        3 => usual(),
        1 => wrong_wall(prop_oneof![Just(0), -50 * YEAR..0, 401 * DAY..50 * YEAR]),
        1 => (0u64..86_400 * 400).prop_map(|seconds| Happening::BoottimeGoesBack { seconds }),
    ], 1..60)) {
        play(&happenings, |world, _| {
            prop_assert!(world.lag() >= 0, "{} s early", -world.lag());
            Ok(())
        })?;
    }

    /// Whatever the wall clock shows, and however often it is changed, it gains a week in a year at the most.
    #[test]
    fn any_wall_clock_gains_a_week_a_year_at_the_most(happenings in prop::collection::vec(prop_oneof![
        3 => usual(),
        1 => wrong_wall(prop_oneof![-500 * DAY..500 * DAY, -3 * HOUR..3 * HOUR, -100..100i64]),
    ], 1..60)) {
        play(&happenings, |world, elapsed| {
            prop_assert!(-world.lag() <= elapsed * 7 / 365, "{} s early after {elapsed} s", -world.lag());
            Ok(())
        })?;
    }

    /// Without a wrong clock there is never an alarm, and the lag is no more than the time that the machine was off.
    #[test]
    fn honest_machines_raise_no_alarm(happenings in prop::collection::vec(usual(), 1..60)) {
        let off: i64 = happenings.iter().map(|happening| if let Happening::MachineRestarts { off_seconds } = happening { *off_seconds } else { 0 }).sum();
        // The state of the last tick is up to a sleep older than the end of a start of the machine.
        let slept: i64 = happenings.iter().map(|happening| if let Happening::Sleeps { seconds } = happening { *seconds } else { 0 }).sum();
        prop_assume!(off + slept < 400 * DAY);
        play(&happenings, |world, _| {
            prop_assert_eq!(world.alarm(), None);
            prop_assert!((0..=off + slept + DAY).contains(&world.lag()), "{} s behind", world.lag());
            Ok(())
        })?;
    }

    /// A doubt ends only fourteen days of the lower edge's time after the last sign.
    #[test]
    fn alarms_stick(error in prop_oneof![-50 * YEAR..-6, 61..50 * YEAR], ticks in prop::collection::vec((1..3 * DAY, any::<bool>()), 1..40)) {
        let mut world = World::new();
        world.move_wall(error);
        world.tick();
        world.set_wall_right();
        world.tick();
        let last = world.archive.report().alarm.unwrap().last;
        for (seconds, restarts) in ticks {
            world.pass(seconds);
            if restarts { world.restart_program() } else { world.tick(); }
            let report = world.archive.report();
            prop_assert_eq!(report.alarm.is_some(), report.lo.seconds() < last.seconds() + 14 * DAY);
        }
    }

    /// Readings and states that no machine has: nothing panics, nothing goes back.
    #[test]
    fn nonsense_is_survived(
        readings in prop::collection::vec((any::<u64>(), any::<i64>(), 0u8..3), 1..20),
        at in 1..SavedClock::BYTES, byte: u8,
    ) {
        let world = World::new();
        let mut bytes = world.archive.saved().encode();
        bytes[at] = byte;
        let Ok(saved) = SavedClock::decode(&bytes) else { return Ok(()) };
        let mut lo = saved.lo();
        let reading = |(boottime, wall, boot): (u64, i64, u8)| Reading {
            wall: Timestamp::from_seconds(wall % 253_402_207_200).unwrap_or(Timestamp::EPOCH),
            boottime: Duration::from_micros(boottime),
            boot: BootId::from_bytes([boot; 16]),
        };
        let clock = IntervalClock::resume(Some(saved), reading(readings[0]));
        for at in readings {
            let tick = clock.tick(reading(at));
            prop_assert!(tick.lo >= lo);
            clock.report();
            prop_assert_eq!(SavedClock::decode(&clock.saved().encode()), Ok(clock.saved()));
            lo = tick.lo;
        }
    }
}

//! What happens to the interval clock over weeks and years, in the words of an administrator.

use std::time::Duration;

use super::testing::{DAY, HOUR, MINUTE, START, World, YEAR};
use super::*;
use crate::model::Timestamp;

#[test]
fn a_healthy_machine_is_never_behind() {
    let mut world = World::new();
    assert_eq!(world.archive.certain().unwrap().to_string(), START);
    for day in 0..30 {
        world.run(DAY, 5 * MINUTE);
        world.restart_program();
        assert_eq!((world.lag(), world.archive.certain().is_ok()), (0, true), "day {day}");
    }
    let report = world.archive.report();
    assert_eq!(report.hi.seconds() - report.wall.seconds(), 60);
    assert_eq!((report.drift_ppm, report.first.to_string().as_str()), (Some(0), START));
}

#[test]
fn ticks_of_any_length_count_the_same() {
    for millis in [1, 333, 999, 1000, 1500, 59_999] {
        let world = World::new();
        let start = world.archive.report().lo.seconds();
        for _ in 0..200_000 / millis + 1 {
            let boottime = world.clock.reading().boottime + Duration::from_millis(millis);
            world.clock.set_boottime(boottime);
            world.clock.set(Timestamp::from_seconds(start + i64::try_from(boottime.as_secs()).unwrap()).unwrap());
            world.tick();
        }
        assert_eq!(world.archive.report().lo, world.clock.now(), "every {millis} ms");
    }
}

#[test]
fn time_that_a_machine_was_off_is_caught_up_slowly() {
    // Off for, then running for.
    for (off, running) in [(10 * MINUTE, 9 * HOUR), (DAY, 10 * DAY), (30 * DAY, YEAR), (399 * DAY, YEAR)] {
        let mut world = World::new();
        world.restart_machine(off);
        assert_eq!((world.lag(), world.alarm()), (off, None), "off for {off} s");
        world.run(running, HOUR);
        // A week in a year, of which the drift that is taken off uses up four hours.
        let expected = (off - running * 7 / 365 + running * 500 / 1_000_000).max(0);
        assert!((world.lag() - expected).abs() <= 2, "off for {off} s: {} s behind instead of {expected}", world.lag());
    }
}

#[test]
fn the_program_being_stopped_is_not_the_machine_being_off() {
    let mut world = World::new();
    world.pass(20 * DAY);
    world.restart_program();
    assert_eq!((world.lag(), world.alarm()), (0, None));
    // A machine that slept counted its time.
    world.pass(200 * DAY);
    world.tick();
    assert_eq!((world.lag(), world.alarm()), (0, None));
}

#[test]
fn a_start_of_no_name_is_always_another_one() {
    let mut world = World::new();
    world.clock.set_boot(None);
    world.tick();
    world.run(DAY, HOUR);
    assert_eq!(world.lag(), 0);
    world.pass(HOUR);
    world.restart_program();
    assert_eq!(world.lag(), HOUR);
}

#[test]
fn another_machine_that_ran_for_years_lends_no_time() {
    let world = World::new();
    let saved = world.archive.saved();
    let elsewhere = Reading { boottime: Duration::from_secs(3 * 365 * 86_400), boot: BootId::from_bytes([9; 16]), ..world.clock.reading() };
    let moved = IntervalClock::resume(Some(saved), elsewhere);
    assert_eq!(moved.certain().unwrap().to_string(), START);
    // Nor does going to and fro count any of it.
    moved.tick(world.clock.reading());
    moved.tick(elsewhere);
    assert_eq!(moved.certain().unwrap().to_string(), START);
}

/// The wall clock is moved, during a run, before the program starts again, and while the machine is off. For two years no day passes early.
#[test]
fn no_deadline_passes_early() {
    type Restart = fn(&mut World);
    let moves: [(&str, Restart); 3] =
        [("during a run", |_| {}), ("program restarted", World::restart_program), ("machine restarted", |world| world.restart_machine(0))];
    for (occasion, restart) in moves {
        for (years, expected) in [(50, AlarmKind::WallAhead), (-50, AlarmKind::WallBehind), (7000, AlarmKind::WallAhead)] {
            let mut world = World::new();
            world.move_wall(years * YEAR);
            restart(&mut world);
            world.tick();
            for day in 0..2 * 365 {
                assert!(world.archive.certain().is_err(), "{years} years, {occasion}, day {day}: in doubt");
                assert_eq!(world.alarm(), Some(expected), "{years} years, {occasion}, day {day}");
                assert!(world.lag() >= 0, "{years} years, {occasion}, day {day}: {} s early", -world.lag());
                world.run(DAY, 6 * HOUR);
            }
        }
    }
}

#[test]
fn alarms_outlast_their_reason_by_fourteen_days() {
    for years in [50, -50] {
        let mut world = World::new();
        world.move_wall(years * YEAR);
        let tick = world.tick();
        assert!(tick.raised.is_some() && tick.cleared.is_none());
        world.run(HOUR, MINUTE);
        world.set_wall_right();
        world.tick();
        let alarm = world.archive.report().alarm.unwrap();
        world.run(13 * DAY, HOUR);
        let doubt = world.archive.certain().unwrap_err();
        assert_eq!((doubt.0, doubt.0.since.to_string().as_str()), (alarm, START));
        world.restart_program();
        world.restart_machine(0);
        assert_eq!(world.archive.certain(), Err(doubt));
        world.run(DAY + 2 * HOUR, HOUR);
        let certain = world.archive.certain().unwrap();
        assert!(certain >= doubt.0.until() && world.lag() >= 0);
        // The last sign was an hour ago at the most; 500 ppm were not caught up meanwhile.
        assert!(world.lag() <= 2 * HOUR + 15 * DAY * 5 / 10_000, "{} s behind", world.lag());
        assert_eq!(world.alarm(), None);
    }
}

#[test]
fn raised_and_cleared_are_told_once() {
    let mut world = World::new();
    world.move_wall(HOUR);
    let raised = world.tick().raised.unwrap();
    assert_eq!((raised.kind, raised.since.to_string().as_str()), (AlarmKind::WallJump, START));
    let mut told = Vec::new();
    for hour in 0..20 * 24 {
        world.pass(HOUR);
        let tick = world.tick();
        assert_eq!(tick.raised, None);
        told.extend(tick.cleared.map(|alarm| (hour / 24, alarm)));
    }
    assert_eq!(told, [(14, raised)]);
}

#[test]
fn small_steps_are_no_alarm_and_larger_ones_are() {
    use AlarmKind::{WallBehind, WallJump};
    // Seconds by which the wall clock is moved on a healthy machine.
    for (seconds, expected) in [
        (-5, None),
        (-6, Some(WallBehind)),
        (-3600, Some(WallBehind)),
        (0, None),
        (60, None),
        (61, Some(WallJump)),
        (399 * DAY, Some(WallJump)),
        (401 * DAY, Some(AlarmKind::WallAhead)),
    ] {
        let world = World::new();
        world.move_wall(seconds);
        world.tick();
        assert_eq!(world.alarm(), expected, "{seconds} s");
    }
}

#[test]
fn a_clock_that_is_corrected_after_the_start_of_the_machine_is_no_wrong_clock() {
    let mut world = World::new();
    world.restart_machine(5 * MINUTE);
    world.move_wall(-50);
    world.tick();
    world.run(DAY, MINUTE);
    assert_eq!(world.alarm(), None);
}

#[test]
fn clocks_that_run_at_different_rates_are_noticed() {
    // Millionths by which the wall clock is faster, and whether ten days of it raise an alarm: by drift alone, 60 s.
    for (ppm, expected) in [(0, None), (400, None), (-400, None), (700, Some(AlarmKind::WallJump)), (-700, Some(AlarmKind::WallJump))] {
        let mut world = World::new();
        for _ in 0..240 {
            world.pass(HOUR);
            let apart = (world.clock.reading().boottime.as_secs().cast_signed()) * ppm / 1_000_000;
            world.clock.set(Timestamp::from_seconds(world.true_seconds + apart).unwrap());
            world.tick();
        }
        assert_eq!(world.alarm(), expected, "{ppm} ppm");
        if expected.is_none() {
            assert!((world.archive.report().drift_ppm.unwrap() - ppm).abs() <= 2);
        }
        if ppm < 0 {
            // The slower clock counts.
            assert!(world.archive.report().lo <= world.clock.now());
        }
    }
}

#[test]
fn a_hypervisor_that_speeds_up_one_clock_gains_nothing() {
    let mut world = World::new();
    for _ in 0..1000 {
        world.pass(MINUTE);
        world.clock.set_boottime(world.clock.reading().boottime + Duration::from_secs(86_400));
        world.tick();
        assert!(world.lag() >= 0);
    }
    assert_eq!(world.alarm(), Some(AlarmKind::WallJump));
}

#[test]
fn time_since_the_start_that_goes_back_counts_once() {
    let mut world = World::new();
    world.run(DAY, HOUR);
    let boottime = world.clock.reading().boottime;
    world.clock.set_boottime(boottime - Duration::from_secs(7200));
    assert_eq!(world.tick().raised.map(|alarm| alarm.kind), Some(AlarmKind::BoottimeBack));
    let before = world.archive.report().lo;
    world.run(2 * HOUR, HOUR);
    assert_eq!(world.archive.report().lo, before);
    world.run(HOUR, HOUR);
    assert!(world.archive.report().lo > before && world.archive.certain().is_err());
}

#[test]
fn a_lost_state_lets_nothing_pass_even_when_its_alarm_is_gone() {
    let mut world = World::new();
    world.archive = IntervalClock::lost(world.clock.reading());
    assert_eq!(world.archive.certain().unwrap_err().0.kind, AlarmKind::StateLost);
    world.run(30 * DAY, DAY);
    world.restart_program();
    assert_eq!(world.alarm(), Some(AlarmKind::StateLost));
    assert_eq!(world.archive.report().lo.year(), 1970);
    assert_eq!(world.archive.upper(world.clock.now()).seconds(), world.true_seconds + 60);
}

/// A time-stamp service with an answer.
struct Service(&'static str, Timestamp);

impl TimeSource for Service {
    fn evidence(&self) -> Option<Evidence> {
        Some(Evidence { source: self.0.to_owned(), not_before: self.1 })
    }
}

fn services(names: &[&'static str], at: Timestamp) -> Vec<Box<dyn TimeSource>> {
    names.iter().map(|name| Box::new(Service(name, at)) as Box<dyn TimeSource>).collect()
}

#[test]
fn signed_sources_shorten_the_way_by_a_day_a_day() {
    let mut world = World::new();
    world.restart_machine(10 * DAY + HOUR);
    assert_eq!(world.archive.consult(&services(&["one"], world.clock.now())), None);
    let mut days = 0;
    while world.archive.report().lo < world.clock.now() {
        let lag = world.lag();
        world.archive.consult(&services(&["one", "two"], world.clock.now())).unwrap();
        assert_eq!(world.lag(), (lag - DAY).max(0));
        // At once a second time is too early, with an answer of next year too.
        let next_year = Timestamp::from_seconds(world.true_seconds + YEAR).unwrap();
        assert_eq!(world.archive.consult(&services(&["one", "two", "three"], next_year)), None);
        world.restart_program();
        world.run(DAY + HOUR, HOUR);
        days += 1;
    }
    assert!((9..=11).contains(&days), "{days} days");
    assert_eq!(world.alarm(), None);
}

#[test]
fn lying_sources_are_slow_and_noticed() {
    let mut world = World::new();
    let ahead = Timestamp::from_seconds(world.true_seconds + 50 * YEAR).unwrap();
    for day in 1..=10 {
        world.archive.consult(&services(&["one", "two"], ahead));
        world.run(DAY, HOUR);
        assert!(-world.lag() <= day * DAY, "day {day}: {} s early", -world.lag());
        assert_eq!(world.alarm(), Some(AlarmKind::WallBehind), "day {day}");
    }
}

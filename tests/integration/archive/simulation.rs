//! Random offices: stores, repetitions, conflicts, faults, restarts and clock jumps, against a model that fits on a page.
//!
//! Everything follows from the seed. A seed that fails becomes a line in [`SEEDS`].

use std::collections::BTreeMap;

use super::*;
use aktenfest::model::Refusal;

const SEEDS: [u64; 6] = [1, 2, 3, 5, 8, 13];
const STEPS: u32 = 60;

/// What the archive must answer: contents by number, and those of which nobody knows whether they arrived.
#[derive(Default)]
struct Model {
    stored: BTreeMap<u32, u64>,
    unknown: BTreeMap<u32, u64>,
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Content follows from its seed; a few are large enough to be staged.
fn content(seed: u64) -> Vec<u8> {
    let length = match seed % 12 {
        0 => 0,
        1 => 17 << 20,
        2 => 5 << 20,
        _ => 200 + seed as usize * 97 % 400_000,
    };
    noise(seed + 1000, length)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_the_archive_keeps_what_it_promised() {
    for seed in SEEDS {
        simulate(seed).await;
    }
}

async fn simulate(seed: u64) {
    let mut office = Office::open().await;
    let (mut dice, mut model) = (Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1), Model::default());
    for step in 0..STEPS {
        match dice.below(10) {
            0 => office.restart().await,
            1 => {
                let seconds = 1_500_000_000 + dice.below(1_000_000_000) as i64;
                office.clock.set(Timestamp::from_seconds(seconds).unwrap());
            }
            2 => arm(&office, &mut dice),
            _ => store_something(&mut office, &mut model, &mut dice, seed, step).await,
        }
    }
    office.restart().await;
    compare(&office, &model, seed);
    office.stop().await;
}

fn arm(office: &Office, dice: &mut Dice) {
    let step = Step::ALL[dice.below(Step::ALL.len() as u64) as usize];
    let failure = if dice.below(2) == 0 { Failure::Lost } else { Failure::Persisted };
    let cause = if dice.below(2) == 0 { Cause::Io } else { Cause::NoSpace };
    office.faults.arm(step, failure, cause);
}

async fn store_something(office: &mut Office, model: &mut Model, dice: &mut Dice, seed: u64, step: u32) {
    let number = dice.below(25) as u32;
    let variant = u64::from(number) * 10 + dice.below(2);
    let answer = office.store(number, &content(variant)).await;
    let at = format!("seed {seed}, step {step}, document {number}, content {variant}");
    match answer {
        Ok(stored) => {
            let before = model.stored.get(&number).or(model.unknown.get(&number)).copied();
            if let Some(known) = model.stored.get(&number) {
                assert_eq!((stored.created, *known), (false, variant), "{at}: {before:?}");
            }
            model.unknown.remove(&number);
            model.stored.insert(number, variant);
        }
        Err(ArchiveError::Refused(Refusal::DocumentIdTaken)) => {
            let other = model.stored.get(&number).or(model.unknown.get(&number)).copied();
            let other = other.unwrap_or_else(|| panic!("{at}: refused, but nothing has the id"));
            assert_ne!(other, variant, "{at}: the same content was refused");
            model.unknown.remove(&number);
            // With two contents there are only two candidates, and this one was refused.
            model.stored.insert(number, u64::from(number) * 10 + (1 - variant % 10));
        }
        Err(ArchiveError::Full) => {
            remember_unknown(model, number, variant);
            wait_for_space(office, &at).await;
        }
        Err(ArchiveError::OutcomeUnknown | ArchiveError::Latched | ArchiveError::Storage(_)) => {
            remember_unknown(model, number, variant);
            office.restart().await;
        }
        Err(other) => panic!("{at}: {other}"),
    }
}

/// A failed attempt may have arrived, unless something was there before.
fn remember_unknown(model: &mut Model, number: u32, variant: u64) {
    if !model.stored.contains_key(&number) {
        // An earlier attempt with other content may have arrived instead: then neither is certain, and only presence is checked.
        let certain = model.unknown.get(&number).is_none_or(|before| *before == variant);
        model.unknown.insert(number, if certain { variant } else { u64::MAX });
    }
}

async fn wait_for_space(office: &Office, at: &str) {
    for _ in 0..200 {
        if office.archive().status().unwrap().accepting {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{at}: did not recover");
}

fn compare(office: &Office, model: &Model, seed: u64) {
    for (number, variant) in &model.stored {
        assert!(office.read(*number) == Some(content(*variant)), "seed {seed}: document {number} is not what was promised");
    }
    for (number, variant) in &model.unknown {
        let there = office.read(*number);
        let whole = there.is_none() || *variant == u64::MAX || there == Some(content(*variant));
        assert!(whole, "seed {seed}: document {number} is there by halves");
    }
}

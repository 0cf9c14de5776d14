//! Which epoch holds after a start: the decision that every crash during a change of epoch leads to.
//!
//! With several places the newest epoch that any root of trust calls current counts: a change of epoch promotes it nowhere before every
//! place has it staged, and stages it nowhere before every directory has its files. So a place without it is behind, whatever it says,
//! and an older epoch is never taken because the newer one cannot be read. A place that is behind is named and left as it is.

use crate::keys::KeyError;
use crate::keys::files::KeyFiles;
use crate::keys::place::{Place, PlaceFault, Places};
use crate::keys::root_of_trust::{Epoch, RootOfTrust, Slots};
use crate::keys::state::State;

/// What opening the keyring had to do before it could be used. Anything but [`Recovery::Clean`] belongs in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing was under way.
    Clean,
    /// A change of epoch was interrupted after its files were durable and has been finished.
    Finished {
        /// The epoch that counts now.
        epoch: u64,
    },
    /// A staged epoch could not be read and was dropped; the one before counts, as if the change had not been begun.
    Discarded {
        /// The epoch that was dropped.
        epoch: u64,
        /// What was wrong with it.
        reason: String,
    },
}

/// What a start has found and decided.
pub(crate) struct Recovered {
    pub(crate) state: State,
    pub(crate) recovery: Recovery,
    pub(crate) faults: Vec<PlaceFault>,
}

/// Which epoch holds: rolls a staged one forward if all of it is readable, otherwise discards it.
pub(crate) fn recover(places: &Places) -> Result<Recovered, KeyError> {
    let mut faults = Vec::new();
    let seen = look_at(places, &mut faults)?;
    let newest = newest(&seen)?;
    let mut start = Start { places, seen: &seen, newest, faults };
    let (state, recovery) = match start.next()? {
        Some(next) => start.finish_or_discard(next)?,
        None => start.settle()?,
    };
    let Start { mut faults, .. } = start;
    faults.extend(files_behind(places, &state));
    Ok(Recovered { state, recovery, faults })
}

/// A root of trust and what it was seen to hold.
struct Seen<'a> {
    name: &'a str,
    root: &'a dyn RootOfTrust,
    slots: Slots,
}

impl Seen<'_> {
    fn current(&self) -> u64 {
        self.slots.current.as_ref().map_or(0, Epoch::number)
    }

    /// Whether what it calls current is `newest`; with no epoch anywhere every place is in step.
    fn is_in_step(&self, newest: Option<&Epoch>) -> bool {
        match (&self.slots.current, newest) {
            (Some(current), Some(newest)) => current.is_same(newest),
            (None, None) => true,
            _ => false,
        }
    }

    fn has_staged(&self, epoch: &Epoch) -> bool {
        self.slots.staged.as_ref().is_some_and(|staged| staged.is_same(epoch))
    }
}

/// The slots of all roots of trust. One that cannot be read is a fault, unless it is the last one.
fn look_at<'a>(places: &'a Places, faults: &mut Vec<PlaceFault>) -> Result<Vec<Seen<'a>>, KeyError> {
    let (mut seen, mut reason) = (Vec::new(), None);
    for place in &places.roots {
        let name = place.name.as_str();
        match &place.access {
            Err(error) => faults.push(PlaceFault::of_root(name, error)),
            Ok(root) => match root.load() {
                Ok(slots) => seen.push(Seen { name, root: root.as_ref(), slots }),
                Err(error) => {
                    faults.push(PlaceFault::of_root(name, &error));
                    reason = reason.or(Some(error));
                }
            },
        }
    }
    match reason {
        Some(error) if seen.is_empty() => Err(error),
        _ => Ok(seen),
    }
}

/// The epoch with the highest number that a place calls current.
fn newest<'a>(seen: &'a [Seen<'a>]) -> Result<Option<&'a Epoch>, KeyError> {
    let Some(first) = seen.iter().max_by_key(|seen| seen.current()) else { return Ok(None) };
    let newest = first.slots.current.as_ref();
    match seen.iter().find(|seen| seen.current() == first.current() && !seen.is_in_step(newest)) {
        Some(other) => Err(KeyError::Forked { place: first.name.to_owned(), other: other.name.to_owned(), epoch: first.current() }),
        None => Ok(newest),
    }
}

/// The decision under way.
struct Start<'a> {
    places: &'a Places,
    seen: &'a [Seen<'a>],
    newest: Option<&'a Epoch>,
    faults: Vec<PlaceFault>,
}

impl<'a> Start<'a> {
    /// The places that hold the newest epoch.
    fn in_step(&self) -> Vec<&'a Seen<'a>> {
        self.seen.iter().filter(|seen| seen.is_in_step(self.newest)).collect()
    }

    /// The epoch that was staged to follow the newest one.
    fn next(&self) -> Result<Option<&'a Epoch>, KeyError> {
        let mut next: Option<(&'a Epoch, &str)> = None;
        for seen in self.in_step() {
            let Some(staged) = seen.slots.staged.as_ref().filter(|staged| !self.newest.is_some_and(|newest| newest.is_same(staged))) else {
                continue;
            };
            if seen.current().checked_add(1) != Some(staged.number) {
                let place = seen.name.to_owned();
                return Err(KeyError::SlotsDisagree { place, current: seen.current(), staged: staged.number });
            }
            match next {
                Some((first, place)) if !first.is_same(staged) => {
                    return Err(KeyError::Forked { place: place.to_owned(), other: seen.name.to_owned(), epoch: staged.number });
                }
                _ => next = Some((staged, seen.name)),
            }
        }
        Ok(next.map(|(epoch, _)| epoch))
    }

    fn finish_or_discard(&mut self, next: &Epoch) -> Result<(State, Recovery), KeyError> {
        let epoch = next.number;
        let damage = match load(self.places, next) {
            Ok(state) => {
                self.roll_forward(next)?;
                return Ok((state, Recovery::Finished { epoch }));
            }
            Err(damage) => damage,
        };
        // Its files were durable before it was staged, so this is damage, not the crash. The epoch before is whole: it was never removed.
        // Unless a place cannot be looked at: that one may hold the files, or may have promoted the epoch already.
        let all_seen = self.faults.is_empty() && self.places.directories.iter().all(|place| place.access.is_ok());
        match (&damage, self.newest) {
            (KeyError::Missing { .. } | KeyError::Damaged { .. }, Some(newest)) if all_seen => {
                let state = load(self.places, newest)?;
                self.mark_behind(newest);
                let staged = self.in_step().into_iter().filter(|seen| seen.slots.staged.is_some()).collect();
                self.on_each(staged, |seen| seen.root.clear_stage())?;
                Ok((state, Recovery::Discarded { epoch, reason: damage.to_string() }))
            }
            _ => Err(damage),
        }
    }

    /// Everywhere the steps that a change of epoch would have taken next, in the same order.
    fn roll_forward(&mut self, next: &Epoch) -> Result<(), KeyError> {
        if let Some(newest) = self.newest {
            self.mark_behind(newest);
        }
        let staged = self.on_each(self.in_step(), |seen| if seen.has_staged(next) { Ok(()) } else { seen.root.stage(next) })?;
        let promoted = self.on_each(staged, |seen| seen.root.promote())?;
        self.on_each(promoted, |seen| seen.root.clear_stage())?;
        Ok(())
    }

    /// Nothing newer is staged: places that have the newest epoch only staged promote it, and no place keeps anything staged.
    fn settle(&mut self) -> Result<(State, Recovery), KeyError> {
        let newest =
            self.newest.ok_or_else(|| KeyError::NotCreated { place: self.seen.first().map_or("", |seen| seen.name).to_owned() })?;
        let state = load(self.places, newest)?;
        let half_way: Vec<_> = self.seen.iter().filter(|seen| !seen.is_in_step(self.newest) && seen.has_staged(newest)).collect();
        let mut unfinished: Vec<_> = self.in_step().into_iter().filter(|seen| seen.slots.staged.is_some()).collect();
        let recovery =
            if half_way.is_empty() && unfinished.is_empty() { Recovery::Clean } else { Recovery::Finished { epoch: newest.number } };
        for seen in half_way {
            match seen.root.promote() {
                Ok(()) => unfinished.push(seen),
                // Others hold the epoch, so this one is merely behind.
                Err(error) => self.faults.push(PlaceFault::of_root(seen.name, error)),
            }
        }
        self.on_each(unfinished, |seen| seen.root.clear_stage())?;
        self.mark_behind(newest);
        Ok((state, recovery))
    }

    /// Notes the places that hold neither the newest epoch nor have it staged.
    fn mark_behind(&mut self, newest: &Epoch) {
        for seen in self.seen.iter().filter(|seen| !seen.is_in_step(self.newest) && !seen.has_staged(newest)) {
            let what = match seen.current() {
                0 => format!("it holds no epoch, the others hold epoch {}", newest.number),
                older => format!("it holds epoch {older}, the others hold epoch {}", newest.number),
            };
            self.faults.push(PlaceFault::of_root(seen.name, what));
        }
    }

    /// Does one step at every place and says where it succeeded. Where it fails there is a fault; it must succeed somewhere.
    fn on_each(&mut self, targets: Vec<&'a Seen<'a>>, step: impl Fn(&Seen) -> Result<(), KeyError>) -> Result<Vec<&'a Seen<'a>>, KeyError> {
        let (mut done, mut reason) = (Vec::new(), None);
        for seen in targets {
            match step(seen) {
                Ok(()) => done.push(seen),
                Err(error) => {
                    self.faults.push(PlaceFault::of_root(seen.name, &error));
                    reason = reason.or(Some(error));
                }
            }
        }
        match reason {
            Some(error) if done.is_empty() => Err(error),
            _ => Ok(done),
        }
    }
}

/// The state of an epoch from the first directory that has all of it.
fn load(places: &Places, epoch: &Epoch) -> Result<State, KeyError> {
    let mut reason: Option<KeyError> = None;
    for files in places.usable_directories() {
        match State::load(files, epoch, None) {
            Ok(state) => return Ok(state),
            // What could not be read may be whole, so that reason outweighs a file that is missing or damaged.
            Err(error @ KeyError::Io { .. }) => reason = Some(error),
            Err(error) => reason = reason.or(Some(error)),
        }
    }
    Err(reason.unwrap_or_else(|| KeyError::NotCreated { place: "no directory of key files".to_owned() }))
}

/// The directories that do not have every file of the state.
fn files_behind(places: &Places, state: &State) -> Vec<PlaceFault> {
    // The only one is where the state was read from just now.
    if places.directories.len() == 1 {
        return Vec::new();
    }
    let fault_of = |place: &Place<dyn KeyFiles>| {
        let error = match &place.access {
            Err(error) => error.to_string(),
            Ok(files) => state.check_files(files.as_ref()).err()?.to_string(),
        };
        Some(PlaceFault::of_files(&place.name, error))
    };
    places.directories.iter().filter_map(fault_of).collect()
}

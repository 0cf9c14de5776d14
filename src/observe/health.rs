//! Whether the daemon lives and whether it is ready, check by check.
//!
//! A check that was latched stays failed until the process ends: after a commit of unknown outcome no later success may hide it.

use std::sync::{Mutex, PoisonError};

/// What is checked. The order is the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The start-up check has passed.
    Startup,
    /// The database is open and commits succeed.
    Store,
    /// There is enough free space.
    Disk,
    /// The keyring is open.
    Keys,
    /// The committer works on its queue.
    Committer,
    /// What must be refused was refused when it was last tried.
    Canary,
    /// The daemon accepts new requests, i.e. it was not told to stop.
    Accepting,
}

impl Check {
    /// All checks.
    pub const ALL: [Self; 7] = [Self::Startup, Self::Store, Self::Disk, Self::Keys, Self::Committer, Self::Canary, Self::Accepting];

    /// The name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Store => "store",
            Self::Disk => "disk",
            Self::Keys => "keys",
            Self::Committer => "committer",
            Self::Canary => "canary",
            Self::Accepting => "accepting",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    NotReady(&'static str),
    Latched(&'static str),
}

/// The state of every check. Shared by the components that set it and the listener that shows it.
#[derive(Debug)]
pub struct Health {
    states: Mutex<[State; Check::ALL.len()]>,
}

/// One line of a [`Report`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckReport {
    /// The check.
    pub check: Check,
    /// `None` if it passed, otherwise the reason.
    pub problem: Option<&'static str>,
}

/// The answer of `/readyz` and `/livez`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Requests can be served.
    pub ready: bool,
    /// The process is worth keeping: nothing is latched.
    pub live: bool,
    /// Every check in the order of [`Check::ALL`].
    pub checks: Vec<CheckReport>,
}

impl Health {
    /// No check has passed yet.
    pub fn new() -> Self {
        Self { states: Mutex::new([State::NotReady("not started yet"); Check::ALL.len()]) }
    }

    /// The check passes, unless it is latched.
    pub fn ready(&self, check: Check) {
        self.set(check, State::Ready);
    }

    /// The check fails for now.
    pub fn not_ready(&self, check: Check, reason: &'static str) {
        self.set(check, State::NotReady(reason));
    }

    /// The check fails until the process ends. The first reason stays.
    pub fn latch(&self, check: Check, reason: &'static str) {
        self.set(check, State::Latched(reason));
    }

    /// The state of all checks at one moment.
    pub fn report(&self) -> Report {
        let states = *self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let problem = |state| match state {
            State::Ready => None,
            State::NotReady(reason) | State::Latched(reason) => Some(reason),
        };
        let checks = Check::ALL.iter().zip(states).map(|(check, state)| CheckReport { check: *check, problem: problem(state) }).collect();
        Report {
            ready: states.iter().all(|state| *state == State::Ready),
            live: !states.iter().any(|state| matches!(state, State::Latched(_))),
            checks,
        }
    }

    fn set(&self, check: Check, state: State) {
        // A thread that panicked ends the process (`sys::process::abort_on_panic`), so a poisoned lock can only be met in tests.
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let place = &mut states[check as usize];
        if !matches!(place, State::Latched(_)) {
            *place = state;
        }
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Display for Report {
    /// One line for each check: `[+] store` or `[-] disk: too little free space`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for CheckReport { check, problem } in &self.checks {
            match problem {
                None => writeln!(f, "[+] {}", check.name())?,
                Some(reason) => writeln!(f, "[-] {}: {reason}", check.name())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_means_every_check() {
        let health = Health::new();
        assert_eq!((health.report().ready, health.report().live), (false, true));
        for check in Check::ALL {
            assert!(!health.report().ready, "{check:?} is still missing");
            health.ready(check);
        }
        assert!(health.report().ready);
        health.not_ready(Check::Disk, "too little free space");
        assert!(!health.report().ready && health.report().live);
        assert!(health.report().to_string().contains("[+] store\n[-] disk: too little free space\n[+] keys\n"));
        health.ready(Check::Disk);
        assert!(health.report().ready);
    }

    #[test]
    fn a_latched_check_stays_failed() {
        let health = Health::new();
        health.latch(Check::Store, "first");
        health.latch(Check::Store, "second");
        health.ready(Check::Store);
        health.not_ready(Check::Store, "third");
        assert_eq!(health.report().checks[Check::Store as usize], CheckReport { check: Check::Store, problem: Some("first") });
        assert!(!health.report().live);
    }
}

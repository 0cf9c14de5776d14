//! Which epoch holds after a start: the decision that every crash during a change of epoch leads to.

use crate::keys::KeyError;
use crate::keys::files::KeyFiles;
use crate::keys::root_of_trust::{RootOfTrust, Slots};
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

/// Which epoch holds: rolls a staged one forward if all of it is readable, otherwise discards it.
pub(crate) fn recover(files: &dyn KeyFiles, root_of_trust: &dyn RootOfTrust) -> Result<(State, Recovery), KeyError> {
    let Slots { current, staged } = root_of_trust.load()?;
    let Some(staged) = staged else {
        let current = current.ok_or_else(|| KeyError::NotCreated { place: root_of_trust.place() })?;
        return Ok((State::load(files, &current, None)?, Recovery::Clean));
    };
    let epoch = staged.number;
    if current.as_ref().is_some_and(|current| current.is_same(&staged)) {
        let state = State::load(files, &staged, None)?;
        root_of_trust.clear_stage()?;
        return Ok((state, Recovery::Finished { epoch }));
    }
    let current_number = current.as_ref().map_or(0, |current| current.number);
    if current_number.checked_add(1) != Some(epoch) {
        return Err(KeyError::SlotsDisagree { place: root_of_trust.place(), current: current_number, staged: epoch });
    }
    match (State::load(files, &staged, None), current) {
        (Ok(state), _) => {
            root_of_trust.promote()?;
            root_of_trust.clear_stage()?;
            Ok((state, Recovery::Finished { epoch }))
        }
        // Its files were durable before it was staged, so this is damage, not the crash. The epoch before is whole: it was never removed.
        (Err(damage @ (KeyError::Missing { .. } | KeyError::Damaged { .. })), Some(current)) => {
            let state = State::load(files, &current, None)?;
            root_of_trust.clear_stage()?;
            Ok((state, Recovery::Discarded { epoch, reason: damage.to_string() }))
        }
        (Err(error), _) => Err(error),
    }
}

//! Opening the keys without changing a file.

use super::OfflineSettings;
use crate::keys::{KeyError, Keyring, Recovery};
use crate::verify::catalogue;
use crate::verify::report::Collector;

/// The keyring with every file checked, or a finding. A replica that is lost or behind is a finding, and the others are used.
pub(super) fn open(settings: &OfflineSettings, collector: &Collector) -> Option<Keyring> {
    let keyring = match Keyring::inspect_at(&settings.keys) {
        Ok(keyring) => keyring,
        Err(error) => {
            collector.found(code(&error), "keyring", format!("{error}; what needs keys was not checked"));
            return None;
        }
    };
    if *keyring.recovery() != Recovery::Clean {
        let text = "a change of keys was interrupted; the next start finishes or discards it";
        collector.found(catalogue::KEYS_STAGED, "root of trust", text);
    }
    for place in keyring.places() {
        if let Some(fault) = place.fault {
            collector.found(catalogue::KEYS_MISSING, place.place, format!("it does not hold the present keys: {fault}"));
        }
    }
    Some(keyring)
}

fn code(error: &KeyError) -> crate::verify::Code {
    match error {
        KeyError::Missing { .. } | KeyError::Io { .. } | KeyError::NotCreated { .. } | KeyError::Device { .. } => catalogue::KEYS_MISSING,
        _ => catalogue::KEYS_DAMAGED,
    }
}

//! Power cuts and full disks, on the real program: what was acknowledged is there, and what was not is not there by halves.

mod disk_full;
mod kill;
mod ledger_of_promises;
mod memory;
mod small_disk;

use std::time::Duration;

/// Minutes that `make soak` may take altogether.
fn soak_minutes() -> u64 {
    std::env::var("AKTENFEST_SOAK_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(15)
}

/// So many tenths of it.
fn soak_share(tenths: u64) -> Duration {
    Duration::from_secs(soak_minutes() * 6 * tenths)
}

//! Time-stamps of checkpoints: what is to be stamped, and what has come of it.
//!
//! ```text
//! round      the checkpoints of all vaults that have grown, in one hash tree                  (here `round`)
//! ask        one request for its root                                                         (`remote`, which knows the network)
//! file       an evidence record for each vault, verified, as a note by the ordinary door      (here `file`)
//! renew      the same over time-stamps whose certificate runs out, or under another hash      (here `round`)
//! ```
//! The evidence lies in the note: what is filed is in the ledger, in every backup, and found by the size of the checkpoint. It holds no
//! personal data.
//!
//! Invariants: what was acknowledged is stamped, never what is only committed; nothing waits for an authority; evidence that does not
//! verify against the configured roots is not filed.

mod file;
mod read;

mod round;

pub use read::{StampedCheckpoint, first_response};
pub use round::StampRound;

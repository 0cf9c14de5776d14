//! A witness: cosigns the checkpoints of logs that it was told of, and never two that contradict each other (C2SP tlog-witness).
//!
//! It is a small daemon that another organisation runs, so that an archive cannot show one history to one person and another history
//! to another. It needs no database of an archive and knows nothing of what is in a ledger: it sees names, sizes and roots.
//!
//! Invariants: what was cosigned last of a log is on stable storage before its cosignature leaves; one request per log at a time; a
//! checkpoint that does not extend the last one is never cosigned; whatever a request says, it costs bounded memory and time.
//!
//! ```text
//! folder   key                       the private key, for nobody else's eyes
//!          lock                      one process at a time
//!          checkpoints/<sha256 of the origin>   the checkpoint that was cosigned last, with the cosignature
//! ```
//! An old copy of the folder put back in its place would let the witness contradict itself. It must not be restored from a backup: a
//! witness that has lost its folder starts with a new key.
//!
//! Deliberately absent: `sign-subtree`, ML-DSA, submitting to other witnesses, and adding logs over the network.

mod logs;
mod state;

mod exchange;
mod server;

pub use logs::{KnownLogs, LogsError};
pub use server::{ServeError, WitnessServer, WitnessServerSettings};
pub use state::{StateError, WitnessState};

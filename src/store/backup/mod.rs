//! Backups: copies of the database that can be opened by themselves, and the way back from them.
//!
//! ```text
//! <folder>/lock                    held while a backup is made
//! <folder>/backup-000002.partial/  one under construction; what a crash left of one is removed by the next
//! <folder>/backup-000001/          a data directory of its own, read-only:
//!     FORMAT, database/, staging/      as in the archive; keys are never in it
//!     BACKUP                           its manifest: every file with size and SHA-256, the heads of all ledgers. Written last
//! ```
//! Invariants
//! - A folder is a backup if it has its final name and a whole manifest. Both come after every byte has been synced, dropped from the
//!   page cache, and read back from the disk.
//! - A table file that an earlier backup holds with the same name, size and digest is linked and not copied. It is read back all the
//!   same: an earlier copy that has decayed is replaced by a new one, and said to be damaged.
//! - Nothing in the archive depends on a backup: whatever fails here, the database is left as it was.
//! - Restoring writes into an empty directory only, and never beside an anchor: an archive that goes on from an older state says so in
//!   its ledgers (`archive::restored`).
//!
//! What is deliberately absent: removing backups (how long copies are kept is a decision of the office, and a mistake here would take the
//! last good one; whoever removes the folder of a backup harms no other one, because links share bytes and not names), encryption (all
//! content is sealed already), keys (they are replicated, never backed up), networks, tapes.

mod check;
mod checkpoint;
mod copy;
mod error;
mod manifest;
mod place;
mod restore;

pub use check::{Problem, check};
pub use checkpoint::Checkpoint;
pub(in crate::store) use checkpoint::sweep;
pub use error::BackupError;
pub(in crate::store) use manifest::is_one;
pub use manifest::{BackedUpFile, BackupManifest};
pub use place::{BackupPlace, Draft, DraftSizes, FoundBackup, backups_in};
pub use restore::{Restored, restore};

//! Checking an archive without believing it: offline with the daemon stopped, or online through the same interface as everybody.
//!
//! Offline the whole database is read: every ledger is recomputed from its entries, every tile compared, every record held against its
//! entry by recomputing the entry, every index followed in both directions, every document opened and hashed; and everything about
//! retention is computed again from the notes: the stored dates are those that follow from the ledger, or there is a finding. Online the
//! ledger is read through tiles and bundles, and every document through its record, receipt, opening and content. Entries of notes are
//! in the tree and in order there, but the interface does not open them. A certificate of destruction is checked with nothing but the file
//! and the auditor's own trust policy.
//!
//! Of what was destroyed only this much can still be checked, and is: its ledger entry has its hash in the tree, a step in the ledger
//! condemns it, two persons stand behind that, no row and no key of it is left.
//!
//! Invariants: nothing is written, not even a repair that seems harmless; what cannot be read is a finding and does not end the check;
//! nothing that is read can cause a panic; a finding names its place and holds no personal data; memory does not grow with the size of
//! the content (it grows with the number of ledger entries, by some 50 bytes each, because back-pointers are checked, and with the
//! largest case, because its facts are computed again as a whole).
//!
//! What is deliberately absent: deciding what to do. Trust comes from outside: a log key or a checkpoint that somebody kept elsewhere.
//! Without one the verdict says that the archive only agrees with itself.

pub mod bag;
pub mod catalogue;
mod certificate;
mod description;
mod offline;
mod online;
mod pool;
mod receipt;
mod report;
mod text;
mod trust;
mod walk;

pub use catalogue::Code;
pub use certificate::verify_certificate;
pub use offline::{OfflineSettings, verify_backup, verify_offline};
pub use online::{
    OnlineSettings, RemoteArchive, RemoteCase, RemoteDocument, RemoteError, RemoteOpening, RemoteOrder, RemotePage, RemoteYear,
    verify_online,
};
pub use receipt::{ReceiptClaims, ReceiptFacts, verify_receipt};
pub use report::{AccessSummary, Collector, Counts, Finding, LogSummary, Report, Severity, Verdict};
pub use text::{finding_text, text};
pub use trust::{Known, KnownError, Trust};

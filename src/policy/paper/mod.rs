//! When paper may be destroyed: the weeks after scanning, and everything else that must be true of a box of originals by then.
//!
//! The image replaces the paper only if nobody could later wish for the paper back, so a box waits for its weeks (BSI TR-03138 Annex V
//! 2.5.7) and for every document in it: quality assured (A.SC.8), in the ledger, in a confirmed backup, assigned to a case, not in
//! quarantine, not held, without an open flag (Annex V 2.5.2.1). What stands in the way of one document does not keep the others: it is
//! pulled out, and then the rest may go. What cannot be established counts against destruction.
//!
//! What is deliberately absent: destruction. Paper is destroyed by people, who report it; the report is refused unless the box is
//! [`ReleaseState::Ready`].

mod original;
mod reason;
mod release;
mod watch;

pub use original::{DocumentState, Image};
pub use reason::{Blocker, PullReason};
pub use release::{PaperRule, Release, ReleaseState, first_day, is_out, release, sheets_left};
pub use watch::{by_first_day, oldest_open_return_days, overdue_days, return_may_step};

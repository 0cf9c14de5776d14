//! What has arrived and where it stands: scan batches, the intake watermark, confirmed backups, the catalogue in force.

use crate::model::{Address, Date, LedgerIndex, Timestamp};

/// Every item received up to this day is scanned, checked and assigned; `None` before the scan line has reported anything.
pub type Watermark = Option<Date>;

/// What has become of a scan batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchFacts {
    /// The earliest day on which anything in it was received.
    pub received: Date,
    /// Documents in it, as it was registered.
    pub documents: u32,
    /// Sheets of paper in it, as it was registered.
    pub sheets: u32,
    /// Sheets in all boxes that were registered for it.
    pub boxed: u32,
    /// The last day on which a box of it was registered or withdrawn.
    pub boxed_on: Option<Date>,
    /// Documents that were stored as part of it.
    pub stored: u32,
    /// Documents of it that are in quarantine.
    pub quarantined: u32,
    /// Whether everything in it is assigned to a case.
    pub complete: bool,
    /// On which day somebody has said so.
    pub completed_on: Option<Date>,
    /// Its last ledger entry.
    pub last_entry: Option<LedgerIndex>,
}

/// How far the intake of a vault has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IntakeFacts {
    /// All post received up to this day has been registered in batches, says the scan line.
    pub reported_through: Option<Date>,
    /// Batches that are not complete, with the day of receipt.
    pub open: Vec<(Address, Date)>,
}

impl IntakeFacts {
    /// The newest day of which it is certain that nothing received up to it is still on its way: the day before the oldest open
    /// batch, and never later than what the scan line has reported.
    pub fn watermark(&self) -> Watermark {
        let before_open = self.open.iter().map(|(_, received)| *received).min();
        let reported = self.reported_through?;
        match before_open {
            // A batch received on the first day of the calendar leaves no day before it.
            Some(oldest) => oldest.plus_days(-1).map(|day| day.min(reported)),
            None => Some(reported),
        }
    }
}

/// What retention knows of a vault as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VaultFacts {
    /// The catalogue in force: its version, and the note that proposed it, which holds its text.
    pub catalogue: Option<(u32, Address)>,
    /// Proposed catalogues that wait for a second person.
    pub proposals: Vec<Address>,
    /// The intake.
    pub intake: IntakeFacts,
    /// Everything stored before this time is in a confirmed backup.
    pub backed_up_through: Option<Timestamp>,
    /// The latest confirmations of backups: up to which time, and when it was confirmed. Both ascend.
    pub backups: Vec<(Timestamp, Timestamp)>,
    /// The latest releases of holds: when, and which hold. The times ascend as far as the clock did.
    pub releases: Vec<(Timestamp, Address)>,
    /// Case number below which the dates follow the catalogue in force; a background job moves it on.
    pub refreshed_below: u64,
}

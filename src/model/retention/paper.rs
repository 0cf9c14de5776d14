//! Paper originals: boxes, their sheets, quality assurance, returns, destruction.

use crate::model::{Address, Date, LedgerIndex, NoteId};

/// Why an original must not be destroyed with its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginalFlag {
    /// Goes back to the customer.
    ReturnToCustomer,
    /// The original itself is needed.
    OriginalRequired,
    /// Doubts about its authenticity.
    AuthenticityDoubt,
    /// A type of document that is never destroyed after scanning.
    BlocklistType,
    /// Must be scanned again.
    RescanPending,
}

impl OriginalFlag {
    /// Every flag, in the order of its bit on disk, to which new ones are only ever appended.
    pub const ALL: [Self; 5] =
        [Self::ReturnToCustomer, Self::OriginalRequired, Self::AuthenticityDoubt, Self::BlocklistType, Self::RescanPending];

    /// The spelling in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReturnToCustomer => "return-to-customer",
            Self::OriginalRequired => "original-required",
            Self::AuthenticityDoubt => "authenticity-doubt",
            Self::BlocklistType => "blocklist-type",
            Self::RescanPending => "rescan-pending",
        }
    }

    /// The flag with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.as_str() == text)
    }
}

/// How quality was assured (TR-03138 A.SC.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QaMode {
    /// Every page was looked at.
    Full,
    /// A sample was; not enough where the protection need is high.
    Sample,
    /// Somebody has worked with the document.
    Implicit,
}

impl QaMode {
    /// Every mode, in the order of its number on disk.
    pub const ALL: [Self; 3] = [Self::Full, Self::Sample, Self::Implicit];

    /// The spelling in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Sample => "sample",
            Self::Implicit => "implicit",
        }
    }

    /// The mode with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

/// What quality assurance found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QaResult {
    /// Image and paper agree.
    Passed,
    /// They do not.
    Defect,
}

impl QaResult {
    /// Both results, in the order of their number on disk.
    pub const ALL: [Self; 2] = [Self::Passed, Self::Defect];

    /// The spelling in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Defect => "defect",
        }
    }

    /// The result with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.as_str() == text)
    }
}

/// What the scan gate found. A defect puts a document into quarantine, it never turns it away: the paper is on its way to the shredder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScanDefect {
    /// Neither a transfer note nor the protocol of a batch (TR-03138 A.NB.4).
    NoTransferNote,
    /// JBIG2 without symbol coding; the whole format is suspect (TR-03138-F).
    Jbig2,
    /// JBIG2 with symbol coding, which can exchange digits (TR-03138 A.SC.12).
    Jbig2SymbolCoding,
    /// The original has colours, the image has not.
    ColourLost,
    /// The number of pages is not the one of the scan protocol.
    PagesDiffer,
    /// The number of pages cannot be determined.
    PagesUnknown,
}

impl ScanDefect {
    /// Every defect, in the order of its bit on disk, to which new ones are only ever appended.
    pub const ALL: [Self; 6] =
        [Self::NoTransferNote, Self::Jbig2, Self::Jbig2SymbolCoding, Self::ColourLost, Self::PagesDiffer, Self::PagesUnknown];

    /// The spelling in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoTransferNote => "no-transfer-note",
            Self::Jbig2 => "jbig2",
            Self::Jbig2SymbolCoding => "jbig2-symbol-coding",
            Self::ColourLost => "colour-lost",
            Self::PagesDiffer => "pages-differ",
            Self::PagesUnknown => "pages-unknown",
        }
    }
}

/// How a document was scanned, and what the gate found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanFacts {
    /// The batch, if one was named.
    pub batch: Option<NoteId>,
    /// The day of scanning.
    pub scanned_on: Date,
    /// Pages that the scan protocol counts.
    pub pages: u32,
    /// Whether the protection need is high (TR-03138 A.G.2): a sample is then not enough.
    pub high_protection: bool,
    /// What the gate found; sorted. Empty once somebody has cleared it.
    pub defects: Vec<ScanDefect>,
    /// How quality was assured.
    pub qa: Option<(QaMode, QaResult)>,
}

/// One document in a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxPosition {
    /// The document.
    pub document: Address,
    /// Where it lies, from 1.
    pub position: u32,
    /// Its sheets of paper.
    pub sheets: u16,
    /// Why it must not be destroyed; sorted.
    pub flags: Vec<OriginalFlag>,
}

/// Where the return of an original stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReturnStep {
    /// The customer wants it back.
    Requested,
    /// It was taken out of its box.
    Picked,
    /// It was sent.
    Sent,
    /// It has arrived.
    Confirmed,
    /// Nobody wants it back any more, and it was not taken out yet.
    Withdrawn,
}

impl ReturnStep {
    /// Every step in its order; the withdrawal of a request ends the way before it has begun.
    pub const ALL: [Self; 5] = [Self::Requested, Self::Picked, Self::Sent, Self::Confirmed, Self::Withdrawn];

    /// The spelling in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Picked => "picked",
            Self::Sent => "sent",
            Self::Confirmed => "confirmed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The step with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// Security level of DIN 66399-1, from 1 to 7; this data needs 4 at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecurityLevel(u8);

impl SecurityLevel {
    /// The lowest level for social data.
    pub const MIN: u8 = 4;

    /// A level that suffices.
    pub fn new(level: u8) -> Option<Self> {
        (Self::MIN..=7).contains(&level).then_some(Self(level))
    }

    /// The level as a number.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// What somebody did with a box or something in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoxStep {
    /// Quality was assured, for these positions or, if there are none, for all.
    Checked {
        /// How.
        mode: QaMode,
        /// With which result.
        result: QaResult,
        /// Positions; empty for all.
        positions: Vec<u32>,
    },
    /// A flag was set or taken away.
    Flagged {
        /// The position.
        position: u32,
        /// The flag.
        flag: OriginalFlag,
        /// Set, or taken away.
        on: bool,
    },
    /// These were taken out and lie elsewhere now.
    Pulled {
        /// The positions.
        positions: Vec<u32>,
    },
    /// An original goes back.
    Return {
        /// The position.
        position: u32,
        /// How far it has come.
        step: ReturnStep,
    },
    /// The box may be destroyed later than the rule says.
    Extended {
        /// Not before the day after this one.
        until: Date,
    },
    /// What was left in it was destroyed.
    Destroyed {
        /// On which day.
        on: Date,
        /// How finely.
        level: SecurityLevel,
        /// Sheets that were destroyed.
        sheets: u32,
    },
    /// The registration was wrong: there is no such box, and what stands in it may be registered in another.
    Withdrawn,
}

impl BoxStep {
    /// The code of the step in the ledger.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Checked { .. } => "checked",
            Self::Flagged { .. } => "flagged",
            Self::Pulled { .. } => "pulled",
            Self::Return { .. } => "return",
            Self::Extended { .. } => "extended",
            Self::Destroyed { .. } => "destroyed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Where a box is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It waits.
    Waiting,
    /// It was destroyed on this day.
    Destroyed(Date),
    /// Its registration was withdrawn on this day.
    Withdrawn(Date),
}

/// What has become of one position of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionFacts {
    /// As it was registered, with the flags as they are now.
    pub position: BoxPosition,
    /// How quality was assured.
    pub qa: Option<(QaMode, QaResult)>,
    /// Whether it was taken out.
    pub pulled: bool,
    /// Where its return stands, and since when.
    pub returning: Option<(ReturnStep, Date)>,
}

/// What has become of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxFacts {
    /// The scan batch it belongs to.
    pub batch: NoteId,
    /// The day of scanning, from which the weeks count.
    pub scanned_on: Date,
    /// All sheets in it, as the scan protocol counts them.
    pub sheets: u32,
    /// Not to be destroyed up to this day, whatever else holds.
    pub extended_until: Option<Date>,
    /// What is in it.
    pub positions: Vec<PositionFacts>,
    /// Where it is in its life.
    pub disposition: Disposition,
    /// The last day on which something was recorded without which it could not go; a report of destruction is not believed for a day before.
    pub settled_on: Date,
    /// Its last ledger entry.
    pub last_entry: Option<LedgerIndex>,
}

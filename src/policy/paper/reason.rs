//! What stands in the way of a destruction: closed lists, with codes for people and programs outside.

use crate::model::retention::OriginalFlag;

/// Why one original must be pulled out of its box before the rest may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PullReason {
    /// The archive has no such document: the paper is the only copy.
    DocumentMissing,
    /// The document was destroyed while its paper was still here, which has to follow it.
    DocumentDestroyed,
    /// It was stored without scan data: nobody knows whether it is an image of this paper.
    NotScanned,
    /// Nobody has assured the quality of the image.
    QaMissing,
    /// Image and paper do not agree.
    QaDefect,
    /// Only a sample was looked at, and the protection need is high.
    SampleNotEnough,
    /// The scan protocol counts fewer pages than the original has sheets: a sheet may have gone through with another.
    FewerPagesThanSheets,
    /// No confirmed backup contains it yet.
    NotBackedUp,
    /// The scan gate found a defect that nobody has cleared.
    Quarantined,
    /// It has not reached its case file yet.
    Unassigned,
    /// A hold stops its destruction.
    Held,
    /// Somebody wants it back, and it still lies in the box.
    ReturnOpen,
    /// Somebody has set this flag.
    Flag(OriginalFlag),
}

impl PullReason {
    /// Every reason, for tables and for metrics that start at zero.
    pub const ALL: [Self; 17] = [
        Self::DocumentMissing,
        Self::DocumentDestroyed,
        Self::NotScanned,
        Self::QaMissing,
        Self::QaDefect,
        Self::SampleNotEnough,
        Self::FewerPagesThanSheets,
        Self::NotBackedUp,
        Self::Quarantined,
        Self::Unassigned,
        Self::Held,
        Self::ReturnOpen,
        Self::Flag(OriginalFlag::ReturnToCustomer),
        Self::Flag(OriginalFlag::OriginalRequired),
        Self::Flag(OriginalFlag::AuthenticityDoubt),
        Self::Flag(OriginalFlag::BlocklistType),
        Self::Flag(OriginalFlag::RescanPending),
    ];

    /// The stable code that programs may branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::DocumentMissing => "document-missing",
            Self::DocumentDestroyed => "document-destroyed",
            Self::NotScanned => "not-scanned",
            Self::QaMissing => "qa-missing",
            Self::QaDefect => "qa-defect",
            Self::SampleNotEnough => "sample-not-enough",
            Self::FewerPagesThanSheets => "fewer-pages-than-sheets",
            Self::NotBackedUp => "not-backed-up",
            Self::Quarantined => "quarantined",
            Self::Unassigned => "unassigned",
            Self::Held => "held",
            Self::ReturnOpen => "return-open",
            Self::Flag(flag) => flag.as_str(),
        }
    }
}

/// Why nothing of a box may be destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blocker {
    /// The weeks after scanning are not over.
    PeriodRunning,
    /// Somebody has extended them.
    Extended,
    /// The sheets of its positions do not add up to the sheets in it: something in it is not registered, or something is lost.
    SheetsDiffer,
    /// The sheets of all boxes of its batch do not add up to the sheets of the batch: a box is not registered, or something is lost.
    BatchSheetsDiffer,
    /// It was destroyed already.
    DestroyedAlready,
    /// Its registration was withdrawn: there is no such box.
    Withdrawn,
}

impl Blocker {
    /// Every blocker, for tables and for metrics that start at zero.
    pub const ALL: [Self; 6] =
        [Self::PeriodRunning, Self::Extended, Self::SheetsDiffer, Self::BatchSheetsDiffer, Self::DestroyedAlready, Self::Withdrawn];

    /// The stable code that programs may branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::PeriodRunning => "period-running",
            Self::Extended => "extended",
            Self::SheetsDiffer => "sheets-differ",
            Self::BatchSheetsDiffer => "batch-sheets-differ",
            Self::DestroyedAlready => "destroyed-already",
            Self::Withdrawn => "withdrawn",
        }
    }
}

//! Holds and overlays: what stops destruction, and what must be said with every reading.

use super::MatterNumber;
use crate::model::{CaseNumber, Date, DocumentNumber, LedgerIndex};

/// What must be said whenever something is read or listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Overlay {
    /// Restricted processing (section 84(3) and (4) SGB X, Art. 18 GDPR).
    Restricted,
    /// The person disputes that it is correct, and that could not be settled (section 84(2) SGB X).
    Disputed,
    /// Not to be shown without special permission.
    Embargo,
    /// The scan gate found a defect that nobody has cleared.
    Quarantine,
}

impl Overlay {
    /// Every overlay.
    pub const ALL: [Self; 4] = [Self::Restricted, Self::Disputed, Self::Embargo, Self::Quarantine];

    /// The token in the `Archive-Notice` header and in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Disputed => "disputed",
            Self::Embargo => "embargo",
            Self::Quarantine => "quarantine",
        }
    }
}

/// Defines [`HoldType`] and its spelling.
macro_rules! hold_types {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// Why something is held.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum HoldType {
            $($(#[$doc])* $name,)+
        }

        impl HoldType {
            /// Every type, in the order of its number on disk, to which new ones are only ever appended.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The spelling in requests, metrics and the ledger.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

hold_types! {
    /// An action before a court.
    Court = "court",
    /// An objection (Widerspruch, section 84 SGG).
    Objection = "objection",
    /// A request for review (section 44 SGB X).
    Review = "review",
    /// A claim that is being collected.
    Claim = "claim",
    /// Liability of heirs.
    Heirs = "heirs",
    /// An audit (section 95 BHO, sections 44b, 47, 49 SGB II).
    Audit = "audit",
    /// Criminal or regulatory proceedings.
    Criminal = "criminal",
    /// A request of the person concerned (Art. 18(1)(c) GDPR).
    DataSubject = "data-subject",
    /// The archive has not decided yet about an offer.
    Appraisal = "appraisal",
    /// Overlay: restricted processing.
    Restriction = "restriction",
    /// Overlay: disputed.
    Dispute = "dispute",
    /// Overlay: embargo.
    Embargo = "embargo",
}

impl HoldType {
    /// The type with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|hold| hold.as_str() == text)
    }

    /// The number on disk.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The type with this number on disk.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Whether it stops destruction. A dispute does not: data whose period is over is destroyed, disputed or not; nor does an embargo.
    pub fn stops_destruction(self) -> bool {
        !matches!(self, Self::Dispute | Self::Embargo)
    }

    /// What must be said with every reading.
    pub fn overlay(self) -> Option<Overlay> {
        match self {
            Self::Restriction | Self::DataSubject => Some(Overlay::Restricted),
            Self::Dispute => Some(Overlay::Disputed),
            Self::Embargo => Some(Overlay::Embargo),
            _ => None,
        }
    }

    /// Whether it is one of the overlays rather than a hold in the narrow sense.
    pub fn is_overlay(self) -> bool {
        matches!(self, Self::Restriction | Self::Dispute | Self::Embargo)
    }
}

/// Which part of a case a hold covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The whole case, with what will come to it.
    Whole,
    /// A matter, with what will come to it.
    Matter(MatterNumber),
    /// A document.
    Document(DocumentNumber),
}

/// What a hold covers, one item of its frozen list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The case.
    pub case: CaseNumber,
    /// The part of it.
    pub part: Part,
}

/// What has become of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldFacts {
    /// Why.
    pub kind: HoldType,
    /// When it was placed.
    pub placed_on: Date,
    /// When somebody must look whether it is still needed.
    pub review_on: Date,
    /// When it should have ended. Passing it raises an alarm and releases nothing: what is held too long can be destroyed later.
    pub ends_on: Option<Date>,
    /// When it was released.
    pub released_on: Option<Date>,
    /// Number of items in its frozen list.
    pub targets: u32,
    /// Its last ledger entry.
    pub last_entry: Option<LedgerIndex>,
}

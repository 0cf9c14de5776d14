//! Events from which retention periods start. Which event a class waits for is policy; that there are these events is vocabulary.

use super::{Code, MatterNumber};
use crate::model::DocumentNumber;

/// Defines [`EventType`] and its spelling.
macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// What happened in the office. Closed: a class that waits for an event which nobody can record would keep for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventType {
            $($(#[$doc])* $name,)+
        }

        impl EventType {
            /// Every type, in the order of its number on disk, to which new ones are only ever appended.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The spelling in requests, catalogues and the ledger.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

event_types! {
    /// The case was closed (zdA-Verfuegung, end of benefit).
    CaseClosed = "case.closed",
    /// The decision was notified (Bekanntgabe). Given as a fact: the posting fiction of section 37(2) SGB X is for the office to apply.
    Notified = "decision.notified",
    /// The decision became unappealable (unanfechtbar).
    Unappealable = "decision.unappealable",
    /// The grant period (Bewilligungszeitraum) ended.
    PeriodEnded = "period.ended",
    /// The claim was settled.
    ClaimSettled = "claim.settled",
    /// The proceedings ended with a final decision (rechtskraeftig).
    ProceedingsFinal = "proceedings.final",
    /// The person died.
    PersonDied = "person.died",
    /// The measure ended.
    MeasureEnded = "measure.ended",
    /// A day that a programme or a law sets.
    FixedDate = "date.fixed",
    /// A data comparison was done.
    CheckDone = "check.done",
    /// Somebody found that the document is not needed.
    NotNeeded = "document.not-needed",
    /// The document's own date; taken from its description.
    DocumentDated = "document.dated",
    /// The document was received; taken from its description.
    DocumentReceived = "document.received",
    /// The document was scanned; taken from its scan data.
    Scanned = "document.scanned",
    /// A record in a log was made.
    LogCreated = "log.created",
    /// The competent archive does not want it (message 0502, V).
    ArchiveDeclined = "archive.declined",
    /// The competent archive has confirmed that its copy arrived (message 0506).
    ArchiveTook = "archive.took",
}

impl EventType {
    /// The type with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.as_str() == text)
    }

    /// Whether the archive takes the event from a document's own description instead of from a note.
    pub fn comes_with_the_document(self) -> bool {
        matches!(self, Self::DocumentDated | Self::DocumentReceived | Self::Scanned)
    }

    /// The number on disk.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The type with this number on disk.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventScope {
    /// The case with all its matters.
    Case,
    /// One matter.
    Matter(MatterNumber),
    /// One document.
    Document(DocumentNumber),
}

/// Where a fact comes from, e.g. `eakte`, `court-register`: a code, because it stands in clear.
pub type Source = Code;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_and_numbers_are_read_back() {
        for event in EventType::ALL {
            assert_eq!(EventType::parse(event.as_str()), Some(*event));
            assert_eq!(EventType::from_number(event.number()), Some(*event));
        }
        assert_eq!(EventType::parse("Case.closed"), None);
        assert_eq!(EventType::from_number(200), None);
    }
}

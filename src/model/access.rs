//! Who has seen what: the vocabulary of the access log (section 76 BDSG, section 67c (4) SGB X).
//!
//! What is deliberately absent: contents, results, and free text in clear. Purposes are whatever the application says, so they are
//! personal data like names.

use std::fmt;

use super::{Address, ApplicationName, CaseId, DocumentId, PersonName, Principal};
use crate::limits::PURPOSE_CHARACTERS_MAX;

/// Defines [`AccessKind`] with its codes and stored numbers.
macro_rules! access_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// In which way something was looked at. Closed; codes are never used for something else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AccessKind {
            $($(#[$doc])* $name,)+
        }

        impl AccessKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it stands in the ledger.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

access_kinds! {
    /// The bytes of a document, whole or in part.
    Content = "content",
    /// The description of a document or a case, or what retention knows of it.
    Record = "record",
    /// A list of cases, documents, holds, boxes, or of what is due.
    List = "list",
    /// A case was looked for by its reference.
    Search = "search",
    /// A receipt.
    Receipt = "receipt",
    /// Salts and values behind a ledger entry.
    Opening = "opening",
    /// Something in the registers: a hold, a box, an order, a note.
    Register = "register",
    /// A certificate of destruction.
    Certificate = "certificate",
    /// The access log itself.
    AccessLog = "access-log",
    /// An export.
    Export = "export",
    /// Anything else that shows what an archive holds.
    Other = "other",
}

impl AccessKind {
    /// The kind with this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == code)
    }
}

/// For what somebody reads, as the application says: printable ASCII, because it comes in a header field.
#[derive(Clone, PartialEq, Eq)]
pub struct Purpose(String);

impl Purpose {
    /// A purpose of 1 to [`PURPOSE_CHARACTERS_MAX`] printable characters without blanks around them.
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let fits = (1..=PURPOSE_CHARACTERS_MAX).contains(&text.len()) && text.trim() == text;
        (printable && fits).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Purposes do not belong into operational logs.
impl fmt::Debug for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Purpose(..)")
    }
}

/// Who looks, and for whom and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessReader {
    /// The application, as its certificate names it.
    pub application: ApplicationName,
    /// The person, if the certificate names one.
    pub person: Option<PersonName>,
    /// On whose behalf the application says that it reads.
    pub on_behalf_of: Option<PersonName>,
    /// For what.
    pub purpose: Option<Purpose>,
}

impl AccessReader {
    /// Whoever the certificate names, without a word on whose behalf and for what.
    pub fn of(principal: &Principal) -> Self {
        Self { application: principal.application.clone(), person: principal.person.clone(), on_behalf_of: None, purpose: None }
    }
}

/// What is looked at, as far as the request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessTarget {
    /// The vault as a whole.
    Vault,
    /// A case.
    Case(CaseId),
    /// A document.
    Document(CaseId, DocumentId),
}

/// An access that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub reader: AccessReader,
    /// In which way.
    pub kind: AccessKind,
    /// What.
    pub target: AccessTarget,
    /// Which bytes, `first-last`, if not all.
    pub range: Option<(u64, u64)>,
    /// Why it was refused, as a code from a closed list; `None` if it was allowed.
    pub refused: Option<&'static str>,
    /// How often: attempts that were refused are recorded together when there are many.
    pub count: u64,
}

/// What is stored beside the ledger entry of an access. Everything about persons is sealed under a key that dies with the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRecord {
    /// The document or case; `None` if the access was to the vault as a whole or to something that it does not have.
    pub subject: Option<Address>,
    /// The sealed [`AccessDetails`].
    pub sealed: Vec<u8>,
}

/// What is sealed of an access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessDetails {
    /// Who, for whom and what.
    pub reader: AccessReader,
    /// Which bytes, if not all.
    pub range: Option<(u64, u64)>,
    /// What was asked for in vain. What exists stands in [`AccessRecord::subject`], so that its name is gone with it.
    pub asked: Option<(CaseId, Option<DocumentId>)>,
}

/// The value of the ledger's field about the range: what was sent of a document.
pub fn range_text(range: Option<(u64, u64)>) -> String {
    range.map_or(String::new(), |(first, last)| format!("{first}-{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_spelled_one_way() {
        for kind in AccessKind::ALL {
            assert_eq!(AccessKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(AccessKind::parse("Content"), None);
    }

    #[test]
    fn purposes_are_short_printable_lines() {
        for good in ["x", "sgb2/sachbearbeitung", "Widerspruch W 17/26, Akteneinsicht"] {
            assert_eq!(Purpose::parse(good).map(|purpose| purpose.as_str().to_owned()).as_deref(), Some(good));
        }
        for bad in ["", " ", " x", "x ", "a\nb", "a\u{7f}", "\u{fc}ber", &"x".repeat(PURPOSE_CHARACTERS_MAX + 1)] {
            assert_eq!(Purpose::parse(bad), None, "{bad:?}");
        }
        assert_eq!(format!("{:?}", Purpose::parse("Scheidung").unwrap()), "Purpose(..)");
    }

    #[test]
    fn a_range_is_written_as_http_writes_it() {
        assert_eq!((range_text(None), range_text(Some((0, 99)))), (String::new(), "0-99".to_owned()));
    }
}

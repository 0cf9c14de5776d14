//! What a value from a client must look like, in words.

use super::language::Language;
use crate::model::{IdError, TextError};

/// What a value must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    /// A text for people with a largest number of characters.
    Text(usize),
    /// A calendar date.
    Date,
    /// A point in time.
    Timestamp,
    /// A media type.
    MediaType,
    /// A UUID.
    Uuid,
    /// Several UUIDs in one text, so many at the most.
    Uuids(usize),
    /// A SHA-256 in hexadecimal.
    Digest,
    /// A word from a list that the office agrees on.
    Code,
    /// A word from a closed list.
    Choice(Vec<&'static str>),
    /// A whole number in this range.
    Number(u32, u32),
    /// A JSON string.
    JsonString,
    /// A JSON truth value.
    JsonFlag,
    /// A JSON object.
    JsonObject,
    /// A JSON array with so many items at the most.
    List(usize),
    /// At least one of these fields.
    AnyOf(&'static [&'static str]),
    /// Not together with this field.
    NotWith(&'static str),
    /// Two names that differ.
    TwoPersons,
    /// UTF-8.
    Utf8,
    /// An index or a size of the ledger.
    LedgerNumber,
    /// How many items a page has.
    PageSize,
    /// Where a page begins.
    Cursor,
    /// Only these parameters, each once.
    OneOf(&'static [&'static str]),
}

impl From<TextError> for Rule {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Text(characters_max) => Self::Text(characters_max),
            TextError::MediaType => Self::MediaType,
            TextError::Date => Self::Date,
        }
    }
}

impl From<IdError> for Rule {
    fn from(error: IdError) -> Self {
        match error {
            IdError::Code => Self::Code,
            IdError::Uuid | IdError::VaultName | IdError::OutOfRange => Self::Uuid,
        }
    }
}

impl Rule {
    /// The rule in words.
    pub(super) fn words(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::German => self.german(),
        }
    }

    fn english(&self) -> String {
        let fixed = match self {
            Self::Text(characters_max) => {
                return format!(
                    "a text of 1 to {characters_max} characters without control characters and without white space at either end"
                );
            }
            Self::Uuids(items_max) => {
                return format!("1 to {items_max} UUIDs in lower case, none twice, with one blank between them");
            }
            Self::Choice(words) => return format!("one of {}", words.join(", ")),
            Self::Number(min, max) => return format!("a whole number from {min} to {max}"),
            Self::List(items_max) => return format!("a JSON array of at most {items_max} items"),
            Self::AnyOf(names) => return format!("at least one of {}", names.join(", ")),
            Self::NotWith(name) => return format!("left out when \"{name}\" is given"),
            Self::OneOf(names) => return names_of(names, Language::English),
            Self::Date => "a date of the calendar in the form 2026-11-20",
            Self::Timestamp => "a time in UTC in the form 2026-11-20T08:01:02Z",
            Self::MediaType => "a media type such as application/pdf in at most 127 visible ASCII characters",
            Self::Uuid => "a UUID in lower case such as 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11",
            Self::Digest => "a SHA-256 digest as 64 hexadecimal digits in lower case",
            Self::Code => "a code of 1 to 32 characters of A-Z, a-z, 0-9, '.' and '-' that begins with a letter or a digit",
            Self::JsonString => "a JSON string",
            Self::JsonFlag => "true or false, without quotes",
            Self::JsonObject => "a JSON object",
            Self::TwoPersons => "a JSON array with the names of two different persons, each of 1 to 200 characters without ';'",
            Self::Utf8 => "text in UTF-8",
            Self::LedgerNumber => "a whole number from 0 to 9223372036854775807, in decimal without leading zeros",
            Self::PageSize => "a whole number from 1 to 1000",
            Self::Cursor => "the value of \"next\" from the page before, unchanged",
        };
        fixed.to_owned()
    }

    fn german(&self) -> String {
        let fixed = match self {
            Self::Text(characters_max) => {
                return format!("ein Text mit 1 bis {characters_max} Zeichen, ohne Steuerzeichen und ohne Leerraum am Anfang oder Ende");
            }
            Self::Uuids(items_max) => {
                return format!("1 bis {items_max} UUIDs in Kleinbuchstaben, keine zweimal, mit je einem Leerzeichen dazwischen");
            }
            Self::Choice(words) => return format!("eines von {}", words.join(", ")),
            Self::Number(min, max) => return format!("eine ganze Zahl von {min} bis {max}"),
            Self::List(items_max) => return format!("ein JSON-Array mit h\u{f6}chstens {items_max} Eintr\u{e4}gen"),
            Self::AnyOf(names) => return format!("mindestens eines von {}", names.join(", ")),
            Self::NotWith(name) => return format!("wegzulassen, wenn \"{name}\" angegeben ist"),
            Self::OneOf(names) => return names_of(names, Language::German),
            Self::Date => "ein Kalendertag in der Form 2026-11-20",
            Self::Timestamp => "ein Zeitpunkt in UTC in der Form 2026-11-20T08:01:02Z",
            Self::MediaType => "ein Medientyp wie application/pdf mit h\u{f6}chstens 127 sichtbaren ASCII-Zeichen",
            Self::Uuid => "eine UUID in Kleinbuchstaben wie 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11",
            Self::Digest => "eine SHA-256-Pr\u{fc}fsumme aus 64 hexadezimalen Ziffern in Kleinbuchstaben",
            Self::Code => {
                "ein K\u{fc}rzel mit 1 bis 32 Zeichen aus A-Z, a-z, 0-9, '.' und '-', das mit einem Buchstaben oder einer Ziffer beginnt"
            }
            Self::JsonString => "eine JSON-Zeichenkette",
            Self::JsonFlag => "true oder false, ohne Anf\u{fc}hrungszeichen",
            Self::JsonObject => "ein JSON-Objekt",
            Self::TwoPersons => "ein JSON-Array mit den Namen zweier verschiedener Personen, je 1 bis 200 Zeichen ohne ';'",
            Self::Utf8 => "Text in UTF-8",
            Self::LedgerNumber => "eine ganze Zahl von 0 bis 9223372036854775807, dezimal ohne f\u{fc}hrende Nullen",
            Self::PageSize => "eine ganze Zahl von 1 bis 1000",
            Self::Cursor => "der unver\u{e4}nderte Wert von \"next\" aus der vorigen Seite",
        };
        fixed.to_owned()
    }
}

fn names_of(names: &[&str], language: Language) -> String {
    match (names.is_empty(), language) {
        (true, Language::English) => "no parameters".to_owned(),
        (true, Language::German) => "keine Parameter".to_owned(),
        (false, Language::English) => format!("{}, each at most once", names.join(" / ")),
        (false, Language::German) => format!("{}, jeweils h\u{f6}chstens einmal", names.join(" / ")),
    }
}

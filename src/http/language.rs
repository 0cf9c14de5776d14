//! The languages that clients can read, and what is said in them about a value that breaks its rule.

use hyper::header::{ACCEPT_LANGUAGE, HeaderMap};

use crate::model::TextError;

/// The languages of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

impl Language {
    /// What the client prefers by `Accept-Language` (RFC 9110 section 12.5.4); English when it does not say.
    pub(super) fn preferred(headers: &HeaderMap) -> Self {
        let ranges = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
        Self::of_ranges(ranges.flat_map(|value| value.split(',')))
    }

    /// The first language of ours with the highest weight. Nonsense counts as nothing: a language is no reason to refuse a request.
    pub(super) fn of_ranges<'a>(ranges: impl Iterator<Item = &'a str>) -> Self {
        let mut best = (Self::English, 0.0);
        for range in ranges {
            let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            let language = match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "de" => Self::German,
                "en" | "*" => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// The language tag (RFC 5646).
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// What fills a gap.
#[derive(Debug, Clone)]
pub(super) enum Argument {
    /// The same in every language: a name, a number.
    Plain(String),
    /// A rule that a value breaks.
    Rule(Rule),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Plain(number.to_string())
    }
}

impl From<Rule> for Argument {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// A text for people with a largest number of characters.
    Text(usize),
    /// A calendar date.
    Date,
    /// A media type.
    MediaType,
    /// A UUID.
    Uuid,
    /// A JSON string.
    JsonString,
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

impl Rule {
    /// The rule in words.
    pub(super) fn words(self, language: Language) -> String {
        let (english, german) = match self {
            Self::Text(characters_max) => {
                return match language {
                    Language::English => format!(
                        "a text of 1 to {characters_max} characters without control characters and without white space at either end"
                    ),
                    Language::German => {
                        format!("ein Text mit 1 bis {characters_max} Zeichen, ohne Steuerzeichen und ohne Leerraum am Anfang oder Ende")
                    }
                };
            }
            Self::OneOf(names) => return names_of(names, language),
            Self::Date => ("a date of the calendar in the form 2026-11-20", "ein Kalendertag in der Form 2026-11-20"),
            Self::MediaType => (
                "a media type such as application/pdf in at most 127 visible ASCII characters",
                "ein Medientyp wie application/pdf mit h\u{f6}chstens 127 sichtbaren ASCII-Zeichen",
            ),
            Self::Uuid => (
                "a UUID in lower case such as 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11",
                "eine UUID in Kleinbuchstaben wie 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11",
            ),
            Self::JsonString => ("a JSON string", "eine JSON-Zeichenkette"),
            Self::PageSize => ("a whole number from 1 to 1000", "eine ganze Zahl von 1 bis 1000"),
            Self::Cursor => {
                ("the value of \"next\" from the page before, unchanged", "der unver\u{e4}nderte Wert von \"next\" aus der vorigen Seite")
            }
        };
        match language {
            Language::English => english.to_owned(),
            Language::German => german.to_owned(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_wins() {
        use Language::{English, German};
        for (header, language) in [
            ("", English),
            ("de", German),
            ("de-DE,de;q=0.9,en;q=0.8", German),
            ("en, de", English),
            ("en;q=0.5, de;q=0.7", German),
            ("fr, de;q=0.1", German),
            ("fr", English),
            ("DE-at", German),
            ("de;q=0", English),
            ("de;q=x,,;;", English),
        ] {
            assert_eq!(Language::of_ranges(header.split(',')), language, "{header}");
        }
    }
}

//! The languages that clients can read, and what fills the gaps of a text.

use hyper::header::{ACCEPT_LANGUAGE, HeaderMap};

use super::rule::Rule;
use crate::words::{self, Words};

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

    /// The words of this language for what retention says in codes.
    pub(super) fn words(self) -> &'static Words {
        Words::of(match self {
            Self::English => words::Language::English,
            Self::German => words::Language::German,
        })
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

//! Values of a catalogue with their places, and the mistakes that were found on the way.
//!
//! The text is read as a tree of values with their places and not by serde's derive, which stops at the first value of a wrong type: a
//! records manager wants all mistakes at once.

use std::fmt::Display;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Error};

use crate::config::error::Mistake;
use crate::config::raw;
use crate::model::retention::Code;
use crate::model::{Date, Text};

/// A part of the text, in bytes.
pub(super) type Place = Range<usize>;

/// The name of a line or section, as it is written.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A text in quotes.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Its key with sections, for messages.
    pub key: String,
    /// What is in the quotes.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A table of the text, or one item of a list of tables.
#[derive(Debug, Clone)]
pub(super) struct Section<'t, 'i> {
    /// Its name with the sections around it; empty for the whole text.
    pub name: String,
    place: Option<Place>,
    table: &'t DeTable<'i>,
}

impl<'t, 'i> Section<'t, 'i> {
    /// The whole text.
    pub fn whole(table: &'t DeTable<'i>) -> Self {
        Self { name: String::new(), place: None, table }
    }

    /// Where it begins; `None` for the whole text.
    pub fn place(&self) -> Option<Place> {
        self.place.clone()
    }

    /// A key with the sections around it.
    pub fn key(&self, name: &str) -> String {
        if self.name.is_empty() { name.to_owned() } else { format!("{}.{name}", self.name) }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Whether it has a line with this name.
    pub fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// The list under this name, if it is one.
    pub fn list(&self, name: &str) -> Option<&'t DeArray<'i>> {
        self.table.get(name).and_then(|value| value.get_ref().as_array())
    }

    /// Where the value of this name stands, if there is one.
    pub fn place_of(&self, name: &str) -> Option<Place> {
        self.table.get(name).map(Spanned::span)
    }

    /// The names as they follow each other in the text.
    pub fn names(&self) -> Vec<Name> {
        let mut names: Vec<Name> =
            self.table.iter().map(|(name, _)| Name { text: name.get_ref().to_string(), place: name.span() }).collect();
        names.sort_by_key(|name| name.place.start);
        names
    }
}

/// The reading under way. Every method notes what is wrong and goes on.
pub(super) struct Reader<'a> {
    text: &'a str,
    /// Whether the TOML itself is broken. What is missing then may only have been unreadable.
    broken: bool,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    /// Begins with what the TOML parser found.
    pub fn new(text: &'a str, errors: &[Error]) -> Self {
        let mut reader = Self { text, broken: !errors.is_empty(), mistakes: Vec::new() };
        for error in errors {
            reader.refuse(error.span(), "", &format!("this is not TOML: {}", error.message()));
        }
        reader
    }

    /// All mistakes, in no particular order.
    pub fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes
    }

    /// Notes a mistake. What the TOML parser put in the place of something unreadable is not a second mistake.
    pub fn refuse(&mut self, place: Option<Place>, key: &str, message: &str) {
        let position = place.map(|place| raw::position(self.text, place.start));
        if self.broken && position.is_some() && self.mistakes.iter().any(|known| known.key.is_empty() && known.position == position) {
            return;
        }
        self.mistakes.push(Mistake { position, key: key.to_owned(), message: message.to_owned() });
    }

    /// Notes every name that is not in the list.
    pub fn refuse_unknown(&mut self, section: &Section<'_, '_>, known: &[&str]) {
        for name in section.names().iter().filter(|name| !known.contains(&name.text.as_str())) {
            let longer = known.iter().copied().find(|known| name.text.starts_with(known));
            let help = match longer.or_else(|| raw::nearest(&name.text, known)) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("here may stand {}", known.join(", ")),
            };
            self.refuse(Some(name.place.clone()), &section.key(&name.text), &format!("there is no such key; {help}"));
        }
    }

    /// A section that must be there.
    pub fn section<'t, 'i>(&mut self, around: &Section<'t, 'i>, name: &str) -> Option<Section<'t, 'i>> {
        let key = around.key(name);
        let Some((written, value)) = around.table.get_key_value(name) else {
            self.missing(around, name, &format!("a section, written as a line [{key}]"));
            return None;
        };
        match value.get_ref() {
            DeValue::Table(table) => Some(Section { name: key, place: Some(written.span()), table }),
            other => {
                let message = format!("this is a section, written as a line [{key}], and not a value ({})", other.type_str());
                self.refuse(Some(value.span()), &key, &message);
                None
            }
        }
    }

    /// An item of a list of tables.
    pub fn item<'t, 'i>(&mut self, key: &str, value: &'t Spanned<DeValue<'i>>, expected: &str) -> Option<Section<'t, 'i>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Section { name: key.to_owned(), place: Some(value.span()), table }),
            other => {
                self.refuse(Some(value.span()), key, &format!("this {} is not accepted; expected {expected}", other.type_str()));
                None
            }
        }
    }

    /// A text that may be absent.
    pub fn optional(&mut self, section: &Section<'_, '_>, name: &str, expected: &str) -> Option<Word> {
        let value = section.table.get(name)?;
        self.word(&section.key(name), value, expected)
    }

    /// A text that must be there.
    pub fn required(&mut self, section: &Section<'_, '_>, name: &str, expected: &str) -> Option<Word> {
        if !section.has(name) {
            self.missing(section, name, expected);
        }
        self.optional(section, name, expected)
    }

    /// A text in quotes, wherever it stands.
    pub fn word(&mut self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) -> Option<Word> {
        match value.get_ref() {
            DeValue::String(text) => Some(Word { key: key.to_owned(), text: text.to_string(), place: value.span() }),
            other => {
                self.refuse(Some(value.span()), key, &format!("this {} is not accepted; expected {expected}", other.type_str()));
                None
            }
        }
    }

    /// A day, with or without quotes.
    pub fn date(&mut self, section: &Section<'_, '_>, name: &str) -> Option<Date> {
        let expected = "a day such as 2026-01-01";
        match section.table.get(name).map(|value| (value.get_ref(), value.span())) {
            Some((DeValue::Datetime(day), place)) => {
                self.accept(&Word { key: section.key(name), text: day.to_string(), place }, Date::parse)
            }
            _ => self.required(section, name, expected).and_then(|word| self.accept(&word, Date::parse)),
        }
    }

    /// `true` or `false`; `false` if it is absent.
    pub fn flag(&mut self, section: &Section<'_, '_>, name: &str) -> bool {
        match section.table.get(name).map(|value| (value.get_ref(), value.span())) {
            None => false,
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((other, place)) => {
                let message = format!("this {} is not accepted; expected true or false, without quotes", other.type_str());
                self.refuse(Some(place), &section.key(name), &message);
                false
            }
        }
    }

    /// The name of a line as a code. Two codes that differ in upper and lower case only would be taken for each other.
    pub fn code(&mut self, section: &Section<'_, '_>, name: &Name) -> Option<Code> {
        let same = |other: &Name| other.text.eq_ignore_ascii_case(&name.text) && other.place.start < name.place.start;
        if let Some(twin) = section.names().into_iter().find(same) {
            let message = format!("differs from {} in upper and lower case only; choose another code", twin.text);
            self.refuse(Some(name.place.clone()), &section.key(&name.text), &message);
        }
        match Code::parse(&name.text) {
            Ok(code) => Some(code),
            Err(error) => {
                self.refuse(Some(name.place.clone()), &section.key(&name.text), &format!("is not accepted: {error}"));
                None
            }
        }
    }

    /// What `parse` makes of a word.
    pub fn accept<T, E: Display>(&mut self, word: &Word, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        match parse(&word.text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(Some(word.place.clone()), &word.key, &format!("\"{}\" is not accepted: {error}", word.text));
                None
            }
        }
    }

    /// What `parse` makes of a word out of a list.
    pub fn choice<T>(&mut self, word: &Word, known: &[&str], parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = parse(&word.text);
        if value.is_none() {
            let near = raw::nearest(&word.text, known).map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            let message = format!("\"{}\" is not accepted; expected one of \"{}\"{near}", word.text, known.join("\", \""));
            self.refuse(Some(word.place.clone()), &word.key, &message);
        }
        value
    }

    /// A text that people read.
    pub fn prose(&mut self, word: &Word) -> Option<String> {
        self.accept(word, Text::parse).map(|text| text.as_str().to_owned())
    }

    /// Notes that something is missing, unless unreadable TOML may have contained it.
    pub fn missing(&mut self, section: &Section<'_, '_>, name: &str, expected: &str) {
        if !self.broken {
            self.refuse(section.place(), &section.key(name), &format!("is missing; expected {expected}"));
        }
    }
}

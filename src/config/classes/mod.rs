//! The catalogue of retention classes as an office writes it: `config/retention-classes.toml` and files like it.
//!
//! Invariants: a [`ParsedClasses`] exists only if the whole text was right; [`ClassesError`] lists every mistake at once, each with its
//! line, its key and what would be accepted; a key that nobody reads is a mistake, because a misspelt period is no period.
//!
//! What is deliberately absent: judging what a rule demands. Whether a minimum can ever lie behind its maximum, or whether a class that
//! is in use may go, is decided by `policy`; here a text becomes a value. Also absent: keyed tags of document types, because this module
//! has no keys.

mod class;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use toml::de::DeTable;

use self::reader::{Name, Reader, Section};
use super::error::Mistake;
use crate::limits::CLASSES_BYTES_MAX;
use crate::model::Text;
use crate::model::retention::{Catalogue, Class, Code, Period, TimeZone};

/// A catalogue that was right as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedClasses {
    /// The catalogue, with version 0 and without types: a vault gives it its number when it is adopted, and tags the types by its key.
    pub catalogue: Catalogue,
    /// The class of a document by the name of its type.
    pub types: BTreeMap<String, Code>,
}

/// Every mistake of a catalogue, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ClassesError {
    /// At least one.
    pub mistakes: Vec<Mistake>,
}

/// One line for each mistake: line and column, key, what is wrong and what would be accepted.
impl fmt::Display for ClassesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, mistake) in self.mistakes.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            if let Some((line, column)) = mistake.position {
                write!(f, "{line}:{column}: ")?;
            }
            if !mistake.key.is_empty() {
                write!(f, "{}: ", mistake.key)?;
            }
            f.write_str(&mistake.message)?;
        }
        Ok(())
    }
}

/// The file that comes with the program: a proposal for offices of the basic income support (SGB II), with comments.
pub fn shipped() -> &'static str {
    include_str!("../../../config/retention-classes.toml")
}

/// Reads and checks the text of a catalogue of at most [`CLASSES_BYTES_MAX`] bytes.
pub fn parse(text: &str) -> Result<ParsedClasses, ClassesError> {
    if text.len() > CLASSES_BYTES_MAX {
        let message = format!("the catalogue has {} bytes; at most {CLASSES_BYTES_MAX} are accepted", text.len());
        return Err(ClassesError { mistakes: vec![Mistake { position: None, key: String::new(), message }] });
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(text, &errors);
    let parsed = catalogue(&mut reader, document.get_ref());
    let mut mistakes = reader.into_mistakes();
    mistakes.sort();
    mistakes.dedup();
    match parsed {
        Some(parsed) if mistakes.is_empty() => Ok(parsed),
        _ => Err(ClassesError { mistakes }),
    }
}

/// The keys of the whole file.
const KEYS: &[&str] = &["valid_from", "time_zone", "paper", "classes", "kinds", "types"];

fn catalogue(reader: &mut Reader<'_>, document: &DeTable<'_>) -> Option<ParsedClasses> {
    let file = Section::whole(document);
    reader.refuse_unknown(&file, KEYS);
    // Every part is read before the first missing one ends the function, so that all mistakes are noted.
    let valid_from = reader.date(&file, "valid_from");
    let time_zone = reader.required(&file, "time_zone", "a time zone such as \"Europe/Berlin\"");
    let time_zone = time_zone.and_then(|word| reader.accept(&word, TimeZone::parse));
    let paper = reader.required(&file, "paper", "a period such as \"P56D\"").and_then(|word| reader.accept(&word, Period::parse));
    let classes = reader.section(&file, "classes");
    let kinds = reader.section(&file, "kinds").map(|kinds| assignments(reader, &kinds, classes.as_ref(), Reader::code));
    let types = reader.section(&file, "types").map(|types| assignments(reader, &types, classes.as_ref(), document_type));
    let classes = classes.map(|classes| all_classes(reader, &classes));
    let catalogue = Catalogue {
        version: 0,
        valid_from: valid_from?,
        time_zone: time_zone?,
        classes: classes?,
        kinds: kinds?,
        types: BTreeMap::new(),
        paper: paper?,
    };
    Some(ParsedClasses { catalogue, types: types? })
}

fn all_classes(reader: &mut Reader<'_>, section: &Section<'_, '_>) -> BTreeMap<Code, Class> {
    if section.is_empty() {
        reader.refuse(section.place(), &section.name, "has no class; a catalogue has one at least");
    }
    let mut classes = BTreeMap::new();
    for name in section.names() {
        let code = reader.code(section, &name);
        let class = reader.section(section, &name.text).and_then(|lines| class::read(reader, &lines, code.clone()?));
        if let (Some(code), Some(class)) = (code, class) {
            classes.insert(code, class);
        }
    }
    classes
}

/// The lines `name = "CLASS"` of a section; `accept` decides about the name. A class whose own lines are wrong counts as one that
/// exists, so that one mistake is not reported twice.
fn assignments<'a, K: Ord>(
    reader: &mut Reader<'a>,
    section: &Section<'_, '_>,
    classes: Option<&Section<'_, '_>>,
    accept: fn(&mut Reader<'a>, &Section<'_, '_>, &Name) -> Option<K>,
) -> BTreeMap<K, Code> {
    let known: Vec<Name> = classes.map(Section::names).unwrap_or_default();
    let known: Vec<&str> = known.iter().map(|name| name.text.as_str()).collect();
    let mut assigned = BTreeMap::new();
    for name in section.names() {
        let key = accept(reader, section, &name);
        let word = reader.required(section, &name.text, "the code of a class in quotes, such as \"LEIST\"");
        let class = word.and_then(|word| reader.choice(&word, &known, |text| known.contains(&text).then(|| Code::parse(text).ok())));
        if let (Some(key), Some(Some(class))) = (key, class) {
            assigned.insert(key, class);
        }
    }
    assigned
}

/// Types are words of the office, as applications give them with a document.
fn document_type(reader: &mut Reader<'_>, section: &Section<'_, '_>, name: &Name) -> Option<String> {
    match Text::parse(&name.text) {
        Ok(text) => Some(text.as_str().to_owned()),
        Err(error) => {
            reader.refuse(Some(name.place.clone()), &section.key(&name.text), &format!("is no type of document: {error}"));
            None
        }
    }
}

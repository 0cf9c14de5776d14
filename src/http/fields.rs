//! The fields of one JSON object from a client, taken strictly: every field known, no field twice, each with the type that it has.

use std::ops::RangeInclusive;

use super::error::{Code, Problem};
use super::json::{Json, Object};
use super::rule::Rule;

/// Characters of a client's own field name that a problem repeats.
const NAME_CHARACTERS_SHOWN: usize = 40;

/// The fields of an object that have not been taken yet.
#[derive(Debug)]
pub(super) struct Fields {
    members: Vec<(String, Json)>,
    known: &'static [&'static str],
    /// Where the object stands in the request, e.g. `items[3].`.
    path: String,
}

impl Fields {
    /// Reads an object with no other fields than the `known` ones.
    pub(super) fn parse(bytes: &[u8], known: &'static [&'static str]) -> Result<Self, Problem> {
        match Json::parse(bytes)? {
            Json::Object(object) => Self::of(object, String::new(), known),
            _ => Err(Problem::new(Code::JsonMalformed)),
        }
    }

    /// The fields of an item of a list: of `value`, which is item `index` of the list `list`.
    pub(super) fn of_item(value: Json, (list, index): (&str, usize), known: &'static [&'static str]) -> Result<Self, Problem> {
        let place = format!("{list}[{index}]");
        match value {
            Json::Object(object) => Self::of(object, format!("{place}."), known),
            _ => Err(malformed(&place, Rule::JsonObject)),
        }
    }

    fn of(object: Object, path: String, known: &'static [&'static str]) -> Result<Self, Problem> {
        let named = |name: &str| format!("{path}{}", shown(name));
        if let Some(name) = &object.repeated {
            return Err(Problem::new(Code::FieldRepeated).with(named(name)).in_field(&named(name)));
        }
        if let Some((name, _)) = object.members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return Err(unknown(&named(name), known));
        }
        Ok(Self { members: object.members, known, path })
    }

    /// Refuses the fields that nobody has taken: those that exist, but not together with what the others say.
    pub(super) fn end(self, allowed: &'static [&'static str]) -> Result<(), Problem> {
        match self.members.first() {
            None => Ok(()),
            Some((name, _)) => Err(unknown(&format!("{}{name}", self.path), allowed)),
        }
    }

    /// Takes a text that may be missing, checked by `parse`.
    pub(super) fn optional<T, E: Into<Rule>>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) => parse(&text).map(Some).map_err(|broken| self.broken(name, broken.into())),
            Some(_) => Err(self.broken(name, Rule::JsonString)),
        }
    }

    /// Takes a text that must be there.
    pub(super) fn required<T, E: Into<Rule>>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Problem> {
        let found = self.optional(name, parse)?;
        self.there(name, found)
    }

    /// Whether a field is there, also as `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(other, _)| other == name)
    }

    /// Takes a text that must be there or `null`: what is withdrawn has to be said, not forgotten.
    pub(super) fn nullable<T, E: Into<Rule>>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, Problem> {
        if self.members.iter().any(|(other, value)| other == name && *value == Json::Null) {
            self.take(name);
            return Ok(None);
        }
        self.required(name, parse).map(Some)
    }

    /// Takes one of the words of a closed list, which must be there.
    pub(super) fn choice<T: Copy>(&mut self, name: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Result<T, Problem> {
        self.required(name, |text| one_of(all, &word, text))
    }

    /// Takes a number in this range, which must be there.
    pub(super) fn number(&mut self, name: &str, range: RangeInclusive<u32>) -> Result<u32, Problem> {
        let found = self.take(name);
        match self.there(name, found)? {
            Json::Number(number) => u32::try_from(number).ok().filter(|number| range.contains(number)),
            _ => None,
        }
        .ok_or_else(|| self.broken(name, Rule::Number(*range.start(), *range.end())))
    }

    /// Takes a number in this range, which may be missing.
    pub(super) fn optional_number(&mut self, name: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, Problem> {
        if self.members.iter().any(|(other, _)| other == name) { self.number(name, range).map(Some) } else { Ok(None) }
    }

    /// Takes `true` or `false`, which must be there.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        let found = self.take(name);
        match self.there(name, found)? {
            Json::Flag(flag) => Ok(flag),
            _ => Err(self.broken(name, Rule::JsonFlag)),
        }
    }

    /// Takes a list that may be missing, with at most so many items.
    pub(super) fn optional_list(&mut self, name: &str, items_max: usize) -> Result<Option<Vec<Json>>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::List(items)) if items.len() <= items_max => Ok(Some(items)),
            Some(_) => Err(self.broken(name, Rule::List(items_max))),
        }
    }

    /// Takes a list that must be there.
    pub(super) fn list(&mut self, name: &str, items_max: usize) -> Result<Vec<Json>, Problem> {
        let found = self.optional_list(name, items_max)?;
        self.there(name, found)
    }

    /// Takes a list of texts that may be missing, each checked by `parse`.
    pub(super) fn optional_texts<T, E: Into<Rule>>(
        &mut self,
        name: &str,
        items_max: usize,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<Vec<T>>, Problem> {
        let Some(items) = self.optional_list(name, items_max)? else { return Ok(None) };
        let item = |(index, item): (usize, Json)| {
            let broken = |rule| self.broken(&format!("{name}[{index}]"), rule);
            match item {
                Json::Text(text) => parse(&text).map_err(|rule| broken(rule.into())),
                _ => Err(broken(Rule::JsonString)),
            }
        };
        items.into_iter().enumerate().map(item).collect::<Result<_, _>>().map(Some)
    }

    /// Takes a list of texts that must be there.
    pub(super) fn texts<T, E: Into<Rule>>(
        &mut self,
        name: &str,
        items_max: usize,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, Problem> {
        let found = self.optional_texts(name, items_max, parse)?;
        self.there(name, found)
    }

    /// Takes a list of numbers in a range, which may be missing.
    pub(super) fn numbers(&mut self, name: &str, items_max: usize, range: RangeInclusive<u32>) -> Result<Option<Vec<u32>>, Problem> {
        let Some(items) = self.optional_list(name, items_max)? else { return Ok(None) };
        let item = |(index, item): (usize, Json)| match item {
            Json::Number(number) if u32::try_from(number).is_ok_and(|number| range.contains(&number)) => Ok(number as u32),
            _ => Err(self.broken(&format!("{name}[{index}]"), Rule::Number(*range.start(), *range.end()))),
        };
        items.into_iter().enumerate().map(item).collect::<Result<_, _>>().map(Some)
    }

    /// Takes an object that may be missing.
    pub(super) fn object(&mut self, name: &str, known: &'static [&'static str]) -> Result<Option<Self>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Object(object)) => Self::of(object, format!("{}{name}.", self.path), known).map(Some),
            Some(_) => Err(self.broken(name, Rule::JsonObject)),
        }
    }

    /// The problem of a field whose value breaks a rule.
    pub(super) fn broken(&self, name: &str, rule: Rule) -> Problem {
        malformed(&format!("{}{name}", self.path), rule)
    }

    /// The problem of a field that is missing.
    pub(super) fn missing(&self, name: &str) -> Problem {
        let place = format!("{}{name}", self.path);
        Problem::new(Code::FieldMissing).with(place.as_str()).in_field(&place)
    }

    fn there<T>(&self, name: &str, found: Option<T>) -> Result<T, Problem> {
        found.ok_or_else(|| self.missing(name))
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        debug_assert!(self.known.contains(&name), "a field is announced before it is taken");
        let position = self.members.iter().position(|(other, _)| other == name)?;
        Some(self.members.remove(position).1)
    }
}

/// One of the words of a closed list.
pub(super) fn one_of<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, text: &str) -> Result<T, Rule> {
    let found = all.iter().copied().find(|value| word(*value) == text);
    found.ok_or_else(|| Rule::Choice(all.iter().map(|value| word(*value)).collect()))
}

/// The problem of a value that breaks a rule, wherever it stands.
pub(super) fn malformed(place: &str, rule: Rule) -> Problem {
    Problem::new(Code::FieldMalformed).with(place).with(rule).in_field(place)
}

fn unknown(place: &str, known: &[&str]) -> Problem {
    Problem::new(Code::FieldUnknown).with(place).with(known.join(", ")).in_field(place)
}

fn shown(name: &str) -> String {
    name.chars().take(NAME_CHARACTERS_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::retention::QaMode;
    use crate::model::{Date, Text};

    const KNOWN: &[&str] = &["name", "day", "count", "on", "mode", "marks", "numbers", "inner", "until"];

    fn parse(json: &str) -> Result<(Text, Option<Date>), Code> {
        let read = || {
            let mut fields = Fields::parse(json.as_bytes(), &["name", "day"])?;
            Ok((fields.required("name", Text::parse)?, fields.optional("day", Date::parse)?))
        };
        read().map_err(|problem: Problem| problem.code)
    }

    #[test]
    fn an_object_is_read_strictly() {
        use Code::{FieldMalformed, FieldMissing, FieldRepeated, FieldUnknown, JsonMalformed};
        assert!(parse(" {\"name\":\"x\\u00e4\",\"day\":\"2026-11-20\"} ").is_ok());
        let deep = format!("{{\"name\":{}1{}}}", "[".repeat(500), "]".repeat(500));
        for (json, code) in [
            ("", JsonMalformed),
            ("[\"x\",\"2026-11-20\"]", JsonMalformed),
            ("\"x\"", JsonMalformed),
            ("null", JsonMalformed),
            ("{\"name\":\"x\"}{}", JsonMalformed),
            ("{\"name\":\"x\",}", JsonMalformed),
            ("{name:\"x\"}", JsonMalformed),
            ("{\"name\":\"\\ud800\"}", JsonMalformed),
            ("{}", FieldMissing),
            ("{\"name\":null}", FieldMalformed),
            ("{\"name\":7}", FieldMalformed),
            ("{\"name\":[\"x\"]}", FieldMalformed),
            (deep.as_str(), FieldMalformed),
            ("{\"name\":{\"name\":\"x\"}}", FieldMalformed),
            ("{\"name\":\" x\"}", FieldMalformed),
            ("{\"name\":\"x\",\"day\":\"2026-02-30\"}", FieldMalformed),
            ("{\"name\":\"x\",\"Name\":\"y\"}", FieldUnknown),
            ("{\"name\":\"x\",\"name\":\"x\"}", FieldRepeated),
            ("{\"name\":\"x\",\"n\\u0061me\":\"y\"}", FieldRepeated),
        ] {
            assert_eq!(parse(json).err(), Some(code), "{json}");
        }
    }

    /// Takes one field of each type, and says which is wrong.
    fn typed(json: &str) -> Result<(), (Code, Option<String>)> {
        let read = || {
            let mut fields = Fields::parse(json.as_bytes(), KNOWN)?;
            fields.number("count", 1..=20)?;
            fields.flag("on")?;
            fields.choice("mode", &QaMode::ALL, QaMode::as_str)?;
            fields.texts("marks", 2, Date::parse)?;
            fields.numbers("numbers", 2, 1..=9)?;
            fields.nullable("until", Date::parse)?;
            if let Some(mut inner) = fields.object("inner", &["name"])? {
                inner.required("name", Text::parse)?;
            }
            fields.end(&["count"])
        };
        read().map_err(|problem: Problem| (problem.code, problem.field().map(ToOwned::to_owned)))
    }

    #[test]
    fn every_type_is_taken_as_it_is_and_named_when_it_is_wrong() {
        let good = r#"{"count":1,"on":true,"mode":"full","marks":["2026-11-20"],"numbers":[9],"until":null,"inner":{"name":"x"}}"#;
        assert_eq!(typed(good), Ok(()));
        for (from, to, code, field) in [
            ("\"count\":1,", "", Code::FieldMissing, "count"),
            ("\"count\":1", "\"count\":\"1\"", Code::FieldMalformed, "count"),
            ("\"count\":1", "\"count\":1.0", Code::FieldMalformed, "count"),
            ("\"count\":1", "\"count\":0", Code::FieldMalformed, "count"),
            ("\"count\":1", "\"count\":4294967297", Code::FieldMalformed, "count"),
            ("true", "\"true\"", Code::FieldMalformed, "on"),
            ("true", "1", Code::FieldMalformed, "on"),
            ("full", "Full", Code::FieldMalformed, "mode"),
            ("\"full\"", "null", Code::FieldMalformed, "mode"),
            ("[\"2026-11-20\"]", "\"2026-11-20\"", Code::FieldMalformed, "marks"),
            ("[\"2026-11-20\"]", "[\"2026-11-20\",7]", Code::FieldMalformed, "marks[1]"),
            ("[\"2026-11-20\"]", "[\"2026-11-31\"]", Code::FieldMalformed, "marks[0]"),
            ("[\"2026-11-20\"]", "[1,2,3]", Code::FieldMalformed, "marks"),
            ("[9]", "[9,10]", Code::FieldMalformed, "numbers[1]"),
            ("[9]", "9", Code::FieldMalformed, "numbers"),
            ("\"until\":null,", "", Code::FieldMissing, "until"),
            ("\"until\":null", "\"until\":\"never\"", Code::FieldMalformed, "until"),
            ("{\"name\":\"x\"}", "{\"nome\":\"x\"}", Code::FieldUnknown, "inner.nome"),
            ("{\"name\":\"x\"}", "{\"name\":\"x\",\"name\":\"x\"}", Code::FieldRepeated, "inner.name"),
            ("{\"name\":\"x\"}", "{}", Code::FieldMissing, "inner.name"),
            ("{\"name\":\"x\"}", "[]", Code::FieldMalformed, "inner"),
            ("{\"name\":\"x\"}", "{\"name\":\"x\"},\"day\":\"2026-11-20\"", Code::FieldUnknown, "day"),
        ] {
            let json = good.replacen(from, to, 1);
            assert_eq!(typed(&json), Err((code, Some(field.to_owned()))), "{json}");
        }
    }

    proptest::proptest! {
        #[test]
        fn mutated_objects_do_not_panic(at in 0_usize..60, byte: u8, cut in 0_usize..60) {
            let mut json = b"{\"name\":\"abc\\u00e4\",\"day\":\"2026-11-20\",\"x\":[1,{\"y\":null}]}".to_vec();
            let place = at % json.len();
            json[place] = byte;
            json.truncate(json.len() - cut % json.len());
            let _ = Fields::parse(&json, &["name", "day"]);
        }
    }
}

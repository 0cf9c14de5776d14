//! One JSON object from a client, read strictly: text values only, every field known, no field twice.
//!
//! Derived deserialisers would also take arrays for objects and would not say which field is wrong.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::error::{Code, Problem};
use super::language::Rule;

/// Characters of a client's own field name that a problem repeats.
const NAME_CHARACTERS_SHOWN: usize = 40;

/// The fields of an object that have not been taken yet.
#[derive(Debug)]
pub(super) struct Fields {
    values: BTreeMap<String, Value>,
    known: &'static [&'static str],
}

/// A member's value. Anything but a text is wrong, so it is not kept.
#[derive(Debug)]
enum Value {
    Text(String),
    Other,
}

impl Fields {
    /// Reads an object with no other fields than the `known` ones.
    pub(super) fn parse(bytes: &[u8], known: &'static [&'static str]) -> Result<Self, Problem> {
        let object: Object = serde_json::from_slice(bytes).map_err(|_| Problem::new(Code::JsonMalformed))?;
        if let Some(name) = object.repeated {
            return Err(Problem::new(Code::FieldRepeated).with(shown(&name)));
        }
        if let Some(name) = object.values.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Problem::new(Code::FieldUnknown).with(shown(name)).with(known.join(", ")));
        }
        Ok(Self { values: object.values, known })
    }

    /// Takes a field that may be missing, checked by `parse`.
    pub(super) fn optional<T, E: Into<Rule>>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, Problem> {
        debug_assert!(self.known.contains(&name), "a field is announced before it is taken");
        let rule = |rule: Rule| Problem::new(Code::FieldMalformed).with(name).with(rule);
        match self.values.remove(name) {
            None => Ok(None),
            Some(Value::Other) => Err(rule(Rule::JsonString)),
            Some(Value::Text(text)) => parse(&text).map(Some).map_err(|broken| rule(broken.into())),
        }
    }

    /// Takes a field that must be there.
    pub(super) fn required<T, E: Into<Rule>>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Problem> {
        self.optional(name, parse)?.ok_or_else(|| Problem::new(Code::FieldMissing).with(name))
    }
}

fn shown(name: &str) -> String {
    name.chars().take(NAME_CHARACTERS_SHOWN).collect()
}

struct Object {
    values: BTreeMap<String, Value>,
    repeated: Option<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object { values: BTreeMap::new(), repeated: None };
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    match object.values.entry(name) {
                        Entry::Vacant(place) => drop(place.insert(value)),
                        Entry::Occupied(place) => drop(object.repeated.get_or_insert_with(|| place.key().clone())),
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;
        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }
        }
        deserializer.deserialize_any(ValueVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Date, Text};

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

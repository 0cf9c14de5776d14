//! One JSON value from a client, read strictly and within bounds.
//!
//! Derived deserialisers would also take arrays for objects, would not say which field is wrong, and would build whatever a client
//! sends. Here an object keeps what no request lacks and notes what no request has.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::{Code, Problem};
use crate::limits::JSON_VALUES_MAX;

/// Levels of a request: the object, a list in it, an item of the list, a list in the item, a text.
const DEPTH_MAX: u8 = 5;
/// Members of an object that are kept; the longest request has a third of it, so one more is a field that does not exist.
const MEMBERS_KEPT: usize = 64;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// A string.
    Text(String),
    /// A whole number from 0 on.
    Number(u64),
    /// `true` or `false`.
    Flag(bool),
    /// `null`.
    Null,
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Object),
    /// A fraction, a number below 0, or something too deep: no request has it.
    Other,
}

/// The members of an object.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Object {
    /// Names and values in their order, each name once.
    pub(super) members: Vec<(String, Json)>,
    /// The first name that came twice.
    pub(super) repeated: Option<String>,
}

impl Json {
    /// Reads a text that is one JSON value and nothing else.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let left = Cell::new(JSON_VALUES_MAX);
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let read = Reading { left: &left, depth: 0 }.deserialize(&mut deserializer);
        let read = read.and_then(|value| deserializer.end().map(|()| value));
        read.map_err(|_| match left.get() {
            0 => Problem::new(Code::JsonTooManyValues).with(JSON_VALUES_MAX as u64),
            _ => Problem::new(Code::JsonMalformed),
        })
    }
}

/// The reading of one value, which shares its budget with the values around it.
#[derive(Clone, Copy)]
struct Reading<'a> {
    left: &'a Cell<usize>,
    depth: u8,
}

impl Reading<'_> {
    /// The reading of a value inside this one; `None` if that would be too deep.
    fn inside(self) -> Option<Self> {
        (self.depth < DEPTH_MAX).then_some(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        let left = self.left.get().checked_sub(1).ok_or_else(|| D::Error::custom("more values than any request has"))?;
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let Some(inside) = self.inside() else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Json::Other);
        };
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let Some(inside) = self.inside() else {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Json::Other);
        };
        let mut object = Object::default();
        while let Some(name) = map.next_key::<String>()? {
            let repeated = object.members.iter().any(|(other, _)| *other == name);
            if !repeated && object.members.len() < MEMBERS_KEPT {
                let value = map.next_value_seed(inside)?;
                object.members.push((name, value));
                continue;
            }
            map.next_value::<IgnoredAny>()?;
            if repeated {
                object.repeated.get_or_insert(name);
            }
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Json, Code> {
        Json::parse(json.as_bytes()).map_err(|problem| problem.code)
    }

    #[test]
    fn values_are_what_they_look_like() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        for (json, value) in [
            ("\"a\\u00e4\"", Json::Text("a\u{e4}".to_owned())),
            ("7", Json::Number(7)),
            ("18446744073709551615", Json::Number(u64::MAX)),
            ("true", Json::Flag(true)),
            ("null", Json::Null),
            ("[1,[]]", Json::List(vec![Json::Number(1), Json::List(Vec::new())])),
            ("-1", Json::Other),
            ("1.0", Json::Other),
            ("1e3", Json::Other),
            ("18446744073709551616", Json::Other),
        ] {
            assert_eq!(parse(json), Ok(value), "{json}");
        }
        for json in ["", "01", "+1", "nul", "[1,]", "{\"a\":1,}", "{\"a\"}", "1 2", "NaN", "'a'", "\"\\ud800\"", "\u{feff}1"] {
            assert_eq!(parse(json), Err(Code::JsonMalformed), "{json}");
        }
        assert!(matches!(parse(&deep), Ok(Json::List(_))), "what is too deep is passed over, not followed");
    }

    #[test]
    fn an_object_keeps_no_more_than_a_request_can_have() {
        let members: Vec<String> = (0..200).map(|number| format!("\"m{number}\":{number}")).collect();
        let Ok(Json::Object(object)) = parse(&format!("{{{},\"m7\":1}}", members.join(","))) else { panic!("must be an object") };
        assert_eq!((object.members.len(), object.repeated.as_deref()), (MEMBERS_KEPT, Some("m7")));
    }

    #[test]
    fn a_body_of_many_values_is_refused_before_it_fills_memory() {
        let list = |items: usize| format!("[{}1]", "1,".repeat(items - 1));
        assert!(parse(&list(JSON_VALUES_MAX - 1)).is_ok());
        assert_eq!(parse(&list(JSON_VALUES_MAX)), Err(Code::JsonTooManyValues));
        assert_eq!(parse(&format!("[{},{}]", list(JSON_VALUES_MAX / 2), list(JSON_VALUES_MAX / 2))), Err(Code::JsonTooManyValues));
    }
}

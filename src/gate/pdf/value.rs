//! Values of a PDF file (ISO 32000-1 section 7.3), from tokens, within bounds.

use super::lexer::{Keyword, Token};
use super::name::Name;
use crate::limits::{GATE_PDF_DEPTH_MAX, GATE_PDF_VALUES_MAX};

/// A value, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A name.
    Name(Name),
    /// `true`
    True,
    /// The object with this number.
    Reference(u32),
    /// An array.
    Array(Vec<Value>),
    /// A dictionary.
    Dictionary(Dictionary),
    /// Anything else.
    Other,
}

/// A dictionary, without the entries whose names do not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dictionary(Vec<(Name, Value)>);

impl Dictionary {
    /// The value of an entry.
    pub fn get(&self, name: Name) -> Option<&Value> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The name that is the value of an entry.
    pub fn name(&self, name: Name) -> Option<Name> {
        match self.get(name) {
            Some(Value::Name(value)) => Some(*value),
            _ => None,
        }
    }

    /// The object that is the value of an entry.
    pub fn reference(&self, name: Name) -> Option<u32> {
        match self.get(name) {
            Some(Value::Reference(number)) => Some(*number),
            _ => None,
        }
    }

    /// The values of all entries with this name. A sound file has one; of several, some programs read the first and some the last.
    pub fn all(&self, name: Name) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The number that is the value of an entry, if it is not negative.
    pub fn number(&self, name: Name) -> Option<u64> {
        match self.get(name) {
            Some(Value::Integer(number)) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    fn from_flat(values: Vec<Value>) -> Self {
        let mut entries = Vec::new();
        let mut values = values.into_iter();
        while let (Some(key), Some(value)) = (values.next(), values.next()) {
            if let Value::Name(key) = key
                && key != Name::Other
            {
                entries.push((key, value));
            }
        }
        Self(entries)
    }
}

/// Builds values of tokens. Values that stand in no container are on the ground.
#[derive(Default)]
pub struct Builder {
    ground: Vec<Value>,
    open: Vec<Vec<Value>>,
    /// Containers that are open beyond the depth that is followed.
    hidden: usize,
    /// Values that were built since the ground was cleared.
    built: usize,
    /// Whether values were given up because they were too many.
    lost: bool,
}

impl Builder {
    /// Adds a token.
    pub fn push(&mut self, token: Token) {
        match token {
            Token::ArrayOpen | Token::DictionaryOpen => self.open_container(),
            Token::ArrayClose => self.close_container(Value::Array),
            Token::DictionaryClose => self.close_container(|values| Value::Dictionary(Dictionary::from_flat(values))),
            Token::Integer(number) => self.add(Value::Integer(number)),
            Token::Name(name) => self.add(Value::Name(name)),
            Token::Keyword(Keyword::True) => self.add(Value::True),
            Token::Keyword(Keyword::R) => self.refer(),
            Token::Keyword(_) | Token::Other => self.add(Value::Other),
        }
    }

    /// The values on the ground. What is still open is given up, and everything begins anew. Values that were more than the bound are
    /// none: half of them would say something else.
    pub fn take(&mut self) -> Vec<Value> {
        let whole = self.built <= GATE_PDF_VALUES_MAX;
        self.lost |= !whole;
        self.open.clear();
        self.hidden = 0;
        self.built = 0;
        let ground = std::mem::take(&mut self.ground);
        if whole { ground } else { Vec::new() }
    }

    /// Whether values were more than the bound at any time, so that nobody knows what they said.
    pub fn has_lost_something(&self) -> bool {
        self.lost
    }

    /// The last two values on the ground, if they are the number and the generation of an object.
    pub fn object_number(&self) -> Option<u32> {
        match self.ground.as_slice() {
            [.., Value::Integer(number), Value::Integer(_)] => u32::try_from(*number).ok(),
            _ => None,
        }
    }

    fn add(&mut self, value: Value) {
        self.built += 1;
        if self.hidden == 0 && self.built <= GATE_PDF_VALUES_MAX {
            self.open.last_mut().unwrap_or(&mut self.ground).push(value);
        }
    }

    /// `12 0 R`: the two numbers become one reference.
    fn refer(&mut self) {
        if self.hidden > 0 {
            return;
        }
        let values = self.open.last_mut().unwrap_or(&mut self.ground);
        if let [.., Value::Integer(number), Value::Integer(_)] = values.as_slice() {
            let reference = u32::try_from(*number).map_or(Value::Other, Value::Reference);
            values.truncate(values.len() - 2);
            values.push(reference);
        }
    }

    fn open_container(&mut self) {
        if self.open.len() < GATE_PDF_DEPTH_MAX && self.hidden == 0 {
            self.open.push(Vec::new());
        } else {
            self.hidden += 1;
        }
    }

    /// Which bracket closes does not matter: in a sound file it is the right one.
    fn close_container(&mut self, container: impl FnOnce(Vec<Value>) -> Value) {
        if self.hidden > 0 {
            self.hidden -= 1;
            if self.hidden == 0 {
                self.add(Value::Other);
            }
        } else if let Some(values) = self.open.pop() {
            self.add(container(values));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::Lexer;
    use super::*;

    fn ground(mut text: &[u8]) -> Vec<Value> {
        let mut builder = Builder::default();
        let mut lexer = Lexer::default();
        while let Some(token) = lexer.next(&mut text) {
            builder.push(token);
        }
        builder.take()
    }

    #[test]
    fn two_numbers_and_r_are_a_reference() {
        let values = ground(b"[1 0 R 2 3 0 R (x) 0 R] 7 0 ");
        let array = vec![Value::Reference(1), Value::Integer(2), Value::Reference(3), Value::Other, Value::Integer(0)];
        assert_eq!(values, [Value::Array(array), Value::Integer(7), Value::Integer(0)]);
    }

    #[test]
    fn a_dictionary_keeps_what_matters() {
        let values = ground(b"<</Type/Page/Rotate 90/Parent 4 0 R/Resources<</ColorSpace/DeviceGray>>/Length -3/Count 5>> ");
        let [Value::Dictionary(page)] = values.as_slice() else { panic!("{values:?}") };
        assert_eq!(page.name(Name::Type), Some(Name::Page));
        assert_eq!(page.reference(Name::Parent), Some(4));
        assert_eq!((page.number(Name::Length), page.number(Name::Count)), (None, Some(5)));
        assert!(matches!(page.get(Name::Resources), Some(Value::Dictionary(_))) && page.get(Name::Other).is_none());
    }

    #[test]
    fn what_is_nested_too_deeply_is_nothing() {
        let deep = |depth: usize| [vec![b'['; depth], b"7".to_vec(), vec![b']'; depth], b" 9 ".to_vec()].concat();
        let values = ground(&deep(GATE_PDF_DEPTH_MAX));
        assert!(values.len() == 2 && format!("{values:?}").contains("Integer(7)"), "{values:?}");
        for depth in [GATE_PDF_DEPTH_MAX + 1, 100_000] {
            let values = ground(&deep(depth));
            assert!(values.len() == 2 && !format!("{values:?}").contains("Integer(7)"), "{depth}");
            assert_eq!(values[1], Value::Integer(9));
        }
    }

    #[test]
    fn half_of_too_many_values_is_none() {
        let text = |values: usize| [b"[".to_vec(), b"1 ".repeat(values), b"] ".to_vec()].concat();
        assert_eq!(ground(&text(GATE_PDF_VALUES_MAX - 1)).len(), 1);
        assert_eq!(ground(&text(GATE_PDF_VALUES_MAX + 1)).len(), 0);
        assert_eq!(ground(b"] >> ]] [ << /Type "), []);
    }
}

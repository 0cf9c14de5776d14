//! The object of a request, put together from arguments of which many are not given.

use serde_json::{Map, Value};

/// The fields that were given so far.
#[derive(Debug, Clone, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field in its usual spelling.
    pub fn with(self, name: &str, value: impl ToString) -> Self {
        self.value(name, Value::String(value.to_string()))
    }

    /// Adds a field if it was given.
    pub fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a number.
    pub fn number(self, name: &str, number: u32) -> Self {
        self.value(name, Value::from(number))
    }

    /// Adds a field that is no text.
    pub fn value(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// The object.
    pub fn json(self) -> Value {
        Value::Object(self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_not_given_is_not_there() {
        let fields = Fields::new().with("a", "x").maybe("b", None::<&str>).maybe("c", Some("y")).number("d", 7);
        assert_eq!(fields.json(), json!({"a": "x", "c": "y", "d": 7}));
    }
}

//! Columns for people: what came as JSON, in a few words on a line.

use serde_json::Value;

use crate::model::{Date, Timestamp};
use crate::words::Words;

/// Rows with columns that are as wide as what stands in them.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
    widths: Vec<usize>,
}

impl Table {
    /// A table with these headings.
    pub fn new(headings: &[&str]) -> Self {
        let mut table = Self { rows: Vec::new(), widths: Vec::new() };
        table.row(headings.iter().map(|heading| (*heading).to_owned()).collect());
        table
    }

    /// A table whose headings are the messages with these names.
    pub fn labelled(words: &Words, names: &[&str]) -> Self {
        let headings: Vec<String> = names.iter().map(|name| words.label(name)).collect();
        Self::new(&headings.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A table that goes on where another one has ended: without headings, and no narrower.
    pub fn next(&self) -> Self {
        Self { rows: Vec::new(), widths: self.widths.clone() }
    }

    /// Adds a row.
    pub fn row(&mut self, row: Vec<String>) {
        self.widths.resize(self.widths.len().max(row.len()), 0);
        for (width, text) in self.widths.iter_mut().zip(&row) {
            *width = (*width).max(text.chars().count());
        }
        self.rows.push(row);
    }

    /// The lines.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<String> = row.iter().zip(&self.widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

/// A value in one word or line; `-` for one that is missing. What a server says goes to a terminal, so control characters do not.
pub fn word(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect(),
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    if text.is_empty() { "-".to_owned() } else { text }
}

/// A day in a column as the reader writes it; what is not a day stays as it is.
pub fn day(words: &Words, value: &Value) -> String {
    value.as_str().and_then(|text| Date::parse(text).ok()).map_or_else(|| word(value), |day| words.short_date(day))
}

/// A point in time in a column: the day as the reader writes it, and the minute in UTC. Whoever wants the second asks for JSON.
pub fn moment(words: &Words, value: &Value) -> String {
    let time = value.as_str().and_then(Timestamp::parse).map(|time| (time, time.to_string()));
    // A time is written as 2026-11-20T08:01:02Z.
    match time.as_ref().and_then(|(time, text)| Some((time.day(), text.get(11..16)?))) {
        Some((day, minute)) => format!("{} {minute} UTC", words.short_date(day)),
        None => word(value),
    }
}

/// Codes of a closed list, each in few words, with commas between them.
pub fn cells(words: &Words, list: &str, value: &Value) -> String {
    let cell = |value: &Value| value.as_str().map_or_else(|| word(value), |code| words.cell(list, &word(&Value::from(code))));
    match value {
        Value::Array(values) if !values.is_empty() => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::String(_) => cell(value),
        other => word(other),
    }
}

/// Yes or no.
pub fn yes_or_no(words: &Words, value: &Value) -> String {
    words.label(if value.as_bool() == Some(true) { "cell-yes" } else { "cell-no" })
}

/// The items of a list; none if it is not one.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Each member of an object on a line of its own, without what is not there and what is only proof.
pub fn lines_of(object: &Value) -> String {
    let mut text = String::new();
    add_lines("", object, &mut text);
    text
}

fn add_lines(prefix: &str, object: &Value, text: &mut String) {
    for (name, value) in object.as_object().into_iter().flatten().filter(|(name, value)| !value.is_null() && *name != "receipt") {
        let name = format!("{prefix}{}", name.replace('_', " "));
        if value.is_object() {
            add_lines(&format!("{name} "), value, text);
        } else {
            text.push_str(&format!("{name:<22}{}\n", word(value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

    #[test]
    fn columns_stand_below_each_other() {
        let mut table = Table::new(&["day", "what"]);
        table.row(vec!["2026-11-20".to_owned(), word(&json!("due\u{1b}[2J"))]);
        assert_eq!(table.text(), "day         what\n2026-11-20  due [2J\n");
        let mut next = table.next();
        next.row(vec!["-".to_owned(), word(&json!(["hold", "watermark"]))]);
        assert_eq!(next.text(), "-           hold, watermark\n");
    }

    #[test]
    fn days_and_codes_stand_as_the_reader_writes_them() {
        let (english, german) = (Words::of(Language::English), Words::of(Language::German));
        let value = json!({"day": "2026-11-20", "at": "2026-11-20T08:01:02Z", "codes": ["hold", "newer"], "none": [], "odd": "soon"});
        assert_eq!([english, german].map(|words| day(words, &value["day"])), ["2026-11-20", "20.11.2026"]);
        assert_eq!([english, german].map(|words| moment(words, &value["at"])), ["2026-11-20 08:01 UTC", "20.11.2026 08:01 UTC"]);
        assert_eq!(["odd", "day", "gone"].map(|key| moment(german, &value[key])), ["soon", "2026-11-20", "-"]);
        assert_eq!([english, german].map(|words| cells(words, "blocker", &value["codes"])), ["hold, newer", "Sperre, newer"]);
        assert_eq!((cells(german, "blocker", &value["none"]), day(german, &value["odd"])), ("-".to_owned(), "soon".to_owned()));
        assert_eq!((day(german, &value["gone"]), yes_or_no(german, &json!(true))), ("-".to_owned(), "ja".to_owned()));
    }

    #[test]
    fn what_is_missing_is_a_dash() {
        let value = json!({"a": null, "b": [], "c": 7, "d": true});
        assert_eq!(["a", "b", "c", "d", "e"].map(|key| word(&value[key])), ["-", "-", "7", "true", "-"]);
    }

    #[test]
    fn an_object_stands_on_lines() {
        let object = json!({"id": "x", "ends_on": null, "placed": {"at": "2026-11-20T08:00:00Z"}, "receipt": "long"});
        assert_eq!(lines_of(&object), "id                    x\nplaced at             2026-11-20T08:00:00Z\n");
    }
}

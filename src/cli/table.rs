//! Columns for people: what came as JSON, in a few words on a line.

use serde_json::Value;

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

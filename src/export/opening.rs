//! Lines of `openings.jsonl`: what opens one entry of the ledger, as JSON that everybody can check with HMAC-SHA-256.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::ExportError;
use crate::archive::EntryOpening;

#[derive(Serialize)]
struct Line<'a> {
    fields: BTreeMap<&'a str, Field<'a>>,
    id: String,
    index: u64,
}

#[derive(Serialize)]
struct Field<'a> {
    salt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_hex: Option<String>,
}

/// Writes the line of an entry. A value that is text stands there as text, any other one in hexadecimal.
pub(super) fn write_line(out: &mut dyn Write, opening: &EntryOpening) -> Result<(), ExportError> {
    let field = |value: &'_ [u8]| -> (Option<String>, Option<String>) {
        match std::str::from_utf8(value) {
            Ok(text) if !text.contains(char::is_control) => (Some(text.to_owned()), None),
            _ => (None, Some(hex::encode(value))),
        }
    };
    let values: Vec<_> = opening.fields.iter().map(|opening| field(&opening.value)).collect();
    let fields = opening.fields.iter().zip(&values).map(|(opening, (value, value_hex))| {
        let field = Field { salt: opening.salt.0.to_string(), value: value.as_deref(), value_hex: value_hex.clone() };
        (opening.field.as_str(), field)
    });
    let line = Line { fields: fields.collect(), id: opening.id.to_string(), index: opening.entry.0 };
    let mut json = serde_json::to_vec(&line).map_err(|error| ExportError::Form(error.to_string()))?;
    json.push(b'\n');
    Ok(out.write_all(&json)?)
}

/// Counts what is written and keeps nothing: a file's length stands before it.
#[derive(Default)]
pub(super) struct Counted(pub(super) u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

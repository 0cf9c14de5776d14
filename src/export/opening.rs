//! Lines of `openings.jsonl`: what opens one entry of the ledger, as JSON that everybody can check with HMAC-SHA-256.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::ExportError;
use crate::archive::EntryOpening;
use crate::limits::EXPORT_KEPT_BYTES_MAX;

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

/// Counts what is written, because a file's length stands before it, and keeps it as long as it is not too much.
pub(super) struct Counted {
    pub(super) bytes: u64,
    /// All that was written, unless that is more than [`EXPORT_KEPT_BYTES_MAX`].
    pub(super) kept: Option<Vec<u8>>,
}

impl Counted {
    pub(super) fn new() -> Self {
        Self { bytes: 0, kept: Some(Vec::new()) }
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes += bytes.len() as u64;
        self.kept = self.kept.take().filter(|kept| kept.len() + bytes.len() <= EXPORT_KEPT_BYTES_MAX).map(|mut kept| {
            kept.extend_from_slice(bytes);
            kept
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_counted_and_not_kept() {
        let mut counted = Counted::new();
        counted.write_all(b"ab").unwrap();
        counted.write_all(&vec![0; EXPORT_KEPT_BYTES_MAX - 2]).unwrap();
        assert_eq!(counted.kept.as_ref().map(Vec::len), Some(EXPORT_KEPT_BYTES_MAX));
        for beyond in 1..3 {
            counted.write_all(b"c").unwrap();
            assert_eq!((counted.bytes, counted.kept.is_none()), (EXPORT_KEPT_BYTES_MAX as u64 + beyond, true));
        }
    }
}

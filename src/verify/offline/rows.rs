//! Reading a column as far as it can be read: one unreadable block hides what is in it, not what lies behind it.

use super::Check;
use crate::store::{Column, Row, StoreError};
use crate::verify::catalogue;

type Reading<'a> = Box<dyn Iterator<Item = Result<Row, StoreError>> + 'a>;

/// The rows of a column whose keys begin with a prefix.
pub(super) struct Rows<'a> {
    check: &'a Check,
    column: Column,
    prefix: &'a [u8],
    reading: Option<Reading<'a>>,
    /// Key of the last row, or the prefix before there was one.
    last: Vec<u8>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(check: &'a Check, column: Column, prefix: &'a [u8]) -> Self {
        let mut rows = Self { check, column, prefix, reading: None, last: prefix.to_vec() };
        rows.reading = check.read(&rows.place(), check.store.rows(column, prefix, None)).map(|reading| Box::new(reading) as Reading<'a>);
        rows
    }

    fn place(&self) -> String {
        format!("column {}", self.column.name())
    }

    /// Goes on behind what cannot be read. How far that reaches nobody knows, so steps through the keys are doubled until there is
    /// something again; a little of what could be read may be left out with it.
    fn resume(&mut self, error: &StoreError) -> Option<Row> {
        let found = steps(&self.last, self.prefix).find_map(|from| {
            let mut reading: Reading<'a> = Box::new(self.check.store.rows(self.column, self.prefix, Some(&from)).ok()?);
            match reading.next() {
                Some(Err(_)) => None,
                Some(Ok(row)) => Some(Some((row, reading))),
                None => Some(None),
            }
        });
        let behind = |row: &Row| format!("and key {} ", hex::encode(&row.0));
        let to = found.as_ref().and_then(|found| found.as_ref()).map_or(String::new(), |(row, _)| behind(row));
        let text = format!("{error}; what lies behind key {} {to}was not checked", hex::encode(&self.last));
        self.check.found(catalogue::COLUMN_UNREADABLE, self.place(), text);
        let (row, reading) = found.flatten()?;
        self.reading = Some(reading);
        Some(row)
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let row = match self.reading.as_mut()?.next()? {
            Ok(row) => row,
            Err(error) => {
                self.reading = None;
                self.resume(&error)?
            }
        };
        self.last.clear();
        self.last.extend_from_slice(&row.0);
        Some(row)
    }
}

/// Keys behind `last`, in doubling distance, as long as they begin with `prefix`.
fn steps<'a>(last: &[u8], prefix: &'a [u8]) -> impl Iterator<Item = Vec<u8>> + 'a {
    // Before the first row the length of a key is not known; the distance of two rows rarely shows behind 16 bytes.
    const GUESS_BYTES: usize = 16;
    let mut start = last.to_vec();
    if last.len() == prefix.len() {
        start.resize(prefix.len() + GUESS_BYTES, 0);
    }
    let bits = 8 * (start.len() - prefix.len());
    (0..bits).filter_map(move |bit| add(start.clone(), bit)).take_while(move |key| key.starts_with(prefix))
}

/// The key as a number, with one bit added; `None` behind the last one.
fn add(mut key: Vec<u8>, bit: usize) -> Option<Vec<u8>> {
    let at = key.len().checked_sub(1 + bit / 8)?;
    let mut carry = 1_u16 << (bit % 8);
    for byte in key[..=at].iter_mut().rev() {
        let sum = u16::from(*byte) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    (carry == 0).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow_and_stay_behind_the_prefix() {
        let last = [&[7; 16][..], &[0, 0, 0, 0, 0, 0, 1, 255]].concat();
        let keys: Vec<Vec<u8>> = steps(&last, &[7; 16]).collect();
        assert_eq!(keys[0][16..], [0, 0, 0, 0, 0, 0, 2, 0]);
        assert_eq!(keys[9][16..], [0, 0, 0, 0, 0, 0, 3, 255]);
        assert!(keys.is_sorted_by(|a, b| a < b) && keys.iter().all(|key| *key > last && key[..16] == [7; 16]));
        assert_eq!(keys.len(), 64, "the whole space of keys of this length");
        assert_eq!(steps(&[7; 16], &[7; 16]).next().map(|key| key.len()), Some(32));
        assert_eq!(steps(&[255; 40], &[255; 40]).count(), 128);
        assert_eq!(steps(&[255; 24], &[255; 16]).count(), 0, "there is nothing behind the last key");
        assert_eq!(add(vec![255, 255], 0), None);
        assert_eq!(add(vec![1], 8), None);
    }
}

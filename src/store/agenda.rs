//! The agenda: every line of every case by its dates, so that "what becomes due in 2030" is one range of keys.
//!
//! A line stands in the list of its last day of keeping and in the list of its last permitted day; what has no dates yet stands in the
//! list of what is open, by the day on which its matter was opened, so that the oldest come first.

use super::column::Column;
use super::error::StoreError;
use super::{Store, codec};
use crate::model::retention::{Dates, DocumentFacts, Dossier, Line, MatterNumber};
use crate::model::{Address, CaseNumber, Date, DocumentNumber, VaultId};

/// A list of the agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// By the last day of keeping; also lines whose dates contradict each other.
    KeepUntil,
    /// By the last permitted day.
    DestroyBy,
    /// Without dates, or kept for ever, by the day on which the matter was opened. Among them are lines of classes that count from a document's
    /// own day; they speak for the documents that have no such day.
    Open,
    /// Minimum and maximum contradict each other, by the last day of keeping.
    Conflict,
}

impl List {
    fn number(self) -> u8 {
        match self {
            Self::KeepUntil => 1,
            Self::DestroyBy => 2,
            Self::Open => 3,
            Self::Conflict => 4,
        }
    }
}

/// An item of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The day under which it is listed.
    pub day: Date,
    /// The case.
    pub case: CaseNumber,
    /// The document, if the line is one document's own.
    pub document: Option<DocumentNumber>,
    /// The line.
    pub line: Line,
    /// Where a listing that ends behind this item goes on.
    pub cursor: Vec<u8>,
}

/// The keys and values under which the lines of a dossier stand.
pub fn of_dossier(vault: VaultId, case: CaseNumber, dossier: &Dossier) -> Vec<(Vec<u8>, Vec<u8>)> {
    let opened = |matter: MatterNumber| dossier.matter(matter).map(|matter| matter.opened_on);
    dossier.lines.iter().flat_map(|line| of_line(vault, Address::of_case(case), line, opened(line.matter))).collect()
}

/// The keys and values under which a document's own lines stand. One that is open is listed by the beginning of the calendar when
/// nobody knows since when.
pub fn of_document(vault: VaultId, address: Address, facts: &DocumentFacts) -> Vec<(Vec<u8>, Vec<u8>)> {
    facts.lines.iter().flat_map(|line| of_line(vault, address, line, facts.received)).collect()
}

fn of_line(vault: VaultId, address: Address, line: &Line, since: Option<Date>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut lists = Vec::with_capacity(2);
    match &line.dates {
        Dates::Computed { keep_until, destroy_by } => {
            lists.push((List::KeepUntil, Some(*keep_until)));
            lists.extend(destroy_by.map(|day| (List::DestroyBy, Some(day))));
            lists.extend(line.dates.is_conflict().then_some((List::Conflict, Some(*keep_until))));
        }
        // What is kept for ever belongs to what somebody must look at: a slip of the pen can have made it so.
        Dates::Open { .. } | Dates::Unclassed | Dates::Never => lists.push((List::Open, since)),
    }
    let value = codec::encode_line(line);
    let keyed = |(list, day): (List, Option<Date>)| {
        let class = line.class.as_ref().map_or("", |class| class.as_str());
        let mut key = list_key(vault, list, day.map_or(0, biased));
        key.extend_from_slice(&address.to_u64().to_be_bytes());
        key.extend_from_slice(&line.matter.0.to_be_bytes());
        key.extend_from_slice(class.as_bytes());
        (key, value.clone())
    };
    lists.into_iter().map(keyed).collect()
}

/// A cursor in front of everything that is listed by this day.
pub fn first_of(vault: VaultId, list: List, day: Date) -> Vec<u8> {
    list_key(vault, list, biased(day))
}

/// Whether a place is one of this list.
pub fn is_in(vault: VaultId, list: List, cursor: &[u8]) -> bool {
    cursor.starts_with(&[&vault.0[..], &[list.number()]].concat())
}

fn list_key(vault: VaultId, list: List, day: u32) -> Vec<u8> {
    [&vault.0[..], &[list.number()], &day.to_be_bytes()].concat()
}

/// Days before 1970 must sort before days after it.
fn biased(day: Date) -> u32 {
    (day.days() as u32) ^ (1 << 31)
}

/// Reads an item; a key or value that is not one is an error, never left out.
pub fn parse(key: &[u8], value: &[u8]) -> Result<Item, StoreError> {
    let damaged = || StoreError::Damaged("a key of column agenda is not one".to_owned());
    let part = |from: usize, to: usize| key.get(from..to).ok_or_else(damaged);
    let day = u32::from_be_bytes(part(17, 21)?.try_into().map_err(|_| damaged())?);
    let address = Address::from_u64(u64::from_be_bytes(part(21, 29)?.try_into().map_err(|_| damaged())?));
    let document = Some(address.document).filter(|document| *document != DocumentNumber::CASE_ITSELF);
    // Day 0 stands for "nobody knows".
    let day = if day == 0 { Date::from_days(0) } else { Date::from_days((day ^ (1 << 31)) as i32) };
    let line = codec::decode_line(value).map_err(StoreError::unreadable(Column::Agenda))?;
    // Behind this key: no key has a byte more than a class has characters.
    let cursor = [key, &[0xff]].concat();
    Ok(Item { day: day.ok_or_else(damaged)?, case: address.case, document, line, cursor })
}

impl Store {
    /// Items of a list up to and including `until`, oldest first, from `cursor` on.
    pub fn agenda(
        &self,
        vault: VaultId,
        list: List,
        until: Option<Date>,
        cursor: Option<&[u8]>,
    ) -> Result<impl Iterator<Item = Result<Item, StoreError>> + '_, StoreError> {
        let first = list_key(vault, list, 0);
        let end = until.and_then(|day| day.plus_days(1)).map(|day| list_key(vault, list, biased(day)));
        let from = cursor.filter(|cursor| *cursor > first.as_slice()).map_or(first, <[u8]>::to_vec);
        let prefix = [&vault.0[..], &[list.number()]].concat();
        let rows = self.rows_from(Column::Agenda, from)?;
        Ok(rows
            .take_while(move |row| {
                row.as_ref().map_or(true, |(key, _)| key.starts_with(&prefix) && end.as_ref().is_none_or(|end| &key[..] < end.as_slice()))
            })
            .map(|row| row.and_then(|(key, value)| parse(&key, &value))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::retention::Code;

    fn line(dates: Dates) -> Line {
        Line { matter: MatterNumber(3), class: Some(Code::parse("LEIST").unwrap()), version: 1, dates }
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_line_is_read_back_from_every_list_it_stands_in() {
        let vault = VaultId([7; 16]);
        let case = CaseNumber::new(9).unwrap();
        for (dates, lists) in [
            (Dates::Unclassed, 1),
            (Dates::Never, 1),
            (Dates::Computed { keep_until: day("1955-03-15"), destroy_by: None }, 1),
            (Dates::Computed { keep_until: day("2024-03-15"), destroy_by: Some(day("2024-06-13")) }, 2),
            (Dates::Computed { keep_until: day("2024-03-15"), destroy_by: Some(day("2022-01-01")) }, 3),
        ] {
            let rows = of_line(vault, Address::of_case(case), &line(dates.clone()), Some(day("2014-01-01")));
            assert_eq!(rows.len(), lists, "{dates:?}");
            for (key, value) in rows {
                let item = parse(&key, &value).unwrap();
                assert_eq!((item.case, item.document, item.line.dates), (case, None, dates.clone()));
            }
        }
    }

    #[test]
    fn earlier_days_come_first() {
        let key = |text: &str| list_key(VaultId([7; 16]), List::KeepUntil, biased(day(text)));
        assert!(key("0001-01-01") < key("1969-12-31") && key("1969-12-31") < key("1970-01-01") && key("1970-01-01") < key("9999-12-31"));
    }
}

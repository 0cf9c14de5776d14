//! The bytes of a ledger entry, form "eal1": canonical JSON (RFC 8785) of a small and fixed subset.
//!
//! `{"c":{field:commitment,...},"ev":code,"h":handle,"id":event id,"pub":{name:code or integer,...},"t":time,"up":index,"v":1}`
//! in this order, without white space; `c`, `pub` and `up` are left out when there is nothing in them. Names are sorted, hashes and
//! ids are lower-case hexadecimal, integers have no sign, and no character needs an escape. So an entry has exactly one spelling, and
//! reading is comparing: the parser walks along it and refuses whatever else it meets.
//!
//! An entry holds no personal data: `pub` takes codes from closed lists and counts, never free text.

use std::io::Write;

use super::commitment::Commitment;
use super::event::EventCode;
use crate::limits::LEDGER_ENTRY_BYTES_MAX;
use crate::model::{Digest, EventId, Handle, LedgerIndex, Timestamp};

/// Longest name of a field or code, and longest code, in characters.
const CODE_CHARACTERS_MAX: usize = 128;
/// Largest integer in `pub`: what every JSON reader keeps exactly (RFC 8785 section 3.2.2.3).
const INTEGER_MAX: u64 = (1 << 53) - 1;
/// The one code that may contain `/`: the name of a log.
const ORIGIN: &str = "origin";

/// Why bytes are not an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Longer than a bundle can hold.
    #[error("an entry has at most {LEDGER_ENTRY_BYTES_MAX} bytes")]
    TooLong,
    /// Not the canonical form; the number is the offset in bytes where it stops being that.
    #[error("the entry is not canonical from byte {0} on")]
    Form(usize),
    /// An event that this version of the format does not have.
    #[error("the entry's event is not one of the format eal1")]
    UnknownEvent,
}

/// A value in `pub`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// A count, at most 2^53 - 1.
    Integer(u64),
    /// A code such as `SHA-256`: letters, digits, `.`, `_`, `:`, `-`.
    Text(String),
}

/// An entry that was read from canonical bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What happened.
    pub event: EventCode,
    /// To what: random, the same in all entries about one subject.
    pub handle: Handle,
    /// Which event; separates the salts.
    pub id: EventId,
    /// When.
    pub time: Timestamp,
    /// The previous entry about the same subject.
    pub up: Option<LedgerIndex>,
    /// Codes that everybody may read, by name.
    pub codes: Vec<(String, Code)>,
    /// Commitments to values that not everybody may read, by field.
    pub commitments: Vec<(String, Commitment)>,
}

impl Entry {
    /// Reads an entry. Accepts exactly the bytes that [`encode`](Self::encode) gives.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > LEDGER_ENTRY_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        let mut cursor = Cursor { bytes, at: 0 };
        let entry = cursor.entry().ok_or(EntryError::Form(cursor.at))??;
        // Walking along the canonical form cannot accept anything else; writing it again is the proof.
        if entry.encode() == bytes { Ok(entry) } else { Err(EntryError::Form(0)) }
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = encode_head(self.event, self.handle, self.id, &self.codes, &self.commitments);
        encode_tail(&mut bytes, self.time, self.up);
        bytes
    }

    /// The commitment in a field.
    pub fn commitment(&self, field: &str) -> Option<&Commitment> {
        self.commitments.iter().find(|(name, _)| name == field).map(|(_, commitment)| commitment)
    }
}

/// Everything up to the time, which only the committer knows. Names must be sorted, and good by [`is_name`].
pub(super) fn encode_head<N: AsRef<str>>(
    event: EventCode,
    handle: Handle,
    id: EventId,
    codes: &[(N, Code)],
    commitments: &[(N, Commitment)],
) -> Vec<u8> {
    let mut json = String::with_capacity(256 + commitments.len() * (2 * Digest::BYTES + 24));
    json.push('{');
    for (number, (field, commitment)) in commitments.iter().enumerate() {
        json.push_str(if number == 0 { "\"c\":{\"" } else { ",\"" });
        json.push_str(field.as_ref());
        json.push_str("\":\"");
        push_hex(&mut json, commitment.0.as_bytes());
        json.push('"');
    }
    if !commitments.is_empty() {
        json.push_str("},");
    }
    json.push_str("\"ev\":\"");
    json.push_str(event.as_str());
    json.push_str("\",\"h\":\"");
    push_hex(&mut json, &handle.0);
    json.push_str("\",\"id\":\"");
    push_hex(&mut json, &id.0);
    json.push_str("\",");
    for (number, (name, code)) in codes.iter().enumerate() {
        json.push_str(if number == 0 { "\"pub\":{\"" } else { ",\"" });
        json.push_str(name.as_ref());
        json.push_str("\":");
        match code {
            Code::Integer(number) => json.push_str(&number.to_string()),
            Code::Text(text) => json.extend(["\"", text, "\""]),
        }
    }
    if !codes.is_empty() {
        json.push_str("},");
    }
    json.into_bytes()
}

/// The rest: time, back-pointer and version.
pub(super) fn encode_tail(bytes: &mut Vec<u8>, time: Timestamp, up: Option<LedgerIndex>) {
    let written = write!(bytes, "\"t\":\"{time}\"").and_then(|()| match up {
        Some(index) => write!(bytes, ",\"up\":{},\"v\":1}}", index.0),
        None => bytes.write_all(b",\"v\":1}"),
    });
    written.expect("memory must take what is written to it");
}

fn push_hex(json: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        json.push(char::from(DIGITS[usize::from(byte >> 4)]));
        json.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// Whether a text can be the name of a field or code: such names need no escapes and sort by their bytes.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_');
    (1..=CODE_CHARACTERS_MAX).contains(&name.len()) && name.bytes().all(allowed)
}

/// Whether a text can be the code called `name`.
pub(super) fn is_code(name: &str, text: &str) -> bool {
    let allowed =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b':' | b'-') || (byte == b'/' && name == ORIGIN);
    (1..=CODE_CHARACTERS_MAX).contains(&text.len()) && text.bytes().all(allowed)
}

/// Walks along the canonical form. `None` means that the bytes at `at` are not what must come next.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn entry(&mut self) -> Option<Result<Entry, EntryError>> {
        self.literal("{")?;
        let mut commitments = Vec::new();
        if self.literal("\"c\":{").is_some() {
            self.members(&mut commitments, Self::commitment)?;
            self.literal("},")?;
        }
        self.literal("\"ev\":")?;
        let Some(event) = EventCode::parse(self.string()?) else { return Some(Err(EntryError::UnknownEvent)) };
        self.literal(",\"h\":")?;
        let handle = Handle::from_hex(self.string()?)?;
        self.literal(",\"id\":")?;
        let id = EventId::from_hex(self.string()?)?;
        let mut codes = Vec::new();
        if self.literal(",\"pub\":{").is_some() {
            self.members(&mut codes, Self::code)?;
            self.literal("}")?;
        }
        self.literal(",\"t\":")?;
        let time = Timestamp::parse(self.string()?)?;
        let up = if self.literal(",\"up\":").is_some() { Some(LedgerIndex(self.integer()?)) } else { None };
        self.literal(",\"v\":1}")?;
        let end = self.at == self.bytes.len();
        end.then_some(Ok(Entry { event, handle, id, time, up, codes, commitments }))
    }

    /// At least one `"name":value`, names strictly ascending, so that none comes twice.
    fn members<T>(&mut self, members: &mut Vec<(String, T)>, value: fn(&mut Self, &str) -> Option<T>) -> Option<()> {
        loop {
            let name = self.string()?;
            let ascending = members.last().is_none_or(|(last, _)| last.as_str() < name);
            if !ascending || !is_name(name) {
                return None;
            }
            self.literal(":")?;
            let value = value(self, name)?;
            members.push((name.to_owned(), value));
            if self.literal(",").is_none() {
                return Some(());
            }
        }
    }

    fn commitment(&mut self, _name: &str) -> Option<Commitment> {
        Digest::from_hex(self.string()?).map(Commitment)
    }

    fn code(&mut self, name: &str) -> Option<Code> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return self.integer().filter(|number| *number <= INTEGER_MAX).map(Code::Integer);
        }
        let text = self.string()?;
        is_code(name, text).then(|| Code::Text(text.to_owned()))
    }

    fn literal(&mut self, literal: &str) -> Option<()> {
        let there = self.bytes[self.at..].starts_with(literal.as_bytes());
        self.at += if there { literal.len() } else { 0 };
        there.then_some(())
    }

    /// The characters between quotes. Escapes are refused: nothing in an entry needs one.
    fn string(&mut self) -> Option<&'a str> {
        self.literal("\"")?;
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| *byte == b'"')?;
        let text = std::str::from_utf8(&rest[..length]).ok()?;
        if text.contains('\\') {
            return None;
        }
        self.at += length + 1;
        Some(text)
    }

    fn integer(&mut self) -> Option<u64> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = super::text::parse_decimal(std::str::from_utf8(&rest[..length]).ok()?)?;
        self.at += length;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{digest_of, digests_of, mth, mutate, vectors};
    use crate::ledger::{Opening, Salt, leaf_hash};

    fn sample_entries() -> Vec<&'static str> {
        vectors()["sample_ledger"]["entries_utf8"].as_array().unwrap().iter().map(|entry| entry.as_str().unwrap()).collect()
    }

    #[test]
    fn the_sample_ledger_is_read_and_written_again() {
        let sample = &vectors()["sample_ledger"];
        let mut hashes = Vec::new();
        for text in sample_entries() {
            let entry = Entry::parse(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(entry.encode()).unwrap(), text);
            // The general reader of the ecosystem sees the same values.
            let json: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(json["ev"], entry.event.as_str());
            assert_eq!(json["up"].as_u64(), entry.up.map(|index| index.0));
            hashes.push(leaf_hash(text.as_bytes()));
        }
        assert_eq!(hashes, digests_of(&sample["leaf_hashes"]));
        assert_eq!(mth(&hashes), digest_of(&sample["root"]));
    }

    #[test]
    fn the_sample_opening_opens_its_entry() {
        let opening = &vectors()["sample_ledger"]["opening_for_index_1"];
        let entry = Entry::parse(sample_entries()[1].as_bytes()).unwrap();
        assert_eq!(entry.id, EventId::from_hex(opening["id"].as_str().unwrap()).unwrap());
        let fields = opening["fields"].as_object().unwrap();
        assert_eq!(fields.len(), entry.commitments.len());
        for (field, opened) in fields {
            let value = match opened.get("value_hex") {
                Some(value) => hex::decode(value.as_str().unwrap()).unwrap(),
                None => opened["value"].as_str().unwrap().as_bytes().to_vec(),
            };
            let opening = Opening { field: field.clone(), salt: Salt(digest_of(&opened["salt"])), value };
            assert!(opening.opens(entry.commitment(field).unwrap()), "{field}");
        }
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let good = sample_entries()[6];
        let first = sample_entries()[0];
        assert!(Entry::parse(good.as_bytes()).is_ok());
        for (from, to) in [
            ("{\"c\"", "{ \"c\""),
            ("\"v\":1}", "\"v\":1}\n"),
            ("\"v\":1}", "\"v\":2}"),
            ("\"v\":1}", "\"v\":1,\"w\":1}"),
            ("\"v\":1}", "\"v\":1.0}"),
            ("\"up\":5", "\"up\":05"),
            ("\"up\":5", "\"up\":-5"),
            ("\"up\":5", "\"up\":5e0"),
            ("\"up\":5", "\"up\":\"5\""),
            ("\"up\":5", "\"up\":null"),
            ("\"up\":5", "\"up\":5,\"up\":5"),
            ("\"keys\":1", "\"keys\":1,\"keys\":1"),
            ("\"keys\":1", "\"keys\":9007199254740992"),
            ("\"keys\":1", "\"keys\":true"),
            ("\"keys\":1", "\"keys\":{}"),
            ("\"keys\":1", "\"Keys\":1"),
            ("\"basis\":\"A7\",\"keys\":1", "\"keys\":1,\"basis\":\"A7\""),
            ("\"basis\":\"A7\"", "\"basis\":\"\""),
            ("\"basis\":\"A7\"", "\"basis\":\"A 7\""),
            ("\"basis\":\"A7\"", "\"basis\":\"A/7\""),
            ("\"basis\":\"A7\"", "\"basis\":\"A\\u0037\""),
            ("\"basis\":\"A7\"", "\"basis\":\"\u{c4}7\""),
            ("\"ev\":\"doc.destroy\"", "\"ev\":\"doc.destroyed\""),
            ("\"ev\":\"doc.destroy\"", "\"ev\":\"doc\\u002edestroy\""),
            ("\"h\":\"da12", "\"h\":\"DA12"),
            ("\"h\":\"da12", "\"h\":\"da"),
            ("\"t\":\"2026-11-20T12:00:00Z\"", "\"t\":\"2026-11-20T12:00:00.0Z\""),
            ("\"t\":\"2026-11-20T12:00:00Z\"", "\"t\":\"2026-11-20T13:00:00+01:00\""),
            ("\"t\":\"2026-11-20T12:00:00Z\"", "\"t\":\"2026-02-30T12:00:00Z\""),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from} is in the entry");
            assert!(Entry::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        for bad in [
            first.replacen("{\"ev\"", "{\"c\":{},\"ev\"", 1),
            first.replacen("\"pub\":{", "\"pub\":{},\"pub\":{", 1),
            first.replacen("\"hash\":\"SHA-256\"", "\"hash\":\"SHA/256\"", 1),
        ] {
            assert!(Entry::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        let unknown = good.replacen("doc.destroy", "doc.shred", 1);
        assert_eq!(Entry::parse(unknown.as_bytes()), Err(EntryError::UnknownEvent));
        assert_eq!(Entry::parse(&vec![b'{'; 65_536]), Err(EntryError::TooLong));
        assert_eq!(Entry::parse(b""), Err(EntryError::Form(0)));
    }

    #[test]
    fn damaged_entries_never_panic() {
        for (seed, text) in sample_entries().into_iter().enumerate() {
            mutate(text.as_bytes(), 5_000, seed as u64, |bytes| {
                if let Ok(entry) = Entry::parse(bytes) {
                    assert_eq!(entry.encode(), bytes);
                    serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
                }
            });
        }
    }
}

//! What the bag opens of the entries: each value must be the one that its entry commits to, and each document the one that was stored.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::logs::Log;
use super::pass::Shared;
use super::{documents, proofs};
use crate::certificate::JsonCursor;
use crate::ledger::{Entry, EventCode, Opening, Salt, TilePath, UnverifiedReceipt, leaf_hash, parse_bundle, tile_width};
use crate::limits::{BAG_LINE_BYTES_MAX, BAG_OPENINGS_BATCH, LEDGER_ENTRY_BYTES_MAX, RECEIPT_BYTES_MAX, TILE_WIDTH};
use crate::model::{Digest, EventId, Handle};
use crate::verify::catalogue;
use crate::verify::pool::in_threads;

/// What was opened.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// Entries that were opened, at least in part.
    pub(super) entries: AtomicU64,
    /// Values in them.
    pub(super) values: AtomicU64,
    /// Files with the content of a document whose opened entry states their SHA-256, by their places.
    proven: Mutex<HashSet<usize>>,
    /// What opened entries say about access ledgers that were closed, in the byte form of notes.
    pub(super) seals: Mutex<Vec<Vec<u8>>>,
    /// Opened entries of stored documents whose content is not in the bag.
    pub(super) without_content: AtomicU64,
}

impl Opened {
    /// Whether a file is the content of a document that was stored.
    pub(super) fn is_proven(&self, place: usize) -> bool {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner).contains(&place)
    }
}

/// A line as it stands in the file.
struct Claimed {
    index: u64,
    id: EventId,
    fields: Vec<Opening>,
}

/// Some lines of one file, with the number of the first one.
struct Batch {
    log: usize,
    first: u64,
    lines: Vec<Vec<u8>>,
}

/// Where the openings of a ledger stand.
fn file_of(prefix: &str, is_main: bool) -> String {
    if is_main { "data/openings.jsonl".to_owned() } else { format!("{prefix}openings.jsonl") }
}

/// Checks all openings; `false` if a thread ended before its time.
#[must_use]
pub(super) fn check(shared: &Arc<Shared>, opened: &Arc<Opened>, threads: usize) -> bool {
    let (working, counting) = (Arc::clone(shared), Arc::clone(opened));
    let work = move |batch| Checking { shared: &working, opened: &counting }.batch(batch);
    in_threads(threads, work, |hand_over| {
        for (log, part) in shared.logs.iter().enumerate() {
            let name = file_of(&part.prefix, part.is_main());
            let Some(place) = shared.container.find(&name) else { continue };
            let mut hand_over = |first, lines| hand_over(Batch { log, first, lines });
            match read_lines(shared, place, &mut hand_over) {
                Ok(None) => {}
                Ok(Some(line)) => {
                    shared.collector.found(catalogue::OPENING_MALFORMED, format!("{name} line {line}"), "the line does not end")
                }
                Err(error) => shared.collector.found(catalogue::BAG_UNREADABLE, name, error.to_string()),
            }
        }
    })
}

/// Hands over the lines of a file; answers the number of one that is too long or has no end.
fn read_lines(shared: &Shared, place: usize, hand_over: &mut dyn FnMut(u64, Vec<Vec<u8>>)) -> io::Result<Option<u64>> {
    let mut reader = BufReader::with_capacity(256 << 10, shared.container.reader(place)?);
    let (mut number, mut lines, mut bytes) = (0, Vec::new(), 0);
    loop {
        let mut line = Vec::new();
        let read = (&mut reader).take(BAG_LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        let ends = read == 0;
        if !ends && line.pop() != Some(b'\n') {
            return Ok(Some(number + 1));
        }
        if !ends {
            number += 1;
            bytes += read;
            lines.push(line);
        }
        if ends || lines.len() == BAG_OPENINGS_BATCH || bytes >= 1 << 20 {
            hand_over(number + 1 - lines.len() as u64, std::mem::take(&mut lines));
            bytes = 0;
        }
        if ends {
            return Ok(None);
        }
    }
}

fn parse(line: &[u8]) -> Option<Claimed> {
    let mut cursor = JsonCursor::new(line);
    cursor.literal("{\"fields\":{")?;
    let mut fields: Vec<Opening> = Vec::new();
    while cursor.more(fields.is_empty()) {
        let field = cursor.string()?;
        cursor.literal(":{\"salt\":")?;
        let salt = Salt(Digest::from_hex(&cursor.string()?)?);
        let value = match cursor.literal(",\"value\":") {
            Some(()) => cursor.string()?.into_bytes(),
            None => {
                cursor.literal(",\"value_hex\":")?;
                hex::decode(cursor.string()?).ok()?
            }
        };
        cursor.literal("}")?;
        fields.push(Opening { field, salt, value });
    }
    cursor.literal("},\"id\":")?;
    let id = EventId::from_hex(&cursor.string()?)?;
    cursor.literal(",\"index\":")?;
    let index = cursor.number()?;
    cursor.literal("}")?;
    (cursor.offset() == line.len()).then_some(Claimed { index, id, fields })
}

struct Checking<'a> {
    shared: &'a Shared,
    opened: &'a Opened,
}

impl Checking<'_> {
    fn batch(&self, batch: Batch) {
        let log = &self.shared.logs[batch.log];
        let name = file_of(&log.prefix, log.is_main());
        // Openings come in the order of the entries, so one bundle serves many of them.
        let mut recent = None;
        for (number, line) in (batch.first..).zip(&batch.lines) {
            let place = format!("{name} line {number}");
            let found = |code, text: &str| self.shared.collector.found(code, &place, text);
            let Some(claimed) = parse(line) else {
                found(catalogue::OPENING_MALFORMED, "the line is not the opening of an entry");
                continue;
            };
            match self.entry(batch.log, claimed.index, &mut recent) {
                Some(entry) => self.open(&place, &entry, &claimed, log.is_main()),
                // Where entries are missing there is a finding about them.
                None if !log.is_bare && log.chain(|chain| chain.torn) => {}
                None => found(catalogue::OPENING_DIFFERS, "the ledger in this bag has no such entry, or it cannot be read"),
            }
        }
    }

    /// An entry whose hash is in the tree.
    fn entry(&self, log: usize, index: u64, recent: &mut Option<(u64, Vec<u8>)>) -> Option<Entry> {
        let log = &self.shared.logs[log];
        if log.is_bare {
            return self.entry_of_receipt(log, index);
        }
        let bundle = index / TILE_WIDTH as u64;
        let width = tile_width(log.head().size(), 0, bundle)?;
        if recent.as_ref().is_none_or(|(number, _)| *number != bundle) {
            let name = format!("{}{}", log.prefix, TilePath::Entries { index: bundle, width });
            let place = self.shared.container.find(&name)?;
            let bytes = self.shared.container.read(place, (TILE_WIDTH * (LEDGER_ENTRY_BYTES_MAX + 2)) as u64).ok()?;
            *recent = Some((bundle, bytes));
        }
        let (_, bytes) = recent.as_ref()?;
        let entry = *parse_bundle(bytes, width).ok()?.get((index % TILE_WIDTH as u64) as usize)?;
        let is_in_tree = log.chain(|chain| chain.tree.leaf(index) == Some(&leaf_hash(entry)));
        Entry::parse(entry).ok().filter(|_| is_in_tree)
    }

    /// The entry that its own receipt brings along.
    fn entry_of_receipt(&self, log: &Log, index: u64) -> Option<Entry> {
        let place = self.shared.container.find(&proofs::name_of(index))?;
        let receipt = UnverifiedReceipt::parse(&self.shared.container.read(place, RECEIPT_BYTES_MAX as u64).ok()?).ok()?;
        let entry = proofs::prove_alone(log, &receipt).ok().filter(|_| receipt.claimed_index().0 == index)?;
        Entry::parse(&entry).ok()
    }

    fn open(&self, place: &str, entry: &Entry, claimed: &Claimed, is_main: bool) {
        let found = |code, text: String| self.shared.collector.found(code, place, text);
        if entry.id != claimed.id || claimed.fields.is_empty() {
            return found(catalogue::OPENING_DIFFERS, format!("it is not an opening of entry {}", claimed.index));
        }
        for opening in &claimed.fields {
            if !entry.commitment(&opening.field).is_some_and(|commitment| opening.opens(commitment)) {
                let text = format!("{} is not the value that entry {} commits to", opening.field, claimed.index);
                return found(catalogue::OPENING_DIFFERS, text);
            }
        }
        self.opened.entries.fetch_add(1, Ordering::Relaxed);
        self.opened.values.fetch_add(claimed.fields.len() as u64, Ordering::Relaxed);
        if is_main && entry.event == EventCode::ShardSeal {
            let notes = claimed.fields.iter().filter(|opening| opening.field == "sub.note").map(|opening| opening.value.clone());
            self.opened.seals.lock().unwrap_or_else(PoisonError::into_inner).extend(notes);
        }
        if is_main && entry.event == EventCode::DocumentStore {
            self.document(place, entry.handle, &claimed.fields);
        }
    }

    /// Holds the content in the bag against what was opened of its entry.
    fn document(&self, place: &str, handle: Handle, fields: &[Opening]) {
        let value = |name: &str| fields.iter().find(|opening| opening.field == name).map(|opening| opening.value.as_slice());
        let Some(sha256) = value("sub.sha256") else { return };
        let files = documents::find(self.shared, handle, sha256);
        if files.is_empty() {
            self.opened.without_content.fetch_add(1, Ordering::Relaxed);
        }
        for place_of_content in files {
            let file = &self.shared.container.files()[place_of_content];
            let Some(digests) = self.shared.digests[place_of_content].get() else { continue };
            let same = sha256 == digests.sha256.as_bytes()
                && value("sub.sha512").is_none_or(|sha512| sha512 == digests.sha512)
                && value("sub.size").is_none_or(|size| size == file.bytes.to_string().as_bytes());
            if same {
                self.opened.proven.lock().unwrap_or_else(PoisonError::into_inner).insert(place_of_content);
            } else {
                let text = format!("it is not the document that was stored, by {place}");
                self.shared.collector.found(catalogue::CONTENT_DIFFERS, &file.name, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_one_form() {
        let salt = "ab".repeat(32);
        let good = format!(
            "{{\"fields\":{{\"act.user\":{{\"salt\":\"{salt}\",\"value\":\"a \\\"b\\\"\"}},\"sub.x\":{{\"salt\":\"{salt}\",\"value_hex\":\"00ff\"}}}},\
             \"id\":\"{}\",\"index\":7}}",
            "cd".repeat(16)
        );
        let claimed = parse(good.as_bytes()).unwrap();
        let values: Vec<&[u8]> = claimed.fields.iter().map(|opening| opening.value.as_slice()).collect();
        assert_eq!((claimed.index, values), (7, vec![b"a \"b\"".as_slice(), &[0, 0xff]]));
        for (from, to) in
            [("\"index\":7", "\"index\":\"7\""), ("}", "} "), ("ab", "AB"), ("cd", ""), ("\"fields\"", "\"Fields\""), ("00ff", "0")]
        {
            assert!(parse(good.replacen(from, to, 1).as_bytes()).is_none(), "{to}");
        }
        assert!(parse(format!("{good}\n").as_bytes()).is_none());
    }
}

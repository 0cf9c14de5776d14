//! What the entries of one ledger must be in their order: back-pointers that leave nothing out, times that never go back, lives of
//! documents that begin with storing and end with destroying.
//!
//! These are the rules of the format. Which fields an event has is not asked: an archive of another version may write more of them.

use std::collections::{BTreeMap, HashMap};

use super::tree::{Leaves, Tree};
use crate::ledger::{Code, Entry, EventCode};
use crate::model::{Handle, LedgerIndex, Timestamp};
use crate::verify::catalogue;
use crate::verify::report::Collector;

/// What is asked of an entry once its form is good.
pub(super) struct Facts {
    event: EventCode,
    handle: Handle,
    time: Timestamp,
    up: Option<LedgerIndex>,
    /// The origin that a `ledger.open` names.
    origin: Option<String>,
}

impl Facts {
    /// The facts of an entry.
    pub(super) fn of(entry: Entry) -> Self {
        let (event, handle, time, up) = (entry.event, entry.handle, entry.time, entry.up);
        let origin = entry.codes.into_iter().find(|(name, _)| event == EventCode::LedgerOpen && name == "origin");
        let origin = origin.and_then(|(_, code)| if let Code::Text(origin) = code { Some(origin) } else { None });
        Self { event, handle, time, up, origin }
    }
}

/// What a bundle has come to.
pub(super) struct Read {
    /// Its leaf hashes.
    pub(super) leaves: Leaves,
    /// The facts of its entries; `None` for one that is malformed.
    pub(super) facts: Vec<Option<Facts>>,
}

/// What is remembered of a subject.
#[derive(Debug, Clone, Copy)]
struct Subject {
    last: u64,
    /// Whether it was stored as a document.
    stored: bool,
    /// The entry that destroyed it.
    destroyed: Option<u64>,
}

/// One ledger, entry by entry.
#[derive(Debug, Default)]
pub(super) struct Chain {
    place: String,
    origin: String,
    /// Whether it is an access ledger: its entries have no back-pointers, because it is shown whole or not at all.
    of_accesses: bool,
    /// The recomputed tree.
    pub(super) tree: Tree,
    next: u64,
    /// Whether bundles are missing or malformed, so that there is no tree behind them.
    pub(super) torn: bool,
    subjects: HashMap<Handle, Subject>,
    /// Time of the first and of the last entry.
    pub(super) times: Option<(Timestamp, Timestamp)>,
    /// How often each event happened.
    pub(super) events: BTreeMap<&'static str, u64>,
}

impl Chain {
    /// The chain of the ledger called `origin`, before its first entry.
    pub(super) fn new(place: &str, origin: &str, of_accesses: bool) -> Self {
        Self { place: place.to_owned(), origin: origin.to_owned(), of_accesses, ..Self::default() }
    }

    /// Goes behind a bundle that cannot be read.
    pub(super) fn skip(&mut self, entries: u64) {
        self.torn = true;
        self.next += entries;
    }

    /// Takes the next bundle.
    pub(super) fn push(&mut self, collector: &Collector, read: Read) {
        if !self.torn {
            self.tree.push(read.leaves);
        }
        for facts in read.facts {
            if let Some(facts) = facts {
                self.inspect(collector, facts);
            }
            self.next += 1;
        }
    }

    /// Whether a document with this handle was stored.
    pub(super) fn is_stored(&self, handle: Handle) -> bool {
        self.subjects.get(&handle).is_some_and(|subject| subject.stored)
    }

    /// The entry that destroyed the document with this handle.
    pub(super) fn destroyed(&self, handle: Handle) -> Option<u64> {
        self.subjects.get(&handle)?.destroyed
    }

    /// How often an event happened.
    pub(super) fn count(&self, event: EventCode) -> u64 {
        self.events.get(event.as_str()).copied().unwrap_or_default()
    }

    fn inspect(&mut self, collector: &Collector, facts: Facts) {
        let found = |code, text: String| collector.found(code, format!("{} entry {}", self.place, self.next), text);
        let (index, event) = (self.next, facts.event);
        *self.events.entry(event.as_str()).or_default() += 1;
        if self.times.is_some_and(|(_, last)| facts.time < last) {
            found(catalogue::TIME_WENT_BACK, "the entry is older than the one before it".to_owned());
        }
        if (event == EventCode::LedgerOpen) != (index == 0) {
            found(catalogue::EVENT_ORDER, "a ledger begins with ledger.open and has no other one".to_owned());
        }
        if event == EventCode::LedgerOpen && facts.origin.as_ref() != Some(&self.origin) {
            found(catalogue::EVENT_ORDER, format!("the ledger was opened under another name than {}", self.origin));
        }
        let before = self.subjects.get(&facts.handle).copied().filter(|_| !self.of_accesses);
        if facts.up.map(|up| up.0) != before.map(|before| before.last) {
            let expected = before.map_or("none".to_owned(), |before| before.last.to_string());
            found(catalogue::BACK_POINTER, format!("the back-pointer of handle {} should be {expected}", facts.handle));
        }
        let out_of_place = self.of_accesses != event.is_of_access() && event != EventCode::LedgerOpen;
        let wrong = if out_of_place { Some("is of another kind of ledger") } else { out_of_order(event, before.as_ref(), self.torn) };
        if let Some(text) = wrong {
            found(catalogue::EVENT_ORDER, format!("{} {text}, by handle {}", event.as_str(), facts.handle));
        }
        match event {
            EventCode::AnchorAccept => found(catalogue::ANCHOR_ACCEPTED, "an operator went on although the anchor was lost".to_owned()),
            EventCode::ArchiveRestore => found(catalogue::ARCHIVE_RESTORED, "the archive went on from a backup".to_owned()),
            _ => {}
        }
        let (first, last) = self.times.unwrap_or((facts.time, facts.time));
        self.times = Some((first, last.max(facts.time)));
        let mut subject = before.unwrap_or(Subject { last: index, stored: false, destroyed: None });
        subject.last = index;
        subject.stored |= event == EventCode::DocumentStore;
        subject.destroyed = subject.destroyed.or((event == EventCode::DocumentDestroy).then_some(index));
        self.subjects.insert(facts.handle, subject);
    }
}

/// What is wrong with an event at this point of its subject's life.
fn out_of_order(event: EventCode, before: Option<&Subject>, torn: bool) -> Option<&'static str> {
    match (event, before) {
        (EventCode::DocumentStore | EventCode::CaseOpen, Some(_)) => Some("comes again"),
        (_, Some(before)) if before.destroyed.is_some() && event != EventCode::PaperDestroy => Some("comes behind the destruction"),
        (EventCode::DocumentDestroy, Some(before)) if !before.stored => Some("destroys what was not stored"),
        // Behind a gap the beginning may be among what is missing.
        (EventCode::DocumentDestroy, None) if !torn => Some("destroys what was not stored"),
        (event, None) if event.continues_note() && !torn => Some("continues nothing that has begun"),
        _ => None,
    }
}

/// Puts bundles that several threads have read back into their order.
#[derive(Debug)]
pub(super) struct Sequencer<T> {
    next: u64,
    waiting: BTreeMap<u64, T>,
}

impl<T> Default for Sequencer<T> {
    fn default() -> Self {
        Self { next: 0, waiting: BTreeMap::new() }
    }
}

impl<T> Sequencer<T> {
    /// Takes number `index` and gives what can be gone through now, in order.
    pub(super) fn put(&mut self, index: u64, item: T) -> Vec<T> {
        self.waiting.insert(index, item);
        let mut ready = Vec::new();
        while let Some(item) = self.waiting.remove(&self.next) {
            ready.push(item);
            self.next += 1;
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_order_of_arrival_it_is_gone_through_in_order() {
        let mut sequencer = Sequencer::default();
        assert_eq!(sequencer.put(1, 'b'), []);
        assert_eq!(sequencer.put(3, 'd'), []);
        assert_eq!(sequencer.put(0, 'a'), ['a', 'b']);
        assert_eq!(sequencer.put(2, 'c'), ['c', 'd']);
    }
}

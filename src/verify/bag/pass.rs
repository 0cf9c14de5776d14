//! The one reading of every file: its digests, and of entry bundles everything that their entries say.

use std::sync::{Arc, OnceLock};

use super::chain::{Facts, Read};
use super::container::Container;
use super::digests::Digests;
use super::logs::{Bundle, Log};
use super::tree::Leaves;
use crate::ledger::{Entry, leaf_hash, parse_bundle};
use crate::limits::{BAG_BATCH_BYTES, BAG_BATCH_FILES, LEDGER_ENTRY_BYTES_MAX, TILE_WIDTH};
use crate::verify::catalogue;
use crate::verify::pool::in_threads;
use crate::verify::report::Collector;

/// What all threads share.
pub(super) struct Shared {
    /// The files.
    pub(super) container: Container,
    /// The ledgers, the main one first.
    pub(super) logs: Vec<Log>,
    /// Where findings go.
    pub(super) collector: Collector,
    /// Digests of the files, once they were read, by their places.
    pub(super) digests: Vec<OnceLock<Digests>>,
}

/// Bytes that a bundle can have at the most.
const BUNDLE_BYTES_MAX: u64 = (TILE_WIDTH * (LEDGER_ENTRY_BYTES_MAX + 2)) as u64;

enum Job {
    Bundle { log: usize, index: u64, width: u16, place: usize },
    Files(Vec<usize>),
}

impl Shared {
    fn found(&self, code: super::Code, place: &str, text: impl std::fmt::Display) {
        self.collector.found(code, place, text.to_string());
    }

    /// The main ledger.
    pub(super) fn main(&self) -> Option<&Log> {
        self.logs.first().filter(|log| log.is_main())
    }

    fn work(&self, job: Job) {
        match job {
            Job::Files(places) => places.into_iter().for_each(|place| self.hash(place, |_| {})),
            Job::Bundle { log, index, width, place } => {
                let bundle = self.bundle(&self.logs[log], index, width, place);
                self.logs[log].take(&self.collector, index, bundle);
            }
        }
    }

    fn hash(&self, place: usize, also: impl FnMut(&[u8])) {
        let digests = self.container.reader(place).and_then(|mut reader| Digests::of(&mut reader, also));
        match digests {
            // Every file is read once.
            Ok(digests) => drop(self.digests[place].set(digests)),
            Err(error) => self.found(catalogue::BAG_UNREADABLE, &self.container.files()[place].name, error),
        }
    }

    fn bundle(&self, log: &Log, index: u64, width: u16, place: usize) -> Bundle {
        let file = &self.container.files()[place];
        let missing = Bundle::Missing(width.into());
        let mut bytes = Vec::with_capacity(file.bytes as usize);
        self.hash(place, |piece| bytes.extend_from_slice(piece));
        let entries = match parse_bundle(&bytes, width) {
            Ok(entries) => entries,
            Err(error) => {
                self.found(catalogue::ENTRY_MALFORMED, &file.name, error);
                return missing;
            }
        };
        let leaves = Leaves::new(entries.iter().map(|entry| leaf_hash(entry)).collect());
        let first = index * TILE_WIDTH as u64;
        let facts = (first..).zip(entries).map(|(number, entry)| match Entry::parse(entry) {
            Ok(entry) => Some(Facts::of(entry)),
            Err(error) => {
                self.found(catalogue::ENTRY_MALFORMED, &format!("{} entry {number}", log.prefix.trim_end_matches('/')), error);
                None
            }
        });
        let facts = facts.collect();
        Bundle::Read(Read { leaves, facts })
    }
}

/// Reads everything; `false` if a thread ended before its time.
#[must_use]
pub(super) fn run(shared: &Arc<Shared>, threads: usize) -> bool {
    let working = Arc::clone(shared);
    in_threads(
        threads,
        move |job| working.work(job),
        |hand_over| {
            let files = shared.container.files();
            let mut taken = vec![false; files.len()];
            // Long files come first, so that no thread is left alone with one in the end.
            for (place, _) in files.iter().enumerate().filter(|(_, file)| file.bytes > BUNDLE_BYTES_MAX) {
                taken[place] = true;
                hand_over(Job::Files(vec![place]));
            }
            for number in 0..shared.logs.len() {
                hand_over_bundles(shared, number, &mut taken, hand_over);
            }
            hand_over_rest(shared, &taken, hand_over);
        },
    )
}

fn hand_over_bundles(shared: &Shared, number: usize, taken: &mut [bool], hand_over: &mut dyn FnMut(Job)) {
    let log = &shared.logs[number];
    let size = log.head().size();
    if log.is_bare {
        return log.take(&shared.collector, 0, Bundle::Missing(size));
    }
    if size.div_ceil(TILE_WIDTH as u64) > taken.len() as u64 {
        // A signed size is a number that somebody chose; the bag cannot have so many bundles.
        shared.found(catalogue::ENTRY_MISSING, &log.prefix, format_args!("most bundles of {size} entries are missing"));
        return log.take(&shared.collector, 0, Bundle::Missing(size));
    }
    for (index, width, name) in log.bundles() {
        match shared.container.find(&name) {
            Some(place) if taken[place] => {
                shared.found(catalogue::ENTRY_MALFORMED, &name, "it is longer than any bundle of entries");
                log.take(&shared.collector, index, Bundle::Missing(width.into()));
            }
            Some(place) => {
                taken[place] = true;
                hand_over(Job::Bundle { log: number, index, width, place });
            }
            None => {
                shared.found(catalogue::ENTRY_MISSING, &name, format_args!("{width} entries are missing"));
                log.take(&shared.collector, index, Bundle::Missing(width.into()));
            }
        }
    }
}

fn hand_over_rest(shared: &Shared, taken: &[bool], hand_over: &mut dyn FnMut(Job)) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for (place, file) in shared.container.files().iter().enumerate().filter(|(place, _)| !taken[*place]) {
        batch.push(place);
        bytes += file.bytes;
        if batch.len() == BAG_BATCH_FILES || bytes >= BAG_BATCH_BYTES {
            hand_over(Job::Files(std::mem::take(&mut batch)));
            bytes = 0;
        }
    }
    hand_over(Job::Files(batch));
}

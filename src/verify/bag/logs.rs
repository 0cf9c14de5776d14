//! The ledgers in a bag: the main one, and the access ledgers that the export was to contain.

use std::sync::{Mutex, PoisonError};

use super::chain::{Chain, Read, Sequencer};
use super::container::Container;
use super::cosigned;
use super::keys::{Believed, Keys, Standing};
use super::tree::Tree;
use crate::ledger::{Checkpoint, CheckpointError, NoteError, TilePath, UnverifiedCheckpoint, tile_bytes, tile_shape, tile_width};
use crate::limits::{NOTE_BYTES_MAX, TILE_WIDTH};
use crate::verify::catalogue;
use crate::verify::report::{Collector, Counts};

/// Where the main ledger lies.
pub(super) const MAIN: &str = "data/ledger/";
/// Where access ledgers lie.
const ACCESS: &str = "data/access/";

/// One ledger in the bag, under recomputation.
pub(super) struct Log {
    /// Its folder, with the slash behind.
    pub(super) prefix: String,
    /// Its present checkpoint.
    pub(super) believed: Believed,
    /// The newest one up to it that witnesses have cosigned, if the bag has one.
    pub(super) cosigned: Option<Believed>,
    /// Whether its entries are left out, as in the copy for a person: then each receipt brings its own.
    pub(super) is_bare: bool,
    walk: Mutex<Walk>,
}

struct Walk {
    sequencer: Sequencer<Bundle>,
    chain: Chain,
}

/// What has become of a bundle.
pub(super) enum Bundle {
    /// It was read.
    Read(Read),
    /// It is missing or no bundle of so many entries.
    Missing(u64),
}

impl Log {
    /// Whether it is the main ledger.
    pub(super) fn is_main(&self) -> bool {
        self.prefix == MAIN
    }

    /// Size and root that its log has signed.
    pub(super) fn head(&self) -> &Checkpoint {
        self.believed.signed.checkpoint()
    }

    /// Its bundles at this size: the index of each, how many entries it must have, and what its file is called.
    pub(super) fn bundles(&self) -> impl Iterator<Item = (u64, u16, String)> {
        let size = self.head().size();
        let prefix = &self.prefix;
        (0..size.div_ceil(TILE_WIDTH as u64)).map(move |index| {
            let width = (size - index * TILE_WIDTH as u64).min(TILE_WIDTH as u64) as u16;
            (index, width, format!("{prefix}{}", TilePath::Entries { index, width }))
        })
    }

    /// Takes a bundle, from any thread and in any order.
    pub(super) fn take(&self, collector: &Collector, index: u64, bundle: Bundle) {
        self.with(|walk| {
            for bundle in walk.sequencer.put(index, bundle) {
                match bundle {
                    Bundle::Read(read) => walk.chain.push(collector, read),
                    Bundle::Missing(entries) => walk.chain.skip(entries),
                }
            }
        });
    }

    /// Asks what the entries have come to.
    pub(super) fn chain<T>(&self, ask: impl FnOnce(&Chain) -> T) -> T {
        self.with(|walk| ask(&walk.chain))
    }

    fn with<T>(&self, body: impl FnOnce(&mut Walk) -> T) -> T {
        // A poisoned lock means that another thread panicked, which the pool reports.
        body(&mut self.walk.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Finds the ledgers of a bag by their checkpoints. One whose checkpoint is not believed is reported and left out.
pub(super) fn find(container: &Container, keys: &Keys, collector: &Collector) -> Vec<Log> {
    let main = format!("{MAIN}checkpoint");
    if container.find(&main).is_none() {
        collector.found(catalogue::BAG_FILE_MISSING, &main, "the bag has no checkpoint of the ledger");
    }
    let access = container.under(ACCESS).filter(|(_, file)| file.name.ends_with("/checkpoint"));
    let checkpoints = container.find(&main).into_iter().chain(access.map(|(place, _)| place));
    checkpoints.filter_map(|place| open(container, keys, collector, place)).collect()
}

fn open(container: &Container, keys: &Keys, collector: &Collector, place: usize) -> Option<Log> {
    let name = &container.files()[place].name;
    let bytes = container.read(place, NOTE_BYTES_MAX as u64);
    let bytes = bytes.map_err(|error| collector.found(catalogue::BAG_UNREADABLE, name, error.to_string())).ok()?;
    let believed = UnverifiedCheckpoint::parse(&bytes).and_then(|claim| keys.believe(claim));
    let believed = believed.map_err(|error| collector.found(catalogue::CHECKPOINT_INVALID, name, error.to_string())).ok()?;
    let prefix = name.strip_suffix("checkpoint").unwrap_or_default().to_owned();
    let chain = Chain::new(prefix.trim_end_matches('/'), believed.signed.checkpoint().origin(), prefix != MAIN);
    let is_bare = believed.signed.checkpoint().size() > 0 && container.under(&format!("{prefix}tile/")).next().is_none();
    let cosigned = cosigned::read(container, keys, collector, &prefix);
    let log = Log { prefix, believed, cosigned, is_bare, walk: Mutex::new(Walk { sequencer: Sequencer::default(), chain }) };
    report_standing(&log, collector);
    Some(log)
}

fn report_standing(log: &Log, collector: &Collector) {
    let origin = log.head().origin();
    match log.believed.standing {
        // What witnesses have cosigned may stand in a file of its own, which `cosigned` looks at when the entries were read.
        Standing::Trusted | Standing::Unwitnessed => {}
        // Access ledgers are anchored in the main one, which `shards` looks at.
        Standing::Unknown if !log.is_main() => {}
        Standing::Unknown => {
            let text = format!("no trusted key was given for {origin}; the one in the bag proves nothing");
            collector.found(catalogue::NO_TRUSTED_KEY, &log.prefix, text);
        }
    }
}

/// Compares the recomputed tree of a ledger with its checkpoint, its tiles and its older checkpoints.
pub(super) fn check(log: &Log, container: &Container, keys: &Keys, collector: &Collector) {
    log.chain(|chain| {
        let head = log.head();
        collector.count(&Counts { logs: 1, entries: chain.events.values().sum(), ..Counts::default() });
        if chain.torn {
            return;
        }
        if chain.tree.root_at(head.size()) != Some(head.root()) {
            collector.found(catalogue::ROOT_DIFFERS, &log.prefix, "the entries lead to another root than the signed one");
        }
        let tiles = check_tiles(log, &chain.tree, container, collector);
        collector.count(&Counts { tiles, ..Counts::default() });
        check_history(log, &chain.tree, container, keys, collector);
    });
}

fn check_tiles(log: &Log, tree: &Tree, container: &Container, collector: &Collector) -> u64 {
    let mut compared = 0;
    for shape in tile_shape(log.head().size()) {
        let full = (0..shape.full_tiles).map(|index| (index, TILE_WIDTH as u16));
        let partial = (shape.partial_width > 0).then_some((shape.full_tiles, shape.partial_width));
        for (index, width) in full.chain(partial) {
            let name = format!("{}{}", log.prefix, TilePath::Hashes { level: shape.level, index, width });
            let Some(place) = container.find(&name) else {
                collector.found(catalogue::TILE_MISSING, name, "the tree has this tile at this size");
                continue;
            };
            let expected = tree.tile(shape.level, index).map(tile_bytes);
            match container.read(place, (TILE_WIDTH * 32) as u64) {
                Ok(bytes) if Some(&bytes) == expected.as_ref() => compared += 1,
                Ok(_) => collector.found(catalogue::TILE_DIFFERS, name, "the tile is not the one that follows from the entries"),
                Err(error) => collector.found(catalogue::BAG_UNREADABLE, name, error.to_string()),
            }
        }
    }
    let size = log.head().size();
    for (_, file) in container.under(&format!("{}tile/", log.prefix)) {
        let path = TilePath::parse(&file.name[log.prefix.len()..]);
        let is_of_this_size = path.is_ok_and(|path| match path {
            TilePath::Hashes { level, index, width } => tile_width(size, level, index) == Some(width),
            TilePath::Entries { index, width } => tile_width(size, 0, index) == Some(width),
        });
        if !is_of_this_size {
            collector.found(catalogue::TILE_BEYOND_HEAD, &file.name, "the tree has no such tile at this size");
        }
    }
    compared
}

fn check_history(log: &Log, tree: &Tree, container: &Container, keys: &Keys, collector: &Collector) {
    let folder = format!("{}history/", log.prefix);
    for (place, file) in container.under(&folder) {
        let name = &file.name;
        let read = container.read(place, NOTE_BYTES_MAX as u64);
        let Ok(bytes) = read.map_err(|error| collector.found(catalogue::BAG_UNREADABLE, name, error.to_string())) else { continue };
        let claim = match UnverifiedCheckpoint::parse(&bytes) {
            Ok(claim) => claim,
            Err(error) => {
                collector.found(catalogue::CHECKPOINT_INVALID, name, error.to_string());
                continue;
            }
        };
        let checkpoint = claim.claim().clone();
        match keys.log_signed(claim) {
            Ok((_, true)) => {}
            Ok((_, false)) if log.believed.standing == Standing::Unknown => {}
            Ok((_, false)) | Err(CheckpointError::Note(NoteError::NoKnownSignature)) => {
                collector.found(catalogue::HISTORY_UNTRUSTED, name, "no key that you trust has signed this older checkpoint");
            }
            Err(error) => collector.found(catalogue::CHECKPOINT_INVALID, name, error.to_string()),
        }
        let named = file.name[folder.len()..].strip_suffix(".checkpoint").and_then(|size| size.parse().ok());
        if checkpoint.origin() != log.head().origin() || named != Some(checkpoint.size()) {
            collector.found(catalogue::HISTORY_DIFFERS, name, "it is not the checkpoint that its name says");
        } else if tree.root_at(checkpoint.size()) != Some(checkpoint.root()) {
            collector.found(catalogue::HISTORY_DIFFERS, name, "the ledger that was signed then is no beginning of the present one");
        }
    }
}

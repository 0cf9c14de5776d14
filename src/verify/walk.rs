//! Recomputing one ledger from its entries, one after the other, by a second path: nothing here uses the code that appends.

use std::collections::{BTreeMap, HashMap};

use super::catalogue;
use super::report::Collector;
use crate::ledger::{Code, Entry, EventCode, Frontier, check_shape, leaf_hash, node_hash, tile_bytes};
use crate::limits::TILE_WIDTH;
use crate::model::{Digest, Handle, Timestamp};

/// A tile that follows from the entries so far.
pub(super) struct Recomputed {
    pub(super) level: u8,
    pub(super) index: u64,
    pub(super) bytes: Vec<u8>,
}

/// Which entries still wait for their record: one bit per entry, in words of 64 entries. Words are kept in a map, so that one
/// impossible index costs one word and not all those before it.
#[derive(Debug, Default)]
pub(super) struct Claims(BTreeMap<u64, u64>);

impl Claims {
    fn expect(&mut self, index: u64) {
        *self.0.entry(index / 64).or_default() |= 1 << (index % 64);
    }

    /// Takes the entry for a record; `false` if there is no such entry, or no longer.
    pub(super) fn take(&mut self, index: u64) -> bool {
        let bit = 1 << (index % 64);
        let Some(word) = self.0.get_mut(&(index / 64)).filter(|word| **word & bit != 0) else { return false };
        *word &= !bit;
        true
    }

    /// The entries that nobody took.
    pub(super) fn left(&self) -> impl Iterator<Item = u64> {
        self.0.iter().flat_map(|(word, bits)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit))
    }
}

/// What is remembered about a subject: its last entry.
type Subjects = HashMap<Handle, u64>;

/// One ledger under recomputation.
pub(super) struct LedgerWalk<'a> {
    collector: &'a Collector,
    place: String,
    origin: String,
    /// Index of the next entry.
    next: u64,
    /// Entries that were there.
    seen: u64,
    /// Whether entries are missing, so that there is no tree any more.
    torn: bool,
    frontier: Frontier,
    /// Partial tiles, by level.
    rows: Vec<Vec<Digest>>,
    /// Roots that somebody wants to know, by size.
    marks: BTreeMap<u64, Option<Digest>>,
    subjects: Subjects,
    /// It is an access ledger.
    of_accesses: bool,
    last_time: Option<Timestamp>,
    /// The last entry that says that the archive went on from a backup.
    pub(super) last_restore: Option<u64>,
    /// Entries of stored documents.
    pub(super) documents: Claims,
    /// Entries of opened cases.
    pub(super) cases: Claims,
    /// Entries of filed notes.
    pub(super) notes: Claims,
}

impl<'a> LedgerWalk<'a> {
    /// Begins at the first entry of the ledger called `origin`. `marks` are sizes whose roots are wanted.
    pub(super) fn new(collector: &'a Collector, place: &str, origin: &str, marks: impl IntoIterator<Item = u64>) -> Self {
        let frontier = Frontier::new();
        let marks = marks.into_iter().map(|size| (size, (size == 0).then(|| frontier.root()))).collect();
        Self {
            collector,
            place: place.to_owned(),
            origin: origin.to_owned(),
            next: 0,
            seen: 0,
            torn: false,
            frontier,
            rows: Vec::new(),
            marks,
            subjects: HashMap::new(),
            of_accesses: false,
            last_time: None,
            last_restore: None,
            documents: Claims::default(),
            cases: Claims::default(),
            notes: Claims::default(),
        }
    }

    /// Expects the entries of an access ledger: an opening and then accesses only, each for itself.
    pub(super) fn of_accesses(self) -> Self {
        Self { of_accesses: true, ..self }
    }

    /// Number of entries so far, with those that are missing.
    pub(super) fn size(&self) -> u64 {
        self.next
    }

    /// Number of entries that were there.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// Whether entries are missing: then nothing can be said about the tree behind them.
    pub(super) fn is_torn(&self) -> bool {
        self.torn
    }

    /// Goes on behind entries that are missing.
    pub(super) fn skip_to(&mut self, index: u64) {
        self.torn = true;
        self.next = index;
    }

    /// Root of the entries so far, as far as none is missing.
    pub(super) fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The compact form of the entries so far.
    pub(super) fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Time of the last entry.
    pub(super) fn last_time(&self) -> Option<Timestamp> {
        self.last_time
    }

    /// The root at a size that was asked for, if the ledger has reached it.
    pub(super) fn root_at(&self, size: u64) -> Option<Digest> {
        self.marks.get(&size).copied().flatten()
    }

    /// The partial tiles at the right edge, lowest level first.
    pub(super) fn partial_tiles(&self) -> impl Iterator<Item = (u8, &[Digest])> {
        (0..).zip(&self.rows).filter(|(_, row)| !row.is_empty()).map(|(level, row)| (level, row.as_slice()))
    }

    /// Takes the next entry; answers the tiles that it has filled, lowest level first.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Recomputed> {
        let index = self.next;
        self.next = index.saturating_add(1);
        self.seen += 1;
        match Entry::parse(bytes) {
            Ok(entry) => self.inspect(index, &entry),
            Err(error) => self.found(catalogue::ENTRY_MALFORMED, index, error.to_string()),
        }
        if self.torn {
            return Vec::new();
        }
        let leaf = leaf_hash(bytes);
        self.frontier.append(leaf);
        if let Some(mark) = self.marks.get_mut(&(index + 1)) {
            *mark = Some(self.frontier.root());
        }
        self.raise(leaf)
    }

    fn found(&self, code: super::Code, index: u64, text: impl Into<String>) {
        self.collector.found(code, format!("{} entry {index}", self.place), text);
    }

    /// Puts a leaf into the tiles. A tile that fills up is taken out and its root rises a level.
    fn raise(&mut self, leaf: Digest) -> Vec<Recomputed> {
        let mut filled = Vec::new();
        let mut rising = leaf;
        // A level holds 256 times more leaves per hash than the one below, so the index of a tile follows from the size.
        let mut leaves_per_tile = TILE_WIDTH as u64;
        for level in 0_u8.. {
            if self.rows.len() == usize::from(level) {
                self.rows.push(Vec::with_capacity(TILE_WIDTH));
            }
            let row = &mut self.rows[usize::from(level)];
            row.push(rising);
            if row.len() < TILE_WIDTH {
                break;
            }
            let bytes = tile_bytes(row);
            rising = fold(std::mem::take(row));
            filled.push(Recomputed { level, index: self.frontier.size() / leaves_per_tile - 1, bytes });
            leaves_per_tile = leaves_per_tile.saturating_mul(TILE_WIDTH as u64);
        }
        filled
    }

    /// Everything that an entry must be, beyond being in the tree.
    fn inspect(&mut self, index: u64, entry: &Entry) {
        if let Err(error) = check_shape(entry) {
            self.found(catalogue::ENTRY_MALFORMED, index, error.to_string());
        }
        if self.last_time.is_some_and(|last| entry.time < last) {
            self.found(catalogue::TIME_WENT_BACK, index, "the entry is older than the one before it");
        }
        self.last_time = self.last_time.max(Some(entry.time));
        self.inspect_order(index, entry);
        match entry.event {
            EventCode::DocumentStore => self.documents.expect(index),
            EventCode::CaseOpen => self.cases.expect(index),
            EventCode::AnchorAccept => self.found(catalogue::ANCHOR_ACCEPTED, index, "an operator went on although the anchor was lost"),
            EventCode::ArchiveRestore => {
                self.last_restore = Some(index);
                self.found(catalogue::ARCHIVE_RESTORED, index, restored(entry));
            }
            EventCode::LedgerOpen => self.inspect_opening(index, entry),
            event if event.is_of_note() => self.notes.expect(index),
            _ => {}
        }
    }

    /// The first entry opens the ledger, no other one does; subjects begin with their own first event; back-pointers are complete.
    fn inspect_order(&mut self, index: u64, entry: &Entry) {
        let opens_ledger = entry.event == EventCode::LedgerOpen;
        if opens_ledger != (index == 0) {
            self.found(catalogue::EVENT_ORDER, index, "a ledger begins with ledger.open and has no other one");
        }
        if !opens_ledger && entry.event.is_of_access() != self.of_accesses {
            let text = format!("{} does not belong into this kind of ledger", entry.event.as_str());
            self.found(catalogue::EVENT_ORDER, index, text);
        }
        if self.of_accesses {
            if entry.up.is_some() {
                self.found(catalogue::BACK_POINTER, index, "an access has no back-pointer");
            }
            return;
        }
        let previous = self.subjects.insert(entry.handle, index);
        if entry.up.map(|up| up.0) != previous {
            let expected = previous.map_or("no back-pointer".to_owned(), |previous| format!("a back-pointer to {previous}"));
            let text = format!("the entry should have {expected}, because its handle {} says so", entry.handle);
            self.found(catalogue::BACK_POINTER, index, text);
        }
        let first = matches!(entry.event, EventCode::LedgerOpen | EventCode::CaseOpen | EventCode::DocumentStore);
        if (first || entry.event.begins_with_note()) && previous.is_some() {
            let text = format!("{} comes again for handle {}", entry.event.as_str(), entry.handle);
            self.found(catalogue::EVENT_ORDER, index, text);
        }
        // Behind a gap the beginning may be among what is missing.
        if entry.event.continues_note() && previous.is_none() && !self.torn {
            let text = format!("{} continues nothing that has begun with handle {}", entry.event.as_str(), entry.handle);
            self.found(catalogue::EVENT_ORDER, index, text);
        }
    }

    fn inspect_opening(&self, index: u64, entry: &Entry) {
        let origin = entry.codes.iter().find(|(name, _)| name == "origin").map(|(_, code)| code);
        if origin != Some(&Code::Text(self.origin.clone())) {
            self.found(catalogue::EVENT_ORDER, index, format!("the ledger was opened under another name than {}", self.origin));
        }
    }
}

fn restored(entry: &Entry) -> String {
    let of = |wanted: &str| entry.codes.iter().find(|(name, _)| name == wanted).map(|(_, code)| code);
    let text = |wanted| if let Some(Code::Text(text)) = of(wanted) { text.as_str() } else { "?" };
    match (of("size"), of("lost")) {
        (Some(Code::Integer(size)), Some(Code::Integer(lost))) => format!(
            "an operator went on from a backup (reason: {}; the anchor: {}): {size} entries came back, {lost} acknowledged ones are known to be lost",
            text("reason"),
            text("finding")
        ),
        _ => "an operator went on from a backup".to_owned(),
    }
}

/// Root of a full tile, by pairs.
fn fold(mut row: Vec<Digest>) -> Digest {
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row[0]
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::ledger::{ActorKey, FiledNote, LogState, OpenedCase, PreparedEntry, RecordedAccess, StoredDocument, SubjectKey};
    use crate::model::{Access, AccessKind, AccessReader, AccessTarget, CaseId, DocumentId, EventId, LedgerIndex};
    use crate::verify::Code;

    const ORIGIN: &str = "archive.example/ledger/00000001";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_000_000 + seconds).unwrap()
    }

    fn id(number: u64) -> [u8; 16] {
        let mut id = [0xa5; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        id
    }

    fn opening() -> Vec<u8> {
        PreparedEntry::ledger_open(Handle(id(0)), EventId(id(0)), ORIGIN).unwrap().complete(at(0), None)
    }

    fn document(handle: u64, seconds: i64, up: Option<u64>) -> Vec<u8> {
        let keys = (SubjectKey::new(Zeroizing::new([1; 32])), ActorKey::new(Zeroizing::new([2; 32])));
        let stored = StoredDocument {
            application: "eakte",
            case: CaseId::from_bytes([3; 16]),
            document: DocumentId::from_bytes(id(handle)),
            description: b"{}",
            sha256: &Digest([4; 32]),
            size_bytes: 5,
            media_type: "text/plain",
        };
        stored.prepare(Handle(id(handle)), EventId(id(handle)), &keys.0, &keys.1).complete(at(seconds), up.map(LedgerIndex))
    }

    fn case(handle: u64) -> Vec<u8> {
        let keys = (SubjectKey::new(Zeroizing::new([1; 32])), ActorKey::new(Zeroizing::new([2; 32])));
        let opened = OpenedCase { application: "eakte", case: CaseId::from_bytes([3; 16]), description: b"{}" };
        opened.prepare(Handle(id(handle)), EventId(id(handle)), &keys.0, &keys.1).complete(at(1), None)
    }

    fn note(event: EventCode, handle: u64, up: Option<u64>) -> Vec<u8> {
        let keys = (SubjectKey::new(Zeroizing::new([1; 32])), ActorKey::new(Zeroizing::new([2; 32])));
        let filed = FiledNote { event, kind: "court", application: "eakte", person: "", note: b"body", words: b"{}" };
        filed.prepare(Handle(id(handle)), EventId(id(handle)), &keys.0, &keys.1).complete(at(1), up.map(LedgerIndex))
    }

    fn codes(entries: &[Vec<u8>]) -> Vec<(Code, String)> {
        let collector = Collector::default();
        let mut walk = LedgerWalk::new(&collector, "ledger", ORIGIN, []);
        entries.iter().for_each(|entry| drop(walk.push(entry)));
        collector.report().findings.into_iter().map(|finding| (finding.code, finding.place)).collect()
    }

    #[test]
    fn tiles_and_roots_are_those_of_the_appending_side() {
        let collector = Collector::default();
        let entries: Vec<Vec<u8>> = std::iter::once(opening()).chain((1..66_000).map(|number| document(number, 1, None))).collect();
        let mut walk = LedgerWalk::new(&collector, "ledger", ORIGIN, [0, 1, 700, 66_001]);
        let tiles: Vec<Recomputed> = entries.iter().flat_map(|entry| walk.push(entry)).collect();
        let leaves: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let appended = LogState::empty().append(&leaves).unwrap();
        assert_eq!((walk.root(), walk.size()), (appended.root, 66_000));
        assert_eq!(walk.frontier(), appended.next.frontier());
        let mut expected: Vec<_> = appended.full_tiles.iter().map(|tile| (tile.level, tile.index, &tile.bytes)).collect();
        let mut actual: Vec<_> = tiles.iter().map(|tile| (tile.level, tile.index, &tile.bytes)).collect();
        expected.sort();
        actual.sort();
        assert_eq!(actual, expected);
        assert!(walk.partial_tiles().all(|(level, row)| row == appended.next.partial_tile(level)));
        let at_700 = LogState::empty().append(&leaves[..700]).unwrap().root;
        assert_eq!((walk.root_at(700), walk.root_at(66_001), walk.root_at(0)), (Some(at_700), None, Some(crate::ledger::empty_root())));
        assert!(collector.report().findings.is_empty());
        assert_eq!(walk.documents.left().count(), 65_999);
    }

    #[test]
    fn what_an_entry_must_not_be() {
        use EventCode::{HoldPlace, HoldRelease, HoldReview};
        let malformed = [opening(), b"{}".to_vec()];
        let cases: [(&[Vec<u8>], Code, u64); 12] = [
            (&malformed, catalogue::ENTRY_MALFORMED, 1),
            (&[document(1, 0, None)], catalogue::EVENT_ORDER, 0),
            (&[opening(), opening()], catalogue::EVENT_ORDER, 1),
            (&[opening(), document(1, -1, None)], catalogue::TIME_WENT_BACK, 1),
            (&[opening(), document(1, 1, Some(0))], catalogue::BACK_POINTER, 1),
            (&[opening(), document(1, 1, None), document(1, 1, None)], catalogue::BACK_POINTER, 2),
            (&[opening(), document(1, 1, None), document(1, 1, Some(1))], catalogue::EVENT_ORDER, 2),
            (&[opening(), case(1), document(1, 1, Some(1))], catalogue::EVENT_ORDER, 2),
            (&[opening(), document(1, 1, Some(7))], catalogue::BACK_POINTER, 1),
            (&[opening(), note(HoldPlace, 1, None), note(HoldPlace, 1, Some(1))], catalogue::EVENT_ORDER, 2),
            (&[opening(), note(HoldRelease, 1, None)], catalogue::EVENT_ORDER, 1),
            (&[opening(), note(HoldPlace, 1, None), note(HoldReview, 1, None)], catalogue::BACK_POINTER, 2),
        ];
        for (entries, code, index) in cases {
            let found = codes(entries);
            assert!(found.contains(&(code, format!("ledger entry {index}"))), "{code:?} at {index}: {found:?}");
        }
        assert_eq!(codes(&[opening(), case(1), document(2, 1, None)]), []);
        assert_eq!(codes(&[opening(), note(HoldPlace, 1, None), note(HoldReview, 1, Some(1)), note(HoldRelease, 1, Some(2))]), []);
    }

    #[test]
    fn accesses_have_a_ledger_of_their_own() {
        let read = |handle: u64, up: Option<u64>| {
            let keys = (SubjectKey::new(Zeroizing::new([1; 32])), ActorKey::new(Zeroizing::new([2; 32])));
            let application = crate::model::ApplicationName::parse("eakte").unwrap();
            let reader = AccessReader { application, person: None, on_behalf_of: None, purpose: None };
            let kind = AccessKind::List;
            let access = Access { reader: reader.clone(), kind, target: AccessTarget::Vault, range: None, refused: None, count: 1 };
            let recorded = RecordedAccess { reader: &reader, case: None, document: None, range: None };
            let prepared = recorded.prepare(&access, Handle(id(handle)), EventId(id(handle)), &keys.0, &keys.1);
            prepared.complete(at(1), up.map(LedgerIndex))
        };
        let found = |entries: &[Vec<u8>]| {
            let collector = Collector::default();
            let mut walk = LedgerWalk::new(&collector, "ledger", ORIGIN, []).of_accesses();
            entries.iter().for_each(|entry| drop(walk.push(entry)));
            collector.report().findings.into_iter().map(|finding| (finding.code, finding.place)).collect::<Vec<_>>()
        };
        assert_eq!(found(&[opening(), read(1, None), read(1, None)]), []);
        assert_eq!(found(&[opening(), read(1, Some(0))]), [(catalogue::BACK_POINTER, "ledger entry 1".to_owned())]);
        assert_eq!(found(&[opening(), case(1)]), [(catalogue::EVENT_ORDER, "ledger entry 1".to_owned())]);
        assert_eq!(found(&[read(1, None)]), [(catalogue::EVENT_ORDER, "ledger entry 0".to_owned())]);
        assert_eq!(codes(&[opening(), read(1, None)]), [(catalogue::EVENT_ORDER, "ledger entry 1".to_owned())]);
    }

    #[test]
    fn behind_a_gap_entries_are_still_read() {
        let collector = Collector::default();
        let mut walk = LedgerWalk::new(&collector, "ledger", ORIGIN, [3]);
        walk.push(&opening());
        let root = walk.root();
        walk.skip_to(2);
        walk.push(&document(1, 1, None));
        assert!(walk.is_torn() && walk.documents.take(2));
        assert_eq!((walk.size(), walk.root(), walk.root_at(3)), (3, root, None));
    }

    #[test]
    fn every_entry_is_claimed_once() {
        let mut claims = Claims::default();
        [0, 63, 64, 1000].into_iter().for_each(|index| claims.expect(index));
        assert!(claims.take(63) && !claims.take(63), "a second record");
        assert!(!claims.take(1) && !claims.take(u64::MAX), "no such entry");
        assert_eq!(claims.left().collect::<Vec<_>>(), [0, 64, 1000]);
    }
}

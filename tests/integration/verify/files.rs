//! Flipped bits, missing files and older copies.

use aktenfest::store::Column;

use super::*;

/// Files of RocksDB that hold nothing of the archive, and files that are only locked.
fn holds_nothing(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    matches!(&*name, "lock" | "keyring.lock" | "LOCK" | "IDENTITY") || name.starts_with("LOG") || name.starts_with("OPTIONS-")
}

/// Offsets at which a file is damaged: its beginning, its end, and places in between.
fn offsets(path: &Path, length: usize) -> Vec<usize> {
    if path.ends_with("anchor") {
        // Only the beginning of each slot holds something; the rest is room for more ledgers.
        let slot = length / 2;
        return [0, 9, 30, 39, 43, 50, 70, 100, 120].into_iter().flat_map(|at| [at, slot + at]).collect();
    }
    let mut offsets: Vec<usize> = (0..8).map(|part| part * length / 8 + part).filter(|at| *at < length).collect();
    let name = path.file_name().unwrap().to_string_lossy();
    let tail = if name.starts_with("MANIFEST") || name.ends_with(".log") { 40 } else { 1 };
    offsets.extend(length.saturating_sub(tail)..length);
    offsets
}

fn flip(path: &Path, at: usize, bit: u8) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1 << bit;
    fs::write(path, bytes).unwrap();
}

/// Verdicts that a damaged file of this kind may lead to.
fn allowed(path: &Path) -> &'static [Verdict] {
    if path.ends_with("anchor") { &[Verdict::NotAnchored] } else { &[Verdict::Invalid, Verdict::Incomplete] }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_any_file_is_found() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    let mut kinds = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for path in files(copy.directory.path()).into_iter().filter(|path| !holds_nothing(path)) {
        let full = copy.path(path.to_str().unwrap());
        let length = fs::metadata(&full).unwrap().len() as usize;
        for at in offsets(&path, length) {
            let bit = (at % 8) as u8;
            flip(&full, at, bit);
            let report = copy.verify();
            if !is_loud(&report) || !allowed(&path).contains(&report.verdict) {
                wrong.push(format!("{} byte {at} bit {bit}:\n{report}", path.display()));
            }
            flip(&full, at, bit);
        }
        kinds.insert(path.extension().map_or_else(|| path.to_string_lossy().into_owned(), |kind| kind.to_string_lossy().into_owned()));
    }
    assert!(wrong.is_empty(), "{} flipped bits were not found:\n{}", wrong.len(), wrong.join("\n"));
    for kind in ["sst", "log", "slot", "anchor/anchor", "data/FORMAT", "data/database/CURRENT"] {
        assert!(kinds.contains(kind), "no file of the kind {kind} among {kinds:?}");
    }
    assert_eq!(copy.verify().verdict, Verdict::Verified, "everything was put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_is_found() {
    let sample = Sample::make().await;
    for path in files(sample.office.directory.path()).into_iter().filter(|path| !holds_nothing(path)) {
        let copy = sample.copy();
        fs::remove_file(copy.path(path.to_str().unwrap())).unwrap();
        let report = copy.verify();
        let expected = if path.ends_with("anchor") { Verdict::NotAnchored } else { Verdict::Incomplete };
        // A missing manifest looks to RocksDB like one that was never written completely.
        let close = report.verdict == Verdict::Invalid && path.to_string_lossy().contains("MANIFEST");
        assert!(is_loud(&report) && (report.verdict == expected || close), "{}:\n{report}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anchors_that_cannot_vouch_are_findings() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    fs::remove_file(copy.path("anchor/anchor")).unwrap();
    copy.expect("lost", catalogue::ANCHOR_MISSING, "anchor", Verdict::NotAnchored);

    let copy = sample.copy();
    let length = fs::metadata(copy.path("anchor/anchor")).unwrap().len() as usize;
    flip(&copy.path("anchor/anchor"), 50, 1);
    copy.expect("one slot", catalogue::ANCHOR_SLOT_DAMAGED, "anchor", Verdict::NotAnchored);
    flip(&copy.path("anchor/anchor"), length / 2 + 50, 1);
    copy.expect("both slots", catalogue::ANCHOR_DAMAGED, "anchor", Verdict::Invalid);

    let stranger = Office::open().await;
    let copy = sample.copy();
    fs::copy(&stranger.settings.store.anchor, copy.path("anchor/anchor")).unwrap();
    copy.expect("of another archive", catalogue::ANCHOR_FOREIGN, "anchor", Verdict::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_never_committed_is_a_note() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    fs::write(copy.path("data/staging/0123.sst"), b"half a file").unwrap();
    let report = copy.verify();
    assert!(report.has(catalogue::STAGED, "staging"), "{report}");
    assert_eq!(report.verdict, Verdict::Verified);
}

/// The write-ahead log that was written last.
fn newest_log(copy: &Copy) -> std::path::PathBuf {
    let logs = files(&copy.path("data/database")).into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "log"));
    copy.path("data/database").join(logs.max().expect("there must be a write-ahead log"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_without_its_lock_file_stays_without_one() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    fs::remove_file(copy.path("data/lock")).unwrap();
    assert_eq!(copy.verify().verdict, Verdict::Verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_record_that_was_never_acknowledged_is_no_damage() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    let log = newest_log(&copy);
    let mut bytes = fs::read(&log).unwrap();
    // A record of RocksDB: checksum, length, kind "full", and less content than the length says.
    bytes.extend_from_slice(&[1, 2, 3, 4, 200, 0, 1]);
    bytes.extend_from_slice(&[0x55; 50]);
    fs::write(&log, bytes).unwrap();
    let report = copy.verify();
    assert!(report.has(catalogue::TORN_TAIL, "write-ahead log"), "{report}");
    assert_eq!((report.verdict, report.counts.documents), (Verdict::Verified, u64::from(BEFORE + AFTER + 2)), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_record_that_was_acknowledged_is_damage() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    let log = newest_log(&copy);
    let bytes = fs::read(&log).unwrap();
    // The last record of all is the state of the clock, which nobody was promised; before it lies the last document.
    fs::write(&log, &bytes[..bytes.len() - 400]).unwrap();
    copy.expect("torn", catalogue::DATABASE_DAMAGED, "database", Verdict::Invalid);
}

/// A file of this column that holds several blocks.
fn file_of(copy: &Copy, column: Column) -> PathBuf {
    let names = Column::ALL.into_iter().map(Column::name).chain(["default"]);
    let database = rocksdb::DB::open_cf_for_read_only(&rocksdb::Options::default(), copy.path("data/database"), names, false).unwrap();
    let of_column = database.live_files().unwrap().into_iter().filter(|file| file.column_family_name == column.name());
    let largest = of_column.max_by_key(|file| file.size).expect("the column must have a file");
    copy.path("data/database").join(largest.name.trim_start_matches('/'))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unreadable_block_does_not_hide_what_lies_behind_it() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    let file = file_of(&copy, Column::Documents);
    let length = fs::metadata(&file).unwrap().len() as usize;
    flip(&file, length / 3, 2);
    let report = copy.verify();
    assert!(report.has(catalogue::COLUMN_UNREADABLE, "column documents"), "{report}");
    assert_eq!(report.verdict, Verdict::Invalid, "{report}");
    let (all, checked) = (u64::from(BEFORE + AFTER + 2), report.counts.documents);
    assert!(checked < all && checked > all / 2, "{checked} of {all}\n{report}");
    let last = format!("{:012x}", BEFORE + AFTER - 1);
    assert!(!report.has(catalogue::ENTRY_WITHOUT_RECORD, "vault demo entry 274"), "the newest document ({last}) was found\n{report}");
}

//! Flipped bits, missing files and older copies.

use super::*;

/// Files of RocksDB that hold nothing of the archive, and files that are only locked.
fn holds_nothing(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    matches!(&*name, "lock" | "LOCK" | "IDENTITY") || name.starts_with("LOG") || name.starts_with("OPTIONS-")
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
    for path in files(copy.directory.path()).into_iter().filter(|path| !holds_nothing(path)) {
        let full = copy.path(path.to_str().unwrap());
        let length = fs::metadata(&full).unwrap().len() as usize;
        for at in offsets(&path, length) {
            let bit = (at % 8) as u8;
            flip(&full, at, bit);
            let report = copy.verify();
            assert!(is_loud(&report), "{} byte {at} bit {bit}: silent\n{report}", path.display());
            assert!(allowed(&path).contains(&report.verdict), "{} byte {at} bit {bit}:\n{report}", path.display());
            flip(&full, at, bit);
        }
        kinds.insert(path.extension().map_or_else(|| path.to_string_lossy().into_owned(), |kind| kind.to_string_lossy().into_owned()));
    }
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
    copy.expect("both slots", catalogue::ANCHOR_DAMAGED, "anchor", Verdict::NotAnchored);

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

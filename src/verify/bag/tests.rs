//! Attacks on bags, each with the verdict that it must come to.

use std::fs;
use std::path::Path;

use super::testing::{ORIGIN, SEED, TestBag, TestLedger, tar_header};
use super::*;
use crate::ledger::{Code as EntryCode, EventCode, TrustPolicy, encode_bundle, parse_bundle};
use crate::model::retention::Note;
use crate::model::{Handle, Timestamp};
use crate::store::codec;
use crate::verify::Verdict;

/// A policy that trusts the ledger of the bags.
pub(super) fn policy() -> TrustPolicy {
    policy_of(&[&TestLedger::new(ORIGIN, SEED).key().to_string()])
}

fn policy_of(keys: &[&str]) -> TrustPolicy {
    let lines: String = keys.iter().map(|key| format!("log {key}\n")).collect();
    TrustPolicy::parse(format!("{lines}quorum none\n").as_bytes()).unwrap()
}

pub(super) fn settings(path: &Path, trust: Option<TrustPolicy>, known: Vec<Known>) -> BagSettings {
    BagSettings { bag: path.to_owned(), trust, known, roots: None, asks_for_stamp: false, now: Timestamp::EPOCH, threads: 2 }
}

fn check(path: &Path, trust: Option<TrustPolicy>, known: Vec<Known>) -> BagReport {
    verify_bag(settings(path, trust, known)).unwrap()
}

pub(super) fn check_bag(bag: &TestBag, trust: Option<TrustPolicy>, known: Vec<Known>) -> BagReport {
    let folder = tempfile::tempdir().unwrap();
    bag.write(folder.path());
    check(folder.path(), trust, known)
}

fn verdict(bag: &TestBag) -> (Verdict, Vec<&'static str>) {
    let report = check_bag(bag, Some(policy()), vec![]).report;
    (report.verdict, report.findings.iter().map(|finding| finding.code.name()).collect())
}

fn known(name: &str, bytes: &str) -> Known {
    Known::parse(name, bytes.as_bytes()).unwrap()
}

#[test]
fn an_honest_bag_is_verified_from_a_folder_and_from_an_archive() {
    for documents in [1, 5, 300] {
        let (bag, ledger) = TestBag::of(documents);
        let report = check_bag(&bag, Some(policy()), vec![known("kept", &ledger.checkpoint(2))]);
        assert_eq!((report.report.findings.clone(), report.report.verdict), (vec![], Verdict::Verified), "{documents}");
        let counts = &report.report.counts;
        assert_eq!(counts.entries, ledger.entries.len() as u64);
        assert_eq!(counts.documents, documents - u64::from(documents > 1));
        assert_eq!(counts.receipts, if documents == 1 { 2 } else { 3 });
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("export-1.tar");
        fs::write(&archive, bag.tar()).unwrap();
        let packed = check(&archive, Some(policy()), vec![known("kept", &ledger.checkpoint(2))]);
        assert_eq!((&packed.report, &packed.checks), (&report.report, &report.checks), "{documents}");
    }
}

#[test]
fn trust_comes_from_outside() {
    let (bag, _) = TestBag::of(3);
    let own = TestLedger::new(ORIGIN, SEED).key().to_string();
    let successor = TestLedger::new(ORIGIN, 2).key().to_string();
    let elsewhere = TestLedger::new("elsewhere.example/ledger/1", SEED + 1).key().to_string();
    for (trust, expected) in [
        (None, Verdict::SelfConsistent),
        (Some(policy_of(&[&elsewhere])), Verdict::SelfConsistent),
        (Some(policy_of(&[&own])), Verdict::Verified),
        (Some(policy_of(&[&own, &successor])), Verdict::Verified),
        // The ledger's name is trusted, with another key.
        (Some(policy_of(&[&successor])), Verdict::Invalid),
    ] {
        assert_eq!(check_bag(&bag, trust.clone(), vec![]).report.verdict, expected, "{trust:?}");
    }
}

#[test]
fn two_histories_are_shown_with_both_notes() {
    let (bag, ledger) = TestBag::of(3);
    let mut other = TestLedger::new(ORIGIN, SEED);
    other.store(b"what the other history has instead");
    let longer = {
        let mut longer = ledger.clone();
        longer.store(b"later");
        longer
    };
    let size = longer.entries.len() as u64;
    for (kept, expected) in [
        (ledger.checkpoint(4), Verdict::Verified),
        (ledger.receipt(1, 4), Verdict::Verified),
        (other.checkpoint(2), Verdict::Diverged),
        (other.receipt(1, 2), Verdict::Diverged),
        // The end of the ledger was cut off.
        (longer.checkpoint(size), Verdict::Incomplete),
        (longer.receipt(size - 1, size), Verdict::Incomplete),
        // Signed by somebody else.
        (TestLedger::new(ORIGIN, 7).checkpoint(1), Verdict::NotAnchored),
        (TestLedger::new("elsewhere.example/ledger/1", SEED).checkpoint(1), Verdict::NotAnchored),
    ] {
        let report = check_bag(&bag, Some(policy()), vec![known("kept", &kept)]).report;
        assert_eq!(report.verdict, expected, "{kept}");
        if expected == Verdict::Incomplete {
            let finding = &report.findings[0];
            for language in crate::words::Language::ALL {
                let told = crate::words::Words::of(language).finding(finding.code.name(), &finding.numbers);
                assert!(told.contains(&format!(" {size} ")) && told.contains(&format!(" {}", size - 1)), "{told}");
            }
        }
        if expected == Verdict::Diverged {
            let text = &report.findings[0].text;
            let own = ledger.checkpoint(ledger.entries.len() as u64);
            let kept = if kept.starts_with("c2sp") { kept.rsplit_once("\n\narchive").unwrap().1.to_owned() } else { kept };
            assert!(text.contains(&kept) && text.contains(&own), "{text}");
        }
    }
}

/// Changes a bag and seals it again with the right key: only what the ledger itself says can show that.
fn resealed(documents: u64, change: impl FnOnce(&mut TestBag, &mut TestLedger)) -> (Verdict, Vec<&'static str>) {
    let (mut bag, mut ledger) = TestBag::of(documents);
    change(&mut bag, &mut ledger);
    bag.seal(&ledger);
    verdict(&bag)
}

/// The bundle of a small bag, to be written anew.
fn bundle(bag: &mut TestBag, entries: usize, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let file = bag.file(&format!("data/ledger/tile/entries/000.p/{entries}"));
    let mut read: Vec<Vec<u8>> = parse_bundle(file, entries as u16).unwrap().into_iter().map(<[u8]>::to_vec).collect();
    change(&mut read);
    *file = encode_bundle(read.iter().map(Vec::as_slice)).unwrap();
}

#[test]
fn whoever_holds_the_key_of_the_export_cannot_change_the_ledger() {
    type Change = fn(&mut TestBag, &mut TestLedger);
    // Three documents, one of them destroyed: five entries.
    let cases: [(&str, Change, Verdict, &str); 14] = [
        ("reordered bundle", |bag, _| bundle(bag, 5, |entries| entries.swap(1, 4)), Verdict::Invalid, "root-differs"),
        ("removed entry", |bag, _| bundle(bag, 5, |entries| drop(entries.remove(1))), Verdict::Invalid, "entry-malformed"),
        (
            "re-encoded entry",
            |bag, _| bundle(bag, 5, |entries| entries[1] = String::from_utf8_lossy(&entries[1]).replacen("{\"c\"", "{ \"c\"", 1).into()),
            Verdict::Invalid,
            "entry-malformed",
        ),
        ("missing bundle", |bag, _| drop(bag.0.remove("data/ledger/tile/entries/000.p/5")), Verdict::Incomplete, "entry-missing"),
        ("missing tile", |bag, _| drop(bag.0.remove("data/ledger/tile/0/000.p/5")), Verdict::Incomplete, "tile-missing"),
        ("changed tile", |bag, _| bag.file("data/ledger/tile/0/000.p/5")[40] ^= 1, Verdict::Invalid, "tile-differs"),
        ("additional tile", |bag, _| bag.put("data/ledger/tile/0/000.p/6", [0; 192]), Verdict::Invalid, "tile-beyond-head"),
        (
            "exchanged opening",
            |bag, _| {
                let file = bag.file("data/openings.jsonl");
                *file = String::from_utf8_lossy(file).replacen("\"value\":\"scan\"", "\"value\":\"sban\"", 1).into();
            },
            Verdict::Invalid,
            "opening-differs",
        ),
        (
            "opening of another entry",
            |bag, _| {
                let file = bag.file("data/openings.jsonl");
                *file = String::from_utf8_lossy(file).replacen("\"index\":1}", "\"index\":4}", 1).into();
            },
            Verdict::Invalid,
            "opening-differs",
        ),
        ("no openings", |bag, _| drop(bag.0.remove("data/openings.jsonl")), Verdict::Invalid, "document-unproven"),
        (
            "exchanged document",
            |bag, _| {
                let name = bag.0.keys().find(|name| name.ends_with("/content")).unwrap().clone();
                bag.put(&name, "something else");
            },
            Verdict::Invalid,
            "content-differs",
        ),
        (
            "document that was never stored",
            |bag, _| bag.put(&format!("data/documents/{}/content", Handle([9; 16])), "invented"),
            Verdict::Invalid,
            "document-unproven",
        ),
        (
            "document that was destroyed",
            |bag, ledger| {
                let handle = crate::ledger::Entry::parse(&ledger.entries[3]).unwrap().handle;
                bag.put(&format!("data/documents/{handle}/content"), "document 1");
            },
            Verdict::Invalid,
            "destroyed-present",
        ),
        (
            "document that is not enclosed",
            |bag, _| {
                let name = bag.0.keys().find(|name| name.ends_with("/content")).unwrap().clone();
                bag.0.remove(&name);
            },
            Verdict::Incomplete,
            "document-missing",
        ),
    ];
    for (name, change, expected, code) in cases {
        let (verdict, codes) = resealed(3, change);
        assert!(verdict == expected && codes.contains(&code), "{name}: {verdict:?} {codes:?}");
    }
}

#[test]
fn a_ledger_that_its_own_key_signed_must_still_make_sense() {
    type Change = fn(&mut TestLedger);
    let cases: [(&str, Change, &str); 5] = [
        (
            "destroyed twice",
            |ledger| {
                let gone = crate::ledger::Entry::parse(&ledger.entries[3]).unwrap().handle;
                ledger.add(EventCode::DocumentDestroy, gone, &[], vec![]);
            },
            "event-order",
        ),
        (
            "destroyed without having been stored",
            |ledger| {
                ledger.add(EventCode::DocumentDestroy, Handle([8; 16]), &[], vec![]);
            },
            "event-order",
        ),
        (
            "opened twice",
            |ledger| {
                ledger.add(EventCode::LedgerOpen, Handle([8; 16]), &[], vec![("origin".to_owned(), EntryCode::Text("x".to_owned()))]);
            },
            "event-order",
        ),
        (
            "a back-pointer left out",
            |ledger| {
                let last = String::from_utf8(ledger.entries[3].clone()).unwrap();
                let up = last.find(",\"up\":").unwrap();
                let end = last[up + 1..].find(',').unwrap() + up + 1;
                ledger.entries[3] = format!("{}{}", &last[..up], &last[end..]).into_bytes();
            },
            "back-pointer-differs",
        ),
        (
            "a clock set back",
            |ledger| {
                let entry = String::from_utf8(ledger.entries[4].clone()).unwrap();
                ledger.entries[4] = entry.replacen("\"t\":\"2026", "\"t\":\"2025", 1).into_bytes();
            },
            "time-went-back",
        ),
    ];
    for (name, change, code) in cases {
        let (mut bag, mut ledger) = TestBag::of(3);
        change(&mut ledger);
        bag.0.retain(|file, _| !file.starts_with("data/ledger/") && !file.starts_with("data/proofs/"));
        bag.fill(&ledger);
        let (verdict, codes) = verdict(&bag);
        assert!(verdict == Verdict::Invalid && codes.iter().all(|found| *found == code), "{name}: {verdict:?} {codes:?}");
    }
}

#[test]
fn receipts_and_older_checkpoints_must_be_of_this_history() {
    let mut other = TestLedger::new(ORIGIN, SEED);
    other.store(b"of another history");
    other.store(b"as well");
    let stranger = TestLedger::new(ORIGIN, 9);
    for (file, text, expected, code) in [
        ("data/proofs/0000000001.tlog-proof", other.receipt(1, 3), Verdict::Invalid, "receipt-invalid"),
        ("data/proofs/0000000001.tlog-proof", TestBag::of(3).1.receipt(2, 4), Verdict::Invalid, "receipt-invalid"),
        ("data/proofs/0000000000.tlog-proof", stranger.receipt(0, 1), Verdict::Invalid, "receipt-invalid"),
        ("data/ledger/history/0000000002.checkpoint", other.checkpoint(2), Verdict::Invalid, "history-differs"),
        ("data/ledger/history/0000000002.checkpoint", TestBag::of(3).1.checkpoint(3), Verdict::Invalid, "history-differs"),
    ] {
        let (verdict, codes) = resealed(3, |bag, _| bag.put(file, text.clone()));
        assert!(verdict == expected && codes == [code], "{file} {verdict:?} {codes:?} {text}");
    }
    // An older receipt of this history is as good as a new one.
    let (_, ledger) = TestBag::of(3);
    let (verdict, codes) = resealed(3, |bag, _| bag.put("data/proofs/0000000001.tlog-proof", ledger.receipt(1, 2)));
    assert_eq!((verdict, codes), (Verdict::Verified, vec![]));
}

#[test]
fn a_key_that_was_replaced_in_the_middle_stays_good_where_it_is_trusted() {
    let (mut bag, ledger) = TestBag::of(3);
    let mut renewed = ledger.clone();
    renewed.replace_key(2);
    bag.fill(&renewed);
    let (old, new) = (ledger.key().to_string(), renewed.key().to_string());
    for (keys, expected, code) in [
        (vec![&old, &new], Verdict::Verified, None),
        (vec![&new], Verdict::NotAnchored, Some("history-untrusted")),
        (vec![&old], Verdict::Invalid, Some("checkpoint-invalid")),
    ] {
        let keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        let report = check_bag(&bag, Some(policy_of(&keys)), vec![]).report;
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.name()).collect();
        assert_eq!(report.verdict, expected, "{codes:?}");
        assert!(code.is_none_or(|code| codes.contains(&code)), "{codes:?}");
    }
}

#[test]
fn the_copy_for_a_person_is_proven_by_its_receipts() {
    let (bag, ledger) = TestBag::copy(4);
    let report = check_bag(&bag, Some(policy()), vec![]).report;
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.name()).collect();
    assert_eq!((report.verdict, codes), (Verdict::Verified, vec!["partial-export", "partial-export"]));
    assert_eq!((report.counts.documents, report.counts.receipts), (4, 4));
    let mut with_accesses = bag.clone();
    with_accesses.seal_as(&ledger, "person; case x; with contents; with access log");
    let listed = check_bag(&with_accesses, Some(policy()), vec![]);
    assert!(listed.checks.iter().any(|check| check.name == "access-listed" && check.covered == Covered::No), "{:?}", listed.checks);
    let german = text(crate::words::Words::of(crate::words::Language::German), &listed);
    assert!(
        german.contains("Die Kopie listet sie auf") && !german.contains("Zugriffsprotokolle: Der Export enth\u{e4}lt keine"),
        "{german}"
    );
    type Change = fn(&mut TestBag);
    let cases: [(&str, Change, &str); 4] = [
        ("another document", |bag| bag.put("data/copy/00001.txt", "else"), "document-unproven"),
        ("no receipt", |bag| drop(bag.0.remove("data/proofs/0000000002.tlog-proof")), "opening-differs"),
        (
            "the receipt of another",
            |bag| {
                let other = bag.0["data/proofs/0000000001.tlog-proof"].clone();
                bag.put("data/proofs/0000000002.tlog-proof", other);
            },
            "receipt-invalid",
        ),
        ("no openings", |bag| drop(bag.0.remove("data/openings.jsonl")), "document-unproven"),
    ];
    for (name, change, code) in cases {
        let mut bag = bag.clone();
        change(&mut bag);
        bag.seal_as(&ledger, "person; case x; with contents; without access log");
        let (verdict, codes) = verdict(&bag);
        assert!(verdict == Verdict::Invalid && codes.contains(&code), "{name}: {verdict:?} {codes:?}");
    }
    // Only such a copy may leave the ledger out.
    let mut evidence = bag;
    evidence.seal(&ledger);
    let (verdict, codes) = verdict(&evidence);
    assert!(verdict == Verdict::Incomplete && codes.contains(&"entry-missing"), "{verdict:?} {codes:?}");
}

#[test]
fn an_access_ledger_is_the_one_that_the_main_ledger_has_closed() {
    let shard = |reads: u8| {
        let mut shard = TestLedger::new(&format!("{ORIGIN}/access/2026"), 5);
        // The same document twice: there are no back-pointers here.
        (0..reads).for_each(|_| shard.read(Handle([4; 16])));
        shard
    };
    for (closed, enclosed, expected, code, sealed) in [
        (Some(3), 3, Verdict::Verified, None, true),
        (Some(3), 2, Verdict::Invalid, Some("access-ledger-differs"), false),
        // Its year is not over: the trusted signature over the export is all there can be.
        (None, 3, Verdict::Verified, Some("access-ledger-open"), false),
    ] {
        let mut ledger = TestLedger::new(ORIGIN, SEED);
        if let Some(reads) = closed {
            let (size, root) = shard(reads).head();
            let note = codec::encode_note_body(&Note::ShardSealed { year: 2026, size, root });
            ledger.add(EventCode::ShardSeal, Handle([6; 16]), &[("sub.note", note)], vec![]);
        }
        let mut bag = TestBag::default();
        let shard = shard(enclosed);
        shard.put_into(&mut bag, "data/access/2026/");
        bag.put("keys/access-2026.vkey", format!("{}\n", shard.key()));
        bag.fill(&ledger);
        let report = check_bag(&bag, Some(policy()), vec![]);
        let codes: Vec<&str> = report.report.findings.iter().map(|finding| finding.code.name()).collect();
        assert_eq!((report.report.verdict, codes), (expected, code.into_iter().collect()), "{closed:?} {enclosed}");
        assert_eq!(report.bag.shards.iter().map(|shard| shard.is_sealed).collect::<Vec<_>>(), [sealed]);
        let german = text(crate::words::Words::of(crate::words::Language::German), &report);
        let line = format!("2026: {} Eintr\u{e4}ge, {}", enclosed + 1, if sealed { "abgeschlossen" } else { "offen" });
        assert!(german.contains(&line), "{german}");
        // A signature that nobody trusts vouches for nothing.
        let untrusted = check_bag(&bag, None, vec![]).report;
        assert_eq!(untrusted.has(catalogue::SHARD_UNANCHORED, "data/access/2026/"), closed.is_none(), "{:?}", untrusted.findings);
    }
}

/// What lies beside the main ledger has to be the access ledger of its folder, and to be there.
#[test]
fn an_access_ledger_is_that_of_its_year_and_vault() {
    let (open, over) = (Some("access-ledger-open"), Some("access-ledger-unanchored"));
    for (folder, origin, bare, expected, code) in [
        ("2026", format!("{ORIGIN}/access/2026"), false, Verdict::Verified, open),
        // The last entry of the main ledger is of November 2026: by then that year was closed.
        ("2025", format!("{ORIGIN}/access/2025"), false, Verdict::NotAnchored, over),
        ("2026", format!("{ORIGIN}/access/2025"), false, Verdict::Invalid, Some("access-ledger-differs")),
        ("2026", "other.example/ledger/1/access/2026".to_owned(), false, Verdict::Invalid, Some("access-ledger-differs")),
        ("2026-b", format!("{ORIGIN}/access/2026"), false, Verdict::Invalid, Some("access-ledger-differs")),
        ("02026", format!("{ORIGIN}/access/2026"), false, Verdict::Invalid, Some("access-ledger-differs")),
        ("2026", format!("{ORIGIN}/access/2026"), true, Verdict::Incomplete, Some("entry-missing")),
    ] {
        let (mut shard, mut ledger, mut bag) = (TestLedger::new(&origin, 5), TestLedger::new(ORIGIN, SEED), TestBag::default());
        shard.read(Handle([4; 16]));
        ledger.add(EventCode::DocumentStore, Handle([3; 16]), &[], vec![]);
        shard.put_into(&mut bag, &format!("data/access/{folder}/"));
        if bare {
            bag.0.retain(|name, _| !name.contains("/tile/"));
        }
        bag.put("keys/access.vkey", format!("{}\n", shard.key()));
        bag.fill(&ledger);
        let report = check_bag(&bag, Some(policy()), vec![]).report;
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.name()).collect();
        assert_eq!((report.verdict, code.is_none_or(|code| codes.contains(&code))), (expected, true), "{folder} {origin}: {codes:?}");
    }
}

/// Every file, at its first, last and some other bytes: a change without a new seal never passes.
#[test]
fn no_changed_byte_passes() {
    let (bag, _) = TestBag::of(3);
    for (name, bytes) in &bag.0 {
        let mut places: Vec<usize> = (0..bytes.len()).step_by(1 + bytes.len() / 3).collect();
        places.push(bytes.len() - 1);
        for at in places {
            let mut changed = bag.clone();
            changed.file(name)[at] ^= 1;
            let (verdict, codes) = verdict(&changed);
            assert!(verdict >= Verdict::Incomplete, "{name} byte {at}: {verdict:?} {codes:?}");
        }
    }
}

#[test]
fn no_file_can_be_added_or_removed() {
    let (bag, _) = TestBag::of(3);
    for name in bag.0.keys() {
        let mut fewer = bag.clone();
        fewer.0.remove(name);
        let (verdict, codes) = verdict(&fewer);
        // Copies of the export's key are there for tools that read no policy, and need not be.
        let expected = if name.starts_with("signatures/export.") && name != "signatures/export.note" {
            Verdict::Verified
        } else {
            Verdict::Incomplete
        };
        assert!(verdict >= expected, "{name}: {verdict:?} {codes:?}");
    }
    for name in ["data/x", "data/documents/x/y", "signatures/x", "x", "keys/x.vkey", "tagmanifest-md5.txt", "data/ledger/x"] {
        let mut more = bag.clone();
        more.put(name, "x");
        assert_eq!(verdict(&more).0, Verdict::Invalid, "{name}");
    }
}

#[test]
fn no_changed_byte_of_an_archive_passes() {
    let (bag, _) = TestBag::of(1);
    let whole = bag.tar();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bag.tar");
    // Damage where an archive says that it is one may leave nothing that could be taken for an export.
    let verdict = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        verify_bag(settings(&path, Some(policy()), vec![])).map(|checked| checked.report.verdict).ok()
    };
    assert_eq!(verdict(&whole), Some(Verdict::Verified));
    for at in (0..whole.len()).step_by(61) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        let found = verdict(&changed);
        assert!(found.map_or((257..263).contains(&at), |found| found >= Verdict::Incomplete), "byte {at} of {}: {found:?}", whole.len());
    }
    for length in (0..whole.len()).step_by(509) {
        let found = verdict(&whole[..length]);
        assert!(found.map_or(length == 0, |found| found >= Verdict::Incomplete), "the first {length} bytes: {found:?}");
    }
}

#[test]
fn an_archive_plays_no_tricks() {
    let (bag, _) = TestBag::of(1);
    let whole = bag.tar();
    let with = |header: [u8; 512], content: &[u8]| {
        let mut tar = header.to_vec();
        tar.extend(content);
        tar.resize(tar.len().next_multiple_of(512), 0);
        [tar, whole.clone()].concat()
    };
    let pax = |record: &str| with(tar_header("x", record.len(), b'x'), record.as_bytes());
    let cases: Vec<(&str, Vec<u8>, Verdict)> = vec![
        ("link", with(tar_header("export-1/data/link", 0, b'2'), b""), Verdict::Invalid),
        ("hard link", with(tar_header("export-1/data/link", 0, b'1'), b""), Verdict::Invalid),
        ("device", with(tar_header("export-1/data/null", 0, b'3'), b""), Verdict::Invalid),
        ("sparse file", with(tar_header("export-1/data/sparse", 0, b'S'), b""), Verdict::Invalid),
        ("way out", with(tar_header("export-1/../../etc/passwd", 1, b'0'), b"x"), Verdict::Invalid),
        ("absolute path", with(tar_header("/etc/passwd", 1, b'0'), b"x"), Verdict::Invalid),
        ("other folder", with(tar_header("export-2/bagit.txt", 1, b'0'), b"x"), Verdict::Invalid),
        ("the same name again", with(tar_header("export-1/bagit.txt", 1, b'0'), b"x"), Verdict::Invalid),
        ("folder", with(tar_header("export-1/data/", 0, b'5'), b""), Verdict::Verified),
        ("huge size", with(tar_header("export-1/data/huge", 0o77_777_777_777, b'0'), b""), Verdict::Incomplete),
        ("unknown extension", pax("22 GNU.sparse.major=1\n"), Verdict::Invalid),
        ("extension without an end", pax("99 path=x\n"), Verdict::Invalid),
        ("extension of a time", pax("13 mtime=1.5\n"), Verdict::Verified),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, expected) in cases {
        let path = folder.path().join("bag.tar");
        fs::write(&path, bytes).unwrap();
        let report = check(&path, Some(policy()), vec![]).report;
        assert!(report.verdict == expected, "{name}: {:?} {:?}", report.verdict, report.findings);
    }
    let missing = verify_bag(settings(&folder.path().join("none"), None, vec![]));
    assert!(matches!(missing, Err(BagError::Unreadable(_))), "{missing:?}");
}

/// Somebody has named another file: that is a mistake on the command line, and says nothing about any export.
#[test]
fn what_is_no_export_is_not_called_invalid() {
    let (bag, _) = TestBag::of(1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut foreign = tar_header("photos/a.jpg", 0, b'0').to_vec();
    foreign.resize(foreign.len() + 1024, 0);
    for (name, bytes, is_export) in [
        ("a long text", b"hello".repeat(500), false),
        ("a short text", b"log x\nquorum none\n".to_vec(), false),
        ("nothing", vec![], false),
        ("an archive of something else", foreign, false),
        ("an export that broke off", bag.tar()[..700].to_vec(), true),
        ("an export that broke off in its first header", bag.tar()[..300].to_vec(), true),
    ] {
        fs::write(&path, bytes).unwrap();
        let checked = verify_bag(settings(&path, Some(policy()), vec![]));
        assert_eq!(matches!(checked, Err(BagError::NoExport)), !is_export, "{name}: {checked:?}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(verify_bag(settings(empty.path(), None, vec![])), Err(BagError::NoExport)));
    fs::write(empty.path().join("bag-info.txt"), "").unwrap();
    assert!(verify_bag(settings(empty.path(), None, vec![])).is_ok());
}

#[test]
fn the_report_is_told_in_both_languages() {
    use crate::words::{Language, Words};
    let (mut bag, _) = TestBag::of(3);
    bag.file("bag-info.txt")[0] ^= 1;
    bag.put("data/<script>", "x");
    let report = check_bag(&bag, Some(policy()), vec![]);
    for (language, word) in [(Language::German, "ung\u{fc}ltig"), (Language::English, "invalid")] {
        let words = Words::of(language);
        let (html, text) = (page(words, &report), text(words, &report));
        assert!(html.contains(word) && text.contains(word), "{text}");
        assert!(!html.contains("<script>") && !html.contains("audit-") && !text.contains("audit-"), "{html}");
        for check in &report.checks {
            for name in ["done", "open"] {
                let told = words.told(&format!("audit-{name}-{}", check.name), &[("count", 1.into()), ("of", 2.into())]);
                assert!(!told.starts_with("audit-") && !told.contains('{'), "{told}");
            }
        }
        for verdict in
            [Verdict::Verified, Verdict::NotAnchored, Verdict::SelfConsistent, Verdict::Diverged, Verdict::Invalid, Verdict::Incomplete]
        {
            assert!(words.label(&format!("audit-meaning-{}", verdict.word())).contains(' '));
        }
        for code in coverage::CODES {
            assert!(words.knows_finding(code.name()), "{code:?} has no words");
        }
    }
}

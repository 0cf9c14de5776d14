//! What cosignatures in a bag are worth: for the beginning of the ledger that they are over, and under a policy that asks for them.

use super::testing::{ORIGIN, SEED, TestBag, TestLedger};
use super::tests::check_bag;
use crate::ledger::{Cosigner, EventCode, LogState, TrustPolicy, leaf_hash};
use crate::model::Handle;
use crate::verify::Verdict;

const FILE: &str = "data/ledger/checkpoint.cosigned";

fn cosigner(name: &str, seed: u8) -> Cosigner {
    Cosigner::from_seed(name, &[seed; 32]).unwrap()
}

fn witness() -> Cosigner {
    cosigner("witness.example/w1", 21)
}

/// A policy that trusts the ledger of the bags if this witness has cosigned it.
fn policy() -> TrustPolicy {
    let log = TestLedger::new(ORIGIN, SEED).key();
    TrustPolicy::parse(format!("log {log}\nwitness w {}\nquorum w\n", witness().verifier_key()).as_bytes()).unwrap()
}

/// The first `size` entries of a ledger, cosigned.
fn cosigned(ledger: &TestLedger, size: u64, by: &Cosigner) -> String {
    let leaves: Vec<_> = ledger.entries[..size as usize].iter().map(|entry| leaf_hash(entry)).collect();
    let signed = ledger.signer().sign(size, LogState::empty().append(&leaves).unwrap().root).unwrap();
    by.cosign(&signed, 1_795_000_000).unwrap().0.note().to_string()
}

fn verdict(bag: &TestBag) -> (Verdict, Vec<&'static str>, usize) {
    let report = check_bag(bag, Some(policy()), vec![]);
    let codes = report.report.findings.iter().map(|finding| finding.code.name()).collect();
    (report.report.verdict, codes, report.bag.witnesses.len())
}

#[test]
fn cosignatures_count_for_what_they_are_over() {
    // Five entries, of which the last one is opened.
    let (bag, ledger) = TestBag::of(3);
    let mut longer = ledger.clone();
    longer.store(b"later");
    let mut other = TestLedger::new(ORIGIN, SEED);
    other.store(b"what the other history has instead");
    let forged = cosigned(&ledger, 5, &witness()).replacen("\n5\n", "\n4\n", 1);
    let stranger = cosigner("witness.example/w2", 22);
    for (name, file, expected, code, witnesses) in [
        ("none", None, Verdict::NotAnchored, Some("checkpoint-unwitnessed"), 0),
        ("all of it", Some(cosigned(&ledger, 5, &witness())), Verdict::Verified, None, 1),
        ("a part", Some(cosigned(&ledger, 4, &witness())), Verdict::NotAnchored, Some("checkpoint-witnessed-in-part"), 1),
        ("by a stranger", Some(cosigned(&ledger, 5, &stranger)), Verdict::NotAnchored, Some("checkpoint-unwitnessed"), 0),
        ("another history", Some(cosigned(&other, 2, &witness())), Verdict::Invalid, Some("history-differs"), 0),
        ("newer than the bag", Some(cosigned(&longer, 6, &witness())), Verdict::Invalid, Some("history-differs"), 0),
        ("forged", Some(forged), Verdict::Invalid, Some("checkpoint-invalid"), 0),
        ("of a new key", Some(cosigned(&TestLedger::new(ORIGIN, 9), 1, &witness())), Verdict::NotAnchored, Some("history-untrusted"), 0),
    ] {
        let mut bag = bag.clone();
        if let Some(file) = file {
            bag.put(FILE, file);
        }
        bag.seal(&ledger);
        let found = verdict(&bag);
        assert!(found.0 == expected && found.2 == witnesses, "{name}: {found:?}");
        assert!(code.map_or(found.1.is_empty(), |code| found.1.contains(&code)), "{name}: {found:?}");
    }
}

#[test]
fn what_is_not_opened_must_be_cosigned_as_well() {
    // Four entries; the last two are about a document that was destroyed, so that nothing opens them.
    let (bag, ledger) = TestBag::of(2);
    // Whoever makes the bag decides what it opens, so that cannot decide what witnesses must have seen.
    for size in [2, 1, 3] {
        let mut bag = bag.clone();
        bag.put(FILE, cosigned(&ledger, size, &witness()));
        bag.seal(&ledger);
        assert_eq!(verdict(&bag), (Verdict::NotAnchored, vec!["checkpoint-witnessed-in-part"], 1), "{size}");
    }
}

#[test]
fn without_the_entries_only_the_whole_ledger_can_be_compared() {
    let (bag, ledger) = TestBag::copy(4);
    for (size, expected) in [(5, Verdict::Verified), (4, Verdict::NotAnchored)] {
        let mut bag = bag.clone();
        bag.put(FILE, cosigned(&ledger, size, &witness()));
        bag.seal_as(&ledger, "person; case x; with contents; without access log");
        assert_eq!(verdict(&bag).0, expected, "{size}");
    }
}

#[test]
fn the_access_ledger_is_shown_as_a_whole() {
    let mut shard = TestLedger::new(&format!("{ORIGIN}/access/2026"), 5);
    (0..3).for_each(|_| shard.read(Handle([4; 16])));
    let mut ledger = TestLedger::new(ORIGIN, SEED);
    ledger.add(EventCode::DocumentStore, Handle([3; 16]), &[], vec![]);
    let lines = format!("log {}\nlog {}\nwitness w {}\nquorum w\n", ledger.key(), shard.key(), witness().verifier_key());
    let policy = TrustPolicy::parse(lines.as_bytes()).unwrap();
    for (size, expected) in [(4, Verdict::Verified), (3, Verdict::NotAnchored)] {
        let mut bag = TestBag::default();
        shard.put_into(&mut bag, "data/access/2026/");
        bag.put("data/access/2026/checkpoint.cosigned", cosigned(&shard, size, &witness()));
        bag.put(FILE, cosigned(&ledger, 2, &witness()));
        bag.fill(&ledger);
        let report = check_bag(&bag, Some(policy.clone()), vec![]).report;
        assert_eq!(report.verdict, expected, "{size}: {:?}", report.findings);
    }
}

//! What roots add to a check: more is known with them than without, and a root that does not fit takes nothing away.

use std::fs;

use super::testing::TestBag;
use super::tests::{policy, settings};
use super::*;
use crate::evidence::Signer;
use crate::model::Digest;
use crate::verify::Verdict;

const FILE: &str = "signatures/tagmanifest-sha256.txt.p7s";

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evidence").join(name)).unwrap()
}

fn now() -> Timestamp {
    Timestamp::parse("2027-01-02T03:04:05Z").unwrap()
}

/// The office's signature over what has this digest.
fn signature(manifest: Digest) -> Vec<u8> {
    let signer = Signer::from_pem(&fixture("signer-ec.crt"), &fixture("signer-ec.key")).unwrap();
    signer.sign_detached(manifest, now()).unwrap()
}

fn check(bag: &TestBag, roots: Option<&str>, asks_for_stamp: bool) -> (Verdict, Vec<&'static str>, bool) {
    let folder = tempfile::tempdir().unwrap();
    bag.write(folder.path());
    let roots = roots.map(|name| TrustRoots::from_pem(&fixture(name)).unwrap());
    let settings = BagSettings { roots, asks_for_stamp, now: now(), ..settings(folder.path(), Some(policy()), vec![]) };
    let report = verify_bag(settings).unwrap();
    let codes = report.report.findings.iter().map(|finding| finding.code.name()).collect();
    (report.report.verdict, codes, report.bag.certificate.is_some())
}

#[test]
fn a_root_that_does_not_fit_takes_nothing_away() {
    let (mut bag, _) = TestBag::of(3);
    bag.put(FILE, signature(Digest::sha256(&bag.0["tagmanifest-sha256.txt"])));
    for (roots, asks_for_stamp, expected, codes, signed) in [
        (None, false, Verdict::Verified, vec!["not-covered"], false),
        (Some("stranger.crt"), false, Verdict::Verified, vec!["cms-untrusted"], false),
        (Some("root.crt"), false, Verdict::Verified, vec![], true),
        // Who wants a time-stamp says so.
        (Some("root.crt"), true, Verdict::NotAnchored, vec!["timestamp-missing"], true),
    ] {
        assert_eq!(check(&bag, roots, asks_for_stamp), (expected, codes, signed), "{roots:?}");
    }
}

#[test]
fn what_is_wrong_is_wrong_without_roots_as_well() {
    let (bag, _) = TestBag::of(3);
    let good = signature(Digest::sha256(&bag.0["tagmanifest-sha256.txt"]));
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    let of_another = signature(Digest::sha256(b"another manifest"));
    for roots in [None, Some("stranger.crt"), Some("root.crt")] {
        for (name, file) in [("forged", &forged), ("of another export", &of_another), ("no signature", &b"hello".to_vec())] {
            let mut bag = bag.clone();
            bag.put(FILE, file.clone());
            assert_eq!(check(&bag, roots, false), (Verdict::Invalid, vec!["cms-invalid"], false), "{name} {roots:?}");
        }
        let mut stamped = bag.clone();
        stamped.put(FILE, good.clone());
        stamped.put(&format!("{FILE}.tsr"), fixture("content-ec.tsr"));
        let (verdict, codes, _) = check(&stamped, roots, false);
        assert!(verdict == Verdict::Invalid && codes.contains(&"timestamp-invalid"), "{roots:?}: {codes:?}");
        // Without the signature it is over nothing, and no time-stamp of it is one that was asked for.
        stamped.0.remove(FILE);
        let (verdict, codes, _) = check(&stamped, roots, true);
        assert!(verdict == Verdict::Invalid && codes.contains(&"timestamp-invalid"), "{roots:?}: {codes:?}");
        assert!(codes.contains(&"timestamp-missing"), "{roots:?}: {codes:?}");
    }
}

#[test]
fn a_time_stamp_over_nothing_is_none() {
    let (mut bag, _) = TestBag::of(3);
    // One that would be good if what is missing counted as empty.
    bag.put(&format!("{FILE}.tsr"), fixture("empty-ec.tsr"));
    let (verdict, codes, _) = check(&bag, Some("root.crt"), true);
    assert_eq!((verdict, codes.contains(&"timestamp-invalid")), (Verdict::Invalid, true), "{codes:?}");
}

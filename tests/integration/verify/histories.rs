//! Older databases, older anchors, and two histories of one archive.

use super::*;
use aktenfest::archive::Archive;
use aktenfest::clock::Clock;
use aktenfest::model::{Timestamp, VaultName};
use aktenfest::observe::Observer;

/// Starts the archive in `directory`, stores documents, stops it; answers its newest checkpoint.
async fn continue_in(directory: &Path, documents: std::ops::Range<u32>, seed: u64) -> Vec<u8> {
    let settings = settings(directory, Arc::new(OneFault::default()));
    let clock = Clock::manual(Timestamp::parse("2026-11-21T08:00:00Z").unwrap());
    let (archive, running) = Archive::start(&settings, clock, Observer::new().unwrap()).unwrap();
    let vault = archive.vault(&VaultName::parse("demo").unwrap()).unwrap();
    for number in documents {
        store(&vault, number, &noise(seed + u64::from(number), 900)).await.unwrap();
    }
    let checkpoint = vault.checkpoint().unwrap();
    running.refuse_new();
    drop((vault, archive));
    tokio::task::spawn_blocking(move || running.join()).await.unwrap();
    checkpoint
}

fn replace(from: &Path, to: &Path, name: &str) {
    let target = to.join(name);
    fs::remove_dir_all(&target).unwrap();
    let source = from.join(name);
    for path in files(&source) {
        fs::create_dir_all(target.join(&path).parent().unwrap()).unwrap();
        fs::copy(source.join(&path), target.join(&path)).unwrap();
    }
    if name == "data" {
        fs::create_dir_all(target.join("staging")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_under_the_current_anchor_is_found() {
    let sample = Sample::make().await;
    let newer = sample.copy();
    continue_in(newer.directory.path(), 500..503, 0).await;
    replace(sample.office.directory.path(), newer.directory.path(), "data");
    let report = newer.verify();
    assert!(report.has(catalogue::DATABASE_BEHIND, "database"), "{report}");
    assert_eq!(report.verdict, Verdict::Incomplete, "{report}");
    let text = report.to_string();
    assert!(text.contains("lacks the entries 275 to 277"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_with_its_own_anchor_is_found_by_a_checkpoint_kept_elsewhere() {
    let sample = Sample::make().await;
    let newer = sample.copy();
    let kept = continue_in(newer.directory.path(), 500..503, 0).await;
    let mut older = sample.copy();
    older.trust.known.push(Known::parse("newest.checkpoint", &kept).unwrap());
    older.expect("rolled back", catalogue::KNOWN_AHEAD, "vault demo", Verdict::Incomplete);
    older.trust.known.pop();
    assert_eq!(older.verify().verdict, Verdict::Verified, "nobody else can tell");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_anchor_cannot_vouch_for_a_newer_database() {
    let sample = Sample::make().await;
    let newer = sample.copy();
    continue_in(newer.directory.path(), 500..510, 0).await;
    replace(sample.office.directory.path(), newer.directory.path(), "anchor");
    newer.expect("older anchor", catalogue::ANCHOR_LAGS, "anchor", Verdict::NotAnchored);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_archives_from_one_backup_are_two_histories() {
    let sample = Sample::make().await;
    let (mut one, two) = (sample.copy(), sample.copy());
    continue_in(one.directory.path(), 500..505, 0).await;
    let kept = continue_in(two.directory.path(), 500..503, 1000).await;
    one.trust.known.push(Known::parse("from-the-other.checkpoint", &kept).unwrap());
    let report = one.verify();
    assert_eq!(report.verdict, Verdict::Diverged, "{report}");
    assert_eq!(report.verdict.exit_code(), 30);
    let finding = report.findings.iter().find(|finding| finding.code == catalogue::KNOWN_DIVERGED).unwrap();
    assert!(finding.text.contains(std::str::from_utf8(&kept).unwrap()), "the note that was kept\n{report}");
    assert!(finding.text.contains("\n280\n"), "our own note\n{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_the_trusted_one_is_found() {
    let sample = Sample::make().await;
    let mut copy = sample.copy();
    let signer = aktenfest::ledger::LogSigner::from_seed(sample.log_key.name(), &[7; 32]).unwrap();
    copy.trust = Trust { log_keys: vec![signer.verifier_key().clone()], known: Vec::new() };
    copy.expect("another key", catalogue::LOG_KEY_DIFFERS, "vault demo", Verdict::Invalid);
}

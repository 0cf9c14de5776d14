//! `verify`: what is changed, missing or put back is found at its place, and nothing is written.

mod certificate;
mod command;
mod database;
mod destruction;
mod files;
mod histories;
mod online;
pub mod raw;
mod retention;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aktenfest::ledger::VerifierKey;
use aktenfest::model::CaseId;
use aktenfest::verify::{Code, Known, OfflineSettings, Report, Severity, Trust, Verdict, catalogue, verify_offline};
use tempfile::TempDir;

use crate::archive::{Office, OneFault, application, description, noise, settings, store};

/// Documents of the sample archive before and after its restart; together they fill a tile of the ledger.
const BEFORE: u32 = 250;
const AFTER: u32 = 20;
/// One document of two frames and one that is staged as a file of its own, so that every way into the database is there.
const TWO_FRAMES: u32 = 1000;
const STAGED: u32 = 1001;

/// A stopped archive of which copies are damaged.
pub struct Sample {
    office: Office,
    log_key: VerifierKey,
    checkpoint: Vec<u8>,
}

impl Sample {
    /// Stores documents, restarts, so that table files hold part of them, and stores more, which the write-ahead log holds.
    pub async fn make() -> Self {
        let mut office = Office::open().await;
        for number in 0..BEFORE {
            office.store(number, &noise(u64::from(number), number as usize * 3)).await.unwrap();
        }
        office.store(STAGED, &noise(7, 5 << 20)).await.unwrap();
        office.restart().await;
        office.store(TWO_FRAMES, &noise(8, aktenfest::limits::FRAME_BYTES + 100)).await.unwrap();
        office.vault().open_case(&application(), second_case(), description("3 C 18/26")).await.unwrap();
        for number in BEFORE..BEFORE + AFTER {
            office.store(number, &noise(u64::from(number), 500)).await.unwrap();
        }
        Self::of(office).await
    }

    /// The sample that this office leaves behind.
    pub async fn of(mut office: Office) -> Self {
        let log_key = VerifierKey::parse(&office.vault().verifier_key().unwrap()).unwrap();
        let checkpoint = office.vault().checkpoint().unwrap();
        office.stop().await;
        Self { office, log_key, checkpoint }
    }

    /// A copy to be damaged.
    pub fn copy(&self) -> Copy {
        let directory = tempfile::tempdir().unwrap();
        copy_tree(self.office.directory.path(), directory.path());
        Copy { directory, trust: self.trust() }
    }

    /// What a careful auditor has kept elsewhere.
    pub fn trust(&self) -> Trust {
        let known = Known::parse("kept.checkpoint", &self.checkpoint).unwrap();
        Trust { log_keys: vec![self.log_key.clone()], known: vec![known] }
    }
}

/// A copy of the sample archive.
pub struct Copy {
    pub directory: TempDir,
    pub trust: Trust,
}

impl Copy {
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Checks the copy, and that the check has left every file as it was.
    pub fn verify(&self) -> Report {
        let before = snapshot(self.directory.path());
        let settings = settings(self.directory.path(), Arc::new(OneFault::default()));
        let report = verify_offline(&OfflineSettings {
            store: settings.store,
            keys: settings.keys,
            trust: self.trust.clone(),
            roots: None,
            threads: 2,
        });
        assert!(snapshot(self.directory.path()) == before, "a check must not write anything");
        report
    }

    /// Checks that the copy has this finding and that the report ends with this verdict.
    pub fn expect(&self, what: &str, code: Code, place: &str, verdict: Verdict) {
        let report = self.verify();
        assert!(report.has(code, place), "{what}: no {code:?} at {place} in\n{report}");
        assert_eq!(report.verdict, verdict, "{what}:\n{report}");
    }
}

pub fn second_case() -> CaseId {
    CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e12").unwrap()
}

/// Every file below a directory, by its path relative to it.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { waiting.push(path) } else { found.push(path.strip_prefix(directory).unwrap().to_owned()) }
        }
    }
    found.sort();
    found
}

fn snapshot(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let digest = |path: &PathBuf| {
        let bytes = fs::read(directory.join(path)).unwrap();
        ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref().to_vec()
    };
    files(directory).into_iter().map(|path| (path.clone(), digest(&path))).collect()
}

pub fn copy_tree(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(from.join(&path), target).unwrap();
    }
    fs::create_dir_all(to.join("data/staging")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_archive_is_verified_and_everything_was_looked_at() {
    let sample = Sample::make().await;
    let mut copy = sample.copy();
    let report = copy.verify();
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    assert!(report.findings.is_empty(), "{report}");
    let documents = u64::from(BEFORE + AFTER + 2);
    let counts = report.counts;
    assert_eq!((counts.vaults, counts.cases, counts.documents, counts.logs), (1, 2, documents, 1));
    assert_eq!((counts.entries, counts.tiles), (documents + 3, 1));
    let small: u64 = (0..u64::from(BEFORE)).map(|number| number * 3).sum();
    let plain = small + u64::from(AFTER) * 500 + (5 << 20) + aktenfest::limits::FRAME_BYTES as u64 + 100;
    assert_eq!((counts.plain_bytes, counts.frames), (plain, u64::from(BEFORE + AFTER) + 2 + 20));
    let log = &report.logs[0];
    assert_eq!((log.size, log.log_key.as_ref()), (documents + 3, Some(&sample.log_key.to_string())));
    assert!(String::from_utf8_lossy(&sample.checkpoint).contains(&log.root));

    copy.trust = Trust::default();
    copy.expect("nothing from outside", catalogue::NO_TRUSTED_KEY, "vault demo", Verdict::SelfConsistent);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_finding_holds_personal_data() {
    let sample = Sample::make().await;
    let copy = sample.copy();
    for file in ["keyring", "root-of-trust"] {
        fs::remove_dir_all(copy.path(file)).unwrap();
    }
    let text = copy.verify().to_string();
    for personal in ["3 C 17/26", "3 C 18/26", "benefit", "document 1\"", "eakte"] {
        assert!(!text.contains(personal), "{personal} in\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_daemon_keeps_the_check_out() {
    let office = Office::open().await;
    let settings = &office.settings;
    let report = verify_offline(&OfflineSettings {
        store: settings.store.clone(),
        keys: settings.keys.clone(),
        trust: Trust::default(),
        roots: None,
        threads: 1,
    });
    assert!(report.has(catalogue::IN_USE, "lock"), "{report}");
    assert_eq!(report.verdict.exit_code(), 75, "nothing was checked");
    store(&office.vault(), 5, b"still works").await.unwrap();
}

/// Whether anything worth a look was found.
pub fn is_loud(report: &Report) -> bool {
    report.verdict != Verdict::Verified && report.findings.iter().any(|finding| finding.code.severity() > Severity::Note)
}

//! The sample export, which was not made here: our verifier accepts it, and refuses it after every change of a byte; so does at least one
//! program that was not made here, for every kind of file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aktenfest::evidence::TrustRoots;
use aktenfest::ledger::TrustPolicy;
use aktenfest::model::Timestamp;
use aktenfest::verify::Verdict;
use aktenfest::verify::bag::{BagReport, BagSettings, verify_bag};
use base64::Engine as _;

use super::{from_outside, run_tool};
use crate::cli_support::Ran;

/// Bytes of the longest first line of a file of signify in the sample.
const COMMENT_BYTES: usize = 52;

/// Bytes of an answer of an authority up to the end of its status.
const STATUS_BYTES: usize = 9;

/// A copy of the sample that may be changed.
struct Sample {
    _folder: tempfile::TempDir,
    bag: PathBuf,
    policy: String,
    root: Vec<u8>,
}

impl Sample {
    fn copy(original: &Path) -> Self {
        let folder = tempfile::tempdir().expect("must be created");
        let bag = folder.path().join("bag");
        run_tool(Command::new("cp").arg("-r").arg(original).arg(&bag)).expect(0);
        run_tool(Command::new("chmod").args(["-R", "u+w"]).arg(&bag)).expect(0);
        let key = |name: &str| fs::read_to_string(original.join(name)).expect("must be there").trim().to_owned();
        let [log, export, witness] = ["keys/log.vkey", "signatures/export.vkey", "keys/witnesses.vkey"].map(key);
        let policy = format!("log {log}\nlog {export}\nwitness w1 {witness}\nquorum w1\n");
        let root = fs::read(original.join("keys/tsa-root.pem")).expect("must be there");
        Self { _folder: folder, bag, policy, root }
    }

    fn ours(&self) -> BagReport {
        let trust = TrustPolicy::parse(self.policy.as_bytes()).ok();
        assert!(trust.is_some(), "the policy is one");
        verify_bag(BagSettings {
            bag: self.bag.clone(),
            trust,
            known: vec![],
            roots: TrustRoots::from_pem(&self.root).ok(),
            asks_for_stamp: true,
            now: Timestamp::EPOCH,
            threads: 2,
        })
        .expect("must be readable")
    }

    /// Whether a program that was not made here refuses the bag because of this file.
    fn is_refused_elsewhere(&self, file: &str) -> bool {
        let refused = |ran: Ran| ran.code != 0;
        let path = self.bag.join(file);
        let root = self.bag.join("keys/tsa-root.pem");
        match file {
            "signatures/export.note" | "signatures/export.pem" => refused(self.openssl_note()),
            "signatures/tagmanifest-sha256.txt.p7s" => {
                let arguments = ["cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any", "-out", "/dev/null", "-in"];
                let content = self.bag.join("tagmanifest-sha256.txt");
                let cms =
                    Command::new("openssl").args(arguments).arg(&path).arg("-content").arg(content).arg("-CAfile").arg(&root).output();
                // The time-stamp covers every byte of the signature, also those that nobody signs.
                refused(Ran::of(cms.expect("must start"))) || refused(self.openssl_stamp(&root))
            }
            "signatures/tagmanifest-sha256.txt.p7s.tsr" => refused(self.openssl_stamp(&root)),
            _ if file.starts_with("signatures/signify/") => {
                let signify = ["-V", "-q", "-p", "log.pub", "-m", "checkpoint.txt", "-x", "checkpoint.txt.sig"];
                refused(run_tool(Command::new("signify-openbsd").args(signify).current_dir(self.bag.join("signatures/signify"))))
            }
            // The manifests themselves are checked by those who follow them.
            "tagmanifest-sha256.txt" | "tagmanifest-sha512.txt" => refused(self.sums(file)) || !self.note_names(file),
            _ => refused(self.sums("tagmanifest-sha256.txt")) || refused(self.sums("manifest-sha256.txt")),
        }
    }

    fn sums(&self, manifest: &str) -> Ran {
        let program = if manifest.contains("sha256") { "sha256sum" } else { "sha512sum" };
        run_tool(Command::new(program).args(["-c", "--quiet", "--strict", manifest]).current_dir(&self.bag))
    }

    /// Whether the signed note has the digest of this tag manifest, as coreutils compute it.
    fn note_names(&self, manifest: &str) -> bool {
        let program = if manifest.contains("sha256") { "sha256sum" } else { "sha512sum" };
        let ran = run_tool(Command::new(program).arg(manifest).current_dir(&self.bag)).expect(0);
        let digest = ran.stdout.split_whitespace().next().expect("must have a digest").to_owned();
        fs::read_to_string(self.bag.join("signatures/export.note")).is_ok_and(|note| note.contains(&digest))
    }

    fn openssl_note(&self) -> Ran {
        let note = fs::read(self.bag.join("signatures/export.note")).expect("must be readable");
        let note = String::from_utf8_lossy(&note).into_owned();
        let (text, lines) = note.rsplit_once("\n\n").unwrap_or((&note, ""));
        let signature = lines.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
        let signature = base64::engine::general_purpose::STANDARD.decode(signature).unwrap_or_default();
        let folder = self.bag.parent().expect("must have one");
        let (message, signed) = (folder.join("message"), folder.join("signature"));
        fs::write(&message, format!("{text}\n")).expect("must be written");
        fs::write(&signed, signature.get(4..).unwrap_or_default()).expect("must be written");
        let key = self.bag.join("signatures/export.pem");
        let arguments = ["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"];
        run_tool(Command::new("openssl").args(arguments).arg(key).arg("-in").arg(message).arg("-sigfile").arg(signed))
    }

    fn openssl_stamp(&self, root: &Path) -> Ran {
        let signatures = self.bag.join("signatures");
        let mut command = Command::new("openssl");
        command.args(["ts", "-verify", "-data", "tagmanifest-sha256.txt.p7s", "-in", "tagmanifest-sha256.txt.p7s.tsr", "-CAfile"]);
        run_tool(command.arg(root).current_dir(signatures))
    }

    fn files(&self) -> Vec<String> {
        let found = run_tool(Command::new("find").args([".", "-type", "f"]).current_dir(&self.bag)).expect(0);
        let mut files: Vec<String> = found.stdout.lines().filter_map(|line| line.strip_prefix("./")).map(str::to_owned).collect();
        files.sort();
        files
    }

    /// Calls `check` with every file and with places in it, the byte there being another one meanwhile.
    fn with_changes(&self, step: impl Fn(usize) -> usize, mut check: impl FnMut(&Self, &str, usize)) {
        for file in self.files() {
            let path = self.bag.join(&file);
            let good = fs::read(&path).expect("must be readable");
            for at in (0..good.len()).step_by(step(good.len())) {
                let mut bad = good.clone();
                bad[at] ^= 1;
                fs::write(&path, &bad).expect("must be written");
                check(self, &file, at);
            }
            fs::write(&path, &good).expect("must be written");
        }
    }
}

#[test]
#[ignore = "needs data from outside; part of make interop"]
fn the_sample_export_is_verified_and_no_changed_byte_of_it() {
    let Some(original) = from_outside("vectors/sample-export", "the sample export by our verifier") else { return };
    let sample = Sample::copy(&original);
    let report = sample.ours();
    assert_eq!(report.report.verdict, Verdict::Verified, "{:?}", report.report.findings);
    let counts = &report.report.counts;
    assert_eq!((report.bag.stamps.len(), report.bag.certificate.is_some()), (3, true), "{:?}", report.bag);
    assert_eq!((counts.entries, counts.documents, counts.receipts, report.bag.witnesses.len()), (7, 1, 7, 1));
    // Every byte of short files, every third of longer ones.
    sample.with_changes(
        |bytes| if bytes < 1000 { 1 } else { 3 },
        |sample, file, at| {
            let verdict = sample.ours().report.verdict;
            // A stamp whose certificate is changed is by a stranger; one that was granted with modifications is granted.
            let is_stamp = file.ends_with(".p7s.tsr");
            let refused = if is_stamp { verdict != Verdict::Verified || at < STATUS_BYTES } else { verdict >= Verdict::Incomplete };
            assert!(refused, "{file} byte {at}: {verdict:?}");
        },
    );
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn a_changed_byte_is_refused_by_a_program_that_was_not_made_here() {
    let Some(original) = from_outside("vectors/sample-export", "changed exports by foreign programs") else { return };
    let sample = Sample::copy(&original);
    let files = sample.files();
    let accepted: Vec<&String> = files.iter().filter(|file| sample.is_refused_elsewhere(file)).collect();
    assert_eq!(accepted, [""; 0], "the sample as it is");
    sample.with_changes(
        |bytes| 1 + bytes / 4,
        |sample, file, at| {
            // The name of a key in C2SP's own form is read by Go's programs, which `log` shows; the first line of signify's files is a comment.
            let is_comment = file.starts_with("signatures/signify/") && !file.ends_with(".txt") && at < COMMENT_BYTES;
            let is_told = file != "signatures/export.vkey" && !is_comment;
            assert!(!is_told || sample.is_refused_elsewhere(file), "{file} byte {at}");
        },
    );
}

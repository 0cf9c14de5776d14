//! `aktenfest ingest` and `aktenfest get`: resumable, bounded in patience, exact about what failed.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::cli_answers::{Answer, FakeArchive};
use crate::cli_support::{Dev, Ran, argument, keys, samples, wait_until, write_files};

fn ingest(dev: &Dev, folder: &Path, more: &[&str]) -> Ran {
    dev.client(&[&["ingest", argument(folder), "--reference", "a case", "--json"], more].concat())
}

fn count(report: &Value, key: &str) -> u64 {
    report[key].as_u64().unwrap_or_else(|| panic!("{key} must be a number"))
}

#[test]
fn a_killed_import_goes_on_where_it_was() {
    const FILES: usize = 1500;
    let folder = tempfile::tempdir().expect("must be created");
    let documents = folder.path().join("documents");
    write_files(&documents, FILES, 2000);
    let dev = Dev::start(&folder.path().join("dev"));
    let mut first = dev.client_command(&["ingest", argument(&documents), "--reference", "a case", "--jobs", "1"]);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("must start");
    wait_until("some documents are stored", || dev.metric("aktenfest_documents_stored_total") >= 20.0);
    first.kill().expect("must be running");
    first.wait().expect("must end");

    let receipts = folder.path().join("receipts");
    let second = ingest(&dev, &documents, &["--jobs", "16", "--receipts", argument(&receipts)]).expect(0).json();
    assert_eq!(keys(&second), ["bytes", "case", "failed", "files", "repeated", "seconds", "stored", "vault"]);
    assert!(count(&second, "repeated") >= 19 && count(&second, "stored") > 0, "{second}");
    assert_eq!(count(&second, "repeated") + count(&second, "stored"), FILES as u64);
    assert_eq!(fs::read_dir(&receipts).expect("must be there").count(), FILES, "one receipt for each document, stored or repeated");
    let third = ingest(&dev, &documents, &["--jobs", "16"]).expect(0).json();
    assert_eq!((count(&third, "repeated"), count(&third, "stored")), (FILES as u64, 0));
    assert_eq!(dev.stop(), 0);
}

#[test]
fn an_import_outlives_a_crash_of_the_archive() {
    const FILES: usize = 1500;
    let folder = tempfile::tempdir().expect("must be created");
    let (documents, data) = (folder.path().join("documents"), folder.path().join("dev"));
    write_files(&documents, FILES, 2000);
    let dev = Dev::start(&data);
    let address = dev.address().to_owned();
    let mut command = dev.client_command(&["ingest", argument(&documents), "--reference", "a case", "--jobs", "4", "--json"]);
    let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("must start");
    wait_until("some documents are stored", || dev.metric("aktenfest_documents_stored_total") >= 20.0);
    dev.kill();
    let dev = Dev::start_on(&data, &address);
    assert_eq!(dev.address(), address);
    let report = Ran::of(running.wait_with_output().expect("must end")).expect(0).json();
    assert_eq!(count(&report, "repeated") + count(&report, "stored"), FILES as u64);
    assert_eq!(dev.stop(), 0);
}

#[test]
fn a_document_comes_back_as_it_went() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let documents = folder.path().join("documents");
    fs::create_dir(&documents).expect("must be created");
    // Larger than what is sent from memory, and not a whole number of frames.
    write_files(&documents, 1, 3_000_001);
    let receipts = folder.path().join("receipts");
    let report = ingest(&dev, &documents, &["--receipts", argument(&receipts)]).expect(0).json();
    let case = report["case"].as_str().expect("must be a text");
    let kept = fs::read_dir(&receipts).expect("must be there").next().expect("must be one").expect("must be readable").path();
    let document = kept.file_stem().and_then(|name| name.to_str()).expect("must be a text").to_owned();
    let place = ["get", "--case", case, "--document", &document];
    let get = |more: &[&str]| dev.client(&[&place[..], more].concat());

    let copy = folder.path().join("copy.bin");
    let read = get(&["-o", argument(&copy), "--json"]).expect(0).json();
    assert_eq!(keys(&read), ["bytes", "document", "file", "media_type", "sha256"]);
    assert!(fs::read(&copy).expect("must be there") == fs::read(documents.join("file-00000.bin")).expect("must be there"));
    assert_eq!(get(&["--receipt"]).expect(0).stdout.as_bytes(), fs::read(&kept).expect("must be there"));
    let record = get(&["--record"]).expect(0).json();
    assert_eq!(record["description"]["file_name"], "file-00000.bin");

    // What people see in lists can be typed: the reference of the case, and the path of the file.
    let reference = dev.client(&["ingest", argument(&documents), "--reference", "4 C 18/26"]).expect(0).stdout;
    assert!(reference.contains("1 stored"), "{reference}");
    for (name, code) in [("file-00000.bin", 0), ("no such file.bin", 4)] {
        let ran = dev.client(&["get", "--case", "4 C 18/26", "--document", name, "--record"]).expect(code);
        let said = [ran.stdout, ran.stderr].concat();
        assert!(said.contains(if code == 0 { "file-00000.bin" } else { "document_unknown" }), "{said}");
    }
    let unknown = dev.client(&["get", "--case", "no such case", "--document", &document]).expect(4);
    assert!(unknown.stderr.contains("case_unknown"), "{}", unknown.stderr);

    // Another digest than the expected one: no file, and the code for findings.
    let wrong = folder.path().join("wrong.bin");
    let refused = get(&["-o", argument(&wrong), "--sha256", &"0".repeat(64)]).expect(3);
    assert!(refused.stderr.contains("digest_mismatch"), "{}", refused.stderr);
    assert!(!wrong.exists() && fs::read_dir(folder.path()).expect("must be readable").count() == 4, "nothing half is left");
    let unknown = dev.client(&["get", "--case", case, "--document", "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11"]).expect(4);
    assert!(unknown.stderr.contains("document_unknown"), "{}", unknown.stderr);
    let unknown = dev.client(&["ingest", argument(&documents), "--case", "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11"]).expect(4);
    assert!(unknown.stderr.contains("case_unknown"), "{}", unknown.stderr);
    let (profile, url) = (dev.text("profile").to_owned(), dev.text("url").to_owned());
    assert_eq!(dev.stop(), 0);
    let nobody = crate::cli_support::run(&[&place[..], &["--profile", &profile, "--url", &url]].concat()).expect(69);
    assert!(nobody.stderr.contains("cannot be reached"), "{}", nobody.stderr);
}

#[test]
fn files_that_cannot_be_stored_are_named() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let documents = folder.path().join("documents");
    fs::create_dir(&documents).expect("must be created");
    fs::write(documents.join("empty.txt"), "").expect("must be written");
    std::os::unix::fs::symlink("/etc/passwd", documents.join("link")).expect("must be created");
    let ran = ingest(&dev, &documents, &[]).expect(1);
    let report = ran.json();
    assert_eq!((count(&report, "stored"), count(&report, "files")), (1, 2), "the empty file is a document, the link is not");
    assert_eq!(report["failed"][0]["code"], "symbolic_link");
    assert!(ran.stderr.contains("link: is a symbolic link"), "{}", ran.stderr);
    fs::remove_file(documents.join("link")).expect("must be removed");
    ingest(&dev, &documents, &[]).expect(0);
}

#[test]
fn bytes_that_belie_their_digest_are_not_kept() {
    let archive = FakeArchive::start(vec![Answer::content(b"hello", &[7; 32])]);
    let target = archive.folder().join("copy");
    let id = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
    let ran = archive.client(&["get", "--vault", "demo", "--case", id, "--document", id, "-o", argument(&target)]).expect(3);
    assert!(ran.stderr.contains("digest_mismatch"), "{}", ran.stderr);
    assert!(!target.exists());
}

#[test]
fn a_request_is_repeated_with_the_same_id() {
    let folder = tempfile::tempdir().expect("must be created");
    fs::write(folder.path().join("letter.txt"), "a letter").expect("must be written");
    let case = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
    let busy = Answer::problem(503, "busy", &["Retry-After: 0"]);
    let stored = Answer::json(201, r#"{"receipt":"a receipt"}"#);
    let archive = FakeArchive::start(vec![Answer::json(200, "{}"), busy, Answer::HangUp, stored]);
    let ran = archive.client(&["ingest", argument(folder.path()), "--vault", "demo", "--case", case, "--json"]).expect(0);
    assert_eq!(count(&ran.json(), "stored"), 1);
    let asked = archive.requests();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert!(asked[0].starts_with(&format!("GET /v1/vaults/demo/cases/{case} ")), "{asked:?}");
    assert!(asked[1].starts_with(&format!("PUT /v1/vaults/demo/cases/{case}/documents/")), "{asked:?}");
    assert!(asked[1] == asked[2] && asked[2] == asked[3], "{asked:?}");
}

#[test]
fn a_refusal_is_not_repeated() {
    let case = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
    let archive = FakeArchive::start(vec![Answer::problem(404, "case_unknown", &[])]);
    let ran = archive.client(&["ingest", argument(&samples()), "--vault", "demo", "--case", case]).expect(4);
    assert!(ran.stderr.contains("case_unknown: a sentence that says what to do"), "{}", ran.stderr);
    assert_eq!(archive.requests().len(), 1);
}

//! Documents that were not made for us: everything comes back byte for byte, and `verify` finds nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Log, fetch, files_in, from_outside, ingest, run_tool};
use crate::cli_support::{Dev, argument, run, samples};

/// A document as its maker describes it.
struct Document {
    /// Path in the folder that is stored.
    path: String,
    bytes: u64,
    sha256: String,
}

/// The documents of a list with a header, separated by tabs.
fn of_manifest(manifest: &Path) -> Vec<Document> {
    let text = fs::read_to_string(manifest).expect("must be UTF-8");
    let mut rows = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = rows.next().expect("must have a header");
    let column = |name: &str| header.iter().position(|title| *title == name).expect("must have this column");
    let (path, bytes, sha256) = (column("path"), column("size"), column("sha256"));
    rows.map(|row| Document {
        path: row[path].to_owned(),
        bytes: row[bytes].parse().expect("must be a number"),
        sha256: row[sha256].to_owned(),
    })
    .collect()
}

/// The documents of a folder without a list, with what `sha256sum` says about them.
fn of_folder(folder: &Path) -> Vec<Document> {
    let listed = run_tool(Command::new("find").args([".", "-type", "f", "-exec", "sha256sum", "{}", "+"]).current_dir(folder)).expect(0);
    let document = |line: &str| {
        let (sha256, path) = line.split_once("  ./").expect("must be a digest and a path");
        let bytes = fs::metadata(folder.join(path)).expect("must be there").len();
        Document { path: path.to_owned(), bytes, sha256: sha256.to_owned() }
    };
    listed.stdout.lines().map(document).collect()
}

/// The documents of a generated case, by the description beside each.
fn of_case(folder: &Path) -> (String, Vec<Document>) {
    let mut number = String::new();
    let mut documents = Vec::new();
    for path in files_in(folder) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("must be a text").to_owned();
        if name.ends_with(".meta.json") {
            continue;
        }
        let described = path.with_extension("meta.json");
        let meta: Value = serde_json::from_slice(&fs::read(described).expect("must be there")).expect("must be JSON");
        number = meta["case_number"].as_str().expect("must be a text").to_owned();
        let sha256 = meta["sha256"].as_str().expect("must be a text").to_owned();
        documents.push(Document { path: name, bytes: meta["size"].as_u64().expect("must be a number"), sha256 });
    }
    (number, documents)
}

/// Stores a folder as a case and reads its documents back. How many documents the case has.
fn store_and_compare(dev: &Dev, folder: &Path, reference: &str, documents: &[Document], work: &Path) -> u64 {
    let report = ingest(dev, folder, reference, &work.join("receipts"));
    let files = report["files"].as_u64().expect("must be a number");
    assert!(report["stored"] == files && files >= documents.len() as u64 && !documents.is_empty(), "{report}");
    let case = report["case"].as_str().expect("must be a text");
    let found = run_tool(
        super::curl(dev)
            .arg("-G")
            .arg(format!("{}/cases", super::vault_url(dev)))
            .arg("--data-urlencode")
            .arg(format!("reference={reference}")),
    );
    assert_eq!(found.expect(0).json()["items"][0]["id"], case);

    let list = fetch(dev, &format!("/cases/{case}/documents?limit=1000")).json();
    let items = list["items"].as_array().expect("must be a list");
    assert_eq!((items.len() as u64, list.get("next")), (files, None));
    let copies = work.join("copies").join(case);
    fs::create_dir_all(&copies).expect("must be created");
    let mut sums = String::new();
    for document in documents {
        let item = items
            .iter()
            .find(|item| item["description"]["title"] == document.path)
            .unwrap_or_else(|| panic!("{} is missing", document.path));
        assert_eq!(
            (&item["sha256"], &item["bytes"]),
            (&Value::from(document.sha256.as_str()), &Value::from(document.bytes)),
            "{}",
            document.path
        );
        let id = item["id"].as_str().expect("must be a text");
        let copy = copies.join(id);
        dev.client(&["get", "--case", case, "--document", id, "-o", argument(&copy), "--quiet"]).expect(0);
        let same = fs::read(&copy).expect("must be there") == fs::read(folder.join(&document.path)).expect("must be there");
        assert!(same, "{} came back changed", document.path);
        sums.push_str(&format!("{}  {id}\n", document.sha256));
    }
    // The digests that the maker wrote down, checked by somebody else.
    fs::write(copies.join("SHA256SUMS"), sums).expect("must be written");
    run_tool(Command::new("sha256sum").args(["--check", "--strict", "--quiet", "SHA256SUMS"]).current_dir(&copies)).expect(0);
    fs::remove_dir_all(copies).expect("must be removable");
    files
}

/// Verifies the running archive, stops it, and verifies its files: both with a trusted key, both without findings.
fn verify_running_and_stopped(dev: Dev, documents: u64, work: &Path) {
    let log = Log::of(&dev);
    log.write_keys(work);
    let key = work.join("log.vkey");
    let key = argument(&key);
    let online = dev.client(&["verify", "--log-key", key, "--json"]).expect(0).json();
    let config = dev.text("config").to_owned();
    assert_eq!(dev.stop(), 0);
    let offline = run(&["verify", "--config", &config, "--log-key", key, "--json"]).expect(0).json();
    for report in [online, offline] {
        assert_eq!((report["verdict"].as_str(), report["documents"].as_u64()), (Some("verified"), Some(documents)), "{report}");
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{report}");
    }
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn real_documents_come_back_byte_for_byte() {
    let work = tempfile::tempdir().expect("must be created");
    let (folder, documents): (PathBuf, _) =
        match from_outside("corpus", "the corpus of real documents; the samples of the project take its place") {
            Some(corpus) => (corpus.clone(), of_manifest(&corpus.join("MANIFEST.tsv"))),
            None => (samples(), of_folder(&samples())),
        };
    let dev = Dev::start(&work.path().join("dev"));
    let stored = store_and_compare(&dev, &folder, "real documents", &documents, work.path());
    verify_running_and_stopped(dev, stored, work.path());
    println!("{} documents came back as they went", documents.len());
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn generated_cases_come_back_byte_for_byte() {
    let Some(generator) = from_outside("reference/casegen.py", "ten generated cases") else { return };
    let work = tempfile::tempdir().expect("must be created");
    let folder = work.path().join("cases");
    let arguments = ["--seed", "17", "--cases", "10", "--library", "0.2", "--out"];
    run_tool(Command::new("python3").arg(generator).args(arguments).arg(&folder).env("PYTHONDONTWRITEBYTECODE", "1")).expect(0);
    let cases = files_in(&folder);
    assert_eq!(cases.len(), 10);
    let dev = Dev::start(&work.path().join("dev"));
    let (mut stored, mut compared) = (0, 0);
    for case in &cases {
        let (number, documents) = of_case(case);
        stored += store_and_compare(&dev, case, &number, &documents, work.path());
        compared += documents.len();
    }
    verify_running_and_stopped(dev, stored, work.path());
    println!("{compared} documents of {} generated cases came back as they went", cases.len());
}

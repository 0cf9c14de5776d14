//! Exports on the command line: what is in the bag, that it has the same bytes every time, and what stops it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::cli_support::{Dev, Ran, argument, write_files};

/// The export of these tests.
const EXPORT: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e31";

/// A development archive with two folders as cases of three documents each.
pub struct Archive {
    pub dev: Dev,
    pub cases: Vec<String>,
    pub folder: PathBuf,
}

impl Archive {
    pub fn open(folder: &Path) -> Self {
        let dev = Dev::start(&folder.join("dev"));
        let cases = ["7 L 3/14", "7 L 4/14"].map(|reference| {
            let files = folder.join(reference.replace(['/', ' '], "-"));
            write_files(&files, 3, 900);
            let stored = dev.client(&["ingest", argument(&files), "--reference", reference, "--json"]).expect(0).json();
            stored["case"].as_str().expect("must be a text").to_owned()
        });
        Self { dev, cases: cases.to_vec(), folder: folder.to_owned() }
    }

    /// The profile of somebody whom the certificate names.
    pub fn person(&self) -> PathBuf {
        self.folder.join("dev/records-1.json")
    }

    /// Exports into a file of this name; what the command has said, and the file.
    pub fn export(&self, name: &str, arguments: &[&str]) -> (Ran, PathBuf) {
        let file = self.folder.join(name);
        let words = ["--purpose", "audit of 2026", "--requester", "Frau Pr\u{fc}ferin"];
        (self.dev.client(&[&["export", argument(&file)], &words[..], arguments].concat()), file)
    }
}

/// Unpacks a bag with tar and gives the folder in it.
pub fn unpack(tar: &Path) -> PathBuf {
    let folder = tar.with_extension("unpacked");
    fs::create_dir(&folder).expect("must be created");
    Ran::of(Command::new("tar").arg("-xf").arg(tar).arg("-C").arg(&folder).output().expect("tar must start")).expect(0);
    let mut entries = fs::read_dir(&folder).expect("must be readable");
    let bag = entries.next().expect("must have a folder").expect("must be readable").path();
    assert!(entries.next().is_none(), "one folder");
    bag
}

/// Checks the manifests with sha256sum and sha512sum.
fn check_sums(bag: &Path) {
    for algorithm in ["sha256", "sha512"] {
        for manifest in ["tagmanifest", "manifest"] {
            let file = format!("{manifest}-{algorithm}.txt");
            let ran = Command::new(format!("{algorithm}sum")).args(["-c", "--quiet", "--strict", &file]).current_dir(bag).output();
            Ran::of(ran.expect("must start")).expect(0);
        }
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut open, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("must be readable") {
            let path = entry.expect("must be readable").path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn openings(bag: &Path) -> Vec<Value> {
    let text = fs::read_to_string(bag.join("data/openings.jsonl")).expect("must be there");
    text.lines().map(|line| serde_json::from_str(line).expect("must be JSON")).collect()
}

#[test]
fn a_vault_leaves_as_a_bag_with_the_same_bytes_every_time() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    let (ran, first) = archive.export("first.tar", &["--id", EXPORT, "--json"]);
    let report = ran.expect(0).json();
    assert_eq!((&report["export"], &report["bytes"]), (&json!(EXPORT), &json!(fs::metadata(&first).expect("must be there").len())));
    // What has come in between is not in it.
    let (later, _) = archive.export("later.tar", &["--json"]);
    assert!(later.expect(0).json()["ledger_size"].as_u64() > report["ledger_size"].as_u64());
    let (again, second) = archive.export("second.tar", &["--id", EXPORT, "--json"]);
    assert_eq!(again.expect(0).json()["sha256"], report["sha256"]);
    assert!(fs::read(&first).expect("must be there") == fs::read(&second).expect("must be there"), "the same bytes");
    // The id belongs to what was exported under it.
    let other = archive.export("other.tar", &["--id", EXPORT, "--no-contents"]).0.expect(1);
    assert!(other.stderr.contains("note_id_taken"), "{}", other.stderr);

    let bag = unpack(&first);
    check_sums(&bag);
    assert!(bag.join("signatures/tagmanifest-sha256.txt.p7s").exists(), "with the certificate that dev has made");
    let documents: Vec<PathBuf> = files_below(&bag.join("data/documents"));
    assert_eq!(documents.len(), 6);
    let opened = openings(&bag);
    assert!(opened.is_sorted_by_key(|line| line["index"].as_u64()), "in the order of the ledger");
    let stored = opened.iter().filter(|line| !line["fields"]["sub.sha256"].is_null()).count();
    assert_eq!(stored, 6);
    assert_eq!(files_below(&bag.join("data/proofs")).len(), opened.len());
    no_name_in_the_ledger(&bag, &opened);
    let info = fs::read_to_string(bag.join("bag-info.txt")).expect("must be there");
    assert!(info.contains("Export-Scope: evidence; vault; with contents; without access log\n"), "{info}");
    assert_eq!(archive.dev.stop(), 0);
}

/// Nothing that was put in can be read from the part of the bag that is the ledger: no value that any entry commits to, no salt.
fn no_name_in_the_ledger(bag: &Path, opened: &[Value]) {
    let files: Vec<(PathBuf, Vec<u8>)> =
        files_below(&bag.join("data/ledger")).into_iter().map(|path| (path.clone(), fs::read(path).expect("must be readable"))).collect();
    let mut searched = 0;
    for field in opened.iter().filter_map(|line| line["fields"].as_object()).flat_map(|fields| fields.values()) {
        let text = |name: &str| field[name].as_str().map(str::to_owned);
        let bytes = text("value").map(String::into_bytes).or(text("value_hex").map(|hex| hex::decode(hex).expect("must be hexadecimal")));
        let (bytes, salt) = (bytes.expect("must have a value"), text("salt").expect("must have a salt"));
        let found = |wanted: &[u8]| wanted.len() > 3 && files.iter().any(|(_, content)| content.windows(wanted.len()).any(|w| w == wanted));
        assert!(!found(&bytes), "{}", String::from_utf8_lossy(&bytes));
        assert!(!found(hex::encode(&bytes).as_bytes()) && !found(salt.as_bytes()), "{}", String::from_utf8_lossy(&bytes));
        searched += 1;
    }
    assert!(searched > 50, "{searched}");
    // The search finds what is there: ids of entries are.
    let id = opened[0]["id"].as_str().expect("must be a text").as_bytes();
    assert!(files.iter().any(|(_, content)| content.windows(id.len()).any(|window| window == id)));
}

#[test]
fn a_case_leaves_without_the_others() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    let (ran, tar) = archive.export("case.tar", &["--case", "7 L 3/14", "--no-contents"]);
    assert!(ran.expect(0).stdout.contains("SHA-256"));
    let bag = unpack(&tar);
    check_sums(&bag);
    assert!(!bag.join("data/documents").exists());
    let opened = openings(&bag);
    assert_eq!(opened.len(), 4, "a case and three documents");
    let text = fs::read_to_string(bag.join("data/openings.jsonl")).expect("must be there");
    assert!(text.contains(&archive.cases[0]) && !text.contains(&archive.cases[1]), "{text}");
    // The whole ledger comes along.
    let bundle = fs::read_dir(bag.join("data/ledger/tile/entries/000.p")).expect("must be there").next().expect("must be there");
    let entries: usize = bundle.expect("must be readable").file_name().to_string_lossy().parse().expect("must be a number");
    assert!(entries >= 9, "{entries}");

    for (arguments, exit, code) in [
        (&["--case", "no such case"][..], 4, "case_unknown"),
        (&["--person-copy"], 2, "--case"),
        (&["--from", "2026-11-20", "--through", "2026-11-19"], 1, "export_period_reversed"),
    ] {
        let (refused, file) = archive.export("refused.tar", arguments);
        let refused = refused.expect(exit);
        assert!(refused.stderr.contains(code), "{}", refused.stderr);
        assert!(!file.exists());
    }
    let nothing = archive.export("nothing.tar", &["--through", "2001-01-01", "--json"]).0.expect(0).json();
    assert_eq!(nothing["files"].as_u64(), Some(files_below(&unpack(&folder.path().join("nothing.tar"))).len() as u64));
    assert_eq!(archive.dev.stop(), 0);
}

#[test]
fn the_person_concerned_gets_pages_and_documents_and_nothing_about_anybody_else() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    let arguments = ["--case", "7 L 3/14", "--person-copy", "--id", EXPORT];
    let (ran, tar) = archive.export("copy.tar", &arguments);
    ran.expect(0);
    let (again, second) = archive.export("again.tar", &arguments);
    again.expect(0);
    assert!(fs::read(&tar).expect("must be there") == fs::read(second).expect("must be there"), "the same bytes");
    let bag = unpack(&tar);
    check_sums(&bag);
    for (page, title) in [("Kopie.html", "Art. 15 DSGVO"), ("copy.html", "Art. 15 GDPR")] {
        let html = fs::read_to_string(bag.join("data/copy").join(page)).expect("must be there");
        assert!(html.contains(title) && html.contains("7 L 3/14") && html.contains("audit of 2026"), "{html}");
        assert_eq!(html.matches("<a href=\"0000").count(), 3, "{html}");
        assert!(!html.contains("7 L 4/14"));
    }
    // The documents are those of the folder, in the order in which they were filed.
    let mut stored: Vec<Vec<u8>> =
        files_below(&folder.path().join("7-L-3-14")).iter().map(|path| fs::read(path).expect("must be readable")).collect();
    let copies = files_below(&bag.join("data/copy")).into_iter().filter(|path| path.extension().is_some_and(|ending| ending != "html"));
    let mut copied: Vec<Vec<u8>> = copies.map(|path| fs::read(path).expect("must be readable")).collect();
    stored.sort();
    copied.sort();
    assert!(stored == copied);
    // What opens its entries opens no name of who acted, and no entry of anybody else is there.
    let opened = openings(&bag);
    assert_eq!(opened.len(), 4);
    let fields = opened.iter().flat_map(|line| line["fields"].as_object().expect("must be an object").keys());
    assert!(fields.into_iter().all(|name| name.starts_with("sub.")));
    assert_eq!(files_below(&bag.join("data/ledger")), [bag.join("data/ledger/checkpoint")]);
    assert_eq!(files_below(&bag.join("data/proofs")).len(), 4);
    // A later copy says that the first one was handed over; who else has read other cases is not in it.
    let who_has_seen_it = ["--case", "7 L 3/14", "--person-copy", "--access-log"];
    archive.export("nobody.tar", &who_has_seen_it).0.expect(1);
    let person = archive.person();
    let (ran, tar) = archive.export("later.tar", &[&who_has_seen_it[..], &["--profile", argument(&person)]].concat());
    ran.expect(0);
    let bag = unpack(&tar);
    let html = fs::read_to_string(bag.join("data/copy/copy.html")).expect("must be there");
    assert!(html.contains("<td>export</td>") && !bag.join("data/access").exists(), "{html}");
    assert_eq!(archive.dev.stop(), 0);
}

#[test]
fn the_access_log_leaves_as_a_ledger_of_its_own() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    archive.export("read.tar", &["--case", "7 L 3/14"]).0.expect(0);
    let person = archive.person();
    let arguments = ["--access-log", "--id", EXPORT, "--profile", argument(&person)];
    let (ran, tar) = archive.export("access.tar", &arguments);
    ran.expect(0);
    // Reading it is an access as well, which the bag must not have when it is read again.
    let (again, second) = archive.export("again.tar", &arguments);
    again.expect(0);
    assert!(fs::read(&tar).expect("must be there") == fs::read(second).expect("must be there"), "the same bytes");
    let bag = unpack(&tar);
    check_sums(&bag);
    let years = fs::read_dir(bag.join("data/access")).expect("must be there");
    for year in years.map(|year| year.expect("must be readable")) {
        let note = fs::read_to_string(year.path().join("checkpoint")).expect("must be there");
        let size: usize = note.lines().nth(1).and_then(|line| line.parse().ok()).expect("must have a size");
        assert!(size >= 2 && year.path().join(format!("tile/entries/000.p/{size}")).exists(), "{note}");
        let key = bag.join(format!("keys/access-{}.vkey", year.file_name().to_string_lossy()));
        assert!(fs::read_to_string(key).expect("must be there").contains("/access/"));
    }
    assert_eq!(archive.dev.stop(), 0);
}

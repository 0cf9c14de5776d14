//! Destruction on the command line: the rule, an order from its proposal to its end, and what is said about what is gone.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::cli_support::{Dev, Ran, argument, run, wait_until, write_files};

/// The order of these tests.
const ORDER: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e21";

/// A development archive with a folder as a case of three documents, and the two persons who can do what needs two.
struct Archive {
    dev: Dev,
    case: String,
    documents: Vec<String>,
    first: String,
    second: String,
}

impl Archive {
    fn open(folder: &Path) -> Self {
        let dev = Dev::start(&folder.join("dev"));
        let files = folder.join("files");
        write_files(&files, 3, 900);
        let stored = dev.client(&["ingest", argument(&files), "--reference", "7 L 3/14", "--json"]).expect(0).json();
        let case = stored["case"].as_str().expect("must be a text").to_owned();
        let profile = |index: usize| dev.json["persons"][index]["profile"].as_str().expect("must be a text").to_owned();
        let (first, second) = (profile(0), profile(1));
        let documents = documents_of(&dev, &case);
        assert_eq!(documents.len(), 3);
        Self { dev, case, documents, first, second }
    }

    fn by(&self, profile: &str, arguments: &[&str]) -> Ran {
        self.dev.client(&[arguments, &["--profile", profile]].concat())
    }

    /// Two persons agree that everything may go on one day and nothing rests.
    fn without_rest(&self) {
        let rule = ["destruction-rule", "propose", "--cap-per-mille", "1000", "--cooling-off-days", "0", "--reason", "test", "--json"];
        let propose = || self.by(&self.first, &rule).expect(0).json()["id"].as_str().expect("must be a text").to_owned();
        let hasty = propose();
        self.by(&self.second, &["destruction-rule", "reject", &hasty, "--reason", "not this one"]).expect(0);
        self.by(&self.second, &["destruction-rule", "adopt", &hasty, "--reason", "after all"]).expect(1);
        let proposal = propose();
        let shown = self.dev.client(&["destruction-rule", "show"]).expect(0).stdout;
        assert!(shown.contains(&proposal) && shown.contains("cooling off days      14"), "{shown}");
        self.by(&self.first, &["destruction-rule", "adopt", &proposal, "--reason", "alone"]).expect(1);
        self.by(&self.second, &["destruction-rule", "adopt", &proposal, "--reason", "agreed"]).expect(0);
        let shown = self.dev.client(&["destruction-rule", "show", "--json"]).expect(0).json();
        assert_eq!((&shown["cap_per_mille"], &shown["cooling_off_days"]), (&json!(1000), &json!(0)));
    }

    fn stage(&self) -> Value {
        self.dev.client(&["order", "show", ORDER, "--json"]).expect(0).json()["stage"].clone()
    }

    fn told(&self, language: &str, arguments: &[&str]) -> String {
        Ran::of(self.dev.client_command(arguments).env("LANG", language).output().expect("must start")).expect(0).stdout
    }
}

/// The ids of a case's documents, which the command line has no list of.
fn documents_of(dev: &Dev, case: &str) -> Vec<String> {
    let identity = ["--cacert", dev.text("ca"), "--cert", dev.text("certificate"), "--key", dev.text("key")];
    let url = format!("{}/v1/vaults/demo/cases/{case}/documents", dev.text("url"));
    let output = Command::new("curl").args(["-sS", "--fail-with-body"]).args(identity).arg(url).output();
    let page = Ran::of(output.expect("curl must start")).expect(0).json();
    let items = page["items"].as_array().expect("must be a list").iter();
    items.map(|item| item["id"].as_str().expect("must be a text").to_owned()).collect()
}

#[test]
fn an_order_from_its_proposal_to_its_end() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    archive.without_rest();
    let items = folder.path().join("items.jsonl");
    let lines: Vec<String> =
        archive.documents[1..].iter().map(|document| json!({ "case": archive.case, "document": document }).to_string()).collect();
    fs::write(&items, lines.join("\n")).expect("must be written");

    let propose = ["order", "propose", "erasure", "--items", argument(&items), "--reason", "not needed", "--id", ORDER];
    let refused = archive.by(&archive.first, &propose).expect(1);
    assert!(refused.stderr.contains("order_reference_required"), "{}", refused.stderr);
    let propose = [&propose[..], &["--reference", "Art. 17/3", "--legal-basis", "Art. 17 GDPR"]].concat();
    archive.by(&archive.first, &["order", "propose", "due", "--reason", "nothing named"]).expect(2);
    let proposed = archive.by(&archive.first, &propose).expect(0).stdout;
    assert!(proposed.contains(ORDER) && proposed.contains("To be destroyed: 2 single documents."), "{proposed}");
    assert!(archive.by(&archive.first, &propose).expect(0).stdout.contains("there already"));
    let shown = archive.dev.client(&["order", "show", ORDER, "--json"]).expect(0).json();
    let list = shown["list"].as_str().expect("must be a text");
    assert!(proposed.contains(list), "{proposed}");

    let approve = ["order", "approve", ORDER, "--reason", "looked through"];
    archive.by(&archive.second, &approve).expect(2);
    archive.by(&archive.second, &[&approve[..], &["--list", "abc"]].concat()).expect(2);
    let other = "00".repeat(32);
    let blind = archive.by(&archive.second, &[&approve[..], &["--list", &other]].concat()).expect(1);
    assert!(blind.stderr.contains("order_list_differs"), "{}", blind.stderr);
    let alone = archive.by(&archive.first, &[&approve[..], &["--list", list]].concat()).expect(1);
    assert!(alone.stderr.contains("second_person_required"), "{}", alone.stderr);
    archive.by(&archive.second, &[&approve[..], &["--list", list]].concat()).expect(0);
    wait_until("the order is carried out", || archive.stage() == "done");
    what_is_said_afterwards(&archive);
    what_is_certified(&archive, folder.path());
    assert_eq!(archive.dev.stop(), 0);
}

fn what_is_said_afterwards(archive: &Archive) {
    for (language, heading, outcome, note) in [
        ("de_DE.UTF-8", "vorgeschlagen von", "Ergebnis", "Schl\u{fc}ssel vernichtet"),
        ("C.UTF-8", "proposed by", "outcome", "keys destroyed"),
    ] {
        let listed = archive.told(language, &["order", "list", "--all"]);
        assert!(listed.contains(heading) && listed.contains(ORDER), "{listed}");
        let items = archive.told(language, &["order", "items", ORDER]);
        assert!(items.contains(outcome) && items.matches("destroyed").count() == 2, "{items}");
        let shown = archive.told(language, &["order", "show", ORDER]);
        assert!(shown.contains(note) && shown.contains("Art. 17/3"), "{shown}");
    }
    let get = |document: &str| archive.dev.client(&["get", "--case", &archive.case, "--document", document, "-o", "-"]);
    let gone = get(&archive.documents[1]).expect(4);
    assert!(gone.stderr.contains("document_destroyed") && gone.stderr.contains(ORDER) && gone.stdout.is_empty(), "{}", gone.stderr);
    assert_eq!(get(&archive.documents[0]).code, 0, "what was not on the list is still there");
    archive.by(&archive.first, &["order", "withdraw", ORDER, "--reason", "too late"]).expect(1);
}

/// What an office files away, and what an auditor does with it.
fn what_is_certified(archive: &Archive, folder: &Path) {
    let (file, page, key, policy) =
        (folder.join("certificate.json"), folder.join("page.html"), folder.join("archive.vkey"), folder.join("auditor.policy"));
    archive.dev.client(&["order", "certificate", ORDER, "--output", argument(&file)]).expect(0);
    let printed = archive.dev.client(&["order", "certificate", ORDER]).expect(0).stdout;
    assert!(printed.as_bytes() == fs::read(&file).expect("must be read"), "the same bytes every time");
    archive.dev.client(&["order", "certificate", ORDER, "--html", argument(&page), "--lang", "en"]).expect(0);
    let html = fs::read_to_string(&page).expect("must be read");
    assert!(html.contains("Certificate of destruction") && html.contains("Art. 17/3"), "{html}");
    archive.dev.client(&["order", "certificate", ORDER, "--lang", "en"]).expect(2);

    let log_key = archive.dev.client(&["verify", "--json"]).expect(20).json()["logs"][0]["log_key"].as_str().map(str::to_owned);
    let log_key = log_key.expect("must be a text");
    fs::write(&key, &log_key).expect("must be written");
    fs::write(&policy, format!("log {log_key}\nquorum none\n")).expect("must be written");
    for trust in [["--log-key", argument(&key)], ["--trust", argument(&policy)]] {
        let verified = run(&[&["verify", "--certificate", argument(&file)], &trust[..]].concat()).expect(0).stdout;
        assert!(verified.ends_with("verified\n"), "{verified}");
    }
    run(&["verify", "--certificate", argument(&file)]).expect(20);
    fs::write(&file, printed.replacen("erasure", "court", 1)).expect("must be written");
    run(&["verify", "--certificate", argument(&file), "--trust", argument(&policy)]).expect(40);
    run(&["verify", "--trust", argument(&policy)]).expect(64);
}

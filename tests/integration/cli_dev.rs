//! `aktenfest dev`: one command from nothing to stored, read back, compared and verified.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::cli_support::{Dev, Ran, argument, keys, run, samples};

fn dev_once(data: &Path, folder: &Path) -> Ran {
    let ports = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
    run(&[&["dev", "--once", "--data", argument(data), "--store", argument(folder), "--json"], &ports[..]].concat())
}

#[test]
fn the_samples_go_in_and_come_back() {
    let folder = tempfile::tempdir().expect("must be created");
    let data = folder.path().join("dev");
    let first = dev_once(&data, &samples()).expect(0);
    assert!(first.stderr.contains("NOT FOR PRODUCTION"), "{}", first.stderr);
    let json = first.json();
    let expected =
        ["admin_url", "application", "ca", "certificate", "config", "curl", "data", "key", "persons", "profile", "store", "url", "vault"];
    assert_eq!(keys(&json), expected);
    assert_eq!(keys(&json["persons"][1]), ["certificate", "key", "person", "profile"]);
    let store = &json["store"];
    assert_eq!(keys(store), STORE_KEYS);
    let number = |store: &Value, key: &str| store[key].as_u64().unwrap_or_else(|| panic!("{key} must be a number"));
    let documents = number(store, "documents");
    assert!(documents > 0 && number(store, "bytes_in") > 0 && number(store, "bytes_on_disk") > 0, "{store}");
    assert_eq!((number(store, "stored"), number(store, "read_back")), (documents, documents));
    assert_eq!((&store["matched"], &store["ledger_verified"]), (&Value::Bool(true), &Value::Bool(true)));
    // The vault, the proposal of the retention classes, their adoption, the case and every document have an entry.
    assert_eq!(number(store, "ledger_size"), documents + 4);

    // A second run continues on the same data and finds everything there already.
    let again = dev_once(&data, &samples()).expect(0).json();
    let repeated = &again["store"];
    assert_eq!((number(repeated, "stored"), number(repeated, "repeated")), (0, documents));
    assert_eq!(repeated["ledger_root_hex"], store["ledger_root_hex"]);
    assert_eq!(repeated["case"], store["case"]);
}

const STORE_KEYS: [&str; 19] = [
    "bytes_in",
    "bytes_on_disk",
    "case",
    "documents",
    "documents_per_second",
    "failed",
    "folder",
    "ledger_root_base64",
    "ledger_root_hex",
    "ledger_size",
    "ledger_verified",
    "matched",
    "mismatches",
    "read_back",
    "read_seconds",
    "reference",
    "repeated",
    "store_seconds",
    "stored",
];

#[test]
fn what_cannot_be_stored_spoils_the_exit() {
    let folder = tempfile::tempdir().expect("must be created");
    let documents = folder.path().join("documents");
    fs::create_dir(&documents).expect("must be created");
    fs::write(documents.join("letter.txt"), "a letter").expect("must be written");
    std::os::unix::fs::symlink("letter.txt", documents.join("link.txt")).expect("must be created");
    let ran = dev_once(&folder.path().join("dev"), &documents).expect(3);
    let store = &ran.json()["store"];
    assert_eq!((store["documents"].as_u64(), store["matched"].as_bool()), (Some(1), Some(false)));
    assert_eq!(keys(&store["failed"][0]), ["code", "path", "sentence"]);
    assert_eq!((store["failed"][0]["path"].as_str(), store["failed"][0]["code"].as_str()), (Some("link.txt"), Some("symbolic_link")));
    assert!(ran.stderr.contains("link.txt"), "{}", ran.stderr);
}

#[test]
fn it_serves_until_told_to_stop_and_its_curl_line_works() {
    let folder = tempfile::tempdir().expect("must be created");
    let data = folder.path().join("it's a folder");
    let dev = Dev::start(&data);
    let shown = Command::new("bash").args(["-c", dev.text("curl")]).output().expect("bash must start");
    let shown = Ran::of(shown).expect(0);
    assert!(shown.stdout.starts_with("localhost/ledger/"), "{}{}", shown.stdout, shown.stderr);
    for secret in ["tls/ca.key", "tls/server.key", "tls/client-dev.key", "tls/client-dev-records-1.key", "tls/client-dev-records-2.key"] {
        let mode = fs::metadata(data.join(secret)).expect("must be there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{secret}");
    }
    // A second one in the same folder is refused, because the database is in use.
    let second = run(&["dev", "--data", argument(&data), "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--once"]);
    assert_eq!(second.code, 1, "{}", second.stderr);
    assert_eq!(dev.stop(), 0);
}

#[test]
fn a_port_that_is_taken_is_replaced_and_said_so() {
    let folder = tempfile::tempdir().expect("must be created");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("must be free");
    let address = taken.local_addr().expect("must be bound").to_string();
    let data = folder.path().join("dev");
    let ran = run(&["dev", "--once", "--json", "--data", argument(&data), "--listen", &address, "--admin-listen", "127.0.0.1:0"]).expect(0);
    assert!(ran.stderr.contains(&format!("{address} is in use")), "{}", ran.stderr);
    assert_ne!(ran.json()["url"], format!("https://{address}"));
}

//! Openings: the commitments of a ledger entry, computed again with openssl from what the archive discloses to those who may read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{entry_of, fetch, run_tool, run_tool_on};
use crate::cli_support::{Dev, argument, samples};

/// `HMAC-SHA-256(salt, "eal1/com" || 0 || length of field || field || value)`, by openssl.
fn commitment(field: &str, salt: &str, value: &[u8]) -> String {
    let length = u8::try_from(field.len()).expect("must be short");
    let message = [b"eal1/com\0", &[length][..], field.as_bytes(), value].concat();
    let arguments = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", &format!("hexkey:{salt}"), "-r"];
    let ran = run_tool_on(Command::new("openssl").args(arguments), &message).expect(0);
    ran.stdout.split(' ').next().expect("must have a digest").to_owned()
}

/// Checks that an opening opens every commitment of the entry in a receipt, and nothing else. The values by field.
fn open(opening: &Value, receipt: &str) -> BTreeMap<String, Vec<u8>> {
    let entry: Value = serde_json::from_slice(&entry_of(receipt)).expect("must be JSON");
    assert_eq!(opening["event"], entry["id"]);
    let mut values = BTreeMap::new();
    for disclosed in opening["fields"].as_array().expect("must be a list") {
        let text = |key: &str| disclosed[key].as_str().expect("must be a text");
        let (field, salt) = (text("field"), text("salt"));
        let mut value = hex::decode(text("value_hex")).expect("must be hexadecimal");
        let committed = entry["c"][field].as_str().unwrap_or_else(|| panic!("{field} is not in {entry}"));
        assert_eq!(commitment(field, salt, &value), committed, "{field}");
        values.insert(field.to_owned(), value.clone());
        // Another value under the same salt must not fit, or the comparison says nothing.
        value.push(b'x');
        assert_ne!(commitment(field, salt, &value), committed, "{field}");
    }
    assert_eq!(values.len(), entry["c"].as_object().expect("must be an object").len(), "not every commitment was opened: {entry}");
    values
}

/// What `sha256sum` says about a file.
fn sha256_of(path: &Path) -> Vec<u8> {
    let ran = run_tool(Command::new("sha256sum").arg(path)).expect(0);
    hex::decode(&ran.stdout[..64]).expect("must be hexadecimal")
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn openssl_opens_every_commitment() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let reference = "3 C 17/26";
    let report = dev.client(&["ingest", argument(&samples()), "--reference", reference, "--json"]).expect(0).json();
    let case = format!("/cases/{}", report["case"].as_str().expect("must be a text"));
    let opened = open(&fetch(&dev, &format!("{case}/opening")).json(), &fetch(&dev, &format!("{case}/receipt")).stdout);
    assert!(opened["sub.case"] == case.trim_start_matches("/cases/").as_bytes(), "{opened:?}");
    let opened_case = opened["sub.case"].clone();
    let described: Value = serde_json::from_slice(&opened["sub.description"]).expect("must be JSON");
    assert_eq!(described["reference"], reference);

    let list = fetch(&dev, &format!("{case}/documents?limit=1000")).json();
    let documents = list["items"].as_array().expect("must be a list");
    assert!(!documents.is_empty());
    for document in documents {
        let path = format!("{case}/documents/{}", document["id"].as_str().expect("must be a text"));
        let opened = open(&fetch(&dev, &format!("{path}/opening")).json(), &fetch(&dev, &format!("{path}/receipt")).stdout);
        let file = samples().join(document["description"]["title"].as_str().expect("must be a text"));
        let length = fs::metadata(&file).expect("must be there").len().to_string();
        assert_eq!(opened["sub.sha256"], sha256_of(&file), "{}", file.display());
        assert_eq!((&opened["sub.size"][..], &opened["sub.case"]), (length.as_bytes(), &opened_case), "{}", file.display());
    }
    assert_eq!(dev.stop(), 0);
}

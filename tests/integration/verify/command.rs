//! `aktenfest verify` as people call it: over HTTPS against a running archive, and on its files once it has stopped.

use std::fs;

use crate::cli_support::{Dev, argument, keys, run, samples};

#[test]
fn a_running_archive_and_then_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let case = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e21";
    let ingested = dev.client(&["ingest", argument(&samples()), "--case", case, "--reference", "3 C 17/26", "--json"]).expect(0);
    drop(ingested);

    let alone = dev.client(&["verify", "--json"]).expect(20).json();
    assert_eq!(alone["verdict"], "self-consistent");
    assert_eq!(alone["findings"][0]["code"], "no-trusted-key");
    let documents = alone["documents"].as_u64().unwrap();
    // Besides the documents: the opening of the ledger and of the case, a catalogue of classes proposed and adopted.
    assert!(documents > 0 && alone["receipts"] == documents + 1 && alone["entries"] == documents + 4, "{alone}");

    let key = folder.path().join("archive.vkey");
    fs::write(&key, format!("{}\n", alone["logs"][0]["log_key"].as_str().unwrap())).unwrap();
    let trusted = dev.client(&["verify", "--log-key", argument(&key)]).expect(0);
    assert!(trusted.stdout.ends_with("verified\n"), "{}", trusted.stdout);

    let config = dev.text("config").to_owned();
    let busy = run(&["verify", "--config", &config, "--json"]).expect(75).json();
    assert_eq!(busy["findings"][0]["code"], "in-use");
    drop(dev);

    let offline = run(&["verify", "--config", &config, "--log-key", argument(&key), "--json"]).expect(0).json();
    assert_eq!((&offline["documents"], &offline["entries"]), (&alone["documents"], &alone["entries"]));
    assert_eq!(offline["notes"], 2);
    assert!(offline["facts"].as_u64() >= Some(2) && offline["agenda_rows"].as_u64() >= Some(1), "{offline}");
    assert_eq!(offline["logs"], alone["logs"]);
    assert_eq!(keys(&offline), keys(&alone));
}

#[test]
fn what_makes_no_sense_is_a_usage_error() {
    for arguments in [
        vec!["verify"],
        vec!["verify", "--log-key", "nonsense"],
        vec!["verify", "--known", "/does/not/exist"],
        vec!["verify", "--data", "/tmp"],
        vec!["verify", "--config", "x", "--data", "y"],
    ] {
        run(&arguments).expect(64);
    }
}

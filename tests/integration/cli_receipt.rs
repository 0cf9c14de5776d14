//! `aktenfest receipt check`: a receipt that was kept, checked when its archive is gone.

use std::fs;

use crate::cli_support::{Dev, argument, run, write_files};

#[test]
fn a_kept_receipt_needs_no_archive() {
    let folder = tempfile::tempdir().unwrap();
    let (documents, receipts) = (folder.path().join("documents"), folder.path().join("receipts"));
    write_files(&documents, 2, 500);
    let dev = Dev::start(&folder.path().join("dev"));
    dev.client(&["ingest", argument(&documents), "--reference", "7 L 3/14", "--receipts", argument(&receipts)]).expect(0);
    let checked = dev.client(&["verify", "--json"]).expect(20).json();
    let key = checked["logs"][0]["log_key"].as_str().unwrap().to_owned();
    assert_eq!(dev.stop(), 0);

    let receipt = fs::read_dir(&receipts).unwrap().next().unwrap().unwrap().path();
    let policy = folder.path().join("auditor.policy");
    fs::write(&policy, format!("log {key}\nquorum none\n")).unwrap();
    let proven = run(&["receipt", "check", argument(&receipt), "--trust", argument(&policy), "--json"]).expect(0).json();
    assert_eq!((&proven["verdict"], &proven["event"]), (&"verified".into(), &"doc.store".into()));
    assert_eq!(proven["origin"], key.split('+').next().unwrap());
    let told = run(&["receipt", "check", argument(&receipt), "--log-key", &key]).expect(0).stdout;
    assert!(told.starts_with("doc.store at ") && told.ends_with("verified\n"), "{told}");

    let witness = "witness.example/w1+962c855e+BGFAzj/xjfHOK53z3G81btUISUXUzdMXtL2GiKEUSYgK";
    fs::write(&policy, format!("log {key}\nwitness w1 {witness}\nquorum w1\n")).unwrap();
    run(&["receipt", "check", argument(&receipt), "--trust", argument(&policy)]).expect(10);
    fs::write(&policy, "quorum none\n").unwrap();
    run(&["receipt", "check", argument(&receipt), "--trust", argument(&policy)]).expect(20);
    let changed = folder.path().join("changed");
    fs::write(&changed, fs::read_to_string(&receipt).unwrap().replacen("index ", "index 1", 1)).unwrap();
    run(&["receipt", "check", argument(&changed), "--log-key", &key]).expect(40);
    for arguments in [
        vec!["receipt", "check", argument(&receipt)],
        vec!["receipt", "check", "/does/not/exist", "--log-key", &key],
        vec!["receipt", "check", argument(&receipt), "--log-key", &key, "--document", argument(&receipt)],
    ] {
        run(&arguments).expect(64);
    }
}

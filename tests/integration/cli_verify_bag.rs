//! `aktenfest verify BAG`: a bag that the real daemon made, checked where nobody knows the archive.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli_export::{Archive, unpack};
use crate::cli_support::{Dev, Ran, aktenfest, argument, run, write_files};

/// The key of the ledger, as somebody got it another way.
fn key_of(dev: &Dev) -> String {
    let checked = dev.client(&["verify", "--json"]).json();
    checked["logs"][0]["log_key"].as_str().expect("must be a key").to_owned()
}

/// The authority of the office's certificate, which the auditor brings along. Only `dev` has it beside the data.
fn authority(folder: &Path) -> PathBuf {
    folder.join("dev/tls/ca.pem")
}

/// A policy that trusts a ledger.
fn policy(folder: &Path, key: &str) -> PathBuf {
    let policy = folder.join("auditor.policy");
    fs::write(&policy, format!("log {key}\nquorum none\n")).expect("must be written");
    policy
}

fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().expect("must be a list").iter().filter_map(|finding| finding["code"].as_str()).collect()
}

fn check(bag: &Path, policy: &Path, more: &[&str]) -> Ran {
    run(&[&["verify", argument(bag), "--trust", argument(policy), "--json"], more].concat())
}

#[test]
fn a_bag_of_the_daemon_is_verified_where_nobody_knows_the_archive() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    let key = key_of(&archive.dev);
    let (ran, vault) = archive.export("vault.tar", &[]);
    ran.expect(0);
    assert_eq!(archive.dev.stop(), 0);
    let trusted = policy(folder.path(), &key);
    let (html, text) = (folder.path().join("report.html"), folder.path().join("report.txt"));
    let authority = authority(folder.path());
    let roots = ["--tsa-root", argument(&authority)];
    let reports = [&roots[..], &["--report", argument(&html), "--report", argument(&text), "--report-language", "de"]].concat();
    let report = check(&vault, &trusted, &reports).expect(0).json();
    assert_eq!((&report["verdict"], codes(&report)), (&Value::from("verified"), vec![]), "{report}");
    assert_eq!((&report["documents"], &report["bag"]["signer_trusted"]), (&6.into(), &true.into()), "{report}");
    let page = fs::read_to_string(&html).expect("must be written");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<html lang=\"de\">"), "{page}");
    assert!(fs::read_to_string(&text).expect("must be written").contains("Was gepr\u{fc}ft wurde"));

    let bag = unpack(&vault);
    let unpacked = check(&bag, &trusted, &roots).expect(0).json();
    assert_eq!(unpacked["checks"], report["checks"]);
    let without = check(&bag, &trusted, &[]).expect(0).json();
    assert_eq!(codes(&without), ["not-covered"], "whether the office's certificate is good is for its authority to say: {without}");
    run(&["verify", argument(&bag)]).expect(20);
    let stranger = policy(folder.path(), "archive.example/ledger/5f0c9e7a+c570c189+AUEVY+MQTnd2c+LM3UYPBi4N6k/vKQiHq+86PZ9asq6h");
    check(&bag, &stranger, &[]).expect(20);

    let trusted = policy(folder.path(), &key);
    let known = folder.path().join("known");
    fs::copy(bag.join("data/ledger/checkpoint"), &known).expect("must be copied");
    check(&bag, &trusted, &["--known", argument(&known)]).expect(0);
    let openings = bag.join("data/openings.jsonl");
    let changed = fs::read_to_string(&openings).expect("must be readable").replacen("\"value\":\"", "\"value\":\"x", 1);
    fs::write(&openings, changed).expect("must be written");
    let report = check(&bag, &trusted, &[]).expect(40).json();
    assert!(codes(&report).contains(&"bag-file-differs") && codes(&report).contains(&"opening-differs"), "{report}");
    let sentence = &report["findings"][0]["sentences"]["de"];
    assert!(sentence.as_str().is_some_and(|sentence| sentence.contains(' ')), "{report}");
}

#[test]
fn a_case_and_a_copy_for_a_person_prove_what_is_in_them() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    let (trusted, authority) = (policy(folder.path(), &key_of(&archive.dev)), authority(folder.path()));
    let export = |name: &str, more: &[&str]| {
        let arguments = [&["--case", archive.cases[0].as_str()], more].concat();
        let (ran, file) = archive.export(name, &arguments);
        ran.expect(0);
        file
    };
    for (name, more) in [("case.tar", &[][..]), ("copy.tar", &["--person-copy"])] {
        let report = check(&export(name, more), &trusted, &["--tsa-root", argument(&authority)]).expect(0).json();
        assert!(codes(&report).iter().all(|code| *code == "partial-export"), "{report}");
        assert_eq!(report["documents"], 3, "{report}");
    }
    assert_eq!(archive.dev.stop(), 0);
}

#[test]
fn what_is_no_export_is_a_mistake_on_the_command_line() {
    let folder = tempfile::tempdir().expect("must be created");
    let trusted = policy(folder.path(), "archive.example/ledger/5f0c9e7a+c570c189+AUEVY+MQTnd2c+LM3UYPBi4N6k/vKQiHq+86PZ9asq6h");
    for named in [trusted.as_path(), folder.path()] {
        let ran = check(named, &trusted, &[]).expect(64);
        assert!(ran.stderr.contains("this is no export") && ran.stderr.contains("bagit.txt"), "{}", ran.stderr);
    }
    let mut german = aktenfest(&["verify", argument(&trusted)]);
    let ran = Ran::of(german.env("LC_ALL", "de_DE.UTF-8").output().expect("must start")).expect(64);
    assert!(ran.stderr.contains("das ist kein Export"), "{}", ran.stderr);
    fs::write(&trusted, "log x\n").expect("must be written");
    let mut german = aktenfest(&["verify", argument(folder.path()), "--trust", argument(&trusted)]);
    let ran = Ran::of(german.env("LC_ALL", "de_DE.UTF-8").output().expect("must start")).expect(64);
    assert!(ran.stderr.contains("Zeile 1: gefunden `log x`; erwartet:"), "{}", ran.stderr);
}

/// Two daemons go on from one copy of an archive: both sign, and whoever holds a checkpoint of one finds out about the other.
#[test]
fn two_histories_under_one_key_are_shown_with_both_notes() {
    let folder = tempfile::tempdir().expect("must be created");
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let store = |dev: &Dev, name: &str, count: usize| {
        let files = folder.path().join(name);
        write_files(&files, count, 700);
        dev.client(&["ingest", argument(&files), "--reference", name]).expect(0);
    };
    let dev = Dev::start(&first);
    store(&dev, "shared", 1);
    assert_eq!(dev.stop(), 0);
    let copied = std::process::Command::new("cp").arg("-a").arg(&first).arg(&second).status().expect("cp must start");
    assert!(copied.success());
    let dev = Dev::start(&first);
    store(&dev, "here", 1);
    let key = key_of(&dev);
    let (file, words) = (folder.path().join("vault.tar"), ["--purpose", "audit", "--requester", "auditor"]);
    dev.client(&[&["export", argument(&file)], &words[..]].concat()).expect(0);
    assert_eq!(dev.stop(), 0);
    fs::rename(&first, folder.path().join("first-later")).expect("must be moved");
    // Where the first one lay: a development archive knows the paths of its files.
    fs::rename(&second, &first).expect("must be moved");
    let dev = Dev::start(&first);
    store(&dev, "there", 1);
    let receipts = folder.path().join("receipts");
    let files = folder.path().join("there");
    dev.client(&["ingest", argument(&files), "--reference", "there", "--receipts", argument(&receipts)]).expect(0);
    assert_eq!(dev.stop(), 0);
    let kept = fs::read_dir(&receipts).expect("must be there").next().expect("must have one").expect("must be readable").path();
    let trusted = policy(folder.path(), &key);
    let report = check(&file, &trusted, &["--known", argument(&kept)]).expect(30).json();
    let diverged =
        report["findings"].as_array().expect("must be a list").iter().find(|finding| finding["code"] == "known-checkpoint-diverged");
    let text = diverged.expect("must be found")["text"].as_str().expect("must be a text");
    assert_eq!(text.matches("\u{2014} ").count(), 2, "{text}");
}

//! Two daemons from one backup: the witness refuses the second, and whoever holds a checkpoint of the first proves it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aktenfest::ledger::{TrustPolicy, UnverifiedReceipt, VerifierKey};

use super::{RunningWitness, WitnessFolder, free_address};
use crate::cli_support::{Dev, argument, run, samples, wait_until, write_files};

/// Fills in the configuration of `aktenfest dev` in this folder.
pub fn configure(folder: &Path, witness: &RunningWitness, key: &VerifierKey) {
    let path = folder.join("aktenfest.toml");
    let text = fs::read_to_string(&path).expect("must be there");
    let (before, section) = text.split_once("[witness_1]\n").expect("must have the section");
    let section = section.replacen("#url = \"\"", &format!("url = \"http://{}\"", witness.listen), 1);
    let section = section.replacen("#key = \"\"", &format!("key = \"{key}\""), 1);
    let before = before.replacen("#interval_seconds = 60", "interval_seconds = 1", 1);
    fs::write(&path, format!("{before}[witness_1]\n{section}")).expect("must be written");
}

fn outside(folder: &Path) -> PathBuf {
    folder.join("anchor.checkpoints")
}

fn config(folder: &Path) -> String {
    argument(&folder.join("aktenfest.toml")).to_owned()
}

/// Stores a file that nobody has stored before; its address for `get`.
fn store(dev: &Dev, folder: &Path, name: &str) -> (String, String) {
    let files = folder.join(name);
    write_files(&files, 1, 2000 + name.len());
    let receipts = folder.join(format!("{name} receipts"));
    let report =
        dev.client(&["ingest", argument(&files), "--reference", name, "--receipts", argument(&receipts), "--json"]).expect(0).json();
    let receipt = fs::read_dir(&receipts).expect("must be there").next().expect("must be one").expect("must be readable").path();
    let document = receipt.file_stem().and_then(|name| name.to_str()).expect("must be a text").to_owned();
    (report["case"].as_str().expect("must be a text").to_owned(), document)
}

/// The checkpoint of the vault's own ledger that the archive keeps outside its database.
pub fn kept_checkpoint(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder).expect("must be there").map(|file| file.expect("must be readable").path());
    let mut files = files.filter(|file| file.extension().is_some_and(|extension| extension == "checkpoint"));
    let of_accesses =
        |file: &PathBuf| fs::read_to_string(file).expect("must be readable").lines().next().expect("must have a line").contains("/access/");
    files.find(|file| !of_accesses(file)).expect("must be there")
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").args(["-a", argument(from), argument(to)]).status();
    assert!(status.expect("must run").success());
}

#[test]
fn the_witness_refuses_the_second_of_two_daemons_from_one_backup() {
    let folder = tempfile::tempdir().expect("must be created");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let dev = Dev::start(&one);
    dev.client(&["ingest", argument(&samples()), "--reference", "before", "--json"]).expect(0);
    assert_eq!(dev.stop(), 0);
    let listed = run(&["vault", "list", "--config", &config(&one), "--json"]).expect(0);
    let log_key = listed.json()["verifier_key"].as_str().expect("must be a text").to_owned();

    let witness = WitnessFolder::create(&folder.path().join("witness"));
    witness.know(std::slice::from_ref(&log_key));
    let running = witness.serve(free_address(), free_address());
    configure(&one, &running, &witness.key);
    copy(&one, &two);

    // Both run at the same time, and each answers with receipts that are good by themselves.
    let (first, second) = (Dev::start(&one), Dev::start(&two));
    let (case, document) = store(&first, folder.path(), "of the first");
    let get = ["get", "--case", &case, "--document", &document, "--receipt", "--anchored"];
    // A lag of zero may be older than what was just stored; the receipt says itself when it is covered.
    wait_until("the witness has cosigned the first", || first.client(&get).code == 0);
    let anchored = first.client(&get).expect(0).stdout;
    prove(&anchored, &log_key, &witness.key);

    let (case, document) = store(&second, folder.path(), "of the second");
    let contradictions = format!("aktenfest_witness_contradictions_total{{witness=\"{}\"}}", witness.key.name());
    wait_until("the witness has refused the second", || second.try_metric(&contradictions).is_some_and(|count| count >= 1.0));
    assert_eq!(first.try_metric(&contradictions), None);
    // Not cosigned, and still served: an archive does not stand still because of what a witness says.
    let receipt = second.client(&["get", "--case", &case, "--document", &document, "--receipt"]).expect(0).stdout;
    let get = ["get", "--case", &case, "--document", &document, "--receipt", "--anchored"];
    assert!(second.client(&get).expect(4).stderr.contains("not_cosigned"));
    assert_eq!((first.stop(), second.stop()), (0, 0));
    running.stop();

    // Whoever holds a checkpoint of the one and is shown the other has the proof: two notes, both signed.
    let (held, shown) = (kept_checkpoint(&outside(&one)), kept_checkpoint(&outside(&two)));
    let verify = |folder: &Path, known: &Path| {
        let arguments = ["verify", "--config", &config(folder), "--log-key", &log_key, "--known", argument(known)];
        run(&arguments)
    };
    verify(&one, &held).expect(0);
    let told = verify(&two, &held).expect(30).stdout;
    for note in [&held, &shown] {
        let note = fs::read_to_string(note).expect("must be readable");
        assert!(told.contains(&note), "{note} is not in {told}");
    }
    // A receipt of the second is as good a proof against the first.
    let path = folder.path().join("second.tlog-proof");
    fs::write(&path, receipt).expect("must be written");
    verify(&one, &path).expect(30);

    // And the checkpoint outside the database keeps the copy from being served in the place of the first.
    fs::copy(&held, &shown).expect("must be copied");
    let refused = run(&["vault", "list", "--config", &config(&two)]).expect(3).stderr;
    assert!(refused.contains("does not continue it"), "{refused}");
}

/// Checks a receipt as an auditor would who believes the archive only together with the witness.
fn prove(receipt: &str, log: &str, witness: &VerifierKey) {
    let policy = format!("log {log}\nwitness w {witness}\nquorum w\n");
    let policy = TrustPolicy::parse(policy.as_bytes()).expect("must be a policy");
    let receipt = UnverifiedReceipt::parse(receipt.as_bytes()).expect("must be a receipt");
    receipt.verify_with_policy(&policy).expect("must be proven to the policy's satisfaction");
}

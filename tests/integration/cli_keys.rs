//! `aktenfest keys` as an operator runs it: a replica is added, lost, restored, and the keys are rotated.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli_support::{Ran, argument, run};

/// A new archive, and its configuration with a replica of everything in `replica`.
fn init(folder: &Path) -> PathBuf {
    let (config, data) = (folder.join("aktenfest.toml"), folder.join("data"));
    let arguments = ["init", "--config", argument(&config), "--data", argument(&data), "--origin", "archive.example.org"];
    run(&[&arguments[..], &["--vault", "jc-042", "--application", "eakte"]].concat()).expect(0);
    let text = fs::read_to_string(&config).expect("was written");
    let replica = folder.join("replica");
    let section = format!(
        "[storage.replica_1]\nkind = \"file\"\npath = \"{}\"\nkeyring = \"{}\"\n",
        replica.join("root").display(),
        replica.join("keyring").display()
    );
    fs::write(&config, text.replace("[storage.replica_1]\n", &section)).expect("must be writable");
    config
}

fn faults(report: &Value) -> usize {
    report["places"].as_array().expect("a list").iter().filter(|place| !place["fault"].is_null()).count()
}

#[test]
fn a_replica_is_added_lost_and_restored_and_the_keys_are_rotated() {
    let folder = tempfile::tempdir().expect("must be created");
    let config = init(folder.path());
    let keys = |action: &str| -> Ran { run(&["keys", action, "--config", argument(&config), "--json"]) };

    let new = keys("status").expect(3).json();
    assert_eq!((faults(&new), new["assurance"].as_str()), (2, Some("C")), "the replica was named and is empty: {new}");
    assert!(run(&["keys", "status", "--config", argument(&config)]).expect(3).stdout.contains("BEHIND"));
    assert!(keys("rotate").expect(1).stderr.contains("keys replicate"), "a new epoch must not leave a place behind");
    let replicated = keys("replicate").expect(0).json();
    assert_eq!((faults(&replicated), replicated["restored"].as_array().map(Vec::len)), (0, Some(2)), "{replicated}");
    let rotated = keys("rotate").expect(0).json();
    assert_eq!(rotated["epoch"].as_u64(), new["epoch"].as_u64().map(|epoch| epoch + 1));

    // The first places burn; everything goes on from the replica.
    for lost in ["data/keyring", "data/root-of-trust"] {
        fs::remove_dir_all(folder.path().join(lost)).expect("must be there");
    }
    assert_eq!(faults(&keys("status").expect(3).json()), 2);
    run(&["vault", "list", "--config", argument(&config)]).expect(0);
    keys("replicate").expect(0);
    assert_eq!(keys("status").expect(0).json()["epoch"], rotated["epoch"]);
    fs::remove_dir_all(folder.path().join("replica")).expect("must be there");
    run(&["vault", "list", "--config", argument(&config)]).expect(0);
    run(&["keys", "rotate"]).expect(2);
    run(&["keys", "status", "--config", "/nonexistent.toml"]).expect(78);
}

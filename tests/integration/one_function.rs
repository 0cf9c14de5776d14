//! One function destroys: who calls what removes, listed from the sources. A new caller fails here, and has to be argued for.

use std::collections::BTreeSet;

use super::tidy::{rust_files, without_comments};

/// What removes, or gives leave to, and the only files that may mention it outside of tests.
const DOORS: &[(&str, &[&str], &str)] = &[
    (
        "delete_cf(",
        &["src/store/transaction.rs"],
        "a row is removed by `derive`, where it can be computed again, or by `remove`, with a warrant",
    ),
    ("delete_range_cf(", &["src/store/content.rs", "src/store/transaction.rs"], "frames: staged ones without an owner, or with a warrant"),
    ("delete_file_in_range_cf(", &["src/store/content.rs"], "staged frames without an owner"),
    ("drop_cf(", &[], "no column is ever dropped"),
    ("DB::destroy(", &[], "no database is ever removed"),
    ("DB::repair(", &[], "it empties healthy databases"),
    (".remove_log(", &["src/store/destroy.rs"], "the one function that removes an access log"),
    (".remove(warrant", &["src/store/destroy.rs"], "the one function that removes records"),
    (".remove_frames(", &["src/store/destroy.rs"], "the one function that removes content"),
    ("transaction.destroy(", &["src/archive/group.rs"], "in the commit that records why"),
    ("keyring.destroy(", &["src/archive/access/shards.rs", "src/archive/destruction/keys.rs"], "behind that commit"),
    ("punctures_of(", &["src/keys/epoch.rs", "src/keys/keyring.rs"], "from warrants alone"),
    ("GoneKeys::attest(", &["src/keys/keyring.rs"], "by the keyring, when it has looked"),
    (
        "DestructionWarrant::of_order(",
        &["src/archive/destruction/keys.rs", "src/archive/group.rs", "src/verify/offline/destruction/steps.rs"],
        "to destroy, or to check that it was right",
    ),
    (
        "DestructionWarrant::of_year(",
        &["src/archive/access/shards.rs", "src/archive/group.rs", "src/verify/offline/destruction/steps.rs"],
        "to remove an access log, or to check that it was right",
    ),
    ("DestructionWarrant::of_replay(", &["src/archive/group.rs"], "behind a restore"),
];

/// Code that runs: no comments, and nothing behind the first module of tests.
fn running(text: &str) -> String {
    without_comments(text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default())
}

/// Files that exist for tests only.
fn is_of_tests(path: &str) -> bool {
    let names = ["tests.rs", "testing.rs", "forensics.rs", "adversary.rs", "crash.rs", "simulated.rs", "interop.rs"];
    names.iter().any(|name| path.ends_with(name)) || path.contains("/tests/") || path.contains("/testing/")
}

#[test]
fn nothing_else_removes() {
    let sources = rust_files(&["src"]);
    for (door, allowed, why) in DOORS {
        let callers: BTreeSet<&str> = sources
            .iter()
            .filter(|(path, text)| !is_of_tests(path) && running(text).contains(door))
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(callers, allowed.iter().copied().collect(), "{door} {why}");
    }
}

/// A warrant has no public field, no default and no way in but its three constructors.
#[test]
fn a_warrant_is_made_in_three_ways_only() {
    let (_, text) = rust_files(&["src/model/destruction"]).into_iter().find(|(path, _)| path.ends_with("warrant.rs")).expect("it is there");
    let text = running(&text);
    let (_, body) = text.split_once("pub struct DestructionWarrant {").expect("it is a struct");
    let fields = body.split('}').next().expect("it ends");
    assert!(!fields.contains("pub"), "a field that others can write makes a warrant of anything:{fields}");
    assert!(!text.contains("Default for DestructionWarrant") && !text.contains("Default)]\npub struct DestructionWarrant"));
    let makers = text.matches("-> Result<Self, NoWarrant>").count();
    assert_eq!((makers, text.matches("Ok(Self {").count()), (3, 3));
}

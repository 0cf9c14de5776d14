//! Who may use whom. A new arrow between modules is a decision: it is made here, with its reason, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::tidy::{rust_files, without_comments};

/// Each module with what it may use besides itself. Every module may use `limits`, which uses nothing.
const ARROWS: &[(&str, &[&str])] = &[
    ("limits", &[]),
    // It hands out the vocabulary's own points in time, and asks when the machine was started.
    ("clock", &["model", "sys"]),
    ("sys", &[]),
    ("model", &[]),
    ("policy", &["model"]),
    // It reads the facts before an event through the view that the rules have read them through.
    ("state", &["model", "policy"]),
    // It says in sentences what the rules say in steps and codes.
    ("words", &["model", "policy"]),
    // It reads documents, not the archive.
    ("gate", &["model"]),
    // A TPM that asks for patience gets a pause.
    ("keys", &["model", "clock", "sys"]),
    // A document's key is derived from its leaf in the key forest.
    ("seal", &["model", "sys", "keys"]),
    ("ledger", &["model", "sys"]),
    ("evidence", &["model"]),
    // It finds words for what was proven, and takes the openings and the signed note apart.
    ("certificate", &["model", "words", "ledger"]),
    // Keys of witnesses are read by whoever checks with them, so that a mistake in one is found before anything starts.
    ("config", &["model", "ledger", "evidence"]),
    // Each of the two is handed its checked part of the configuration.
    ("observe", &["model", "config"]),
    ("access", &["model", "config", "observe", "sys"]),
    ("store", &["model", "sys", "observe"]),
    (
        "archive",
        &["model", "policy", "state", "gate", "keys", "seal", "ledger", "certificate", "evidence", "store", "clock", "observe", "sys"],
    ),
    ("disposition", &["model", "archive", "keys", "clock", "observe"]),
    // It reads documents in threads of its own, and has pages for the person concerned.
    ("export", &["model", "words", "archive", "ledger", "sys"]),
    // It opens documents in several threads, and has the scan gate look at them again; the report on an export is for people,
    // and time-stamps and signatures in it are verified.
    ("verify", &["model", "policy", "state", "words", "gate", "ledger", "certificate", "evidence", "seal", "keys", "store", "sys"]),
    // It measures how long requests take and numbers them; tile paths, openings, frames of a range, the steps of an explanation and the
    // obstacles of a release come with what it asks the archive; a catalogue in a body is read by the reader of the file.
    (
        "http",
        &["model", "policy", "config", "words", "certificate", "archive", "access", "export", "observe", "clock", "sys", "ledger", "seal"],
    ),
    // It asks other people's servers about what the archive has committed, and is unknown to the archive: no commit waits for a stranger.
    // Access reads the file with the authorities that are believed.
    ("remote", &["model", "ledger", "evidence", "config", "access", "archive", "clock", "observe", "sys"]),
    // A daemon of its own, run by somebody else: it must know nothing of an archive, and not of its store above all.
    ("witness", &["model", "ledger", "clock", "observe", "sys"]),
    ("sandbox", &["sys"]),
];

/// The modules that may use everything.
const TOP: &[&str] = &["main", "lib", "cli"];

/// Libraries that only these modules may use. `cli` stands for the program's own client.
const LIBRARIES: &[(&str, &[&str])] = &[
    // No type of the database leaves `store`, so that another engine can take its place.
    ("rocksdb", &["store"]),
    ("axum", &["http"]),
    ("tower", &["http"]),
    ("utoipa", &["http"]),
    ("hyper", &["http", "remote", "witness", "cli"]),
    ("hyper_util", &["http", "remote", "witness", "cli"]),
    ("http_body", &["http", "cli"]),
    ("http_body_util", &["http", "remote", "witness", "cli"]),
    ("hyper_rustls", &["remote", "cli"]),
    ("tokio_rustls", &["http", "remote", "witness", "cli"]),
    // What is stored is encoded by hand; serde writes and reads only what people and programs outside see.
    ("serde", &["http", "cli", "config", "export"]),
    ("toml", &["config", "cli"]),
    ("clap", &["cli", "main"]),
    ("anyhow", &["cli", "main"]),
    ("indicatif", &["cli"]),
    ("prometheus", &["observe"]),
    ("tracing_subscriber", &["observe"]),
    ("tracing_journald", &["observe"]),
    ("webpki", &["access", "evidence"]),
    ("rcgen", &["access"]),
    ("zstd", &["seal"]),
    ("miniz_oxide", &["gate"]),
    ("cryptoki", &["keys"]),
    ("fluent_bundle", &["words"]),
    ("nix", &["sys", "clock"]),
    ("jiff", &["model", "clock"]),
];

#[test]
fn arrows_point_downward() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    let sources = sources();
    let of_tests = folders_of_tests(&sources);
    for (path, text) in sources {
        let module = module_path(&path)[0].clone();
        // What only tests compile may ask anybody: it shows how modules work together.
        if TOP.contains(&module.as_str()) || of_tests.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let Some(may_use) = allowed.get(module.as_str()) else {
            wrong.push(format!("{path}: the module {module} is not in the table"));
            continue;
        };
        for used in uses(&path, &text) {
            if used != module && used != "limits" && !may_use.contains(&used.as_str()) && (is_module(&used) || TOP.contains(&used.as_str()))
            {
                wrong.push(format!("{path}: {module} may not use {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that are not in the table:\n{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        // Tests may look at a result with any library.
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        let module = module_path(&path)[0].clone();
        for (library, modules) in LIBRARIES {
            if !modules.contains(&module.as_str()) && mentions_path(shipped, library) {
                wrong.push(format!("{path}: only {} may use the library {library}", modules.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "libraries out of place:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_is_a_downward_order_of_modules_that_know_each_other() {
    // A cycle would make "downward" meaningless, so each arrow must lead to a module whose own arrows do not lead back.
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for (module, _) in ARROWS {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = allowed[module].to_vec();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(allowed.get(next).unwrap_or_else(|| panic!("{next} is not in the table")).iter());
            }
        }
        assert!(!reached.contains(module), "{module} leads back to itself");
    }
}

#[test]
fn the_reader_of_arrows_finds_every_form() {
    let text = "use crate::model::Digest;\nuse crate::{keys::Leaf, seal::{self, Frame}, sys};\nlet x = crate::store::open();\n\
                use super::super::ledger::Tree;\nuse super::tree;\n#[cfg(test)]\nmod tests {\nuse super::super::inner;\nuse super::super::super::clock;\n}\n";
    let found: Vec<String> = uses("src/archive/committer.rs", text).into_iter().collect();
    assert_eq!(found, ["clock", "keys", "ledger", "model", "seal", "store", "sys"]);
    assert!(mentions_path("let a = rocksdb::DB::open();", "rocksdb") && mentions_path("use rocksdb;", "rocksdb"));
    assert!(!mentions_path("let a = my_rocksdb::x; let rocksdb = 1;", "rocksdb"));
}

#[test]
fn only_modules_for_tests_are_excused() {
    let sources = [
        ("src/policy/mod.rs".to_owned(), "mod notes;\n#[cfg(test)]\npub(crate) mod testing;\n".to_owned()),
        ("src/policy/notes.rs".to_owned(), "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod inner {}\n".to_owned()),
    ];
    let expected = ["src/policy/testing.rs", "src/policy/testing/", "src/policy/notes/tests.rs", "src/policy/notes/tests/"];
    assert_eq!(folders_of_tests(&sources), expected);
}

/// Every source file with its path from the root of the project, comments removed.
fn sources() -> Vec<(String, String)> {
    rust_files(&["src"]).into_iter().map(|(path, text)| (path, without_comments(&text))).collect()
}

/// `src/policy/testing.rs` and `src/policy/testing/`, if `src/policy/mod.rs` has that module for tests only.
fn folders_of_tests(sources: &[(String, String)]) -> Vec<String> {
    let mut folders = Vec::new();
    for (path, text) in sources {
        let folder = path.strip_suffix("/mod.rs").or(path.strip_suffix(".rs")).expect("must be a source file");
        for (at, marker) in text.match_indices("#[cfg(test)]\n") {
            let line = text[at + marker.len()..].lines().next().unwrap_or_default().trim().trim_start_matches("pub(crate) ");
            if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
                folders.extend([format!("{folder}/{name}.rs"), format!("{folder}/{name}/")]);
            }
        }
    }
    folders
}

fn is_module(name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    fs::exists(root.join(name)).unwrap_or(false) || fs::exists(root.join(format!("{name}.rs"))).unwrap_or(false)
}

/// `src/archive/committer.rs` is `archive`, `committer`; `src/archive/mod.rs` is `archive`.
fn module_path(path: &str) -> Vec<String> {
    let inner = path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")).expect("must be a source file");
    let mut parts: Vec<String> = inner.split('/').map(ToOwned::to_owned).collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The top-level modules that a file names: through `crate::` or through as many `super::` as lead to the root.
fn uses(path: &str, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads_of_group(group)),
            None => found.extend(head(rest)),
        }
    }
    let depth = module_path(path).len();
    let tests_begin = text.find("mod tests {").unwrap_or(text.len());
    let supers_to_root = |at: usize| if at > tests_begin { depth + 1 } else { depth };
    let mut at = 0;
    while let Some(found_at) = text[at..].find("super::") {
        let start = at + found_at;
        let chain = text[start..].split("super::").take_while(|between| between.is_empty()).count();
        let after = start + chain * "super::".len();
        if chain == supers_to_root(start) {
            found.extend(head(&text[after..]));
        }
        at = after;
    }
    found
}

/// The first part of a path, if it is the name of a module: types and constants have capitals.
fn head(path: &str) -> Option<String> {
    let name: String = path.chars().take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_').collect();
    (!name.is_empty() && !path[name.len()..].starts_with(char::is_alphanumeric)).then_some(name)
}

/// The first parts of the paths in `{a::x, b::{c, d}, e}`, of which the opening brace is gone.
fn heads_of_group(group: &str) -> BTreeSet<String> {
    let mut depth = 0;
    let mut found = BTreeSet::new();
    let mut item = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.extend(head(std::mem::take(&mut item).trim())),
            _ => item.push(c),
        }
    }
    found.extend(head(item.trim()));
    found
}

/// Whether `name` begins a path: `name::` or `use name;`, not as the end of a longer word or inside a path of ours.
fn mentions_path(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let starts = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        starts && (after.starts_with("::") || (before.ends_with("use ") && after.starts_with(';')))
    })
}

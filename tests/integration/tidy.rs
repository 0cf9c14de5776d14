//! What every file of the project looks like.

use std::fs;
use std::path::{Path, PathBuf};

const COLUMNS_MAX: usize = 160;
const LINES_MAX: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below these folders, as path from the root of the project and text.
pub fn rust_files(folders: &[&str]) -> Vec<(String, String)> {
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("must be readable").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).expect("must lie in the project").to_string_lossy().into_owned();
                files.push((name, fs::read_to_string(&path).expect("must be UTF-8")));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no Rust files in {folders:?}");
    files
}

/// The text without `//` comments. A `//` in a string ends the line too, which is good enough for looking at paths.
pub fn without_comments(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.split("//").next().unwrap_or_default())).collect()
}

fn all_rust_files() -> Vec<(String, String)> {
    rust_files(&["src", "tests", "benches"])
}

/// Fails with every line for which `mistake` has something to say.
fn check_lines(mistake: impl Fn(&str) -> Option<&'static str>) {
    let mut wrong = Vec::new();
    for (path, text) in all_rust_files() {
        for (number, line) in text.lines().enumerate() {
            if let Some(what) = mistake(line) {
                wrong.push(format!("{path}:{}: {what}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lines_are_short_and_ascii() {
    check_lines(|line| {
        if line.chars().count() > COLUMNS_MAX {
            Some("longer than 160 columns")
        } else if !line.is_ascii() {
            Some("has a character that is not ASCII; write it as an escape or in words")
        } else if line.ends_with(' ') || line.contains('\t') {
            Some("has a tab or a blank at its end")
        } else {
            None
        }
    });
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let words = [("TO", "DO"), ("FIX", "ME"), ("dbg", "!("), ("todo", "!("), ("unimplemented", "!(")];
    let words = words.map(|(start, end)| format!("{start}{end}"));
    check_lines(|line| words.iter().any(|word| line.contains(word.as_str())).then_some("is not finished"));
    let bare = ["#[ig", "nore]"].concat();
    check_lines(|line| line.contains(&bare).then_some("an ignored test says why: #[ignore = \"...\"]"));
}

/// `make soak` and `make interop` select by a word in the path of a test. A test that says it belongs to one and lacks the word would never run.
#[test]
fn ignored_tests_run_where_they_say() {
    let mut wrong = Vec::new();
    for (path, text) in all_rust_files() {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (number, reason) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("#[ignore = ")) {
            let name = lines[number..].iter().find(|line| line.contains("fn ")).unwrap_or(&"");
            let runs = ["soak", "interop"]
                .iter()
                .any(|word| reason.contains(&format!("make {word}")) && (path.contains(word) || name.contains(word)));
            if !runs {
                wrong.push(format!("{path}:{}: neither file nor function has the word soak or interop that its reason names", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_machine_is_mentioned() {
    let places = [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/")].map(|(start, end)| format!("{start}{end}"));
    check_lines(|line| places.iter().any(|place| line.contains(place.as_str())).then_some("names a folder of one machine"));
}

#[test]
fn a_file_answers_one_question() {
    for (path, text) in all_rust_files() {
        assert!(text.lines().count() <= LINES_MAX, "{path} has {} lines; at most {LINES_MAX}", text.lines().count());
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in all_rust_files() {
        assert!(text.starts_with("//! "), "{path} does not begin with a comment on what it is for");
    }
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("must be readable");
    let (mut section, mut explained, mut seen) = (String::new(), false, 0);
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.to_owned();
            explained = false;
        } else if section.ends_with("dependencies]") && line.starts_with("# ") {
            explained = true;
        } else if section.ends_with("dependencies]") && line.contains(" = ") {
            // Two packages of one library may share a sentence if they follow each other.
            assert!(explained, "no sentence above: {line}");
            seen += 1;
        } else if line.is_empty() {
            explained = false;
        }
    }
    assert!(seen > 20, "the manifest was not understood");
}

#[test]
fn bounds_live_in_one_file() {
    // A bound of the whole program that stands elsewhere cannot be tied to the others by an assertion. What follows from other
    // constants, such as the number of slots in a format, is no decision of its own and stands where the format is.
    let decided = |line: &str| line.split_once(" = ").is_some_and(|(_, value)| !value.contains(|c: char| c.is_ascii_uppercase()));
    for (path, text) in rust_files(&["src"]) {
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in shipped.lines().filter(|line| line.starts_with("pub const ") && line.contains("_MAX:")) {
            assert!(path == "src/limits.rs" || !decided(line), "{path}: belongs into limits.rs: {line}");
        }
    }
}

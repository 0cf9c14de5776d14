//! The commands of the README are executed as they stand.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cli_support::{Dev, Ran};

/// The blocks of this language, in order.
fn blocks(markdown: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in markdown.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(named)) => open = Some(if named == language { String::new() } else { format!("\u{0}{named}") }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks.into_iter().filter(|block| !block.starts_with('\u{0}')).collect()
}

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("must be readable")
}

#[test]
fn its_commands_work_as_they_stand() {
    let blocks = blocks(&readme(), "sh");
    assert!(blocks.len() >= 3, "the README has lost its examples");
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("var/dev"));
    std::os::unix::fs::symlink(crate::cli_support::samples(), folder.path().join("samples")).expect("must be created");
    // One shell for all blocks, so that later ones may use the variables of earlier ones. Ports are the only thing that differs.
    let script = blocks.concat().replace("https://127.0.0.1:8443", dev.text("url")).replace("http://127.0.0.1:9443", dev.text("admin_url"));
    let program = Path::new(env!("CARGO_BIN_EXE_aktenfest")).parent().expect("must have a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let ran = Command::new("bash").args(["-euxo", "pipefail", "-c", &script]).current_dir(folder.path()).env("PATH", path).output();
    let ran = Ran::of(ran.expect("bash must start")).expect(0);
    for expected in ["\"receipt\":\"c2sp.org/tlog-proof", "localhost/ledger/", "aktenfest_documents_stored_total"] {
        assert!(ran.stdout.contains(expected), "{expected} is missing in\n{}", ran.stdout);
    }
    assert_eq!(dev.stop(), 0);
}

#[test]
fn every_exit_code_stands_in_it() {
    let text = readme();
    for code in [
        "| 0 |", "| 1 |", "| 2 |", "| 3 |", "| 4 |", "| 69 |", "| 75 |", "| 78 |", "| 10 |", "| 20 |", "| 30 |", "| 40 |", "| 50 |",
        "| 64 |",
    ] {
        assert!(text.contains(code), "{code}");
    }
}

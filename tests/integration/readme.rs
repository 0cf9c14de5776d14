//! The commands of the README are executed as they stand.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cli_support::{Dev, Ran, argument, run, samples};

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
    let commands = blocks(&readme(), "sh");
    assert!(commands.len() >= 3, "the README has lost its examples");
    let folder = tempfile::tempdir().expect("must be created");
    // What `make run` has done before it serves: the figures that are shown count the samples as well.
    let data = folder.path().join("var/dev");
    let listen = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
    let samples = samples();
    let store = ["dev", "--data", argument(&data), "--store", argument(&samples), "--once", "--quiet"];
    run(&[&store[..], &listen[..]].concat()).expect(0);
    let dev = Dev::start(&data);
    std::os::unix::fs::symlink(&samples, folder.path().join("samples")).expect("must be created");
    // One shell for all blocks, so that later ones may use the variables of earlier ones. Ports are the only thing that differs.
    let script =
        commands.concat().replace("https://127.0.0.1:8443", dev.text("url")).replace("http://127.0.0.1:9443", dev.text("admin_url"));
    let program = Path::new(env!("CARGO_BIN_EXE_aktenfest")).parent().expect("must have a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("bash");
    shell.args(["-euxo", "pipefail", "-c", &script]).current_dir(folder.path()).env("PATH", path).env("LC_ALL", "C");
    let ran = shell.output();
    let ran = Ran::of(ran.expect("bash must start")).expect(0);
    for expected in ["\"receipt\":\"c2sp.org/tlog-proof", "localhost/ledger/", "aktenfest_documents_stored_total"] {
        assert!(ran.stdout.contains(expected), "{expected} is missing in\n{}", ran.stdout);
    }
    let shown = blocks(&readme(), "output");
    assert!(shown.len() >= 2, "the README does not show any more what comes out");
    let mut rest = ran.stdout.lines();
    for line in shown.iter().flat_map(|block| block.lines()) {
        assert!(rest.any(|said| is_as_shown(line, said)), "no line any more like\n{line}\nin\n{}", ran.stdout);
    }
    assert_eq!(dev.stop(), 0);
}

/// Whether a line is the one that is shown, in which `[words]` stand for what is different on another day.
fn is_as_shown(shown: &str, said: &str) -> bool {
    let mut rest = said;
    for (place, piece) in shown.split(['[', ']']).enumerate().filter(|(place, _)| place % 2 == 0) {
        match rest.find(piece) {
            Some(0) => rest = &rest[piece.len()..],
            Some(at) if place > 0 => rest = &rest[at + piece.len()..],
            _ => return false,
        }
    }
    rest.is_empty()
}

#[test]
fn a_line_is_compared_but_for_what_changes_with_the_day() {
    let shown = "On [today]: it is over. Overdue for [so many] days.";
    for (said, same) in [
        ("On 22 November 2026: it is over. Overdue for 627 days.", true),
        ("On 1 May 2031: it is over. Overdue for 1 days.", true),
        ("On 22 November 2026: it is over.", false),
        ("On 22 November 2026: it runs. Overdue for 627 days.", false),
        ("On 22 November 2026: it is over. Overdue for 627 days. Or not.", false),
        ("Now On 1 May 2031: it is over. Overdue for 1 days.", false),
    ] {
        assert_eq!(is_as_shown(shown, said), same, "{said}");
    }
    assert!(is_as_shown("", "") && !is_as_shown("", "x") && !is_as_shown("x", ""));
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

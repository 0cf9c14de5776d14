//! A checkpoint that our witness has cosigned, checked by Go's signed notes and Python's cryptography.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Log, beside, curl, go, ingest, run_tool, vault_url};
use crate::cli_support::{Dev, Ran, wait_until, write_files};
use crate::witness::{WitnessFolder, configure, free_address};

/// What both checkers need.
struct Cosigned {
    log: String,
    witness: String,
    origin: String,
    note: String,
}

/// A ledger that a daemon has written and a witness cosigned, as the daemon gives it out.
fn written_by_daemon_and_witness(folder: &Path) -> Cosigned {
    let place = folder.join("dev");
    let dev = Dev::start(&place);
    let log = Log::of(&dev);
    assert_eq!(dev.stop(), 0);
    let witness = WitnessFolder::create(&folder.join("witness"));
    witness.know(std::slice::from_ref(&log.verifier_key));
    let running = witness.serve(free_address(), free_address());
    configure(&place, &running, &witness.key);
    let dev = Dev::start(&place);
    write_files(&folder.join("documents"), 5, 500);
    ingest(&dev, &folder.join("documents"), "a case", &folder.join("receipts"));
    let newest = run_tool(curl(&dev).arg(format!("{}/ledger/checkpoint", vault_url(&dev)))).expect(0).stdout;
    let text = newest.split("\n\n").next().expect("must have a text").to_owned();
    let mut note = String::new();
    wait_until("the newest checkpoint is cosigned", || {
        let ran = run_tool(curl(&dev).arg(format!("{}/ledger/checkpoint?cosigned=true", vault_url(&dev))));
        note = ran.stdout;
        ran.code == 0 && note.starts_with(&text)
    });
    assert_eq!(dev.stop(), 0);
    running.stop();
    Cosigned { log: log.verifier_key, witness: witness.key.to_string(), origin: log.origin, note }
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn others_agree_with_a_cosignature_of_our_witness() {
    let folder = tempfile::tempdir().expect("must be created");
    let cosigned = written_by_daemon_and_witness(folder.path());
    let program = folder.path().join("checkcosigned");
    run_tool(go(&["build", "-o"]).arg(&program).arg(beside("checkcosigned.go"))).expect(0);
    let path = folder.path().join("checkpoint");
    let check = |mut command: Command, note: &[u8], witness: &str| -> Ran {
        fs::write(&path, note).expect("must be written");
        run_tool(command.arg(&path).arg(&cosigned.log).arg(witness))
    };
    let python = || {
        let mut command = Command::new("python3");
        command.arg(beside("check_cosigned.py"));
        command
    };
    let checkers: [&dyn Fn() -> Command; 2] = [&|| Command::new(&program), &python];
    let good = cosigned.note.as_bytes();
    for checker in checkers {
        let ran = check(checker(), good, &cosigned.witness).expect(0);
        assert!(ran.stdout.starts_with(&format!("ok: {} with ", cosigned.origin)), "{}", ran.stdout);
        print!("{}", ran.stdout);
        // One changed byte in the middle of every line, and the log's key in the place of the witness's.
        let mut start = 0;
        for line in cosigned.note.split_inclusive('\n').filter(|line| line.len() > 1) {
            let line_at = cosigned.note[start..].find(line).expect("must be there") + start;
            start = line_at + line.len();
            let mut bad = good.to_vec();
            let middle = line_at + line.len() / 2;
            bad[middle] = if bad[middle] == b'A' { b'B' } else { b'A' };
            let ran = check(checker(), &bad, &cosigned.witness);
            assert!(ran.code != 0 && ran.stdout.is_empty(), "a changed byte in {line:?} was not noticed: {}", ran.stdout);
        }
        assert_ne!(check(checker(), good, &cosigned.log).code, 0);
    }
}

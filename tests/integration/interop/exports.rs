//! Exports: a bag that the daemon made, checked by bagit, coreutils, openssl, signify, pymerkle and an independent verifier.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;

use super::{Log, beside, from_outside, run_tool};
use crate::cli_export::{Archive, unpack};
use crate::cli_support::Ran;

fn bagit(bag: &Path) -> Ran {
    run_tool(Command::new("python3").args(["-m", "bagit", "--validate", "--quiet"]).arg(bag))
}

fn pymerkle(bag: &Path) -> Ran {
    run_tool(Command::new("python3").arg(beside("check_root.py")).arg(bag))
}

/// Three lines of a note and its one signature, verified with openssl.
fn openssl(folder: &Path, note: &Path, key: &Path) -> Ran {
    let note = fs::read_to_string(note).expect("must be readable");
    let (text, lines) = note.rsplit_once("\n\n").expect("must be a note");
    let signature = lines.lines().next().and_then(|line| line.rsplit(' ').next()).expect("must have a signature");
    let signature = base64::engine::general_purpose::STANDARD.decode(signature).expect("must be Base64");
    let (message, signed) = (folder.join("message"), folder.join("signature"));
    fs::write(&message, format!("{text}\n")).expect("must be written");
    fs::write(&signed, &signature[4..]).expect("must be written");
    let arguments = ["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"];
    run_tool(Command::new("openssl").args(arguments).arg(key).arg("-in").arg(message).arg("-sigfile").arg(signed))
}

/// The office's signature over the tag manifest.
fn cms(bag: &Path, authority: &str) -> Ran {
    let arguments = ["cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any", "-out", "/dev/null", "-CAfile", authority];
    let signature = bag.join("signatures/tagmanifest-sha256.txt.p7s");
    let content = bag.join("tagmanifest-sha256.txt");
    run_tool(Command::new("openssl").args(arguments).arg("-in").arg(signature).arg("-content").arg(content))
}

fn signify(bag: &Path, key: &str, message: &str) -> Ran {
    let folder = bag.join("signatures/signify");
    run_tool(Command::new("signify-openbsd").args(["-V", "-q", "-p", key, "-m", message]).current_dir(folder))
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn a_bag_is_accepted_by_tools_that_were_not_made_here() {
    let folder = tempfile::tempdir().expect("must be created");
    let archive = Archive::open(folder.path());
    let log = Log::of(&archive.dev);
    let pem = log.write_keys(folder.path());
    let (ran, tar) = archive.export("vault.tar", &[]);
    ran.expect(0);
    let bag = unpack(&tar);
    bagit(&bag).expect(0);
    pymerkle(&bag).expect(0);
    openssl(folder.path(), &bag.join("data/ledger/checkpoint"), &pem).expect(0);
    // The key of the ledger signs exports as well, under another name.
    openssl(folder.path(), &bag.join("signatures/export.note"), &pem).expect(0);
    let authority = archive.dev.text("ca").to_owned();
    cms(&bag, &authority).expect(0);
    signify(&bag, "log.pub", "checkpoint.txt").expect(0);
    signify(&bag, "export.pub", "export.txt").expect(0);
    let verifier = from_outside("reference/verify_export.py", "the bag by an independent verifier");
    let independent = |expected: i32| {
        if let Some(verifier) = &verifier {
            run_tool(Command::new("python3").arg(verifier).arg(&bag).arg(&log.verifier_key)).expect(expected);
        }
    };
    independent(0);

    // Each of them is shown something damaged as well.
    for (file, refuses) in [
        ("data/openings.jsonl", &bagit as &dyn Fn(&Path) -> Ran),
        ("tagmanifest-sha256.txt", &|bag: &Path| cms(bag, &authority)),
        ("data/ledger/checkpoint", &pymerkle),
        ("signatures/export.note", &|bag: &Path| openssl(folder.path(), &bag.join("signatures/export.note"), &pem)),
        ("signatures/signify/export.txt", &|bag: &Path| signify(bag, "export.pub", "export.txt")),
    ] {
        let path = bag.join(file);
        let good = fs::read(&path).expect("must be readable");
        let mut bad = good.clone();
        // A digit of the second line, or of the first line of openings.
        let at = bad.iter().rposition(|byte| *byte == b'\n').expect("must have lines").min(60);
        bad[at - 2] ^= 1;
        fs::write(&path, &bad).expect("must be written");
        let ran = refuses(&bag);
        assert_ne!(ran.code, 0, "{file}: {}", ran.stdout);
        if file.starts_with("data/") {
            independent(1);
        }
        fs::write(&path, &good).expect("must be written");
    }
    independent(0);
    assert_eq!(archive.dev.stop(), 0);
}

//! Cross-checks with programs and data that were not made here: run by `make interop`, left out of `make test`.
//!
//! What is checked: the ledger as files, receipts, openings and cosigned checkpoints, by Go, Python and openssl; exports, by coreutils,
//! bagit, openssl and signify; the exposition of metrics, by promtool; real
//! and generated documents, stored and read back. The small programs beside this file are ours, but they use nothing of ours.
//! Invariants: a check runs the daemon and the command line as people run them, and asks over HTTPS with curl; a checker is also shown
//! something damaged and must refuse it, so that one that accepts everything does not pass; what lies outside the project and is not
//! there is named in the output, and everything else is checked all the same.
//!
//! What is deliberately absent: `ledger-vectors.json` against our own code, which needs no foreign program and is a test of
//! `ledger`; the commands of the README, which are executed by `readme`.

mod bags;
mod documents;
mod evidence;
mod exports;
mod log;
mod metrics;
mod openings;
mod receipts;
mod witness;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use serde_json::Value;

use crate::cli_support::{Dev, Ran, argument};

/// Names the folder with vectors, programs and documents that are no part of the project.
const SHARED: &str = "AKTENFEST_SHARED";

/// A file or folder from outside the project; `None`, and a line that says so, if nothing from outside is there.
///
/// A folder that is named but does not have the file is a mistake and no reason to check less.
fn from_outside(path: &str, check: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(SHARED).filter(|folder| !folder.is_empty());
    let Some(folder) = folder else {
        println!("NOT CHECKED: {check}: needs {path} of the folder that {SHARED} names, and it names none");
        return None;
    };
    let path = Path::new(&folder).join(path);
    assert!(path.exists(), "{SHARED} is set, but {} is not there", path.display());
    Some(path)
}

/// A program of ours for a foreign interpreter.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/interop").join(name)
}

/// Runs a foreign program to its end.
#[track_caller]
fn run_tool(command: &mut Command) -> Ran {
    let program = command.get_program().to_string_lossy().into_owned();
    Ran::of(command.output().unwrap_or_else(|error| panic!("{program}: {error}; `make interop` installs it")))
}

/// Runs a foreign program that reads `input`.
#[track_caller]
fn run_tool_on(command: &mut Command, input: &[u8]) -> Ran {
    let program = command.get_program().to_string_lossy().into_owned();
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{program}: {error}; `make interop` installs it"));
    let mut stdin = child.stdin.take().expect("must be piped");
    // One that has refused already does not read to the end; its exit code tells.
    let _ = stdin.write_all(input);
    drop(stdin);
    Ran::of(child.wait_with_output().expect("must end"))
}

/// `go`, with the libraries from Debian and nothing from the network.
fn go(arguments: &[&str]) -> Command {
    let mut command = Command::new("go");
    command.args(arguments).env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOPROXY", "off").env_remove("GOFLAGS");
    command
}

/// curl with the client certificate; fails on every status of 400 and above.
fn curl(dev: &Dev) -> Command {
    let mut command = Command::new("curl");
    command.args(["-sS", "--fail-with-body", "--cacert", dev.text("ca"), "--cert", dev.text("certificate"), "--key", dev.text("key")]);
    command
}

/// What the archive answers to a GET of this path below the vault.
#[track_caller]
fn fetch(dev: &Dev, path: &str) -> Ran {
    run_tool(curl(dev).arg(format!("{}{path}", vault_url(dev)))).expect(0)
}

/// The URL of the one vault.
fn vault_url(dev: &Dev) -> String {
    format!("{}/v1/vaults/{}", dev.text("url"), dev.text("vault"))
}

/// What the archive says about its ledger: origin, verifier key, key in PEM.
struct Log {
    origin: String,
    verifier_key: String,
    public_key_pem: String,
}

impl Log {
    /// Asks the archive. Whoever really checks got the key another way before.
    fn of(dev: &Dev) -> Self {
        let json = fetch(dev, "").json();
        let text = |key: &str| json[key].as_str().expect("must be a text").to_owned();
        Self { origin: text("origin"), verifier_key: text("verifier_key"), public_key_pem: text("public_key_pem") }
    }

    /// Writes the two forms of the key into `folder` and returns the path of the PEM file.
    fn write_keys(&self, folder: &Path) -> PathBuf {
        fs::write(folder.join("log.vkey"), format!("{}\n", self.verifier_key)).expect("must be written");
        let pem = folder.join("log.pem");
        fs::write(&pem, &self.public_key_pem).expect("must be written");
        pem
    }
}

/// Stores a folder as documents of the case with this reference and returns the report. Receipts go to `receipts`.
#[track_caller]
fn ingest(dev: &Dev, folder: &Path, reference: &str, receipts: &Path) -> Value {
    let arguments = ["--reference", reference, "--jobs", "8", "--receipts", argument(receipts), "--json"];
    dev.client(&[&["ingest", argument(folder)], &arguments[..]].concat()).expect(0).json()
}

/// The files of a folder, sorted.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("must be readable").path()).collect();
    files.sort();
    files
}

/// The ledger entry that a receipt carries in its line `extra`.
fn entry_of(receipt: &str) -> Vec<u8> {
    let line = receipt.lines().find_map(|line| line.strip_prefix("extra ")).expect("must have an extra line");
    base64::engine::general_purpose::STANDARD.decode(line).expect("must be Base64")
}

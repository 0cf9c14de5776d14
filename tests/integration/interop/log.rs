//! The ledger of a daemon, fetched as the static files of C2SP tlog-tiles, checked by Go's and Python's implementations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Log, beside, curl, from_outside, go, ingest, run_tool, run_tool_on, vault_url};
use crate::cli_support::{Dev, Ran, write_files};

/// Entries of a ledger that `aktenfest dev` has begun: its opening, a catalogue of retention classes proposed and adopted.
const BEGINNING: u64 = 3;
/// How many documents go in, and the size that the ledger has afterwards: one entry for the vault, one for the case. The sizes lie
/// around the width of a tile: without a partial tile, with the smallest, with a second and an unfinished third.
const STAGES: [(usize, u64); 5] = [(1, 5), (250, 255), (1, 256), (1, 257), (343, 600)];
/// What both checkers report about that.
const CHECKED: &str = "ok: 600 entries, 6 states, 597 receipts";
/// Hashes or entries in a full tile.
const TILE_WIDTH: u64 = 256;

/// The resources of a tree of this size below `tile/`.
fn tile_names(size: u64) -> Vec<String> {
    let mut names = Vec::new();
    let mut row = |kind: &str, length: u64| {
        assert!(length / TILE_WIDTH < 1000, "longer indexes are written in groups");
        names.extend((0..length / TILE_WIDTH).map(|index| format!("{kind}/{index:03}")));
        if !length.is_multiple_of(TILE_WIDTH) {
            names.push(format!("{kind}/{:03}.p/{}", length / TILE_WIDTH, length % TILE_WIDTH));
        }
    };
    row("entries", size);
    let (mut level, mut length) = (0, size);
    while length > 0 {
        row(&level.to_string(), length);
        (level, length) = (level + 1, length / TILE_WIDTH);
    }
    names
}

/// A ledger in files: `states/SIZE/checkpoint`, `states/SIZE/tile/...`, `receipts/*.tlog-proof`, `log.vkey`, `log.pem`.
struct Fetched {
    folder: PathBuf,
}

impl Fetched {
    /// Keeps the newest checkpoint, which must be of this size.
    fn keep_checkpoint(&self, dev: &Dev, size: u64) {
        let target = self.state(size).join("checkpoint");
        let url = format!("{}/ledger/checkpoint", vault_url(dev));
        run_tool(curl(dev).arg("--create-dirs").arg("-o").arg(&target).arg(url)).expect(0);
        let text = fs::read_to_string(&target).expect("must be UTF-8");
        assert_eq!(text.lines().nth(1), Some(size.to_string().as_str()), "{text}");
    }

    /// Fetches every tile and bundle of the tree of this size, which may have grown since.
    fn keep_tiles(&self, dev: &Dev, size: u64) {
        let mut command = curl(dev);
        command.arg("--create-dirs");
        for name in tile_names(size) {
            let url = format!("{}/ledger/tile/{name}", vault_url(dev));
            command.arg("-o").arg(self.state(size).join("tile").join(&name)).arg(url);
        }
        run_tool(&mut command).expect(0);
    }

    fn state(&self, size: u64) -> PathBuf {
        self.folder.join("states").join(size.to_string())
    }
}

/// Writes a ledger through a daemon and fetches it.
fn written_by_the_daemon(folder: &Path) -> Fetched {
    let dev = Dev::start(&folder.join("dev"));
    let fetched = Fetched { folder: folder.join("fetched") };
    fs::create_dir(&fetched.folder).expect("must be created");
    Log::of(&dev).write_keys(&fetched.folder);
    fetched.keep_checkpoint(&dev, BEGINNING);
    for (number, (documents, size)) in STAGES.into_iter().enumerate() {
        let stage = folder.join(format!("documents-{number}"));
        write_files(&stage, documents, 300 + 100 * number);
        let report = ingest(&dev, &stage, "a case", &fetched.folder.join("receipts"));
        fetched.keep_checkpoint(&dev, size);
        let case = report["case"].as_str().expect("must be a text");
        let url = format!("{}/cases/{case}/receipt", vault_url(&dev));
        let target = fetched.folder.join("receipts").join(format!("{case}.tlog-proof"));
        run_tool(curl(&dev).arg("-o").arg(target).arg(url)).expect(0);
    }
    // Only now, so that older states are answered by a ledger that has grown beyond them.
    fetched.keep_tiles(&dev, BEGINNING);
    STAGES.iter().for_each(|(_, size)| fetched.keep_tiles(&dev, *size));
    let beyond = format!("{}/ledger/tile/0/002.p/{}", vault_url(&dev), 600 - 2 * TILE_WIDTH + 1);
    run_tool(curl(&dev).arg(beyond)).expect(22);
    assert_eq!(dev.stop(), 0);
    fetched
}

/// Something that checks a fetched ledger.
type Checker = Box<dyn Fn(&Path) -> Ran>;

/// Our program on top of golang.org/x/mod/sumdb, compiled with what Debian has.
fn go_checker(folder: &Path) -> Checker {
    let program = folder.join("checklog");
    run_tool(go(&["build", "-o"]).arg(&program).arg(beside("checklog.go"))).expect(0);
    Box::new(move |log| run_tool(Command::new(&program).arg(log)))
}

/// Our program on top of an independent implementation in Python.
fn python_checker(reference: PathBuf) -> Checker {
    Box::new(move |log| {
        let mut command = Command::new("python3");
        run_tool(command.arg(beside("check_log.py")).arg(log).arg(&reference).env("PYTHONDONTWRITEBYTECODE", "1"))
    })
}

/// Shows the checker a ledger with one changed byte in each kind of file: it must refuse every one.
fn refuses_what_is_damaged(checker: &Checker, fetched: &Fetched) {
    let receipt = super::files_in(&fetched.folder.join("receipts")).pop().expect("must be some");
    let tile = |name: &str| fetched.state(600).join("tile").join(name);
    let victims = [tile("0/000"), tile("1/000.p/2"), tile("entries/001"), fetched.state(257).join("checkpoint"), receipt];
    for path in victims {
        let good = fs::read(&path).expect("must be readable");
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        fs::write(&path, bad).expect("must be written");
        let ran = checker(&fetched.folder);
        assert!(ran.code != 0 && !ran.stdout.contains("ok:"), "a changed byte in {} was not noticed: {}", path.display(), ran.stdout);
        fs::write(&path, good).expect("must be written");
    }
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn others_agree_with_a_ledger_that_the_daemon_wrote() {
    let folder = tempfile::tempdir().expect("must be created");
    let fetched = written_by_the_daemon(folder.path());
    let mut checkers = vec![go_checker(folder.path())];
    checkers.extend(from_outside("reference", "the ledger by the Python reference tl.py").map(python_checker));
    for checker in checkers {
        let ran = checker(&fetched.folder).expect(0);
        print!("{}", ran.stdout);
        assert!(ran.stdout.starts_with(CHECKED), "{}", ran.stdout);
        refuses_what_is_damaged(&checker, &fetched);
    }
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn go_agrees_with_the_vectors_that_our_code_is_tested_with() {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ledger/ledger-vectors.json");
    let Some(vectors) = from_outside("vectors/ledger-vectors.json", "the ledger vectors by the Go reference goverify.go") else { return };
    let same = fs::read(&ours).expect("must be readable") == fs::read(&vectors).expect("must be readable");
    assert!(same, "{} is no copy of {}", ours.display(), vectors.display());
    let program = from_outside("reference/goverify.go", "the same").expect("must be there");
    let ran = run_tool_on(go(&["run"]).arg(program).arg(&vectors), b"").expect(0);
    assert!(!ran.stdout.contains("ACCEPTS") && ran.stdout.contains("sample ledger checkpoint verified by "), "{}", ran.stdout);
}

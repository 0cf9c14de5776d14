//! Receipts, checked by those who have nothing but a shell and openssl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Log, beside, entry_of, files_in, from_outside, ingest, run_tool};
use crate::cli_support::{Dev, Ran, write_files};

/// Enough for proofs of every length up to six, and for checkpoints of several sizes.
const DOCUMENTS: usize = 40;

/// A folder with receipts and what is needed to check them.
struct Holder {
    folder: PathBuf,
    receipts: Vec<PathBuf>,
    origin: String,
    key: PathBuf,
}

impl Holder {
    /// Stores documents and keeps only the receipts; the archive is gone when they are checked.
    fn of_a_daemon(folder: &Path) -> Self {
        let dev = Dev::start(&folder.join("dev"));
        let (documents, receipts) = (folder.join("documents"), folder.join("receipts"));
        write_files(&documents, DOCUMENTS, 500);
        ingest(&dev, &documents, "a case", &receipts);
        let log = Log::of(&dev);
        let holder = Self { folder: folder.to_owned(), receipts: files_in(&receipts), key: log.write_keys(folder), origin: log.origin };
        assert_eq!((holder.receipts.len(), dev.stop()), (DOCUMENTS, 0));
        holder
    }

    /// Our own script.
    fn ours(&self, receipt: &Path) -> Ran {
        run_tool(Command::new("bash").arg(beside("check_receipt.sh")).arg(receipt).arg(&self.key).arg(&self.origin))
    }

    /// The foreign script, which wants the entry in a file of its own.
    fn reference(&self, script: &Path, receipt: &Path) -> Ran {
        let entry = self.folder.join("entry");
        fs::write(&entry, entry_of(&fs::read_to_string(receipt).expect("must be UTF-8"))).expect("must be written");
        run_tool(Command::new("bash").arg(script).arg(receipt).arg(entry).arg(&self.key).arg(&self.origin))
    }

    /// The first receipt with one byte changed: at this place of this line.
    fn changed(&self, line: usize, place: Place) -> PathBuf {
        let text = fs::read(&self.receipts[0]).expect("must be readable");
        let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let bytes = &mut lines[line];
        let at = match place {
            Place::First => 0,
            Place::Middle => bytes.len() / 2,
            Place::Last => bytes.len() - 1,
        };
        bytes[at] = match bytes[at] {
            digit @ b'0'..=b'8' => digit + 1,
            b'A' => b'B',
            _ => b'A',
        };
        let path = self.folder.join("changed.tlog-proof");
        fs::write(&path, lines.join(&b'\n')).expect("must be written");
        path
    }

    /// The lines of the first receipt that are not empty, with their lengths.
    fn lines(&self) -> Vec<(usize, usize)> {
        let text = fs::read_to_string(&self.receipts[0]).expect("must be UTF-8");
        let lines = text.lines().map(str::len).enumerate().filter(|(_, length)| *length > 0).collect();
        assert!(text.lines().count() >= 9, "no receipt with all its parts: {text}");
        lines
    }
}

/// Where in a line something changes.
#[derive(Debug, Clone, Copy)]
enum Place {
    First,
    Middle,
    Last,
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn a_shell_and_openssl_are_enough_to_check_a_receipt() {
    let folder = tempfile::tempdir().expect("must be created");
    let holder = Holder::of_a_daemon(folder.path());
    for receipt in &holder.receipts {
        let ran = holder.ours(receipt).expect(0);
        let entry = String::from_utf8(entry_of(&fs::read_to_string(receipt).expect("must be UTF-8"))).expect("must be UTF-8");
        assert!(ran.stdout.starts_with(&entry) && ran.stdout.contains("\nok: entry "), "{}", ran.stdout);
    }
    for (line, _) in holder.lines() {
        for place in [Place::First, Place::Middle, Place::Last] {
            let ran = holder.ours(&holder.changed(line, place));
            assert!(ran.code == 1 && ran.stdout.is_empty(), "line {line}, {place:?}: {} {}", ran.stdout, ran.stderr);
        }
    }
    println!("{} receipts accepted, a changed byte refused in each of {} lines", holder.receipts.len(), holder.lines().len());
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn the_reference_script_agrees() {
    let Some(script) = from_outside("reference/verify_receipt.sh", "receipts by the reference script") else { return };
    let folder = tempfile::tempdir().expect("must be created");
    let holder = Holder::of_a_daemon(folder.path());
    for receipt in &holder.receipts {
        let ran = holder.reference(&script, receipt).expect(0);
        assert!(ran.stdout.starts_with("OK: entry is leaf "), "{}", ran.stdout);
    }
    for (line, length) in holder.lines() {
        // It does not look at the spelling of keywords and Base64, so the change must be one of a value.
        let place = if length > 40 { Place::Middle } else { Place::Last };
        let ran = holder.reference(&script, &holder.changed(line, place));
        assert!(ran.code != 0 && ran.stdout.is_empty(), "line {line}, {place:?}: {} {}", ran.stdout, ran.stderr);
    }
}

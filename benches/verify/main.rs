//! The bench of the auditor's side: how fast the export of a large vault is checked.
//!
//! ```text
//! cargo bench --bench verify                           1,000,000 entries, unpacked and packed, with and without openings
//! cargo bench --bench verify -- --entries 100000
//! ```
//! The bag is generated: entries as the archive writes them for stored documents, with their commitments, all tiles and bundles, manifests
//! in both digests. It is read from the page cache; a disk that is slower than the processor adds its own time.

mod bag;

use std::path::{Path, PathBuf};
use std::time::Instant;

use aktenfest::ledger::TrustPolicy;
use aktenfest::model::Timestamp;
use aktenfest::verify::bag::{BagSettings, verify_bag};
use clap::Parser;

/// Measures the check of a bag.
#[derive(Parser)]
struct Arguments {
    /// Entries of the ledger.
    #[arg(long, default_value_t = 1_000_000)]
    entries: u64,
    /// Threads that read and hash.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Where to put the bag; a disk, not memory.
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Passed by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let base = arguments.directory.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    println!("{:<44} {:>9} {:>14} {:>12}", "", "time s", "entries/s", "MB");
    for opened in [false, true] {
        let folder = tempfile::tempdir_in(&base).expect("a folder");
        let bag = bag::write(folder.path(), arguments.entries, opened);
        let policy = format!("log {}\nquorum none\n", bag.key);
        let what = if opened { "all entries opened" } else { "entries alone" };
        measure(&format!("{what}, unpacked"), &bag.folder, bag.bytes, &policy, &arguments);
        if !opened {
            let archive = bag.pack();
            measure(&format!("{what}, packed"), &archive, bag.bytes, &policy, &arguments);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "a bench measures real time")]
fn measure(what: &str, bag: &Path, bytes: u64, policy: &str, arguments: &Arguments) {
    let trust = Some(TrustPolicy::parse(policy.as_bytes()).expect("a policy"));
    let settings = BagSettings {
        bag: bag.to_owned(),
        trust,
        known: Vec::new(),
        roots: None,
        asks_for_stamp: false,
        now: Timestamp::EPOCH,
        threads: arguments.threads,
    };
    let start = Instant::now();
    let report = verify_bag(settings).expect("a bag");
    let time = start.elapsed().as_secs_f64();
    assert_eq!(report.report.findings, [], "the bag is good");
    assert_eq!(report.report.counts.entries, arguments.entries, "all of it was read");
    println!("{what:<44} {time:>9.2} {:>14.0} {:>12.0}", arguments.entries as f64 / time, bytes as f64 / 1e6);
}

//! The retention bench: a large vault after a class change, on the first of the month, when a court asks for ten
//! thousand documents, and when five thousand cases are destroyed.
//!
//! ```text
//! cargo bench --bench retention                             1,000,000 documents in 60,000 matters
//! cargo bench --bench retention -- --documents 50000 --matters 3000
//! ```
//! Beside each of them runs an application that stores letters of 200 KiB, one after the other; its p99 alone and meanwhile say whether
//! anything blocks ingest. Absolute figures are this machine's; the ratio of the two is what matters.

#[path = "../common/mod.rs"]
mod common;
#[path = "../load/measure.rs"]
#[allow(dead_code, reason = "the load bench uses the rest")]
mod measure;
mod office;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use measure::{Usage, now};
use office::{Letters, MATTERS_PER_CASE, Office};

/// Measures retention at scale.
#[derive(Parser)]
struct Arguments {
    /// Documents in the vault.
    #[arg(long, default_value_t = 1_000_000)]
    documents: usize,
    /// Matters in the vault, three to a case.
    #[arg(long, default_value_t = 60_000)]
    matters: usize,
    /// Documents that a hold names.
    #[arg(long, default_value_t = 10_000)]
    held: usize,
    /// Cases that an order destroys.
    #[arg(long, default_value_t = 5_000)]
    ordered: usize,
    /// Also makes a backup before the order, restores it behind it, and measures the restore gate.
    #[arg(long)]
    restore: bool,
    /// Where to put the data; a disk, not memory.
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Passed by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let base = arguments.directory.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(measure(&base, &arguments));
}

async fn measure(base: &std::path::Path, arguments: &Arguments) {
    let office = Office::open(base).await;
    let filling = now();
    office.fill(arguments.matters, arguments.documents).await;
    println!("{} documents in {} matters, filled in {:.0} s", arguments.documents, arguments.matters, filling.elapsed().as_secs_f64());

    println!("{:<42} {:>9} {:>9} {:>9} {:>8} {:>8}", "", "time s", "cpu s", "wrote MB", "letters", "p99 ms");
    let alone = beside(&office, pause()).await;
    alone.report("storing letters alone", None);

    let done = beside(&office, office.change_classes()).await;
    done.report("all dates after a class change", Some(&alone));
    let done = beside(&office, office.hold(arguments.held, arguments.documents.div_ceil(arguments.matters))).await;
    done.report(&format!("a hold on {} documents", arguments.held), Some(&alone));
    let done = beside(&office, office.due_of_every_month()).await;
    done.report("the slowest month of ten years, as pages", Some(&alone));

    let cases = arguments.matters.div_ceil(MATTERS_PER_CASE);
    let backup = if arguments.restore { Some(office.backup().await) } else { None };
    office.order(cases.saturating_sub(arguments.ordered)..cases).await;
    let done = beside(&office, office.execute()).await;
    done.report(&format!("an order over {} cases", arguments.ordered), Some(&alone));
    println!("  {}", office.outcome());
    let done = beside(&office, office.reclaim()).await;
    done.report("the space of it, given back", Some(&alone));
    let done = beside(&office, office.certificate()).await;
    done.report("its certificate", Some(&alone));

    let mut stopped = office.close().await;
    let (time, checked) = stopped.verify();
    println!("{:<42} {:>9.3}  {checked}", "verify of all of it, with the daemon stopped", time.as_secs_f64());
    if let Some(backup) = backup {
        let before = Usage::of("self");
        let time = stopped.pass_restore_gate(&backup).await;
        let (used, what) = (Usage::of("self").since(before), "going on from the backup before it");
        println!(
            "{what:<42} {:>9.3} {:>9.2}  peak of memory {} MiB",
            time.as_secs_f64(),
            used.cpu.as_secs_f64(),
            used.peak_rss_bytes >> 20
        );
    }
}

/// Nothing but letters.
async fn pause() -> Duration {
    let time = Duration::from_secs(10);
    tokio::time::sleep(time).await;
    time
}

/// A piece of work, and what it has cost.
struct Done {
    /// By its own account.
    time: Duration,
    /// Of the whole process, storing the letters included.
    used: Usage,
    /// Latencies of the letters.
    letters: Vec<Duration>,
}

/// Does something while letters are stored.
async fn beside(office: &Office, work: impl Future<Output = Duration>) -> Done {
    let before = Usage::of("self");
    let letters = Letters::begin(office.vault());
    let time = work.await;
    let used = Usage::of("self").since(before);
    // A short piece of work would leave too few letters for a p99.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Done { time, used, letters: letters.end().await }
}

impl Done {
    fn report(&self, what: &str, alone: Option<&Self>) {
        let (time, cpu, written) = (self.time.as_secs_f64(), self.used.cpu.as_secs_f64(), self.used.written_bytes / 1_000_000);
        let (letters, p99) = (self.letters.len(), self.p99_ms());
        let ratio = alone.map_or(String::new(), |alone| format!("  ({:.2} of alone)", p99 / alone.p99_ms()));
        println!("{what:<42} {time:>9.3} {cpu:>9.2} {written:>9} {letters:>8} {p99:>8.2}{ratio}");
    }

    fn p99_ms(&self) -> f64 {
        let mut sorted = self.letters.clone();
        sorted.sort_unstable();
        let at = sorted.len().saturating_sub(1) * 99 / 100;
        sorted.get(at).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
    }
}

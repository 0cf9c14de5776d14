//! The retention bench: a large vault after a class change, on the first of the month, when a court asks for ten
//! thousand documents, and when five thousand cases are destroyed.
//!
//! ```text
//! cargo bench --bench retention                             1,000,000 documents in 60,000 matters
//! cargo bench --bench retention -- --documents 50000 --matters 3000
//! ```
//! Beside each of them runs an application that stores letters of 200 KiB, one after the other; its p99 alone and meanwhile say whether
//! anything blocks ingest. Absolute figures are this machine's; the ratio of the two is what matters.

mod office;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Parser;

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

    let alone = letters_for(&office, Duration::from_secs(10)).await;
    println!("{:<44} {:>10} {:>12} {:>12}", "", "time", "letters", "p99 ms");
    report("storing letters alone", Duration::from_secs(10), &alone, None);

    let (time, meanwhile) = beside(&office, office.change_classes()).await;
    report("all dates after a class change", time, &meanwhile, Some(&alone));

    let (time, meanwhile) = beside(&office, office.hold(arguments.held, arguments.documents.div_ceil(arguments.matters))).await;
    report(&format!("a hold on {} documents", arguments.held), time, &meanwhile, Some(&alone));

    let (time, meanwhile) = beside(&office, office.due_of_every_month()).await;
    report("the slowest month of ten years, as pages", time, &meanwhile, Some(&alone));
    let cases = arguments.matters.div_ceil(MATTERS_PER_CASE);
    office.order(cases.saturating_sub(arguments.ordered)..cases).await;
    let (time, meanwhile) = beside(&office, office.execute()).await;
    report(&format!("an order over {} cases", arguments.ordered), time, &meanwhile, Some(&alone));
    println!("  {}", office.outcome());
    let (time, meanwhile) = beside(&office, office.reclaim()).await;
    report("the space of it, given back", time, &meanwhile, Some(&alone));

    let (time, checked) = office.close().await.verify();
    println!("{:<44} {:>8.3} s  {checked}", "verify of all of it, with the daemon stopped", time.as_secs_f64());
}

/// Does something while letters are stored; how long it takes by its own account, and how the letters fare.
async fn beside(office: &Office, work: impl Future<Output = Duration>) -> (Duration, Vec<Duration>) {
    let letters = Letters::begin(office.vault());
    let time = work.await;
    // A short piece of work would leave too few letters for a p99.
    tokio::time::sleep(Duration::from_secs(2)).await;
    (time, letters.end().await)
}

async fn letters_for(office: &Office, time: Duration) -> Vec<Duration> {
    let letters = Letters::begin(office.vault());
    tokio::time::sleep(time).await;
    letters.end().await
}

fn report(what: &str, time: Duration, letters: &[Duration], alone: Option<&[Duration]>) {
    let p99 = p99_ms(letters);
    let ratio = alone.map_or(String::new(), |alone| format!("  ({:.2} of alone)", p99 / p99_ms(alone)));
    println!("{what:<44} {:>8.3} s {:>12} {p99:>12.2}{ratio}", time.as_secs_f64(), letters.len());
}

fn p99_ms(latencies: &[Duration]) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort_unstable();
    let at = sorted.len().saturating_sub(1) * 99 / 100;
    sorted.get(at).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
}

#[allow(clippy::disallowed_methods, reason = "a bench measures with the clock itself")]
pub fn now() -> Instant {
    Instant::now()
}

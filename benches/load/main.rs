//! The load bench: what the engine alone and the whole daemon over HTTPS do under many writers.
//!
//! ```text
//! cargo bench --bench load                                  all sizes, 1, 8 and 64 writers, engine and HTTPS
//! cargo bench --bench load -- --seconds 10 --only engine --size 200KiB --writers 64
//! cargo bench --bench load -- --only access                 readings that are recorded before anything is shown
//! ```
//! Every row of the table comes from this run, so ratios between rows mean something; absolute figures are this machine's. The disk
//! is measured in the same run for comparison: one thread, append and fdatasync of blocks of the same size.

#[path = "../common/mod.rs"]
mod common;

mod access;
mod disk;
mod engine;
mod https;
mod measure;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use measure::Row;

/// Measures storing documents.
#[derive(Parser)]
struct Arguments {
    /// Seconds for every row.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Only this part: disk, engine, https or access.
    #[arg(long)]
    only: Option<String>,
    /// Only this size: 4KiB, 32KiB, 200KiB or 1MiB.
    #[arg(long)]
    size: Option<String>,
    /// Only this number of writers.
    #[arg(long)]
    writers: Option<usize>,
    /// Where to put the data; a disk, not memory.
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Passed by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

const SIZES: [(&str, usize); 4] = [("4KiB", 4 << 10), ("32KiB", 32 << 10), ("200KiB", 200 << 10), ("1MiB", 1 << 20)];
const WRITERS: [usize; 3] = [1, 8, 64];

fn main() {
    let arguments = Arguments::parse();
    let base = arguments.directory.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    let wanted = |part: &str| arguments.only.as_deref().is_none_or(|only| only == part);
    let time = Duration::from_secs(arguments.seconds);
    if wanted("access") {
        println!("{}", access::HEADER);
        for per_second in [500, 5000, 0] {
            println!("{}", access::measure(&base, per_second, time));
        }
    }
    println!("{}", Row::HEADER);
    for (name, size) in SIZES.into_iter().filter(|(name, _)| arguments.size.as_deref().is_none_or(|only| only == *name)) {
        if wanted("disk") {
            println!("{}", disk::measure(&base, name, size, time));
        }
        for writers in WRITERS.into_iter().filter(|writers| arguments.writers.is_none_or(|only| only == *writers)) {
            if wanted("engine") {
                println!("{}", engine::measure(&base, name, size, writers, time));
            }
            if wanted("https") {
                println!("{}", https::measure(&base, name, size, writers, time));
            }
        }
    }
}

//! What the disk itself does: one thread appends blocks and syncs each.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::measure::{Row, Usage, noise, now};

/// Appends and syncs blocks of `size` for `time`.
pub fn measure(base: &Path, name: &str, size: usize, time: Duration) -> Row {
    let directory = tempfile::tempdir_in(base).expect("a directory");
    let mut file = File::create(directory.path().join("blocks")).expect("a file");
    let block = noise(1, size);
    let (before, start) = (Usage::of("self"), now());
    let mut latencies = Vec::new();
    while start.elapsed() < time {
        let one = now();
        file.write_all(&block).and_then(|()| file.sync_data()).expect("the disk takes a block");
        latencies.push(one.elapsed());
    }
    Row {
        part: "disk",
        size: name.to_owned(),
        writers: 1,
        documents: latencies.len(),
        bytes: latencies.len() as u64 * size as u64,
        elapsed: start.elapsed(),
        latencies,
        usage: Usage::of("self").since(before),
    }
}
